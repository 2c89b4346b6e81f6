/** What a comparison measures, in words; the first measure of a principle is the one that decides. */

import { number, percent, t } from '../words';

export const DECIDING: Readonly<Record<number, string>> = { 1: 'not_reached', 2: 'order', 3: 'process', 4: 'civilians_killed', 5: 'arms_at_large' };

interface Measure {
  words: string;
  moreIsBetter: boolean;
}

/** Return what a measure says and which way is better. */
export function measure(name: string): Measure {
  const known: Record<string, Measure> = {
    not_reached: { words: t('people in need whom no help reaches'), moreIsBetter: false },
    reached: { words: t('people in need reached'), moreIsBetter: true },
    excess_deaths: { words: t('deaths for want of help'), moreIsBetter: false },
    order: { words: t('months of constitutional order'), moreIsBetter: true },
    vote_within_reach: { words: t('people who can vote in safety'), moreIsBetter: true },
    process: { words: t('agreement between south and north put into effect'), moreIsBetter: true },
    civilians_killed: { words: t('civilians killed by all sides'), moreIsBetter: false },
    killed_by_groups: { words: t('civilians killed by armed groups'), moreIsBetter: false },
    killed_by_state: { words: t('civilians killed by state forces'), moreIsBetter: false },
    killed_by_intervening: { words: t('civilians killed by intervening forces'), moreIsBetter: false },
    killed_on_routes: { words: t('civilians killed on routes'), moreIsBetter: false },
    displaced: { words: t('people displaced, inside and abroad'), moreIsBetter: false },
    brought_to_court: { words: t('captured people brought to court'), moreIsBetter: true },
    force_deaths: { words: t('deaths of the intervening forces'), moreIsBetter: false },
    arms_at_large: { words: t('small arms in the hands of armed groups at the end'), moreIsBetter: false },
    reintegrated: { words: t('former fighters reintegrated at the end'), moreIsBetter: true },
    fighters: { words: t('fighters at the end'), moreIsBetter: false },
    cost: { words: t('cost of those sent'), moreIsBetter: false },
  };
  return known[name] ?? { words: name.replaceAll('_', ' '), moreIsBetter: false };
}

/** Return which way is better, in words. */
export function better(name: string): string {
  return measure(name).moreIsBetter ? t('more is better') : t('less is better');
}

const SHARES = ['order', 'vote_within_reach', 'process'];

/** Return whether a measure is a share. */
export function isShare(name: string): boolean {
  return SHARES.includes(name);
}

/** Return a value of a measure: shares as per cent, close to nought with more digits, and no minus nought. */
export function written(value: unknown, name: string, unit = ''): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (isShare(name)) return percent(size < 5e-5 ? 0 : value, size >= 0.1 || size < 5e-5 ? 0 : size >= 0.01 ? 1 : 2);
  const plain = size < 5e-4 ? number(0) : number(value);
  return unit ? `${plain} ${unit}` : plain;
}
