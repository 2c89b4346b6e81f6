"""Scores of the ViEWS challenge: by hand on a tiny window, streamed, and on the benchmarks that were published."""

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from toguna.cli.forecast_challenge import EXAMPLE, score
from toguna.core.errors import AskError, DataError
from toguna.forecasting import challenge_file
from toguna.forecasting.challenge import Window
from toguna.forecasting.challenge_file import write_actuals, write_submission
from toguna.forecasting.challenge_score import (
    compare,
    interval_score,
    pinball,
    read_actuals,
    read_quantiles,
    score_submission,
)
from toguna.forecasting.scores import score_draws

WINDOW = Window(2018)
UNITS = np.array([41, 50], dtype=np.int32)
HALF = np.tile([0, 4], 500)  # half of the draws are 0, half are 4


@pytest.fixture
def tiny(tmp_path):
    """Two countries: one forecast 0 or 4 with 2 dead each month, one forecast quiet and quiet."""
    draws = np.zeros((2, 12, 1000), dtype=np.int32)
    draws[0] = HALF
    outcome = np.zeros((2, 12), dtype=np.int32)
    outcome[0] = 2
    write_submission(tmp_path / "ours", "cm", WINDOW, UNITS, draws)
    write_actuals(tmp_path / "actuals", "cm", WINDOW, UNITS, outcome)
    return tmp_path


def quantiles(path, **columns):
    """A table of quantiles of country 41, months 457 and 458."""
    pd.DataFrame({"month_id": [457, 458], "country_id": [41, 41]} | columns).to_csv(path, index=False)
    return path


def overall(table, name):
    """The row of all windows of one forecast."""
    return table[(table["forecast"] == name) & (table["window"] == "all")].iloc[0]


def test_by_hand(tiny):
    """CRPS: mean |x - 2| is 2, half of mean |x - x'| is 1. IGN: no draw, or all, in the outcome's bin. MIS: 0 to 4."""
    table = score_submission(tiny / "ours", tiny / "actuals", "cm")
    assert table["window"].tolist() == ["Y2018", "all"]
    for row in table.to_dict("records"):
        assert (row["unit_months"], row["left_out"], row["not_forecast"]) == (24, 0, 0)
        assert row["crps"] == pytest.approx((1.0 + 0.0) / 2)
        assert row["ign"] == pytest.approx((-np.log2(1 / 1011) - np.log2(1001 / 1011)) / 2)
        assert row["mis"] == pytest.approx((4.0 + 0.0) / 2)
        assert row["coverage"] == 1.0
        assert np.isnan(row["pinball"])


def test_miss_of_the_interval(tiny):
    """An outcome 6 above the 90 % interval costs its width and 20 times the miss."""
    write_actuals(tiny / "more", "cm", WINDOW, UNITS, np.array([[10] * 12, [0] * 12]))
    row = overall(score_submission(tiny / "ours", tiny / "more"), "ours")
    assert row["mis"] == pytest.approx((4 + 20 * 6) / 2)
    assert row["coverage"] == 0.5


def test_streamed_equals_all_at_once(tmp_path, monkeypatch):
    """Units read a few at a time give the scores of all draws scored together, window by window and over all."""
    rng = np.random.default_rng(5)
    units = np.arange(100, 107)
    monkeypatch.setattr(challenge_file.read_submission, "__defaults__", (2,))
    each = []
    for window in (WINDOW, Window(2020)):
        draws = rng.negative_binomial(0.3, 0.05, (7, 12, 1000))
        outcome = rng.negative_binomial(0.3, 0.05, (7, 12))
        write_submission(tmp_path / "ours", "pgm", window, units, draws)
        write_actuals(tmp_path / "actuals", "pgm", window, units, outcome)
        each.append(score_draws(draws.reshape(84, 1000), outcome.reshape(84)))
    table = score_submission(tmp_path / "ours", tmp_path / "actuals").set_index("window")
    for name in ("crps", "ign", "mis"):
        means = [getattr(one, name).mean() for one in each]
        assert table[name].tolist() == pytest.approx([*means, np.mean(means)], rel=1e-12)


