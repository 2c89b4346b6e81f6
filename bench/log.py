"""Speed of the log: entries verified a second, and appended a second one by one and in batches, on both databases.

python -m bench.log [postgresql URL of an empty database]

Without a URL, a PostgreSQL of Debian's is started for the run where one is installed.
"""

import contextlib
import os
import sys
import tempfile
import time

from toguna.accounts.log import Keys, Log, verify
from toguna.accounts.log.journal import Draft

ENTRIES, BATCH, SINGLE = 200_000, 2_000, 300
PROMISED = 200_000  # entries verified a second
FIELDS = {"act": "pillage", "place": "P-0317", "month": "2026-03", "people": 12, "source": "patrol"}


def drafts(start, number):
    """Entries as a rights ledger writes them, about five thousand persons."""
    return [
        Draft("rights", f"case-{n}", "reported", FIELDS, f"officer-{n % 40}", "patrol report", f"person-{n % 5000}")
        for n in range(start, start + number)
    ]


def run(url, folder, name):
    """Print the speeds on one database."""
    with Keys.create(f"{folder}/{name} keys") as keys, Log.open(url, keys) as log:
        keys.keys_for([("rights", f"person-{n}") for n in range(5000)])
        began = time.perf_counter()
        for draft in drafts(0, SINGLE):
            log.append_many([draft])
        single = SINGLE / (time.perf_counter() - began)
        began = time.perf_counter()
        for start in range(SINGLE, ENTRIES, BATCH):
            log.append_many(drafts(start, BATCH))
        batch = (ENTRIES - SINGLE) / (time.perf_counter() - began)
        reports = [verify(url, keys) for _ in range(3)]
        assert all(report.is_whole for report in reports), reports[0].summary()
        speed = max(report.entries / report.seconds for report in reports)
        began = time.process_time()
        verify(url, keys)
        on_a_core = ENTRIES / (time.process_time() - began)
        began = time.perf_counter()
        proof = log.prove(ENTRIES // 2)
        proved = time.perf_counter() - began
        assert proof.holds()
        verdict = "kept" if speed >= PROMISED else "not kept"
        print(f"{name}: {speed:,.0f} entries verified a second (promised {PROMISED:,}: {verdict})")
        print(f"{name}: {on_a_core:,.0f} verified in a second of processor time, all threads together")
        print(f"{name}: appended a second {single:,.0f} one by one, {batch:,.0f} in batches of {BATCH:,}")
        print(f"{name}: first proof among {log.head().size:,} entries {proved:.2f} s, {len(proof.path)} hashes")


def main():
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load of the machine {load} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        run(f"sqlite:///{folder}/log.db", folder, "SQLite")
        with contextlib.ExitStack() as stack:
            if len(sys.argv) > 1:
                url = sys.argv[1]
            else:
                from tests.accounts.conftest import fresh, started

                url = fresh(stack.enter_context(started(fsync="on")))
            run(url, folder, "PostgreSQL")


if __name__ == "__main__":
    main()
