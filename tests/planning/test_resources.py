"""What is on offer: kinds of units, contributions with their figures cited, and their sum by month."""

import csv
import re
from importlib.resources import files

import pytest

from toguna.core.errors import PlanError
from toguna.network.vehicles import aircraft
from toguna.planning.mandate import Basis, Task
from toguna.planning.resources import read_contribution, total
from toguna.planning.units import read_kinds

SHIPPED = ("canada-2013", "canada-2018", "ecowas-afisma", "france-serval", "un-minusma-2013")
NUMBERS = ("people", "speed_kmh", "launch_h", "reach_h", "supply_t_per_day", "lift_t_per_day", "cost_usd_per_month")
COLUMNS = {
    "contributions": ("contributor", "item"),
    "capacities": ("unit_type", "measure"),
    "ddr_arms": ("group", "item"),
}


def figures(name):
    """All figures a shipped contribution cites."""
    found = read_contribution(name)
    return [one.cited for one in (*found.lines, *found.left_out)]


def written(folder, text):
    """A contribution of one offer, with the text in place of its units."""
    path = folder / "mine.yaml"
    path.write_text(
        f"contributor: Me\nsummary: My\nunits:\n  - status: deployed\n    {text}\n    from: 2013-01\n    to: 2013-02\n"
        "    cited: {facts: '', of: me, item: mine, value: 1, source: own, basis: judgement}\n",
        encoding="utf-8",
    )
    return path


def test_every_shipped_contribution_is_listed_here():
    """No contribution is shipped without the tests below."""
    shelf = files("toguna.planning").joinpath("contributions")
    assert sorted(one.name for one in shelf.iterdir()) == [f"{name}.yaml" for name in SHIPPED]


def test_every_number_of_a_kind_has_a_source_and_a_basis():
    """Each number other than 0 is cited, and every task can be done by some kind."""
    kinds = read_kinds()
    assert len(kinds) == 11
    for kind in kinds.values():
        assert set(kind.cited) == {key for key in NUMBERS if getattr(kind, key)}, kind.name
        assert all(one.source for one in kind.cited.values())
    assert {task for kind in kinds.values() for task in kind.tasks} == set(Task)


def test_cost_is_the_mission_budget_by_head():
    """US$1,074.72 million over 15,209 people and twelve months, times the people, to the thousand."""
    by_head = 1_074.72e6 / 15_209 / 12
    for kind in read_kinds().values():
        cited = kind.cited["cost_usd_per_month"]
        if "by head" in cited.source:
            times = 2.1 if "times 2.1" in cited.source else 1
            assert kind.cost_usd_per_month == pytest.approx(times * kind.people * by_head, abs=500), kind.name
            assert cited.basis == Basis.JUDGEMENT


def test_supplies_and_lift_by_hand():
    """20 kg a person and day; lift is the tonnes carried over the days they were carried in."""
    kinds = read_kinds()
    for kind in kinds.values():
        if kind.cited["supply_t_per_day"].source.startswith("20 kg"):
            assert kind.supply_t_per_day == pytest.approx(kind.people * 0.02)
    assert kinds["transport_aircraft"].lift_t_per_day == pytest.approx(1618.6 / 76, abs=0.05)
    assert kinds["reaction_force"].lift_t_per_day == pytest.approx(168 / 365, abs=0.005)
    assert kinds["reaction_force"].speed_kmh == aircraft("helicopter").cruise_kmh
    assert kinds["reaction_force"].launch_h == aircraft("helicopter").ready_h


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wings: true", "wings"),
        ("people: 40", "people has no source"),
        ("people: {value: 0, source: none, basis: judgement}", "greater than 0"),
        ("vehicle: camel", "There is no vehicle 'camel'"),
        ("flies: true", "flies, so it needs a speed_kmh"),
        ("people: {value: 40, source: none, basis: rumour}", "'judgement'"),
    ],
)
def test_a_faulty_kind_is_refused(tmp_path, text, says):
    """Unknown keys, bare numbers, numbers out of bounds and unknown vehicles are errors, with file and remedy."""
    good = {"title": "title: Guard", "people": "people: {value: 40, source: none, basis: judgement}"}
    good |= {"vehicle": "vehicle: light", "tasks": "tasks: [react]"} | {text.split(":")[0]: text}
    path = tmp_path / "kinds.yaml"
    path.write_text("guard:\n" + "".join(f"  {one}\n" for one in good.values()), encoding="utf-8")
    with pytest.raises(PlanError, match=re.escape(says)) as caught:
        read_kinds(path)
    assert re.search(r"kinds\.yaml, line \d", str(caught.value))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_figure_is_the_one_in_the_facts(name, shared):
    """Value, unit, source and basis of each figure are those of the curated row it is cited from."""
    for one in figures(name):
        of, item = COLUMNS[one.facts]
        with (shared / "facts" / f"{one.facts}.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if (row[of], row[item]) == (one.of, one.item)]
        rows = [row for row in rows if row.get("date", "") == one.date]
        assert len(rows) == 1, one
        value = "" if one.value is None else one.value if isinstance(one.value, str) else f"{one.value:g}"
        found = rows[0]
        assert (found["value"], found.get("unit", ""), found["source"], found["basis"]) == (
            value, one.unit, one.source, one.basis,
        ), one  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_no_units_are_made_out_of_nothing(name):
    """Posted units never hold more people than the count they are cited from, month by month."""
    kinds = read_kinds()
    for line in read_contribution(name).units:
        counted = str(line.cited.value).split(" / ")
        if line.cited.unit != "people" or line.cited.facts != "contributions":
            continue
        people = sum(number * kinds[kind].people for kind, number in line.units.items())
        assert people <= float(counted[-1] if set(line.units) == {"police_team"} else counted[0])


@pytest.mark.parametrize(("kind", "item"), [
    ("reaction_force", "Op PRESENCE: personnel in Gao"), ("engineer_company", "AFISMA engineers"),
    ("transport_aircraft", "C-17 detachment, maximum at one time"),
])  # fmt: skip
def test_people_of_a_kind_are_those_counted(kind, item, shared):
    """Where a kind is as large as a unit that was there, the curated count says so."""
    with (shared / "facts" / "contributions.csv").open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["item"] == item]
    assert [(row["value"], row["basis"]) for row in found] == [(str(read_kinds()[kind].people), "excerpt")]


