"""How the columns of somebody's file become the fields of a step: a mapping, in YAML."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from toguna.accounts.book.ledger import Ledger
from toguna.accounts.intake.kinds import field_kinds
from toguna.core.errors import DataError
from toguna.core.frozen import Frozen

EXCEL = "excel"  # a date format: days since the epoch of spreadsheets
Text = str | int | float | bool


class From(Frozen):
    """Where a field comes from."""

    column: str | tuple[str, ...] = Field(description="column, or columns joined with a space, as a date and a time")
    codes: dict[str, str] = Field(default_factory=dict, description="what the file says -> code of the ledger")
    split: str = Field(default="", description="what parts several values in one cell")
    date_formats: tuple[str, ...] = Field(default=(), description="as strptime takes them; default: the mapping's")

    def columns(self) -> tuple[str, ...]:
        """Return the columns it reads."""
        return (self.column,) if isinstance(self.column, str) else self.column


class RecordId(Frozen):
    """What a row's record is called: as a column says, or made of what the row says."""

    column: str = Field(default="", description="column that holds it")
    generated: bool = Field(default=False, description="made with a key from the row, or from the submission")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.column) == self.generated:
            raise ValueError("say either column or generated: true")
        return self


class ColumnMapping(Frozen):
    """How one kind of file is read into one step of a ledger."""

    ledger: str
    step: str
    record_id: RecordId
    fields: dict[str, From]
    constants: dict[str, Text | tuple[Text, ...]] = Field(
        default_factory=dict, description="field -> value in all rows"
    )
    ignored: tuple[str, ...] = Field(default=(), description="columns left out on purpose")
    time_zone: str = Field(default="", description="zone of times that say no offset, as Africa/Bamako")
    date_formats: tuple[str, ...] = Field(default=(), description="tried in order, after ISO 8601; or excel")
    decimal: Literal[".", ","] = "."
    sheet: str = Field(default="", description="sheet of a workbook; may be left out where one only is visible")
    header_row: int = Field(default=1, ge=1, le=50)
    formulas: Literal["refuse", "cached"] = "refuse"
    repeat: str = Field(default="", description="repeat of a form, path with /, of which each turn is a row")

    @field_validator("fields", mode="before")
    @classmethod
    def _short(cls, said: Any) -> Any:
        """Let ``area: Cercle`` stand for ``area: {column: Cercle}``."""
        if not isinstance(said, dict):
            return said
        return {key: {"column": value} if isinstance(value, str) else value for key, value in said.items()}

    @field_validator("constants", mode="before")
    @classmethod
    def _days_as_text(cls, said: Any) -> Any:
        """Take days, which YAML reads as dates, as they are written in a cell."""
        if not isinstance(said, dict):
            return said
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in said.items()}

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            if name:
                ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("must be a zone of the IANA list, as Africa/Bamako") from None
        return name

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        twice = set(self.fields) & set(self.constants)
        if twice:
            raise ValueError(f"{', '.join(sorted(twice))}: both a column and a constant; keep one")
        return self

    def columns(self) -> set[str]:
        """Return the columns it reads."""
        own = {self.record_id.column} if self.record_id.column else set()
        return own | {column for one in self.fields.values() for column in one.columns()}


def read_mapping(name: str, content: bytes, ledger: Ledger) -> ColumnMapping:
    """Return a mapping, checked against its ledger.

    Parameters
    ----------
    name : of the file, for messages
    content : YAML in UTF-8

    Raises
    ------
    DataError
        With every fault of the mapping.
    """
    try:
        said: Any = yaml.safe_load(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, yaml.YAMLError):
        raise DataError(f"{name} is not YAML in UTF-8. Save it as such; see docs/accounts-intake.md.") from None
    try:
        mapping = ColumnMapping.model_validate(said)
    except ValidationError as wrong:
        faults = [f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in wrong.errors()]
        raise DataError(f"{name} is no mapping. " + "; ".join(faults) + ".") from None
    if mapping.ledger != ledger.name:
        raise DataError(f"{name}, ledger: is for the ledger {mapping.ledger!r}, not {ledger.name!r}. Use its mapping.")
    kinds = field_kinds(ledger, mapping.step) if mapping.step in ledger.steps else None
    if kinds is None:
        raise DataError(f"{name}, step: no such step. The {ledger.name} ledger has: {', '.join(ledger.steps)}.")
    wrong_ones = sorted((set(mapping.fields) | set(mapping.constants)) - set(kinds))
    if wrong_ones:
        raise DataError(f"{name}: {', '.join(wrong_ones)}: no fields of {mapping.step!r}. It has: {', '.join(kinds)}.")
    said_somewhere = set(mapping.fields) | set(mapping.constants)
    missing = [one.name for one in kinds.values() if one.is_required and one.name not in said_somewhere]
    if missing:
        raise DataError(f"{name}: {', '.join(missing)} must be said at {mapping.step!r}. Add a column or a constant.")
    return mapping
