/** The axis of months below every chart: years where there are many, months where there are few. */

import type uPlot from 'uplot';
import { monthName } from './words';

const STEPS = [1, 2, 3, 6, 12, 24, 60, 120];
const ROOM = 76; // pixels a label needs

function ordinal(month: string): number {
  const [year = 0, one = 1] = month.split('-').map(Number);
  return year * 12 + one - 1;
}

/** Return a colour of the page's tokens as it is now. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Return the axis for months that stand at 0, 1, 2 ... */
export function monthsAxis(months: string[]): uPlot.Axis {
  const first = ordinal(months[0] ?? '2000-01');
  const step = (width: number, low: number, high: number): number =>
    STEPS.find((one) => ((high - low) / one) * ROOM <= width) ?? 240;
  return {
    stroke: token('quiet'),
    font: '12px system-ui, sans-serif',
    size: 28,
    grid: { show: false },
    ticks: { stroke: token('line'), width: 1, size: 5 },
    splits: (chart, _axis, low, high) => {
      const by = step(chart.width - 70, low, high);
      const found: number[] = [];
      for (let at = Math.max(0, Math.ceil(low)); at <= Math.min(high, months.length - 1); at += 1) {
        if ((first + at) % by === 0) found.push(at);
      }
      return found;
    },
    values: (chart, at) => {
      const by = step(chart.width - 70, chart.scales['x']?.min ?? 0, chart.scales['x']?.max ?? months.length);
      return at.map((one) => (by >= 12 ? (months[one] ?? '').slice(0, 4) : monthName(months[one])));
    },
  };
}

/** Return the axis of values with the page's grid. */
export function valueAxis(text: (value: number) => string): uPlot.Axis {
  return {
    stroke: token('quiet'),
    font: '12px system-ui, sans-serif',
    size: 56,
    grid: { stroke: token('line'), width: 1 },
    ticks: { show: false },
    values: (_chart, at) => at.map(text),
  };
}
