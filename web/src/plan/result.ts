/** A plan that is solved: who is where and why, what is reached by principle, and what nobody protects. */

import { getJson, view, viewUrl, type Cell, type Job, type Row, type Table } from '../api';
import { el } from '../dom';
import { drawMap, type MapPoint, type MapView } from '../map';
import { notMade, section } from '../page';
import type { State } from '../state';
import { dataTable, provenance, twin } from '../table';
import { monthName, number, percent, t } from '../words';
import { asWords, ranked } from './principles';

const MOST_UNPROTECTED = 30; // on the map; the table has all
const LONGEST_FILTER = 190; // signs

function text(row: Row, name: string): string {
  return String(row[name] ?? '');
}

function figure(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' ? value : null;
}

/** Draw a solved plan into an element; return how to take it away again. */
export async function showPlan(root: HTMLElement, state: State, job: Job): Promise<() => void> {
  const whole = { job: job.id, admin1_code: null, admin2_code: null, limit: 10_000 };
  const read = (name: string): Promise<Table> => view(name, state, whole);
  const [postings, tiers, demands, unprotected] = await Promise.all([read('postings'), read('tiers'), read('demands'), read('unprotected')]);
  const places = await placesOf(state, postings, unprotected);
  const mapPlace = el('div');
  const why = el('div', { 'aria-live': 'polite' });
  root.replaceChildren(
    section(
      t('Who is where'),
      postings.data.length === 0 ? notMade(t('No unit is posted: nothing on offer can do what the mandate asks for.')) : twin(mapPlace, postingTable(state, postings, whole, (base) => explain(base))),
      why,
    ),
    section(t('What is reached, by principle'), tierTable(state, tiers, whole), await sinceBefore(state, tiers)),
    section(t('What is done of what is asked'), demandTable(state, demands, whole)),
    section(t('Left unprotected'), unprotectedTable(state, unprotected, whole)),
    ...(job.results['one_more'] ? [section(t('One more unit'), await oneMore(state, whole))] : []),
    provenance(postings.meta),
  );
  const explain = (base: string): void => {
    state.keep({ base });
    why.replaceChildren(whyCard(base, postings.data.filter((row) => row['base'] === base)));
  };
  let map: MapView | null = null;
  if (postings.data.length > 0) {
    const points = [...unprotectedPoints(unprotected, places), ...basePoints(postings, places, explain)];
    map = await drawMap(mapPlace, state, {
      label: t('Map of bases and of places left unprotected'),
      title: t('Bases and places left unprotected'),
      points,
      legend: [['point-square-1', t('Base, larger with more units')], ['point-triangle-2-hollow', t('Place where deaths are expected that nothing averts')]],
      asOf: text(postings.data[0] as Row, 'from'),
    });
  }
  const picked = state.get('base');
  if (picked && postings.data.some((row) => row['base'] === picked)) explain(picked);
  return () => map?.remove();
}

/** Return where towns, bases and the places most in danger lie; a country has too many places to ask for all. */
async function placesOf(state: State, postings: Table, unprotected: Table): Promise<Map<string, Row>> {
  const bases = new Set(postings.data.map((row) => row['base']));
  const wanted = unprotected.data.filter((row, at) => at < MOST_UNPROTECTED || bases.has(row['name'] ?? ''));
  const whole = { admin1_code: null, admin2_code: null, limit: 10_000 };
  const found = new Map<string, Row>();
  const keep = (table: Table): void => {
    for (const row of table.data) {
      found.set(text(row, 'place_id'), row);
      if (!found.has(text(row, 'name'))) found.set(text(row, 'name'), row);
    }
  };
  keep(await view('places', state, { ...whole, kind: 'capital,town' }));
  const rest = wanted.map((row) => text(row, 'place_id')).filter((id) => id && !found.has(id));
  const asked = batches(rest).map((ids) => view('places', state, { ...whole, place_id: ids }));
  for (const table of await Promise.all(asked)) keep(table);
  return found;
}

