"""The index is nothing but the log said again: made anew when lost or damaged, and right after merging and erasing."""

import pytest

from tests.accounts import test_arms_life as arms
from tests.accounts.book.stories import (
    ANN,
    BEA,
    CONFIRMS,
    FIRST,
    KEPT,
    LEDGERS,
    OWN,
    READER,
    SECOND_STEPS,
    TODAY,
    book,
    enter,
    index_of,
    person,
    state,
    tell,
)  # fmt: skip
from tests.accounts.book.test_together import rebuilt
from toguna.accounts.book import confirming
from toguna.accounts.book.book import Ask
from toguna.accounts.log import verify
from toguna.accounts.log.carry import bring_in, export, restore
from toguna.core.errors import AccountError

MARK = "B 123-456"
DUPLICATE = arms.IMPORTED | {"area": "XO02"}


@pytest.fixture
def kept(url, keys):
    with book(url, keys) as made:
        yield made


@pytest.fixture
def copy(kept, keys, tmp_path):
    """A copy of the log on a second machine, working apart from the first."""
    tell(kept, "arms", "w", arms.TO_STORE)
    export(kept.log, tmp_path / "out")
    with keys.enrol(tmp_path / "second") as second:
        restore(tmp_path / "out", f"sqlite:///{tmp_path / 'copy.db'}", second, as_copy=True).close()
        with book(f"sqlite:///{tmp_path / 'copy.db'}", second) as other:
            yield other


def merge(kept, copy, tmp_path, name):
    """Both know what either entered."""
    export(copy.log, tmp_path / f"{name} there")
    bring_in(kept.log, tmp_path / f"{name} there")
    export(kept.log, tmp_path / f"{name} here")
    bring_in(copy.log, tmp_path / f"{name} here")


def test_the_index_is_equal_to_one_made_anew(url, keys):
    """After all kinds of steps, proposals and batches, in every ledger."""
    with book(url, keys) as kept:
        for ledger, step in FIRST:
            tell(kept, ledger, f"{ledger} {step}", [(step, FIRST[ledger, step])])
        tell(kept, "arms", "w", arms.TO_STORE)
        kept.enter([Ask("arms", "w", "destroyed", arms.DESTROYED)], ANN, "", TODAY)
        kept.enter([Ask("arms", "x", *one) for one in arms.TO_STORE], ANN, "", TODAY)
        tell(kept, "custody", "c", KEPT)
        found = index_of(kept)
        assert len(found[0]) == len(FIRST) + 3
        assert found == rebuilt(url, keys)


