/** Reads the tables of the service and starts its jobs; everything comes from the page's own origin. */

import type { State } from './state';

export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;
export interface Column {
  name: string;
  label: string;
  unit: string | null;
  kind: 'text' | 'number' | 'month' | 'code';
}
export interface Source {
  id: string;
  title: string;
  licence: string;
  as_of: string | null;
}
export interface Meta {
  view: string;
  total: number;
  limit: number | null;
  offset: number;
  columns: Column[];
  sources: Source[];
  made_from: Record<string, unknown>;
  remarks: string[];
  geometry: string | null;
}
export interface Table {
  data: Row[];
  meta: Meta;
}
export interface Shapes {
  type: 'FeatureCollection';
  features: Shape[];
}
export interface Shape {
  type: 'Feature';
  id?: string | number;
  geometry: Geometry | null;
  properties: Row;
}
export type Geometry =
  | { type: 'Point'; coordinates: number[] }
  | { type: 'LineString' | 'MultiPoint'; coordinates: number[][] }
  | { type: 'Polygon' | 'MultiLineString'; coordinates: number[][][] }
  | { type: 'MultiPolygon'; coordinates: number[][][][] };
export interface Fault {
  field: string;
  problem: string;
  remedy: string;
}
export type Filters = Record<string, string | number | boolean | null | undefined>;
export type Verb = 'forecast' | 'displace' | 'plan' | 'compare' | 'brief';
export interface Job {
  id: string;
  verb: Verb;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: { done: number; total: number; what: string; step: string } | null;
  bound: Record<string, unknown> | null;
  error: { title?: string; detail?: string } | null;
  results: Record<string, string>;
  made_from: Record<string, unknown>;
}
export const SUFFIXES = ['csv', 'xlsx', 'geojson', 'gpkg', 'parquet', 'json'] as const;
export type Suffix = (typeof SUFFIXES)[number];

/** What the service said is wrong (RFC 9457), field by field where it can. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: Fault[] = [],
  ) {
    super(detail || title);
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null);
  const told = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>;
  return new Problem(answer.status, told.title ?? answer.statusText, told.detail ?? '', told.errors ?? []);
}

/** Return an address with its filters; empty ones are left out. */
export function withFilters(path: string, filters: Filters): string {
  const given = Object.entries(filters).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query ? `${path}${path.includes('?') ? '&' : '?'}${query}` : path;
}

const KEPT = 80;
const kept = new Map<string, Promise<unknown>>(); // answers of this visit: going back asks nothing twice

/** Return the JSON at an address; the same address is asked once in a visit. */
export function getJson<T>(address: string, fresh = false): Promise<T> {
  const known = kept.get(address);
  if (known && !fresh) return known as Promise<T>;
  const asked = (async () => {
    const headers = { Accept: 'application/json, application/geo+json', 'Accept-Language': document.documentElement.lang };
    const answer = await fetch(address, { headers });
    if (!answer.ok) throw await problemOf(answer);
    return (await answer.json()) as T;
  })();
  kept.set(address, asked);
  asked.catch(() => kept.delete(address));
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return asked;
}

/** Send a change; the token says that it comes from this page. */
export async function send<T>(method: 'POST' | 'DELETE' | 'PUT', path: string, body?: unknown): Promise<T> {
  const token = document.querySelector<HTMLMetaElement>('meta[name=token]')?.content ?? '';
  const headers: Record<string, string> = { Accept: 'application/json', 'X-Toguna-Token': token };
  headers['Accept-Language'] = document.documentElement.lang;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!answer.ok) throw await problemOf(answer);
  const text = await answer.text();
  return (text ? JSON.parse(text) : null) as T;
}

function bound(state: State, filters: Filters): Filters {
  const where = { admin1_code: state.admin1, admin2_code: state.admin2 };
  return { location_code: state.country, as_of: state.asOf, ...where, language: state.language, ...filters };
}

/** Return the address of a view for the country, month and area shown; a filter of null takes one of these away. */
export function viewUrl(name: string, state: State, filters: Filters = {}, suffix?: Suffix): string {
  return withFilters(`/api/v1/${name}${suffix ? `.${suffix}` : ''}`, bound(state, filters));
}

/** Return a view for the country, month and area shown. */
export function view(name: string, state: State, filters: Filters = {}): Promise<Table> {
  return getJson<Table>(viewUrl(name, state, filters));
}

/** Return a view as shapes. */
export function shapesOf(name: string, state: State, filters: Filters = {}): Promise<Shapes> {
  return getJson<Shapes>(viewUrl(name, state, filters, 'geojson'));
}

/** Return the areas of a level (0 country, 1, 2) as shapes, always of the whole country. */
export function areaShapes(state: State, level: 0 | 1 | 2): Promise<Shapes> {
  return shapesOf('areas', state, { level, admin1_code: null, admin2_code: null, as_of: null });
}

/** Start a job of a verb; the country and the month shown are added to its arguments. */
export function startJob(state: State, verb: Verb, given: Record<string, unknown>): Promise<Job> {
  const shown = { location_code: state.country, ...(state.asOf ? { as_of: state.asOf } : {}) };
  return send<Job>('POST', '/api/v1/jobs', { verb, arguments: { ...shown, ...given } });
}

export function readJob(id: string): Promise<Job> {
  return getJson<Job>(withFilters(`/api/v1/jobs/${encodeURIComponent(id)}`, {}), true);
}

export function cancelJob(id: string): Promise<unknown> {
  return send('DELETE', `/api/v1/jobs/${encodeURIComponent(id)}`);
}

export function isOver(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}

/** Tell of a job until it is over; by events while the line holds, else by asking every other second. */
export async function followJob(id: string, signal: AbortSignal, tell: (job: Job) => void): Promise<Job> {
  let job = await readJob(id);
  tell(job);
  while (!isOver(job) && !signal.aborted) {
    await listen(id, signal, tell);
    if (signal.aborted) break;
    job = await readJob(id);
    tell(job);
  }
  return job;
}

const PAUSE = 2000; // milliseconds before a broken line is tried again

/** Tell what a job's events say, until it is over or the line breaks. */
function listen(id: string, signal: AbortSignal, tell: (job: Job) => void): Promise<void> {
  return new Promise((resolve) => {
    const language = document.documentElement.lang;
    const events = new EventSource(withFilters(`/api/v1/jobs/${encodeURIComponent(id)}/events`, { language }));
    const stop = (): void => {
      events.close();
      resolve();
    };
    const hear = (event: MessageEvent<string>): void => tell(JSON.parse(event.data) as Job);
    events.addEventListener('progress', hear);
    events.addEventListener('end', stop);
    events.onerror = () => {
      events.close();
      setTimeout(resolve, PAUSE);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
