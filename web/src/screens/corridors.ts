/** Corridors: ways between two places by time and risk, what is open by date, and who is cut off where a road closes. */

import '../style/corridors.css';
import { shapesOf, view, type Row, type Shape, type Shapes, type Table } from '../api';
import { choice, el } from '../dom';
import { drawMap, type LineState, type MapLine, type MapPoint, type MapSpec, type MapView } from '../map';
import { failure, loading, notMade, put, say, screenHead, section } from '../page';
import { numberIn } from '../results';
import type { State } from '../state';
import { dataTable, provenance } from '../table';
import { monthName, number, t } from '../words';
import { linesOf } from './displacement';

const EVERYWHERE = { admin1_code: null, admin2_code: null };

interface Shown {
  roads: Shapes;
  crossings: Table;
  ways: Shapes | null;
}

export async function show(root: HTMLElement, state: State): Promise<() => void> {
  const lead = t(
    'Roads as open, contested or closed on the month shown; the trade-off of time and harm; and who depends on each road.',
  );
  const [ask, mapCard, waysCard, cutCard] = [
    el('section', { class: 'card' }),
    el('section', { class: 'card' }),
    section(t('Ways')),
    section(t('Close a road')),
  ];
  root.append(
    screenHead(state, t('Corridors'), lead),
    el(
      'div',
      { class: 'stack' },
      ask,
      el('div', { class: 'grid-corridors' }, mapCard, el('div', { class: 'stack' }, waysCard, cutCard)),
    ),
  );
  const [roads, crossings] = await Promise.all([
    shapesOf('roads', state, EVERYWHERE),
    view('crossings', state, { ...EVERYWHERE, limit: 10000 }),
  ]);
  const shown: Shown = { roads, crossings, ways: null };
  let map: MapView | null = null;
  const redraw = (): void => map?.update(specOf(state, shown, close));
  const close = (link: string): void => {
    state.keep({ link });
    redraw();
    void cutOff(cutCard, state, shown.roads, close);
  };
  const find = async (): Promise<void> => {
    shown.ways = await waysOf(waysCard, state, redraw);
    redraw();
  };
  ask.append(el('h2', {}, t('From where to where')), askForm(state, roads, find));
  mapCard.append(el('h2', {}, t('Roads, {month}', { month: state.asOf ? monthName(state.asOf) : t('newest month') })));
  map = await drawMap(mapCard, state, specOf(state, shown, close));
  mapCard.append(roadsTable(state, close));
  await Promise.all([find(), cutOff(cutCard, state, roads, close)]);
  return () => map?.remove();
}

function townsOf(roads: Shapes): string[] {
  const names = roads.features.flatMap((one) => [
    String(one.properties['from_name'] ?? ''),
    String(one.properties['to_name'] ?? ''),
  ]);
  return [...new Set(names)].filter(Boolean).sort((a, b) => a.localeCompare(b));
}

function askForm(state: State, roads: Shapes, find: () => Promise<void>): HTMLElement {
  const towns = townsOf(roads);
  const options: [string, string][] = [['', t('Choose a place')], ...towns.map((one): [string, string] => [one, one])];
  const change =
    (name: string) =>
    (value: string): void => (state.keep({ [name]: value }), void find());
  const vehicles: [string, string][] = [
    ['lorry', t('Lorry')],
    ['convoy', t('Convoy')],
    ['light', t('Light vehicle')],
    ['ambulance', t('Ambulance')],
    ['foot', t('On foot')],
  ];
  const seasons: [string, string][] = [
    ['', t('By the month')],
    ['dry', t('Dry season')],
    ['wet', t('Rains')],
  ];
  return el(
    'div',
    { class: 'fields' },
    choice(t('From'), options, state.get('from'), change('from')),
    choice(t('To'), options, state.get('to'), change('to')),
    choice(t('By'), vehicles, state.get('by', 'lorry'), change('by')),
    choice(t('Season'), seasons, state.get('season'), change('season')),
  );
}

/** Ask for the ways and return them with their shapes; the card shows them with the slider of time against harm. */
async function waysOf(card: HTMLElement, state: State, redraw: () => void): Promise<Shapes | null> {
  const body = el('div', { class: 'stack' });
  card.replaceChildren(el('h2', {}, t('Ways')), body);
  const [from, to] = [state.get('from'), state.get('to')];
  if (!from || !to) {
    body.append(notMade(t('Choose two places to see the ways between them, the fastest first.')));
    return null;
  }
  body.append(loading(t('Looking for ways')));
  const filters = { ...EVERYWHERE, from, to, by: state.get('by', 'lorry'), season: state.get('season') };
  try {
    const [table, shapes] = await Promise.all([
      view('corridors', state, filters),
      shapesOf('corridors', state, filters),
    ]);
    say(t('{count} ways found.', { count: table.data.length }));
    body.replaceChildren(...wayParts(state, table, filters, redraw));
    return shapes;
  } catch (problem) {
    body.replaceChildren(failure(problem));
    return null;
  }
}

