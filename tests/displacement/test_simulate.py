"""The movement engine: nobody appears or vanishes, what is shut stops people, small cases by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.displacement.scenarios import any_scenario, road, scenario
from toguna.displacement import Settings, relative_difference, share_baseline, simulate
from toguna.displacement.scenario import Closure, Kind
from toguna.displacement.settings import Movement, Spawning


def moving(**rules):
    """Settings with rules of movement of one's own."""
    return Settings(movement=Movement(**rules))


@given(
    any_scenario(),
    st.integers(0, 2**63 - 1),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.sampled_from([1, 1, 7]),
)
@settings(max_examples=150, deadline=None)
def test_nobody_appears_or_vanishes(one, seed, awareness, short, on_foot, hasten):
    """At places and on the road are exactly those who fled, on every day, under any rules."""
    rules = moving(awareness_level=awareness, avoid_short_stints=short, start_on_foot=on_foot)
    flight = simulate(one, rules.model_copy(update={"hasten": hasten}), seed)
    assert (flight.people >= 0).all()
    assert (flight.on_road >= 0).all()
    assert np.allclose(flight.people.sum(axis=1) + flight.on_road, flight.fled)


@given(any_scenario(), st.integers(0, 2**63 - 1))
@settings(max_examples=30, deadline=None)
def test_same_seed_same_run(one, seed):
    """The seed settles a run."""
    first, second = simulate(one, Settings(), seed), simulate(one, Settings(), seed)
    assert np.array_equal(first.people, second.people)
    assert np.array_equal(first.entered, second.entered)


def test_seeds_differ():
    """Another seed gives another run."""
    one = scenario([Kind.CONFLICT, Kind.CAMP, Kind.CAMP], [(0, 1, 50.0), (0, 2, 60.0)], [0, 500, 500])
    assert not np.array_equal(simulate(one, Settings(), 1).people, simulate(one, Settings(), 2).people)


@pytest.mark.parametrize(("km", "arrives"), [(100.0, 1), (200.0, 1), (201.0, 2), (500.0, 3)])
def test_days_on_the_road_by_hand(km, arrives):
    """At 200 km a day all leave on the day they flee and arrive when the days' ways exceed the road.

    Arrival needs more than the length of the road: exactly 200 km counts as the second day.
    """
    arrives = arrives + (km == 200.0)
    flight = simulate(road([0, 80, 80, 80, 80, 80], km=km), moving(max_move_speed=200.0), 5)
    expected = [0.0 if day < arrives else 80.0 for day in range(6)]
    assert flight.people[:, 1].tolist() == expected
    assert flight.entered.tolist() == [80.0, 0.0]


def test_first_link_on_foot_by_hand():
    """100 km at 35 km a day: the third day."""
    flight = simulate(road([0, 80, 80, 80, 80]), moving(start_on_foot=True, max_walk_speed=35.0), 5)
    assert flight.people[:, 1].tolist() == [0.0, 0.0, 0.0, 80.0, 80.0]


@pytest.mark.parametrize(
    "shut",
    [
        Closure("link", "P0", "P1", 0, 4),
        Closure("link", "P1", "P0", 0, 4),
        Closure("location", "P1", "", 0, 4),
        Closure("country", "Home", "Abroad", 0, 4),
        Closure("country", "Abroad", "Home", 0, 4),
    ],
)
def test_closure_stops_people(shut):
    """Nobody passes while it is shut; all do on the day it opens."""
    flight = simulate(road([0, 80, 80, 80, 80, 80], closures=[shut]), Settings(), 5)
    assert flight.people[:, 1].tolist() == [0.0, 0.0, 0.0, 0.0, 80.0, 80.0]
    assert flight.people[1:4, 0].tolist() == [80.0, 80.0, 80.0]


def test_closed_camp_is_a_town():
    """People leave a closed camp as they leave a town."""
    kinds, links = [Kind.CONFLICT, Kind.CAMP, Kind.TOWN], [(0, 1, 50.0), (1, 2, 50.0)]
    open_ = simulate(scenario(kinds, links, [0, 400, 400, 400, 400]), Settings(), 5)
    shut = simulate(
        scenario(kinds, links, [0, 400, 400, 400, 400], closures=[Closure("camp", "P1", "", 0, 9)]), Settings(), 5
    )
    assert open_.people[-1, 1] > 390
    assert shut.people[-1, 1] < 300


