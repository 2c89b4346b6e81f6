"""Calibrates the comparison's simulation to Mali 2012-2015 and to areas of the Central African Republic 2013-2018.

Writes docs/validation/comparison.md and, from the posterior of Mali, src/toguna/comparison/calibrated-mali.yaml.

python scripts/validate_comparison.py [FOLDER OF SHARED DATA]
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.comparison.calibration import (
    Calibration,
    again,
    as_assumptions,
    calibrate_country,
    check,
    crps,
    measure_words,
    summary,
)
from toguna.comparison.calibration_targets import (
    PATTERNS,
    Target,
    Traces,
    ground_before,
    national_targets,
    seen_of,
)
from toguna.comparison.ground import Effort, Ground, nobody
from toguna.comparison.parameters import Parameter, read_parameters
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.country import read_country
from toguna.planning.mandate import Task
from toguna.planning.resources import Contribution, read_contribution, total
from toguna.planning.units import read_kinds

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation" / "comparison.md"
FILE = ROOT / "src" / "toguna" / "comparison" / "calibrated-mali.yaml"
DRAWS, SEED = 2_000, 7
ON_ROUTES = 0.25  # as the shipped mandates have it
FIRST, MONTHS, FITTED = Month.parse("2012-01"), 48, 30
FROM = ("ecowas-afisma", "france-serval", "un-minusma-2013")
FRENCH = "france-serval"
CALIBRATED = ("onset", "civilians", "clumping", "recruitment_base", "exit_monthly", "flight_per_death",
              "return_monthly", "abroad_share")  # fmt: skip
CAR_FIRST, CAR_MONTHS, CAR_FITTED = Month.parse("2013-01"), 72, 36
CAR_CALIBRATED = ("onset", "clumping", "recruitment_base", "exit_monthly", "movement_monthly")
CAR_PEOPLE = 4_500_000.0  # in all, spread evenly: judgement, for the file of events counts nobody
NEAREST = 3  # areas each area is taken to border
PRIOR = "before calibration"
MODELS = ("calibrated", PRIOR, "last four quarters", "months of the last year", "last year again")


def extra(name: str, title: str, unit: str, low: float, high: float, draws: dict[str, object]) -> Parameter:
    """Return the prior of what is particular to a country."""
    return Parameter.model_validate(
        {"name": name, "title": title, "unit": unit, "draws": draws, "bounds": (low, high), "confidence": "none",
         "mechanism": "baseline", "judgement": "Wide on purpose, so that the record decides."}
    )  # fmt: skip


ONSET = extra("onset", "deaths at the start over those of the year before", "ratio", 0.2, 500.0,
              {"lognormal": {"median": 10.0, "low": 1.0, "high": 100.0}})  # fmt: skip
CLUMPING = extra("clumping", "variance of a month's count beyond chance, over its square", "ratio", 0.05, 10.0,
                 {"lognormal": {"median": 1.0, "low": 0.25, "high": 4.0}})  # fmt: skip
# Of one area's month, where nearly all deaths of a year can come in one of them.
CAR_CLUMPING = extra("clumping", CLUMPING.title, "ratio", 0.05, 40.0,
                     {"lognormal": {"median": 3.0, "low": 0.5, "high": 18.0}})  # fmt: skip
CIVILIANS = extra("civilians", "share of deaths that are civilians'", "share", 0.005, 0.95,
                  {"beta": {"a": 1.0, "b": 1.5}})  # fmt: skip


def history(ground: Ground) -> Effort:
    """Return who was in Mali: people of the shipped contributions by month, spread as violence was before 2012."""
    kinds = read_kinds()
    every = [read_contribution(name) for name in FROM]

    def people(chosen: list[Contribution], wanted: str) -> np.ndarray:
        units = total(chosen).units
        last = max(units)
        found = np.zeros(MONTHS)
        for at in range(MONTHS):
            month = str(FIRST + at)
            for kind, number in units.get(min(month, last), {}).items() if month >= min(units) else ():
                tasks = set(kinds[kind].tasks)
                is_police = Task.POLICE_TOWNS in tasks
                is_soldier = not is_police and bool(tasks & {Task.PROTECT_TOWNS, Task.REACT})
                found[at] += number * kinds[kind].people * (is_police if wanted == "police" else is_soldier)
        return found

    soldiers, police = people(every, "soldiers"), people(every, "police")
    french = people([read_contribution(FRENCH)], "soldiers")
    left = max(total([read_contribution(FRENCH)]).units)
    french[[str(FIRST + at) > left for at in range(MONTHS)]] = 0.0
    is_there = (soldiers > 0).astype(float)
    return nobody(len(ground.people), MONTHS)._replace(
        soldiers=np.outer(ground.weight, soldiers),
        police=np.outer(ground.weight, police),
        raids=float(french[:FITTED].sum() / soldiers[:FITTED].sum()),
        heavy=1.25,
        supports_army=is_there,
        regional=is_there,
    )


def mali() -> tuple[Calibration, Traces, list[Target], dict[str, Traces]]:
    """Calibrate to Mali's national series."""
    country = read_country("mali")
    ground = ground_before(country, FIRST, ON_ROUTES)
    effort, seen = history(ground), seen_of(country, FIRST, MONTHS)
    targets = national_targets(seen, ground.month)
    made = country.made_from
    found = calibrate_country(
        ground, effort, seen, targets, CALIBRATED, fitted=FITTED, extras=(ONSET, CLUMPING, CIVILIANS), population=500,
        rounds=5, seed=SEED, made_from=MadeFrom(made.pack, made.pack_hash, {"first": str(FIRST), "months": MONTHS}),
    )  # fmt: skip
    return found, seen, targets, forecasts(found, seen)


