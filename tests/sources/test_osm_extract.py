"""A made-up OpenStreetMap extract becomes the table `links`."""

from __future__ import annotations

from pathlib import Path

import geopandas
import osmium
import pandas as pd
import pytest
from osmium.osm.mutable import Node, Relation, Way

from toguna.core.errors import DataError
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.network.geodesy import great_circle_km
from toguna.network.speeds import road_speed
from toguna.sources.osm_extract import links_from_osm

# Node: longitude, latitude. Row 14.0 is a trunk road 1-5; the other roads leave it at 2, 3 and 4.
NODES = {
    1: (0.0, 14.0), 2: (0.1, 14.0), 3: (0.2, 14.0), 4: (0.3, 14.0), 5: (0.4, 14.01),
    11: (0.1, 14.1), 12: (0.1, 14.2), 13: (0.2, 14.1), 14: (0.2, 14.2), 15: (0.3, 14.1),
    21: (0.1, 13.9), 22: (0.1, 13.8), 23: (0.2, 13.9), 24: (0.2, 13.8), 25: (0.3, 13.9), 26: (0.35, 13.9),
}  # fmt: skip
NODE_TAGS = {13: {"barrier": "gate", "access": "private"}, 23: {"ford": "yes"}, 3: {"barrier": "gate"}}
WAYS: dict[int, tuple[list[int], dict[str, str]]] = {
    100: ([1, 2, 3, 4, 5], {"highway": "trunk", "surface": "asphalt", "maxspeed": "50", "oneway": "yes"}),
    101: ([2, 11, 12], {"highway": "track", "surface": "sand", "seasonal": "dry_season"}),
    102: ([3, 13, 14], {"highway": "secondary_link", "surface": "laterite"}),
    103: ([4, 15], {"highway": "primary", "surface": "asphalt", "smoothness": "very_bad", "bridge": "yes"}),
    104: ([2, 21, 22], {"route": "ferry", "duration": "02:00"}),
    105: ([3, 23, 24], {"highway": "unclassified", "surface": "asphalt;gravel"}),
    106: ([4, 25, 26, 4], {"highway": "road"}),
    107: ([25, 26], {"highway": "track", "surface": "ground", "tracktype": "grade2", "seasonal": "yes"}),
    108: ([24, 26], {"highway": "primary", "access": "no"}),
    109: ([24, 26], {"highway": "primary", "motor_vehicle": "no", "access": "yes"}),
    110: ([11, 14], {"highway": "residential"}),
    111: ([12, 14], {"highway": "tertiary", "tracktype": "grade1", "access": "no", "motor_vehicle": "yes"}),
    112: ([12, 99], {"highway": "tertiary"}),
}


def write(path: Path, ways: dict[int, tuple[list[int], dict[str, str]]] = WAYS) -> Path:
    with osmium.SimpleWriter(path) as writer:
        for number, place in NODES.items():
            writer.add_node(Node(id=number, location=place, tags=NODE_TAGS.get(number, {})))
        for number, (nodes, tags) in ways.items():
            writer.add_way(Way(id=number, nodes=nodes, tags=tags))
        writer.add_relation(Relation(id=1, members=[("w", 100, "")], tags={"route": "road"}))
    return path


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> geopandas.GeoDataFrame:
    return links_from_osm(write(tmp_path_factory.mktemp("osm") / "xou.osm.pbf")).set_index("link_id", drop=False)


def test_rows_are_sound(links: geopandas.GeoDataFrame) -> None:
    """Every row passes the check of the table and says where it comes from."""
    assert check_table(TABLES["links"], links.reset_index(drop=True), "x")[1] == []
    assert links.crs == "EPSG:4326"
    assert set(links["source"]) == {"osm-extract"}
    assert set(links["published"]) == {pd.Timestamp("1900-01-01")}


def test_split_where_ways_meet(links: geopandas.GeoDataFrame) -> None:
    """The trunk road is cut at its three junctions, and a road is not cut at a bend."""
    trunk = links[links["road_class"] == "trunk"]
    assert list(zip(trunk["from_node"], trunk["to_node"], strict=True)) == [
        ("osm1", "osm2"), ("osm2", "osm3"), ("osm3", "osm4"), ("osm4", "osm5"),
    ]  # fmt: skip
    assert links.loc["osm-101-1", ["from_node", "to_node"]].tolist() == ["osm2", "osm12"]


def test_what_is_left_out(links: geopandas.GeoDataFrame) -> None:
    """Streets and roads closed to motor vehicles are no links; one open to them against its general rule is."""
    kept = {int(name.split("-")[1]) for name in links.index}
    assert kept == {100, 101, 102, 103, 104, 105, 106, 107, 111}


