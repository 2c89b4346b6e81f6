/** The line of months below the map: drag over it, or move its two ends by keyboard. */

import type uPlot from 'uplot';
import { el } from './dom';
import { monthsAxis, token, valueAxis } from './months_axis';
import { monthName, number, t } from './words';

export interface TimelineOptions {
  label: string;
  months: string[];
  values: readonly (number | null)[];
  from: string;
  to: string;
  onChange: (from: string, to: string) => void;
}
export interface TimelineView {
  move(from: string, to: string): void;
  remove(): void;
}

const WAIT = 60; // milliseconds a hand rests before the map follows

/** Draw bars by month with a window to move; changes are told once the hand rests. */
export async function timeline(root: HTMLElement, options: TimelineOptions): Promise<TimelineView> {
  const [{ default: Plot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  const { months } = options;
  const last = months.length - 1;
  let [from, to] = [
    Math.max(0, months.indexOf(options.from)),
    months.indexOf(options.to) < 0 ? last : months.indexOf(options.to),
  ];
  const place = el('div', { class: 'chart-plot timeline-plot', dir: 'ltr', role: 'img', 'aria-label': options.label });
  const told = el('output', { class: 'timeline-told' });
  const ends = [handle(t('First month'), last), handle(t('Last month'), last)] as const;
  const whole = el('button', { type: 'button', class: 'button' }, t('Whole time'));
  const year = el('button', { type: 'button', class: 'button' }, t('Last twelve months'));
  const figure = el(
    'figure',
    { class: 'timeline' },
    place,
    el('div', { class: 'timeline-inputs', dir: 'ltr' }, ends[0], ends[1]),
    el('div', { class: 'row timeline-foot' }, told, year, whole),
  );
  root.append(figure);

  const plot = plotOf(Plot, place, options, (a, b) => take(a, b));
  const show = (): void => {
    ends.forEach((one, at) => {
      one.value = String(at === 0 ? from : to);
      one.setAttribute('aria-valuetext', monthName(months[at === 0 ? from : to]));
    });
    told.textContent = t('{from} to {to}', { from: monthName(months[from]), to: monthName(months[to]) });
    const x = plot.valToPos(from - 0.5, 'x');
    plot.setSelect({ left: x, width: plot.valToPos(to + 0.5, 'x') - x, top: 0, height: plot.over.clientHeight }, false);
  };
  let rest = 0;
  const take = (a: number, b: number): void => {
    const inside = (one: number): number => Math.min(last, Math.max(0, Math.round(one)));
    [from, to] = [inside(Math.min(a, b)), inside(Math.max(a, b))];
    show();
    clearTimeout(rest);
    rest = window.setTimeout(() => options.onChange(months[from] ?? '', months[to] ?? ''), WAIT);
  };
  ends[0].addEventListener('input', () => take(Math.min(Number(ends[0].value), to), to));
  ends[1].addEventListener('input', () => take(from, Math.max(Number(ends[1].value), from)));
  whole.addEventListener('click', () => take(0, last));
  year.addEventListener('click', () => take(last - 11, last));
  show();
  const watch = new ResizeObserver(() => {
    plot.setSize({ width: place.clientWidth, height: plot.height });
    show();
  });
  watch.observe(place);
  return {
    move: (first, end) => {
      [from, to] = [Math.max(0, months.indexOf(first)), Math.max(0, months.indexOf(end))];
      show();
    },
    remove: () => {
      clearTimeout(rest);
      watch.disconnect();
      plot.destroy();
      figure.remove();
    },
  };
}

function handle(label: string, last: number): HTMLInputElement {
  return el('input', { type: 'range', min: 0, max: last, step: 1, 'aria-label': label });
}

function plotOf(
  Plot: typeof uPlot,
  place: HTMLElement,
  options: TimelineOptions,
  take: (a: number, b: number) => void,
): uPlot {
  const colour = token('tone-2');
  const bars = Plot.paths.bars?.({ size: [0.9, 40] });
  const settings: uPlot.Options = {
    width: Math.max(place.clientWidth, 200),
    height: 130,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false, dist: 4 }, points: { show: false } },
    scales: {
      x: { time: false, range: (_plot, low, high) => [low - 0.5, high + 0.5] },
      y: { range: (_plot, _low, high) => [0, (high || 1) * 1.05] },
    },
    axes: [monthsAxis(options.months), valueAxis((value) => number(value))],
    series: [{}, { fill: colour, stroke: colour, width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) }],
    hooks: {
      setSelect: [
        (plot) => {
          if (plot.select.width > 0)
            take(plot.posToVal(plot.select.left, 'x'), plot.posToVal(plot.select.left + plot.select.width, 'x'));
        },
      ],
    },
  };
  const data = [options.months.map((_, at) => at), [...options.values]] as uPlot.AlignedData;
  return new Plot(settings, data, place);
}
