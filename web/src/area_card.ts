/** What is on record of the area looked at; of the whole country where none is picked. */

import { view, type Row, type Table } from './api';
import { el, type Child } from './dom';
import { figure } from './ladder';
import type { State } from './state';
import { number, t } from './words';

/** Return the P-code of the area looked at; empty for the whole country. */
export function areaOf(state: State): string {
  return state.admin2 || state.admin1;
}

/** Return the card of the area: residents, hunger, figures of its own, and where to look next. */
export async function areaCard(state: State, indicators: Table): Promise<HTMLElement> {
  const code = areaOf(state);
  const wide = { admin1_code: null, admin2_code: null };
  const [areas, population] = await Promise.all([
    view('areas', state, { ...wide, as_of: null, limit: 10000 }),
    view('population', state, { ...wide, limit: 10000 }),
  ]);
  const area = areas.data.find((row) => (code ? row['pcode'] === code : Number(row['level']) === 0));
  const counted = population.data.find((row) => row['area'] === area?.['pcode']);
  const above = areas.data.find((row) => row['pcode'] === area?.['parent']);
  const own = indicators.data.filter((row) => isOf(row, code) && Number(row['milestone'] ?? 0) === 0);
  const facts: [string, Child][] = [
    [t('Residents on record'), people(counted)],
    [t('Land area'), area?.['area_km2'] ? t('{km2} km²', { km2: number(area['area_km2'], 0) }) : null],
    [t('Lies in'), above && code ? String(above['name']) : null],
    [t('Places without a figure'), counted ? number(counted['places_unknown']) : null],
  ];
  return el(
    'section',
    { class: 'card area-card' },
    el('h2', {}, area ? String(area['name']) : t('Whole country')),
    el(
      'dl',
      { class: 'facts' },
      ...facts.flatMap(([name, value]) => (value ? [el('dt', {}, name), el('dd', {}, value)] : [])),
    ),
    code
      ? ownFigures(state, own)
      : el(
          'p',
          { class: 'quiet small' },
          t('Pick an area on the map, in the bar above, or in the table below the map.'),
        ),
    el(
      'p',
      { class: 'row small' },
      el('a', { href: state.linkTo('risk') }, t('Risk in the months ahead')),
      el('a', { href: state.linkTo('displacement') }, t('Displacement')),
      code
        ? el('a', { href: state.link({ admin1_code: null, admin2_code: null }) }, t('Back to the whole country'))
        : null,
    ),
  );
}

function isOf(row: Row, code: string): boolean {
  return code !== '' && (row['area'] === code || row['admin2_code'] === code || row['admin1_code'] === code);
}

function people(row: Row | undefined): Child {
  if (!row || row['missing'] === true || row['people'] === null) return el('span', { class: 'pill gap' }, t('missing'));
  return number(row['people']);
}

function ownFigures(state: State, rows: Row[]): HTMLElement {
  if (rows.length === 0)
    return el(
      'p',
      { class: 'quiet small' },
      t('No indicator is known for this area alone; the ladder shows the whole country.'),
    );
  return el('dl', { class: 'figures' }, ...rows.slice(0, 12).map((row) => figure(state, row)));
}
