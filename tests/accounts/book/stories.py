"""Stories the tests of the book tell: first steps of every ledger, ways to every step that takes two, and people."""

from contextlib import contextmanager
from datetime import date

from tests.accounts import test_arms_life as arms
from tests.accounts import test_arms_numbers as arms_numbers
from tests.accounts import test_custody as custody
from tests.accounts import test_ddr_life as ddr
from tests.accounts import test_due_diligence as due_diligence
from tests.accounts import test_rights as rights
from toguna.accounts.book.book import Ask, Book
from toguna.accounts.book.roles import Person
from toguna.accounts.ledgers import LEDGERS

TODAY = date(2026, 6, 30)
ARMS = ("arms", "ammunition", "operation-arms")
OWN, OTHER = "XO01", "XO02"
LOT = {key: value for key, value in arms_numbers.LOT.items() if key != "origin"}
FIRST = {  # every step that may begin a record
    ("arms", "imported"): arms.IMPORTED,
    ("arms", "manufactured"): arms_numbers.MADE,
    ("arms", "seized"): arms.SEIZED,
    ("arms", "found"): arms.SEIZED,
    ("arms", "collected"): arms.SEIZED,
    ("arms", "visitor_entered"): arms.VISIT,
    ("ammunition", "imported"): LOT | arms.EXEMPT | {"country_of_consignor": "SRB"},
    ("ammunition", "entered"): arms_numbers.LOT,
    ("operation-arms", "declared_in"): arms_numbers.IN,
    ("custody", "apprehended"): custody.SAID["apprehended"],
    ("rights", "reported"): rights.EVENT,
    ("due_diligence", "identified"): due_diligence.FORCE,
    ("ddr", "presented"): ddr.ADULT,
    ("ddr", "referred_at_once"): {key: ddr.ADULT[key] for key in ("area", "month", "on")}
    | {"category": "dependant", "service": "shelter"},
    ("ddr", "child_presented"): ddr.CHILD,
}
BEGINS = {
    "arms": "imported", "ammunition": "entered", "operation-arms": "declared_in", "custody": "apprehended",
    "rights": "reported", "due_diligence": "identified", "ddr": "presented",
}  # fmt: skip


def of_custody(*names):
    return [(name, custody.SAID[name]) for name in names]