def test_pinball_is_the_weighted_interval_score():
    """Bracher and others 2021: with the median and K intervals, (|y - m| / 2 + sum of alpha / 2 IS) / (K + 1/2)."""
    rng = np.random.default_rng(2)
    values = np.sort(rng.gamma(1, 20, (50, 5)), axis=1)
    seen = rng.gamma(1, 30, 50)
    expected = np.abs(seen - values[:, 2]) / 2
    for low, high, alpha in ((0, 4, 0.1), (1, 3, 0.5)):
        lower, upper = values[:, low], values[:, high]
        missed = np.maximum(lower - seen, 0) + np.maximum(seen - upper, 0)
        expected += alpha / 2 * (upper - lower + 2 / alpha * missed)
    assert pinball(values, [0.05, 0.25, 0.5, 0.75, 0.95], seen) == pytest.approx(expected / 2.5)


def test_pinball_comes_near_the_crps():
    """On many quantiles of the draws the pinball loss is the CRPS, but for the coarseness of quantiles."""
    rng = np.random.default_rng(3)
    draws, seen = rng.gamma(1, 20, (20, 1000)), rng.gamma(1, 20, 20)
    levels = (np.arange(500) + 0.5) / 500
    loss = pinball(np.quantile(draws, levels, axis=1).T, levels, seen)
    assert loss == pytest.approx(score_draws(draws, seen).crps, rel=0.01)


def test_interval_score_below_inside_and_above():
    """Width alone inside, 20 times the miss more outside."""
    assert interval_score([2, 2, 2], [5, 5, 5], [1, 3, 7]) == pytest.approx([23, 3, 43])


def test_draws_and_quantiles_on_the_same_events(tiny):
    """Both are scored on country 41 in two months; what was left out is said; draws get the same quantiles."""
    path = quantiles(tiny / "theirs.csv", **{"0.05": [0, 1], "0.5": [1, 1], "0.95": [3, 1], "mean": [1, 1]})
    table = compare([tiny / "ours", path], tiny / "actuals")
    assert table["forecast"].tolist() == ["ours", "ours", "theirs", "theirs"]
    ours, theirs = overall(table, "ours"), overall(table, "theirs")
    assert ours[["unit_months", "left_out", "not_forecast"]].tolist() == [2, 22, 0]
    assert theirs[["unit_months", "left_out", "not_forecast"]].tolist() == [2, 0, 22]
    assert (ours["crps"], ours["mis"], ours["coverage"]) == (pytest.approx(1.0), pytest.approx(4.0), 1.0)
    # quantiles 0, 2, 4 of the draws: 2 * (0.05 * 2 + 0 + 0.05 * 2) / 3
    assert ours["pinball"] == pytest.approx(2 * (0.05 * 2 + 0.0 + 0.05 * 2) / 3)
    first, second = 2 * (0.05 * 2 + 0.5 + 0.05 * 1) / 3, 2 * (0.05 + 0.5 + 0.95) / 3
    assert theirs["pinball"] == pytest.approx((first + second) / 2)
    assert theirs["mis"] == pytest.approx((3 + (0 + 20 * 1)) / 2)
    assert theirs["coverage"] == 0.5
    assert np.isnan(theirs["crps"])
    assert np.isnan(theirs["ign"])


def test_pinball_only_on_shared_levels(tiny):
    """Tables with other quantiles are compared on those they share; without 5 % and 95 % there is no interval."""
    one = quantiles(tiny / "one.csv", **{"0.25": [0, 0], "0.5": [1, 1], "0.75": [3, 3]})
    two = quantiles(tiny / "two.csv", **{"0.5": [1, 1], "0.9": [9, 9]})
    table = compare([one, two], tiny / "actuals")
    assert table["pinball"].tolist() == pytest.approx([1.0] * 4)
    assert table[["mis", "coverage"]].isna().all(axis=None)


def test_not_in_the_actuals(tiny):
    """What did not come to pass yet is left out, window by window; nothing shared is an error."""
    write_submission(tiny / "ours", "cm", Window(2019), UNITS, np.zeros((2, 12, 1000), dtype=np.int8))
    table = score_submission(tiny / "ours", tiny / "actuals").set_index("window")
    assert table["unit_months"].to_dict() == {"Y2018": 24, "Y2019": 0, "all": 24}
    assert table["left_out"].to_dict() == {"Y2018": 0, "Y2019": 24, "all": 24}
    assert np.isnan(table.loc["Y2019", "crps"])
    assert table.loc["all", "crps"] == pytest.approx(0.5)
    write_actuals(tiny / "later", "cm", Window(2022), UNITS, np.zeros((2, 12)))
    with pytest.raises(DataError, match="No unit and month is in all forecasts and in the actuals"):
        score_submission(tiny / "ours", tiny / "later")


