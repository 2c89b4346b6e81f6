/** Tables that a finished job found. */

import { view, type Filters, type Job, type Row, type Table } from './api';
import type { State } from './state';

const EVERY = { as_of: null, admin1_code: null, admin2_code: null, limit: 10000 };

/** Return a table of a job for the whole country. */
export function resultOf(state: State, job: Job, name: string, filters: Filters = {}): Promise<Table> {
  return view(name, state, { ...EVERY, job: job.id, ...filters });
}

/** Return a table of a job, or null where this job has none of that name that can be read as a view. */
export async function resultIf(state: State, job: Job, name: string): Promise<Table | null> {
  return job.results[name]?.startsWith(`/api/v1/${name}?`) ? resultOf(state, job, name) : null;
}

/** Return the filters that a download of a job's table needs. */
export function resultFilters(job: Job): Filters {
  return { as_of: null, admin1_code: null, admin2_code: null, job: job.id };
}

/** Return a cell as a number, or null where it is missing. */
export function numberIn(row: Row | undefined, name: string): number | null {
  const value = row?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
