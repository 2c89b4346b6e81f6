/** Mandates that were compared: what decides, all draws by principle, where the order turns, what each offer adds. */

import { getJson, view, type Cell, type Job, type Row, type Table } from '../api';
import { el } from '../dom';
import { section } from '../page';
import { asWords, ranked } from '../plan/principles';
import type { State } from '../state';
import { dataTable, provenance, twin } from '../table';
import { number, percent, t } from '../words';
import { better, DECIDING, measure, written } from './measures';
import { multiples, signs, type Titles } from './multiples';
import { turning } from './turning';

function figure(row: Row | undefined, name: string): number | null {
  const value = row?.[name];
  return typeof value === 'number' ? value : null;
}

/** Draw a comparison into an element. */
export async function showComparison(root: HTMLElement, state: State, job: Job, titles: Map<string, string>, offers: Map<string, string>): Promise<void> {
  const whole = { job: job.id, admin1_code: null, admin2_code: null, limit: 10_000 };
  const has = (name: string): boolean => name in job.results;
  const read = (name: string): Promise<Table | null> => (has(name) ? view(name, state, whole) : Promise.resolve(null));
  const [ranking, measures, contributions, breakEven, curve, changes] = await Promise.all([
    view('ranking', state, whole),
    view('measures', state, whole),
    read('contributions'),
    read('break_even'),
    asJson(job, 'break_even_curve'),
    asJson(job, 'would_change'),
  ]);
  const title: Titles = (mandate) => (mandate === 'nothing' ? t('Doing nothing') : (titles.get(mandate) ?? mandate));
  const order = [...ranking.data].sort((a, b) => (figure(a, 'place') ?? 0) - (figure(b, 'place') ?? 0));
  const mandates = order.map((row) => String(row['mandate']));
  root.replaceChildren(
    decision(order, measures.data, title),
    section(t('By principle, in order'), signs(), twin(multiples(measures.data, mandates, title), measureTable(state, asWords(measures, 'principle'), whole, title))),
    section(t('What would change the order'), ...whatChanges(state, breakEven, curve, changes, whole, title)),
    ...(contributions && contributions.data.length > 0 ? [section(t('What each contribution adds'), contributionTable(state, asWords(contributions, 'principle'), whole, title, offers))] : []),
    section(t('The order'), rankingTable(state, asWords(ranking, 'decided_at'), whole, title)),
    provenance(ranking.meta),
  );
}

/** Return a table among a job's results that is served as JSON; null where it is not. */
async function asJson(job: Job, name: string): Promise<Table | null> {
  const address = job.results[name];
  return address?.startsWith(`/api/v1/${name}?`) ? getJson<Table>(`${address}&limit=10000`) : null;
}

function decision(order: Row[], measures: Row[], title: Titles): HTMLElement {
  const pairs = order.slice(1).map((row, at) => el('li', {}, deciding(order[at] as Row, row, measures, title)));
  const unsure = order.filter((row) => row['place_low'] !== row['place_high']);
  return el(
    'section',
    { class: 'card compare-decision' },
    el('h2', {}, t('What decides')),
    el('ol', { class: 'plain' }, ...pairs),
    unsure.length > 0
      ? el('p', { class: 'small' }, t('Inside the 90 % range the order can turn: {names}.', { names: unsure.map((row) => t('{mandate} from place {low} to {high}', { mandate: title(String(row['mandate'])), low: number(figure(row, 'place_low')), high: number(figure(row, 'place_high')) })).join('; ') }))
      : el('p', { class: 'small' }, t('The order stays the same throughout the 90 % range.')),
    el('p', { class: 'small quiet' }, t('It explores what follows from stated assumptions; it does not predict. No amount of a later principle buys an earlier one.')),
  );
}

