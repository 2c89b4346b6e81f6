"""Speed of the arms register's pure parts: search keys, folding records, a store count against a million weapons.

python -m bench.arms

All weapons are made up. The parts that need a database are timed elsewhere.
"""

import os
import random
import time
from datetime import UTC, datetime

from toguna.accounts.arms import LEDGER, Counted, Piece, exact_key, identity, loose_key, reconcile
from toguna.accounts.book import Happened, Record, decide, fold

WEAPONS, COUNTED, STORES = 1_000_000, 10_000, 100
FOLDED = 100_000
PROMISED = 2.0  # seconds for a count of 10,000 against 1,000,000
AT = datetime(2026, 1, 1, tzinfo=UTC)
CONFUSED = str.maketrans("O0I1B8S5", "0O1I8B5S")


def serials(rng):
    """Made-up serials, all different: two letters and seven digits."""
    numbers = rng.sample(range(10_000_000), WEAPONS)
    return [f"{rng.choice('ABIOSKLT')}{rng.choice('ABIOSKLT')}-{number:07d}" for number in numbers]


def pieces(marks):
    """The register: every weapon in one of a hundred stores, one in 53 destroyed."""
    return [
        Piece(
            identity("Maker", f"M{n % 7}", mark, "XOU"),
            f"store {n % STORES}",
            "destroyed" if n % 53 == 0 else "stored",
            mark,
            n % 7,
        )
        for n, mark in enumerate(marks)
    ]


def a_count(register, rng):
    """A count of one store: most as registered, some misread, some of other stores, some missing."""
    here = [one for one in register if one.store == "store 7"]
    others = rng.sample(register, 200)
    counted = [Counted(one.key, one.reading, one.model) for one in here[: COUNTED - 700] + others]
    for one in here[COUNTED - 700 : COUNTED - 200]:
        wrong = one.reading.translate(CONFUSED) if rng.random() < 0.5 else one.reading[:-1] + rng.choice("0123456789")
        counted.append(Counted(identity("Maker", f"M{one.model}", wrong, "XOU"), wrong, one.model))
    return counted


def life(mark):
    """Four steps of a weapon."""
    place = {"area": "XO01", "holder": "Depot", "holder_kind": "armed_forces"}
    made = {
        **place,
        "on": "2020-01-05",
        "kind": "assault_rifle",
        "make": "Maker",
        "model": "M1",
        "calibre": "7.62",
        "serial_state": "read",
        "serial": mark,
        "country_of_manufacture": "XOU",
        "manufacturing_licence": "L 1",
    }
    moved = {**place, "on": "2020-03-01", "from_holder": "Depot"}
    return [
        ("manufactured", made),
        ("marked", {"on": "2020-02-01", "area": "XO01"}),
        ("stored", {**moved, "store": "store 7"}),
        ("issued", {**moved, "holder": "Unit"}),
    ]


def clock(what, number, work):
    """Print how long a piece of work takes and how much it does a second."""
    began, worked = time.perf_counter(), time.process_time()
    done = work()
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{what}: {took:.2f} s ({worked:.2f} s of a core), {number / worked:,.0f} a second of a core")
    return took, done


def main():
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    rng = random.Random(1)
    marks = serials(rng)
    clock("exact keys", WEAPONS, lambda: [exact_key(one) for one in marks])
    clock("loose keys", WEAPONS, lambda: [loose_key(one) for one in marks])
    steps = life(marks[0])

    def decided():
        for _ in range(5_000):
            record = Record("arms", "1")
            for step, fields in steps:
                said = decide(LEDGER, record, step, fields, AT.date()).model_dump(mode="json", exclude_none=True)
                record = fold(LEDGER, "1", [*record.history, Happened(step, said, "clerk", AT)])
        return record.history

    _, history = clock("steps decided and folded", 20_000, decided)
    clock(
        "weapons folded from 4 steps", FOLDED, lambda: sum(bool(fold(LEDGER, m, history).state) for m in marks[:FOLDED])
    )
    register = pieces(marks)
    counted = a_count(register, rng)
    took, found = clock(
        f"count of {len(counted):,} against {len(register):,}",
        len(register),
        lambda: reconcile(register, counted, "store 7"),
    )
    print(f"  {found}")
    print(f"  promised {PROMISED:g} s: {'kept' if took <= PROMISED else 'not kept'}")
    here = [one for one in register if one.store == "store 7"]
    clock(
        f"count of {len(counted):,} against its store, two edits",
        len(counted),
        lambda: reconcile(here, counted, "store 7", 2),
    )
    tokens = [one._replace(key=hash(one.key), reading="") for one in register]
    keyed = [Counted(hash(one.key)) for one in counted]
    clock("the same on keyed tokens", len(register), lambda: reconcile(tokens, keyed, "store 7"))


if __name__ == "__main__":
    main()
