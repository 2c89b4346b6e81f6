/** Lines, bars and intervals by month; months nobody counted are hatched, never drawn as zero. */

import type uPlot from 'uplot';
import { el } from './dom';
import { monthsAxis, token, valueAxis } from './months_axis';
import { monthName, number, span, t } from './words';

export { ranges, type Range } from './ranges';
export { timeline, type TimelineOptions, type TimelineView } from './timeline';

export type Values = readonly (number | null)[];
export type Tone = 1 | 2 | 3 | 4 | 5 | 6;
export interface Line {
  label: string;
  values: Values;
  low?: Values;
  high?: Values;
  kind?: 'line' | 'bars' | 'steps';
  tone?: Tone;
  dashed?: boolean;
}
export interface ChartSpec {
  /** What the chart shows, for whoever does not see it. */
  label: string;
  unit: string;
  months: string[];
  lines: Line[];
  /** Month in which the forecast starts. */
  from?: string;
  height?: number;
}
export interface ChartView {
  update(spec: ChartSpec): void;
  remove(): void;
}

/** Draw a chart into an element; it follows the width of its place. */
export async function drawChart(root: HTMLElement, spec: ChartSpec): Promise<ChartView> {
  const [{ default: Plot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
  const place = el('div', { class: 'chart-plot', dir: 'ltr', role: 'img', 'aria-label': spec.label });
  const legend = el('div', { class: 'legend small' });
  const reading = el('p', { class: 'reading small quiet', 'aria-hidden': 'true' });
  const figure = el('figure', { class: 'chart' }, legend, place, reading);
  root.append(figure);
  let shown = spec;
  let plot: uPlot | null = null;
  const size = (): { width: number; height: number } => ({
    width: Math.max(place.clientWidth, 200),
    height: shown.height ?? 260,
  });
  const draw = (): void => {
    plot?.destroy();
    place.setAttribute('aria-label', shown.label);
    legend.replaceChildren(...keys(shown));
    plot = new Plot({ ...optionsOf(shown, Plot, reading), ...size() }, dataOf(shown) as uPlot.AlignedData, place);
  };
  draw();
  const watch = new ResizeObserver(() => plot?.setSize(size()));
  watch.observe(place);
  return {
    update: (next) => {
      shown = next;
      draw();
    },
    remove: () => {
      watch.disconnect();
      plot?.destroy();
      figure.remove();
    },
  };
}

function dataOf(spec: ChartSpec): Values[] {
  const columns = spec.lines.flatMap((one) => (one.low && one.high ? [one.high, one.low, one.values] : [one.values]));
  return [spec.months.map((_, at) => at), ...columns];
}

function optionsOf(spec: ChartSpec, Plot: typeof uPlot, reading: HTMLElement): Omit<uPlot.Options, 'width' | 'height'> {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const one of spec.lines) {
    const colour = token(`tone-${one.tone ?? 1}`);
    if (one.low && one.high) {
      bands.push({ series: [series.length, series.length + 1], fill: `${colour}33` });
      series.push(edge(), edge());
    }
    series.push(lineOf(one, colour, Plot));
  }
  return {
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, range: (_plot, low, high) => [low - 0.5, high + 0.5] },
      y: { range: (_plot, low, high) => room(low, high) },
    },
    axes: [monthsAxis(spec.months), valueAxis((value) => number(value))],
    series,
    bands,
    hooks: {
      drawClear: [(plot) => hatch(plot, spec)],
      draw: [(plot) => mark(plot, spec)],
      setCursor: [(plot) => (reading.textContent = readingAt(spec, plot.cursor.idx))],
    },
  };
}

function room(low: number | null, high: number | null): [number, number] {
  const top = Math.max(high ?? 0, 0);
  return [Math.min(low ?? 0, 0), top === 0 ? 1 : top * 1.06];
}

function edge(): uPlot.Series {
  return { stroke: 'transparent', width: 0, points: { show: false } };
}

