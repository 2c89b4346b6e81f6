/** What the public is asked, and the form it answers on; nothing of who answers is asked, sent or kept. */

import { getJson, send, withFilters } from '../api';
import { el, freshId } from '../dom';
import { failure, say } from '../page';
import { offerName, type Offer } from '../plan/shelf';
import type { State } from '../state';
import { number, t } from '../words';

export interface Questions {
  principles: { principle: number; name: string; says: string }[];
  contributions: { contribution: string; by: string }[];
}

const POINTS = 100;
const STARS = [1, 2, 3, 4, 5] as const;

export function readQuestions(state: State): Promise<Questions> {
  return getJson<Questions>(withFilters('/api/v1/public/questions', { language: state.language }));
}

/** Return the form. */
export function answerForm(state: State, questions: Questions, offers: readonly Offer[]): HTMLElement {
  const ranking = rankingPart(questions);
  const weights = weightsPart(questions);
  const ratings = ratingsPart(questions, offers);
  const reasonId = freshId('reason');
  const reason = el('textarea', { id: reasonId, rows: 5, maxlength: 2000 });
  const news = el('div');
  const go = el('button', { type: 'submit', class: 'button primary' }, t('Send my answer'));
  const ticket = randomTicket(); // sent with the answer, so that a second press does not count twice
  const form = el(
    'form',
    { class: 'stack public-form' },
    ranking.node,
    weights.node,
    ratings.node,
    el(
      'fieldset',
      { class: 'stack tight' },
      el('legend', {}, t('Why? In your own words')),
      el('label', { class: 'small', for: reasonId }, t('Read by a moderator before anybody sees it, and kept apart from your other answers. Name no person and no place where somebody could be found.')),
      reason,
    ),
    el('p', { class: 'small quiet' }, t('No name, no address and no cookie is kept: only the day and what you answered. Leave out whatever you like.')),
    el('div', {}, go),
    news,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go.disabled = true;
    const answer = { ranking: ranking.value(), weights: weights.value(), ratings: ratings.value(), reason: reason.value, ticket };
    send('POST', withFilters('/api/v1/public/answers', { language: state.language }), answer)
      .then(() => {
        const thanks = el('p', { class: 'public-thanks', tabindex: -1 }, t('Thank you. Your answer counts once its day is over and ten more have come.'));
        form.replaceChildren(thanks);
        thanks.focus();
        say(t('Your answer is sent.'));
      })
      .catch((problem: unknown) => {
        go.disabled = false;
        news.replaceChildren(failure(problem));
      });
  });
  return form;
}

function randomTicket(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, '0')).join('');
}

interface Part<T> {
  node: HTMLElement;
  value(): T;
}

/** The principles in an order of the reader's own; it counts only where it was touched or confirmed. */
function rankingPart(questions: Questions): Part<number[]> {
  let order = questions.principles.map((one) => one.principle);
  const has = el('input', { type: 'checkbox', id: freshId('ranked') });
  const list = el('ol', { class: 'plain public-ranks' });
  const move = (at: number, by: -1 | 1): void => {
    const to = at + by;
    [order[at], order[to]] = [order[to] as number, order[at] as number];
    has.checked = true;
    draw();
    list.querySelectorAll<HTMLButtonElement>(`li:nth-child(${to + 1}) button:not(:disabled)`)[by === 1 ? 1 : 0]?.focus();
    const moved = questions.principles.find((one) => one.principle === order[to]);
    say(t('{name} is now in place {place}.', { name: moved?.name ?? '', place: to + 1 }));
  };
  const draw = (): void => {
    list.replaceChildren(
      ...order.map((principle, at) => {
        const one = questions.principles.find((it) => it.principle === principle);
        const name = one?.name ?? '';
        const button = (by: -1 | 1, sign: string, label: string): HTMLElement => el('button', { type: 'button', class: 'button', 'aria-label': label, disabled: order[at + by] === undefined, onclick: () => move(at, by) }, sign);
        return el('li', {}, el('span', { class: 'public-place' }, number(at + 1)), el('span', {}, el('strong', {}, name), el('span', { class: 'small quiet' }, one?.says ?? '')), button(-1, '↑', t('Move {name} up', { name })), button(1, '↓', t('Move {name} down', { name })));
      }),
    );
  };
  draw();
  const node = el(
    'fieldset',
    { class: 'stack tight' },
    el('legend', {}, t('Where the principles leave it in doubt, which should count most?')),
    list,
    el('div', { class: 'row' }, has, el('label', { for: has.id, class: 'small' }, t('Count this order as my answer'))),
  );
  return { node, value: () => (has.checked ? order : []) };
}

/** A hundred points shared out among the principles; sent only where they add up. */
function weightsPart(questions: Questions): Part<number[]> {
  const left = el('p', { class: 'small', role: 'status' });
  const inputs = questions.principles.map((one) => el('input', { type: 'number', id: freshId('points'), min: 0, max: POINTS, step: 5, placeholder: '0', dir: 'ltr', 'data-principle': one.principle }));
  const given = (): number[] => inputs.map((one) => (Number.isFinite(one.valueAsNumber) ? Math.round(one.valueAsNumber) : 0));
  const sum = (): number => given().reduce((all, one) => all + one, 0);
  const tell = (): void => {
    const rest = POINTS - sum();
    const untouched = inputs.every((one) => one.value === '');
    left.textContent = untouched ? t('Optional: share out {points} points.', { points: POINTS }) : rest === 0 ? t('All {points} points are shared out.', { points: POINTS }) : rest > 0 ? t('{points} points are left.', { points: rest }) : t('{points} points too many.', { points: -rest });
    inputs[0]?.setCustomValidity(untouched || rest === 0 ? '' : t('The points must add up to {points}, or all be empty.', { points: POINTS }));
  };
  inputs.forEach((one) => one.addEventListener('input', tell));
  tell();
  const rows = questions.principles.map((one, at) => el('li', {}, el('label', { for: inputs[at]?.id ?? '' }, one.name), inputs[at]));
  const node = el('fieldset', { class: 'stack tight' }, el('legend', {}, t('How much more? Points, if you like')), el('ul', { class: 'plan-rows' }, ...rows), left);
  return { node, value: () => (sum() === POINTS ? given() : []) };
}

/** Each contribution from 1 to 5, or no opinion. */
function ratingsPart(questions: Questions, offers: readonly Offer[]): Part<Record<string, number>> {
  const given: Record<string, number> = {};
  const rows = questions.contributions.map((one) => {
    const name = freshId('rating');
    const radio = (value: number | null, text: string): HTMLElement => {
      const id = freshId('star');
      const input = el('input', { type: 'radio', id, name, checked: value === null });
      input.addEventListener('change', () => {
        if (value === null) delete given[one.contribution];
        else given[one.contribution] = value;
      });
      return el('span', { class: 'public-star' }, input, el('label', { for: id }, text));
    };
    const offer = offers.find((it) => it.name === one.contribution);
    const about = offer ? el('span', { class: 'small quiet' }, ` ${offer.summary}`) : null;
    return el('fieldset', { class: 'public-rating' }, el('legend', {}, offer ? offerName(offer) : one.by, about), ...STARS.map((star) => radio(star, number(star))), radio(null, t('no opinion')));
  });
  const node = el('fieldset', { class: 'stack tight' }, el('legend', {}, t('How much does each contribution help?')), el('p', { class: 'small quiet' }, t('1 is of no help, 5 of great help.')), ...rows);
  return { node, value: () => ({ ...given }) };
}
