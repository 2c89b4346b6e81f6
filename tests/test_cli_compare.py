"""`toguna compare` as a user meets it."""

import importlib
import json
from io import StringIO

import pandas as pd
import pytest
from typer.testing import CliRunner

import toguna as tg
from tests.test_cli import run
from toguna.cli import app
from toguna.core.errors import TogunaError

MANDATES = ("protect-first", "search-and-destroy")
SMALL = ("compare", "ouadji", "--as-of", "2013-06", "--mandates", ",".join(MANDATES), "--years", "0.5",
         "--draws", "40")  # fmt: skip


def test_help_fits_eighty_columns():
    """Help is shown at 80 columns without a line cut off, with an example and all tables."""
    done = run("compare", "--help")
    assert done.returncode == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert "Example: toguna compare mali" in done.stdout
    for name in ("would-change", "hangs-on", "astray"):
        assert name in done.stdout


def test_it_prints_flags_then_sentences_then_the_ladder(tmp_path):
    """In this order; notes once; the next step, what it was made from, and the model for others."""
    done = run(*SMALL, "--ema", "ema", cwd=tmp_path, width="110")
    assert done.returncode == 0, done.stderr
    words = (
        "3 mandates, 2013-07 to 2013-12, 40 draws",
        "search-and-destroy: no authority: No text found",
        "First place by share of draws",
        "By principle: median, 90 % range",
        "people in need whom no help reaches, people a month; less is better",
        "Note: The assumptions rest on findings from other wars",
        "Wrote ema/model.py",
    )
    places = [done.stdout.index(one) for one in words]
    assert places == sorted(places)
    assert [one for one in done.stdout.splitlines() if one.startswith(("1 ", "2 ", "3 ")) and "nothing" in one]
    notes = [one for one in done.stdout.splitlines() if one.startswith("Note: ")]
    assert len(notes) == len(set(notes))
    assert "Pack ouadji" in done.stderr
    assert "--table break-even" in done.stderr
    assert (tmp_path / "ema" / "comparison.npz").stat().st_size > 1000


@pytest.fixture(scope="module")
def small():
    """What the command compares, made once."""
    return tg.compare(tg.read_country("ouadji", as_of="2013-06"), MANDATES, years=0.5, draws=40)


@pytest.fixture
def asked(small, monkeypatch):
    """The command with that comparison in place of its own; returns what it prints."""
    monkeypatch.setattr(importlib.import_module("toguna.comparison.compare"), "compare", lambda *_, **__: small)

    def ask(*arguments):
        done = CliRunner().invoke(app, [*SMALL, *map(str, arguments)])
        assert done.exit_code == 0, done.exception
        return done.stdout

    return ask


def test_tables_are_printed_and_written(asked, small, tmp_path):
    """By name; a file holds all columns of the table, a screen no exponent."""
    for name in ("ranking", "places", "spread", "missing", "futures", "findings", "astray"):
        shown = asked("--table", name)
        assert "e+0" not in shown, name
        assert shown.strip(), name
    assert f"Wrote {tmp_path}" in asked("--table", "spread", "--to", tmp_path / "spread.csv")
    assert list(pd.read_csv(tmp_path / "spread.csv")) == list(small.spread)


def test_other_forms_hold_all_columns(asked, small):
    """CSV and JSON on the screen, the ranking where no table is named; nothing else is in between."""
    as_csv = pd.read_csv(StringIO(asked("--format", "csv")))
    assert list(as_csv) == list(small.ranking.order)
    as_json = json.loads(asked("--format", "json", "--table", "spread"))
    assert len(as_json) == len(small.spread)
    assert set(as_json[0]) == set(small.spread)
    assert len(json.loads(asked("--format", "json", "--table", "places"))) == 3


def test_contributions_that_nobody_asked_about(asked, small):
    """Said, with the option that asks."""
    done = CliRunner().invoke(app, [*SMALL, "--table", "contributions"])
    assert "--contributions canada-2013" in str(done.exception)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--mandates", "peace"), "There is no mandate 'peace'"),
        (("--mandates", "as-is,as-is"), "'as-is' stands twice"),
        (("--table", "winner"), "Choose one of ranking, decisions"),
        (("--mandates", "as-is", "--between", "as-is,peace"), "'peace' is not compared. Choose two of nothing, as-is"),
        (("--mandates", "as-is", "--between", "as-is"), "takes two mandates"),
        (("--measure", "happiness"), "Choose one of not_reached"),
        (("--samples", "100"), "power of 2"),
        (("--to", "table.xlsx"), ".parquet"),
        (("--draws", "5"), "at least 10 draws"),
        (("--contributions", "atlantis"), "There is no contribution 'atlantis'"),
        (("--assumptions", "broken.yaml"), "Did you mean cost_un?"),
        (("--assumptions", "unbounded.yaml"), "out of order"),
    ],
)
def test_a_mistake_is_a_sentence_before_long_work(arguments, words, tmp_path, monkeypatch):
    """Names, files and numbers that cannot be."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.yaml").write_text("cost_um: {bounds: [1, 2]}\n", encoding="utf-8")
    (tmp_path / "unbounded.yaml").write_text("cost_un: {bounds: [2, 1]}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["compare", "ouadji", "--as-of", "2013-06", *arguments])
    assert isinstance(done.exception, TogunaError), done.output
    assert words in str(done.exception)
