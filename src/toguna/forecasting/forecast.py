"""`forecast`: what is at risk where in the months ahead, with spread, and with the skill it showed on months unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import geopandas
import numpy as np
import pandas as pd

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.progress import Progress, silent
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_, Sentence
from toguna.country.country import Country
from toguna.forecasting.allocate import MARK, allocate, long_run_shares
from toguna.forecasting.backtest import LEAST_HISTORY, Backtest, BacktestParams, backtest, members_of
from toguna.forecasting.models.model import Draws, model
from toguna.forecasting.panel import Panel
from toguna.forecasting.panels import area_shapes, panel_of
from toguna.forecasting.parameters import REACH, ForecastParams
from toguna.forecasting.skill import BASELINES, Served, serve, skill_table, unjudged
from toguna.forecasting.stacking import NAME
from toguna.forecasting.targets import target_of

LEAST = (1, 10, 25)  # the chance of at least so many
_YEARS = 15  # back-tested before a forecast


@dataclass(frozen=True, eq=False)
class Forecast:
    """Draws of what is at risk, by unit and month.

    Attributes
    ----------
    panel : what was known when it was made
    origin : the month it was made in
    months : the months forecast
    draws : units x months x draws; draw d of all units and months is one world, so sums over both are right
    served : what is served at each month, and why
    skill : mean scores of every model on months not seen, as `skill_table` returns them
    allocated : whether units are parts of a forecast for the whole country, by long-run shares
    shapes : area of each unit (EPSG:4326), where there is one
    made_from : pack, parameters and seed
    remarks : what a reader must know
    """

    panel: Panel
    origin: Month
    months: tuple[Month, ...]
    draws: Draws = field(repr=False)
    served: tuple[Served, ...]
    skill: pd.DataFrame = field(repr=False)
    made_from: MadeFrom
    allocated: bool = False
    shapes: geopandas.GeoSeries | None = field(default=None, repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def units(self) -> pd.DataFrame:
        """One row a unit, in the order of the draws."""
        return self.panel.units

    @property
    def table(self) -> pd.DataFrame:
        """One row a unit and month: mean, median, low and high (90 %), chances of at least 1, 10 and 25, and model."""
        return pd.concat(
            [self._rows(self.draws[:, at], str(month), self.served[at].model) for at, month in enumerate(self.months)],
            ignore_index=True,
        )

    @property
    def whole(self) -> pd.DataFrame:
        """One row a unit for all months together, from sums of each draw."""
        names = sorted({one.model for one in self.served})
        return self._rows(self.draws.sum(axis=1), f"{self.months[0]} to {self.months[-1]}", ", ".join(names))

    @property
    def total(self) -> pd.DataFrame:
        """One row a month for all units together, from sums of each draw."""
        rows = []
        for at, month in enumerate(self.months):
            summed = self.draws[:, at].sum(axis=0)
            rows.append({"month": str(month), **_numbers(summed[None]).iloc[0].to_dict()})
        return pd.DataFrame(rows)

    @property
    def recent(self) -> pd.Series:
        """What a month had in the last twelve known ones, on average; by unit."""
        return pd.Series(self.panel.counts[:, -12:].mean(axis=1), self.units.index)

    def to_geopandas(self) -> geopandas.GeoDataFrame:
        """Return `table` with the units' shapes, or their points where they have none."""
        table = self.table
        if self.shapes is not None:
            shapes = self.shapes.reindex(table["unit"]).to_numpy()
        elif "longitude" in self.units:
            at = self.units.loc[table["unit"]]
            shapes = geopandas.points_from_xy(at["longitude"], at["latitude"])
        else:
            raise AskError(N_("These units have no place on the map. Write .csv, .json or .parquet."))
        return geopandas.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")

    def _rows(self, draws: Draws, month: str, name: str) -> pd.DataFrame:
        found = _numbers(draws)
        found.insert(0, "unit", self.units.index)
        found.insert(1, "name", self.units["name"].to_numpy())
        found.insert(2, "month", month)
        found["last_12"] = self.recent.to_numpy()
        return found.assign(model=name, validated="no" if self.allocated else "yes")

    def __str__(self) -> str:
        """Return the forecast in a few lines."""
        target = target_of(self.panel.target)
        low, high = np.quantile(self.draws.sum(axis=(0, 1)), (0.05, 0.95))
        served = ", ".join(sorted({one.model for one in self.served}))
        return (
            f"{target.label}, {self.months[0]} to {self.months[-1]}, {len(self.units):,} units by {self.panel.grain}\n"
            f"  {self.draws.sum(axis=(0, 1)).mean():,.0f} {target.unit} expected in all "
            f"(90 %: {low:,.0f} to {high:,.0f}); served: {served}\n"
            f"  known to {self.panel.last}{f'; {MARK}' if self.allocated else ''}"
        )


def _numbers(draws: Draws) -> pd.DataFrame:
    low, middle, high = np.quantile(draws, (0.05, 0.5, 0.95), axis=-1)
    chances = {f"chance_{least}": (draws >= least - 0.5).mean(axis=-1) for least in LEAST}
    return pd.DataFrame({"mean": draws.mean(axis=-1), "median": middle, "low": low, "high": high, **chances})


