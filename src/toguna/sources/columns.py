"""Where the declared columns stand in a file, and which it lacks."""

from __future__ import annotations

from collections.abc import Sequence

from toguna.core.errors import DataError
from toguna.sources.fields import Field


def find_columns(fields: Sequence[Field], header: Sequence[str], file: str, what: str) -> dict[str, int]:
    """Return the position of each field in the header, or raise DataError naming every missing column."""
    found, missing = columns_of(fields, header)
    if missing:
        raise DataError(
            f"{file} is not {what}: it lacks the column{'s' * (len(missing) > 1)} {'; '.join(missing)}. "
            f"Found: {shown(header)}. Download the file again, or check that it is the one meant."
        )
    return found


def columns_of(fields: Sequence[Field], header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Return the position of each field that is there, and the names of the required ones that are not."""
    places = {name.casefold(): position for position, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    missing: list[str] = []
    for field in fields:
        names = [name.casefold() for name in (field.name, *field.aliases)]
        position = next((places[name] for name in names if name in places), None)
        if position is not None:
            found[field.name] = position
        elif field.required:
            missing.append(" or ".join(dict.fromkeys((*field.aliases, field.name))))
    return found, missing


def shown(header: Sequence[str]) -> str:
    """Return the first names of a header as a message shows them."""
    # A lost quotation mark makes one name of many lines.
    return ", ".join(" ".join(name.split())[:40] for name in header[:8]) + (", ..." if len(header) > 8 else "")
