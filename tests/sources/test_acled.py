"""ACLED: the user's own export, of either set of columns, read and never shipped."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toguna.core.errors import DataError, PackError
from toguna.country import Country, check
from toguna.country.check import check_table
from toguna.country.read import pack_hash
from toguna.country.tables import TABLES
from toguna.sources import build
from toguna.sources.acled import Acled
from toguna.sources.atlas import Atlas
from toguna.sources.build import build_pack
from toguna.sources.source import Made

OLD = (
    "data_id,iso,event_id_cnty,event_id_no_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,region,country,admin1,admin2,admin3,location,"
    "latitude,longitude,geo_precision,source,source_scale,notes,fatalities,timestamp,iso3\n"
)
NEW = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,"
    "actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,"
    "latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp\n"
)
AGAINST, BATTLE, REMOTE = "Violence against civilians", "Battles", "Explosions/Remote violence"


def old(number: str, kind: str, one: tuple[str, str], two: tuple[str, str], **cells: object) -> str:
    """A row as exported before 2022: interactions are numbers, days are written out."""
    cell = {"date": "14 October 2013", "lat": 10.5, "lon": 1.0, "dead": 4, "country": "Ouadji"} | cells
    return (
        f'9,999,{number},1,{cell["date"]},2013,1,{kind},Attack,"{one[0]}",,{one[1]},"{two[0]}",,{two[1]},17,Africa,'
        f"{cell['country']},A,B,C,Doumba,{cell['lat']},{cell['lon']},1,Radio,National,A note,{cell['dead']},1,XOU\n"
    )


def new(number: str, kind: str, one: tuple[str, str], two: tuple[str, str], **cells: object) -> str:
    """A row as exported since 2022: interactions are words, days are ISO."""
    cell = {"date": "2023-10-14", "lat": 10.5, "lon": 1.0, "dead": 4, "country": "Ouadji"} | cells
    return (
        f'{number},{cell["date"]},2023,1,Political violence,{kind},Attack,"{one[0]}",,{one[1]},"{two[0]}",'
        f"A Ethnic Group,{two[1]},State forces-Civilians,,999,Africa,{cell['country']},A,B,C,Doumba,{cell['lat']},"
        f"{cell['lon']},1,Radio,National,A note,{cell['dead']},,1\n"
    )


def made(path: Path, country: Country, text: str) -> Made:
    path.write_text(text, encoding="utf-8")
    return Acled().tables([Acled().read(path)], country.profile, Atlas(country.profile, country.areas))


WORDS = {
    old: {"state": "1", "rebel": "2", "political": "3", "identity": "4", "crowd": "7", "foreign": "8"},
    new: {
        "state": "State forces", "rebel": "Rebel group", "political": "Political militia",
        "identity": "Identity militia", "crowd": "Civilians", "foreign": "External/Other forces",
    },
}  # fmt: skip


@pytest.mark.parametrize(("row", "header"), [(old, OLD), (new, NEW)])
def test_both_sets_of_columns(tmp_path: Path, ouadji: Country, row: object, header: str) -> None:
    """Numbers and words say the same: type by who fought whom, perpetrator only of violence against civilians."""
    word = WORDS[row]
    army, front, crowd = ("Army", word["state"]), ("Front", word["rebel"]), ("Civilians (Ouadji)", word["crowd"])
    foreign, gang = ("Company", word["foreign"]), ("Gang", word["political"])
    text = header + "".join(
        row(f"OUA{number}", kind, one, two)
        for number, (kind, one, two) in enumerate(
            [
                (AGAINST, army, crowd),
                (AGAINST, front, crowd),
                (AGAINST, gang, crowd),
                (AGAINST, foreign, crowd),
                (BATTLE, front, army),
                (BATTLE, front, gang),
                (REMOTE, army, crowd),
                (REMOTE, front, ("", "0" if row is old else "")),
                ("Protests", ("Protesters", "6" if row is old else "Protesters"), ("", "")),
            ]
        )
    )
    events = made(tmp_path / "ACLED_ouadji.csv", ouadji, text).tables["events"]
    assert list(zip(events["type"], events["perpetrator"], strict=True)) == [
        ("one_sided", "government"),
        ("one_sided", "non_state"),
        ("one_sided", "non_state"),
        ("one_sided", "unknown"),
        ("state_based", "unknown"),
        ("non_state", "unknown"),
        ("one_sided", "unknown"),
        ("other", "unknown"),
        ("other", "unknown"),
    ]
    assert events["fatalities_civilians"].notna().tolist() == [True] * 4 + [False] * 5
    assert set(events["date_start"]) == {"2013-10-14" if row is old else "2023-10-14"}
    assert set(events["admin2_pcode"]) == {"XO0201"}
    assert (set(events["admin1_name"]), set(events["admin2_name"])) == ({"A"}, {"B"})
    assert check_table(TABLES["events"], events, "events")[1] == []


def test_the_first_actor_is_no_perpetrator_of_a_battle(tmp_path: Path, ouadji: Country) -> None:
    """Whoever is named first in a battle or a bombing is not held to have begun it."""
    text = NEW + "".join(
        new(f"OUA{kind[0]}", kind, ("Army", "State forces"), ("Civilians", "Civilians")) for kind in (BATTLE, REMOTE)
    )
    events = made(tmp_path / "acled.csv", ouadji, text).tables["events"]
    assert set(events["perpetrator"]) == {"unknown"}
    assert events["fatalities_civilians"].isna().all()


@pytest.mark.parametrize(("row", "header", "word"), [(old, OLD, "4"), (new, NEW, "Identity militia")])
def test_communities_are_not_named(tmp_path: Path, ouadji: Country, row: object, header: str, word: str) -> None:
    """A militia the owner names after a community is a communal group; who the victims are by identity is not read."""
    one, two = ("Azgar Ethnic Militia (Ouadji)", word), ("Civilians (Ouadji)", WORDS[row]["crowd"])
    events = made(tmp_path / "acled.csv", ouadji, header + row("OUA1", AGAINST, one, two)).tables["events"]
    assert events[["side_a", "side_b", "perpetrator"]].to_numpy().tolist() == [
        ["communal group", "Civilians (Ouadji)", "non_state"]
    ]
    assert "Ethnic" not in events.to_csv()


def test_what_cannot_be_used_is_said(tmp_path: Path, ouadji: Country) -> None:
    """A bad day, negative deaths, an event twice, a swapped point and one off the country each have line and reason."""
    one, two = ("Army", "State forces"), ("Civilians", "Civilians")
    rows = [
        new("OUA1", AGAINST, one, two),
        new("OUA2", AGAINST, one, two, date="2023-02-30"),
        new("OUA3", AGAINST, one, two, dead=-1),
        new("OUA1", AGAINST, one, two, dead=7),
        new("OUA4", AGAINST, one, two, lat=1.0, lon=10.5),
        new("OUA5", AGAINST, one, two, lat=50, lon=8),
        new("NOR1", AGAINST, one, two, country="Nador", lat=50, lon=8),
    ]
    path = tmp_path / "acled.csv"
    result = made(path, ouadji, NEW + "".join(rows))
    reading = Acled().read(path)
    assert (reading.total, len(reading.rows)) == (7, 4)
    assert [(fault.row, fault.column, fault.problem) for fault in reading.refused] == [
        (3, "event_date", "the value is no date"),
        (4, "fatalities", "the number is negative"),
        (5, "event_id_cnty", "the row is there twice"),
    ]
    assert [(fault.row, fault.problem) for fault in result.refused] == [
        (6, "longitude and latitude seem swapped"),
        (7, "the point lies off the country"),
    ]
    assert result.tables["events"][["event_id", "fatalities"]].to_numpy().tolist() == [["acled-OUA1", 4.0]]


def test_the_later_export_wins(tmp_path: Path, ouadji: Country) -> None:
    """An event in two exports is kept once, as the later file has it; it is public a week after its day."""
    one, two = ("Army", "State forces"), ("Civilians", "Civilians")
    for name, dead in (("acled_1.csv", 4), ("acled_2.csv", 9)):
        (tmp_path / name).write_text(NEW + new("OUA1", AGAINST, one, two, dead=dead))
    readings = [Acled().read(tmp_path / name) for name in ("acled_1.csv", "acled_2.csv")]
    events = Acled().tables(readings, ouadji.profile, Atlas(ouadji.profile, ouadji.areas)).tables["events"]
    assert events["fatalities"].tolist() == [9]
    assert events["published"].tolist() == [pd.Timestamp("2023-10-21")]


def test_no_events_here(tmp_path: Path, ouadji: Country) -> None:
    """An export about another country makes no rows and no fuss."""
    text = NEW + new("NOR1", AGAINST, ("Army", "State forces"), ("Civilians", "Civilians"), country="Nador")
    result = made(tmp_path / "acled.csv", ouadji, text)
    assert result.tables["events"].empty
    assert result.refused == ()


def test_another_file(tmp_path: Path) -> None:
    """A file that only bears the name is refused, saying which columns it lacks."""
    path = tmp_path / "acled.csv"
    path.write_text("event_date,country\n2023-10-14,Ouadji\n")
    with pytest.raises(DataError, match=r"acled\.csv is not an ACLED export.*event_type"):
        Acled().read(path)


def test_without_names_of_areas(tmp_path: Path, ouadji: Country) -> None:
    """An export whose user left the areas out gives events whose names of areas are empty."""
    row = new("OUA1", AGAINST, ("Army", "State forces"), ("Civilians", "Civilians"))
    text = (NEW + row).replace("admin1,admin2,admin3,", "").replace("A,B,C,", "")
    events = made(tmp_path / "acled.csv", ouadji, text).tables["events"]
    assert events[["admin1_name", "admin2_name"]].to_numpy().tolist() == [["", ""]]


def test_never_shipped(files: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export goes into the user's own pack, and a pack that ships with Toguna is left as it was."""
    row = new("OUA1", AGAINST, ("Army", "State forces"), ("Civilians", "Civilians"))
    (files / "ACLED_ouadji.csv").write_text(NEW + row)
    assert build_pack(pack, files).rows["events"] == 1
    assert check(pack) == []
    before = pack_hash(pack)
    monkeypatch.setattr(build, "SHIPPED", pack.parent)
    with pytest.raises(PackError, match=r"ACLED_ouadji\.csv.*may be used but not handed on"):
        build_pack(pack, files)
    assert pack_hash(pack) == before
