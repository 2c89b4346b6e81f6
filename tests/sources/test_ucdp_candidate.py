"""UCDP GED Candidate: provisional events, public 45 days after their month."""

from __future__ import annotations

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.source import Made
from toguna.sources.ucdp_candidate import UcdpCandidate

HEADER = (
    "id,relid,year,active_year,code_status,type_of_violence,side_a,side_b,where_prec,where_coordinates,latitude,"
    "longitude,country,country_id,date_prec,date_start,date_end,deaths_civilians,best,high,low\n"
)


def row(number: int, best: int = 3, place: str = "10.5,1.0", country: str = "Ouadji") -> str:
    return (
        f"{number},XOU-2013-1,2013,True,Check,3,Front,Civilians,1,Doumba,{place},{country},999,1,"
        f"2013-10-14 00:00:00.000,2013-10-15 00:00:00.000,{best},{best},{best},{best}\n"
    )


def made(country: Country, *paths: Path) -> Made:
    readings = [UcdpCandidate().read(path) for path in paths]
    return UcdpCandidate().tables(readings, country.profile, Atlas(country.profile, country.areas))


def test_times_behind_the_days(tmp_path: Path, ouadji: Country) -> None:
    """Days are read though the owner writes a time behind them; the lag runs from the end of the month."""
    path = tmp_path / "GEDEvent_v13_0_10.csv"
    path.write_text(HEADER + row(1))
    events = made(ouadji, path).tables["events"]
    found = events.iloc[0]
    assert (found["date_start"], found["date_end"], found["perpetrator"]) == ("2013-10-14", "2013-10-15", "non_state")
    assert (found["admin1_name"], found["admin2_name"]) == ("", "")
    assert (found["source"], str(found["published"].date())) == ("ucdp-candidate@13.0.10", "2013-12-15")
    assert check_table(TABLES["events"], events, "events")[1] == []


def test_a_later_edition_corrects_an_earlier_one(tmp_path: Path, ouadji: Country) -> None:
    """The tenth edition comes after the ninth, not before it as its name would sort."""
    for edition, best in ((9, 3), (10, 5)):
        (tmp_path / f"GEDEvent_v13_0_{edition}.csv").write_text(HEADER + row(1, best))
    events = made(ouadji, *sorted(tmp_path.glob("*.csv"))).tables["events"]
    assert events[["fatalities", "source"]].to_numpy().tolist() == [[5.0, "ucdp-candidate@13.0.10"]]


def test_what_cannot_be_used_is_said(tmp_path: Path, ouadji: Country) -> None:
    """An event twice and a swapped point are listed with their lines; other countries make no rows."""
    path = tmp_path / "ucdp_candidate_ged_v13_0_10.csv"
    path.write_text(HEADER + row(1) + row(1) + row(2, place="1.0,10.5") + row(3, country="Nador"))
    result = made(ouadji, path)
    assert [(fault.row, fault.problem) for fault in UcdpCandidate().read(path).refused] == [
        (3, "the row is there twice")
    ]
    assert [(fault.row, fault.problem) for fault in result.refused] == [(4, "longitude and latitude seem swapped")]
    assert result.tables["events"]["event_id"].tolist() == ["ged-1"]


def test_other_files(tmp_path: Path) -> None:
    """A yearly edition under a candidate's name, and a file without the columns, are refused in a sentence."""
    (tmp_path / "ucdp_candidate_ged_v25_1.csv").write_text(HEADER + row(1))
    with pytest.raises(DataError, match=r"found 25\.1; editions are numbered like 23\.0\.10"):
        UcdpCandidate().read(tmp_path / "ucdp_candidate_ged_v25_1.csv")
    (tmp_path / "GEDEvent_v23_0_10.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="is not UCDP GED Candidate"):
        UcdpCandidate().read(tmp_path / "GEDEvent_v23_0_10.csv")


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """October 2023: 234 events in the Sahel, 55 of them in Mali with 119 deaths, 44 of them civilians."""
    path = shared / "events" / "ucdp_candidate_ged_v23_0_10.csv"
    reading = UcdpCandidate().read(path)
    assert (reading.total, len(reading.refused), reading.version) == (234, 0, "23.0.10")
    result = made(mali, path)
    events = result.tables["events"]
    assert (len(events), events["fatalities"].sum(), events["fatalities_civilians"].sum()) == (55, 119, 44)
    assert (set(events["published"].astype(str)), result.refused) == ({"2023-12-15"}, ())
    assert events["date_start"].min() >= "2023-10-01"
    assert (events["admin2_pcode"] != "").mean() > 0.9
    assert ((events["admin1_name"] != "").sum(), (events["admin2_name"] != "").sum()) == (53, 52)
    assert check_table(TABLES["events"], events, "events")[1] == []
