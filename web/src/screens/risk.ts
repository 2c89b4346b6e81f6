/** Risk: violence expected in the months ahead, with its interval and how good such forecasts have been. */

import { areaShapes, type Job, type Row, type Shapes, type Table } from '../api';
import { drawChart, type ChartView } from '../chart';
import { choice, el } from '../dom';
import { jobPanel, monthsAhead } from '../job';
import { classScale, drawMap, type MapSpec, type MapView } from '../map';
import { failure, loading, notMade, screenHead, section } from '../page';
import { numberIn, resultFilters, resultIf, resultOf } from '../results';
import type { State } from '../state';
import { dataTable, provenance, twin } from '../table';
import { monthName, number, percent, t } from '../words';

export async function show(root: HTMLElement, state: State): Promise<() => void> {
  const lead = t(
    'Deaths in organised violence expected in the months ahead, always with the interval and the past skill.',
  );
  const result = el('div', { class: 'stack' });
  const drawn: (MapView | ChartView)[] = [];
  const panel = jobPanel(state, {
    verb: 'forecast',
    label: t('Make the forecast'),
    arguments: () => ({ months: Number(state.get('months', '3')), grain: 'admin2' }),
    form: monthsAhead(state),
    onDone: (job) => present(result, state, job, drawn),
  });
  if (!state.get('job')) {
    result.append(
      notMade(
        t('No forecast is made yet for this month. It takes about a minute, and only what was public by then is used.'),
      ),
    );
  }
  root.append(screenHead(state, t('Risk'), lead), el('div', { class: 'stack' }, section(t('Forecast'), panel), result));
  return () => drawn.forEach((one) => one.remove());
}

async function present(root: HTMLElement, state: State, job: Job, drawn: (MapView | ChartView)[]): Promise<void> {
  root.replaceChildren(loading(t('Loading the forecast')));
  try {
    const [risk, total, skill, shapes] = await Promise.all([
      resultOf(state, job, 'risk'),
      resultIf(state, job, 'risk_total'),
      resultIf(state, job, 'skill'),
      areaShapes(state, 2),
    ]);
    if (state.signal.aborted) return;
    const [map, side] = [el('section', { class: 'card' }), el('div', { class: 'stack' })];
    root.replaceChildren(el('div', { class: 'grid-2' }, map, side), tableCard(state, job, risk));
    drawn.push(await mapCard(map, state, risk, shapes));
    const chart = await chartCard(side, state, risk, total);
    if (chart) drawn.push(chart);
    side.append(skillCard(state, job, skill));
  } catch (problem) {
    root.replaceChildren(failure(problem));
  }
}

const MEASURES = ['chance_1', 'chance_10', 'chance_25', 'mean'] as const;

function measureName(name: string): string {
  const names: Record<string, string> = {
    chance_1: t('Chance of at least one death'),
    chance_10: t('Chance of at least ten deaths'),
    chance_25: t('Chance of at least twenty-five deaths'),
    mean: t('Deaths expected'),
  };
  return names[name] ?? name;
}

async function mapCard(root: HTMLElement, state: State, risk: Table, shapes: Shapes): Promise<MapView> {
  const months = [...new Set(risk.data.map((row) => String(row['month'])))].sort();
  const monthNow = (): string => months.find((one) => one === state.get('month')) ?? months[0] ?? '';
  const measureNow = (): string => MEASURES.find((one) => one === state.get('measure')) ?? 'chance_1';
  const spec = (): MapSpec => {
    const measure = measureNow();
    const rows = risk.data.filter((row) => row['month'] === monthNow());
    const values = new Map(rows.map((row) => [String(row['unit']), shareOf(row, measure)]));
    const all = risk.data.map((row) => shareOf(row, measure)); // one scale for all months, so that months compare
    const onPick = (code: string): void =>
      state.go({ admin2_code: code === state.admin2 ? null : code, admin1_code: null });
    const title = measureName(measure);
    const unit = measure === 'mean' ? t('deaths') : t('per cent');
    return {
      label: t('Map of areas: {subject}', { subject: title }),
      title,
      unit,
      asOf: monthNow(),
      areas: { shapes, values, scale: classScale(all), picked: state.admin2, onPick },
    };
  };
  const redraw = (): void => map?.update(spec());
  root.append(
    el('h2', {}, t('Where')),
    el(
      'div',
      { class: 'fields' },
      choice(
        t('Month'),
        months.map((one) => [one, monthName(one)] as const),
        monthNow(),
        (value) => (state.keep({ month: value }), redraw()),
      ),
      choice(
        t('What'),
        MEASURES.map((one) => [one, measureName(one)] as const),
        measureNow(),
        (value) => (state.keep({ measure: value }), redraw()),
      ),
    ),
  );
  let map: MapView | null = null;
  map = await drawMap(root, state, spec());
  return map;
}

