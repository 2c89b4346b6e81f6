"""Panels from single events: nothing lost, nothing from a sample, nothing known before it was public."""

import numpy as np
import pandas as pd
import pytest
import shapely
from tests.sources.test_acled import AGAINST, NEW, new

from toguna.core.errors import AskError, DataError
from toguna.core.months import Month
from toguna.forecasting.cells import cells_in
from toguna.forecasting.events_panel import area_ground, cell_ground, events_panel, named_ground, without
from toguna.forecasting.placing import month_shares
from toguna.forecasting.targets import TARGETS
from toguna.sources.event_file import read_event_files, read_events

ROW = {
    "date_start": "2013-10-14", "date_end": "2013-10-14", "type": "one_sided", "perpetrator": "non_state",
    "admin1_name": "", "admin2_name": "",
    "longitude": 1.25, "latitude": 10.25, "where_precision": 1.0, "fatalities": 4.0, "fatalities_civilians": 4.0,
    "is_partial": False, "source": "ucdp-ged@25.1", "published": pd.Timestamp("2014-06-01"),
}  # fmt: skip
CAR = "ucdp_ged231_car_1991_2019.csv"
CANDIDATE = "ucdp_candidate_ged_v23_0_10.csv"


def events_of(*rows):
    """Events that differ from the usual one in what is given."""
    return pd.DataFrame([{**ROW, "event_id": f"ged-{number}", **row} for number, row in enumerate(rows)])


def panel_of(events, target="one_sided", **span):
    """The panel of events by cell."""
    return events_panel(events, cell_ground(events), grain="cell", target=target, **span)


@pytest.fixture(scope="module")
def car(shared):
    """The events of the Central African Republic as read, and the owner's own columns."""
    path = shared / "events" / CAR
    return read_events(path)[0], pd.read_csv(path, low_memory=False)


def counted(raw, target):
    """What each row of the owner's file counts towards a target, from the owner's columns."""
    one_sided = raw["type_of_violence"] == 3
    return {
        "all": raw["best"],
        "one_sided": raw["best"].where(one_sided, 0),
        "civilians": raw["deaths_civilians"].where(~one_sided, raw[["best", "deaths_civilians"]].max(axis=1)),
        "attacks": (one_sided | (raw["deaths_civilians"] > 0)).astype(int),
        "state_based": raw["best"].where(raw["type_of_violence"] == 1, 0),
    }[target]


@pytest.mark.shared
@pytest.mark.parametrize("target", list(TARGETS))
def test_totals_are_those_of_the_file(car, target):
    """By cell and by area, each target counts what the owner's columns sum to, year by year."""
    events, raw = car
    value = counted(raw, target)
    assert value.sum() > 1000
    by_year = value.groupby(raw["date_end"].str[:4].astype(int)).sum().reindex(range(1991, 2020), fill_value=0)
    for grain, ground in (("cell", cell_ground(events)), ("admin2", named_ground(events))):
        panel = events_panel(events, ground, grain=grain, target=target)
        assert (str(panel.first), str(panel.last)) == ("1991-01", "2019-12")
        assert panel.counts.sum() == value.sum()
        assert np.array_equal(panel.counts.sum(axis=0).reshape(-1, 12).sum(axis=1), by_year)
        assert panel.beside["expected"].sum() == pytest.approx(value.sum())
        assert panel.beside["events"].sum() == pytest.approx(len(raw))
        assert panel.sources == ("ucdp-ged@23.1",)


@pytest.mark.shared
def test_units_of_the_file(car):
    """Cells cover the points; areas are those the owner names; both say how many events were spread."""
    events, raw = car
    ground = cell_ground(events)
    exact = raw[raw["where_prec"] == 1]
    assert set(exact["priogrid_gid"]) <= set(ground.units.index)
    panel = events_panel(events, ground, grain="cell", target="all")
    assert "events are known to an area only" in panel.remarks[0]
    named = raw.dropna(subset=["adm_1", "adm_2"]).drop_duplicates(["adm_1", "adm_2"])
    areas = named_ground(events)
    assert len(areas.units) == len(named)
    near = events_panel(events, areas, grain="admin2", target="all").near["touching"]
    assert np.asarray(near.sum(axis=1)) == pytest.approx(1)
    assert np.diff(near.indptr).tolist() == [5] * len(named)
    assert near.diagonal().sum() == 0


