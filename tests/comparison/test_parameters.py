"""Assumptions of the simulation: cited on both sides, drawn as stated within bounds, and refused where they are not."""

import math

import numba as nb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from toguna.comparison.draws import Draws
from toguna.comparison.parameters import (
    Finding,
    Mechanism,
    Parameter,
    adverse,
    draw,
    from_uniform,
    mechanisms,
    read_parameters,
    records,
    uniforms,
    without,
)
from toguna.core.errors import ComparisonError

SHIPPED = read_parameters()
BY_NAME = {one.name: one for one in SHIPPED}

# Typed by hand from the table of priors: distribution, its numbers, bounds.
PRIORS = {
    "rebel_killings_per_1000_troops": ("normal", (-0.10, 0.11), (-0.45, 0.20)),
    "state_killings_per_1000_troops": ("normal", (-0.10, 0.25), (-0.75, 0.30)),
    "rebel_killings_per_100_police": ("normal", (-0.20, 0.20), (-0.60, 0.20)),
    "state_killings_per_100_police": ("normal", (0.10, 0.35), (-0.60, 0.90)),
    "rebel_killings_near_base": ("lognormal", (0.75, 0.45, 1.15), (0.3, 1.4)),
    "violence_displaced": ("triangular", (-0.2, 0.15, 0.7), (-0.2, 0.7)),
    "episode_length": ("lognormal", (0.8, 0.6, 1.05), (0.4, 1.2)),
    "attacks_after_force_rising": ("lognormal", (1.25, 1.0, 1.6), (0.5, 2.0)),
    "attacks_after_force_falling": ("lognormal", (0.80, 0.65, 0.98), (0.5, 2.0)),
    "attacks_after_force_side": ("uniform", (0, 1), (0, 1)),
    "attacks_after_harm_weight": ("beta", (6.5, 3.5), (0.3, 0.95)),
    "after_effect_weeks": ("lognormal", (8, 3, 26), (1, 52)),
    "recruits_per_civilian_killed": ("lognormal", (0.5, 0.1, 2.6), (0, 10)),
    "recruits_from_abuse": ("beta", (5, 5), (0.15, 0.75)),
    "collapse_after_leader_loss": ("normal", (0.03, 0.08), (-0.15, 0.30)),
    "killings_after_leader_loss": ("lognormal", (1.1, 0.8, 1.5), (0.6, 2.0)),
    "abuse_cut": ("beta", (2, 5), (0, 0.7)),
    "relapse_yearly": ("beta", (6, 74), (0.02, 0.2)),
    "relapse_full_package": ("lognormal", (0.80, 0.55, 1.10), (0.4, 1.2)),
    "relapse_training_only": ("lognormal", (0.97, 0.85, 1.10), (0.7, 1.2)),
    "border_flow_stopped": ("beta", (1.5, 6), (0, 0.6)),
    "border_flow_rerouted": ("beta", (4, 3), (0, 1)),
    "arms_across_borders": ("beta", (4, 5), (0.1, 0.9)),
    "violence_by_arms": ("normal", (0.20, 0.15), (-0.05, 0.60)),
    "baseline_mortality": ("uniform", (0.20, 0.44), (0.20, 0.44)),
    "mortality_cut_off": ("lognormal", (0.7, 0.35, 2.0), (0.25, 4)),
    "mortality_access_held": ("lognormal", (0.35, 0.22, 0.6), (0.2, 1)),
    "incidents_aid_unprotected": ("lognormal", (1.10, 0.8, 1.6), (0.6, 2)),
    "incidents_aid_in_corridor": ("lognormal", (0.95, 0.75, 1.2), (0.6, 1.5)),
    "conflict_per_drought": ("lognormal", (1.06, 0.97, 1.18), (0.9, 1.4)),
    "conflict_per_price": ("lognormal", (1.02, 0.99, 1.05), (0.95, 1.1)),
    "conflict_with_refugees": ("lognormal", (1.0, 0.8, 1.2), (0.6, 1.4)),
    "relapse_election": ("lognormal", (1.4, 0.9, 2.2), (0.7, 3)),
    "relapse_election_with_ddr": ("lognormal", (1.0, 0.7, 1.5), (0.5, 2)),
    "relapse_per_implementation": ("lognormal", (0.92, 0.85, 1.0), (0.75, 1.05)),
    "relapse_with_peacekeepers": ("lognormal", (0.55, 0.35, 0.9), (0.2, 1.2)),
    "relapse_inclusion": ("lognormal", (0.7, 0.4, 1.1), (0.3, 1.3)),
    "cost_un": ("triangular", (55000, 72000, 95000), (55000, 95000)),
    "cost_national_ratio": ("triangular", (1.5, 2.1, 2.6), (1.5, 2.6)),
    "cost_african": ("triangular", (40000, 60000, 100000), (40000, 100000)),
    "cost_ddr": ("triangular", (700, 1600, 4000), (700, 4000)),
    "deaths_static": ("lognormal", (1.2, 0.6, 2.3), (0.3, 4)),
    "deaths_patrols_ratio": ("lognormal", (1.3, 0.9, 1.9), (0.7, 3)),
    "deaths_raids_ratio": ("lognormal", (1.6, 0.8, 3.2), (0.5, 5)),
}
# Choices of the model itself, without a prior in the table of findings.
OWN = {
    "fighters_per_death": ("lognormal", (75, 30, 190), (10, 400)),
    "recruitment_base": ("lognormal", (0.03, 0.01, 0.08), (0, 0.2)),
    "recruits_per_fighter_killed": ("lognormal", (0.5, 0.1, 3), (0, 10)),
    "recruitment_by_livelihood": ("normal", (0.5, 0.3), (0, 1.5)),
    "recruitment_by_grievance": ("normal", (0.5, 0.3), (0, 1.5)),
    "exit_monthly": ("lognormal", (0.015, 0.005, 0.04), (0.001, 0.1)),
    "movement_monthly": ("uniform", (0.02, 0.12), (0.02, 0.12)),
    "pull_of_weak": ("uniform", (0, 1.5), (0, 1.5)),
    "arms_per_fighter": ("lognormal", (1.2, 0.8, 2), (0.5, 4)),
    "kills_per_raid": ("lognormal", (0.6, 0.2, 2), (0.05, 5)),
    "captures_per_patrol": ("lognormal", (0.2, 0.05, 0.6), (0.01, 2)),
    "collateral_per_fighter_killed": ("lognormal", (0.3, 0.05, 1), (0, 3)),
    "collateral_per_capture": ("lognormal", (0.02, 0.005, 0.08), (0, 0.3)),
    "state_abuse_growth": ("normal", (0, 0.2), (-0.5, 0.5)),
    "cooperation_start": ("beta", (4, 4), (0.1, 0.9)),
    "cooperation_recovery": ("uniform", (0.02, 0.1), (0.02, 0.1)),
    "alienation_per_harm": ("lognormal", (0.05, 0.01, 0.2), (0, 0.5)),
    "flight_per_death": ("lognormal", (600, 150, 2400), (20, 5000)),
    "return_monthly": ("lognormal", (0.05, 0.02, 0.12), (0.005, 0.3)),
    "reach_without_escort": ("uniform", (0.2, 0.6), (0.2, 0.6)),
    "reach_with_escort": ("uniform", (0.6, 0.95), (0.6, 0.95)),
    "need_in_drought": ("uniform", (0.02, 0.12), (0.02, 0.12)),
    "exhaustion_per_death": ("lognormal", (0.01, 0.003, 0.03), (0, 0.1)),
    "fatigue_monthly": ("uniform", (0, 0.01), (0, 0.01)),
    "raid_share": ("uniform", (0.4, 0.8), (0.4, 0.8)),
    "capture_share": ("uniform", (0.1, 0.4), (0.1, 0.4)),
    "tempo_with_support": ("uniform", (1.0, 1.6), (1, 1.6)),
    "court_cases": ("lognormal", (15, 4, 60), (1, 200)),
    "stocks_per_1000": ("lognormal", (2, 0.7, 6), (0.2, 20)),
    "ddr_places_per_team": ("uniform", (20, 100), (20, 100)),
    "abroad_share": ("beta", (8, 12), (0.1, 0.8)),
    "funded_share": ("uniform", (0.4, 0.8), (0.4, 0.8)),
    "aid_cost_per_person": ("lognormal", (18, 8, 40), (4, 100)),
    "lift_for_relief": ("uniform", (0.05, 0.4), (0.05, 0.4)),
    "violence_spread": ("uniform", (0.4, 1.4), (0.4, 1.4)),
    "violence_persistence": ("uniform", (0.3, 0.9), (0.3, 0.9)),
    "release_untried": ("uniform", (0.1, 0.6), (0.1, 0.6)),
    "leak_monthly": ("lognormal", (0.01, 0.003, 0.03), (0, 0.1)),
    "inflow_monthly": ("lognormal", (0.04, 0.01, 0.12), (0, 0.4)),
    "wear_monthly": ("uniform", (0.003, 0.02), (0.003, 0.02)),
    "collected_per_exit": ("uniform", (0.2, 0.9), (0.2, 0.9)),
    "ddr_uptake": ("lognormal", (0.01, 0.003, 0.03), (0, 0.1)),
    "promises_broken": ("lognormal", (1.8, 1.1, 3), (1, 4)),
    "process_monthly": ("uniform", (0.002, 0.012), (0.002, 0.012)),
    "process_alone": ("uniform", (0, 0.004), (0, 0.004)),
    "process_per_killing": ("lognormal", (0.02, 0.005, 0.08), (0, 0.3)),
    "order_monthly": ("uniform", (0.01, 0.08), (0.01, 0.08)),
    "order_alone": ("uniform", (0.3, 0.9), (0.3, 0.9)),
    "order_broken_yearly": ("uniform", (0.01, 0.1), (0.01, 0.1)),
    "regional_growth": ("uniform", (0, 0.05), (0, 0.05)),
    "spill_in": ("uniform", (0, 0.03), (0, 0.03)),
    "livelihood_per_drought": ("uniform", (0, 0.2), (0, 0.2)),
    "livelihood_per_violence": ("lognormal", (0.02, 0.005, 0.06), (0, 0.2)),
    "presence_half": ("uniform", (100, 600), (100, 600)),
    "war_relapse_yearly": ("uniform", (0.03, 0.12), (0.03, 0.12)),
}
STATED = PRIORS | OWN
KEYS = {
    "normal": ("mean", "sd"),
    "lognormal": ("median", "low", "high"),
    "beta": ("a", "b"),
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
}
GROUPED = {one.name: one.together for one in SHIPPED if one.together}


