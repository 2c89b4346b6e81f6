"""`hand_over`: where and from which month soldiers could hand over to police, and what is missing where they cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import PlanError
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.country.country import Country
from toguna.forecasting.forecast import Forecast
from toguna.forecasting.targets import target_of
from toguna.planning.hand_over_facts import FIGURES, Capacity, read_capacity, residents
from toguna.planning.mandate import HandOver, Mandate, Task
from toguna.planning.posture import Bools, Floats
from toguna.planning.resources import Resources
from toguna.planning.units import UnitKind, read_kinds

PER = 100_000.0  # people the conditions are per
YES, NO, UNKNOWN = "yes", "no", "not known"
_Z90 = 1.6448536269514722  # standard normal, 95th percentile
_WORDS = {"courts": "courts", "detention_places": "places of detention", "police_trained": "police"}
_TARGETS = {
    "civilians": "",
    "one_sided": "The forecast counts civilians killed in one-sided violence alone, so the risk to civilians is higher "
    "than shown and areas may qualify too early.",
    "all": "The forecast counts all deaths in organised violence, fighters among them, so areas may qualify too late.",
}
Words = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class HandOverTable:
    """Which areas meet the conditions for a hand-over to police, by month.

    Attributes
    ----------
    areas : one row an admin 2 area and month. `population`; `risk`, `risk_low`, `risk_high`: deaths per 100,000 people
        expected in the month, and 90 % of the draws; `worst`, `worst_month`: the highest of the months in a row that
        end with this one, and `risk_not_known_in` those not known; `risk_holds`: yes, no, not known; `draws_share`,
        `draws_low`, `draws_high`: share of draws in which every month stays below, and its 90 % interval for the number
        of draws made, empty where a month is not known; `courts`,
        `detention_places`, `police_trained`: numbers, and with `_rate` per 100,000 people; `qualifies`: yes, no, not
        known; `missing`: why not yes; `sources` of the figures
    regions : one row a region or the country (`level` 1, 0) and month: areas that qualify, do not, are not known; risk;
        figures stated for it, or summed where all its areas state them; `qualifies` only where all its areas do
    first : one row an area: `first` month it qualifies, `first_not_ruled_out`, `first_risk_holds`, empty for none;
        `missing_at_last`: why it does not in the last month
    police : one row a month: police needed for the standard where the risk holds, and police on offer
    months : months planned
    standard : the mandate's conditions
    """

    areas: pd.DataFrame = field(repr=False)
    regions: pd.DataFrame = field(repr=False)
    first: pd.DataFrame = field(repr=False)
    police: pd.DataFrame = field(repr=False)
    months: tuple[Month, ...]
    standard: HandOver
    made_from: MadeFrom
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return what can be handed over in a few lines."""
        last = self.areas[self.areas["month"] == str(self.months[-1])]
        counted = last["qualifies"].value_counts()
        yes, no, unknown = (int(counted.get(one, 0)) for one in (YES, NO, UNKNOWN))
        bare = {name: int(last[name].isna().sum()) for name in FIGURES}
        ready = self.first[self.first["first"] != ""]
        when = ", ".join(f"{name} {month}" for name, month in zip(ready["name"], ready["first"], strict=True))
        unstated = ", ".join(f"{_WORDS[name]} in {number}" for name, number in bare.items())
        return (
            f"Hand-over to police, {self.months[0]} to {self.months[-1]}: by the last month {yes} of {len(last)} areas "
            f"qualify, {no} do not, {unknown} are not known\n"
            f"  first could be: {when or 'none'}\n"
            f"  risk below {self.standard.harm_below:g} per 100,000 for {self.standard.months} months: "
            f"{int((last['risk_holds'] == YES).sum())} areas, not known in {int((last['risk_holds'] == UNKNOWN).sum())}"
            f"\n  not known of {len(last)} areas: {unstated}"
        )


