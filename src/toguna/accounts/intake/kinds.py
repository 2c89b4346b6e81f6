"""What each field of a step takes, read from its model: for forms, templates and the reading of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from toguna.accounts.book.ledger import Ledger, Level, Step, levels
from toguna.core.errors import AskError

Kind = Literal["text", "integer", "number", "yes_no", "date", "datetime", "object"]
Labels = Mapping[str, str]  # by language
_KINDS: dict[str, Kind] = {"integer": "integer", "number": "number", "boolean": "yes_no", "object": "object"}


@dataclass(frozen=True)
class FieldKind:
    """A field as a form sees it.

    Attributes
    ----------
    name, description, level : as the model declares them
    kind : what one value is; "object" has parts of its own and cannot be read from a cell
    is_many : a list of values
    is_required : must be said
    choices : labels by language of each code it may hold; empty where any value may be
    """

    name: str
    kind: Kind
    is_many: bool
    is_required: bool
    description: str
    level: Level
    choices: Mapping[str, Labels]


def step_of(ledger: Ledger, name: str) -> Step:
    """Return a step of a ledger.

    Raises
    ------
    AskError
        There is none of that name.
    """
    found = ledger.steps.get(name)
    if found is None:
        raise AskError(f"The {ledger.name} ledger has no step {name!r}. It has: {', '.join(ledger.steps)}.")
    return found


def field_kinds(ledger: Ledger, step: str) -> dict[str, FieldKind]:
    """Return the fields of a step in the model's order."""
    says = step_of(ledger, step).says
    schema = says.model_json_schema()
    held, found = levels(says), {}
    for name, declared in schema.get("properties", {}).items():
        one = _plain(declared, schema)
        is_many = one.get("type") == "array"
        item = _plain(one.get("items", {}), schema) if is_many else one
        found[name] = FieldKind(
            name,
            _kind(item),
            is_many,
            name in schema.get("required", ()),
            declared.get("description") or one.get("description") or _described(ledger, name),
            held[name],
            _choices(item),
        )
    return found


def _plain(declared: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema without reference and without "or nothing"."""
    if "$ref" in declared:
        return _plain(schema["$defs"][declared["$ref"].rsplit("/", 1)[-1]], schema)
    options = [one for one in declared.get("anyOf", ()) if one.get("type") != "null"]
    return _plain(options[0], schema) if len(options) == 1 else declared


def _kind(item: Mapping[str, Any]) -> Kind:
    if item.get("type") == "string" and item.get("format") in {"date", "date-time"}:
        return "date" if item["format"] == "date" else "datetime"
    if "type" not in item and "const" not in item and "enum" not in item:
        return "object"
    return _KINDS.get(item.get("type", "string"), "text")


def _choices(item: Mapping[str, Any]) -> Mapping[str, Labels]:
    codes = item.get("enum") or ([item["const"]] if "const" in item else [])
    labels = item.get("labels") or {}
    return {code: labels.get(code, {}) for code in codes if isinstance(code, str)}


def _described(ledger: Ledger, name: str) -> str:
    """Return what another step says of a field: corrections carry no descriptions of their own."""
    abouts = (one.says.model_fields[name].description for one in ledger if name in one.says.model_fields)
    return next((about for about in abouts if about), "")
