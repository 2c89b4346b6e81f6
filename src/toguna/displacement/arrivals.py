"""How many people will flee abroad in the months ahead, from counts and violence that are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
import yaml

from toguna.core.errors import AskError, DataError
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_, Sentence
from toguna.country.country import Country
from toguna.displacement.lagged_counts import LAGS, Floats, Hurdle, Ints, lagged, normal_deviates

MOST_MONTHS = 24
FRESH = 3  # months a camp count may be old and still speak for the months ahead
GAP_DAYS = 200  # longest time between two counts of a camp over which a line is drawn
END_DAYS = 15  # days a last count may lie before the end of its month
WINDOW = {"camp counts": (12, 12), "yearly flows": (3, 10)}  # periods in a mean, and in the own history


@dataclass(frozen=True, eq=False)
class Arrivals:
    """People who newly flee abroad, by draw and month, with how well such forecasts did.

    Attributes
    ----------
    months : the months forecast, the first after the month the country is looked at from
    people : people newly fleeing abroad, whole persons, shape (draws, months)
    ground : "camp counts" or "yearly flows", what the forecast stands on
    served : "model", or the baseline that did better
    skill : back-test by horizon and candidate: CRPS and MAE in people a month (camp counts) or a year (yearly
        flows), share of outcomes within the 50 % and 90 % intervals, number judged
    made_from : pack, parameters, seed and version
    remarks : what a reader must know
    """

    months: tuple[Month, ...]
    people: Ints = field(repr=False)
    ground: str
    served: str
    skill: pd.DataFrame = field(repr=False)
    made_from: MadeFrom
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        """Return the total with its 90 % interval, what was served, and the remarks."""
        low, middle, high = np.quantile(self.people.sum(axis=1), (0.05, 0.5, 0.95))
        head = (
            f"{self.months[0]} to {self.months[-1]}: {middle:,.0f} people flee abroad "
            f"(90 %: {low:,.0f} to {high:,.0f}); {self.served}, from {self.ground}"
        )
        return "\n".join([head, *(f"  {remark}" for remark in self.remarks)])


@dataclass(frozen=True, eq=False)
class ArrivalsCoefficients:
    """Coefficients that ship with Toguna; `scripts/fit_arrivals.py` makes them.

    Attributes
    ----------
    years : fits for yearly flows by the last year they know, one Hurdle a year ahead
    camps : fits for camp counts by the ISO 3166-1 alpha-3 code of the country left out, or "none"
    decay : lag decay of deaths, yearly flows
    rho : correlation between the periods of a draw, by ground
    evenness : Dirichlet concentration of a month in its year
    skill : back-test by ground
    """

    years: Mapping[int, tuple[Hurdle, ...]]
    camps: Mapping[str, Hurdle]
    decay: float
    rho: Mapping[str, float]
    evenness: float
    skill: Mapping[str, pd.DataFrame]


@cache
def read_arrivals_coefficients() -> ArrivalsCoefficients:
    """Return the coefficients that ship with Toguna.

    Examples
    --------
    >>> sorted(read_arrivals_coefficients().skill)
    ['camp counts', 'yearly flows']
    """
    text = resources.files("toguna.displacement").joinpath("arrivals.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    flows, camps = found["yearly flows"], found["camp counts"]
    return ArrivalsCoefficients(
        years={int(year): tuple(_hurdle(row) for row in rows) for year, rows in flows["fits"].items()},
        camps={str(code): _hurdle(row) for code, row in camps["fits"].items()},
        decay=float(flows["decay"]),
        rho={"yearly flows": float(flows["rho"]), "camp counts": float(camps["rho"])},
        evenness=float(flows["evenness"]),
        skill={
            ground: pd.DataFrame(found[ground]["skill"]["rows"], columns=found[ground]["skill"]["columns"])
            for ground in ("yearly flows", "camp counts")
        },
    )


def _hurdle(row: list[float]) -> Hurdle:
    columns = (len(row) - 2) // 2
    return Hurdle(tuple(row[:columns]), tuple(row[columns : 2 * columns]), row[-2], row[-1])


def forecast_arrivals(country: Country, months: int, *, draws: int = 200, seed: int = 1) -> Arrivals:
    """Return draws of people who will flee abroad in each of the next months.

    Where camps have been counted to within three months, the forecast stands on how fast their people rose;
    otherwise on UNHCR's yearly flows and the deaths of the country. Of the model and its baselines the one with
    the lowest CRPS on cases it had not seen is served. Only rows visible in `country` are used.

    Parameters
    ----------
    country : any pack, all or as of a month
    months : months ahead, 1 to 24
    draws : draws of the future
    seed : of the random generator; the same seed gives the same draws

    Raises
    ------
    AskError
        Months or draws are out of range.
    DataError
        Neither counts of camps nor yearly flows are visible.

    Notes
    -----
    Zero or log-normal (hurdle) counts with lagged violence; CRPS: Gneiting and Raftery 2007, doi
    10.1198/016214506000001437. Violence ahead is drawn from the country's own last 12 visible months
    (conflictology: Hegre et al. 2024, arXiv 2407.11045). The back-test on camp counts takes totals on a straight line
    between two counts, so that a little of the later count reaches the months before it, for every candidate alike.

    Examples
    --------
    >>> import toguna as tg
    >>> ahead = forecast_arrivals(tg.read_country("ouadji", as_of="2013-02"), 3)
    >>> ahead.people.shape, [str(month) for month in ahead.months]
    ((200, 3), ['2013-03', '2013-04', '2013-05'])
    """
    if not 1 <= months <= MOST_MONTHS:
        raise AskError(
            N_("A forecast of {months} months was asked for. Ask for 1 to {most}."),
            months=months,
            most=MOST_MONTHS,
        )
    if draws < 1:
        raise AskError(N_("{draws} draws were asked for. Ask for 1 or more."), draws=draws)
    used = read_arrivals_coefficients()
    rng = np.random.default_rng(seed)
    ahead = tuple(country.month + step for step in range(1, months + 1))
    rises = camp_rises(country)
    if len(rises) >= 3 and country.month.since(max(rises)) <= FRESH:
        parts = _from_camps(country, ahead, rises, draws, rng, used)
    else:
        parts = _from_flows(country, ahead, draws, rng, used)
    ground, served, people, skill, remarks = parts
    remarks += [
        Sentence(N_("People displaced inside the country are not forecast: no pack table counts them by month.")),
        Sentence(N_("The draws are of people counted; who stays uncounted is in none of them.")),
    ]
    if country.profile.made_up:
        remarks.append(Sentence(N_("The country is made up.")))
    asked = {**country.made_from.parameters, "months": months, "draws": draws}
    made_from = replace(country.made_from, parameters=asked, seed=seed)
    return Arrivals(ahead, people, ground, served, skill, made_from, tuple(remarks))


_Parts = tuple[str, str, Ints, pd.DataFrame, list[str]]


def _from_camps(
    country: Country,
    ahead: tuple[Month, ...],
    rises: Mapping[Month, float],
    draws: int,
    rng: np.random.Generator,
    used: ArrivalsCoefficients,
) -> _Parts:
    ground = "camp counts"
    skill = used.skill[ground]
    served = best(skill)
    last = max(rises)
    history = np.array([rises[month] for month in sorted(rises)])
    gap = country.month.since(last)
    if served == "model":
        fit = used.camps.get(country.profile.iso3, used.camps["none"])
        row = np.array(camp_predictors(history))
        normal = normal_deviates(draws, len(ahead), used.rho[ground], rng)
        people = fit.people(np.broadcast_to(row, (draws, len(ahead), len(row))), normal)
    else:
        people = baseline(served, ground, history, draws, len(ahead), rng)
    remarks: list[str] = [
        Sentence(
            N_("Stands on counts of camps to {last}: the rise of people in them by month, as people who newly fled."),
            last=last,
        ),
        Sentence(
            N_(
                "A camp counts from its second count on, and a fall counts as none; arrivals outside these "
                "camps are missed."
            )
        ),
        Sentence(N_("Violence ahead does not enter: no deaths by month are published as soon as camps are counted.")),
        Sentence(
            N_(
                "The coefficients come from flights of other countries, 2012 to 2021, also from ones later "
                "than this month."
            )
        ),
        _serving(served, skill),
    ]
    if len(ahead) + gap > 6:
        remarks.append(
            Sentence(
                N_("The back-test looked up to 6 months ahead; later months are less sure than their spread says.")
            )
        )
    return ground, served, np.rint(people).astype(np.int64), skill, remarks


def _from_flows(
    country: Country, ahead: tuple[Month, ...], draws: int, rng: np.random.Generator, used: ArrivalsCoefficients
) -> _Parts:
    ground = "yearly flows"
    flows = yearly_flows(country)
    if not flows:
        raise DataError(
            N_(
                "{pack} shows neither counts of camps from the last {fresh} months nor yearly flows of "
                "refugees as of {month}. Add UNHCR's flows to the pack, or ask for a later month."
            ),
            pack=country.pack,
            fresh=FRESH,
            month=country.month,
        )
    last = max(flows)
    history = np.array([flows[year] for year in sorted(flows)])
    steps = [month.year - last for month in ahead]
    years = max(steps)
    deaths = monthly_deaths(country)
    table = used.skill[ground]
    skill = table[table["horizon"].isin({min(step, table["horizon"].max()) for step in steps})].reset_index(drop=True)
    may = skill if len(deaths) >= 12 else skill[skill["candidate"] != "model"]
    served = best(may)
    remarks: list[str] = [
        Sentence(
            N_(
                "Stands on UNHCR's yearly flows to {last}; a year without a figure between years with one is "
                "taken as none."
            ),
            last=last,
        ),
        _serving(served, skill),
        Sentence(
            N_(
                "Months of a year share its people as unevenly as in flights counted by month; which month "
                "is not forecast."
            )
        ),
    ]
    if len(deaths) < 12:
        remarks.append(Sentence(N_("Fewer than 12 months of deaths are visible, so that the model cannot be served.")))
    if served == "model":
        known = max((year for year in used.years if year <= last), default=min(used.years))
        violence = _violence_ahead(deaths, last, years, draws, rng)
        drawn = _flow_model(used, known, violence, history[-1], years, draws, rng)
        remarks.append(
            Sentence(
                N_(
                    "Deaths are known to {last}; later months are drawn from the last 12 of them, as if "
                    "violence went on as it was. The coefficients know years up to {known}."
                ),
                last=max(deaths),
                known=known,
            )
        )
    else:
        drawn = baseline(served, ground, history, draws, years, rng)
    if years > table["horizon"].max():
        remarks.append(
            Sentence(
                N_("The last year counted lies {years} years back: farther than the back-test looked."), years=years
            )
        )
    people = np.zeros((draws, len(ahead)), dtype=np.int64)
    for step in sorted(set(steps)):
        shares = rng.dirichlet(np.full(12, used.evenness), draws)
        by_month = rng.multinomial(np.rint(drawn[:, step - 1]).astype(np.int64), shares)
        for place, month in enumerate(ahead):
            if month.year - last == step:
                people[:, place] = by_month[:, month.month - 1]
    return ground, served, people, skill, remarks


def _flow_model(
    used: ArrivalsCoefficients,
    known: int,
    violence: Floats,
    last: float,
    years: int,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Return people by draw and year from violence by month and draw, of which the first `LAGS` months lead in."""
    felt = lagged(violence, used.decay)[LAGS:].reshape(years, 12, draws).sum(axis=1)
    normal = normal_deviates(draws, years, used.rho["yearly flows"], rng)
    fits = used.years[known]
    parts = []
    for year in range(years):
        rows = flow_predictors(felt[year], np.full(draws, last))
        parts.append(fits[min(year, len(fits) - 1)].people(rows, normal[:, year]))
    return np.column_stack(parts)


