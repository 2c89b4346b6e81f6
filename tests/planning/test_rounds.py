"""A month's schedule: it keeps its rules, the checker names every breach, and files are what they claim to be."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import toguna as tg
from toguna.core.errors import AskError
from toguna.network.attach import Attached, attach, hours_between
from toguna.planning.rounds import SENSITIVE, rounds
from toguna.planning.rounds_check import check_rounds
from toguna.planning.rounds_convoys import Way, corridor_of, trip
from toguna.planning.rounds_files import as_gpx, as_ics, write_rounds
from toguna.planning.rounds_parts import RoundRules, Team, roads_of
from toguna.planning.rounds_routes import Beat, part_of_week, patrol_rounds, visits_wanted, weeks_of
from toguna.planning.rounds_travel import Travel, travel
from toguna.planning.units import read_kinds

HOUR = pd.Timedelta(hours=1)


@pytest.fixture(scope="module")
def country():
    """The made-up country before the dry season, when convoys get through."""
    return tg.read_country("ouadji", as_of="2013-11")


@pytest.fixture(scope="module")
def plan(country):
    """Its plan of two months."""
    return tg.plan(country, months=2, time_limit=20)


@pytest.fixture(scope="module")
def found(plan, country):
    """Its schedule of the first month."""
    return rounds(plan, country, iterations=50)


def test_the_schedule_keeps_all_rules(found, plan, country):
    """Patrols, convoys and moves of a real plan, without a fault; there is something of each kind to keep."""
    assert check_rounds(found, plan, country) == []
    assert set(found.rounds["kind"]) == {"patrol", "convoy", "move"}
    assert found.convoys["nights"].iloc[0] == "Sirakoro, Tamrat, Sirakoro"
    assert len(found.stops["date"].unique()) > 20
    assert SENSITIVE in str(found)


def test_the_month_asked_for_is_kept_and_no_month_repeats_another(found, plan, country):
    """The second month has its own dates and draws; a month outside the plan is refused."""
    later = rounds(plan, country, "2014-01", iterations=50)
    assert check_rounds(later, plan, country) == []
    assert later.stops["date"].str.startswith("2014-01").all()
    assert (
        later.stops["departure"].dt.strftime("%d %H:%M").tolist()
        != found.stops["departure"].dt.strftime("%d %H:%M").tolist()
    )
    with pytest.raises(AskError, match="The plan covers 2013-12 to 2014-01, not 2014-02"):
        rounds(plan, country, "2014-02")
    with pytest.raises(AskError, match="0 iterations are no search"):
        rounds(plan, country, iterations=0)


def test_the_same_seed_gives_the_same_schedule_and_another_a_different_one(found, plan, country):
    """All tables and the run, by seed."""
    again, other = rounds(plan, country, iterations=50), rounds(plan, country, seed=2, iterations=50)
    for table in ("stops", "rounds", "visits", "convoys", "unscheduled"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(found, table))
    assert as_ics(again) == as_ics(found)
    assert again.made_from.run_id == found.made_from.run_id != other.made_from.run_id
    assert not other.stops["departure"].equals(found.stops["departure"])
    assert check_rounds(other, plan, country) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"convoy_every_days": 14, "convoy_spread_days": 15, "convoy_rest_days": 0, "patrol_days": 7, "visits_most": 7},
        {"shift_h": 5.5, "visit_h": 0.5, "spread_h": 0.0, "visits_least": 3, "visits_most": 3, "visits_at": 0.1},
        {"dawn_h": 5.0, "dusk_h": 20.0, "shift_h": 14.0, "drive_h": 15.0, "spread_h": 6.0, "patrol_days": 2},
    ],
)
def test_other_rules_are_kept_too(changed, plan, country):
    """Far from the defaults the schedule is still without fault, and there is one."""
    found = rounds(plan, country, rules=RoundRules(**changed), seed=7, iterations=20)
    assert check_rounds(found, plan, country) == []
    assert len(found.convoys) >= 2
    assert (found.rounds["kind"] == "patrol").any()
    assert not any("Choose a secret seed" in one for one in found.remarks)


def test_weeks_do_not_repeat(found):
    """Who watches a unit for a week does not know its hours of the next."""
    patrols = found.rounds[found.rounds["kind"] == "patrol"]
    seen = patrols.assign(week=(patrols["departs"].dt.day - 1) // 7, day=(patrols["departs"].dt.day - 1) % 7)
    patterns = [
        tuple(zip(one["day"], one["departs"].dt.strftime("%H:%M"), strict=True)) for _, one in seen.groupby("week")
    ]
    assert len(patterns) == len(set(patterns)) >= 4


def test_what_cannot_be_scheduled_is_said_with_the_reason(plan, country, found):
    """Rains close the corridor to one day's drive; far settlements, lost convoys and idle patrols are named."""
    wet = tg.read_country("ouadji", as_of="2013-06")
    late = rounds(tg.plan(wet, months=1, time_limit=20), wet, iterations=20)
    why = late.unscheduled.set_index(["what", "name"])["why"]
    assert late.convoys.empty
    assert "between Sirakoro and Tamrat there is no place to stay overnight" in why["hub", "Tamrat"]
    assert "between Tamrat and Sirakoro" in why["escort", "tamrat-convoy_escort-1"]
    assert why["place", "Tin-Ager"] == (
        "5.9 h from Tamrat, the nearest base with patrols: beyond the reach of 2 h of its infantry company"
    )
    assert "no place is near enough" in why["patrols", "tamrat-infantry_company-1"]
    lost = found.unscheduled.set_index("what")["why"]
    assert "1 of 5 convoys do not go: there and back takes 4 days" in lost["convoys"]
    assert any("no published norm was found" in one for one in found.remarks)
    assert any("Choose a secret seed" in one for one in found.remarks)
    with pytest.raises(AskError, match="Give its own country"):
        rounds(plan, tg.read_country("mali", as_of="2013-11"))


