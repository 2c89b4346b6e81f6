"""Who may do what, cell by cell: role, ledger, step, area, closeness of fields; the table is written a second time."""

import pytest

from tests.accounts import test_rights as told
from tests.accounts.book.stories import ANN, BEGINS, FIRST, OTHER, OWN, TODAY, WORKS, book, enter, person, tell
from tests.accounts.test_custody import SAID
from tests.accounts.test_ddr_life import ADULT
from toguna.accounts.book import confirming
from toguna.accounts.book.book import Ask
from toguna.accounts.book.following import size_of
from toguna.accounts.book.record import StepRefusedError
from toguna.accounts.book.roles import Person, read_roles
from toguna.accounts.ledgers import LEDGERS
from toguna.accounts.log import Keys
from toguna.core.errors import AccountError

OPEN, CLOSED, IDENTITY = 0, 1, 2
ALL, NONE = "all", ()
COUNTS = (NONE, OPEN, False)
TABLE = {  # role: ledger: steps it enters, what it sees, whether it is a second person
    "investigator": {"rights": (ALL, CLOSED, False), "due_diligence": (NONE, CLOSED, False)},
    "reviewer": {"rights": (ALL, IDENTITY, True), "due_diligence": (ALL, CLOSED, True)},
    "adviser": {"due_diligence": (ALL, CLOSED, False)},
    "custodian": {"custody": (ALL, IDENTITY, False)},
    "monitor": {"custody": (("visited", "disputed"), CLOSED, True)},
    "armourer": {
        "arms": (ALL, CLOSED, False),
        "ammunition": (ALL, CLOSED, False),
        "operation-arms": (ALL, CLOSED, False),
    },
    "commissioner": {
        "arms": (ALL, IDENTITY, True),
        "ammunition": (ALL, IDENTITY, True),
        "operation-arms": (ALL, CLOSED, True),
    },
    "registrar": {"ddr": (ALL, CLOSED, False)},
    "panel": {"ddr": (ALL, IDENTITY, True)},
    "analyst": dict.fromkeys(BEGINS, COUNTS),
}
NOWHERE = (NONE, None, False)
NAMES = {  # fields of the records below that name a person or could
    "arms": {"holder"},
    "ammunition": {"holder"},
    "operation-arms": set(),
    "custody": {"custody_number", "name", "taken_by", "family_contact", "icrc_number", "birth_year", "earlier_record"},
    "rights": {"name", "born", "contact", "account"},
    "due_diligence": set(),
    "ddr": {"card", "token", "near_tokens"},
}
DETAILS = {  # one closed field of each ledger's record that its readers do see
    "arms": "serial", "ammunition": "make", "operation-arms": "operation", "custody": "site", "rights": "summary",
    "due_diligence": "unit", "ddr": "site",
}  # fmt: skip
MORE = {  # steps after the first, so that the records name people
    "custody": [("registered", SAID["registered"] | {"name": "Awa", "family_contact": "aunt"})],
    "rights": [("act", told.ACT), ("source", told.S1), ("victim", told.VICTIM)],
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A book with a record of each ledger in two areas."""
    folder = tmp_path_factory.mktemp("roles")
    with Keys.create(folder / "keys") as keys, book(f"sqlite:///{folder / 'log.db'}", keys) as made:
        for ledger, step in BEGINS.items():
            for area in (OWN, OTHER):
                more = {"card": "C 1", "token": "t-" + "0" * 32} if ledger == "ddr" else {}
                first = FIRST[ledger, step] | {"area": area} | more
                tell(made, ledger, f"{ledger} {area}", [(step, first), *MORE.get(ledger, [])])
        yield made


def refusal(work, *words):
    """What is said where it is refused, "" where it is not."""
    try:
        work(*words)
    except AccountError as why:
        return str(why)
    return ""


def test_the_table_shipped_is_of_these_roles_and_ledgers():
    """No role or ledger is left out of the cells below."""
    shipped = read_roles().table
    assert {role: set(ledgers) for role, ledgers in shipped.items()} == {one: set(TABLE[one]) for one in TABLE}
    assert set(BEGINS) == {one.name for one in LEDGERS}
    assert set(FIRST) == {(ledger.name, step.name) for ledger in LEDGERS for step in ledger if "" in step.after}


@pytest.mark.parametrize("role", TABLE)
def test_steps_are_entered_by_whom_the_table_says(kept, role):
    """Every step of every ledger in the person's area and in another: refused by role, or by anything but the role."""
    who = person(f"a {role}", role, areas=[OWN])
    for ledger in LEDGERS:
        steps, _, _ = TABLE[role].get(ledger.name, NOWHERE)
        for step in ledger:
            for area in (OWN, OTHER):
                first = FIRST.get((ledger.name, step.name))
                record_id = f"{ledger.name} {area}" if first is None else f"{role} {ledger.name} {step.name} {area}"
                ask = Ask(ledger.name, record_id, step.name, {} if first is None else first | {"area": area})
                size = size_of(kept.log)
                try:
                    kept.enter([ask], who, "", TODAY)
                    how = "entered"
                except StepRefusedError:
                    how = "life"
                except AccountError as why:
                    how = "role" if "Your role does not allow it" in str(why) else "something else"
                is_allowed = (steps == ALL or step.name in steps) and area == OWN
                assert how in ({"entered", "life"} if is_allowed else {"role"}), (role, ledger.name, step.name, area)
                assert (size_of(kept.log) > size) == (how == "entered")
                if first is not None:
                    assert how == ("entered" if is_allowed else "role")


@pytest.mark.parametrize("role", TABLE)
def test_records_are_shown_as_closely_as_the_table_says(kept, role):
    """Every role, ledger and area: not at all, without identities, or with them once unmasked and not before."""
    who = person(f"reading {role}", role, areas=[OWN])
    for ledger in LEDGERS:
        _, sees, _ = TABLE[role].get(ledger.name, NOWHERE)
        for area in (OWN, OTHER):
            record_id = f"{ledger.name} {area}"
            is_shown = sees in {CLOSED, IDENTITY} and area == OWN
            shown = None
            why = refusal(kept.show, ledger.name, record_id, who, "work")
            assert ("is not shown" in why) == (not is_shown), (role, ledger.name, area)
            assert bool([one for one in kept.places(ledger.name, who) if one.id == record_id]) == is_shown
            if is_shown:
                shown = kept.show(ledger.name, record_id, who, "work")
                assert names_in(shown) == set()
                assert set(shown.masked) <= NAMES[ledger.name]
                assert bool(shown.masked) == bool(NAMES[ledger.name])
                assert DETAILS[ledger.name] in shown.record.values
            may_unmask = sees == IDENTITY and area == OWN
            why = refusal(unmask, kept, ledger.name, record_id, who)
            assert (not why) == may_unmask, (role, ledger.name, area, why)
            if may_unmask:
                whole = kept.show(ledger.name, record_id, who, "work")
                assert not whole.masked
                assert bool(names_in(whole)) == bool(NAMES[ledger.name])


def unmask(kept, ledger, record_id, who):
    asked = kept.ask_unmask(ledger, record_id, who, "court asks")
    second = {"custody": "monitor"}.get(ledger, WORKS[ledger])
    kept.unmask(asked.number, ledger, record_id, person("second", second), "needed")


def names_in(shown):
    """Names of fields that name a person, anywhere in what is shown."""
    found = set()

    def walk(value):
        if isinstance(value, dict):
            found.update(value)
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                walk(one)

    walk(dict(shown.record.values))
    walk([dict(one.fields) for one in (*shown.record.history, *shown.record.conflicts, *shown.proposals)])
    return found & set().union(*NAMES.values())


@pytest.mark.parametrize("role", TABLE)
def test_second_persons_are_whom_the_table_says(kept, role, monkeypatch):
    """Every role, ledger and area may decline what another proposed, or may neither decline nor confirm."""
    monkeypatch.setattr(confirming, "_erasable", lambda *_: None)  # as if all was kept long enough
    who = person(f"second {role}", role, areas=[OWN])
    for ledger in LEDGERS:
        _, _, confirms = TABLE[role].get(ledger.name, NOWHERE)
        for area in (OWN, OTHER):
            record_id = f"{ledger.name} {area}"
            number = kept.ask_erasure(ledger.name, record_id, ANN, "asked").number
            if confirms and area == OWN:
                kept.decline(number, ledger.name, record_id, who, "not now")
            else:
                for act in (kept.confirm, kept.decline):
                    assert "Your role" in refusal(act, number, ledger.name, record_id, who, "r")
                kept.decline(number, ledger.name, record_id, ANN, "withdrawn")


@pytest.mark.parametrize("role", TABLE)
def test_ledgers_are_counted_by_whom_the_table_says(kept, role):
    """Whoever has any right in a ledger sees its aggregates; nobody else does."""
    from toguna.accounts import arms

    how = {"arms": arms.monthly}
    for ledger in ("arms", "ddr"):
        why = refusal(lambda ledger=ledger: kept.count(ledger, how.get(ledger, counts), person("c", role), "report"))
        assert (not why) == (ledger in TABLE[role])


def counts(records):
    import pandas as pd

    return pd.DataFrame({"month": [one.values["month"] for one in records]})


def test_a_role_in_one_area_begins_nothing_without_an_area(kept):
    """A first step whose area cannot be read is refused, not let through."""
    who = person("a", "armourer", areas=[OWN])
    with pytest.raises(AccountError, match="Your role"):
        kept.enter([Ask("arms", "no area", "imported", {"make": "x"})], who, "", TODAY)


def test_moving_a_record_needs_the_right_in_both_areas(kept):
    """Neither may a record be moved out of one's areas nor taken in from another's."""
    who = person("a", "custodian", areas=[OWN])
    moved = SAID["moved"] | {"area": OTHER}
    for record_id, area in (("custody XO01", OTHER), ("custody XO02", OWN)):
        with pytest.raises(AccountError, match="Your role"):
            kept.enter([Ask("custody", record_id, "moved", moved | {"area": area})], who, "", TODAY)


def test_rights_of_several_roles_add_up_and_unknown_roles_give_none(kept):
    """Two roles may do what either may; a role that is not in the table may nothing."""
    both = person("b", "analyst", "registrar", areas=[OWN])
    enter(kept, "ddr", "by both", "presented", ADULT | {"area": OWN}, both)
    assert kept.show("ddr", "by both", both, "r").masked == ("near_tokens",)
    with pytest.raises(AccountError, match="Your role"):
        kept.show("ddr", "by both", person("x", "director"), "r")


@pytest.mark.parametrize("name", ["", "  ", "ann + bea"])
def test_a_person_is_one_and_has_a_name(name):
    """The log could not tell such a name from nobody, or from two."""
    with pytest.raises(AccountError, match="name"):
        Person(name, frozenset({"panel"}))