def hand_over(
    country: Country,
    risk: Forecast,
    mandate: Mandate,
    *,
    capacity: Capacity | str | Path | None = None,
    resources: Resources | None = None,
    kinds: Mapping[str, UnitKind] | None = None,
) -> HandOverTable:
    """Return which areas meet the mandate's conditions for a hand-over, in each month of an admin 2 forecast.

    Months in a row end with the month itself and reach back over the months on record. A month neither on record nor
    forecast is not known, and nothing unknown counts as met.

    Parameters
    ----------
    capacity : CSV of courts, places of detention and trained police, as `read_capacity` reads it
    resources : what is on offer, to be set against the police needed
    kinds : kinds of units, the shipped ones where none are given

    Raises
    ------
    PlanError
        The forecast is not by admin 2, or counts no deaths of civilians; or the file has faults.

    Examples
    --------
    >>> import toguna as tg
    >>> from toguna.planning.read_mandate import read_mandate
    >>> ouadji = tg.read_country("ouadji", as_of="2013-06")
    >>> risk = tg.forecast(ouadji, months=2, grain="admin2", draws=100)
    >>> sorted(set(hand_over(ouadji, risk, read_mandate("protect-first")).areas["qualifies"]))
    ['no', 'not known']
    """
    _check(risk)
    stated = read_capacity(capacity, country) if isinstance(capacity, str | Path) else capacity
    known = stated or Capacity("", "", ())
    standard, codes, months = mandate.hand_over, list(risk.units.index), risk.months
    people, about_people = residents(country, codes)
    run = _run(risk, people, standard)
    areas = _areas(country, risk, people, run, known, standard)
    regions = _regions(country, risk, people, areas, known)
    police = _police(areas, standard, months, mandate, resources, read_kinds() if kinds is None else kinds)
    made = country.made_from
    asked = {**made.parameters, "mandate": mandate.name, "hand_over": standard.model_dump(mode="json"),
             "risk": risk.made_from.run_id, "capacity": known.digest,
             "contributions": [one.name for one in resources.contributions] if resources else []}  # fmt: skip
    remarks = (
        *risk.remarks,
        *about_people,
        *_remarks(country, risk, people, known, standard, resources),
    )
    made_from = MadeFrom(made.pack, made.pack_hash, asked, risk.made_from.seed)
    return HandOverTable(areas, regions, _first(areas), police, months, standard, made_from, remarks)


def _check(risk: Forecast) -> None:
    if risk.panel.grain != "admin2":
        raise PlanError(
            f"A hand-over needs a forecast by admin2, this one is by {risk.panel.grain}. Ask --grain admin2."
        )
    if risk.panel.target not in _TARGETS:
        raise PlanError(
            f"A hand-over is judged by deaths of civilians, this forecast counts "
            f"{target_of(risk.panel.target).label.lower()}. Ask for one of {', '.join(_TARGETS)}."
        )


@dataclass(frozen=True, eq=False)
class _Run:
    """Months in a row, by area and month planned.

    Attributes
    ----------
    worst : highest rate of the months that are known, NaN where none is
    worst_at : its month
    holds : yes, no, not known
    unknown : months of the run that are neither on record nor forecast, in words
    share : share of draws in which all months stay below; NaN where a month is not known
    """

    worst: Floats
    worst_at: Words
    holds: Words
    unknown: Words
    share: Floats


