/** Intervals side by side, as strips on one scale; drawn as SVG, so that they print sharp. */

import { el, svg } from './dom';
import { number, span, t } from './words';

export interface Range {
  label: string;
  low: number | null;
  mid: number | null;
  high: number | null;
  tone?: 1 | 2 | 3 | 4 | 5 | 6;
  note?: string;
}

const WIDTH = 400;

/** Return rows of label, strip and numbers; a row without numbers is hatched and says so. */
export function ranges(label: string, unit: string, rows: Range[]): HTMLElement {
  const known = rows.flatMap((one) => [one.low, one.mid, one.high]).filter((one): one is number => one !== null);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const at = (value: number): number => ((value - low) / (high - low || 1)) * WIDTH;
  return el(
    'table',
    { class: 'ranges' },
    el('caption', {}, label, unit ? el('span', { class: 'quiet' }, ` ${unit}`) : null),
    el(
      'thead',
      { class: 'unseen' },
      el('tr', {}, ...[t('what'), t('interval'), t('low, middle, high')].map((one) => el('th', { scope: 'col' }, one))),
    ),
    el(
      'tbody',
      {},
      ...rows.map((row) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row' }, row.label, row.note ? el('span', { class: 'quiet small' }, ` ${row.note}`) : null),
          el('td', { class: 'strip', dir: 'ltr' }, strip(row, at)),
          el('td', { class: 'number' }, figures(row)),
        ),
      ),
    ),
  );
}

function figures(row: Range): string {
  if (row.mid === null) return t('missing');
  if (row.low === null || row.high === null) return number(row.mid);
  return `${number(row.mid)} (${span(row.low, row.high)})`;
}

function strip(row: Range, at: (value: number) => number): SVGElement {
  const tone = `tone-${row.tone ?? 1}`;
  const parts: SVGElement[] = [svg('line', { class: 'strip-zero', x1: at(0), x2: at(0), y1: 0, y2: 16 })];
  if (row.mid === null) parts.push(svg('rect', { class: 'strip-missing', width: WIDTH, height: 16 }));
  if (row.low !== null && row.high !== null) {
    parts.push(
      svg('rect', {
        class: `strip-band ${tone}`,
        x: at(row.low),
        width: Math.max(2, at(row.high) - at(row.low)),
        y: 4,
        height: 8,
      }),
    );
  }
  if (row.mid !== null)
    parts.push(svg('rect', { class: `strip-mid ${tone}`, x: at(row.mid) - 1.5, width: 3, y: 1, height: 14 }));
  return svg('svg', { viewBox: `0 0 ${WIDTH} 16`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...parts);
}