def forecast(
    country: Country,
    months: int = 6,
    *,
    grain: str = "country",
    target: str | None = None,
    candidate: str = NAME,
    draws: int = 1000,
    seed: int = 1,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Forecast:
    """Return the forecast of a country for the months after the one it is looked at from.

    Parameters
    ----------
    months : months ahead, 1 to 12
    grain : country, admin2, cell, town, place or link; below the country it needs a whole file of events in the pack,
        else admin 2 areas get long-run shares of the country's forecast, marked as not validated
    target : deaths in all organised violence by country, in one-sided violence below, unless asked otherwise
    candidate : model to serve where it earns it; the ensemble, or any registered one
    draws, seed : the same seed gives the same draws

    Examples
    --------
    >>> import toguna as tg
    >>> risk = tg.forecast(tg.read_country("ouadji"), months=2, draws=100)
    >>> risk.draws.shape
    (1, 2, 100)
    """
    found = panel_of(country, grain, target)
    made = country.made_from
    own = found.own
    made_from = replace(
        made,
        parameters={**made.parameters, "months": months, "grain": grain, "target": found.panel.target,
                    "candidate": candidate, "draws": draws},
        seed=seed,
    )  # fmt: skip
    one = forecast_panel(
        found.panel, country.month, months, made_from, own=own, candidate=candidate, draws=draws, seed=seed,
        workers=workers, cluster=cluster, progress=progress,
    )  # fmt: skip
    return to_areas(country, one) if found.is_allocated else replace(one, shapes=found.shapes)


def forecast_panel(
    panel: Panel,
    origin: Month,
    months: int,
    made_from: MadeFrom,
    *,
    own: Sequence[str] | None = None,
    candidate: str = NAME,
    draws: int = 1000,
    seed: int = 1,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Forecast:
    """Return the forecast of a panel for the months after `origin`.

    Parameters
    ----------
    own : units that are forecast; the others only lend strength. Skill is judged on these. Default: all
    """
    if not 1 <= months <= 12:
        raise AskError(N_("{months} months ahead were asked for. Ask for 1 to 12."), months=months)
    known = panel.known_at(origin)
    gap = panel.at(origin) - known.months + 1
    if gap + months > REACH:
        raise AskError(
            N_(
                "The series ends in {last}, {gap} months before {origin}; {months} months ahead is {steps} "
                "steps, past the models' reach of {reach}. Look from an earlier month (--as-of), or add "
                "later data."
            ),
            last=known.last,
            gap=gap,
            origin=origin,
            months=months,
            steps=gap + months,
            reach=REACH,
        )
    at = np.arange(len(panel.units)) if own is None else panel.units.index.get_indexer(list(own))
    if known.months < LEAST_HISTORY + 2 * months + gap:
        back, served, skill = None, unjudged(months), pd.DataFrame()
        said = Sentence(
            N_("{months} months are known: too few to judge any model, so the own past is served."), months=known.months
        )
    else:
        back = _backtested(known, gap, months, candidate, draws, seed, workers, cluster, progress)
        served, skill = serve(back, candidate, units=at, seed=seed), skill_table(back, units=at, seed=seed)
        said = Sentence(
            N_(
                "Data are known to {last}, {gap} months before {origin}; skill is judged on {count} origins "
                "from {first} to {until}, from data as old."
            ),
            last=known.last,
            gap=gap,
            origin=origin,
            count=len(back.origins),
            first=back.origins[0],
            until=back.origins[-1],
        )
    steps = tuple(range(gap + 1, gap + months + 1))
    params = ForecastParams(steps=steps, draws=draws, seed=seed)
    fitted = {name: back.fitted(name) if back else model(name).fit(known) for name in {one.model for one in served}}
    made = {name: one(known, params)[at] for name, one in fitted.items()}
    mixed = np.stack([made[one.model][:, column] for column, one in enumerate(served)], axis=1)
    return Forecast(
        panel=known.of_units(at),
        origin=origin,
        months=tuple(origin + lead for lead in range(1, months + 1)),
        draws=mixed,
        served=tuple(served),
        skill=skill,
        made_from=made_from,
        remarks=(*panel.remarks, said),
    )


def _backtested(
    known: Panel,
    gap: int,
    months: int,
    candidate: str,
    draws: int,
    seed: int,
    workers: int,
    cluster: str | None,
    progress: Progress,
) -> Backtest:
    """Return the back-test that judges a forecast: as far ahead, from data as old, on outcomes known at the origin."""
    last = known.last.back(1)
    first = max(known.first + 60 + gap, last.back(_YEARS * 12))
    names = members_of(known)
    if candidate not in (*names, NAME):
        model(candidate)
        names = (*names, candidate)
    params = BacktestParams(
        first=str(min(first, last)),
        last=str(last),
        leads=tuple(range(1, months + 1)),
        at_least=gap,
        warm_up=36,
        every=1,
        draws=min(draws, 1000),
        models=tuple(sorted({*names, *BASELINES})),
        seed=seed,
    )
    return backtest(known, params, workers=workers, cluster=cluster, progress=progress)


def to_areas(country: Country, one: Forecast) -> Forecast:
    """Return a country's forecast shared out to its admin 2 areas: the draws of `forecast(grain="admin2")`.

    A pack with a whole file of events needs no such thing: ask it for the grain itself.
    """
    shares = long_run_shares(country)
    areas = country.areas[country.areas["level"] == 2].set_index("pcode").loc[shares.index]
    units = pd.DataFrame({"name": areas["name"], "share": shares}, index=shares.index)
    draws = allocate(one.draws[0], shares, np.random.default_rng([one.made_from.seed or 0, 23]))
    counts = one.panel.counts * shares.to_numpy()[:, None]
    return replace(
        one,
        panel=Panel("admin2", one.panel.target, units, one.panel.first, counts, one.panel.known_from),
        draws=draws,
        allocated=True,
        shapes=area_shapes(country),
        made_from=replace(one.made_from, parameters={**one.made_from.parameters, "grain": "admin2"}),
        remarks=(
            *one.remarks,
            Sentence(N_("Areas get long-run shares of the country's forecast: allocated, not validated.")),
        ),
    )
