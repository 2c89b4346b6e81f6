"""`toguna account` as a user meets it: real keys, a real log, real files; from `new` to `verify`."""

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from tests.accounts import test_due_diligence as due
from tests.cli_account.story import (
    DESTROYED,
    MARKED,
    PEOPLE,
    SEIZED,
    STORED,
    WHY,
    book,
    filled,
    number,
    refused,
    run,
    said,
    weapon,
)
from toguna.cli import account_people, app
from toguna.country import read_country
from toguna.country.packs import find_pack


def test_from_new_to_verify(home):
    """A weapon is seized, stored and destroyed by two people; it is shown, found and proved; a change is named."""
    asked = run(
        "enter", "arms", "seized", "W-1", *fields_of(SEIZED, holder="?"), "--as", "arm", stdin="Police post 4\n"
    )
    assert "Entered arms W-1: seized" in asked.out
    run("enter", "arms", "marked", "W-1", *fields_of(MARKED), "--as", "arm")
    run("enter", "arms", "stored", "W-1", "--from", said(STORED), "--as", "arm")
    assert "W-1" in run("find", "arms", "O123456", "--by", "serial", *WHY, "--as", "arm").out  # O is read as 0
    proposal = run("enter", "arms", "destroyed", "W-1", "--from", said(DESTROYED), "--as", "arm")
    assert "second person" in proposal.out
    assert "another one" in refused("confirm", number(proposal), "arms", "W-1", *WHY, "--as", "arm")
    shown = run("show", "arms", "W-1", *WHY, "--as", "arm").out
    assert f"Waits for a second person: entry {number(proposal)}, destroyed, by arm" in shown
    assert "by two people" in run("confirm", number(proposal), "arms", "W-1", *WHY, "--as", "com").out
    shown = run("show", "arms", "W-1", *WHY, "--as", "arm").out
    assert "arms W-1: destroyed" in shown
    assert "0123456" in shown
    assert "Police post 4" not in shown
    assert "Not shown: from_holder, holder, witnesses" in shown
    assert "Nothing is wrong." in run("verify").out
    with closing(sqlite3.connect("account/log.db")) as file, file:
        file.executescript("DROP TRIGGER entries_no_update")
        file.execute(
            "UPDATE entries SET leaf = CAST(substr(leaf, 1, 90) || x'00' || substr(leaf, 92) AS BLOB) WHERE number = 4"
        )
    found = run("verify", code=1).out
    assert "altered: entry 4" in found
    assert "guards" in found


def fields_of(fields, **instead):
    """Fields as options of `enter`."""
    return [word for key, value in {**fields, **instead}.items() for word in ("--field", f"{key}={value}")]


def test_every_kind_of_tampering_is_named(home):
    """Removed, reordered and cut back: each is named, the last by a head printed before."""
    weapon("W-1")
    run("head", "--to", "before.txt")
    weapon("W-2", serial="77")
    run("head", "--to", "after.txt")
    assert "Nothing is wrong" in run("verify", "--against", "before.txt", "--against", "after.txt").out

    def tampered(number, *statements):
        folder = f"copy-{number}"
        shutil.copytree("account", folder)
        with closing(sqlite3.connect(f"{folder}/log.db")) as file, file:
            for name in ("entries_no_update", "entries_no_delete"):
                file.execute(f"DROP TRIGGER {name}")
            for one in statements:
                file.execute(one)
        return run("verify", "--folder", folder, code=1).out

    assert "removed: entry 3" in tampered(1, "DELETE FROM entries WHERE number = 3")
    swap = [f"UPDATE entries SET number = {new} WHERE number = {old}" for old, new in ((3, -1), (4, 3), (-1, 4))]
    assert "reordered" in tampered(2, *swap)
    copied = "INSERT INTO entries SELECT 99, record, leaf, link FROM entries WHERE number = 2"
    assert "inserted" in tampered(3, copied)
    other = Path("other")
    run("new", "--no-passphrase", "--folder", other)
    assert "another log" in run("verify", "--folder", other, "--against", "after.txt", code=1).out


def test_a_log_cut_back_is_shown_by_a_head_kept_elsewhere(home):
    """Put back whole to an old copy, witness file included, only the printed head tells."""
    weapon("W-1")
    old = {one: Path("account", one).read_bytes() for one in ("log.db", "keys.seen")}
    weapon("W-2", serial="77")
    run("head", "--to", "report.txt")
    for name, content in old.items():
        Path("account", name).write_bytes(content)
    assert "Nothing is wrong" in run("verify").out
    assert "missing: the log was cut back" in run("verify", "--against", "report.txt", code=1).out


