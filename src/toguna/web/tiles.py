"""Tiles of events for sets too large to draw one by one: counts by square cell, never finer than about five kilometres.

A million events are held as plain columns; a filter is one pass over those of a tile.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from fastapi import APIRouter, FastAPI, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from pydantic_core import to_json

from toguna.core.words import N_
from toguna.web.answers import Answers, Body, body
from toguna.web.filters import Where, filtered, narrowing, safe
from toguna.web.kept import Kept
from toguna.web.mvt import EXTENT, squares
from toguna.web.problems import invalid
from toguna.web.routes import send
from toguna.web.views import VIEWS
from toguna.web.views.view import Filter, View

FINEST = 8  # zoom of the finest cells; a map enlarges them beyond it
CELLS = 32  # cells across a tile: at zoom 8 about 5 km at the equator, no finer than a place may be shown
_BITS = 5  # of the column of a cell in its tile
_LIMIT = 85.0511
MVT = "application/vnd.mapbox-vector-tile"
router = APIRouter(prefix="/api/v1/tiles", tags=["views"])
_EVENTS = VIEWS["events"]
_Narrowing = narrowing(_EVENTS)


@dataclass(frozen=True, eq=False)
class Grid:
    """Events as columns in the order of a Z-curve, so that a tile is one stretch of them.

    Attributes
    ----------
    code : finest cell on the Z-curve, ascending
    deaths : best estimate, which the table of events holds for every event
    columns : what filters look at: words as their number in `words`, flags as 0 and 1
    words : the words of a column, in order
    """

    code: np.ndarray
    deaths: np.ndarray
    columns: Mapping[str, np.ndarray]
    words: Mapping[str, list[str]]

    @classmethod
    def of(cls, events: pd.DataFrame, view: View = _EVENTS) -> Grid:
        """Return the grid of the events with a known place."""
        place = events[["longitude", "latitude"]].to_numpy(float, na_value=np.nan)
        rows, place = events[np.isfinite(place).all(axis=1)], place[np.isfinite(place).all(axis=1)]
        south = np.sin(np.radians(np.clip(place[:, 1], -_LIMIT, _LIMIT)))
        across = CELLS << FINEST
        x = np.clip((place[:, 0] + 180) / 360 * across, 0, across - 1).astype(np.int64)
        y = np.clip((0.5 - np.arctanh(south) / (2 * np.pi)) * across, 0, across - 1).astype(np.int64)
        code = _spread(x) | _spread(y) << 1
        order = np.argsort(code, kind="stable")
        columns: dict[str, np.ndarray] = {}
        words: dict[str, list[str]] = {}
        for name in sorted({one.column for one in view.filters} | {"admin1_code", "admin2_code"}):
            if pd.api.types.is_numeric_dtype(rows[name]):
                columns[name] = rows[name].to_numpy(np.float32, na_value=np.nan)[order]
            else:
                numbers, known = pd.factorize(rows[name], sort=True)
                columns[name], words[name] = numbers.astype(np.int32)[order], [str(one) for one in known]
        return cls(code[order].astype(np.int32), rows["deaths"].to_numpy(float)[order], columns, words)

    def tile(self, z: int, x: int, y: int, filters: Mapping[str, tuple[Filter, Any]]) -> Cells:
        """Return the cells of a tile that hold events which pass all filters."""
        first = int(_spread(np.array(x))) | int(_spread(np.array(y))) << 1
        bits = 2 * (FINEST - z) + 2 * _BITS
        here = slice(*np.searchsorted(self.code, [first << bits, (first + 1) << bits]))
        cell = (self.code[here] >> 2 * (FINEST - z)) & (CELLS * CELLS - 1)
        keep = self._keep(here, filters)
        deaths = self.deaths[here]
        cell, deaths = (cell, deaths) if keep is None else (cell[keep], deaths[keep])
        events = np.bincount(cell, minlength=CELLS * CELLS)
        dead = np.bincount(cell, weights=deaths, minlength=CELLS * CELLS)
        held = np.flatnonzero(events)
        return Cells(_gather(held), _gather(held >> 1), events[held], dead[held])

    def _keep(self, here: slice, filters: Mapping[str, tuple[Filter, Any]]) -> np.ndarray | None:
        keep: np.ndarray | None = None
        for one, value in filters.values():
            cells = self.columns[one.column][here]
            passes = self._word_passes(cells, one, value) if one.column in self.words else _number(cells, one, value)
            keep = passes if keep is None else keep & passes
        return keep

    def _word_passes(self, cells: np.ndarray, one: Filter, value: str) -> np.ndarray:
        words = self.words[one.column]
        some = bisect_right(words, "")  # the first word that is not empty
        if one.how == "from":
            return np.asarray(cells >= max(bisect_left(words, value), some))
        if one.how == "to":
            return np.asarray((cells >= some) & (cells < bisect_right(words, f"{value}\uffff")))
        wanted = [number for number, word in enumerate(words) if word == value or word in value.split(",")]
        passing = np.zeros(len(words) + 1, dtype=bool)
        passing[wanted] = True
        return np.asarray(passing[cells])


def _number(cells: np.ndarray, one: Filter, value: Any) -> np.ndarray:
    if one.how == "least":
        return np.asarray(cells >= float(value))
    return np.isin(cells, [float(word == "true") for word in str(value).split(",")])


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of a tile that hold events: column and row in the tile from the north-west, events and deaths."""

    column: np.ndarray
    row: np.ndarray
    events: np.ndarray
    deaths: np.ndarray