def _moved(found, rows, **columns):
    """Return the schedule with some stops changed."""
    stops = found.stops.copy()
    for name, value in columns.items():
        stops.loc[rows, name] = value
    return replace(found, stops=stops)


def _first(found, kind, order):
    one = found.stops[(found.stops["kind"] == kind) & (found.stops["order"] == order)]
    return one.index[0]


def _late(found):
    rows = found.stops["round"] == found.stops["round"][_first(found, "patrol", 0)]
    moved = {name: found.stops.loc[rows, name] + 11 * HOUR for name in ("arrival", "departure")}
    return _moved(found, rows, **moved)


def _twice(found):
    at = _first(found, "patrol", 1)
    double = found.stops.loc[[at - 1, at, at + 1]].assign(round="copy")
    return replace(found, stops=pd.concat([found.stops, double], ignore_index=True))


def _short_leg(found):
    at = _first(found, "patrol", 1)
    return _moved(found, at, arrival=found.stops.loc[at, "arrival"] - HOUR)


def _stated_hours(found):
    return _moved(found, _first(found, "patrol", 1), hours=0.1)


def _not_home(found):
    at = _first(found, "patrol", 1)
    last = found.stops.index[found.stops["round"] == found.stops.loc[at, "round"]][-1]
    return replace(found, stops=found.stops.drop(index=last))


def _no_such_unit(found):
    rows = found.stops["unit"] == found.stops.loc[_first(found, "patrol", 0), "unit"]
    return _moved(found, rows, number=2)


def _no_escort(found):
    return replace(found, stops=found.stops[found.stops["convoy"] != "tamrat-2"])


def _leaves_convoy(found):
    rows = found.stops.index[found.stops["convoy"] == "tamrat-1"]
    return _moved(found, rows[2:], convoy="")


def _other_escort(found):
    rows = found.stops["convoy"] == "tamrat-1"
    return _moved(found, rows, unit_kind="Infantry company")


def _night_delivery(found):
    at = found.stops.index[(found.stops["convoy"] == "tamrat-1") & (found.stops["purpose"] == "deliver aid")][0]
    came = found.stops.loc[at, "arrival"] + 4 * HOUR
    convoys = found.convoys.assign(
        delivered=found.convoys["delivered"].where(found.convoys["convoy"] != "tamrat-1", came)
    )
    return replace(_moved(found, at, arrival=came), convoys=convoys)


