/** Displacement: who is where now, who is expected to arrive, which camps fill, and by which roads. */

import '../style/corridors.css';
import { shapesOf, view, type Filters, type Job, type Row, type Table } from '../api';
import { drawChart, ranges, type ChartView, type Range } from '../chart';
import { choice, el } from '../dom';
import { jobPanel, monthsAhead } from '../job';
import { drawMap, type MapLine, type MapSpec } from '../map';
import { failure, loading, notMade, screenHead, section } from '../page';
import { numberIn, resultFilters, resultIf, resultOf } from '../results';
import type { State } from '../state';
import { dataTable, provenance, twin } from '../table';
import { monthName, number, percent, t } from '../words';
import { campPoints } from './situation';

type Drawn = { remove(): void }[];
const EVERYWHERE = { admin1_code: null, admin2_code: null, limit: 10000 };

export async function show(root: HTMLElement, state: State): Promise<() => void> {
  const drawn: Drawn = [];
  const result = el('div', { class: 'stack' });
  const now = el('div', { class: 'grid-2' });
  const lead = t(
    'People who fled and people on the way: counted, and expected with an interval. Aggregates of camps and roads only.',
  );
  const panel = jobPanel(state, {
    verb: 'displace',
    label: t('Make the forecast'),
    arguments: () => ({ months: Number(state.get('months', '3')) }),
    form: monthsAhead(state),
    onDone: (job) => present(result, state, job, drawn),
  });
  if (!state.get('job')) result.append(notMade(t('Nothing is forecast yet for this month.')));
  root.append(
    screenHead(state, t('Displacement'), lead),
    el('div', { class: 'stack' }, now, section(t('Expected arrivals'), panel), result),
  );
  await counted(now, state, drawn);
  return () => drawn.forEach((one) => one.remove());
}

/** Draw what is counted: camps on the map, and people by country and month. */
async function counted(root: HTMLElement, state: State, drawn: Drawn): Promise<void> {
  const [where, course] = [section(t('Camps and sites')), section(t('Refugees counted, by host country'))];
  root.append(where, course);
  const [camps, counts] = await Promise.all([
    view('camps', state, EVERYWHERE),
    view('displacement', state, { ...EVERYWHERE, measure: 'stock', group: 'refugees', origin: state.country }),
  ]);
  drawn.push(await drawMap(where, state, campSpec(camps.data)));
  const order = ['name', 'iso3', 'people', 'capacity', 'date', 'missing'];
  const table = dataTable(state, camps, {
    caption: t('Camps and sites, last count'),
    order,
    only: true,
    downloads: EVERYWHERE,
  });
  where.append(el('details', {}, el('summary', {}, t('Show as table')), table), provenance(camps.meta));
  if (counts.data.length > 0) drawn.push(await hostChart(course, counts, await countryNames(state)));
  const shown = dataTable(state, counts, {
    caption: t('Counts of refugees'),
    order: ['date', 'host', 'place_name', 'people', 'source'],
    only: true,
    downloads: { ...EVERYWHERE, measure: 'stock', group: 'refugees' },
  });
  course.append(el('details', {}, el('summary', {}, t('Show as table')), shown), provenance(counts.meta));
}

function campSpec(rows: Row[]): MapSpec {
  const title = t('People in camps and sites, last count');
  return {
    label: title,
    title,
    points: campPoints(rows),
    legend: [
      ['point-circle-1', t('Camp or site, by people at the last count')],
      ['point-circle-1-hollow', t('Camp without a count')],
    ],
  };
}

/** Return what countries around are called, by ISO code. */
async function countryNames(state: State): Promise<Map<string, string>> {
  const around = await shapesOf('basemap', state, { admin1_code: null, admin2_code: null, as_of: null });
  const countries = around.features.filter((one) => one.properties['kind'] === 'country');
  return new Map(countries.map((one) => [String(one.properties['iso3']), String(one.properties['name'])]));
}

async function hostChart(root: HTMLElement, counts: Table, names: Map<string, string>): Promise<ChartView> {
  const yearly = counts.data.filter((row) => !row['place_id'] && row['people'] !== null);
  const hosts = [...new Set(yearly.map((row) => String(row['host'])))];
  const sums = hosts.map((host) => ({ host, rows: yearly.filter((row) => row['host'] === host) }));
  const largest = sums.sort((a, b) => highest(b.rows) - highest(a.rows)).slice(0, 5);
  const months = [...new Set(yearly.map((row) => String(row['month'])))].sort();
  const lines = largest.map(({ host, rows }, at) => {
    const by = new Map(rows.map((row) => [String(row['month']), numberIn(row, 'people')]));
    return {
      label: names.get(host) ?? host,
      values: months.map((month) => by.get(month) ?? null),
      tone: ((at % 6) + 1) as 1,
      dashed: at > 2,
    };
  });
  return drawChart(root, { label: t('Refugees by host country over time'), unit: t('people'), months, lines });
}

function highest(rows: Row[]): number {
  return Math.max(0, ...rows.map((row) => numberIn(row, 'people') ?? 0));
}

