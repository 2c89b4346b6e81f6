"""The views over HTTP: rows, words, months, pages, tags and problems, on the real packs."""

import gzip
import json

import httpx
import pytest

from tests.web.conftest import Outside
from toguna.assessment import assess
from toguna.web.views import VIEWS

OWN = [view.name for view in VIEWS.values() if not view.of_job and not view.arguments]


@pytest.mark.parametrize("view", OWN)
@pytest.mark.parametrize("code", ["XOU", "MLI"])
def test_every_view_answers_on_both_packs(client, view, code):
    """Rows have exactly the columns the answer describes, and say what they were made from."""
    answer = client.get(f"/api/v1/{view}", location_code=code, limit=50)
    assert answer.status_code == 200
    found = answer.json()
    names = [column["name"] for column in found["meta"]["columns"]]
    assert found["data"], "both packs hold something for each view"
    assert all(list(row) == names for row in found["data"])
    assert found["meta"]["total"] >= len(found["data"])
    assert len(found["meta"]["made_from"]["pack_hash"]) == 64
    assert {"view", "columns", "sources", "remarks", "geometry", "limit", "offset"} <= set(found["meta"])


def test_indicators_come_in_the_order_of_the_principles(client, ouadji):
    """Principle 1 first, 5 last, human rights across all of them after that; values as the assessment has them."""
    rows = client.get("/api/v1/indicators", location_code="XOU").json()["data"]
    order = [row["principle"] or 6 for row in rows]
    assert order == sorted(order)
    table = assess(ouadji).table
    assert [row["number_id"] for row in rows] == table["number_id"].tolist()
    by_number = {row["number_id"]: row for row in rows}
    assert by_number["1.1-XNA"]["value"] == 9000


def test_missing_is_null_and_never_zero(client):
    """A figure nobody published is null in JSON, marked, and says why."""
    rows = client.get("/api/v1/indicators", location_code="MLI", milestone=0).json()["data"]
    missing = [row for row in rows if row["missing"]]
    assert missing
    assert all(row["value"] is None and row["why_missing"] for row in missing)


def test_population_by_hand(client, ouadji):
    """An area has the sum of its places, the country the sum of its areas."""
    rows = client.get("/api/v1/population", location_code="XOU").json()["data"]
    people = {row["area"]: row["people"] for row in rows}
    places = ouadji.places
    for code in ("XO0101", "XO0201"):
        assert people[code] == places.loc[places["admin2_pcode"] == code, "population"].sum()
    assert people["XO"] == people["XO01"] + people["XO02"] == 380000


def test_filters_of_events(client, ouadji):
    """Filters by month, kind and area leave in what a reader would leave in by hand."""
    asked = client.get("/api/v1/events", location_code="XOU", from_="2012-02", to="2012-12", kind="one_sided").json()
    events = ouadji.events
    by_hand = events[
        (events["date_start"] >= "2012-02-01")
        & (events["date_start"] <= "2012-12-31")
        & (events["type"] == "one_sided")
    ]
    assert [row["event_id"] for row in asked["data"]] == by_hand["event_id"].tolist()
    some = client.get("/api/v1/events", location_code="XOU", kind="one_sided,non_state").json()["data"]
    assert {row["kind"] for row in some} <= {"one_sided", "non_state"}
    area = client.get("/api/v1/events", location_code="XOU", admin1_code="XO01").json()["data"]
    assert area
    assert all(row["admin1_code"] == "XO01" and row["admin2_code"].startswith("XO01") for row in area)


def test_as_of_hides_what_was_published_later(client, mali):
    """A view as of a month is the view of the country as of that month."""
    rows = client.get("/api/v1/political_events", location_code="MLI", as_of="2013-02").json()
    assert rows["meta"]["total"] == len(mali.seen_from("2013-02").political_events)
    assert rows["meta"]["made_from"]["parameters"]["as_of"] == "2013-02"
    assert rows["meta"]["total"] < len(mali.political_events)


@pytest.mark.parametrize("month", ["2013-13", "13-02", "2013", "2027-01", "1800-01", "now", "2013-02-01"])
def test_as_of_is_checked(client, month):
    """A month that is none, or beyond the pack, is told with what would do."""
    answer = client.get("/api/v1/events", location_code="MLI", as_of=month)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fault = answer.json()["errors"][0]
    assert fault["field"] == "as_of"
    assert "20" in fault["remedy"]


def test_pages_and_order(client):
    """Pages in any order put together are the whole; a minus turns the order round."""
    whole = client.get("/api/v1/places", location_code="XOU", sort="-population,name").json()["data"]
    pages = [
        row
        for start in range(0, 12, 5)
        for row in client.get(
            "/api/v1/places", location_code="XOU", sort="-population,name", limit=5, offset=start
        ).json()["data"]
    ]
    assert pages == whole
    known = [row["population"] for row in whole if row["population"] is not None]
    assert known == sorted(known, reverse=True)
    assert [row["population"] for row in whole[len(known) :]] == [None] * (len(whole) - len(known))