function shareOf(row: Row, measure: string): number | null {
  const value = numberIn(row, measure);
  return value !== null && measure !== 'mean' ? Math.round(value * 1000) / 10 : value;
}

async function chartCard(root: HTMLElement, state: State, risk: Table, total: Table | null): Promise<ChartView | null> {
  const picked = risk.data.filter((row) => row['unit'] === state.admin2);
  const rows = picked.length > 0 ? picked : (total?.data ?? []);
  const name = picked.length > 0 ? String(picked[0]?.['name']) : t('whole country');
  const card = section(t('How many, {area}', { area: name }));
  root.append(card);
  const first = rows[0];
  if (!first) {
    card.append(notMade(t('Pick an area on the map or in the table to see its months.')));
    return null;
  }
  const words = {
    low: number(numberIn(first, 'low')),
    high: number(numberIn(first, 'high')),
    month: monthName(first['month']),
    chance: percent(numberIn(first, 'chance_1')),
  };
  card.append(el('p', {}, t('{month}: {low} to {high} deaths with a chance of 90 %; {chance} chance of any.', words)));
  if (first['validated'] === 'no') {
    card.append(
      el(
        'p',
        { class: 'alert' },
        t('A share of the forecast for the whole country, by its long-run record: not validated for this area.'),
      ),
    );
  }
  const column = (of: string): (number | null)[] => rows.map((row) => numberIn(row, of));
  const months = rows.map((row) => String(row['month']));
  const line = {
    label: t('Deaths expected, mean'),
    values: column('mean'),
    low: column('low'),
    high: column('high'),
    tone: 2 as const,
  };
  const label = t('Deaths expected by month with interval, {area}', { area: name });
  return drawChart(card, { label, unit: t('deaths'), months, lines: [line], height: 220 });
}

function skillCard(state: State, job: Job, skill: Table | null): HTMLElement {
  const card = section(t('How good such forecasts have been'));
  if (!skill || skill.data.length === 0) {
    const file = job.results['skill'];
    card.append(
      file
        ? el('p', {}, el('a', { href: file, download: 'skill.parquet' }, t('Past skill by model, as a file')))
        : el('p', { class: 'quiet' }, t('No score came with this forecast.')),
    );
    return card;
  }
  card.append(
    el(
      'p',
      {},
      t(
        'Scores on months the models had not seen. Lower is better; a ratio below 1 beats the plain record of the last twelve months.',
      ),
    ),
    dataTable(state, skill, {
      caption: t('Past skill by model'),
      order: ['model', 'n', 'crps', 'crps_ratio', 'crps_low', 'crps_high', 'inside_90', 'inside_50', 'brier'],
      only: true,
      downloads: resultFilters(job),
    }),
  );
  return card;
}

function tableCard(state: State, job: Job, risk: Table): HTMLElement {
  const table = dataTable(state, risk, {
    caption: t('Forecast by area and month'),
    order: [
      'name',
      'month',
      'chance_1',
      'chance_10',
      'chance_25',
      'mean',
      'median',
      'low',
      'high',
      'last_12',
      'model',
      'validated',
    ],
    only: true,
    downloads: resultFilters(job),
    key: 'unit',
    picked: state.admin2,
    onPick: (row) => state.go({ admin2_code: String(row['unit']), admin1_code: null }),
    shown: 50,
  });
  return section(
    t('All numbers'),
    twin(el('p', {}, t('Every area and month, to sort and to take home.')), table),
    provenance(risk.meta),
  );
}
