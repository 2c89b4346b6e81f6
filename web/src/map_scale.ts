/** Classes of a map: five steps in one order of darkness, and missing apart from all of them. */

import { number, span, t } from './words';

export interface Scale {
  /** Values from which the second, third ... class starts. */
  steps: number[];
  unit: string;
  /** Return 0 for the lowest class, or null where the value is missing. */
  classOf(value: number | null | undefined): number | null;
  /** Return what the legend says of a class. */
  text(at: number): string;
}

const SHARES = [0.3, 0.55, 0.77, 0.92]; // of the areas that have any: the highest classes are small

/** Return the classes for some values: given steps, or round ones that part what is there. */
export function classScale(values: Iterable<number | null>, options: { unit?: string; steps?: number[] } = {}): Scale {
  const known = [...values].filter((one): one is number => one !== null && Number.isFinite(one));
  const steps = options.steps ?? roundSteps(known.filter((one) => one > 0).sort((a, b) => a - b));
  const isWhole = known.every(Number.isInteger) && steps.every(Number.isInteger);
  return {
    steps,
    unit: options.unit ?? '',
    classOf: (value) =>
      value === null || value === undefined || !Number.isFinite(value)
        ? null
        : steps.filter((one) => value >= one).length,
    text: (at) => {
      const [from, to] = [steps[at - 1], steps[at]];
      if (to === undefined) return from === undefined ? t('any') : t('{from} and more', { from: number(from) });
      if (from === undefined) return t('below {to}', { to: number(to) });
      return span(from, isWhole ? to - 1 : to);
    },
  };
}

function roundSteps(sorted: number[]): number[] {
  const steps = SHARES.map((share) => rounded(sorted[Math.floor(share * sorted.length)] ?? 0));
  return [...new Set(steps)].filter((one) => one > 0).sort((a, b) => a - b);
}

/** Return a value rounded to 1, 2, 3, 5 or 7 of its power of ten: numbers a reader keeps in mind. */
function rounded(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const nearest = [1, 2, 3, 5, 7, 10].reduce((a, b) =>
    Math.abs(b - value / power) < Math.abs(a - value / power) ? b : a,
  );
  return Number((nearest * power).toPrecision(2));
}
