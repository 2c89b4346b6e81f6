/** A count of a store against the register: numbers, and rows of the reader's own file to look at again. */

import { send, withFilters, type Table } from '../api';
import { el } from '../dom';
import { failure, say } from '../page';
import type { State } from '../state';
import { dataTable } from '../table';
import { t } from '../words';
import { tableField } from './file';

const EXAMPLE = 'make,model,serial,country_of_manufacture\nZastava,M-70,B 123-456,SRB';

export function reconcilePart(state: State): HTMLElement {
  const store = el('input', { type: 'text', required: true, maxlength: 200, autocomplete: 'off' });
  const given = tableField(t('The count, a row a weapon: make, model, serial, country_of_manufacture, or unique_mark'), EXAMPLE);
  const result = el('div', { 'aria-live': 'polite' });
  const go = el('button', { type: 'submit', class: 'button primary' }, t('Hold against the register'));
  const form = el('form', { class: 'stack' }, el('label', { class: 'field' }, el('span', {}, t('Store, as the register names it')), store), given.node, el('div', {}, go), result);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go.disabled = true;
    send<Table>('POST', withFilters('/api/v1/accounts/arms/reconcile', { language: state.language }), { store: store.value, name: given.name('count.csv'), text: given.text() })
      .then((table) => {
        result.replaceChildren(dataTable(state, table, { caption: t('What the count and the register say of each other'), order: ['says', 'count', 'rows'], hide: ['finding'], downloads: false }));
        say(t('The count is held against the register.'));
      })
      .catch((problem: unknown) => result.replaceChildren(failure(problem)))
      .finally(() => (go.disabled = false));
  });
  return form;
}