def test_lengths_follow_the_shape(links: geopandas.GeoDataFrame) -> None:
    """A length is the sum of great circles between the nodes, also where the road bends."""
    bent = [NODES[n] for n in (25, 26)]
    assert links.loc["osm-106-2", "length_km"] == pytest.approx(float(great_circle_km(*bent[0], *bent[1])))
    legs = [(NODES[a], NODES[b]) for a, b in ((2, 11), (11, 12))]
    assert links.loc["osm-101-1", "length_km"] == pytest.approx(sum(float(great_circle_km(*a, *b)) for a, b in legs))
    assert links.loc["osm-101-1", "geometry"].coords[:] == [NODES[2], NODES[11], NODES[12]]


@pytest.mark.parametrize(
    ("link", "road_class", "surface", "mode"),
    [
        ("osm-100-1", "trunk", "paved", "road"),
        ("osm-101-1", "piste", "sand", "piste"),
        ("osm-102-1", "secondary", "earth", "road"),
        ("osm-103-1", "primary", "degraded", "road"),
        ("osm-104-1", "ferry", "water", "ferry"),
        ("osm-105-1", "tertiary", "mixed", "road"),
        ("osm-106-1", "track", "unknown", "piste"),
        ("osm-107-1", "track", "earth", "piste"),
        ("osm-111-1", "tertiary", "gravel", "road"),
    ],
)
def test_classes_and_surfaces(
    links: geopandas.GeoDataFrame, link: str, road_class: str, surface: str, mode: str
) -> None:
    """Tags become the words of the table."""
    assert links.loc[link, ["road_class", "surface", "mode"]].tolist() == [road_class, surface, mode]


def test_speeds(links: geopandas.GeoDataFrame) -> None:
    """A limit caps the speed of the surface, seasonal roads are closed in the rains, a ford halves the speed then."""
    speeds = links[["speed_dry", "speed_wet"]].T
    assert speeds["osm-100-1"].tolist() == [50.0, 50.0]
    assert tuple(speeds["osm-103-1"]) == road_speed("primary", "degraded")
    assert speeds["osm-101-1"].tolist() == [road_speed("piste", "sand")[0], 0.0]
    assert speeds["osm-107-1"].tolist() == [road_speed("track", "earth")[0], 0.0]
    dry, wet = road_speed("tertiary", "mixed")
    assert speeds["osm-105-1"].tolist() == [dry, wet / 2]


def test_ferry_takes_its_duration(links: geopandas.GeoDataFrame) -> None:
    """Length over dry speed is the stated time, the rains are slower as for all ferries."""
    ferry = links.loc["osm-104-1"]
    assert ferry["length_km"] / ferry["speed_dry"] == pytest.approx(2.0)
    assert ferry["speed_wet"] / ferry["speed_dry"] == pytest.approx(0.8)


def test_ferry_with_a_slip(tmp_path: Path) -> None:
    """A crossing of 22 km in a minute is not believed."""
    links = links_from_osm(write(tmp_path / "xou.osm", {1: ([2, 21, 22], {"route": "ferry", "duration": "1"})}))
    assert (links.loc[0, "speed_dry"], links.loc[0, "speed_wet"]) == road_speed("ferry", "water")


def test_barrier_cuts_the_road(links: geopandas.GeoDataFrame) -> None:
    """The two sides of a closed gate share no node; a gate anyone may open changes nothing."""
    sides = links.loc[["osm-102-1", "osm-102-2"]]
    assert sides["note"].tolist() == ["a barrier shuts one end"] * 2
    assert sides["from_node"].tolist() == ["osm3", "osm13-102-2"]
    assert sides["to_node"].tolist() == ["osm13-102-1", "osm14"]


def test_notes(links: geopandas.GeoDataFrame) -> None:
    """A reader learns of bridges, fords and seasons."""
    found = [links.loc[name, "note"] for name in ("osm-100-1", "osm-103-1", "osm-105-1", "osm-107-1")]
    assert found == ["", "bridge", "ford", "closed in the rains"]


def test_places_take_the_nearest_junction(tmp_path: Path) -> None:
    """A place within 2 km of a junction stands on it, one farther off does not, and two never share one."""
    points = pd.DataFrame(
        {
            "place_id": ["near", "nearer", "far", "nowhere"],
            "name": ["Near", "Nearer", "Far", "Nowhere"],
            "longitude": [0.1, 0.1, 0.2, float("nan")],
            "latitude": [14.01, 14.005, 13.981, 14.0],
        }
    )
    links = links_from_osm(write(tmp_path / "xou.osm.pbf"), place_points=points).set_index("link_id", drop=False)
    assert links.loc["osm-100-1", ["to_node", "to_name"]].tolist() == ["nearer", "Nearer"]
    assert links.loc["osm-101-1", ["from_node", "from_name"]].tolist() == ["nearer", "Nearer"]
    assert links.loc["osm-100-2", ["to_node", "to_name"]].tolist() == ["osm3", ""]
    assert not {"near", "far", "nowhere"} & {*links["from_node"], *links["to_node"]}
    assert check_table(TABLES["links"], links.reset_index(drop=True), "x")[1] == []


