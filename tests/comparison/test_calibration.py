"""Calibration: a known truth is found again, months held out are never looked at, summaries and scores by hand."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toguna.comparison.calibration as module
from toguna.comparison.calibration import (
    again,
    as_assumptions,
    calibrate_country,
    check,
    crps,
    measure_words,
    quantiles,
    summary,
)
from toguna.comparison.calibration_targets import (
    PATTERNS,
    Target,
    Traces,
    _counted,
    cut,
    ground_before,
    morans_i,
    national_targets,
    scaled,
    seen_of,
    trace,
    values,
)
from toguna.comparison.ground import Ground, nobody
from toguna.comparison.measures import column
from toguna.comparison.parameters import Parameter, draw, from_uniform, read_parameters, records
from toguna.comparison.simulate import MONTHLY, simulate
from toguna.core.errors import ComparisonError
from toguna.core.months import Month
from toguna.forecasting.scores import score_draws

FITTED, MONTHS = 24, 36


def extra(name, low, high, **draws):
    """A prior of what is particular to a country."""
    return Parameter.model_validate(
        {"name": name, "title": name, "unit": "1", "draws": draws, "bounds": (low, high), "confidence": "none",
         "mechanism": "baseline", "judgement": "For tests."}
    )  # fmt: skip


EXTRAS = (
    extra("onset", 0.1, 200.0, lognormal={"median": 5.0, "low": 0.5, "high": 50.0}),
    extra("clumping", 0.01, 5.0, lognormal={"median": 0.3, "low": 0.1, "high": 1.0}),
)


def chain(areas, **changes):
    """Areas in a row, all alike."""
    next_to = [b for a in range(areas) for b in (a - 1, a + 1) if 0 <= b < areas]
    first = np.cumsum([0] + [(a > 0) + (a < areas - 1) for a in range(areas)])
    even = np.full(areas, 1 / areas)
    made = Ground(
        people=np.full(areas, 1e6), first=first.astype(np.int64), next_to=np.array(next_to, np.int64), border=even,
        weight=even, from_area=even, deaths=np.array([10.0]), civilians=0.4, by_state=0.25, on_routes=0.2,
        refugees=1_000.0, inside=np.nan, leaving=np.ones(areas), fled=0.0, order=1.0, agreement=0.0, month=1,
    )  # fmt: skip
    return made._replace(**changes)


def counted(deaths, *, by_area=None, **others):
    """Traces of one row, nan where nothing is given."""
    deaths = np.atleast_2d(np.asarray(deaths, float))
    nothing = np.full(deaths.shape, np.nan)
    series = {name: np.atleast_2d(np.asarray(value, float)) for name, value in others.items()}
    named = {name: series.get(name, nothing) for name in ("by_groups", "by_state", "abroad", "inside")}
    return Traces(deaths=deaths, **named, by_area=by_area)


@pytest.fixture(scope="module")
def ground(ouadji):
    """The made-up country's ground, with ten deaths a month before and nobody abroad yet."""
    return ground_before(ouadji, Month.parse("2013-01"), 0.2)._replace(deaths=np.array([10.0]), refugees=0.0)


def truth(ground, seed):
    """What a country would have counted whose parameters are one draw of the prior, and that draw."""
    known = (*read_parameters(), *EXTRAS)
    table = from_uniform(known, np.random.default_rng(seed).uniform(0.1, 0.9, (1, len(known))))
    return trace(ground, nobody(len(ground.people), MONTHS), table, seed), table.iloc[0]


def targets_of(seen):
    """Deaths by quarter, civilians killed by year and people abroad at year ends."""
    found = national_targets(seen, 1, discrepancy=0.2, registration=0.1)
    return [one for one in found if one.measure not in {"abroad", "inside"} or one.last % 12 == 11]


def fit(ground, seen, **changes):
    """A short calibration of two names."""
    asked = {"fitted": FITTED, "extras": EXTRAS, "population": 150, "rounds": 4, "seed": 3, **changes}
    names, effort = ["onset", "abroad_share"], nobody(len(ground.people), MONTHS)
    return calibrate_country(ground, effort, seen, targets_of(seen), names, **asked)


