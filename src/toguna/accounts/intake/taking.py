"""Rows of somebody's file as steps of a ledger: the good ones in order, and every fault of the others."""

from __future__ import annotations

import csv
import hmac
import io
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from toguna.accounts.book.ledger import BEGIN, Ledger, Level, Said
from toguna.accounts.book.record import Happened, Record, StepRefusedError, decide, take
from toguna.accounts.intake.cells import CellFault, as_text, read_cell
from toguna.accounts.intake.kinds import FieldKind, field_kinds, step_of
from toguna.accounts.intake.mapping import ColumnMapping
from toguna.accounts.intake.sheets import harmless
from toguna.accounts.intake.table import Row, Table, read_csv
from toguna.accounts.intake.workbook import read_xlsx
from toguna.core.errors import AskError, DataError, Fault

Known = Callable[[str], Record | None]
CORRECTED = "corrected"  # step that says something anew
_MEND = "Mend the cell, or translate it under codes in the mapping."
KEY_BYTES = 16  # fewest of a key that makes ids


class Draft(NamedTuple):
    """A step to enter.

    Attributes
    ----------
    record_id, step : where it belongs and what happened
    fields : what is said, as JSON holds it
    row : it comes from
    key : of the submission, to be kept so that it is taken in once; "" for a row
    """

    record_id: str
    step: str
    fields: Mapping[str, Any]
    row: int
    key: str = ""


@dataclass(frozen=True)
class Intake:
    """What a file would add to a ledger.

    Attributes
    ----------
    file : name
    drafts : good steps, in order
    faults : every fault found; a value only where the field is open
    there : rows that say what the ledger, or an earlier row, says already
    notes : how the file was read
    """

    file: str
    drafts: tuple[Draft, ...] = field(default=(), repr=False)
    faults: tuple[Fault, ...] = ()
    there: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def to_write(self, *, only_good: bool = False) -> tuple[Draft, ...]:
        """Return the steps to enter: all, or, where one row is at fault, none.

        Parameters
        ----------
        only_good : the good ones even if others are at fault; `report` has the rest

        Raises
        ------
        DataError
            With every fault, if there is one.
        """
        if self.faults and not only_good:
            said = "\n".join(f"  - {one}" for one in self.faults)
            raise DataError(f"{self.file}: nothing is taken in. Mend these, or take in the good rows only:\n{said}")
        return self.drafts

    def report(self) -> str:
        """Return the faults as CSV; no cell of it is run as a formula."""
        text = io.StringIO(newline="")
        lines = csv.writer(text)
        lines.writerow(["file", "row", "column", "value", "problem", "remedy"])
        for one in self.faults:
            row = "" if one.row is None else one.row
            lines.writerow(
                [harmless(str(cell)) for cell in (one.file, row, one.column, one.value, one.problem, one.remedy)]
            )
        return text.getvalue()


def take_in(
    name: str,
    content: bytes,
    mapping: ColumnMapping,
    ledger: Ledger,
    today: date,
    *,
    known: Known | None = None,
    key: bytes = b"",
) -> Intake:
    """Return what a CSV or XLSX file would add to a ledger. Nothing is written.

    Parameters
    ----------
    name : of the file; its ending tells what it is
    content : bytes of the file
    mapping : how columns become fields
    today : date the rules are read on
    known : returns a record as it stands, or None; rows that say what it says already are left out
    key : secret that ids are made with where the mapping generates them, 16 bytes or more; the same file and key give
        the same ids

    Raises
    ------
    AskError
        The file is of another kind, or ids are to be made without a key.
    """
    if mapping.record_id.generated and len(key) < KEY_BYTES:
        raise AskError(f"{name}: ids are made with a key of {KEY_BYTES} bytes or more. Give one, or name a column.")
    if name.lower().endswith(".xlsx"):
        table = read_xlsx(name, content, mapping)
    elif name.lower().endswith((".csv", ".tsv", ".txt")):
        table = read_csv(name, content, mapping.header_row)
    else:
        raise AskError(f"{name}: files are read as .csv or .xlsx. Save it as one of them.")
    faults = [*table.faults, *_headers(name, table, mapping)] if table.columns else list(table.faults)
    return take_rows(name, replace(table, faults=tuple(faults)), mapping, ledger, today, known=known, key=key)


