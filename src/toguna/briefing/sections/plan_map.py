"""The map of a plan: bases, and how many units are posted at each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from toguna.briefing.country_map import bare_map
from toguna.briefing.maps import MapWords, Mark, Town, draw_map
from toguna.briefing.model import Figure
from toguna.briefing.sections.risk_words import span
from toguna.briefing.wording import Wording
from toguna.planning.plan import Plan

_LEAST, _STEP = 5.6, 3.2  # radius of a mark with one digit in it, and of one unit; the area goes with the number


def _size(number: int) -> float:
    return max(_LEAST, _STEP * float(np.sqrt(number)))


def plan_map(say: Wording, plan: Plan) -> Figure:
    """Return the bases by the most units at each at one time."""
    _ = say.language
    country = say.assessment.country
    posted = plan.solved.units.sum(axis=0).max(axis=1)
    marks = tuple(
        Mark(str(int(number)), float(row.longitude), float(row.latitude), str(row.name), _size(int(number)))
        for row, number in zip(plan.situation.bases.itertuples(index=False), posted, strict=True)
        if number
    )
    months = span(say, plan.situation.months)
    caption = _("Units posted by base, {months}").format(months=months)
    samples = sorted({1, int(posted.max())})
    alt = _("Map of {country}: {bases} bases as circles with the number of units at each. The table has the figures.")
    words = MapWords(
        title=caption,
        alt=alt.format(country=say.place_name(country.profile.iso3), bases=len(marks)),
        class_title="",
        classes=(),
        no_data="",
        camps="",
        bases="",
        disclaimer=_("Boundaries and names shown do not imply endorsement or acceptance by anybody."),
        date="",
        roads=(("plain", _("Main roads, schematic")),) if len(country.links) else (),
        marks=_("Units at a base, most at one time"),
        mark_sizes=tuple((_size(one), str(one)) for one in samples),
    )
    names = {one.name for one in marks}
    first = country.areas[country.areas["level"] == 1]
    places = country.places[(country.places["iso3"] == country.profile.iso3) & ~country.places["name"].isin(names)]
    seats = places[(places["kind"] == "capital") | ((places["kind"] == "town") & places["name"].isin(first["name"]))]
    spec = replace(
        bare_map(say, (), words),
        inner_borders=tuple(shapely.boundary(one) for one in first["geometry"]),
        towns=tuple(
            Town(str(row.name), float(row.longitude), float(row.latitude), 0 if row.kind == "capital" else 1)
            for row in seats.drop_duplicates("name").itertuples(index=False)
        ),
        marks=marks,
        width_mm=105.0,
    )
    return Figure(caption=caption, svg=draw_map(spec), alt=words.alt, is_half=True)