def test_a_known_truth_is_found_again(ground):
    """Of four made-up countries, the 98 % intervals of the outbreak and of flight abroad hold the truth."""
    held, narrowed = [], []
    for seed in (11, 12, 13, 14):
        seen, true = truth(ground, seed)
        found = fit(ground, seen)
        table, weights = found.posterior.from_uniform(found.posterior.particles), found.posterior.weights
        for name in ("onset", "abroad_share"):
            low, high = quantiles(table[name].to_numpy(), weights, [0.01, 0.99])
            held.append(low <= true[name] <= high)
        narrowed.append(found.learned().loc[["onset", "abroad_share"], "narrowed"].to_numpy())
    assert np.mean(held) >= 7 / 8
    assert (np.mean(narrowed, axis=0) > [0.4, 0.1]).all()  # violence comes in waves, so a short record tells less


def test_months_held_out_never_reach_the_fit(ground):
    """Whatever comes after the months fitted, the posterior is the same, and so is the naive forecast."""
    seen, _ = truth(ground, 11)
    other = dataclasses.replace(
        seen,
        **{
            name: np.concatenate([getattr(seen, name)[:, :FITTED], np.full((1, MONTHS - FITTED), 1e6)], axis=1)
            for name in ("deaths", "by_groups", "by_state", "abroad", "inside")
        },
    )
    one, two = fit(ground, seen, rounds=2), fit(ground, other, rounds=2)
    assert np.array_equal(one.posterior.particles, two.posterior.particles)
    assert np.array_equal(one.posterior.weights, two.posterior.weights)
    assert all(target.last < FITTED for target in one.targets)
    for block in (1, 3, 12):
        mine, yours = (again(given, FITTED, 1, MONTHS, 50, block, 1) for given in (seen, other))
        assert np.array_equal(mine.deaths, yours.deaths)
        assert np.array_equal(mine.by_state, yours.by_state)
        assert np.array_equal(mine.abroad, yours.abroad)


def test_the_same_seed_gives_the_same_posterior_with_any_threads(ground):
    """Another seed gives another."""
    seen, _ = truth(ground, 12)
    one, two, three = (fit(ground, seen, rounds=2, **asked) for asked in ({"threads": 1}, {"threads": 2}, {"seed": 4}))
    assert np.array_equal(one.posterior.particles, two.posterior.particles)
    assert not np.array_equal(one.posterior.particles, three.posterior.particles)
    assert np.array_equal(one.traces(20, 5).deaths, two.traces(20, 5).deaths)
    assert not np.array_equal(one.traces(20, 5).deaths, one.traces(20, 5, prior=True).deaths)


def test_traces_are_what_the_simulation_gives():
    """Deaths and people abroad month by month, and both sides in all, are those of `simulate`, from March as well."""
    there = chain(5, month=3, deaths=np.array([5.0, 20.0]))
    effort = nobody(5, 27)._replace(soldiers=np.full((5, 27), 300.0), raids=1.0)
    table = draw(read_parameters(), 100, 2)
    mine = trace(there, effort, table, 4)
    measures, monthly, _ = simulate(there, effort, records(table), 4)
    assert np.allclose(mine.deaths, monthly[:, :, MONTHLY.index("deaths")])
    assert np.allclose(mine.abroad, monthly[:, :, MONTHLY.index("abroad")])
    assert np.allclose(mine.by_groups.sum(axis=1), measures[:, column("killed_by_groups")])
    assert np.allclose(mine.by_state.sum(axis=1), measures[:, column("killed_by_state")])
    by_area = trace(there, effort, table, 4, by_area=True)
    lost = np.maximum(mine.deaths - by_area.by_area.sum(axis=1), 0)
    assert np.allclose(lost.sum(axis=1), measures[:, column("force_deaths")], rtol=1e-4, atol=1e-3)
    assert np.allclose(by_area.by_groups[:, :10].sum(axis=1), mine.by_groups[:, :10].sum(axis=1))


def test_what_is_particular_to_a_country_acts_draw_by_draw():
    """Twice the onset doubles deaths in the first month; shares set one by one are those of a ground that has them."""
    there, effort = chain(3, refugees=0.0), nobody(3, 12)
    table = draw(read_parameters(), 6, 1)
    plain = trace(there, effort, table, 2)
    doubled = trace(there, effort, table.assign(onset=2.0), 2)
    assert np.allclose(doubled.deaths[:, 0], 2 * plain.deaths[:, 0], rtol=1e-3)
    shares = np.linspace(0.1, 0.6, 6)
    mixed = trace(there, effort, table.assign(civilians=shares), 2)
    for at, share in enumerate(shares):
        alone = trace(there._replace(civilians=share), effort, table, 2)
        assert np.array_equal(mixed.deaths[at], alone.deaths[at])


