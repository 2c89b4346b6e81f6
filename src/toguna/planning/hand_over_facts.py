"""`read_capacity`: courts, places of detention and trained police, as a user's CSV states them by area and month."""

from __future__ import annotations

import csv
import difflib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
import pandas as pd
from pydantic import BaseModel, Field

from toguna.core.errors import Fault, PlanError
from toguna.core.frozen import Frozen
from toguna.core.months import Month
from toguna.country.country import Country
from toguna.network.names import plain
from toguna.planning.mandate import Basis
from toguna.planning.posture import Floats
from toguna.planning.resources import YearMonth
from toguna.planning.units import Sheet, refusal, validated

M = TypeVar("M", bound=BaseModel)
Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]
FIGURES = ("courts", "detention_places", "police_trained")


class CapacityRow(Frozen):
    """A row of the file. An empty figure is not known; it is never nothing."""

    area: str = Field(min_length=1, description="P-code of an admin 2 area, of a region, or of the country as a whole")
    month: YearMonth | None = Field(default=None, description="Holds from this month on, YYYY-MM; empty for always")
    courts: Number | None = Field(default=None, description="Working courts, number")
    detention_places: Number | None = Field(default=None, description="Humane places of detention, people held")
    police_trained: Number | None = Field(default=None, description="Trained and vetted police, people")
    source: str = Field(min_length=1, description="Who counted")
    basis: Basis = Field(description="How the figures were obtained")


@dataclass(frozen=True, eq=False)
class Capacity:
    """What is known of courts, detention and police, by area and month.

    Attributes
    ----------
    file : name of the file
    digest : SHA-256 of the file, its first 12 digits
    rows : as they stand in the file
    """

    file: str
    digest: str
    rows: tuple[CapacityRow, ...] = field(repr=False)

    def at(self, codes: Sequence[str], months: Sequence[Month]) -> Floats:
        """Return numbers known in each month, areas x months x (courts, places of detention, police); NaN: not known.

        A figure holds from its month until a later row of the same area states it anew. What is stated of a region or
        of the country stays with it and is not spread over its areas.
        """
        place = {code: number for number, code in enumerate(codes)}
        found = np.full((len(codes), len(months), len(FIGURES)), np.nan)
        for row in sorted(self.rows, key=lambda one: one.month or ""):
            if row.area not in place:
                continue
            begun = np.array([row.month is None or row.month <= str(month) for month in months])
            for number, name in enumerate(FIGURES):
                if (value := getattr(row, name)) is not None:
                    found[place[row.area], begun, number] = value
        return found

    def sources(self, codes: Sequence[str], months: Sequence[Month]) -> list[list[str]]:
        """Return who is behind the figures of each area and month, areas x months; empty where nothing is stated."""
        return [[self._sources(code, str(month)) for month in months] for code in codes]

    def _sources(self, code: str, month: str) -> str:
        latest: dict[str, CapacityRow] = {}
        for row in sorted(self.rows, key=lambda one: one.month or ""):
            if row.area == code and (row.month or "") <= month:
                latest.update({name: row for name in FIGURES if getattr(row, name) is not None})
        return "; ".join(dict.fromkeys(f"{row.source} ({row.basis})" for row in latest.values()))


def read_capacity(path: str | Path, country: Country) -> Capacity:
    """Return the courts, places of detention and police a CSV file states.

    Columns are those of `CapacityRow`: area, month, courts, detention_places, police_trained, source, basis.

    Raises
    ------
    PlanError
        A column or area is not known, a figure is not a number, or an area is stated twice for a month: file, line,
        column, value and remedy.
    """
    path = Path(path)
    rows = read_rows(path, CapacityRow)
    levels = dict(zip(country.areas["pcode"], country.areas["level"], strict=True))
    faults, before = [], dict[tuple[str, str | None], int]()
    for line, row in rows:
        if levels.get(row.area, 9) > 2:
            faults.append(unknown_area(path.name, line, "area", row.area, country))
        elif first := before.get((row.area, row.month)):
            say = f"the area is stated for {row.month or 'always'} on line {first} too"
            faults.append(Fault(path.name, line, "area", row.area, say, "Keep one of them, or give each its month."))
        before.setdefault((row.area, row.month), line)
    if faults:
        raise refusal(f"{path.name} has faults:", faults)
    return Capacity(path.name, hashlib.sha256(path.read_bytes()).hexdigest()[:12], tuple(row for _, row in rows))


