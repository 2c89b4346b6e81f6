"""Curated road legs: lengths between named places as published in road tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.curated import CITED, COUNTRY, about, about_country, with_bases
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import Made, standing

FIELDS = (
    Field("from"),
    Field("to"),
    Field("far_country", empty=True, required=False),
    Field("km", "number", empty=True, low=0.1),
    Field("straight_line_km", "number", empty=True, low=0.1),
    Field("class", example="paved"),
    Field("class_basis", one_of=("read", "excerpt", "memory"), empty=True, required=False),
    Field("ferry_or_bridge", empty=True, required=False),
    Field("seasonal_or_security_note", empty=True, required=False),
    *CITED,
    COUNTRY,
)


class RoadLegs:
    """Reads `road_legs.csv`; one row a leg. `basis` is about the length; classes are mostly from memory."""

    about = about("road-legs", "Curated road legs with published lengths", standing())
    files: tuple[str, ...] = ("road_legs.csv",)
    provides: tuple[str, ...] = ()

    def read(self, path: Path) -> Reading:
        """Return the legs of one file."""
        return with_bases(read_delimited(path, FIELDS, what="curated road legs, one row a leg"))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the legs about this country, as the ingredient `_legs`; `file` and `line` say where each stands."""
        frames = [
            about_country(one.rows, profile).assign(file=one.file, line=lambda rows: rows.index) for one in readings
        ]
        legs = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        return Made({"_legs": legs} if len(legs) else {})
