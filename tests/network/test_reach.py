"""Who is reached in what time."""

import numpy as np
import pytest
import shapely

from toguna.core.errors import AskError
from toguna.network.reach import reach

LIMITS = (1.0, 2.0, 4.0, 8.0)


@pytest.mark.parametrize(
    ("kind", "by", "season"), [("health", "foot", "dry"), ("hub", "lorry", "wet"), ("hub", "helicopter", "dry")]
)
def test_people_are_conserved(mali, kind, by, season):
    """Every resident is in one area, within the last limit or cut off; limits nest."""
    table = reach(mali, kind, by=by, season=season, limits=LIMITS).table
    whole, areas = table.iloc[0], table.iloc[1:]
    inside = mali.places[(mali.places["iso3"] == "MLI") & (mali.places["admin2_pcode"] != "")]
    assert whole["people"] == pytest.approx(inside["population"].sum())
    np.testing.assert_allclose(areas.drop(columns=["pcode", "name"]).sum(), whole.drop(["pcode", "name"]).astype(float))
    np.testing.assert_allclose(table["within_8h"] + table["cut_off"], table["people"])
    assert (table["within_1h"] <= table["within_2h"]).all()
    assert (table["within_4h"] <= table["within_8h"]).all()


def test_by_hand_on_the_made_up_country(ouadji):
    """Lorry in the rains: Kelani is 240 km of paved road at 45.5 km/h from Doumba; the pistes of sand are shut."""
    found = reach(ouadji, "hub", by="lorry", season="wet").places.set_index("place_id")["hours"]
    assert found["p01"] == pytest.approx(0.0, abs=0.01)
    assert found["p04"] == pytest.approx(240 / 45.5, abs=0.01)
    assert found["p08"] > 8
    assert reach(ouadji, "hub", by="lorry").places.set_index("place_id")["hours"]["p08"] == pytest.approx(
        130 / 21, abs=0.01
    )


def test_rains_reach_no_farther_than_the_dry_season(mali):
    """No place is nearer in the rains."""
    dry = reach(mali, "hub", by="lorry").places["hours"]
    wet = reach(mali, "hub", by="lorry", season="wet").places["hours"]
    assert (wet >= dry - 1e-9).all()


def test_helicopters_fly_straight_and_not_beyond_their_range(ouadji):
    """Half an hour to start and 220 km/h; a place beyond the range is not reached."""
    found = reach(ouadji, "hub", by="helicopter").places.set_index("place_id")["hours"]
    assert found["p08"] == pytest.approx(0.5 + 110.6 / 220, abs=0.02)


def test_isochrones_nest_and_hold_the_places_reached(ouadji):
    """Each shape lies in the next, and a place reached in time lies in its shape."""
    found = reach(ouadji, "hub", limits=(2.0, 8.0))
    shapes = found.isochrones(ouadji.profile.crs).geometry
    assert shapely.covers(shapely.buffer(shapes.iloc[1], 1e-6), shapes.iloc[0])
    for row in found.places.itertuples():
        if row.hours <= 2.0:
            assert shapely.contains_xy(shapes.iloc[0], row.longitude, row.latitude)


def test_mistakes_are_sentences(ouadji):
    """Unknown sites, seasons, vehicles and limits name what there is."""
    with pytest.raises(AskError, match="health, market"):
        reach(ouadji, "schools")
    with pytest.raises(AskError, match="dry or wet"):
        reach(ouadji, "hub", season="spring")
    with pytest.raises(AskError, match="lorry"):
        reach(ouadji, "hub", by="camel")
    with pytest.raises(AskError, match="above 0"):
        reach(ouadji, "hub", limits=(0,))