def test_labels_and_words_in_the_readers_language(client):
    """French labels, units and words; codes stay as programs know them; the header decides where nothing else does."""
    french = client.get("/api/v1/indicators", location_code="XOU", language="fr", code="1.1").json()
    english = client.get("/api/v1/indicators", location_code="XOU", code="1.1").json()
    assert french["data"][0]["unit"] == "personnes"
    assert english["data"][0]["unit"] == "people"
    assert [row["turn"] for row in french["data"]] == [row["turn"] for row in english["data"]]
    by_header = client.get("/api/v1/indicators", {"accept-language": "fr-ML,en;q=0.5"}, location_code="XOU", code="1.1")
    assert by_header.json()["data"] == french["data"]


def test_unknown_things_are_told_with_near_names(client):
    """A view, country, pack, area or road that is not there is a 404 that names what is near."""
    near = {
        "/api/v1/event": "events",
        "/api/v1/indicator.csv": "indicators",
        "/api/v1/events?location_code=MLO": "MLI",
        "/api/v1/events?pack=malli": "mali",
        "/api/v1/events?location_code=MLI&admin1_code=ML77": "ML07",
        "/api/v1/corridors?location_code=XOU&from=Dumba&to=Azgar": "Doumba",
        "/api/v1/cut_off?location_code=XOU&link=r99": "r09",
    }
    for path, name in near.items():
        answer = client.ask("GET", path)
        assert answer.status_code == 404, path
        assert name in answer.json()["errors"][0]["remedy"], path


def test_unknown_parameters_are_faults(client):
    """All faults come at once, each with its remedy, and none is passed over in silence."""
    answer = client.ask("GET", "/api/v1/events?lmit=3&kind=war&from=yesterday&limit=10001")
    assert answer.status_code == 422
    faults = {one["field"]: one for one in answer.json()["errors"]}
    assert set(faults) == {"lmit", "kind", "from", "limit"}
    assert "limit" in faults["lmit"]["remedy"]
    assert faults["limit"]["remedy"] == "Give 10000 or less."
    french = client.ask("GET", "/api/v1/events?limit=0&language=fr").json()
    assert french["status"] == 422


def test_corridors_are_the_verbs_own(client, ouadji):
    """Ways as the verb finds them, with a line each."""
    from toguna.network.corridors import corridors

    asked = {"location_code": "XOU", "from_": "Doumba", "to": "Azgar", "month": "2013-02", "by": "light"}
    rows = client.get("/api/v1/corridors", **asked).json()["data"]
    assert [row["hours"] for row in rows] == corridors(
        ouadji, "Doumba", "Azgar", month="2013-02", by="light"
    ).table["hours"].tolist()  # fmt: skip
    shapes = client.get("/api/v1/corridors.geojson", **asked).json()["features"]
    assert all(one["geometry"]["type"] in ("LineString", "MultiLineString") for one in shapes)
    same = client.get("/api/v1/corridors", location_code="XOU", from_="Doumba", to="Doumba")
    assert same.status_code == 422


def test_cut_off_agrees_with_the_critical_links(client, ouadji):
    """Closing the road from the capital cuts off those the network's own search counts."""
    from toguna.network.critical import critical_links

    worst = critical_links(ouadji, "hub", by="light").table.iloc[0]
    rows = client.get("/api/v1/cut_off", location_code="XOU", link=worst["link_id"], by="light", season="dry").json()
    lost = dict.fromkeys((2, 4, 8), 0.0)
    for row in rows["data"]:
        lost[row["within_h"]] += row["people_lost"]
        assert row["people_before"] - row["people_after"] == row["people_lost"]
    assert lost[4] == worst["lost_4h"] == 30000


def test_same_answer_is_not_sent_twice(client):
    """A tag tells the browser that it has the answer; compressed where it can take it."""
    first = client.get("/api/v1/places", {"accept-encoding": "gzip"}, location_code="XOU")
    assert first.headers["content-encoding"] == "gzip"
    plain = client.get("/api/v1/places", {"accept-encoding": "identity"}, location_code="XOU")
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(gzip.compress(plain.content)) == plain.content == first.content
    again = client.get("/api/v1/places", {"if-none-match": first.headers["etag"]}, location_code="XOU")
    assert again.status_code == 304
    assert not again.content
    other = client.get("/api/v1/places", {"if-none-match": first.headers["etag"]}, location_code="MLI")
    assert other.status_code == 200


def test_what_there_is(client):
    """Countries, words and the description of the interface."""
    found = client.get("/api/v1/countries").json()
    assert [row["location_code"] for row in found["data"]] == ["XOU", "MLI"]
    assert found["data"][0]["made_up"]
    assert client.get("/api/v1/messages/fr").json()["people"] == "personnes"
    assert client.get("/api/v1/messages/en").json()["people"] == "people"
    assert client.get("/api/v1/messages/xx").status_code == 422


