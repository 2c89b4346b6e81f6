"""The movement engine: nobody appears or vanishes, what is shut stops people, small cases by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.displacement.scenarios import any_scenario, road, scenario
from toguna.displacement import Settings, relative_difference, share_baseline, simulate
from toguna.displacement.conditions import Conditions
from toguna.displacement.course import course_of
from toguna.displacement.demographics import Demographics
from toguna.displacement.scenario import Closure, Kind
from toguna.displacement.settings import ConflictDriven, FloodRules, Movement, Returns, Spawning
from toguna.displacement.simulate import run


def moving(**rules):
    """Settings with rules of movement of one's own."""
    return Settings(movement=Movement(**{"camp_movechance": 0.0, **rules}))


ENGINES = ["agents", "cohorts"]


@given(
    any_scenario(),
    st.integers(0, 2**63 - 1),
    st.sampled_from(ENGINES),
    st.integers(-1, 3),
    st.booleans(),
    st.booleans(),
    st.sampled_from([1, 1, 7]),
    st.sampled_from(["correction", "returns"]),
    st.sampled_from([0.0, 0.1]),
)
@settings(max_examples=150, deadline=None)
def test_nobody_appears_or_vanishes(one, seed, engine, awareness, short, on_foot, hasten, falls, home):
    """At places, on the road and back home are exactly those who fled, on every day, under any rules."""
    rules = Settings(
        spawning=Spawning(falling_total=falls),
        movement=Movement(awareness_level=awareness, avoid_short_stints=short, start_on_foot=on_foot),
        returns=Returns(daily_chance=home, quiet_days=2),
        hasten=hasten,
    )
    flight = simulate(one, rules, seed, engine=engine)
    assert (flight.people >= 0).all()
    assert (flight.on_road >= 0).all()
    assert np.allclose(flight.people.sum(axis=1) + flight.on_road + flight.returned, flight.fled)


@given(any_scenario(), st.integers(0, 2**63 - 1), st.sampled_from(ENGINES))
@settings(max_examples=30, deadline=None)
def test_same_seed_same_run(one, seed, engine):
    """The seed settles a run."""
    first, second = (simulate(one, Settings(), seed, engine=engine) for _ in range(2))
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
    assert flight.entered[-1].tolist() == [80.0, 0.0]


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


@pytest.mark.parametrize(("awareness", "near"), [(0, 310 / 340), (-1, 1 / 2)])
def test_without_awareness_the_neighbour_is_still_seen(awareness, near):
    """Awareness 0 sees the length of the next road, -1 not even that; nobody stays for it."""
    kinds, links = [Kind.CONFLICT, Kind.CAMP, Kind.TOWN], [(0, 1, 20.0), (0, 2, 300.0)]
    one = scenario(kinds, links, [0, 4000, 4000, 4000], population=[1000, 0, 0])
    flight = simulate(one, moving(awareness_level=awareness, camp_weight=50.0, default_movechance=0.0), 5)
    assert flight.people[-1, 0] == 0
    assert abs(flight.people[-1, 1] - 4000 * near) < 4 * np.sqrt(4000 * near * (1 - near))


def test_pull_of_ways_by_hand():
    """Two camps 40 and 90 km away with softening 10: 2 to 1."""
    one = scenario(
        [Kind.CONFLICT, Kind.CAMP, Kind.CAMP], [(0, 1, 40.0), (0, 2, 90.0)], [0, 9000, 9000], population=[1000, 0, 0]
    )
    flight = simulate(one, moving(), 5)
    assert abs(flight.people[-1, 1] - 6000) < 4 * np.sqrt(9000 * 2 / 9)


def test_full_camp_takes_no_more():
    """Who flees once a camp is full goes elsewhere; those who chose it while it had room still arrive."""
    kinds, links = [Kind.CONFLICT, Kind.CAMP, Kind.CAMP], [(0, 1, 20.0), (0, 2, 80.0)]
    one = scenario(kinds, links, [0, 500, 900, 1300], population=[1000, 100, 0])
    flight = simulate(one, moving(), 5)
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
    flight = simulate(one, moving(), 5)
    assert flight.people[0, 1] == 800
    assert flight.people[-1, 1] > 820


