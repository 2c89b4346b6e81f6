/** Where mandates change places: from which value of an assumption on one is worse than the other. */

import type { Row } from '../api';
import { el, svg } from '../dom';
import { number, percent, t } from '../words';
import { measure } from './measures';
import type { Titles } from './multiples';

const [WIDTH, HEIGHT, LEFT, FOOT] = [420, 190, 40, 26];

function figure(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Return a sentence on each assumption tried, with a curve where one was kept. */
export function turning(rows: Row[], curve: Row[], title: Titles): HTMLElement {
  return el('div', { class: 'compare-turning' }, ...rows.map((row) => one(row, curve.filter((it) => it['parameter'] === row['parameter']), title)));
}

function one(row: Row, curve: Row[], title: Titles): HTMLElement {
  const [worse, good] = [title(String(row['mandate'] ?? '')), title(String(row['against'] ?? ''))];
  return el(
    'figure',
    { class: 'compare-turn' },
    el('figcaption', {}, el('strong', {}, String(row['title'] ?? row['parameter'])), el('p', { class: 'small' }, sentence(row, worse, good))),
    curve.length > 1 ? drawn(row, curve, worse) : null,
  );
}

function sentence(row: Row, worse: string, good: string): string {
  const half = figure(row, 'half');
  const unit = String(row['unit'] ?? '');
  const drawnWorse = percent(figure(row, 'worse_as_drawn'));
  const what = measure(String(row['measure'] ?? 'civilians_killed')).words;
  if (half === null) return t('In {what}, {worse} is worse than {good} in {share} of draws, and no value tried brings that to half.', { what, worse, good, share: drawnWorse });
  return t('In {what}, {worse} turns worse than {good} in half of the draws at {value} {unit}; as drawn it is worse in {share}.', { what, worse, good, value: number(half, 2), unit, share: drawnWorse });
}

function drawn(row: Row, curve: Row[], worse: string): SVGElement {
  const points = curve.flatMap((it) => {
    const [x, y] = [figure(it, 'value'), figure(it, 'worse')];
    return x === null || y === null ? [] : [[x, y] as const];
  });
  const [first, last] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))];
  const x = (value: number): number => LEFT + ((value - first) / (last - first || 1)) * (WIDTH - LEFT - 10);
  const y = (share: number): number => 8 + (1 - share) * (HEIGHT - FOOT - 8);
  const half = figure(row, 'half');
  const path = points.map(([at, share], number) => `${number ? 'L' : 'M'}${x(at).toFixed(1)} ${y(share).toFixed(1)}`).join(' ');
  const rules = [0, 0.5, 1].flatMap((share) => [
    svg('line', { class: 'compare-rule', x1: LEFT, x2: WIDTH - 10, y1: y(share), y2: y(share) }),
    svg('text', { class: 'compare-text', x: LEFT - 6, y: y(share) + 4, 'text-anchor': 'end' }, percent(share)),
  ]);
  const ticks = [first, (first + last) / 2, last].map((value) => svg('text', { class: 'compare-text', x: x(value), y: HEIGHT - 8, 'text-anchor': 'middle' }, number(value, 1)));
  const mark = half === null ? [] : [svg('line', { class: 'compare-half', x1: x(half), x2: x(half), y1: y(1), y2: y(0) })];
  const label = t('Share of draws in which {worse} is worse, by {title}', { worse, title: String(row['title'] ?? '') });
  return svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, direction: 'ltr' }, ...rules, ...mark, svg('path', { class: 'compare-curve', d: path }), ...ticks);
}
