"""Curated capacities of aircraft, lorries and units."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.curated import CITED, about, amounts, numbered, refused, slug, with_bases
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import Made, standing

FIELDS = (
    Field("unit_type"),
    Field("measure", empty=True),
    Field("value", empty=True),
    Field("unit", empty=True),
    *CITED,
)


class CuratedCapacities:
    """Reads `capacities.csv`; one row a capacity. They hold for every country."""

    about = about("curated-capacities", "Curated capacities of vehicles, aircraft and units", standing())
    files: tuple[str, ...] = ("capacities.csv",)
    provides: tuple[str, ...] = ("capacities",)

    def read(self, path: Path) -> Reading:
        """Return the capacities of one file."""
        return with_bases(read_delimited(path, FIELDS, what="curated capacities, one row a capacity"))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the capacities; amounts only where the value is a number or a range."""
        frames = []
        faults: list[Fault] = []
        for reading in readings:
            empty = reading.rows["value"] == ""
            remedy = "Fill it from a citation; a capacity without a value supports nothing."
            rows, found = refused(reading, reading.rows, empty, "value", "no value is given", remedy)
            frames.append(rows)
            faults += found
        rows = pd.concat(frames) if frames else pd.DataFrame({field.name: [] for field in FIELDS}, dtype=str)
        rows = rows.drop_duplicates(["unit_type", "measure", "value"], ignore_index=True)
        ranges = [amounts(value) for value in rows["value"]]
        table = rows.assign(
            capacity_id=numbered([slug(*name) for name in zip(rows["unit_type"], rows["measure"], strict=True)]),
            amount_low=pd.Series([low for low, _ in ranges], index=rows.index, dtype=float),
            amount_high=pd.Series([high for _, high in ranges], index=rows.index, dtype=float),
            source=self.about.key,
            published=pd.Timestamp(self.about.lag.published("2000")),
        )
        return Made({"capacities": table}, tuple(faults))