def oracle(kind, numbers):
    """The same distribution from another library."""
    if kind == "normal":
        return stats.norm(*numbers)
    if kind == "lognormal":
        median, low, high = numbers
        return stats.lognorm(math.log(high / low) / (2 * 1.6448536269514722), scale=median)
    if kind == "beta":
        return stats.beta(*numbers)
    low, high = numbers[0], numbers[-1]
    if kind == "triangular":
        return stats.triang((numbers[1] - low) / (high - low), low, high - low)
    return stats.uniform(low, high - low)


def test_the_parameters_are_these():
    """Every prior of the table once, the three parts of the mixture, and the model's own; deaths counted once."""
    assert set(BY_NAME) == set(STATED)
    assert len(SHIPPED) == len(PRIORS) + len(OWN) == 44 + 55
    assert not any("indirect" in name for name in BY_NAME)


@pytest.mark.parametrize("name", STATED)
def test_numbers_are_those_stated(name):
    """Distribution, its numbers and bounds as typed by hand."""
    kind, numbers, bounds = STATED[name]
    expected = {kind: dict(zip(KEYS[kind], numbers, strict=True))}
    assert BY_NAME[name].draws.model_dump(exclude_none=True) == expected
    assert BY_NAME[name].bounds == bounds


@pytest.mark.parametrize("name", STATED)
def test_inverse_is_that_of_the_cut_off_distribution(name):
    """The share of the distribution between the lower bound and a drawn value is the chance it was drawn with."""
    kind, numbers, (low, high) = STATED[name]
    true = oracle(kind, numbers)
    chance = np.linspace(0.001, 0.999, 101)
    share = (true.cdf(BY_NAME[name].at(chance)) - true.cdf(low)) / (true.cdf(high) - true.cdf(low))
    np.testing.assert_allclose(share, chance, atol=1e-9)


