"""`monthly` and `casualties`: what rights records add up to, by open fields; small cells are suppressed afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from toguna.accounts.book.record import Record
from toguna.accounts.rights.parts import ESTABLISHED, Part, child_violation, is_killed, live
from toguna.accounts.rights.vocabularies import acts as act_codes

_ACTS = ["area", "month", "date_precision", "standing", "act", "perpetrator", "child_violation"]
_KILLED = ["area", "month", "date_precision", "standing", "perpetrator", "age", "sex", "status"]
_NUMBERS = ["least", "best", "most"]
Numbers = tuple[int, int, int]


def standing(record: Record) -> str:
    """Return how far a record is established: reported, corroborated, verified or refuted.

    A record passed on or followed up stays verified.
    """
    return "verified" if record.state in ESTABLISHED else record.state


def monthly(records: Iterable[Record]) -> pd.DataFrame:
    """Return acts by area, month, standing, kind of act, kind of force and grave violation against children.

    An act by forces of several kinds counts once, as by "several". Records joined to another are left out.

    Returns
    -------
    pandas.DataFrame
        One row a cell that occurs: area (p-code), month (YYYY-MM), date_precision, standing, act, perpetrator,
        child_violation ("" for none), count (acts).
    """
    cells: dict[tuple[str, ...], int] = defaultdict(int)
    for record in records:
        if (place := _placed(record)) is None:
            continue
        for act in live(record, "acts"):
            force = _perpetrator(record, act)
            cells[*place, act["kind"], force, child_violation(record, act)] += 1
    rows = [(*key, number) for key, number in sorted(cells.items())]
    return pd.DataFrame(rows, columns=[*_ACTS, "count"])


def casualties(records: Iterable[Record]) -> pd.DataFrame:
    """Return people killed, each once: fewest, likeliest and most, by area, month, standing, force, age, sex, status.

    People named out of a group are counted by name; the group counts for the rest of it. A death counted in another
    record is counted there.

    Returns
    -------
    pandas.DataFrame
        One row a cell that occurs: area, month, date_precision, standing, perpetrator, age, sex, status, least, best,
        most (people).
    """
    cells: dict[tuple[str, ...], Numbers] = defaultdict(lambda: (0, 0, 0))
    for record in records:
        if (place := _placed(record)) is None:
            continue
        deadly = [one for one in live(record, "acts") if act_codes()[one["kind"]].deadly]
        for victim in live(record, "victims"):
            if not is_killed(record, victim):
                continue
            act = next(one for one in deadly if one["ref"] in victim["acts"])
            key = (*place, _perpetrator(record, act), victim["age"], victim["sex"], victim["status"])
            before, now = cells[key], people(record, victim)
            cells[key] = (before[0] + now[0], before[1] + now[1], before[2] + now[2])
    rows = [(*key, *numbers) for key, numbers in sorted(cells.items()) if any(numbers)]
    return pd.DataFrame(rows, columns=[*_KILLED, *_NUMBERS])


def people(record: Record, victim: Part) -> Numbers:
    """Return how many people a victim entry stands for: 1, or a group's numbers without those named out of it."""
    if victim["kind"] == "individual":
        return (1, 1, 1)
    named = sum(one.get("part_of") == victim["ref"] for one in live(record, "victims"))
    return max(0, victim["least"] - named), max(0, victim["best"] - named), max(0, victim["most"] - named)


def _placed(record: Record) -> tuple[str, ...] | None:
    """Return area, month, precision of the date and standing; None where a record is not to be counted."""
    found = [record.values.get(name) for name in ("area", "month", "date_precision")]
    if record.state in {"", "joined"} or any(one is None for one in found):
        return None
    return (*(str(one) for one in found), standing(record))


def _perpetrator(record: Record, act: Part) -> str:
    kinds = {one["perpetrator"] for one in live(record, "involvements") if one["act"] == act["ref"]}
    return "several" if len(kinds) > 1 else next(iter(kinds), "unknown")


def counted_nowhere(records: Iterable[Record]) -> tuple[str, ...]:
    """Return records whose event or death is said to be counted in another record that does not count it, by id.

    That other record is not there, has no act or is joined itself: somebody would be lost from the count. They are for
    a person to look at; nothing is moved.
    """
    known = {one.id: one for one in records}
    counting = {name for name, one in known.items() if _placed(one) is not None and live(one, "acts")}
    found = []
    for name, record in known.items():
        into = (
            [record.values["joinings"][-1]["into"]] if record.state == "joined" and "joinings" in record.values else []
        )
        named = [] if record.state == "joined" else [one.get("counted_in") for one in live(record, "victims")]
        if any(one not in counting for one in (*into, *named) if one is not None):
            found.append(name)
    return tuple(sorted(found))
