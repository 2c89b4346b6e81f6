/** Sources: where every figure comes from, under which licence, how old it is, and what is missing. */

import '../style/sources.css';
import { view, type Row, type Table } from '../api';
import { el, svg } from '../dom';
import { put, screenHead, section } from '../page';
import { PRINCIPLES, ranked } from '../plan/principles';
import type { State } from '../state';
import { dataTable, provenance } from '../table';
import { number, t } from '../words';

const WHOLE = { admin1_code: null, admin2_code: null };
const OLD = 24; // months: figures older than two years are marked

export async function show(root: HTMLElement, state: State): Promise<void> {
  root.append(screenHead(state, t('Sources'), t('Where every figure comes from, under which licence and how old it is; and what nobody has counted.')));
  const gaps = el('div');
  const sources = await view('sources', state, { ...WHOLE, limit: 1000 });
  root.append(
    el(
      'div',
      { class: 'stack' },
      el('div', { class: 'grid-3' }, section(t('Age'), age(sources)), section(t('Licences'), licences(sources)), section(t('From source to table'), tables(sources))),
      section(t('What is missing'), gaps),
      section(t('All sources'), sourceTable(state, sources), provenance({ ...sources.meta, sources: [] })),
    ),
  );
  await put(gaps, missing(state), t('Looking for gaps'));
}

function text(row: Row, name: string): string {
  return String(row[name] ?? '');
}

function months(row: Row): number | null {
  const value = row['age_months'];
  return typeof value === 'number' ? value : null;
}

/** Return how old the sources in use are, as bars, oldest first. */
function age(sources: Table): HTMLElement {
  const used = sources.data.filter((row) => Number(row['rows']) > 0 && months(row) !== null);
  const oldest = [...used].sort((a, b) => (months(b) ?? 0) - (months(a) ?? 0)).slice(0, 12);
  const most = Math.max(1, ...oldest.map((row) => months(row) ?? 0));
  const rows = oldest.map((row) => {
    const old = months(row) ?? 0;
    return el('li', {}, el('span', {}, named(row)), bar(old, most), el('span', { class: 'number' }, t('{months} months', { months: number(old) })));
  });
  const unknown = sources.data.filter((row) => Number(row['rows']) > 0 && months(row) === null).length;
  return el('div', { class: 'stack tight' }, el('ol', { class: 'sources-ages small' }, ...rows), unknown ? el('p', { class: 'small quiet' }, t('{count} sources state no last day.', { count: unknown })) : null);
}

/** Return a title with its version, as some titles have several. */
function named(row: Row): string {
  const version = text(row, 'version');
  return version && version !== 'not stated' ? `${text(row, 'title')}, ${version}` : text(row, 'title');
}

// Drawn, not styled: the page forbids styles in its markup.
function bar(old: number, most: number): SVGElement {
  const shape = svg('rect', { width: (100 * old) / most, height: 6 });
  return svg('svg', { class: old > OLD ? 'sources-bar old' : 'sources-bar', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, shape);
}

/** Return the licences with how many sources stand under each. */
function licences(sources: Table): HTMLElement {
  const groups = new Map<string, Row[]>();
  for (const row of sources.data) {
    const licence = text(row, 'licence') || t('not stated');
    groups.set(licence, [...(groups.get(licence) ?? []), row]);
  }
  const items = [...groups].sort(([, a], [, b]) => b.length - a.length).map(([licence, rows]) => el('li', {}, el('strong', {}, licence), el('span', { class: 'quiet' }, ` ${number(rows.length)}: ${rows.map((row) => text(row, 'title')).join('; ')}`)));
  return scrolled(t('Licences'), items);
}

/** Return which sources each table of the pack is made from. */
function tables(sources: Table): HTMLElement {
  const made = new Map<string, Row[]>();
  for (const row of sources.data) for (const name of text(row, 'tables').split(', ').filter(Boolean)) made.set(name, [...(made.get(name) ?? []), row]);
  const items = [...made].sort(([a], [b]) => a.localeCompare(b)).map(([name, rows]) => el('li', {}, el('strong', {}, name.replaceAll('_', ' ')), el('span', { class: 'quiet' }, ` ← ${rows.map((row) => text(row, 'title')).join('; ')}`)));
  return scrolled(t('From source to table'), items);
}

// A list that scrolls must be reached by keyboard, so it is a region of its own.
function scrolled(label: string, items: HTMLElement[]): HTMLElement {
  return el('div', { class: 'sources-scroll', tabindex: 0, role: 'region', 'aria-label': label }, el('ul', { class: 'sources-list small' }, ...items));
}

function sourceTable(state: State, sources: Table): HTMLElement {
  return dataTable(state, sources, {
    caption: t('Sources of this country pack'),
    order: ['title', 'owner', 'licence', 'until', 'age_months', 'rhythm', 'lag', 'rows', 'tables', 'version', 'licence_basis', 'citation', 'url'],
    hide: ['source'],
    // An address is only made a link where it is one; what else stands there is shown as it is.
    cell: (name, row) => (name === 'url' && /^https?:\/\//.test(text(row, name)) ? el('a', { href: text(row, name), rel: 'noreferrer' }, text(row, name)) : null),
    downloads: WHOLE,
  });
}

/** Return the indicators that could not be told, by principle, with why. */
async function missing(state: State): Promise<HTMLElement> {
  const found = await view('indicators', state, { limit: 10_000 });
  const groups = [...PRINCIPLES, 0].flatMap((principle) => {
    const rows = found.data.filter((row) => Number(row['principle']) === principle);
    const lacking = rows.filter((row) => row['missing'] === true || row['value'] === null);
    if (rows.length === 0) return [];
    const reasons = new Map<string, number>();
    for (const row of lacking) {
      const why = `${text(row, 'label') || text(row, 'indicator')}: ${text(row, 'why_missing') || t('not known')}`;
      reasons.set(why, (reasons.get(why) ?? 0) + 1);
    }
    const list = [...reasons].map(([why, count]) => el('li', {}, why, count > 1 ? el('span', { class: 'quiet' }, ` · ${t('{count} areas', { count: number(count) })}`) : null));
    const name = principle ? ranked(principle) : t('Human rights across all principles');
    const title = t('{name}: {count} of {total} figures missing', { name, count: number(lacking.length), total: number(rows.length) });
    return [el('details', {}, el('summary', {}, title), el('ul', { class: 'small' }, ...list))];
  });
  return el('div', { class: 'stack tight' }, ...groups);
}
