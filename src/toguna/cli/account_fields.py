"""The fields of a step as somebody gives them: in a file, or as options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
import yaml

from toguna.accounts.book.ledger import Ledger, Level
from toguna.accounts.intake import field_kinds
from toguna.core.errors import AskError, DataError

_ASK = "?"  # a field given so is asked for, and stays out of the shell's history


class _AsWritten(yaml.SafeLoader):
    """YAML whose numbers, days and yes or no stay text: the step's model reads them, and 007 stays 007."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML declares it
        sign: [(tag, pattern) for tag, pattern in pairs if tag.rsplit(":", 1)[1] in {"null", "merge"}]
        for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def from_file(path: Path) -> dict[str, Any]:
    """Return the fields in a YAML or JSON file, or in standard input where it is called -.

    Raises
    ------
    DataError
        It is neither, or holds no fields.
    """
    name = "standard input" if str(path) == "-" else path.name
    raw = typer.get_binary_stream("stdin").read() if str(path) == "-" else path.read_bytes()
    try:
        said: Any = yaml.load(raw.decode("utf-8-sig"), Loader=_AsWritten)
    except (UnicodeDecodeError, yaml.YAMLError):
        raise DataError(f"{name} is neither YAML nor JSON in UTF-8. Write fields as name: value.") from None
    if not isinstance(said, dict):
        raise DataError(f"{name} holds no fields. Write them as name: value.")
    return {str(key): value for key, value in said.items() if value is not None}


def from_options(ledger: Ledger, step: str, given: list[str]) -> dict[str, Any]:
    """Return fields given as K=V; lists are parted, and what names a person is asked for.

    Raises
    ------
    AskError
        An option is no K=V, a field is given twice or not one of the step, or would leave a name in the shell.
    """
    kinds, said = field_kinds(ledger, step), dict[str, Any]()
    for number, one in enumerate(given, start=1):
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise AskError(f"--field number {number} is not K=V. Write a field's name, =, and what it says.")
        if name in said:
            raise AskError(f"--field {name} is given twice. Part several values with ; where the field takes them.")
        kind = kinds.get(name)
        if kind is None:
            raise AskError(f"{step!r} has no field {name!r}. It has: {', '.join(kinds)}.")
        if kind.kind == "object":
            raise AskError(f"{name} has parts of its own. Give it in a file with --from.")
        if value == _ASK:
            value = typer.prompt(kind.description or name, err=True)
        elif kind.level is Level.IDENTITY:
            raise AskError(f"{name} may name a person. Write {name}=? to be asked for it, or give it in a file.")
        said[name] = [part.strip() for part in value.split(";") if part.strip()] if kind.is_many else value
    return said