async function present(root: HTMLElement, state: State, job: Job, drawn: Drawn): Promise<void> {
  root.replaceChildren(loading(t('Loading the forecast')));
  try {
    const [arrivals, routes, sites, needs, roads] = await Promise.all([
      resultOf(state, job, 'arrivals'),
      resultOf(state, job, 'routes'),
      resultIf(state, job, 'sites'),
      resultIf(state, job, 'site_needs'),
      shapesOf('roads', state, { admin1_code: null, admin2_code: null }),
    ]);
    if (state.signal.aborted) return;
    const [left, right] = [section(t('Roads people are expected to take')), section(t('Arrivals by site'))];
    root.replaceChildren(el('div', { class: 'grid-2' }, left, right));
    drawn.push(await drawMap(left, state, roadSpec(routes.data, roads.features)));
    const downloads = resultFilters(job);
    left.append(
      el(
        'details',
        {},
        el('summary', {}, t('Show as table')),
        dataTable(state, routes, { caption: t('People on each road, with interval'), downloads }),
      ),
    );
    right.append(...arrivalParts(state, arrivals, downloads));
    if (sites)
      root.append(
        section(
          t('Camps filling'),
          fillingList(sites.data),
          twin(el('div'), dataTable(state, sites, { caption: t('Camps at the end of the months ahead'), downloads })),
        ),
      );
    if (needs)
      root.append(
        section(
          t('What the median number of people needs'),
          dataTable(state, needs, { caption: t('Needs by site and standard'), downloads, shown: 20 }),
        ),
      );
    root.append(provenance(arrivals.meta));
  } catch (problem) {
    root.replaceChildren(failure(problem));
  }
}

/** Return the arrivals of a month to choose, site by site, and all of them as a table. */
function arrivalParts(state: State, arrivals: Table, downloads: Filters): HTMLElement[] {
  const months = [...new Set(arrivals.data.map((row) => String(row['month'])))].sort();
  const strips = el('div');
  const draw = (month: string): void =>
    strips.replaceChildren(
      ranges(
        t('People expected to arrive in {month}', { month: monthName(month) }),
        t('people'),
        arrivalRanges(arrivals.data, month),
      ),
    );
  const shown = months.find((one) => one === state.get('month')) ?? months[0] ?? '';
  const field = choice(
    t('Month'),
    months.map((one) => [one, monthName(one)] as const),
    shown,
    (month) => (state.keep({ month }), draw(month)),
  );
  draw(shown);
  return [field, twin(strips, dataTable(state, arrivals, { caption: t('Arrivals by site and month'), downloads }))];
}

function arrivalRanges(rows: Row[], month: string): Range[] {
  return rows
    .filter((row) => row['month'] === month && row['site'] !== 'ALL')
    .map((row) => ({
      label: String(row['site']),
      low: numberIn(row, 'low'),
      mid: numberIn(row, 'median'),
      high: numberIn(row, 'high'),
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

function roadSpec(routes: Row[], features: { geometry: unknown; properties: Row }[]): MapSpec {
  const most = Math.max(1, ...routes.map((row) => numberIn(row, 'median') ?? 0));
  const by = new Map(routes.map((row) => [pair(row['from'], row['to']), row]));
  const lines = features.flatMap((one): MapLine[] => {
    const coordinates = linesOf(one.geometry);
    if (coordinates.length === 0) return [];
    const [a, b] = [one.properties['from_name'], one.properties['to_name']];
    const both = [by.get(pair(a, b)), by.get(pair(b, a))].filter((row): row is Row => row !== undefined);
    const people = Math.max(...both.map((row) => numberIn(row, 'median') ?? 0), 0);
    const id = String(one.properties['link_id']);
    if (both.length === 0)
      return [
        {
          id,
          coordinates,
          label: t('{from} to {to}: nobody expected', { from: String(a), to: String(b) }),
          state: 'plain',
        },
      ];
    const label = t('{from} to {to}: {people} people (median)', {
      from: String(a),
      to: String(b),
      people: number(people),
    });
    return [{ id, coordinates, label, state: 'used', width: 1 + 2.5 * Math.sqrt(people / most) }];
  });
  const title = t('People expected on each road, median');
  return {
    label: title,
    title,
    lines,
    legend: [
      ['line-used', t('Used; wider where more people')],
      ['line-plain', t('Other road')],
    ],
  };
}

function pair(from: unknown, to: unknown): string {
  return `${String(from)}>${String(to)}`;
}

/** Return the lines of a road's shape. */
export function linesOf(geometry: unknown): number[][][] {
  const shape = geometry as { type?: string; coordinates?: number[][] | number[][][] } | null;
  if (shape?.type === 'LineString') return [shape.coordinates as number[][]];
  return shape?.type === 'MultiLineString' ? (shape.coordinates as number[][][]) : [];
}

/** Return camps with their people now and at the end against what they were planned for. */
function fillingList(rows: Row[]): HTMLElement {
  const items = rows.map((row) => {
    const [capacity, end] = [numberIn(row, 'capacity'), numberIn(row, 'median')];
    const share = capacity ? (end ?? 0) / capacity : null;
    const words = {
      camp: String(row['site']),
      now: number(row['people_now']),
      end: number(end),
      capacity: number(capacity),
    };
    const chance = numberIn(row, 'overflow_chance');
    return el(
      'li',
      { class: 'filling' },
      el(
        'span',
        {},
        capacity
          ? t('{camp}: {now} now, {end} at the end, planned for {capacity}', words)
          : t('{camp}: {now} now, {end} at the end; plan not known', words),
      ),
      share === null
        ? el('span', { class: 'pill gap' }, t('capacity missing'))
        : el('meter', {
            min: 0,
            max: 1.5,
            high: 1,
            optimum: 0,
            value: Math.min(1.5, share),
            'aria-label': percent(share),
          }),
      chance === null
        ? null
        : el(
            'span',
            { class: 'quiet small' },
            t('{chance} chance of more people than planned for, median from {date}', {
              chance: percent(chance),
              date: monthName(row['overflow_median']),
            }),
          ),
    );
  });
  return el('ul', { class: 'fillings' }, ...items);
}
