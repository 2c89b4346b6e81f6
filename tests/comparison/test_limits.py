"""What must come out at the ends: nobody sent, effects switched off, and raids best or worst by what is assumed."""

import numpy as np
import pandas as pd
import pytest

from tests.comparison.made_up import SHIPPED, by_area, effort, measure, medians, row_of_four, table_of
from toguna.comparison.parameters import adverse, draw, mechanisms, records, without
from toguna.comparison.simulate import simulate

DRAWS = draw(SHIPPED, 300, seed=4)
GROUND = row_of_four()
SOLDIERS = by_area(900, 600, 450, 300)
RAIDS, PRESENCE = effort(soldiers=SOLDIERS, raids=1.0), effort(soldiers=SOLDIERS, captures=1.0)


def run(e, table=DRAWS):
    """Measures of an effort in every draw."""
    return simulate(GROUND, e, records(table), 1)[0]


def share_fewer(name, one, other, table):
    """In how many draws one effort brings fewer of a measure than another."""
    return float((measure(run(one, table), name) < measure(run(other, table), name)).mean())


@pytest.mark.parametrize("raids", [0.0, 1.0])
def test_no_force_gives_the_baseline(raids) -> None:
    """No soldiers under any rules are nobody, to the last bit."""
    rules = effort(raids=raids, captures=1 - raids, heavy=2.0, police_first=1.0, quiet_below=5.0, quiet_months=0)
    assert (run(rules) == run(effort())).all()


def test_troops_change_no_violence_where_nothing_they_do_matters() -> None:
    """Without deterrence, captures, and all that follows from them, soldiers in towns are as nobody to civilians."""
    table = DRAWS
    for mechanism in ("deterrence", "custody", "displacement_of_violence", "cooperation", "abuse", "politics"):
        table = without(SHIPPED, table, mechanism)
    here, nobody_there = run(effort(soldiers=SOLDIERS), table), run(effort(), table)
    for name in ("civilians_killed", "displaced", "fighters", "arms_at_large", "not_reached"):
        assert measure(here, name) == pytest.approx(measure(nobody_there, name), rel=1e-9)


def test_without_revenge_and_abuse_raids_look_best() -> None:
    """No revenge, no harm to civilians, no trust to lose: raids leave fewer fighters and fewer civilians killed."""
    table = DRAWS
    for mechanism in ("revenge", "abuse", "cooperation"):
        table = without(SHIPPED, table, mechanism)
    table = table.assign(collateral_per_fighter_killed=0.0, collateral_per_capture=0.0)
    assert share_fewer("fighters", RAIDS, PRESENCE, table) > 0.9
    # Where presence deters nobody either, nothing is left that speaks against them.
    table = without(SHIPPED, table, "deterrence")
    assert share_fewer("fighters", RAIDS, PRESENCE, table) > 0.9
    assert share_fewer("civilians_killed", RAIDS, PRESENCE, table) > 0.9
    assert share_fewer("civilians_killed", RAIDS, effort(), table) > 0.9


def test_with_revenge_and_harm_raids_look_worst() -> None:
    """Five recruits and a civilian killed for each fighter killed: more fighters and more killed than by presence."""
    worse = {"recruits_per_fighter_killed": 5.0, "collateral_per_fighter_killed": 1.0}
    shipped = pd.DataFrame(table_of(medians(**worse), 100))  # the chances alone differ
    assert share_fewer("fighters", PRESENCE, RAIDS, shipped) == 1
    assert share_fewer("civilians_killed", PRESENCE, RAIDS, shipped) == 1
    drawn = DRAWS.assign(**worse, collapse_after_leader_loss=0.0)
    assert share_fewer("fighters", PRESENCE, RAIDS, drawn) > 0.9
    assert share_fewer("civilians_killed", PRESENCE, RAIDS, drawn) > 0.9


def test_the_adverse_set_takes_the_case_for_presence_away() -> None:
    """Its values speak against protecting first: presence then wins in fewer draws than by the shipped ones."""
    asked = "civilians_killed", PRESENCE, RAIDS
    assert share_fewer(*asked, adverse(SHIPPED, DRAWS)) < share_fewer(*asked, DRAWS)


