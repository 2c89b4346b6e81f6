"""Submissions of a form, as ODK Central and KoboToolbox give them in JSON, as rows."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from toguna.accounts.book.ledger import Ledger
from toguna.accounts.intake.cells import CellFault, as_text
from toguna.accounts.intake.form import FILES, Form, Question
from toguna.accounts.intake.mapping import ColumnMapping
from toguna.accounts.intake.table import Row, Table
from toguna.accounts.intake.taking import Intake, Known, take_rows
from toguna.core.errors import AskError, DataError, Fault

Coarsen = Callable[[float, float], str | None]  # latitude, longitude in degrees -> p-code of an area; no point is kept
Attached = Callable[[str, str], bytes | None]  # key of a submission, file name -> content
_UUID = "uuid:"


def take_submissions(
    name: str,
    content: bytes,
    form: Form,
    mapping: ColumnMapping,
    ledger: Ledger,
    today: date,
    *,
    known: Known | None = None,
    seen: Collection[str] = (),
    coarsen: Coarsen | None = None,
    attached: Attached | None = None,
) -> Intake:
    """Return what submissions of a form would add to a ledger. Nothing is written.

    Parameters
    ----------
    content : JSON: a list, or under "results" (KoboToolbox) or "value" (ODK Central, with ``$expand=*``)
    form : they were made with
    mapping : columns are paths, "group/field"
    known : returns a record as it stands, or None
    seen : keys of submissions taken in before; a later version of one becomes a correction
    coarsen : returns the p-code of the area a point is in; a point itself is never kept
    attached : returns the content of an attachment; the field gets its name and SHA-256

    Raises
    ------
    DataError
        The file holds no submissions.
    AskError
        The mapping speaks of questions the form does not have.
    """
    unknown = sorted(mapping.columns() - set(form.questions))
    if unknown:
        raise AskError(f"{name}: the form has no question {', '.join(unknown)}. Write paths as group/field.")
    found = [_Submission(number, one) for number, one in enumerate(_submissions(name, content), start=1)]
    faults = tuple(fault for one in found for fault in one.faults(name, form))
    rows = [row for one in _latest(found, seen) for row in one.rows(form, mapping, coarsen, attached)]
    table = Table(tuple(form.questions), tuple(rows), faults)
    return take_rows(name, table, mapping, ledger, today, known=known, seen=seen)


def _submissions(name: str, content: bytes) -> list[dict[str, Any]]:
    try:
        said: Any = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise DataError(f"{name} is not JSON in UTF-8. Export submissions as JSON.") from None
    if isinstance(said, dict):
        said = said.get("results", said.get("value"))
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise DataError(f"{name} holds no list of submissions. Export from the server's JSON or OData address.")
    return said


class _Submission:
    """One version of one submission."""

    def __init__(self, number: int, said: Mapping[str, Any]) -> None:
        self.number = number
        self.cells = _flat(said, "")
        self.key = _bare(self.cells.get("meta/instanceID") or said.get("_uuid") or said.get("__id"))
        self.earlier = _bare(self.cells.get("meta/deprecatedID"))
        self.root = _bare(self.cells.get("meta/rootUuid") or said.get("__id"))
        self.replaces: tuple[str, ...] = ()

    def faults(self, name: str, form: Form) -> Iterator[Fault]:
        """Yield what forbids reading it."""
        if not self.key:
            problem, remedy = "the submission has no _uuid or meta/instanceID", "Export it with its metadata."
            yield Fault(name, self.number, "_uuid", "", problem, remedy)
        for repeat in sorted({one.repeat for one in form.questions.values() if one.repeat}):
            if f"{repeat}@odata.navigationLink" in self.cells and repeat not in self.cells:
                yield Fault(name, self.number, repeat, "", "the repeat is only a link", "Export with $expand=*.")

    def rows(
        self, form: Form, mapping: ColumnMapping, coarsen: Coarsen | None, attached: Attached | None
    ) -> Iterator[Row]:
        """Yield its row, or a row for each turn of the mapping's repeat."""
        if not mapping.repeat:
            yield self._row(self.cells, "", form, mapping, coarsen, attached)
            return
        for turn, one in enumerate(self.cells.get(mapping.repeat) or (), start=1):
            part = f"/{mapping.repeat}[{turn}]"
            yield self._row({**self.cells, **_flat(one, mapping.repeat)}, part, form, mapping, coarsen, attached)

    def _row(
        self,
        cells: Mapping[str, Any],
        part: str,
        form: Form,
        mapping: ColumnMapping,
        coarsen: Coarsen | None,
        attached: Attached | None,
    ) -> Row:
        read: dict[str, Any] = {}
        for path in mapping.columns():
            question = form.questions[path]
            try:
                said = [
                    _answer(one, question, form, self.key, coarsen, attached)
                    for one in _values(cells, question, is_turn=mapping.repeat == question.repeat)
                ]
            except CellFault as fault:
                read[path] = fault
                continue
            parts = [part for one in said if one is not None for part in (one if isinstance(one, list) else [one])]
            is_list = question.kind == "select_multiple" or (question.repeat and mapping.repeat != question.repeat)
            read[path] = parts if is_list else (parts or [None])[0]
        replaces = tuple(f"{one}{part}" for one in self.replaces)
        return Row(self.number, read, f"{self.key}{part}", f"{self.root or self.key}{part}", replaces)


