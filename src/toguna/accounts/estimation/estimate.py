"""`estimate`: how many people, by every method side by side, with what they disagree about; never one number alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toguna.accounts.estimation.decomposable import GraphAverage, decomposable
from toguna.accounts.estimation.latent_classes import LatentClasses, latent_classes
from toguna.accounts.estimation.lists import Lists, read_lists
from toguna.accounts.estimation.loglinear import Fitted, LogLinear, fit, loglinear
from toguna.core.errors import AskError

MAIN, SENSITIVITY, REFERENCE = "main", "sensitivity", "reference"
_COLUMNS = ["method", "setting", "role", "N", "low", "high", "holds", "remark"]
_APART = 1.25  # ratio of two medians from which they are said to disagree


@dataclass(frozen=True, eq=False)
class Estimate:
    """How many people there are in all, by every method; it has no single number on purpose.

    Attributes
    ----------
    lists : that were read
    table : one row a method and setting: `method`, `setting`, `role` ("main", "sensitivity" to a choice, "reference"),
        `N`, `low`, `high` (people), `holds` (whether the number may be used), `remark`
    low, high : from the lowest to the highest end of the main rows that hold, people
    disagreement : sentences on where methods and settings part
    refused : methods that gave nothing, with the reason
    level : of the intervals
    """

    lists: Lists
    table: pd.DataFrame = field(repr=False)
    low: float
    high: float
    disagreement: tuple[str, ...]
    refused: dict[str, str]
    level: float

    def __str__(self) -> str:
        """Return every row, the range over main methods, and where they part."""
        lines = [str(self.lists), f"{'method':20} {'setting':34} {'N':>9}   {self.level:.0%} interval"]
        for _, row in self.table.iterrows():
            ends = f"{row['low']:,.0f} to {row['high']:,.0f}"
            lines.append(f"{row['method']:20} {row['setting']:34} {row['N']:>9,.0f}   {ends}  {row['remark']}".rstrip())
        lines.append(f"Main methods together: {self.low:,.0f} to {self.high:,.0f} people")
        lines += self.disagreement
        return "\n".join([*lines, *(f"{method}: no answer. {why}" for method, why in self.refused.items())])


def estimate(
    data: Any,
    names: Sequence[str] | None = None,
    *,
    level: float = 0.95,
    deltas: Sequence[float] | None = None,
    K: int = 10,  # noqa: N803 - as the paper writes it
    iterations: int = 50_000,
    seed: int = 1,
    threads: int = 2,
) -> Estimate:
    """Return how many people there are by log-linear models, graph averaging and latent classes, with other settings.

    Parameters
    ----------
    data, names : as in `read_lists`
    level : of the intervals
    deltas : of the graph averaging; the first is the main one; default 2^-k, 1/2 and 1
    K : most latent classes; half and twice as many, and another prior of the concentration, are looked at too
    iterations : of each latent-class chain
    seed, threads : of the latent classes

    Raises
    ------
    AskError
        Fewer than three lists; nobody on two; a list that meets no other; no method with an answer.
    """
    lists = read_lists(data, names)
    rows: list[list[object]] = []
    refused: dict[str, str] = {}
    for method, work in (
        ("log-linear", lambda: _by_loglinear(lists, level)),
        ("decomposable graphs", lambda: _by_graphs(lists, level, deltas)),
        ("latent classes", lambda: _by_classes(lists, level, K, iterations, seed, threads)),
        ("lists left out", lambda: _without_lists(lists, level)),
    ):
        _add(rows, refused, method, work)
    table = pd.DataFrame(rows, columns=_COLUMNS)
    good = table[(table["role"] == MAIN) & table["holds"]]
    if good.empty:
        raise AskError("No method has an answer that may be used. " + " ".join(refused.values()))
    return Estimate(
        lists, table, float(good["low"].min()), float(good["high"].max()), _disagreement(table, good), refused, level
    )


def _add(
    rows: list[list[object]], refused: dict[str, str], method: str, work: Callable[[], list[list[object]]]
) -> None:
    try:
        rows += work()
    except AskError as why:
        refused[method] = str(why)


def _by_loglinear(lists: Lists, level: float) -> list[list[object]]:
    alone = fit(lists, level=level)
    found = [_fitted("independent lists", REFERENCE, alone)]
    if lists.number > 5:
        found[0][-1] = f"all hierarchical models of {lists.number} lists are too many to try"
        return found
    every: LogLinear = loglinear(lists, level=level)
    near, share = every.averaged("BIC")
    found.insert(0, _fitted(f"best BIC {every.best_bic.model}", MAIN, every.best_bic))
    found.insert(1, _fitted(f"best AIC {every.best_aic.model}", MAIN, every.best_aic))
    found[0][-1] = f"knows the model; its weight among all is {share:.2f}, their mean {near:,.0f}"
    return found


def _fitted(setting: str, role: str, one: Fitted) -> list[object]:
    return ["log-linear", setting, role, one.N, one.low, one.high, one.exists, "" if one.exists else "no finite fit"]


def _by_graphs(lists: Lists, level: float, deltas: Sequence[float] | None) -> list[list[object]]:
    found: GraphAverage = decomposable(lists, deltas, level=level)
    rows: list[list[object]] = []
    for number, row in enumerate(found.by_delta.to_dict("records")):
        remark = f"likeliest {row['top']} ({row['probability']:.2f})"
        setting = f"delta {row['delta']:.4g}, prior 1/N"
        rows.append(
            [
                "decomposable graphs",
                setting,
                SENSITIVITY if number else MAIN,
                row["N"],
                row["low"],
                row["high"],
                True,
                remark,
            ]
        )
    flat = decomposable(lists, found.delta, prior="flat", level=level)
    setting = f"delta {found.delta:.4g}, flat prior"
    rows.append(
        ["decomposable graphs", setting, SENSITIVITY, flat.N, flat.low, flat.high, True, "; ".join(flat.remarks)]
    )
    return rows


def _by_classes(lists: Lists, level: float, most: int, iterations: int, seed: int, threads: int) -> list[list[object]]:
    rows: list[list[object]] = []
    for role, classes, a, b in (
        (MAIN, most, 0.25, 0.25), (SENSITIVITY, max(most // 2, 2), 0.25, 0.25), (SENSITIVITY, 2 * most, 0.25, 0.25),
        (SENSITIVITY, most, 1.0, 1.0),
    ):  # fmt: skip
        steps = iterations if role == MAIN else max(iterations // 2, 2_000)
        one: LatentClasses = latent_classes(
            lists, classes, a, b, iterations=steps, burn=steps // 6, seed=seed, level=level, threads=threads
        )
        remark = f"R-hat {one.r_hat:.3f}, worth {min(one.ess_bulk, one.ess_tail):,.0f} draws"
        remark += "" if one.converged else ": not converged, not to be used"
        rows.append(
            ["latent classes", f"K {classes}, a {a:g}, b {b:g}", role, one.N, one.low, one.high, one.converged, remark]
        )
    return rows


def _without_lists(lists: Lists, level: float) -> list[list[object]]:
    """Return what graph averaging says when each list in turn had never been made."""
    rows: list[list[object]] = []
    if lists.number == 3:
        return rows
    for out, name in enumerate(lists.names):
        rest = lists.only([at for at in range(lists.number) if at != out])
        setting = f"without list {name}"
        try:
            one = decomposable(rest, 2.0**-rest.number, level=level)
        except AskError as why:
            rows.append(
                ["lists left out", setting, SENSITIVITY, float("nan"), float("nan"), float("nan"), False, str(why)]
            )
            continue
        rows.append(["lists left out", setting, SENSITIVITY, one.N, one.low, one.high, True, "decomposable graphs"])
    return rows


def _disagreement(table: pd.DataFrame, good: pd.DataFrame) -> tuple[str, ...]:
    """Return sentences on how far methods, and settings of each, lie apart."""
    lines = []
    least, most = good.loc[good["N"].idxmin()], good.loc[good["N"].idxmax()]
    ratio = most["N"] / least["N"]
    says = "disagree" if ratio >= _APART else "are close"
    lines.append(
        f"Methods {says}: {most['method']} ({most['setting']}) says {ratio:.2f} times as many as {least['method']} "
        f"({least['setting']})."
    )
    if good["low"].max() > good["high"].min():
        lines.append("Intervals of at least two main methods do not meet: their assumptions cannot both hold.")
    if len(good["method"].unique()) == 1:
        lines.append("Only one method has an answer: nothing checks it.")
    for method, rows in table[table["holds"] & (table["role"] != REFERENCE)].groupby("method", sort=False):
        spread = rows["N"].max() / rows["N"].min()
        if spread >= _APART:
            top, bottom = rows.loc[rows["N"].idxmax()], rows.loc[rows["N"].idxmin()]
            lines.append(
                f"{str(method).capitalize()} depends on its setting: {bottom['N']:,.0f} ({bottom['setting']}) to "
                f"{top['N']:,.0f} ({top['setting']})."
            )
    lines.append(
        "All assume that lists are of the same people and that whoever is on none is like some who are on one; no "
        "count can tell."
    )
    return tuple(lines)
