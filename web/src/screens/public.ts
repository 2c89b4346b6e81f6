/** Public: a form anybody may answer without saying who they are, and what all who answered say. */

import '../style/plan.css';
import '../style/public.css';
import { el } from '../dom';
import { put, screenHead, section } from '../page';
import { readOffers } from '../plan/shelf';
import { answerForm, readQuestions } from '../public/questions';
import { resultsPart } from '../public/results';
import type { State } from '../state';
import { t } from '../words';

export async function show(root: HTMLElement, state: State): Promise<void> {
  root.append(screenHead(state, t('Public'), t('What should count where the principles leave it in doubt, and which contributions help. The order of the five principles itself is not put to a vote.')));
  // Where a team signs in, visitors may answer but not read what is on offer; the names alone are enough then.
  const [questions, offers] = await Promise.all([readQuestions(state), readOffers(state).catch(() => null)]);
  const results = el('div');
  root.append(el('div', { class: 'grid-2' }, section(t('Your answer'), answerForm(state, questions, offers?.data ?? [])), section(t('What people say'), results)));
  await put(results, resultsPart(state), t('Loading what people say'));
}
