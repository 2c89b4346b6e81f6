"""Lives of weapons told by hand, and every rule of the register."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from toguna.accounts.arms import LEDGER, LOTS, OPERATIONS, chain, limits, register
from toguna.accounts.arms.vocabularies import vocabularies
from toguna.accounts.book import Happened, Level, Record, StepRefusedError, decide, levels
from toguna.accounts.book.record import take

TODAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
DEPOT = {"holder": "National Depot", "holder_kind": "armed_forces"}
WEAPON = {
    "kind": "assault_rifle",
    "make": "Zastava",
    "model": "M-70",
    "calibre": "7.62x39",
    "serial_state": "read",
    "serial": "B 123-456",
    "country_of_manufacture": "SRB",
}
UNREAD = {key: value for key, value in WEAPON.items() if key != "serial"} | {"serial_state": "defaced"}
EXEMPT = {
    "decision": "EX/12",
    "decided_on": "2020-01-01",
    "decision_until": "2030-01-01",
    "end_user_certificate": "EUC 9",
    "purpose": "national_defence",
}
IMPORTED = {**WEAPON, **DEPOT, **EXEMPT, "on": "2024-01-10", "area": "XO01", "country_of_consignor": "SRB"}
SEIZED = {**WEAPON, **DEPOT, "on": "2024-01-10", "area": "XO01", "circumstance": "checkpoint"}
IMPORT_MARK = {"import_mark": "XOU 24", "import_country": "XOU", "import_year": 2024}
MARKED = {"on": "2024-01-11", "area": "XO01"}
STORED = {**DEPOT, "from_holder": "national depot", "on": "2024-01-12", "area": "XO01", "store": "Depot 1"}
TO_UNIT = {
    "from_holder": "National Depot",
    "holder": "Unit 5",
    "holder_kind": "police",
    "on": "2024-02-01",
    "area": "XO02",
}
BACK = {**DEPOT, "from_holder": "Unit 5", "on": "2024-03-01", "area": "XO01"}
CONDITIONS = list(limits().civilian_conditions.conditions)
LICENSED = {"licence": "L-1", "licence_until": "2027-01-01", "conditions_met": CONDITIONS}
TO_CIVILIAN = {
    "from_holder": "National Depot",
    "holder": "A. Person",
    "holder_kind": "licensed_civilian",
    "on": "2024-02-01",
    "area": "XO01",
    "authorisation": "T-1",
    **LICENSED,
}
DESTROYED = {
    "on": "2024-05-01",
    "area": "XO01",
    "from_holder": "National Depot",
    "method": "smelting",
    "place": "Foundry",
    "witnesses": ["One Witness", "Other Witness"],
}
MISSED = {"on": "2024-04-01", "area": "XO02", "report": "R 1"}
TO_STORE = [("imported", IMPORTED), ("marked", MARKED | IMPORT_MARK), ("stored", STORED)]


def walk(*steps, ledger=LEDGER, record=None, today=TODAY):
    """The record after steps that the ledger allows; a refused one raises."""
    record = record or Record(ledger.name, "record-1")
    for step, fields in steps:
        said = decide(ledger, record, step, fields, today)
        entered = said.model_dump(mode="json", exclude_unset=False)
        record = take(ledger, record, Happened(step, entered, "clerk", AT))
    assert not record.conflicts
    return record


def refused(*steps, ledger=LEDGER, today=TODAY):
    """Why the last of the steps is refused; those before it are not."""
    before = walk(*steps[:-1], ledger=ledger, today=today)
    with pytest.raises(StepRefusedError) as why:
        decide(ledger, before, *steps[-1], today)
    return " ".join(why.value.reasons)


def test_a_life_from_import_to_smelting():
    """Imported, marked, stored, issued, returned, stored, destroyed; the chain has everybody in it."""
    record = walk(*TO_STORE, ("issued", TO_UNIT), ("returned", BACK), ("stored", STORED | {"on": "2024-03-02"}))
    assert (record.state, record.values["area"], record.values["month"]) == ("stored", "XO01", "2024-03")
    assert record.values["identity"] == "ZASTAVA|M70|B123456|SRB"
    record = walk(("destroyed", DESTROYED), record=record)
    assert record.state == "destroyed"
    assert [(one.step, one.holder, one.follows) for one in chain(record)] == [
        ("imported", "National Depot", False),
        ("stored", "National Depot", True),
        ("issued", "Unit 5", True),
        ("returned", "National Depot", True),
        ("stored", "National Depot", True),
    ]
    assert "Unit 5" not in repr(chain(record))


def test_a_seized_weapon_with_a_defaced_serial_gets_a_mark():
    """It has no identity until it is marked; then the mark is its identity."""
    seized = {**SEIZED, **UNREAD, "serial": None, "serial_rest": "B 12?4??"}
    record = walk(("seized", seized))
    assert record.values.get("identity") is None
    assert "unique mark" in refused(("seized", seized), ("marked", MARKED))
    record = walk(("marked", MARKED | {"unique_mark": "xou-ns 77"}), record=record)
    assert record.values["identity"] == "MARK|XOUNS77"
    restored = {**WEAPON, "serial": "B12345"} | {"kind": "assault_rifle"}
    record = walk(("corrected", restored), record=record)
    assert record.values["identity"] == "ZASTAVA|M70|B12345|SRB"


def test_a_stolen_weapon_comes_back():
    """Stolen from a unit, recovered by the police, read again, stored; the loss shows in the chain."""
    found = {"holder": "Police", "holder_kind": "police", "on": "2024-04-20", "area": "XO02", "circumstance": "search"}
    record = walk(*TO_STORE, ("issued", TO_UNIT), ("stolen", MISSED), ("recovered", found))
    record = walk(("marked", MARKED | {"on": "2024-04-21"}), record=record)
    record = walk(("stored", STORED | {"from_holder": "Police", "on": "2024-04-22"}), record=record)
    assert record.state == "stored"
    assert [one.follows for one in chain(record)] == [False, True, True, False, True]
    assert "cannot follow" in refused(*TO_STORE, ("issued", TO_UNIT), ("stolen", MISSED), ("returned", BACK))


def test_an_exported_weapon_may_come_back():
    """Out to another State under an exemption, in again under another, and marked again."""
    out = {**EXEMPT, "from_holder": "National Depot", "holder": "Ministry abroad", "holder_kind": "foreign_state"}
    out |= {"on": "2024-06-01", "area": "XO01", "country_of_consignee": "XAA"}
    back = {**EXEMPT, **DEPOT, "from_holder": "Ministry abroad", "on": "2025-01-01", "area": "XO01"}
    record = walk(*TO_STORE, ("exported", out), ("reimported", back | {"country_of_consignor": "XAA"}))
    assert record.state == "imported"
    assert walk(("marked", MARKED | {"on": "2025-01-02"}), record=record).state == "marked"


VISIT = {
    **WEAPON,
    "holder": "A. Visitor",
    "holder_kind": "visitor",
    "on": "2026-05-01",
    "area": "XO01",
    "certificate": "V-1",
    "certificate_until": "2026-06-30",
}


def test_a_visitors_weapon_leaves_in_time():
    """While it is in the country, its leaving is due; after it left, nothing is."""
    record = walk(("visitor_entered", VISIT))
    assert [(one.what, one.by.date()) for one in LEDGER.due(record)] == [
        ("see that the visitor's weapon leaves", date(2026, 6, 30))
    ]
    assert LEDGER.due(walk(("visitor_left", {"on": "2026-05-20", "area": "XO01"}), record=record)) == ()


def test_licences_run_out():
    """A civilian's licence is due for renewal; a renewal moves the day; the weapon back in a store has none."""
    record = walk(*TO_STORE, ("transferred", TO_CIVILIAN))
    assert LEDGER.due(record)[0].by.date() == date(2027, 1, 1)
    record = walk(("licence_renewed", LICENSED | {"on": "2026-01-01", "licence_until": "2029-01-01"}), record=record)
    assert LEDGER.due(record)[0].by.date() == date(2029, 1, 1)
    taken = {**DEPOT, "from_holder": "A. Person", "on": "2026-02-01", "area": "XO01"}
    assert LEDGER.due(walk(("confiscated", taken), record=record)) == ()


