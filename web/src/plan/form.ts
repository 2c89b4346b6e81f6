/** The form of a plan: a mandate and offers, changed in place; every change can be undone and stands in the address. */

import { choice, el, freshId } from '../dom';
import { say } from '../page';
import type { State } from '../state';
import { monthName, number, t } from '../words';
import { ranked, PRINCIPLES } from './principles';
import {
  extraUnits,
  inForce,
  mandateArgument,
  monthsAfter,
  offerName,
  onOffer,
  readChanges,
  writeChanges,
  type Change,
  type Mandate,
  type Mandates,
  type Offer,
  type Offers,
} from './shelf';

export interface PlanForm {
  node: HTMLElement;
  /** What a job is asked with. */
  arguments(): Record<string, unknown>;
}

/** Return the form; it keeps what is chosen in the address. */
export function planForm(state: State, mandates: Mandates, offers: Offers, asOf: string): PlanForm {
  const node = el('div', { class: 'plan-form stack' });
  const chosen = (): Mandate => mandates.data.find((one) => one.name === state.get('mandate', 'protect-first')) ?? (mandates.data[0] as Mandate);
  const months = (): string[] => monthsAfter(asOf, Number(state.get('months', '3')));
  const taken = (): Offer[] => {
    const names = state.get('offers', offers.meta.default.join(',')).split(',');
    return offers.data.filter((one) => names.includes(one.name));
  };
  const changes = (): Change[] => readChanges(state.get('changes'));
  const change = (next: Change[], told: string): void => {
    const held = document.activeElement?.id;
    state.keep({ changes: writeChanges(next) });
    draw();
    if (held) document.getElementById(held)?.focus();
    say(told);
  };
  const set = (key: string, value: number): void => change([...changes().filter((one, at, all) => one.key !== key || at < all.length - 1), { key, value }], t('Changed.'));
  const keep = (next: Record<string, string>): void => {
    const held = document.activeElement?.id;
    state.keep(next);
    draw();
    if (held) document.getElementById(held)?.focus();
  };
  const draw = (): void => {
    const offered = onOffer(taken(), months());
    node.replaceChildren(
      mandatePart(mandates, chosen(), (name) => keep({ mandate: name })),
      undoRow(changes(), change),
      offersPart(offers, taken(), months(), (names) => keep({ offers: names.join(',') })),
      monthsPart(state, months(), (count) => keep({ months: count })),
      unitsPart(offers, offered, changes(), set),
      tasksPart(mandates, chosen(), changes(), set),
      settingsPart(mandates, chosen(), changes(), set),
    );
  };
  draw();
  return {
    node,
    arguments: () => {
      const offered = onOffer(taken(), months());
      const extra = extraUnits(changes(), offered, months());
      return {
        mandate: mandateArgument(chosen(), changes(), offered),
        contributions: [...taken().map((one) => one.name), ...(extra ? [extra] : [])],
        months: months().length,
      };
    },
  };
}

function mandatePart(mandates: Mandates, mandate: Mandate, pick: (name: string) => void): HTMLElement {
  const field = choice(t('Mandate'), mandates.data.map((one) => [one.name, one.title] as const), mandate.name, pick);
  identify(field, 'plan-mandate');
  const rules = mandate.rules.map((one) => el('li', {}, one.says, one.binds ? '' : ` (${t('does not bind')})`));
  return el(
    'div',
    { class: 'stack tight' },
    field,
    el('p', { class: 'small quiet' }, mandate.summary),
    el('details', {}, el('summary', {}, t('Rules of conduct ({count})', { count: rules.length })), el('ul', { class: 'small' }, ...rules)),
  );
}

function undoRow(changes: Change[], change: (next: Change[], told: string) => void): HTMLElement {
  const none = changes.length === 0;
  const undo = el('button', { type: 'button', id: 'plan-undo', class: 'button', disabled: none, onclick: () => change(changes.slice(0, -1), t('Undone.')) }, t('Undo'));
  const all = el('button', { type: 'button', id: 'plan-reset', class: 'button', disabled: none, onclick: () => change([], t('As shipped again.')) }, t('As shipped'));
  const text = none ? t('Nothing is changed in the mandate or the units.') : t('{count} changes', { count: inForce(changes).size });
  return el('div', { class: 'row' }, undo, all, el('span', { class: 'small quiet' }, text));
}

function offersPart(offers: Offers, taken: Offer[], months: string[], pick: (names: string[]) => void): HTMLElement {
  const boxes = offers.data.map((one) => {
    const id = `plan-offer-${one.name}`;
    const box = el('input', { type: 'checkbox', id, checked: taken.includes(one) });
    box.addEventListener('change', () => pick(offers.data.filter((it) => (it === one ? box.checked : taken.includes(it))).map((it) => it.name)));
    const isThere = one.first !== null && one.last !== null && one.first <= (months[months.length - 1] ?? '') && (months[0] ?? '') <= one.last;
    const span = one.first && one.last ? t('{first} to {last}', { first: monthName(one.first), last: monthName(one.last) }) : t('no units');
    const when = el('span', { class: isThere ? 'quiet' : 'plan-away' }, ` ${span}`, isThere ? '' : ` · ${t('not in these months')}`);
    return el('li', {}, box, el('label', { for: id, title: one.summary }, offerName(one), when));
  });
  return el('fieldset', {}, el('legend', {}, t('On offer')), el('ul', { class: 'plain small' }, ...boxes));
}

