"""Shortened copies of real files, and what can happen to a file on its way to a reader."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Rows = list[list[str]]

ROWS = 40  # of each real file, half of them about the country where it has so many
FEATURE_BYTES = 60_000  # of the features of a real file
HERE = {"Mali", "MLI", "ML", "432", "432.0", "MINUSMA", "16.77348"}  # Timbuktu's latitude: base towns have no country

NONSENSE = (
    *("", " ", "-", "n/a", "NaN", "inf", "-5", "0", "1.5", "1e400", "-1e-9", "99999999999999999999", "1e17", "two"),
    *("2013-02-30", "31/12/2013", "30 February 2013", "2013-13", "0000-01", "9999-12", "0001-01-01", "9999-12-31"),
    *("1800", "2200", "-91", "181", "90", "-180", "Ségou", "Mali", "MLI", "True", "١٢", "\ufeff", "\0", "\ufffd"),
    *("'", '"', 'a"b', "a,b", "a\tb", "two\nlines", "cr\rhere", ";", "=1+1", "#", "../x", "x" * 300),
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A shortened copy of a delimited file.

    Attributes
    ----------
    name : name of the real file
    rows : its cells, the header first where it has one
    headed : whether it has a header
    plain : whether its cells are parted by tabs and never quoted, as in a gazetteer
    """

    name: str
    rows: Rows
    headed: bool = True
    plain: bool = False

    def __repr__(self) -> str:
        return self.name

    def save(self, rows: Rows, encoding: str = "utf-8", end: str = "\n", quoting: Any = csv.QUOTE_ALL) -> bytes:
        """Return rows as the text of a file of this kind."""
        out = io.StringIO(newline="")
        if self.plain:
            out.writelines("\t".join(row) + end for row in rows)
        else:
            csv.writer(out, lineterminator=end, quoting=quoting).writerows(rows)
        return out.getvalue().encode(encoding, errors="replace")

    def lines(self, data: bytes) -> set[int]:
        """Return the lines rows start on, counted without the reader under test."""
        text = text_in(data)
        if self.plain:
            return {line for line, words in enumerate(text.split("\n"), 1) if words.strip()}
        reader = csv.reader(io.StringIO(text, newline=""))
        found, line = set(), 1
        for row in reader:
            is_row = any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#")
            if row if self.headed else is_row:
                found.add(line)
            line = reader.line_num + 1
        return found - {min(found, default=0)} if self.headed else found


def text_in(data: bytes) -> str:
    """Return the text in bytes; which letters damaged bytes stand for moves no row."""
    return data.decode("utf-8-sig", errors="replace")


def shortened(path: Path, *, headed: bool = True) -> Sheet:
    """Return a delimited file with few rows, those about the country among them, in their order."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    if not headed:
        return Sheet(path.name, [header, *rows][:ROWS], headed=False)
    about = [number for number, row in enumerate(rows) if HERE & set(row)][: ROWS // 2]
    others = [number for number in range(len(rows)) if number not in set(about)][: ROWS - len(about)]
    return Sheet(path.name, [header, *(rows[number] for number in sorted(about + others))])


def shortened_features(path: Path) -> dict[str, Any]:
    """Return a GeoJSON file with its first features, as many as are small together; one at least."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    kept, size = [], 0
    for feature in sorted(content["features"], key=lambda one: len(json.dumps(one)))[:12]:
        size += len(json.dumps(feature))
        if kept and size > FEATURE_BYTES:
            break
        kept.append(feature)
    return {**content, "features": kept}


# Each change takes rows (header first) and a way to draw, and returns other rows.
_Change = Callable[[Rows, Callable[[Any], Any]], Rows]


def _cell(rows: Rows, draw: Callable[[Any], Any], text: str) -> Rows:
    at = draw(st.integers(min(1, len(rows) - 1), len(rows) - 1))
    if rows[at]:
        rows[at][draw(st.integers(0, len(rows[at]) - 1))] = text
    return rows


