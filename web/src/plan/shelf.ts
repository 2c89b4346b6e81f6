/** What a plan is made from: mandates and offers as shipped, and the changes made to them on the page. */

import { getJson, withFilters } from '../api';
import type { State } from '../state';
import { monthsBetween } from '../words';

export interface Task {
  task: string;
  words: string;
  principle: number;
}
export interface Setting {
  name: string;
  says: string;
  least: number | null;
  most: number | null;
  whole: boolean;
}
export interface Mandate {
  name: string;
  title: string;
  summary: string;
  tasks: Record<string, number>;
  settings: Record<string, number>;
  ceilings: Record<string, number>;
  rules: { rule: string; says: string; binds: boolean }[];
}
export interface Mandates {
  data: Mandate[];
  meta: { tasks: Task[]; settings: Setting[] };
}
export interface OfferLine {
  kind: string;
  number: number;
  from: string;
  to: string;
  status: string;
  basis: string;
  source: string;
}
export interface Offer {
  name: string;
  contributor: string;
  summary: string;
  first: string | null;
  last: string | null;
  units: OfferLine[];
}
export interface Kind {
  kind: string;
  title: string;
  people: number;
  tasks: string[];
}
export interface Offers {
  data: Offer[];
  meta: { kinds: Kind[]; default: string[] };
}
/** One change: what ("task.react", "set.escorts", "unit.mobile_patrol") and its new value. */
export interface Change {
  readonly key: string;
  readonly value: number;
}

export function readMandates(state: State): Promise<Mandates> {
  return getJson<Mandates>(withFilters('/api/v1/mandates', { language: state.language }));
}

export function readOffers(state: State): Promise<Offers> {
  return getJson<Offers>(withFilters('/api/v1/offers', { language: state.language }));
}

/** Return who offers, with the year it begins: one contributor may offer twice. */
export function offerName(offer: Offer): string {
  return offer.first ? `${offer.contributor}, ${offer.first.slice(0, 4)}` : offer.contributor;
}

/** Return changes as the address holds them, such as "task.react=1;unit.mobile_patrol=6", oldest first. */
export function readChanges(text: string): Change[] {
  return text.split(';').flatMap((part) => {
    const [key = '', value = ''] = part.split('=');
    return /^(task|set|unit)\.[a-z_]+$/.test(key) && value !== '' && Number.isFinite(Number(value)) ? [{ key, value: Number(value) }] : [];
  });
}

export function writeChanges(changes: readonly Change[]): string {
  return changes.map((one) => `${one.key}=${one.value}`).join(';');
}

/** Return the newest value of each thing changed. */
export function inForce(changes: readonly Change[]): Map<string, number> {
  return new Map(changes.map((one) => [one.key, one.value]));
}

/** Return how many units of each kind the chosen offers hold in the months planned, at most. */
export function onOffer(offers: readonly Offer[], months: readonly string[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const month of months) {
    const now = new Map<string, number>();
    for (const line of offers.flatMap((one) => one.units)) {
      if (line.from <= month && month <= line.to) now.set(line.kind, (now.get(line.kind) ?? 0) + line.number);
    }
    for (const [kind, number] of now) most.set(kind, Math.max(most.get(kind) ?? 0, number));
  }
  return most;
}

/** Return the months planned: those after the month looked from. */
export function monthsAfter(asOf: string, count: number): string[] {
  const [year = 0, month = 1] = asOf.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + count, 1)).toISOString().slice(0, 7);
  return monthsBetween(asOf, last).slice(1);
}

/** Return a mandate for a job: the shipped name, or what is changed in it. */
export function mandateArgument(mandate: Mandate, changes: readonly Change[], offered: Map<string, number>): string | Record<string, unknown> {
  const tasks: Record<string, number> = {};
  const rest: Record<string, number> = {};
  const ceilings: Record<string, number> = {};
  for (const [key, value] of inForce(changes)) {
    const [group = '', name = ''] = key.split('.');
    if (group === 'task') tasks[name] = value;
    if (group === 'set') rest[name] = value;
    if (group === 'unit' && value < (offered.get(name) ?? 0)) ceilings[name] = value;
  }
  const parts = [tasks, rest, ceilings].map((one) => Object.keys(one).length);
  if (parts.every((count) => count === 0)) return mandate.name;
  return {
    name: 'changed',
    extends: mandate.name,
    ...rest,
    ...(Object.keys(tasks).length ? { tasks } : {}),
    ...(Object.keys(ceilings).length ? { ceilings } : {}),
  };
}

/** Return the units asked for beyond what is on offer, as a contribution of their own; null where there are none. */
export function extraUnits(changes: readonly Change[], offered: Map<string, number>, months: readonly string[]): Record<string, unknown> | null {
  const units: Record<string, number> = {};
  for (const [key, value] of inForce(changes)) {
    const [group, kind = ''] = key.split('.');
    const more = value - (offered.get(kind) ?? 0);
    if (group === 'unit' && more > 0) units[kind] = more;
  }
  const total = Object.values(units).reduce((sum, one) => sum + one, 0);
  if (total === 0) return null;
  const figure = { facts: '', of: 'the plan screen', item: 'units added', value: total, unit: 'units', source: 'entered on the plan screen', basis: 'judgement' };
  return {
    name: 'added-units',
    contributor: 'Added on the plan screen',
    summary: 'Units added by whoever made this plan; nobody has offered them.',
    units: [{ status: 'proposed', units, from: months[0], to: months[months.length - 1], cited: figure }],
  };
}
