"""How fast roads are, by class, surface and season, from `speeds.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def road_speed(road_class: str, surface: str) -> tuple[float, float]:
    """Return km/h of a light vehicle in the dry season and in the rains; 0 is impassable.

    Examples
    --------
    >>> road_speed("primary", "paved"), road_speed("access", "unknown")
    ((70.0, 65.0), (15.0, 8.0))
    """
    found = _table()
    row = found["access"] if road_class == "access" else found["speeds"][surface]
    return float(row["dry"]), float(row["wet"])


@cache
def _table() -> Any:
    return yaml.safe_load(files("toguna.network").joinpath("speeds.yaml").read_text(encoding="utf-8"))


def access_speed() -> tuple[float, float]:
    """Return km/h of a light vehicle off the road, in the dry season and in the rains."""
    row = _table()["access"]
    return float(row["dry"]), float(row["wet"])
