"""The models: what all of them keep to, what each says by hand, and what each is good for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.forecasting.events_panel import by_row
from toguna.forecasting.features import Features
from toguna.forecasting.models.baselines import Conflictology, poisson_quantile, weighted_quantile
from toguna.forecasting.models.model import by_quantile, model, models
from toguna.forecasting.models.severity import cap_of, sizes_of
from toguna.forecasting.panel import Panel
from toguna.forecasting.parameters import ForecastParams
from toguna.forecasting.scores import score_draws

ALL = sorted(models())
ASKED = ForecastParams(steps=(1, 3, 12), draws=100)


def panel_of(counts, **parts):
    """A panel of counts, every month known at its end."""
    counts = np.asarray(counts, float)
    units = pd.DataFrame({"name": [f"U{at}" for at in range(len(counts))]})
    return Panel("admin2", "all", units, Month(2000, 1), counts, np.arange(counts.shape[1]), **parts)


def ring(units):
    """Weights of neighbours in a ring."""
    at = np.arange(units)
    pairs = (np.append(at, at), np.append((at + 1) % units, (at - 1) % units))
    return {"touching": by_row(sparse.csr_array((np.ones(2 * units), pairs), shape=(units, units)))}


def busy(units=12, months=96, seed=1):
    """Units that differ, with quiet months and bursts, neighbours, and a series and a level beside the counts."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.4, 3, (units, 1)) * rng.gamma(0.5, 2, (units, months))
    counts = rng.poisson(rate).astype(float)
    level = {"km_to_base": np.where(np.arange(months) < 30, np.nan, rng.random((units, months)))}
    return panel_of(counts, near=ring(units), beside={"events": np.minimum(counts, 3)}, levels=level)


def ign(name, panel, lasts, step=1, draws=200):
    """Mean IGN of a model, fitted to what was known at the first of the last known months."""
    fitted = model(name).fit(panel.until(lasts[0] + 1))
    scores = []
    for last in lasts:
        made = fitted(panel.until(last + 1), ForecastParams(steps=(step,), draws=draws, seed=last))
        scores.append(score_draws(np.ascontiguousarray(made[:, 0]), panel.counts[:, last + step]).ign)
    return float(np.mean(scores))


def check(draws, panel, params):
    """Shape, kind and values every model must give."""
    assert draws.shape == (len(panel.units), len(params.steps), params.draws)
    assert draws.dtype == np.float32
    assert np.isfinite(draws).all()
    assert draws.min() >= 0


def test_what_is_registered():
    """Eleven models, each under its own name; another name is refused with those there are."""
    assert {name: one.name for name, one in models().items()} == {name: name for name in ALL}
    assert {"zero", "conflictology12", "last_observed", "hurdle", "self_exciting", "negative_binomial"} <= set(ALL)
    with pytest.raises(AskError, match=r"There is no model called 'oracle'\. Known: conflictology12"):
        model("oracle")


@pytest.mark.parametrize("name", ALL)
def test_shape_kind_and_seed(name):
    """Finite draws of the right shape; the seed decides, not the order of calls; the panel is left as it was."""
    panel = busy()
    before = panel.fingerprint, panel.beside["events"].sum()
    draws = model(name)(panel, ASKED)
    check(draws, panel, ASKED)
    other = model(name)(panel, ASKED.model_copy(update={"seed": 5}))
    again = model(name)(replace(panel), ASKED)
    assert np.array_equal(draws, again)
    assert name == "zero" or not np.array_equal(draws, other)
    assert before == (replace(panel).fingerprint, panel.beside["events"].sum())


@pytest.mark.parametrize("name", ALL)
def test_fitting_first_is_the_same(name):
    """A model that is called unfitted fits itself to the panel it is handed."""
    panel = busy(seed=2)
    assert np.array_equal(model(name)(panel, ASKED), model(name).fit(panel)(panel, ASKED))


@pytest.mark.parametrize("name", ALL)
def test_steps_asked_alone(name):
    """One step far ahead, and all of them to the models' reach."""
    panel = busy(units=3, months=60)
    for steps in ((36,), tuple(range(1, 37))):
        params = ForecastParams(steps=steps, draws=10)
        check(model(name)(panel, params), panel, params)


