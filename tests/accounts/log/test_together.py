"""Two writers and twenty readers at once: nobody waits for ever, sees half a state, or loses an entry."""

import threading

from toguna.accounts.log import Keys, Log, verify
from toguna.accounts.log.journal import Draft

WRITERS, READERS, BATCHES, BATCH, LOOKS = 2, 20, 15, 4, 4


def test_two_writers_and_twenty_readers(log, url, keys):
    """Every batch is read whole or not at all, by readers whose reading is logged too; in the end all is there."""
    wrong, seen = [], []

    def write(name):
        with Keys.open(keys.path) as own, Log.open(url, own) as mine:
            for batch in range(BATCHES):
                drafts = [
                    Draft("rights", f"case-{name}", "reported", {"n": batch * BATCH + n}, name) for n in range(BATCH)
                ]
                mine.append_many(drafts)

    def read(name):
        with Keys.open(keys.path) as own, Log.open(url, own) as mine:
            for _ in range(LOOKS):
                found = mine.read("rights", f"case-writer-{name % WRITERS}", f"reader-{name}", "watching")
                if [one.fields for one in found] != [{"n": n} for n in range(len(found))] or len(found) % BATCH:
                    wrong.append(found)
                seen.append(len(found))

    def guarded(work, name):
        try:
            work(name)
        except BaseException as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=guarded, args=(write, f"writer-{n}")) for n in range(WRITERS)]
    threads += [threading.Thread(target=guarded, args=(read, n)) for n in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(seen) == READERS * LOOKS
    for name in range(WRITERS):
        found = log.read("rights", f"case-writer-{name}", "auditor", "count", with_reads=True)
        assert [one.fields["n"] for one in found if one.kind == "reported"] == list(range(BATCHES * BATCH))
        assert sum(one.actor.startswith("reader-") for one in found) == READERS * LOOKS // WRITERS
    report = verify(url, keys)
    assert report.is_whole, report.summary()
    assert report.entries == 1 + WRITERS * BATCHES * BATCH + READERS * LOOKS + WRITERS
