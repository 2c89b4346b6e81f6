"""An estimate of how many people no list holds, as a table of every method; it has no single number on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from math import isfinite, isnan
from pathlib import Path
from typing import Any

from pydantic import Field

from toguna.accounts.estimation.estimate import MUST_HOLD, estimate
from toguna.accounts.estimation.histories import read_histories
from toguna.core.frozen import Frozen
from toguna.core.provenance import MadeFrom
from toguna.core.words import Sentence


class Asked(Frozen):
    """How an estimate is made. Bounds keep one reader from holding the machine for an hour."""

    lists: tuple[str, ...] = Field(default=(), description="Columns that are lists; default: all of 0 and 1")
    level: float = Field(default=0.95, gt=0, lt=1, description="Of the intervals")
    deltas: tuple[float, ...] = Field(default=(), description="For graphs: people added to a cell; the first counts")
    iterations: int = Field(default=20_000, ge=1_000, le=100_000, description="Of each latent-class chain")
    chains: int = Field(default=4, ge=2, le=8, description="Latent-class chains, side by side")
    seed: int = Field(default=1, ge=0, description="The same seed gives the same result")
    sensitivity: bool = Field(default=True, description="Also other priors, classes, lists left out")


@dataclass(frozen=True, eq=False)
class Estimated:
    """An estimate to be shown.

    Attributes
    ----------
    rows : one a method and setting, as of `toguna.accounts.estimation.Estimate.table`; numbers of rows that do not hold
        are missing, and `high_open` says that the lists set no upper end
    says : `read` how the file was understood, `lists`, `disagreement`, `refused`, `must_hold`
    low, high : range over the main methods; `high` missing where there is no upper end
    """

    rows: list[dict[str, Any]]
    says: dict[str, list[str]]
    low: float | None
    high: float | None
    made_from: MadeFrom


def estimated(path: Path, asked: Asked) -> Estimated:
    """Return how many people there are in all by every method, from a file of who is on which list.

    Parameters
    ----------
    path : CSV or XLSX in one of the three forms of `read_histories`; only counts of patterns are kept of it
    asked : settings

    Raises
    ------
    AskError
        Fewer than three lists, nobody on two, or a file in none of the forms.
    DataError
        Rows that are wrong, all of them named.
    """
    read = read_histories(path, lists=asked.lists)
    found = estimate(
        read.lists, level=asked.level, deltas=asked.deltas or None, iterations=asked.iterations, chains=asked.chains,
        seed=asked.seed, sensitivity=asked.sensitivity,
    )  # fmt: skip
    says: dict[str, list[str]] = {
        "read": list(read.said),
        "lists": [str(found.lists)],
        "disagreement": list(found.disagreement),
        "refused": [
            Sentence("{method}: {why}", method=Sentence(method), why=why) for method, why in found.refused.items()
        ],
        "must_hold": list(MUST_HOLD),
    }
    digest = sha256(path.read_bytes()).hexdigest()
    parameters = {name: value for name, value in asked.model_dump().items() if name != "seed"}
    made = MadeFrom(path.name, digest, parameters, asked.seed)
    rows = [_row(row) for row in found.table.to_dict("records")]
    return Estimated(rows, says, _finite(found.low), _finite(found.high), made)


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    holds = bool(row["holds"])
    ends = {name: _finite(row[name]) if holds else None for name in ("N", "low", "high")}
    return {
        "method": row["method"], "setting": row["setting"], "role": row["role"], **ends,
        "high_open": holds and not isfinite(row["high"]) and not isnan(row["high"]), "holds": holds,
        "remark": row["remark"], "r_hat": _finite(row["r_hat"]), "ess": _finite(row["ess"]),
    }  # fmt: skip


def _finite(value: float) -> float | None:
    return float(value) if isfinite(value) else None
