"""The back-test: nothing later is looked at, nothing is found where there is nothing, and the work can be shared."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.forecasting.backtest import LEAST_HISTORY, STRATA, BacktestParams, backtest, members_of
from toguna.forecasting.bootstrap import compare
from toguna.forecasting.events_panel import by_row
from toguna.forecasting.models.baselines import Conflictology
from toguna.forecasting.models.model import models
from toguna.forecasting.panel import Panel
from toguna.forecasting.parameters import ForecastParams
from toguna.forecasting.scores import score_draws
from toguna.forecasting.trial import METRICS, Trial, run_trial

FIRST = Month(2000, 1)
# Metrics of the forecast alone; the others need the outcome.
OF_DRAWS = ("mean", "lower", "upper", "chance_1", "chance_10", "chance_25")


def panel_of(counts, known_from=None, **parts):
    """A panel of counts, every month known at its end if not said otherwise."""
    counts = np.asarray(counts, float)
    units = pd.DataFrame({"name": [f"U{at}" for at in range(len(counts))]})
    known = np.arange(counts.shape[1]) if known_from is None else np.asarray(known_from)
    return Panel("admin2", "all", units, FIRST, counts, known, **parts)


def busy(units=20, months=100, seed=1):
    """Units in a ring, quiet for long and violent for long, and series and levels beside the counts."""
    rng = np.random.default_rng(seed)
    counts, violent = np.zeros((units, months)), rng.random(units) < 0.3
    for month in range(months):
        violent = rng.random(units) < np.where(violent, 0.93, 0.04)
        counts[:, month] = rng.poisson(np.where(violent, rng.gamma(2, 2, units), 0.05))
    at = np.arange(units)
    pairs = (np.append(at, at), np.append((at + 1) % units, (at - 1) % units))
    near = by_row(sparse.csr_array((np.ones(2 * units), pairs), shape=(units, units)))
    level = {"km_to_base": rng.random((units, months))}
    return panel_of(counts, near={"touching": near}, beside={"events": np.minimum(counts, 3)}, levels=level)


def spoiled(panel, last, seed=9):
    """The panel with every count, and everything beside it, changed after a month."""
    rng = np.random.default_rng(seed)
    later = np.arange(panel.months) > last
    noise = 1 + rng.integers(1, 200, panel.counts.shape)
    return replace(
        panel,
        counts=np.where(later, panel.counts + noise, panel.counts),
        beside={name: np.where(later, one + noise, one) for name, one in panel.beside.items()},
        levels={name: np.where(later, one - noise, one) for name, one in panel.levels.items()},
    )


def scores_equal(one, two, origins=slice(None)):
    """Whether two back-tests say and score the same, to the bit."""
    return one.models == two.models and all(
        np.array_equal(found[0][metric][:, origins], found[1][metric][:, origins], equal_nan=True)
        for metric in METRICS
        for found in ((one.scores, two.scores), (one.totals, two.totals))
    )


@pytest.mark.parametrize("name", sorted(models()))
def test_no_model_sees_a_later_month(name):
    """Whatever comes after the last known month, a model's draws are the same to the bit."""
    panel, params = busy(), ForecastParams(steps=(1, 2, 12), draws=50)
    draws = [models()[name](one.until(70), params) for one in (panel, spoiled(panel, 69))]
    assert np.array_equal(*draws)
    # The guard has teeth: a month earlier changed, the draws are others.
    if name != "zero":
        assert not np.array_equal(draws[0], models()[name](spoiled(panel, 65).until(70), params))


def test_no_trial_sees_a_later_month():
    """Within a piece of a back-test fitting and running see nothing past the month a forecast is made after."""
    panel = busy()
    members = tuple(models().values())
    steps = {60: (1, 3), 64: (1, 3)}
    found = [
        run_trial(Trial(one, members, steps, 50, 1, 0.9, with_evidence=True)) for one in (panel, spoiled(panel, 64))
    ]
    kept = [METRICS.index(metric) for metric in OF_DRAWS]
    for key in found[0].scores:
        assert np.array_equal(*(one.scores[key][:, kept] for one in found))
    assert np.array_equal(found[0].scores[60, 3], found[1].scores[60, 3])
    assert not np.array_equal(found[0].scores[64, 1], found[1].scores[64, 1])