def forecasts(found: Calibration, seen: Traces, draws: int = DRAWS) -> dict[str, Traces]:
    """Return months simulated after and before the fit, and the naive forecasts."""
    month, months = found.ground.month, found.effort.soldiers.shape[1]
    naive = [again(seen, found.fitted, month, months, draws, block, SEED) for block in (3, 1, 12)]
    mine = [found.traces(draws, SEED), found.traces(draws, SEED, prior=True)]
    return dict(zip(MODELS, [*mine, *naive], strict=True))


def car(shared: Path) -> tuple[Calibration, Traces, list[Target], dict[str, Traces], list[str]]:
    """Calibrate to the areas of the Central African Republic."""
    file = shared / "events" / "ucdp_ged231_car_1991_2019.csv"
    events = pd.read_csv(file)
    events = events[events["adm_1"].notna()].assign(month=lambda one: one["date_start"].str[:7])
    names = sorted(events["adm_1"].unique())
    at = pd.Index(names).get_indexer(events["adm_1"])
    centre = events.groupby("adm_1")[["longitude", "latitude"]].median().loc[names].to_numpy()
    centre[:, 0] *= np.cos(np.radians(centre[:, 1].mean()))
    apart = np.linalg.norm(centre[:, None] - centre[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    near = np.zeros_like(apart, bool)
    np.put_along_axis(near, np.argsort(apart, axis=1)[:, :NEAREST], True, axis=1)
    near |= near.T
    home, other = np.nonzero(near)
    before = (events["month"] < str(CAR_FIRST)).to_numpy()
    year = before & (events["month"] >= str(CAR_FIRST + -12)).to_numpy()
    deaths, even = events["best"].to_numpy(float), np.full(len(names), 1 / len(names))
    weight = 0.9 * np.bincount(at[before], deaths[before], len(names)) / deaths[before].sum() + 0.1 * even
    one_sided = before & (events["type_of_violence"] == 3).to_numpy()
    by_state = one_sided & events["side_a"].str.startswith("Government").to_numpy()
    ground = Ground(
        people=even * CAR_PEOPLE, first=np.searchsorted(home, np.arange(len(names) + 1)).astype(np.int64),
        next_to=other.astype(np.int64), border=np.zeros(len(names)), weight=weight, from_area=weight,
        deaths=np.array([deaths[year].sum() / 12]), civilians=deaths[one_sided].sum() / deaths[before].sum(),
        by_state=deaths[by_state].sum() / deaths[one_sided].sum(), on_routes=ON_ROUTES, refugees=0.0, inside=0.0,
        leaving=np.ones(len(names)), fled=0.0, order=0.0, agreement=0.0, month=1,
    )  # fmt: skip
    when = [str(CAR_FIRST + place) for place in range(CAR_MONTHS)]
    counted = np.zeros((1, len(names), CAR_MONTHS))
    placed = pd.Index(when).get_indexer(events["month"])
    np.add.at(counted[0], (at[placed >= 0], placed[placed >= 0]), deaths[placed >= 0])
    nothing = np.full((1, CAR_MONTHS), np.nan)
    seen = Traces(counted.sum(axis=1), nothing, nothing, nothing, nothing, counted)
    targets = [Target("deaths", month, month + 5, 0.5) for month in range(0, CAR_MONTHS, 6)]
    for start in (0, CAR_FITTED):
        for measure, error in (("neighbours_alike", 0.15), ("months_alike", 0.1), ("areas_hit", 0.08)):
            targets.append(Target(measure, start, start + 35, error))
    made = MadeFrom(file.name, hashlib.sha256(file.read_bytes()).hexdigest(), {"first": str(CAR_FIRST)})
    found = calibrate_country(
        ground, nobody(len(names), CAR_MONTHS), seen, targets, CAR_CALIBRATED, fitted=CAR_FITTED,
        extras=(ONSET, CAR_CLUMPING), by_area=True, population=200, rounds=4, seed=SEED, made_from=made,
    )  # fmt: skip
    return found, seen, targets, forecasts(found, seen, 500), names


def area_years(seen: Traces, given: dict[str, Traces]) -> pd.DataFrame:
    """Return scores of deaths by area and year held out."""
    rows = []
    assert seen.by_area is not None
    for model, traces in given.items():
        assert traces.by_area is not None
        for start in range(CAR_FITTED, CAR_MONTHS, 12):
            came = seen.by_area[0, :, start : start + 12].sum(axis=1)
            drawn = traces.by_area[:, :, start : start + 12].sum(axis=2)
            for area, value in enumerate(came):
                low, lower, upper, high = np.quantile(drawn[:, area], [0.05, 0.25, 0.75, 0.95])
                rows.append((model, crps(drawn[:, area], value), crps(np.log1p(drawn[:, area]), np.log1p(value)),
                             lower <= value <= upper, low <= value <= high))  # fmt: skip
    found = pd.DataFrame(rows, columns=["model", "crps", "log_crps", "inside50", "inside90"])
    return found.groupby("model", sort=False).mean()


def table(head: list[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines: list[Sequence[object]] = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value: float) -> str:
    """Return a number with three digits that count."""
    if not np.isfinite(value):
        return "none"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def learned(found: Calibration) -> str:
    """Return what was learned of each parameter."""
    rows = [
        [f"`{name}`", f"{number(one['before'])} ({number(one['low before'])} to {number(one['high before'])})",
         f"{number(one['after'])} ({number(one['low after'])} to {number(one['high after'])})",
         f"{one['moved']:+.2f}", f"{100 * one['narrowed']:.0f} %"]
        for name, one in found.learned().iterrows()
    ]  # fmt: skip
    return table(["Parameter", "Before: median (90 %)", "After: median (90 %)", "Moved", "Narrowed"], rows)


def scores(checked: pd.DataFrame, *, held_out: bool) -> str:
    """Return the scores of all models by measure."""
    short = summary(checked)
    rows = []
    for _, one in short[short["held_out"] == held_out].iterrows():
        rows.append([measure_words(one["measure"]), one["model"], one["targets"], f"{100 * one['inside50']:.0f} %",
                     f"{100 * one['inside90']:.0f} %", number(one["crps"]), f"{one['log_crps']:.3f}"])  # fmt: skip
    return table(["Measure", "Model", "Targets", "Inside 50 %", "Inside 90 %", "CRPS", "log CRPS"], rows)


def who_wins(checked: pd.DataFrame) -> list[str]:
    """Return a sentence a measure: how the calibrated model stands to the best naive one, and to the prior."""
    short = summary(checked)
    says = []
    for measure, rows in short[short["held_out"]].groupby("measure", sort=False):
        words = measure_words(str(measure))
        scored = rows.set_index("model")
        naive = scored.drop(["calibrated", PRIOR])
        against = []
        for score in ("log_crps", "crps") if measure not in PATTERNS else ("crps",):
            mine, best = scored[score]["calibrated"], naive[score].idxmin()
            verdict = "wins" if mine < naive[score][best] else "**loses**"
            name = score.replace("_crps", " CRPS").replace("crps", "CRPS")
            against.append(f"{verdict} by {name}, {number(mine)} to {number(naive[score][best])} of *{best}*")
        mine, prior = scored["log_crps"]["calibrated"], scored["log_crps"][PRIOR]
        helped = "calibrating helped" if mine < prior else "**calibrating made it worse**"
        says.append(f"- {words[0].upper()}{words[1:]}: {'; '.join(against)}; {helped} (log CRPS {prior:.3f} before).")
    return says


def movement(checked: pd.DataFrame) -> str:
    """Return how much deaths change from window to window, counted and simulated."""
    mine = checked[(checked["model"] == "calibrated") & (checked["measure"] == "deaths")]
    return (
        f"Counted deaths go from {number(mine['observed'].min())} to {number(mine['observed'].max())} a window, the "
        f"simulation's medians from {number(mine['median'].min())} to {number(mine['median'].max())}: offensives and "
        "lulls are not in it. It says about how much violence there is, hardly when."
    )


def months(first: Month, one: pd.Series) -> str:
    """Return the months of a target."""
    start, end = str(first + int(one["first"])), str(first + int(one["last"]))
    return start if start == end else f"{start} to {end}"


def in_detail(checked: pd.DataFrame, first: Month) -> str:
    """Return every target beside what the calibrated simulation gives."""
    rows = []
    for _, one in checked[checked["model"] == "calibrated"].iterrows():
        rows.append([measure_words(one["measure"]), months(first, one), "held out" if one["held_out"] else "fitted",
                     number(one["observed"]),
                     f"{number(one['median'])} ({number(one['low'])} to {number(one['high'])})",
                     "yes" if one["inside90"] else "no"])  # fmt: skip
    return table(["Measure", "Months", "", "Counted", "Simulated: median (90 %)", "Inside"], rows)


def fit(found: Calibration) -> str:
    """Return how the fit went."""
    return "\n".join(f"- {line}" for line in str(found.posterior).splitlines())


def areas(found: pd.DataFrame) -> str:
    """Return scores of deaths by area and year held out."""
    rows = [[model, f"{100 * one['inside50']:.0f} %", f"{100 * one['inside90']:.0f} %", number(one["crps"]),
             f"{one['log_crps']:.3f}"] for model, one in found.iterrows()]  # fmt: skip
    return table(["Model", "Inside 50 %", "Inside 90 %", "CRPS", "log CRPS"], rows)


HEAD = """# Validation: the simulation behind comparisons

Written by `python scripts/validate_comparison.py`. The simulation is calibrated by approximate Bayesian computation
(ABC-SMC) to what was counted, and checked on later months that no step of the fit looked at. It is a look back: it uses
what was published after the months it is about. Data: UCDP (CC BY 4.0), UNHCR (CC BY 4.0).

Scores: *log CRPS* is the continuous ranked probability score of log(1 + number), of patterns that of the pattern; the
lower the better. *Inside* is how often what came lay within the central interval. The naive forecasts know the months
fitted and nothing else: the last four quarters drawn anew, single months of the last year drawn anew (conflictology),
the last year once more; stocks stay as last counted. On months fitted they have seen what they are scored on. *Before
calibration* draws from the shipped assumptions, with wide priors for what is particular to the country.

What is counted is taken to vary around what the simulation expects by a gamma-Poisson law (`clumping`). A unit of
distance is, as variances: 1 / (1 + count) for chance and 0.5 squared for what the simulation leaves out; 0.3 for
registers of displaced people. These are judgement.
"""
MALI = """
## Mali: national series, {first} to {last}

Fitted: {first} to {fit_end}. Held out: the {held} months after. Everything about the start comes from before {first}:
violence lies where towns had killings of civilians nearby (1989-2011), shares by kind are those of 1989-2011, deaths
those of 2011, refugees those of the end of 2011. Refugees and people displaced inside are counted at year ends only;
the pack has no count of all hosts at half years, and those of
camps alone are not used. Killings by side are known by calendar year.

Who was there: nobody before 2013; then the people of the shipped contributions ({names}),
spread as violence was before 2012, those of the last month held to the end: an effort by head, no plan was solved for
each month. {raids:.0%} of soldiers go on raids, the share of the French over the months fitted. The army is supported
from 2013 on, as in the mandate `as-is`. Constitutional order begins whole and goes as the simulation has it; the coup
of March 2012 is not put in.

Civilians killed are UCDP's one-sided violence. In the simulation people flee from killings of civilians alone; in Mali
hundreds of thousands fled while few such killings were recorded. The fit settles between the two: see civilians killed,
`flight_per_death` and people displaced inside below.

Ten names were tried first; the fit then told as much as nine particles. `kills_per_raid` and `fighters_per_death` had
hardly narrowed and were left to their prior; that, and how wide CAR's `clumping` starts, was settled on months fitted
while scores of months held out were in sight, so the check is not blind. `onset`, `civilians` and `clumping` are
particular to the country and stand in no file of assumptions: `onset` stands for the rebellion's outbreak and the arms
that came from Libya.
"""
CAR = """
## Central African Republic: {areas} areas, {first} to {last}

Fitted: {first} to {fit_end}. Held out: the three years after. Ground from the file of events alone: areas are its first
administrative level, neighbours the {nearest} nearest by the middle of events, people unknown and taken as equal
({people:,.0f} in all), violence where it was before {first}. Who was there month by month is in no file here, so nobody
is posted: what forces did is not in it, and `pull_of_weak`, which acts only where there is a force, cannot be learned.
The prior of `clumping` was widened after a first look at the months fitted.
"""


def page(shared: Path) -> str:
    """Return the page, and write the file of assumptions."""
    found, seen, targets, given = mali()
    checked = check(targets, seen, found.ground, given, found.fitted)
    head = (
        f"Posterior of the calibration to Mali, {FIRST} to {FIRST + (FITTED - 1)}; written by "
        "scripts/validate_comparison.py,\nchecked in docs/validation/comparison.md. It looks back with what was "
        "published later: not for plans made in 2013.\nWhat the fit hardly narrowed stands as shipped;\nwhat is "
        "particular to the country (outbreak, share of civilians) is not in it."
    )
    judgement = (
        "Posterior of ABC-SMC fitted to UCDP deaths and UNHCR stocks of 2012 to mid 2014; published later: for looking "
        "back, not for 2013"
    )
    FILE.write_text(as_assumptions(found, head, judgement), encoding="utf-8")
    read_parameters(FILE)
    ends = {"first": FIRST, "last": FIRST + (MONTHS - 1), "fit_end": FIRST + (FITTED - 1), "held": MONTHS - FITTED}
    parts = [HEAD, MALI.format(**ends, names=", ".join(f"`{one}`" for one in FROM), raids=found.effort.raids)]
    parts += sections(found, checked, FIRST)
    found, seen, targets, given, names = car(shared)
    checked = check(targets, seen, found.ground, given, found.fitted)
    ends = {"first": CAR_FIRST, "last": CAR_FIRST + (CAR_MONTHS - 1), "fit_end": CAR_FIRST + (CAR_FITTED - 1)}
    parts += [CAR.format(**ends, areas=len(names), nearest=NEAREST, people=CAR_PEOPLE)]
    parts += sections(found, checked, CAR_FIRST)
    by_area = area_years(seen, given)
    best = by_area["log_crps"].drop(["calibrated", PRIOR]).idxmin()
    mine, least = by_area["log_crps"]["calibrated"], by_area["log_crps"][best]
    verdict = "wins against" if mine < least else "loses to"
    parts += [
        "### Deaths by area and year held out\n",
        f"The calibrated simulation {verdict} the best naive forecast ({best}), log CRPS {mine:.3f} to {least:.3f}.\n",
        areas(by_area),
    ]
    return "\n".join(parts) + "\n"


def sections(found: Calibration, checked: pd.DataFrame, first: Month) -> list[str]:
    """Return what every calibration reports."""
    return [
        "### Who is best on months held out\n", *who_wins(checked), "", movement(checked),
        "\n### Months held out\n", scores(checked, held_out=True),
        "\n### Months fitted\n", scores(checked, held_out=False),
        "\n### What was learned\n",
        "*Moved*: by how many standard deviations of the prior; *narrowed*: how much of that deviation is gone.\n",
        learned(found), "\n### How the fit went\n", fit(found),
        "\nSummaries by number, in the order of the fitted targets below.\n",
        in_detail(checked, first), "",
    ]  # fmt: skip


def main(arguments: list[str]) -> int:
    """Write the page."""
    PAGE.write_text(page(Path(arguments[0]) if arguments else ROOT.parent / "shared" / "data"), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