@pytest.mark.parametrize("name", ALL)
def test_a_panel_without_anything(name):
    """Where nothing ever happened hardly anything is forecast, and nothing breaks."""
    panel = panel_of(np.zeros((5, 60)))
    draws = model(name)(panel, ASKED)
    check(draws, panel, ASKED)
    assert draws.mean() < 0.01


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("counts", [[[2.0]], [[1, 0, 2]], [[0, 0, 0]], [[0] * 30 + [7]], [[5] * 40]])
def test_a_panel_of_one_short_series(name, counts):
    """One unit and few months: a month, a quarter, a first event in the last month, the same count always."""
    panel = panel_of(counts)
    draws = model(name)(panel, ASKED)
    check(draws, panel, ASKED)


@pytest.mark.parametrize("name", ALL)
def test_only_quiet_units_are_forecast_quiet(name):
    """Averaged over units, the busiest third is forecast higher than the quietest."""
    panel = busy(units=30)
    mean = model(name)(panel, ASKED).mean(axis=(1, 2))
    order = np.argsort(panel.counts[:, -12:].sum(axis=1))
    assert name == "zero" or mean[order[-10:]].mean() > 2 * mean[order[:10]].mean()


@pytest.mark.parametrize("name", sorted(set(ALL) - {"last_observed", "negative_binomial"}))
def test_no_draw_above_three_times_the_highest(name):
    """Tails are tempered: no draw lies above three times the highest count of any unit so far."""
    rng = np.random.default_rng(3)
    for counts in (rng.negative_binomial(0.1, 0.002, (20, 60)), np.eye(20, 40), rng.pareto(0.7, (20, 60))):
        panel = panel_of(np.rint(counts), near=ring(20))
        draws = model(name)(panel, ForecastParams(steps=(1, 12), draws=1000))
        assert draws.max() <= 3 * panel.counts.max()
        assert cap_of(panel) == 3 * panel.counts.max()


def test_zero():
    """Exactly zero, always."""
    assert not model("zero")(busy(), ASKED).any()


def test_conflictology_by_hand():
    """Exactly the last twelve months, each in a twelfth of draws, at every step; older months play no part."""
    own = np.array([0, 0, 3, 1, 0, 0, 9, 2, 0, 0, 4, 7])
    panel = panel_of([[50] * 30 + own.tolist(), [50] * 30 + [0] * 12])
    draws = model("conflictology12")(panel, ForecastParams(steps=(1, 12), draws=10_000))
    assert not draws[1].any()
    for step in (0, 1):
        values, many = np.unique(draws[0, step], return_counts=True)
        assert values.tolist() == [0, 1, 2, 3, 4, 7, 9]
        assert many / 10_000 == pytest.approx(np.array([6, 1, 1, 1, 1, 1, 1]) / 12, abs=0.02)
    # In equal shares to the last draw where chances are evenly spread.
    even = ((np.arange(1200) + 0.5) / 1200).astype(np.float32)[None, None]
    assert np.unique(by_quantile(np.arange(12.0)[None], even), return_counts=True)[1].tolist() == [100] * 12


@pytest.mark.parametrize("window", [3, 6, 12, 24])
def test_conflictology_of_other_windows(window):
    """Each looks back as many months as its name says, and no more."""
    counts = np.arange(1.0, 41.0)[None]
    draws = model(f"conflictology{window}")(panel_of(counts), ForecastParams(steps=(2,), draws=2000))
    assert set(draws.ravel()) == set(counts[0, -window:])


def test_conflictology_with_neighbours():
    """The months of touching units count as the own; without neighbours only the own."""
    counts = np.zeros((5, 36))
    counts[1, -12:] = 6
    draws = model("conflictology12_near")(panel_of(counts, near=ring(5)), ForecastParams(steps=(1,), draws=6000))
    assert (draws[:, 0] == 6).mean(axis=1) == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0, 0], abs=0.03)
    alone = model("conflictology12_near")(panel_of(counts), ForecastParams(steps=(1,), draws=100))
    assert [set(one.ravel()) for one in alone] == [{0}, {6}, {0}, {0}, {0}]


def test_last_observed_by_hand():
    """Poisson around the last count, the same at every step; zero after a quiet month."""
    panel = panel_of([[9, 0, 4], [1, 1, 0], [0, 0, 5000]])
    draws = model("last_observed")(panel, ForecastParams(steps=(1, 12), draws=5000))
    assert draws.mean(axis=2) == pytest.approx(np.array([[4, 4], [0, 0], [5000, 5000]]), rel=0.03)
    assert draws[0].var() == pytest.approx(4, rel=0.1)
    assert (draws[0] == 0).mean() == pytest.approx(np.exp(-4), abs=0.005)
    assert poisson_quantile(np.array([0.05, 0.5, 0.99]), np.array(2.0)).tolist() == [0, 2, 6]


