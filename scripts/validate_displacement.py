"""Runs all scenarios of flight and writes docs/validation/displacement.md with a picture for each.

python scripts/validate_displacement.py [FOLDER OF SCENARIOS]
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

import numpy as np

from toguna.displacement import Scenario, read_scenario, read_settings, relative_difference, share_baseline, simulate
from toguna.displacement.baselines import anchored, gravity, last_value, stacked, weight_of_run
from toguna.displacement.baselines import rescaled as to_total
from toguna.displacement.calibrate import calibrate
from toguna.displacement.ensemble import coverage, ensemble, factor_for, interval, widened

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "validation"
DAY = 30
# Flee's own runs with simsetting.yml: people an agent, plain and rescaled on all days, rescaled after the first third.
FLEE = {
    "mali2012": (1, 0.394, 0.360, 0.310),
    "burundi2015": (10, 0.589, 0.538, 0.393),
    "tigray2020": (10, 0.505, 0.403, 0.422),
    "car2013": (100, 0.377, 0.438, 0.295),
    "ssudan2013": (100, 0.502, 0.540, 0.483),
    "mali2017_adm1": (100, 0.496, 0.336, 0.424),
}
CALIBRATED_AT = {"mali2012": 50, "burundi2015": 100, "tigray2020": 50, "car2013": 300, "ssudan2013": 300}


def main(arguments: list[str]) -> int:
    """Write the page."""
    home = Path(arguments[0]) if arguments else ROOT.parent / "shared" / "data" / "displacement" / "flee"
    OUT.mkdir(parents=True, exist_ok=True)
    rules = read_settings(home / "settings" / "simsetting.yml")
    all_days, held_out, baselines, cover, pictures = [], [], [], [], []
    for name, (hasten, plain, scaled, after) in FLEE.items():
        one = read_scenario(home / name)
        counted, third = one.counts.people, one.days // 3
        runs = [simulate(one, rules.model_copy(update={"hasten": hasten}), seed).camps for seed in (1, 2, 3)]
        by_day = np.mean([relative_difference(run, counted, rescaled=True) for run in runs], axis=0)
        first = np.mean([relative_difference(run, counted).mean() for run in runs])
        share30 = share_baseline(counted, DAY)
        all_days.append((name, hasten, first, plain, by_day.mean(), scaled, by_day[DAY + 1 :].mean(),
                         _miss(share30, counted, DAY)))  # fmt: skip
        coarse = rules.model_copy(update={"hasten": CALIBRATED_AT.get(name, hasten)})
        found = calibrate(one, coarse, until=third, seed=1)
        many = ensemble(one, found.settings, runs=len(found.settings), seed=2)
        mean = np.average(many.camps, axis=0, weights=found.weight)
        weight = weight_of_run(mean, counted, third)
        again = to_total(anchored(many.camps, counted, third), counted)
        held_out.append((name, third, after, by_day[third + 1 :].mean(), _miss(mean, counted, third),
                         _miss(anchored(mean, counted, third), counted, third), weight,
                         _miss(stacked(mean, counted, third, weight), counted, third),
                         _miss(share_baseline(counted, third), counted, third),
                         _miss(share30, counted, third)))  # fmt: skip
        baselines.append((name, _miss(last_value(counted, third), counted, third, scale=False),
                          _miss(gravity(one), counted, third)))  # fmt: skip
        wide = _widened(many.camps, again, counted, third)
        later = slice(third + 1, None)
        cover.append((name, *(coverage(draws[:, later], counted[later], level) for draws in (again, wide)
                              for level in (0.5, 0.9))))  # fmt: skip
        (OUT / f"{name}.svg").write_text(_picture(one, wide, runs[0], third), encoding="utf-8")
        pictures.append(f"![{name}: counted and forecast people in each camp]({name}.svg)")
        sys.stdout.write(f"{name} done\n")
    (OUT / "displacement.md").write_text(_page(all_days, held_out, baselines, cover, pictures), encoding="utf-8")
    return 0


def _miss(simulated: np.ndarray, counted: np.ndarray, day: int, *, scale: bool = True) -> float:
    return float(relative_difference(simulated, counted, rescaled=scale)[day + 1 :].mean())


def _widened(runs: np.ndarray, again: np.ndarray, counted: np.ndarray, until: int) -> np.ndarray:
    """Return draws widened by what it takes to hold 90 of 100 counts in a back-test on the days used."""
    middle = until // 2
    inner = to_total(anchored(runs, counted, middle), counted)[:, middle + 1 : until + 1]
    return widened(again, factor_for(inner, counted[middle + 1 : until + 1], 0.9))


def _row(*cells: object) -> str:
    return "| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"


def _page(all_days: list, held_out: list, baselines: list, cover: list, pictures: list) -> str:
    lost = [row[0] for row in held_out if row[5] > row[8]]
    flee = sum(row[4] < row[2] for row in held_out)
    day30 = sum(row[5] < row[9] for row in held_out)
    return PAGE.format(
        all_days=_rows(all_days),
        held_out=_rows(held_out),
        baselines=_rows(baselines),
        cover=_rows(cover),
        pictures="\n".join(pictures),
        flee=flee,
        day30=day30,
        all=len(held_out),
        lost=", ".join(lost) or "none",
    )


def _rows(rows: list) -> str:
    return "\n".join(_row(*(float(cell) if isinstance(cell, np.floating) else cell for cell in row)) for row in rows)


PAGE = """# Validation: people on the move

