"""Caseload, cost and benefits: published figures, answers by hand, nobody lost."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from toguna.accounts.book.record import Happened, Record
from toguna.accounts.ddr.benefits import Benefit, Owed, Schedule, owed, payments
from toguna.accounts.ddr.caseload import people_a_site, places_needed, run, weapons_a_person
from toguna.accounts.ddr.cost import Cost, CostLine, planned
from toguna.core.errors import AskError

# Liberia, draft strategy and implementation framework, as The Inquirer (Monrovia) gave it on 18 November 2003.
LIBERIA = Cost(
    38_000,
    (
        CostLine("demobilization", 8_672_000),
        CostLine("reintegration", 11_400_000),
        CostLine("training and employment", 21_750_000),
        CostLine("child ex-combatants", 2_900_000),
        CostLine("disabled ex-combatants", 512_000),
        CostLine("social reintegration", 665_000),
        CostLine("administration and support", 2_444_800),
    ),
    total=49_794_629,
)


def test_liberia():
    """1,310 dollars a person, and 1,450,829 that no line explains are shown."""
    assert round(LIBERIA.a_person) == 1_310
    assert LIBERIA.summed == 48_343_800
    assert LIBERIA.gap == pytest.approx(1_450_829)
    assert "1,450,829  gap: no line explains it" in str(LIBERIA)
    assert "1,310  USD a person, 38,000 people" in str(LIBERIA)


def test_other_published_figures():
    """Sierra Leone 514 a person demobilised; Mali 3,750 a person; the ratio of weapons in Liberia and Mopti."""
    assert round(Cost(71_043, (), total=36_500_000).a_person) == 514
    assert Cost(4_000, (), total=15_000_000).a_person == 3_750
    assert Cost(71_043, (), total=36_500_000).gap == 0
    assert round(weapons_a_person(782, 1_789), 3) == 0.437
    assert weapons_a_person(800, 5_000) == 0.16
    assert np.isnan(weapons_a_person(0, 0))


def test_mali_plan():
    """10,000 for 45 days in 8 sites: 1,250 a site at once; in waves over a year an eighth of the places."""
    assert people_a_site(10_000, 8) == 1_250
    assert places_needed(10_000, 45, 45) == places_needed(10_000, 45, 30) == 10_000
    assert places_needed(10_000, 45, 360) / 8 == 156.25
    flow = run(np.full((1, 8), 1_250), np.full((1, 8), 1_250), [0.5, 0.5])
    assert flow.present.sum() == 10_000
    assert (flow.table()["used"] == 1).all()


def test_budget_by_person():
    """Lines a person are multiplied, fixed ones are not."""
    cost = planned(100, [CostLine("a", 2)], [CostLine("b", 50)])
    assert (cost.summed, cost.a_person, cost.gap) == (250, 2.5, 0)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Cost(0, (), 1),
        lambda: Cost(1, ()),
        lambda: Cost(1, (CostLine("a", -1),)),
        lambda: people_a_site(1, 0),
        lambda: places_needed(1, 1, 0),
        lambda: run([[1]], [[1], [1]], [1]),
        lambda: run([[1]], [[-1]], [1]),
        lambda: run([[np.nan]], [[1]], [1]),
        lambda: run([[1]], [[1]], [0.5]),
        lambda: run([[1]], [[1]], [1], ["a", "b"]),
    ],
)
def test_numbers_that_cannot_be(ask):
    """Are refused in a sentence."""
    with pytest.raises(AskError, match=r"\. \w"):
        ask()


def test_a_queue_by_hand():
    """100 places; 150 come, then 50; half stay one month and half two."""
    flow = run([[150], [50], [0], [0]], [[100]] * 4, [0.5, 0.5], ["Gao"])
    assert flow.admitted.ravel().tolist() == [100, 50, 50, 0]  # month 3: 50 + 25 leave, but 50 only wait
    assert flow.left.ravel().tolist() == [0, 50, 75, 50]
    assert flow.waiting.ravel().tolist() == [50, 50, 0, 0]
    assert flow.present.ravel().tolist() == [100, 100, 75, 25]
    assert flow.average_wait.tolist() == [0.5]  # 100 people-months waited, 200 admitted
    table = flow.table()
    assert table["site"].tolist() == ["Gao"] * 4
    assert table["used"].tolist() == [1, 1, 0.75, 0.25]


SHAPE = (7, 3)
PEOPLE = arrays(float, SHAPE, elements=st.integers(0, 500).map(float))


@given(PEOPLE, PEOPLE, st.lists(st.integers(0, 5), min_size=1, max_size=9).filter(any))
def test_nobody_appears_or_vanishes(came, places, shares):
    """Those who came wait, are present or left; nobody is admitted beyond the places."""
    stay = np.array(shares, dtype=float) / sum(shares)
    flow = run(came, places, stay)
    all_came = came.cumsum(axis=0)
    assert np.allclose(all_came, flow.waiting + flow.present + flow.left.cumsum(axis=0))
    assert (flow.waiting >= 0).all()
    assert (flow.present >= -1e-9).all()
    assert ((flow.present <= places + 1e-9) | (flow.admitted == 0)).all()
    # places stand empty only where nobody waits
    assert ((flow.waiting < 1e-9) | (flow.present >= places - 1e-9)).all()


def test_sites_with_room_are_the_convolution():
    """Without a limit, those present are arrivals folded with the share still there."""
    came = np.array([[10.0], [20], [0], [5], [0], [0]])
    flow = run(came, np.full((6, 1), 1e6), [0.2, 0.5, 0.3])
    still = [1, 0.8, 0.3]
    assert np.allclose(flow.present.ravel(), np.convolve(came.ravel(), still)[:6])


CASH = Schedule(
    currency="USD",
    grace_days=5,
    benefits=(
        Benefit(code="kit", phase="demobilised", amount=50),
        Benefit(code="cash", phase="reinserted", first_month=1, payments=3, amount=100),
    ),
)


def person(state, *payments_made, left=None):
    steps = [("demobilised", "2026-01-10"), ("reinserted", "2026-01-31")] + ([(state, left)] if left else [])
    history = tuple(Happened(step, {"on": day}, "a", datetime(2026, 1, 1, tzinfo=UTC)) for step, day in steps)
    paid = [{"benefit": code, "due_on": day, "amount": 1} for code, day in payments_made]
    return Record("ddr", "7f", state=state, values={"payments": paid}, history=history)


def test_what_is_due_and_late():
    """By hand: a kit and three payments at the ends of months; five days of grace."""
    made = payments(CASH, {"demobilised": date(2026, 1, 10), "reinserted": date(2026, 1, 31)})
    assert [(one.benefit, str(one.due_on)) for one in made] == [
        ("kit", "2026-01-10"), ("cash", "2026-02-28"), ("cash", "2026-03-31"), ("cash", "2026-04-30"),
    ]  # fmt: skip
    one = person("reinserted", ("kit", "2026-01-10"))
    assert owed([one], CASH, date(2026, 3, 5)) == Owed(2, 1, 0, 150, 50, 0)
    assert owed([one], CASH, date(2026, 3, 6)) == Owed(2, 1, 1, 150, 50, 100)
    assert owed([one, one], CASH, date(2026, 12, 1)) == Owed(8, 2, 6, 700, 100, 600)


def test_whoever_leaves_is_owed_what_fell_due_before():
    """Not what came after; reintegrated people are owed all."""
    gone = person("withdrawn", left="2026-03-01")
    assert owed([gone], CASH, date(2026, 12, 1)) == Owed(2, 0, 2, 150, 0, 150)
    done = person("reintegrated", left="2026-03-01")
    assert owed([done], CASH, date(2026, 12, 1)).due == 4


def test_reinsertion_ends_within_a_year():
    """Eleven months after the first is the most; other phases may last longer."""
    Benefit(code="cash", phase="reinserted", first_month=0, payments=12, amount=1)
    Benefit(code="cash", phase="cvr_enrolled", first_month=6, payments=12, amount=1)
    with pytest.raises(ValueError, match="ends within 12 months"):
        Benefit(code="cash", phase="reinserted", first_month=1, payments=12, amount=1)
    with pytest.raises(ValueError, match="same code"):
        Schedule(currency="USD", benefits=CASH.benefits * 2)
