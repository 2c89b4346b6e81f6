"""Submissions and actuals of the ViEWS challenge: written, read back, and every fault named."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toguna.core.errors import DataError
from toguna.forecasting.challenge import Window
from toguna.forecasting.challenge_file import (
    read_actuals_folder,
    read_submission,
    write_actuals,
    write_submission,
)

WINDOW = Window(2018)
UNITS = np.array([41, 50, 78], dtype=np.int32)


def draws_of(units, seed=1):
    """Draws of whole deaths, half of them zero."""
    rng = np.random.default_rng(seed)
    return (rng.poisson(5, (len(units), 12, 1000)) * rng.integers(0, 2, (len(units), 12, 1000))).astype(np.int32)


def rows_of(units=UNITS, unit="country_id", window=WINDOW):
    """A submission of one window as its rows."""
    month, draw = window.month_ids, np.arange(1000)
    index = pd.MultiIndex.from_product([units, month, draw], names=[unit, "month_id", "draw"])
    frame = index.to_frame(index=False)
    return frame.assign(outcome=draws_of(units).reshape(-1))


def put(folder, *frames, level="cm", window=WINDOW, **options):
    """Write rows as another forecaster might."""
    place = folder / level / f"window={window}"
    place.mkdir(parents=True)
    for number, frame in enumerate(frames):
        frame.to_parquet(place / f"part-{number}.parquet", index=False, **options)
    return folder


def whole(folder, level="cm", **options):
    """All blocks of a submission of one window together."""
    blocks = list(read_submission(folder, level, **options))
    return np.concatenate([one.units for one in blocks]), np.concatenate([one.draws for one in blocks])


@pytest.mark.parametrize("level", ["cm", "pgm"])
def test_round_trip(tmp_path, level):
    """What was written is read, window by window, and nothing lies beside it."""
    other = Window(2019)
    for one, seed in ((WINDOW, 1), (other, 2)):
        path = write_submission(tmp_path, level, one, UNITS, draws_of(UNITS, seed))
        assert path == tmp_path / level / f"window={one}" / f"{level}_{one}.parquet"
        assert [file.name for file in path.parent.iterdir()] == [path.name]
    for block, one, seed in zip(read_submission(tmp_path, level), (WINDOW, other), (1, 2), strict=True):
        assert block.window == one
        assert block.months.tolist() == one.month_ids.tolist()
        assert block.units.tolist() == UNITS.tolist()
        assert block.draws.dtype == np.float32
        assert np.array_equal(block.draws, draws_of(UNITS, seed))


def test_file_has_the_challenge_columns(tmp_path):
    """Long rows of whole numbers under the names of the challenge, draws numbered from 0."""
    frame = pq.ParquetFile(write_submission(tmp_path, "pgm", WINDOW, UNITS, draws_of(UNITS))).read().to_pandas()
    assert list(frame) == ["month_id", "priogrid_gid", "draw", "outcome"]
    assert len(frame) == 3 * 12 * 1000
    assert (frame["draw"].min(), frame["draw"].max()) == (0, 999)
    row = frame[(frame["priogrid_gid"] == 50) & (frame["month_id"] == 459) & (frame["draw"] == 7)]
    assert row["outcome"].item() == draws_of(UNITS)[1, 2, 7]


@pytest.mark.parametrize("change", [lambda one: one + 0.25, lambda one: one.astype(np.int64) << 30, np.uint8])
def test_numbers_survive(tmp_path, change):
    """Draws that are no whole numbers keep their fraction, and large ones do not turn round."""
    draws = change(draws_of(UNITS))
    write_submission(tmp_path, "cm", WINDOW, UNITS, draws)
    assert np.array_equal(whole(tmp_path)[1], draws)


def test_writing_again_replaces_and_leaves_others_alone(tmp_path):
    """The same file is written anew; a folder with another forecaster's file is refused."""
    write_submission(tmp_path, "cm", WINDOW, UNITS, draws_of(UNITS))
    write_submission(tmp_path, "cm", WINDOW, UNITS, draws_of(UNITS, 2))
    assert np.array_equal(whole(tmp_path)[1], draws_of(UNITS, 2))
    put(tmp_path / "theirs", rows_of())
    with pytest.raises(DataError, match="holds other files"):
        write_submission(tmp_path / "theirs", "cm", WINDOW, UNITS, draws_of(UNITS))


def test_failed_writing_leaves_what_was_there(tmp_path):
    """A fault in the middle leaves the earlier file and no half of the new one."""
    many = np.arange(1, 101, dtype=np.int32)
    draws = draws_of(many).astype(np.float64)
    path = write_submission(tmp_path, "cm", WINDOW, many, draws)
    draws[-1, 4, 3] = np.nan
    with pytest.raises(
        DataError, match=r"country_id 100, month 461 \(2018-05\): this is no number of deaths \(found 'nan'\)"
    ):
        write_submission(tmp_path, "cm", WINDOW, many, draws)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert len(whole(tmp_path)[0]) == 100


