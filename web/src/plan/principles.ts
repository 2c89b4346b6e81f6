/** The five principles in their order, as every screen names them. */

import type { Table } from '../api';
import { t } from '../words';

export const PRINCIPLES = [1, 2, 3, 4, 5] as const;
export type Principle = (typeof PRINCIPLES)[number];

/** Return the name of a principle. */
export function principleName(principle: number): string {
  const names: Record<number, string> = {
    1: t('Humanitarian assistance'),
    2: t('Restoring democracy'),
    3: t('Peacebuilding between south and north'),
    4: t('Protection of civilians'),
    5: t('Small-arms control and DDR'),
  };
  return names[principle] ?? '';
}

/** Return the name of a principle after its rank. */
export function ranked(principle: number): string {
  return `${principle} ${principleName(principle)}`;
}

/** Return a table in which a column of ranks is read as words: its cells are names of principles. */
export function asWords(table: Table, name: string): Table {
  const columns = table.meta.columns.map((one) => (one.name === name ? { ...one, kind: 'text' as const } : one));
  return { ...table, meta: { ...table.meta, columns } };
}
