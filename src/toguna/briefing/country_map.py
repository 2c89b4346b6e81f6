"""The map of the brief: hunger by area, refugees by camp, bases, borders."""

from __future__ import annotations

import bisect
from dataclasses import replace
from itertools import pairwise

import pandas as pd
import shapely

from toguna.assessment.protection import bases
from toguna.briefing.maps import Area, Base, Camp, MapSpec, MapWords, Road, Shape, Town, draw_map
from toguna.briefing.model import Figure
from toguna.briefing.wording import Wording
from toguna.country import Country

STEPS = (5_000, 20_000, 50_000, 100_000)  # people in phase 3 and above that part the classes
TOWNS_SHOWN = 22
MARGIN = 0.4  # degrees around country and camps


def country_map(say: Wording) -> Figure:
    """Return the map with title, legend, scale, date and disclaimer."""
    _ = say.language
    country = say.assessment.country
    camps = _camps(say)
    alt = _(
        "Map of {country}: {areas} areas by people in food crisis or worse, {camps} camps of refugees as circles, "
        "{bases} peacekeeping bases as squares."
    ).format(
        country=say.place_name(country.profile.iso3),
        areas=len(_level(country, 2)),
        camps=len(camps),
        bases=len(_bases(say)),
    )
    title = _("People in food crisis or worse, and refugees by camp")
    if _bases(say):
        title = _("People in food crisis or worse, refugees by camp, and bases")
    words = MapWords(
        title=title,
        alt=alt,
        class_title=_class_title(say),
        classes=_class_names(say),
        no_data=_("no data"),
        camps=_("Refugees in a camp"),
        bases=_bases_label(say),
        disclaimer=_("Boundaries and names shown do not imply endorsement or acceptance by anybody."),
        date=_.month(country.month),
        roads=(("plain", _("Main roads, schematic")),) if len(country.links) else (),
        circle_labels=tuple((float(people), _.number(people)) for people in (10_000, 100_000)),
    )
    return Figure(caption=title, svg=draw_map(_spec(say, camps, words)), alt=alt)


def bare_map(say: Wording, camps: tuple[Camp, ...], words: MapWords) -> MapSpec:
    """Return the country among its neighbours with its roads, camps and lakes; nothing else on it yet."""
    country = say.assessment.country
    basemap = country.basemap
    around = basemap[(basemap["kind"] == "country") & (basemap["iso3"] != country.profile.iso3)]
    outline = _level(country, 0)["geometry"].iloc[0]
    return MapSpec(
        crs=country.profile.crs,
        bbox=frame_of(outline, camps),
        outline=outline,
        areas=(),
        neighbours=tuple(
            Shape(row.geometry, say.place_name(str(row.iso3), str(row.name))) for row in around.itertuples(index=False)
        ),
        borders=tuple(basemap.loc[basemap["kind"] == "border", "geometry"]),
        inner_borders=(),
        rivers=(),
        lakes=tuple(basemap.loc[basemap["kind"] == "lake", "geometry"]),
        roads=road_lines(country),
        towns=(),
        camps=camps,
        bases=(),
        words=words,
    )


def _spec(say: Wording, camps: tuple[Camp, ...], words: MapWords) -> MapSpec:
    country = say.assessment.country
    basemap = country.basemap
    return replace(
        bare_map(say, camps, words),
        areas=_areas(say),
        inner_borders=tuple(shapely.boundary(one) for one in _level(country, 1)["geometry"]),
        rivers=tuple(basemap.loc[(basemap["kind"] == "river") & (basemap["rank"].fillna(9) <= 6), "geometry"]),
        towns=_towns(country),
        bases=_bases(say),
    )


def road_lines(country: Country) -> tuple[Road, ...]:
    """Return the roads of the pack, none of those that are only assumed."""
    links = country.links
    return (
        tuple(Road(shape) for shape in links.loc[links["link_basis"] != "synthetic", "geometry"]) if len(links) else ()
    )


def _level(country: Country, level: int) -> pd.DataFrame:
    return country.areas[country.areas["level"] == level]


def frame_of(outline: object, camps: tuple[Camp, ...]) -> tuple[float, float, float, float]:
    """Return west, south, east and north of the country and its camps, with a margin."""
    west, south, east, north = shapely.bounds(outline)
    lons = [camp.longitude for camp in camps]
    lats = [camp.latitude for camp in camps]
    return (
        min([west, *lons]) - MARGIN,
        min([south, *lats]) - MARGIN,
        max([east, *lons]) + MARGIN,
        max([north, *lats]) + MARGIN,
    )


def _areas(say: Wording) -> tuple[Area, ...]:
    known = {str(row["subject"]): float(row["value"]) for row in say.known("1.5")}
    return tuple(
        Area(row.geometry, bisect.bisect_right(STEPS, known[row.pcode]) if row.pcode in known else None)
        for row in _level(say.assessment.country, 2).itertuples()
    )


def _class_title(say: Wording) -> str:
    _ = say.language
    rows = [row for row in say.known("1.5") if row["subject_kind"] == "area"]
    if not rows:
        return _("Food crisis or worse")
    return _("Food crisis or worse, {period}").format(period=_.period(str(rows[0]["period"])))


def _class_names(say: Wording) -> tuple[str, ...]:
    _ = say.language
    if not any(row["subject_kind"] == "area" for row in say.known("1.5")):
        return ()
    low = [_("under {number}").format(number=_.number(STEPS[0]))]
    middle = [f"{_.number(a)}–{_.number(b)}" for a, b in pairwise(STEPS)]
    return (*low, *middle, _("{number} and more").format(number=_.number(STEPS[-1])))


def _camps(say: Wording) -> tuple[Camp, ...]:
    """Return the camps counted within the last five years, and never one that had closed."""
    _ = say.language
    country = say.assessment.country
    places = country.places.set_index("place_id")
    found = []
    for row in say.known("1.2"):
        place = str(row["subject"])
        if place in places.index and float(row["age_months"]) <= 72 and float(row["value"]) > 0:
            at = places.loc[place]
            name = say.subject(row).partition(" (")[0]
            found.append(Camp(name, float(at["longitude"]), float(at["latitude"]), float(row["value"])))
    return tuple(found)


def _bases(say: Wording) -> tuple[Base, ...]:
    rows = bases(say.assessment.country)
    return tuple(Base(str(row.site), float(row.longitude), float(row.latitude)) for row in rows.itertuples())


def _bases_label(say: Wording) -> str:
    _ = say.language
    rows = bases(say.assessment.country)
    if rows.empty:
        return _("Peacekeeping base")
    return _("Peacekeeping base, {year}").format(year=int(rows["year"].max()))


def _towns(country: Country) -> tuple[Town, ...]:
    """Return the capital, the seats of the admin 1 areas, then the largest towns."""
    places = country.places
    places = places[(places["iso3"] == country.profile.iso3) & places["kind"].isin(["capital", "town"])]
    seats = set(_level(country, 1)["name"])
    rank = places.apply(lambda row: 0 if row["kind"] == "capital" else 1 if row["name"] in seats else 2, axis=1)
    places = places.assign(rank=rank).sort_values(["rank", "population"], ascending=[True, False], kind="stable")
    places = places.drop_duplicates("name").head(TOWNS_SHOWN)
    return tuple(
        Town(str(row.name), float(row.longitude), float(row.latitude), min(int(row.rank), 2))
        for row in places.itertuples(index=False)
    )