Written by `python scripts/validate_displacement.py`. The figure is the averaged relative difference (half of it is the
share of people in the wrong camp); rescaled means each day's simulated total is first scaled to the counted one. Every
candidate here knows the counted total: these are allocations. Scenarios: FabFlee project (BSD-3-Clause); counts: UNHCR
(CC BY 4.0).

## All days, settings of the reference, mean of three seeds

| Scenario | People an agent | Plain | Flee | Rescaled | Flee | After day 30, rescaled | Share of day 30 kept |
|---|---|---|---|---|---|---|---|
{all_days}

Flee scores mali2017_adm1 on ten camps only; the fourteen series of its folder are scored here.

## Days after the first third, which nothing was calibrated on

Parameters are calibrated on the days of the first third (approximate Bayesian computation, 300 runs); the later days
were not looked at. *Anchored*: the calibrated run begins again from the counts of the last day used. *Stack*: anchored
run and share of that day kept, weighed by a back-test within the first third. All rescaled. A day here is the last one
used; *Share* is that of each camp on that day, *Share 30* on day 30, kept.

| Scenario | Day | Flee | Not calibrated | Calibrated | Anchored | Weight of run | Stack | Share | Share 30 |
|---|---|---|---|---|---|---|---|---|---|
{held_out}

The calibrated run is nearer than Flee in {flee} of {all}; anchored, it is nearer than the share of day 30 in {day30} of
{all}. Against the share of the last day used, which knows as much as it does, it loses in: {lost}. There use the share.

| Scenario | Last value of that day kept, plain | Gravity, rescaled |
|---|---|---|
{baselines}

## Do the intervals hold?

Share of later counts within the central intervals of the anchored ensemble, as drawn and widened by what a back-test
within the first third asks for. As drawn they are too narrow everywhere; widened they hold nearly everything in some
scenarios and still too little in others.

| Scenario | 50 % as drawn | 90 % as drawn | 50 % widened | 90 % widened |
|---|---|---|---|---|
{cover}

## Camp by camp

Line: counted. Dashes: one run with the settings of the reference. Band and middle line: the anchored ensemble, widened,
from the day marked on.

{pictures}
"""


def _picture(scenario: Scenario, draws: np.ndarray, single: np.ndarray, until: int) -> str:
    """Return small multiples, one for each camp."""
    columns, width, height = 3, 226, 120
    camps = scenario.counts.camps
    rows = -(-len(camps) // columns)
    low, high = interval(draws, 0.9)
    middle = np.median(draws, axis=0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns * width} {rows * height}" '
        'font-family="sans-serif" font-size="9" fill="#333">',
        f"<title>{escape(scenario.name)}: counted and simulated people by camp</title>",
        f'<rect width="{columns * width}" height="{rows * height}" fill="#fff"/>',
    ]
    days = np.arange(scenario.days)
    for camp, name in enumerate(camps):
        left, top = (camp % columns) * width + 38, (camp // columns) * height + 18
        wide, tall = width - 48, height - 34
        counted = scenario.counts.people[:, camp]
        most = max(counted.max(), single[:, camp].max(), high[until:, camp].max(), 1.0)
        x = left + wide * days / max(scenario.days - 1, 1)

        def line(values: np.ndarray, start: int = 0, top: float = top, tall: float = tall, most: float = most,
                 x: np.ndarray = x) -> str:  # fmt: skip
            step = max(1, scenario.days // 150)
            at = sorted({*range(start, scenario.days, step), scenario.days - 1})
            return "L".join(f"{x[day]:.1f} {top + tall * (1 - values[day] / most):.1f}" for day in at)

        band = line(high[:, camp], until) + "L" + "L".join(reversed(line(low[:, camp], until).split("L")))
        parts += [
            f'<text x="{left}" y="{top - 5}" font-weight="bold">{escape(name.replace("_", " "))}</text>',
            f'<path d="M{left} {top}V{top + tall}H{left + wide}" fill="none" stroke="#aaa" stroke-width="0.7"/>',
            f'<text x="{left - 3}" y="{top + 6}" text-anchor="end">{most:,.0f}</text>',
            f'<text x="{left - 3}" y="{top + tall}" text-anchor="end">0</text>',
            f'<text x="{left}" y="{top + tall + 11}">day 0</text>',
            f'<text x="{left + wide}" y="{top + tall + 11}" text-anchor="end">{scenario.days - 1}</text>',
            f'<path d="M{x[until]:.1f} {top}V{top + tall}" stroke="#aaa" stroke-width="0.7" stroke-dasharray="1 2"/>',
            f'<path d="M{band}Z" fill="#8fb3bb" opacity="0.55"/>',
            f'<path d="M{line(single[:, camp])}" fill="none" stroke="#b4632b" stroke-dasharray="4 2"/>',
            f'<path d="M{line(middle[:, camp], until)}" fill="none" stroke="#0b3c49" stroke-width="0.8"/>',
            f'<path d="M{line(counted)}" fill="none" stroke="#111" stroke-width="1.6"/>',
        ]
    return "".join([*parts, "</svg>"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
