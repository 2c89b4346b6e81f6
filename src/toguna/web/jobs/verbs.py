"""What each verb makes for the workbench: tables by the name of their view, or files, and what they were made from."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toguna.core.progress import Progress
from toguna.core.provenance import MadeFrom
from toguna.web.jobs.arguments import (
    MEASURE,
    Arguments,
    BriefArguments,
    CompareArguments,
    DisplaceArguments,
    ForecastArguments,
    PlanArguments,
    contribution_of,
    mandate_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from toguna.comparison.compare import Comparison
    from toguna.country import Country
    from toguna.forecasting.forecast import Forecast
    from toguna.planning.posture_solve import Tier

_ONE_MORE_SECONDS = 5.0  # for each kind


@dataclass(frozen=True)
class Work:
    """What a verb needs beside its arguments.

    Attributes
    ----------
    pack : folder of the pack
    folder : where files go
    workers : processes; they change nothing in the result
    progress : told how far the work is
    say_bound : told by principle what a plan achieves and what none can exceed
    """

    pack: Path
    folder: Path
    workers: int
    progress: Progress
    say_bound: Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Made:
    """What a verb made."""

    made_from: MadeFrom
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def run(verb: str, asked: Arguments, work: Work) -> Made:
    """Return what a verb makes of its arguments."""
    work.progress(0, 0, "reading the pack")
    return _VERBS[verb](asked, work)


def _read(asked: Arguments, work: Work, *, hindsight: bool = False) -> Country:
    import toguna

    return toguna.read_country(work.pack, asked.as_of, hindsight=hindsight)


def _forecast(asked: ForecastArguments, work: Work) -> Made:
    import toguna

    found = toguna.forecast(
        _read(asked, work), asked.months,
        grain=asked.grain, draws=asked.draws, seed=asked.seed, workers=work.workers, progress=work.progress,
    )  # fmt: skip
    return Made(found.made_from, _tables_of_forecast(found), remarks=found.remarks)


def _tables_of_forecast(found: Forecast) -> dict[str, pd.DataFrame]:
    whole = found.whole
    tables = {"risk": found.table, "risk_whole": whole, "risk_total": found.total}
    return tables | ({"skill": found.skill} if len(found.skill.columns) else {})


def _displace(asked: DisplaceArguments, work: Work) -> Made:
    import toguna

    found = toguna.displace(
        _read(asked, work), months=asked.months, runs=asked.runs, seed=asked.seed, workers=work.workers,
        progress=lambda share: work.progress(round(share * asked.runs), asked.runs, "moving people"),
    )  # fmt: skip
    tables = {"arrivals": found.arrivals, "routes": found.roads, "sites": found.sites,
              "site_needs": found.needs}  # fmt: skip
    return Made(found.made_from, tables, remarks=found.remarks)


def _plan(asked: PlanArguments, work: Work) -> Made:
    import toguna
    from toguna.planning.one_more import one_more
    from toguna.planning.posture_run import Work as Counted

    here = _read(asked, work)
    risk = toguna.forecast(
        here, asked.months, grain="admin2", seed=asked.seed, workers=work.workers, progress=work.progress
    )
    found = toguna.plan(
        here, risk, mandate_of(asked.mandate), [contribution_of(one) for one in asked.contributions],
        work=Counted(asked.settlings, asked.mends), price_of_priority=asked.price_of_priority,
        seed=asked.seed, workers=work.workers, progress=work.progress, told=_as_settled(work),
    )  # fmt: skip
    tables = {"postings": found.postings, "tiers": found.tiers, "demands": found.demands,
              "unprotected": found.unprotected, **_tables_of_forecast(risk)}  # fmt: skip
    if asked.one_more:
        more = one_more(found, time_limit=_ONE_MORE_SECONDS, seed=asked.seed, progress=work.progress)
        tables["one_more"] = more.table
    return Made(found.made_from, tables, remarks=found.remarks)


def _as_settled(work: Work) -> Callable[[Tier], None]:
    """Return what says, while a plan is made, what is achieved by principle, its bound, and the gap as a share."""
    known: dict[str, Any] = {}

    def told(one: Tier) -> None:
        if math.isfinite(one.bound) and math.isfinite(one.gap):
            known[str(one.tier)] = {"achieved": one.value, "bound": one.bound, "gap": one.gap}
            work.say_bound(dict(known))

    return told


def _compare(asked: CompareArguments, work: Work) -> Made:
    import toguna
    from toguna.comparison.ranking import what_would_change

    found = toguna.compare(
        _read(asked, work),
        [mandate_of(one) for one in asked.mandates],
        [contribution_of(one) for one in asked.contributions],
        offers=[contribution_of(one) for one in asked.offers],
        years=asked.years,
        draws=asked.draws,
        seed=asked.seed,
        workers=work.workers,
        progress=work.progress,
    )
    tables = {"measures": found.spread, "ranking": found.ranking.order, "authority": found.authority,
              "contributions": found.contributions, **_break_even(found, work),
              "would_change": what_would_change(found.outcome, found.ranking)}  # fmt: skip
    return Made(found.made_from, tables, remarks=found.remarks)


def _break_even(found: Comparison, work: Work) -> dict[str, pd.DataFrame]:
    """Return from where on raids leave more civilians killed than protection does: in short, and as a curve."""
    import pandas as pd

    from toguna.comparison.break_even import summary
    from toguna.comparison.explore import titles, tried, turning_points

    order = list(found.ranking.order["mandate"])
    raids = [one for one in order if one in found.efforts and found.efforts[one].raids > 0]
    first, last = next((one for one in order if one not in raids), order[0]), (raids or order)[-1]
    if first == last:
        return {}
    points = turning_points(found, last, first, MEASURE, tried(found), work.progress)
    title, unit = titles(found.assumptions)
    short = summary(points)
    said = {"title": short["parameter"].map(title), "unit": short["parameter"].map(unit), "measure": MEASURE}
    short = short.assign(**said, mandate=last, against=first)
    curves = [one.curve.assign(parameter=name, title=title[name], unit=unit[name]) for name, one in points.items()]
    return {"break_even": short, "break_even_curve": pd.concat(curves, ignore_index=True)}


def _brief(asked: BriefArguments, work: Work) -> Made:
    import toguna

    here = _read(asked, work, hindsight=asked.hindsight)
    work.progress(0, 0, "assessing by the five principles")
    picture = toguna.assess(here)
    flight = None
    risk: list[Forecast] = []
    remarks: list[str] = []
    if asked.ahead:
        work.progress(0, 0, "forecasting flight")
        flight = toguna.displace(here, months=asked.ahead, runs=100, seed=asked.seed, workers=work.workers)
        risk, remarks = _risk(here, asked, work)
    proposed = None
    if asked.plan is not None:
        from toguna.planning.plan import DEFAULT_OFFERS
        from toguna.planning.posture_run import Work as Counted

        offers = [contribution_of(one) for one in asked.contributions or DEFAULT_OFFERS]
        proposed = toguna.plan(
            here, None, mandate_of(asked.plan), offers, months=3, seed=asked.seed, workers=work.workers,
            work=Counted(), price_of_priority=False, progress=work.progress,
        )  # fmt: skip
    compared = _compared(here, asked, work) if asked.compare else None
    work.progress(0, 0, "writing")
    files = tuple(f"brief.{form}" for form in dict.fromkeys(asked.forms))
    toguna.brief(
        here, picture, flight, risk,
        plan=proposed, compared=compared, to=[work.folder / one for one in files], language=asked.language,
    )  # fmt: skip
    return Made(picture.made_from, files=files, remarks=tuple(remarks))


def _risk(here: Country, asked: BriefArguments, work: Work) -> tuple[list[Forecast], list[str]]:
    """Return the forecast of violence for the country and its areas, and why where one cannot be had."""
    import toguna
    from toguna.core.errors import AskError, DataError

    found: list[Forecast] = []
    remarks: list[str] = []
    for grain in ("country", "admin2"):
        try:
            found.append(
                toguna.forecast(here, min(asked.ahead, 12), grain=grain, seed=asked.seed, workers=work.workers,
                                progress=work.progress)
            )  # fmt: skip
        except (AskError, DataError) as error:
            remarks.append(f"No forecast of violence by {grain}: {error}")
    return found, remarks


def _compared(here: Country, asked: BriefArguments, work: Work) -> Any:
    import toguna
    from toguna.briefing.sections.compare_asked import ask

    contributions = [contribution_of(one) for one in asked.contributions]
    found = toguna.compare(
        here, [mandate_of(one) for one in asked.compare], contributions, years=asked.years, draws=asked.draws,
        seed=asked.seed, workers=work.workers, progress=work.progress,
    )  # fmt: skip
    return ask(found, contributions, samples=2 ** int(math.log2(asked.draws / 4)), progress=work.progress)


_VERBS: dict[str, Callable[[Any, Work], Made]] = {
    "forecast": _forecast,
    "displace": _displace,
    "plan": _plan,
    "compare": _compare,
    "brief": _brief,
}
