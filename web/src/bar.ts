/** The bar above every screen: country, month, area, language, theme, and how old the data is. */

import { areaShapes, getJson, withFilters, type Shape } from './api';
import { choice, el } from './dom';
import { SCREENS, type Screen, type State } from './state';
import { monthName, t } from './words';

export interface Country {
  location_code: string;
  name: string;
  /** The newest month the pack holds. */
  edition: string;
  made_up: boolean;
  events_age_months: number | null;
}

/** Return the countries the service holds a pack of; the first is shown where none is asked for. */
export async function readCountries(language: string): Promise<Country[]> {
  return (await getJson<{ data: Country[] }>(withFilters('/api/v1/countries', { language }))).data;
}

/** Return what a screen is called. */
export function screenName(screen: Screen): string {
  const names: Record<Screen, string> = {
    situation: t('Situation'),
    risk: t('Risk'),
    displacement: t('Displacement'),
    corridors: t('Corridors'),
    plan: t('Plan'),
    compare: t('Compare'),
    account: t('Account'),
    sources: t('Sources'),
    brief: t('Brief'),
    public: t('Public'),
  };
  return names[screen];
}

const OWN_NAMES = [
  ['en', 'English'],
  ['fr', 'Français'],
  ['ar', 'العربية'],
] as const;

/** Return the bar and the list of screens. */
export function topBar(state: State, countries: Country[]): HTMLElement {
  const country = countries.find((one) => one.location_code === state.country);
  const fields = el(
    'div',
    { class: 'settings-row' },
    choice(
      t('Country'),
      countries.map((one) => [one.location_code, one.name] as const),
      state.country,
      (code) => state.go({ location_code: code, admin1_code: null, admin2_code: null, as_of: null, job: null }),
    ),
    monthField(state, country),
    areaField(state),
    choice(t('Language'), OWN_NAMES, state.language, (language) => state.go({ language })),
    themeField(state),
    el('a', { class: 'button lite', href: state.link().replace(/^\//, '/lite/') }, t('Light version')),
  );
  const brand = el('a', { class: 'brand', href: state.linkTo('situation') }, 'Toguna');
  const month = monthName(state.asOf || country?.edition);
  // On a small screen the fields fold away behind what they say.
  const summary = el(
    'summary',
    {},
    [country?.name ?? state.country, month, state.admin2 || state.admin1].filter(Boolean).join(' · '),
  );
  const isWide = matchMedia('(min-width: 48.01rem)').matches;
  const settings = el('details', { class: 'settings', open: isWide }, summary, fields);
  const bar = el('div', { class: 'bar' }, brand, settings);
  const shown = el('p', { class: 'print-only' }, [country?.name ?? state.country, month].join(', '));
  return el('header', { class: 'top' }, bar, shown, screenList(state));
}

function screenList(state: State): HTMLElement {
  const links = SCREENS.map((screen) =>
    el(
      'li',
      {},
      el(
        'a',
        { href: state.linkTo(screen), 'aria-current': screen === state.screen ? 'page' : null },
        screenName(screen),
      ),
    ),
  );
  return el('nav', { 'aria-label': t('Screens') }, el('ul', {}, ...links));
}

function monthField(state: State, country: Country | undefined): HTMLElement {
  const input = el('input', {
    type: 'month',
    value: state.asOf || country?.edition || '',
    max: country?.edition || null,
    pattern: '\\d{4}-\\d{2}',
    placeholder: 'YYYY-MM',
    onchange: () => {
      if (input.checkValidity())
        state.go({ as_of: input.value === country?.edition ? null : input.value, from: null, to: null, job: null });
      else input.reportValidity();
    },
  });
  const age = country ? el('span', { class: 'age' }, ageText(country)) : null;
  return el('div', { class: 'month' }, el('label', { class: 'field' }, el('span', {}, t('As of')), input), age);
}

/** Return how old what is known is: the pack, and the newest single events in it. */
function ageText(country: Country): string {
  const age = country.events_age_months;
  const pack = t('Data to {date}', { date: monthName(country.edition) });
  return age === null ? pack : `${pack}. ${t('Newest events: {months} months before', { months: age })}`;
}

function areaField(state: State): HTMLElement {
  const pick = (value: string): void => {
    const [level, code = ''] = value.split(':');
    state.go({ admin1_code: level === '1' ? code : null, admin2_code: level === '2' ? code : null });
  };
  const chosen = state.admin2 ? `2:${state.admin2}` : state.admin1 ? `1:${state.admin1}` : '';
  const field = choice(t('Area'), [['', t('Whole country')]], chosen, pick);
  void Promise.all([areaShapes(state, 1), areaShapes(state, 2)])
    .then(([upper, lower]) =>
      fillAreas(field.querySelector('select') as HTMLSelectElement, upper.features, lower.features, chosen),
    )
    .catch(() => undefined); // the map says what is wrong with the areas
  return field;
}

function fillAreas(select: HTMLSelectElement, upper: Shape[], lower: Shape[], chosen: string): void {
  const code = (one: Shape): string => String(one.properties['pcode'] ?? one.id ?? '');
  const name = (one: Shape): string => String(one.properties['name'] ?? code(one));
  for (const area of upper) {
    const inside = lower.filter(
      (one) => String(one.properties['parent'] ?? one.properties['admin1_code'] ?? '') === code(area),
    );
    select.append(
      el(
        'optgroup',
        { label: name(area) },
        el('option', { value: `1:${code(area)}` }, name(area)),
        ...inside.map((one) => el('option', { value: `2:${code(one)}` }, name(one))),
      ),
    );
  }
  select.value = chosen;
}

export const THEMES = ['system', 'light', 'dark'] as const;

function themeOf(state: State): (typeof THEMES)[number] {
  return THEMES.find((one) => one === state.get('theme')) ?? 'system';
}

/** Dress the page in the theme of the address, else of the device. */
export function dressPage(state: State): void {
  const theme = themeOf(state);
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
}

function themeField(state: State): HTMLElement {
  const names = { system: t('Device'), light: t('Light'), dark: t('Dark') };
  return choice(
    t('Theme'),
    THEMES.map((one) => [one, names[one]] as const),
    themeOf(state),
    (theme) => state.go({ theme: theme === 'system' ? null : theme }),
  );
}