@pytest.mark.parametrize("name", [name for name, (kind, *_) in STATED.items() if kind == "lognormal"])
def test_lognormal_keeps_the_median_and_the_ratio_of_its_ends(name):
    """Of a range that is not even, the median and the ratio of the ends are kept; an even one is met at both ends."""
    median, low, high = STATED[name][1]
    ends = BY_NAME[name].draws.shape.at(np.array([0.05, 0.5, 0.95]))
    assert ends[1] == pytest.approx(median)
    assert ends[2] / ends[0] == pytest.approx(high / low)
    if abs(math.log(high * low / median**2)) < 0.02:
        assert ends[[0, 2]] == pytest.approx([low, high], rel=0.02)


def test_draws_follow_the_stated_ranges():
    """Of 20,000 draws a twentieth lies beyond each end where bounds are far, and none beyond the bounds."""
    table = draw(SHIPPED, 20_000, seed=3)
    for one in SHIPPED:
        assert table[one.name].between(*one.bounds).all()
        low, high = one.range90
        assert (table[one.name] < low).mean() == pytest.approx(0.05, abs=0.007)
        assert (table[one.name] > high).mean() == pytest.approx(0.05, abs=0.007)
    by_hand = {"cost_un": (61_185, 88_218), "relapse_election": (0.895, 2.19), "deaths_raids_ratio": (0.8, 3.2)}
    for name, ends in by_hand.items():
        assert table[name].quantile([0.05, 0.95]).to_numpy() == pytest.approx(ends, rel=0.03)