def _two_convoys(found):
    gone = found.convoys["departs"].iloc[0]
    return replace(found, convoys=found.convoys.assign(departs=[gone, gone, *found.convoys["departs"].iloc[2:]]))


def _no_rest(found):
    back = found.convoys["returns"].iloc[0]
    leaves = found.convoys["departs"].tolist()
    return replace(found, convoys=found.convoys.assign(departs=[leaves[0], back + 10 * HOUR, *leaves[2:]]))


def _closed(found):
    at = _first(found, "convoy", 1)
    return _moved(found, at, place="Wolo", place_id="p06", longitude=5.0, latitude=20.0)


def _counted_wrong(found):
    return replace(found, visits=found.visits.assign(made=found.visits["made"] + 1))


def _asked_wrong(found):
    return replace(found, visits=found.visits.assign(wanted=7))


def _too_far(found):
    at = _first(found, "patrol", 1)
    return _moved(found, at, place="Tin-Ager", place_id="p08", longitude=8.0, latitude=18.0)


def _silent(found):
    return replace(found, unscheduled=found.unscheduled[found.unscheduled["name"] != "Tin-Ager"])


def _no_upkeep(found):
    return replace(found, rules=found.rules.model_copy(update={"patrol_days": 1}))


def _other_total(found):
    return replace(found, rounds=found.rounds.assign(km=found.rounds["km"] * 2))


def _next_month(found):
    return _moved(found, found.stops.index, departure=found.stops["departure"] + 31 * 24 * HOUR)


BREACHES = {
    _late: "is not in daylight",
    _twice: "is visited twice on",
    _short_leg: "the times leave",
    _stated_hours: "the schedule says 0.10 h",
    _not_home: "does not begin and end at its base",
    _no_such_unit: "but the plan posts 1 of",
    _no_escort: "Convoy tamrat-2 is not with its escort",
    _leaves_convoy: "does not begin and end at the capital with its escort",
    _other_escort: "which Infantry company cannot do",
    _night_delivery: "outside the hours it receives convoys",
    _two_convoys: "is with two convoys at one time",
    _no_rest: "days of rest are over",
    _closed: "the times leave",
    _counted_wrong: "visits are told",
    _asked_wrong: "lie outside the bounds of the rules",
    _too_far: "beyond its reach",
    _silent: "Tin-Ager is not visited as asked, and nothing says why",
    _no_upkeep: "more than 1",
    _other_total: "is not what its stops add up to",
    _next_month: "lies outside 2013-12",
}


@pytest.mark.parametrize("breach", BREACHES, ids=lambda one: one.__name__.strip("_"))
def test_the_checker_names_every_breach(breach, found, plan, country):
    """A schedule altered in one way has the fault that way makes."""
    faults = check_rounds(breach(found), plan, country)
    assert any(BREACHES[breach] in one for one in faults), faults


def test_the_checker_sees_roads_that_close(found, plan, country):
    """The same schedule in a country without the roads it takes: no open way leads there."""
    links = country.links
    gone = links["to_name"].eq("Tamrat") | links["from_name"].eq("Tamrat")
    shut = replace(country, tables={**country.tables, "links": links.assign(
        speed_dry=links["speed_dry"].where(~gone, 0.0), speed_wet=links["speed_wet"].where(~gone, 0.0))})  # fmt: skip
    assert any("no open way leads" in one for one in check_rounds(found, plan, shut))


def test_ways_are_those_of_the_network(country, plan):
    """Hours all to all are those of one origin at a time; km lie between the straight line and what was driven."""
    places = plan.situation.places
    for assumed in (True, False):
        roads = roads_of(country, plan.situation.months[0], "light", assumed=assumed)
        ways = travel(roads, places, places, country.profile.crs, straight_across=assumed)
        at = attach(roads, places, country.profile.crs)
        for origin in range(len(places)):
            here = Attached(*(getattr(at, name)[[origin]] for name in Attached.__dataclass_fields__))
            hours = hours_between(roads, here, at, straight_across=assumed)
            hours[origin] = 0.0
            assert np.allclose(ways.hours[origin], hours)
        straight = np.hypot(*(at.xy[:, None, axis] - at.xy[None, :, axis] for axis in (0, 1))) / 1000
        known = np.isfinite(ways.hours)
        assert (ways.km[known] >= 0.999 * straight[known] - 1).all()
        assert (ways.km[known] <= 91 * ways.hours[known] + 1e-6).all()
        assert np.isnan(ways.km[~known]).all()