def test_passphrases_are_asked_for_and_never_shown(tmp_path, monkeypatch):
    """Without the passphrase nothing opens; it comes by prompt or variable, and stands in no output."""
    monkeypatch.chdir(tmp_path)
    made = run("new", stdin="long and secret\nlong and secret\n")
    assert "long and secret" not in made.out
    assert "Nothing is wrong" in run("verify", stdin="long and secret\n").out
    assert "Nothing is wrong" in run("verify", TOGUNA_PASSPHRASE="long and secret").out
    assert "does not open" in refused("verify", TOGUNA_PASSPHRASE="wrong")
    assert Path("account/keys").stat().st_mode & 0o077 == 0
    assert Path("account").stat().st_mode & 0o077 == 0
    assert "there already" in refused("new", "--no-passphrase")


def test_nothing_is_left_of_an_account_that_could_not_begin(tmp_path, monkeypatch):
    """A database that cannot be reached leaves no folder behind."""
    monkeypatch.chdir(tmp_path)
    run("new", "--no-passphrase", "--database", "sqlite:////nowhere/log.db", code=2)
    assert list(tmp_path.iterdir()) == []


def test_two_machines_part_and_meet(home):
    """A second machine goes on with a copy, and what it entered comes back once; a backup makes a third."""
    weapon("W-1")
    run("enrol", "--to", "gao", "--no-passphrase", "--as", "com")
    run("enter", "arms", "seized", "W-9", "--from", said(SEIZED | {"serial": "9"}), "--as", "arm", "--folder", "gao")
    assert "Nothing is wrong" in run("verify", "--folder", "gao").out
    run("export", "--to", "gao.log", "--as", "arm", "--folder", "gao")
    assert "entries taken in" in run("merge", "gao.log", "--as", "com").out
    assert run("merge", "gao.log", "--as", "com").out.startswith("0 entries taken in")
    assert "arms W-9: seized" in run("show", "arms", "W-9", *WHY, "--as", "arm").out
    assert "Nothing is wrong" in run("verify").out
    run("backup", "--to", "monday", "--as", "com", TOGUNA_BACKUP_PASSPHRASE="other")
    assert "Nothing is wrong" in run("verify", "--file", "monday").out
    assert "does not open" in refused("restore", "monday", "--folder", "again", "--no-passphrase",
                                      TOGUNA_BACKUP_PASSPHRASE="wrong")  # fmt: skip
    assert not Path("again").exists()
    run("restore", "monday", "--folder", "again", "--no-passphrase", TOGUNA_BACKUP_PASSPHRASE="other")
    Path("again/people.yaml").write_text(PEOPLE, encoding="utf-8")
    assert "arms W-9" in run("show", "arms", "W-9", *WHY, "--as", "arm", "--folder", "again").out
    damaged = bytearray(Path("gao.log").read_bytes())
    damaged[900] ^= 1
    Path("gao.log").write_bytes(damaged)
    assert "nothing was taken from it" in refused("merge", "gao.log", "--as", "com")
    assert "altered: " in run("verify", "--file", "gao.log", code=1).out


def test_steps_entered_apart_are_shown_and_set_aside_by_two(home):
    """Both machines move one weapon; the step that cannot follow is named, and two people set it aside."""
    weapon("W-1")
    run("enrol", "--to", "gao", "--no-passphrase", "--as", "com")
    lost = {"on": "2013-02-08", "area": "XO0101", "report": "R-1"}
    for folder in ("gao", "account"):
        run("enter", "arms", "lost", "W-1", "--from", said(lost), "--as", "arm", "--folder", folder)
    run("export", "--to", "gao.log", "--as", "arm", "--folder", "gao")
    assert "entered apart in: arms W-1" in run("merge", "gao.log", "--as", "com").out
    shown = run("show", "arms", "W-1", *WHY, "--as", "com").out
    conflict = shown.split("entered apart: entry ")[1].split(",")[0]
    asked = run("set-aside", conflict, "arms", "W-1", *WHY, "--as", "arm")
    run("confirm", number(asked), "arms", "W-1", *WHY, "--as", "com")
    assert "entered apart" not in run("show", "arms", "W-1", *WHY, "--as", "com").out


