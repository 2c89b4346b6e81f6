"""Corridors: ways, states and reasons."""

import numpy as np
import pytest

from toguna.core.errors import AskError
from toguna.network.corridors import corridors


def test_february_2013_bamako_to_kidal(mali):
    """The north had just been retaken: every way is contested, for reasons with dates; three ways share little."""
    found = corridors(mali.seen_from("2013-02", hindsight=True), "Bamako", "Kidal", month="2013-02")
    assert set(found.table["state"]) == {"contested"}
    assert found.table["reason"].str.contains("Gao retaken|Kidal airport").all()
    assert (found.table["shared"] <= 0.5).all()
    assert found.table["hours"].is_monotonic_increasing
    assert found.table["km"].between(1_400, 2_200).all()
    sums = found.links.groupby("way")[["km", "hours", "harm"]].sum()
    np.testing.assert_allclose(sums, found.table.set_index("way")[["km", "hours", "harm"]])


def test_front_holds_the_fastest_and_no_point_beats_another(mali):
    """The whole trade-off falls in harm as it rises in hours."""
    front = corridors(mali.seen_from("2013-02", hindsight=True), "Bamako", "Gao", month="2013-02").front
    assert front["hours"].is_monotonic_increasing
    assert front["harm"].is_monotonic_decreasing
    assert (np.diff(front["hours"]) > 0).all()


def test_cap_is_hard(mali):
    """No way over the cap is shown, however low it is: what is left goes far round."""
    country = mali.seen_from("2013-02", hindsight=True)
    free = corridors(country, "Bamako", "Kidal", month="2013-02")
    cap = float(free.front["harm"].median())
    assert (corridors(country, "Bamako", "Kidal", month="2013-02", cap=cap).table["harm"] <= cap + 1e-12).all()
    careful = corridors(country, "Bamako", "Kidal", month="2013-02", cap=1e-9).table
    assert (careful["harm"] <= 1e-9).all()
    assert careful["hours"].min() > free.table["hours"].min()


def test_a_closed_crossing_closes_the_way_and_says_what_it_costs(ouadji):
    """Nador is reached over one crossing, closed in the first half of 2013."""
    closed = corridors(ouadji, "Doumba", "Nador", month="2013-02")
    assert closed.table.empty
    assert "without closures the fastest would take 22.1 h" in str(closed)
    assert corridors(ouadji, "Doumba", "Nador", month="2013-11").table["hours"].iloc[0] == pytest.approx(
        22.14, abs=0.01
    )


def test_no_way_in_the_rains_is_an_answer(ouadji):
    """Lorries do not pass sand in the rains; that is said, not raised."""
    assert "no way in this season" in str(corridors(ouadji, "Doumba", "Nador", month="2013-08"))


def test_harm_is_missing_where_no_series_reaches(mali):
    """In February 2013 no event series of that time had been published: harm is missing, not zero."""
    found = corridors(mali.seen_from("2013-02"), "Bamako", "Kidal", month="2013-02")
    assert found.table["harm"].isna().all()
    assert "harm unknown" in str(found)


def test_a_slip_in_a_name_names_the_closest(mali):
    """A place that is not there is answered with those that are."""
    with pytest.raises(AskError, match="Tombouctou"):
        corridors(mali, "Bamako", "Tombuctou")
    with pytest.raises(AskError, match="same place"):
        corridors(mali, "Bamako", "bamako")


def test_links_of_a_way_join_and_carry_shapes(mali):
    """Each link of a way starts where the one before ended, and its shape comes along."""
    found = corridors(mali, "Bamako", "Gao", month="2013-03")
    for _, way in found.links.groupby("way"):
        assert way["from_name"].iloc[1:].tolist() == way["to_name"].iloc[:-1].tolist()
    assert found.to_geopandas().geometry.is_valid.all()
    assert not found.roads.is_synthetic[found.roads.table["link_id"].isin(found.links["link_id"])].any()
