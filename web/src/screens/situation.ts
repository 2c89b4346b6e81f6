/** The situation: the five principles in order, the map, the months, and the area looked at. */

import '../style/situation.css';
import { areaShapes, view, type Filters, type Row, type Shapes, type Table } from '../api';
import { areaCard, areaOf } from '../area_card';
import { timeline, type TimelineView } from '../chart';
import { choice, el, toggle } from '../dom';
import { eventCells, type EventCells } from '../event_cells';
import { ladder } from '../ladder';
import { boxOf, classScale, drawMap, type MapPoint, type MapSpec, type MapView } from '../map';
import { put, screenHead, section } from '../page';
import type { State } from '../state';
import { dataTable, provenance, twin } from '../table';
import { monthName, monthsBetween, number, t } from '../words';

const EVERYWHERE = { admin1_code: null, admin2_code: null };
const MOST = 10000;
const ONE_BY_ONE = 2000; // events drawn and filtered on the page; more are counted by the service
const REST = 1500; // milliseconds without a move before the rows of the table are asked for

interface Window {
  from: string;
  to: string;
}

export async function show(root: HTMLElement, state: State): Promise<() => void> {
  const rungs = el('div', { class: 'situation-ladder' });
  const middle = el('div', { class: 'situation-middle stack' });
  const side = el('div', { class: 'situation-side' });
  const lead = t(
    'What is known, by the five principles in order. What is not known is shown as missing, never as zero.',
  );
  root.append(screenHead(state, t('Situation'), lead), el('div', { class: 'situation' }, rungs, middle, side));
  const indicators = view('indicators', state, { ...EVERYWHERE, milestone: 0, limit: MOST });
  const done: (() => void)[] = [];
  await Promise.all([
    put(
      rungs,
      indicators.then((table) => ladderCard(state, table)),
      t('Loading the five principles'),
    ),
    put(
      side,
      indicators.then((table) => areaCard(state, table)),
      t('Loading the area'),
    ),
    mapAndMonths(middle, state).then((stop) => done.push(stop)),
  ]);
  return () => done.forEach((stop) => stop());
}

async function ladderCard(state: State, table: Table): Promise<HTMLElement> {
  const own = table.data.filter((row) => row['area_kind'] !== 'area');
  const order = [
    'principle',
    'label',
    'area_name',
    'month',
    'value',
    'unit',
    'missing',
    'confidence',
    'turn',
    'source',
  ];
  const all = dataTable(state, table, {
    caption: t('All indicators'),
    order,
    only: true,
    downloads: { ...EVERYWHERE, milestone: 0 },
    shown: 60,
  });
  return section(t('Five principles, in order'), twin(ladder(state, own), all), provenance(table.meta));
}

async function mapAndMonths(root: HTMLElement, state: State): Promise<() => void> {
  const [mapCard, months] = [el('section', { class: 'card' }), el('section', { class: 'card' })];
  root.append(mapCard, months);
  const [shapes, needs, population, places] = await Promise.all([
    areaShapes(state, 2),
    view('needs', state, { ...EVERYWHERE, limit: MOST }),
    view('population', state, { ...EVERYWHERE, level: 2, limit: MOST }),
    pointTables(state),
  ]);
  const window: Window = { from: state.get('from'), to: state.get('to') };
  let data: Data = { shapes, needs, population, ...places, cells: null };
  const isLarge = places.events.meta.total > places.events.data.length;
  const box = boxOf(shapes);
  const asked = (): Filters => ({ ...EVERYWHERE, from: window.from, to: window.to });
  if (isLarge) data = { ...data, cells: await eventCells(state, asked(), box) };
  let map: MapView | null = null;
  const below = el('div');
  const draw = (): void => {
    const spec = specOf(state, data, window);
    map?.update(spec);
    below.replaceChildren(twinOf(state, data, window));
  };
  const how = toggle(
    t('How the map is drawn'),
    [
      ['areas', t('Areas')],
      ['points', t('Points')],
      ['heat', t('Heat')],
    ] as const,
    state.get('draw', 'areas'),
    (value) => (state.keep({ draw: value === 'areas' ? null : value }), draw()),
  );
  const what = choice(
    t('Areas shaded by'),
    subjects(),
    state.get('show', 'needs'),
    (value) => (state.keep({ show: value }), draw()),
  );
  mapCard.append(el('div', { class: 'row' }, el('h2', { class: 'grow' }, t('Map')), what, how));
  map = await drawMap(mapCard, state, specOf(state, data, window));
  mapCard.append(below);
  draw();
  let [isAsking, isMoved, resting] = [false, false, 0];
  const rowsToo = async (): Promise<void> => {
    const { from, to } = window;
    const events = await view('events', state, { ...asked(), limit: ONE_BY_ONE });
    if (state.signal.aborted || from !== window.from || to !== window.to) return; // moved on meanwhile
    data = { ...data, events };
    draw();
  };
  const warn = (problem: unknown): void => console.warn('The events were not counted.', problem);
  const moved = (): void => {
    if (!isLarge) return draw();
    if (state.get('draw', 'areas') === 'areas') draw(); // shading waits for no counts
    clearTimeout(resting);
    resting = setTimeout(() => void rowsToo().catch(warn), REST) as unknown as number;
    isMoved = isAsking; // asked again as soon as the answer to the last move is there
    if (isAsking) return;
    isAsking = true;
    const drawn = eventCells(state, asked(), box).then((cells) => {
      data = { ...data, cells };
      if (!state.signal.aborted) map?.update(specOf(state, data, window));
    });
    void drawn.catch(warn).finally(() => {
      isAsking = false;
      if (isMoved && !state.signal.aborted) moved();
    });
  };
  const line = await monthsCard(months, state, window, moved);
  return () => (clearTimeout(resting), map?.remove(), line?.remove());
}

