/** Plan: who should be where, with what there is and under which mandate, and why each. */

import '../style/plan.css';
import { readCountries } from '../bar';
import type { Job } from '../api';
import { el } from '../dom';
import { failure, notMade, screenHead, section } from '../page';
import { planForm } from '../plan/form';
import { showPlan } from '../plan/result';
import { readMandates, readOffers } from '../plan/shelf';
import { solvePanel } from '../plan/solve';
import type { State } from '../state';
import { t } from '../words';

export async function show(root: HTMLElement, state: State): Promise<() => void> {
  root.append(screenHead(state, t('Plan'), t('Who should be where in the months ahead, best first by the five principles in order; what each posting is for, and what stays unprotected.')));
  const [mandates, offers, countries] = await Promise.all([readMandates(state), readOffers(state), readCountries(state.language)]);
  const newest = countries.find((one) => one.location_code === state.country)?.edition ?? '';
  const form = planForm(state, mandates, offers, state.asOf || newest);
  const result = el('div', { class: 'stack' }, notMade(t('No plan yet. Choose a mandate and what is on offer, then solve.')));
  let remove: (() => void) | undefined;
  const done = async (job: Job): Promise<void> => {
    remove?.();
    remove = undefined;
    try {
      const shown = await showPlan(result, state, job);
      if (state.signal.aborted) shown();
      else remove = shown;
    } catch (problem) {
      result.replaceChildren(failure(problem));
    }
  };
  root.append(
    el(
      'div',
      { class: 'plan-layout' },
      el('aside', { class: 'stack', 'aria-label': t('What the plan is made from') }, section(t('Mandate and resources'), form.node), section(t('Solve'), solvePanel(state, form.arguments, done))),
      result,
    ),
  );
  return () => remove?.();
}