/** Return codes joined by commas, in texts no longer than a filter may be. */
function batches(ids: readonly string[]): string[] {
  const made: string[] = [];
  for (const id of ids) {
    const last = made[made.length - 1];
    if (last !== undefined && last.length + id.length < LONGEST_FILTER) made[made.length - 1] = `${last},${id}`;
    else made.push(id);
  }
  return made;
}

function basePoints(postings: Table, known: Map<string, Row>, onPick: (base: string) => void): MapPoint[] {
  const bases = new Map<string, Row[]>();
  for (const row of postings.data) bases.set(text(row, 'base'), [...(bases.get(text(row, 'base')) ?? []), row]);
  const units = (rows: Row[]): number => rows.reduce((sum, row) => sum + (figure(row, 'number') ?? 0), 0);
  const most = Math.max(1, ...[...bases.values()].map(units));
  return [...bases].flatMap(([base, rows]) => {
    const place = known.get(base);
    const [longitude, latitude] = [place && figure(place, 'longitude'), place && figure(place, 'latitude')];
    if (typeof longitude !== 'number' || typeof latitude !== 'number') return [];
    const label = `${base}: ${rows.map((row) => `${number(figure(row, 'number'))} ${text(row, 'kind')}`).join(', ')}`;
    return [{ id: `base-${base}`, longitude, latitude, label, size: (0.3 * units(rows)) / most, shape: 'square' as const, tone: 1 as const, onPick: () => onPick(base) }];
  });
}

/** Return where a row lies: its place, or half-way along the road between two places. */
function whereIs(row: Row, known: Map<string, Row>): [number, number] | null {
  const place = known.get(text(row, 'place_id'));
  const ends = place ? [place] : text(row, 'name').split(' – ').map((name) => known.get(name));
  const found = ends.map((one) => [one && figure(one, 'longitude'), one && figure(one, 'latitude')]);
  if (found.length === 0 || found.some(([x, y]) => typeof x !== 'number' || typeof y !== 'number')) return null;
  const mean = (at: 0 | 1): number => found.reduce((sum, one) => sum + (one[at] as number), 0) / found.length;
  return [mean(0), mean(1)];
}

function unprotectedPoints(unprotected: Table, known: Map<string, Row>): MapPoint[] {
  const rows = unprotected.data.filter((row) => (figure(row, 'left') ?? 0) > 0).slice(0, MOST_UNPROTECTED);
  const most = Math.max(...rows.map((row) => figure(row, 'left') ?? 0), 1e-9);
  return rows.flatMap((row) => {
    const at = whereIs(row, known);
    if (!at) return [];
    const [longitude, latitude] = at;
    const left = figure(row, 'left') ?? 0;
    const label = t('{place}: {deaths} deaths expected that nothing averts', { place: text(row, 'name'), deaths: number(left, 2) });
    return [{ id: `left-${text(row, 'place_id')}`, longitude, latitude, label, size: (0.25 * left) / most, shape: 'triangle' as const, tone: 2 as const, hollow: true }];
  });
}

function spanOf(row: Row): string {
  return row['from'] === row['to'] ? monthName(row['from']) : t('{first} to {last}', { first: monthName(row['from']), last: monthName(row['to']) });
}

function whyCard(base: string, rows: Row[]): HTMLElement {
  const units = rows.map((row) => {
    const lost = text(row, 'lost_without').split('; ').filter(Boolean);
    return el(
      'li',
      {},
      el('strong', {}, `${number(figure(row, 'number'))} × ${text(row, 'kind')}`),
      el('span', { class: 'quiet' }, ` ${spanOf(row)}`),
      el('p', { class: 'small' }, t('Tasks: {tasks}.', { tasks: text(row, 'tasks') })),
      el('p', { class: 'small' }, t('Lost without it: {deaths} more deaths expected', { deaths: number(figure(row, 'deaths_lost_without'), 2) }), ...(lost.length ? [`; ${lost.join('; ')}`] : []), '.'),
    );
  });
  return el('div', { class: 'plan-why' }, el('h3', {}, t('Why {base}', { base })), el('ul', { class: 'plain' }, ...units));
}