def test_import_lists_all_faults_and_takes_all_or_none(home):
    """A faulty row stops the file; the report has every fault; good rows can be taken; twice adds nothing."""
    heads = [*SEIZED, "record_id"]
    rows = [SEIZED | {"record_id": f"W-{at}", "serial": f"A{at}"} for at in range(4)]
    rows[2]["kind"] = "=cmd()"
    rows[3]["on"] = "soon"
    with Path("feb.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.DictWriter(file, heads)
        lines.writeheader()
        lines.writerows(rows)
    mapping = {
        "ledger": "arms",
        "step": "seized",
        "record_id": {"column": "record_id"},
        "fields": {k: k for k in SEIZED},
    }
    Path("arms.yaml").write_text(yaml.safe_dump(mapping), encoding="utf-8")
    ask = ("import", "feb.csv", "--mapping", "arms.yaml", "--as", "arm")
    sentence = refused(*ask)
    assert "row 4" in sentence
    assert "row 5" in sentence
    assert "2 faults" in run(*ask, "--check", code=1).out
    assert "No record" in run("find", "arms", "A0", "--by", "serial", *WHY, "--as", "arm").out
    assert "Entered 2 steps" in run(*ask, "--only-good", "--report", "faults.csv").out
    assert "'=cmd()" in Path("faults.csv").read_text(encoding="utf-8")
    assert "Entered 0 steps. 2 rows were here already" in run(*ask, "--only-good").out
    assert "no ledger 'weapons'" in refused("import", "feb.csv", "--ledger", "weapons", "--step", "x", "--as", "arm")
    assert "how to read" in refused("import", "feb.csv", "--as", "arm")


def test_templates_and_forms_come_back(home):
    """A template filled in is taken in as it is; so are submissions of the form, once."""
    import openpyxl

    run("template", "arms", "seized", "--to", "seized.xlsx")
    sheet = openpyxl.load_workbook("seized.xlsx")
    heads = [one.value for one in sheet["seized"][1]]
    sheet["seized"].append([(SEIZED | {"record_id": "W-1"}).get(head) for head in heads])
    sheet.save("seized.xlsx")
    done = run("import", "seized.xlsx", "--ledger", "arms", "--step", "seized", "--as", "arm")
    assert "Entered 1 steps" in done.out
    run("xlsform", "arms", "seized", "--to", "form.xlsx", "--version", "1")
    sent = [SEIZED | {"record_id": "W-2", "serial": "2", "_uuid": "u-2"}]
    Path("sent.json").write_text(json.dumps(sent), encoding="utf-8")
    ask = ("import", "sent.json", "--form", "form.xlsx", "--ledger", "arms", "--step", "seized", "--as", "arm")
    assert "Entered 1 steps" in run(*ask).out
    assert "Entered 0 steps. 1 rows" in run(*ask).out
    assert "Give the form" in refused("import", "sent.json", "--ledger", "arms", "--step", "seized", "--as", "arm")
    assert ".xlsx or .csv" in refused("template", "arms", "seized", "--to", "a.ods")


def test_what_is_due_begins_with_people_held(home):
    """Somebody held too long stands first, late; nothing else is hidden."""
    taken = datetime.now(UTC) - timedelta(days=30)
    person = {"force": "un_mission", "area": "XO0101", "month": f"{taken:%Y-%m}", "age_group": "adult", "sex": "male",
              "grounds": "caught_in_act", "apprehended_at": taken.isoformat(), "time_zone": "UTC", "site": "Camp 1",
              "condition": "well"}  # fmt: skip
    run("enter", "custody", "apprehended", "C-1", "--from", said(person), "--as", "cus")
    listed = run("due", "--overdue", "--as", "cus").out
    assert "late" in listed
    assert "C-1" in listed
    assert "Nothing is due" in run("due", "arms", "--as", "arm").out
    assert "C-1" not in run("due", "--as", "arm").out


def test_identities_take_two_people(home):
    """The commissioner sees the holder once somebody else agreed, and only then."""
    weapon("W-1")
    assert "Police post 4" not in run("show", "arms", "W-1", *WHY, "--as", "com").out
    assert "Identities are not shown" in refused("unmask", "ask", "arms", "W-1", *WHY, "--as", "arm")
    asked = number(run("unmask", "ask", "arms", "W-1", *WHY, "--as", "com"))
    assert "another one" in refused("unmask", "grant", asked, "arms", "W-1", *WHY, "--as", "com")
    Path("account/people.yaml").write_text(PEOPLE + "co2: {roles: [commissioner]}\n", encoding="utf-8")
    run("unmask", "grant", asked, "arms", "W-1", *WHY, "--as", "co2")
    assert "Police post 4" in run("show", "arms", "W-1", *WHY, "--as", "com").out
    assert "Police post 4" not in run("show", "arms", "W-1", *WHY, "--as", "co2").out


def test_counts_withhold_small_cells(home):
    """Three in one cell are not to be seen in it, nor by subtraction; a threshold under 5 is refused."""
    records = [(f"W-{at}", "seized", SEIZED | {"serial": str(at), "area": area})
               for at, area in enumerate(["XO01"] * 3 + ["XO02"] * 9 + ["XO03"] * 7)]  # fmt: skip
    filled("arms", records)
    run("count", "arms", "--by", "area", *WHY, "--to", "count.csv", "--as", "ana")
    table = pd.read_csv("count.csv", dtype={"area": str}).set_index("area")["count"]
    assert pd.isna(table["XO01"])
    assert table["all"] == 19
    assert table.isna().sum() == 2  # one more covers it
    assert "Choose up to 4 of area, month, kind, event" in refused(
        "count", "arms", "--by", "serial", *WHY, "--as", "ana"
    )
    assert "not counted" in refused("count", "arms", *WHY, "--as", "reg")
    run("count", "arms", *WHY, "--threshold", "2", "--as", "ana", code=2)


def test_tables_for_a_pack(home):
    """Arms and DDR tables are written with their row of sources; small cells are empty; a folder there is refused."""
    kinds = ["shotgun"] * 2 + ["assault_rifle"] * 10
    filled("arms", [(f"W-{at}", "seized", SEIZED | {"serial": str(at), "kind": one}) for at, one in enumerate(kinds)])
    adult = {
        "category": "combatant",
        "area": "XO0101",
        "month": "2013-02",
        "on": "2013-02-03",
        "site": "S1",
        "age": "adult",
    }
    filled("ddr", [(f"D-{at}", "presented", adult) for at in range(8)])
    ask = ("pack-tables", "--to", "tables", "--owner", "DDR commission", "--published", "2013-03-01", "--as", "ana")
    run(*ask)
    arms = pd.read_csv("tables/arms_monthly.csv").set_index("kind")["weapons"]
    assert pd.isna(arms["shotgun"])
    people = pd.read_csv("tables/ddr_monthly.csv")
    assert people[["phase", "category", "people"]].to_numpy().tolist() == [["presented", "combatant", 8.0]]
    sources = pd.read_csv("tables/sources.csv")
    assert sources["source"].tolist() == ["account-ledgers"]
    assert set(people["source"]) == set(sources["source"])
    pack = shutil.copytree(find_pack("ouadji"), "ouadji")
    for name in ("arms_monthly", "ddr_monthly"):
        shutil.copy(f"tables/{name}.csv", f"{pack}/tables")
    known = Path(pack, "tables", "sources.csv")
    pd.concat([pd.read_csv(known, dtype=str), sources.astype(str)]).to_csv(known, index=False)
    country = read_country(Path(pack))
    assert country.ddr_monthly["people"].tolist() == [8.0]
    assert country.seen_from("2013-02").arms_monthly.empty, "published in March"
    assert "there already" in refused(*ask)


def test_reconcile_opens_only_what_does_not_agree(home):
    """One matches, one is missing and was misread, one is not registered; the one that matches is not read."""
    weapon("W-1", serial="A100")
    weapon("W-2", serial="B200")
    count = (
        "make,model,serial,country_of_manufacture\nIzhmash,AKM,A 100,RUS\nIzhmash,AKM,82OO,RUS\nIzhmash,AKM,C9,RUS\n"
    )
    Path("count.csv").write_text(count, encoding="utf-8")
    ask = ("reconcile", "--store", "depot  1", "--count", "count.csv", *WHY, "--as")
    done = run(*ask, "arm", "--to", "rows.csv", code=1)
    assert "1 matched, 1 missing, 2 not registered" in done.out
    assert "1 records opened" in done.out
    rows = pd.read_csv("rows.csv", dtype=str, keep_default_na=False)
    assert rows[["finding", "record", "serial"]].to_numpy().tolist() == [
        ["missing", "W-2", "B200"], ["not registered", "", "82OO"], ["not registered", "", "C9"]]  # fmt: skip
    assert rows["remark"].tolist() == ["", "reads much like W-2", ""]
    with book() as opened:
        reads = {one: opened.log.read("arms", one, "test", "test", with_reads=True) for one in ("W-1", "W-2")}
    assert [one.actor for one in reads["W-1"] if one.kind == "read"] == ["test"]
    assert [one.actor for one in reads["W-2"] if one.kind == "read"] == ["arm", "test"]
    assert "nothing in that store" in refused("reconcile", "--store", "x", "--count", "count.csv", *WHY, "--as", "arm")
    Path("count.csv").write_text("make,model\nIzhmash,AKM\n", encoding="utf-8")
    assert "lacks columns" in refused(*ask, "arm")


def test_a_tracing_request_names_no_holder(home):
    """Marks are in the draft, the holder and the store are not."""
    weapon("W-1")
    run("tracing-request", "W-1", "--to", "trace.md", "--language", "fr", "--as", "arm")
    text = Path("trace.md").read_text(encoding="utf-8")
    assert "0123456" in text
    assert "Police post 4" not in text
    assert "Depot 1" not in text


def test_distances_need_cited_coefficients(home):
    """The cube root law on what lies in the store; without a citation nothing."""
    lot = {"on": "2013-02-04", "area": "XO0101", "holder": "Army", "holder_kind": "armed_forces", "store": "Depot 1",
           "kind": "bulk_explosives", "make": "M", "model": "TNT", "lot_number": "L1", "country_of_manufacture": "RUS",
           "quantity": 1000, "hazard_division": "1.1", "compatibility_group": "D", "neq_g": 1000,
           "origin": "found"}  # fmt: skip
    filled("ammunition", [("L-1", "entered", lot)])
    given = [{"hazard_division": "1.1", "site": "inhabited building", "K": 22.2, "citation": "made up for this test"}]
    Path("k.yaml").write_text(yaml.safe_dump({"coefficients": given}), encoding="utf-8")
    ask = ("distances", "--store", "Depot 1", "--coefficients", "k.yaml", "--as", "arm")
    run(*ask, "--to", "d.csv")
    assert pd.read_csv("d.csv")["distance_m"].tolist() == [222]
    Path("k.yaml").write_text(yaml.safe_dump({"coefficients": [given[0] | {"citation": ""}]}), encoding="utf-8")
    assert "citation" in refused(*ask)
    assert "does not show the whole" in refused(*ask[:-1], "far")


def test_erasure_waits_for_retention_and_two_people(home):
    """Kept for good by the shipped rule; under a State's own rule two people erase, and it is found no more."""
    weapon("W-1")
    assert "kept for good" in run("retention", "arms", "W-1", *WHY, "--as", "arm").out
    assert "may not be erased" in refused("erase", "ask", "arms", "W-1", *WHY, "--as", "arm")
    rule = {"id": "own", "source": "made up", "article": "1", "text": "Ten years.", "text_status": "unverified",
            "since": "last", "years": 1}  # fmt: skip
    Path("rules.yaml").write_text(yaml.safe_dump({"rules": [rule]}), encoding="utf-8")
    more = (*WHY, "--rules", "rules.yaml", "--as")
    asked = number(run("erase", "ask", "arms", "W-1", *more, "arm"))
    assert "erase grant" in refused("confirm", asked, "arms", "W-1", *WHY, "--as", "com")
    assert "another one" in refused("erase", "grant", asked, "arms", "W-1", *more, "arm")
    assert "may not be erased" in refused("erase", "grant", asked, "arms", "W-1", *WHY, "--as", "com")
    assert "Nobody asked" in refused("erase", "grant", "1", "arms", "W-1", *more, "com")
    run("erase", "grant", asked, "arms", "W-1", *more, "com")
    assert "0123456" not in run("show", "arms", "W-1", *WHY, "--as", "arm").out
    assert "No record" in run("find", "arms", "0123456", "--by", "serial", *WHY, "--as", "arm").out
    assert "Nothing is wrong" in run("verify").out


def test_flags_reach_the_plan(home):
    """A flag entered in the ledger bars the base beside the force in the real plan of the made-up country."""
    steps = [("identified", due.FORCE | {"area": "XO0202"}), *due.FLAGGED]
    filled("due_diligence", [("F-1", name, fields) for name, fields in steps])
    run("flags", "--to", "register.csv", *WHY, "--as", "adv")
    table = pd.read_csv("register.csv", keep_default_na=False)
    assert table[["base", "status", "from", "to"]].to_numpy().tolist()[-1] == ["Kelani", "flagged", "2013-03", ""]
    ask = ["plan", "ouadji", "--month", "2013-04", "--months", "1", "--time-limit", "5"]
    without = CliRunner().invoke(app, ask, env={"COLUMNS": "200"})
    asked = CliRunner().invoke(app, [*ask, "--due-diligence", "register.csv"], env={"COLUMNS": "200"})
    assert without.exit_code == asked.exit_code == 0, asked.exception
    assert "Second Battalion" in asked.output
    assert "Second Battalion" not in without.output
    assert "does not show the whole" in refused("flags", "--to", "r.csv", *WHY, "--as", "ana")
    assert ".csv" in refused("flags", "--to", "r.xlsx", *WHY, "--as", "adv")


def test_lists_are_matched_and_reviewed(home):
    """Two lists give pairs by id, a file for `estimate`, and answers kept as they are given; no name comes out."""
    given, family = ["Awa", "Moussa", "Fanta", "Sira", "Oumar"], ["Diarra", "Keita", "Cisse", "Traore"]
    everyone = [(f"{one} {two}", 20 + at) for at, (one, two) in enumerate((a, b) for a in given for b in family)]
    for name, people in (("one", everyone[:14]), ("two", everyone[8:])):
        rows = [{"id": f"{name[0]}{at}", "name": who, "age": age, "date": "2012-04-17"}
                for at, (who, age) in enumerate(people)]  # fmt: skip
        pd.DataFrame(rows).to_csv(f"{name}.csv", index=False)
    done = run("match", "one.csv", "two.csv", "--across", "--to", "pairs.csv", "--lists", "lists.csv")
    pairs = Path("pairs.csv").read_text(encoding="utf-8")
    assert len(pd.read_csv("pairs.csv")) >= 6
    counts = pd.read_csv("lists.csv")
    assert list(counts) == ["one", "two", "count"]
    assert not any(name.split()[0] in pairs + done.out for name, _ in everyone)
    ask = ("review", "one.csv", "two.csv", "--across", "--decisions", "d.csv", "--as", "rev", "--most", "2")
    assert "2 decisions in d.csv" in run(*ask, stdin="y\nsame father\nu\nnot clear\n").out
    kept = pd.read_csv("d.csv")[["says", "reviewer", "reason"]].to_numpy().tolist()
    assert kept == [["match", "rev", "same father"], ["undecided", "rev", "not clear"]]
    assert (
        "decided: 1 match, 0 no match, 1 undecided"
        in run("match", "one.csv", "two.csv", "--across", "--decisions", "d.csv").out
    )
    Path("d.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "holds no decisions" in refused("match", "one.csv", "two.csv", "--decisions", "d.csv")
    assert "two lists or more" in refused("match", "one.csv", "--lists", "lists.csv")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("enter", "arm", "seized", "W-1", "--as", "arm"), "There is no ledger 'arm'. There are: rights"),
        (("enter", "arms", "seize", "W-1", "--as", "arm"), "no step 'seize'. It has: imported"),
        (("enter", "arms", "stored", "W-1", "--as", "arm"), "There is no such record yet"),
        (("enter", "arms", "seized", "W-1", "--field", "on", "--as", "arm"), "not K=V"),
        (("enter", "arms", "seized", "W-1", "--field", "colour=red", "--as", "arm"), "no field 'colour'"),
        (("enter", "arms", "seized", "W-1", "--field", "holder=Jane Roe", "--as", "arm"), "holder may name a person"),
        (("enter", "arms", "seized", "W-1"), "Nobody is named"),
        (("enter", "arms", "seized", "W-1", "--as", "stranger"), "does not name whoever works"),
        (("enter", "arms", "seized", "W-1", "--as", "arm", "--folder", "elsewhere"), "no account in elsewhere"),
        (("show", "arms", "W-7", *WHY, "--as", "arm"), "no such record"),
        (("show", "arms", "W-7", *WHY, "--as", "ana"), "does not allow it"),
        (("find", "arms", "x", "--by", "holder", *WHY, "--as", "arm"), "is looked up by"),
        (("confirm", "3", "arms", "W-7", *WHY, "--as", "com"), "no such proposal"),
        (("steps", "arms", "seizd"), "no step 'seizd'"),
        (("steps", "arms", "--after", "melted"), "No record of the arms ledger is ever 'melted'"),
        (("verify", "--file", "x", "--against", "y"), "--against is for the log"),
        (("erase", "ask", "arms", "W-7", *WHY, "--as", "arm"), "no such record"),
        (("export", "--to", "no/where.log", "--as", "arm"), "no folder no"),
        (("count", "ddr", *WHY, "--by", "age", "--as", "ana"), "is not counted by age"),
    ],
)
def test_a_mistake_is_a_sentence(home, words, sentence):
    """What is wrong and what would be right, and never a value that may be a name."""
    found = refused(*words)
    assert sentence in found
    assert "Jane" not in found


