"""UCDP GED, the yearly edition: columns of every version since 17, and which rows are the country's events."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.profile import Profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.source import Made
from toguna.sources.ucdp_ged import UcdpGed

# The columns as published, less the texts on sources, which are there in all versions and never read.
HEADERS = {
    "ged171.csv": "id,year,active_year,type_of_violence,conflict_new_id,conflict_name,dyad_new_id,dyad_name,"
    "side_a_new_id,gwnoa,side_a,side_b_new_id,gwnob,side_b,number_of_sources,where_prec,where_coordinates,adm_1,adm_2,"
    "latitude,longitude,geom_wkt,priogrid_gid,country,region,event_clarity,date_prec,date_start,date_end,deaths_a,"
    "deaths_b,deaths_civilians,deaths_unknown,low_est,best_est,high_est",
    "ged181.csv": "id,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,"
    "dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,"
    "number_of_sources,where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,"
    "country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,"
    "low,best,high,gwnoa,gwnob",
    "ged201-csv.csv": "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,"
    "conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,"
    "side_b,number_of_sources,where_prec,where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,"
    "priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,"
    "deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob",
    "GEDEvent_v25_1.csv": "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,"
    "conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,"
    "side_b,number_of_sources,where_prec,where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,"
    "priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,"
    "deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob",
}
EVENT = {
    "id": 7, "type_of_violence": 3, "side_a": "Government of Ouadji", "side_b": "Civilians", "where_prec": 1,
    "where_coordinates": "Doumba town", "latitude": 10.5, "longitude": 1.0, "country": "Ouadji", "country_id": 999,
    "date_prec": 1, "date_start": "2012-03-05", "date_end": "2012-03-06", "deaths_civilians": 4, "low": 3, "best": 4,
    "high": 9,
}  # fmt: skip
V25 = HEADERS["GEDEvent_v25_1.csv"]


def text(*events: dict[str, object], header: str = V25) -> str:
    """A file with these events; a column nobody names is empty."""
    lines = [header]
    for event in events:
        cells = EVENT | event
        cells |= {f"{name}_est": cells[name] for name in ("low", "best", "high")}
        lines.append(",".join(f'"{cells.get(name, "")}"' for name in header.split(",")))
    return "\n".join(lines) + "\n"


def made(profile: Profile, country: Country, *paths: Path) -> Made:
    return UcdpGed().tables([UcdpGed().read(path) for path in paths], profile, Atlas(profile, country.areas))


@pytest.mark.parametrize(("name", "version"), list(zip(HEADERS, ["17.1", "18.1", "20.1", "25.1"], strict=True)))
def test_every_version_gives_the_same_event(tmp_path: Path, ouadji: Country, name: str, version: str) -> None:
    """Columns that came, went, moved or were renamed between versions 17 and 25 change nothing in the event."""
    path = tmp_path / name
    path.write_text(text({"adm_1": "Bas-Ouadji", "adm_2": "Doumba cercle"}, header=HEADERS[name]))
    events = made(ouadji.profile, ouadji, path).tables["events"]
    row = events.iloc[0]
    assert (row["event_id"], row["type"], row["perpetrator"]) == ("ged-7", "one_sided", "government")
    assert (row["date_start"], row["date_end"], str(row["published"].date())) == (
        "2012-03-05", "2012-03-06", "2013-06-01",
    )  # fmt: skip
    assert (row["fatalities_low"], row["fatalities"], row["fatalities_high"]) == (3, 4, 9)
    assert (row["fatalities_civilians"], row["admin2_pcode"]) == (4, "XO0201")
    assert (row["admin1_name"], row["admin2_name"]) == ("Bas-Ouadji", "Doumba cercle")
    assert row["source"] == f"ucdp-ged@{version}"
    assert check_table(TABLES["events"], events, "events")[1] == []


def test_without_names_of_areas(tmp_path: Path, ouadji: Country) -> None:
    """A file without the owner's names of areas gives events whose names are empty."""
    header = V25.replace("adm_1,adm_2,", "")
    (tmp_path / "GEDEvent_v25_1.csv").write_text(text({}, header=header))
    events = made(ouadji.profile, ouadji, tmp_path / "GEDEvent_v25_1.csv").tables["events"]
    assert events[["admin1_name", "admin2_name"]].to_numpy().tolist() == [["", ""]]


def test_types_and_perpetrators(tmp_path: Path, ouadji: Country) -> None:
    """Only one-sided violence has a perpetrator: side a, a government or not; communities are not named."""
    profile = ouadji.profile.model_copy(update={"identity_groups": ("Azgar",)})
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_text(
        text(
            {"id": 1, "type_of_violence": 1, "side_b": "Front"},
            {"id": 2, "type_of_violence": 2, "side_a": "Azgar", "side_b": "Front, Azgar"},
            {"id": 3, "side_a": "Front"},
            {"id": 4, "side_a": "Government of Nador"},
        )
    )
    events = made(profile, ouadji, path).tables["events"]
    assert list(zip(events["type"], events["perpetrator"], events["side_a"], events["side_b"], strict=True)) == [
        ("state_based", "unknown", "Government of Ouadji", "Front"),
        ("non_state", "unknown", "communal group", "Front, communal group"),
        ("one_sided", "non_state", "Front", "Civilians"),
        ("one_sided", "government", "Government of Nador", "Civilians"),
    ]


