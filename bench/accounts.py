"""Speed of a book with many arms records: entering in batches, finding a mark, counting a store, verifying the log.

python -m bench.accounts [--records 1000000] [--counted 10000]

SQLite; one entry a record. All weapons are made up. A small run: --records 20000.
"""

import argparse
import os
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

from toguna.accounts import arms
from toguna.accounts.book.book import Ask, Book
from toguna.accounts.book.index import SAME
from toguna.accounts.book.roles import Person
from toguna.accounts.ledgers import LEDGERS
from toguna.accounts.log import Keys, verify

BATCH, SEARCHES, TODAY = 5_000, 200, date(2026, 6, 1)
SEARCH, COUNT, VERIFY = 0.050, 2.0, 200_000  # asked for: seconds, seconds, entries a second
CLERK = Person("clerk", frozenset({"commissioner"}))
IMPORTED = {
    "kind": "assault_rifle", "make": "Maker", "model": "M-70", "calibre": "7.62x39", "serial_state": "read",
    "country_of_manufacture": "SRB", "holder": "National Depot", "holder_kind": "armed_forces", "decision": "EX/12",
    "decided_on": "2020-01-01", "decision_until": "2030-01-01", "end_user_certificate": "EUC 9",
    "purpose": "national_defence", "on": "2024-01-10", "area": "XO01", "country_of_consignor": "SRB",
}  # fmt: skip


def weapon(n: int, stores: int) -> dict[str, str]:
    """What is said of a weapon."""
    return IMPORTED | {"serial": f"KM-{n:07d}", "store": f"Depot {n % stores}"}


def fill(book: Book, records: int, stores: int) -> float:
    """Return the seconds it took to enter all records."""
    began = time.perf_counter()
    for start in range(0, records, BATCH):
        numbers = range(start, min(start + BATCH, records))
        book.enter([Ask("arms", f"w-{n}", "imported", weapon(n, stores)) for n in numbers], CLERK, "import", TODAY)
    return time.perf_counter() - began


def search(book: Book, records: int) -> list[float]:
    """Return the seconds of each look-up by serial, shortest first."""
    spent = []
    for n in range(0, records, max(1, records // SEARCHES)):
        began = time.perf_counter()
        found = book.find("arms", "serial", f"km {n:07d}", CLERK)
        spent.append(time.perf_counter() - began)
        assert f"w-{n}" in {one.id for one in found}
    return sorted(spent)


def count(book: Book, counted: int, records: int, stores: int) -> tuple[float, arms.Reconciliation]:
    """Return the seconds a count of one store took, and what it says: one in a hundred missing, as many strange."""
    ledger, index = arms.LEDGER, book._index  # noqa: SLF001 - what is timed
    numbers = [n for n in range(records) if n % stores == 0][:counted]
    here = [n for place, n in enumerate(numbers) if place % 100]
    strange = [n + 1 for n in numbers[::100]]
    began = time.perf_counter()
    seen, tokens = [], []
    for n in (*here, *strange):
        said = {"identity": arms.identity("Maker", "M-70", f"KM-{n:07d}", "SRB")}
        tokens.append(index.same(ledger, said))
        seen.append(arms.Counted(tokens[-1]))
    # Laid into the store by a step that is not timed here: a count is of what is stored.
    standing = index.standing(ledger, SAME, ("store", "Depot 0"), tokens)
    pieces = [arms.Piece(one.token, "Depot 0" if one.is_within else "elsewhere", "stored") for one in standing]
    found = arms.reconcile(pieces, seen, "Depot 0")
    return time.perf_counter() - began, found


def verdict(is_kept: bool) -> str:  # noqa: FBT001 - the one thing it is about
    """Return how it compares with what was asked."""
    return "kept" if is_kept else "not kept"


def main() -> None:
    """Print every figure with what is asked for beside it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=1_000_000)
    asked.add_argument("--counted", type=int, default=10_000)
    options = asked.parse_args()
    records, counted = options.records, min(options.counted, options.records)
    stores = max(2, records // counted)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load of the machine {load} on {os.cpu_count()} cores; {records:,} records, one entry each")
    with tempfile.TemporaryDirectory() as folder, Keys.create(f"{folder}/keys") as keys:
        url = f"sqlite:///{folder}/log.db"
        with Book.open(url, keys, LEDGERS) as book:
            spent = fill(book, records, stores)
            print(f"entered {records / spent:,.0f} records a second in batches of {BATCH:,}")
            times = search(book, records)
            slow = times[int(len(times) * 0.95)]
            print(f"search by mark {times[len(times) // 2] * 1e3:.1f} ms, 95% under {slow * 1e3:.1f} ms "
                  f"(asked {SEARCH * 1e3:.0f} ms: {verdict(slow < SEARCH)})")  # fmt: skip
            spent, found = count(book, counted, records, stores)
            print(f"store count of {counted:,} pieces {spent:.2f} s (asked {COUNT:.0f} s: {verdict(spent < COUNT)})")
            print(
                f"  {len(found.matched):,} matched, {len(found.missing):,} missing, {len(found.elsewhere):,} elsewhere"
            )
        report = min((verify(url, keys) for _ in range(2)), key=lambda one: one.seconds)
        assert report.is_whole, report.summary()
        speed = report.entries / report.seconds
        print(f"log verified {speed:,.0f} entries a second (asked {VERIFY:,}: {verdict(speed >= VERIFY)})")
        for path in sorted(Path(folder).iterdir()):
            print(f"  {path.name}: {path.stat().st_size / 1e6:,.0f} MB")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"most memory {memory:,.0f} MB")


if __name__ == "__main__":
    main()
