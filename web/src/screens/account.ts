/** Account: what was done by all, in numbers; what is overdue; counts of stores; and those no list holds. */

import '../style/plan.css';
import '../style/account.css';
import { custodyPart } from '../account/custody';
import { estimatePart } from '../account/estimate';
import { areKept, ledgerPart, regionNames } from '../account/ledgers';
import { reconcilePart } from '../account/reconcile';
import { el } from '../dom';
import { notMade, put, screenHead, section } from '../page';
import type { State } from '../state';
import { t } from '../words';

export async function show(root: HTMLElement, state: State): Promise<void> {
  root.append(screenHead(state, t('Account'), t('What forces of every side did, held and handed over, as numbers. Small numbers are withheld; no list of people is shown anywhere.')));
  const [kept, regions] = await Promise.all([areKept(), regionNames(state)]);
  const due = el('div');
  const unseen = section(t('Those no list holds'), el('p', { class: 'small quiet' }, t('From three or more lists that overlap, how many people there are in all.')), estimatePart(state));
  if (!kept) {
    const none = notMade(t('No ledgers are kept here. Start the workbench with the database of a book to count rights, custody, arms and reintegration; the estimate below needs none.'));
    root.append(el('div', { class: 'stack' }, none, unseen));
    return;
  }
  root.append(
    el(
      'div',
      { class: 'stack' },
      section(t('Custody: what is due, overdue first'), due),
      section(t('Ledgers in numbers'), ledgerPart(state, regions)),
      el('div', { class: 'grid-2' }, section(t('Count of a store against the arms register'), reconcilePart(state)), unseen),
    ),
  );
  await put(due, custodyPart(state, regions), t('Looking at what is due'));
}
