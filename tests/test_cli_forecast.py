"""`toguna forecast` as a user meets it."""

import pandas as pd
import pytest

from tests.test_cli import run

CAR = "events/ucdp_ged231_car_1991_2019.csv"
TOTAL = "events/ucdp_country_month_total_1989_2024.csv"


@pytest.mark.parametrize("command", [(), ("ahead",), ("backtest",), ("submit",), ("score",)])
def test_every_help_fits_eighty_columns(command):
    """Help is shown at 80 columns without a line cut off."""
    done = run("forecast", *command, "--help")
    assert done.returncode == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_a_packs_name_is_enough(tmp_path):
    """The made-up country: months, chances, what is served and why; a table goes to a file."""
    shown = run("forecast", "ouadji", "--months", "2", width="110")
    assert shown.returncode == 0, shown.stderr
    for words in ("2015-01", "conflictology12", "too short a past", "Note: 36 months are known"):
        assert words in shown.stdout
    kept = run("forecast", "ouadji", "--months", "2", "--to", str(tmp_path / "risk.csv"))
    assert kept.returncode == 0, kept.stderr
    table = pd.read_csv(tmp_path / "risk.csv")
    assert {"unit", "month", "mean", "low", "high", "chance_1", "chance_10", "chance_25", "model"} <= set(table)


def test_a_file_of_events_is_forecast_by_cell(shared, tmp_path):
    """GED events without a pack: cells with shapes in a file, only as far as was public by a month."""
    to = tmp_path / "cells.geojson"
    done = run("forecast", shared / CAR, "--grain", "cell", "--months", "1", "--as-of", "2003-06", "--model", "zero",
               "--to", to)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "cells.geojson" in done.stdout
    assert to.stat().st_size > 10_000


def test_a_back_test_prints_all_models_and_what_is_served(shared):
    """Every model beside the baselines; activity strata; served by lead."""
    done = run("forecast", "backtest", shared / CAR, "--grain", "admin2", "--first", "2012-01", "--last", "2016-12",
               "--months", "1", "--every", "12", width="120")  # fmt: skip
    assert done.returncode == 0, done.stderr
    for words in ("ensemble", "hurdle", "zero", "conflictology12", "quiet", "1 months ahead, all units"):
        assert words in done.stdout


def test_submit_and_score_go_round(shared, tmp_path):
    """What is written for the challenge is read and scored; the actuals are written beside it."""
    done = run("forecast", "submit", shared / TOTAL, "--target", "all", "--window", "Y2015", "--model",
               "conflictology12", "--to", tmp_path / "ours")  # fmt: skip
    assert done.returncode == 0, done.stderr
    scored = run("forecast", "score", tmp_path / "ours", "--actuals", tmp_path / "ours-actuals", width="120")
    assert scored.returncode == 0, scored.stderr
    assert "204 unit-months" in scored.stdout
    late = run("forecast", "submit", shared / TOTAL, "--target", "all", "--window", "Y2031", "--to", tmp_path / "late")
    assert late.returncode == 2
    assert "the series runs from 1989-01 to 2024-12" in late.stderr
    assert not (tmp_path / "late").exists()


def test_mistakes_are_sentences(shared, tmp_path):
    """Wrong table, grain of a monthly file, gaps, other files, data too old: each says what to do."""
    wrong = run("forecast", "ouadji", "--table", "maps")
    assert wrong.returncode == 2
    assert "Choose one of months, whole, total, skill" in wrong.stderr
    by_cell = run("forecast", shared / TOTAL, "--grain", "cell")
    assert by_cell.returncode == 2
    assert "needs a file of events" in by_cell.stderr
    gap = tmp_path / "gap.csv"
    rows = (shared / TOTAL).read_text(encoding="utf-8").splitlines()
    gap.write_text("\n".join(row for row in rows if not row.startswith("2001-05,MLI")), encoding="utf-8")
    done = run("forecast", gap)
    assert done.returncode == 2
    assert "MLI has no count (missing is not zero) in 2001-05" in done.stderr
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    refused = run("forecast", other, "--grain", "cell")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    old = run("forecast", "mali", "--grain", "town")
    assert old.returncode == 2
    assert "past the models' reach" in old.stderr
