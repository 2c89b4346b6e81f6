"""`replicated`: one estimate by each method from several files of the same people, what was missing filled in anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from toguna.accounts.estimation.lists import Lists, read_lists
from toguna.accounts.estimation.strata import METHODS, Settings, draws_of, pool_replicates
from toguna.core.errors import AskError
from toguna.core.progress import Progress, silent


@dataclass(frozen=True, eq=False)
class Replicated:
    """Estimates pooled over replicates, by every method.

    Attributes
    ----------
    table : one row a method: `method`, `N`, `low`, `high` (people), `df`, `within`, `between` (of the log), `holds`,
        `remark`
    each : one row a method and replicate: `method`, `replicate` (from 1), `seen`, `N` (median), `low`, `high`
    refused : methods that gave nothing in some replicate, with the reason
    level : of the intervals
    """

    table: pd.DataFrame = field(repr=False)
    each: pd.DataFrame = field(repr=False)
    refused: dict[str, str]
    level: float

    def __str__(self) -> str:
        """Return what each method says of all replicates together."""
        lines = [f"{self.each['replicate'].max()} replicates pooled, people and {self.level:.0%} interval"]
        lines += [
            f"  {row['method']}: {row['N']:,.0f} ({row['low']:,.0f} to {row['high']:,.0f}) {row['remark']}".rstrip()
            for _, row in self.table.iterrows()
        ]
        return "\n".join([*lines, *(f"  {method}: no answer. {why}" for method, why in self.refused.items())])


def replicated(
    replicates: Sequence[Any], *, level: float = 0.95, seed: int = 1, iterations: int = 30_000, chains: int = 4,
    delta: float | None = None, progress: Progress = silent,
) -> Replicated:  # fmt: skip
    """Return estimates from replicates of multiple imputation by every method, pooled by `pool_replicates`.

    Parameters
    ----------
    replicates : each as in `read_lists`, of the same lists
    level : of the intervals
    seed, iterations, chains : of the latent classes
    delta : of the graph averaging; default 2^-k
    progress : told which replicate comes next

    Raises
    ------
    AskError
        Fewer than two replicates; different lists; a replicate that tells nothing; no method with an answer.
    """
    if len(replicates) < 2:
        raise AskError(f"There are {len(replicates)} replicates. Give two at least.")
    every = [_read(number, one) for number, one in enumerate(replicates, 1)]
    if other := [number for number, one in enumerate(every, 1) if one.names != every[0].names]:
        raise AskError(
            f"Replicate {other[0]} has the lists {', '.join(every[other[0] - 1].names)}, the first has "
            f"{', '.join(every[0].names)}. Give the same lists in the same order."
        )
    settings, rng = Settings(level, seed, iterations, chains, delta), np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    each: list[dict[str, object]] = []
    refused: dict[str, str] = {}
    for at, method in enumerate(METHODS):
        draws, weak = [], []
        for number, lists in enumerate(every, 1):
            progress(at * len(every) + number - 1, len(METHODS) * len(every), f"{method}, replicate {number}")
            try:
                found, why = draws_of(method, lists, settings, rng)
            except AskError as fault:
                refused[method] = f"Replicate {number}: {fault}"
                break
            draws.append(found)
            weak += [str(number)] if why else []
            low, middle, high = np.quantile(found, [(1 - level) / 2, 0.5, (1 + level) / 2])
            each.append(
                {"method": method, "replicate": number, "seen": lists.seen, "N": middle, "low": low, "high": high}
            )
        else:
            one = pool_replicates(draws, level=level)
            remark = f"chains have not converged in {', '.join(weak)}: not to be used" if weak else ""
            rows.append(
                {
                    "method": method, "N": one.N, "low": one.low, "high": one.high, "df": one.df, "within": one.within,
                    "between": one.between, "holds": not weak, "remark": remark,
                }
            )  # fmt: skip
    if not rows:
        raise AskError("No method has an answer in every replicate. " + " ".join(refused.values()))
    return Replicated(pd.DataFrame(rows), pd.DataFrame(each), refused, level)


def _read(number: int, data: Any) -> Lists:
    """Return lists, with the number of the replicate in what is wrong with them."""
    try:
        return read_lists(data)
    except AskError as fault:
        raise AskError(f"Replicate {number}: {fault}") from fault
