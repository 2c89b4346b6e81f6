"""Whether a corridor is open, contested or closed in a month, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country import Country
from toguna.network.crossings import border_points, links_of
from toguna.network.names import plain
from toguna.network.parameters import parameters
from toguna.network.risk import incidents, near_links
from toguna.network.roads import Roads

_VIOLENT = ("attack", "atrocity", "blockade", "control_change")


class State(StrEnum):
    """State of a link or a corridor."""

    OPEN = N_("open")
    CONTESTED = N_("contested")
    CLOSED = N_("closed")


@dataclass(frozen=True)
class Reason:
    """Why a link is contested or closed: the words, the day, and the pack row behind it."""

    state: State
    text: str
    date: str
    table: str
    row: int


def link_reasons(country: Country, roads: Roads, month: Month) -> dict[int, list[Reason]]:
    """Return by link the reasons against it in a month, from closures, political events and single events."""
    found: dict[int, list[Reason]] = {}
    for link, reason in [
        *_closures(country, roads, month),
        *_political(country, roads, month),
        *_violent(country, roads, month),
    ]:
        found.setdefault(link, []).append(reason)
    for link in np.flatnonzero(~np.isfinite(roads.hours)).tolist():
        why = f"impassable in the {roads.season} season by {roads.vehicle}"
        found.setdefault(link, []).append(Reason(State.CLOSED, why, str(month), "links", link))
    return found


def is_watched(country: Country) -> bool:
    """Return whether anything violent could have been on record in the last months: a series or list reaches into them.

    Where all of them end before, no event is no evidence that a road was open.
    """
    first = str(country.month.back(parameters().status.contested_months - 1))
    violence = country.violence_monthly
    political = country.political_events
    lasts = [
        country.events["date_start"].max(),
        violence.loc[violence["unit_kind"] == "within_10km", "month"].max(),
        political.loc[political["kind"].isin(_VIOLENT), "date"].max(),
    ]
    return any(isinstance(last, str) and last[:7] >= first for last in lasts)


def closed_links(country: Country, roads: Roads, month: Month) -> list[int]:
    """Return links that a closure in force shuts in a month."""
    return [link for link, reason in _closures(country, roads, month) if reason.state is State.CLOSED]


def _in_force(row: pd.Series, month: Month) -> bool:
    return str(row["date"]) <= month.last_day.isoformat() and (
        not row["date_end"] or str(row["date_end"]) >= month.first_day.isoformat()
    )


def _closures(country: Country, roads: Roads, month: Month) -> list[tuple[int, Reason]]:
    """Return the links of crossings that a closure in force shuts."""
    rows = country.closures
    rows = rows[rows["kind"] == "crossing"]
    if rows.empty:
        return []
    links = links_of(border_points(country, roads))
    names = country.crossings.set_index("crossing_id")["name"]
    found = []
    for index, row in rows.iterrows():
        if _in_force(row, month):
            text = f"{names.get(row['subject'], row['subject'])}: {row['reason']}"
            reason = Reason(State(row["status"]), text, str(row["date"]), "closures", int(index))
            found += [(link, reason) for link in links.get(str(row["subject"]), [])]
    return found


def _political(country: Country, roads: Roads, month: Month) -> list[tuple[int, Reason]]:
    """Return attacks, blockades and changes of control at places on the network within the last months."""
    choice = parameters().status
    first = month.back(choice.contested_months - 1).first_day.isoformat()
    rows = country.political_events
    last = rows["date_end"].where(rows["date_end"] != "", rows["date"])
    rows = rows[rows["kind"].isin(_VIOLENT) & (last >= first) & (rows["date"] <= month.last_day.isoformat())]
    nodes: dict[str, list[int]] = {}
    for number, name in enumerate(roads.node_name):
        if name:
            nodes.setdefault(plain(str(name)), []).append(number)
    aliases = {plain(old): plain(new) for old, new in country.profile.place_aliases.items()}
    found = []
    for index, row in rows.iterrows():
        for part in str(row["place"]).replace(",", ";").split(";"):
            key = plain(part)
            for node in nodes.get(aliases.get(key, key), []):
                reason = Reason(State.CONTESTED, str(row["event"]), str(row["date"]), "political_events", int(index))
                found += [(int(link), reason) for link in np.flatnonzero((roads.start == node) | (roads.end == node))]
    return found


def _violent(country: Country, roads: Roads, month: Month) -> list[tuple[int, Reason]]:
    choice = parameters().status
    events = incidents(country, month, choice.contested_months)
    pairs = near_links(country, roads, events, choice.contested_km)
    return [
        (
            int(link),
            Reason(
                State.CONTESTED,
                f"deadly event near {events.loc[event, 'place']}",
                str(events.loc[event, "date"]),
                str(events.loc[event, "table"]),
                int(events.loc[event, "row"]),
            ),
        )
        for event, link in pairs.itertuples(index=False)
    ]


def worst(reasons: list[Reason]) -> State:
    """Return the state that reasons add up to."""
    states = {reason.state for reason in reasons}
    return next((state for state in (State.CLOSED, State.CONTESTED) if state in states), State.OPEN)