def test_which_rows_are_the_country(tmp_path: Path, ouadji: Country) -> None:
    """The number decides where there is one; without it the name, less a former name in brackets."""
    profile = ouadji.profile.model_copy(update={"gwno": 999, "ucdp_name": "Ouadji (Old Ouadji)"})
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_text(
        text(
            {"id": 1, "country": "Ouadji (Old Ouadji)"},
            {"id": 2, "country": "Republic of Ouadji"},
            {"id": 3, "country_id": 998},
            {"id": 4, "country_id": ""},
            {"id": 5, "country_id": "", "country": "Nador"},
        )
    )
    assert made(profile, ouadji, path).tables["events"]["event_id"].tolist() == ["ged-1", "ged-2", "ged-4"]
    named = profile.model_copy(update={"gwno": None})
    assert made(named, ouadji, path).tables["events"]["event_id"].tolist() == ["ged-1", "ged-3", "ged-4"]


def test_what_cannot_be_used_is_said(tmp_path: Path, ouadji: Country) -> None:
    """A type nobody knows, a bad day, days in the wrong order, an id twice and stray points have line and reason."""
    path = tmp_path / "GEDEvent_v25_1.csv"
    path.write_text(
        text(
            {"id": 1},
            {"id": 2, "type_of_violence": 4},
            {"id": 3, "date_start": "2012-02-30"},
            {"id": 1, "best": 9},
            {"id": 4, "date_start": "2012-03-07"},
            {"id": 5, "longitude": 10.5, "latitude": 1.0},
            {"id": 6, "longitude": 60, "latitude": 60},
            {"id": 7, "best": ""},
        )
    )
    reading = UcdpGed().read(path)
    assert (reading.total, len(reading.rows)) == (8, 4)
    assert [(fault.row, fault.column) for fault in reading.refused] == [
        (3, "type_of_violence"), (4, "date_start"), (9, "best"), (5, "id"),
    ]  # fmt: skip
    result = made(ouadji.profile, ouadji, path)
    assert [(fault.row, fault.problem) for fault in result.refused] == [
        (6, "the last day is before the first"),
        (7, "longitude and latitude seem swapped"),
        (8, "the point lies off the country"),
    ]
    assert result.tables["events"][["event_id", "fatalities"]].to_numpy().tolist() == [["ged-1", 4.0]]


def test_the_newest_edition_wins(tmp_path: Path, ouadji: Country) -> None:
    """An event in several editions is kept once, as the newest has it, in whatever order the files come."""
    for name, best in (("ged231.csv", 4), ("GEDEvent_v25_1.csv", 6), ("ged181.csv", 2)):
        (tmp_path / name).write_text(text({"best": best}))
    events = made(ouadji.profile, ouadji, *sorted(tmp_path.glob("*.csv"))).tables["events"]
    assert events[["fatalities", "source"]].to_numpy().tolist() == [[6.0, "ucdp-ged@25.1"]]


def test_no_events_here(tmp_path: Path, ouadji: Country) -> None:
    """A file about other countries makes no rows and no fuss."""
    path = tmp_path / "ged251.csv"
    path.write_text(text({"country": "Nador", "country_id": 998, "longitude": 60}))
    result = made(ouadji.profile, ouadji, path)
    assert result.tables["events"].empty
    assert result.refused == ()


def test_a_zip_holds_the_same(tmp_path: Path, ouadji: Country) -> None:
    """The packed download is read without being unpacked, notes beside the table or not."""
    with zipfile.ZipFile(tmp_path / "ged251-csv.zip", "w") as archive:
        archive.writestr("GEDEvent_v25_1.csv", text({}))
        archive.writestr("footnotes.csv", "note\n")
    reading = UcdpGed().read(tmp_path / "ged251-csv.zip")
    assert (reading.total, reading.version) == (1, "25.1")


def test_other_files(tmp_path: Path) -> None:
    """A candidate edition and a file of another kind are refused, each in a sentence that says what to do."""
    (tmp_path / "GEDEvent_v23_0_10.csv").write_text(text({}))
    with pytest.raises(DataError, match=r"Name it ucdp_candidate_ged_v23_0_10\.csv"):
        UcdpGed().read(tmp_path / "GEDEvent_v23_0_10.csv")
    (tmp_path / "ged251.csv").write_text("id,best\n1,2\n")
    with pytest.raises(DataError, match=r"ged251\.csv is not UCDP GED.*type_of_violence"):
        UcdpGed().read(tmp_path / "ged251.csv")


@pytest.mark.shared
def test_central_african_republic(shared: Path, mali: Country) -> None:
    """Version 23.1 of the Central African Republic: 1,520 events, 12,796 deaths, 8,098 of them civilians."""
    reading = UcdpGed().read(shared / "events" / "ucdp_ged231_car_1991_2019.csv")
    assert (reading.total, len(reading.refused), reading.version) == (1520, 0, "23.1")
    there = {"gwno": 482, "ucdp_name": "Central African Republic", "bbox": (14.0, 2.0, 28.0, 12.0)}
    profile = mali.profile.model_copy(update=there)
    result = UcdpGed().tables([reading], profile, Atlas(profile, mali.areas))
    events = result.tables["events"]
    assert (len(events), events["fatalities"].sum(), events["fatalities_civilians"].sum()) == (1520, 12796, 8098)
    assert events["type"].value_counts().to_dict() == {"one_sided": 978, "non_state": 353, "state_based": 189}
    assert result.refused == ()
    assert UcdpGed().tables([reading], mali.profile, Atlas(mali.profile, mali.areas)).tables["events"].empty