@pytest.fixture(scope="module")
def beat():
    """Sixty settlements and three patrols on a plain, harm very unequal; a straight line at 45 km/h."""
    rng = np.random.default_rng(3)
    xy = np.concatenate([[[30.0, 30.0], [90.0, 40.0], [60.0, 90.0]], rng.uniform(0, 120, (60, 2))])
    far = np.hypot(*(xy[:, None, axis] - xy[None, :, axis] for axis in (0, 1)))
    harm = rng.lognormal(-4, 1.5, 60)
    hours = far / 45
    kind = read_kinds()["mobile_patrol"]
    teams = tuple(Team(kind, at, f"base {at}", f"b{at}", 1) for at in range(3))
    points = pd.DataFrame({"place_id": [f"p{at}" for at in range(63)], "name": "x", "longitude": 0.0, "latitude": 0.0})
    near = hours[:3, 3:] <= kind.reach_h
    wanted = visits_wanted(harm, RoundRules())
    return Beat(teams, points, 3, np.arange(3), harm, wanted, near, {"light": Travel(hours, far)})


def _naive(beat, rules, days):
    """Return visits by place of units that always drive to the nearest place still asked for, week by week."""
    hours = np.ceil(beat.ways["light"].hours * 60)
    total = np.zeros(len(beat.harm))
    for week in weeks_of(days):
        asked, made = part_of_week(beat.wanted, len(week)), np.zeros(len(beat.harm))
        most = int(np.ceil(rules.patrol_days * len(week) / 7))
        for _ in range(most):
            today = np.zeros(len(beat.harm), bool)
            for team in range(len(beat.teams)):
                at, spent = team, 0.0
                while True:
                    out = hours[at, beat.bases :] + 60
                    back = hours[beat.bases :, team]
                    fits = beat.near[team] & ~today & (made < asked) & (spent + out + back <= rules.shift_h * 60)
                    if not fits.any():
                        break
                    best = int(np.argmin(np.where(fits, out, np.inf)))
                    today[best], spent, at = True, spent + out[best], beat.bases + best
                    made[best] += 1
        total += made
    return total


def test_rounds_reach_more_harm_than_driving_to_the_nearest(beat):
    """Visits weighted by harm, against units that always drive to the nearest settlement asked for."""
    rules = RoundRules()
    driven = patrol_rounds(beat, {}, 28, rules, np.random.default_rng(1), 100)
    made = pd.Series([stop.place_id for one in driven for stop in one.stops if stop.purpose == "visit"]).value_counts()
    ours = made.reindex(beat.points["place_id"].iloc[3:]).fillna(0).to_numpy()
    assert (ours <= 4 * beat.wanted).all()
    assert beat.harm @ ours > 1.1 * (beat.harm @ _naive(beat, rules, 28))


def test_more_search_is_never_worse_than_less(beat):
    """What is asked, in prizes, by iterations: the search starts from a schedule and keeps the best."""
    rules, away = RoundRules(), {beat.teams[0].name: set(range(20))}
    reached = []
    for iterations in (1, 300):
        driven = patrol_rounds(beat, away, 7, rules, np.random.default_rng(5), iterations)
        assert beat.teams[0].name not in {one.team.name for one in driven}
        seen = pd.Series([stop.place_id for one in driven for stop in one.stops if stop.purpose == "visit"])
        count = seen.value_counts().reindex(beat.points["place_id"].iloc[3:]).fillna(0).astype(int)
        worth = [
            harm * sum(1 / turn for turn in range(1, made + 1)) for harm, made in zip(beat.harm, count, strict=True)
        ]
        reached.append(sum(worth))
    assert reached[1] >= reached[0]


