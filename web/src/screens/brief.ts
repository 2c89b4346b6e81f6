/** Brief: pages to print or send, made as a job and downloaded here. */

import '../style/plan.css';
import '../style/brief.css';
import type { Job } from '../api';
import { briefForm } from '../brief/form';
import { el } from '../dom';
import { jobPanel } from '../job';
import { notMade, screenHead, section } from '../page';
import { readMandates, readOffers } from '../plan/shelf';
import type { State } from '../state';
import { t } from '../words';

export async function show(root: HTMLElement, state: State): Promise<void> {
  root.append(screenHead(state, t('Brief'), t('Four pages by the five principles in order, more where you ask for them; every figure can be traced.')));
  const [mandates, offers] = await Promise.all([readMandates(state), readOffers(state)]);
  const form = briefForm(state, mandates, offers);
  const result = el('div', { class: 'stack' }, section(t('Files'), notMade(t('No brief is made yet. Choose its pages, then make it.'))));
  const panel = jobPanel(state, { verb: 'brief', label: t('Make the brief'), arguments: form.arguments, onDone: (job) => result.replaceChildren(files(job)) });
  root.append(el('div', { class: 'plan-layout' }, el('aside', { class: 'stack', 'aria-label': t('What the brief holds') }, section(t('What the brief holds'), form.node, panel)), result));
}

const NAMES: Readonly<Record<string, () => string>> = {
  pdf: () => t('PDF, tagged, to print'),
  html: () => t('One web page, works without a network'),
  docx: () => t('Word document, to edit'),
};

/** Return links to the files; the web page is shown as well. */
function files(job: Job): HTMLElement {
  const found = Object.entries(job.results).filter(([name]) => name.startsWith('brief.'));
  const links = found.map(([name, address]) => {
    const form = name.slice('brief.'.length);
    return el('li', {}, el('a', { class: 'button', href: address, download: name }, form.toUpperCase()), el('span', { class: 'small quiet' }, NAMES[form]?.() ?? ''));
  });
  return section(t('Files'), el('ul', { class: 'brief-links' }, ...links), el('p', { class: 'small quiet made' }, madeFrom(job)));
}

function madeFrom(job: Job): string {
  const made = Object.entries(job.made_from).filter(([, value]) => value !== null && typeof value !== 'object');
  return made.map(([name, value]) => `${name} ${String(value)}`).join(' · ');
}
