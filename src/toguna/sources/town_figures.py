"""Which published figure belongs to which settlement, and which figures cannot be the town's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import pandas as pd
import shapely

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas, normal_name
from toguna.sources.points import metric

NAME_M = 10_000.0  # the same name within this distance is the same town
ALIKE_M = 2_000.0  # a name spelt alike must lie nearer
ALIKE = 0.75  # share of letters in common, as difflib counts them
MOST_OF_AREA = 0.8  # a town holds at most this share of its admin 2 area
CONTRADICTION = 3.0  # two sources that differ by more cannot both be right
RANK_SIZE = 1.5  # a figure this many times what the rank-size rule gives the largest settlement of its commune
OFF_PATTERN = 10.0  # a figure this many times what the grid has in a settlement that is no chief town, or a part of it
# Where both sources hold, this one's figure is taken: it is kept town by town, while the others mostly repeat
# the census figure of the whole commune.
PREFERRED = "geonames"


@dataclass(frozen=True)
class Ground:
    """What a town figure is judged by.

    Attributes
    ----------
    places : settlements
    pattern : people modelled in each settlement, scaled to the totals
    totals : people in each admin 2 area
    chief : whether a settlement is the chief town of its admin 2 area
    """

    places: pd.DataFrame
    pattern: pd.Series
    totals: pd.Series
    chief: pd.Series


def chief_towns(places: pd.DataFrame, profile: Profile, atlas: Atlas) -> pd.Series:
    """Return whether each settlement is the chief town of its admin 2 area: no village, and named like it."""
    names = atlas.areas.set_index("pcode")["name"].map(lambda name: _key(name, profile))
    named_like = places["name"].map(lambda name: _key(name, profile)) == places["admin2_pcode"].map(names)
    return (named_like & (places["kind"] == "town")) | (places["kind"] == "capital")


def matched_figures(places: pd.DataFrame, towns: pd.DataFrame, profile: Profile) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the town figures with the settlement (`place`, an index label) each belongs to, and those of none.

    The name must be the same within 10 km, or alike within 2 km; then the higher kind and the nearer win.
    """
    at = metric(places["longitude"], places["latitude"], profile.crs)
    towns = towns.reset_index(drop=True)
    town, place = shapely.STRtree(at).query(
        metric(towns["longitude"], towns["latitude"], profile.crs), predicate="dwithin", distance=NAME_M
    )
    away = shapely.distance(metric(towns["longitude"], towns["latitude"], profile.crs)[town], at[place])
    town_key, place_key = (frame["name"].map(lambda name: _key(name, profile)).to_numpy() for frame in (towns, places))
    likeness = [_likeness(town_key[t], place_key[p], metres) for t, p, metres in zip(town, place, away, strict=True)]
    kind = (places["kind"] == "village").to_numpy()[place]
    pairs = pd.DataFrame({"town": town, "place": places.index[place], "alike": likeness, "kind": kind, "away": away})
    pairs = pairs[pairs["alike"] >= ALIKE].sort_values(["alike", "kind", "away"], ascending=[False, True, True])
    best = pairs.drop_duplicates("town").set_index("town")["place"]
    reason = "no settlement of this name, or one like it, is near; if it has another name here, add it to place_aliases"
    unmatched = [figure_fault(towns.loc[index], reason) for index in towns.index.difference(best.index)]
    return towns.join(best, how="inner"), unmatched


def sound_figures(figures: pd.DataFrame, ground: Ground) -> tuple[pd.DataFrame, list[Fault]]:
    """Return one figure for each settlement, with those that cannot be the town's own as faults."""
    if figures.empty:
        return figures, []
    reasons = pd.Series("", index=figures.index, dtype=str)
    for rule in (_over_area, _contradicted, _over_commune, _under_pattern):
        for index, reason in rule(figures[reasons == ""], ground):
            reasons[index] = reason
    kept = figures[reasons == ""]
    kept = kept.assign(later=kept["source"].str.split("@").str[0] != PREFERRED)
    kept = kept.sort_values(["place", "later", "source", "line"], kind="stable").drop_duplicates("place")
    faults = [figure_fault(figures.loc[index], reason) for index, reason in reasons[reasons != ""].items()]
    kept, crowded = _leave_a_rest(kept, ground)
    return kept, [*faults, *crowded]