@pytest.mark.parametrize(
    ("more", "measure_name"),
    [({"watched": 1.0}, "arms_at_large"), ({"secured": 1.0}, "arms_at_large")],
)
def test_borders_and_stockpiles_leave_no_more_arms(more, measure_name) -> None:
    """Over whole draws, where arms make no more violence of themselves."""
    table = DRAWS.assign(violence_by_arms=0.0)
    assert (
        measure(run(effort(**more), table), measure_name) <= measure(run(effort(), table), measure_name) * (1 + 1e-9)
    ).all()


def test_escorts_never_leave_more_people_without_help() -> None:
    """Over whole draws, where aid itself draws no incidents; and no more die."""
    table = without(SHIPPED, DRAWS, "aid")
    none, half, full = (run(effort(escorted=share), table) for share in (0.0, 0.5, 1.0))
    for name in ("not_reached", "excess_deaths"):
        few, some, many = (measure(one, name) for one in (full, half, none))
        assert (few <= some * (1 + 1e-9)).all()
        assert (some <= many * (1 + 1e-9)).all()
    assert measure(full, "not_reached").sum() < measure(none, "not_reached").sum()


def _everything():
    """Every kind of effort at once, so that every mechanism has something to work on."""
    return effort(
        soldiers=SOLDIERS, police=by_area(50, 0, 20, 30), raids=1.0, captures=1.0, escorted=0.5, patrolled=0.5,
        watched=0.5, secured=0.5, monitored=1.0, supports_army=1.0, dialogue=1.0, ddr_teams=2.0, regional=1.0,
        un=2_000.0,
    )  # fmt: skip


@pytest.mark.parametrize("mechanism", mechanisms(SHIPPED))
def test_every_mechanism_matters(mechanism) -> None:
    """Leaving one out changes the outcome where every kind of effort is there."""
    assert not np.array_equal(run(_everything(), without(SHIPPED, DRAWS, mechanism)), run(_everything()))


# Parameters that act only when the chances have it so in some of the draws, or with an effort of their own.
OFTEN = {"order_monthly": 0.08, "war_relapse_yearly": 0.12, "relapse_with_peacekeepers": 1.2}
RARE = {"release_untried": {"court_cases": 1.0, "captures_per_patrol": 2.0}, "relapse_election": OFTEN,
        "relapse_election_with_ddr": OFTEN}  # fmt: skip
SPECIAL = {"relapse_training_only": {"ddr_teams": 0.0}, "relapse_election": {"ddr_teams": 0.0},
           "aid_cost_per_person": {"relief": 1e5},
           "lift_for_relief": {"lift": 0.2}, "cost_african": {"african": 500.0},
           "cost_national_ratio": {"national": 500.0}}  # fmt: skip


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.name)
def test_every_parameter_matters(one) -> None:
    """From its low to its high bound some draw of some effort changes."""
    ground = row_of_four(fled=1_000.0, agreement=0.5, order=0.0)
    base = _everything()._replace(**effort_fields(SPECIAL.get(one.name, {})))
    if one.name == "relapse_training_only":  # the programme ends halfway
        base = base._replace(ddr_teams=np.repeat([5.0, 0.0], 6))
    table = DRAWS.assign(**RARE.get(one.name, {}))
    low, high = (
        simulate(ground, base, records(table.assign(**{one.name: value})), 1, threads=1)[0] for value in one.bounds
    )
    assert not np.array_equal(low, high), f"{one.name} has no effect"


def effort_fields(changes):
    """Filled fields of an effort."""
    made = effort(**changes)
    return {name: getattr(made, name) for name in changes}


def test_presence_helps_by_the_medians() -> None:
    """By the medians of all assumptions presence saves lives; no draw needs to, and in some it does not."""
    p = table_of(medians())
    alone, there = (simulate(GROUND, e, p, 1)[0] for e in (effort(), PRESENCE))
    assert measure(there, "civilians_killed") < measure(alone, "civilians_killed")
    better = share_fewer("civilians_killed", PRESENCE, effort(), DRAWS)
    assert 0.5 < better < 1
    assert isinstance(DRAWS, pd.DataFrame)