def test_tracing_requests_are_due_until_answered():
    """A delayed answer leaves a request open; the last answer closes it; soonest first."""
    late = {"on": "2026-05-01", "reference": "T1", "direction": "sent", "country": "SRB", "answer_by": "2026-07-01"}
    soon = late | {"reference": "T2", "direction": "received", "answer_by": "2026-06-15"}
    record = walk(*TO_STORE, ("tracing_asked", late), ("tracing_asked", soon))
    assert [one.what for one in LEDGER.due(record)] == ["answer the tracing request", "ask after the tracing request"]
    answer = {"on": "2026-05-20", "reference": "T2", "result": "delayed"}
    record = walk(("tracing_answered", answer), record=record)
    assert len(LEDGER.due(record)) == 2
    record = walk(("tracing_answered", answer | {"result": "identified"}), record=record)
    assert [one.what for one in LEDGER.due(record)] == ["ask after the tracing request"]


REFUSED = {
    "future": ("lies ahead", [("seized", SEIZED | {"on": "2026-06-02"})]),
    "order": ("before the last step", [("seized", SEIZED), ("marked", MARKED | {"on": "2024-01-09"})]),
    "armed group": ("article 3", [*TO_STORE, ("issued", TO_UNIT | {"holder_kind": "non_state_armed_group"})]),
    "exempted armed group": ("article 3", [("imported", IMPORTED | {"holder_kind": "non_state_armed_group"})]),
    "other non-state": (
        "without exception",
        [*TO_STORE, ("transferred", TO_CIVILIAN | {"holder_kind": "other_non_state"})],
    ),
    "gap": ("no gap", [*TO_STORE, ("issued", TO_UNIT | {"from_holder": "Unit 4"})]),
    "gap at destruction": ("no gap", [*TO_STORE, ("destroyed", DESTROYED | {"from_holder": "Unit 4"})]),
    "exemption over": ("articles 4 and 5", [("imported", IMPORTED | {"decision_until": "2024-01-09"})]),
    "exemption later": ("articles 4 and 5", [("imported", IMPORTED | {"decided_on": "2024-01-11"})]),
    "broker": ("article 20", [("imported", IMPORTED | {"broker": "B."})]),
    "broker's licence over": (
        "article 20",
        [("imported", IMPORTED | {"broker": "B.", "broker_licence": "1", "broker_licence_until": "2024-01-09"})],
    ),
    "no import mark": ("country and year of import", [("imported", IMPORTED), ("marked", MARKED)]),
    "half a mark": ("all three parts or none", [("seized", SEIZED), ("marked", MARKED | {"import_mark": "XOU"})]),
    "mark of next year": (
        "year of import lies ahead",
        [("imported", IMPORTED), ("marked", MARKED | IMPORT_MARK | {"import_year": 2027})],
    ),
    "mark in place of a serial": (
        "stays its identity",
        [("seized", SEIZED), ("marked", MARKED | {"unique_mark": "N 1"})],
    ),
    "store of a civilian": (
        "article 16",
        [*TO_STORE[:2], ("stored", STORED | {"holder_kind": "licensed_civilian"})],
    ),
    "export within": (
        "goes to another State",
        [*TO_STORE, ("exported", TO_UNIT | EXEMPT | {"country_of_consignee": "XAA"})],
    ),
    "visitor as import": ("article 15", [("imported", IMPORTED | {"holder_kind": "visitor"})]),
    "import as visitor": ("Only a visitor", [("visitor_entered", VISIT | {"holder_kind": "police"})]),
    "certificate over": ("run out", [("visitor_entered", VISIT | {"certificate_until": "2026-04-30"})]),
    "no licence": ("no licence", [*TO_STORE, ("transferred", TO_CIVILIAN | {"licence": None})]),
    "licence over": ("no licence", [*TO_STORE, ("transferred", TO_CIVILIAN | {"licence_until": "2024-01-31"})]),
    "conditions": (
        "Not all conditions",
        [*TO_STORE, ("transferred", TO_CIVILIAN | {"conditions_met": CONDITIONS[1:]})],
    ),
    "one witness": ("Two different", [*TO_STORE, ("destroyed", DESTROYED | {"witnesses": ["A B", "a-b"]})]),
    "exhibit": (
        "exhibit",
        [
            ("seized", SEIZED | {"case_reference": "C 1"}),
            ("marked", MARKED),
            ("destroyed", DESTROYED),
        ],
    ),
    "traced": (
        "tracing request is open",
        [
            *TO_STORE,
            (
                "tracing_asked",
                {
                    "on": "2024-02-01",
                    "reference": "T",
                    "direction": "sent",
                    "country": "SRB",
                    "answer_by": "2024-03-01",
                },
            ),
            ("destroyed", DESTROYED),
        ],
    ),
    "answer to nothing": (
        "No open request",
        [*TO_STORE, ("tracing_answered", {"on": "2024-02-01", "reference": "T", "result": "identified"})],
    ),
    "correction of nothing": ("Nothing is corrected", [("seized", SEIZED), ("corrected", {})]),
    "half an identity": ("corrected together", [("seized", SEIZED), ("corrected", {"serial": "B 1"})]),
    "half a day": ("corrected together", [("seized", SEIZED), ("corrected", {"on": "2024-01-05"})]),
    "serial taken back": ("not taken back", [("seized", SEIZED), ("corrected", UNREAD)]),
    "serial not read": ("say `serial`", [("seized", SEIZED | {"serial_state": "missing"})]),
    "month of another day": ("month is not that", [("seized", SEIZED | {"month": "2024-02"})]),
    "unknown code": ("must be one of", [("seized", SEIZED | {"kind": "sword"})]),
}