interface Data {
  shapes: Shapes;
  needs: Table;
  population: Table;
  events: Table;
  /** Of events too many to draw one by one: marks of the cells they are counted in. */
  cells: EventCells | null;
  camps: Table;
  presence: Table;
}

async function pointTables(state: State): Promise<Pick<Data, 'events' | 'camps' | 'presence'>> {
  const names = ['events', 'camps', 'presence'] as const;
  const [events, camps, presence] = await Promise.all(
    names.map((name) => view(name, state, { ...EVERYWHERE, limit: name === 'events' ? ONE_BY_ONE : MOST })),
  );
  return { events: events as Table, camps: camps as Table, presence: presence as Table };
}

function subjects(): [string, string][] {
  return [
    ['needs', t('People in food crisis or worse')],
    ['population', t('Residents on record')],
  ];
}

function valuesOf(
  state: State,
  data: Data,
  window: Window,
): { values: Map<string, number | null>; month: string; table: Table; filters: Record<string, unknown> } {
  if (state.get('show', 'needs') === 'population') {
    const values = new Map(
      data.population.data.map((row) => [
        String(row['area']),
        row['missing'] === true ? null : (row['people'] as number | null),
      ]),
    );
    return { values, month: '', table: data.population, filters: { level: 2 } };
  }
  const until = window.to || '9999-12';
  const rows = data.needs.data.filter((row) => String(row['date_start']).slice(0, 7) <= until);
  const newest =
    rows
      .map((row) => String(row['date_start']))
      .sort()
      .at(-1) ?? '';
  const current = rows.filter((row) => row['date_start'] === newest);
  const values = new Map(current.map((row) => [String(row['area']), row['phase3_plus'] as number | null]));
  return { values, month: newest, table: { ...data.needs, data: current }, filters: { from: newest, to: newest } };
}

function specOf(state: State, data: Data, window: Window): MapSpec {
  const drawn = state.get('draw', 'areas');
  const { values, month } = valuesOf(state, data, window);
  const subject = subjects().find(([name]) => name === state.get('show', 'needs'))?.[1] ?? '';
  const pick = (code: string): void =>
    state.go({ admin2_code: code === state.admin2 ? null : code, admin1_code: null });
  const areas = {
    shapes: data.shapes,
    values,
    scale: classScale(values.values()),
    picked: areaOf(state),
    onPick: pick,
  };
  if (drawn === 'areas') {
    const points = campPoints(data.camps.data);
    return {
      label: t('Map of areas: {subject}', { subject }),
      title: subject,
      unit: t('people'),
      asOf: month,
      areas,
      points,
      legend: [['point-circle-1', t('Camp or site, by people at the last count')]],
    };
  }
  const events = data.cells?.marks ?? eventPoints(within(data.events.data, window));
  const count = number(data.cells?.count ?? events.length);
  const title = t('Violence on record, {count} events', { count });
  const base: MapSpec = { label: title, title, points: events };
  if (drawn === 'heat') return { ...base, heat: true, legend: [['heat', t('More events on record here')]] };
  const points = [...events, ...campPoints(data.camps.data), ...basePoints(data.presence.data)];
  return {
    ...base,
    points,
    legend: [
      data.cells ? ['point-square-2', t('Violent events counted by square')] : ['point-diamond-2', t('Violent event')],
      ['point-circle-1', t('Camp or site, by people at the last count')],
      ['point-square-3-hollow', t('Base of an international force')],
    ],
  };
}

function within(rows: Row[], window: Window): Row[] {
  return rows.filter((row) => {
    const month = String(row['month'] ?? row['date_start']).slice(0, 7);
    return (!window.from || month >= window.from) && (!window.to || month <= window.to);
  });
}

