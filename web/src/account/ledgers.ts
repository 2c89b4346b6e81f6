/** Numbers of the ledgers: small cells withheld, and never a list of people. */

import { getJson, view, type Row, type Shapes, type Table } from '../api';
import { areaShapes } from '../api';
import { choice, el, toggle } from '../dom';
import { notMade, put } from '../page';
import type { State } from '../state';
import { dataTable, provenance } from '../table';
import { number, t } from '../words';

const LEDGERS = ['rights', 'custody', 'arms', 'ddr'] as const;

export function ledgerName(ledger: string): string {
  const names: Record<string, string> = { rights: t('Rights'), custody: t('Custody'), arms: t('Arms'), ddr: t('Disarmament and reintegration') };
  return names[ledger] ?? ledger;
}

/** Return whether ledgers are kept here. */
export async function areKept(): Promise<boolean> {
  return (await getJson<{ meta: { kept: boolean } }>('/api/v1/accounts/ledgers')).meta.kept;
}

/** Return names of regions by P-code. */
export async function regionNames(state: State): Promise<Map<string, string>> {
  const shapes: Shapes | null = await areaShapes(state, 1).catch(() => null);
  return new Map((shapes?.features ?? []).map((one) => [String(one.properties['pcode']), String(one.properties['name'])]));
}

// Duties and states the ledgers name; other codes are read as they are, without underscores.
function word(code: string): string {
  const known: Record<string, string> = {
    total: t('all'),
    overdue: t('overdue'),
    within_24_hours: t('due within 24 hours'),
    later: t('due later'),
    held: t('held'),
    handed_over: t('handed over'),
    transferred: t('transferred'),
    released: t('released'),
    escaped: t('escaped'),
    died: t('died'),
    'hand over to police or judicial authority, or release': t('hand over to police or judicial authority, or release'),
    'hand to child protection or release to family': t('hand to child protection or release to family'),
    'register, and tell the reasons': t('register, and tell the reasons'),
    'see a doctor': t('see a doctor'),
    'tell family and ICRC': t('tell family and ICRC'),
    'hold apart': t('hold apart'),
    'visit the person': t('visit the person'),
    'open an independent inquiry': t('open an independent inquiry'),
    'conclude the inquiry': t('conclude the inquiry'),
  };
  return known[code] ?? code.replaceAll('_', ' ');
}

/** Return a code as people say it; "total" is all together. */
export function spoken(name: string, code: unknown, regions: Map<string, string>): string {
  const text = String(code ?? '');
  if (name === 'area' && text !== 'total') return regions.get(text) ?? text;
  return name === 'period' ? text.replace('-Q', ` ${t('quarter')} `).replace('total', t('all')) : word(text);
}

/** Return a cell of a count: a number, or that it is withheld. */
export function countCell(row: Row): Node {
  if (row['status'] === 'withheld') return el('span', { class: 'pill' }, t('withheld'));
  return document.createTextNode(number(row['count']));
}

/** Return the part with a ledger's numbers, one ledger at a time. */
export function ledgerPart(state: State, regions: Map<string, string>): HTMLElement {
  const slot = el('div', { class: 'stack' });
  const chosen = (): string => state.get('ledger', 'rights');
  const draw = (): void => void put(slot, ledgerTable(state, chosen(), regions, draw), t('Counting'));
  const pick = toggle(t('Ledger'), LEDGERS.map((one) => [one, ledgerName(one)] as const), chosen(), (ledger) => {
    state.keep({ ledger, period: null, kind: null, area: null });
    draw();
  });
  draw();
  return el('div', { class: 'stack' }, pick, slot);
}

async function ledgerTable(state: State, ledger: string, regions: Map<string, string>, redraw: () => void): Promise<HTMLElement> {
  const filters = { admin1_code: null, admin2_code: null, area: state.get('area') || state.admin1 || null, period: state.get('period') || null };
  const name = `accounts/${ledger}/aggregates`;
  const [all, table] = await Promise.all([view(name, state, { admin1_code: null, admin2_code: null }), view(name, state, filters)]);
  if (all.data.length === 0) return notMade(t('Nothing has been entered in this ledger.'));
  const select = (column: 'area' | 'period', label: string): HTMLElement => {
    const values = [...new Set(all.data.map((row) => String(row[column])))];
    const options = [['', t('every one')] as const, ...values.map((one) => [one, spoken(column, one, regions)] as const)];
    return choice(label, options, state.get(column), (value) => {
      state.keep({ [column]: value });
      redraw();
    });
  };
  return el(
    'div',
    { class: 'stack' },
    el('div', { class: 'fields' }, select('area', t('Region')), select('period', t('Quarter'))),
    countTable(state, table, t('{ledger}: numbers by region and quarter', { ledger: ledgerName(ledger) }), regions, filters),
    provenance(table.meta),
  );
}

/** Return a table of counts in which what is withheld is said, not left blank. */
export function countTable(state: State, table: Table, caption: string, regions: Map<string, string>, filters: Record<string, string | null> | false): HTMLElement {
  const codes = table.meta.columns.filter((one) => one.kind !== 'number').map((one) => one.name);
  return dataTable(state, table, {
    caption,
    order: ['when', 'area', 'count'],
    hide: ['status'],
    cell: (name, row) => (name === 'count' ? countCell(row) : codes.includes(name) ? spoken(name, row[name], regions) : null),
    downloads: filters,
  });
}