@pytest.mark.shared
def test_what_lies_in_no_unit_is_left_out_and_said(car):
    """With the boundary of a part of the country, the panel counts the events that may lie in it, no others."""
    events, _ = car
    west = shapely.box(14, 2, 18, 11)
    ground = cell_ground(events, west)
    assert np.array_equal(ground.units.index, cells_in(west))
    panel = events_panel(events, ground, grain="cell", target="all")
    inside = np.asarray(ground.shares.sum(axis=1)).ravel() > 0
    assert 0 < inside.sum() < len(events)
    assert panel.counts.sum() == events["fatalities"][inside].sum()
    assert panel.remarks[-1] == f"{(~inside).sum():,} events lie in no unit and are left out."
    exact = events["where_precision"] == 1
    assert np.array_equal(inside[exact], events["longitude"][exact].between(14, 18, inclusive="left"))


@pytest.mark.shared
def test_a_yearly_edition_is_public_the_june_after(car):
    """No month is known before the June after its year, months with events from that June on."""
    events, _ = car
    panel = panel_of(events, "all")
    due = (np.arange(panel.months) // 12 + 1) * 12 + 5
    busy = panel.beside["events"].sum(axis=0) > 0
    assert np.array_equal(panel.known_from[busy], due[busy])
    assert (panel.known_from >= due).all()
    assert str(panel.known_at(Month(2015, 5)).last) == "2013-12"
    assert str(panel.known_at(Month(2015, 6)).last) == "2014-12"


def test_the_quiet_end_of_a_year_comes_with_its_year():
    """A year's edition tells of all its months: those after its last event are known no later than the others."""
    events = events_of({}, {"date_start": "2014-11-02", "date_end": "2014-11-02", "published": ROW["published"]})
    events.loc[1, "published"] = pd.Timestamp("2015-06-01")
    panel = panel_of(events)
    assert panel.known_from.tolist() == [17] * 12 + [29] * 12
    assert str(panel.known_at(Month(2014, 6)).last) == "2013-12"


def acled(tmp_path, *days):
    """Events of an ACLED export on some days."""
    path = tmp_path / "export.csv"
    sides = ("Army", "State forces"), ("Civilians", "Civilians")
    path.write_text(NEW + "".join(new(f"OUA{at}", AGAINST, *sides, date=day) for at, day in enumerate(days)))
    return read_events(path)[0]


def test_acled_is_public_a_week_later(tmp_path):
    """A month whose last event is late is known in the next month, the last month too."""
    days = ["2023-01-30", "2023-02-03", "2023-02-27", "2023-04-28"]
    panel = panel_of(acled(tmp_path, *days))
    assert (str(panel.first), str(panel.last)) == ("2023-01", "2023-04")
    assert panel.known_from.tolist() == [1, 2, 3, 4]
    assert panel.counts.sum(axis=0).tolist() == [4, 8, 0, 4]


def test_a_quiet_end_of_a_month_is_no_news_before_it_is_public(tmp_path):
    """ACLED's month is complete a week after its end; that its last week was quiet is not known before."""
    panel = panel_of(acled(tmp_path, "2023-01-05", "2023-02-03", "2023-02-27"))
    assert panel.known_from.tolist() == [1, 2]


def test_no_month_counts_what_was_not_public():
    """An event that ends in the next month, and comes out with it, makes its first month known no earlier."""
    events = events_of(
        {"published": pd.Timestamp("2013-12-15")},
        {"date_start": "2013-10-20", "date_end": "2013-11-03", "published": pd.Timestamp("2014-01-14")},
    )
    panel = panel_of(events, first=Month(2013, 10))
    in_months = month_shares(list(events["date_start"]), list(events["date_end"]), 2013 * 12 + 9, panel.months)
    assert in_months.toarray()[1, 0] == 0.8
    assert str(panel.known_at(Month(2014, 1)).first) == "2013-10"
    assert panel.known_from[0] >= 3


@pytest.mark.shared
def test_a_candidate_edition_speaks_of_its_month_alone(shared):
    """Months no edition speaks of are not zero: neither those before, nor the next one a single event lasts into."""
    events, _ = read_events(shared / "events" / CANDIDATE)
    panel = panel_of(events, "all")
    assert (str(panel.first), str(panel.last)) == ("2023-10", "2023-10")


@pytest.mark.shared
def test_months_between_editions_are_not_zero(shared):
    """A yearly edition to 2019 and one month of 2023: the years between are no panel of quiet months."""
    events, _ = read_event_files([shared / "events" / CAR, shared / "events" / CANDIDATE])
    with pytest.raises(DataError):
        panel_of(events, "all")


def test_a_yearly_edition_ends_with_its_year():
    """A year that comes out whole is known to be quiet after its last event; one of single months is not."""
    yearly = events_of({"date_start": "2013-02-01", "date_end": "2013-02-01"}, {})
    assert (str(panel_of(yearly).first), str(panel_of(yearly).last)) == ("2013-01", "2013-12")
    months = yearly.assign(published=pd.to_datetime(["2013-03-10", "2013-11-28"]))
    assert str(panel_of(months).last) == "2013-10"
    asked = panel_of(yearly, first=Month(2013, 2), last=Month(2013, 11))
    assert (str(asked.first), str(asked.last), asked.counts.sum()) == ("2013-02", "2013-11", 8)


def test_a_sample_makes_no_totals():
    """One row of a partial series is enough to refuse."""
    with pytest.raises(DataError, match="partial sample: for places, never for totals"):
        panel_of(events_of({}, {"is_partial": True}))


def test_what_cannot_be_made_is_said():
    """No events, months before the first, a target nobody counts, areas nobody names."""
    with pytest.raises(DataError, match="There are no events"):
        events_panel(events_of({}).iloc[:0], cell_ground(events_of({})), grain="cell", target="all")
    with pytest.raises(DataError, match="The events end in 2013-12, before the first month asked for, 2015-01"):
        panel_of(events_of({}, {"date_end": "2013-12-01"}), first=Month(2015, 1))
    with pytest.raises(AskError, match=r"There is no target 'people'\. Choose one of all, one_sided"):
        panel_of(events_of({}), "people")
    with pytest.raises(DataError, match="name no admin 2 areas"):
        named_ground(events_of({}))


def test_the_same_placing_gives_the_same_panel():
    """Counts of imprecise events hang on `placing`; what is expected does not."""
    corners = [{"longitude": lon, "latitude": lat} for lon in (0.25, 2.75) for lat in (9.25, 11.75)]
    events = events_of(*corners, *[{"where_precision": 4.0}] * 30)
    one, again, other = (panel_of(events, placing=placing) for placing in (1, 1, 2))
    assert one.fingerprint == again.fingerprint != other.fingerprint
    assert np.array_equal(one.beside["expected"], other.beside["expected"])
    assert one.counts.sum() == other.counts.sum() == 136
    assert set(without(one, "events").beside) == set(one.beside) - {"events"}


def test_areas_of_a_pack(ouadji):
    """An exact event lies in the area around it; neighbours touch both ways."""
    areas = ouadji.areas[ouadji.areas["level"] == 2]
    middle = shapely.point_on_surface(np.asarray(areas["geometry"]))
    events = events_of(*[{"longitude": point.x, "latitude": point.y} for point in middle])
    ground = area_ground(ouadji, events)
    assert ground.units.index.tolist() == areas["pcode"].tolist()
    assert np.array_equal(ground.shares.toarray(), np.eye(len(areas)))
    near = ground.near["touching"].toarray()
    assert np.array_equal(near, near.T)
    assert near.any()
    panel = events_panel(events, ground, grain="admin2", target="one_sided")
    assert panel.counts.sum(axis=1).tolist() == [4.0] * len(areas)