def test_counts_clump_as_asked():
    """The mean stays; the variance is mean + clumping x mean squared."""
    expected = np.full((40_000, 1), 20.0)
    found = _counted(expected, np.full(40_000, 0.5), np.random.default_rng(1))
    assert found.mean() == pytest.approx(20, rel=0.02)
    assert found.var() == pytest.approx(20 + 0.5 * 400, rel=0.05)
    assert np.isnan(_counted(np.array([[np.nan]]), np.ones(1), np.random.default_rng(1))).all()


def test_summaries_by_hand():
    """A flow is added up, a stock is read at the end, on the scale of log(1 + number)."""
    seen = counted([1, 2, 3, 4], abroad=[10, 20, 30, 40])
    asked = [Target("deaths", 1, 2, 0.5), Target("abroad", 0, 3, 0.3)]
    numbers = values(asked, seen, chain(2))
    assert numbers.tolist() == [[5.0, 40.0]]
    assert np.allclose(scaled(asked, numbers), np.log([[6.0, 41.0]]))


def test_patterns_by_hand():
    """Two areas, two months: half hit; months alike and unlike; neighbours alike and unlike in a row of four."""
    seen = counted([0, 0], by_area=np.array([[[0.0, 0.0], [3.0, 3.0]]]))
    asked = [Target("areas_hit", 0, 1, 0.1), Target("months_alike", 0, 1, 0.1), Target("neighbours_alike", 0, 1, 0.1)]
    assert np.allclose(values(asked, seen, chain(2)), [[0.5, 1.0, -1.0]])
    assert np.allclose(morans_i(np.array([[1.0, 1, 0, 0], [1, 0, 1, 0], [2, 2, 2, 2]]), chain(4)), [1 / 3, -1, 0])
    turned = counted([0, 0], by_area=np.array([[[0.0, 3.0], [3.0, 0.0]]]))
    assert values(asked, turned, chain(2))[0, 1] == pytest.approx(-1)


def test_targets_of_a_record():
    """Whole quarters, whole calendar years, and stocks where they were counted; chance weighs on small counts."""
    stock = np.full(20, np.nan)
    stock[[4, 16]] = 100
    found = national_targets(counted(np.full(20, 33.0), by_state=np.full(20, 1.0), abroad=stock), month=8)
    assert [(one.first, one.last) for one in found if one.measure == "deaths"] == [
        (at, at + 2) for at in range(0, 18, 3)
    ]
    assert [(one.first, one.last) for one in found if one.measure == "by_state"] == [(5, 16)]
    assert [one.last for one in found if one.measure == "abroad"] == [4, 16]
    assert found[0].error == pytest.approx(np.sqrt(0.25 + 1 / 100))


def test_the_ground_of_mali_rests_on_what_came_before(mali):
    """2012: 23 deaths in 2011, 4,289 refugees at its end, 976 of 2,096 deaths by 2011 in one-sided violence."""
    found = ground_before(mali, Month.parse("2012-01"), 0.25)
    assert found.deaths == pytest.approx(23 / 12)
    assert found.refugees == 4_289
    assert found.fled == 630
    assert found.civilians == pytest.approx(976 / 2096)
    assert found.by_state == pytest.approx(630 / 976)
    assert found.weight.sum() == pytest.approx(1)
    seen = seen_of(mali, Month.parse("2012-01"), 48)
    assert seen.deaths[0, :3].tolist() == [144, 32, 38]
    assert seen.by_groups[0, :12].sum() == pytest.approx(4)
    assert np.flatnonzero(np.isfinite(seen.abroad[0])).tolist() == [11, 23, 35, 47]


def test_the_naive_forecast_by_hand():
    """The last year once more is the last year; quarters drawn are quarters counted; killings are of a whole year."""
    seen = counted(np.arange(18.0), by_state=np.arange(18.0), abroad=[np.nan] * 11 + [7.0] + [np.nan] * 6)
    once = again(seen, 18, 1, 30, 3, 12, 1)
    assert once.deaths[0, 18:].tolist() == list(range(6, 18))
    assert once.by_state[0, 18:].tolist() == list(range(12))
    assert (once.abroad == 7).all()
    quarters = again(seen, 18, 1, 30, 200, 3, 1).deaths[:, 18:21]
    assert {tuple(row) for row in quarters.tolist()} == {(at, at + 1, at + 2) for at in (6, 9, 12, 15)}
    with pytest.raises(ComparisonError, match="blocks of 5"):
        again(seen, 18, 1, 30, 3, 5, 1)


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.integers(0, 500), min_size=2, max_size=40), st.integers(0, 500))
def test_the_score_is_that_of_forecasts(draws, came):
    """Against the scores of forecasts, written apart."""
    assert crps(np.array(draws, float), came) == pytest.approx(score_draws([draws], [came]).crps[0], abs=1e-3, rel=1e-4)


