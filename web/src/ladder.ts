/** The ladder of the five principles, always in their order; human rights stand across all of them. */

import type { Row } from './api';
import { el } from './dom';
import type { State } from './state';
import { monthName, number, span, t } from './words';

const FIRST = 3; // figures of a principle shown at once

/** Return the figures to show: of the area looked at, else of the whole country; one for each indicator. */
export function headline(rows: Row[]): Row[] {
  const now = rows.filter((row) => Number(row['milestone'] ?? 0) === 0);
  const seen = new Set<unknown>();
  return now.filter((row) => !seen.has(row['code']) && seen.add(row['code']));
}

/** Return the ladder of some indicators. */
export function ladder(state: State, rows: Row[]): HTMLElement {
  const shown = headline(rows);
  const steps = [1, 2, 3, 4, 5].map((principle) => step(state, principle, of(shown, principle)));
  const across = of(shown, 0);
  const last =
    across.length > 0
      ? el('section', { class: 'rung rung-across' }, ...rung(state, t('Human rights, across all'), across))
      : null;
  return el('div', { class: 'ladder' }, el('ol', { class: 'rungs' }, ...steps), last);
}

function of(rows: Row[], principle: number): Row[] {
  return rows.filter((row) => Number(row['principle']) === principle);
}

function step(state: State, principle: number, rows: Row[]): HTMLElement {
  const name = String(rows[0]?.['principle_name'] ?? t('Principle {number}', { number: principle }));
  return el('li', { class: 'rung', value: principle }, ...rung(state, name, rows));
}

function rung(state: State, name: string, rows: Row[]): Node[] {
  const missing = rows.filter((row) => row['missing'] === true).length;
  const gap = missing > 0 ? el('span', { class: 'pill gap' }, t('{count} missing', { count: missing })) : null;
  const head = el('h3', {}, name, ' ', gap);
  if (rows.length === 0) return [head, el('p', { class: 'quiet small' }, t('No figure on record here.'))];
  const known = [...rows].sort((a, b) => Number(a['missing'] === true) - Number(b['missing'] === true));
  const list = (some: Row[]): HTMLElement => el('dl', { class: 'figures' }, ...some.map((row) => figure(state, row)));
  const rest = known.slice(FIRST);
  const more =
    rest.length > 0
      ? el('details', {}, el('summary', {}, t('{count} more figures', { count: rest.length })), list(rest))
      : null;
  return [head, list(known.slice(0, FIRST)), ...(more ? [more] : [])];
}

/** Return one figure: what, value with unit, change, confidence; or that it is missing, and why. */
export function figure(state: State, row: Row): HTMLElement {
  const area = String(row['area_name'] ?? '');
  const label = el(
    'dt',
    {},
    String(row['label'] ?? row['code']),
    area && row['area'] !== state.country ? el('span', { class: 'quiet' }, ` ${area}`) : null,
  );
  if (row['missing'] === true || row['value'] === null) {
    const why = String(row['why_missing'] ?? '');
    return el(
      'div',
      { class: 'figure is-missing' },
      label,
      el(
        'dd',
        {},
        el('span', { class: 'pill gap' }, t('missing')),
        why ? el('span', { class: 'quiet small' }, ` ${why}`) : null,
      ),
    );
  }
  const low = row['low'] ?? null;
  const high = row['high'] ?? null;
  return el(
    'div',
    { class: 'figure' },
    label,
    el(
      'dd',
      {},
      el('strong', {}, number(row['value'])),
      ` ${String(row['unit'] ?? '')} `,
      low !== null && high !== null ? el('span', { class: 'quiet' }, `(${span(low, high)}) `) : null,
      el('span', { class: 'meta small' }, ...about(row)),
    ),
  );
}

function about(row: Row): Node[] {
  const turns: Record<string, [string, string]> = {
    worse: ['▲', t('worse')],
    better: ['▼', t('better')],
    steady: ['=', t('steady')],
  };
  const [mark, turn] = turns[String(row['turn'])] ?? ['', ''];
  const names: Record<string, string> = {
    high: t('high confidence'),
    medium: t('medium confidence'),
    low: t('low confidence'),
  };
  const confidence = names[String(row['confidence'])] ?? '';
  const month = row['month'] ? monthName(row['month']) : '';
  return [
    turn
      ? el(
          'span',
          { class: `turn turn-${String(row['turn'])}` },
          el('span', { 'aria-hidden': 'true' }, `${mark} `),
          turn,
        )
      : null,
    month ? el('span', {}, month) : null,
    confidence ? el('span', {}, confidence) : null,
  ].filter((one): one is HTMLSpanElement => one !== null);
}
