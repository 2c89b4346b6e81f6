"""The forms a table leaves in. Each is made from the same rows; none adds, leaves out or rounds anything."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic_core import to_json

from toguna.web.views.view import SHAPE, Column

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}
FORMS = tuple(MEDIA)
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CELL = 32_767  # letters a spreadsheet cell holds
_XLSX_ROWS = 1_048_575


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without their shapes."""
    return pd.DataFrame(rows.drop(columns=SHAPE)) if SHAPE in rows else rows


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one dictionary a row; a missing number is None."""
    flat = plain(rows)
    columns = [flat[name].astype(object).where(flat[name].notna(), None).tolist() for name in flat.columns]
    names = [str(name) for name in flat.columns]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays what it is.

    Examples
    --------
    >>> harmless("=1+1"), harmless("-2.5"), harmless("Gao")
    ("'=1+1", '-2.5', 'Gao')
    """
    if text.startswith(_ACTIVE) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def to_csv(rows: pd.DataFrame) -> bytes:
    """Return the rows as CSV: UTF-8, a header of column names, missing numbers empty."""
    flat = plain(rows).copy()
    for name in flat.columns:
        if not pd.api.types.is_numeric_dtype(flat[name]):
            flat[name] = [harmless(text) for text in flat[name]]
        elif flat[name].dtype == bool:
            flat[name] = flat[name].map({True: "true", False: "false"})
    return bytes(flat.to_csv(index=False, lineterminator="\r\n").encode("utf-8"))


def to_xlsx(rows: pd.DataFrame, columns: Sequence[Column], about: Sequence[tuple[str, str]]) -> bytes:
    """Return the rows as a workbook: names and labels over the rows, and a second sheet on what they are."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    if len(rows) > _XLSX_ROWS:
        raise ValueError("more rows than a workbook holds")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.freeze_panes = "A2"
    cell = _cell(sheet)
    flat = plain(rows)
    sheet.append([cell(str(name)) for name in flat.columns])
    for record in zip(*(flat[name].astype(object).where(flat[name].notna(), None) for name in flat), strict=True):
        sheet.append([cell(value) if isinstance(value, str) else value for value in record])
    notes = book.create_sheet("about")
    cell = _cell(notes)
    for column in columns:
        notes.append([cell(column.name), cell(column.label), cell(column.unit)])
    for label, text in about:
        notes.append([cell(label), cell(text)])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(sheet: Any) -> Callable[[str], Any]:
    """Return how a text becomes a cell of a sheet that is text whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    def cell(text: str) -> Any:
        clean = _UNPRINTABLE.sub("", text)[:_CELL]
        if not clean.startswith(("=", "#")):
            return clean or None
        found = WriteOnlyCell(sheet, value=clean)
        found.data_type = "s"
        return found

    return cell


def to_geojson(rows: pd.DataFrame, key: str = "", head: Mapping[str, Any] | None = None) -> bytes:
    """Return the rows as a GeoJSON FeatureCollection in longitude and latitude; shapes may be null."""
    import shapely

    shapes = shapely.to_geojson(rows[SHAPE].to_numpy()) if SHAPE in rows else [None] * len(rows)
    features = [
        b'{"type":"Feature",%s"geometry":%s,"properties":%s}'
        % (
            b'"id":%s,' % to_json(record[key]) if key else b"",
            b"null" if shape is None else shape.encode(),
            to_json(record),
        )
        for record, shape in zip(records(rows), shapes, strict=True)
    ]
    more = b"".join(b",%s:%s" % (to_json(name), to_json(value)) for name, value in (head or {}).items())
    return b'{"type":"FeatureCollection"%s,"features":[%s]}' % (more, b",".join(features))


def to_gpkg(rows: pd.DataFrame, layer: str) -> bytes:
    """Return the rows as a GeoPackage with one layer; without shapes, a table."""
    import pyogrio

    out = rows.copy()
    for name in out.columns:
        if str(out[name].dtype) == "Int64":
            out[name] = out[name].astype("float64" if out[name].isna().any() else "int64")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.gpkg")
        pyogrio.write_dataframe(out, file, layer=layer, driver="GPKG")
        return file.read_bytes()


def to_parquet(rows: pd.DataFrame) -> bytes:
    """Return the rows as Parquet; as GeoParquet where they have shapes."""
    made = io.BytesIO()
    rows.reset_index(drop=True).to_parquet(made, index=False)
    return made.getvalue()
