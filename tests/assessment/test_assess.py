"""The assessment as a whole: order, change, confidence, missing values, provenance."""

import pandas as pd
import pytest

from toguna.assessment import assess, explain
from toguna.assessment.assess import indicators
from toguna.core.errors import AskError
from toguna.country import read_country


@pytest.fixture(scope="module")
def picture():
    """The assessment of the made-up country."""
    return assess(read_country("ouadji"))


def value(picture, number):
    """One row of the table."""
    return picture.table.set_index("number_id").loc[number]


def test_principles_come_in_order(picture):
    """Principle 1 comes before 2, and human rights across all of them come last."""
    ranks = [rank or 6 for rank in picture.table["principle"]]
    assert ranks == sorted(ranks)
    assert set(ranks) == {1, 2, 3, 4, 5, 6}


def test_number_ids_are_unique(picture):
    """A printed number has one meaning."""
    assert picture.table["number_id"].is_unique


def test_missing_is_never_zero(picture):
    """A missing figure has no value, no confidence, and a reason; a known one has all three the other way round."""
    gone = picture.table[picture.table["is_missing"]]
    known = picture.table[~picture.table["is_missing"]]
    assert len(gone)
    assert gone["value"].isna().all()
    assert (gone["confidence"] == "").all()
    assert (gone["reason"] != "").all()
    assert known["value"].notna().all()
    assert (known["sources"] != "").all()


def test_change_is_against_twelve_months_earlier(picture):
    """Refugees in Nador-Land fell from 10,000 to 9,000 between the ends of 2013 and 2014: better."""
    row = value(picture, "1.1-XNA")
    assert (row["change"], row["change_from"], row["turn"]) == (-1000.0, "2013-12-31", "better")
    assert value(picture, "2.1-XOU")["turn"] == "better"
    assert value(picture, "4.3-government")["turn"] == "worse"


def test_standing_figures_claim_no_change(picture):
    """A list of health sites has no year before, so nothing is said of its change."""
    row = value(picture, "1.11-XOU")
    assert pd.isna(row["change"])
    assert row["turn"] == "unknown"


def test_deaths_by_type(picture):
    """In 2012: one battle with 12 dead, three one-sided events with 29 dead."""
    assert value(picture, "4.2-state_based@2012")["value"] == 12
    assert value(picture, "4.2-one_sided@2012")["value"] == 29
    assert value(picture, "4.2-non_state@2012")["value"] == 0


def test_hot_areas_count_the_last_two_years(picture):
    """September 2012 to August 2014: Bandio 16 and 60 and Wolo 6 lie in Kelani."""
    assert value(picture, "4.5-XO0202")["value"] == 82
    assert value(picture, "4.5-XO0101")["value"] == 13


def test_published_ddr_figures_are_as_stated(picture):
    """Caseload, cantonment and weapons are given as published."""
    assert value(picture, "5.2-2014-ddr")["value"] == 250
    assert value(picture, "5.3-2014-arms")["value"] == 180


def test_signatories(picture):
    """Of three battles in the 24 months to June 2013 two were fought between parties to the same agreement."""
    assert value(picture, "3.6-XOU")["value"] == pytest.approx(2 / 3)


def test_monthly_shape_is_scaled_to_the_year(ouadji):
    """A one-sided series inflated to twice the yearly total comes out at the yearly total, month by month."""
    shape = ouadji.violence_monthly.copy()
    shape = shape[shape["month"].str.startswith("2012")].assign(type="one_sided", is_rescaled=True, fatalities=0.0)
    shape.loc[shape["month"] == "2012-04", "fatalities"] = 40.0
    shape.loc[shape["month"] == "2012-09", "fatalities"] = 18.0
    tables = dict(ouadji.tables)
    tables["violence_monthly"] = pd.concat([tables["violence_monthly"], shape], ignore_index=True)
    picture = assess(type(ouadji)(ouadji.pack, ouadji.profile, tables, ouadji.pack_hash))
    assert picture.value("4.7-XOU@2012-04") == pytest.approx(29 * 40 / 58)
    assert picture.value("4.1-XOU@2012") == 41


def test_confidence_names_its_reason(picture):
    """A figure from an old or modelled row says so."""
    assert value(picture, "1.1-XNA")["confidence"] == "high"
    assert value(picture, "1.12-XOU")["confidence"] != "high"
    assert value(picture, "1.12-XOU")["reason"]


def test_memory_lowers_confidence(picture):
    """The killing at Tin-Ager is known from memory only, so the count that holds it is of low confidence."""
    row = value(picture, "R.2-armed_groups")
    assert (row["confidence"], row["reason"]) == ("low", "rests on a row known from memory only")


def test_explain_walks_back_to_rows_and_sources(picture):
    """The rows behind a sum add up to it, and their source is named with its licence."""
    found = explain(picture, "1.1-ALL")
    assert found.rows["displacement"]["people"].sum() == found.figure.value
    assert found.sources["licence"].tolist() == ["CC0-1.0"]
    assert "neighbouring" in found.indicator.words


def test_every_known_figure_can_be_explained(picture):
    """Each printed number has rows, and its rows have sources in the pack."""
    for number in picture.table.loc[~picture.table["is_missing"], "number_id"]:
        found = explain(picture, number)
        assert sum(len(frame) for frame in found.rows.values()), number
        assert set(found.sources["source"]) == {key for frame in found.rows.values() for key in frame["source"]}


def test_unknown_number_names_the_nearest(picture):
    """A slip in a number is answered with numbers that exist."""
    with pytest.raises(AskError, match=r"1\.1-XNA"):
        explain(picture, "1.1-XNB")


def test_assessing_changes_nothing(ouadji):
    """A verb returns a new value and leaves what it was given as it was."""
    before = {name: table.copy() for name, table in ouadji.tables.items()}
    first = assess(ouadji)
    assert first.table.equals(assess(ouadji).table)
    for name, table in before.items():
        assert table.equals(ouadji.table(name)), name


def test_every_indicator_is_declared_in_full():
    """Label, unit, reference and formula in words are there, and codes are unique."""
    found = indicators()
    assert len({one.code for one in found}) == len(found)
    for one in found:
        assert one.label
        assert one.unit
        assert one.reference
        assert len(one.words) > 30