def test_nothing_piles_up_at_the_bounds():
    """A sixth of this normal lies below its bound; drawn values are spread above it, not put on it."""
    table = draw(SHIPPED, 5_000, seed=4)
    for one in SHIPPED:
        assert table[one.name].is_unique
    assert stats.kstest(table["recruitment_by_grievance"], stats.truncnorm(-5 / 3, 10 / 3, 0.5, 0.3).cdf).pvalue > 0.01


@pytest.mark.parametrize("name", GROUPED)
def test_ties_leave_each_parameter_as_it_was(name):
    """A parameter tied to others has the distribution it has alone."""
    kind, numbers, (low, high) = STATED[name]
    true = oracle(kind, numbers)
    drawn = draw(SHIPPED, 4_000, seed=5)[name]
    below, above = true.cdf([low, high])
    assert stats.kstest(drawn, lambda value: (true.cdf(value) - below) / (above - below)).pvalue > 0.005


def test_ties_are_as_strong_as_stated():
    """Rank correlation within a group is that of a Gaussian copula; all others are next to none."""
    table = draw(SHIPPED, 8_000, seed=6)
    ranks = table.rank().corr().to_numpy()
    groups = np.array([one.together or f"alone {at}" for at, one in enumerate(SHIPPED)])
    same = (groups[:, None] == groups[None, :]) & ~np.eye(len(SHIPPED), dtype=bool)
    ties = np.array([one.correlation or 0.0 for one in SHIPPED])
    expected = 6 / math.pi * np.arcsin(ties / 2)
    assert same.sum() == 3 * 2 + 2
    np.testing.assert_allclose(ranks[same], np.broadcast_to(expected[:, None], same.shape)[same], atol=0.03)
    assert np.abs(ranks[~same & ~np.eye(len(SHIPPED), dtype=bool)]).max() < 0.06


def test_groups_are_effects_of_presence_and_of_harm():
    """Country and local effects of presence are drawn together, and so are harm weight and recruits."""
    assert {name for name, group in GROUPED.items() if group == "presence"} == {
        "rebel_killings_per_1000_troops", "rebel_killings_near_base", "episode_length",
    }  # fmt: skip
    assert {name for name, group in GROUPED.items() if group == "harm"} == {
        "attacks_after_harm_weight", "recruits_per_civilian_killed",
    }  # fmt: skip


@given(seed=st.integers(0, 2**40), few=st.integers(1, 20), more=st.integers(0, 30))
def test_a_draw_depends_on_seed_and_number_alone(seed, few, more):
    """More draws, or a different order of parameters, leave a draw as it was."""
    table = draw(SHIPPED, few, seed)
    assert table.equals(draw(SHIPPED, few + more, seed).head(few))
    alone = [one for one in SHIPPED if not one.together]
    assert draw(alone[::-1], few, seed)[[one.name for one in alone]].equals(table[[one.name for one in alone]])