def test_what_cannot_be_written(tmp_path):
    """Wrong shapes and a unit given twice are refused before anything is made."""
    with pytest.raises(DataError, match=re.escape("Draws have shape (3, 12, 999); Y2018 needs (3, 12, 1000).")):
        write_submission(tmp_path, "cm", WINDOW, UNITS, draws_of(UNITS)[..., 1:])
    with pytest.raises(DataError, match=re.escape("Outcomes have shape (12, 3); Y2018 needs (3, 12).")):
        write_actuals(tmp_path, "cm", WINDOW, UNITS, np.zeros((12, 3)))
    with pytest.raises(DataError, match="Give each unit once"):
        write_submission(tmp_path, "cm", WINDOW, [41, 41, 50], draws_of(UNITS))
    with pytest.raises(DataError, match="not 1 to 259200"):
        write_submission(tmp_path, "cm", WINDOW, [0, 41, 50], draws_of(UNITS))
    with pytest.raises(DataError, match="units are none"):
        write_actuals(tmp_path, "cm", WINDOW, [], np.zeros((0, 12)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("order", ["unit", "month", "draw", "shuffled"])
@pytest.mark.parametrize("units_at_once", [1, 2, 100])
def test_order_of_rows_and_size_of_blocks_change_nothing(tmp_path, order, units_at_once):
    """Rows may come in any order, in any number of row groups and files, and blocks may be small."""
    rows = rows_of()
    if order == "shuffled":
        rows = rows.sample(frac=1, random_state=3)
    elif order != "unit":
        rows = rows.sort_values([f"{order}_id" if order == "month" else order, "country_id", "month_id", "draw"])
    put(tmp_path, rows.iloc[:20_000], rows.iloc[20_000:], row_group_size=1_000)
    units, draws = whole(tmp_path, units_at_once=units_at_once)
    assert units.tolist() == UNITS.tolist()
    assert np.array_equal(draws, draws_of(UNITS))


def test_other_kinds_of_numbers(tmp_path):
    """Draws from 1, columns in another order and of other widths are the same forecast."""
    rows = rows_of().assign(draw=lambda one: one["draw"] + 1)
    rows = rows.astype({"month_id": "float64", "country_id": "int16", "draw": "uint16", "outcome": "float64"})
    put(tmp_path, rows[["outcome", "draw", "country_id", "month_id"]])
    assert np.array_equal(whole(tmp_path)[1], draws_of(UNITS))


def changed(column, value, row=1_234):
    """Return a change of one number; row 1234 is draw 234 of February in country 41."""

    def change(rows):
        kind = "float64" if isinstance(value, float) or value is None else rows[column].dtype
        rows = rows.astype({column: kind})
        rows.loc[row, column] = value
        return rows

    return change


AT = r"part-0.parquet, country_id 41, month 458 \(2018-02\): "
FAULTS = {
    "too few draws": (
        lambda rows: rows.drop(index=1_234),
        AT + r"there are not 1000 draws \(found '999'\)\. Give each",
    ),
    "too many draws": (
        lambda rows: pd.concat([rows, rows.loc[[1_234]]]),
        AT + r"there are not 1000 draws \(found '1001'\)\. Give each unit and month exactly 1000 draws",
    ),
    "draw twice": (changed("draw", 233), AT + "a draw stands there twice, and draw 234 is missing. Give each"),
    "draw beyond 1000": (changed("draw", 1000), AT + r"draws begin at 0 and this is too high \(found '1000'\)"),
    "draws from 5": (
        lambda rows: rows.assign(draw=rows["draw"] + 5),
        r"part-0.parquet: no draw is numbered 0 or 1 \(found '5'\)",
    ),
    "negative draw number": (changed("draw", -1), r"no draw is numbered 0 or 1 \(found '-1'\)"),
    "NaN": (changed("outcome", float("nan")), AT + r"this is no number of deaths \(found 'nan'\). Deaths are finite"),
    "empty outcome": (changed("outcome", None), AT + r"this is no number of deaths \(found 'nan'\)"),
    "infinite": (changed("outcome", float("inf")), AT + r"this is no number of deaths \(found 'inf'\)"),
    "negative": (changed("outcome", -3), AT + r"this is no number of deaths \(found '-3.0'\)"),
    "month outside": (
        changed("month_id", 469),
        r"part-0.parquet, country_id 41: this month is outside the window \(found '469'\). Y2018 holds months 457 to",
    ),
    "month before": (changed("month_id", 456), r"this month is outside the window \(found '456'\)"),
    "month in parts": (changed("month_id", 457.5), r"part-0.parquet: this cannot be read \(.*457.5.*Write it again"),
    "unit 0": (changed("country_id", 0), r"no country_id has this number \(found '0'\). Units are numbered 1 to"),
    "unit too high": (changed("country_id", 259_201), r"no country_id has this number \(found '259201'\)"),
    "empty unit": (changed("country_id", None), "the column country_id has empty rows. Fill them"),
    "unknown column": (
        lambda rows: rows.assign(isoab="x"),
        r"part-0.parquet: this column is not known \(found 'isoab'\). The columns are month_id, country_id, draw, out",
    ),
    "missing column": (lambda rows: rows.drop(columns="draw"), "part-0.parquet: the column draw is missing"),
    "cells for countries": (
        lambda rows: rows.rename(columns={"country_id": "priogrid_gid"}),
        r"this column is not known \(found 'priogrid_gid'\)",
    ),
    "words": (lambda rows: rows.assign(outcome="many"), r"part-0.parquet: this cannot be read \(.*many"),
    "unit missing in a month": (
        lambda rows: rows[(rows["country_id"] != 50) | (rows["month_id"] != 459)],
        r"part-0.parquet, country_id 50, month 459 \(2018-03\): there is no forecast, though there is one for "
        r"month 457\. Forecast the same units",
    ),
    "month missing": (
        lambda rows: rows[rows["month_id"] != 468],
        r"country_id 41, month 468 \(2018-12\): there is no forecast, though there is one for month 457",
    ),
    "no rows": (lambda rows: rows.iloc[:0], r"part-0.parquet: no draw is numbered 0 or 1. Give each unit"),
}


@pytest.mark.parametrize("which", FAULTS)
def test_every_fault_is_named(tmp_path, which):
    """A fault names file, unit, month and value, and what to do."""
    change, sentence = FAULTS[which]
    put(tmp_path, change(rows_of()))
    with pytest.raises(DataError, match=sentence):
        whole(tmp_path, units_at_once=2)


def test_unit_in_two_files_is_counted_once(tmp_path):
    """The same rows in a second file are too many draws; then the folder is named."""
    put(tmp_path, rows_of(), rows_of())
    with pytest.raises(DataError, match=r"window=Y2018, country_id 41, month 457 \(2018-01\): .*found '2000'"):
        whole(tmp_path)


def test_file_that_is_no_parquet(tmp_path):
    """Text under the name of parquet, and half a file, are named."""
    path = write_submission(tmp_path, "cm", WINDOW, UNITS, draws_of(UNITS))
    content = path.read_bytes()
    for broken in (b"month_id,country_id", content[: len(content) // 2], b""):
        path.write_bytes(broken)
        with pytest.raises(DataError, match=r"cm_Y2018.parquet: this cannot be read"):
            whole(tmp_path)


def test_damaged_rows(tmp_path):
    """A file whose rows are overwritten is named, though its index is whole."""
    path = write_submission(tmp_path, "cm", WINDOW, UNITS, draws_of(UNITS))
    content = bytearray(path.read_bytes())
    content[8 : len(content) // 2] = b"\xff" * (len(content) // 2 - 8)
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match=r"cm_Y2018.parquet: this cannot be read"):
        whole(tmp_path)


def test_actuals_round_trip(tmp_path):
    """What came is written in the challenge's form and read back."""
    outcome = np.arange(36).reshape(3, 12)
    path = write_actuals(tmp_path, "cm", WINDOW, UNITS, outcome)
    assert pq.ParquetFile(path).schema_arrow.names == ["month_id", "country_id", "outcome"]
    found = read_actuals_folder(tmp_path, "cm").set_index(["country_id", "month_id"])["outcome"].unstack()
    assert found.index.tolist() == UNITS.tolist()
    assert found.columns.tolist() == WINDOW.month_ids.tolist()
    assert np.array_equal(found.to_numpy(), outcome)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"outcome": [1.0, -1.0]},
            r"country_id 50, month 458 \(2018-02\): this is no number of deaths \(found '-1.0'\)",
        ),
        ({"outcome": [1.0, None]}, r"this is no number of deaths \(found 'nan'\)"),
        ({"month_id": [457, 469]}, r"this month is outside the window \(found '469'\)"),
        ({"deaths": [1, 1]}, r"this column is not known \(found 'deaths'\)"),
        ({"outcome": pa.array([], pa.int32()), "month_id": [], "country_id": []}, "there are no rows in its files"),
    ],
)
def test_faults_of_actuals(tmp_path, change, sentence):
    """What came is checked as forecasts are."""
    rows = {"month_id": [457, 458], "country_id": [50, 50], "outcome": [1.0, 0.0]} | change
    put(tmp_path, pa.table(rows).to_pandas())
    with pytest.raises(DataError, match=sentence):
        read_actuals_folder(tmp_path, "cm")
