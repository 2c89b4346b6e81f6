"""Events of files as their owners publish them, without a pack: GED, yearly or candidate, and ACLED."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.test_acled import AGAINST, NEW, OLD, new, old
from tests.sources.test_ucdp_ged import text
from toguna.core.errors import DataError
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.sources.event_file import COLUMNS, read_event_files, read_events

AREAS = {"adm_1": "Bas-Ouadji", "adm_2": "Doumba"}
NADOR = {"id": 8, "country": "Nador (Old Nador)", "country_id": 998, "longitude": 60, "latitude": 50}
ARMY, CROWD = ("Army", "State forces"), ("Civilians", "Civilians")


def test_a_yearly_edition(tmp_path: Path) -> None:
    """Every country's events are there in the columns of the table, wherever they lie; sides are left out."""
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_text(text(AREAS, NADOR))
    events, faults = read_events(path)
    assert list(events.columns) == [*TABLES["events"].columns, "country"] == list(COLUMNS)
    assert check_table(TABLES["events"], events.drop(columns="country"), "events")[1] == []
    assert events[["event_id", "admin1_name", "admin2_name", "country"]].to_numpy().tolist() == [
        ["ged-7", "Bas-Ouadji", "Doumba", "Ouadji"],
        ["ged-8", "", "", "Nador (Old Nador)"],
    ]
    assert (set(events["source"]), set(events["published"].astype(str))) == ({"ucdp-ged@25.1"}, {"2013-06-01"})
    assert set(events["side_a"]) | set(events["side_b"]) | set(events["admin2_pcode"]) == {""}
    assert events["perpetrator"].tolist() == ["government", "government"]
    assert faults == ()


@pytest.mark.parametrize("country", ["Nador", "Nador (Old Nador)", "998"])
def test_one_country(tmp_path: Path, country: str) -> None:
    """A country is named with or without its former name, or by its Gleditsch-Ward number."""
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_text(text(AREAS, NADOR))
    assert read_events(path, country)[0]["event_id"].tolist() == ["ged-8"]


def test_a_country_that_is_not_there(tmp_path: Path) -> None:
    """A country no row names is an error that lists those there are; a number needs a column of numbers."""
    ged, export = tmp_path / "GEDEvent_v25_1.csv", tmp_path / "export.csv"
    ged.write_text(text(AREAS, NADOR))
    export.write_text(NEW + new("OUA1", AGAINST, ARMY, CROWD))
    with pytest.raises(DataError, match=r"GEDEvent_v25_1\.csv: no event is in Nadir. Countries there: Nador"):
        read_events(ged, "Nadir")
    with pytest.raises(DataError, match=r"export\.csv: no row has a Gleditsch-Ward number.*Name the country: Ouadji"):
        read_events(export, "999")


@pytest.mark.parametrize(("header", "row", "day"), [(OLD, old, "2013-10-14"), (NEW, new, "2023-10-14")])
def test_an_acled_export(tmp_path: Path, header: str, row: object, day: str) -> None:
    """An export of either set of columns is known by them, whatever the file is called; no community is read."""
    words = (("Azgar Ethnic Militia", "4"), ("Civilians", "7")) if row is old else (ARMY, CROWD)
    path = tmp_path / "my_download.csv"
    path.write_text(header + row("OUA1", AGAINST, *words) + row("NOR1", AGAINST, *words, country="Nador", lat=50))
    events, faults = read_events(path, "Ouadji")
    found = events.iloc[0]
    assert (len(events), found["event_id"], found["date_start"]) == (1, "acled-OUA1", day)
    assert (found["type"], found["admin1_name"], found["admin2_name"]) == ("one_sided", "A", "B")
    assert (found["source"], found["fatalities_civilians"], faults) == ("acled", 4, ())
    assert check_table(TABLES["events"], events.drop(columns="country"), "events")[1] == []
    assert "Ethnic" not in events.to_csv()


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    """Rows the owner's form forbids, an event twice and days in the wrong order have line and reason."""
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_text(text({"id": 1}, {"id": 2, "type_of_violence": 4}, {"id": 1}, {"id": 3, "date_start": "2012-03-07"}))
    events, faults = read_events(path)
    assert events["event_id"].tolist() == ["ged-1"]
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        (path.name, 3, "type_of_violence"), (path.name, 4, "id"), (path.name, 5, "date_end"),
    ]  # fmt: skip


def test_other_files(tmp_path: Path) -> None:
    """A file of neither form is refused with the columns it lacks; so are no file and no name at all."""
    path = tmp_path / "deaths.csv"
    path.write_text("id,best\n1,2\n")
    with pytest.raises(DataError, match=r"deaths\.csv is neither UCDP GED \(it lacks .*side_a.*event_id_cnty"):
        read_events(path)
    with pytest.raises(DataError, match=r"is no file\. Name a file of UCDP GED or ACLED"):
        read_events(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match="Name at least one file"):
        read_event_files([])


def test_the_newest_edition_wins(tmp_path: Path) -> None:
    """The later of two yearly editions has an event, a yearly one before a candidate, in any order of files."""
    dead = {"GEDEvent_v25_1.csv": 6, "ged231.csv": 4, "GEDEvent_v25_0_10.csv": 9, "GEDEvent_v25_0_9.csv": 8}
    for name, best in dead.items():
        other = {"id": 8, "best": best} if is_other(name) else {"id": 9, "best": best}
        (tmp_path / name).write_text(text({"best": best}, other))
    for names in (list(dead), list(reversed(dead))):
        events, _ = read_event_files([tmp_path / name for name in names])
        assert events[["event_id", "fatalities", "source"]].to_numpy().tolist() == [
            ["ged-7", 6, "ucdp-ged@25.1"],
            ["ged-8", 9, "ucdp-candidate@25.0.10"],
            ["ged-9", 6, "ucdp-ged@25.1"],
        ]


def is_other(name: str) -> bool:
    """Whether a file is a candidate edition, which here has an event no yearly edition has."""
    return "_0_" in name


@pytest.mark.shared
def test_real_files(shared: Path) -> None:
    """The Central African Republic's 1,520 events; the Sahel's 234 of a month, public 45 days after they end."""
    yearly = shared / "events" / "ucdp_ged231_car_1991_2019.csv"
    month = shared / "events" / "ucdp_candidate_ged_v23_0_10.csv"
    events, faults = read_events(yearly)
    assert (len(events), events["fatalities"].sum(), faults) == (1520, 12796, ())
    assert (events["admin1_name"] != "").sum() > 1000
    events, faults = read_events(month)
    assert (len(events), faults) == (234, ())
    published = events["published"].astype(str).value_counts().to_dict()
    assert published == {"2023-12-15": 233, "2024-01-14": 1}  # the later ones last into November
    assert len(read_events(month, "Mali")[0]) == len(read_events(month, "432")[0]) == 55
    both, _ = read_event_files([month, yearly])
    assert len(both) == 1754
    assert check_table(TABLES["events"], both.drop(columns="country"), "events")[1] == []
