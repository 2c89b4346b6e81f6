"""Scenario folders in Flee's form: what is wrong is said with file, line and remedy; the real ones run."""

import shutil

import numpy as np
import pytest

from toguna.core.errors import DataError
from toguna.displacement import Settings, read_scenario, read_settings, relative_difference, simulate

# Averaged relative difference of Flee with the same settings: hasten, normal, rescaled.
FLEE = {
    "mali2012": (1, 0.394, 0.360),
    "burundi2015": (10, 0.589, 0.538),
    "tigray2020": (10, 0.505, 0.403),
    "car2013": (100, 0.377, 0.438),
    "ssudan2013": (100, 0.502, 0.540),
    "mali2017_adm1": (100, 0.496, 0.336),
}


@pytest.fixture
def folder(shared, tmp_path):
    """A copy of a real scenario to spoil."""
    home = tmp_path / "mali2012"
    shutil.copytree(shared / "displacement" / "flee" / "mali2012", home)
    return home


@pytest.mark.parametrize(
    ("file", "line", "text", "says"),
    [
        ("input_csv/routes.csv", 3, "Kidal,Nowhere,90,0", "routes.csv, line 3: no place is called 'Nowhere'"),
        ("input_csv/routes.csv", 2, "Kidal,Gao,far,0", "routes.csv, line 2: distance is 'far'"),
        ("input_csv/locations.csv", 3, "Kidal,Kidal,Mali,18.4,1.4,castle,,", "line 3: the type is 'castle'"),
        ("input_csv/locations.csv", 2, "Kidal,Kidal", "locations.csv, line 2: 2 cells"),
        ("input_csv/closures.csv", 2, "border,Mali,Niger,0,9", "closures.csv, line 2: the kind is 'border'"),
        ("input_csv/closures.csv", 2, "country,Mali,Chad,0,9", "closures.csv, line 2: nothing is called 'Chad'"),
        ("input_csv/sim_period.csv", 2, "Length,long", "sim_period.csv holds no StartDate"),
        ("source_data/data_layout.csv", 2, "Abala,gone.csv", "gone.csv is missing"),
    ],
)
def test_spoilt_line_is_named(folder, file, line, text, says):
    """The sentence names file, line and what to do."""
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = text
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_scenario(folder)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["locations.csv", "routes.csv", "sim_period.csv"])
def test_missing_file_is_named(folder, name):
    """A file that is not there is named."""
    (folder / "input_csv" / name).unlink()
    with pytest.raises(DataError, match=f"{name} is missing"):
        read_scenario(folder)


def test_dates_out_of_order_are_named(folder):
    """A camp's counts must be in order."""
    layout = (folder / "source_data" / "data_layout.csv").read_text(encoding="utf-8")
    series = folder / "source_data" / layout.splitlines()[2].split(",")[1].strip('"')
    lines = series.read_text(encoding="utf-8").splitlines()
    series.write_text("\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]), encoding="utf-8")
    with pytest.raises(DataError, match=f"{series.name}, line 4: .* comes after .* Put the dates in order"):
        read_scenario(folder)
    mended = read_scenario(folder, sort_dates=True)
    series.write_text("\n".join(lines), encoding="utf-8")
    assert np.array_equal(mended.counts.people, read_scenario(folder).counts.people)
    remarks = simulate(mended, Settings(hasten=1000), 1).remarks
    assert f"The dates of {series.name} were out of order and have been put in order." in remarks


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("move_rules:\n  max_move_sped: 3\n", "Did you mean max_move_speed"),
        ("mov_rules: {}\n", "Did you mean move_rules"),
        ("optimisations:\n  haste: 3\n", "Did you mean hasten"),
        ("move_rules:\n  max_move_speed: -3\n", "max_move_speed is -3"),
        ("- 1\n", "holds no settings"),
        ("move_rules: 3\n", "is no list of settings"),
        ("spawn_rules:\n  falling_total: ignored\n", "falling_total"),
        ("move_rules:\n  MatchCampReligion: true\n", "MatchCampReligion goes by ethnicity or religion"),
        ("move_rules:\n  two_system_decision_making: true\n", "no rule here acts on two_system_decision_making"),
        ("a: [\n", "cannot be read as settings"),
    ],
)
def test_wrong_setting_is_named(tmp_path, text, says):
    """Nothing that would change a run is silently ignored, and no trait of people but age and sex is used."""
    path = tmp_path / "settings.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        read_settings(path)


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("flood_level.csv", "#Day,Nowhere\n0,1\n", "flood_level.csv, line 1: no place is called 'Nowhere'"),
        ("flood_level.csv", "#Day,Kidal\n3,1\n2,1\n", "flood_level.csv, line 3: day 2 comes after day 3"),
        ("region_attributes_IPC.csv", "#Day,Kidal\n0,120\n", "a value is above 100"),
        ("region_attributes_IPC.csv", "#Day,Nowhere\n0,1\n", "no region is called 'Nowhere'"),
        ("location_changes.csv", "Kidal,castle,3\n", "location_changes.csv, line 1: the type is 'castle'"),
        ("demographics_age.csv", "age,Gao\n3,1\n", "the second column is not Default"),
        ("demographics_gender.csv", "gender,Default\nx,1\n", "'x' is no sex"),
    ],
)
def test_spoilt_conditions_are_named(folder, file, text, says):
    """Further files of a scenario are read as strictly."""
    (folder / "input_csv" / file).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        read_scenario(folder)


def test_conflict_file_without_a_place_means_no_conflict(folder):
    """A heading of the day alone is a file without places, not an error."""
    (folder / "input_csv" / "conflicts.csv").write_text("#Day\n0\n1\n", encoding="utf-8")
    assert not read_scenario(folder).intensity.any()


def test_other_traits_of_people_are_not_read(folder):
    """A file on another trait than age and sex is left alone, and that is said."""
    (folder / "input_csv" / "demographics_ethnicity.csv").write_text("ethnicity,Default\na,1\n", encoding="utf-8")
    remarks = simulate(read_scenario(folder), Settings(hasten=1000), 1).remarks
    assert any("demographics_ethnicity.csv" in remark for remark in remarks)


def test_early_end_of_a_series_is_said(shared):
    """A series that ends before the scenario is held, and the run says so."""
    one = read_scenario(shared / "displacement" / "flee" / "mali2017_adm1")
    flight = simulate(one, Settings(hasten=1000), 1)
    assert flight.remarks[0].startswith("Counts end on day 1215 of 1229, the last one is held, for Abala, Ayorou")


@pytest.mark.parametrize("name", sorted(FLEE))
def test_as_near_to_the_counts_as_flee(shared, name):
    """Mean of three seeds, all days: no more than 0.015 farther from the counts than Flee's own runs."""
    home = shared / "displacement" / "flee"
    hasten, normal, rescaled = FLEE[name]
    rules = read_settings(home / "settings" / "simsetting.yml").model_copy(update={"hasten": hasten})
    one = read_scenario(home / name)
    runs = [simulate(one, rules, seed).camps for seed in (1, 2, 3)]
    ours = [
        np.mean([relative_difference(run, one.counts.people, rescaled=scaled).mean() for run in runs])
        for scaled in (False, True)
    ]
    # the reference's figures are printed with three decimals
    assert ours[0] < normal + 0.0155
    assert ours[1] < rescaled + 0.0155