def test_global_pool_by_hand():
    """A quiet unit gets what happened anywhere in one draw of twenty; a busy one keeps its own in the others."""
    counts = np.zeros((2, 40))
    counts[1, -18:] = 10
    draws = model("global_pool")(panel_of(counts), ForecastParams(steps=(1,), draws=10_000))
    assert (draws[0] == 10).mean() == pytest.approx(0.05 / 2, abs=0.006)
    assert (draws[1] == 10).mean() == pytest.approx(1 - 0.05 / 2, abs=0.006)
    found = weighted_quantile(np.array([5.0, 1.0]), np.array([0.25, 0.75]), np.array([0.1, 0.74, 0.76, 1.0]))
    assert found.tolist() == [1, 1, 5, 5]


def test_negative_binomial_finds_mean_and_spread():
    """Counts that are negative binomial around steady means: mean, spread and quiet share come out near the truth."""
    rng = np.random.default_rng(4)
    truth = np.repeat([0.5, 2.0, 8.0], 10)
    panel = panel_of(rng.poisson(rng.gamma(0.8, truth[:, None] / 0.8, (30, 240))))
    fitted = model("negative_binomial").fit(panel)
    assert 0.5 < fitted.dispersion < 1.2
    assert fitted.half_life == 24.0
    draws = fitted(panel, ForecastParams(steps=(1,), draws=1000))[:, 0].reshape(3, -1)
    assert draws.mean(axis=1) == pytest.approx([0.5, 2.0, 8.0], rel=0.2)
    assert draws.var(axis=1) == pytest.approx([0.5 + 0.25 / 0.8, 2 + 4 / 0.8, 8 + 64 / 0.8], rel=0.4)
    assert (draws == 0).mean(axis=1) == pytest.approx((0.8 / (0.8 + np.array([0.5, 2, 8]))) ** 0.8, abs=0.05)


def self_exciting_counts(units=40, months=240, seed=5):
    """Counts of a process whose own months with violence, and those of neighbours, make the next more likely."""
    rng = np.random.default_rng(seed)
    counts, fast, slow = np.zeros((units, months)), np.zeros(units), np.zeros(units)
    for month in range(months):
        around = (np.roll(slow, 1) + np.roll(slow, -1)) / 2
        hit = rng.random(units) < 1 - np.exp(-(0.015 + 0.8 * fast + 0.3 * slow + 0.3 * around))
        counts[:, month] = hit * (1 + rng.negative_binomial(1, 0.15, units))
        fast = 0.5 ** (1 / 1.5) * fast + (1 - 0.5 ** (1 / 1.5)) * hit
        slow = 0.5 ** (1 / 9) * slow + (1 - 0.5 ** (1 / 9)) * hit
    return counts


def test_self_exciting_beats_the_own_past_where_violence_breeds():
    """On a simulated self-exciting process its IGN is below that of the last twelve months."""
    panel = panel_of(self_exciting_counts(), near=ring(40))
    lasts = range(190, 238, 3)
    own, past = ign("self_exciting", panel, lasts), ign("conflictology12", panel, lasts)
    assert own < 0.97 * past


def test_self_exciting_excites():
    """After a month with violence the next is more likely, and a year on that is mostly forgotten."""
    counts = self_exciting_counts()
    fitted = model("self_exciting").fit(panel_of(counts, near=ring(40)))
    assert min(fitted.rates) >= 0
    assert fitted.rates[1] > 0.3
    quiet = counts.copy()
    quiet[:, -24:] = 0
    stirred = quiet.copy()
    stirred[7, -1] = 3
    params = ForecastParams(steps=(1, 12), draws=1000)
    chance = [(fitted(panel_of(one, near=ring(40)), params) > 0).mean(axis=2) for one in (quiet, stirred)]
    assert chance[1][7, 0] > 3 * chance[0][7, 0]
    assert (chance[1] - chance[0])[7, 1] < (chance[1] - chance[0])[7, 0] / 2


