/** What is shown, kept whole in the address: a copied link shows the same view to somebody else. */

export const SCREENS = [
  'situation',
  'risk',
  'displacement',
  'corridors',
  'plan',
  'compare',
  'account',
  'sources',
  'brief',
  'public',
] as const;
export type Screen = (typeof SCREENS)[number];
export const LANGUAGES = ['en', 'fr', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Changes = Record<string, string | number | null | undefined>;

/** What stays when another screen is opened; everything else belongs to one screen. */
const SHARED = ['location_code', 'as_of', 'admin1_code', 'admin2_code', 'language', 'theme', 'map', 'at'];

export interface State {
  readonly screen: Screen;
  /** ISO 3166 alpha-3 code of the country. */
  readonly country: string;
  /** Month YYYY-MM, or an empty text for the newest the pack holds. */
  readonly asOf: string;
  /** P-codes of the area looked at; empty texts for the whole country. */
  readonly admin1: string;
  readonly admin2: string;
  readonly language: Language;
  /** Aborted when the screen is left; give it to what should stop then. */
  readonly signal: AbortSignal;
  /** Return one setting of the address, or the fallback. */
  get(name: string, fallback?: string): string;
  /** Return the address of this screen with changes; null or an empty text takes a setting away. */
  link(changes?: Changes): string;
  /** Return the address of another screen for the same country, month, area and language. */
  linkTo(screen: Screen, changes?: Changes): string;
  /** Change the address and draw the screen anew (a step that the back button undoes). */
  go(changes: Changes, screen?: Screen): void;
  /** Change the address only: for sliders, sorting and other things already drawn. */
  keep(changes: Changes): void;
}

/** Return the screen an address names. */
export function screenOf(path: string): Screen {
  const name = path.split('/').filter(Boolean)[0] ?? '';
  return SCREENS.find((one) => one === name) ?? 'situation';
}

/** Return the language of an address, else of the browser, else English. */
export function languageOf(query: URLSearchParams): Language {
  const wanted = [query.get('language') ?? '', ...navigator.languages.map((one) => one.slice(0, 2))];
  return wanted.map((one) => LANGUAGES.find((known) => known === one)).find(Boolean) ?? 'en';
}

function address(screen: Screen, query: URLSearchParams, changes: Changes): string {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') query.delete(name);
    else query.set(name, String(value));
  }
  const text = query.toString();
  return `/${screen}${text ? `?${text}` : ''}`;
}

/** Return what the address bar says now. */
export function readState(country: string, signal: AbortSignal, redraw: () => void): State {
  const screen = screenOf(location.pathname);
  const first = new URLSearchParams(location.search);
  const query = (): URLSearchParams => new URLSearchParams(location.search);
  const shared = (): URLSearchParams => {
    const now = query();
    return new URLSearchParams(SHARED.flatMap((name) => (now.has(name) ? [[name, now.get(name) ?? '']] : [])));
  };
  return {
    screen,
    country: first.get('location_code') ?? country,
    asOf: first.get('as_of') ?? '',
    admin1: first.get('admin1_code') ?? '',
    admin2: first.get('admin2_code') ?? '',
    language: languageOf(first),
    signal,
    get: (name, fallback = '') => query().get(name) ?? fallback,
    link: (changes = {}) => address(screen, query(), changes),
    linkTo: (other, changes = {}) => address(other, shared(), changes),
    go: (changes, other) => {
      const to = other && other !== screen ? address(other, shared(), changes) : address(screen, query(), changes);
      history.pushState(null, '', to);
      redraw();
    },
    keep: (changes) => {
      if (!signal.aborted) history.replaceState(null, '', address(screen, query(), changes));
    },
  };
}