def _run(risk: Forecast, people: Floats, standard: HandOver) -> _Run:
    """Return how the months in a row that end with each month planned stand against the threshold."""
    long, lead = standard.months, len(risk.months)
    start = risk.months[0].back(long - 1)
    span = [start + at for at in range(long - 1 + lead)]
    per = (PER / people)[:, None]
    mean = np.full((len(people), len(span)), np.nan)
    fails = np.zeros((len(people), len(span), risk.draws.shape[2]), bool)
    for at, month in enumerate(span):
        column = risk.panel.at(month)
        if at >= long - 1:
            drawn = risk.draws[:, at - long + 1].astype(float) * per
            mean[:, at], fails[:, at] = drawn.mean(axis=1), drawn >= standard.harm_below
        elif 0 <= column < risk.panel.months:
            mean[:, at] = risk.panel.counts[:, column] * per[:, 0]
            fails[:, at] = (mean[:, at] >= standard.harm_below)[:, None]
    worst, worst_at, holds, unknown = (np.full((len(people), lead), "", object) for _ in range(4))
    share = np.full((len(people), lead), np.nan)
    for at in range(lead):
        part = slice(at, at + long)
        row = np.where(np.isnan(mean[:, part]), -np.inf, mean[:, part])
        top = row.argmax(axis=1)
        highest = row[np.arange(len(row)), top]
        worst[:, at] = np.where(np.isfinite(highest), highest, np.nan)
        worst_at[:, at] = [
            str(span[at + one]) if high > -np.inf else "" for one, high in zip(top, highest, strict=True)
        ]
        bare = np.isnan(mean[:, part])
        over = highest >= standard.harm_below
        holds[:, at] = np.select([over, bare.any(axis=1)], [NO, UNKNOWN], YES)
        on_record = fails[:, at : min(at + long, long - 1)].any(axis=(1, 2))
        drawn_share = 1 - fails[:, part].any(axis=1).mean(axis=1)
        share[:, at] = np.where(on_record, 0.0, np.where(bare.any(axis=1), np.nan, drawn_share))
        unknown[:, at] = [_spans([span[at + one] for one in np.flatnonzero(gap)]) for gap in bare]
    return _Run(worst.astype(float), worst_at, holds, unknown, share)


def _spans(months: Sequence[Month]) -> str:
    """Return months as spans, `2013-01 to 2013-03, 2013-06`."""
    spans: list[list[Month]] = []
    for month in months:
        if spans and month.since(spans[-1][-1]) == 1:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ", ".join(str(one[0]) if len(one) == 1 else f"{one[0]} to {one[-1]}" for one in spans)


def _areas(
    country: Country, risk: Forecast, people: Floats, run: _Run, known: Capacity, standard: HandOver
) -> pd.DataFrame:
    """Return the table of areas by month."""
    codes, months = list(risk.units.index), risk.months
    count, lead, draws = risk.draws.shape
    level = country.areas.set_index("pcode")
    parent = level["parent"].reindex(codes).fillna("").to_numpy()
    rates = risk.draws.astype(float) * (PER / people)[:, None, None]
    low, high = np.quantile(rates, (0.05, 0.95), axis=2)
    figures = known.at(codes, months)
    per_head = figures * (PER / people)[:, None, None]
    least = np.array([getattr(standard, name) for name in FIGURES])
    shown = (least <= 0) | (per_head >= least)
    bare = np.isnan(per_head) & (least > 0)
    short = ~shown & ~bare
    qualifies = np.select(
        [(run.holds == NO) | short.any(axis=2), (run.holds == UNKNOWN) | bare.any(axis=2)], [NO, UNKNOWN], YES
    )
    share_low, share_high = _interval(run.share, draws)
    flat = {
        "area": np.repeat(codes, lead),
        "name": np.repeat(risk.units["name"].to_numpy(), lead),
        "admin1": np.repeat(parent, lead),
        "month": [str(month) for month in months] * count,
        "population": np.repeat(people, lead),
        "risk": rates.mean(axis=2),
        "risk_low": low,
        "risk_high": high,
        "worst": run.worst,
        "worst_month": run.worst_at,
        "risk_holds": run.holds,
        "risk_not_known_in": run.unknown,
        "draws_share": run.share,
        "draws_low": share_low,
        "draws_high": share_high,
        **{name: figures[:, :, at] for at, name in enumerate(FIGURES)},
        **{f"{name}_rate": per_head[:, :, at] for at, name in enumerate(FIGURES)},
        "qualifies": qualifies,
    }
    found = pd.DataFrame({name: np.asarray(one).ravel() for name, one in flat.items()})
    found["missing"] = [_missing(row, standard) for row in found.to_dict("records")]
    found["sources"] = [one for row in known.sources(codes, months) for one in row]
    return found


