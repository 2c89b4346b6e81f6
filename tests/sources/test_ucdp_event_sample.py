"""Openly copied GED events: a sample that says where, never how many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.source import Made
from toguna.sources.ucdp_event_sample import UcdpEventSample

HEADER = (
    "id,date_start,date_end,country,adm1,place,latitude,longitude,type,side_a,side_b,best,deaths_civilians,src,coord\n"
)


def row(number: object, **cells: object) -> str:
    cell = {
        "start": "2013-01-11", "end": "2013-01-12", "country": "Ouadji", "lat": 10.5, "lon": 1.0, "type": "3.0",
        "a": "Government of Ouadji", "coord": "GED",
    } | cells  # fmt: skip
    return (
        f"{number},{cell['start']},{cell['end']},{cell['country']},North,Doumba,{cell['lat']},{cell['lon']},"
        f"{cell['type']},{cell['a']},Civilians,2.0,1.0,GED23.1 via somebody,{cell['coord']}\n"
    )


def made(path: Path, country: Country, text: str) -> Made:
    path.write_text(HEADER + text)
    return UcdpEventSample().tables(
        [UcdpEventSample().read(path)], country.profile, Atlas(country.profile, country.areas)
    )


def test_every_row_is_marked_partial(tmp_path: Path, ouadji: Country) -> None:
    """A copied event is an event with the mark that it may be counted in no total."""
    events = made(tmp_path / "ucdp_event_fragments_x.csv", ouadji, row(7) + row(8, end="")).tables["events"]
    assert events["is_partial"].tolist() == [True, True]
    assert events[["event_id", "date_end", "type", "perpetrator"]].to_numpy().tolist() == [
        ["ged-7", "2013-01-12", "one_sided", "government"],
        ["ged-8", "2013-01-11", "one_sided", "government"],
    ]
    assert set(events["published"].astype(str)) == {"2014-06-01"}
    assert (set(events["admin1_name"]), set(events["admin2_name"])) == ({"North"}, {""})
    assert check_table(TABLES["events"], events, "events")[1] == []


def test_where_the_point_comes_from(tmp_path: Path, ouadji: Country) -> None:
    """A point guessed from the place's name has precision 2; an event without a point is kept without an area."""
    text = row(1) + row(2, coord="place-name match") + row(3, lat="", lon="", coord="none")
    events = made(tmp_path / "ucdp_event_fragments_x.csv", ouadji, text).tables["events"]
    assert events["admin2_pcode"].tolist() == ["XO0201", "XO0201", ""]
    assert np.isnan(events["where_precision"]).tolist() == [True, False, True]


def test_what_cannot_be_used_is_said(tmp_path: Path, ouadji: Country) -> None:
    """Rows without type or sides, an id twice, a swapped point and an unknown origin of the point are all listed."""
    path = tmp_path / "ucdp_event_fragments_x.csv"
    text = (
        row(1) + row(2, type="") + row(3, a="") + row(1) + row(4, lat=1.0, lon=10.5) + row(5, coord="guess")
        + row(6, country="Nador")
    )  # fmt: skip
    result = made(path, ouadji, text)
    assert [(fault.row, fault.column) for fault in UcdpEventSample().read(path).refused] == [(7, "coord"), (5, "id")]
    assert [(fault.row, fault.column) for fault in result.refused] == [
        (6, "longitude, latitude"),
        (3, "type, side_a"),
        (4, "type, side_a"),
    ]
    assert result.tables["events"]["event_id"].tolist() == ["ged-1"]


def test_another_file(tmp_path: Path) -> None:
    """GED itself under this name is refused: it lacks the word on where each copy was found."""
    (tmp_path / "ucdp_event_fragments_x.csv").write_text("id,date_start,best\n1,2013-01-01,2\n")
    with pytest.raises(DataError, match=r"is not a sample of UCDP GED events.*coord"):
        UcdpEventSample().read(tmp_path / "ucdp_event_fragments_x.csv")


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """Of 298 copied events 145 are in Mali; the rows without type or sides and one stray point are listed."""
    reading = UcdpEventSample().read(shared / "events" / "ucdp_event_fragments_sahel3.csv")
    assert (reading.total, len(reading.refused)) == (298, 0)
    result = UcdpEventSample().tables([reading], mali.profile, Atlas(mali.profile, mali.areas))
    assert len(result.tables["events"]) + len(result.refused) == 145
    assert len(result.refused) == 73
    assert result.tables["events"]["is_partial"].all()