@pytest.mark.parametrize("how", ["deleted", "emptied", "no database", "cut", "first page", "pages", "another log's"])
def test_a_lost_or_damaged_index_is_made_anew(url, keys, how):
    """Deleted, cut, overwritten at the beginning or throughout: the next look finds everything again."""
    path = keys.path.with_name(keys.path.name + ".index")
    with book(url, keys) as kept:
        asks = [Ask("arms", f"w{n}", "imported", arms.IMPORTED | {"serial": f"S {n}"}) for n in range(60)]
        kept.enter(asks, ANN, "", TODAY)
        before = index_of(kept)
    raw = path.read_bytes()
    damaged = {
        "emptied": b"", "no database": b"x" * 5000, "cut": raw[: len(raw) // 2], "first page":
        b"\0" * 4096 + raw[4096:],
        "pages": raw[:4096] + bytes(255 - one for one in raw[4096:]),
        "another log's": raw.replace(keys_log(url, keys), b"x" * 16),
    }  # fmt: skip
    if how == "deleted":
        path.unlink()
    else:
        path.write_bytes(damaged[how])
    with book(url, keys) as kept:
        assert [one.id for one in kept.find("arms", "serial", "s-7", ANN)] == ["w7"]
        assert len(kept.places("arms", ANN)) == 60
        assert index_of(kept) == before


def keys_log(url, keys):
    with book(url, keys) as kept:
        return kept.log.id


def test_damage_while_it_is_open_is_mended_and_enters_are_not_lost(kept, keys):
    """A step is acknowledged even if the index cannot follow; the next look makes it anew."""
    tell(kept, "arms", "w", arms.TO_STORE)
    kept._index._file.execute("DROP TABLE tokens")
    enter(kept, "arms", "w", "issued", arms.TO_UNIT)
    assert state(kept, "arms", "w") == "issued"
    assert [one.state for one in kept.find("arms", "serial", MARK, ANN)] == ["issued"]


def test_entries_of_another_machine_arrive(kept, copy, tmp_path):
    """What the copy entered is found here after it is brought in, and the two indexes are equal."""
    tell(copy, "arms", "new", [("imported", arms.IMPORTED | {"serial": "Z 9"})])
    enter(copy, "arms", "w", "issued", arms.TO_UNIT)
    merge(kept, copy, tmp_path, "once")
    assert [one.id for one in kept.find("arms", "serial", "z9", ANN)] == ["new"]
    assert state(kept, "arms", "w") == "issued"
    assert index_of(kept) == index_of(copy)


def test_conflicts_are_shown_and_set_aside_by_two(kept, copy, url, keys, tmp_path):
    """Two copies enter steps that exclude each other: both machines agree which counts; two people settle the other."""
    enter(copy, "arms", "w", "lost", arms.MISSED)
    enter(kept, "arms", "w", "stolen", arms.MISSED)
    merge(kept, copy, tmp_path, "once")
    for machine in (kept, copy):
        shown = machine.show("arms", "w", READER, "r")
        assert (shown.record.state, [one.step for one in shown.record.conflicts]) == ("lost", ["stolen"])
        assert [one.conflicts for one in machine.places("arms", READER)] == [1]
    conflict = kept.show("arms", "w", READER, "r").record.conflicts[0]
    with pytest.raises(AccountError, match="no such conflict"):
        kept.ask_set_aside(conflict.number + 1, "arms", "w", ANN, "r")
    with pytest.raises(AccountError, match="Your role"):
        kept.ask_set_aside(conflict.number, "arms", "w", person("an", "analyst"), "r")
    number = kept.ask_set_aside(conflict.number, "arms", "w", ANN, "reported twice").number
    assert len(kept.show("arms", "w", READER, "r").record.conflicts) == 1
    with pytest.raises(AccountError, match="another one"):
        kept.confirm(number, "arms", "w", ANN, "r")
    kept.confirm(number, "arms", "w", BEA, "it was")
    assert kept.show("arms", "w", READER, "r").record.conflicts == ()
    with pytest.raises(AccountError, match="no such conflict"):
        kept.ask_set_aside(conflict.number, "arms", "w", ANN, "r")
    merge(kept, copy, tmp_path, "twice")
    assert copy.show("arms", "w", READER, "r").record.conflicts == ()
    assert index_of(kept) == index_of(copy) == rebuilt(url, keys)
    assert verify(url, keys).is_whole


def test_nothing_is_entered_before_an_entry_from_elsewhere(kept, copy, tmp_path, monkeypatch):
    """A step that would stand before another machine's by the clock is refused, not acknowledged and then undone."""
    enter(copy, "arms", "w", "issued", arms.TO_UNIT)
    merge(kept, copy, tmp_path, "once")
    behind = kept._record(kept.ledgers["arms"], "w").history[-1].at.replace(year=2020)
    monkeypatch.setattr("toguna.accounts.book.kept.now_utc", lambda: behind)
    with pytest.raises(AccountError, match="clock"):
        enter(kept, "arms", "w", "returned", arms.BACK)


def test_an_erased_record_is_found_by_nothing_and_still_counts(kept, copy, url, keys, tmp_path):
    """Two people erase; tokens go, here and where it is merged; the record stays as one that was erased."""
    tell(kept, "ddr", "p", [("presented", FIRST["ddr", "presented"] | {"card": "C 77"})])
    merge(kept, copy, tmp_path, "once")
    number = kept.ask_erasure("ddr", "p", ANN, "asked to").number
    with pytest.raises(AccountError, match="another one"):
        kept.confirm(number, "ddr", "p", ANN, "r")
    assert [one.id for one in kept.find("ddr", "card", "c77", ANN)] == ["p"]
    kept.confirm(number, "ddr", "p", BEA, "right")
    merge(kept, copy, tmp_path, "twice")
    for machine in (kept, copy):
        assert machine.find("ddr", "card", "c77", ANN) == []
        [place] = machine.places("ddr", ANN)
        assert (place.id, place.state, place.area) == ("p", "presented", "")
        shown = machine.show("ddr", "p", READER, "r").record
        assert (shown.is_erased, dict(shown.values)) == (True, {})
        with pytest.raises(AccountError, match="erased"):
            enter(machine, "ddr", "p", "withdrawn", {"on": "2026-01-09"})
    assert index_of(kept) == rebuilt(url, keys)
    assert not kept._index._file.execute("SELECT count(*) FROM tokens WHERE kind = 'card'").fetchone()[0]


def test_an_erasure_cut_short_can_be_confirmed_again(kept, monkeypatch):
    """If the keys could not be destroyed, the proposal still waits."""
    tell(kept, "ddr", "p", [("presented", FIRST["ddr", "presented"])])
    number = kept.ask_erasure("ddr", "p", ANN, "asked to").number
    with monkeypatch.context() as patch:
        patch.setattr(type(kept.log), "erase", lambda *_: (_ for _ in ()).throw(AccountError("disk full")))
        with pytest.raises(AccountError, match="disk full"):
            kept.confirm(number, "ddr", "p", BEA, "right")
    kept.confirm(number, "ddr", "p", BEA, "right")
    assert kept._record(kept.ledgers["ddr"], "p").is_erased


def test_an_erased_proposal_is_not_confirmed(kept):
    """A correction whose words are gone does not become an empty correction."""
    before, fields = SECOND_STEPS["custody", "corrected"]
    tell(kept, "custody", "c", before)
    number = kept.enter([Ask("custody", "c", "corrected", fields)], ANN, "", TODAY)[0].number
    kept.log.erase("c", "officer", "asked", ["custody"])
    with pytest.raises(AccountError, match="erased"):
        kept.confirm(number, "custody", "c", person("z", CONFIRMS["custody"]), "r", TODAY)


def test_every_record_can_be_erased_and_every_index_and_count_stands_it(kept, monkeypatch):
    """Deadlines, counts and places of each ledger bear records of which nothing can be read."""
    from toguna.accounts import arms as a
    from toguna.accounts import custody, ddr, due_diligence, rights

    monkeypatch.setattr(confirming, "_erasable", lambda *_: None)  # as if all was kept long enough
    for ledger, step in FIRST:
        tell(kept, ledger, step, [(step, FIRST[ledger, step])])
        number = kept.ask_erasure(ledger, step, ANN, "asked to").number
        kept.confirm(number, ledger, step, person("z", CONFIRMS[ledger]), "right")
    for ledger in LEDGERS:
        assert {one.due for one in kept.places(ledger.name, ANN)} == {None}
    counted = {"arms": a.monthly, "ammunition": a.lots_monthly, "custody": custody.monthly, "ddr": ddr.monthly,
               "rights": rights.monthly, "due_diligence": due_diligence.monthly}  # fmt: skip
    for ledger, how in counted.items():
        kept.count(ledger, how, person("an", "analyst"), "report")


def test_a_second_record_of_the_same_thing_opens_a_case_and_blocks_nothing(kept):
    """Both stay and work; the case is seen from either, and by those only whose role shows both."""
    tell(kept, "arms", "one", arms.TO_STORE)
    tell(kept, "arms", "other", [("imported", DUPLICATE)])
    tell(kept, "arms", "third", [("imported", DUPLICATE | {"serial": "Z 1"})])
    assert [one.id for one in kept.cases("arms", "one", ANN)] == ["other"]
    assert [one.id for one in kept.cases("arms", "other", ANN)] == ["one"]
    assert kept.cases("arms", "third", ANN) == []
    assert [{one.id for one in group} for group in kept.all_cases("arms", ANN)] == [{"one", "other"}]
    own = person("own", "armourer", areas=[OWN])
    assert kept.cases("arms", "one", own) == kept.all_cases("arms", own) == []
    enter(kept, "arms", "other", "marked", arms.MARKED | arms.IMPORT_MARK | {"area": "XO02"})
    enter(kept, "arms", "other", "corrected", arms.WEAPON | {"serial": "Q 4"})
    assert kept.all_cases("arms", ANN) == []


@pytest.mark.parametrize("name", ["", "aggregates"])
def test_ids_the_book_needs_itself_are_refused(kept, name):
    """Such a record would not be in the index."""
    with pytest.raises(AccountError, match="cannot be called"):
        kept.enter([Ask("arms", name, "imported", arms.IMPORTED)], ANN, "", TODAY)
