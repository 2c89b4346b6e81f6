"""One more unit: intervals that hold the true difference, and what is said of kinds nobody offers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toguna as tg
from tests.planning.test_posture import all_postings, small
from toguna.core.errors import PlanError
from toguna.planning.one_more import BETTER, SAME, WORSE, every_kind, of_kinds, one_more
from toguna.planning.posture import tier_value
from toguna.planning.posture_solve import solve
from toguna.planning.read_mandate import read_mandate
from toguna.planning.resources import read_contribution, total
from toguna.planning.situation import Situation, situation
from toguna.planning.units import read_kinds


def made_up(problem):
    """Names around a small problem."""
    kinds = tuple(replace_cost(one) for one in list(read_kinds().values())[: len(problem.available)])
    return Situation(
        problem, kinds, pd.DataFrame(), pd.DataFrame(), ((), ()), ((), ()), (None,), problem.harm[:, :, None]
    )


def replace_cost(kind):
    """A kind that costs half a million dollars a month; the second costs nobody knows what."""
    return kind.model_copy(update={"cost_usd_per_month": 500_000.0 if kind.name == "infantry_company" else 0.0})


def by_principle(problem):
    """The best value of each principle in order, by brute force; earlier ones keep their share."""
    left, found = list(all_postings(problem)), {}
    for tier in (1, 2, 4):
        values = np.array([tier_value(problem, units, tier) for units in left])
        found[tier] = float(values.max())
        least = (1 - problem.eps[tier - 1]) * values.max() - 1e-6
        left = [units for units, value in zip(left, values, strict=True) if value >= least]
    return found


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1]))
def test_the_interval_holds_the_true_difference(seed, eps):
    """Of every principle, with earlier ones re-optimised; better and worse are never said wrongly."""
    problem = replace(small(seed), eps=(eps,) * 5)
    found = one_more(made_up(problem), solve(problem, time_limit=10)).table
    before = by_principle(problem)
    for number, kind in enumerate(list(read_kinds().values())[:2]):
        available = problem.available.copy()
        available[number] += 1
        after = by_principle(replace(problem, available=available))
        for row in found[found["kind"] == kind.title].to_dict("records"):
            true = after[row["principle"]] - before[row["principle"]]
            assert row["low"] - 1e-6 <= true <= row["high"] + 1e-6
            assert row["says"] == (BETTER if true > 1e-2 else WORSE if true < -1e-2 else SAME)


def test_an_earlier_principle_may_take_from_a_later_one():
    """The first principle gains, so a later one may lose; the first that differs is named, costs where known."""
    for seed in range(60):
        problem = small(seed)
        found = one_more(made_up(problem), solve(problem))
        if (found.table["says"] == WORSE).any():
            break
    kind = found.table.loc[found.table["says"] == WORSE, "kind"].iloc[0]
    rows = found.table[found.table["kind"] == kind]
    assert found.first[kind] == rows.loc[rows["says"] != SAME, "principle"].iloc[0]
    assert rows.loc[rows["principle"] == found.first[kind], "says"].item() == BETTER
    known = found.table[found.table["kind"] == read_kinds()["infantry_company"].title]
    assert np.allclose(known["low_per_million_usd"], known["low"] / 0.5)
    other = found.table[found.table["kind"] != read_kinds()["infantry_company"].title]
    assert other["low_per_million_usd"].isna().all()


def test_a_loose_answer_is_never_taken_for_a_difference():
    """With a bound far off nothing can be told, whatever the values; more units never lower the first principle."""
    problem = small(4)
    answer = solve(problem)
    loose = replace(answer, tiers=tuple(replace(one, bound=one.bound * 5 + 999) for one in answer.tiers))
    found = one_more(made_up(problem), loose)
    assert (found.table["says"] == SAME).all()
    assert set(found.first.values()) == {None}
    assert (found.table.loc[found.table["principle"] == 1, "low"] >= 0).all()
    assert SAME in str(found)
    unknown = replace(answer, tiers=tuple(replace(one, bound=float("inf")) for one in answer.tiers))
    later = one_more(made_up(problem), unknown).table.query("principle > 1")
    assert (later["low"] == -np.inf).all()
    assert np.isfinite(later["high"]).all()


def test_kinds_not_known_and_kinds_without_a_use():
    """A kind the situation does not know is refused with a remedy; one without a use is said to have none."""
    problem = small(4)
    now = made_up(problem)
    with pytest.raises(PlanError, match="knows no kind 'balloon'"):
        one_more(now, solve(problem), kinds=["balloon"])
    with pytest.raises(PlanError, match="has no plan yet"):
        one_more(now)
    idle = replace(problem, barred=np.array([[True] * 3, [False] * 3]))
    found = one_more(made_up(idle), solve(idle))
    assert any("serves nothing that a posture counts" in one for one in found.remarks)


def test_kinds_nobody_offers_are_an_option():
    """The wider situation has the same plans; a kind that is not on offer gets rows of its own."""
    country = tg.read_country("ouadji", as_of="2013-06")
    risk = tg.forecast(country, months=1, grain="admin2", draws=100)
    mandate = read_mandate("protect-first")
    resources = total([read_contribution("un-minusma-2013")])
    now = situation(country, risk, mandate, resources)
    wide = every_kind(country, risk, mandate, resources)
    assert len(wide.kinds) > len(now.kinds)
    assert not wide.problem.available[[kind not in now.kinds for kind in wide.kinds]].any()
    narrow = of_kinds(wide.problem, [wide.kinds.index(kind) for kind in now.kinds])
    assert [one.name for one in narrow.demands] == [one.name for one in now.problem.demands]
    assert (narrow.available == now.problem.available).all()
    answer = solve(now.problem, time_limit=10)
    assert solve(narrow, time_limit=10).tiers[0].value == pytest.approx(answer.tiers[0].value)
    found = one_more(now, answer, wider=wide, kinds=["medical_team", "infantry_company"])
    medical = found.table[found.table["kind"] == read_kinds()["medical_team"].title]
    assert not medical["on_offer"].any()
    assert found.first[read_kinds()["medical_team"].title] == 1
    assert (medical.loc[medical["principle"] == 1, "says"] == BETTER).all()


def test_a_plan_brings_its_own_answer_and_a_ceiling_is_not_passed():
    """A kind the mandate allows no more of is said, not solved for; the result prints a line a kind."""
    country = tg.read_country("ouadji", as_of="2013-06")
    risk = tg.forecast(country, months=1, grain="admin2", draws=100)
    plan = tg.plan(country, risk, contributions=["un-minusma-2013"], time_limit=10)
    most = {"infantry_company": int(plan.situation.problem.available[0].max())}
    assert plan.situation.kinds[0].name == "infantry_company"
    plan = replace(plan, mandate=plan.mandate.model_copy(update={"ceilings": most}))
    other = plan.situation.kinds[1].name
    found = one_more(plan, kinds=["infantry_company", other])
    assert f"the mandate allows no more than {most['infantry_company']}" in found.remarks[0]
    assert set(found.table["kind"]) <= {plan.situation.kinds[1].title}
    assert str(found).startswith("One more unit in each of 1 months")
