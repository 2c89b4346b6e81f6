"""Processes at work at once: of two exclusive steps one wins, and nothing acknowledged is lost."""

import multiprocessing

from tests.accounts import test_arms_life as arms
from tests.accounts.book.stories import ANN, BEA, FIRST, TODAY, book, index_of, state, tell
from toguna.accounts.book.book import Ask
from toguna.accounts.log import Keys, verify
from toguna.core.errors import AccountError

ROUNDS, WRITERS, READERS, BATCHES, LOOKS = 20, 2, 20, 3, 1
LOST = {"on": "2024-04-01", "area": "XO01", "report": "R 1"}


def race(url, keys_path, name, gate, told):
    """Enter one of two steps that exclude each other, a record a round, at the same moment as the other process."""
    who, step, fields = {"ann": (ANN, "lost", LOST), "bea": (BEA, "stolen", LOST)}[name]
    with Keys.open(keys_path) as keys, book(url, keys) as mine:
        for n in range(ROUNDS):
            gate.wait()
            try:
                mine.enter([Ask("arms", f"w{n}", step, fields)], who, "", TODAY)
            except AccountError as why:
                if "cannot follow" not in str(why):
                    raise
            else:
                told.put((n, step))
    told.put(None)


def test_of_two_exclusive_steps_one_wins(url, keys):
    """Two processes say lost and stolen of the same weapon at once, twenty times: one is entered, one refused."""
    context = multiprocessing.get_context("spawn")
    gate, told = context.Barrier(2), context.Queue()
    with book(url, keys) as kept:
        for n in range(ROUNDS):
            tell(kept, "arms", f"w{n}", [("imported", arms.IMPORTED | {"serial": f"S {n}"})])
        both = [context.Process(target=race, args=(url, keys.path, one, gate, told)) for one in ("ann", "bea")]
        for one in both:
            one.start()
        won, ended = [], 0
        while ended < len(both):
            if (said := told.get(timeout=60)) is None:
                ended += 1
            else:
                won.append(said)
        for one in both:
            one.join()
            assert one.exitcode == 0
        assert sorted(n for n, _ in won) == list(range(ROUNDS))
        for n, step in won:
            record = kept._record(kept.ledgers["arms"], f"w{n}")
            assert ([one.step for one in record.history], record.conflicts) == (["imported", step], ())
        assert index_of(kept) == rebuilt(url, keys)


def rebuilt(url, keys):
    """What an index made from the log alone says."""
    with book(url, keys, index=keys.path.with_name("anew")) as anew:
        return index_of(anew)


def write(url, keys_path, name, told):
    with Keys.open(keys_path) as keys, book(url, keys) as mine:
        for n in range(BATCHES):
            ids = [f"{name} {n} {one}" for one in range(3)]
            mine.enter([Ask("rights", one, "reported", FIRST["rights", "reported"]) for one in ids], ANN, "", TODAY)
            told.put(ids)
    told.put(None)


def read(url, keys_path, told):
    with Keys.open(keys_path) as keys, book(url, keys) as mine:
        for _ in range(LOOKS):
            places = mine.places("rights", ANN)
            assert len(places) % 3 == 0  # a batch is seen whole or not at all
            for one in places[-1:]:
                assert mine.show("rights", one.id, ANN, "watching").record.state == "reported"
    told.put(None)


def test_two_writers_and_twenty_readers_lose_nothing(url, keys):
    """Real processes: whatever was acknowledged is there, in the log and in the index they all share."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.accounts.book.stories"])
    told = context.Queue()
    with book(url, keys):
        pass
    work = [context.Process(target=write, args=(url, keys.path, f"writer {n}", told)) for n in range(WRITERS)]
    work += [context.Process(target=read, args=(url, keys.path, told)) for _ in range(READERS)]
    for one in work:
        one.start()
    acknowledged, ended = [], 0
    while ended < len(work):
        if (said := told.get(timeout=100)) is None:
            ended += 1
        else:
            acknowledged += said
    for one in work:
        one.join()
        assert one.exitcode == 0
    assert len(acknowledged) == WRITERS * BATCHES * 3
    with book(url, keys) as kept:
        assert {one.id for one in kept.places("rights", ANN)} == set(acknowledged)
        assert all(state(kept, "rights", one) == "reported" for one in acknowledged)
        assert index_of(kept) == rebuilt(url, keys)
    assert verify(url, keys).is_whole
