/** A file or pasted text, read on the page; a file goes no farther than the question asked with it. */

import { el, freshId } from '../dom';
import { t } from '../words';

export interface Given {
  node: HTMLElement;
  text(): string;
  name(fallback: string): string;
}

/** Return a field to paste a table into, or to take it from a CSV file. */
export function tableField(label: string, example: string): Given {
  const id = freshId('table');
  const area = el('textarea', { id, rows: 8, dir: 'ltr', spellcheck: false, placeholder: example, class: 'account-text' });
  let named = '';
  const file = el('input', { type: 'file', accept: '.csv,text/csv', 'aria-label': t('Take it from a CSV file') });
  file.addEventListener('change', () => {
    const given = file.files?.[0];
    if (!given) return;
    named = given.name;
    void given.text().then((text) => (area.value = text));
  });
  const node = el('div', { class: 'stack tight' }, el('label', { class: 'small quiet', for: id }, label), area, file);
  return {
    node,
    text: () => area.value,
    name: (fallback) => (/^[\w .()-]{1,80}\.csv$/.test(named) ? named : fallback),
  };
}
