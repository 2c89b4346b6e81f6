"""Supply routes and trade as shares over links."""

import numpy as np
import pytest

from toguna.core.errors import AskError
from toguna.network.supply import supply_routes
from toguna.network.trade import trade


def test_same_seed_same_shares(mali):
    """The same generator draws the same routes; another draws others."""
    one = supply_routes(mali, np.random.default_rng(7), routes=500)
    again = supply_routes(mali, np.random.default_rng(7), routes=500)
    other = supply_routes(mali, np.random.default_rng(8), routes=500)
    assert one.links.equals(again.links)
    assert not one.links["share"].equals(other.links["share"])


def test_shares_add_up_at_the_source(mali):
    """All routes from one source leave it: the shares of the links at it add up to one, or more where routes return."""
    found = supply_routes(mali, np.random.default_rng(1), sources=["Niamey"], targets=["Gao"], routes=400)
    at_source = found.links[(found.links["from_name"] == "Niamey") | (found.links["to_name"] == "Niamey")]
    assert at_source["share"].sum() == pytest.approx(1.0)
    assert found.crossings["share"].dropna().between(0, 1).all()


def test_a_crossing_without_a_road_is_missing_not_zero(mali):
    """A crossing the pack has no road to has no share."""
    found = supply_routes(mali, np.random.default_rng(1), routes=100).crossings
    assert found.loc[found["state"] == "no road in the pack", "share"].isna().all()
    assert (found["state"] == "no road in the pack").any()


def test_cheaper_crossings_are_used_more(ouadji):
    """From Nador to Azgar there is one way in; all routes pass its crossing and none the other."""
    found = supply_routes(ouadji, np.random.default_rng(1), sources=["Nador"], targets=["Azgar"]).crossings
    assert found.set_index("crossing_id")["share"].to_dict() == {"tin-ager-nador": 1.0, "wolo-belko": 0.0}


def test_supply_needs_sources(ouadji):
    """A pack that names no sources is told so."""
    with pytest.raises(AskError, match="supply_sources"):
        supply_routes(ouadji, np.random.default_rng(1))


def test_trade_shares_are_shares_and_the_trunk_leads(mali):
    """Shares lie between 0 and 1, and the road from Bamako to Ségou is among the busiest."""
    found = trade(mali)
    assert found.table["share"].between(0, 1).all()
    first = found.table.head(12)
    assert first["from_name"].str.contains("Bamako|Segou|Ségou").any()
    assert found.markets["people"].sum() <= mali.places["population"].sum()
