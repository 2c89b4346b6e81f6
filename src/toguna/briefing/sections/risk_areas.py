"""Where the forecast expects violence: admin 2 areas on a map, and the same in a table. Areas only, never actors."""

from __future__ import annotations

import bisect
from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely

from toguna.briefing.country_map import bare_map
from toguna.briefing.maps import Area, MapSpec, MapWords, Town, draw_map
from toguna.briefing.model import Cell, Figure, Table
from toguna.briefing.sections.risk_words import ALLOCATED, chance, cited, expected, span, spread
from toguna.briefing.wording import Wording
from toguna.forecasting.forecast import Forecast
from toguna.forecasting.targets import target_of

AREAS_SHOWN = 10
STEPS = (0.05, 0.25, 0.5, 0.75)  # chances that part the classes
_LEAST = 10


def _caption(say: Wording, found: Forecast) -> str:
    _ = say.language
    caption = _("{what} by area, {months}").format(
        what=_(target_of(found.panel.target).label), months=span(say, found.months)
    )
    return _("{label}: {subject}").format(label=caption, subject=_(ALLOCATED)) if found.allocated else caption


def risk_areas(say: Wording, found: Forecast) -> Table:
    """Return the areas with most at risk over all months."""
    _ = say.language
    rows = found.whole.sort_values("mean", ascending=False, kind="stable").head(AREAS_SHOWN)
    return Table(
        caption=_caption(say, found),
        columns=(_("Area"), _("Expected"), _("90% range"), _("At least {least}").format(least=_LEAST)),
        numeric=(False, True, True, True),
        rows=tuple(
            (
                Cell(text=str(row["name"])),
                Cell(text=expected(say, row["mean"])),
                Cell(text=spread(say, row["low"], row["high"])),
                Cell(text=chance(say, row[f"chance_{_LEAST}"])),
            )
            for row in rows.to_dict("records")
        ),
        note=_note(say, found),
        is_half=True,
    )


def _note(say: Wording, found: Forecast) -> str:
    _ = say.language
    source = f"{cited(say, found)}."
    if not found.allocated:
        return source
    return source + " " + _(
        "The country’s forecast is shared out by how many months have deaths on record, in events and near base towns. "
        "An area far from base towns looks safer than it is; no share was ever tested."
    )  # fmt: skip


def risk_map(say: Wording, found: Forecast) -> Figure:
    """Return the areas by the chance of at least ten over all months; an area without a forecast is hatched."""
    _ = say.language
    country = say.assessment.country
    caption = _caption(say, found)
    mark = _(ALLOCATED) if found.allocated else ""
    alt = _("Map of {country}: areas by the chance of {least} or more, {what}. The table beside it has the figures.")
    words = MapWords(
        title=caption,
        alt=alt.format(country=say.place_name(country.profile.iso3), least=_LEAST, what=caption),
        class_title=_("Chance of {least} or more").format(least=_LEAST),
        classes=_classes(say),
        no_data=_("no data"),
        camps="",
        bases="",
        disclaimer=_("Boundaries and names shown do not imply endorsement or acceptance by anybody."),
        date="",
        stamp=mark[:1].upper() + mark[1:],
    )
    return Figure(caption=caption, svg=draw_map(_spec(say, found, words)), alt=words.alt, is_half=True)


def _classes(say: Wording) -> tuple[str, ...]:
    _ = say.language
    low = _("under {number}").format(number=_.percent(STEPS[0]))
    middle = [f"{_.percent(a)}–{_.percent(b)}" for a, b in pairwise(STEPS)]
    return (low, *middle, _("{number} and more").format(number=_.percent(STEPS[-1])))


def _spec(say: Wording, found: Forecast, words: MapWords) -> MapSpec:
    country = say.assessment.country
    shares = found.whole.set_index("unit")[f"chance_{_LEAST}"]
    first, second = (country.areas[country.areas["level"] == level] for level in (1, 2))
    places = country.places[country.places["iso3"] == country.profile.iso3]
    seats = places[(places["kind"] == "capital") | ((places["kind"] == "town") & places["name"].isin(first["name"]))]
    return replace(
        bare_map(say, (), words),
        areas=tuple(
            Area(row.geometry, _class(float(shares[row.pcode])) if row.pcode in shares.index else None)
            for row in second.itertuples()
        ),
        inner_borders=tuple(shapely.boundary(one) for one in first["geometry"]),
        roads=(),
        towns=tuple(
            Town(str(row.name), float(row.longitude), float(row.latitude), 0 if row.kind == "capital" else 1)
            for row in seats.drop_duplicates("name").itertuples(index=False)
        ),
        width_mm=84.0,
    )


def _class(share: float) -> int | None:
    return None if np.isnan(share) else bisect.bisect_right(STEPS, share)
