"""What is served: a model only where it earns it, a baseline under its own name elsewhere."""

import numpy as np
import pandas as pd
import pytest

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.forecasting.backtest import BacktestParams, backtest
from toguna.forecasting.panel import Panel
from toguna.forecasting.skill import MARGIN, by_stratum, leave_out, serve, skill_table, unjudged


def panel_of(counts):
    """A panel of made-up towns, every month public at its end."""
    units = pd.DataFrame({"name": [f"town {number}" for number in range(len(counts))]}, index=range(len(counts)))
    return Panel("town", "one_sided", units, Month(2000, 1), counts.astype(float), np.arange(counts.shape[1]))


@pytest.fixture(scope="module")
def learnable():
    """Each unit has a level of its own, so much longer pasts than twelve months tell more."""
    rng = np.random.default_rng(5)
    level = rng.gamma(0.7, 1.0, 14)
    panel = panel_of(rng.negative_binomial(0.4, 0.4 / (0.4 + level[:, None]), (14, 132)))
    params = BacktestParams(
        first="2006-01", last="2010-08", leads=(1, 2, 3), draws=200, warm_up=12, every=1,
        models=("zero", "conflictology12", "conflictology24", "global_pool", "negative_binomial"),
    )  # fmt: skip
    return backtest(panel, params)


def test_a_model_that_earns_it_is_served_with_its_ratio(learnable):
    """The ensemble beats the better baseline by the margin at every lead, and the reason says by how much."""
    served = serve(learnable, "ensemble")
    assert [one.lead for one in served] == [1, 2, 3]
    for one in served:
        assert one.model == "ensemble"
        assert one.ign.value <= 1 - MARGIN
        assert one.ign.high <= 1
        assert "below" in one.why


def test_a_model_that_does_not_earn_it_leaves_the_baseline_under_its_own_name(learnable):
    """A candidate as good as its baseline, or worse, is not served; which baseline is the one of lower IGN."""
    for candidate in ("conflictology12", "zero"):
        for one in serve(learnable, candidate):
            assert one.model == one.baseline
            assert f"{candidate} is not served" in one.why
    ign = {name: np.nanmean(learnable.of("ign", name)[:, 0]) for name in ("zero", "conflictology12")}
    assert serve(learnable, "zero")[0].baseline == min(ign, key=ign.get)


def test_the_rule_is_asked_of_the_units_that_count(learnable):
    """Skill elsewhere does not serve a model here: only the units named are judged."""
    of_all = skill_table(learnable).set_index("model")
    of_one = skill_table(learnable, units=[3]).set_index("model")
    assert of_one.loc["zero", "n"] * 14 == of_all.loc["zero", "n"]
    assert of_one.loc["zero", "crps"] == pytest.approx(np.nanmean(learnable.of("crps", "zero")[:, :, 3]), rel=1e-5)
    assert len(serve(learnable, "ensemble", units=[3])) == 3


def test_few_origins_serve_no_model(learnable):
    """With fewer than 36 back-tested months nothing is judged, and that is said."""
    short = backtest(learnable.panel, learnable.params.model_copy(update={"first": "2008-06", "last": "2010-06"}))
    for one in serve(short, "ensemble"):
        assert one.model in {"zero", "conflictology12"}
        assert "only 25 months could be back-tested" in one.why
    assert [one.model for one in unjudged(2)] == ["conflictology12", "conflictology12"]


def test_unknown_candidates_and_missing_baselines_are_refused(learnable):
    """The sentence names what there is."""
    with pytest.raises(AskError, match="oracle is not in the back-test"):
        serve(learnable, "oracle")
    alone = backtest(learnable.panel, learnable.params.model_copy(update={"models": ("global_pool",)}))
    with pytest.raises(AskError, match="Back-test the baselines too"):
        serve(alone, "ensemble")


def test_the_table_holds_hand_checked_means(learnable):
    """Zero's CRPS is the mean outcome, its Brier score the share of months hit; ratios are to the baselines."""
    table = skill_table(learnable).set_index("model")
    outcome = learnable.outcome[np.isfinite(learnable.outcome)]
    assert table.loc["zero", "crps"] == pytest.approx(outcome.mean(), rel=1e-5)
    assert table.loc["zero", "brier"] == pytest.approx((outcome > 0).mean(), rel=1e-5)
    assert table.loc["conflictology12", "ign_ratio"] == 1
    ratio = table.loc["ensemble", "ign"] / table.loc["conflictology12", "ign"]
    assert table.loc["ensemble", "ign_ratio"] == pytest.approx(ratio, rel=1e-4)
    first = skill_table(learnable, leads=1).set_index("model")
    assert first.loc["zero", "n"] * 3 == table.loc["zero", "n"]


def test_strata_and_the_worst_units(learnable):
    """Strata together hold every month; leaving out the worst units lowers the mean score."""
    strata = by_stratum(learnable, "ensemble")
    assert strata["n"].sum() == np.isfinite(learnable.outcome).sum()
    assert strata.set_index("stratum").loc["active", "hit"] > strata.set_index("stratum").loc["quiet", "hit"]
    without = leave_out(learnable, 5).set_index("model")
    assert without.loc["conflictology12", "crps"] < np.nanmean(learnable.of("crps", "conflictology12"))


def test_the_sum_of_all_units_is_judged_too(learnable):
    """What is scored as total is the sum of the units' outcomes: zero's CRPS of it is that sum."""
    total = learnable.totals["crps"][learnable.models.index("zero")]
    assert total == pytest.approx(learnable.outcome.sum(axis=-1), rel=1e-5)


def test_a_member_gone_wrong_is_stopped_before_the_ensemble(learnable):
    """One draw that is not finite or negative names its model and goes no further."""
    from dataclasses import dataclass

    from toguna.core.errors import DataError
    from toguna.forecasting.models.model import empty
    from toguna.forecasting.parameters import ForecastParams
    from toguna.forecasting.stacking import GROUPS, Stack

    @dataclass(frozen=True)
    class Wild:
        value: float
        name: str = "wild"

        def fit(self, panel):
            return self

        def __call__(self, panel, params):
            found = empty(panel, params)
            found[0, 0, 0] = self.value
            return found

    for value in (np.nan, np.inf, -1.0):
        stack = Stack((Wild(value),), np.ones((len(GROUPS), 1)))
        with pytest.raises(DataError, match="wild gave draws that are negative or not finite"):
            stack(learnable.panel, ForecastParams(steps=(1,), draws=10))