def test_no_origin_sees_a_later_month():
    """All models, the ensemble and its weights: forecasts from before a change are the same, later ones are not.

    The ensemble's weights are made of earlier outcomes, by then more than 500, so that they too are on trial.
    """
    panel = busy()
    params = BacktestParams(first="2006-01", last="2007-06", leads=(1, 3), warm_up=30, every=2, draws=50, seed=3)
    change = panel.at(Month(2006, 9))
    one, two = backtest(panel, params), backtest(spoiled(panel, change), params)
    before = one.known <= change
    assert (before.sum(), (~before).sum()) == (5, 4)
    assert one.models[-1] == "ensemble"
    assert len(one.models) == len(models()) + 1
    assert not np.allclose(one.weights, one.weights[0, 0])
    for metric in OF_DRAWS:
        first, second = (found.scores[metric] for found in (one, two))
        assert np.isfinite(first).all()
        assert np.array_equal(first[:, before], second[:, before])
        assert np.array_equal(one.totals[metric][:, before], two.totals[metric][:, before])
    known_outcome = one.known + 3 <= change
    assert scores_equal(one, two, known_outcome)
    for number, name in enumerate(one.models):
        changed = one.scores["mean"][number][~before] != two.scores["mean"][number][~before]
        assert name == "zero" or changed.any()
        assert (one.scores["crps"][number] != two.scores["crps"][number]).any()
    assert np.array_equal(one.stratum[before], two.stratum[before])


def test_weights_look_at_no_later_outcome():
    """Before any outcome is known the ensemble is of equal parts; once 500 are, the member that was right is it."""
    names = ("zero", "conflictology12")
    params = BacktestParams(first="2006-01", last="2007-12", leads=(1,), warm_up=0, draws=100, models=names)
    found = backtest(panel_of(np.full((60, 100), 6.0)), params)
    mean = found.of("mean", "ensemble")[:, 0].mean(axis=1)
    assert mean[:12] == pytest.approx(3.0)
    assert mean[12:] == pytest.approx(6.0, abs=0.3)
    assert found.weights[0, 1] > 0.95


def beside_the_long_run(panel, seed):
    """The ratio of the ensemble's IGN to that of all months so far, each as likely, with its 90 % interval."""
    params = BacktestParams(
        first="2006-01", last="2007-12", leads=(1, 3), warm_up=24, every=2, refit=24, draws=200, seed=seed
    )
    found = backtest(panel, params)
    long, reference = Conflictology("long", 1000), np.empty_like(found.outcome)
    for row, known in enumerate(found.known):
        draws = long(panel.until(known + 1), ForecastParams(steps=(1, 3), draws=200, seed=seed + known))
        for column in (0, 1):
            step = np.ascontiguousarray(draws[:, column])
            reference[row, column] = score_draws(step, found.outcome[row, column]).ign
    return compare(found.of("ign", "ensemble"), reference, np.random.default_rng(1), ratio=True, block=3)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_skill_where_there_is_nothing_to_find(seed):
    """Independent Poisson counts: nobody knows more than the long-run distribution, so the ensemble must not seem to.

    With a leak it would: its IGN would be below that of all months so far, beyond what chance explains.
    """
    rng = np.random.default_rng(seed)
    ratio = beside_the_long_run(panel_of(rng.poisson(rng.gamma(0.7, 2, (20, 1)), (20, 100))), seed)
    assert ratio.high > 1
    assert 0.97 < ratio.value < 1.1


def test_no_skill_once_months_are_shuffled():
    """A panel that can be forecast no longer can with its months in a random order, each unit by itself."""
    panel = busy(seed=3)
    skilled = beside_the_long_run(panel, 1)
    assert skilled.high < 1
    shuffled = panel_of(np.random.default_rng(3).permuted(panel.counts, axis=1))
    ratio = beside_the_long_run(shuffled, 1)
    assert ratio.high > 1
    assert 0.97 < ratio.value < 1.1


SMALL = BacktestParams(
    first="2005-01", last="2006-06", leads=(1, 2), warm_up=12, every=3, draws=50,
    models=("conflictology12", "hurdle", "negative_binomial", "self_exciting", "zero"),
)  # fmt: skip


@pytest.fixture(scope="module")
def here():
    """A small back-test made by one process."""
    return backtest(busy(units=8), SMALL)


