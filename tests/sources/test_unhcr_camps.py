"""Camp counts by day: which series mean which camp, and what is no count."""

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import Profile, read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.unhcr_camps import UnhcrCamps

LOCATIONS = "#name,region,country,latitude,longitude,location_type,conflict_date,population\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scenario: two camps, a site no list has, a file outside the layout, and a sum."""
    series = {
        "data_layout.csv": '"total","refugees.csv"\nNador,xna-nador.csv\nMaru,xbe-maru.csv\n',
        "refugees.csv": "2012-01-16,0\n2012-02-29,900\n",
        "xna-nador.csv": "#a comment\n2012-01-16,0\n2012-02-29,500\n2012-03-31,510\n2012-03-31,520\n2012-04-30,0\n",
        "xbe-maru.csv": "2012-02-29,400\n2012-03-31,-3\n2012-04-31,7\n2012-05-31,450,1\n",
        "xna-other.csv": "2012-02-29,30\n",
        "xbe-sum.csv": "2012-02-29,430\n",
    }
    (tmp_path / "oua2012" / "source_data").mkdir(parents=True)
    (tmp_path / "oua2012" / "input_csv").mkdir()
    for name, text in series.items():
        (tmp_path / "oua2012" / "source_data" / name).write_text(text)
    locations = LOCATIONS + "Nador,N,XNA,13.0,-0.5,camp,,1\nMaru,E,XBE,12.0,4.6,camp,,1\n"
    (tmp_path / "oua2012" / "input_csv" / "locations.csv").write_text(locations)
    return tmp_path / "oua2012" / "source_data"


def profile_of(country: Country) -> Profile:
    camps = {"Nador": "Nador", "xna-other": "Other site", "xbe-sum": ""}
    return country.profile.model_copy(update={"camp_series": ("oua2012",), "camps": camps})


def test_series_become_camps(folder: Path, ouadji: Country) -> None:
    """Listed series take the pack's camp, an unlisted one becomes a site, and the host comes from the scenario."""
    profile = profile_of(ouadji)
    reading = UnhcrCamps().read(folder / "data_layout.csv")
    assert (reading.total, len(reading.rows), reading.version) == (13, 10, "oua2012")
    assert [(fault.file, fault.row) for fault in reading.refused] == [
        ("oua2012/xbe-maru.csv", 4),
        ("oua2012/xbe-maru.csv", 2),
        ("oua2012/xbe-maru.csv", 3),
    ]
    made = UnhcrCamps().tables([reading], profile, Atlas(profile, ouadji.areas))
    table = made.tables["displacement"]
    assert table[["date", "host", "place_id", "people"]].to_numpy().tolist() == [
        ["2012-02-29", "XNA", "camp-nador", 500],
        ["2012-03-31", "XNA", "camp-nador", 520],
        ["2012-04-30", "XNA", "camp-nador", 0],
        ["2012-02-29", "XBE", "camp-maru", 400],
        ["2012-02-29", "XNA", "camp-other-site", 30],
    ]
    assert set(table["source"]) == {"unhcr-camps@oua2012"}
    assert str(table["published"].iloc[0].date()) == "2012-03-07"
    assert made.tables["places"][["place_id", "iso3"]].to_numpy().tolist() == [["camp-maru", "XBE"]]
    for name, frame in made.tables.items():
        assert check_table(TABLES[name], frame, name)[1] == []


def test_what_is_no_count_is_said(folder: Path, ouadji: Country) -> None:
    """Sums, the zero a simulation starts with and a day's first of two counts are listed."""
    profile = profile_of(ouadji)
    reading = UnhcrCamps().read(folder / "data_layout.csv")
    refused = UnhcrCamps().tables([reading], profile, Atlas(profile, ouadji.areas)).refused
    assert [(fault.file, fault.row, fault.value) for fault in refused] == [
        ("oua2012/refugees.csv", None, "total"),
        ("oua2012/xna-nador.csv", 2, "2012-01-16, 0"),
        ("oua2012/xna-nador.csv", 4, "2012-03-31, 510"),
        ("oua2012/xbe-sum.csv", None, "xbe-sum"),
    ]


def test_other_scenarios_make_no_rows(folder: Path, ouadji: Country) -> None:
    """A folder the profile does not name is another country's."""
    reading = UnhcrCamps().read(folder / "data_layout.csv")
    made = UnhcrCamps().tables([reading], ouadji.profile, Atlas(ouadji.profile, ouadji.areas))
    assert made.tables["displacement"].empty
    assert made.refused == ()


def test_incomplete_folders_are_refused(folder: Path) -> None:
    """A missing count file, an empty one and a file that is no layout each give a sentence."""
    with pytest.raises(DataError, match="is not `camp,file`"):
        UnhcrCamps().read(folder / "xna-nador.csv")
    (folder / "xna-other.csv").write_text("# nothing\n")
    with pytest.raises(DataError, match="holds no counts"):
        UnhcrCamps().read(folder / "data_layout.csv")
    (folder / "xbe-maru.csv").unlink()
    with pytest.raises(DataError, match=r"names xbe-maru\.csv, which is not beside it"):
        UnhcrCamps().read(folder / "data_layout.csv")


def test_without_locations_the_host_is_unknown(folder: Path, ouadji: Country) -> None:
    """Without the scenario's list of locations no series can be given a host, and each says so."""
    (folder.parent / "input_csv" / "locations.csv").unlink()
    profile = profile_of(ouadji)
    reading = UnhcrCamps().read(folder / "data_layout.csv")
    made = UnhcrCamps().tables([reading], profile, Atlas(profile, ouadji.areas))
    assert made.tables["displacement"].empty
    assert sum("host country" in fault.problem for fault in made.refused) == 3


@pytest.mark.shared
def test_mali(shared: Path, ouadji: Country) -> None:
    """Mali's two scenarios give the camps' known counts, and Mentao's false zero of June 2017 is not among them."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    folders = [shared / "displacement" / "flee" / name / "source_data" for name in ("mali2012", "mali2017_adm1")]
    readings = [UnhcrCamps().read(folder / "data_layout.csv") for folder in folders]
    assert [(one.total, len(one.refused)) for one in readings] == [(397, 0), (484, 0)]
    made = UnhcrCamps().tables(readings, profile, Atlas(profile, ouadji.areas))
    counts = made.tables["displacement"].set_index(["place_id", "date"])["people"]
    assert (counts["camp-mbera", "2012-08-19"], counts["camp-mbera", "2012-03-07"]) == (103731, 22996)
    assert "camp-fassala-transit" not in counts.index.get_level_values("place_id")
    assert counts["camp-abala", "2021-04-30"] == 16327
    assert ("camp-mentao", "2017-06-01") not in counts
    assert set(made.tables["places"]["place_id"]) == {"camp-oudalan", "camp-soum"}
    assert set(made.tables["displacement"]["host"]) == {"MRT", "BFA", "NER"}
