"""The order times must have: nobody is registered before being taken, nor visited after being handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from toguna.accounts.custody.times import moment

TAKEN = "apprehended_at"
ENDS = ("handed_over_at", "transferred_at", "released_at", "escaped_at", "died_at")
IN_CUSTODY = ("registered_at", "held_at", "moved_at", "notified_at", "assessed_at")
LISTS = {  # name a step collects by -> time in each of its items
    "visits": "visited_at",
    "examinations": "examined_at",
    "extensions": "extended_at",
    "breaches": "breached_at",
    "follow_ups": "followed_up_at",
}
PAIRS = (  # earlier, later
    *((TAKEN, later) for later in (*IN_CUSTODY, *ENDS)),
    ("registered_at", "held_at"),
    *((earlier, later) for earlier in ("registered_at", "held_at", "moved_at", "assessed_at") for later in ENDS),
    ("handed_over_at", "human_rights_told_at"),
    ("died_at", "inquiry_opened_at"),
    ("inquiry_opened_at", "inquiry_concluded_at"),
)


def disorder(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each (earlier, later) whose times stand the other way round.

    Parameters
    ----------
    values : what a record holds, or would hold; times as ISO 8601 with offset

    Examples
    --------
    >>> list(disorder({"apprehended_at": "2013-02-03T10:00:00Z", "registered_at": "2013-02-03T10:30:00+01:00"}))
    [('apprehended_at', 'registered_at')]
    """
    at = {key: moment(value) for key, value in values.items() if key.endswith("_at") and isinstance(value, str)}
    yield from ((first, then) for first, then in PAIRS if first in at and then in at and at[then] < at[first])
    end = next((key for key in ENDS if key in at), None)
    for name, key in LISTS.items():
        times: list[datetime] = [moment(one[key]) for one in values.get(name, ()) if one.get(key)]
        start = end if name == "follow_ups" else TAKEN
        if times and start in at and min(times) < at[start]:
            yield start, key
        if name in {"visits", "examinations", "extensions"} and times and end and max(times) > at[end]:
            yield key, end
