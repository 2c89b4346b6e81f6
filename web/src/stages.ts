/** What a job is at, in the reader's language: the service tells it in the words of its log. */

import { t } from './words';

/** Return the step of a job in words; what is not known is work. */
export function stageOf(what: string): string {
  const steps: [RegExp, string][] = [
    [/^reading/, t('Reading the pack')],
    [/^(models|ensemble)/, t('Testing forecasts on months they have not seen')],
    [/^(moving people|forecasting flight)/, t('Simulating where people flee')],
    [/^patrol rounds/, t('Planning patrol rounds')],
    [/^one more/, t('Trying one unit more of each kind')],
    [/^range/, t('Varying each assumption')],
    [/^plan of/, t('Planning postings for each mandate')],
    [/^(aid|votes|south-north|protection|arms|the region|fewest)/, t('Planning postings, principle by principle')],
    [/^break-even/, t('Looking for the values that would change the order')],
    [/^(importance|what decides)/, t('Finding which assumptions decide')],
    [/^adverse/, t('Trying the adverse case')],
    [/^assessing/, t('Assessing by the five principles')],
    [/^(writing|done)/, t('Writing the result')],
  ];
  return steps.find(([known]) => known.test(what))?.[1] ?? t('Working');
}
