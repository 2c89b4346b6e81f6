/** Elements in one line; no markup is ever built from text, so nothing read from a table can run. */

export type Child = Node | string | number | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: Event) => void);
export type Attributes = Record<string, Value>;

function dress(node: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.replace(/^on/, ''), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((one) => one !== null && one !== undefined && one !== false).map(asNode));
}

function asNode(child: Node | string | number): Node | string {
  return typeof child === 'number' ? String(child) : child;
}

/** Return an HTML element; attributes named `on...` with a function become listeners. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  dress(node, attributes, children);
  return node;
}

/** Return an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  dress(node, attributes, children);
  return node;
}

let serial = 0;

/** Return an id not yet used on the page. */
export function freshId(stem: string): string {
  serial += 1;
  return `${stem}-${serial}`;
}

/** Return a labelled choice from a list. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLLabelElement {
  const select = el(
    'select',
    { onchange: (event) => onChange((event.target as HTMLSelectElement).value) },
    ...options.map(([value, text]) => el('option', { value, selected: value === chosen }, text)),
  );
  return el('label', { class: 'field' }, el('span', {}, label), select);
}

/** Return a set of buttons of which one is pressed, such as the three ways to draw a map. */
export function toggle(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLElement {
  const group = el('div', { class: 'toggle', role: 'group', 'aria-label': label });
  for (const [value, text] of options) {
    const press = (): void => {
      for (const other of group.children) other.setAttribute('aria-pressed', String(other === button));
      onChange(value);
    };
    const button = el('button', { type: 'button', 'aria-pressed': String(value === chosen), onclick: press }, text);
    group.append(button);
  }
  return group;
}
