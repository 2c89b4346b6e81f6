"""Panels from monthly series: the country among its region, base towns, and no month made up."""

import numpy as np
import pandas as pd
import pytest

from toguna.core.errors import DataError
from toguna.core.months import Month
from toguna.forecasting.monthly_panel import country_panel, months_panel, town_panel


def rows_of(**units):
    """Rows of monthly values from January 2013, one list a unit; public the month after."""
    rows = []
    for unit, values in units.items():
        for at, value in enumerate(values):
            month = Month(2013, 1) + at
            rows.append({"unit": unit, "month": str(month), "value": value, "published": (month + 1).first_day})
    return pd.DataFrame(rows).assign(source="made-up")


def test_country_panel_of_mali(mali):
    """Mali among 17 countries, 1989 to 2024, with the deaths the pack holds and known the June after each year."""
    panel = country_panel(mali)
    assert (len(panel.units), str(panel.first), str(panel.last)) == (17, "1989-01", "2024-12")
    assert (panel.grain, panel.target, panel.sources) == ("country", "all", ("ucdp-country-month",))
    own = mali.violence_monthly
    own = own[(own["unit_kind"] == "country") & (own["type"] == "all") & (own["perpetrator"] == "any")]
    at = panel.units.index.get_loc("MLI")
    assert np.array_equal(panel.counts[at], own.sort_values("month")["fatalities"])
    years = np.arange(panel.months) // 12
    assert np.array_equal(panel.known_from, (years + 1) * 12 + 5)
    assert str(panel.known_at(Month(2013, 5)).last) == "2011-12"
    assert panel.remarks == ()


@pytest.mark.parametrize("target", ["one_sided", "state_based", "civilians"])
def test_country_panel_by_type(mali, target):
    """By type the series end in 2021, and that their level is too high is said."""
    panel = country_panel(mali, target)
    assert (len(panel.units), str(panel.last), panel.target) == (17, "2021-12", target)
    assert "too high" in panel.remarks[0]
    kind = "one_sided" if target == "civilians" else target
    both = pd.concat([mali.violence_monthly, mali.violence_elsewhere])
    rows = both[(both["unit_kind"] == "country") & (both["type"] == kind)]
    assert panel.counts.sum() == pytest.approx(rows["fatalities"].sum())


def test_a_target_no_series_counts(mali):
    """Attacks, and anything else not counted by month, are refused with what there is."""
    for target in ("attacks", "people"):
        with pytest.raises(DataError, match=f"counts {target}. Choose one of all, one_sided, state_based, civilians"):
            country_panel(mali, target)


def test_town_panel_of_mali(mali):
    """15 towns of Mali among 232, each with the deaths of both kinds of perpetrators summed."""
    panel = town_panel(mali)
    assert (len(panel.units), str(panel.first), str(panel.last)) == (232, "1994-01", "2017-12")
    assert (panel.units["iso3"] == "MLI").sum() == 15
    both = pd.concat([mali.violence_monthly, mali.violence_elsewhere])
    rows = both[both["unit_kind"] == "within_30km"]
    assert panel.counts.sum() == rows["fatalities"].sum()
    summed = rows.groupby("unit")["fatalities"].sum().reindex(panel.units.index)
    assert np.array_equal(panel.counts.sum(axis=1), summed)
    assert panel.units[["longitude", "latitude"]].notna().all().all()
    assert "15 towns of Mali among 232: a thin series, to 2017-12." in panel.remarks
    with pytest.raises(DataError, match="no series around base towns"):
        town_panel(mali, km=99)


def test_months_by_hand():
    """Values stand where their unit and month say, and several rows of one add up."""
    rows = pd.concat([rows_of(B=[1, 2, 3], A=[4, 0, 6]), rows_of(A=[10])])
    panel = months_panel(rows, grain="town", target="one_sided")
    assert panel.units.index.tolist() == ["A", "B"]
    assert panel.counts.tolist() == [[14, 0, 6], [1, 2, 3]]
    assert panel.known_from.tolist() == [1, 2, 3]
    assert panel.sources == ("made-up",)


def test_the_latest_unit_decides_when_a_month_is_known():
    """A month is public when it is public for all."""
    rows = rows_of(A=[1, 2], B=[3, 4])
    late = (rows["unit"] == "B") & (rows["month"] == "2013-01")
    rows["published"] = rows["published"].where(~late, Month(2013, 9).first_day)
    assert months_panel(rows, grain="town", target="all").known_from.tolist() == [8, 2]


def test_months_all_units_have():
    """The panel spans the months in common; where there are none it says so."""
    rows = pd.concat([rows_of(A=range(12)), rows_of(B=range(8))])
    rows = rows[(rows["unit"] == "B") | (rows["month"] >= "2013-04")]
    panel = months_panel(rows, grain="town", target="all")
    assert (str(panel.first), str(panel.last)) == ("2013-04", "2013-08")
    assert panel.counts.tolist() == [[3, 4, 5, 6, 7]] * 2
    apart = rows[(rows["unit"] == "A") | (rows["month"] < "2013-04")]
    with pytest.raises(DataError, match="do not overlap"):
        months_panel(apart, grain="town", target="all")
    with pytest.raises(DataError, match="There is no monthly series of all by town"):
        months_panel(rows.iloc[:0], grain="town", target="all")


def test_a_month_missing_inside_is_not_zero():
    """One month of one unit: refused by its name."""
    rows = rows_of(A=range(6), B=range(6))
    gap = rows[~((rows["unit"] == "B") & (rows["month"] == "2013-03"))]
    with pytest.raises(DataError, match=r"B has no count \(missing is not zero\) in 2013-03; 1 such months"):
        months_panel(gap, grain="town", target="all")


def test_a_month_missing_everywhere_is_not_zero():
    """A month that no unit has is refused too, and not closed up."""
    rows = rows_of(A=range(6), B=range(6))
    with pytest.raises(DataError, match=r"A has no count \(missing is not zero\) in 2013-03; 2 such months"):
        months_panel(rows[rows["month"] != "2013-03"], grain="town", target="all")


def test_an_empty_value_is_not_zero():
    """A row that is there and holds nothing is a gap like any other."""
    rows = rows_of(A=[1.0, 2.0, 3.0], B=[1.0, np.nan, 3.0])
    with pytest.raises(DataError, match=r"B has no count \(missing is not zero\) in 2013-02"):
        months_panel(rows, grain="town", target="all")