def test_seeds_differ_and_tables_are_named():
    """Other seed, other draws; float64 columns in the order of the file, rows counted as draws."""
    table = draw(SHIPPED, 50, seed=1)
    assert (table != draw(SHIPPED, 50, seed=2)).all(axis=None)
    assert tuple(table) == tuple(BY_NAME)
    assert (table.dtypes == np.float64).all()
    assert table.index.name == "draw"
    assert list(table.index) == list(range(50))


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (-5, 1), (10, -1)])
def test_draws_that_cannot_be_made(draws, seed):
    """Nothing to draw, or a seed below 0, is refused."""
    with pytest.raises(ComparisonError, match="cannot be made"):
        draw(SHIPPED, draws, seed)


def test_quantiles_can_be_given():
    """The middle gives each median where nothing is tied, the ends stay within bounds, and draws are built on it."""
    middle = from_uniform(SHIPPED, np.full((1, len(SHIPPED)), 0.5)).iloc[0]
    assert middle["cost_national_ratio"] == pytest.approx(1.5 + math.sqrt(0.5 * 1.1 * 0.6))
    assert middle["attacks_after_force_rising"] == pytest.approx(1.25, rel=0.01)
    assert middle["presence_half"] == 350
    ends = from_uniform(SHIPPED, np.array([[0.0] * len(SHIPPED), [1.0] * len(SHIPPED)]))
    for one in SHIPPED:
        assert ends[one.name].to_numpy() == pytest.approx(one.bounds, rel=0.2, abs=0.2)
        assert ends[one.name].between(*one.bounds).all()
    assert draw(SHIPPED, 7, 3).equals(from_uniform(SHIPPED, uniforms(SHIPPED, 7, 3)))


@pytest.mark.parametrize(
    ("u", "says"),
    [
        (np.zeros((3, 2)), "columns of draws"),
        (np.zeros(len(SHIPPED)), "columns of draws"),
        (np.full((1, len(SHIPPED)), 1.1), "between 0 and 1"),
        (np.full((1, len(SHIPPED)), np.nan), "between 0 and 1"),
    ],
)
def test_quantiles_that_do_not_fit(u, says):
    """Too few columns, or what is no quantile, is refused."""
    with pytest.raises(ComparisonError, match=says):
        from_uniform(SHIPPED, u)


@given(
    shape=st.one_of(
        st.builds(lambda m, s: {"normal": {"mean": m, "sd": s}}, st.floats(-5, 5), st.floats(0.01, 5)),
        st.builds(lambda a, b: {"beta": {"a": a, "b": b}}, st.floats(0.5, 50), st.floats(0.5, 50)),
        st.builds(
            lambda m, d, u: {"lognormal": {"median": m, "low": m / d, "high": m * u}},
            st.floats(0.01, 100), st.floats(1.05, 20), st.floats(1.05, 20),
        ),
        st.builds(
            lambda low, d, u: {"triangular": {"low": low, "mode": low + d, "high": low + d + u}},
            st.floats(-5, 5), st.floats(0, 3), st.floats(0.01, 3),
        ),
        st.builds(lambda low, d: {"uniform": {"low": low, "high": low + d}}, st.floats(-5, 5), st.floats(0.01, 9)),
    ),
    cut=st.tuples(st.floats(0.01, 4), st.floats(0.01, 4)),
)  # fmt: skip
def test_any_distribution_stays_within_its_bounds(shape, cut):
    """Whatever the shape and bounds, values rise with the chance and stay inside."""
    draws = Draws.model_validate(shape)
    low, high = draws.shape.middle - cut[0], draws.shape.middle + cut[1]
    found = draws.within(np.linspace(0, 1, 50), low, high)
    assert np.isfinite(found).all()
    assert ((found >= low) & (found <= high)).all()
    assert (np.diff(found) >= -1e-12 * max(1.0, abs(high))).all()


def test_disputes_are_cited_on_more_than_one_side():
    """Where findings leave the side of no effect open, at least two sides are cited; and many do."""
    disputed = [one for one in SHIPPED if one.disputed]
    assert len(disputed) > 15
    assert {"rebel_killings_per_1000_troops", "violence_displaced", "attacks_after_force_rising"} < {
        one.name for one in disputed
    }
    for one in disputed:
        assert len({finding.side for finding in one.sources}) > 1, one.name


