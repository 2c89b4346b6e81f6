"""How a table of the pack is declared once: columns with unit and meaning, key, and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandera.pandas as pa
from pandera.typing import Series

# A settlement, a border or a clinic stood before anybody printed a list of it. Rows of such standing
# tables carry this date as `published`, so that no as-of month hides the ground people stand on.
STANDING = "1900-01-01"

BASES = ("dataset", "read", "excerpt", "memory", "modelled", "made up")
MONTH = r"\d{4}-(0[1-9]|1[0-2])"
DAY = r"\d{4}-\d{2}-\d{2}"


def column(unit: str, description: str, **checks: Any) -> Any:
    """Return a pandera field with its unit ("1" where there is none) and meaning.

    `values=(...)` lists the only words allowed; all other checks are pandera's own.
    """
    values = checks.pop("values", None)
    if values is not None:
        checks["isin"] = list(values)
        description += " (" + ", ".join(map(str, values)) + ")"
    return pa.Field(description=description, metadata={"unit": unit}, **checks)


class Sourced(pa.DataFrameModel):
    """What every row of every table carries: where it comes from and since when it is public."""

    source: Series[str] = column("1", "Key into the table `sources`, which holds version and licence")
    published: Series[pa.DateTime] = column("date", "Day the figure was first public; an as-of month hides later rows")
    basis: Series[str] = column(
        "1", "How the figure was obtained; rows from `memory` are marked wherever they show", values=BASES
    )

    class Config:
        """Types are made, extra columns are faults, all faults come in one list."""

        coerce = True
        strict = True


@dataclass(frozen=True)
class Table:
    """A table of the pack.

    Attributes
    ----------
    name : plural noun, the file's stem in the pack
    schema : pandera model with unit and description on every column
    key : columns that together name a row
    when : column with the day, month or year a row speaks of; "" for standing tables
    geometry : whether rows have a shape (EPSG:4326)
    """

    name: str
    schema: type[pa.DataFrameModel]
    key: tuple[str, ...]
    when: str = ""
    geometry: bool = False

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """Unit and description by column name, in the order of the declaration."""
        found = self.schema.to_schema().columns
        return {name: (str((c.metadata or {}).get("unit", "1")), c.description or "") for name, c in found.items()}

    @property
    def title(self) -> str:
        """What one row is, in a sentence."""
        return (self.schema.__doc__ or "").strip().splitlines()[0]
