"""Measures record linkage: precision, recall, seconds and memory, on FEBRL3 and on made-up lists.

    python -m bench.linkage [--febrl dataset3.csv]

FEBRL3 (5,000 records, 6,538 pairs) is not shipped; its file is named by the option or by TOGUNA_FEBRL3.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.accounts.linkage import Compared, match, thresholds

AT = (0.05, 0.5, 0.95)
SIZES = (5_000, 50_000)
_STARTS = ["b", "d", "f", "g", "k", "l", "m", "n", "s", "t", "w", "y", "z"]
_MIDDLES = ["a", "e", "i", "o", "u", "ou", "ia"]
_ENDS = ["ba", "da", "ko", "li", "ma", "na", "ro", "sse", "ta", "wa", "ye", "n", "r"]


def _names(rng: np.random.Generator, number: int) -> list[str]:
    """Return made-up names, all different."""
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(rng.choice(part) for part in (_STARTS, _MIDDLES, _ENDS, _MIDDLES)[: rng.integers(2, 5)])] = None
        found["".join(rng.choice(part) for part in (_STARTS, _MIDDLES, _STARTS, _MIDDLES, _ENDS))] = None
    return list(found)[:number]


def _some(rng: np.random.Generator, values: list[str], number: int) -> np.ndarray:
    """Return values as unevenly common as names are."""
    weights = 1 / (np.arange(len(values)) + 5.0)
    return rng.choice(np.array(values, dtype=object), number, p=weights / weights.sum())


def made_up(records: int, seed: int, lists: int = 1) -> pd.DataFrame:
    """Return made-up records with the number of the person each is of, `person`, and the list it is on, `list`.

    A third of the people have one more record or several. Of the records that repeat one, a third has a typing error in
    a name, 4 % have names swapped, 15 % lack the birth, 10 % the given name, 5 % have day and month transposed, 15 %
    know the event to the month only, 8 % have it up to three days off, 20 % the place to the larger area only, 1 % the
    other sex; a tenth of people died in events of many.
    """
    rng = np.random.default_rng(seed)
    people = int(records / 1.5)
    family, given = _names(rng, max(60, people // 12)), _names(rng, max(40, people // 15))
    event = rng.integers(0, 6 * 365, people)
    place = rng.integers(0, 40, people)
    massacre = rng.random(people) < 0.1
    which = rng.integers(0, max(people // 300, 1), people)
    event[massacre], place[massacre] = which[massacre] * 37 % 2000, which[massacre] % 40
    day = np.datetime64("2012-01-01") + event
    born = day - rng.integers(365, 80 * 365, people)
    known = pd.DataFrame({
        "person": np.arange(people), "given": _some(rng, given, people), "family": _some(rng, family, people),
        "sex": rng.choice(["m", "f"], people), "birth": born.astype(str), "date": day.astype(str),
        "place": [f"XX{at // 8:02}{at % 8:02}" for at in place],
        "kind": np.where(massacre, "killing", rng.choice(["killing", "abduction", "injury", "looting"], people)),
    })  # fmt: skip
    again = rng.choice(people, records - people)
    table = pd.concat([known, spoiled(known.iloc[again], rng)], ignore_index=True)
    table["list"] = [f"list {one}" for one in rng.integers(0, lists, len(table))]
    table = table.iloc[rng.permutation(len(table))].reset_index(drop=True)
    table.insert(0, "id", [f"r{at}" for at in range(len(table))])
    return table


def spoiled(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return records with the slips and gaps that records have."""
    table = table.astype(object).copy()
    for row in range(len(table)):
        one = table.iloc[row].copy()
        if rng.random() < 0.33:
            field = str(rng.choice(["given", "family"]))
            one[field] = _mistyped(str(one[field]), rng)
        if rng.random() < 0.04:
            one["given"], one["family"] = one["family"], one["given"]
        if rng.random() < 0.1:
            one["given"] = None
        if rng.random() < 0.15:
            one["birth"] = None
        elif rng.random() < 0.05:
            year, month, day = one["birth"].split("-")
            one["birth"] = f"{year}-{day}-{month}"
        elif rng.random() < 0.1:
            one["birth"] = one["birth"][:4]
        if rng.random() < 0.15:
            one["date"] = one["date"][:7]
        if rng.random() < 0.2:
            one["place"] = one["place"][:4]
        elif rng.random() < 0.1:
            one["date"] = str(np.datetime64(one["date"]) + int(rng.integers(-3, 4)))
        if rng.random() < 0.1:
            one["kind"] = None
        elif rng.random() < 0.05:
            one["kind"] = str(rng.choice(["killing", "abduction", "injury", "looting"]))
        if rng.random() < 0.01:
            one["sex"] = "m" if one["sex"] == "f" else "f"
        table.iloc[row] = one
    return table


def _mistyped(word: str, rng: np.random.Generator) -> str:
    """Return a word with a letter left out, doubled, changed, or exchanged with the next."""
    at = int(rng.integers(0, max(len(word) - 1, 1)))
    how = rng.integers(0, 4)
    middle = [word[at + 1 : at + 2] + word[at], "", word[at] * 2, str(rng.choice(list("aeioubdkmnst")))][how]
    return word[:at] + middle + word[at + (2 if how == 0 else 1) :]


def febrl3(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, Compared]:
    """Return the records of FEBRL3, the person of each, and what is compared."""
    table = pd.read_csv(path, skipinitialspace=True, dtype=str)
    table["person"] = table["rec_id"].str.split("-").str[1]
    born = table["date_of_birth"]
    table["birth"] = born.str[:4] + "-" + born.str[4:6] + "-" + born.str[6:]
    table["where"] = table["state"].str.upper().str.ljust(3, "-") + table["postcode"]
    also = ("soc_sec_id", "address_1", "suburb", "street_number")
    columns = Compared("rec_id", given="given_name", family="surname", birth="birth", place="where", also=also,
                       place_lengths=(4, 5))  # fmt: skip
    return table, table[["rec_id", "person"]].rename(columns={"rec_id": "id"}), columns


def measured(what: str, table: pd.DataFrame, truth: pd.DataFrame, columns: Compared | None) -> None:
    """Print one line a threshold."""
    start = time.perf_counter()
    found = match(table, columns=columns, seed=1)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {len(table):,} records, {found.looked_at:,} pairs looked at, {seconds:.1f} s, {peak:.0f} MB")
    for row in thresholds(found, truth, at=AT).table.to_dict("records"):
        print(f"  p >= {row['threshold']:.2f}: precision {row['precision']:.4f}, recall {row['recall']:.4f}")


def main() -> None:
    """Print what is measured; each in a process of its own, so that memory is its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--febrl", type=Path, default=os.environ.get("TOGUNA_FEBRL3"))
    asked.add_argument("--only", help="febrl, or a number of records")
    given = asked.parse_args()
    if given.only is None:
        if given.febrl is None:
            print("FEBRL3 is skipped: name its dataset3.csv with --febrl or TOGUNA_FEBRL3.")
        for one in ([] if given.febrl is None else ["febrl"]) + [str(size) for size in SIZES]:
            extra = ["--febrl", str(given.febrl)] if given.febrl else []
            subprocess.run([sys.executable, "-m", "bench.linkage", "--only", one, *extra], check=True)
    elif given.only == "febrl":
        measured("FEBRL3", *febrl3(Path(given.febrl)))
    else:
        table = made_up(int(given.only), seed=1)
        measured("made up", table.drop(columns=["person", "list"]), table[["id", "person"]], None)


if __name__ == "__main__":
    main()
