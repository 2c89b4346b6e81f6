"""A count of a store held against the register by keyed tokens: the same answer as in clear, and little is opened."""

from random import Random

import pytest

from toguna.accounts.arms import Counted, pieces, reconcile
from toguna.accounts.book.book import Ask, Book
from toguna.accounts.book.roles import Person
from toguna.accounts.ledgers import LEDGERS
from toguna.accounts.store_count import COLUMNS, count_store, read_count
from toguna.core.errors import AccountError, DataError

ARMOURER = Person("arm", frozenset({"armourer"}))
HEADS = "make,model,serial,country_of_manufacture"
SEIZED = {"on": "2013-02-04", "area": "XO0101", "holder": "Police post 4", "holder_kind": "police",
          "kind": "assault_rifle", "make": "Izhmash", "model": "AKM", "calibre": "7.62x39", "serial_state": "read",
          "country_of_manufacture": "RUS", "circumstance": "other"}  # fmt: skip
MARKED = {"on": "2013-02-05", "area": "XO0101"}
STORED = {"on": "2013-02-06", "area": "XO0101", "holder": "Police post 4", "holder_kind": "police",
          "from_holder": "Police post 4"}  # fmt: skip
LOST = {"on": "2013-02-07", "area": "XO0101", "report": "R-1"}


@pytest.fixture
def book(tmp_path, keys):
    """An empty book."""
    with Book.open(f"sqlite:///{tmp_path / 'book.db'}", keys, LEDGERS) as opened:
        yield opened


def weapon(record, serial, store="Depot 1", *, is_lost=False, **more):
    """The steps of a weapon that was laid into a store."""
    steps = [("seized", SEIZED | {"serial": serial} | more), ("marked", MARKED), ("stored", STORED | {"store": store})]
    steps += [("lost", LOST)] if is_lost else []
    return [Ask("arms", record, name, fields) for name, fields in steps]


def counted(*serials, heads=HEADS):
    """A count of weapons of one make, as its file is read."""
    rows = [f"Izhmash,AKM,{one},RUS" for one in serials]
    return read_count("count.csv", "\n".join([heads, *rows]).encode())


def findings(done):
    """What was found, by finding, row and record."""
    return [tuple(row) for row in done.rows[["finding", "row", "record"]].itertuples(index=False)]


def reads(book, record):
    """Who read a record."""
    found = book.log.read("arms", record, "test", "test", with_reads=True)
    return [one.actor for one in found if one.kind == "read" and one.actor != "test"]


def test_by_hand(book):
    """One of each kind of discrepancy, named with row and record; what agrees is not opened."""
    book.enter(
        [*weapon("ok", "A100"), *weapon("gone", "A200"), *weapon("else", "A300", "Depot 2"),
         *weapon("lost", "A400", is_lost=True), *weapon("far", "FSB7", "Depot 2")], ARMOURER)  # fmt: skip
    done = count_store(
        book, "Depot 1", counted("a-100", "A300", "A400", "A20O", "A100", "F587"), ARMOURER, "yearly count"
    )
    assert findings(done) == [
        ("missing", "", "gone"), ("of another store", 3, "else"), ("should be in no store", 4, "lost"),
        ("not registered", 5, ""), ("not registered", 7, ""), ("counted more than once", 2, ""),
        ("counted more than once", 6, "")]  # fmt: skip
    remarks = done.rows.set_index("row")["remark"]
    assert remarks[5] == "reads much like gone"
    assert remarks[7] == "reads much like far"  # of another store: named, not opened
    assert done.opened == 3
    assert [reads(book, one) for one in ("ok", "gone", "else", "lost", "far")] == [[], ["arm"], ["arm"], ["arm"], []]
    assert "1 matched" in str(done)
    assert "A200" not in str(done)


def test_a_clean_count_opens_nothing(book):
    """Where all agree no record is read, and the count itself is logged."""
    book.enter([*weapon("one", "1"), *weapon("two", "2")], ARMOURER)
    done = count_store(book, "Depot 1", counted("1", "2"), ARMOURER, "yearly count")
    assert done.found.is_clean
    assert done.opened == len(done.rows) == 0
    assert list(done.rows) == COLUMNS
    assert reads(book, "one") == reads(book, "two") == []
    [logged] = book.log.read("arms", "aggregates", "test", "test")
    assert (logged.kind, logged.actor, logged.reason) == ("counted", "arm", "yearly count")


@pytest.mark.parametrize("seed", range(3))
def test_the_same_answer_as_in_clear(book, seed):
    """Numbers by tokens are those of the register read in clear, on registers drawn at random."""
    draw = Random(seed)
    serials = [f"S{draw.randrange(60)}" for _ in range(30)]  # some twice
    asks = [
        one
        for at, serial in enumerate(serials)
        for one in weapon(f"w{at}", serial, draw.choice(["Depot 1", "Depot 2"]), is_lost=draw.random() < 0.2)
    ]
    book.enter(asks, ARMOURER)
    seen = [f"S{draw.randrange(70)}" for _ in range(25)]
    given = counted(*seen)
    done = count_store(book, "Depot 1", given, ARMOURER, "count").found
    clear = reconcile(pieces(book.records(book.ledgers["arms"])), [Counted(one.identity) for one in given], "Depot 1")

    def numbers(found):
        parts = (found.matched, found.elsewhere, found.conflicts, found.surplus, found.missing, found.registered_twice)
        return [len(one) for one in parts] + [sorted(found.duplicates.values())]

    assert numbers(done) == numbers(clear)


def test_what_a_role_does_not_show_is_said_not_shown(book):
    """Somebody of another area learns that a weapon is missing, not which."""
    book.enter([*weapon("gone", "A1"), *weapon("here", "A2")], ARMOURER)
    other = Person("far", frozenset({"armourer"}), frozenset({"XO99"}))
    done = count_store(book, "Depot 1", counted("A2"), other, "count")
    assert done.opened == 0
    [row] = done.rows.to_dict("records")
    assert (row["finding"], row["serial"], row["make"]) == ("missing", "", "")
    assert row["remark"].startswith("not shown")
    with pytest.raises(AccountError, match="not counted"):
        count_store(book, "Depot 1", counted("A2"), Person("x", frozenset({"panel"})), "count")


def test_weapons_without_a_serial_are_counted_by_their_mark(book):
    """A unique mark stands for a serial that cannot be read."""
    defaced = {key: value for key, value in SEIZED.items() if key != "serial"} | {"serial_state": "defaced"}
    asks = [
        ("seized", defaced),
        ("marked", MARKED | {"unique_mark": "XOU-7"}),
        ("stored", STORED | {"store": "Depot 1"}),
    ]
    book.enter([Ask("arms", "w", name, fields) for name, fields in asks], ARMOURER)
    given = read_count("count.csv", b"unique_mark\nxou 7\n")
    assert count_store(book, "Depot 1", given, ARMOURER, "count").found.is_clean


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no weapon"),
        (b"make,model\nA,B\n", "lacks columns"),
        (f"{HEADS}\nA,B,,RUS\nA,,1,\n".encode(), "2 faults.\n  - count.csv, row 2, column serial: is empty"),
        ("make\né".encode("latin-1"), "not CSV in UTF-8"),
    ],
)
def test_a_count_that_cannot_be_read_is_a_sentence(content, sentence):
    """Every fault, and no value."""
    with pytest.raises(DataError) as wrong:
        read_count("count.csv", content)
    assert sentence in str(wrong.value)
