"""A view in the form asked for, from the rows that every other form would hold as well."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from pydantic_core import to_json

from toguna.core.words import N_, Sentence
from toguna.web.filters import MOST, Asked, filtered, given, ignored, ordered, page
from toguna.web.formats import MEDIA, records, to_csv, to_geojson, to_gpkg, to_parquet, to_xlsx
from toguna.web.kept import Kept
from toguna.web.problems import Problem
from toguna.web.tables import Table, Tables
from toguna.web.views import View
from toguna.web.views.cells import said_cell
from toguna.web.views.view import Column
from toguna.web.words import Words

_BYTES = 256 * 1024 * 1024
_WORTH = 1024  # bytes from which an answer is sent compressed
_NO_AREA = N_("This view knows no areas below the country: the area asked for changed nothing.")
_NOTHING = N_("No row was found. That nothing is on record does not say that nothing happened.")
_MOST_SHEET = 200_000  # rows of a workbook


@dataclass(frozen=True)
class Body:
    """An answer ready to be sent: its bytes, the same compressed (or none), its tag and form."""

    plain: bytes
    zipped: bytes
    tag: str
    media: str
    name: str = ""

    @property
    def size(self) -> int:
        """Bytes it takes to keep."""
        return len(self.plain) + len(self.zipped)


def body(content: bytes, media: str, name: str = "") -> Body:
    """Return an answer of some bytes."""
    is_text = media.startswith(("text/", "application/json", "application/geo+json"))
    zipped = gzip.compress(content, 6, mtime=0) if is_text and len(content) >= _WORTH else b""
    return Body(content, zipped, f'"{hashlib.sha256(content).hexdigest()[:24]}"', media, name)


class Answers:
    """Answers by what was asked, the longest unused forgotten first."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._kept: Kept[Body] = Kept(_BYTES, size=lambda one: one.size)

    def known(self, view: View, asked: Asked, form: str | None, language: str) -> Body | None:
        """Return an answer that was made before, at once, or None."""
        return self._kept.known(_key(view, asked, form, language))

    def answer(self, view: View, asked: Asked, form: str | None, language: str) -> Body:
        """Return the answer in a form; without one, JSON of at most 10,000 rows."""
        key = _key(view, asked, form, language)
        return self._kept.get(key, lambda: _made(self.tables.table(view, asked), asked, form, language))


def _key(view: View, asked: Asked, form: str | None, language: str) -> tuple[str, ...]:
    return (view.name, asked.model_dump_json(exclude_defaults=True), form or "", language)


def shown(table: Table, asked: Asked, most: int | None, say: Words) -> tuple[pd.DataFrame, int]:
    """Return the rows asked for in the reader's words, and how many there are beyond this page."""
    rows = ordered(filtered(table.rows, table.view, asked, table.country), asked.sort)
    part = page(rows, asked, most)
    told = partial(said_cell, say) if table.view.of_job else say
    words = {one.name: part[one.name].map(told) for one in table.columns if one.is_words}
    return (part.assign(**words) if words else part), len(rows)


def _made(table: Table, asked: Asked, form: str | None, language: str) -> Body:
    say = Words(language, table.country.pack)
    columns = [replace(one, label=say(one.label), unit=say(one.unit)) for one in table.columns]
    rows, total = shown(table, asked, MOST if form is None else None, say)
    remarks = _remarks(table, asked, total, say)
    name = f"{table.made_from['pack']}-{table.view.name}-{table.country.month}.{form}"
    kind = form or "json"
    if kind == "csv":
        content = to_csv(rows)
    elif kind == "xlsx":
        if len(rows) > _MOST_SHEET:
            raise Problem(422, "too-many-rows", N_("These are more rows than a workbook holds. Take CSV or Parquet."))
        content = to_xlsx(rows, columns, _about(table, rows, say, remarks))
    elif kind == "gpkg":
        content = to_gpkg(rows, table.view.name)
    elif kind == "parquet":
        content = to_parquet(rows)
    elif kind == "geojson":
        head = {"numberMatched": total, "numberReturned": len(rows)}
        content = to_geojson(rows, table.view.key, head)
    else:
        meta = _meta(table, asked, rows, columns, total, form, remarks, say)
        content = b'{"data":%s,"meta":%s}' % (to_json(records(rows)), to_json(meta))
    return body(content, MEDIA[kind], name if form and kind not in ("json", "geojson") else "")


def _remarks(table: Table, asked: Asked, total: int, say: Words) -> list[str]:
    profile = table.country.profile
    said = [say(Sentence.of_plain(one)) for one in table.made_from.get("remarks", ())]
    said += [say(one) for one in table.view.remarks]
    if profile.made_up:
        said.insert(0, say(N_("Made-up country: no figure here is real")))
    said += [one.get(say.code) or say(one.get("en", "")) for one in profile.caveats]
    if ignored(table.rows, asked):
        said.append(say(_NO_AREA))
    if not total:
        said.append(say(_NOTHING))
    return [one for one in said if one]


def sources_of(table: Table, rows: pd.DataFrame, say: Words) -> list[dict[str, str | None]]:
    """Return the sources of the rows shown, with title, licence and the last time they speak of."""
    if "source" not in rows and "sources" not in rows:
        return []
    cells = rows["source" if "source" in rows else "sources"].unique()
    named = sorted({one.strip() for cell in cells for one in str(cell).split(",") if one.strip()})
    known = table.country.sources.set_index("source")
    return [
        {
            "id": one,
            "title": say(str(known.at[one, "title"])),
            "licence": say(str(known.at[one, "licence"])),
            "as_of": str(known.at[one, "until"]) or None,
        }
        for one in named
        if one in known.index
    ]


def _meta(
    table: Table,
    asked: Asked,
    rows: pd.DataFrame,
    columns: Sequence[Column],
    total: int,
    form: str | None,
    remarks: list[str],
    say: Words,
) -> dict[str, Any]:
    return {
        "view": table.view.name,
        "title": say(table.view.title),
        "total": total,
        "limit": asked.limit or (MOST if form is None else None),
        "offset": asked.offset,
        "columns": [
            {"name": one.name, "label": one.label, "unit": one.unit or None, "kind": one.kind} for one in columns
        ],
        "sources": sources_of(table, rows, say),
        "made_from": {name: one for name, one in table.made_from.items() if name != "remarks"},
        "remarks": remarks,
        "geometry": _geometry(table, asked),
    }


def _geometry(table: Table, asked: Asked) -> str | None:
    """Return the address of the shapes these rows are drawn with."""
    if "geometry" in table.rows:
        query = {name: value for name, value in given(asked).items() if name not in ("sort", "limit", "offset")}
        return f"/api/v1/{table.view.name}.geojson?{urlencode(query)}".rstrip("?")
    if table.view.level is None:
        return None
    query = {"location_code": table.country.profile.iso3, "level": table.view.level}
    return f"/api/v1/areas.geojson?{urlencode(query)}"


def _about(table: Table, rows: pd.DataFrame, say: Words, remarks: list[str]) -> list[tuple[str, str]]:
    """Return what a workbook's second sheet says: what was made from what, under which licences."""
    made = table.made_from
    lines = [(say(N_("View")), say(table.view.title)), (say(N_("Country")), table.country.profile.label(say.code))]
    lines += [(name, str(made.get(name, ""))) for name in ("pack", "pack_hash", "run_id", "version", "parameters")]
    lines += [
        (say(N_("Source")), f"{one['id']}: {one['title']}, {one['licence']}") for one in sources_of(table, rows, say)
    ]
    return lines + [(say(N_("Remark")), one) for one in remarks]