def take_rows(
    name: str,
    table: Table,
    mapping: ColumnMapping,
    ledger: Ledger,
    today: date,
    *,
    known: Known | None = None,
    key: bytes = b"",
    seen: Collection[str] = (),
) -> Intake:
    """Return what the rows of a table would add to a ledger; for a file with a fault as a whole, nothing."""
    if any(one.row is None for one in table.faults):
        return Intake(name, faults=table.faults, notes=table.notes)
    step_of(ledger, mapping.step)
    taking = _Taking(name, mapping, ledger, today, known or _nothing_known, key, seen)
    taking.broken_rows = {one.row for one in table.faults}
    for row in table.rows:
        taking.take(row)
    faults = sorted((*table.faults, *taking.faults), key=lambda one: one.row or 0)
    return Intake(name, tuple(taking.drafts), tuple(faults), tuple(taking.there), table.notes)


def _nothing_known(record_id: str) -> None:  # noqa: ARG001
    return None


def _headers(name: str, table: Table, mapping: ColumnMapping) -> list[Fault]:
    """Return a fault for each column that is missing, or there and not spoken of."""
    there, used = set(table.columns), mapping.columns()
    missing = [
        Fault(name, None, column, "", "the column is missing", "Add it, or change the mapping.")
        for column in sorted(used - there)
    ]
    unspoken = sorted(there - used - set(mapping.ignored) - {""})
    return missing + [
        Fault(name, None, column, "", "the mapping does not speak of this column", "Map it, or list it under ignored.")
        for column in unspoken
    ]


