"""Forms of ODK and KoboToolbox: made from the ledger, read back as JSON of either server, edited, repeated."""

import io
import json
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec

import openpyxl
import pytest

from tests.accounts.test_custody import SAID
from toguna.accounts.book import Happened, Record
from toguna.accounts.book.record import take
from toguna.accounts.custody import LEDGER
from toguna.accounts.intake import ColumnMapping, own_mapping, read_xlsform, take_submissions, xlsform
from toguna.accounts.intake.kinds import field_kinds
from toguna.accounts.ledgers import LEDGERS
from toguna.core.errors import AskError, DataError

TODAY = date(2013, 12, 31)
SURVEY = [
    ["type", "name", "label::English (en)", "label::Français (fr)"],
    ["begin_group", "who", "Who", "Qui"],
    ["text", "id", "Number", "Numéro"],
    ["select_one sexes", "sex", "Sex", "Sexe"],
    ["end_group", "", "", ""],
    ["geopoint", "gps", "Where", "Où"],
    ["dateTime", "when", "When", "Quand"],
    ["select_multiple things", "things", "Things", "Objets"],
    ["begin repeat", "marks", "Marks", "Traces"],
    ["text", "mark", "Mark", "Trace"],
    ["image", "photo", "Photo", "Photo"],
    ["end repeat", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label::English (en)", "label::Français (fr)"],
    ["sexes", "f", "Woman", "Femme"],
    ["sexes", "m", "Man", "Homme"],
    ["things", "phone", "Telephone", "Téléphone"],
    ["things", "money", "Money", "Argent"],
]


def form(survey=SURVEY):
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for title, rows in (("survey", survey), ("choices", CHOICES), ("settings", [["form_id", "version"], ["f", "3"]])):
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return read_xlsform("form.xlsx", made.getvalue())


FORM = form()
MAPPING = ColumnMapping.model_validate(
    {
        "ledger": "custody",
        "step": "apprehended",
        "record_id": {"generated": True},
        "fields": {
            "area": "gps",
            "sex": {"column": "who/sex", "codes": {"f": "female", "m": "male"}},
            "apprehended_at": "when",
            "property_taken": "things",
            "condition": "marks/mark",
        },
        "constants": {
            key: SAID["apprehended"][key] for key in ("force", "month", "age_group", "grounds", "time_zone", "site")
        },
    }
)
KOBO = {
    "_id": 1,
    "_uuid": "aaa",
    "meta/instanceID": "uuid:aaa",
    "who/id": "7",
    "who/sex": "f",
    "gps": "16.2717 -0.0447 250 4.5",
    "when": "2013-02-03T10:00:00.000+00:00",
    "things": "phone money",
    "marks": [{"marks/mark": "scar", "marks/photo": "1.jpg"}],
    "_attachments": [{"filename": "u/attachments/1.jpg"}],
}
ODK = {
    "__id": "uuid:aaa",
    "__system": {"edits": 0},
    "meta": {"instanceID": "uuid:aaa"},
    "who": {"id": "7", "sex": "f"},
    "gps": {"type": "Point", "coordinates": [-0.0447, 16.2717, 250], "properties": {"accuracy": 4.5}},
    "when": "2013-02-03T10:00:00.000+00:00",
    "things": "phone money",
    "marks": [{"mark": "scar", "photo": "1.jpg", "__id": "x"}],
}


def gao(latitude, longitude):
    return "ML07" if 15 < latitude < 18 and -2 < longitude < 2 else None


def submitted(*said, mapping=MAPPING, coarsen=gao, **more):
    content = json.dumps(list(said)).encode()
    return take_submissions("s.json", content, FORM, mapping, LEDGER, TODAY, coarsen=coarsen, **more)


@pytest.mark.parametrize("wrapped", [lambda one: {"results": [one]}, lambda one: {"value": [one]}, lambda one: [one]])
@pytest.mark.parametrize("said", [KOBO, ODK])
def test_both_servers_say_the_same(said, wrapped):
    content = json.dumps(wrapped(said)).encode()
    found = take_submissions("s.json", content, FORM, MAPPING, LEDGER, TODAY, coarsen=gao)
    [draft] = found.to_write()
    assert (draft.record_id, draft.key) == ("custody-aaa", "aaa")
    assert draft.fields["sex"] == "female"
    assert draft.fields["area"] == "ML07"
    assert draft.fields["property_taken"] == ["phone", "money"]
    assert draft.fields["condition"] == "scar"
    assert draft.fields["apprehended_at"] == "2013-02-03T10:00:00Z"
    assert "16.27" not in repr(found) + json.dumps(draft.fields)


def test_the_form_is_read_with_paths_repeats_and_labels():
    assert (FORM.id, FORM.version) == ("f", "3")
    assert (FORM.questions["who/sex"].choices, FORM.questions["marks/mark"].repeat) == ("sexes", "marks")
    assert FORM.choices["sexes"]["f"] == {"en": "Woman", "fr": "Femme"}


@pytest.mark.parametrize("survey", [SURVEY[:5][:4], [*SURVEY, ["end_group", "", "", ""]]])
def test_groups_that_do_not_close_are_refused(survey):
    with pytest.raises(DataError, match="clos"):
        form(survey)


@pytest.mark.parametrize(
    ("change", "column", "problem"),
    [
        ({"gps": "1 1 0 0"}, "gps", "no area"),
        ({"gps": "91 0 0 0"}, "gps", "no point on Earth"),
        ({"gps": "x"}, "gps", "not a point"),
        ({"who/sex": "q"}, "who/sex", "no choice of the form"),
        ({"things": "phone gun"}, "things", "no choice of the form"),
        ({"marks": [{"marks/mark": "a"}, {"marks/mark": "b"}]}, "marks/mark", "several values"),
        ({"_uuid": "", "meta/instanceID": ""}, "_uuid", "no _uuid"),
        ({"when": ""}, "when", "must be said"),
    ],
)
def test_faults_name_the_question(change, column, problem):
    found = submitted(KOBO | change)
    assert not found.drafts
    assert any(one.column == column and problem in one.problem for one in found.faults), found.faults
    assert all("16.27" not in str(one) for one in found.faults)


def test_points_need_a_way_to_coarsen_and_links_an_expansion():
    assert "nothing given to find its area" in submitted(KOBO, coarsen=None).faults[0].problem
    linked = ODK | {"marks@odata.navigationLink": "S('a')/marks"}
    del linked["marks"]
    assert any("only a link" in one.problem for one in submitted(linked).faults)


def test_attachments_are_kept_by_name_and_hash():
    mapping = MAPPING.model_copy(update={"fields": MAPPING.fields | {
        "force_used": MAPPING.fields["condition"].model_copy(update={"column": "marks/photo"})}})  # fmt: skip
    files = {("aaa", "1.jpg"): b"photo"}
    [draft] = submitted(KOBO, mapping=mapping, attached=lambda *key: files.get(key)).to_write()
    assert draft.fields["force_used"] == f"1.jpg sha256:{sha256(b'photo').hexdigest()}"
    assert "not there" in submitted(KOBO, mapping=mapping).faults[0].problem


def test_a_submission_is_taken_in_once():
    [draft] = submitted(KOBO, KOBO).to_write()
    again = submitted(KOBO, seen={draft.key})
    assert (again.to_write(), again.there) == ((), (1,))


def edited(**changes):
    return KOBO | {"_uuid": "bbb", "meta/instanceID": "uuid:bbb", "meta/deprecatedID": "uuid:uuid:aaa"} | changes


def test_an_edit_in_the_same_file_replaces_the_first_version():
    for order in ((KOBO, edited(**{"who/sex": "m"})), (edited(**{"who/sex": "m"}), KOBO)):
        [draft] = submitted(*order).to_write()
        assert (draft.record_id, draft.key, draft.fields["sex"], draft.step) == (
            "custody-aaa", "bbb", "male", "apprehended"
        )  # fmt: skip


def test_an_edit_of_what_was_taken_in_is_a_correction():
    [draft] = submitted(KOBO).to_write()
    record = take(LEDGER, Record("custody", draft.record_id),
                  Happened(draft.step, draft.fields, "x", datetime.now(UTC)))  # fmt: skip
    known = {draft.record_id: record}.get
    [correction] = submitted(edited(**{"who/sex": "m"}), seen={"aaa"}, known=known).to_write()
    assert (correction.step, correction.fields, correction.record_id) == ("corrected", {"sex": "male"}, "custody-aaa")
    third = edited(**{"_uuid": "ccc", "meta/instanceID": "uuid:ccc", "meta/deprecatedID": "uuid:bbb", "who/sex": "m"})
    both = submitted(KOBO, edited(), third, seen={"aaa"}, known=known)
    assert [one.fields for one in both.to_write()] == [{"sex": "male"}]
    assert submitted(edited(), seen={"aaa"}, known=known).there == (1,)
    [fault] = submitted(edited(things=""), seen={"aaa"}, known=known).faults
    assert "emptied" in fault.problem
    [fault] = submitted(edited(), seen={"aaa"}).faults
    assert "edited after" in fault.problem
    out = submitted(edited(when="2013-03-03T10:00:00Z"), seen={"aaa"}, known=known)
    assert "month is not" in out.faults[0].problem


def test_each_turn_of_a_repeat_may_be_a_row():
    mapping = MAPPING.model_copy(update={"repeat": "marks"})
    two = KOBO | {"marks": [{"marks/mark": "a"}, {"marks/mark": "b"}]}
    found = submitted(two, mapping=mapping)
    assert [(one.record_id, one.fields["condition"]) for one in found.to_write()] == [
        ("custody-aaa/marks[1]", "a"),
        ("custody-aaa/marks[2]", "b"),
    ]
    again = submitted(two, mapping=mapping, seen={one.key for one in found.drafts})
    assert len(again.there) == 2


def test_questions_the_form_does_not_have_and_files_that_hold_none():
    with pytest.raises(AskError, match="no question who/age"):
        submitted(KOBO, mapping=MAPPING.model_copy(update={"ignored": (), "fields": MAPPING.fields | {
            "site": MAPPING.fields["sex"].model_copy(update={"column": "who/age"})}}))  # fmt: skip
    for content in (b"[1]", b"{}", b"junk"):
        with pytest.raises(DataError):
            take_submissions("s.json", content, FORM, MAPPING, LEDGER, TODAY)


@pytest.mark.parametrize("step", sorted(LEDGER.steps))
def test_generated_forms_are_well_made(step):
    made = xlsform(LEDGER, step, version="2013123101")
    assert made == xlsform(LEDGER, step, version="2013123101")
    book = openpyxl.load_workbook(io.BytesIO(made))
    head, *rows = book["survey"].iter_rows(values_only=True)
    asked = {row[1]: row[0] for row in rows}
    assert list(asked) == ["record_id", *LEDGER.steps[step].says.model_fields]
    lists = {row[0] for row in list(book["choices"].iter_rows(values_only=True))[1:]}
    used = {kind.split()[1] for kind in asked.values() if kind.startswith("select")}
    assert used == lists
    simple = {"text", "integer", "decimal", "date", "dateTime"}
    assert all(kind in simple or kind.startswith("select_") for kind in asked.values())
    assert all(all(row[2:4]) for row in rows), "each question has a label in each language"
    assert head[:4] == ("type", "name", "label::English (en)", "label::Français (fr)")
    settings = dict(zip(*book["settings"].iter_rows(values_only=True), strict=True))
    assert settings["version"] == "2013123101"
    if find_spec("pyxform"):  # the converter itself, where it is installed
        import_module("pyxform.xls2xform").convert(made)


@pytest.mark.parametrize(
    ("ledger", "step", "field", "code", "french"),
    [
        ("arms", "seized", "kind", "assault_rifle", "fusil d’assaut"),
        ("rights", "act", "kind", "pillage", "Pillage ou extorsion"),
        ("due_diligence", "identified", "kind", "army", "Forces armées de l'État"),
        ("ddr", "presented", "category", "combatant", ""),
    ],
)
def test_every_ledger_offers_its_codes(ledger, step, field, code, french):
    kept = next(one for one in LEDGERS if one.name == ledger)
    choices = field_kinds(kept, step)[field].choices
    assert code in choices, list(choices)
    assert choices[code].get("fr", "") == french or not french


def test_a_submission_of_a_generated_form_is_read_by_its_own_mapping():
    made = read_xlsform("f.xlsx", xlsform(LEDGER, "registered", version="1"))
    said = {key: {True: "yes", False: "no"}.get(value, value) for key, value in SAID["registered"].items()}
    begun = take(LEDGER, Record("custody", "c"), Happened("apprehended", SAID["apprehended"], "x", datetime.now(UTC)))
    content = json.dumps([said | {"record_id": "c", "_uuid": "u1"}]).encode()
    mapping = own_mapping(LEDGER, "registered")
    found = take_submissions("s.json", content, made, mapping, LEDGER, TODAY, known={"c": begun}.get)
    [draft] = found.to_write()
    assert draft.fields["told_reasons"] is True
    assert (draft.record_id, draft.key) == ("c", "u1")