function wayParts(state: State, table: Table, filters: Record<string, string | null>, redraw: () => void): Node[] {
  if (table.data.length === 0) return [notMade(t('No way is open between these places under these conditions.'))];
  const told = el('div', { 'aria-live': 'polite' });
  const last = table.data.length - 1;
  const slider = el('input', {
    type: 'range',
    min: 0,
    max: last,
    step: 1,
    value: Math.min(last, Number(state.get('way', '0'))),
  });
  const tell = (): void => {
    const row = table.data[Number(slider.value)]; // the fastest first, as they come
    slider.setAttribute('aria-valuetext', row ? wayText(row) : '');
    told.replaceChildren(...(row ? wayFacts(row) : []));
  };
  slider.addEventListener('input', () => {
    tell();
    state.keep({ way: slider.value });
    redraw();
  });
  tell();
  const order = ['way', 'via', 'hours', 'harm', 'chance', 'people_served', 'state', 'km', 'delay_h', 'reason'];
  const grid = dataTable(state, table, {
    caption: t('Ways, the fastest first'),
    order,
    only: true,
    downloads: filters,
    cell: (name, row) => (name === 'state' ? stateName(String(row[name])) : null),
  });
  return [
    last > 0
      ? el('label', { class: 'field wide' }, el('span', {}, t('From the fastest to the safest')), slider)
      : el('p', { class: 'quiet' }, t('One way only: no other is safer or shares little with it.')),
    told,
    el('details', {}, el('summary', {}, t('Show as table')), grid),
    provenance(table.meta),
  ];
}

function wayText(row: Row): string {
  return t('{hours} hours, {harm} deadly events expected', {
    hours: number(row['hours'], 1),
    harm: number(row['harm'], 2),
  });
}

function wayFacts(row: Row): Node[] {
  const people = numberIn(row, 'people_served');
  return [
    el(
      'p',
      {},
      el('strong', {}, wayText(row)),
      ' ',
      el('span', { class: `pill state-${String(row['state'])}` }, stateName(String(row['state']))),
    ),
    el('p', {}, t('By way of {via}', { via: String(row['via'] || '–') })),
    el(
      'p',
      {},
      people === null
        ? t('People within an hour: missing')
        : t('{people} people live within an hour of it', { people: number(people) }),
    ),
    row['reason'] ? el('p', { class: 'quiet small' }, String(row['reason'])) : null,
  ].filter((one): one is HTMLParagraphElement => one !== null);
}

/** Return what a state of a road is called. */
function stateName(state: string): string {
  const names: Record<string, string> = {
    open: t('open'),
    contested: t('contested'),
    closed: t('closed'),
    unknown: t('not known'),
  };
  return names[state] ?? state;
}

/** Show who is cut off at once where the road chosen closes. */
async function cutOff(card: HTMLElement, state: State, roads: Shapes, close: (link: string) => void): Promise<void> {
  const link = state.get('link');
  const options = roads.features.map((one): [string, string] => [String(one.properties['link_id']), roadName(one)]);
  options.sort((a, b) => a[1].localeCompare(b[1]));
  const kinds: [string, string][] = [
    ['hub', t('aid hubs')],
    ['health', t('health sites')],
    ['market', t('markets')],
    ['airstrip', t('airstrips')],
  ];
  const body = el('div', { class: 'stack' });
  card.replaceChildren(
    el('h2', {}, t('Close a road')),
    el(
      'div',
      { class: 'fields' },
      choice(t('Road'), [['', t('Choose a road')], ...options], link, close),
      choice(
        t('Reaching'),
        kinds,
        state.get('sites', 'hub'),
        (value) => (state.keep({ sites: value }), close(state.get('link'))),
      ),
    ),
    body,
  );
  if (!link) {
    body.append(notMade(t('Choose a road here or on the map to see who would be cut off at once.')));
    return;
  }
  const filters = {
    ...EVERYWHERE,
    link,
    sites: state.get('sites', 'hub'),
    by: state.get('by', 'lorry'),
    season: state.get('season'),
    limit: 10000,
  };
  await put(
    body,
    view('cut_off', state, filters).then((table) => cutTable(state, table, filters)),
    t('Counting who is cut off'),
  );
}

