"""Scores plans beside naive ones on draws and records no plan was made from; writes docs/validation/plans.md.

python scripts/validate_plans.py [--short] [FOLDER OF EVENTS]
"""

from __future__ import annotations

import sys
import textwrap
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

import toguna as tg
from toguna.core.months import Month
from toguna.core.workers import run_all
from toguna.forecasting.models.model import model
from toguna.forecasting.panel import Panel
from toguna.forecasting.panels import panel_of_events
from toguna.forecasting.parameters import ForecastParams
from toguna.planning.naive import by_population, follow, greedy, keeps_limits, random_postings, reactive
from toguna.planning.posture import Cover, Floats, Ints, Option, Posture
from toguna.planning.posture_solve import solve
from toguna.planning.read_mandate import read_mandate
from toguna.planning.resources import read_contribution, total
from toguna.planning.scoring import (
    achieved,
    averted_on_record,
    first_difference,
    held_out,
    only,
    paired_on_record,
    recorded,
)
from toguna.planning.situation import situation
from toguna.sources.event_file import read_events

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "validation"
OFFERS = ("ecowas-afisma", "un-minusma-2013")
MANDATES = ("protect-first", "routes-and-corridors")
STARTS = ("2013-02", "2013-05", "2013-08", "2013-11", "2014-02")  # three months each, the offers cover them all
MONTHS, RANDOM = 3, 30
CAR = "ucdp_ged231_car_1991_2019.csv"
CAR_STARTS = tuple(str(Month(2010, 3) + 3 * step) for step in range(36))
PAST, SHARES, DEATHS = (
    "optimised for the last 12 known months",
    "in proportion to the last 12 known months",
    "after the last known deaths",
)
FORESIGHT = "optimised for what came, which nobody knows"
CAR_PLANS = ("optimised", FORESIGHT, PAST, "greedy", SHARES, DEATHS, "random")
KNOWN = ("as published", "a month later")
CAR_UNITS = (12, 6)  # companies that hold a town, patrols with a wider reach; a made-up force
SECONDS, ALONE_SECONDS = 40.0, 10.0
OURS, STRICT, GREEDY, BY_CHANCE, PEOPLE = "optimised", "optimised, strict", "greedy", "random", "by people"
LAST, HEARD = "last deaths published", "last deaths, at once"
PLANS = (GREEDY, PEOPLE, LAST, HEARD, BY_CHANCE)
By = dict[int, npt.NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Scored:
    """What plans of one start month and mandate achieve on draws not used in planning, and of what was recorded.

    Attributes
    ----------
    by_plan : by plan and principle, seeds x draws; one seed but for random plans
    alone : by principle, the optimum of that principle alone, on the same draws, and whether it is proved
    on_record : by plan, recorded deaths averted; the mean of the seeds
    dead, harm : deaths recorded that could be told to areas, and deaths expected in the draws held out, mean
    planned, planned_harm : deaths averted and expected in the draws planned on, mean
    eps : what each principle may give up to later ones
    """

    start: str
    mandate: str
    by_plan: dict[str, By] = field(repr=False)
    alone: dict[int, tuple[float, bool]]
    on_record: dict[str, float]
    dead: float
    harm: float
    planned: float
    planned_harm: float
    eps: tuple[float, ...]
    gap: float
    seconds: float


def main(arguments: list[str]) -> int:
    """Write the page."""
    short = "--short" in arguments
    folders = [one for one in arguments if not one.startswith("--")]
    home = Path(folders[0]) if folders else ROOT.parent / "shared" / "data" / "events"
    began = time.perf_counter()
    starts = STARTS[2:3] if short else STARTS
    many = run_all(mali, starts, workers=2)
    scored = [one for part in many for one in part]
    sys.stderr.write(f"Mali: {time.perf_counter() - began:.0f} s\n")
    places = CAR_STARTS[:8] if short else CAR_STARTS
    found = run_all(car, [(str(home / CAR), places[part::2]) for part in range(2)], workers=2)
    rows = pd.DataFrame([row for part in found for row in part]).sort_values(["known", "start", "plan"])
    sys.stderr.write(f"all: {time.perf_counter() - began:.0f} s\n")
    OUT.mkdir(parents=True, exist_ok=True)
    text = [
        _head(starts),
        _short(scored, rows),
        *(_mandate(name, [one for one in scored if one.mandate == name]) for name in MANDATES),
    ]
    text += [_on_record(scored), _car(rows)]
    (OUT / "plans.md").write_text("\n".join(text), encoding="utf-8")
    return 0


def mali(start: str) -> list[Scored]:
    """Plan and score both mandates from one month."""
    country, whole = tg.read_country("mali", as_of=start), tg.read_country("mali")
    risk, other = (tg.forecast(country, MONTHS, grain="admin2", seed=seed) for seed in (1, 2))
    offers = total([read_contribution(name) for name in OFFERS])
    found = []
    for name in MANDATES:
        rules = read_mandate(name)
        now = situation(country, risk, rules, offers)
        problem = now.problem
        draws = held_out(now, situation(country, other, rules, offers))
        solved = solve(problem, time_limit=SECONDS)
        plans: dict[str, list[Ints]] = {
            OURS: [solved.units],
            STRICT: [solve(_strict(problem), time_limit=SECONDS / 2).units],
            GREEDY: [greedy(problem)],
            PEOPLE: [by_population(now)],
            LAST: [reactive(now, whole)],
            HEARD: [reactive(now, whole, heard_at_once=True)],
            BY_CHANCE: [random_postings(problem, seed) for seed in range(RANDOM)],
        }
        _check(problem, plans)
        real = recorded(now, whole)
        found.append(
            Scored(
                start, name,
                {plan: _stacked([achieved(problem, one, draws) for one in units]) for plan, units in plans.items()},
                {one.tier: _alone(problem, one.tier, draws) for one in solved.tiers},
                {plan: float(np.mean([averted_on_record(problem, one, real) for one in units]))
                 for plan, units in plans.items()},
                float(np.nansum(real)), float(draws.sum(axis=(0, 1)).mean()),
                float(achieved(problem, solved.units, now.draws)[4].mean()), float(now.draws.sum(axis=(0, 1)).mean()),
                problem.eps,
                max((one.gap for one in solved.tiers), default=0.0), solved.seconds,
            )
        )  # fmt: skip
    return found


def _strict(problem: Posture) -> Posture:
    """Return the problem greedy postings answer: expected values, nothing given up, no floor, no worst draws."""
    return replace(problem, eps=(0.0,) * 5, equity=0.0, cvar_weight=0.0)


def _check(problem: Posture, plans: dict[str, list[Ints]]) -> None:
    for plan, units in plans.items():
        for one in units:
            if broken := keeps_limits(problem, one):
                raise RuntimeError(f"{plan}: {broken[0]}")


def _stacked(many: list[By]) -> By:
    return {tier: np.stack([one[tier] for one in many]) for tier in many[0]}


def _alone(problem: Posture, tier: int, draws: Floats) -> tuple[float, bool]:
    """Return what the optimum of one principle alone achieves in it on the draws, and whether it is proved to 0.1 %."""
    alone = only(problem, tier)
    found = solve(alone, time_limit=ALONE_SECONDS)
    proved = all(one.gap <= 1e-3 for one in found.tiers)
    return float(achieved(alone, found.units, draws)[tier].mean()), proved


def car(asked: tuple[str, tuple[str, ...]]) -> list[dict[str, object]]:
    """Plan protection by areas of the Central African Republic and score it on the deaths recorded afterwards."""
    path, starts = asked
    events, _ = read_events(Path(path))
    panel = panel_of_events(events, "admin2", "civilians").panel
    rows: list[dict[str, object]] = []
    for start in starts:
        origin = Month.parse(start)
        after = panel.counts[:, panel.at(origin) + 1 : panel.at(origin) + 1 + MONTHS]
        for known, lag in zip(KNOWN, (None, 1), strict=True):
            then = panel.known_at(origin, lag=lag)
            for plan, units in _car_plans(then, panel.at(origin) - then.months + 1, after).items():
                averted = np.mean([averted_on_record(units[0], one, after) for one in units[1]])
                rows.append({"start": start, "known": known, "plan": plan, "averted": averted, "dead": after.sum()})
    return rows


def _car_plans(known: Panel, gap: int, after: Floats) -> dict[str, tuple[Posture, list[Ints]]]:
    """Return plans of what was known, each with the problem whose limits and effects it is scored with."""
    params = ForecastParams(steps=tuple(range(gap + 1, gap + 1 + MONTHS)), draws=400, seed=1)
    problem = _car_problem(known, model("hurdle").fit(known)(known, params).astype(float).mean(axis=2))
    past = known.counts[:, -12:].mean(axis=1)
    with_deaths = np.flatnonzero(known.counts.sum(axis=0) > 0)
    last = known.counts[:, with_deaths[-1]]
    own_past = replace(problem, harm=np.repeat(past[:, None], MONTHS, axis=1))
    plans = {
        OURS: [solve(problem, time_limit=ALONE_SECONDS).units],
        FORESIGHT: [solve(replace(problem, harm=after), time_limit=ALONE_SECONDS).units],
        PAST: [solve(own_past, time_limit=ALONE_SECONDS).units],
        GREEDY: [greedy(problem)],
        SHARES: [_in_proportion(problem, past)],
        DEATHS: [_in_proportion(problem, last)],
        BY_CHANCE: [random_postings(problem, seed) for seed in range(RANDOM)],
    }
    _check(problem, plans)
    return {plan: (problem, units) for plan, units in plans.items()}


def _in_proportion(problem: Posture, deaths: Floats) -> Ints:
    reach = [option.covers[0].near.T @ deaths for option in problem.options]
    return follow(problem, np.repeat(np.stack(reach)[:, :, None], MONTHS, axis=2))


def _car_problem(panel: Panel, harm: Floats) -> Posture:
    """Return protection alone: two kinds of units, every area a base and a place; straight lines, a made-up force."""
    units = panel.units
    north = units["latitude"].to_numpy(float)[:, None] - units["latitude"].to_numpy(float)
    east = units["longitude"].to_numpy(float)[:, None] - units["longitude"].to_numpy(float)
    km = 111.2 * np.hypot(north, east * np.cos(np.radians(units["latitude"].to_numpy(float)))[:, None])
    many = len(units)
    covers = [Cover(kind, sparse.csr_array((km <= reach).astype(float))) for kind, reach in enumerate((30.0, 100.0))]
    return Posture(
        available=np.repeat(np.array(CAR_UNITS)[:, None], MONTHS, axis=1),
        people=np.array([150, 40]),
        beds=np.full(many, np.inf),
        bases_most=many,
        demands=(),
        harm=harm,
        region=np.zeros(many, np.int64),
        factors=np.ones((1, MONTHS, 1)),
        options=(Option("protect_towns", 0.25, (covers[0],)), Option("patrol_routes", 0.15, (covers[1],))),
        barred=np.zeros((2, many), bool),
        supply=np.zeros(2),
        by_air=np.zeros(many, bool),
        lift=np.zeros(MONTHS),
        eps=(0.0,) * 5,
    )


def _head(starts: tuple[str, ...]) -> str:
    paragraphs = (
        "Written by `python scripts/validate_plans.py`. Optimised plans beside naive ones that keep the same limits, "
        "on what no plan was made from: draws of a forecast with another seed, and what was recorded in the months "
        "planned.",
        f"Mali, plans of {MONTHS} months made in {', '.join(starts)}, with what was on offer ({', '.join(OFFERS)}). "
        f"Naive plans: *{GREEDY}* posts each unit where it adds most to the earliest principle it can, from the same "
        f"forecast; *{PEOPLE}* spreads units in proportion to the people they reach; *{LAST}* sends them each month to "
        f"where people last died by what was published then; *{HEARD}* does so as if every death were known at the end "
        "of its month, which the optimised plan, made once from what was published, does not know; "
        f"*{BY_CHANCE}* stands for {RANDOM} seeds. *{STRICT.capitalize()}* is the optimum of just what greedy seeks: "
        "expected values, nothing given up to later principles, no equity, no care for the worst draws.",
        "All of it rests on the mandates' effects: what share of harm presence averts is an assumption (see the "
        "mandates), so these tables compare ways to post units, they do not measure lives saved. A second unit of a "
        "kind at a base averts nothing more in the model, so rules that gather units look poor in part by "
        "construction. Areas of Mali get long-run shares of the country's forecast (allocated, not validated), and "
        "the draws held out come from the same model: the tables on draws say whether a plan holds on futures drawn "
        "alike, not whether the forecast is right. For that see the records.",
    )
    return "# Validation: plans\n\n" + "\n\n".join(_wrapped(one) for one in paragraphs)


def _short(scored: list[Scored], rows: pd.DataFrame) -> str:
    """Return what ours achieves over what each other plan does, on one page."""
    tiers = _tiers(scored)
    lines = ["\n## In short\n",
             _wrapped("What the optimised plans achieve over what the others do, sums over all plans; above 1 the "
                      "optimised are better. Below 1 an earlier principle took the units, or equity, care for the "
                      "worst draws or the share a principle may give up did: that is what priority costs.") + "\n",
             *_table_head("Mandate", "Beside", *(f"Principle {tier}" for tier in tiers), "Better, equal, worse in "
                          "order, as the mandate asks")]  # fmt: skip
    for name in MANDATES:
        mine = [one for one in scored if one.mandate == name]
        for plan in PLANS:
            ratios = [_ratio(_summed(mine, OURS, tier).mean(), _summed(mine, plan, tier).mean()) for tier in tiers]
            found = _verdicts(mine, OURS, plan, as_asked=True)
            lines.append(f"| {name} | {plan} | {' | '.join(ratios)} | {_counts(found)} |")
    summed = rows.groupby(["known", "plan"])["averted"].sum()
    lines += ["\nCentral African Republic, protection alone, deaths recorded afterwards:\n",
              *_table_head("Beside", *(f"Known {known}" for known in KNOWN))]  # fmt: skip
    for plan in [one for one in CAR_PLANS if one != OURS]:
        ratios = [_ratio(summed[known, OURS], summed[known, plan]) for known in KNOWN]
        lines.append(f"| {plan} | {' | '.join(ratios)} |")
    return "\n".join(lines)


def _ratio(ours: float, other: float) -> str:
    return f"{ours / other:.2f}" if other > 0 else "others nothing" if ours > 0 else "both nothing"


def _mandate(name: str, scored: list[Scored]) -> str:
    lines = [f"\n## {read_mandate(name).title}: draws not used in planning\n"]
    harm, gap = sum(one.harm for one in scored), max(one.gap for one in scored)
    said = "every principle was proved best" if gap <= 1e-3 else f"the widest gap to the proved bound was {gap:.1%}"
    ours = _summed(scored, OURS, 4).mean()
    planned, before = (sum(getattr(one, key) for one in scored) for key in ("planned", "planned_harm"))
    lines.append(_wrapped(
        f"{len(scored)} plans, solved in {np.mean([one.seconds for one in scored]):.0f} s on average; {said}. They "
        f"avert {planned / before:.1%} of the {before:.1f} deaths expected in the draws planned on, and "
        f"{ours / harm:.1%} of the {harm:.1f} in those held out. Below: sums over the plans, and the paired "
        "difference with its 90 % interval over draws (and seeds of random plans). Principle 4 is deaths averted, the "
        "others people served, summed over months.") + "\n")  # fmt: skip
    heads = ("Principle", "Plan", "Optimised", "This plan", "Optimised more by", "90 %", "Draws at least as good")
    lines += _table_head(*heads)
    for tier in _tiers(scored):
        for plan in PLANS:
            ours, other = (_summed(scored, one, tier) for one in (OURS, plan))
            more = ours - other
            low, high = np.quantile(more, (0.05, 0.95))
            share = float((_all_pairs(scored, plan, tier)).mean())
            words = [_number(one) for one in (ours.mean(), other.mean(), more.mean())]
            lines.append(f"| {tier} | {plan} | {words[0]} | {words[1]} | {words[2]} | {_number(low)} to "
                         f"{_number(high)} | {share:.0%} |")  # fmt: skip
    lines += [_in_order(scored), _priority(scored)]
    return "\n".join(lines)


def _summed(scored: list[Scored], plan: str, tier: int) -> npt.NDArray[np.float64]:
    """Return seeds x draws, summed over plans: draw d of every start month makes one world."""
    return np.asarray(sum(one.by_plan[plan][tier] for one in scored if tier in one.by_plan[plan]), float)


def _tiers(scored: list[Scored]) -> list[int]:
    """Return the principles any of the plans serves; in some months nothing is asked in one of them."""
    return sorted({tier for one in scored for tier in one.by_plan[OURS]})


def _all_pairs(scored: list[Scored], plan: str, tier: int) -> npt.NDArray[np.bool_]:
    """Return for every start month, seed and draw whether ours is at least as good."""
    parts = []
    for one in scored:
        if tier not in one.by_plan[plan]:
            continue
        ours, other = one.by_plan[OURS][tier], one.by_plan[plan][tier]
        parts.append((ours >= other - 1e-6 * np.maximum(np.abs(other), 1e-3)).ravel())
    return np.concatenate(parts)


def _in_order(scored: list[Scored]) -> str:
    """Say where ours is first better or worse, principle by principle."""
    lines = ["\n" + _wrapped(
        "In order of the principles, the first in which two plans differ decides: better, equal, worse. *To the "
        "letter* counts every difference; *as the mandate asks* lets a principle give up its set share to later ones; "
        "*strict* is the strict optimum beside the plan, to the letter.") + "\n",
        *_table_head("Beside", "To the letter", "As the mandate asks", "Decided in principle", "Strict",
                     "Decided in principle")]  # fmt: skip
    for plan in PLANS:
        letter, asked = (_verdicts(scored, OURS, plan, as_asked=free) for free in (False, True))
        strict = _verdicts(scored, STRICT, plan, as_asked=False)
        lines.append(f"| {plan} | {_counts(letter)} | {_counts(asked)} | {_deciding(asked)} | {_counts(strict)} "
                     f"| {_deciding(strict)} |")  # fmt: skip
    return "\n".join(lines)


def _verdicts(scored: list[Scored], mine: str, plan: str, *, as_asked: bool) -> npt.NDArray[np.int64]:
    """Return for every start month and seed the first principle that differs, negative where `mine` is worse."""
    found = []
    for one in scored:
        ours = {tier: float(value.mean()) for tier, value in one.by_plan[mine].items()}
        for seed in range(len(next(iter(one.by_plan[plan].values())))):
            its = {tier: float(value[seed].mean()) for tier, value in one.by_plan[plan].items()}
            found.append(first_difference(ours, its, one.eps if as_asked else (0.0,) * 5))
    return np.array(found)


def _counts(found: npt.NDArray[np.int64]) -> str:
    return ", ".join(str(int(one.sum())) for one in (found > 0, found == 0, found < 0))


def _deciding(found: npt.NDArray[np.int64]) -> str:
    return ", ".join(map(str, sorted(set(np.abs(found[found != 0]).tolist())))) or "none"


def _priority(scored: list[Scored]) -> str:
    """Say what each plan gets of a principle's optimum alone: like for like, and what priority costs ours."""
    every = (OURS, STRICT, *PLANS)
    lines = ["\n" + _wrapped(
        "Like for like: share of what the optimum of one principle alone achieves on the same draws; in principle 4 "
        "more than all of it is luck of the draws, which the optimum had not seen either. What the optimised plan "
        "lacks is the price of the principles before it, of equity and of care for the worst draws.") + "\n",
        *_table_head("Principle", "Optimum alone", "Proved", *every)]  # fmt: skip
    for tier in sorted({tier for one in scored for tier in one.alone}):
        asked = [one.alone[tier] for one in scored if tier in one.alone]
        best, proved = sum(value for value, _ in asked), sum(is_proved for _, is_proved in asked)
        shares = [_summed(scored, plan, tier).mean() / max(best, 1e-12) for plan in every]
        lines.append(f"| {tier} | {_number(best)} | {proved} of {len(asked)} | "
                     + " | ".join(f"{share:.1%}" for share in shares) + " |")  # fmt: skip
    return "\n".join(lines)


def _on_record(scored: list[Scored]) -> str:
    first = [one for one in scored if one.mandate == MANDATES[0]]
    dead = sum(one.dead for one in first)
    every = (OURS, STRICT, *PLANS)
    lines = ["\n## Mali: what was recorded afterwards\n", _wrapped(
        f"Deaths on record by area in the months planned: {dead:.0f} in {len(first)} plans of {MONTHS} months, near "
        "base towns or from a sample of events, for the pack has no whole file of events for Mali. Deaths averted of "
        "these, had the effects held; so few decide nothing.") + "\n", *_table_head("Mandate", *every)]  # fmt: skip
    for name in MANDATES:
        mine = [one for one in scored if one.mandate == name]
        sums = [sum(one.on_record[plan] for one in mine) for plan in every]
        lines.append(f"| {name} | " + " | ".join(f"{one:.2f}" for one in sums) + " |")
    return "\n".join(lines)


def _car(rows: pd.DataFrame) -> str:
    starts, dead = rows["start"].nunique(), rows.drop_duplicates("start")["dead"].sum()
    lines = ["\n## Central African Republic: what was recorded afterwards\n", _wrapped(
        f"A whole file of events by area (UCDP GED 23.1, CC BY 4.0): {starts} start months from {rows['start'].min()} "
        f"to {rows['start'].max()}, three months each without overlap, {dead:,.0f} deaths of civilians on record. "
        f"Protection alone: a made-up force ({CAR_UNITS[0]} companies that hold a town, {CAR_UNITS[1]} patrols), "
        "straight lines, the base mandate's effects; harm from the model `hurdle`, fitted anew at each start on what "
        "was known. Differences are means per plan of three months, with the 90 % interval of a bootstrap in blocks "
        "of four plans. *As published*: a year's data in June of the next; *a month later*: had every month been "
        "public a month later. The naive plans know what the optimised one knows.")]  # fmt: skip
    for known in KNOWN:
        table = rows[rows["known"] == known].pivot_table(index="start", columns="plan", values="averted")
        lines += [f"\nKnown {known}:\n", *_table_head("Plan", "Averted of deaths recorded", "Optimised more by",
                                                      "90 %", "Starts at least as good")]  # fmt: skip
        ours = table[OURS].to_numpy()
        lines.append(f"| {OURS} | {ours.sum() / dead:.1%} | | | |")
        for plan in [one for one in CAR_PLANS if one != OURS]:
            found = paired_on_record(ours, table[plan].to_numpy(), 1)
            span = f"{found['low']:.2f} to {found['high']:.2f}"
            lines.append(f"| {plan} | {table[plan].sum() / dead:.1%} | {found['difference']:.2f} | {span} "
                         f"| {found['at_least_as_good']:.0%} |")  # fmt: skip
    return "\n".join(lines) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _table_head(*names: str) -> list[str]:
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