KEPT = of_custody("apprehended", "registered", "held")
SCREENED = [("presented", ddr.ADULT), ("screened", ddr.PASSES), ("rights_screened", ddr.CLEAR)]
REFUSED = [("presented", ddr.ADULT), ("screened", ddr.FAILS), ("found_ineligible", ddr.NO)]
JOINED = ("joined", {"into": "r2", "why": "the same market day"})
SECOND_STEPS = {  # every step that takes two people: what comes before it, and what is said at it
    ("arms", "destroyed"): (arms.TO_STORE, arms.DESTROYED),
    ("arms", "corrected"): (arms.TO_STORE, {"calibre": "5.56x45"}),
    ("ammunition", "destroyed"): (
        [("entered", arms_numbers.LOT)],
        arms.DESTROYED | {"quantity": 10, "on": "2026-05-30", "from_holder": "Depot"},
    ),
    ("custody", "extended"): (
        [("apprehended", custody.SAID["apprehended"] | {"force": "intervening_state"}), *KEPT[1:]],
        custody.SAID["extended"],
    ),
    ("custody", "risk_assessed"): (KEPT, custody.SAID["risk_assessed"]),
    ("custody", "handed_over"): ([*KEPT, *of_custody("risk_assessed")], custody.SAID["handed_over"]),
    ("custody", "handed_over_in_breach"): (KEPT, custody.SAID["handed_over_in_breach"]),
    ("custody", "transferred"): (
        [*KEPT, ("risk_assessed", custody.SAID["risk_assessed"]
                 | {"assessed_receiver": "other_force", "assessed_authority": "Force E"})],
        custody.SAID["transferred"],
    ),
    ("custody", "corrected"): (KEPT, custody.SAID["corrected"]),
    ("ddr", "appeal_upheld"): ([*REFUSED, ("appealed", ddr.on("2026-01-10"))], ddr.JUDGED),
    ("ddr", "eligibility_reversed"): ([*SCREENED, ("found_eligible", ddr.YES)], ddr.NO),
    ("ddr", "set_aside"): ([("presented", ddr.ADULT)], ddr.YES),
    ("ddr", "found_adult"): (
        [("child_presented", ddr.CHILD | {"age": "in_doubt"})],
        ddr.YES | {"by_child_protection": True},
    ),
    ("rights", "reversed"): ([*rights.SURE, ("source", rights.S9)], rights.REFUTED),
    ("rights", "reopened"): (
        [*rights.SURE, ("source", rights.S2 | {"ref": "S3"})],
        {"on": "2013-04-01", "new": ["S3"], "why": "a grave was found"},
    ),
    ("rights", "joined"): ([("reported", rights.EVENT)], JOINED[1]),
    ("rights", "parted"): ([("reported", rights.EVENT), JOINED], {"why": "another day"}),
    ("due_diligence", "lifted"): (
        [("identified", due_diligence.FORCE), *due_diligence.FLAGGED, ("suspended", due_diligence.SUSPEND),
         ("interceded", due_diligence.INTERCEDE), ("monitored", due_diligence.WATCH)],
        due_diligence.LIFT,
    ),
    ("due_diligence", "moved"): ([("identified", due_diligence.FORCE)], due_diligence.MOVE),
    ("due_diligence", "corrected"): ([("identified", due_diligence.FORCE)], {"force": "Third Battalion"}),
}  # fmt: skip
WORKS = {"rights": "reviewer", "due_diligence": "reviewer", "custody": "custodian", "arms": "commissioner",
         "ammunition": "commissioner", "operation-arms": "commissioner", "ddr": "panel"}  # fmt: skip
CONFIRMS = WORKS | {"custody": "monitor"}


def person(name, *roles, areas=()):
    return Person(name, frozenset(roles), frozenset(areas))


ANN = person("ann", *WORKS.values())
BEA = person("bea", *WORKS.values(), *CONFIRMS.values())
READER = person("reader", *WORKS.values())


def fields_by(fields, name):
    """What is said, with whoever enters it as the one who decides."""
    return {**fields, "decided_by": name} if "decided_by" in fields else fields


@contextmanager
def book(url, keys, ledgers=LEDGERS, index=None):
    with Book.open(url, keys, ledgers, index=index) as made:
        yield made


def enter(kept, ledger, record_id, step, fields, by=ANN, today=TODAY):
    """The last entry of a step; confirmed by a second person where it takes two."""
    [entry] = kept.enter([Ask(ledger, record_id, step, fields_by(fields, by.name))], by, "work", today)
    if kept.ledgers[ledger].steps[step].two_person:
        entry = kept.confirm(entry.number, ledger, record_id, BEA if by is not BEA else ANN, "seen", today)
    return entry


def tell(kept, ledger, record_id, steps, by=ANN):
    for step, fields in steps:
        enter(kept, ledger, record_id, step, fields, by)


def state(kept, ledger, record_id):
    return kept._record(kept.ledgers[ledger], record_id).state


def index_of(kept):
    """All the index says, comparable: ids are sealed anew each time it is written."""
    kept.catch_up()
    file = kept._index._file
    names = {row[0]: kept._index.id_of(row[0]) for row in file.execute("SELECT record FROM records")}
    columns = "record, ledger, state, area, month, due, conflicts, waiting"
    records = sorted((names[one], *rest) for one, *rest in file.execute(f"SELECT {columns} FROM records"))
    others = [sorted(file.execute(f"SELECT * FROM {name}").fetchall()) for name in ("tokens", "subjects", "erased")]
    return [records, *others]
