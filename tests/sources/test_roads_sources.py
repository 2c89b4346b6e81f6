"""Road legs, map paths and crossings; and the graph made of them."""

import json

import numpy as np
import pandas as pd
import pytest

from toguna.core.errors import DataError
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.curated_crossings import CuratedCrossings
from toguna.sources.osm_routes import OsmRoutes, segments
from toguna.sources.road_legs import RoadLegs
from toguna.sources.skeleton.build import NO_GAZETTEER, NO_SEGMENTS, road_links

LEGS = (
    "from,to,far_country,km,straight_line_km,class,class_basis,ferry_or_bridge,seasonal_or_security_note,"
    "source,basis,confidence\n"
)


def facts(country):
    """The made-up country, as one that fact files without a country are about."""
    return country.profile.model_copy(update={"curated_facts": True})


def legs_of(tmp_path, country, text):
    """Legs as the builder gets them."""
    path = tmp_path / "road_legs.csv"
    path.write_text(LEGS + text)
    source = RoadLegs()
    return source.tables([source.read(path)], facts(country), Atlas(country.profile, country.areas)).tables["_legs"]


def test_real_legs_and_paths(shared, mali):
    """All 127 legs and 380 paths are read; none is refused."""
    legs = RoadLegs().read(shared / "facts" / "road_legs.csv")
    assert (len(legs.rows), len(legs.refused)) == (127, 0)
    paths = OsmRoutes().read(shared / "geo" / "flee_mali2022_2024_routes.geojson")
    assert (paths.total, len(paths.refused)) == (380, 0)
    first = paths.rows["path"].iloc[0]
    assert (first[:, 0] < 6).all()  # longitudes of the Sahel come first although the file writes latitudes first
    assert (first[:, 1] > 9).all()


def test_paths_that_cannot_be_are_refused(tmp_path):
    """A path off the globe or of one point is listed; a file without features is no such file."""
    good, bad = [[10.0, 1.0], [11.0, 1.5]], [[95.0, 1.0], [11.0, 1.5]]
    feature = {"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": [good, bad, [[1.0, 1.0]]]}}
    path = tmp_path / "x_routes.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    found = OsmRoutes().read(path)
    assert (len(found.rows), len(found.refused), found.total) == (1, 2, 3)
    path.write_text("{}")
    with pytest.raises(DataError, match="no features"):
        OsmRoutes().read(path)


def test_segments_are_counted_once_whatever_their_direction():
    """A stretch that two paths share, one each way, is one segment with two paths."""
    one = np.array([[0.0, 10.0], [1.0, 10.0], [2.0, 10.0]])
    found = segments([one, one[::-1]])
    assert found["paths"].tolist() == [2, 2]


def test_known_lengths_are_kept_and_others_fitted(tmp_path, ouadji):
    """A published length stands; one below the straight line, and one not given, are great circles times the detour."""
    text = "Doumba,Sirakoro,OU,150,123.9,paved,memory,,,made up,read,high\n"
    text += "Doumba,Kelani,OU,,221.2,track,memory,,,made up,memory,low\n"
    text += "Kelani,Bandio,OU,50,86.1,gravel,memory,,,made up,read,low\n"
    made = road_links(legs_of(tmp_path, ouadji, text), NO_SEGMENTS, ouadji.places, NO_GAZETTEER, facts(ouadji))
    links = made.links.set_index("link_id")
    assert links.loc["doumba-sirakoro", ["length_km", "length_basis"]].tolist() == [150.0, "published"]
    assert made.detour == pytest.approx(150 / 123.9)
    assert links.loc["doumba-kelani", "length_basis"] == "fitted"
    assert links.loc["kelani-bandio", "length_km"] == pytest.approx(86.3 * made.detour, rel=0.01)
    assert check_table(TABLES["links"], made.links, "links")[1] == []


def test_a_leg_that_others_cover_is_no_road_of_its_own(tmp_path, ouadji):
    """Doumba to Bandio by Fana is 210 km; a leg of 205 km says the same and adds no link."""
    text = "Doumba,Fana,OU,90,86.1,paved,memory,,,made up,read,high\n"
    text += "Fana,Bandio,OU,120,108.1,paved,memory,,,made up,read,high\n"
    text += "Doumba,Bandio,OU,205,193.0,paved,memory,,,made up,read,high\n"
    made = road_links(legs_of(tmp_path, ouadji, text), NO_SEGMENTS, ouadji.places, NO_GAZETTEER, facts(ouadji))
    real = made.links[made.links["link_basis"] == "curated"]
    assert sorted(real["link_id"]) == ["doumba-fana", "fana-bandio"]
    assert real["length_km"].sum() == pytest.approx(210)


def test_a_straight_path_beside_a_known_road_is_dropped(tmp_path, ouadji):
    """A map segment drawn straight from Doumba to Bandio hides the road by Fana and is no second road."""
    text = "Doumba,Fana,OU,90,86.1,paved,memory,,,made up,read,high\n"
    text += "Fana,Bandio,OU,120,108.1,paved,memory,,,made up,read,high\n"
    straight = pd.DataFrame({"a_lon": [1.0], "a_lat": [10.5], "b_lon": [2.5], "b_lat": [11.4], "paths": [3]})
    made = road_links(legs_of(tmp_path, ouadji, text), straight, ouadji.places, NO_GAZETTEER, facts(ouadji))
    assert "osm" not in set(made.links["link_basis"])


def test_places_nobody_knows_are_faults_and_towns_off_the_road_are_tied_on(tmp_path, ouadji):
    """An unknown name is listed with the remedy; the chief town of an area without a road gets a synthetic link."""
    text = "Doumba,Sirakoro,OU,150,123.9,paved,memory,,,made up,read,high\n"
    text += "Doumba,Atlantis,OU,80,70,paved,memory,,,made up,read,high\n"
    made = road_links(legs_of(tmp_path, ouadji, text), NO_SEGMENTS, ouadji.places, NO_GAZETTEER, facts(ouadji))
    assert [fault.value for fault in made.faults] == ["Atlantis"]
    tied = made.links[made.links["link_basis"] == "synthetic"]
    assert {"Tamrat", "Azgar", "Kelani"} <= set(tied["from_name"]) | set(tied["to_name"])


def test_crossings_and_closures(tmp_path, ouadji, shared, mali):
    """Nineteen crossings; closures with the days their notes state; a stranger's country is refused."""
    source = CuratedCrossings()
    made = source.tables(
        [source.read(shared / "facts" / "crossings.csv")], mali.profile, Atlas(mali.profile, mali.areas)
    )
    assert len(made.tables["crossings"]) == 19
    closures = made.tables["closures"].set_index("subject")
    assert closures.loc["diboli-kidira", ["date", "date_end"]].tolist() == ["2022-01-09", "2022-07-03"]
    assert closures.loc["tinzaouaten", ["date", "date_end"]].tolist() == ["2013-01-14", ""]
    path = tmp_path / "crossings.csv"
    path.write_text(
        "name,neighbour,mali_side_town,far_side_town,lat,lon,road_or_post,status_changes,source,basis,confidence\n"
        "Here,Ruritania,A,B,11,1,,,x,read,high\n"
    )
    refused = source.tables([source.read(path)], facts(ouadji), Atlas(ouadji.profile, ouadji.areas)).refused
    assert [fault.problem for fault in refused] == ["the country is no neighbour"]
