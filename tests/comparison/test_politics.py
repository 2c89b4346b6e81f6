"""Votes, order, the agreement, the region and war that returns, by hand."""

import numpy as np
import pytest

from tests.comparison.made_up import by_area, effort, medians, start
from toguna.comparison.politics import govern, safe_to_vote, spill

BASE = {"order_monthly": 0.06, "order_alone": 0.5, "order_broken_yearly": 0.06, "process_monthly": 0.01,
        "process_alone": 0.002, "process_per_killing": 0.1, "regional_growth": 0.05, "war_relapse_yearly": 0.12,
        "relapse_per_implementation": 0.9, "relapse_with_peacekeepers": 0.5, "relapse_inclusion": 0.8,
        "relapse_election": 1.5, "relapse_election_with_ddr": 1.1}  # fmt: skip
NEVER, ALWAYS = 1.0, 0.0


def month(e=None, *, safe=1.0, restore=NEVER, breaks=NEVER, war=NEVER, change=None):
    """Nation after a month of politics with nobody killed."""
    p = medians(**BASE)
    g, s, n = start(p)
    if change:
        change(s, n)
    govern(p, g, effort() if e is None else e, s, n, 0, safe, restore, breaks, war)
    return n


def test_votes_by_hand() -> None:
    """Areas with under one killed per 100,000 are safe; elsewhere as many as have polling sites secured."""
    g, s, n = start(medians())
    s.recent[:] = [0.9, 2.1, 0.4, 2.0]  # per 100,000: 0.9, 1.05, 0.8, 1.33
    e = effort(voting=by_area(0, 0.5, 0, 0.2))
    assert safe_to_vote(g, e, s, n, 0) == pytest.approx((100 + 0.5 * 200 + 50 + 0.2 * 150) / 500)
    n["strength"] = 0.0
    assert safe_to_vote(g, e, s, n, 0) == pytest.approx(150 / 500)


@pytest.mark.parametrize(("chance", "is_back"), [(0.059, True), (0.061, False)])
def test_order_restored(chance, is_back) -> None:
    """At the chance where all can vote in safety."""

    def broken(s, n):
        n["order"] = 0.0

    n = month(restore=chance, change=broken)
    assert n["order"] == is_back
    assert n["since_vote"] == (0 if is_back else 1_001)


def test_order_restored_without_safe_votes() -> None:
    """At half the chance where nobody can."""

    def broken(s, n):
        n["order"] = 0.0

    assert month(safe=0.0, restore=0.029, change=broken)["order"] == 1
    assert month(safe=0.0, restore=0.031, change=broken)["order"] == 0


def test_order_broken() -> None:
    """Six in a hundred a year are half of one in a hundred a month."""
    assert month(breaks=0.0049)["order"] == 0
    assert month(breaks=0.0051)["order"] == 1


def test_the_agreement_by_hand() -> None:
    """Half the dialogue supported, region half achieved: 0.002 + 0.008 x 0.5; less by ten killed per million."""

    def killing(s, n):
        s.by_groups[0] = 5.0

    assert month(effort(dialogue=0.5))["process"] == pytest.approx(0.1 + 0.006)
    assert month(effort(dialogue=0.5), change=killing)["process"] == pytest.approx(0.1 + 0.006 * np.exp(-0.1))

    def broken(s, n):
        n["order"] = 0.0

    assert month(effort(dialogue=0.5), change=broken)["process"] == pytest.approx(0.1 + 0.003)


def test_the_region_by_hand() -> None:
    """Help moves it a twentieth of the way to all; without help it goes back to where it was."""
    n = month(effort(regional=1.0, dialogue=1.0))
    assert n["regional"] == pytest.approx(0.5 + 0.05 * 0.5)
    assert spill(n) == pytest.approx(0.975)
    assert n["process"] == pytest.approx(0.1 + 0.002 + 0.008 * 2 * 0.525)

    def helped(s, n):
        n["regional"] = 0.9

    assert month(change=helped)["regional"] == pytest.approx(0.9 - 0.05 * 0.4)


def test_war_returns_by_hand() -> None:
    """A tenth of the agreement, presence of a quarter, all dialogue, a vote five months ago."""
    process = 0.1 + 0.01
    hazard = 0.01 * 0.9 ** (10 * process) * 0.5**0.5 * 0.8

    def voted(s, n):
        n["since_vote"], s.presence[:] = 5.0, 0.25

    both = effort(dialogue=1.0), effort(dialogue=1.0, ddr_teams=1.0)
    for e, ratio in zip(both, (1.5, 1.1), strict=True):
        n = month(e, war=hazard * ratio * 1.001, change=voted)
        assert (n["process"], n["flare"]) == pytest.approx((process, 0))
        n = month(e, war=hazard * ratio * 0.999, change=voted)
        assert (n["process"], n["flare"]) == pytest.approx((process / 2, 0.5))


def test_war_cannot_return_before_there_is_an_agreement() -> None:
    """Nor is an agreement ever more than whole; a flare calms."""

    def none(s, n):
        n["process"], n["flare"] = 0.0, 0.4

    n = month(war=ALWAYS, change=none)
    assert (n["process"], n["flare"]) == pytest.approx((0.002, 0.34))

    def whole(s, n):
        n["process"] = 0.9999

    assert month(effort(dialogue=1.0), change=whole)["process"] == 1
