"""Where answers are kept: a day, a random number and what was said; nothing that leads to a person.

Reasons lie in a table of their own with no way back to the answer they came with, so that what somebody writes
cannot be tied to how they ranked. Rows are ordered by their random number, so no order of arrival is kept either.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from toguna.core.errors import AskError
from toguna.core.frozen import Frozen
from toguna.core.words import N_
from toguna.web.public.answer import Answer

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
  id TEXT PRIMARY KEY, day TEXT NOT NULL, ranking TEXT NOT NULL, weights TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ratings (
  id TEXT PRIMARY KEY, day TEXT NOT NULL, contribution TEXT NOT NULL,
  stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reasons (
  id TEXT PRIMARY KEY, day TEXT NOT NULL, text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'shown', 'withheld'))
) WITHOUT ROWID;
"""
State = Literal["waiting", "shown", "withheld"]


class Reason(Frozen):
    """A free text and whether a moderator has passed it."""

    id: str = Field(description="Random number")
    day: str = Field(description="Day it was given")
    text: str = Field(description="What was written")
    state: State = Field(description="waiting, shown or withheld")


class Store:
    """The answers of the public in one SQLite file.

    Parameters
    ----------
    path : the file; made with its folder where there is none
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as base:
            base.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        base = sqlite3.connect(self._path, timeout=10)
        try:
            base.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten in the file
            with base:
                yield base
        finally:
            base.close()

    def add(self, answer: Answer, day: date) -> None:
        """Keep an answer under its day."""
        on = day.isoformat()
        with self._open() as base:
            if answer.ranking or answer.weights:
                base.execute(
                    "INSERT INTO answers VALUES (?, ?, ?, ?)",
                    (_random(), on, json.dumps(answer.ranking), json.dumps(answer.weights)),
                )
            base.executemany(
                "INSERT INTO ratings VALUES (?, ?, ?, ?)",
                [(_random(), on, name, stars) for name, stars in answer.ratings.items()],
            )
            if text := answer.reason.strip():
                base.execute("INSERT INTO reasons VALUES (?, ?, ?, 'waiting')", (_random(), on, text))

    def answers(self) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
        """Return day, ranking and weights of every answer, in no order that means anything."""
        with self._open() as base:
            rows = base.execute("SELECT day, ranking, weights FROM answers ORDER BY id").fetchall()
        return [(day, tuple(json.loads(ranking)), tuple(json.loads(weights))) for day, ranking, weights in rows]

    def ratings(self) -> list[tuple[str, str, int]]:
        """Return day, contribution and stars of every rating."""
        with self._open() as base:
            return base.execute("SELECT day, contribution, stars FROM ratings ORDER BY id").fetchall()

    def reasons(self, state: State) -> list[Reason]:
        """Return the reasons in a state, oldest day first."""
        with self._open() as base:
            rows = base.execute("SELECT id, day, text, state FROM reasons WHERE state = ? ORDER BY day, id", (state,))
            return [Reason(id=one[0], day=one[1], text=one[2], state=one[3]) for one in rows]

    def decide(self, reason: str, state: Literal["shown", "withheld"]) -> None:
        """Pass or withhold a reason; one that is withheld loses its text."""
        with self._open() as base:
            kept = "text" if state == "shown" else "''"
            done = base.execute(f"UPDATE reasons SET state = ?, text = {kept} WHERE id = ?", (state, reason))
            if not done.rowcount:
                raise AskError(N_("There is no reason {reason!r}. Ask for the queue again."), reason=reason)


def _random() -> str:
    return secrets.token_hex(12)