function place(row: Row): { longitude: number; latitude: number } | null {
  const [longitude, latitude] = [row['longitude'], row['latitude']];
  return typeof longitude === 'number' && typeof latitude === 'number' ? { longitude, latitude } : null;
}

function eventPoints(rows: Row[]): MapPoint[] {
  return rows.flatMap((row) => {
    const at = place(row);
    const label = [row['place'], monthName(row['month'])].filter(Boolean).join(', ');
    return at ? [{ id: String(row['event_id']), ...at, label, shape: 'diamond' as const, tone: 2 as const }] : [];
  });
}

/** Return camps as circles by people; a camp nobody counted is a hollow one. */
export function campPoints(rows: Row[]): MapPoint[] {
  const most = Math.max(1, ...rows.map((row) => Number(row['people'] ?? 0)));
  return rows.flatMap((row) => {
    const at = place(row);
    if (!at) return [];
    const people = typeof row['people'] === 'number' ? row['people'] : null;
    const label =
      people === null
        ? t('{camp}: no count', { camp: String(row['name']) })
        : t('{camp}: {people} people', { camp: String(row['name']), people });
    const mark = { id: String(row['place_id']), ...at, label, shape: 'circle' as const, tone: 1 as const };
    return people === null ? [{ ...mark, hollow: true, size: 0.01 }] : [{ ...mark, size: people / most }];
  });
}

function basePoints(rows: Row[]): MapPoint[] {
  const newest = Math.max(...rows.map((row) => Number(row['year'] ?? 0)));
  return rows
    .filter((row) => Number(row['year']) === newest)
    .flatMap((row, number) => {
      const at = place(row);
      const label = [row['force'], row['site'], row['year']].filter(Boolean).join(', ');
      return at
        ? [{ id: `base-${number}`, ...at, label, shape: 'square' as const, tone: 3 as const, hollow: true }]
        : [];
    });
}

function twinOf(state: State, data: Data, window: Window): HTMLElement {
  const isAreas = state.get('draw', 'areas') === 'areas';
  const shown = valuesOf(state, data, window);
  const rows = within(data.events.data, window);
  const total = data.cells ? data.events.meta.total : rows.length;
  const events = { ...data.events, data: rows, meta: { ...data.events.meta, total } };
  const table = isAreas ? { ...shown.table, meta: { ...shown.table.meta, total: shown.table.data.length } } : events;
  const names = new Map(
    data.shapes.features.map((one) => [String(one.properties['pcode']), String(one.properties['name'])]),
  );
  const grid = dataTable(state, table, {
    caption: isAreas ? t('Areas on the map') : t('Events on the map'),
    hide: ['longitude', 'latitude', 'admin1_code', 'population'],
    key: 'area',
    picked: areaOf(state),
    shown: 60,
    downloads: {
      ...EVERYWHERE,
      ...(isAreas ? (shown.filters as Record<string, string>) : { from: window.from, to: window.to }),
    },
    cell: (name, row) => (name === 'area' || name === 'admin2_code' ? (names.get(String(row[name])) ?? null) : null),
    ...(isAreas ? { onPick: (row: Row) => state.go({ admin2_code: String(row['area']), admin1_code: null }) } : {}),
  });
  return el('details', {}, el('summary', {}, t('Show as table')), grid, provenance(table.meta));
}

async function monthsCard(
  root: HTMLElement,
  state: State,
  window: Window,
  redraw: () => void,
): Promise<TimelineView | null> {
  const filters = { ...EVERYWHERE, area_kind: 'country', type: 'all', limit: MOST };
  const series = await view('violence', state, filters);
  const counts = new Map(series.data.map((row) => [String(row['month']), row['deaths'] as number | null]));
  const known = [...counts.keys()].sort();
  if (state.signal.aborted) return null;
  root.append(el('h2', {}, t('Deaths in organised violence by month, whole country')));
  if (known.length === 0) {
    root.append(el('p', { class: 'quiet' }, t('No monthly series is in this pack.')));
    return null;
  }
  const months = monthsBetween(known[0] ?? '', known.at(-1) ?? '');
  const line = await timeline(root, {
    label: t('Deaths by month; choose the months the map shows with the two sliders below'),
    months,
    values: months.map((month) => counts.get(month) ?? null),
    from: window.from || (months[0] ?? ''),
    to: window.to || (months.at(-1) ?? ''),
    onChange: (from, to) => {
      window.from = from === months[0] ? '' : from;
      window.to = to === months.at(-1) ? '' : to;
      state.keep({ from: window.from, to: window.to });
      redraw();
    },
  });
  const table = dataTable(state, series, {
    caption: t('Deaths by month'),
    only: true,
    order: ['month', 'deaths', 'source'],
    downloads: filters,
    shown: 24,
  });
  root.append(el('details', {}, el('summary', {}, t('Show as table')), table), provenance(series.meta));
  return line;
}