def test_every_parameter_of_the_table_rests_on_a_source_but_two():
    """All priors are cited except those said to be judgement; all judgement alone has no confidence."""
    assert {name for name in PRIORS if BY_NAME[name].judged} == {"abuse_cut", "deaths_raids_ratio"}
    assert all(one.confidence == "none" and len(one.judgement) > 40 for one in SHIPPED if one.judged)
    assert {name for name in PRIORS if BY_NAME[name].confidence == "none"} == {
        "recruits_per_civilian_killed", "abuse_cut", "deaths_raids_ratio",
    }  # fmt: skip
    assert {name for name in PRIORS if BY_NAME[name].confidence == "high"} == {"baseline_mortality", "cost_un"}


def test_what_is_only_remembered_is_never_quotable():
    """Findings read or excerpted may be quoted, remembered ones not; each citation of one source has one basis."""
    findings = [finding for one in SHIPPED for finding in one.sources]
    assert {finding.basis for finding in findings if finding.quotable} == {"read", "excerpt"}
    assert {finding.basis for finding in findings if not finding.quotable} == {"memory"}
    remembered = {finding.source for finding in findings if not finding.quotable}
    assert {"Jordan 2009, Security Studies", "UNDP 2023", "Johnston 2012, Int. Sec. 36(4)"} < remembered
    assert not remembered & {finding.source for finding in findings if finding.quotable}


def test_titles_and_units_are_for_readers():
    """Each has a title and a unit, told apart, in words rather than names of columns."""
    titles = [one.title for one in SHIPPED]
    assert len(set(titles)) == len(titles)
    assert not any("_" in text for one in SHIPPED for text in (one.title, one.unit))


def test_adverse_set_speaks_against_protecting_first():
    """Troops change nothing, force lowers attacks, half of prevented violence moves, borders close; no more changes."""
    table = draw(SHIPPED, 20, seed=1)
    hard = adverse(SHIPPED, table)
    expected = {
        "rebel_killings_per_1000_troops": 0, "state_killings_per_1000_troops": 0, "violence_displaced": 0.5,
        "attacks_after_force_side": 1, "attacks_after_harm_weight": 0.3,
        "border_flow_stopped": 0.6, "border_flow_rerouted": 0,
    }  # fmt: skip
    for name in table:
        assert (hard[name] == expected[name]).all() if name in expected else hard[name].equals(table[name])
    assert (hard.dtypes == np.float64).all()
    assert table.equals(draw(SHIPPED, 20, seed=1))


@pytest.mark.parametrize("mechanism", mechanisms(SHIPPED))
def test_a_mechanism_can_be_left_out(mechanism):
    """Leaving one out sets its own parameters and no other."""
    table = draw(SHIPPED, 20, seed=1)
    less = without(SHIPPED, table, mechanism)
    changed = {name for name in table if not less[name].equals(table[name])}
    assert changed == {one.name for one in SHIPPED if one.mechanism == mechanism and one.without is not None}
    assert all((less[name] == BY_NAME[name].without).all() for name in changed)


def test_switched_off_means_no_effect():
    """A ratio is off at 1, all else at 0; and what is off by name is what was asked for."""
    for one in SHIPPED:
        assert one.without in {None, 1.0 if one.unit == "ratio" else 0.0}, one.name
    off = {
        "rebel_killings_per_100_police", "rebel_killings_near_base", "attacks_after_force_rising",
        "alienation_per_harm", "recruits_from_abuse", "recruits_per_fighter_killed", "violence_displaced",
        "border_flow_stopped", "exhaustion_per_death", "leak_monthly", "promises_broken", "relapse_full_package",
        "recruitment_by_livelihood",
    }  # fmt: skip
    assert off < {one.name for one in SHIPPED if one.without is not None}


def test_mechanisms_that_can_be_left_out():
    """All but costs and the start, in their order; each with words of its own."""
    assert mechanisms(SHIPPED) == tuple(one.value for one in Mechanism if one not in {"costs", "baseline"})
    assert {one.mechanism for one in SHIPPED} == set(Mechanism)
    assert len({one.words for one in Mechanism}) == len(Mechanism)
    with pytest.raises(ComparisonError, match=r"'magic' cannot be left out. Choose one of deterrence, revenge"):
        without(SHIPPED, draw(SHIPPED, 2, 1), "magic")


def test_records_are_read_by_compiled_code():
    """One field a parameter in the order of the file, whatever the order of the columns."""

    @nb.njit
    def weigh(rows):
        total = 0.0
        for row in rows:
            total += row.cost_un * row.relapse_election
        return total

    table = draw(SHIPPED, 30, seed=1)
    rows = records(table[list(table)[::-1]].assign(other=1.0))
    assert rows.dtype.names == tuple(BY_NAME)
    assert weigh(rows) == pytest.approx((table["cost_un"] * table["relapse_election"]).sum())