function monthsPart(state: State, months: string[], pick: (count: string) => void): HTMLElement {
  const options = [1, 2, 3, 4, 6, 9, 12].map((count) => [String(count), number(count)] as const);
  const field = choice(t('Months planned'), options, state.get('months', '3'), pick);
  identify(field, 'plan-months');
  const span = t('{first} to {last}', { first: monthName(months[0]), last: monthName(months[months.length - 1]) });
  return el('div', { class: 'row' }, field, el('span', { class: 'small quiet' }, span));
}

function unitsPart(offers: Offers, offered: Map<string, number>, changes: Change[], set: (key: string, value: number) => void): HTMLElement {
  const now = inForce(changes);
  const rows = offers.meta.kinds.map((kind) => {
    const there = offered.get(kind.kind) ?? 0;
    const value = now.get(`unit.${kind.kind}`) ?? there;
    const label = el('span', {}, kind.title, el('span', { class: 'quiet' }, ` ${t('{people} people each', { people: kind.people })}`));
    return row(`unit.${kind.kind}`, label, stepper(`unit.${kind.kind}`, kind.title, value, { least: 0, most: 99, whole: true }, set), value !== there ? t('{count} on offer', { count: there }) : null);
  });
  const total = [...offered.values()].reduce((sum, one) => sum + one, 0);
  const empty = total === 0 ? el('p', { class: 'alert small' }, t('Nothing is on offer in these months. Choose an earlier month above, other offers, or add units here.')) : null;
  return el('details', { open: total === 0 || changes.some((one) => one.key.startsWith('unit.')) }, el('summary', {}, t('Units ({count} on offer)', { count: total })), empty, el('ul', { class: 'plan-rows' }, ...rows));
}

function tasksPart(mandates: Mandates, mandate: Mandate, changes: Change[], set: (key: string, value: number) => void): HTMLElement {
  const now = inForce(changes);
  const groups = PRINCIPLES.map((principle) => {
    const tasks = mandates.meta.tasks.filter((one) => one.principle === principle);
    const rows = tasks.map((one) => {
      const key = `task.${one.task}`;
      const before = mandate.tasks[one.task] ?? 0;
      const value = now.get(key) ?? before;
      const changed = value !== before ? (before === 0 ? t('was left out') : t('was {place}', { place: before })) : null;
      return row(key, el('span', { class: value === 0 ? 'quiet' : '' }, one.words), stepper(key, one.words, value, { least: 0, most: 20, whole: true }, set), changed);
    });
    return el('li', {}, el('h3', {}, ranked(principle)), el('ul', { class: 'plan-rows' }, ...rows));
  });
  return el(
    'details',
    { open: changes.some((one) => one.key.startsWith('task.')) },
    el('summary', {}, t('Tasks, by principle')),
    el('p', { class: 'small quiet' }, t('Place within the principle, 1 first; 0 leaves a task out. No place moves a task before those of an earlier principle.')),
    el('ul', { class: 'plain' }, ...groups),
  );
}

function settingsPart(mandates: Mandates, mandate: Mandate, changes: Change[], set: (key: string, value: number) => void): HTMLElement {
  const now = inForce(changes);
  const rows = mandates.meta.settings.map((one) => {
    const key = `set.${one.name}`;
    const before = mandate.settings[one.name] ?? 0;
    const value = now.get(key) ?? before;
    const bounds = { least: one.least ?? 0, most: one.most ?? 99, whole: one.whole };
    return row(key, el('span', {}, one.says), stepper(key, one.says, value, bounds, set), value !== before ? t('was {place}', { place: number(before) }) : null);
  });
  return el('details', { open: changes.some((one) => one.key.startsWith('set.')) }, el('summary', {}, t('Limits and weights')), el('ul', { class: 'plan-rows' }, ...rows));
}

function row(key: string, label: HTMLElement, input: HTMLElement, changed: string | null): HTMLElement {
  return el('li', { class: changed ? 'changed' : null, 'data-key': key }, label, input, changed ? el('span', { class: 'pill' }, changed) : null);
}

interface Bounds {
  least: number;
  most: number;
  whole: boolean;
}

function stepper(key: string, label: string, value: number, bounds: Bounds, set: (key: string, value: number) => void): HTMLElement {
  const input = el('input', {
    type: 'number',
    id: `plan-${key.replace('.', '-')}`,
    'aria-label': label,
    value,
    min: bounds.least,
    max: bounds.most,
    step: bounds.whole ? 1 : 0.05,
    dir: 'ltr',
  });
  input.addEventListener('change', () => {
    const given = input.valueAsNumber;
    if (!Number.isFinite(given) || given < bounds.least || given > bounds.most || (bounds.whole && !Number.isInteger(given))) {
      input.setCustomValidity(t('A number from {least} to {most}.', { least: number(bounds.least), most: number(bounds.most) }));
      input.reportValidity();
      return;
    }
    input.setCustomValidity('');
    set(key, given);
  });
  return input;
}

/** Give the control of a labelled field an id, so that the focus finds it again after a redraw. */
function identify(field: HTMLLabelElement, id: string): void {
  field.querySelector('select')?.setAttribute('id', id || freshId('field'));
}