def test_no_place_near(tmp_path: Path) -> None:
    """Without a place nearby, or any place at all, nodes keep their numbers."""
    path = write(tmp_path / "xou.osm", {1: WAYS[103]})
    points = pd.DataFrame({"place_id": ["a"], "name": ["A"], "longitude": [9.0], "latitude": [9.0]})
    for some in (points, points.iloc[:0]):
        assert links_from_osm(path, place_points=some)[["from_node", "to_node"]].to_numpy().tolist() == [
            ["osm4", "osm15"]
        ]


def test_part_of_a_country(tmp_path: Path, links: geopandas.GeoDataFrame) -> None:
    """Links that do not touch the box are left out, the others are as they were; an empty box is refused."""
    path = write(tmp_path / "xou.osm.pbf")
    part = links_from_osm(path, bbox=(-0.05, 13.95, 0.05, 14.05))
    assert part["link_id"].tolist() == ["osm-100-1"]
    assert part.loc[0, "length_km"] == links.loc["osm-100-1", "length_km"]
    with pytest.raises(DataError, match="none inside"):
        links_from_osm(path, bbox=(20.0, 20.0, 21.0, 21.0))


def test_way_that_leaves_the_extract(tmp_path: Path) -> None:
    """A way with nodes missing keeps the pieces there are, and says so."""
    path = write(tmp_path / "xou.osm.pbf", {1: ([1, 2, 99, 4, 5], {"highway": "trunk"})})
    links = links_from_osm(path)
    assert links[["from_node", "to_node"]].to_numpy().tolist() == [["osm1", "osm2"], ["osm4", "osm5"]]
    assert set(links["note"]) == {"part of this way is not in the extract"}


def test_cut_files(tmp_path: Path) -> None:
    """A file cut anywhere before its roads end is refused, never half read."""
    whole = write(tmp_path / "whole.osm.pbf").read_bytes()
    relations = whole.rindex(b"\x0a\x07OSMData") - 4  # its last block; the roads end before it
    cut = tmp_path / "cut.osm.pbf"
    for size in [*range(1, relations, 23), relations - 1, len(whole) - 1]:
        cut.write_bytes(whole[:size])
        with pytest.raises(DataError, match=r"cut\.osm\.pbf"):
            links_from_osm(cut)


def test_damaged_files(tmp_path: Path) -> None:
    """A changed byte in the roads, or a web page under the name of an extract, is refused."""
    path = write(tmp_path / "xou.osm.pbf")
    whole = bytearray(path.read_bytes())
    whole[whole.rindex(b"\x0a\x07OSMData") - 30] ^= 0xFF
    path.write_bytes(whole)
    (tmp_path / "page.osm.pbf").write_text("<html>Not found</html>" * 50)
    (tmp_path / "page.osm").write_text("<html>Not found</html>")
    for name in ("xou.osm.pbf", "page.osm.pbf", "page.osm"):
        with pytest.raises(DataError, match="damaged, cut short or of another kind"):
            links_from_osm(tmp_path / name)


def test_files_without_links(tmp_path: Path) -> None:
    """A missing or empty file, a wrong suffix, one without roads or positions, a joined and a drawn one are refused."""
    (tmp_path / "empty.osm.pbf").touch()
    (tmp_path / "xou.shp").touch()
    write(tmp_path / "streets.osm.pbf", {110: WAYS[110]})
    write(tmp_path / "unplaced.osm.pbf", {1: ([98, 99], {"highway": "trunk"})})
    text = write(tmp_path / "xou.osm", {103: WAYS[103]}).read_text()
    way = text[text.index("<way") : text.index("</way>") + 6]
    (tmp_path / "joined.osm").write_text(text.replace(way, way + way))
    (tmp_path / "drawn.osm").write_text(text.replace('id="', 'id="-').replace('ref="', 'ref="-'))
    for name, said in (
        ("drawn.osm", "has node -15, a drawing not yet uploaded"),
        ("none.osm.pbf", "is no file"),
        ("empty.osm.pbf", "is empty"),
        ("xou.shp", "ends in '.shp'"),
        ("streets.osm.pbf", "has no road"),
        ("unplaced.osm.pbf", "has roads, but none with two nodes"),
        ("joined.osm", "way 103 more than once"),
    ):
        with pytest.raises(DataError, match=said):
            links_from_osm(tmp_path / name)
