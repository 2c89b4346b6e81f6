"""Returns: quiet and rates by hand, the chance of a day makes the rate of a year, the form that did best is served."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toguna.core.errors import AskError, DataError
from toguna.displacement import returns
from toguna.displacement.returns import (
    ReturnsCoefficients,
    daily_return_chance,
    is_quiet,
    mean_rate,
    read_returns_coefficients,
    sums_of_12,
    yearly_return_rate,
)


def served(monkeypatch, **crps_by_form):
    """Make these the only forms, with these scores."""
    forms = {
        "constant rate": (0.0, 0.0, 0.0, 8.0),
        "quiet origin": (-2.0, 1.0, 0.0, 8.0),
        "quiet origin and last rate": (-2.0, 1.0, 3.0, 8.0),
    }
    rows = [("test", form.replace("_", " "), score) for form, score in crps_by_form.items()]
    used = ReturnsCoefficients(forms, pd.DataFrame(rows, columns=["test", "form", "crps"]))
    monkeypatch.setattr(returns, "read_returns_coefficients", lambda: used)


def test_mean_rate_by_hand():
    """Logit 0 is one half; last rate 0.25 has root 0.5, so that -2 + 1 + 2 x 0.5 is 0 as well."""
    assert mean_rate((0.0, 1.0, 0.0, 8.0), np.array([False]), np.zeros(1)) == pytest.approx(0.5)
    assert mean_rate((-2.0, 1.0, 2.0, 8.0), np.array([True]), np.array([0.25])) == pytest.approx(0.5)
    quiet = mean_rate((-2.0, 1.0, 0.0, 8.0), np.array([False, True]), np.zeros(2))
    assert quiet == pytest.approx(1 / (1 + np.exp([2.0, 1.0])))


def test_quiet_by_hand():
    """1,200 deaths in the worst year: 300 in the last is quiet, 301 is not; a worst year long ago is forgotten."""
    assert is_quiet([100] * 12 + [25] * 12)
    assert not is_quiet([100] * 12 + [25] * 11 + [26])
    assert not is_quiet([100] * 12 + [25] * 132)
    assert is_quiet([0.5] * 12)  # 6 deaths are few whatever came before
    assert not is_quiet([0.6] * 12)
    assert sums_of_12(np.arange(14.0)).tolist() == [66.0, 78.0, 90.0]


def test_the_chance_of_a_day_makes_the_rate_of_a_year_and_its_mean_is_the_fitted_one():
    rate = yearly_return_rate([False, True], np.random.default_rng(2), last_rate=0.1, draws=20_000)
    chance = daily_return_chance([False, True], np.random.default_rng(2), last_rate=0.1, draws=20_000)
    assert 1 - (1 - chance) ** 365 == pytest.approx(rate)
    used = read_returns_coefficients()
    form = used.forms[used.served(last_known=True)]
    assert rate.mean(axis=0) == pytest.approx(mean_rate(form, np.array([False, True]), np.array([0.1, 0.1])), abs=0.005)


@pytest.mark.parametrize("shape", [(), (4,), (3, 2), (0,)])
def test_the_shape_is_kept_and_the_seed_makes_it_again(shape):
    quiet = np.ones(shape, dtype=bool)
    for last in (None, 0.1):
        one, again = (daily_return_chance(quiet, np.random.default_rng(3), last_rate=last, draws=7) for _ in range(2))
        assert one.shape == (7, *shape)
        assert np.array_equal(one, again)
        assert ((one >= 0) & (one <= 1)).all()


@pytest.mark.parametrize("last_known", [False, True])
def test_what_is_served_has_the_lowest_crps_of_what_can_be_used(last_known):
    used = read_returns_coefficients()
    score = used.skill.groupby("form")["crps"].mean()
    usable = [form for form in score.index if last_known or "last rate" not in form]
    assert {"constant rate", "last rate"} <= set(score.index)
    assert set(used.skill["test"]) == {"country left out", "rolling origin"}
    assert score[used.served(last_known=last_known)] == score[usable].min()


def test_a_quiet_origin_and_the_last_rate_raise_returns_where_they_are_served():
    def mean(quiet, last):
        return yearly_return_rate(quiet, np.random.default_rng(1), last_rate=last, draws=5000).mean()

    assert mean(True, 0.4) > 2 * mean(True, 0.0)
    assert mean(True, 0.2) > mean(False, 0.2)


def test_another_form_is_served_where_it_scored_better(monkeypatch):
    served(monkeypatch, constant_rate=2.0, quiet_origin=1.0, last_rate=0.5)
    rate = yearly_return_rate([False, True], np.random.default_rng(1), draws=20_000)
    assert rate.mean(axis=0) == pytest.approx(1 / (1 + np.exp([2.0, 1.0])), abs=0.005)
    last = yearly_return_rate([False, True], np.random.default_rng(1), last_rate=[0.3, 0.0], draws=2)
    assert last.tolist() == [[0.3, 0.0]] * 2


def test_what_cannot_be_meant_is_refused():
    rng = np.random.default_rng(1)
    for last in (-0.1, 1.1, np.nan):
        with pytest.raises(DataError, match="share from 0 to 1"):
            daily_return_chance([True], rng, last_rate=last)
    with pytest.raises(AskError, match="1 or more"):
        daily_return_chance([True], rng, draws=0)
    for deaths in ([1.0] * 11, [np.nan] * 12):
        with pytest.raises(DataError, match="12 months or more"):
            is_quiet(deaths)


def test_the_shipped_forms_are_what_the_files_give(shared):
    path = Path(__file__).resolve().parents[2] / "scripts" / "fit_arrivals.py"
    spec = importlib.util.spec_from_file_location("fit_arrivals", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    rows = script.return_rates()
    for form, held in read_returns_coefficients().forms.items():
        assert script.fit_rate(rows, form) == pytest.approx(held, abs=0.01)
    constant = read_returns_coefficients().forms["constant rate"]
    assert mean_rate(constant, np.array([True]), np.zeros(1)) == pytest.approx(rows["rate"].mean(), abs=1e-3)
