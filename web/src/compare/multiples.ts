/** Small multiples: mandates side by side in each principle, in order, as strips of all draws. */

import type { Row } from '../api';
import { el, svg } from '../dom';
import { PRINCIPLES, ranked } from '../plan/principles';
import { percent, t } from '../words';
import { better, DECIDING, isShare, measure, written } from './measures';

const HEIGHT = 22;

export interface Titles {
  (mandate: string): string;
}

function value(row: Row | undefined, name: string): number | null {
  const found = row?.[name];
  return typeof found === 'number' ? found : null;
}

/** Return one panel a principle; mandates are in the same order in each. */
export function multiples(rows: Row[], mandates: readonly string[], title: Titles): HTMLElement {
  const panels = PRINCIPLES.map((principle) => panel(principle, DECIDING[principle] ?? '', rows, mandates, title));
  return el('div', { class: 'compare-panels' }, ...panels);
}

function panel(principle: number, name: string, rows: Row[], mandates: readonly string[], title: Titles): HTMLElement {
  const of = (mandate: string): Row | undefined => rows.find((row) => row['mandate'] === mandate && row['measure'] === name);
  const all = mandates.map(of);
  const ends = all.flatMap((row) => [value(row, 'q05'), value(row, 'q95'), value(row, 'worst_decile')]).filter((one): one is number => one !== null);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const unit = String(all.find(Boolean)?.['unit'] ?? '');
  const figure = (one: number | null): string => written(one, name);
  const at = (one: number): number => ((one - low) / (high - low || 1)) * 96 + 2; // per cent of the width, with room for the signs
  const lines = mandates.map((mandate, order) => {
    const row = all[order];
    const middle = value(row, 'median');
    const [from, to] = [value(row, 'q05'), value(row, 'q95')];
    const figures = middle === null ? t('missing') : t('{median}, 90 % range {low} to {high}', { median: figure(middle), low: figure(from), high: figure(to) });
    const best = value(row, 'probability_best');
    return el(
      'li',
      { class: mandate === 'nothing' ? 'quiet' : null },
      el('span', { class: 'compare-name' }, title(mandate)),
      strip(row, at, mandate === 'nothing'),
      el('span', { class: 'small compare-figures' }, figures, best === null ? '' : ` · ${t('best in {share}', { share: percent(best) })}`),
    );
  });
  return el(
    'section',
    { class: 'card compare-panel' },
    el('h3', {}, ranked(principle)),
    el('p', { class: 'small quiet' }, `${measure(name).words}${unit && !isShare(name) ? `, ${unit}` : ''}; ${better(name)}`),
    el('ol', { class: 'plain' }, ...lines),
    el('p', { class: 'compare-axis small quiet', dir: 'ltr', 'aria-hidden': 'true' }, el('span', {}, figure(low)), el('span', {}, figure(high))),
  );
}

// Places are per cent of the width, so that a strip is as wide as its panel and its signs keep their shape.
function strip(row: Row | undefined, at: (value: number) => number, isNothing: boolean): SVGElement {
  const [low, middle, high, worst] = ['q05', 'median', 'q95', 'worst_decile'].map((name) => value(row, name));
  const parts: SVGElement[] = [svg('line', { class: 'compare-rule', x1: '0%', x2: '100%', y1: HEIGHT / 2, y2: HEIGHT / 2 })];
  if (typeof low === 'number' && typeof high === 'number') parts.push(svg('rect', { class: isNothing ? 'compare-band nothing' : 'compare-band', x: `${at(low)}%`, width: `${Math.max(0.6, at(high) - at(low))}%`, y: 6, height: 10 }));
  if (typeof worst === 'number') parts.push(svg('svg', { x: `${at(worst)}%`, overflow: 'visible' }, svg('path', { class: 'compare-worst', d: 'M0 3 l5 8 l-5 8 l-5 -8 z' })));
  if (typeof middle === 'number') parts.push(svg('svg', { x: `${at(middle)}%`, overflow: 'visible' }, svg('rect', { class: 'compare-median', x: -1.5, width: 3, y: 1, height: HEIGHT - 2 })));
  else parts.push(svg('rect', { class: 'strip-missing', width: '100%', height: HEIGHT }));
  return svg('svg', { class: 'compare-strip', height: HEIGHT, 'aria-hidden': 'true', direction: 'ltr' }, ...parts);
}

/** Return what the signs of the strips mean. */
export function signs(): HTMLElement {
  const sign = (...parts: SVGElement[]): SVGElement => svg('svg', { viewBox: '0 0 34 22', width: 34, height: 22, 'aria-hidden': 'true' }, ...parts);
  const item = (drawn: SVGElement, text: string): HTMLElement => el('li', {}, drawn, text);
  return el(
    'ul',
    { class: 'compare-signs small' },
    item(sign(svg('rect', { class: 'compare-median', x: 15, y: 1, width: 3, height: 20 })), t('median of all draws')),
    item(sign(svg('rect', { class: 'compare-band', x: 1, y: 6, width: 32, height: 10 })), t('nine draws in ten lie here')),
    item(sign(svg('path', { class: 'compare-worst', d: 'M17 3 l5 8 l-5 8 l-5 -8 z' })), t('mean of the worst tenth')),
  );
}