def own_history(units=40, months=180, seed=6):
    """Counts that are likely after a month with any, and rare else."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((units, months))
    for month in range(1, months):
        hit = rng.random(units) < np.where(counts[:, month - 1] > 0, 0.75, 0.03)
        counts[:, month] = hit * (1 + rng.poisson(4, units))
    return counts


def test_hurdle_learns_from_the_own_past():
    """Where the chance hangs on the last month it beats zero and the own year on IGN, and tells active from quiet."""
    panel = panel_of(own_history())
    lasts = range(150, 178, 4)
    found = {name: ign(name, panel, lasts) for name in ("hurdle", "zero", "conflictology12")}
    assert found["hurdle"] < 0.55 * found["zero"]
    assert found["hurdle"] < found["conflictology12"]
    chance = (model("hurdle")(panel, ForecastParams(steps=(1,), draws=400)) > 0).mean(axis=(1, 2))
    active = panel.counts[:, -1] > 0
    assert 0.5 < chance[active].mean() < 0.85
    assert chance[~active].mean() < 0.08


def test_hurdle_sizes():
    """If anything, about as many as there used to be: 1 and more, with the spread of the past."""
    panel = panel_of(own_history())
    draws = model("hurdle")(panel, ForecastParams(steps=(1, 6), draws=400))
    seen, found = panel.counts[panel.counts > 0], draws[draws > 0]
    assert found.min() == 1
    assert found.mean() == pytest.approx(seen.mean(), rel=0.1)
    assert np.quantile(found, [0.05, 0.5, 0.95]) == pytest.approx(np.quantile(seen, [0.05, 0.5, 0.95]), abs=1)


def test_hurdle_has_nothing_to_learn_from():
    """With fewer than sixty months above zero it stays unfitted and says zero."""
    rng = np.random.default_rng(7)
    counts = np.zeros((30, 60))
    counts[rng.integers(0, 30, 50), rng.integers(12, 60, 50)] = 3
    panel = panel_of(counts)
    assert model("hurdle").fit(panel).chance is None
    assert not model("hurdle")(panel, ASKED).any()


def test_hurdle_where_there_is_always_something():
    """Where no month was ever quiet, none is forecast quiet."""
    panel = panel_of(1 + np.random.default_rng(8).poisson(6, (6, 60)))
    draws = model("hurdle")(panel, ASKED)
    assert (draws > 0).mean() > 0.99
    assert draws.mean() == pytest.approx(7, rel=0.1)


def test_sizes_are_the_own_shrunk_to_all():
    """A unit with many large months keeps large ones; one without any gets those of all; whole and ascending."""
    counts = np.zeros((3, 60))
    counts[0, -30:], counts[1, -30:] = 40, 2
    sizes = sizes_of(panel_of(counts))
    assert (np.diff(sizes, axis=1) >= 0).all()
    assert sizes[2].mean() == pytest.approx(21, abs=1)
    assert np.median(sizes[0]) == 40
    assert np.median(sizes[1]) == 2
    assert (sizes_of(panel_of(np.zeros((2, 30)))) == 1).all()
    assert cap_of(panel_of(np.zeros((2, 30)))) == 1


def test_features_by_hand():
    """Sums over windows, months since the last count and the season, of the month asked about."""
    counts = np.zeros((2, 24))
    counts[0, [3, 10, 11]] = [5, 1, 2]
    counts[1, 11] = 7
    features = Features(panel_of(counts, near=ring(2)))
    row = dict(zip(features.names, features.rows(np.array([0]), np.array([11]), np.array([2]))[0], strict=True))
    assert np.expm1([row[f"own_{window}"] for window in (1, 3, 12)]) == pytest.approx([2, 3, 8], rel=1e-5)
    assert (row["months_12"], row["quiet_for"], row["step"]) == (3, 0, 2)
    assert np.expm1(row["mean_size"]) == pytest.approx(8 / 3, rel=1e-5)
    assert np.expm1(row["touching_3"]) == pytest.approx(7, rel=1e-5)
    assert np.expm1(row["all_3"]) == pytest.approx(10, rel=1e-5)
    # January 2000 and 13 months: February.
    assert (row["season_sin"], row["season_cos"]) == pytest.approx((0.5, np.sqrt(3) / 2), rel=1e-5)


def test_features_look_at_no_later_month():
    """Whatever comes after the last known month of a row, in any series, the row is the same."""
    panel = busy()
    features = Features(panel)
    unit, step = np.arange(12), np.full(12, 3)
    for last in (0, 11, 40, 94):
        later = np.arange(panel.months) > last
        changed = replace(
            panel,
            counts=np.where(later, panel.counts * 3 + 8, panel.counts),
            beside={"events": np.where(later, 99, panel.beside["events"])},
            levels={"km_to_base": np.where(later, -5, panel.levels["km_to_base"])},
        )
        at = np.full(12, last)
        assert np.array_equal(features.rows(unit, at, step), Features(changed).rows(unit, at, step), equal_nan=True)


def test_a_longer_window_than_the_past_is_the_past():
    """Where fewer months are known than a window has, those there are count alike."""
    draws = Conflictology("year", 12)(panel_of([[1, 2]]), ForecastParams(steps=(1,), draws=2000))
    assert set(draws.ravel()) == {1, 2}
