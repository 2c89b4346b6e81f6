"""Months, windows, levels and units of the ViEWS challenge."""

import re

import numpy as np
import pandas as pd
import pytest

from toguna.core.errors import AskError, DataError
from toguna.core.months import Month
from toguna.forecasting.challenge import (
    Level,
    Window,
    fault,
    level_of,
    month_id,
    month_of,
    same_units,
    window_names,
    windows_of,
)


def test_months_are_numbered_from_january_1980():
    """The numbers the challenge itself names: 457 to 528 are January 2018 to December 2023."""
    assert [month_id(one) for one in ("1980-01", "2018-01", Month(2023, 12))] == [1, 457, 528]
    assert all(month_id(month_of(one)) == one for one in range(1, 600))


def test_window_is_a_year_known_up_to_october_before():
    """Data end in October; January to December are 3 to 14 months ahead."""
    one = Window(2021)
    assert one.cut == Month(2020, 10)
    assert one.leads == tuple(range(3, 15))
    assert (str(one.months[0]), str(one.months[-1]), len(one.months)) == ("2021-01", "2021-12", 12)
    assert one.month_ids.tolist() == list(range(493, 505))
    assert Window(2018) < Window(2019)


def test_window_is_read_as_it_is_written():
    """Y2018 and nothing else."""
    assert Window.parse(str(Window(2018))) == Window(2018) == Window.parse(Window(2018))
    for text in ("2018", "Y18", "window=Y2018", "Y²018"):
        with pytest.raises(AskError, match="for example Y2018"):
            Window.parse(text)


def test_windows_of_many_months():
    """Each month lies in the window of its year."""
    assert window_names([457, 468, 469]).tolist() == ["Y2018", "Y2018", "Y2019"]


def test_levels_have_their_unit():
    """Countries and cells; anything else is refused with the choice."""
    assert (Level("cm").unit, Level("pgm").unit) == ("country_id", "priogrid_gid")
    with pytest.raises(AskError, match="Choose cm"):
        Level("country")


def test_fault_names_file_unit_month_value_and_remedy(tmp_path):
    """A fault is one sentence that can be acted on; of several files the folder is named."""
    error = fault(tmp_path / "a.parquet", "this is wrong", "Mend it.", ("country_id", 50, 459), -1)
    assert str(error).endswith("a.parquet, country_id 50, month 459 (2018-03): this is wrong (found '-1'). Mend it.")
    both = str(fault([tmp_path / "a.parquet", tmp_path / "b.parquet"], "this is wrong", "Mend it."))
    assert both == f"{tmp_path}: this is wrong. Mend it."


def test_level_of_a_folder(tmp_path):
    """The only level a folder holds is taken; of two one must be chosen; none is a fault that says the layout."""
    with pytest.raises(
        DataError, match=re.escape("no folder cm or pgm in it. A submission is a folder {cm|pgm}/window")
    ):
        level_of(tmp_path)
    (tmp_path / "pgm").mkdir()
    assert level_of(tmp_path) is Level.PGM
    with pytest.raises(DataError, match="there is no folder cm in it"):
        level_of(tmp_path, "cm")
    (tmp_path / "cm").mkdir()
    with pytest.raises(AskError, match="Choose one with --level"):
        level_of(tmp_path)
    assert level_of(tmp_path, "cm") is Level.CM


def test_windows_of_a_folder(tmp_path):
    """Windows come in order of time; what is no window is named."""
    with pytest.raises(DataError, match="there is no folder cm in it"):
        windows_of(tmp_path, "cm")
    home = tmp_path / "cm"
    home.mkdir()
    with pytest.raises(DataError, match="there is no window in it"):
        windows_of(tmp_path, "cm")
    for name in ("window=Y2019", "window=Y2018"):
        (home / name).mkdir()
        (home / name / ".half.parquet").touch()
    with pytest.raises(DataError, match=r"window=Y2018: there is no \.parquet file in it"):
        windows_of(tmp_path, "cm")
    for name in ("window=Y2019", "window=Y2018"):
        (home / name / "a.parquet").touch()
    (home / ".hidden").mkdir()
    (home / "notes.txt").touch()
    found = windows_of(tmp_path, "cm")
    assert {str(one): [path.name for path in files] for one, files in found.items()} == {
        "Y2018": ["a.parquet"],
        "Y2019": ["a.parquet"],
    }
    assert list(found) == sorted(found)


@pytest.mark.parametrize("name", ["window=2018", "window=Y18", "window_Y2018", "test_window_2018", "window=Y20181"])
def test_folder_that_is_no_window(tmp_path, name):
    """A wrong name of a folder is refused, not passed over."""
    (tmp_path / "cm" / name).mkdir(parents=True)
    with pytest.raises(DataError, match=re.escape(f"this folder is no window (found '{name}'). Name it window=Y")):
        windows_of(tmp_path, "cm")


def test_file_beside_the_windows(tmp_path):
    """A file that belongs to no window is refused, not passed over."""
    (tmp_path / "cm").mkdir()
    (tmp_path / "cm" / "all.parquet").touch()
    with pytest.raises(DataError, match=r"a file lies beside the windows \(found 'all.parquet'\)"):
        windows_of(tmp_path, "cm")


def test_units_are_read_from_codes():
    """A table with both tells the numbers of one with codes alone; what none tells of is 0."""
    both = pd.DataFrame({"iso3": ["MLI", "NER"], "country_id": np.array([50, 78])})
    codes = pd.DataFrame({"iso3": ["NER", "TCD", "MLI"]})
    first, second = same_units([both, codes], "country_id", is_fixed=True)
    assert first is both
    assert second["country_id"].tolist() == [78, 0, 50]
    with pytest.raises(DataError, match=r"nothing tells its numbers\. Add the column country_id"):
        same_units([codes, both[["country_id"]]], "country_id", is_fixed=False)
    with pytest.raises(DataError, match="nothing tells its numbers"):
        same_units([codes], "country_id", is_fixed=True)


def test_units_of_codes_alone():
    """Where all tables have codes and none numbers, equal codes get equal numbers."""
    one, two = pd.DataFrame({"iso3": ["NER", "MLI"]}), pd.DataFrame({"iso3": ["TCD", "NER"]})
    first, second = same_units([one, two], "country_id", is_fixed=False)
    assert first["country_id"].tolist() == [2, 1]
    assert second["country_id"].tolist() == [3, 2]


def test_code_with_two_numbers():
    """A country that changed its number cannot be told by its code."""
    both = pd.DataFrame({"iso3": ["SDN", "SDN"], "country_id": [59, 245]})
    with pytest.raises(DataError, match="SDN has more than one country_id"):
        same_units([both, pd.DataFrame({"iso3": ["SDN"]})], "country_id", is_fixed=True)
