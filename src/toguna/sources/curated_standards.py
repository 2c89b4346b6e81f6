"""Curated humanitarian minimum standards: Sphere, UNHCR, WFP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.curated import CITED, about, amount, numbered, refused, slug, with_bases
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import Made, standing

FIELDS = (
    Field("standard"),
    Field("sector"),
    Field("measure", aliases=("indicator",)),
    Field("value", empty=True),
    *CITED,
)


class CuratedStandards:
    """Reads `standards.csv`; one row a standard. They hold for every country."""

    about = about("curated-standards", "Curated humanitarian minimum standards", standing())
    files: tuple[str, ...] = ("standards.csv",)
    provides: tuple[str, ...] = ("standards",)

    def read(self, path: Path) -> Reading:
        """Return the standards of one file."""
        return with_bases(read_delimited(path, FIELDS, what="curated standards, one row a standard"))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the standards; `amount` only where the value is a single number."""
        frames = []
        faults: list[Fault] = []
        for reading in readings:
            empty = reading.rows["value"] == ""
            rows, found = refused(
                reading, reading.rows, empty, "value", "no value is given", "Fill it by its handbook."
            )
            frames.append(rows)
            faults += found
        rows = pd.concat(frames) if frames else pd.DataFrame({field.name: [] for field in FIELDS}, dtype=str)
        rows = rows.drop_duplicates(["standard", "sector", "measure", "value"], ignore_index=True)
        names = zip(rows["standard"], rows["sector"], rows["measure"], strict=True)
        table = rows.assign(
            standard_id=numbered([slug(*name) for name in names]),
            amount=pd.Series([amount(value) for value in rows["value"]], index=rows.index, dtype=float),
            source=self.about.key,
            published=pd.Timestamp(self.about.lag.published("2000")),
        )
        return Made({"standards": table}, tuple(faults))
