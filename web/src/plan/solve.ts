/** A plan being solved: how far it is, what is achieved and what no plan could exceed, and a way to stop. */

import { followJob, startJob, type Job } from '../api';
import { el } from '../dom';
import { ended, progressOf } from '../job';
import { failure, say } from '../page';
import type { State } from '../state';
import { number, percent, t } from '../words';
import { ranked } from './principles';

interface Bound {
  achieved: number | null;
  bound: number | null;
  gap: number | null;
}

/** Return a button that solves, with news below it; `done` is told of a plan that is solved, and of one in the address. */
export function solvePanel(state: State, argumentsOf: () => Record<string, unknown>, done: (job: Job) => Promise<void>): HTMLElement {
  const news = el('div', { class: 'stack tight' });
  const start = el('button', { type: 'button', class: 'button primary' }, t('Solve'));
  const follow = async (id: string): Promise<void> => {
    const shown = progressOf(id);
    const bounds = el('div');
    news.replaceChildren(shown.node, bounds);
    const job = await followJob(id, state.signal, (now) => {
      shown.tell(now);
      if (now.bound) bounds.replaceChildren(boundTable(now.bound));
    });
    if (state.signal.aborted) return;
    if (job.state !== 'done') {
      news.replaceChildren(ended(job));
      return;
    }
    news.replaceChildren(...(job.bound ? [boundTable(job.bound)] : []));
    say(t('The plan is solved.'));
    await done(job);
  };
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    start.disabled = true;
    try {
      await work();
    } catch (problem) {
      if (!state.signal.aborted) news.replaceChildren(failure(problem));
    } finally {
      start.disabled = false;
    }
  };
  start.addEventListener('click', () => {
    void guarded(async () => {
      news.replaceChildren();
      const job = await startJob(state, 'plan', argumentsOf());
      const before = state.get('job');
      state.keep({ job: job.id, before: before && before !== job.id ? before : state.get('before') });
      await follow(job.id);
    });
  });
  const known = state.get('job');
  if (known) void guarded(() => follow(known));
  return el('div', { class: 'stack tight' }, start, news);
}

/** Return by principle how near the plan is to what no plan can exceed. */
export function boundTable(bounds: Record<string, unknown>): HTMLElement {
  const rows = Object.entries(bounds)
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([principle, given]) => {
      const { achieved = null, bound = null, gap = null } = given as Partial<Bound>;
      const share = achieved !== null && bound ? Math.min(1, Math.max(0, achieved / bound)) : 0;
      const name = ranked(Number(principle));
      const figures = t('{achieved} of at most {bound}; gap {gap}', { achieved: number(achieved), bound: number(bound), gap: percent(gap, 1) });
      return el('li', {}, el('span', {}, name), el('meter', { min: 0, max: 1, value: share, 'aria-label': name }), el('span', { class: 'quiet' }, figures));
    });
  return el('div', { class: 'stack tight' }, el('h3', {}, t('Solved, and what no plan can exceed')), el('ul', { class: 'plain small plan-bounds' }, ...rows));
}