function cutTable(state: State, table: Table, filters: Record<string, string | number | null>): HTMLElement {
  const limits = [...new Set(table.data.map((row) => numberIn(row, 'within_h') ?? 0))].sort((a, b) => a - b);
  const lines = limits.map((limit) => {
    const lost = table.data
      .filter((row) => row['within_h'] === limit)
      .reduce((sum, row) => sum + (numberIn(row, 'people_lost') ?? 0), 0);
    return el(
      'li',
      {},
      el('strong', {}, number(lost, 0)),
      ' ',
      t('people no longer within {limit} hours', { limit: number(limit) }),
    );
  });
  const order = ['area_name', 'within_h', 'people_lost', 'people_before', 'people_after'];
  const grid = dataTable(state, table, {
    caption: t('Cut off at once, by area'),
    order,
    only: true,
    downloads: filters,
    shown: 12,
  });
  return el('div', { class: 'stack' }, el('ul', { class: 'plain' }, ...lines), grid, provenance(table.meta));
}

function roadName(one: Shape): string {
  return `${String(one.properties['from_name'])} – ${String(one.properties['to_name'])}`;
}

function specOf(state: State, shown: Shown, close: (link: string) => void): MapSpec {
  const picked = state.get('link');
  const lines = shown.roads.features.map((one): MapLine => {
    const id = String(one.properties['link_id']);
    const status = String(one.properties['state']) as LineState;
    const label = `${roadName(one)}: ${stateName(status)}`;
    return {
      id,
      coordinates: linesOf(one.geometry),
      label,
      state: id === picked ? 'picked' : status,
      width: 0.8,
      onPick: () => close(id),
    };
  });
  const way = shown.ways?.features[Number(state.get('way', '0'))];
  if (way)
    lines.push({ id: 'way', coordinates: linesOf(way.geometry), label: t('The way chosen'), state: 'used', width: 3 });
  const title = t('Roads and crossings by state');
  return {
    label: title,
    title,
    lines,
    points: crossingPoints(shown.crossings.data),
    ...(state.asOf ? { asOf: state.asOf } : {}),
    legend: [
      ['line-open', t('open')],
      ['line-contested', t('contested')],
      ['line-closed', t('closed')],
      ['line-unknown', t('not known')],
      ['line-picked', t('closed here to see what follows')],
      ['point-square-1', t('Crossing, open')],
      ['point-triangle-5', t('Crossing, contested')],
      ['point-diamond-2', t('Crossing, closed')],
    ],
  };
}

function crossingPoints(rows: Row[]): MapPoint[] {
  const marks: Record<string, Pick<MapPoint, 'shape' | 'tone' | 'hollow'>> = {
    open: { shape: 'square', tone: 1 },
    contested: { shape: 'triangle', tone: 5 },
    closed: { shape: 'diamond', tone: 2 },
  };
  return rows.flatMap((row): MapPoint[] => {
    const [longitude, latitude] = [numberIn(row, 'longitude'), numberIn(row, 'latitude')];
    if (longitude === null || latitude === null) return [];
    const mark = marks[String(row['state'])] ?? { shape: 'circle' as const, tone: 1 as const, hollow: true };
    return [
      {
        id: String(row['crossing_id']),
        longitude,
        latitude,
        label: `${String(row['name'])}: ${stateName(String(row['state']))}`,
        size: 0.04,
        ...mark,
      },
    ];
  });
}

function roadsTable(state: State, close: (link: string) => void): HTMLElement {
  const body = el('div');
  const details = el('details', {}, el('summary', {}, t('Show as table')), body);
  details.addEventListener('toggle', () => {
    if (!details.open || body.hasChildNodes()) return;
    const filters = { ...EVERYWHERE, limit: 10000 };
    const order = ['from_name', 'to_name', 'state', 'length_km', 'road_class', 'surface', 'note', 'source'];
    const made = view('roads', state, filters).then((table) =>
      dataTable(state, table, {
        caption: t('Roads'),
        order,
        only: true,
        downloads: EVERYWHERE,
        onPick: (row) => close(String(row['link_id'])),
        cell: (name, row) => (name === 'state' ? stateName(String(row[name])) : null),
      }),
    );
    void put(body, made, t('Loading the roads'));
  });
  return details;
}