def _latest(found: list[_Submission], seen: Collection[str]) -> list[_Submission]:
    """Return submissions without versions that a later one of the same file replaces; each knows those before it."""
    by_key = {one.key: one for one in found if one.key}
    for one in found:
        earlier, chain = one.earlier, []
        while earlier and earlier not in chain:
            chain.append(earlier)
            before = by_key.get(earlier)
            earlier = before.earlier if before else ""
        root = one.root or (chain[-1] if chain else one.key)
        one.root = root
        one.replaces = tuple(dict.fromkeys([*chain, *([root] if root != one.key else [])]))
    replaced = {key for one in found for key in one.replaces if key not in seen}
    kept: dict[str, _Submission] = {}
    for one in found:
        if one.key not in replaced:
            kept.setdefault(one.key or f"#{one.number}", one)
    return list(kept.values())


def _bare(text: Any) -> str:
    """Return an id without "uuid:", which some servers write twice."""
    bare = as_text(text)
    while bare.startswith(_UUID):
        bare = bare[len(_UUID) :]
    return bare


def _flat(said: Mapping[str, Any], around: str) -> dict[str, Any]:
    """Return answers by path, whether groups are nested (ODK Central) or written in the key (KoboToolbox)."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        path = key if not around or key.startswith(f"{around}/") else f"{around}/{key}"
        if isinstance(value, dict) and "coordinates" not in value:
            found |= _flat(value, path)
        else:
            found[path] = value
    return found


def _values(cells: Mapping[str, Any], question: Question, *, is_turn: bool) -> list[Any]:
    if not question.repeat or is_turn:
        return [cells.get(question.path)]
    turns = cells.get(question.repeat) or []
    return [_flat(one, question.repeat).get(question.path) for one in turns if isinstance(one, dict)]


def _answer(
    said: Any, question: Question, form: Form, key: str, coarsen: Coarsen | None, attached: Attached | None
) -> Any:
    """Return an answer as a cell says it; no point, and of a file its name and hash."""
    if said is None or said == "":
        return None
    if question.kind in {"geopoint", "start-geopoint"}:
        return _area(said, coarsen)
    if question.kind in {"geotrace", "geoshape"}:
        raise CellFault("a line or shape on the ground", "Ask for a point or an area; lines are not taken in.")
    if question.kind in FILES:
        return _named(as_text(said), key, attached)
    if question.kind == "select_multiple":
        return [_code(one, question, form) for one in (said if isinstance(said, list) else as_text(said).split())]
    if question.kind == "select_one":
        return _code(as_text(said), question, form)
    return said


def _code(code: Any, question: Question, form: Form) -> str:
    text, codes = as_text(code), form.choices.get(question.choices, {})
    if codes and text not in codes:
        raise CellFault("no choice of the form", "Give the version of the form the submission was made with.")
    return text


def _area(said: Any, coarsen: Coarsen | None) -> str:
    if coarsen is None:
        raise CellFault("a point, and nothing given to find its area with", "Pass coarsen, or leave the question out.")
    try:
        if isinstance(said, dict):
            longitude, latitude = (float(one) for one in said["coordinates"][:2])
        else:
            latitude, longitude = (float(one) for one in as_text(said).split()[:2])
    except (ValueError, TypeError, KeyError):
        raise CellFault("not a point", "Mend the answer on the server.") from None
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise CellFault("no point on Earth", "Mend the answer on the server.")
    found = coarsen(latitude, longitude)
    if not found:
        raise CellFault("a point in no area of the country", "Correct it on the server, or say the area.")
    return found


def _named(file: str, key: str, attached: Attached | None) -> str:
    name = file.rsplit("/", 1)[-1]
    content = attached(key, name) if attached is not None else None
    if content is None:
        raise CellFault("an attachment that is not there", "Download attachments with the submissions.")
    return f"{name} sha256:{sha256(content).hexdigest()}"