def test_units_not_forecast_are_counted(tiny):
    """A forecaster who leaves a country out is told so."""
    write_submission(tiny / "one", "cm", WINDOW, UNITS[:1], np.zeros((1, 12, 1000), dtype=np.int8))
    table = compare([tiny / "one", tiny / "ours"], tiny / "actuals")
    assert overall(table, "one")[["unit_months", "left_out", "not_forecast"]].tolist() == [12, 0, 12]
    assert overall(table, "ours")[["unit_months", "left_out", "not_forecast"]].tolist() == [12, 12, 0]


def test_equal_names_are_told_apart(tiny):
    """Two folders, or two tables, of one name are named with their path."""
    again = tiny / "elsewhere" / "ours"
    write_submission(again, "cm", WINDOW, UNITS, np.zeros((2, 12, 1000), dtype=np.int8))
    table = compare([tiny / "ours", again], tiny / "actuals")
    assert table["forecast"].unique().tolist() == [str(tiny / "ours"), str(again)]


def test_published_benchmarks(shared):
    """Two benchmarks of the challenge in 17 countries, 2018 to 2021, against UCDP deaths: 816 months each."""
    events = shared / "events"
    table = compare(
        [events / "views_benchmarks_quantiles_2018_2021.csv"], events / "views_country_month_gedsb_1990_2021.csv"
    )
    assert len(table) == 2 * 5
    assert (table["left_out"] == 0).all()
    assert (table["not_forecast"] == 0).all()
    boot, last = overall(table, "bootstrap"), overall(table, "last_historical_poisson")
    assert (boot["unit_months"], last["unit_months"]) == (816, 816)
    assert boot[["pinball", "mis"]].tolist() == pytest.approx([16.392107, 244.274449])
    assert last[["pinball", "mis"]].tolist() == pytest.approx([14.469183, 268.531127])
    assert boot["coverage"] == pytest.approx(715 / 816)
    assert last["coverage"] == pytest.approx(575 / 816)


def test_table_of_quantiles(shared):
    """Each benchmark is a forecast of its own, with its mean and both kinds of units."""
    boot, last = read_quantiles(shared / "events" / "views_benchmarks_quantiles_2018_2021.csv")
    assert (boot.name, last.name) == ("bootstrap", "last_historical_poisson")
    assert boot.levels.tolist() == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert boot.values.shape == last.values.shape == (816, 5)
    assert list(boot.keys) == ["month_id", "country_id", "iso3"]
    assert boot.mean[0] == 26.833


def test_months_and_codes(tmp_path):
    """Months may be written YYYY-MM, countries as codes."""
    forecast = pd.DataFrame({"month": ["2018-01", "2018-02"], "iso3": ["MLI", "MLI"], "0.5": [3, 4]})
    forecast.to_csv(tmp_path / "ours.csv", index=False)
    seen = pd.DataFrame({"month": ["2018-01", "2018-02"], "iso3": ["MLI", "MLI"], "ged_sb": [3, 6]})
    seen.to_csv(tmp_path / "seen.csv", index=False)
    assert overall(compare([tmp_path / "ours.csv"], tmp_path / "seen.csv"), "ours")["pinball"] == pytest.approx(1.0)
    assert read_actuals(tmp_path / "seen.csv", "cm")["month_id"].tolist() == [457, 458]


