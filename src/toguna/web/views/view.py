"""How a view is declared once: its one table, its columns, its filters and its shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from toguna.core.words import N_
from toguna.country.country import Country

Kind = Literal["text", "number", "month", "code"]
Rows = Callable[[Country, Mapping[str, Any]], pd.DataFrame]
SHAPE = "geometry"


@dataclass(frozen=True)
class Column:
    """A column of a view.

    Attributes
    ----------
    name : the same in every form
    label, unit : words of the catalogue; no unit is ""
    kind : month is YYYY-MM; code is a word that programs rely on, never translated; numbers may be missing
    is_words : its cells are words of the catalogue, shown in the reader's language
    is_flag : its cells are true or false
    """

    name: str
    label: str
    unit: str = ""
    kind: Kind = "text"
    is_words: bool = False
    is_flag: bool = False


@dataclass(frozen=True)
class Filter:
    """A parameter that leaves rows out.

    Attributes
    ----------
    name : of the parameter
    column : it looks at
    how : is (one of several values parted by commas), from or to (a month or day, both ends within), least
    description : what it does, for the documentation
    example : a value that finds something in the made-up country
    choices : the only words allowed; empty where any will do
    """

    name: str
    column: str
    how: Literal["is", "from", "to", "least"] = "is"
    description: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Argument:
    """A parameter the table is made from, not only cut down by.

    Attributes
    ----------
    annotation : its type with its bounds, as pydantic reads it
    default : value where it is not given; ... where it must be
    """

    name: str
    annotation: Any
    default: Any = None


@dataclass(frozen=True)
class View:
    """A view of a country.

    Attributes
    ----------
    title : what one row is, a word of the catalogue
    rows : makes its table from a country and the view's arguments; every form shows rows of this table
    columns : in the order shown; empty where they depend on what a job found
    filters, arguments : parameters beyond those all views share
    key : column that names a row, for shapes
    area : column with the P-code that `admin1_code` and `admin2_code` look at; "" where it has none
    level : administrative level the map of this view is drawn on; None where its rows have shapes of their own, or none
    has_shapes : whether rows carry a shape (EPSG:4326)
    of_job : whether the table is a result of a finished job
    remarks : what a reader should know beside every table, words of the catalogue
    """

    name: str
    title: str
    rows: Rows
    columns: tuple[Column, ...] = ()
    filters: tuple[Filter, ...] = ()
    arguments: tuple[Argument, ...] = ()
    key: str = ""
    area: str = ""
    level: int | None = None
    has_shapes: bool = False
    of_job: bool = False
    remarks: tuple[str, ...] = field(default=())


def tidy(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return the columns in order, each of one kind: text without holes, numbers or missing, flags.

    A number that is endless (no way there, no end) is missing in every form: most forms cannot hold it.
    Whole numbers are kept as such, so that a year is never printed as 2013.0.
    """
    made: dict[str, Any] = {}
    for column in columns:
        cells = frame[column.name]
        if column.is_flag:
            made[column.name] = cells.astype(bool)
        elif column.kind == "number":
            made[column.name] = _numbers(cells)
        else:
            made[column.name] = cells.astype(object).where(cells.notna(), "").astype(str)
    found = pd.DataFrame(made, index=frame.index)
    if SHAPE in frame:
        import geopandas

        found = geopandas.GeoDataFrame(found, geometry=frame[SHAPE].to_numpy(), crs="EPSG:4326")
    return found.reset_index(drop=True)


def _numbers(cells: pd.Series) -> pd.Series:
    values = pd.to_numeric(cells, errors="coerce").astype("float64")
    values = values.where(np.isfinite(values))
    known = values.dropna()
    if len(known) and bool((known == known.round()).all()) and bool((known.abs() < 2**53).all()):
        return values.astype("Int64")
    return values


def points(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a point a row, from its longitude and latitude; no shape where either is missing."""
    import geopandas
    import shapely

    place = frame[["longitude", "latitude"]].to_numpy(dtype=float)
    shapes = np.full(len(frame), None, dtype=object)
    known = np.isfinite(place).all(axis=1)
    shapes[known] = shapely.points(place[known])
    return geopandas.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def in_area(frame: pd.DataFrame, country: Country, column: str = "admin2_pcode") -> pd.DataFrame:
    """Return a table with `admin1_code` and `admin2_code` in place of the P-code in a column."""
    parent = country.areas.set_index("pcode")["parent"].to_dict()
    level = country.areas.set_index("pcode")["level"].to_dict()
    chains = {code: _chain(code, parent, level) for code in frame[column].unique()}
    both = [chains[code] for code in frame[column]]
    dropped = frame.drop(columns=[column]) if column == "admin2_pcode" else frame
    return dropped.assign(admin1_code=[one[0] for one in both], admin2_code=[one[1] for one in both])


def _chain(code: str, parent: Mapping[str, str], level: Mapping[str, int]) -> tuple[str, str]:
    """Return the admin 1 and admin 2 areas a P-code lies in; "" for a level above it."""
    found = {1: "", 2: ""}
    while code in level:
        found[level[code]] = code
        code = parent[code]
    return found[1], found[2]


CAVEATS = N_("A cell without a number is not known; it is never zero.")