def test_without_awareness_the_neighbour_is_still_seen():
    """Awareness 0 means ways chosen blindly, not that nobody moves."""
    one = scenario([Kind.CONFLICT, Kind.CAMP, Kind.CAMP], [(0, 1, 20.0), (0, 2, 300.0)], [0, 4000, 4000, 4000])
    flight = simulate(one, moving(awareness_level=0), 5)
    assert flight.people[-1, 0] == 0
    assert abs(flight.people[-1, 1] - 2000) < 4 * np.sqrt(1000)


def test_pull_of_ways_by_hand():
    """Two camps 40 and 90 km away with softening 10: 2 to 1."""
    one = scenario(
        [Kind.CONFLICT, Kind.CAMP, Kind.CAMP], [(0, 1, 40.0), (0, 2, 90.0)], [0, 9000, 9000], population=[1000, 0, 0]
    )
    flight = simulate(one, moving(camp_movechance=0.0), 5)
    assert abs(flight.people[-1, 1] - 6000) < 4 * np.sqrt(9000 * 2 / 9)


def test_full_camp_takes_no_more():
    """Who flees once a camp is full goes elsewhere; those who chose it while it had room still arrive."""
    kinds, links = [Kind.CONFLICT, Kind.CAMP, Kind.CAMP], [(0, 1, 20.0), (0, 2, 80.0)]
    one = scenario(kinds, links, [0, 500, 900, 1300], population=[1000, 100, 0])
    flight = simulate(one, moving(camp_movechance=0.0), 5)
    assert flight.people[1, 1] >= 100
    assert flight.people[-1, 1] == flight.people[1, 1]
    assert flight.people[-1].sum() == 1300


def test_those_of_day_0_take_no_room_twice():
    """A camp that already holds its day-0 people keeps the rest of its capacity for newcomers."""
    one = scenario(
        [Kind.CONFLICT, Kind.CAMP, Kind.CAMP],
        [(0, 1, 20.0), (0, 2, 800.0)],
        [0, 10, 20, 30],
        population=[1000, 1000, 0],
        counted0=800,
    )
    flight = simulate(one, moving(camp_movechance=0.0), 5)
    assert flight.people[0, 1] == 800
    assert flight.people[-1, 1] > 820


def test_flight_is_by_people_and_decays():
    """People flee by population; a conflict older than the steps counts by the last one."""
    kinds = [Kind.CONFLICT, Kind.CONFLICT, Kind.CAMP]
    one = scenario(kinds, [(0, 2, 900.0), (1, 2, 900.0)], [0, 8000, 8000], population=[3000, 1000, 0])
    flight = simulate(one, moving(max_move_speed=1.0), 5)
    assert abs(flight.entered[0] - 6000) < 4 * np.sqrt(8000 * 3 / 16)
    late = one.intensity.copy()
    late[0, 1] = 0.0  # the second conflict begins a day later than the first
    decaying = Settings(
        spawning=Spawning(conflict_spawn_decay=(1.0, 0.0), conflict_spawn_decay_interval=1),
        movement=Movement(max_move_speed=1.0),
    )
    flight = simulate(scenario(kinds, [(0, 2, 900.0), (1, 2, 900.0)], [0, 800, 800], intensity=late), decaying, 5)
    assert flight.entered[0] == 0
    assert flight.entered[2] == 800


def test_fall_of_the_total_is_met_by_later_arrivals_and_said():
    """500, then 200 fewer, then 300 more: 100 flee on the last day; a fall to the end is a remark."""
    flight = simulate(road([0, 500, 300, 600]), Settings(), 5)
    assert flight.fled.tolist() == [0.0, 500.0, 500.0, 600.0]
    assert simulate(road([0, 500, 300]), Settings(), 5).remarks == (
        "The total falls: 200 people at the end that no arrival has met since.",
    )


def test_relative_difference_by_hand():
    """60/40 for 50/50 misplaces a tenth: 0.2; rescaling forgives a total that is half too small."""
    counted = np.array([[50.0, 50.0]])
    assert relative_difference(np.array([[30.0, 20.0]]), counted).tolist() == [0.5]
    assert relative_difference(np.array([[30.0, 20.0]]), counted, rescaled=True).tolist() == pytest.approx([0.2])
    assert share_baseline(np.array([[30.0, 10.0], [50.0, 50.0]]), 0).tolist() == [[30.0, 10.0], [75.0, 25.0]]