def unknown_area(file: str, line: int | None, column: str, code: str, country: Country) -> Fault:
    """Return the fault of an area the country does not have, with the P-code that may have been meant."""
    areas = country.areas[country.areas["level"] <= 2]
    named = areas[[plain(str(name)) == plain(code) for name in areas["name"]]]
    if len(named):
        meant = " or ".join(f"{one} (admin {level})" for one, level in zip(named["pcode"], named["level"], strict=True))
        return Fault(file, line, column, code, "a name stands where a P-code is needed", f"Write {meant}.")
    near = difflib.get_close_matches(code, list(areas["pcode"]), n=1, cutoff=0.6)
    remedy = f"Did you mean {near[0]}?" if near else "Write the P-code of an area down to admin 2."
    return Fault(file, line, column, code, "the pack has no such area down to admin 2", remedy)


def read_rows(path: Path, model: type[M]) -> list[tuple[int, M]]:
    """Return each row of a CSV file as a model, with its line; an empty cell is a key left out.

    Raises
    ------
    PlanError
        Every fault: file, line, column, value and remedy.
    """
    found, faults = [], list[str]()
    for line, values in _cells(path, model):
        try:
            found.append((line, validated(model, Sheet(path.name, values, {"": (path.name, line)}))))
        except PlanError as error:  # gathered, so that one run shows the faults of all rows
            faults += str(error).splitlines()[1:]
    if faults:
        raise PlanError("\n".join([f"{path.name} has faults:", *faults]))
    return found


def _cells(path: Path, model: type[BaseModel]) -> Iterator[tuple[int, dict[str, str]]]:
    known = [field.alias or name for name, field in model.model_fields.items()]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PlanError(f"{path.name} cannot be read as CSV ({error}). Save it as comma-separated UTF-8.") from error
    if not rows:
        raise PlanError(f"{path.name} is empty. Write the columns {', '.join(known)} on its first line.")
    (top, names), *body = rows
    _check_names(path.name, top, names, known)
    for line, cells in body:
        if not any(cells):
            continue
        if len(cells) > len(names):
            say = f"the row has {len(cells)} cells for {len(names)} columns"
            fault = Fault(path.name, line, "", "", say, "Put text that holds a comma in double quotes.")
            raise refusal(f"{path.name} has faults:", [fault])
        yield line, {name: cell for name, cell in zip(names, cells, strict=False) if cell}


def _check_names(file: str, line: int, names: list[str], known: list[str]) -> None:
    faults = []
    for at, name in enumerate(names):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            remedy = f"Did you mean {near[0]}?" if near else f"Take it out. Known: {', '.join(known)}."
            faults.append(Fault(file, line, "", name, "there is no such column", remedy))
        elif name in names[:at]:
            faults.append(Fault(file, line, "", name, "the column stands twice", "Keep one of them."))
    if faults:
        raise refusal(f"{file} has faults:", faults)


def residents(country: Country, codes: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    """Return people living in each admin 2 area, NaN where not known, and what a reader must know about them."""
    home = country.places[country.places["admin2_pcode"].isin(list(codes))]
    known = home[home["population"].notna() & (home["kind"] != "camp")]
    summed = known.groupby("admin2_pcode")["population"].sum().reindex(list(codes))
    people = summed.where(summed > 0).to_numpy(float)
    dated = known[known["population_year"].notna()]
    years = pd.to_numeric(dated["population_year"])
    share = float(dated["population"].sum() / max(float(known["population"].sum()), 1.0))
    span = "" if dated.empty else f"{years.min():.0f}" + ("" if years.nunique() == 1 else f" to {years.max():.0f}")
    remarks = (
        f"Rates are by residents of {span} ({share:.0%} of them; for the rest the pack gives no year), without camps "
        "and without those who fled.",
    ) if span else ("Rates are by residents of a year the pack does not give.",)  # fmt: skip
    return people, remarks