def _interval(share: Floats, draws: int) -> tuple[Floats, Floats]:
    """Return the 90 % interval of a share seen in so many draws (Wilson 1927): how far more draws could move it."""
    spread = _Z90 * np.sqrt(share * (1 - share) / draws + _Z90**2 / (4 * draws**2))
    middle, scale = share + _Z90**2 / (2 * draws), 1 + _Z90**2 / draws
    return np.clip((middle - spread) / scale, 0, 1), np.clip((middle + spread) / scale, 0, 1)


def _missing(row: Mapping[str, float | str], standard: HandOver) -> str:
    """Return why an area does not qualify, in words; empty where it does."""
    said = []
    if row["risk_holds"] == NO:
        said.append(f"risk {row['worst']:.3g} against {standard.harm_below:g} ({row['worst_month']})")
    elif row["risk_holds"] == UNKNOWN:
        bare = np.isnan(float(row["population"]))
        said.append("risk not known: no residents known" if bare else f"risk not known in {row['risk_not_known_in']}")
    for name in FIGURES:
        least, rate = getattr(standard, name), float(row[f"{name}_rate"])
        if least > 0 and np.isnan(rate):
            said.append(f"{_WORDS[name]} not known")
        elif least > 0 and rate < least:
            said.append(f"{rate:.3g} of {least:g} {_WORDS[name]} per 100,000")
    return "; ".join(said)


def _regions(country: Country, risk: Forecast, people: Floats, areas: pd.DataFrame, known: Capacity) -> pd.DataFrame:
    """Return regions and the country by month; a region qualifies only where all its areas do."""
    table, months = country.areas.set_index("pcode"), risk.months
    parent = areas.drop_duplicates("area")["admin1"].to_numpy()
    above = [code for code in dict.fromkeys(parent) if code]
    whole = [str(code) for code in table.index[table["level"] == 0]]
    rows = []
    for code in [*above, *whole]:
        inside = np.ones(len(parent), bool) if code in whole else parent == code
        rates = risk.draws[inside].astype(float).sum(axis=0) * (PER / people[inside].sum())
        low, high = np.quantile(rates, (0.05, 0.95), axis=1)
        own = known.at([code], months)[0]
        of_areas = known.at(list(risk.units.index[inside]), months).sum(axis=0)
        figures, stated = np.where(np.isnan(own), of_areas, own), ~np.isnan(own)
        for at, month in enumerate(months):
            here = areas[(areas["month"] == str(month)) & np.repeat(inside, len(months))]
            counted = {one: int((here["qualifies"] == one).sum()) for one in (YES, NO, UNKNOWN)}
            rows.append(
                {
                    "area": code,
                    "name": table.at[code, "name"],
                    "level": int(table.at[code, "level"]),
                    "month": str(month),
                    "areas": len(here),
                    "areas_yes": counted[YES],
                    "areas_no": counted[NO],
                    "areas_not_known": counted[UNKNOWN],
                    "population": people[inside].sum(),
                    "population_yes": here.loc[here["qualifies"] == YES, "population"].sum(),
                    "risk": rates[at].mean(),
                    "risk_low": low[at],
                    "risk_high": high[at],
                    **dict(zip(FIGURES, figures[at], strict=True)),
                    "stated_for_itself": ", ".join(name for name, one in zip(FIGURES, stated[at], strict=True) if one),
                    "qualifies": NO if counted[NO] else UNKNOWN if counted[UNKNOWN] else YES,
                }
            )
    return pd.DataFrame(rows)


