"""From a pack to people at sites, by one verb: spread, dates, roads and needs; the seed settles it all."""

import numpy as np
import pytest

import toguna as tg
from toguna.core.errors import AskError


@pytest.fixture(scope="module")
def ahead():
    """Three months ahead of February 2013 in the made-up country."""
    return tg.displace(tg.read_country("ouadji", as_of="2013-02"), months=3, runs=20, seed=4)


def test_nobody_arrives_who_did_not_flee(ahead):
    """By draw, newcomers at sites are no more than those who fled; sums over a host's sites are its own."""
    fled = ahead.fleeing.people.sum(axis=1)
    at_sites = ahead.sites["high"].sum() - ahead.sites["people_now"].sum()
    assert 0 < at_sites <= fled.max()
    assert set(ahead.arrivals["month"]) == {"2013-03", "2013-04", "2013-05"}
    assert (ahead.arrivals["low"] <= ahead.arrivals["median"]).all()
    assert (ahead.arrivals["median"] <= ahead.arrivals["high"]).all()
    one = ahead.arrivals[ahead.arrivals["host"] == "XNA"]
    assert one[one["site"] == "ALL"]["median"].tolist() == one[one["site"] == "Nador"]["median"].tolist()


def test_share_kept_by_hand(ahead):
    """Nador holds 8,000 of 11,000 counted: as much of all who flee, had each site kept its share."""
    months = np.median(ahead.fleeing.people, axis=0)
    nador = ahead.arrivals[ahead.arrivals["site"] == "Nador"]["share_kept"]
    assert nador.tolist() == pytest.approx((months * 8 / 11).tolist())


def test_sites_roads_and_needs(ahead):
    """Sites begin with those counted, capacity is as planned, roads are ways of the scenario, needs are by person."""
    sites = ahead.sites.set_index("site")
    assert sites.loc["Nador", "people_now"] == 8000
    assert sites.loc["Nador", "capacity"] == 12_000
    assert 0 <= sites.loc["Belko", "overflow_chance"] <= 1
    assert (ahead.roads["high"] > 0).all()
    water = ahead.needs[(ahead.needs["site"] == "Nador") & (ahead.needs["sector"] == "water")]
    assert water["amount"].iloc[0] == pytest.approx(15 * sites.loc["Nador", "median"], rel=1e-9)


def test_same_seed_same_result(ahead):
    """The seed settles it, on two processes as on one."""
    again = tg.displace(tg.read_country("ouadji", as_of="2013-02"), months=3, runs=20, seed=4, workers=2)
    assert again.arrivals.equals(ahead.arrivals)
    assert again.roads.equals(ahead.roads)
    other = tg.displace(tg.read_country("ouadji", as_of="2013-02"), months=3, runs=20, seed=5)
    assert not other.arrivals.equals(ahead.arrivals)


def test_later_publications_change_nothing():
    """What was published after the month looked at from is not used."""
    whole = tg.read_country("mali")
    seen = tg.displace(whole.seen_from("2013-02"), months=2, runs=4, seed=1)
    cut = whole.seen_from("2013-02")
    assert seen.arrivals.equals(tg.displace(cut, months=2, runs=4, seed=1).arrivals)
    hosts = set(seen.arrivals["host"])
    assert {"MRT", "BFA", "NER"} <= hosts


def test_too_many_months_are_refused():
    """The forecast goes no farther than its back-test can carry."""
    with pytest.raises(AskError):
        tg.displace(tg.read_country("ouadji"), months=60, runs=2)
