/** What a brief holds: the pages always there, those that may be added, its language and files. */

import { choice, el } from '../dom';
import { offerName, type Mandates, type Offers } from '../plan/shelf';
import type { State } from '../state';
import { number, t } from '../words';

export const FORMS = ['pdf', 'html', 'docx'] as const;
const LANGUAGES = [['en', 'English'], ['fr', 'Français'], ['ar', 'العربية']] as const;

export interface BriefForm {
  node: HTMLElement;
  arguments(): Record<string, unknown>;
}

/** Return the form; what is chosen stands in the address, the month in the bar above. */
export function briefForm(state: State, mandates: Mandates, offers: Offers): BriefForm {
  const picked = (setting: string, fallback = ''): string[] => state.get(setting, fallback).split(',').filter((one) => one && one !== 'none');
  const keep = (setting: string) => (value: string): void => state.keep({ [setting]: value });
  const boxes = (setting: string, fallback: string, options: readonly (readonly [string, string])[]): HTMLElement[] =>
    options.map(([value, text]) => {
      const id = `brief-${setting}-${value}`;
      const input = el('input', { type: 'checkbox', id, checked: picked(setting, fallback).includes(value) });
      input.addEventListener('change', () => {
        const rest = picked(setting, fallback).filter((one) => one !== value);
        state.keep({ [setting]: (input.checked ? [...rest, value] : rest).join(',') || 'none' });
      });
      return el('li', {}, input, el('label', { for: id }, text));
    });
  const group = (legend: string, ...children: HTMLElement[]): HTMLElement => el('fieldset', { class: 'stack tight' }, el('legend', {}, legend), ...children);
  const titles = mandates.data.map((one) => [one.name, one.title] as const);
  const hindsight = boxes('known', 'none', [['today', t('With all that is known today about the time up to then')]]);
  const always = [t('Judgement, map and the five principles in order'), t('What changed, and what is not known'), t('Sources, licences and how to trace a figure')];
  const node = el(
    'div',
    { class: 'stack brief-form' },
    group(t('Always in it'), el('ul', { class: 'small quiet' }, ...always.map((one) => el('li', {}, one)))),
    group(
      t('Pages that may be added'),
      choice(t('Months of violence and flight ahead'), [0, 3, 6, 12].map((one) => [String(one), one ? number(one) : t('no such pages')] as const), state.get('ahead', '0'), keep('ahead')),
      choice(t('Plan of three months under'), [['', t('no such pages')] as const, ...titles], state.get('plan'), keep('plan')),
      el('p', { class: 'small quiet' }, t('Mandates side by side')),
      el('ul', { class: 'plain small' }, ...boxes('compare', 'none', titles)),
      el('p', { class: 'small quiet' }, t('Contributions, for the plan or to be measured')),
      el('ul', { class: 'plain small' }, ...boxes('contributions', 'none', offers.data.map((one) => [one.name, offerName(one)] as const))),
    ),
    group(t('Language and files'), choice(t('Language of the brief'), LANGUAGES, state.get('brief_language', state.language), keep('brief_language')), el('ul', { class: 'brief-files small' }, ...boxes('files', 'pdf,html', FORMS.map((one) => [one, one.toUpperCase()] as const)))),
    state.asOf ? group(t('Looking back'), el('ul', { class: 'plain small' }, ...hindsight)) : el('p', { class: 'small quiet' }, t('The brief is of the newest month; choose an earlier one in the bar above.')),
  );
  return {
    node,
    arguments: () => ({
      language: state.get('brief_language', state.language),
      forms: picked('files', 'pdf,html'),
      ahead: Number(state.get('ahead', '0')),
      ...(state.get('plan') ? { plan: state.get('plan') } : {}),
      compare: picked('compare'),
      contributions: state.get('plan') || picked('compare').length ? picked('contributions') : [],
      hindsight: state.asOf !== '' && picked('known').includes('today'),
    }),
  };
}
