"""The population of each settlement: a town's own figure where it holds, else its part of the rest of the area."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.spread import expected, whole_people
from toguna.sources.town_figures import Ground, chief_towns, figure_fault, matched_figures, sound_figures

# An admin 2 area this dense throughout is one city (the UN's degree of urbanisation calls a cell with 1,500
# people per km2 part of an urban centre); the settlements listed in it are its quarters.
CITY_PER_KM2 = 1_500.0


def settle(
    places: pd.DataFrame,
    towns: pd.DataFrame | None,
    needs: pd.DataFrame,
    density: pd.DataFrame | None,
    services: pd.DataFrame | None,
    profile: Profile,
    atlas: Atlas,
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the places with population, its year and basis, and the figures that cannot be used.

    Settlements of each admin 2 area sum exactly to its total in the latest current round of `needs`. A town
    figure that holds (see `town_figures`) is kept; the rest of the total is spread over the other settlements
    by the pattern in `spread`. Camps keep what they have.

    Parameters
    ----------
    places : table `places`
    towns : ingredient `_towns`, or None
    needs : table `needs`
    density : ingredient `_density`, or None; the year nearest to the round is used
    services : table `services`, or None
    """
    totals, year = area_totals(needs)
    home = places[(places["kind"] != "camp") & places["admin2_pcode"].isin(totals.index)]
    if home.empty:
        return places, _without_settlement(totals, home)
    chief = chief_towns(home, profile, atlas)
    pattern = scaled(expected(home, chief, _nearest_year(density, year), services, profile.crs), home, totals)
    quarters = _quarters(home, chief, totals, atlas)
    faults: list[Fault] = []
    figures = pd.DataFrame(columns=["place", "population", "source"])
    if towns is not None and len(towns):
        figures, unmatched = matched_figures(home, towns, profile)
        figures, inside = _outside_cities(figures, home, quarters, totals)
        figures, unsound = sound_figures(figures, Ground(home, pattern, totals, chief))
        faults = [*unmatched, *inside, *unsound]
    placed = _placed(home.drop(quarters.index), figures, pattern, totals, year)
    placed = _noted(pd.concat([placed, quarters]), figures)
    made = places.copy()
    made.loc[placed.index, placed.columns] = placed
    return made, [*faults, *_without_settlement(totals, home)]


def area_totals(needs: pd.DataFrame) -> tuple[pd.Series, int]:
    """Return people by admin 2 P-code in the latest current round (in any, where none is current), and its year."""
    current = needs[needs["round"] == "current"]
    rounds = current if len(current) else needs
    latest = rounds[rounds["date_start"] == rounds["date_start"].max()]
    return latest.groupby("pcode")["population"].sum().round(), int(latest["date_start"].iloc[0][:4])


def scaled(pattern: pd.Series, places: pd.DataFrame, totals: pd.Series) -> pd.Series:
    """Return the pattern in whole people, summing to each area's total exactly."""
    out = pd.Series(0, index=places.index, dtype=np.int64)
    for code, rows in places.groupby("admin2_pcode"):
        out[rows.index] = whole_people(float(totals[code]), pattern[rows.index].tolist())
    return out


def _placed(
    places: pd.DataFrame, figures: pd.DataFrame, pattern: pd.Series, totals: pd.Series, year: int
) -> pd.DataFrame:
    """Return population, year and basis: town figures first, the rest of each area by the pattern."""
    own = figures.set_index("place")["population"].round()
    people = own.reindex(places.index).astype(float)
    taken = people.groupby(places["admin2_pcode"]).sum()
    others = places[people.isna()]
    rest = (totals - taken.reindex(totals.index).fillna(0)).clip(lower=0)
    people = people.fillna(scaled(pattern[others.index], others, rest).astype(float))
    is_own = places.index.isin(own.index)
    return pd.DataFrame(
        {
            "population": people,
            # Owners of town figures do not say which year they counted.
            "population_year": np.where(is_own, np.nan, float(year)),
            "population_basis": np.where(is_own, "town", "modelled"),
            "note": places["note"],
        },
        index=places.index,
    )


def _outside_cities(
    figures: pd.DataFrame, home: pd.DataFrame, quarters: pd.DataFrame, totals: pd.Series
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the figures outside areas that are one city, and those inside as faults: the area's total holds there."""
    area = figures["place"].map(home["admin2_pcode"])
    inside = area.isin(set(home.loc[quarters.index, "admin2_pcode"]))
    reasons = area[inside].map(lambda code: f"its admin 2 area is one city, whose total is used ({totals[code]:,.0f})")
    return figures[~inside], [figure_fault(figures.loc[index], reason) for index, reason in reasons.items()]


def _quarters(home: pd.DataFrame, chief: pd.Series, totals: pd.Series, atlas: Atlas) -> pd.DataFrame:
    """Return the settlements that are quarters of a city which fills its area: no figure of their own."""
    km2 = atlas.areas.set_index("pcode")["area_km2"].reindex(totals.index)
    cities = totals.index[totals / km2 > CITY_PER_KM2]
    found = []
    for code in cities:
        inside = home[home["admin2_pcode"] == code]
        if chief[inside.index].sum() == 1:
            city = inside.loc[chief[inside.index], "name"].iloc[0]
            part = inside[~chief[inside.index]]
            note = part["note"].where(part["note"] == "", part["note"] + "; ") + f"quarter of {city}, counted there"
            found.append(
                pd.DataFrame(
                    {"population": np.nan, "population_year": np.nan, "population_basis": "none", "note": note},
                    index=part.index,
                )
            )
    empty = {"population": float, "population_year": float, "population_basis": str, "note": str}
    return pd.concat(found) if found else pd.DataFrame({k: pd.Series(dtype=v) for k, v in empty.items()})


def _noted(placed: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    note = placed["note"].copy()
    for place, source in zip(figures["place"], figures["source"], strict=True):
        note[place] = (note[place] + "; " if note[place] else "") + f"population from {source}"
    return placed.assign(note=note)


def _nearest_year(density: pd.DataFrame | None, year: int) -> pd.DataFrame | None:
    if density is None or density.empty:
        return None
    years = sorted(set(density["year"]), key=lambda one: (abs(one - year), -one))
    return density[density["year"] == years[0]]


def _without_settlement(totals: pd.Series, home: pd.DataFrame) -> list[Fault]:
    problem = "the area has people but no settlement to put them in, so they are in no place"
    remedy = "Add its settlements to the list of populated places."
    return [
        Fault("needs", None, "pcode", f"{code}: {totals[code]:,.0f} people", problem, remedy)
        for code in totals.index
        if code not in set(home["admin2_pcode"]) and totals[code] > 0
    ]
