"""Scenario folders written: what is read back is what was written, and nothing is overwritten."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.displacement.scenarios import any_scenario, road
from toguna.core.errors import DataError
from toguna.displacement import Settings, read_scenario, read_settings, simulate
from toguna.displacement.conditions import Conditions
from toguna.displacement.demographics import Demographics
from toguna.displacement.scenario import Closure
from toguna.displacement.settings import Movement, Spawning
from toguna.displacement.write_scenario import differences, write_scenario, write_settings

REAL = ("burundi2015", "car2013", "mali2012", "mali2017_adm1", "ssudan2013", "tigray2020")


@given(any_scenario())
@settings(max_examples=60, deadline=None)
def test_what_is_read_back_is_what_was_written(one):
    """Any scenario: places, links, conflict, closures, period and counts are the same."""
    with TemporaryDirectory() as folder:
        again = read_scenario(write_scenario(one, Path(folder) / "one"))
    assert differences(one, again) == ()
    assert again.names == one.names
    assert again.kinds.tolist() == one.kinds.tolist()
    assert again.km.tolist() == one.km.tolist()
    assert np.array_equal(again.intensity, one.intensity)
    assert np.array_equal(again.counts.people, one.counts.people)


@pytest.mark.parametrize("name", REAL)
def test_real_scenarios_come_back(shared, tmp_path, name):
    """The six real folders: the same scenario, series left out aside."""
    one = read_scenario(shared / "displacement" / "flee" / name)
    again = read_scenario(write_scenario(one, tmp_path / name))
    assert differences(one, again) == ()
    assert again.name == one.name
    assert again.counts.camps == one.counts.camps
    assert again.counts.ends == one.counts.ends


def test_a_copy_runs_as_the_original(shared, tmp_path):
    """The same seed gives the same run of a written scenario."""
    one = read_scenario(shared / "displacement" / "flee" / "mali2012")
    again = read_scenario(write_scenario(one, tmp_path / "copy"))
    rules = Settings(hasten=50)
    assert np.array_equal(simulate(one, rules, 1).people, simulate(again, rules, 1).people)


def test_everything_a_scenario_may_hold(tmp_path):
    """Regions, positions, speeds, redirections, hunger, floods, changes of kind, ages and sexes come back."""
    one = replace(
        road([0, 80, 90]),
        names=("Grand, Popo", 'Camp "A"'),
        counts=replace(road([0, 80, 90]).counts, camps=('Camp "A"',)),
        closures=(Closure("location", 'Camp "A"', "", 0, 2),),
        regions=("North", "Abroad"),
        latitude=np.array([14.1234567, np.nan]),
        longitude=np.array([-0.1, np.nan]),
        redirections=(0,),
        link_speed=np.array([17.5]),
        conditions=Conditions(
            np.array([[0.1, 0.07], [0.3, 0.07], [0.3, 0.07]]), np.array([[0.0, 0], [1, 0], [2, 0]]), ((1, 0, 6),)
        ),
        attributes={"hdi": np.array([0.4, np.nan])},
        people=Demographics(np.array([7.0, 40]), np.array([[0.3, 0.7], [0.1, 0.9]]), np.array([0.5, 0.61])),
    )
    again = read_scenario(write_scenario(one, tmp_path / "one"))
    assert differences(one, again) == ()
    assert again.latitude[0] == 14.1234567
    assert np.isnan(again.longitude[1])
    assert again.redirections == (0,)
    assert differences(one, replace(again, redirections=())) == ("redirections",)


@pytest.mark.parametrize(("ends", "dates"), [(-9, ["2012-02-21"]), (1, ["2012-03-01", "2012-03-02"]), (5, None)])
def test_a_series_ends_where_it_ended(tmp_path, ends, dates):
    """The last count keeps its day: before the first day, within, or after the last."""
    people = np.array([[80.0], [80.0], [80.0]])
    one = road([0, 0, 0])
    one = replace(one, counts=replace(one.counts, people=people, ends=(ends,)))
    home = write_scenario(one, tmp_path / "one")
    assert read_scenario(home).counts.ends == (ends,)
    lines = (home / "source_data" / "p1.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == (dates or [f"2012-03-0{day}" for day in (1, 2, 3, 6)])


def test_nothing_is_overwritten(tmp_path):
    """A folder with files is left alone, an empty one is filled, and nothing half-made stays behind."""
    one = road([0, 80])
    full = tmp_path / "full"
    full.mkdir()
    (full / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="not empty, so it is left alone"):
        write_scenario(one, full)
    with pytest.raises(DataError, match="left alone"):
        write_scenario(one, full / "note.txt")
    (tmp_path / "empty").mkdir()
    write_scenario(one, tmp_path / "empty")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "full"]
    assert [path.name for path in full.iterdir()] == ["note.txt"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ({"names": ("#1", "P1")}, "'#1' cannot stand in a CSV file"),
        ({"population": np.array([1.0, np.nan])}, "cannot hold its population"),
        ({"closures": (Closure("link", "P0", "P1", 0, 0),)}, "cannot hold its closures"),
        ({"closures": (Closure("link", "P0", "Q", 0, 1),)}, "nothing is called 'Q'"),
        ({"counts": replace(road([0, 80]).counts, people=np.array([[0.5], [1.0]]))}, "Round the counts"),
        ({"counts": replace(road([0, 80]).counts, camps=(), people=np.zeros((2, 0)), ends=())}, "No camp"),
        ({"start": date(2012, 3, 1), "names": ("total", "P1"), "counts": None}, "Give it another name"),
    ],
)
def test_what_files_cannot_hold_is_refused(tmp_path, spoil, says):
    """Nothing is written that would be read as something else."""
    one = road([0, 80])
    if spoil.get("counts", 0) is None:
        spoil = {**spoil, "counts": replace(one.counts, camps=("total",))}
    with pytest.raises(DataError, match=says):
        write_scenario(replace(one, **spoil), tmp_path / "one")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """The sentence says where and what to do."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match=r"cannot be written .* Choose a folder you may write to"):
        write_scenario(road([0, 80]), tmp_path / "file" / "one")


@given(
    st.builds(
        Settings,
        spawning=st.builds(Spawning, conflict_spawn_decay=st.lists(st.floats(0, 1), min_size=1).map(tuple)),
        movement=st.builds(
            Movement, max_move_speed=st.floats(1, 1000), awareness_level=st.integers(0, 3), softening=st.floats(0, 50)
        ),
        hasten=st.integers(1, 1000),
    )
)
@settings(max_examples=40, deadline=None)
def test_settings_come_back(rules):
    """Settings written are the settings read."""
    with TemporaryDirectory() as folder:
        assert read_settings(write_settings(rules, Path(folder) / "rules.yml")) == rules


def test_settings_of_the_reference_come_back(shared, tmp_path):
    """Each settings file users have, read, written and read again."""
    for path in sorted((shared / "displacement" / "flee" / "settings").glob("*.yml")):
        rules = read_settings(path)
        assert read_settings(write_settings(rules, tmp_path / path.name)) == rules
    with pytest.raises(DataError, match="Choose a file you may write"):
        write_settings(Settings(), tmp_path)
    assert not list(tmp_path.parent.glob(".*.new"))
