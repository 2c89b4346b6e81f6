"""Spreadsheets into a ledger: all faults listed, rules kept row after row, nothing half-written, nothing twice."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Annotated

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from tests.accounts.test_custody import SAID
from toguna.accounts.book import BEGIN, Happened, Ledger, Level, Record, Said, Step, partial
from toguna.accounts.book.record import take
from toguna.accounts.custody import LEDGER as CUSTODY
from toguna.accounts.intake import ColumnMapping, field_kinds, own_mapping, read_mapping, take_in, template
from toguna.core.errors import AskError, DataError

TODAY = date(2013, 12, 31)
KEY = b"k" * 32


class Opened(Said):
    """A well was opened."""

    area: Annotated[str, Level.OPEN] = Field(pattern="^ML", description="Area")
    day: Annotated[date, Level.OPEN] = Field(description="Day")
    depth: Annotated[float, Level.OPEN] = Field(gt=0, description="Depth, metres")
    people: Annotated[int, Level.OPEN] = Field(default=0, description="People")
    works: Annotated[bool, Level.CLOSED] = Field(default=True, description="It works")
    keeper: Annotated[str, Level.IDENTITY] = Field(default="", max_length=12, description="Who keeps it")
    tags: Annotated[tuple[str, ...], Level.CLOSED] = Field(default=(), description="Tags")
    seen_at: Annotated[datetime | None, Level.CLOSED] = Field(default=None, description="Seen")


class Shut(Said):
    """The well was shut."""

    why: Annotated[str, Level.OPEN] = Field(min_length=1, description="Why")


def never_dry(record, said, today):
    return "A dry well is filled in. Enter that." if said.why == "dry" else None


WELLS = Ledger(
    "wells",
    {
        "opened": Step("opened", frozenset({BEGIN}), "open", Opened),
        "shut": Step("shut", frozenset({"open"}), "shut", Shut, (never_dry,)),
        "corrected": Step("corrected", frozenset({"open", "shut"}), None, partial(Opened, "Corrected")),
    },
    area="area",
    month="day",
)
YAML = """
ledger: wells
step: opened
record_id: {column: Puits}
fields:
  area: {column: Cercle, codes: {Gao: ML07, Tombouctou: ML06}}
  day: Date
  depth: Profondeur
  keeper: Gardien
  tags: {column: Mots, split: ;}
