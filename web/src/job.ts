/** Long calculations: started, followed and cancelled here; the job stays in the address, so a reload follows it. */

import { cancelJob, followJob, startJob, type Job, type Verb } from './api';
import { choice, el } from './dom';
import { failure, say } from './page';
import type { State } from './state';
import { number, t } from './words';

export interface JobOptions {
  verb: Verb;
  /** What the start button says. */
  label: string;
  arguments: () => Record<string, unknown>;
  /** Choices shown above the button. */
  form?: HTMLElement;
  onDone: (job: Job) => void | Promise<void>;
}

/** Return the choice of how many months to look ahead; it stays in the address. */
export function monthsAhead(state: State): HTMLElement {
  const months = [1, 3, 6, 12].map((one) => [String(one), number(one)] as const);
  return choice(t('Months ahead'), months, state.get('months', '3'), (value) => state.keep({ months: value }));
}

/** Return the panel of a job: choices and a start button, then progress with cancel, then what came of it. */
export function jobPanel(state: State, options: JobOptions): HTMLElement {
  const news = el('div', { class: 'job-news' });
  const start = el('button', { type: 'button', class: 'button primary' }, options.label);
  const begin = async (): Promise<void> => {
    start.disabled = true;
    news.replaceChildren();
    try {
      const job = await startJob(state, options.verb, options.arguments());
      state.keep({ job: job.id });
      await follow(job.id);
    } catch (problem) {
      news.replaceChildren(failure(problem));
    } finally {
      start.disabled = false;
    }
  };
  const follow = async (id: string): Promise<void> => {
    start.disabled = true;
    const shown = progressOf(id);
    news.replaceChildren(shown.node);
    const job = await followJob(id, state.signal, shown.tell);
    start.disabled = false;
    if (state.signal.aborted) return;
    if (job.state === 'done') {
      news.replaceChildren();
      say(t('Done.'));
      await options.onDone(job);
    } else {
      news.replaceChildren(ended(job));
    }
  };
  start.addEventListener('click', () => void begin());
  const known = state.get('job');
  if (known) {
    follow(known).catch((problem: unknown) => {
      start.disabled = false;
      news.replaceChildren(failure(problem));
    });
  }
  return el('div', { class: 'job' }, el('div', { class: 'row job-row' }, options.form ?? null, start), news);
}

/** Return how far a job is, with a way to stop it. */
export function progressOf(id: string): { node: HTMLElement; tell: (job: Job) => void } {
  const text = el('p', { 'aria-live': 'polite' }, t('Waiting to start'));
  const bar = el('progress', { 'aria-label': t('Progress') });
  const cancel = el('button', { type: 'button', class: 'button' }, t('Cancel'));
  cancel.addEventListener('click', () => {
    cancel.disabled = true;
    cancelJob(id).catch((problem: unknown) => text.replaceChildren(failure(problem)));
  });
  const tell = (job: Job): void => {
    const { done = 0, total = 0, step: at = t('Working') } = job.progress ?? {};
    if (total > 0) {
      bar.max = total;
      bar.value = done;
    } else bar.removeAttribute('value');
    const step = total > 0 ? t('{what}: {done} of {total}', { what: at, done: number(done), total: number(total) }) : at;
    text.textContent = job.state === 'queued' ? t('Waiting to start') : step;
  };
  return { node: el('div', { class: 'progress' }, text, bar, cancel), tell };
}

/** Return why a job came to nothing. */
export function ended(job: Job): HTMLElement {
  if (job.state === 'cancelled') return el('p', { class: 'quiet' }, t('Cancelled. Nothing was kept.'));
  const told = job.error?.detail ?? job.error?.title ?? t('It failed, and no reason is given.');
  return el('div', { class: 'alert', role: 'alert' }, el('p', {}, told));
}
