"""A schedule as a file: a table, routes for a satellite receiver (GPX), or a calendar (iCalendar).

Every form says that it is sensitive: a schedule tells where patrols and aid convoys will be, and when.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd

from toguna.core.errors import AskError
from toguna.planning.rounds import SENSITIVE, Rounds

FORMS = (".csv", ".parquet", ".json", ".gpx", ".ics")
_OCTETS = 75  # longest line of a calendar without its line break, RFC 5545, 3.1


def write_rounds(found: Rounds, path: Path | str) -> None:
    """Write a schedule, whole or not at all; the suffix says how. The file is sensitive, and says so.

    .csv, .parquet and .json hold the stops, one row each (in .csv and .parquet with a column `handling`, so that the
    warning stays with every row; in .json beside them). .gpx (GPX 1.1) holds one route a round, .ics (RFC 5545) one
    event a round. Times are local times without a zone.

    Raises
    ------
    AskError
        The suffix is none of these.
    """
    to = Path(path)
    forms: dict[str, Callable[[Rounds, Path], None]] = {
        ".csv": _csv, ".parquet": _parquet, ".json": _json,
        ".gpx": lambda one, at: _text(as_gpx(one), at), ".ics": lambda one, at: _text(as_ics(one), at),
    }  # fmt: skip
    if to.suffix.lower() not in forms:
        raise AskError(f"Rounds cannot be written as {to.name!r}. Use one of {', '.join(FORMS)}.")
    fresh = to.with_name(f".{to.stem}-new{to.suffix}")
    try:
        forms[to.suffix.lower()](found, fresh)
        fresh.replace(to)
    finally:
        fresh.unlink(missing_ok=True)


def _table(found: Rounds) -> pd.DataFrame:
    return found.stops.assign(handling=SENSITIVE)


def _csv(found: Rounds, to: Path) -> None:
    _table(found).to_csv(to, index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M")


def _parquet(found: Rounds, to: Path) -> None:
    _table(found).to_parquet(to, index=False)


def _json(found: Rounds, to: Path) -> None:
    stops = json.loads(found.stops.to_json(orient="records", date_format="iso", date_unit="s", force_ascii=False))
    made = {"month": str(found.month), "run": found.made_from.run_id}
    whole = {"handling": SENSITIVE, "made_from": made, "stops": stops}
    to.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _text(text: str, to: Path) -> None:
    to.write_bytes(text.encode("utf-8"))


def as_gpx(found: Rounds) -> str:
    """Return a schedule as GPX 1.1: one route a round, one point a stop with the time it is left (local time)."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="Toguna" xmlns="http://www.topografix.com/GPX/1/1" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd">',
        "<metadata>",
        f"<name>Rounds of {found.month}</name>",
        f"<desc>{escape(SENSITIVE)} Times are local times.</desc>",
        "</metadata>",
    ]
    for number, (name, part) in enumerate(found.stops.groupby("round", sort=False), 1):
        lines += ["<rte>", f"<name>{escape(_title(part))}</name>", f"<desc>{escape(str(name))}</desc>"]
        lines += [f"<number>{number}</number>", f"<type>{part['kind'].iloc[0]}</type>"]
        for stop in part.itertuples():
            lines += [
                f'<rtept lat="{stop.latitude:.6f}" lon="{stop.longitude:.6f}">',
                f"<time>{stop.departure:%Y-%m-%dT%H:%M:%S}</time>",
                f"<name>{escape(stop.place)}</name>",
                f"<desc>{escape(_stay(stop))}</desc>",
                f"<type>{escape(stop.purpose)}</type>",
                "</rtept>",
            ]
        lines.append("</rte>")
    return "\n".join([*lines, "</gpx>", ""])


def as_ics(found: Rounds) -> str:
    """Return a schedule as an iCalendar: one event a round in local time, confidential.

    The identifier of an event is that of its round: who makes the schedule anew replaces the events of before.
    """
    stamp = f"{found.month.first_day:%Y%m%d}T000000Z"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Toguna//Rounds//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
             f"X-WR-CALNAME:Rounds of {found.month}", f"X-WR-CALDESC:{_escaped(SENSITIVE)}"]  # fmt: skip
    for name, part in found.stops.groupby("round", sort=False):
        first, last = part.iloc[0], part.iloc[-1]
        stays = "\n".join(f"{stop.place}: {_stay(stop)}" for stop in part.itertuples())
        lines += [
            "BEGIN:VEVENT",
            f"UID:{found.made_from.pack}-{name}-{first['convoy'] or 'alone'}@toguna",
            f"DTSTAMP:{stamp}",
            f"DTSTART:{first['departure']:%Y%m%dT%H%M%S}",
            f"DTEND:{last['arrival']:%Y%m%dT%H%M%S}",
            f"SUMMARY:{_escaped(_title(part))}",
            f"DESCRIPTION:{_escaped(stays)}\\n{_escaped(SENSITIVE)}",
            f"LOCATION:{_escaped(first['place'])}",
            f"GEO:{first['latitude']:.6f};{first['longitude']:.6f}",
            "CLASS:CONFIDENTIAL",
            f"CATEGORIES:{first['kind'].upper()}",
            "END:VEVENT",
        ]
    return "".join(f"{line}\r\n" for whole in [*lines, "END:VCALENDAR"] for line in _folded(whole))


def _title(part: pd.DataFrame) -> str:
    first = part.iloc[0]
    who = f"{first['unit_kind']} {first['number']} of {first['base']}"
    if first["kind"] == "convoy":
        hub = part[part["purpose"] == "deliver aid"]["place"].iloc[0]
        return f"Aid convoy to {hub}, escort: {who}"
    if first["kind"] == "move":
        return f"{who}: {first['place']} to {part['place'].iloc[-1]}"
    return f"Patrol, {who}"


def _stay(stop: object) -> str:
    """Return what a stop is for and when, as `visit, 08:44 to 09:44`."""
    arrival, departure = stop.arrival, stop.departure  # type: ignore[attr-defined]
    form = "%H:%M" if arrival.date() == departure.date() else "%m-%d %H:%M"
    span = f"{arrival:%H:%M}" if arrival == departure else f"{arrival:{form}} to {departure:{form}}"
    return f"{stop.purpose}, {span}"  # type: ignore[attr-defined]


def _escaped(text: str) -> str:
    """Return text as a value of a calendar, RFC 5545, 3.3.11."""
    for plain, told in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, told)
    return text


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, each but the first after a space; no letter is cut in two."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode("utf-8"))
        if size + octets > _OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part