@pytest.mark.parametrize(("said", "steps"), REFUSED.values(), ids=REFUSED)
def test_each_rule_refuses(said, steps):
    """Every rule has an entry only it refuses, and the sentence says why."""
    why = refused(*steps)
    assert said in why
    assert not any(secret in why for secret in ("National Depot", "Unit 4", "B 123", "A. Person", "EX/12"))


@pytest.mark.parametrize("wrong", ["T", "T2"])
def test_tracing_references_and_days(wrong):
    """A reference is used once; neither answer nor due day lies before the request."""
    asked = {"on": "2024-02-05", "reference": "T", "direction": "sent", "country": "SRB", "answer_by": "2024-03-01"}
    early = asked | {"reference": wrong, "answer_by": "2024-02-04" if wrong == "T2" else "2024-03-01"}
    expected = "already" if wrong == "T" else "before the request"
    assert expected in refused(*TO_STORE, ("tracing_asked", asked), ("tracing_asked", early))
    answer = {"on": "2024-02-04", "reference": "T", "result": "identified"}
    assert "before the request" in refused(*TO_STORE, ("tracing_asked", asked), ("tracing_answered", answer))


@pytest.mark.parametrize(
    ("limit", "value", "fields", "said"),
    [
        ("licence_years", 2, {}, "longer than allowed"),
        ("licence_arms", 1, {"licence_arms": 2}, "more weapons"),
        ("licence_arms", 1, {}, "does not say how many"),
        ("waiting_days", 21, {"licence_asked_on": "2024-01-12"}, "waiting time"),
        ("waiting_days", 21, {}, "waiting time"),
    ],
)
def test_national_limits_are_data(limit, value, fields, said):
    """A limit with a number is checked, one without is not, and says so."""
    shipped = limits()
    assert limit in shipped.unset
    strict = shipped.model_copy(update={limit: getattr(shipped, limit).model_copy(update={"value": value})})
    sale = ("transferred", TO_CIVILIAN | fields)
    assert said in refused(*TO_STORE, sale, ledger=register(strict))
    assert walk(*TO_STORE, sale).state == "transferred"


