/** Compare: what mandates would mean for each principle, side by side, with all that is unsure. */

import '../style/plan.css';
import '../style/compare.css';
import type { Job } from '../api';
import { compareForm } from '../compare/form';
import { showComparison } from '../compare/result';
import { el } from '../dom';
import { jobPanel } from '../job';
import { failure, notMade, screenHead, section } from '../page';
import { offerName, readMandates, readOffers } from '../plan/shelf';
import type { State } from '../state';
import { t } from '../words';

export async function show(root: HTMLElement, state: State): Promise<void> {
  root.append(screenHead(state, t('Compare'), t('What mandates would mean for each principle in order, and what contributions add to them, over all draws of the assumptions.')));
  const [mandates, offers] = await Promise.all([readMandates(state), readOffers(state)]);
  const titles = new Map(mandates.data.map((one) => [one.name, one.title]));
  const names = new Map(offers.data.map((one) => [one.name, offerName(one)]));
  const form = compareForm(state, mandates, offers);
  const result = el('div', { class: 'stack' }, notMade(t('Nothing is compared yet. Choose mandates, then start; doing nothing always stands beside them.')));
  const onDone = (job: Job): Promise<void> =>
    showComparison(result, state, job, titles, names).catch((problem: unknown) => {
      result.replaceChildren(failure(problem));
    });
  const panel = jobPanel(state, { verb: 'compare', label: t('Compare'), arguments: form.arguments, onDone });
  root.append(
    el('div', { class: 'plan-layout' }, el('aside', { class: 'stack', 'aria-label': t('What is compared') }, section(t('What is compared'), form.node, panel)), result),
  );
}