def _blanked(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    return _cell(rows, draw, "")


def _nonsense(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    return _cell(rows, draw, draw(st.sampled_from(NONSENSE) | st.text(max_size=5)))


def _nonsense_in_every_row(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    column, text = draw(st.integers(0, len(rows[0]) - 1)), draw(st.sampled_from(NONSENSE))
    return [rows[0], *([*row[:column], text, *row[column + 1 :]] for row in rows[1:])]


def _negative(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    row = rows[draw(st.integers(0, len(rows) - 1))]
    row[:] = [f"-{cell}" if cell[:1].isdigit() else cell for cell in row]
    return rows


def _swapped(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    """Swap longitude and latitude in one row or in all; two other columns where there are none."""
    names = [name.casefold() for name in rows[0]]
    points = [names.index(name) for name in names if name.startswith(("lat", "lon", "lng"))]
    a, b = points[:2] if len(points) >= 2 else (0, len(names) - 1)
    first = draw(st.integers(1, len(rows)))
    for row in rows[first:] if draw(st.booleans()) else rows[first : first + 1]:
        if len(row) > max(a, b):
            row[a], row[b] = row[b], row[a]
    return rows


def _column_dropped(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    at = draw(st.integers(0, len(rows[0]) - 1))
    return [row[:at] + row[at + 1 :] for row in rows] if len(rows[0]) > 1 else rows


def _column_renamed(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    at = draw(st.integers(0, len(rows[0]) - 1))
    rows[0][at] = draw(st.sampled_from(["", "x", " ", rows[0][0], rows[0][at].swapcase()]))
    return rows


def _columns_reordered(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    turn = draw(st.integers(0, len(rows[0]) - 1))
    return [row[turn:] + row[:turn] if len(row) == len(rows[0]) else row for row in rows]


def _row_twice(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    row = draw(st.sampled_from(rows[1:] or rows))
    rows.insert(draw(st.integers(1, len(rows))), list(row))
    return rows


def _ragged(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    row = rows[draw(st.integers(0, len(rows) - 1))]
    row[:] = [*row, "more"] if draw(st.booleans()) else row[: max(1, len(row) - draw(st.integers(1, 9)))]
    return rows


def _few_rows(rows: Rows, draw: Callable[[Any], Any]) -> Rows:
    return rows[: draw(st.integers(1, 3))]


CHANGES: tuple[_Change, ...] = (
    _blanked,
    _nonsense,
    _nonsense,
    _nonsense_in_every_row,
    _negative,
    _swapped,
    _column_dropped,
    _column_renamed,
    _columns_reordered,
    _row_twice,
    _ragged,
    _few_rows,
)


@st.composite
def mutilated_rows(draw: Callable[[Any], Any], sheet: Sheet) -> Rows:
    """Return the rows of a sheet after one to four changes."""
    rows = [list(row) for row in sheet.rows]
    for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4)):
        rows = change(rows, draw)
    if sheet.plain:
        rows = [[cell.translate({9: " ", 10: " ", 13: " "}) for cell in row] for row in rows]
    return rows


@st.composite
def saved(draw: Callable[[Any], Any], sheet: Sheet) -> bytes:
    """Return a sheet as another tool may save it: other encodings, ends of lines, quotation marks."""
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32"]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    return sheet.save(sheet.rows, encoding, draw(st.sampled_from(["\n", "\r\n", "\r"])), quoting)


@st.composite
def damaged(draw: Callable[[Any], Any], data: bytes) -> bytes:
    """Return bytes cut off anywhere, flipped, or with others put between; headers and ends are hit more often."""
    last = max(len(data) - 1, 0)
    near = st.integers(0, min(300, last)) | st.integers(max(0, last - 300), last)
    place = st.integers(0, last) | near
    for _ in range(draw(st.integers(1, 4))):
        at = min(draw(place), max(len(data) - 1, 0))
        match draw(st.sampled_from(["cut", "flip", "flip", "bit", "bit", "insert", "drop"])):
            case "cut":
                data = data[:at]
            case "flip":
                data = data[:at] + draw(st.binary(min_size=1, max_size=4)) + data[at + 1 :]
            case "bit" if data:
                data = data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
            case "insert":
                data = data[:at] + draw(st.sampled_from([b'"', b"\n", b"\r", b"\0", b",", b"\xff\xfe"])) + data[at:]
            case _:
                data = data[:at] + data[at + draw(st.integers(1, 2000)) :]
    return data


_WRONG_SHAPES: tuple[Any, ...] = (
    None,
    {},
    [],
    "POINT (1 2)",
    {"type": "Point"},
    {"type": "Point", "coordinates": []},
    {"type": "Point", "coordinates": ["a", "b"]},
    {"type": "Point", "coordinates": [float("nan"), 1]},
    {"type": "Point", "coordinates": [1e308, -1e308]},
    {"type": "Polygon", "coordinates": [[[0, 14], [1, 15]]]},
    {"type": "Polygon", "coordinates": [[[-3, 14], [1, 15], [-3, 15], [1, 14], [-3, 14]]]},
    {"type": "Polygon", "coordinates": [[[-3, 14], [-2, 14], [-3, 14], [-3, 14]]]},
    {"type": "GeometryCollection", "geometries": []},
    {"type": "LineString", "coordinates": [[1, 1], [1, 1]]},
    {"type": "MultiPolygon", "coordinates": []},
)
_WRONG_VALUES: tuple[Any, ...] = (None, "", 0, -1, 1e308, True, [], {}, [1, None], "\ud800", "ML", "XX9999", "a\nb")


@st.composite
def mutilated_features(draw: Callable[[Any], Any], content: dict[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON document after one to three changes to its features."""
    content = json.loads(json.dumps(content))
    features = content["features"]
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(features) - 1))
        one = features[at] if isinstance(features[at], dict) else {}
        named = one.get("properties")
        match draw(st.sampled_from(["shape", "shape", "value", "value", "rename", "turn", "half", "twice", "odd"])):
            case "shape":
                one["geometry"] = draw(st.sampled_from(_WRONG_SHAPES))
            case "value" if isinstance(named, dict) and named:
                named[draw(st.sampled_from(sorted(named)))] = draw(st.sampled_from(_WRONG_VALUES))
            case "rename" if isinstance(named, dict) and named:
                named["x"] = named.pop(draw(st.sampled_from(sorted(named))))
            case "turn":
                every = features if draw(st.booleans()) else [one]
                for feature in every:
                    _walk(feature, lambda point: [point[1], point[0], *point[2:]])
            case "half":
                _walk(one, lambda point: [point[0] + draw(st.sampled_from([0, 0, 0, 0.5])), point[1]])
            case "twice":
                features.insert(at, features[at])
            case "odd":
                features[at] = draw(st.sampled_from([None, [], "x", {}, {"properties": []}, {"geometry": None}]))
    return content


def _walk(feature: Any, change: Callable[[Sequence[float]], list[float]]) -> None:
    """Change every point of a feature in place."""

    def changed(part: Any) -> Any:
        if isinstance(part, list) and part and isinstance(part[0], int | float) and len(part) >= 2:
            return change(part)
        return [changed(one) for one in part] if isinstance(part, list) else part

    shape = feature.get("geometry") if isinstance(feature, dict) else None
    if isinstance(shape, dict) and "coordinates" in shape:
        shape["coordinates"] = changed(shape["coordinates"])