def test_records_of_what_went_astray():
    """A missing parameter or a draw that is no number is refused by name."""
    table = draw(SHIPPED, 3, seed=1)
    with pytest.raises(ComparisonError, match="lack cost_un"):
        records(table.drop(columns="cost_un"))
    with pytest.raises(ComparisonError, match="Draws of cost_ddr are no numbers"):
        records(table.assign(cost_ddr=np.nan))


def written(folder, text):
    """A user's file."""
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_changes_what_it_names_and_no_more(tmp_path):
    """Own range with own reason; every other parameter, and every other draw, stays."""
    path = written(tmp_path, "cost_ddr: {draws: {uniform: {low: 900, high: 1100}}, judgement: An offer in writing.}\n")
    own = read_parameters(path)
    assert [one.name for one in own] == list(BY_NAME)
    changed = [one for one in own if one != BY_NAME[one.name]]
    assert [one.name for one in changed] == ["cost_ddr"]
    assert changed[0].judgement == "An offer in writing."
    assert changed[0].sources == BY_NAME["cost_ddr"].sources
    table, before = draw(own, 40, 1), draw(SHIPPED, 40, 1)
    assert table["cost_ddr"].between(900, 1100).all()
    assert table.drop(columns="cost_ddr").equals(before.drop(columns="cost_ddr"))


def test_a_range_changed_without_a_reason_is_marked(tmp_path):
    """Findings behind the shipped range do not stand behind another one, and the parameter says so."""
    own = {one.name: one for one in read_parameters(written(tmp_path, "cost_un: {bounds: [56000, 90000]}\n"))}
    assert own["cost_un"].judgement == "Set in mine.yaml; the findings stand behind the shipped range."
    assert own["cost_un"].confidence == "none"
    kept = {one.name: one for one in read_parameters(written(tmp_path, "cost_un: {title: what it costs}\n"))}
    assert (kept["cost_un"].judgement, kept["cost_un"].confidence) == ("", "high")


