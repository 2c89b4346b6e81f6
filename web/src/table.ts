/** Tables: the twin of every map and chart, to sort, to read aloud and to take home. */

import { SUFFIXES, viewUrl, type Cell, type Column, type Filters, type Meta, type Row, type Table } from './api';
import { el, type Child } from './dom';
import { say } from './page';
import type { State } from './state';
import { monthName, number, t, word } from './words';

export interface TableOptions {
  caption: string;
  /** Columns in this order; those not named are left out where `only` is set, else they follow. */
  order?: string[];
  only?: boolean;
  hide?: string[];
  /** Rows shown before "Show all". */
  shown?: number;
  onPick?: (row: Row) => void;
  /** Column that tells rows apart, and its value in the row that is picked. */
  key?: string;
  picked?: string;
  /** The view's own filters, for download links of exactly these rows; false for none. */
  downloads?: Filters | false;
  cell?: (name: string, row: Row) => Node | string | null;
}

/** Return a value as text: numbers grouped, months in words, missing as a dash. */
export function cellText(column: Column, value: Cell | undefined): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (column.kind === 'number') return number(value);
  if (column.kind === 'month') return monthName(value);
  return column.kind === 'code' || column.kind === 'text' ? word(value) : String(value);
}

function compared(a: Cell | undefined, b: Cell | undefined): number {
  const [noA, noB] = [a === null || a === undefined, b === null || b === undefined];
  if (noA || noB) return Number(noA) - Number(noB);
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), undefined, { numeric: true });
}

function sorted(rows: Row[], sort: string): Row[] {
  if (!sort) return rows;
  const name = sort.replace(/^-/, '');
  const known = rows.filter((row) => row[name] !== null && row[name] !== undefined);
  const missing = rows.filter((row) => row[name] === null || row[name] === undefined); // last either way
  known.sort((a, b) => compared(a[name], b[name]));
  if (sort.startsWith('-')) known.reverse();
  return [...known, ...missing];
}

function columnsOf(table: Table, options: TableOptions): Column[] {
  const { order = [], hide = [], only = false } = options;
  const found = order.flatMap((name) => table.meta.columns.filter((one) => one.name === name));
  const rest = table.meta.columns.filter((one) => !order.includes(one.name) && !hide.includes(one.name));
  return only ? found : [...found, ...rest];
}

/** Return a table that can be sorted, with its caption, how much of it is shown, and downloads. */
export function dataTable(state: State, table: Table, options: TableOptions): HTMLElement {
  const columns = columnsOf(table, options);
  const setting = `sort_${table.meta.view}`;
  let sort = state.get(setting);
  let most = options.shown ?? 100;
  const body = el('tbody');
  const more = el('p', { class: 'quiet small' });
  const heads = columns.map((column) => {
    const press = (): void => {
      sort = sort === column.name ? `-${column.name}` : sort === `-${column.name}` ? '' : column.name;
      state.keep({ [setting]: sort });
      fill();
      say(t('Sorted by {column}.', { column: column.label }));
    };
    const unit = column.unit ? el('span', { class: 'unit' }, ` ${column.unit}`) : null;
    const button = el('button', { type: 'button', onclick: press }, column.label, unit);
    return el('th', { scope: 'col', class: column.kind === 'number' ? 'number' : null }, button);
  });
  const fill = (): void => {
    heads.forEach((head, at) => head.setAttribute('aria-sort', direction(sort, columns[at]?.name ?? '')));
    const rows = sorted(table.data, sort);
    body.replaceChildren(...rows.slice(0, most).map((row) => line(row, columns, options)));
    more.replaceChildren(...left(table, Math.min(most, rows.length), () => ((most = Infinity), fill())));
  };
  fill();
  const grid = el('table', {}, el('caption', {}, options.caption), el('thead', {}, el('tr', {}, ...heads)), body);
  return el(
    'div',
    { class: 'table' },
    el('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': options.caption }, grid),
    more,
    options.downloads === false
      ? null
      : downloads(state, table.meta.view, options.downloads ?? {}, table.meta.geometry !== null),
  );
}

function direction(sort: string, name: string): string {
  return sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none';
}

function left(table: Table, shown: number, all: () => void): Child[] & (Node | string)[] {
  const total = table.meta.total;
  if (total === 0) return [t('No rows: nothing on record under these filters.')];
  if (shown >= total) return [t('{total} rows.', { total: number(total) })];
  const text = t('First {shown} of {total} rows.', { shown: number(shown), total: number(total) });
  if (shown >= table.data.length) return [text, ' ', t('Download to have all of them.')];
  return [text, ' ', el('button', { type: 'button', class: 'link', onclick: all }, t('Show all'))];
}

function line(row: Row, columns: Column[], options: TableOptions): HTMLElement {
  const isPicked =
    options.key !== undefined && options.picked !== undefined && String(row[options.key]) === options.picked;
  const cells = columns.map((column, at) => {
    const own = options.cell?.(column.name, row);
    const text = own ?? cellText(column, row[column.name]);
    const inside =
      at === 0 && options.onPick
        ? el('button', { type: 'button', class: 'link', onclick: () => options.onPick?.(row) }, text)
        : text;
    const numeric = { class: column.kind === 'number' ? 'number' : null };
    return at === 0 ? el('th', { scope: 'row', ...numeric }, inside) : el('td', numeric, inside);
  });
  return el('tr', { 'aria-current': isPicked ? 'true' : null }, ...cells);
}

/** Return links to exactly the rows of a view in every form it is given in. */
export function downloads(state: State, view: string, filters: Filters = {}, hasShapes = true): HTMLElement {
  const forms = SUFFIXES.filter((suffix) => hasShapes || (suffix !== 'geojson' && suffix !== 'gpkg'));
  const links = forms.map((suffix) =>
    el('a', { href: viewUrl(view, state, filters, suffix), download: `${view}.${suffix}` }, suffix),
  );
  return el('p', { class: 'downloads small' }, el('span', {}, t('Download this view:')), ...links);
}

/** Return a figure with its table below, closed until it is asked for. */
export function twin(figure: HTMLElement, table: HTMLElement): HTMLElement {
  return el('div', { class: 'twin' }, figure, el('details', {}, el('summary', {}, t('Show as table')), table));
}

/** Return where the numbers come from: remarks, sources with licence and date, and what they were made from. */
export function provenance(meta: Meta): HTMLElement {
  const made = Object.entries(meta.made_from).filter(([, value]) => value !== null && typeof value !== 'object');
  const sources = meta.sources.map((one) => [one.title || one.id, one.licence, one.as_of].filter(Boolean).join(' · '));
  const list = (texts: string[]): HTMLElement => el('ul', {}, ...texts.map((text) => el('li', {}, text)));
  const count = meta.remarks.length + sources.length;
  const run = made.map(([name, value]) => `${name} ${String(value)}`).join(' · ');
  return el(
    'div',
    { class: 'provenance small' },
    el(
      'details',
      {},
      el('summary', {}, t('What to know, and sources ({count})', { count })),
      meta.remarks.length > 0 ? list(meta.remarks) : null,
      sources.length > 0 ? el('p', {}, el('strong', {}, t('Sources'))) : null,
      sources.length > 0 ? list(sources) : null,
      run ? el('p', { class: 'made' }, run) : null,
    ),
  );
}
