"""Facts about Mali's roads that anybody can look up."""

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse.csgraph import connected_components

from toguna.core.errors import PackError
from toguna.network.crossings import border_points
from toguna.network.geodesy import great_circle_km
from toguna.network.roads import read_roads
from toguna.network.travel import shortest_path


@pytest.fixture(scope="module")
def roads(mali):
    """The roads of Mali in the dry season."""
    return read_roads(mali)


@pytest.mark.parametrize(
    ("start", "end", "low", "high"),
    [
        ("Bamako", "Gao", 1_100, 1_250),
        ("Gao", "Kidal", 340, 400),
        ("Bamako", "Kayes", 540, 640),
        ("Bamako", "Sikasso", 350, 400),
        ("Sevare", "Gao", 540, 600),
        ("Bamako", "Tombouctou", 800, 1_100),
    ],
)
def test_known_distances(roads, start, end, low, high):
    """The shortest way by road is as long as road tables say; Timbuktu is reached."""
    km, links = shortest_path(roads, roads.node(start), roads.node(end), roads.length_km)
    assert low <= km <= high
    assert not roads.is_synthetic[links].any()


def test_one_piece(roads):
    """Every node is reached from every other."""
    assert connected_components(roads.matrix(np.ones(len(roads.start))), directed=False)[0] == 1


def test_no_link_is_shorter_than_the_straight_line(roads):
    """Roads are at least as long as the great circle between their ends."""
    straight = great_circle_km(
        roads.longitude[roads.start], roads.latitude[roads.start], roads.longitude[roads.end], roads.latitude[roads.end]
    )
    assert (roads.length_km >= straight * 0.999 - 0.05).all()


def test_every_published_leg_is_there(mali, roads, shared):
    """Each leg of the road tables is on the network, at the published length where that is longer than straight."""
    legs = pd.read_csv(shared / "facts" / "road_legs.csv")
    known = {str(name).lower(): number for number, name in enumerate(roads.node_name) if name}
    aliases = {k.lower(): v.lower() for k, v in mali.profile.place_aliases.items()}
    aliases |= {k: v.name.lower() for k, v in mali.profile.road_points.items()}
    compared = []
    for leg in legs.dropna(subset=["km", "straight_line_km"]).itertuples():
        ends = [aliases.get(name, name) for name in (leg[1], leg[2])]
        if leg.km < leg.straight_line_km or not set(ends) <= set(known):
            continue
        km, _ = shortest_path(roads, known[ends[0]], known[ends[1]], roads.length_km)
        compared.append(km / leg.km)
    assert len(compared) > 60
    assert np.mean(np.abs(np.array(compared) - 1) < 0.1) > 0.9
    assert max(compared) < 1.25


def test_every_chief_town_is_on_the_network(mali, roads):
    """The largest town of each cercle is a node, by a road or by a link marked synthetic."""
    towns = mali.places[(mali.places["iso3"] == "MLI") & mali.places["kind"].isin(["capital", "town"])]
    named = towns[towns["place_id"].isin(set(roads.node_id))]["admin2_pcode"]
    assert named.nunique() >= 45


def test_long_straight_links_are_no_second_road(roads):
    """No long straight link from map paths runs beside roads that cover it: Gao to Kidal goes by Bourem."""
    osm = roads.table["link_basis"] == "osm"
    ends = [set(pair) for pair in zip(roads.table["from_name"], roads.table["to_name"], strict=True)]
    assert not any({"Gao", "Kidal"} <= pair for pair, is_osm in zip(ends, osm, strict=True) if is_osm)
    assert not any({"Douentza", "Gao"} <= pair for pair in ends)


def test_ferries_are_their_own_links(roads):
    """Korioumé's ferry is a link of its own, a short one that takes hours, not minutes."""
    ferries = roads.table[roads.table["mode"] == "ferry"]
    assert ferries[["from_name", "to_name"]].stack().str.contains("Koriou").any()
    assert (ferries["length_km"] <= 6).all()


def test_border_points_lie_on_the_border_and_find_their_crossings(mali, roads):
    """Links cross the outline where the named crossings are."""
    found = border_points(mali, roads)
    outline = mali.areas[mali.areas["level"] == 0].geometry.iloc[0]
    on_it = found[found["km"].isna() | (found["km"] > 0)]
    far = shapely.distance(shapely.boundary(outline), shapely.points(on_it["longitude"], on_it["latitude"]))
    assert np.quantile(far, 0.9) < 0.3
    assert {"lere-fassala", "labbezanga-yassane", "in-khalil-bordj-badji-mokhtar"} <= set(found["crossing_id"])


def test_roads_in_pieces_are_named_with_the_gap(ouadji):
    """A pack whose roads fall apart says which piece lies how far from the rest."""
    from dataclasses import replace

    links = ouadji.links[~ouadji.links["link_id"].isin(["r06", "r04"])]
    broken = replace(ouadji, tables={**ouadji.tables, "links": links})
    with pytest.raises(PackError, match=r"2 pieces: Wolo is \d+ km from"):
        read_roads(broken)
