"""Curated political events: identifiers, dates, and what is out of order."""

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.curated_events import CuratedEvents

HEADER = "date,date_end,date_basis,event,kind,place,actor_kind,deaths_min,deaths_max,deaths_note,"
HEADER += "source,basis,confidence,note\n"


def made(path: Path, country: Country, **more: object):
    profile = country.profile.model_copy(update={"curated_facts": True, **more})
    source = CuratedEvents()
    return source.tables([source.read(path)], profile, Atlas(profile, country.areas))


def write(folder: Path, *rows: str) -> Path:
    path = folder / "political_events.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return path


def test_events(tmp_path: Path, ouadji: Country) -> None:
    """Identifiers are readable and unique, a blank basis is memory, a span is public after its last day."""
    path = write(
        tmp_path,
        "2012-03-10,,excerpt,Coup,coup,Doumba,state forces,,,,Press,excerpt,high,",
        "2012-03-10,,,Second coup,coup,Doumba,state forces,,,,,,,",
        '2012-04-01,2012-04-08,read,Embargo,sanction,"N\'Dala; Séna",regional body,,,,Press,read,medium,',
    )
    table = made(path, ouadji).tables["political_events"]
    assert table["event_id"].to_list() == [
        "2012-03-10-coup-doumba",
        "2012-03-10-coup-doumba-2",
        "2012-04-01-sanction-ndala-sena",
    ]
    assert table["basis"].to_list() == ["excerpt", "memory", "read"]
    assert table["date_basis"].to_list() == ["excerpt", "memory", "read"]
    assert table["published"].astype(str).to_list() == ["2012-03-11", "2012-03-11", "2012-04-09"]
    assert check_table(TABLES["political_events"], table, "political_events")[1] == []


def test_out_of_order(tmp_path: Path, ouadji: Country) -> None:
    """A month without a day, an unknown kind, an end before the start, crossed tolls and a double are refused."""
    path = write(
        tmp_path,
        "2012-03,,read,A,coup,Doumba,,,,,P,read,high,",
        "2012-03-01,,read,B,party,Doumba,,,,,P,read,high,",
        "2012-03-02,2012-03-01,read,C,coup,Doumba,,,,,P,read,high,",
        "2012-03-03,,read,D,atrocity,Doumba,,9,4,,P,read,high,",
        "2012-03-04,,read,E,coup,Doumba,,,,,P,read,high,",
        "2012-03-04,,read,E,coup,Doumba,,,,,P,read,high,",
    )
    assert [fault.row for fault in CuratedEvents().read(path).refused] == [2, 3]
    result = made(path, ouadji)
    assert sorted((fault.row, fault.column) for fault in result.refused) == [
        (4, "date_end"),
        (5, "deaths_max"),
        (7, "event"),
    ]
    assert result.tables["political_events"]["event"].to_list() == ["E"]


def test_whose_events(tmp_path: Path, ouadji: Country) -> None:
    """A file that names no country is read only where the profile says it is about this one."""
    path = write(tmp_path, "2012-03-10,,read,Coup,coup,Doumba,,,,,P,read,high,")
    assert made(path, ouadji, curated_facts=False).tables["political_events"].empty
    path.write_text(
        HEADER.replace("date,", "iso3,date,", 1) + "XOU,2012-03-10,,read,Coup,coup,Doumba,,,,,P,read,high,\n"
    )
    assert len(made(path, ouadji, curated_facts=False).tables["political_events"]) == 1
    path.write_text(
        HEADER.replace("date,", "iso3,date,", 1) + "XNA,2012-03-10,,read,Coup,coup,Doumba,,,,,P,read,high,\n"
    )
    assert made(path, ouadji).tables["political_events"].empty


def test_another_file(tmp_path: Path) -> None:
    """A file of agreements is no file of events."""
    path = tmp_path / "political_events.csv"
    path.write_text("agreement,date\nA,2012-01-01\n")
    with pytest.raises(DataError, match="lacks the columns"):
        CuratedEvents().read(path)


@pytest.mark.shared
def test_mali(shared: Path, ouadji: Country) -> None:
    """All events are read, and those the settings of Mali refer to exist."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    source = CuratedEvents()
    reading = source.read(shared / "facts" / "political_events.csv")
    assert (reading.total, len(reading.refused)) == (128, 0)
    made = source.tables([reading], profile, Atlas(profile, ouadji.areas))
    assert made.refused == ()
    table = made.tables["political_events"]
    wanted = {event for one in profile.constitutional_order for event in (one.broken, one.restored) if event}
    assert profile.next_vote is not None
    assert wanted | {profile.next_vote.event} <= set(table["event_id"])
    assert (table["basis"] == "memory").sum() == 8