def test_visits_asked_by_hand():
    """Most where harm is at the quantile, in proportion below, at least one; a short week asks its part, rounded up."""
    harm = np.array([0.0, 1.0, 2.0, 5.0, 10.0])
    rules = RoundRules(visits_at=1.0)
    assert visits_wanted(harm, rules).tolist() == [1, 1, 1, 3, 5]
    assert visits_wanted(np.zeros(2), rules).tolist() == [1, 1]
    assert part_of_week(np.array([1, 3, 5]), 3).tolist() == [1, 2, 3]


def _line(hours, bases=()):
    """Return a way of places one after the other, so many hours apart."""
    at = np.concatenate([[0.0], np.cumsum(hours)])
    names = [f"p{number}" for number in range(len(at))]
    points = pd.DataFrame({"place_id": names, "name": names, "longitude": at, "latitude": 0.0})
    between = abs(at[:, None] - at[None, :])
    return Way(points.assign(is_base=points["name"].isin(bases)), Travel(between, between * 40))


def test_days_and_nights_of_a_way_by_hand():
    """Fewest days first, then nights in bases; no night where none is needed; none where a leg is longer than a day."""
    assert trip(_line([4, 4]), 600, 600, 600).halts == (2,)
    assert trip(_line([4, 4, 4]), 600, 600, 600).halts in {(1, 3), (2, 3)}
    assert trip(_line([4, 4, 4], ["p1"]), 600, 600, 600).halts == (1, 3)
    assert trip(_line([4, 4, 4], ["p2"]), 600, 600, 600).halts == (2, 3)
    late = trip(_line([9]), 60, 600, 600)
    assert (late.halts, late.waits, late.days) == ((1,), True, 2)
    assert trip(_line([4, 11]), 600, 600, 600) is None
    why = corridor_of("p2", 1.0, _line([4, 11]), RoundRules())
    assert why == (
        "15 h from p0, and between p1 and p2 there is no place to stay overnight on 11.0 h of road, "
        "where 9.0 h can be driven in a day"
    )
    there = corridor_of("p1", 1.0, _line([0.5]), RoundRules())
    assert (there.days, corridor_of("p1", 1.0, _line([6]), RoundRules()).days) == (1, 2)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0.2, 9.0), min_size=1, max_size=7))
def test_no_day_of_a_way_is_longer_than_a_day(hours):
    """Whatever the places between, every stage fits its day and the last reaches the end."""
    way = _line(hours)
    found = trip(way, 600, 600, 540)
    ends = (0, *found.halts)
    stages = [way.ways.hours[a, b] for a, b in pairwise(ends)]
    assert max(stages) <= 10.01
    assert stages[-1] <= 9.01
    assert ends[-1] == len(hours)
    assert found.days >= np.ceil(sum(hours) / 10.01)


def test_rules_that_cannot_be_kept_are_refused():
    """Each contradiction is a sentence."""
    for wrong, words in (
        ({"visits_least": 6}, "visits_least is more"),
        ({"deliver_to_h": 19.0}, "must lie in daylight"),
        ({"deliver_to_h": 17.0}, "cannot unload by dusk"),
        ({"shift_h": 13.0}, "longer than daylight"),
        ({"speed": 1}, "Extra inputs are not permitted"),
    ):
        with pytest.raises(ValidationError, match=words):
            RoundRules(**wrong)


def test_tables_hold_every_stop_and_say_that_they_are_sensitive(found, tmp_path):
    """CSV, Parquet and JSON."""
    for suffix in ("csv", "parquet", "json"):
        write_rounds(found, tmp_path / f"rounds.{suffix}")
    table = pd.read_csv(tmp_path / "rounds.csv")
    assert len(table) == len(found.stops)
    assert set(table["handling"]) == {SENSITIVE}
    kept = pd.read_parquet(tmp_path / "rounds.parquet")
    assert (kept["arrival"].to_numpy() == found.stops["arrival"].to_numpy()).all()
    whole = json.loads((tmp_path / "rounds.json").read_text(encoding="utf-8"))
    assert whole["handling"] == SENSITIVE
    assert len(whole["stops"]) == len(found.stops)
    assert pd.Timestamp(whole["stops"][0]["arrival"]) == found.stops["arrival"].iloc[0]
    with pytest.raises(AskError, match=r"Rounds cannot be written as 'rounds.doc'. Use one of .csv, .parquet"):
        write_rounds(found, tmp_path / "rounds.doc")
    assert sorted(one.suffix for one in tmp_path.iterdir()) == [".csv", ".json", ".parquet"]


