"""Results of jobs on disk: whole or not at all, and never more than there is room for."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toguna.core.errors import AskError
from toguna.core.words import N_

if TYPE_CHECKING:
    import pandas as pd

RESULTS = "results"
MADE_FROM = "made_from.json"
_ID = re.compile(r"[0-9a-f]{20}")


class NoResultError(AskError):
    """There is no such result: the job is unknown or not done, made no such table, or made room for others."""


def is_id(job: str) -> bool:
    """Return whether a word can be the id of a job; nothing else is ever made part of a path."""
    return _ID.fullmatch(job) is not None


def being_made(folder: Path, job: str) -> Path:
    """Return where the results of a job stand while it runs."""
    return folder / RESULTS / f".{job}"


def begin(folder: Path, job: str) -> Path:
    """Return an empty folder for the results of a job."""
    fresh = being_made(folder, job)
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    return fresh


def scratch(fresh: Path) -> Path:
    """Return a folder for what is temporary while results are made; it goes when they are put in place."""
    place = fresh / "tmp"
    place.mkdir(exist_ok=True)
    return place


def write(fresh: Path, tables: Mapping[str, pd.DataFrame], made_from: Mapping[str, Any]) -> None:
    """Write tables beside what they were made from."""
    for view, table in tables.items():
        # Where a column holds words and nothing else, an empty table must not lose that.
        table.reset_index(drop=True).to_parquet(fresh / f"{view}.parquet")
    (fresh / MADE_FROM).write_text(json.dumps(dict(made_from), indent=1, default=str), encoding="utf-8")


def put_in_place(folder: Path, job: str) -> None:
    """Move finished results to where they are read, in one step."""
    place, fresh = folder / RESULTS / job, being_made(folder, job)
    shutil.rmtree(scratch(fresh), ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)
    fresh.replace(place)


def clear_one(folder: Path, job: str) -> None:
    """Remove what a job left behind that was killed."""
    shutil.rmtree(being_made(folder, job), ignore_errors=True)


def clear_unfinished(folder: Path) -> None:
    """Remove what jobs left behind when the server was killed."""
    for one in (folder / RESULTS).glob(".*"):
        shutil.rmtree(one, ignore_errors=True)


def remove(folder: Path, job: str) -> None:
    """Remove the results of a job."""
    if is_id(job):
        shutil.rmtree(folder / RESULTS / job, ignore_errors=True)


def made_from_of(folder: Path, job: str) -> dict[str, Any] | None:
    """Return what finished results were made from; None where there are none."""
    file = folder / RESULTS / job / MADE_FROM
    if not is_id(job) or not file.is_file():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def result_table(folder: Path, job_id: str, view: str) -> pd.DataFrame:
    """Return a result table of a finished job.

    Raises
    ------
    NoResultError
        There is no such job or table.
    """
    import pandas as pd

    return pd.read_parquet(result_file(folder, job_id, f"{view}.parquet"))


def result_file(folder: Path, job: str, name: str) -> Path:
    """Return a file among the results of a finished job.

    Raises
    ------
    NoResultError
        There is none of that name.
    """
    place = folder / RESULTS / job
    if not is_id(job) or not place.is_dir():
        raise NoResultError(
            N_(
                "There are no results of the job {job!r}: it is not done, or made room for others. Ask for "
                "the job again; the same question has the same id."
            ),
            job=job[:40],
        )
    # Names are looked up among those that are there, so that no other file is ever opened.
    named = {one.name: one for one in place.iterdir()}
    if name not in named:
        known = ", ".join(sorted(one.removesuffix(".parquet") for one in named if one != MADE_FROM))
        raise NoResultError(
            N_("The job has no result {name!r}. It has {known}."),
            name=name.removesuffix(".parquet")[:60],
            known=known,
        )
    return named[name]


def bytes_of(folder: Path, job: str) -> int:
    """Return the room the results of a job take."""
    return sum(one.stat().st_size for one in (folder / RESULTS / job).glob("*") if one.is_file())


def too_many(folder: Path, unneeded: Iterable[str], most_bytes: int) -> list[str]:
    """Return the jobs, of those that may go, whose results must go for the rest to fit."""
    sizes = {one.name: bytes_of(folder, one.name) for one in (folder / RESULTS).glob("*") if is_id(one.name)}
    over = sum(sizes.values()) - most_bytes
    leaving = []
    for job in unneeded:
        if over <= 0:
            break
        over -= sizes.get(job, 0)
        leaving.append(job)
    return leaving