def test_certificates_have_a_longest_run():
    """A visitor's certificate of 60 days is refused where 30 are allowed."""
    shipped = limits()
    short = shipped.certificate_days.model_copy(update={"value": 30})
    strict = register(shipped.model_copy(update={"certificate_days": short}))
    assert "longer than allowed" in refused(("visitor_entered", VISIT), ledger=strict)


def test_a_correction_corrects_what_it_names():
    """Holder, day, area; the history keeps what stood before; a kind of holder is not corrected."""
    fields = {"holder": "Unit 6", "on": "2024-02-02", "month": "2024-02", "area": "XO03"}
    record = walk(*TO_STORE, ("issued", TO_UNIT), ("corrected", fields))
    assert (record.values["holder"], record.values["area"], record.state) == ("Unit 6", "XO03", "issued")
    assert chain(record)[-1].holder == "Unit 6"
    assert record.last("issued").fields["holder"] == "Unit 5"
    assert walk(("returned", BACK | {"from_holder": "Unit 6"}), record=record).state == "returned"
    assert "not a field" in refused(*TO_STORE, ("corrected", {"holder_kind": "police"}))


def test_identity_is_not_believed_but_made():
    """What an entry says of its identity is thrown away."""
    record = walk(("seized", SEIZED | {"identity": "X|Y|Z|SRB"}))
    assert record.values["identity"] == "ZASTAVA|M70|B123456|SRB"


