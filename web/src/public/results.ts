/** What the public says: distributions with intervals, never of few answers; and reasons a moderator has passed. */

import { getJson, withFilters, type Row, type Table } from '../api';
import { el, svg } from '../dom';
import { notMade } from '../page';
import type { State } from '../state';
import { dataTable, provenance, twin } from '../table';
import { number, percent, t } from '../words';

interface Results extends Table {
  meta: Table['meta'] & { least: number; waiting: number };
}

/** Return what all answers say, as far as it may be shown. */
export async function resultsPart(state: State): Promise<HTMLElement> {
  const [found, reasons] = await Promise.all([
    getJson<Results>(withFilters('/api/v1/public/results', { language: state.language }), true),
    getJson<{ data: { day: string; text: string }[] }>('/api/v1/public/reasons', true),
  ]);
  const waiting = found.meta.waiting > 0 ? el('p', { class: 'small quiet' }, t('At least {count} answers more have come and are not counted yet.', { count: number(found.meta.waiting) })) : null;
  return el(
    'div',
    { class: 'stack' },
    found.data.length === 0 ? notMade(t('Nothing is shown before {least} people have answered a question.', { least: found.meta.least })) : twin(figures(found), resultTable(state, found)),
    waiting,
    el('p', { class: 'downloads small' }, el('span', {}, t('Take it home:')), el('a', { href: '/api/v1/public/results.csv', download: 'toguna-public-results.csv' }, t('results, csv')), el('a', { href: '/api/v1/public/reasons.csv', download: 'toguna-public-reasons.csv' }, t('reasons, csv'))),
    reasonsPart(reasons.data),
    provenance(found.meta),
  );
}

function figures(found: Results): HTMLElement {
  const titles: Record<string, string> = { first: t('Put first where in doubt'), weight: t('Points shared out'), rating: t('Help of each contribution, 1 to 5') };
  const groups = Object.entries(titles).flatMap(([question, title]) => {
    const rows = found.data.filter((row) => row['question'] === question);
    return rows.length === 0 ? [] : [el('div', { class: 'stack tight' }, el('h3', {}, title), ...subjects(rows))];
  });
  return el('div', { class: 'public-results' }, ...groups);
}

function subjects(rows: Row[]): HTMLElement[] {
  const names = [...new Set(rows.map((row) => String(row['subject'])))];
  return names.map((subject) => {
    const own = rows.filter((row) => row['subject'] === subject);
    const label = String(own[0]?.['label'] ?? subject).replace(/^[^:]*: /, '');
    return el('div', { class: 'public-subject' }, el('span', { class: 'small' }, label, el('span', { class: 'quiet' }, ` ${t('{count} answers', { count: number(own[0]?.['of']) })}`)), bars(own));
  });
}

/** Return a bar for each value, with its 95 % interval as a line. */
function bars(rows: Row[]): HTMLElement {
  const items = rows.map((row) => {
    const [share, low, high] = ['share', 'low', 'high'].map((name) => Number(row[name]) * 100) as [number, number, number];
    const text = t('{share} ({low} to {high})', { share: percent(row['share']), low: percent(row['low']), high: percent(row['high']) });
    const name = row['question'] === 'weight' ? t('from {points}', { points: number(row['value']) }) : row['question'] === 'first' ? '' : number(row['value']);
    const drawn = svg('svg', { viewBox: '0 0 100 12', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, svg('rect', { class: 'public-bar', width: share, height: 12 }), svg('line', { class: 'public-interval', x1: low, x2: high, y1: 6, y2: 6 }));
    return el('li', {}, el('span', { class: 'public-value' }, name), el('span', { class: 'public-strip' }, drawn), el('span', { class: 'small number' }, text));
  });
  return el('ul', { class: 'plain public-bars' }, ...items);
}

function resultTable(state: State, found: Results): HTMLElement {
  return dataTable(state, found, {
    caption: t('All distributions, with 95 % intervals'),
    order: ['label', 'value', 'answers', 'of', 'share', 'low', 'high'],
    hide: ['question', 'subject'],
    cell: (name, row) => (name === 'share' || name === 'low' || name === 'high' ? percent(row[name]) : null),
    downloads: false,
  });
}

function reasonsPart(reasons: { day: string; text: string }[]): HTMLElement {
  if (reasons.length === 0) return el('p', { class: 'small quiet' }, t('No reason has been passed by a moderator yet.'));
  return el('details', {}, el('summary', {}, t('Reasons given ({count})', { count: number(reasons.length) })), el('ul', { class: 'public-reasons small' }, ...reasons.map((one) => el('li', { dir: 'auto' }, one.text, el('span', { class: 'quiet' }, ` ${one.day}`)))));
}
