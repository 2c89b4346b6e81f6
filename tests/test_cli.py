"""The command line as a user meets it: whole processes, exit codes, sentences instead of tracebacks."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

TOGUNA = str(Path(sys.executable).parent / "toguna")


def run(*arguments, cwd=None, width="80"):
    """Run the command line as a user would, at 80 columns."""
    env = {"PATH": "/usr/bin:/bin", "COLUMNS": width, "LANG": "C.UTF-8", "HOME": str(cwd or Path.cwd())}
    return subprocess.run([TOGUNA, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=cwd, env=env)


@pytest.mark.parametrize(
    "command",
    [
        *[(), ("brief",), ("assess",), ("explain",), ("sources",), ("pack",), ("pack", "build"), ("pack", "roads")],
        *[
            ("reach",),
            ("corridors",),
            ("critical",),
            ("supply",),
            ("trade",),
            ("displace",),
            ("displace", "run"),
            ("displace", "ahead"),
            ("plan",),
            ("compare",),
            ("estimate",),
            ("account",),
        ],
    ],
)
def test_every_help_fits_eighty_columns(command):
    """Help is shown at 80 columns without a line cut off, and names an example where arguments are needed."""
    done = run(*command, "--help")
    assert done.returncode == 0
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_brief_writes_what_is_asked_and_says_so(tmp_path):
    """PDF, HTML and docx are written in one go, and the next step is named."""
    done = run("brief", "ouadji", "--to", "a.pdf", "--to", "b.html", "--to", "c.docx", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix) == ["a.pdf", "b.html", "c.docx"]
    assert "Wrote a.pdf" in done.stdout
    assert "toguna explain" in done.stderr


def test_brief_defaults_to_a_pdf_and_a_page_named_after_country_month_and_language(tmp_path):
    """With no file named, two files appear whose names say what they are."""
    done = run("brief", "ouadji", "--as-of", "2013-02", "--language", "fr", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in tmp_path.iterdir() if path.suffix}
    assert names == {"ouadji-2013-02-fr.html", "ouadji-2013-02-fr.pdf"}


def test_brief_looks_ahead_at_flight_and_violence(tmp_path):
    """With --ahead there is a section on each; past what violence is forecast for, that is said."""
    done = run("brief", "ouadji", "--as-of", "2013-02", "--ahead", "13", "--to", "a.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Flight in the months ahead: March 2013 to March 2014" in page
    assert "Deaths in the months ahead: March 2013 to February 2014" in page
    assert "allocated, not validated" in page
    assert "Violence is forecast for 12 months at most; flight for 13." in done.stderr


def test_assess_prints_json_with_provenance_and_csv_with_all_rows():
    """Both machine forms hold the same figures, and JSON says what they were made from."""
    as_json = json.loads(run("assess", "ouadji", "--json").stdout)
    as_csv = run("assess", "ouadji", "--csv").stdout.splitlines()
    assert len(as_json["figures"]) == len(as_csv) - 1
    assert as_json["made_from"]["pack"] == "ouadji"
    assert {one["licence"] for one in as_json["sources"]} == {"CC0-1.0"}


def test_explain_prints_formula_rows_and_source():
    """A number is walked back to its rows and their source."""
    done = run("explain", "1.1-XNA", "--country", "ouadji", width="160")
    assert done.returncode == 0
    for words in ("9,000 people", "neighbouring state", "2014-12-31", "CC0-1.0"):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("brief", "malli"), "Shipped packs: mali, ouadji"),
        (("brief", "ouadji", "--as-of", "last year"), "YYYY-MM"),
        (("brief", "ouadji", "--language", "xx"), "Languages: en, fr"),
        (("brief", "ouadji", "--to", "brief.odt"), ".docx"),
        (("brief", "ouadji", "--hindsight"), "--as-of"),
        (("explain", "9.9-XXX", "--country", "ouadji"), "toguna assess"),
        (("pack", "describe", "villages"), "places"),
        (("pack", "build", "mali", "--from", "nowhere"), "nowhere"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(arguments, words, tmp_path):
    """No traceback, nothing written, and the sentence says what would have been right."""
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert words in " ".join(done.stderr.split())
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith(".")]


def test_pack_check_lists_faults_with_exit_code_1(tmp_path):
    """A faulty pack is not a mistake of the command: its faults are the answer."""
    assert run("pack", "export", "ouadji", "--to", tmp_path / "mine", "--form", "csv").returncode == 0
    assert run("pack", "check", tmp_path / "mine").returncode == 0
    table = tmp_path / "mine" / "tables" / "needs.csv"
    table.write_text(table.read_text().replace("XO0101", "XO7777"))
    done = run("pack", "check", tmp_path / "mine", width="200")
    assert done.returncode == 1
    assert "XO7777" in done.stdout


def test_pack_list_and_describe():
    """Packs, tables and columns can be looked up."""
    assert "made up" in run("pack", "list").stdout
    assert "violence_monthly" in run("pack", "describe").stdout
    assert "people" in run("pack", "describe", "places").stdout
    assert run("--version").stdout.startswith("toguna ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("reach", "ouadji", "--sites", "hub", "--vehicle", "lorry", "--season", "wet"), "Azgar"),
        (("corridors", "ouadji", "--from", "Doumba", "--to", "Azgar", "--month", "2013-02"), "nothing on record"),
        (("critical", "ouadji", "--hours", "8"), "Worst pairs"),
        (("supply", "ouadji", "--source", "Nador", "--target", "Azgar", "--seed", "3"), "Tin-Ager-Nador"),
        (("trade", "mali"), "gravity"),
    ],
)
def test_road_commands_print_their_answers(arguments, words):
    """Each question asked of the roads is answered on the terminal, with what it was made from."""
    done = run(*arguments, width="120")
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
    assert "run " in done.stderr


def test_tables_and_shapes_are_written_as_their_suffix_says(tmp_path):
    """The same answer as CSV, GeoJSON and GeoPackage has the same rows; an unknown suffix is refused."""
    import geopandas
    import pandas as pd

    ask = ("corridors", "ouadji", "--from", "Doumba", "--to", "Azgar", "--month", "2013-02", "--output")
    for name in ("a.csv", "a.geojson", "a.gpkg"):
        assert run(*ask, tmp_path / name).returncode == 0
    rows = len(pd.read_csv(tmp_path / "a.csv"))
    assert rows > 3
    assert len(geopandas.read_file(tmp_path / "a.geojson")) == len(geopandas.read_file(tmp_path / "a.gpkg")) == rows
    done = run(*ask, tmp_path / "a.odt")
    assert done.returncode == 2
    assert ".geojson" in done.stderr


def test_displace_looks_ahead(tmp_path):
    """A pack's name is enough; a table goes to a file; an unknown table is refused."""
    asked = ["displace", "ouadji", "--as-of", "2013-02", "--months", "2", "--runs", "6"]
    shown = run(*asked)
    assert shown.returncode == 0
    assert "2013-03 to 2013-04" in shown.stdout
    assert "Nador" in shown.stdout
    assert "quarter were sent to the wrong country" in shown.stdout
    kept = run(*asked, "--table", "needs", "--to", str(tmp_path / "needs.csv"))
    assert kept.returncode == 0
    assert "litres" in (tmp_path / "needs.csv").read_text(encoding="utf-8")
    wrong = run(*asked, "--table", "camps")
    assert wrong.returncode == 2
    assert "Choose one of arrivals, sites, roads, needs" in wrong.stderr