def test_a_check_by_hand():
    """One forecast that holds what came and one that does not; what is not known is left out."""
    seen = counted([5, 5, 5, 5])
    asked = [Target("deaths", 0, 0, 0.5), Target("deaths", 3, 3, 0.5), Target("abroad", 0, 0, 0.3)]
    wide = counted(np.tile(np.arange(11.0)[:, None], 4))
    far = counted(np.full((11, 4), 9.0))
    found = check(asked, seen, chain(2), {"wide": wide, "far": far}, fitted=2)
    assert found["held_out"].tolist() == [False, True] * 2
    assert found["inside90"].tolist() == [True, True, False, False]
    assert found["crps"].tolist()[2:] == [4, 4]
    short = summary(found)
    assert short["targets"].tolist() == [1, 1, 1, 1]
    assert all(measure_words(one) for one in (*PATTERNS, "deaths", "by_groups", "by_state", "abroad", "inside"))


def test_the_posterior_can_be_given_as_assumptions(ground, tmp_path):
    """The file is read as any other; ranges are those of the particles, and extras stay out."""
    seen, _ = truth(ground, 13)
    found = calibrate_country(
        ground, nobody(len(ground.people), MONTHS), seen, targets_of(seen),
        ["onset", "flight_per_death", "abroad_share", "movement_monthly"], fitted=FITTED, extras=EXTRAS,
        population=200, rounds=3, seed=2,
    )  # fmt: skip
    file = tmp_path / "own.yaml"
    text = as_assumptions(found, "Of a test.\nNo more.", "Fitted to a made-up record", least=-1)
    file.write_text(text, encoding="utf-8")
    assert text.startswith("# Of a test.\n# No more.\n")
    assert "onset" not in text
    read = {one.name: one for one in read_parameters(file)}
    shipped = {one.name: one for one in read_parameters()}
    learned = found.learned()
    for name in ("flight_per_death", "abroad_share", "movement_monthly"):
        assert read[name].confidence == "low"
        assert read[name].sources == shipped[name].sources
        middle = read[name].at(np.array([0.5]))[0]
        assert middle == pytest.approx(learned.loc[name, "after"], rel=0.15)
    assert read["return_monthly"] == shipped["return_monthly"]
    assert "draws" not in as_assumptions(found, "", "Fitted", least=0.99)


def test_the_calibrated_file_shipped_is_read():
    """It changes some shipped parameters within their bounds and says what it is for."""
    file = Path(module.__file__).with_name("calibrated-mali.yaml")
    changed = [one for one, was in zip(read_parameters(file), read_parameters(), strict=True) if one != was]
    assert 1 <= len(changed) <= 10
    assert {one.confidence for one in changed} == {"low"}
    assert all("not for 2013" in one.judgement for one in changed)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Target("harm", 0, 1, 1.0), "no measure 'harm'"),
        (lambda: Target("deaths", 2, 1, 1.0), "out of order"),
        (lambda: values([Target("deaths", 0, 9, 1.0)], counted([1, 2]), chain(2)), "month 10 of 2"),
        (lambda: values([Target("areas_hit", 0, 1, 1.0)], counted([1, 2]), chain(2)), "by area"),
    ],
)
def test_what_cannot_be_asked_is_said(make, says):
    """Errors name what is wrong."""
    with pytest.raises(ComparisonError, match=says):
        make()


def test_a_calibration_that_cannot_be_made_is_refused(ground):
    """Unknown extras, no months, and no target within the months fitted."""
    seen, _ = truth(ground, 11)
    with pytest.raises(ComparisonError, match="'luck'"):
        fit(ground, seen, extras=(extra("luck", 0.0, 1.0, uniform={"low": 0.0, "high": 1.0}),))
    with pytest.raises(ComparisonError, match="Fit one or more"):
        fit(ground, seen, fitted=0)
    with pytest.raises(ComparisonError, match="No target ends"):
        fit(ground, seen, fitted=1)


def test_an_effort_is_cut_to_its_first_months():
    """Series are cut, numbers stay."""
    short = cut(nobody(3, 12)._replace(raids=0.5), 5)
    assert short.soldiers.shape == (3, 5)
    assert short.relief.shape == (5,)
    assert short.raids == 0.5
