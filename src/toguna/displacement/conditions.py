"""What changes by day beside conflict: hunger by region, water by place, and places that become another kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from toguna.core.errors import DataError
from toguna.displacement.rows import by_day, number, rows_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Conditions:
    """Hunger, floods and changes of kind.

    Attributes
    ----------
    hunger : share of people critically short of food by day and place (0 to 1), empty where the scenario has no file
    flood : level of water by day and place (0 is dry), empty where the scenario has no file
    becomes : day, place and the Kind it becomes, in order of days
    """

    hunger: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    flood: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    becomes: tuple[tuple[int, int, int], ...] = ()


def read_conditions(
    inputs: Path, names: tuple[str, ...], regions: tuple[str, ...], kinds: dict[str, int], days: int
) -> Conditions:
    """Return the conditions of a scenario's folder `input_csv`."""
    hunger, flood = inputs / "region_attributes_IPC.csv", inputs / "flood_level.csv"
    becomes = inputs / "location_changes.csv"
    none = np.zeros((0, 0))
    return Conditions(
        _hunger(hunger, regions, days) if hunger.is_file() else none,
        _flood(flood, names, days) if flood.is_file() else none,
        _becomes(becomes, names, kinds) if becomes.is_file() else (),
    )


def _hunger(path: Path, regions: tuple[str, ...], days: int) -> Floats:
    """Return hunger by day and place, in proportion between the days of the file and constant outside them."""
    head, at, values = by_day(path)
    found = np.zeros((days, len(regions)))
    if not len(at):
        raise DataError(f"{path.name} holds no day. Give one line a day, or take the file away.")
    if (values > 100).any():
        raise DataError(f"{path.name}: a value is above 100. Give the share of people in per cent.")
    for column, region in enumerate(head):
        if region not in regions:
            raise DataError(f"{path.name}, line 1: no region is called {region!r}. Use those of locations.csv.")
        daily = np.interp(np.arange(days), at, values[:, column]) / 100.0
        found[:, [place for place, one in enumerate(regions) if one == region]] = daily[:, None]
    return found


def _flood(path: Path, names: tuple[str, ...], days: int) -> Floats:
    """Return the level of water by day and place: a level lasts until the next day of the file."""
    head, at, values = by_day(path)
    found = np.zeros((days, len(names)))
    for column, name in enumerate(head):
        if name not in names:
            raise DataError(f"{path.name}, line 1: no place is called {name!r}. Add it to locations.csv.")
        for day, level in zip(at, values[:, column], strict=True):
            found[day:, names.index(name)] = level
    return found


def _becomes(path: Path, names: tuple[str, ...], kinds: dict[str, int]) -> tuple[tuple[int, int, int], ...]:
    found: list[tuple[int, int, int]] = []
    for line, cells in rows_of(path):
        if len(cells) < 3:
            raise DataError(f"{path.name}, line {line}: {len(cells)} cells. Expected name, new type, day.")
        name, kind, day = cells[:3]
        if line == 1 and not day.isdigit():
            continue  # a heading
        if name not in names:
            raise DataError(f"{path.name}, line {line}: no place is called {name!r}. Add it to locations.csv.")
        if kind.lower() not in kinds:
            raise DataError(f"{path.name}, line {line}: the type is {kind!r}. Known: {', '.join(kinds)}.")
        found.append((int(number(path, line, "day", day, 0)), names.index(name), kinds[kind.lower()]))
    return tuple(sorted(found))


def between_levels(level: Floats, table: tuple[float, ...]) -> Floats:
    """Return the table's value at each level, in proportion between levels; the last value lasts above the top."""
    return np.asarray(np.interp(level, np.arange(len(table)), np.array(table)))