def test_gpx_has_a_route_a_round_in_the_order_of_its_schema(found, tmp_path):
    """Elements stand in the order the GPX 1.1 schema asks for; special letters are escaped."""
    odd = replace(found, stops=found.stops.assign(place=found.stops["place"] + " <&>"))
    write_rounds(odd, tmp_path / "rounds.gpx")
    root = ET.fromstring((tmp_path / "rounds.gpx").read_bytes())
    space = "{http://www.topografix.com/GPX/1/1}"
    assert (root.tag, root.get("version")) == (f"{space}gpx", "1.1")
    assert root[0].find(f"{space}desc").text.startswith(SENSITIVE)
    order = {
        "gpx": ["metadata", "wpt", "rte", "trk"],
        "metadata": ["name", "desc", "author", "copyright", "link", "time", "keywords", "bounds"],
        "rte": ["name", "cmt", "desc", "src", "link", "number", "type", "rtept"],
        "rtept": ["ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type"],
    }
    for parent in root.iter():
        tags = [child.tag.removeprefix(space) for child in parent]
        if tags:
            asked = order[parent.tag.removeprefix(space)]
            assert [asked.index(tag) for tag in tags] == sorted(asked.index(tag) for tag in tags)
    assert len(root.findall(f"{space}rte")) == len(found.rounds)
    points = list(root.iter(f"{space}rtept"))
    assert [float(one.get("lat")) for one in points] == pytest.approx(found.stops["latitude"].tolist())
    assert points[0].find(f"{space}name").text == odd.stops["place"].iloc[0]
    assert as_gpx(found) == as_gpx(found)


def test_calendar_lines_are_short_escaped_and_whole(found, tmp_path):
    """RFC 5545: CRLF, 75 octets, no letter cut in two, one event a round with its times, identifiers all different."""
    odd = replace(found, stops=found.stops.assign(place="Bôrem; Kéréla, \\ près du fleuve éééééééééééééééééééééé"))
    write_rounds(odd, tmp_path / "rounds.ics")
    raw = (tmp_path / "rounds.ics").read_bytes()
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")
    assert max(len(one) for one in lines) <= 75
    for one in lines:
        one.decode("utf-8")
    text = raw.decode("utf-8").replace("\r\n ", "")
    assert "LOCATION:Bôrem\\; Kéréla\\, \\\\ près du fleuve" in text
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == text.count("DTSTAMP:") == len(found.rounds)
    identifiers = re.findall(r"^UID:(.*)\r$", text, re.MULTILINE)
    assert len(set(identifiers)) == len(found.rounds)
    starts = re.findall(r"^DTSTART:(\d{8}T\d{6})\r$", text, re.MULTILINE)
    assert starts == found.rounds["departs"].dt.strftime("%Y%m%dT%H%M%S").tolist()
    assert "CLASS:CONFIDENTIAL" in text
    assert "Sensitive: this tells" in text


def test_a_plan_that_posts_nobody_has_an_empty_schedule_in_every_form(plan, country, tmp_path):
    """No unit, no round: files are whole, hubs and their reason are named, nothing is a fault."""
    nobody = replace(plan, solved=replace(plan.solved, units=np.zeros_like(plan.solved.units)))
    empty = rounds(nobody, country)
    assert empty.stops.empty
    assert empty.unscheduled[["name", "why"]].to_numpy().tolist() == [
        ["Tamrat", "no escort of the plan is near enough to serve its aid"]
    ]
    assert any("posts no unit that patrols by road" in one for one in empty.remarks)
    assert check_rounds(empty, nobody, country) == []
    assert "0 patrols make 0 of 0 visits" in str(empty)
    for suffix in ("csv", "parquet", "json", "gpx", "ics"):
        write_rounds(empty, tmp_path / f"rounds.{suffix}")
    assert len(list(tmp_path.iterdir())) == 5
    assert "END:VCALENDAR" in as_ics(empty)