def test_what_takes_two():
    """Destroying takes two people, and so does correcting a serial, which makes a weapon disappear as well."""
    assert {one.name for one in LEDGER if one.two_person} == {"destroyed", "corrected"}
    assert {one.name for one in LOTS if one.two_person} == {"destroyed"}


def test_marks_are_found_as_they_are_misread():
    """A weapon is looked for by serial, import mark or unique mark, loosely; by nobody's name."""
    assert set(LEDGER.found_by) == {"serial", "import_mark", "unique_mark", "store"}
    marks = [written for name, written in LEDGER.found_by.items() if name != "store"]
    assert all(written("B 1O") == written("8-10") for written in marks)
    assert LEDGER.same == ("identity",)
    assert not NAMES & {*LEDGER.found_by, *LOTS.found_by, *OPERATIONS.found_by}


NAMES = {"holder", "from_holder", "broker", "broker_licence", "licence", "certificate", "witnesses", "disputed_by"}
OPEN = {
    *("area", "month", "kind", "holder_kind", "serial_state", "circumstance", "purpose", "method"),
    *("direction", "result", "quantity", "origin", "outcome"),
}


@pytest.mark.parametrize("ledger", [LEDGER, LOTS, OPERATIONS], ids=lambda one: one.name)
def test_levels(ledger):
    """Whatever names a person or could is identity; categories are open; all else is closed and described."""
    for step in ledger:
        for name, level in levels(step.says).items():
            assert (level is Level.IDENTITY) == (name in NAMES), (step.name, name)
            assert (level is Level.OPEN) == (name in OPEN), (step.name, name)
        undescribed = {name for name, about in step.says.model_fields.items() if not about.description}
        assert step.name == "corrected" or not undescribed, (step.name, undescribed)  # described where it is said first
        assert step.means
        assert (step.says.__doc__ or "").strip()


def test_every_code_has_two_labels():
    """No label is empty or said twice in a vocabulary."""
    for found in vocabularies().values():
        for language in ("en", "fr"):
            labels = [getattr(label, language) for label in found.codes.values()]
            assert all(labels)
            assert len(set(labels)) == len(labels)


def test_an_erased_step_breaks_nothing():
    """Chain and deadlines are told of what is left."""
    record = walk(*TO_STORE)
    erased = replace(record, history=(replace(record.history[0], fields=None), *record.history[1:]), is_erased=True)
    assert [one.step for one in chain(erased)] == ["stored"]
