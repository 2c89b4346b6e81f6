"""Many mandates in many draws: in one process, in several, or on a cluster, with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.comparison.ground import Effort, Floats, Ground
from toguna.comparison.parameters import records
from toguna.comparison.simulate import simulate
from toguna.core.workers import run_all

_BLOCK = 2_000  # draws a task


def simulate_all(
    ground: Ground,
    efforts: Sequence[Effort],
    table: pd.DataFrame,
    seed: int,
    *,
    workers: int = 1,
    cluster: str | None = None,
) -> tuple[Floats, npt.NDArray[np.float32]]:
    """Return measures and months of every effort: efforts x draws x measures, efforts x draws x months x MONTHLY."""
    drawn = records(table)
    if workers == 1 and cluster is None:
        done = [simulate(ground, effort, drawn, seed) for effort in efforts]
        return np.stack([one[0] for one in done]), np.stack([one[1] for one in done])
    starts = range(0, len(drawn), _BLOCK)
    tasks = [(ground, effort, drawn[at : at + _BLOCK], seed, at) for effort in efforts for at in starts]
    found = list(run_all(_part, tasks, workers=workers, cluster=cluster))
    each = len(starts)
    rows = [found[at : at + each] for at in range(0, len(found), each)]
    return (
        np.stack([np.concatenate([values for values, _ in row]) for row in rows]),
        np.stack([np.concatenate([monthly for _, monthly in row]) for row in rows]),
    )


def _part(task: tuple[Ground, Effort, Any, int, int]) -> tuple[Floats, npt.NDArray[np.float32]]:
    ground, effort, drawn, seed, first = task
    values, monthly, _ = simulate(ground, effort, drawn, seed, threads=1, first=first)
    return values, monthly
