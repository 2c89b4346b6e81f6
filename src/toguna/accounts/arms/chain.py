"""The owner chain of a weapon: who held it, from when, by which step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from toguna.accounts.book.record import Happened, Record


@dataclass(frozen=True)
class Link:
    """One holder of the chain.

    Attributes
    ----------
    step : by which the weapon came to the holder
    on : day, ISO 8601; empty where it was erased
    holder, holder_kind : who holds it from then on; a name, so never printed
    follows : whether the one before handed it over; False at the start and after a loss
    """

    step: str
    on: str
    holder: str = field(repr=False)
    holder_kind: str
    follows: bool


def chain(record: Record) -> tuple[Link, ...]:
    """Return the holders of a weapon, oldest first; a correction of a holder is made on the link it corrects."""
    links: list[Link] = []
    for happened in record.history:
        fields = happened.fields or {}
        if happened.step == "corrected":
            if links and (fields.get("holder") or fields.get("on")):
                last = links.pop()
                name, on = fields.get("holder") or last.holder, fields.get("on") or last.on
                links.append(Link(last.step, on, name, last.holder_kind, last.follows))
        elif "holder" in fields:
            came = "from_holder" in fields
            links.append(Link(happened.step, fields["on"], fields["holder"], fields["holder_kind"], came))
    return tuple(links)


def taken(record: Record) -> Iterator[Happened]:
    """Return the steps that placed a weapon in an area and month, each as corrected since."""
    placed: Happened | None = None
    for happened in record.history:
        fields = happened.fields
        if fields is None:
            continue
        if happened.step == "corrected":
            if placed is not None:
                again = {key: fields[key] for key in ("on", "area", "month") if fields.get(key) is not None}
                placed = Happened(placed.step, {**(placed.fields or {}), **again}, placed.actor, placed.at)
        elif "area" in fields:
            if placed is not None:
                yield placed
            placed = happened
    if placed is not None:
        yield placed
