"""Drought: a shock a year, and what it does to conflict."""

import pytest

from tests.comparison.made_up import medians, start
from toguna.comparison.climate import climate_month, conflict_ratio


def test_a_shock_holds_from_harvest_to_harvest() -> None:
    """The first month takes one, and every October; other months' are not looked at."""
    _, _, n = start(medians())
    seen = []
    for t, (calendar, shock) in enumerate([(8, 1.5), (9, -1.0), (10, 0.3), (11, 2.0), (12, -2.0)]):
        climate_month(n, calendar, shock, t)
        seen.append(float(n["drought"]))
    assert seen == [1.5, 1.5, 0.3, 0.3, 0.3]


@pytest.mark.parametrize(("drought", "expected"), [(2.0, 1.1**2 * 1.05**2), (0.0, 1.0), (-1.0, 1 / 1.1)])
def test_conflict_by_hand(drought, expected) -> None:
    """Dry years act by themselves and by prices; wet years do not lower prices below normal."""
    p = medians(conflict_per_drought=1.1, conflict_per_price=1.05)
    _, _, n = start(p)
    n["drought"] = drought
    assert conflict_ratio(p, n) == pytest.approx(expected)
