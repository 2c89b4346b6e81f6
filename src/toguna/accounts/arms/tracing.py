"""`tracing_request`: the draft of a request to trace a weapon, after the International Tracing Instrument."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from toguna.accounts.arms.vocabularies import label
from toguna.accounts.book.record import Record
from toguna.core.errors import AskError

_MARKS = (
    "make",
    "model",
    "calibre",
    "serial",
    "serial_rest",
    "country_of_manufacture",
    "year_of_manufacture",
    "import_mark",
    "import_country",
    "import_year",
    "unique_mark",
)
_CAME = ("confiscated", "recovered", "collected", "found", "seized", "visitor_entered", "imported", "manufactured")
_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in r"\`*_[]<>|#"})


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        files("toguna.accounts.arms").joinpath("tracing.yaml").read_text(encoding="utf-8")
    )
    return found


def tracing_request(record: Record, language: str) -> str:
    """Return the draft of a tracing request as markdown; it names no holder, store, witness or file of a court.

    Parameters
    ----------
    record : of the arms ledger; where a request was entered, the last one sent gives reference, day and State
    language : "en" or "fr"

    Raises
    ------
    AskError
        No such language, or the record says nothing of a weapon.
    """
    words = _words().get(language)
    if words is None:
        raise AskError(f"There is no tracing request in {language!r}. Use en or fr.")
    said = record.values
    if not said.get("make"):
        raise AskError("The record does not describe a weapon, or was erased. There is nothing to trace.")
    sent = [one for one in said.get("tracing_requests", []) if one["direction"] == "sent"]
    asked = sent[-1] if sent else {}
    weapon = [("kind", label("kinds", said["kind"], language)), *((name, said.get(name)) for name in _MARKS)]
    serial = said.get("serial") or label("serial_states", said["serial_state"], language)
    shown = [(name, serial if name == "serial" else value) for name, value in weapon]
    parts = [
        f"# {words['title']}",
        words["draft"],
        words["under"],
        f"## {words['request']}",
        _list(
            words,
            [
                ("reference", asked.get("reference")),
                ("date", asked.get("on")),
                ("from", None),
                ("to", asked.get("country")),
                ("answer_by", asked.get("answer_by")),
            ],
        ),
        f"## {words['weapon']}",
        _list(words, [*(pair for pair in shown if pair[1] is not None), ("other_marks", None)]),
        f"## {words['circumstances']}",
        _list(words, [*_circumstances(record, words, language), ("legal_basis", None)]),
        f"## {words['asked']}",
        "\n".join(f"- {words[name]}" for name in ("ask_history", "ask_transfer", "ask_other")),
        f"## {words['confidence']}",
        _list(words, [("use", None), ("restrict", None)]),
        words["promise"],
    ]
    return "\n\n".join(parts) + "\n"


def _circumstances(record: Record, words: Any, language: str) -> list[tuple[str, Any]]:
    came = next((one for one in reversed(record.history) if one.step in _CAME and one.fields), None)
    if came is None or came.fields is None:
        return [("event", None)]
    how = came.fields.get("circumstance")
    return [
        ("event", words["events"][came.step]),
        *([("how", label("circumstances", how, language))] if how else []),
        ("when", came.fields["month"]),
        ("where", came.fields["area"]),
    ]


def _list(words: Any, pairs: list[tuple[str, Any]]) -> str:
    return "\n".join(f"- {words[name]}: {words['blank'] if value is None else _plain(value)}" for name, value in pairs)


def _plain(value: Any) -> str:
    """Return a value as one line in which markdown means nothing."""
    return " ".join(str(value).split()).translate(_MARKDOWN)