def _violence_ahead(
    deaths: Mapping[Month, float], last: int, years: int, draws: int, rng: np.random.Generator
) -> Floats:
    """Return deaths by month and draw from `LAGS` months before the first year ahead to the end of the last."""
    own = np.array([deaths[month] for month in sorted(deaths)[-12:]])
    begin, end = Month(last + 1, 1).back(LAGS), max(deaths)
    found = np.zeros((LAGS + 12 * years, draws))
    for step in range(len(found)):
        month = begin + step
        found[step] = deaths.get(month, 0.0) if month <= end else rng.choice(own, draws)
    return found


def flow_predictors(felt: Floats, last: Floats) -> Floats:
    """Return predictors (..., 3) of a year's flow: one, lagged deaths of that year, last flow known; logs of 1 + x."""
    return np.stack([np.ones_like(felt), np.log1p(felt), np.log1p(last)], axis=-1)


def camp_predictors(history: Floats) -> tuple[float, float, float]:
    """Return predictors of a month's rise: one, last month, mean of the last 12; logs of 1 + x."""
    return 1.0, float(np.log1p(history[-1])), float(np.log1p(history[-12:].mean()))


def baseline(name: str, ground: str, history: Floats, draws: int, periods: int, rng: np.random.Generator) -> Floats:
    """Return draws of a naive forecast, shape (draws, periods), from the periods counted so far."""
    mean_of, own = WINDOW[ground]
    shape = (draws, periods)
    if name == "zero":
        return np.zeros(shape)
    if name == "last value":
        return np.full(shape, history[-1])
    if name == "mean":
        return np.full(shape, history[-mean_of:].mean())
    drawn = rng.choice(history[-own:], shape)
    if name == "own history":
        return np.asarray(drawn)
    if name == "last value or own history":
        return np.where(rng.random(shape) < 0.5, history[-1], drawn)
    raise DataError(f"No baseline is called {name!r}. Correct arrivals.yaml.")


