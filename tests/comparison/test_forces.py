"""Those sent: posting, hand-over to police, losses, tiring and withdrawal, by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.comparison.made_up import by_area, effort, medians, start
from toguna.comparison.forces import count_quiet, lose, post_forces


def test_police_take_over_quiet_areas() -> None:
    """Soldiers of area 0, quiet for six months with police, go where fighters are."""
    p = medians(presence_half=100, fighters_per_death=10)
    _, s, n = start(p)
    s.quiet[:] = [6, 6, 0, 6]
    s.fighters[:] = [50, 300, 100, 0]
    e = effort(soldiers=by_area(400, 200, 0, 0), police=by_area(50, 0, 20, 0), police_first=1.0, quiet_months=6)
    post_forces(p, e, s, n, 0)
    assert s.soldiers == pytest.approx([0, 200 + 300, 100, 0])
    assert s.police == pytest.approx([50, 0, 20, 0])
    assert s.presence == pytest.approx([50 / 150, 500 / 600, 120 / 220, 0])
    post_forces(p, e._replace(police_first=0.0), s, n, 0)
    assert s.soldiers == pytest.approx([400, 200, 0, 0])


@settings(deadline=None)  # the first example compiles
@given(st.floats(0, 1), st.integers(0, 8), st.booleans(), st.booleans())
def test_no_soldier_is_lost(strength, quiet, police, raids) -> None:
    """Raiders and others are as many as are sent, wherever they are freed, while there is anywhere to go."""
    p = medians()
    _, s, n = start(p)
    n["strength"], s.quiet[:] = strength, quiet
    s.quiet[3] = 0
    e = effort(soldiers=by_area(100, 200, 0, 300), police=by_area(10, 0, 10, 10), police_first=float(police),
               raids=float(raids))  # fmt: skip
    post_forces(p, e, s, n, 0)
    assert s.soldiers.sum() + s.raiders.sum() == pytest.approx(600 * strength)


def test_losses_by_hand() -> None:
    """1,000 soldiers, 500 raiders, 200 police, a quarter of the fighters of the start, half the roads patrolled."""
    p = medians(
        deaths_static=1.2, deaths_patrols_ratio=1.4, deaths_raids_ratio=2.0, fatigue_monthly=0.01,
        exhaustion_per_death=0.01,
    )  # fmt: skip
    _, s, n = start(p)
    s.fighters[:] /= 4
    s.soldiers[0], s.raiders[0], s.police[0] = 1_000.0, 500.0, 200.0
    e = effort(patrolled=by_area(1, 1, 0, 0))
    expected = 0.0001 * 0.5 * (1_000 * 1.2 + 200 + 500 * 2)
    assert lose(p, e, s, n, 0, 1.0) == pytest.approx(expected)
    assert n["strength"] == pytest.approx(0.99)
    chance = 0.01 * expected * 1_000 / 1_700
    lose(p, e, s, n, 0, chance * 1.01)
    assert n["strength"] > 0
    lose(p, e, s, n, 0, chance * 0.99)
    assert n["strength"] == 0


def test_nobody_sent_loses_nobody() -> None:
    """And does not tire."""
    p = medians()
    _, s, n = start(p)
    assert lose(p, effort(), s, n, 0, 0.0) == 0
    assert n["strength"] == 1


def test_quiet_months_by_hand() -> None:
    """Half a death per 100,000 is the line; a month above it starts anew."""
    g, s, _ = start(medians())
    s.quiet[:] = 3
    s.by_groups[:] = [0.3, 0.9, 0.3, 0.0]
    s.by_state[:] = [0.1, 0.2, 0.0, 0.0]
    count_quiet(g, effort(quiet_below=0.5), s)
    assert s.quiet == pytest.approx([4, 0, 0, 4])
