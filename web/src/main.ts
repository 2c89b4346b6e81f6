/** Draws the screen the address names, and draws anew when the address changes. */

import './style/tokens.css';
import './style/page.css';
import './style/parts.css';
import './style/map.css';
import './style/print.css';
import { dressPage, readCountries, screenName, topBar, type Country } from './bar';
import { el } from './dom';
import { failure, loading, say } from './page';
import { languageOf, readState, screenOf, type State } from './state';
import { speak, t } from './words';

type Show = (root: HTMLElement, state: State) => Promise<void | (() => void)>;
const screens = import.meta.glob<{ show: Show }>('./screens/*.ts');

let leave = new AbortController();
let cleanUp: void | (() => void);
let turn = 0;

async function draw(): Promise<void> {
  const mine = ++turn;
  leave.abort();
  leave = new AbortController();
  cleanUp?.();
  cleanUp = undefined;
  const page = document.getElementById('page') as HTMLElement;
  const language = languageOf(new URLSearchParams(location.search));
  const code = screens[`./screens/${screenOf(location.pathname)}.ts`]; // its code travels while words and countries do
  const loaded = code?.();
  const [countries] = await Promise.all([
    readCountries(language).catch((problem: unknown) => problem),
    speak(language),
  ]);
  if (mine !== turn) return;
  if (!Array.isArray(countries)) {
    page.replaceChildren(
      el(
        'main',
        { id: 'main' },
        failure(countries, () => void draw()),
      ),
    );
    return;
  }
  const state = readState((countries as Country[])[0]?.location_code ?? '', leave.signal, redraw);
  dressPage(state);
  const held = document.activeElement?.closest('.field')?.querySelector('span')?.textContent;
  const main = el(
    'main',
    { id: 'main', tabindex: -1 },
    loading(t('Loading {screen}', { screen: screenName(state.screen) })),
  );
  page.replaceChildren(skipLink(), topBar(state, countries as Country[]), main, liveRegion(), foot(state));
  refocus(held);
  try {
    const { show } = await (loaded ?? Promise.reject(new Error(`There is no screen ${state.screen}.`)));
    if (mine !== turn) return;
    main.replaceChildren();
    const done = await show(main, state);
    if (mine === turn) cleanUp = done;
    else done?.();
    if (mine === turn) say(t('{screen} is shown.', { screen: screenName(state.screen) }));
  } catch (problem) {
    if (mine === turn) main.replaceChildren(failure(problem, () => void draw()));
  }
}

/** A redraw replaces the bar: whoever works it by keyboard stays on the field just used. */
function refocus(label: string | null | undefined): void {
  if (!label) return;
  const fields = [...document.querySelectorAll<HTMLElement>('.bar .field')];
  const field = fields.find((one) => one.querySelector('span')?.textContent === label);
  field?.querySelector<HTMLElement>('select, input')?.focus();
}

function redraw(): void {
  void draw();
}

function skipLink(): HTMLElement {
  return el('a', { class: 'skip', href: '#main' }, t('Skip to the content'));
}

function liveRegion(): HTMLElement {
  return el('div', { id: 'live', class: 'unseen', role: 'status', 'aria-live': 'polite' });
}

function foot(state: State): HTMLElement {
  return el(
    'footer',
    { class: 'foot small quiet' },
    el('p', {}, t('Boundaries and names shown do not imply endorsement or acceptance by anybody.')),
    el(
      'p',
      {},
      t('Aggregate figures only. Nothing here locates, ranks or profiles a person.'),
      ' ',
      el('a', { href: '/api/v1/docs' }, t('Interface for programs')),
      ' · ',
      el('a', { href: state.linkTo('sources') }, t('Sources and licences')),
    ),
    el('p', { class: 'print-only' }, location.href),
  );
}

function isPlainClick(event: MouseEvent): boolean {
  return (
    event.button === 0 &&
    !event.defaultPrevented &&
    !event.metaKey &&
    !event.ctrlKey &&
    !event.shiftKey &&
    !event.altKey
  );
}

// Links between screens change the address without loading the page anew; all others are left alone.
document.addEventListener('click', (event) => {
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link || !isPlainClick(event) || link.target || link.hasAttribute('download')) return;
  const to = new URL(link.href);
  const isScreen =
    to.origin === location.origin && Object.keys(screens).includes(`./screens/${to.pathname.slice(1)}.ts`);
  if (!isScreen || to.hash) return;
  event.preventDefault();
  history.pushState(null, '', to);
  void draw().then(() => document.getElementById('main')?.focus());
});
window.addEventListener('popstate', redraw);

// Paper is light, shows the address as it is now, and opens what lists the sources.
window.addEventListener('beforeprint', () => {
  document.documentElement.dataset['worn'] = document.documentElement.dataset['theme'] ?? 'light';
  document.documentElement.dataset['theme'] = 'light';
  document.querySelectorAll('.foot .print-only').forEach((one) => (one.textContent = location.href));
  document.querySelectorAll<HTMLDetailsElement>('.provenance details').forEach((one) => (one.open = true));
});
window.addEventListener('afterprint', () => {
  document.documentElement.dataset['theme'] = document.documentElement.dataset['worn'] ?? 'light';
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw); // maps and charts draw colours themselves
redraw();