def test_flight_is_by_people_and_decays():
    """People flee by population; a conflict older than the steps counts by the last one."""
    kinds = [Kind.CONFLICT, Kind.CONFLICT, Kind.CAMP]
    one = scenario(kinds, [(0, 2, 900.0), (1, 2, 900.0)], [0, 8000, 8000], population=[3000, 1000, 0])
    flight = simulate(one, moving(max_move_speed=1.0), 5)
    assert abs(flight.entered[-1, 0] - 6000) < 4 * np.sqrt(8000 * 3 / 16)
    late = one.intensity.copy()
    late[0, 1] = 0.0  # the second conflict begins a day later than the first
    decaying = Settings(
        spawning=Spawning(conflict_spawn_decay=(1.0, 0.0), conflict_spawn_decay_interval=1),
        movement=Movement(max_move_speed=1.0),
    )
    flight = simulate(scenario(kinds, [(0, 2, 900.0), (1, 2, 900.0)], [0, 800, 800], intensity=late), decaying, 5)
    assert flight.entered[-1, 0] == 0
    assert flight.entered[-1, 2] == 800


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


def test_closed_on_the_way_turns_back():
    """Who is on a road that is shut before its end is back at its start, not through."""
    one = road([0, 80, 80, 80, 80], km=300.0, closures=[Closure("link", "P0", "P1", 2, 5)])
    for engine in ENGINES:
        flight = simulate(one, moving(max_move_speed=200.0), 5, engine=engine)
        assert flight.people[:, 1].tolist() == [0.0, 0.0, 0.0, 0.0, 0.0]
        assert flight.people[-1, 0] == 80.0


def test_sent_on_from_a_place_that_is_no_camp():
    """A mark of forced redirection on a link sends everybody on along it, until it is removed."""
    kinds, links = [Kind.CONFLICT, Kind.HUB, Kind.CAMP, Kind.CAMP], [(0, 1, 20.0), (1, 2, 20.0), (1, 3, 20.0)]
    one = replace(scenario(kinds, links, [0, 600, 600, 600]), redirections=(4,))
    flight = simulate(one, moving(forced_redirection=True), 5)
    assert flight.people[-1].tolist() == [0.0, 0.0, 0.0, 600.0]
    ended = replace(one, closures=(Closure("remove_forced_redirection", "P1", "P3", 0, 9),))
    assert 200 < simulate(ended, moving(forced_redirection=True), 5).people[-1, 2] < 400


def test_falling_total_as_returns():
    """200 of 500 go home from the camp; none is owed by later arrivals."""
    rules = Settings(spawning=Spawning(falling_total="returns"), movement=Movement(camp_movechance=0.0))
    for engine in ENGINES:
        flight = simulate(road([0, 500, 500, 300, 400]), rules, 5, engine=engine)
        assert flight.returned.tolist() == [0.0, 0.0, 0.0, 200.0, 200.0]
        assert flight.fled.tolist() == [0.0, 500.0, 500.0, 500.0, 600.0]
        assert flight.unmet.tolist() == [0.0] * 5


def test_return_once_home_is_quiet():
    """Nobody goes home while home is at war; with a chance of 1 all go after the quiet days."""
    calm = np.zeros((8, 2))
    calm[:3, 0] = 1.0
    one = scenario([Kind.CONFLICT, Kind.CAMP], [(0, 1, 20.0)], [0, 90] + [90] * 6, intensity=calm)
    rules = Settings(movement=Movement(camp_movechance=0.0), returns=Returns(daily_chance=1.0, quiet_days=2))
    for engine in ENGINES:
        assert simulate(one, rules, 5, engine=engine).returned.tolist() == [0, 0, 0, 0, 0, 90, 90, 90]


def test_returns_as_unhcr_counted_them():
    """About 8 in 100 go home in a year, by the counts; a run with that chance sends about so many home."""
    returns = Returns(daily_chance="unhcr", quiet_days=0)
    assert 0.04 < 1 - (1 - returns.chance) ** 365 < 0.12
    calm = np.zeros((366, 2))
    calm[:2, 0] = 1.0
    one = scenario([Kind.CONFLICT, Kind.CAMP], [(0, 1, 20.0)], [0, *[9000] * 365], population=[1000, 0], intensity=calm)
    rules = Settings(movement=Movement(camp_movechance=0.0), returns=returns)
    went = simulate(one, rules, 5, engine="cohorts").returned[-1] / 9000
    assert abs(went - (1 - (1 - returns.chance) ** 364)) < 0.012