def test_description_is_complete_and_its_page_stands_alone(client):
    """Every view stands in OpenAPI with a schema of its rows and of problems; the page loads nothing from elsewhere."""
    api = client.get("/api/v1/openapi.json").json()
    for view in VIEWS:
        told = api["paths"][f"/api/v1/{view}"]["get"]
        assert told["summary"]
        assert "application/problem+json" in told["responses"]["422"]["content"]
        assert "application/json" in told["responses"]["200"]["content"]
        assert all(one.get("description") for one in told["parameters"]), view
        assert any(one["schema"].get("examples") for one in told["parameters"]), view
        assert f"/api/v1/{view}.{{form}}" in api["paths"]
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text


def test_example_values_find_something(client):
    """An example in the description is one that works on the made-up country."""
    for view in VIEWS.values():
        if view.of_job or view.arguments:
            continue
        for one in view.filters:
            answer = client.ask("GET", f"/api/v1/{view.name}", params={"location_code": "XOU", one.name: one.example})
            assert answer.status_code == 200, (view.name, one.name, answer.text)
            assert answer.json()["meta"]["total"], (view.name, one.name, one.example)


def test_results_of_a_job_that_is_not_there(client):
    """No job, no table; and the remedy says so."""
    answer = client.get("/api/v1/risk", job="0" * 20)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:toguna:problem:unknown-job"
    assert client.get("/api/v1/risk").json()["errors"][0]["field"] == "job"


def test_nothing_leaves_this_machine():
    """The tests of the workbench have no way out."""
    with pytest.raises((Outside, httpx.ConnectError)):
        httpx.get("http://192.0.2.1/", timeout=1)


def test_tiles_count_what_the_filters_leave_in(client, ouadji):
    """The one tile of the whole world counts every placed event once; the vector tile is no empty one."""
    for query, events in (
        ({}, ouadji.events),
        ({"kind": "one_sided"}, ouadji.events[ouadji.events["type"] == "one_sided"]),
        ({"from_": "2013-01"}, ouadji.events[ouadji.events["date_start"] >= "2013-01"]),
        ({"deaths": 10}, ouadji.events[ouadji.events["fatalities"] >= 10]),
        ({"is_partial": "true"}, ouadji.events[ouadji.events["is_partial"]]),
        ({"admin1_code": "XO01"}, ouadji.events[ouadji.events["admin2_pcode"].str.startswith("XO01")]),
    ):
        answer = client.get("/api/v1/tiles/events/0/0/0", location_code="XOU", **query)
        cells = [one["properties"] for one in answer.json()["features"]]
        placed = events.dropna(subset=["longitude", "latitude"])
        assert sum(one["events"] for one in cells) == len(placed), query
        assert sum(one["deaths"] for one in cells) == placed["fatalities"].sum(), query
    tile = client.get("/api/v1/tiles/events/0/0/0", location_code="XOU", form="mvt")
    assert tile.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert tile.content
    assert client.get("/api/v1/tiles/events/1/2/0").status_code == 422
    assert client.get("/api/v1/tiles/events/9/0/0").status_code == 422
    assert client.get("/api/v1/tiles/events/0/0/0", limit=3).status_code == 422


def test_vector_tiles_are_read_by_gdal(client, tmp_path):
    """GDAL finds the same cells in the vector tile as in the GeoJSON."""
    import pyogrio

    (tmp_path / "0.mvt").write_bytes(client.get("/api/v1/tiles/events/4/8/7", location_code="XOU", form="mvt").content)
    rows = pyogrio.read_dataframe(tmp_path / "0.mvt", layer="events")
    shown = client.get("/api/v1/tiles/events/4/8/7", location_code="XOU").json()["features"]
    assert len(rows) == len(shown) > 0
    assert rows["events"].sum() == sum(one["properties"]["events"] for one in shown)
    assert rows.geometry.is_valid.all()


def test_view_of_areas_without_areas(client):
    """A view that knows no areas says that the area asked for changed nothing."""
    told = client.get("/api/v1/standards", location_code="XOU", admin1_code="XO01").json()["meta"]["remarks"]
    assert any("knows no areas" in one for one in told)


def test_body_of_problems_is_what_is_described(client):
    """Every problem has the five members of RFC 9457."""
    for path in ("/api/v1/nope", "/nope", "/api/v1/events?x=1", "/ogc/collections/x", "/api/v1/jobs/x"):
        answer = client.ask("GET", path)
        body = json.loads(answer.content)
        assert {"type", "title", "status", "detail", "instance"} <= set(body), path
        assert body["status"] == answer.status_code
        assert answer.headers["content-type"] == "application/problem+json"
