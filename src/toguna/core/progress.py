"""Progress of long work, reported without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Somebody who is told how far the work is: `step(done, total, what)`."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Take note that `done` of `total` steps are finished and that `what` comes next."""


def silent(done: int, total: int, what: str) -> None:
    """Listen to nothing."""
