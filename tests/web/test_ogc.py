"""OGC API Features: read by GDAL in one process from a server in another, and by hand."""

import json
import subprocess
import sys

import pyogrio
import pytest

from tests.web.live import served
from toguna.web.ogc import CONFORMS

pytestmark = pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="GDAL was built without OGC API")
_READ = """
import json, sys, pyogrio
url, layer, where = sys.argv[1:]
kept = json.loads(where)
kept["bbox"] = tuple(kept["bbox"]) if "bbox" in kept else None
rows = pyogrio.read_dataframe(url, layer=layer, **kept)
print(json.dumps({"rows": len(rows), "columns": sorted(rows.columns), "bounds": rows.total_bounds.tolist(),
                  "names": rows["name"].tolist() if "name" in rows else [], "crs": rows.crs.to_string()}))
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server of both packs."""
    with served(tmp_path_factory.mktemp("served"), "ouadji", "mali") as found:
        yield found


def read(address, layer, **where):
    """What GDAL reads of a layer, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _READ, f"OAPIF:{address}/ogc", layer, json.dumps(where)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_gdal_lists_every_collection(address):
    """One layer a view with shapes, for each pack."""
    done = subprocess.run(
        [sys.executable, "-c", f"import pyogrio; print(pyogrio.list_layers('OAPIF:{address}/ogc')[:, 0].tolist())"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    for name in ("mali_places", "mali_areas", "mali_roads", "mali_events", "ouadji_crossings", "ouadji_camps"):
        assert name in done.stdout


def test_gdal_reads_all_pages(address, mali, ouadji):
    """Thousands of places come page by page, none twice and none left out, in the pack's coordinates."""
    found = read(address, "mali_places")
    assert found["rows"] == len(mali.places)
    assert sorted(found["names"]) == sorted(mali.places["name"])
    places = mali.places
    assert found["bounds"] == pytest.approx(
        [places["longitude"].min(), places["latitude"].min(), places["longitude"].max(), places["latitude"].max()]
    )
    assert read(address, "ouadji_roads")["rows"] == len(ouadji.links)


def test_gdal_reads_within_a_box(address, mali):
    """The box is the server's to apply, and is applied rightly."""
    west, south, east, north = box = (-1.0, 15.5, 1.0, 17.0)
    inside = mali.places[mali.places["longitude"].between(west, east) & mali.places["latitude"].between(south, north)]
    assert 0 < read(address, "mali_places", bbox=box)["rows"] == len(inside) < len(mali.places)


def test_landing_and_conformance(client):
    """Where everything is, and what is met."""
    links = {one["rel"]: one["href"] for one in client.get("/ogc/").json()["links"]}
    assert {"self", "conformance", "data", "service-desc", "service-doc"} <= set(links)
    assert client.get("/ogc/conformance").json()["conformsTo"] == list(CONFORMS)
    for one in client.get("/ogc/collections").json()["collections"]:
        assert {"id", "title", "extent", "links", "itemType"} <= set(one)


def test_pages_are_linked(client, ouadji):
    """Following `next` from the first page to the last meets every feature once."""
    path, met = "/ogc/collections/ouadji_places/items?limit=5", []
    while path:
        page = client.ask("GET", path).json()
        assert page["numberMatched"] == len(ouadji.places)
        assert page["numberReturned"] == len(page["features"])
        met += [one["id"] for one in page["features"]]
        path = next((one["href"] for one in page["links"] if one["rel"] == "next"), None)
    assert met == ouadji.places["place_id"].tolist()


def test_one_feature(client):
    """By its name; a name that is not there is told."""
    one = client.get("/ogc/collections/ouadji_places/items/p01").json()
    assert one["id"] == "p01"
    assert one["geometry"]["type"] == "Point"
    assert {link["rel"] for link in one["links"]} == {"self", "collection"}
    assert client.get("/ogc/collections/ouadji_places/items/p99").status_code == 404
    assert client.get("/ogc/collections/ouadji_presence/items/0").json()["id"] == "0"


def test_time_filters_and_own_filters(client, ouadji):
    """A moment, an open interval, and the filters of the view."""
    events = ouadji.events
    for when, by_hand in (
        ("2012-01-17", events[events["date_start"] == "2012-01-17"]),
        ("2013-01-01/..", events[events["date_start"] >= "2013-01-01"]),
        ("../2012-12-31T23:59:59Z", events[events["date_start"] <= "2012-12-31"]),
    ):
        page = client.get("/ogc/collections/ouadji_events/items", datetime=when).json()
        assert [one["id"] for one in page["features"]] == by_hand["event_id"].tolist(), when
    kind = client.get("/ogc/collections/ouadji_events/items", kind="one_sided").json()
    assert kind["numberMatched"] == (events["type"] == "one_sided").sum()


def test_faults_are_400_and_large_limits_are_cut(client):
    """As the standard has it."""
    for query in ("bbox=1,2,3", "bbox=1,9,3,2", "limit=0", "limit=x", "nope=1", "kind=war", "datetime=yesterday"):
        answer = client.ask("GET", f"/ogc/collections/ouadji_events/items?{query}")
        assert answer.status_code == 400, query
        assert answer.headers["content-type"] == "application/problem+json"
    whole = client.ask("GET", "/ogc/collections/mali_places/items?limit=50000").json()
    assert whole["numberReturned"] == 10_000