def test_a_value_can_be_taken_back(tmp_path):
    """Null takes a parameter out of the adverse set."""
    own = read_parameters(written(tmp_path, "violence_displaced: {adverse: null}\n"))
    table = draw(own, 5, 1)
    assert adverse(own, table)["violence_displaced"].equals(table["violence_displaced"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cost_ddr: {bounds: null}", "mine.yaml, line 1, cost_ddr.bounds: Input should be a valid tuple"),
        ("cost_ddr: {bounds: [700]}", "line 1, cost_ddr.bounds.1: the key is missing"),
        (
            "cost_ddr: {sources: [], judgement: ''}",
            "line 1, cost_ddr: has neither sources nor judgement; cite a finding",
        ),
        ("cost_ddr: {sources: [], judgement: ' '}", "has neither sources nor judgement"),
        ("cost_ddr: {colour: red}", "cost_ddr.colour: there is no such key"),
        ("cost_ddr: {bound: [1, 2]}", "Did you mean bounds?"),
        ("\ncost_dr: {bounds: [1, 2]}", "line 2, cost_dr: there is no such parameter. Did you mean cost_ddr?"),
        ("cost_ddr: {name: other}", "line 1, cost_ddr.name: a parameter's name is the key above it"),
        ("cost_ddr: 5", "line 1, cost_ddr: Input should be a valid dictionary"),
        (
            "cost_ddr: {draws: {uniform: {low: 800, high: 900}, normal: {mean: 850, sd: 10}}}",
            "gives normal and uniform; give exactly one of lognormal, normal, beta, triangular, uniform",
        ),
        ("cost_ddr: {draws: {}}", "gives no distribution"),
        (
            "cost_ddr: {draws: {uniform: {low: much, high: 900}}}",
            "low: text stands where a number belongs; write digits",
        ),
        (
            "cost_ddr: {draws: {uniform: {low: '800', high: 900}}}",
            "belongs; write digits without quotes, as -0.5 or 1.0e-3 (found '800')",
        ),
        ("cost_ddr: {draws: {uniform: {low: yes, high: 900}}}", "valid number (found 'True')"),
        ("cost_ddr: {draws: {uniform: {low: .nan, high: 900}}}", "should be a finite number"),
        ("cost_ddr: {draws: {uniform: {low: 900, high: 800}}}", "low 900, high 800 are out of order"),
        ("cost_ddr: {draws: {lognormal: {median: 900, low: 950, high: 999}}}", "are out of order"),
        ("cost_ddr: {draws: {lognormal: {median: 900, low: 0, high: 999}}}", "greater than 0"),
        ("cost_ddr: {draws: {triangular: {low: 800, mode: 700, high: 900}}}", "are out of order"),
        ("cost_ddr: {draws: {triangular: {low: 800, mode: 800, high: 800}}}", "are out of order"),
        ("cost_ddr: {draws: {normal: {mean: 800, sd: 0}}}", "greater than 0"),
        (
            "cost_ddr: {draws: {triangular: {low: 100, mode: 600, high: 900}}}",
            "600, is outside the bounds 700 and 4000",
        ),
        ("cost_ddr: {draws: {lognormal: {median: 500, low: 90, high: 999}}}", "500, is outside the bounds"),
        ("cost_ddr: {bounds: [4000, 700]}", "out of order; write the lower first"),
        ("cost_ddr: {draws: {triangular: {low: 700, mode: 700, high: 900}}, bounds: [600, 700]}", "nothing of its"),
        ("cost_ddr: {adverse: 9}", "the adverse value 9 is outside the bounds"),
        ("cost_ddr: {together: prices}", "together and correlation belong together"),
        ("cost_ddr: {together: prices, correlation: 0.5}", "cost_ddr.together: no other parameter is in this group"),
        ("cost_ddr: {together: prices, correlation: 1}", "less than 1"),
        ("cost_ddr: {together: harm, correlation: 0.4}", "the correlation differs within the group"),
        (
            "{cost_ddr: {together: p, correlation: -0.6}, cost_un: {together: p, correlation: -0.6}, "
            "cost_african: {together: p, correlation: -0.6}}",
            "no 3 parameters can all be so far apart (found 'p'). Give more than -0.5",
        ),
        ("cost_ddr: {confidence: certain}", "'high', 'medium', 'low' or 'none'"),
        ("cost_ddr: {mechanism: magic}", "cost_ddr.mechanism: Input should be 'deterrence'"),
        (
            "episode_length: {sources: [{side: lowers, says: shorter, source: one study, basis: read}]}",
            "its range reaches to both sides of no effect; cite a finding on another side",
        ),
        (
            "cost_ddr: {sources: [{side: raises, says: dear, source: nobody, basis: judgement}]}",
            "cost_ddr.sources.0: judgement is no finding",
        ),
        ("cost_ddr: {unit: m}\ncost_ddr: {unit: t}", "stands here and on line 1"),
        ("just words", "mine.yaml holds no settings"),
        ("a: [", "mine.yaml cannot be read as YAML"),
    ],
)
def test_wrong_files_are_refused(tmp_path, text, says):
    """Each fault is named with file, line, key, value and what to do."""
    with pytest.raises(ComparisonError) as error:
        read_parameters(written(tmp_path, f"{text}\n"))
    assert "mine.yaml" in str(error.value)
    assert says in str(error.value)


def test_all_faults_are_named_at_once(tmp_path):
    """A file with three faults is refused once, with three lines."""
    text = "cost_un: {bounds: [1, 2]}\ncost_ddr: {colour: red}\ncost_african: {adverse: 1}\n"
    with pytest.raises(ComparisonError) as error:
        read_parameters(written(tmp_path, text))
    assert [line.split(",")[1] for line in str(error.value).splitlines()[1:]] == [" line 1", " line 3", " line 2"]


def test_a_parameter_without_bounds_is_none():
    """Bounds are never optional, nor is the reason."""
    whole = BY_NAME["abuse_cut"].model_dump(exclude_none=True)
    assert Parameter.model_validate(whole) == BY_NAME["abuse_cut"]
    for key, says in [("bounds", "Field required"), ("judgement", "neither sources nor judgement")]:
        with pytest.raises(ValidationError, match=says):
            Parameter.model_validate({name: value for name, value in whole.items() if name != key})
    with pytest.raises(ValidationError, match="judgement is no finding"):
        Finding(side="raises", says="so", source="nobody", basis="judgement")
