"""Who flees by age and sex, where a scenario says so; no other trait of people is ever read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from toguna.core.errors import DataError
from toguna.displacement.rows import heading_of, number, rows_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Demographics:
    """Shares of ages and sexes among those who flee, drawn independently of each other.

    Attributes
    ----------
    ages : years; age_share : share of each by place, shape (places, ages); empty where the scenario has no file
    female_share : share of women and girls by place; empty where the scenario has no file
    """

    ages: Floats = field(default_factory=lambda: np.zeros(0))
    age_share: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    female_share: Floats = field(default_factory=lambda: np.zeros(0))


AGE, SEX = "demographics_age.csv", ("demographics_gender.csv", "demographics_sex.csv")


def read_demographics(inputs: Path, names: tuple[str, ...]) -> tuple[Demographics, tuple[str, ...]]:
    """Return ages and sexes of a scenario's folder, and the names of files on other traits, which are not read."""
    others = tuple(sorted(path.name for path in inputs.glob("demographics_*.csv") if path.name not in (AGE, *SEX)))
    ages, age_share = np.zeros(0), np.zeros((0, 0))
    if (inputs / AGE).is_file():
        labels, age_share = _shares(inputs / AGE, names)
        ages = np.array([number(inputs / AGE, line, "age", label, 0) for line, label in labels])
    female = np.zeros(0)
    for path in (inputs / name for name in SEX if (inputs / name).is_file()):
        labels, share = _shares(path, names)
        for line, label in labels:
            if label.lower()[:1] not in {"f", "m"}:
                raise DataError(f"{path.name}, line {line}: {label!r} is no sex. Write female or male.")
        female = share[:, [label.lower().startswith("f") for _, label in labels]].sum(axis=1)
    return Demographics(ages, age_share, female), others


def _shares(path: Path, names: tuple[str, ...]) -> tuple[list[tuple[int, str]], Floats]:
    """Return labels with their lines, and shares by place: those of its own column, or of the default one."""
    head = heading_of(path)
    if len(head) < 2 or head[1].lower() != "default":
        raise DataError(f"{path.name}, line 1: the second column is not Default. Write value,Default and places.")
    for name in head[2:]:
        if name not in names:
            raise DataError(f"{path.name}, line 1: no place is called {name!r}. Add it to locations.csv.")
    labels: list[tuple[int, str]] = []
    weights: list[list[float]] = []
    for line, cells in rows_of(path):
        if line == 1:
            continue
        if len(cells) != len(head):
            raise DataError(f"{path.name}, line {line}: {len(cells)} cells where the heading has {len(head)}.")
        labels.append((line, cells[0]))
        weights.append([number(path, line, head[at + 1], cell, 0) for at, cell in enumerate(cells[1:])])
    table = np.array(weights, dtype=float).reshape(-1, len(head) - 1)
    if not len(table) or (table.sum(axis=0) <= 0).any():
        raise DataError(f"{path.name}: a column has no weight above 0. Give each at least one.")
    column = [head.index(name, 2) - 1 if name in head[2:] else 0 for name in names]
    return labels, (table / table.sum(axis=0)).T[column]
