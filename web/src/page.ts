/** The parts every screen is made of: its head, cards, what is loading, what failed. */

import { Problem } from './api';
import { el, type Child } from './dom';
import type { State } from './state';
import { t } from './words';

/** Tell a screen reader what happened, without moving the focus. */
export function say(text: string): void {
  const live = document.getElementById('live');
  if (live) live.textContent = text;
}

/** Return the head of a screen: title, one line of what it answers, copy link and print. */
export function screenHead(state: State, title: string, lead: string, ...actions: Child[]): HTMLElement {
  document.title = `${title} · Toguna`;
  const copy = async (): Promise<void> => {
    const address = new URL(state.link(), location.origin).href;
    try {
      await navigator.clipboard.writeText(address);
      say(t('The link to this view is copied.'));
    } catch {
      // Browsers forbid the clipboard on pages without https; the reader can still copy by hand.
      window.prompt(t('Copy this link:'), address);
    }
  };
  return el(
    'header',
    { class: 'screen-head' },
    el('div', {}, el('h1', { tabindex: -1 }, title), el('p', { class: 'lead' }, lead)),
    el(
      'div',
      { class: 'row actions' },
      ...actions,
      el('button', { type: 'button', class: 'button', onclick: () => void copy() }, t('Copy link')),
      el('button', { type: 'button', class: 'button', onclick: () => window.print() }, t('Print')),
    ),
  );
}

/** Return a card with a heading. */
export function section(title: string, ...children: Child[]): HTMLElement {
  return el('section', { class: 'card' }, el('h2', {}, title), ...children);
}

/** Return the place of a part that is still coming. */
export function loading(text: string): HTMLElement {
  return el('p', { class: 'loading' }, text);
}

/** Return what went wrong, field by field with its remedy, and a way to try again. */
export function failure(problem: unknown, retry?: () => void): HTMLElement {
  const known = problem instanceof Problem ? problem : null;
  const text = known ? known.detail || known.title : t('The service does not answer. Is it still running?');
  if (!known) console.error(problem);
  return el(
    'div',
    { class: 'alert', role: 'alert' },
    el('p', {}, text),
    known && known.errors.length > 0
      ? el(
          'ul',
          {},
          ...known.errors.map((one) => el('li', {}, el('strong', {}, one.field), ` ${one.problem} ${one.remedy}`)),
        )
      : null,
    retry ? el('button', { type: 'button', class: 'button', onclick: retry }, t('Try again')) : null,
  );
}

/** Return a box that says that there is nothing here yet, and what to do. */
export function notMade(text: string, ...children: Child[]): HTMLElement {
  return el('div', { class: 'not-made' }, el('p', {}, text), ...children);
}

/** Fill a slot with what a promise brings: first a line that it loads, then the part or what went wrong. */
export async function put(slot: HTMLElement, what: Promise<Node>, text: string): Promise<void> {
  slot.setAttribute('aria-busy', 'true');
  slot.replaceChildren(loading(text));
  try {
    slot.replaceChildren(await what);
  } catch (problem) {
    slot.replaceChildren(failure(problem));
  } finally {
    slot.removeAttribute('aria-busy');
  }
}
