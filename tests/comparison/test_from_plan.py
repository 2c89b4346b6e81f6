"""A plan as an effort: who is where, what is held after it ends, and what nobody does if nobody is sent."""

from dataclasses import replace

import numpy as np
import pytest

import toguna as tg
from toguna.comparison.from_plan import effort_from
from toguna.planning.mandate import Task
from toguna.planning.read_mandate import read_mandate

MONTHS = 5


@pytest.fixture(scope="module")
def planned(country, risk):
    """A plan of a mandate, made once each."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = tg.plan(country, risk, name, time_limit=10, price_of_priority=False)
        return made[name]

    return of


def effort(planned, risk, name, months=MONTHS):
    return effort_from(planned(name), list(risk.units.index), months)


def test_everybody_posted_is_somewhere(planned, risk) -> None:
    """Soldiers and police by month are the people of the units posted, no more than all of them; and all are paid."""
    found, plan = effort(planned, risk, "protect-first"), planned("protect-first")
    units, kinds = plan.solved.units, plan.situation.kinds
    for t in range(2):
        people = [(kind, int(units[at, :, t].sum()) * kind.people) for at, kind in enumerate(kinds)]
        police = sum(many for kind, many in people if Task.POLICE_TOWNS in kind.tasks)
        soldiers = sum(
            many
            for kind, many in people
            if Task.POLICE_TOWNS not in kind.tasks and {Task.PROTECT_TOWNS, Task.REACT} & set(kind.tasks)
        )
        assert found.police[:, t].sum() == pytest.approx(police)
        assert found.soldiers[:, t].sum() == pytest.approx(soldiers)
        assert found.un[t] + found.african[t] + found.national[t] == pytest.approx(sum(many for _, many in people))
    assert found.soldiers.sum() > 0


def test_the_last_month_is_held(planned, risk) -> None:
    """Months after the plan repeat its last, in every field."""
    found = effort(planned, risk, "protect-first")
    for name, value in found._asdict().items():
        if np.ndim(value):
            assert value.shape[-1] == MONTHS, name
            for t in range(2, MONTHS):
                assert np.array_equal(value[..., t], value[..., 1]), name


def test_shares_are_shares(planned, risk) -> None:
    """Between none and all."""
    for name in ("protect-first", "search-and-destroy", "border-first"):
        found = effort(planned, risk, name)
        for field in ("escorted", "patrolled", "secured", "voting", "watched", "monitored", "dialogue"):
            value = getattr(found, field)
            assert value.min() >= 0, (name, field)
            assert value.max() <= 1 + 1e-9, (name, field)


def test_rules_of_mandates() -> None:
    """Raids are ordered by one shipped mandate alone; the others that meet armed groups capture."""
    assert Task.SEARCH_AND_DESTROY in read_mandate("search-and-destroy").ordered
    assert Task.SEARCH_AND_DESTROY not in read_mandate("protect-first").ordered


def test_raids_and_captures(planned, risk) -> None:
    """As the mandate has it."""
    first, raids = (effort(planned, risk, name) for name in ("protect-first", "search-and-destroy"))
    assert (first.raids, raids.raids) == (0, 1)
    captures = Task.CONTAIN_AND_CAPTURE in read_mandate("protect-first").ordered
    assert first.captures == float(captures)
    assert raids.heavy >= first.heavy >= 1


def test_borders_are_watched_most_where_borders_come_first(planned, risk) -> None:
    """By the mandate that puts them first."""
    assert effort(planned, risk, "border-first").watched[0] >= effort(planned, risk, "protect-first").watched[0]


def test_nobody_posted_does_nothing(planned, risk) -> None:
    """Whatever a mandate orders, what units do is not done without them; nor is an army supported by nobody."""
    for name in ("protect-first", "search-and-destroy", "as-is"):
        plan = planned(name)
        empty = replace(plan, solved=replace(plan.solved, units=np.zeros_like(plan.solved.units)))
        found = effort_from(empty, list(risk.units.index), MONTHS)
        for field, value in found._asdict().items():
            if np.ndim(value) and field not in ("relief", "lift", "regional"):  # money and aircraft are there without
                assert not value.any(), (name, field)
