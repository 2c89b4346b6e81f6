"""Principle 4 on the road: corridors to the aid hubs, who is cut off in the rains, and the links most depends on."""

from __future__ import annotations

import bisect
from dataclasses import replace
from itertools import pairwise

import shapely

from toguna.briefing.country_map import bare_map
from toguna.briefing.maps import Area, MapSpec, MapWords, Mark, Road, Town, draw_map
from toguna.briefing.model import Block, Cell, Figure, Paragraph, Section, Table
from toguna.briefing.sections.build import fill
from toguna.briefing.wording import Wording
from toguna.network.hub_corridors import hub_corridors
from toguna.network.status import is_watched

STEPS = (0.05, 0.25, 0.5, 0.75)  # shares of people cut off that part the classes
LINKS_SHOWN = 5


def roads(say: Wording) -> Section | None:
    """Return the section on roads; None where the pack has none."""
    _ = say.language
    if not say.known("4.9"):
        return None
    found = [_map(say), _corridors(say), _critical(say), _cut_off(say)]
    blocks: tuple[Block, ...] = tuple(block for block in found if block)
    return Section(title=_("Roads: corridors and reach"), principle=4, blocks=blocks)


def _corridors(say: Wording) -> Table:
    _ = say.language
    country = say.assessment.country
    states = hub_corridors(country).set_index("place_id")
    is_known = is_watched(country)
    rows = []
    for row in say.all("4.9"):
        one = states.loc[str(row["subject"])]
        state = Cell(text=_(str(one["state"]))) if is_known or one["state"] == "closed" else say.cell(None)
        km = "" if one["km"] != one["km"] else _.number(float(one["km"]))
        rows.append((Cell(text=say.subject(row)), Cell(text=km), say.cell(row, mark=False), state))
    capital = str(country.places.loc[country.places["kind"] == "capital", "name"].iloc[0])
    return Table(
        caption=_("Corridors by lorry from {capital}").format(capital=capital),
        columns=(_("To"), _("km"), _("Hours"), _("State")),
        numeric=(False, True, True, False),
        rows=tuple(rows),
        note=_("Contested or closed only where something is on record against a link; events are a partial sample."),
        is_half=True,
    )


def _critical(say: Wording) -> Table | None:
    _ = say.language
    rows = [row for row in say.known("4.10") if float(row["value"]) > 0][:LINKS_SHOWN]
    if not rows:
        return None
    return Table(
        caption=_("Links whose closing cuts most people off from aid"),
        columns=(_("No."), _("Link"), _("People")),
        numeric=(False, False, True),
        rows=tuple(
            (Cell(text=str(number)), Cell(text=say.subject(row)), say.cell(row, mark=False))
            for number, row in enumerate(rows, start=1)
        ),
        wide=1,
        note=_("People within eight hours by lorry of an aid hub, and not without the link."),
        is_half=True,
    )


def _cut_off(say: Wording) -> Paragraph | None:
    _ = say.language
    number = f"1.14-{say.assessment.country.profile.iso3}"
    row = say.find(number)
    if row is None or row["is_missing"]:
        return None
    template = _(
        "In the rains {share} of people live more than eight hours by lorry from the capital and regional seats."
    )
    return Paragraph(runs=fill(template, share=say.run(number)))


def _map(say: Wording) -> Figure:
    _ = say.language
    country = say.assessment.country
    title = _("Corridors, and people cut off from aid in the rains")
    marks = _marks(say)
    alt = _("Map of {country}: main roads, corridors from the capital by state, areas by the share of people cut off.")
    words = MapWords(
        title=title,
        alt=alt.format(country=say.place_name(country.profile.iso3)),
        class_title=_("People over 8 h from aid"),
        classes=_classes(say),
        no_data=_("no data"),
        camps="",
        bases="",
        disclaimer=_("Boundaries and names shown do not imply endorsement or acceptance by anybody."),
        date=_.month(country.month),
        roads=_road_words(say),
        marks=_("Link of the table"),
    )
    return Figure(caption=title, svg=draw_map(_spec(say, words, marks)), alt=words.alt, is_half=True)


def _road_words(say: Wording) -> tuple[tuple[str, str], ...]:
    """Return the legend of the roads: only what the map shows."""
    _ = say.language
    names = {
        "plain": _("Main roads, schematic"),
        "unknown": _("Corridor, state not known"),
        "open": _("Corridor, open"),
        "contested": _("Corridor, contested"),
        "closed": _("Corridor, closed"),
    }
    shown = {"plain", *(road.style for road in _corridor_lines(say))}
    return tuple((style, name) for style, name in names.items() if style in shown)


def _classes(say: Wording) -> tuple[str, ...]:
    _ = say.language
    low = _("under {number}").format(number=_.percent(STEPS[0]))
    middle = [f"{_.percent(a)}–{_.percent(b)}" for a, b in pairwise(STEPS)]
    return (low, *middle, _("{number} and more").format(number=_.percent(STEPS[-1])))


def _marks(say: Wording) -> tuple[Mark, ...]:
    shapes = say.assessment.country.links.set_index("link_id")["geometry"]
    found = []
    for number, row in enumerate([row for row in say.known("4.10") if float(row["value"]) > 0][:LINKS_SHOWN], start=1):
        middle = shapely.line_interpolate_point(shapes[str(row["subject"])], 0.5, normalized=True)
        found.append(Mark(str(number), middle.x, middle.y))
    return tuple(found)


def _spec(say: Wording, words: MapWords, marks: tuple[Mark, ...]) -> MapSpec:
    country = say.assessment.country
    second = country.areas[country.areas["level"] == 2]
    share = {str(row["subject"]): float(row["value"]) for row in say.known("1.14")}
    hubs = {str(row["subject"]) for row in say.all("4.9")}
    places = country.places[country.places["place_id"].isin(hubs) | (country.places["kind"] == "capital")]
    bare = bare_map(say, (), words)
    return replace(
        bare,
        areas=tuple(
            Area(row.geometry, bisect.bisect_right(STEPS, share[row.pcode]) if row.pcode in share else None)
            for row in second.itertuples()
        ),
        roads=(*bare.roads, *_corridor_lines(say)),
        towns=tuple(
            Town(str(row.name), float(row.longitude), float(row.latitude), 0 if row.kind == "capital" else 1)
            for row in places.itertuples(index=False)
        ),
        marks=marks,
        width_mm=84.0,
    )


def _corridor_lines(say: Wording) -> tuple[Road, ...]:
    """Return the links of all corridors, each drawn once in the worst state of the corridors over it."""
    country = say.assessment.country
    order = ("unknown", "open", "contested", "closed")
    worst: dict[int, str] = {}
    for row in hub_corridors(country).itertuples():
        state = str(row.state) if is_watched(country) or row.state == "closed" else "unknown"
        for link in row.links:
            worst[link] = max(worst.get(link, order[0]), state, key=order.index)
    shapes = country.links["geometry"].to_numpy()
    return tuple(Road(shapes[link], state) for link, state in sorted(worst.items()))