function lineOf(line: Line, colour: string, Plot: typeof uPlot): uPlot.Series {
  const common: uPlot.Series = {
    stroke: colour,
    width: 2,
    points: { show: isSparse(line.values), size: 5, fill: colour },
  };
  if (line.dashed) common.dash = [6, 4];
  if (line.kind === 'bars')
    return {
      ...common,
      width: 0,
      fill: colour,
      points: { show: false },
      ...drawnBy(Plot.paths.bars?.({ size: [0.8, 60] })),
    };
  if (line.kind === 'steps') return { ...common, ...drawnBy(Plot.paths.stepped?.({ align: 1 })) };
  return common;
}

function drawnBy(paths: uPlot.Series.PathBuilder | undefined): { paths?: uPlot.Series.PathBuilder } {
  return paths ? { paths } : {};
}

function isSparse(values: Values): boolean {
  return values.length <= 36 || values.filter((one) => one !== null).length <= 36;
}

function isMissing(spec: ChartSpec, at: number): boolean {
  return spec.lines.every((one) => (one.values[at] ?? null) === null && (one.high?.[at] ?? null) === null);
}

/** Hatch the months for which no line has a value. */
function hatch(plot: uPlot, spec: ChartSpec): void {
  const { left, top, width, height } = plot.bbox;
  const pen = plot.ctx;
  pen.save();
  pen.strokeStyle = token('hatch');
  pen.globalAlpha = 0.45;
  pen.lineWidth = devicePixelRatio;
  for (let at = 0; at < spec.months.length; at += 1) {
    if (!isMissing(spec, at)) continue;
    let end = at;
    while (end + 1 < spec.months.length && isMissing(spec, end + 1)) end += 1;
    const from = Math.max(left, plot.valToPos(at - 0.5, 'x', true));
    const to = Math.min(left + width, plot.valToPos(end + 0.5, 'x', true));
    pen.save();
    pen.beginPath();
    pen.rect(from, top, to - from, height);
    pen.clip();
    pen.beginPath();
    for (let x = from - height; x < to; x += 8 * devicePixelRatio) {
      pen.moveTo(x, top + height);
      pen.lineTo(x + height, top);
    }
    pen.stroke();
    pen.restore();
    at = end;
  }
  pen.restore();
}

/** Draw an upright line where the forecast starts. */
function mark(plot: uPlot, spec: ChartSpec): void {
  const at = spec.from ? spec.months.indexOf(spec.from) : -1;
  if (at < 0) return;
  const x = plot.valToPos(at - 0.5, 'x', true);
  const pen = plot.ctx;
  pen.save();
  pen.strokeStyle = token('quiet');
  pen.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  pen.beginPath();
  pen.moveTo(x, plot.bbox.top);
  pen.lineTo(x, plot.bbox.top + plot.bbox.height);
  pen.stroke();
  pen.restore();
}

function readingAt(spec: ChartSpec, at: number | null | undefined): string {
  if (at === null || at === undefined) return '';
  const parts = spec.lines.map((one) => {
    const [low, high] = [one.low?.[at] ?? null, one.high?.[at] ?? null];
    const spread = low !== null && high !== null ? ` (${span(low, high)})` : '';
    const value = one.values[at] ?? null;
    return value === null && !spread ? null : `${one.label} ${number(value)}${spread}`;
  });
  const told = parts.filter(Boolean).join(' · ') || t('missing');
  return `${monthName(spec.months[at])}: ${told}`;
}

function keys(spec: ChartSpec): Node[] {
  const shown: Node[] = spec.lines.map((one) => {
    const kind = one.kind === 'bars' ? 'key-bar' : one.dashed ? 'key-dash' : 'key-line';
    return el('span', { class: `key ${kind} tone-${one.tone ?? 1}` }, one.label);
  });
  const spread = spec.lines.find((one) => one.low);
  if (spread) shown.push(el('span', { class: `key key-band tone-${spread.tone ?? 1}` }, t('90 % interval')));
  if (spec.months.some((_, at) => isMissing(spec, at)))
    shown.push(el('span', { class: 'key key-hatch' }, t('no data')));
  if (spec.unit) shown.push(el('span', { class: 'quiet' }, spec.unit));
  return shown;
}