def test_a_line_is_no_surer_than_its_weakest_step():
    """A cited count that was split by judgement is judgement; the bare figure keeps its own basis."""
    canada = read_contribution("canada-2013")
    assert canada.airlift[0].basis == Basis.EXCERPT
    assert canada.finance[1].basis == Basis.MEMORY
    assert all(line.basis == Basis.JUDGEMENT for line in canada.units)


def test_totals_by_month_by_hand():
    """February 2013: France's and the African-led mission's units, Canada's aircraft and a twelfth of each pledge."""
    found = total(read_contribution(name) for name in ("canada-2013", "ecowas-afisma", "france-serval"))
    assert found.units["2013-02"] == {
        "infantry_company": 8 + 5 + 8, "mobile_patrol": 4 + 0 + 2, "convoy_escort": 3 + 2 + 2, "transport_aircraft": 1,
    }  # fmt: skip
    assert found.number("stockpile_team", "2013-02") == 0
    assert found.number("stockpile_team", "2013-03") == 2
    assert found.number("transport_aircraft", "2013-04") == 0
    assert found.lift_t_per_day["2013-02"] == pytest.approx(21.3)
    assert found.finance_usd["2013-02"] == pytest.approx(
        {"humanitarian": 13e6 / 12, "african_led_mission": (50 + 5 + 3 + 4 * 2) * 1e6 / 12, "state": 40e6 / 12}
    )
    assert found.beds["2013-05"] == {"Gao": 675 + 800, "Timbuktu": 660, "Bamako": None, "Kidal": None}


def test_what_was_not_stated_is_not_nothing():
    """Finance without an amount and bases without beds are named, not counted as 0."""
    found = total([read_contribution("canada-2013")])
    assert "african_led_mission" not in found.finance_usd["2013-03"]
    assert found.unstated == ("canada-2013 states no number of US$ for african_led_mission.",)


def test_sum_of_parts_is_the_sum_of_all():
    """Two contributions together are the two apart."""
    one, other = read_contribution("france-serval"), read_contribution("ecowas-afisma")
    both, first, second = total([one, other]), total([one]), total([other])
    for month, kind in ((month, kind) for month in both.units for kind in read_kinds()):
        assert both.number(kind, month) == first.number(kind, month) + second.number(kind, month)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("units: {tank: 1}", "mine.yaml, line 5, units.0.units.tank: there is no such kind of unit"),
        ("units: {react: -1}", "greater than 0"),
        ("unitz: {mobile_patrol: 1}", "mine.yaml, line 5, units.0.unitz: there is no such key. Did you mean unit"),
    ],
)
def test_a_faulty_contribution_is_refused(tmp_path, text, says):
    """Unknown kinds and keys and numbers below 1 are errors, with file, line, key and remedy."""
    with pytest.raises(PlanError, match=re.escape(says)):
        read_contribution(written(tmp_path, text))


def test_own_contribution_and_unknown_name(tmp_path):
    """A file of one's own reads; a name nobody ships is answered with those there are; months run forward."""
    path = written(tmp_path, "units: {mobile_patrol: 2}")
    assert total([read_contribution(path)]).units == {
        "2013-01": {"mobile_patrol": 2}, "2013-02": {"mobile_patrol": 2},
    }  # fmt: skip
    path.write_text(path.read_text(encoding="utf-8").replace("2013-02", "2012-02"), encoding="utf-8")
    for name, says in (("atlantis", "Choose one of canada-2013"), (path, "before it begins")):
        with pytest.raises(PlanError, match=says):
            read_contribution(name)
