"""`toguna estimate` as a user meets it: forms it reads, what it prints and writes, and every fault in a bad file."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from toguna.cli import app
from toguna.core.errors import AskError, DataError, TogunaError

KOSOVO = {
    "0001": 306, "0010": 936, "0011": 123, "0100": 845, "0101": 31, "0110": 217, "0111": 32, "1000": 1131, "1001": 106,
    "1010": 228, "1011": 42, "1100": 177, "1101": 18, "1110": 181, "1111": 27,
}  # fmt: skip
QUICK = ("--iterations", "1000", "--no-sensitivity")


def ask(*arguments):
    """What the command prints; a mistake is raised as it is."""
    done = CliRunner().invoke(app, ["estimate", *map(str, arguments)])
    if done.exception is not None:
        raise done.exception
    return done


def small_file(path, rows=300):
    """One row a person on three lists in two areas, with a name that must never be shown."""
    rng = np.random.default_rng(3)
    on = (rng.random((rows, 3)) < [0.5, 0.4, 0.45]).astype(int)
    frame = pd.DataFrame(on, columns=["police", "press", "clinic"])
    frame["area"] = np.where(np.arange(rows) % 3 > 0, "north", "south")
    frame["name"] = [f"Person{at}" for at in range(rows)]
    frame = frame[on.any(axis=1)]
    frame.to_csv(path, index=False)
    return frame


@pytest.fixture
def counts(tmp_path):
    """The killings in Kosovo as one row a pattern."""
    path = tmp_path / "kosovo.csv"
    rows = ["EXH,ABA,OSCE,HRW,count", *(",".join([*key, str(n)]) for key, n in KOSOVO.items())]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_kosovo_is_shown_by_every_method(counts):
    """Published numbers, the range, disagreement, diagnostics and what must be true; and the next step."""
    done = ask(counts, "--iterations", "1000")
    says = " ".join(done.stdout.split())
    for words in (
        "one row a capture pattern, with the count in column count, 15 rows; lists: EXH, ABA, OSCE, HRW",
        "4,400 people on 4 lists", "1,182 on two or more", "10,357 8,994", "12,595 9,827 16,544", "7,395 7,148 7,656",
        "Main methods together: 8,994 to", "not one number", "R-hat", "Worth draws", "delta 1, prior 1/N 4,617",
        "without list HRW", "Methods are close", "What must be true", "No count can test this",
    ):  # fmt: skip
        assert words in says, words
    assert "--to estimate.md" in done.stderr
    assert "seed 1" in done.stderr
    again = ask(counts, *QUICK)
    assert ask(counts, *QUICK).stdout == again.stdout


def test_numbers_of_chains_that_did_not_converge_are_not_printed(counts):
    """A thousand steps are no answer: no number in that row, on the screen or in a file."""
    says = ask(counts, *QUICK).stdout
    row = next(line for line in says.splitlines() if line.startswith("latent classes"))
    assert re.search(r"b 0\.25 +none +none +none", row)
    assert "not to be used" in " ".join(says.split())
    ask(counts, *QUICK, "--to", counts.with_suffix(".json"))
    kept = json.loads(counts.with_suffix(".json").read_text(encoding="utf-8"))
    assert [row["N"] for row in kept["methods"] if not row["holds"]] == [None]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_three_forms_of_the_same_people_give_the_same(tmp_path, suffix):
    """People, patterns, patterns as text, and people on a list; CSV and XLSX; what was understood is said."""
    frame = small_file(tmp_path / "unused.csv")
    lists = ["police", "press", "clinic"]
    keys = frame[lists].astype(str).agg("".join, axis=1)
    long = frame.assign(person=[f"p{at}" for at in range(len(frame))]).melt("person", lists, "list")
    forms = {
        "one row a person, with": frame[[*lists, "name"]],
        "column n": frame[lists].value_counts().rename("n").reset_index(),
        "one row a capture pattern (column pattern)": keys.value_counts().rename_axis("pattern").reset_index(name="n"),
        "on a list (column list)": long.loc[long["value"] == 1, ["person", "list"]],
    }
    seen = set()
    for number, (words, form) in enumerate(forms.items()):
        path = tmp_path / f"{number}{suffix}"
        form.to_csv(path, index=False) if suffix == ".csv" else form.to_excel(path, index=False)
        order = () if "pattern)" in words else ("--lists", "police,press,clinic")
        says = ask(path, *order, *QUICK).stdout
        assert words in " ".join(says.split())
        assert "Person" not in says
        seen.add(says[says.index("How many in all") :])
    assert len(seen) == 1


def test_person_twice_on_a_list_counts_once(tmp_path):
    """Said aloud; semicolons and a mark at the beginning of the file are read."""
    path = tmp_path / "long.csv"
    rows = [f"{who};{which}" for who in range(40) for which in "abc" if (who * 7 + ord(which)) % 3]
    path.write_text("\n".join(["person;list", *rows, *rows[:5]]), encoding="utf-8-sig")
    assert "5 of them said twice and counted once" in " ".join(ask(path, *QUICK).stdout.split())


def test_parts_are_shown_and_small_ones_put_together(tmp_path):
    """Parts and their sum; a part of fewer than five people is never a row of its own, nor in any file."""
    frame = small_file(tmp_path / "a.csv")
    frame.loc[frame.index[:3], "area"] = "hamlet"
    frame.to_csv(tmp_path / "a.csv", index=False)
    done = ask(tmp_path / "a.csv", "--by", "area", *QUICK, "--to", tmp_path / "o.csv", "--to", tmp_path / "o.json")
    shown = ask(tmp_path / "a.csv", "--by", "area", *QUICK).stdout
    written = (tmp_path / "o.csv").read_text(encoding="utf-8") + (tmp_path / "o.json").read_text(encoding="utf-8")
    for text in (shown, written):
        assert "hamlet" not in text
        assert "Person" not in text
        assert "2 parts together" in " ".join(text.split())
    assert "By part, and all parts together" in shown
    assert "Wrote" in done.stdout
    rows = pd.read_csv(tmp_path / "o.csv")
    rows = rows[rows["table"] == "parts"]
    whole = rows[rows["part"] == "all"].iloc[0]["seen"]
    assert whole == len(frame)
    assert rows[(rows["part"] != "all") & (rows["method"] == "log-linear")]["seen"].sum() == whole
    assert (rows["seen"] >= 5).all()


def test_other_files_hold_rows_and_sentences(counts, tmp_path):
    """JSON, Markdown and XLSX say what must be true and what they were made from; CSV holds all rows."""
    names = [tmp_path / f"o{suffix}" for suffix in (".csv", ".json", ".md", ".xlsx")]
    ask(counts, *QUICK, *(one for name in names for one in ("--to", name)))
    kept = json.loads(names[1].read_text(encoding="utf-8"))
    assert {row["method"] for row in kept["methods"]} == {"log-linear", "decomposable graphs", "latent classes"}
    assert len(kept["must_hold"]) == 4
    assert kept["made_from"]["seed"] == 1
    assert len(pd.read_csv(names[0])) == len(kept["methods"])
    text = names[2].read_text(encoding="utf-8")
    assert "| log-linear | best BIC [123][14][34] | 10,357 | 8,994 | 12,111 |" in text
    assert "## What must be true" in text
    book = pd.read_excel(names[3], sheet_name=None, header=None)
    assert list(book) == ["read me", "How many in all"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_replicates_are_pooled(tmp_path):
    """Several files of the same people; each by itself and all together."""
    rng = np.random.default_rng(2)
    for number in range(3):
        frame = small_file(tmp_path / f"r{number}.csv")
        flips = rng.random(len(frame)) < 0.03
        frame["clinic"] = np.where(flips, 1, frame["clinic"])
        frame.drop(columns="name").to_csv(tmp_path / f"r{number}.csv", index=False)
    files = [tmp_path / f"r{number}.csv" for number in range(3)]
    says = ask(*files, "--replicates", "--iterations", "2000").stdout
    assert "Each replicate by itself" in says
    assert "filled in well" in says
    with pytest.raises(AskError, match="Give one, or --replicates"):
        ask(*files, *QUICK)


BAD = """list A,list B,list C,area,count
1,0,1,north,5
2,0,1,north,5
0,0,0,north,3
1,,1,south,4
1,1,0,south,Moussa Traore
1,1,1,south,-4
1,1,1,south
0,1,1,south,4.5
1,0,0,south,8
1,1,0,south,8
0,1,0,south,8
0,0,1,south,8
1,1,1,south,8
0,1,1,south,8
1,0,1,south,8
1,0,1,north,8
1,0,0,north,8
"""


def test_every_fault_of_a_file_is_named_with_row_and_remedy(tmp_path):
    """All at once, in order; what may be somebody's name is not repeated."""
    (tmp_path / "bad.csv").write_text(BAD, encoding="utf-8")
    with pytest.raises(DataError) as found:
        ask(tmp_path / "bad.csv", "--by", "area")
    says = str(found.value)
    assert ": 7. Nothing was estimated" in says
    rows = [int(one) for one in re.findall(r"row (\d+)", says)]
    assert rows == [3, 4, 5, 6, 7, 8, 9]
    for words in (
        "row 3, column list A: is neither 0 nor 1 (found '2'). Write 1", "row 4: is on no list",
        "row 5, column list B: is empty", "row 6, column count: is not a count of people (found 'text of 13 letters')",
        "(found '-4'). Write a whole number", "row 8: there are 4 values for 5 columns", "(found '4.5')",
    ):  # fmt: skip
        assert words in says, words
    assert "Moussa" not in says


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("a,b,count\n1,0,5\n0,1,4\n1,1,3\n", (), "with fewer than 3"),
        ("a,b,c,count\n1,0,0,5\n0,1,0,4\n0,0,1,3\n", (), "Nobody is on two lists"),
        ("a,b,c,count\n1,0,0,5\n1,1,0,4\n0,0,1,3\n", (), "List c has nobody in common"),
        ("a,b,c\n1,0,0\n1,1,0\n", ("--by", "area"), "no column 'area'"),
        ("a,b,c\n1,0,0\n1,1,0\n", ("--lists", "a,b,d"), "no list 'd'"),
        ("a,a,c\n1,0,0\n", (), "stands twice"),
        ("a,,c\n1,0,0\n", (), "column 2 has no name"),
        ("a,b,c\n", (), "no rows below a head"),
        ("", (), "no rows below a head"),
        ("pattern,count\n110,4\n11,5\n011,3\n101,2\n", (), "is no pattern of 3 lists (found '11')"),
        ("where,what,why\nx,y,z\nq,r,s\n", (), "in none of three forms"),
        ("person,list\nK1,a\n,b\nK2,\n", (), ": 2. Nothing was estimated"),
        ("who,which\n" + "\n".join(f"{at},Ali{at}" for at in range(30)), (), "too many to be lists"),
        ("person,list,area\n1,a,x\n1,b,y\n", ("--by", "area"), "differs from row 2"),
        ("a,b,c\n1,1,0\n0,1,1\n1,0,1\n", ("--level", "95"), "level is 95"),
        ("a,b,c\n1,1,0\n0,1,1\n1,0,1\n", ("--delta", "0"), "Delta is 0"),
        ("a,b,c\n1,1,0\n0,1,1\n1,0,1\n", ("--delta", "many"), "not all numbers"),
        ("a,b,c\n1,1,0\n0,1,1\n1,0,1\n", ("--to", "o.pdf"), ".md"),
        ("a,b,c\n1,1,0\n0,1,1\n1,0,1\n", ("--to", "nowhere/o.md"), "no folder"),
        ("a,b,c\n1,1,0\n0,1,1\n1,0,1\n", ("--replicates", "--by", "a"), "do not go together"),
        ("a,b,c\n1,1,0\n0,1,1\n1,0,1\n", ("--replicates",), "Give two at least"),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path, monkeypatch, text, arguments, words):
    """What is wrong and what to do, before long work."""
    monkeypatch.chdir(tmp_path)
    Path("f.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TogunaError) as found:
        ask("f.csv", *arguments)
    assert words in str(found.value)
    assert "Ali" not in str(found.value)


def test_files_that_are_not_what_they_say(tmp_path):
    """Another form, nothing there, other letters, no spreadsheet."""
    (tmp_path / "a.xlsx").write_text("a,b,c\n1,1,0\n", encoding="utf-8")
    (tmp_path / "b.csv").write_bytes("a,b,c\n1,1,é\n".encode("latin-1"))
    for name, words in (
        ("a.xlsx", "not an XLSX"),
        ("b.csv", "row 2: not UTF-8"),
        ("c.csv", "no file"),
        ("d", "no file"),
    ):
        with pytest.raises(TogunaError, match=words):
            ask(tmp_path / name)


def test_works_without_extras(counts):
    """CSV needs nothing of the accounts extra; the verb is the same."""
    blocked = ["openpyxl", "cryptography", "duckdb", "splink", "sqlalchemy", "psycopg", "rfc3161_client"]
    code = (
        f"import sys; [sys.modules.__setitem__(one, None) for one in {blocked}]\n"
        f"from toguna.cli import main; sys.argv = ['toguna', 'estimate', {str(counts)!r}, *{list(QUICK)}]; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "10,357" in done.stdout


def test_the_verb_is_there():
    """`tg.estimate` is the verb of the room."""
    import toguna as tg

    assert tg.estimate is importlib.import_module("toguna.accounts.estimation").estimate