def best(skill: pd.DataFrame) -> str:
    """Return the candidate with the lowest CRPS over the horizons of a back-test."""
    return str(skill.groupby("candidate")["crps"].mean().idxmin())


def camp_rises(country: Country) -> dict[Month, float]:
    """Return people who newly fled by month: the rise of the people in all camps, over the last months in a row.

    Between counts of a camp at most 200 days apart a straight line is drawn; where several sources count a camp,
    the one with the latest count is used. Falls are none.
    """
    table = _about(country)
    rows = table[(table["measure"] == "stock") & (table["group"] == "refugees") & (table["place_id"] != "")]
    change: dict[Month, float] = {}
    for _, camp in rows.groupby("place_id", sort=True):
        by_source = [one for _, one in camp.groupby("source", sort=True)]
        series = max(by_source, key=lambda one: (one["date"].max(), len(one)))
        for month, people in _changes(series.sort_values("date")).items():
            change[month] = change.get(month, 0.0) + people
    return _in_a_row({month: max(people, 0.0) for month, people in change.items()})


def _changes(series: pd.DataFrame) -> dict[Month, float]:
    days = np.array([date.fromisoformat(text).toordinal() for text in series["date"]])
    people = series["people"].to_numpy(dtype=float)
    ends: dict[Month, float] = {}
    first, last = Month.of(date.fromordinal(int(days[0]))), Month.of(date.fromordinal(int(days[-1])))
    for step in range(last.since(first) + 1):
        end = (first + step).last_day.toordinal()
        after = int(np.searchsorted(days, end))
        if after == len(days):
            counted = end - days[-1] <= END_DAYS
        else:
            counted = after == 0 or days[after] == end or days[after] - days[after - 1] <= GAP_DAYS
        if counted:
            ends[first + step] = float(np.interp(end, days, people))
    return {month: level - ends[month.back(1)] for month, level in ends.items() if month.back(1) in ends}