def test_files_are_read_as_written(home):
    """A serial with leading zeros stays as it is, NO is Norway, and a file that holds no fields is refused."""
    Path("said.yaml").write_text(
        yaml.safe_dump(SEIZED).replace("'0123456'", "007").replace("RUS", "NOR"), encoding="utf-8"
    )
    assert "serial: 007" in Path("said.yaml").read_text(encoding="utf-8")
    run("enter", "arms", "seized", "W-1", "--from", "said.yaml", "--as", "arm")
    assert "W-1" in run("find", "arms", "007", "--by", "serial", *WHY, "--as", "arm").out
    run("enter", "arms", "seized", "W-2", "--from", "-", "--as", "arm", stdin=json.dumps(SEIZED))
    assert "holds no fields" in refused("enter", "arms", "marked", "W-2", "--from", "-", "--as", "arm", stdin="- 1")


def test_twins_are_named_as_a_case(home):
    """Two weapons of one identity are both kept, and somebody is told."""
    weapon("W-1")
    told = run("enter", "arms", "seized", "W-2", "--from", said(SEIZED), "--as", "arm").out
    assert "May be the same as W-1" in told
    assert "W-2" in run("cases", "arms", "W-1", "--as", "arm").out
    assert "1 cases" in run("cases", "arms", "--as", "arm").out