def test_displace_runs_many_times(shared, tmp_path):
    """With more than one run there are intervals, on two processes as on one."""
    home = shared / "displacement" / "flee"
    asked = ["displace", "run", str(home / "mali2012"), "--hasten", "200", "--runs", "6", "--engine", "cohorts"]
    shown = run(*asked, width="110")
    assert shown.returncode == 0, shown.stderr
    assert "95 %" in shown.stdout
    for workers in ("1", "2"):
        done = run(*asked, "--workers", workers, "--to", str(tmp_path / f"{workers}.csv"))
        assert done.returncode == 0, done.stderr
    table = (tmp_path / "1.csv").read_bytes()
    assert table == (tmp_path / "2.csv").read_bytes()
    assert table.startswith(b"date,place,country,kind,people,counted,low,high")


def test_displace_calibrates_a_scenario_folder(shared, tmp_path):
    """Settings are written that a run takes; what they miss on later days is said; a wrong name is refused."""
    home = shared / "displacement" / "flee"
    fast = tmp_path / "fast.yml"
    fast.write_text("optimisations:\n  hasten: 300\n", encoding="utf-8")
    asked = ["displace", "calibrate", str(home / "mali2012"), "--settings", str(fast), "--draws", "10", "--to"]
    done = run(*asked, str(tmp_path / "calibrated.yml"), width="110")
    assert done.returncode == 0, done.stderr
    assert "on the days after day 100" in done.stdout
    assert "share of that day kept" in done.stdout
    again = run("displace", "run", str(home / "mali2012"), "--settings", str(tmp_path / "calibrated.yml"))
    assert again.returncode == 0, again.stderr
    wrong = run(*asked, str(tmp_path / "calibrated.csv"))
    assert wrong.returncode == 2
    assert "Give a name that ends in .yml" in wrong.stderr


def test_displace_runs_a_scenario_folder(shared, tmp_path):
    """Prints camps beside counts, the naive share and what it was made from; writes days; names a wrong folder."""
    home = shared / "displacement" / "flee"
    asked = ["displace", "run", str(home / "mali2012"), "--settings", str(home / "settings" / "simsetting.yml")]
    done = run(*asked, "--hasten", "100")
    assert done.returncode == 0
    assert "Fassala-Mbera" in done.stdout
    assert "had each camp kept its share of day 30" in done.stdout
    assert "run " in done.stderr
    written = run(*asked, "--hasten", "100", "--to", str(tmp_path / "days.csv"))
    assert written.returncode == 0
    assert len(pd.read_csv(tmp_path / "days.csv")) == 300 * 23
    wrong = run("displace", "run", str(tmp_path / "nowhere"))
    assert wrong.returncode == 2
    assert "There is no folder" in wrong.stderr