def yearly_flows(country: Country) -> dict[int, float]:
    """Return people newly refugees abroad by year; years between others without a figure are 0.

    A year counts as covered where any flow from the country is given, also of asylum seekers alone.
    """
    table = _about(country)
    rows = table[(table["measure"] == "flow") & table["group"].isin(["refugees", "asylum_seekers"])]
    if rows.empty:
        return {}
    years = rows["date"].str[:4].astype(int)
    people = rows["people"].where(rows["group"] == "refugees", 0.0).groupby([rows["source"], years]).sum()
    by_year = people.groupby(level=1).max()  # a flow two sources give is one flow
    return {year: float(by_year.get(year, 0.0)) for year in range(int(years.min()), int(years.max()) + 1)}


def monthly_deaths(country: Country) -> dict[Month, float]:
    """Return deaths of the whole country in all organised violence by month, over the last months in a row."""
    table = country.violence_monthly
    rows = table[
        (table["unit_kind"] == "country")
        & (table["unit"] == country.profile.iso3)
        & (table["type"] == "all")
        & (table["perpetrator"] == "any")
        & (table["month"] <= str(country.month))
    ]
    rows = rows[~rows["is_rescaled"].astype(bool)]
    found = rows.groupby("month")["fatalities"].max()  # of two sources the one that missed less
    return _in_a_row({Month.parse(str(month)): float(deaths) for month, deaths in found.items()})


def _about(country: Country) -> pd.DataFrame:
    """Return counts of people from the country who are abroad, up to the month it is looked at from."""
    table, iso3 = country.displacement, country.profile.iso3
    abroad = (table["origin"] == iso3) & (table["host"] != iso3)
    return table[abroad & (table["date"] <= country.month.last_day.isoformat())]


def _in_a_row(by_month: Mapping[Month, float]) -> dict[Month, float]:
    found: dict[Month, float] = {}
    month = max(by_month, default=None)
    while month is not None and month in by_month:
        found[month] = by_month[month]
        month = month.back(1)
    return found


def _serving(served: str, skill: pd.DataFrame) -> Sentence:
    scores = skill.groupby("candidate")[["crps", "mae"]].mean()
    crps, mae = scores["crps"], scores["mae"]
    if served != "model":
        said = N_("The baseline '{served}' is served: CRPS {crps:,.0f} against {other:,.0f} of the model.")
        return Sentence(said, served=served, crps=float(crps[served]), other=float(crps["model"]))
    rest = crps.drop("model")
    of = {"crps": float(crps["model"]), "other": float(rest.min()), "baseline": rest.idxmin()}
    said = N_(
        "The model is served: CRPS {crps:,.0f} against {other:,.0f} of the best baseline ({baseline}) on cases not "
        "seen."
    )
    if mae.idxmin() == "model":
        return Sentence(said, **of)
    also = N_("By the error of the median alone {baseline} does better: {mae:,.0f} to {other:,.0f}.")
    less = {"baseline": mae.idxmin(), "mae": float(mae.min()), "other": float(mae["model"])}
    return Sentence.joined([Sentence(said, **of), Sentence(also, **less)])