def test_cells_in_a_table(tmp_path):
    """A table of cells is scored against cells."""
    pd.DataFrame({"month_id": [457], "priogrid_gid": [9], "0.5": [3]}).to_csv(tmp_path / "ours.csv", index=False)
    write_actuals(tmp_path / "seen", "pgm", WINDOW, [9], np.full((1, 12), 5))
    assert overall(compare([tmp_path / "ours.csv"], tmp_path / "seen"), "ours")["pinball"] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"0.5": [1, -1]}, r"theirs.csv, row 3, .*0.5: this is no number of deaths \(found '-1'\)"),
        ({"0.5": [1, None]}, "row 3, .*0.5: this is no number of deaths"),
        ({"0.5": [1, "many"]}, "row 3, .*0.5: this is no number of deaths .found 'many'"),
        ({"0.5": [1, 1], "mean": [np.inf, 1]}, "row 2, .*mean: this is no number of deaths"),
        ({"0.5": [1, 4], "0.95": [2, 3]}, r"row 3, .*0.95: this is below the quantile 0.5 \(found '3'\). A higher"),
        ({"mean": [1, 1]}, "there is no column of quantiles. Name each by its level"),
        ({"0.5": [1, 1], "median": [1, 1]}, r"this column is not known \(found 'median'\)"),
        ({"0.5": [1, 1], "month_id": [457, 457]}, r"country_id 41, month 457 \(2018-01\): .* stand there twice"),
        ({"0.5": [1, 1], "month_id": [457, 457.5]}, "the column month_id is missing or not whole"),
        ({"0.5": [1, 1], "country_id": [41, None]}, "the column country_id is missing or not whole"),
        ({"0.5": [1, 1], "model": ["a", None]}, "row 3, .*model: there is no name"),
    ],
)
def test_faults_of_a_table(tmp_path, columns, sentence):
    """A fault of a table names file, row, column, value and remedy."""
    with pytest.raises(DataError, match=sentence):
        read_quantiles(quantiles(tmp_path / "theirs.csv", **columns))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"theirs.csv: this cannot be read \(No columns"),
        ("month,iso3,0.5\n2018-13,MLI,1\n", "'2018-13' is not a month"),
        ("month_id,0.5\n457,1\n", "the column country_id, iso3 or priogrid_gid is missing"),
        ("iso3,0.5\nMLI,1\n", "the column month_id is missing"),
    ],
)
def test_file_that_is_no_table(tmp_path, text, sentence):
    """Neither months nor units, or nothing at all."""
    (tmp_path / "theirs.csv").write_text(text)
    with pytest.raises(DataError, match=sentence):
        read_quantiles(tmp_path / "theirs.csv")


def test_faults_of_actuals(tmp_path, tiny):
    """What came needs deaths, once for each unit and month; unknown numbers of units are said."""
    quantiles(tmp_path / "one.csv", deaths=[1, 1])
    with pytest.raises(DataError, match=r"one.csv: there is neither a column outcome nor ged_sb"):
        read_actuals(tmp_path / "one.csv", "cm")
    quantiles(tmp_path / "two.csv", outcome=[1, 1], month_id=[458, 458])
    with pytest.raises(DataError, match=r"two.csv, country_id 41, month 458 \(2018-02\): .* stand there twice"):
        read_actuals(tmp_path / "two.csv", "cm")
    pd.DataFrame({"month_id": [457], "iso3": ["MLI"], "outcome": [1]}).to_csv(tmp_path / "three.csv", index=False)
    with pytest.raises(DataError, match="nothing tells its numbers"):
        compare([tiny / "ours"], tmp_path / "three.csv")
    with pytest.raises(AskError, match="There is no forecast to score"):
        compare([], tiny / "actuals")


@pytest.fixture
def command():
    """The command as the group `toguna forecast` holds it."""
    group = typer.Typer()
    group.command(epilog=EXAMPLE)(score)
    group.command()(lambda: None)
    return lambda *words: CliRunner().invoke(group, ["score", *map(str, words)], env={"COLUMNS": "80"})


def test_command_prints_a_table(tiny, command):
    """Scores, how many unit-months, what was left out, and the next step."""
    path = quantiles(tiny / "theirs.csv", **{"0.05": [0, 1], "0.95": [3, 1]})
    result = command(tiny / "ours", path, "--actuals", tiny / "actuals", "--level", "cm")
    assert result.exit_code == 0, result.output
    assert "2 unit-months are in all forecasts and in the actuals." in result.output
    assert "ours: 22 left out, which others or the actuals lack." in result.output
    assert "theirs: 22 in the actuals of its years are not forecast." in result.output
    assert "Pinball" in result.output
    assert "--to scores.csv" in result.output


def test_command_writes_a_table(tiny, command):
    """The table as a file holds what the verb returns."""
    result = command(tiny / "ours", "--actuals", tiny / "actuals", "--to", tiny / "scores.csv")
    assert result.exit_code == 0, result.output
    expected = score_submission(tiny / "ours", tiny / "actuals")
    pd.testing.assert_frame_equal(pd.read_csv(tiny / "scores.csv"), expected)


def test_command_says_what_is_missing(tiny, command):
    """A path that is not there is a sentence."""
    result = command(tiny / "none", "--actuals", tiny / "actuals")
    assert isinstance(result.exception, AskError)
    assert "Name a folder in the challenge's layout or a .csv file." in str(result.exception)


def test_help_fits_and_shows_an_example(command):
    """80 columns, with an example."""
    text = command("--help").output
    assert max(map(len, text.splitlines())) <= 80
    assert EXAMPLE in text
