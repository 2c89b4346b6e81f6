"""Every form holds exactly the rows that are shown: same rows, same order, same cells."""

import csv
import io
import json
import math
import tempfile
from itertools import zip_longest
from pathlib import Path

import geopandas
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from toguna.web.views import VIEWS

OWN = [view for view in VIEWS.values() if not view.of_job and not view.arguments]
FORMS = ("json", "csv", "xlsx", "geojson", "gpkg", "parquet")


def same(one, other, form="json"):
    """Whether two cells are the same: missing is missing, 3 is 3.0; a workbook keeps 15 digits, as all of them do."""
    if one is None or (isinstance(one, float) and math.isnan(one)) or one is pd.NA:
        return other is None or other is pd.NA or (isinstance(other, float) and math.isnan(other))
    if form == "xlsx" and isinstance(one, float):
        return math.isclose(one, other, rel_tol=1e-14)
    return one == other


def from_csv(content, columns):
    """Rows of a CSV file: numbers as numbers, empty as missing, the sign before a would-be formula taken off."""

    def cell(text, column):
        if column["kind"] == "number":
            return None if text == "" else float(text)
        if text in ("true", "false") and column["name"].startswith(("is_", "has_", "missing")):
            return text == "true"
        return text[1:] if text.startswith("'") and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text

    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    return [{one["name"]: cell(row[one["name"]], one) for one in columns} for row in rows]


def from_xlsx(content, columns):
    """Rows of a workbook; an empty text is an empty cell there."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["rows"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert list(head) == [one["name"] for one in columns]
    return [
        {
            one["name"]: "" if cell is None and one["kind"] != "number" else cell
            for one, cell in zip_longest(columns, row)  # a row may end early where its last cells are empty
        }
        for row in rows
    ]


def frame_rows(frame):
    """Rows of a table, without shapes."""
    flat = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).astype(object)
    return flat.where(flat.notna(), None).to_dict("records")


def rows_of(form, content, columns):
    """Rows of any form, as dictionaries."""
    if form == "json":
        return json.loads(content)["data"]
    if form == "geojson":
        return [one["properties"] for one in json.loads(content)["features"]]
    if form == "csv":
        return from_csv(content, columns)
    if form == "xlsx":
        return from_xlsx(content, columns)
    if form == "gpkg":
        rows = frame_rows(from_gpkg(content))
        texts = {one["name"] for one in columns if one["kind"] != "number"}
        return [{name: "" if cell is None and name in texts else cell for name, cell in row.items()} for row in rows]
    return frame_rows(pd.read_parquet(io.BytesIO(content)))


def from_gpkg(content):
    """Rows of a GeoPackage, as GDAL reads them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.gpkg")
        file.write_bytes(content)
        return pyogrio.read_dataframe(file)


def assert_same(client, view, query):
    """Every form of a view holds what is shown for a query, whatever the query."""
    shown = client.ask("GET", f"/api/v1/{view}", params=query)
    if shown.status_code != 200:
        assert client.ask("GET", f"/api/v1/{view}.csv", params=query).status_code == shown.status_code
        return 0
    rows, columns = shown.json()["data"], shown.json()["meta"]["columns"]
    for form in FORMS:
        answer = client.ask("GET", f"/api/v1/{view}.{form}", params=query)
        assert answer.status_code == 200, (view, form, query, answer.text)
        found = rows_of(form, answer.content, columns)
        assert len(found) == len(rows), (view, form, query)
        for one, other in zip(rows, found, strict=True):
            assert list(one) == list(other) or form == "gpkg", (view, form)
            wrong = {name: (cell, other[name]) for name, cell in one.items() if not same(cell, other[name], form)}
            assert not wrong, (view, form, query, wrong)
    return len(rows)


@pytest.mark.parametrize("view", [view.name for view in OWN])
def test_every_form_of_every_view_is_what_is_shown(client, view):
    """Without filters, on the made-up country and its French."""
    assert assert_same(client, view, {"location_code": "XOU", "language": "fr"})