def test_same_seed_same_scores(here):
    """Again the same, with another seed not; and the listener hears of every piece, once as models, once mixed."""
    heard = []
    again = backtest(busy(units=8), SMALL, progress=lambda *step: heard.append(step))
    assert scores_equal(here, again)
    assert np.array_equal(here.weights, again.weights)
    assert not scores_equal(here, backtest(busy(units=8), SMALL.model_copy(update={"seed": 2})))
    total = heard[0][1]
    assert [step[0] for step in heard] == list(range(1, total + 1))
    assert [step[2] for step in heard] == ["models"] * (total // 2) + ["ensemble"] * (total // 2)


def test_two_processes_give_the_same(here):
    """Work shared out over processes: the same scores and weights, to the bit."""
    there = backtest(busy(units=8), SMALL, workers=2)
    assert scores_equal(here, there)
    assert np.array_equal(here.weights, there.weights)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")
def test_a_cluster_gives_the_same(here):
    """A real scheduler with a worker gives what one process gives."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        there = backtest(busy(units=8), SMALL, cluster=cluster.scheduler_address)
    assert scores_equal(here, there)
    assert np.array_equal(here.weights, there.weights)


def yearly(panel):
    """The panel with each year public at the end of the next June."""
    return replace(panel, known_from=(np.arange(panel.months) // 12 + 1) * 12 + 5)


def test_as_it_was_known_then():
    """Years that come out in June: in May the December before last is the last month known; in June the last one."""
    panel = yearly(busy(units=4))
    params = BacktestParams(first="2006-05", last="2006-06", leads=(1, 12), warm_up=0, draws=20, models=("zero",))
    found = backtest(panel, params)
    assert [str(panel.first + int(known)) for known in found.known] == ["2004-12", "2005-12"]
    assert np.array_equal(found.outcome[0, 0], panel.counts[:, panel.at(Month(2006, 6))])
    assert np.array_equal(found.outcome[1, 1], panel.counts[:, panel.at(Month(2007, 6))])
    # Taken as public at once, or with a gap, when asked.
    known = [
        backtest(panel, params.model_copy(update=change)).known.tolist()
        for change in ({"lag": 0}, {"lag": 2}, {"at_least": 8})
    ]
    assert known == [[76, 77], [74, 75], [59, 69]]


def test_changes_not_yet_public_change_nothing():
    """An origin in May is the same whatever happened since the December before last; one in June is not."""
    panel = yearly(busy(units=8))
    params = BacktestParams(first="2006-05", last="2006-06", leads=(1,), warm_up=12, draws=50)
    one, two = backtest(panel, params), backtest(spoiled(panel, panel.at(Month(2004, 12))), params)
    for metric in OF_DRAWS:
        assert np.array_equal(one.scores[metric][:, 0], two.scores[metric][:, 0])
    assert (one.scores["mean"][:, 1] != two.scores["mean"][:, 1]).any(axis=(1, 2))[:-1].sum() == len(one.models) - 2


def test_weights_are_made_of_what_is_scored():
    """The chance kept of each outcome is the one its IGN is made of, for whole and broken outcomes."""
    panel = busy(units=30)
    broken = replace(panel, counts=panel.counts / 2)
    for one in (panel, broken):
        members = (models()["conflictology12"], models()["global_pool"])
        found = run_trial(Trial(one, members, {60: (1, 4)}, 100, 1, 0.9, with_evidence=True))
        ign = METRICS.index("ign")
        for evidence in found.evidence:
            scored = found.scores[evidence.known, evidence.step][:, ign, :-1]
            assert -np.log2(evidence.chances.T) == pytest.approx(scored, rel=1e-4)


def test_by_hand():
    """One unit with 4 in each of the last twelve months, then 3, 0 and nothing known: scores by hand."""
    counts = np.array([[*[0.0] * 30, *[4.0] * 12, 3.0, 0.0]])
    names = ("zero", "conflictology12")
    params = BacktestParams(first="2003-06", last="2003-06", leads=(1, 2, 3), warm_up=0, draws=100, models=names)
    found = backtest(panel_of(counts), params)
    assert found.models == ("zero", "conflictology12", "ensemble")
    assert [str(origin) for origin in found.origins] == ["2003-06"]
    assert found.known.tolist() == [41]
    assert found.outcome[0, :, 0].tolist()[:2] == [3, 0]
    assert np.isnan(found.outcome[0, 2, 0])

    def of(metric, name):
        return found.of(metric, name)[0, :2, 0].tolist()

    assert of("mean", "zero") == of("upper", "zero") == of("chance_1", "zero") == [0, 0]
    assert of("crps", "zero") == [3, 0]
    assert of("mis", "zero") == pytest.approx([20 * 3, 0])
    hit, miss = -np.log2(101 / 111), -np.log2(1 / 111)
    assert of("ign", "zero") == pytest.approx([miss, hit])
    assert of("mean", "conflictology12") == of("lower", "conflictology12") == [4, 4]
    assert of("crps", "conflictology12") == [1, 4]
    # 3 and 4 lie in one bin of the challenge, 2.5 to 5.5.
    assert of("ign", "conflictology12") == pytest.approx([hit, miss])
    assert of("log_crps", "conflictology12") == pytest.approx([np.log(5 / 4), np.log(5)])
    assert of("crps_from_10", "conflictology12") == [0, 0]
    # Half its draws are 0, half are 4: the mean distance to 3 is 2, half that between draws is 1.
    assert of("mean", "ensemble") == [2, 2]
    assert of("crps", "ensemble") == pytest.approx([2 - 1, 2 - 1])
    assert of("chance_1", "ensemble") == [0.5, 0.5]
    assert of("ign", "ensemble") == pytest.approx([-np.log2(51 / 111)] * 2)
    assert all(np.isnan(found.scores[metric][:, 0, 2]).all() for metric in METRICS)
    # The sum of a single unit is the unit.
    assert all(np.array_equal(found.totals[metric], found.scores[metric][..., 0], equal_nan=True) for metric in METRICS)
    assert found.stratum.tolist() == [[STRATA.index("active")]]
    assert found.weights == pytest.approx(0.5)


def test_the_sum_of_all_units_is_judged(here):
    """The mean of the sum is the sum of means, and no chance of anything at all is below any unit's."""
    assert here.totals["mean"] == pytest.approx(here.scores["mean"].sum(axis=-1), rel=1e-4)
    assert (here.totals["chance_1"] >= here.scores["chance_1"].max(axis=-1)).all()
    miss = abs(here.totals["mean"][here.models.index("zero")] - here.outcome.sum(axis=-1))
    assert here.totals["crps"][here.models.index("zero")] == pytest.approx(miss)


def test_how_active_units_had_been():
    """Quiet all year, something in the year but not of late, something of late."""
    counts = np.zeros((4, 50))
    counts[1, 47 - 11], counts[2, 47 - 2], counts[3, [10, 48]] = 1, 1, 5
    params = BacktestParams(first="2003-12", last="2003-12", leads=(1,), draws=10, models=("zero",))
    found = backtest(panel_of(counts), params)
    assert [STRATA[at] for at in found.stratum[0]] == ["quiet", "flaring", "active", "quiet"]


def test_origins_asked_for():
    """Every so many months, counted from the first; those of the warm-up are not among the scores."""
    panel = busy(units=3)
    params = BacktestParams(
        first="2005-03", last="2006-04", leads=(2,), every=4, warm_up=24, draws=10, models=("zero",)
    )
    found = backtest(panel, params)
    assert [str(one) for one in found.origins] == ["2005-03", "2005-07", "2005-11", "2006-03"]
    assert found.scores["ign"].shape == (2, 4, 1, 3)


def test_members_that_make_sense():
    """Models of neighbours take part where there are neighbours."""
    panel = busy(units=4)
    assert set(members_of(panel)) == set(models())
    assert set(models()) - set(members_of(replace(panel, near={}))) == {"conflictology12_near"}


def test_past_the_reach_of_models():
    """With years that come out in June, two years ahead of May lie past 36 steps: a sentence says by how much."""
    params = BacktestParams(first="2006-05", last="2006-05", leads=(24,), warm_up=0, draws=10, models=("zero",))
    sentence = "From 2006-05 the last known month lies 17 months back; 24 months ahead is 41 steps, past .* reach of 36"
    with pytest.raises(AskError, match=sentence):
        backtest(yearly(busy(units=3)), params)


def test_what_cannot_be_asked():
    """Too short a past, months in the wrong order, no lead, an unknown model or setting."""
    panel = busy(units=3)

    def ask(**change):
        asked = {"first": "2005-01", "last": "2005-03", "leads": (1,), "draws": 10, "models": ("zero",)} | change
        return backtest(panel, BacktestParams(**asked))

    with pytest.raises(AskError, match=f"No origin from 2001-01 to 2002-11 has {LEAST_HISTORY} months known"):
        ask(first="2001-01", last="2002-11")
    assert len(ask(first="2001-01", last="2002-12").origins) == 1
    with pytest.raises(AskError, match=r"first origin, 2005-04, is after the last, 2005-03"):
        ask(first="2005-04")
    with pytest.raises(AskError, match="Leads are months ahead, 1 or more"):
        ask(leads=(0, 1))
    with pytest.raises(AskError, match=r"There is no model 'oracle'\. Known: conflictology12"):
        ask(models=("zero", "oracle"))
    with pytest.raises(ValueError, match="horizon"):
        ask(horizon=3)