def test_roles_and_people_are_checked(home):
    """Shipped roles are sound; every fault is listed, with exit code 1."""
    assert "commissioner" in run("roles").out
    assert "far: armourer; XO99" in run("people").out
    Path("account/people.yaml").write_text(
        "a: {roles: [boss], area: [X]}\nb: {roles: [chief]}\nc + d: {roles: [panel]}\n"
    )
    listed = run("people", code=1).out
    assert "3 faults" in listed
    assert "no role 'chief'" in listed
    Path("account/roles.yaml").write_text("x: {arms: {steps: [melted]}}\n", encoding="utf-8")
    assert "no step 'melted'" in run("roles", code=1).out
    assert "faults" in refused("due", "--as", "arm")


def test_areas_bound_what_somebody_sees(home):
    """Somebody of another area neither finds nor shows nor is told."""
    weapon("W-1")
    assert "not shown" in refused("show", "arms", "W-1", *WHY, "--as", "far")
    assert "No record" in run("find", "arms", "0123456", "--by", "serial", *WHY, "--as", "far").out
    assert "does not allow it" in refused("enter", "arms", "marked", "W-1", "--from", said(MARKED), "--as", "far")


def test_a_missing_extra_is_named(home, monkeypatch):
    """Where a library is not installed the sentence says which extra to install."""

    def missing(*_words):
        raise ModuleNotFoundError(name="sqlalchemy.engine")

    monkeypatch.setattr(account_people, "read_own_roles", missing)
    assert "Install toguna[accounts]" in refused("due", "--as", "arm")


def test_secrets_stand_in_no_output(home):
    """Keys, passphrases and what names people are in nothing that is printed or kept beside the log."""
    weapon("W-1")
    told = "".join(run(*words).out for words in (
        ("verify",), ("head",), ("due", "--as", "arm"), ("cases", "arms", "--as", "arm"), ("people",),
        ("find", "arms", "0123456", "--by", "serial", *WHY, "--as", "arm"), ("steps", "arms", "seized"),
    ))  # fmt: skip
    assert "Police post 4" not in told
    kept = b"".join(path.read_bytes() for path in Path("account").iterdir())
    for secret in (b"Police post 4", b"0123456", b"Depot 1", b"W-1"):
        assert secret not in kept
