"""Deaths by country and month: one sum, or three types that are inflated and marked so."""

from __future__ import annotations

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.source import Made
from toguna.sources.ucdp_country_month import UcdpCountryMonth

TOTAL, BY_TYPE = "month,iso3,fatalities_best\n", "month,iso3,sb,ns,os\n"


def made(country: Country, *paths: Path) -> Made:
    readings = [UcdpCountryMonth().read(path) for path in paths]
    return UcdpCountryMonth().tables(readings, country.profile, Atlas(country.profile, country.areas))


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """The two forms side by side, as the owner's sums and somebody's sums by type."""
    total, by_type = tmp_path / "ucdp_country_month_total.csv", tmp_path / "ucdp_country_month_bytype.csv"
    total.write_text(TOTAL + "2012-03,XOU,12\n2012-04,XOU,0\n2012-03,XNA,99\n")
    by_type.write_text(BY_TYPE + "2012-03,XOU,10.5,2.0,1.0\n2012-03,XNA,1,1,1\n")
    return total, by_type


def test_the_sum(both: tuple[Path, Path], ouadji: Country) -> None:
    """The plain form gives one row a month, zeros included, public in June of the next year."""
    months = made(ouadji, both[0]).tables["violence_monthly"]
    assert months[["month", "unit", "type", "perpetrator", "fatalities"]].to_numpy().tolist() == [
        ["2012-03", "XOU", "all", "any", 12.0],
        ["2012-04", "XOU", "all", "any", 0.0],
    ]
    assert (months["is_rescaled"].any(), set(months["published"].astype(str))) == (False, {"2013-06-01"})
    assert check_table(TABLES["violence_monthly"], months, "violence_monthly")[1] == []


def test_the_form_by_type_is_kept_apart(both: tuple[Path, Path], ouadji: Country) -> None:
    """The inflated form has a version of its own and a mark, so that it is never summed with the other."""
    months = made(ouadji, *both).tables["violence_monthly"]
    inflated = months[months["source"] == "ucdp-country-month@22.1"]
    assert inflated[["type", "fatalities"]].to_numpy().tolist() == [
        ["state_based", 10.5],
        ["non_state", 2.0],
        ["one_sided", 1.0],
    ]
    assert inflated["is_rescaled"].all()
    assert not months.loc[months["source"] == "ucdp-country-month", "is_rescaled"].any()
    assert check_table(TABLES["violence_monthly"], months, "violence_monthly")[1] == []


def test_other_countries(both: tuple[Path, Path], ouadji: Country) -> None:
    """The months of all other countries stand in a table of their own, of both forms, each kept once."""
    elsewhere = made(ouadji, *both, both[0]).tables["violence_elsewhere"]
    assert elsewhere[["month", "unit", "iso3", "type", "fatalities", "is_rescaled"]].to_numpy().tolist() == [
        ["2012-03", "XNA", "XNA", "state_based", 1.0, True],
        ["2012-03", "XNA", "XNA", "non_state", 1.0, True],
        ["2012-03", "XNA", "XNA", "one_sided", 1.0, True],
        ["2012-03", "XNA", "XNA", "all", 99.0, False],
    ]
    assert set(elsewhere["unit_kind"]) == {"country"}
    assert check_table(TABLES["violence_elsewhere"], elsewhere, "violence_elsewhere")[1] == []


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    """A thirteenth month, the year 0, negative deaths, an empty cell and a month twice have line and reason."""
    path = tmp_path / "ucdp_country_month_total.csv"
    path.write_text(
        TOTAL + "2012-13,XOU,1\n0000-01,XOU,1\n2012-03,XOU,-1\n2012-03,XOU,\n2012-04,XOU,1\n2012-04,XOU,2\n"
    )
    reading = UcdpCountryMonth().read(path)
    assert (reading.total, reading.rows["fatalities_best"].tolist()) == (6, [1.0])
    assert [(fault.row, fault.column, fault.problem) for fault in reading.refused] == [
        (2, "month", "the value is no month"),
        (3, "month", "the value is no month"),
        (4, "fatalities_best", "the number is negative"),
        (5, "fatalities_best", "the cell is empty"),
        (7, "iso3, month", "the row is there twice"),
    ]


def test_no_months_here(both: tuple[Path, Path], mali: Country) -> None:
    """Files about other countries make no rows here."""
    assert made(mali, *both).tables["violence_monthly"].empty


def test_other_files(both: tuple[Path, Path]) -> None:
    """Each form under the other's name is refused in a sentence."""
    both[0].write_text(BY_TYPE + "2012-03,XOU,1,1,1\n")
    both[1].write_text(TOTAL + "2012-03,XOU,1\n")
    for path, lacks in zip(both, ("best or fatalities_best", "sb; ns; os"), strict=True):
        with pytest.raises(DataError, match=lacks):
            UcdpCountryMonth().read(path)


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """Mali: 317 deaths in 2012, 773 in 2013, 16,729 since 1989; the form by type has 1,076 for 2013 and says why."""
    paths = sorted((shared / "events").glob("ucdp_country_month_*.csv"))
    by_type, total = (UcdpCountryMonth().read(path) for path in paths)
    assert (by_type.total, total.total, by_type.refused, total.refused) == (6732, 7344, (), ())
    months = made(mali, *paths).tables["violence_monthly"]
    sums = months[~months["is_rescaled"]].assign(year=lambda rows: rows["month"].str[:4])
    years = sums.groupby("year")["fatalities"].sum()
    assert (years["2012"], years["2013"], years.sum(), len(sums)) == (317, 773, 16729, 432)
    inflated = months[months["is_rescaled"] & (months["month"].str[:4] == "2013")]
    assert inflated["fatalities"].sum() == pytest.approx(1076.25)
    elsewhere = made(mali, *paths).tables["violence_elsewhere"]
    assert elsewhere.groupby("is_rescaled").size().to_dict() == {False: 16 * 432, True: 16 * 396 * 3}
    assert set(elsewhere["iso3"]) == set(total.rows["iso3"]) - {"MLI"}