@dataclass
class _Taking:
    """The rows of one file, taken one after another; each record is carried on as the rows before left it."""

    name: str
    mapping: ColumnMapping
    ledger: Ledger
    today: date
    known: Known
    key: bytes
    seen: Collection[str]
    drafts: list[Draft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    there: list[int] = field(default_factory=list)
    broken_rows: set[int | None] = field(default_factory=set)
    _records: dict[str, Record] = field(default_factory=dict)
    _broken: dict[str, int] = field(default_factory=dict)  # record -> row of its first fault
    _kinds: dict[str, FieldKind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kinds = field_kinds(self.ledger, self.mapping.step)

    def take(self, row: Row) -> None:
        """Take one row: a draft, a fault or more, or known already."""
        if row.key and row.key in self.seen:
            self.there.append(row.number)
            return
        before = len(self.faults)
        record_id = self._record_id(row)
        said, wrong = self._read(row)
        is_at_fault = len(self.faults) > before or row.number in self.broken_rows
        if not record_id:
            self._check(row, said, skip=wrong)
            return
        earlier = self._broken.get(record_id)
        if is_at_fault:
            self._broken.setdefault(record_id, row.number)
            self._check(row, said, skip=wrong)
        elif earlier is not None:
            problem = f"row {earlier}, of the same record, is at fault"
            self._fault(row, "", problem, "Mend that row; this one follows it.")
            self._check(row, said)
        else:
            self._enter(row, record_id, said)

    def _enter(self, row: Row, record_id: str, said: dict[str, Any]) -> None:
        if record_id not in self._records:
            self._records[record_id] = self.known(record_id) or Record(self.ledger.name, record_id)
        record, step = self._records[record_id], self.mapping.step
        before = len(self.faults)
        if any(one in self.seen for one in row.replaces):
            step, said = CORRECTED, self._edited(row, record, said)
            if not said and len(self.faults) == before:
                self.there.append(row.number)
                return
        fields = None if len(self.faults) > before else self._decided(row, record, step, said)
        if fields is None:
            self._broken.setdefault(record_id, row.number)
        elif any(one.step == step and one.fields is not None and _same(one.fields, fields) for one in record.history):
            self.there.append(row.number)
        else:
            self.drafts.append(Draft(record_id, step, fields, row.number, row.key))
            at = datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC)
            self._records[record_id] = take(self.ledger, record, Happened(step, fields, "", at))

    def _decided(self, row: Row, record: Record, step: str, said: dict[str, Any]) -> dict[str, Any] | None:
        """Return the fields of a step as JSON holds them; None, and faults, if it may not be taken."""
        valid = self._check(row, said, step=step)
        if valid is None:
            return None
        fields = valid.model_dump(mode="json", exclude_none=True)
        if any(one.step == step and one.fields is not None and _same(one.fields, fields) for one in record.history):
            return fields
        try:
            decide(self.ledger, record, step, said, self.today)
        except StepRefusedError as refused:
            for reason in refused.reasons:
                self._fault(row, "", reason.rstrip("."), "Mend the row, or enter first what must come before it.")
            return None
        return fields

    def _check(self, row: Row, said: dict[str, Any], *, step: str = "", skip: Collection[str] = ()) -> Said | None:
        """Return what is said, validated; None, and a fault for each field that is wrong."""
        says = step_of(self.ledger, step or self.mapping.step).says
        try:
            return says.model_validate(said)
        except ValidationError as wrong:
            for one in wrong.errors(include_url=False, include_input=False):
                name = str(one["loc"][0]) if one["loc"] else ""
                if name in skip:
                    continue  # its cell is at fault already
                problem = "must be said" if one["type"] == "missing" else one["msg"][:1].lower() + one["msg"][1:]
                self._fault(
                    row, name, problem.rstrip("."), "Mend the cell, or translate it under codes in the mapping."
                )
            return None

    def _record_id(self, row: Row) -> str:
        rule = self.mapping.record_id
        if rule.column:
            found = as_text(row.cells.get(rule.column))
            if not found:
                problem = "no record is named"
                self.faults.append(Fault(self.name, row.number, rule.column, "", problem, "Fill the cell."))
            return found
        if row.root:
            return f"{self.ledger.name}-{row.root}"
        cells = {column: as_text(row.cells.get(column)) for column in sorted(self.mapping.columns())}
        made = hmac.new(self.key, json.dumps(cells, sort_keys=True).encode(), "sha256").hexdigest()
        return f"{self.ledger.name}-{made[:32]}"

    def _read(self, row: Row) -> tuple[dict[str, Any], set[str]]:
        """Return what the cells of a row say, and the fields whose cells say nothing that can be read."""
        wrong: set[str] = set()
        said: dict[str, Any] = {
            name: list(value) if isinstance(value, tuple) else value for name, value in self.mapping.constants.items()
        }
        for name, source in self.mapping.fields.items():
            cells = [row.cells.get(column) for column in source.columns()]
            unread = next((one for one in cells if isinstance(one, CellFault)), None)
            try:
                if unread is not None:
                    raise unread
                value = read_cell(cells, self._kinds[name], source, self.mapping)
            except CellFault as fault:
                self._fault(row, name, fault.problem, fault.remedy)
                wrong.add(name)
            else:
                if value is not None:
                    said[name] = value
        return said, wrong

    def _edited(self, row: Row, record: Record, said: dict[str, Any]) -> dict[str, Any]:
        """Return what an edited submission says anew of a record that has its earlier version."""
        step = self.ledger.steps[self.mapping.step]
        by_hand = step.collects or self.mapping.repeat  # turns of a repeat have no name that lasts
        if CORRECTED not in self.ledger.steps or by_hand or record.state == BEGIN:
            self._fault(row, "", "edited after it was taken in", "Enter what changed by hand, as a step of its own.")
            return {}
        valid = self._check(row, said)
        fields = {} if valid is None else valid.model_dump(mode="json", exclude_none=True)
        emptied = [name for name in self.mapping.fields if name in record.values and name not in said]
        for name in emptied:
            self._fault(row, name, "emptied after it was taken in", "Say it anew; a correction cannot empty a field.")
        return {name: value for name, value in fields.items() if name in said and record.values.get(name) != value}

    def _fault(self, row: Row, name: str, problem: str, remedy: str) -> None:
        """Keep a fault at a field's column; its value only where the field is open."""
        source = self.mapping.fields.get(name)
        columns = source.columns() if source is not None else ()
        is_open = name in self._kinds and self._kinds[name].level is Level.OPEN
        cells = [row.cells.get(column) for column in columns]
        value = " ".join(filter(None, (as_text(one) for one in cells if not isinstance(one, CellFault | list))))
        where = " + ".join(columns) or name
        self.faults.append(Fault(self.name, row.number, where, value if is_open else "", problem, remedy))


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two steps say the same; what was not said is not compared as said empty."""
    kept = {key: value for key, value in one.items() if value is not None}
    return kept == dict(other)
