"""`compare`: what mandates, and what contributions add to them, would mean for each principle, and how sure that is.

It explores what follows from stated assumptions, most of them from other wars; it does not predict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.comparison.authority import authority_of
from toguna.comparison.contributions import additions
from toguna.comparison.from_country import ground_from
from toguna.comparison.from_plan import RENEWED, effort_from
from toguna.comparison.ground import Effort, Floats, Ground, nobody
from toguna.comparison.many import simulate_all
from toguna.comparison.outcome import Outcome
from toguna.comparison.parameters import Parameter, draw, read_parameters
from toguna.comparison.ranking import Ranking, rank
from toguna.comparison.spread import NOTHING, spread
from toguna.core.errors import ComparisonError
from toguna.core.progress import Progress, silent
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_
from toguna.core.workers import run_all
from toguna.country.country import Country
from toguna.forecasting.forecast import Forecast, forecast
from toguna.planning.gate import Register, read_flags
from toguna.planning.mandate import Mandate
from toguna.planning.plan import DEFAULT_OFFERS, Plan, plan
from toguna.planning.posture_run import Work
from toguna.planning.read_mandate import mandate_names, read_mandate
from toguna.planning.resources import Contribution, read_contribution

TRANSFER = N_(
    "The assumptions rest on findings from other wars, most before 2012; results for this country hold only if they "
    "carry over."
)
_PLANNED = 6  # months planned; the last posture is held from then on
_MOST_ASTRAY = 0.01  # of draws
WORK = Work()  # for each plan
_CLOSE = 0.005  # gap at which a plan is good enough to be simulated


@dataclass(frozen=True, eq=False)
class Comparison:
    """Mandates side by side.

    Attributes
    ----------
    outcome : every measure of every mandate in every draw
    ranking : in the order of the principles, with how often it would be another
    spread : one row a mandate and measure: distribution, chance of being best, regret, worst decile
    authority : one row a mandate: what authorises it, or that nothing does
    contributions : one row a mandate, contribution and measure: what it adds; empty where none were asked about
    plans : by mandate
    ground, efforts : what was simulated
    assumptions : the parameters
    astray : draws that left the range of numbers, with their parameters; kept for inspection
    """

    outcome: Outcome = field(repr=False)
    ranking: Ranking = field(repr=False)
    spread: pd.DataFrame = field(repr=False)
    authority: pd.DataFrame = field(repr=False)
    contributions: pd.DataFrame = field(repr=False)
    plans: Mapping[str, Plan] = field(repr=False)
    ground: Ground = field(repr=False)
    efforts: Mapping[str, Effort] = field(repr=False)
    assumptions: tuple[Parameter, ...] = field(repr=False)
    astray: pd.DataFrame = field(repr=False)
    made_from: MadeFrom
    remarks: tuple[str, ...] = ()

    def run(self, table: pd.DataFrame) -> Floats:
        """Return the measures of all mandates with other parameters: mandates x draws x measures."""
        return simulate_all(self.ground, list(self.efforts.values()), table, self.made_from.seed or 0)[0]

    def __str__(self) -> str:
        """Return the ranking in a few lines."""
        from toguna.comparison.ranking import sentences

        draws, months = len(self.outcome.parameters), self.outcome.months
        head = f"{len(self.efforts)} mandates, {months[0]} to {months[-1]}, {draws:,} draws"
        return "\n".join([head, *(f"  {one}" for one in sentences(self.ranking))])


def compare(
    country: Country,
    mandates: Sequence[Mandate | str | Path] = (),
    contributions: Sequence[Contribution | str | Path] = (),
    *,
    offers: Sequence[Contribution | str | Path] = DEFAULT_OFFERS,
    risk: Forecast | None = None,
    due_diligence: Register | str | Path | None = None,
    assumptions: str | Path | None = None,
    years: float = 3,
    draws: int = 2_000,
    seed: int = 1,
    workers: int = 1,
    cluster: str | None = None,
    work: Work = WORK,
    progress: Progress = silent,
) -> Comparison:
    """Return what mandates mean for each principle over the years after the month a country is looked at from.

    Parameters
    ----------
    mandates : shipped ones by name, files or values; default: all that are shipped; doing nothing stands beside them
    contributions : offers whose addition is measured under each mandate, alone and together
    offers : what is there under every mandate
    risk : forecast by admin 2 area; made here where it is left out
    assumptions : file that changes some of the shipped distributions
    years, draws : simulated, up to 10; of the parameters, the same for all mandates, as are the chances
    work : done for each plan, counted and not timed, so that a seed gives the same result on any machine

    Raises
    ------
    ComparisonError
        A mandate has no tasks or states no authority; assumptions lack sources; too many draws went astray.

    Examples
    --------
    >>> import toguna as tg
    >>> found = tg.compare(tg.read_country("ouadji", as_of="2013-06"), ["protect-first"], years=1, draws=50)
    >>> found.outcome.mandates
    ('nothing', 'protect-first')
    """
    if not 1 / 12 <= years <= 10 or draws < 10:
        raise ComparisonError(N_("Compare over 1 month to 10 years, with at least 10 draws."))
    parameters = read_parameters(Path(assumptions)) if assumptions is not None else read_parameters()
    rules = [one if isinstance(one, Mandate) else read_mandate(one) for one in (mandates or mandate_names())]
    authority = authority_of(rules, country)
    there = [one if isinstance(one, Contribution) else read_contribution(one) for one in offers]
    extra = [one if isinstance(one, Contribution) else read_contribution(one) for one in contributions]
    register = read_flags(due_diligence) if isinstance(due_diligence, str | Path) else due_diligence
    if risk is None:
        risk = forecast(country, _PLANNED, grain="admin2", seed=seed, workers=workers, progress=progress)
    months = round(years * 12)
    bundles = _bundles(there, extra)
    plans = _plans(country, risk, rules, bundles, (register, work, seed), workers, cluster, progress)
    ground, said = ground_from(country, risk, rules[0].harm_on_routes)
    pcodes = list(risk.units.index)
    efforts = {NOTHING: nobody(len(pcodes), months)}
    efforts |= {f"{name} {label}".strip(): effort_from(one, pcodes, months) for (name, label), one in plans.items()}
    table = draw(parameters, draws, seed)
    found, monthly = simulate_all(ground, list(efforts.values()), table, seed, workers=workers, cluster=cluster)
    values, astray = _checked(found, table)
    names = list(efforts)
    shown = [0, *(names.index(rule.name) for rule in rules)]
    when = tuple(str(risk.months[0] + at) for at in range(months))
    outcome = Outcome(tuple(names[at] for at in shown), values[shown], table, when, monthly[shown])
    asked: dict[str, object] = {"years": years, "draws": draws, "assumptions": str(assumptions or "")}
    return Comparison(
        outcome,
        rank(outcome),
        spread(outcome),
        authority,
        additions(values, names, [rule.name for rule in rules], list(bundles)[1:]),
        {rule.name: plans[rule.name, ""] for rule in rules},
        ground,
        {names[at]: efforts[names[at]] for at in shown},
        parameters,
        astray,
        _made_from(country, risk, rules, there, extra, asked, seed),
        (TRANSFER, RENEWED, *said, *_once(plans.values())),
    )


def _made_from(
    country: Country,
    risk: Forecast,
    rules: Sequence[Mandate],
    there: list[Contribution],
    extra: list[Contribution],
    asked: dict[str, object],
    seed: int,
) -> MadeFrom:
    made = country.made_from
    names = {
        "mandates": [rule.name for rule in rules],
        "offers": [one.name for one in there],
        "contributions": [one.name for one in extra],
        "risk": risk.made_from.run_id,
    }
    return MadeFrom(made.pack, made.pack_hash, {**made.parameters, **names, **asked}, seed)


def _plans(
    country: Country,
    risk: Forecast,
    rules: Sequence[Mandate],
    bundles: Mapping[str, list[Contribution]],
    asked: tuple[Register | None, Work, int],
    workers: int,
    cluster: str | None,
    progress: Progress,
) -> dict[tuple[str, str], Plan]:
    """Return the plan of every mandate with every bundle."""
    names = [(rule.name, label) for rule in rules for label in bundles]
    tasks = [(country, risk, rule, bundle, *asked) for rule in rules for bundle in bundles.values()]
    plans: dict[tuple[str, str], Plan] = {}
    progress(0, len(tasks) + 1, "plan of each mandate")  # the first takes a while
    for (name, label), one in zip(names, run_all(_planned, tasks, workers=workers, cluster=cluster), strict=True):
        plans[name, label] = one
        progress(len(plans), len(tasks) + 1, f"plan of {name} {label}".strip())
    return plans


def _planned(task: tuple[Country, Forecast, Mandate, list[Contribution], Register | None, Work, int]) -> Plan:
    country, risk, rule, bundle, register, work, seed = task
    return plan(
        country,
        risk,
        rule,
        bundle,
        due_diligence=register,
        work=work,
        seed=seed,
        close=_CLOSE,
        price_of_priority=False,
    )


def _bundles(there: list[Contribution], extra: list[Contribution]) -> dict[str, list[Contribution]]:
    """Return what is planned with: what is there, with each addition, and with all of them."""
    found = {"": there} | {f"+ {one.name}": [*there, one] for one in extra}
    if len(extra) > 1:
        found["+ all"] = [*there, *extra]
    return found


def _checked(values: Floats, table: pd.DataFrame) -> tuple[Floats, pd.DataFrame]:
    """Return values with draws that went astray left out everywhere, and the parameters of these."""
    wrong = ~np.isfinite(values).all(axis=(0, 2)) | (values < -1e-6).any(axis=(0, 2))
    astray = table[wrong]
    if wrong.mean() > _MOST_ASTRAY:
        first = ", ".join(str(one) for one in np.flatnonzero(wrong)[:5])
        raise ComparisonError(
            N_(
                "{astray} of {count:,} draws left the range of numbers (draws {first}, ...). Narrow the "
                "bounds of the assumptions, or run with fewer years."
            ),
            astray=wrong.sum(),
            count=len(table),
            first=first,
        )
    kept = values.copy()
    kept[:, wrong] = np.nan
    return kept, astray


def _once(plans: Iterable[Plan]) -> tuple[str, ...]:
    """Return remarks of plans, each once."""
    found: dict[str, None] = {}
    for one in plans:
        found |= dict.fromkeys(one.remarks)
    return tuple(found)
