/** What is compared: mandates, offers under all of them, contributions whose addition is measured, years, draws. */

import { choice, el } from '../dom';
import { offerName, type Mandates, type Offers } from '../plan/shelf';
import type { State } from '../state';
import { monthName, number, t } from '../words';

export interface CompareForm {
  node: HTMLElement;
  arguments(): Record<string, unknown>;
}

const FIRST = 'protect-first,as-is,search-and-destroy';

/** Return the form; what is chosen stands in the address. */
export function compareForm(state: State, mandates: Mandates, offers: Offers): CompareForm {
  const named = (setting: string, fallback: string): string[] => state.get(setting, fallback).split(',').filter((one) => one && one !== 'none');
  const box = (setting: string, fallback: string, name: string, label: Node): HTMLElement => {
    const id = `compare-${setting}-${name}`;
    const input = el('input', { type: 'checkbox', id, checked: named(setting, fallback).includes(name) });
    input.addEventListener('change', () => {
      const next = input.checked ? [...named(setting, fallback), name] : named(setting, fallback).filter((one) => one !== name);
      state.keep({ [setting]: next.join(',') || 'none' });
    });
    return el('li', {}, input, el('label', { for: id }, label));
  };
  const offered = offers.meta.default.join(',');
  const label = (one: Offers['data'][number]): HTMLElement =>
    el('span', {}, offerName(one), one.first && one.last ? el('span', { class: 'quiet' }, ` ${t('{first} to {last}', { first: monthName(one.first), last: monthName(one.last) })}`) : null);
  const set = (legend: string, items: HTMLElement[]): HTMLElement => el('fieldset', {}, el('legend', {}, legend), el('ul', { class: 'plain small' }, ...items));
  const options = (values: number[]): (readonly [string, string])[] => values.map((one) => [String(one), number(one)] as const);
  const node = el(
    'div',
    { class: 'stack compare-form' },
    set(t('Mandates'), mandates.data.map((one) => box('mandates', FIRST, one.name, el('span', {}, one.title, el('span', { class: 'quiet' }, ` ${one.summary}`))))),
    set(t('On offer under every mandate'), offers.data.map((one) => box('offers', offered, one.name, label(one)))),
    set(t('Contributions to be measured'), offers.data.map((one) => box('contributions', 'none', one.name, label(one)))),
    el(
      'div',
      { class: 'fields' },
      choice(t('Years'), options([1, 2, 3, 5, 10]), state.get('years', '3'), (years) => state.keep({ years })),
      choice(t('Draws of the assumptions'), options([100, 200, 500, 1000, 2000, 5000]), state.get('draws', '500'), (draws) => state.keep({ draws })),
    ),
  );
  return {
    node,
    arguments: () => ({
      mandates: named('mandates', FIRST),
      offers: named('offers', offered),
      contributions: named('contributions', 'none'),
      years: Number(state.get('years', '3')),
      draws: Number(state.get('draws', '500')),
    }),
  };
}