/** Return the sentence that says by which principle one mandate stands before the next, and by how much. */
function deciding(first: Row, second: Row, measures: Row[], title: Titles): string {
  const principle = figure(second, 'decided_at');
  const names = { first: title(String(first['mandate'])), second: title(String(second['mandate'])) };
  const name = principle ? (DECIDING[principle] ?? '') : '';
  if (!principle || !name) return t('{first} and {second}: no principle tells them apart by more than counts.', names);
  const of = (mandate: unknown): Row | undefined => measures.find((row) => row['mandate'] === mandate && row['measure'] === name);
  const [one, other] = [of(first['mandate']), of(second['mandate'])];
  const unit = String(one?.['unit'] ?? '');
  return t('{first} stands before {second} at principle {principle}: {what} {one} against {other} (medians; {better}). Differences up to {tolerance} count for nothing.', {
    ...names,
    principle: ranked(principle),
    what: measure(name).words,
    one: written(figure(one, 'median'), name, unit),
    other: written(figure(other, 'median'), name, unit),
    better: better(name),
    tolerance: written(figure(second, 'tolerance'), name, unit),
  });
}

function measureTable(state: State, measures: Table, filters: Record<string, Cell>, title: Titles): HTMLElement {
  return dataTable(state, measures, {
    caption: t('All measures of all mandates'),
    order: ['mandate', 'principle', 'measure', 'median', 'q05', 'q95', 'worst_decile', 'probability_best', 'unit'],
    hide: ['left_out'],
    cell: (name, row) => (name === 'principle' ? (row[name] ? ranked(Number(row[name])) : '–') : named(name, row, title)),
    downloads: filters,
  });
}

function named(name: string, row: Row, title: Titles): string | null {
  if (name === 'mandate') return title(String(row[name]));
  if (name === 'measure') return measure(String(row[name])).words;
  if (name.startsWith('probability')) return percent(row[name]);
  const isValue = ['median', 'q05', 'q95', 'worst_decile', 'low', 'high', 'tolerance', 'mean'].includes(name);
  return isValue ? written(row[name], String(row['measure'] ?? DECIDING[figure(row, 'decided_at') ?? 0] ?? '')) : null;
}

function rankingTable(state: State, ranking: Table, filters: Record<string, Cell>, title: Titles): HTMLElement {
  return dataTable(state, ranking, {
    caption: t('Mandates in the order of the principles'),
    order: ['place', 'mandate', 'decided_at', 'tolerance', 'unit', 'place_low', 'place_high'],
    only: true,
    cell: (name, row) => (name === 'decided_at' ? (figure(row, name) ? ranked(figure(row, name) as number) : '–') : named(name, row, title)),
    downloads: filters,
  });
}

function contributionTable(state: State, contributions: Table, filters: Record<string, Cell>, title: Titles, offers: Map<string, string>): HTMLElement {
  return dataTable(state, contributions, {
    caption: t('What each adds under each mandate, draw by draw; positive where better'),
    order: ['contribution', 'mandate', 'principle', 'measure', 'median', 'low', 'high', 'unit', 'probability_better', 'cost', 'per_million'],
    cell: (name, row) => (name === 'principle' ? ranked(Number(row[name])) : name === 'contribution' ? (offers.get(String(row[name])) ?? String(row[name])) : named(name, row, title)),
    downloads: filters,
  });
}

function whatChanges(state: State, breakEven: Table | null, curve: Table | null, changes: Table | null, filters: Record<string, Cell>, title: Titles): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (breakEven && breakEven.data.length > 0) {
    const table = dataTable(state, breakEven, { caption: t('At which assumptions mandates change places'), order: ['title', 'half', 'median', 'q05', 'q95', 'crosses', 'worse_as_drawn'], downloads: filters });
    parts.push(twin(turning(breakEven.data, curve?.data ?? [], title), table));
  }
  if (changes && changes.data.length > 0) {
    parts.push(dataTable(state, changes, { caption: t('What would turn two mandates round'), order: ['winner', 'loser', 'kind', 'what', 'now', 'at', 'then'], cell: (name, row) => (name === 'winner' || name === 'loser' ? title(String(row[name])) : null), downloads: filters }));
  }
  return parts.length > 0 ? parts : [el('p', { class: 'quiet' }, t('With one mandate beside doing nothing, no pair was looked at.'))];
}