def _key(name: str, profile: Profile) -> str:
    aliases = {normal_name(other): normal_name(ours) for other, ours in profile.place_aliases.items()}
    key = normal_name(name)
    return aliases.get(key, key)


def _likeness(town: str, place: str, metres: float) -> float:
    if town == place:
        return 1.0
    return SequenceMatcher(None, town, place).ratio() if metres <= ALIKE_M else 0.0


_Reasons = Iterator[tuple[object, str]]


def _over_area(figures: pd.DataFrame, ground: Ground) -> _Reasons:
    total = figures["place"].map(ground.places["admin2_pcode"]).map(ground.totals)
    for index in figures.index[figures["population"] > MOST_OF_AREA * total]:
        yield index, f"more than {MOST_OF_AREA:.0%} of all people in its admin 2 area ({total[index]:,.0f})"


def _contradicted(figures: pd.DataFrame, ground: Ground) -> _Reasons:
    """Refuse the larger of two figures that contradict each other, and the smaller if the grid has more too."""
    for place, group in figures.groupby("place"):
        low, high = group["population"].min(), group["population"].max()
        if high <= CONTRADICTION * low:
            continue
        for index, people in group["population"].items():
            if people > CONTRADICTION * low:
                yield index, f"more than {CONTRADICTION:g} times another source's figure for the town ({low:,.0f})"
            elif people < ground.pattern[place]:
                yield index, f"another source has more than {CONTRADICTION:g} times as many, and the grid has more too"


def _over_commune(figures: pd.DataFrame, ground: Ground) -> _Reasons:
    """Refuse what must be the figure of a whole commune; chief towns may well hold most of theirs."""
    commune = ground.places["admin3_pcode"].where(ground.places["admin3_pcode"] != "", ground.places["admin2_pcode"])
    people = ground.pattern.groupby(commune).transform("sum")
    count = commune.map(commune.value_counts())
    largest = people / count.map(lambda n: (1 / np.arange(1, n + 1)).sum())
    for index, row in figures[~figures["place"].map(ground.chief).astype(bool)].iterrows():
        place, figure = row["place"], row["population"]
        if figure > RANK_SIZE * largest[place]:
            share = figure / people[place]
            yield index, f"{share:.0%} of what the grid has in its commune: the figure of the commune, not of the town"
        elif figure > OFF_PATTERN * ground.pattern[place]:
            people_there = f"{ground.pattern[place]:,.0f}"
            yield index, f"more than {OFF_PATTERN:g} times what the grid has in the settlement ({people_there})"


def _under_pattern(figures: pd.DataFrame, ground: Ground) -> _Reasons:
    there = figures["place"].map(ground.pattern)
    for index in figures.index[OFF_PATTERN * figures["population"] < there]:
        yield index, f"less than a tenth of what the grid has in the settlement ({there[index]:,.0f})"


def _leave_a_rest(figures: pd.DataFrame, ground: Ground) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the figures that leave the other settlements of each area a fifth; the least likely go first."""
    faults = []
    area = figures["place"].map(ground.places["admin2_pcode"])
    excess = (figures["population"] / figures["place"].map(ground.pattern).clip(lower=1)).sort_values(ascending=False)
    for index in excess.index:
        code = area[index]
        held = figures.loc[area.reindex(figures.index) == code, "population"].sum()
        if held > MOST_OF_AREA * ground.totals.get(code, np.inf):
            reason = f"the towns of its admin 2 area together would hold more than {MOST_OF_AREA:.0%} of its people"
            faults.append(figure_fault(figures.loc[index], reason))
            figures = figures.drop(index)
    return figures, faults


def figure_fault(figure: pd.Series, reason: str) -> Fault:
    """Return a town figure that is not used, with the reason."""
    value = f"{figure['name']}: {figure['population']:,.0f}"
    remedy = "The settlement's population is modelled instead; put a better figure into the file if you have one."
    return Fault(str(figure["file"]), int(figure["line"]), "population", value, reason, remedy)