constants: {people: 3}
ignored: [Notes]
date_formats: ["%d/%m/%Y"]
decimal: ","
"""
MAPPING = read_mapping("wells.yaml", YAML.encode(), WELLS)
HEAD = "Puits;Cercle;Date;Profondeur;Gardien;Mots;Notes\n"


def wells(text, encoding="utf-8", mapping=MAPPING, name="wells.csv", **more):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return take_in(name, content, mapping, WELLS, TODAY, **more)


def workbook(rows, change=None, title="Sheet"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_good_file_by_hand():
    found = wells(HEAD + "P1;Gao;03/02/2013;12,5;Élise;a; \nP2;tombouctou;2013-02-04;1 200,25;;a;b\n")
    [one, two] = found.to_write()
    assert (one.record_id, one.step, one.row) == ("P1", "opened", 2)
    assert one.fields == {"area": "ML07", "day": "2013-02-03", "depth": 12.5, "people": 3, "works": True,
                          "keeper": "Élise", "tags": ["a"]}  # fmt: skip
    assert (two.fields["area"], two.fields["depth"]) == ("ML06", 1200.25)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encodings_and_separators(encoding, separator):
    text = (
        HEAD.replace(";", separator) + separator.join(["P1", "Gao", "2013-02-03", '"1,5"', "Élise", "x", ""]) + "\r\n"
    )
    found = wells(text, encoding)
    assert [one.fields["keeper"] for one in found.to_write()] == ["Élise"]
    assert encoding.replace("utf-8-sig", "utf-8") in found.notes[0]


def test_all_faults_of_all_rows_are_listed_and_nothing_is_written():
    found = wells(
        HEAD
        + "P1;Kidal;2013-02-30;deep;A;;\nP2;Gao;2013-02-03;-1;very long name of someone;;\n"
        + ";Gao;;5;;;\nP4;Gao;2013-02-04;2;B;;\n"
    )
    where = [(one.row, one.column) for one in found.faults]
    assert where == [
        (2, "Date"), (2, "Profondeur"), (2, "Cercle"), (3, "Profondeur"), (3, "Gardien"), (4, "Puits"), (4, "Date")
    ]  # fmt: skip
    assert all(one.problem and one.remedy and one.file == "wells.csv" for one in found.faults)
    with pytest.raises(DataError, match="nothing is taken in") as why:
        found.to_write()
    assert str(why.value).count("\n  - ") == 7
    assert [one.record_id for one in found.to_write(only_good=True)] == ["P4"]
    rows = list(csv.reader(io.StringIO(found.report())))
    assert len(rows) == 8
    assert rows[0] == ["file", "row", "column", "value", "problem", "remedy"]


def test_values_are_shown_only_of_open_fields():
    found = wells(HEAD + "P1;Kidal;x;5;a name that is far too long;;\n")
    shown = {one.column: one.value for one in found.faults}
    assert shown == {"Cercle": "Kidal", "Date": "x", "Gardien": ""}
    assert "far too long" not in found.report() + repr(found)


def test_what_looks_like_a_formula_stays_text_and_does_not_run_in_the_report():
    found = wells(HEAD + "P1;=1+1;2013-02-03;5;=cmd|x;;\n")
    assert wells(HEAD + "P1;Gao;2013-02-03;5;=cmd|x;;\n").drafts[0].fields["keeper"] == "=cmd|x"
    [row] = list(csv.DictReader(io.StringIO(found.report())))
    assert row["value"] == "'=1+1"


def test_rules_are_kept_between_rows_in_order():
    shut = ColumnMapping.model_validate(
        {"ledger": "wells", "step": "shut", "record_id": {"column": "id"}, "fields": {"why": "why"}}
    )
    open_well = take(WELLS, Record("wells", "P1"), Happened("opened", {"area": "ML07"}, "x", datetime.now(UTC)))
    known = {"P1": open_well}.get
    assert len(wells("id,why\nP1,war\n", mapping=shut, known=known).to_write()) == 1
    [fault] = wells("id,why\nP9,war\n", mapping=shut, known=known).faults
    assert "cannot follow" in fault.problem
    [fault] = wells("id,why\nP1,dry\n", mapping=shut, known=known).faults
    assert "filled in" in fault.problem
    twice = wells("id,why\nP1,war\nP1,peace\n", mapping=shut, known=known)
    assert [one.row for one in twice.drafts] == [2]
    assert "cannot follow" in twice.faults[0].problem
    follows = wells("id,why\nP1,dry\nP1,war\n", mapping=shut, known=known)
    assert not follows.drafts
    assert "row 2, of the same record" in follows.faults[1].problem


def test_duplicate_rows_and_a_second_import_add_nothing():
    text = HEAD + "P1;Gao;2013-02-03;5;A;;\nP1;Gao;03/02/2013;5,0;A;;\n"
    first = wells(text)
    assert ([one.row for one in first.to_write()], first.there) == ([2], (3,))
    [draft] = first.drafts
    record = take(WELLS, Record("wells", "P1"), Happened("opened", draft.fields, "x", datetime.now(UTC)))
    again = wells(text, known={"P1": record}.get)
    assert (again.to_write(), again.there) == ((), (2, 3))


def test_generated_ids_need_a_key_and_are_the_same_each_time():
    mapping = MAPPING.model_copy(update={"record_id": MAPPING.record_id.model_validate({"generated": True}),
                                         "ignored": ("Notes", "Puits")})  # fmt: skip
    text = HEAD + "P1;Gao;2013-02-03;5;A;;\nP2;Gao;2013-02-03;5;B;;\n"
    one, two = (wells(text, mapping=mapping, key=KEY).drafts for _ in range(2))
    assert one == two
    assert len({draft.record_id for draft in one}) == 2
    assert wells(text, mapping=mapping, key=b"j" * 32).drafts[0].record_id != one[0].record_id
    with pytest.raises(AskError, match="key"):
        wells(text, mapping=mapping)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "no headers"),
        (HEAD.replace("Puits", "X"), "missing"),
        (HEAD.replace("Notes", "Autre"), "does not speak"),
        (HEAD.replace("Notes", "Mots"), "two columns"),
        (HEAD.replace("Notes", "Notes;;x"), "no name"),
        (HEAD + 'P1;"Gao\n', "quotes do not close"),
        (HEAD + "P1;Gao;2013-02-03;5;A;;;;z\n", "more cells"),
        (b"\x81\x8d", "neither"),
        (b"a\0b", "no text"),
    ],
)
def test_files_that_cannot_be_read_are_refused(content, problem):
    found = wells(content)
    assert not found.drafts
    assert any(problem in one.problem for one in found.faults)


def test_workbooks_with_dates_numbers_and_a_hidden_sheet():
    mapping = MAPPING.model_copy(update={"ignored": ()})

    def hide(book):
        book.create_sheet("Old").sheet_state = "hidden"

    rows = [["Puits", "Cercle", "Date", "Profondeur", "Gardien", "Mots"],
            [7, "Gao", date(2013, 2, 3), 12.5, "A", "x;y"]]  # fmt: skip
    found = wells(workbook(rows, hide), mapping=mapping, name="w.xlsx")
    [draft] = found.to_write()
    assert (draft.record_id, draft.fields["day"], draft.fields["depth"]) == ("7", "2013-02-03", 12.5)
    assert found.notes == ("w.xlsx: sheet 'Old' is hidden, and not read",)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda book: book.active.merge_cells("A2:B2"), "merged"),
        (lambda book: book.active.__setitem__("D2", "=1+4"), "a formula"),
        (lambda book: book.active.__setitem__("D2", "#REF!"), "error of the spreadsheet"),
        (lambda book: book.create_sheet("Two"), "more sheets than one"),
    ],
)
def test_workbooks_that_could_be_misread_are_refused(change, problem):
    rows = [["Puits", "Cercle", "Date", "Profondeur", "Gardien", "Mots", "Notes"],
            ["P1", "Gao", date(2013, 2, 3), 5, "A", "", ""]]  # fmt: skip
    found = wells(workbook(rows, change), name="w.xlsx")
    assert not found.drafts
    assert any(problem in one.problem for one in found.faults)


def test_formulas_are_read_by_their_stored_value_only_if_asked():
    rows = [["Puits", "Cercle", "Date", "Profondeur", "Gardien", "Mots", "Notes"],
            ["P1", "Gao", date(2013, 2, 3), "=2+3", "A", "", ""]]  # fmt: skip
    cached = MAPPING.model_copy(update={"formulas": "cached"})
    [fault] = wells(workbook(rows), mapping=cached, name="w.xlsx").faults[:1]
    assert "without a stored value" in fault.problem
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(rows))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"(<f>2\+3</f>)<v ?/?>(</v>)?", rb"\1<v>5</v>", old.read(name)))
    assert wells(made.getvalue(), mapping=cached, name="w.xlsx").to_write()[0].fields["depth"] == 5


def test_not_a_workbook_and_other_endings():
    assert "not an XLSX" in wells(b"junk", name="w.xlsx").faults[0].problem
    with pytest.raises(AskError, match="csv or"):
        wells(b"", name="w.ods")


def moments(text, **changes):
    base = {"ledger": "wells", "step": "opened", "record_id": {"column": "id"},
            "constants": {"area": "ML07", "day": "2013-02-03", "depth": 1},
            "fields": {"seen_at": {"column": ["d", "h"]}}}  # fmt: skip
    mapping = ColumnMapping.model_validate(base | changes)
    found = wells("id,d,h\n" + text, mapping=mapping)
    return found.drafts[0].fields["seen_at"] if found.drafts else found.faults[0].problem


def test_times_are_never_guessed():
    assert moments("1,2013-02-03,10:30", time_zone="Africa/Niamey") == "2013-02-03T10:30:00+01:00"
    assert moments("1,2013-02-03T10:30:00Z,") == "2013-02-03T10:30:00Z"
    assert "without offset" in moments("1,2013-02-03,10:30")
    assert "without a time" in moments("1,2013-02-03,", time_zone="Africa/Niamey")
    assert "without a time" in moments("1,20130203,", time_zone="UTC", date_formats=["%Y%m%d"])
    assert "clocks were changed" in moments("1,2013-10-27,02:30", time_zone="Europe/Paris")
    assert "clocks were changed" in moments("1,2013-03-31,02:30", time_zone="Europe/Paris")
    assert "not a date" in moments("1,3/2/2013,10:30", time_zone="UTC")
    assert moments("1,3/2/2013,10:30", time_zone="UTC", date_formats=["%d/%m/%Y %H:%M"]) == "2013-02-03T10:30:00Z"
    assert moments("1,41308.4375,", time_zone="UTC", date_formats=["excel"]) == "2013-02-03T10:30:00Z"
    assert "not a date" in moments("1,41308.4375,", time_zone="UTC")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("wells", "arms"), "is for the ledger"),
        (("opened", "dug"), "no such step"),
        (("  day: Date\n", ""), "day must be said"),
        (("keeper:", "guard:"), "no fields of"),
        (("people: 3", "depth: 3"), "both a column and a constant"),
        (("{column: Puits}", "{}"), "either column or generated"),
        (("decimal:", "decimals:"), "decimals"),
        (("decimal:", "time_zone: Gao\ndecimal:"), "IANA"),
        (("ledger: wells", "ledger: ["), "not YAML"),
    ],
)
def test_mappings_that_are_wrong_are_refused(change, why):
    with pytest.raises(DataError, match=why):
        read_mapping("wells.yaml", YAML.replace(*change, 1).encode(), WELLS)


def test_days_among_constants_are_taken_as_written():
    text = YAML.replace("  day: Date\n", "").replace("{people: 3}", "{people: 3, day: 2013-02-03}")
    mapping = read_mapping("wells.yaml", text.replace("[Notes]", "[Notes, Date]").encode(), WELLS)
    assert wells(HEAD + "P1;Gao;;5;A;;\n", mapping=mapping).to_write()[0].fields["day"] == "2013-02-03"


def test_kinds_of_fields():
    kinds = field_kinds(CUSTODY, "apprehended")
    assert (kinds["sex"].choices["female"]["fr"], kinds["apprehended_at"].kind) == ("Femme", "datetime")
    assert kinds["property_taken"].is_many
    assert not kinds["property_taken"].is_required
    assert field_kinds(CUSTODY, "corrected")["sex"].description == "Sex as recorded"
    assert {one.kind for one in field_kinds(WELLS, "opened").values()} == {
        "text", "date", "number", "integer", "yes_no", "datetime"
    }  # fmt: skip


@pytest.mark.parametrize("step", sorted(set(CUSTODY.steps)))
def test_templates_hold_every_field_and_are_the_same_each_time(step):
    made = template(CUSTODY, step)
    assert made == template(CUSTODY, step)
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert [cell.value for cell in book[step][1]] == ["record_id", *CUSTODY.steps[step].says.model_fields]
    assert template(CUSTODY, step, "csv").decode("utf-8-sig").strip().split(",")[0] == "record_id"


def test_a_filled_template_is_read_by_its_own_mapping():
    book = openpyxl.load_workbook(io.BytesIO(template(CUSTODY, "apprehended")))
    said = SAID["apprehended"] | {"property_taken": "telephone;42 francs"}
    sheet = book["apprehended"]
    for column, cell in enumerate(sheet[1], start=1):
        sheet.cell(2, column, said.get(cell.value, "c-7" if cell.value == "record_id" else None))
    made = io.BytesIO()
    book.save(made)
    found = take_in("t.xlsx", made.getvalue(), own_mapping(CUSTODY, "apprehended"), CUSTODY, TODAY)
    [draft] = found.to_write()
    assert draft.record_id == "c-7"
    assert draft.fields["property_taken"] == ["telephone", "42 francs"]
    assert draft.fields["apprehended_at"] == "2013-02-03T10:00:00Z"
    assert sheet.data_validations.count > 0


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs", "Cc")), max_size=8)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), max_size=6))
def test_any_rows_are_drafts_faults_or_there_already(rows):
    text = io.StringIO(newline="")
    made = csv.writer(text, delimiter=";")
    made.writerow(["Puits", "Cercle", "Date", "Profondeur", "Gardien", "Mots", "Notes"])
    made.writerows([*row, "", ""] for row in rows)
    found = wells(text.getvalue(), "utf-8-sig")
    numbers = {one.row for one in found.drafts} | {one.row for one in found.faults} | set(found.there)
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    assert len(numbers - {None}) == filled or any(one.row is None for one in found.faults)
    assert not {one.row for one in found.drafts} & {one.row for one in found.faults}
    for line in csv.reader(io.StringIO(found.report())):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)