function postingTable(state: State, postings: Table, filters: Record<string, Cell>, onPick: (base: string) => void): HTMLElement {
  return dataTable(state, postings, {
    caption: t('Postings, and what would be lost without each'),
    order: ['base', 'kind', 'number', 'from', 'to', 'tasks', 'deaths_lost_without', 'lost_without'],
    cell: (name, row) => (name === 'deaths_lost_without' ? number(row[name], 2) : name === 'from' || name === 'to' ? monthName(row[name]) : null),
    onPick: (row) => onPick(text(row, 'base')),
    key: 'base',
    picked: state.get('base'),
    downloads: filters,
  });
}

function tierTable(state: State, tiers: Table, filters: Record<string, Cell>): HTMLElement {
  return dataTable(state, asWords(tiers, 'principle'), {
    caption: t('Each principle is kept while later ones are sought'),
    order: ['principle', 'achieved', 'bound', 'gap', 'kept'],
    hide: ['alone', 'price_of_priority'],
    cell: (name, row) => (name === 'principle' ? ranked(Number(row[name])) : name === 'gap' ? percent(row[name], 2) : null),
    downloads: filters,
  });
}

function demandTable(state: State, demands: Table, filters: Record<string, Cell>): HTMLElement {
  return dataTable(state, asWords(demands, 'principle'), {
    caption: t('What is to be done, and how much of it is'),
    order: ['principle', 'demand', 'served', 'asked', 'unit', 'share'],
    cell: (name, row) => (name === 'principle' ? ranked(Number(row[name])) : name === 'share' ? percent(row[name]) : null),
    downloads: filters,
  });
}

function unprotectedTable(state: State, unprotected: Table, filters: Record<string, Cell>): HTMLElement {
  return dataTable(state, unprotected, {
    caption: t('Places by the deaths expected that nothing averts, most first'),
    order: ['name', 'expected', 'averted', 'left', 'population'],
    hide: ['place_id', 'admin2_pcode', 'admin1_code', 'admin2_code'],
    shown: 15,
    // Nobody lives on a road: a stretch of one has no residents to count.
    cell: (name, row) => (['expected', 'averted', 'left'].includes(name) ? number(row[name], 2) : name === 'population' && !row[name] ? '–' : null),
    downloads: filters,
  });
}

/** Return by principle what this plan reaches more or less than the plan solved before it; empty where there was none. */
async function sinceBefore(state: State, tiers: Table): Promise<HTMLElement> {
  const before = state.get('before');
  if (!before) return el('p', { class: 'small quiet' }, t('Change the form, one more unit for instance, and solve again: both plans are then set side by side here.'));
  const found = await getJson<Table>(viewUrl('tiers', state, { job: before, admin1_code: null, admin2_code: null })).catch(() => null);
  if (!found) return el('p', { class: 'small quiet' }, t('The plan before this one is no longer kept.'));
  const lines = tiers.data.map((row) => {
    const then = found.data.find((one) => one['principle'] === row['principle']);
    const [now, was] = [figure(row, 'kept'), then ? figure(then, 'kept') : null];
    const more = now !== null && was !== null ? now - was : null;
    const told = more === null ? t('not known before') : Math.abs(more) < 1e-9 ? t('as before') : more > 0 ? t('{number} more', { number: number(more) }) : t('{number} less', { number: number(-more) });
    return el('li', {}, `${ranked(Number(row['principle']))}: ${told}`);
  });
  return el('div', { class: 'plan-before' }, el('h3', {}, t('Against the plan solved before')), el('ul', { class: 'plain small' }, ...lines));
}

async function oneMore(state: State, filters: Record<string, Cell>): Promise<HTMLElement> {
  const found = await view('one_more', state, filters);
  return dataTable(state, found, { caption: t('What one more unit of each kind would add'), downloads: filters });
}
