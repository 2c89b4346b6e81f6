/** How many people no list holds: every method side by side, and never one number alone. */

import { send, withFilters, type Cell, type Meta, type Row, type Table } from '../api';
import { choice, el, type Child } from '../dom';
import { failure, loading, say } from '../page';
import { ranges, type Range } from '../ranges';
import type { State } from '../state';
import { dataTable, provenance, twin } from '../table';
import { number, percent, t } from '../words';
import { tableField } from './file';

interface Estimate extends Table {
  meta: Meta & { says: Record<string, string[]>; level: number; low: number | null; high: number | null };
}

const EXAMPLE = 'families,morgue,court,count\n1,0,0,122\n0,1,0,49\n1,1,0,142\n…';

export function estimatePart(state: State): HTMLElement {
  const given = tableField(t('Who is on which list: a column of 0 and 1 for each list and a count, or a row a person on a list. CSV.'), EXAMPLE);
  const asked = { level: '0.95', iterations: '20000', sensitivity: 'true' };
  const pick = (key: keyof typeof asked) => (value: string): void => void (asked[key] = value);
  const result = el('div', { class: 'stack' });
  const go = el('button', { type: 'submit', class: 'button primary' }, t('Estimate'));
  const form = el(
    'form',
    { class: 'stack' },
    given.node,
    el(
      'div',
      { class: 'fields' },
      choice(t('Intervals'), ['0.8', '0.9', '0.95', '0.99'].map((one) => [one, percent(Number(one))] as const), asked.level, pick('level')),
      choice(t('Steps of each chain'), ['5000', '20000', '50000', '100000'].map((one) => [one, number(Number(one))] as const), asked.iterations, pick('iterations')),
      choice(t('Other settings too'), [['true', t('yes')], ['false', t('no')]], asked.sensitivity, pick('sensitivity')),
      go,
    ),
    el('p', { class: 'small quiet' }, t('Give counts or pseudonyms, no names. What is sent is not kept.')),
    result,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go.disabled = true;
    result.replaceChildren(loading(t('Estimating by every method')));
    const body = { name: given.name('lists.csv'), text: given.text(), level: Number(asked.level), iterations: Number(asked.iterations), sensitivity: asked.sensitivity === 'true' };
    send<Estimate>('POST', withFilters('/api/v1/accounts/estimate', { language: state.language }), body)
      .then((found) => {
        result.replaceChildren(...shown(state, found));
        say(t('The estimate is there, by {count} rows.', { count: found.data.length }));
      })
      .catch((problem: unknown) => result.replaceChildren(failure(problem)))
      .finally(() => (go.disabled = false));
  });
  return form;
}

function shown(state: State, found: Estimate): HTMLElement[] {
  const { says, level, low, high } = found.meta;
  const span = high === null ? t('Main methods together: {low} people or more; the lists set no upper end.', { low: number(low, 0) }) : t('Main methods together: {low} to {high} people. Report this range with its rows, not one number.', { low: number(low, 0), high: number(high, 0) });
  const unit = t('people, {level} intervals', { level: percent(level) });
  return [
    ...sentences(says['read'] ?? [], says['lists'] ?? []),
    el('p', { class: 'account-range' }, span),
    twin(
      el('div', { class: 'stack' }, strips(t('Main methods'), unit, found.data, (row) => row['role'] !== 'sensitivity'), strips(t('What choices made beforehand change'), unit, found.data, (row) => row['role'] === 'sensitivity')),
      dataTable(state, found, { caption: t('Every method and setting'), hide: ['high_open'], cell: (name, row) => cell(name, row), downloads: false }),
    ),
    list(t('Where methods and settings part'), says['disagreement'] ?? []),
    list(t('No answer'), says['refused'] ?? []),
    list(t('What must be true'), says['must_hold'] ?? []),
    provenance({ ...found.meta, remarks: [] }),
  ].filter((one): one is HTMLElement => one !== null);
}

function sentences(...groups: string[][]): HTMLElement[] {
  return groups.flat().map((one) => el('p', { class: 'small' }, one));
}

function list(title: string, lines: string[]): HTMLElement | null {
  return lines.length === 0 ? null : el('div', { class: 'stack tight' }, el('h3', {}, title), el('ul', { class: 'small' }, ...lines.map((one): Child => el('li', {}, one))));
}

function value(row: Row, name: string): number | null {
  const found = row[name];
  return typeof found === 'number' ? found : null;
}

function strips(title: string, unit: string, rows: Row[], keep: (row: Row) => boolean): HTMLElement {
  const kept = rows.filter(keep).map((row): Range => {
    const note = [row['remark'], row['high_open'] === true ? t('no upper end') : ''].filter(Boolean).join('; ');
    return { label: `${String(row['method'])}, ${String(row['setting'])}`, low: value(row, 'low'), mid: value(row, 'N'), high: value(row, 'high'), tone: row['role'] === 'reference' ? 5 : 1, ...(note ? { note } : {}) };
  });
  return kept.length > 0 ? ranges(title, unit, kept) : el('div');
}

function cell(name: string, row: Row): string | null {
  const found: Cell | undefined = row[name];
  if (name === 'high' && row['high_open'] === true) return t('no end');
  if (name === 'r_hat') return number(found, 3);
  return name === 'N' || name === 'low' || name === 'high' || name === 'ess' ? number(found, 0) : null;
}
