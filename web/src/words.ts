/** Words, numbers and months in the reader's language, from the one catalogue of the service. */

import { getJson } from './api';
import type { Language } from './state';

let words: Record<string, string> = {};
let language: Language = 'en';

/** Load the words of a language and turn the page to it, right to left where it is written so. */
export async function speak(wanted: Language): Promise<void> {
  if (wanted !== language || Object.keys(words).length === 0) {
    // Without the catalogue the page still works, in English.
    words = await getJson<Record<string, string>>(`/api/v1/messages/${wanted}`).catch(() => ({}));
  }
  language = wanted;
  document.documentElement.lang = wanted;
  document.documentElement.dir = wanted === 'ar' ? 'rtl' : 'ltr';
}

export function isRightToLeft(): boolean {
  return language === 'ar';
}

/** Return a text in the reader's language; `{name}` is filled from the values. Give the English text itself. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  return word(text).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Return a code or word of a table in the reader's language; what is in no catalogue, such as a name, stays. */
export function word(text: string | number): string {
  return words[String(text)] || String(text);
}

// Digits stay Latin in all three languages, as in the tables they come from.
function locale(): string {
  return { en: 'en-GB', fr: 'fr-FR', ar: 'ar-u-nu-latn' }[language];
}

/** Return a number as the reader writes it; missing is a dash, never zero. */
export function number(value: unknown, digits?: number): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const most = digits ?? (size >= 100 || Number.isInteger(value) ? 0 : size >= 1 ? 1 : 3);
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: most }).format(value);
}

/** Return a range of numbers; kept left to right, so that the lower one stands first in Arabic too. */
export function span(low: unknown, high: unknown): string {
  return `\u2066${number(low)}–${number(high)}\u2069`;
}

/** Return a share as per cent. */
export function percent(share: unknown, digits = 0): string {
  if (typeof share !== 'number' || !Number.isFinite(share)) return '–';
  return new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** Return a month such as "2013-06" in words. */
export function monthName(month: unknown): string {
  const parts = /^(\d{4})-(\d{2})/.exec(String(month ?? ''));
  if (!parts) return String(month ?? '–');
  const day = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, 1));
  return new Intl.DateTimeFormat(locale(), { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(day);
}

/** Return months from the first to the last, both included. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  let [year, month] = first.split('-').map(Number) as [number, number];
  for (let one = first; one <= last && months.length < 2400;) {
    months.push(one);
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
    one = `${year}-${String(month).padStart(2, '0')}`;
  }
  return months;
}