def test_conflict_drives_flight_by_hand():
    """Two people in a hundred flee a day at intensity 1, without any counts."""
    one = scenario([Kind.CONFLICT, Kind.CAMP], [(0, 1, 20.0)], [0, 0, 0, 0], population=[5000, 0])
    flees = ConflictDriven(spawn_mode="pop_ratio", displaced_per_conflict_day=0.02)
    spawning = Spawning(conflict_driven_spawning=flees, take_from_population=True)
    flight = simulate(one, Settings(spawning=spawning), 5)
    assert flight.fled.tolist() == [100.0, 198.0, 294.0, 388.0]


def test_hunger_and_water_drive_people_out():
    """Where all starve all leave; where water stands the chance is that of its level."""
    one = scenario([Kind.CONFLICT, Kind.TOWN, Kind.CAMP], [(0, 1, 20.0), (1, 2, 20.0)], [0, 600, 600])
    still = {"default_movechance": 0.0, "conflict_weight": 0.0}
    dry = simulate(one, moving(**still), 5)
    assert dry.people[-1].tolist() == [0.0, 600.0, 0.0]
    hungry = replace(one, conditions=Conditions(hunger=np.tile([1.0, 1.0, 0.0], (3, 1))))
    assert simulate(hungry, moving(flee_when_starving=True, **still), 5).people[-1, 2] == 600.0
    wet = replace(one, conditions=Conditions(flood=np.tile([0.0, 2.0, 0.0], (3, 1))))
    rules = moving(flood_rules=FloodRules(flood_movechances=(0.0, 0.0, 1.0)), **still)
    assert simulate(wet, rules, 5).people[-1, 2] == 600.0


def test_age_and_sex_by_hand():
    """Women weigh places twice: 1 to 4 x 4 where men go 1 to 4; the shares of both follow."""
    kinds, links = [Kind.CONFLICT, Kind.CAMP, Kind.TOWN], [(0, 1, 40.0), (0, 2, 40.0)]
    people = Demographics(female_share=np.full(3, 0.5))
    one = replace(scenario(kinds, links, [0, 9000, 9000]), people=people)
    rules = moving(camp_weight=4.0, women_avoid_hazards=True, default_movechance=0.0)
    for engine in ENGINES:
        share = simulate(one, rules, 5, engine=engine).people[-1, 1] / 9000
        assert abs(share - (4 / 5 + 16 / 17) / 2) < 0.02


def test_home_pulls():
    """Two camps alike in all but the distance from home: the near one gets more."""
    kinds, links = [Kind.CONFLICT, Kind.CAMP, Kind.CAMP], [(0, 1, 90.0), (0, 2, 90.0)]
    one = replace(scenario(kinds, links, [0, 9000, 9000]), latitude=np.array([0.0, 0.5, 2.0]), longitude=np.zeros(3))
    flight = simulate(one, moving(stay_close_to_home=True), 5)
    assert abs(flight.people[-1, 1] - 6000) < 200  # to the power of a half, 4 times as near is twice the pull


@pytest.mark.parametrize("awareness", [1, 2])
def test_both_engines_agree(awareness):
    """Means and variances of people at places are equal within sampling error."""
    kinds = [Kind.CONFLICT, Kind.TOWN, Kind.TOWN, Kind.CAMP, Kind.CAMP]
    links = [(0, 1, 70.0), (1, 2, 60.0), (0, 2, 310.0), (2, 3, 50.0), (1, 4, 250.0)]
    total = np.cumsum([0, *[90, 60] * 12, 0, 0, 0, 0, 0])
    one = scenario(kinds, links, total, population=[1000, 0, 0, 1200, 0])
    rules = moving(
        max_move_speed=200.0,
        awareness_level=awareness,
        avoid_short_stints=True,
        start_on_foot=True,
        camp_movechance=0.01,
    )
    runs, course = 400, course_of(one, rules)
    agents, cohorts = (np.array([run(course, seed, engine=e).people for seed in range(runs)]) for e in ENGINES)
    spread = np.sqrt((agents.var(axis=0) + cohorts.var(axis=0)) / runs)
    moves = spread > 0
    apart = np.abs(agents.mean(axis=0) - cohorts.mean(axis=0))[moves]
    assert np.sqrt(((apart / spread[moves]) ** 2).mean()) < 1.6
    # on the very days a camp fills up agents go one by one and cohorts in parts: still the same within 1 per cent
    assert (apart < np.maximum(4.5 * spread[moves], 0.01 * one.counts.total.max())).all()
    ratio = cohorts.var(axis=0)[moves].sum() / agents.var(axis=0)[moves].sum()
    assert 0.85 < ratio < 1.18
