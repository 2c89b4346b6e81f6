"""What postings achieve on futures no plan was made from: other draws of a forecast, and what was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from toguna.core.errors import AskError, DataError, PlanError
from toguna.core.months import Month
from toguna.country.country import Country
from toguna.forecasting.bootstrap import compare
from toguna.network.home_areas import nearest_areas
from toguna.planning.posture import TIERS, Floats, Ints, Posture, value_of
from toguna.planning.situation import Situation

LEVEL = 0.9  # of every interval
_WORST = 0.1  # share of draws that are the worst
_SAME = 1e-6  # share of a value that is rounding


def only(problem: Posture, tier: int) -> Posture:
    """Return the problem with one principle alone and its expected value alone: no floors, no weight on worst draws."""
    return replace(
        problem,
        demands=tuple(demand for demand in problem.demands if demand.tier == tier),
        options=problem.options if tier == 4 else (),
        equity=0.0,
        cvar_weight=0.0,
        eps=(0.0,) * 5,
    )


def held_out(now: Situation, other: Situation) -> Floats:
    """Return harm to score `now` on, from the situation of a forecast with another seed; places x months x draws.

    Raises
    ------
    PlanError
        The two do not speak of the same places and months in the same order.
    """
    for name, mine, its in (("months", now.months, other.months), ("places", _names(now), _names(other))):
        if mine != its:
            raise PlanError(f"The {name} of the other forecast are not those planned for. Forecast the same months.")
    if now.draws.shape == other.draws.shape and np.array_equal(now.draws, other.draws):
        raise PlanError("The draws are those the plan was made from. Forecast with another seed.")
    return other.draws


def _names(now: Situation) -> tuple[str, ...]:
    return tuple(now.places["place_id"].astype(str))


def achieved(problem: Posture, units: Ints, draws: Floats) -> dict[int, Floats]:
    """Return what each principle gets in each draw, by principle.

    Principles 1, 2, 3 and 5 do not depend on the draw. Principle 4 is deaths averted at places; what it asks at other
    sites, the borders, stands as planned, for draws do not speak of it.

    Parameters
    ----------
    units : kinds x bases x months
    draws : places x months x draws, deaths without anybody there
    """
    found = value_of(problem, units, draws)
    by_draw = np.asarray(found["by_draw"], float)
    total: dict[int, Floats] = {}
    for demand, served in zip(problem.demands, found["demands"], strict=True):
        total[demand.tier] = total.get(demand.tier, np.zeros(len(by_draw))) + float(served)
    if problem.options:
        total[4] = total.get(4, np.zeros(len(by_draw))) + by_draw
    return {tier: total[tier] for tier in TIERS if tier in total}


def score(problem: Posture, units: Ints, draws: Floats) -> pd.DataFrame:
    """Return one row a principle: mean over draws, 90 % interval and mean of the worst tenth of the draws.

    The worst draws are those in which least is averted. Arguments as in `achieved`.
    """
    rows = []
    for tier, value in achieved(problem, units, draws).items():
        low, high = _interval(value)
        worst = np.sort(value)[: max(round(_WORST * len(value)), 1)].mean()
        rows.append({"principle": tier, "mean": value.mean(), "low": low, "high": high, "worst_tenth": worst})
    return pd.DataFrame(rows, columns=["principle", "mean", "low", "high", "worst_tenth"])


def paired(problem: Posture, ours: Ints, other: Ints, draws: Floats) -> pd.DataFrame:
    """Return one row a principle: how much more one posting achieves than another on the same draws.

    Returns
    -------
    principle, ours and other (means), difference (mean) with its 90 % interval over draws, and at_least_as_good, the
    share of draws in which ours is no worse
    """
    mine, its = achieved(problem, ours, draws), achieved(problem, other, draws)
    rows = []
    for tier, value in mine.items():
        more = value - its[tier]
        low, high = _interval(more)
        slack = _SAME * np.maximum(np.abs(its[tier]), 1e-3)
        rows.append(
            {"principle": tier, "ours": value.mean(), "other": its[tier].mean(), "difference": more.mean(), "low": low,
             "high": high, "at_least_as_good": float((more >= -slack).mean())}
        )  # fmt: skip
    columns = ["principle", "ours", "other", "difference", "low", "high", "at_least_as_good"]
    return pd.DataFrame(rows, columns=columns)


def first_difference(ours: Mapping[int, float], other: Mapping[int, float], eps: Sequence[float] = (0.0,) * 5) -> int:
    """Return the first principle in which two postings differ: negative where ours is the worse; 0 where none is.

    Parameters
    ----------
    ours, other : value by principle
    eps : by principle, the share of its value that may go to later ones; ours is worse only beyond it

    Examples
    --------
    >>> first_difference({1: 10.0, 4: 2.0}, {1: 10.0, 4: 3.0})
    -4
    >>> first_difference({1: 9.9, 4: 4.0}, {1: 10.0, 4: 3.0}, (0.02, 0, 0, 0, 0))
    4
    """
    for tier in sorted(ours):
        mine, its = ours[tier], other[tier]
        slack = _SAME * max(abs(mine), abs(its), 1e-3)
        if mine > its + slack:
            return tier
        if mine < (1 - eps[tier - 1]) * its - slack:
            return -tier
    return 0


def deaths_on_record(country: Country) -> pd.DataFrame:
    """Return deaths on record by admin 2 area and month, of the months a record covers; nothing is said of others.

    On record are civilians killed within 30 km of base towns and the deaths of single events; where both speak of an
    area and month the higher counts, so that no death counts twice. A partial sample of events adds deaths but covers
    no month. Far from the towns a record may be blank where people died.

    Returns
    -------
    areas (P-code) x months (YYYY-MM), both in order
    """
    areas = sorted(country.areas.loc[country.areas["level"] == 2, "pcode"].astype(str))
    towns = country.violence_monthly
    towns = towns[towns["unit_kind"] == "within_30km"]
    events = country.events[country.events["admin2_pcode"].isin(areas)]
    whole = country.events.loc[~country.events["is_partial"].astype(bool), "date_start"].astype(str).str[:7]
    months = sorted({*_span(towns["month"].astype(str)), *_span(whole)})
    found = pd.DataFrame(0.0, index=areas, columns=months)
    if len(towns):
        near = towns.assign(area=nearest_areas(country, towns))
        by_town = near.groupby(["area", "unit", "month"])["fatalities"].sum()
        by_area = by_town.groupby(["area", "month"]).max().unstack(fill_value=0.0)
        found = found.clip(lower=by_area.reindex(index=areas, columns=months, fill_value=0.0))
    if len(events):
        month = events["date_start"].astype(str).str[:7]
        single = events.groupby([events["admin2_pcode"].astype(str), month])["fatalities"].sum()
        by_area = single.unstack(fill_value=0.0)
        found = found.clip(lower=by_area.reindex(index=areas, columns=months, fill_value=0.0))
    return found


def _span(months: pd.Series) -> list[str]:
    if months.empty:
        return []
    first = Month.parse(months.min())
    return [str(first + step) for step in range(Month.parse(months.max()).since(first) + 1)]


def shared_out(now: Situation, by_area: pd.DataFrame) -> Floats:
    """Return deaths by area and month shared out to the places of a situation as its expected harm is.

    Parameters
    ----------
    by_area : areas (P-code) x months (YYYY-MM)

    Returns
    -------
    places x months of `by_area`; deaths in areas without places are left out
    """
    area = now.places["admin2_pcode"].astype(str)
    harm = pd.Series(now.problem.harm.sum(axis=1))
    people = now.places["population"].fillna(0.0).reset_index(drop=True)
    total = harm.groupby(area.to_numpy()).transform("sum")
    alone = people.groupby(area.to_numpy()).transform("sum").replace(0.0, np.nan)
    share = (harm / total.where(total > 0)).fillna(people / alone).fillna(0.0).to_numpy()
    found = by_area.reindex(index=area).to_numpy(float)
    return np.asarray(np.where(share[:, None] > 0, np.nan_to_num(found) * share[:, None], 0.0))


def recorded(now: Situation, country: Country) -> Floats:
    """Return the deaths recorded in the months planned, shared out to the places as the forecast was; places x months.

    Parameters
    ----------
    country : the whole pack, not as of the month the plan was made in

    Returns
    -------
    NaN in months no record covers: nothing is known of them, which is not nothing happened
    """
    if country.as_of is not None and country.as_of < now.months[-1]:
        raise AskError(f"The country is seen as of {country.as_of}, before {now.months[-1]}. Read the pack without it.")
    known = deaths_on_record(country)
    months = [str(month) for month in now.months]
    found = np.full(now.problem.harm.shape, np.nan)
    covered = [at for at, month in enumerate(months) if month in known.columns]
    if covered:
        found[:, covered] = shared_out(now, known[[months[at] for at in covered]])
    return found


def averted_on_record(problem: Posture, units: Ints, harm: Floats) -> float:
    """Return the recorded deaths a posting averts, had the mandate's effects held; NaN where no month is covered.

    Parameters
    ----------
    units : kinds x bases x months
    harm : places x months as `recorded` returns it
    """
    covered = np.asarray(np.isfinite(harm).all(axis=0))
    if not covered.any():
        return float("nan")
    share = np.asarray(value_of(problem, units)["share"], float)
    return float((share[:, covered] * harm[:, covered]).sum())


def paired_on_record(ours: Floats, other: Floats, seed: int, *, block: int = 4) -> dict[str, float]:
    """Return how much more one way to post averts than another of what was recorded, over start months in order.

    Parameters
    ----------
    ours, other : by start month, as `averted_on_record` returns them; NaN on either side is left out
    block : start months drawn together in the bootstrap, since neighbouring ones are alike

    Returns
    -------
    starts, ours and other (means), difference (mean) with `low` and `high` (90 %), at_least_as_good (share of starts)
    """
    known = np.isfinite(ours) & np.isfinite(other)
    mine, its = ours[known], other[known]
    if len(mine) < 2:
        raise DataError(f"{len(mine)} start months have a record. Score at least two.")
    found = compare(mine, its, np.random.default_rng(seed), block=min(block, len(mine) // 2), level=LEVEL)
    return {
        "starts": float(len(mine)),
        "ours": float(mine.mean()),
        "other": float(its.mean()),
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "at_least_as_good": float((mine >= its - _SAME * np.maximum(its, 1e-3)).mean()),
    }


def _interval(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
