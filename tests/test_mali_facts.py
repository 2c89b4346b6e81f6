"""Figures of the Mali pack that anybody can look up, found in the output with their source."""

import pandas as pd
import pytest

from toguna.assessment import assess, explain
from toguna.country import check


@pytest.fixture(scope="module")
def picture(mali):
    """The assessment of Mali, all that is known."""
    return assess(mali)


FACTS = [
    ("1.1-MRT@2012", 54029, "unhcr-population"),
    ("1.1-BFA@2012", 38776, "unhcr-population"),
    ("1.1-NER@2012", 50204, "unhcr-population"),
    ("2.1-MLI@2011", 0.604, "v-dem"),
    ("2.1-MLI@2013", 0.326, "v-dem"),
    ("4.1-MLI@2012", 317, "ucdp-country-month"),
    ("4.1-MLI@2013", 773, "ucdp-country-month"),
    ("4.3-government@2022", 275, "ucdp-organized-violence"),
    ("4.3-non_state@2018", 498, "ucdp-organized-violence"),
]


@pytest.mark.parametrize(("number", "value", "source"), FACTS, ids=[one[0] for one in FACTS])
def test_known_figure_with_its_source(picture, number, value, source):
    """The figure is the owner's, and the rows behind it name the owner."""
    assert picture.value(number) == pytest.approx(value)
    found = explain(picture, number)
    assert [key.partition("@")[0] for key in found.sources["source"]] == [source]


def test_shipped_pack_is_sound():
    """The shipped pack has no fault."""
    assert check("mali") == []


def test_the_ground_is_whole(mali):
    """Nine regions, fifty cercles, all people in some cercle, and the cercles' people exact to the unit."""
    areas = mali.areas
    assert (areas["level"] == 1).sum() == 9
    assert (areas["level"] == 2).sum() == 50
    inside = mali.places[mali.places["iso3"] == "MLI"]
    newest = mali.needs[mali.needs["round"] == "current"]
    newest = newest[newest["date_start"] == newest["date_start"].max()].set_index("pcode")["population"]
    people = inside.groupby("admin2_pcode")["population"].sum()
    pd.testing.assert_series_equal(people, newest.reindex(people.index), check_names=False, check_dtype=False)
    assert people.sum() == pytest.approx(22_900_621)


def test_absurd_town_figures_did_not_get_in(mali):
    """No settlement but the capital has a million people, and the border village Zégoua is no city."""
    inside = mali.places[mali.places["iso3"] == "MLI"]
    assert (inside["population"] > 1_000_000).sum() <= 6  # Bamako, whole or by its six communes
    assert inside.loc[inside["name"].str.contains("Zegoua|Zégoua"), "population"].max() < 60_000


def test_rows_from_memory_are_marked(mali, picture):
    """Rows from memory say so, and a figure that rests on one is of low confidence."""
    assert (mali.political_events["basis"] == "memory").any()
    shelter = picture.table.set_index("number_id").loc["1.8-ALL"]
    assert (shelter["confidence"], shelter["reason"]) == ("low", "rests on a row known from memory only")


def test_february_2013_shows_only_what_was_published(mali):
    """UNHCR's end-2012 count, V-Dem 2012 and UCDP 2012 were not out; camp counts were."""
    then = assess(mali.seen_from("2013-02"))
    row = then.table.set_index("number_id").loc["1.1-MRT"]
    assert row["period"].startswith(("2012-12", "2013-0"))
    assert "camps" in row["reason"]
    assert then.value("2.1-MLI") == pytest.approx(0.604)
    assert then.table.set_index("number_id").loc["4.1-MLI", "period"] == "2011-12"
    assert then.value("2.6-MLI") == 11


def test_moura_counts_against_state_forces(mali, picture):
    """Abuses by state forces stand on the same scale as those of armed groups."""
    found = explain(picture, "R.3-state")
    assert found.rows["political_events"]["event"].str.contains("Moura").any()
    assert picture.value("R.3-state") >= 500