@pytest.mark.parametrize("view", ["indicators", "events", "needs", "political_events", "roads", "basemap"])
def test_every_form_is_what_is_shown_of_mali(client, view):
    """On the real country, up to what one page holds."""
    assert assert_same(client, view, {"location_code": "MLI", "limit": 10_000})


@st.composite
def queries(draw):
    """A view and a random question to it, filters, area, month, order and page."""
    view = draw(st.sampled_from(OWN))
    query = {"location_code": "XOU"}
    for one in view.filters:
        if draw(st.integers(0, 3)) == 0:
            if one.choices:
                some = draw(st.lists(st.sampled_from(one.choices), min_size=1, max_size=3, unique=True))
                query[one.name] = ",".join(some)
            elif one.how == "least":
                query[one.name] = draw(st.sampled_from([0, 1, 2.5, float(one.example), 1e9]))
            elif one.how in ("from", "to"):
                query[one.name] = f"201{draw(st.integers(0, 4))}-{draw(st.integers(1, 12)):02d}"
            else:
                query[one.name] = draw(st.sampled_from([one.example, "nothing-of-that-name", "=1+1"]))
    if draw(st.booleans()):
        query["as_of"] = draw(st.sampled_from(["2012-06", "2013-02", "2014-12"]))
    if draw(st.integers(0, 2)) == 0:
        query["admin1_code"] = draw(st.sampled_from(["XO01", "XO02", "XO09"]))
    names = [one.name for one in view.columns]
    if draw(st.booleans()):
        query["sort"] = draw(st.sampled_from(["", "-"])) + draw(st.sampled_from(names))
    if draw(st.booleans()):
        query |= {"limit": draw(st.integers(1, 20)), "offset": draw(st.integers(0, 10))}
    return view.name, query


@seed(20130211)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(asked=queries())
def test_any_question_has_the_same_rows_in_every_form(client, asked):
    """Export equals what is shown, for questions nobody thought of."""
    assert_same(client, *asked)


def test_a_file_without_limit_holds_all_rows(client, mali):
    """More rows than a page: the page says how many there are, the file holds them."""
    shown = client.get("/api/v1/places", location_code="MLI").json()
    assert shown["meta"]["total"] == len(mali.places) > len(shown["data"]) == shown["meta"]["limit"] == 10_000
    whole = client.get("/api/v1/places.parquet", location_code="MLI")
    assert len(pd.read_parquet(io.BytesIO(whole.content))) == len(mali.places)
    assert client.get("/api/v1/places.csv", location_code="MLI").content.count(b"\r\n") == len(mali.places) + 1


def test_shapes_are_the_packs_own(client, mali):
    """Shapes come out as they stand in the pack, to the last digit, in each form that holds shapes."""
    levels = mali.areas[mali.areas["level"] == 1].set_index("pcode").geometry
    found = json.loads(client.get("/api/v1/areas.geojson", location_code="MLI", level=1).content)["features"]
    assert [one["id"] for one in found] == levels.index.tolist()
    for one in found:
        assert shapely.geometry.shape(one["geometry"]).equals(levels[one["id"]])
    for form, read in (("parquet", lambda one: geopandas.read_parquet(io.BytesIO(one))), ("gpkg", from_gpkg)):
        content = client.get(f"/api/v1/areas.{form}", location_code="MLI", level=1).content
        rows = read(content).set_index("pcode").geometry
        assert rows.crs.to_epsg() == 4326
        assert all(rows[code].equals(levels[code]) for code in levels.index)


def test_a_workbook_says_where_it_is_from(client):
    """The second sheet names pack, run, sources with licences and remarks."""
    content = client.get("/api/v1/events.xlsx", location_code="XOU").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    told = "\n".join(" ".join(str(cell) for cell in row if cell) for row in book["about"].iter_rows(values_only=True))
    for word in ("ouadji", "run_id", "made-up-events", "CC0-1.0", "Made-up country"):
        assert word in told


def test_files_are_named_after_what_they_hold(client):
    """Pack, view and month in the name."""
    answer = client.get("/api/v1/events.csv", location_code="XOU", as_of="2013-02")
    assert answer.headers["content-disposition"] == 'attachment; filename="ouadji-events-2013-02.csv"'