def _spread(value: np.ndarray) -> np.ndarray:
    """Return a number of up to 16 bits with a free bit between each two."""
    out = value.astype(np.int64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        out = (out | out << shift) & mask
    return out


def _gather(value: np.ndarray) -> np.ndarray:
    """Return a number of up to 16 bits that was spread, without the bits between."""
    out = value.astype(np.int64) & 0x55555555
    for shift, mask in ((1, 0x33333333), (2, 0x0F0F0F0F), (4, 0x00FF00FF), (8, 0x0000FFFF)):
        out = (out | out >> shift) & mask
    return out


def filters_of(asked: Where, view: View = _EVENTS) -> dict[str, tuple[Filter, Any]]:
    """Return the filters asked for with their values."""
    found = {one.name: (one, getattr(asked, safe(one.name))) for one in view.filters}
    for name in ("admin1_code", "admin2_code"):
        found[name] = (Filter(name, name), getattr(asked, name))
    return {name: (one, value) for name, (one, value) in found.items() if value is not None}


def as_mvt(cells: Cells) -> bytes:
    """Return cells as a vector tile with the layer `events`."""
    side = EXTENT // CELLS
    drawn = [(x * side, y * side, side) for x, y in zip(cells.column.tolist(), cells.row.tolist(), strict=True)]
    numbers = {"events": cells.events.tolist(), "deaths": [round(one) for one in cells.deaths.tolist()]}
    return squares("events", drawn, numbers)


def as_geojson(z: int, x: int, y: int, cells: Cells) -> bytes:
    """Return cells as squares in longitude and latitude."""
    across = 2**z * CELLS
    west, north = x * CELLS + cells.column, y * CELLS + cells.row
    edges = [_longitude(west / across), _latitude((north + 1) / across)]
    edges += [_longitude((west + 1) / across), _latitude(north / across)]
    columns = [one.tolist() for one in (*edges, cells.events, cells.deaths)]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
            "properties": {"events": count, "deaths": dead},
        }
        for w, s, e, n, count, dead in zip(*columns, strict=True)
    ]
    return to_json({"type": "FeatureCollection", "features": features})


def _longitude(x: np.ndarray) -> np.ndarray:
    return x * 360 - 180


def _latitude(y: np.ndarray) -> np.ndarray:
    return np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))


class TileForm(_Narrowing):  # type: ignore[misc, valid-type]
    """What a tile can be asked: as the view of events, and its form."""

    form: Annotated[
        Literal["geojson", "mvt"], Field(description="geojson, or mvt for a vector tile with the layer events")
    ] = "geojson"


@router.get(
    "/events/{z}/{x}/{y}",
    summary="Events counted by square cell",
    response_model=None,
    responses={
        200: {"content": {"application/geo+json": {"schema": {"type": "object"}}, MVT: {}}},
        304: {"description": "As before"},
    },
)
async def tile(
    request: Request,
    z: Annotated[int, Path(ge=0, le=FINEST, description="Zoom; the finest cells are those of zoom 8")],
    x: Annotated[int, Path(ge=0, lt=2**FINEST, description="Column from the west")],
    y: Annotated[int, Path(ge=0, lt=2**FINEST, description="Row from the north")],
    asked: Annotated[TileForm, Query()],
) -> Response:
    """Return events and deaths by cell, after the same filters as the view of events."""
    if x >= 2**z or y >= 2**z:
        raise invalid(
            "x", N_("There is no such tile at zoom {z}."), N_("Give x and y from 0 to {most}."), z=z, most=2**z - 1
        )
    return send(request, await run_in_threadpool(_tile, request.app, z, x, y, asked))


def _tile(app: FastAPI, z: int, x: int, y: int, asked: TileForm) -> Body:
    answers: Answers = app.state.answers
    grids: Kept[Grid] = app.state.grids
    table = answers.tables.table(_EVENTS, asked)
    filtered(table.rows.head(0), _EVENTS, asked, table.country)  # checks what is asked as the view itself does
    grid = grids.get(table.made_from["run_id"], lambda: Grid.of(table.rows))
    found = grid.tile(z, x, y, filters_of(asked))
    if asked.form == "mvt":
        return body(as_mvt(found), MVT)
    return body(as_geojson(z, x, y, found), "application/geo+json")