def _first(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the first month each area qualifies, is not ruled out, and has the risk low for long enough."""
    found = areas.drop_duplicates("area")[["area", "name", "admin1"]].reset_index(drop=True)
    asked = {
        "first": areas["qualifies"] == YES,
        "first_not_ruled_out": areas["qualifies"] != NO,
        "first_risk_holds": areas["risk_holds"] == YES,
    }
    for name, mask in asked.items():
        month = dict(areas[mask].drop_duplicates("area")[["area", "month"]].to_numpy())  # months stand in order
        found[name] = [month.get(area, "") for area in found["area"]]
    last = areas.drop_duplicates("area", keep="last").set_index("area")
    return found.assign(missing_at_last=last["missing"].reindex(found["area"]).to_numpy())


def _police(
    areas: pd.DataFrame,
    standard: HandOver,
    months: Sequence[Month],
    mandate: Mandate,
    resources: Resources | None,
    kinds: Mapping[str, UnitKind],
) -> pd.DataFrame:
    """Return police needed where the risk holds, at least and at most, and police on offer, by month.

    At least: areas whose police are not known need none. At most: they have none.
    """
    rows = []
    for month in map(str, months):
        here = areas[(areas["month"] == month) & (areas["risk_holds"] == YES)]
        asked = np.ceil(standard.police_trained * here["population"].to_numpy(float) / PER - 1e-9)
        there = here["police_trained"].to_numpy(float)
        bare: Bools = np.isnan(there)
        low = float(np.maximum(asked - np.where(bare, np.inf, there), 0).sum())
        high = float(np.maximum(asked - np.where(bare, 0.0, there), 0).sum())
        offered, said = _offered(month, mandate, resources, kinds)
        rows.append(
            {
                "month": month,
                "areas": len(here),
                "areas_police_not_known": int(bare.sum()),
                "population": float(here["population"].sum()),
                "standard": float(asked.sum()),
                "there": float(np.nansum(there)),
                "needed_low": low,
                "needed_high": high,
                "offered": offered,
                "offered_by": said,
                "short_low": max(low - offered, 0.0) if np.isfinite(offered) else np.nan,
                "short_high": max(high - offered, 0.0) if np.isfinite(offered) else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _offered(
    month: str, mandate: Mandate, resources: Resources | None, kinds: Mapping[str, UnitKind]
) -> tuple[float, str]:
    """Return police on offer in a month, people, within the mandate's ceilings, and by whom; NaN where nobody asked."""
    if resources is None:
        return np.nan, "no contribution named"
    found, said = 0, []
    for kind in kinds.values():
        number = min(resources.number(kind.name, month), mandate.ceilings.get(kind.name, 1_000_000))
        if Task.POLICE_TOWNS in kind.tasks and number:
            found += number * kind.people
            said.append(f"{number} x {kind.title.lower()} ({kind.people} people each)")
    return float(found), "; ".join(said) or "none"


def _remarks(
    country: Country,
    risk: Forecast,
    people: Floats,
    known: Capacity,
    standard: HandOver,
    resources: Resources | None,
) -> tuple[str, ...]:
    """Return what a reader must know before believing the table."""
    areas, found = len(people), [_TARGETS[risk.panel.target]]
    found.append(f"The conditions are a choice: {standard.source} ({standard.basis}).")
    gap = [risk.panel.last + at for at in range(1, risk.months[0].since(risk.panel.last))]
    if gap:
        found.append(
            f"{_spans(gap)}: neither on record nor forecast, so no run of {standard.months} months that touches it "
            "counts as met."
        )
    if bare := int(np.isnan(people).sum()):
        found.append(f"{bare} of {areas} areas have no residents known, so no rate.")
    if not known.rows:
        found.append(
            "The pack holds no courts, places of detention or police, and no file of them was given: what "
            "the mandate asks of them is not known anywhere."
        )
    stated = known.at(list(risk.units.index), risk.months[-1:])[:, 0]
    found += [
        f"{_WORDS[name].capitalize()}: not known in {number} of {areas} areas, and not known is not met."
        for name, number in zip(FIGURES, np.isnan(stated).sum(axis=0), strict=True)
        if number and known.rows and getattr(standard, name) > 0
    ]
    codes = set(risk.units.index)
    if wide := sorted({row.area for row in known.rows} - codes):
        found.append(f"Figures of {', '.join(wide)} are for the whole of it and are not spread over its areas.")
    if ahead := sum(row.month is not None and row.month > str(country.month) for row in known.rows):
        found.append(f"{ahead} rows of {known.file} are about months after {country.month}: plans, not facts.")
    if resources is not None:
        found.append("Police on offer stand in for police of the country; they do not count towards the standard.")
    return tuple(one for one in found if one)
