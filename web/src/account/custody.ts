/** What is due for people in custody: overdue first, as numbers by region; by record only where the role allows. */

import { view, type Table } from '../api';
import { el } from '../dom';
import { notMade } from '../page';
import type { State } from '../state';
import { dataTable, provenance } from '../table';
import { number, t } from '../words';
import { countTable } from './ledgers';

interface Late {
  count: number | null;
  status: string;
}
type Due = Table & { meta: { overdue?: Late } };

/** Return what is due. */
export async function custodyPart(state: State, regions: Map<string, string>): Promise<HTMLElement> {
  const filters = { single: 'true', admin1_code: null, admin2_code: null };
  const table = (await view('accounts/custody/overdue', state, filters)) as Due;
  if (table.data.length === 0) return notMade(t('Nothing is due for anybody in custody.'));
  const isByRecord = table.meta.columns.some((one) => one.name === 'record');
  return el(
    'div',
    { class: 'stack' },
    el('p', { class: isByRecord ? 'small quiet' : 'small' }, table.meta.overdue ? headline(table.meta.overdue) : t('Record numbers, for those who work on them; no person is named.')),
    isByRecord ? byRecord(state, table, filters) : countTable(state, table, t('People in custody by what is latest of all that is due for them'), regions, filters),
    provenance(table.meta),
  );
}

/** Return how many people wait for something that should have been done. */
function headline(late: Late): string {
  if (late.status === 'withheld') return t('Something is overdue for some people; how many is withheld, as they are few.');
  return late.count === 0 ? t('Nothing is overdue.') : t('Something is overdue for {count} people.', { count: number(late.count) });
}

function byRecord(state: State, table: Table, filters: Record<string, string | null>): HTMLElement {
  return dataTable(state, table, {
    caption: t('Due in custody, the latest first'),
    order: ['record', 'area', 'what', 'by', 'hours_late', 'tell', 'rule'],
    cell: (name, row) => {
      if (name !== 'hours_late') return null;
      const late = Number(row[name]);
      return late > 0 ? el('strong', { class: 'account-late' }, t('{hours} hours late', { hours: number(late, 0) })) : t('in {hours} hours', { hours: number(-late, 0) });
    },
    downloads: filters,
  });
}
