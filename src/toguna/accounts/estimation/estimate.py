"""`estimate`: how many people, by every method side by side, with what they disagree about; never one number alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toguna.accounts.estimation.decomposable import GraphAverage, decomposable
from toguna.accounts.estimation.hierarchy import MOST, MOST_PAIRWISE
from toguna.accounts.estimation.latent_classes import LatentClasses, latent_classes
from toguna.accounts.estimation.lists import Lists, read_lists
from toguna.accounts.estimation.loglinear import Fitted, LogLinear, fit, loglinear
from toguna.core.errors import AskError
from toguna.core.progress import Progress, silent
from toguna.core.words import N_, Sentence

MAIN, SENSITIVITY, REFERENCE = "main", "sensitivity", "reference"
_COLUMNS = ["method", "setting", "role", "N", "low", "high", "holds", "remark", "r_hat", "ess"]
MUST_HOLD = (
    N_("All lists are of the same people: same place, time and definition."),
    N_("Records of the same person are matched. A missed match raises the estimate, a false one lowers it."),
    N_("Nobody enters or leaves between lists."),
    N_(
        "Whoever is on no list is like some who are on one. No count can test this; people whom no source could reach "
        "are not estimated."
    ),
)
NAN = float("nan")
_DISAGREE = N_("Methods disagree: {most} ({at}) says {ratio:.2f} times as many as {least} ({at2}).")
_CLOSE = N_("Methods are close: {most} ({at}) says {ratio:.2f} times as many as {least} ({at2}).")
_NO_MEETING = N_("Intervals of at least two main methods do not meet: their assumptions cannot both hold.")
_UNCHECKED = N_("Only one method has an answer: nothing checks it.")
_DEPENDS = N_("{method} depends on its setting: {low:,.0f} ({at}) to {high:,.0f} ({at2}).")
_ASSUMED = N_(
    "All assume that lists are of the same people and that whoever is on none is like some who are on one; no count "
    "can tell."
)
_APART = 1.25  # ratio of two medians from which they are said to disagree


@dataclass(frozen=True, eq=False)
class Estimate:
    """How many people there are in all, by every method; it has no single number on purpose.

    Attributes
    ----------
    lists : that were read
    table : one row a method and setting: `method`, `setting`, `role` ("main", "sensitivity" to a choice, "reference"),
        `N`, `low`, `high` (people), `holds` (whether the number may be used), `remark`, and of chains `r_hat`
        and `ess` (independent draws they are worth, in the middle or the tails, the fewer)
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
            known = "" if row["r_hat"] != row["r_hat"] else f"R-hat {row['r_hat']:.3f}, worth {row['ess']:,.0f} draws "
            says = f"{known}{row['remark']}"
            lines.append(f"{row['method']:20} {row['setting']:34} {row['N']:>9,.0f}   {ends}  {says}".rstrip())
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
    chains: int = 4,
    seed: int = 1,
    threads: int = 2,
    sensitivity: bool = True,
    progress: Progress = silent,
) -> Estimate:
    """Return how many people there are by log-linear models, graph averaging and latent classes, with other settings.

    Parameters
    ----------
    data, names : as in `read_lists`
    level : of the intervals
    deltas : of the graph averaging; the first is the main one; default 2^-k, 1/2 and 1
    K : most latent classes; half and twice as many, and another prior of the concentration, are looked at too
    iterations, chains : of the latent classes
    seed, threads : of the latent classes
    sensitivity : whether other priors, other numbers of classes, and every list left out are looked at too; deltas
        always are
    progress : told which method comes next

    Raises
    ------
    AskError
        Fewer than three lists; nobody on two; a list that meets no other; a level or delta that cannot be; no method
        with an answer.
    """
    if not 0 < level < 1:
        raise AskError(f"The level is {level:g}. Give a share of probability between 0 and 1, such as 0.95.")
    if deltas is not None and not all(one > 0 for one in deltas):
        raise AskError(f"Delta is {min(deltas):g}. Give people added to each cell, above 0; 2^-k is usual.")
    if K < 2 or chains < 2 or iterations < 100:
        raise AskError(f"K={K}, chains={chains}, iterations={iterations}. Give 2, 2 and 100 at least.")
    lists = read_lists(data, names)
    rows: list[list[object]] = []
    refused: dict[str, str] = {}
    run = Chains(K, iterations, chains, seed, threads)
    methods: list[tuple[str, Callable[[], list[list[object]]]]] = [
        ("log-linear", lambda: _by_loglinear(lists, level)),
        ("decomposable graphs", lambda: _by_graphs(lists, level, deltas, sensitivity=sensitivity)),
        ("latent classes", lambda: _by_classes(lists, level, run, sensitivity=sensitivity)),
    ]
    if sensitivity:
        methods.append(("lists left out", lambda: _without_lists(lists, level)))
    for number, (method, work) in enumerate(methods):
        progress(number, len(methods), method)
        _add(rows, refused, method, work)
    table = pd.DataFrame(rows, columns=_COLUMNS)
    good = table[(table["role"] == MAIN) & table["holds"]]
    if good.empty:
        none = Sentence(N_("No method has an answer that may be used."))
        raise AskError(Sentence.joined([none, *refused.values()]))
    return Estimate(
        lists, table, float(good["low"].min()), float(good["high"].max()), _disagreement(table, good), refused, level
    )


@dataclass(frozen=True)
class Chains:
    """How latent classes are run: most classes, steps, chains, seed, threads."""

    K: int
    iterations: int
    chains: int
    seed: int
    threads: int


def _row(
    method: str, setting: str, role: str, one: Any, *, holds: bool = True, remark: str = "", r_hat: float = NAN,
    ess: float = NAN,
) -> list[object]:  # fmt: skip
    """Return a row of the table from anything with N, low and high."""
    return [method, setting, role, one.N, one.low, one.high, holds, remark, r_hat, ess]


def _add(
    rows: list[list[object]], refused: dict[str, str], method: str, work: Callable[[], list[list[object]]]
) -> None:
    try:
        rows += work()
    except AskError as why:
        refused[method] = why.told


def _by_loglinear(lists: Lists, level: float) -> list[list[object]]:
    alone = fit(lists, level=level)
    reference = _fitted("independent lists", REFERENCE, alone)
    if lists.number > MOST_PAIRWISE:
        reference[7] = f"models of {lists.number} lists are too many to try"
        return [reference]
    every: LogLinear = loglinear(lists, level=level)
    near, share = every.averaged("BIC")
    says = f"knows the model; its weight among all is {share:.2f}, their mean {near:,.0f}"
    if lists.number > MOST:
        says += "; dependencies of two lists only"
    return [
        _fitted(f"best BIC {every.best_bic.model}", MAIN, every.best_bic, says),
        _fitted(f"best AIC {every.best_aic.model}", MAIN, every.best_aic),
        reference,
    ]


def _fitted(setting: str, role: str, one: Fitted, remark: str = "") -> list[object]:
    return _row("log-linear", setting, role, one, holds=one.exists, remark=remark if one.exists else "no finite fit")


def _by_graphs(lists: Lists, level: float, deltas: Sequence[float] | None, *, sensitivity: bool) -> list[list[object]]:
    found: GraphAverage = decomposable(lists, deltas, level=level)
    rows: list[list[object]] = []
    for number, row in enumerate(found.by_delta.itertuples()):
        role = SENSITIVITY if number else MAIN
        remark = f"likeliest {row.top} ({row.probability:.2f})"
        rows.append(_row("decomposable graphs", f"delta {row.delta:.4g}, prior 1/N", role, row, remark=remark))
    if sensitivity:
        flat = decomposable(lists, found.delta, prior="flat", level=level)
        setting = f"delta {found.delta:.4g}, flat prior"
        rows.append(_row("decomposable graphs", setting, SENSITIVITY, flat, remark="; ".join(flat.remarks)))
    return rows


def _by_classes(lists: Lists, level: float, run: Chains, *, sensitivity: bool) -> list[list[object]]:
    rows: list[list[object]] = []
    settings = [(MAIN, run.K, 0.25)]
    if sensitivity:
        settings += [(SENSITIVITY, max(run.K // 2, 2), 0.25), (SENSITIVITY, 2 * run.K, 0.25), (SENSITIVITY, run.K, 1.0)]
    for role, classes, a in settings:
        steps = run.iterations
        one: LatentClasses = latent_classes(
            lists, classes, a, a, iterations=steps, burn=steps // 6, thin=min(10, max(steps // 100, 1)),
            chains=run.chains, seed=run.seed, level=level, threads=run.threads,
        )  # fmt: skip
        ess = min(one.ess_bulk, one.ess_tail)
        remark = "" if one.converged else "not converged, not to be used"
        setting = f"K {classes}, a {a:g}, b {a:g}"
        rows.append(
            _row("latent classes", setting, role, one, holds=one.converged, remark=remark, r_hat=one.r_hat, ess=ess)
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
            rows.append(["lists left out", setting, SENSITIVITY, NAN, NAN, NAN, False, str(why), NAN, NAN])
            continue
        rows.append(_row("lists left out", setting, SENSITIVITY, one, remark="decomposable graphs"))
    return rows


def _disagreement(table: pd.DataFrame, good: pd.DataFrame) -> tuple[str, ...]:
    """Return sentences on how far methods, and settings of each, lie apart."""
    lines: list[Sentence] = []
    least, most = good.loc[good["N"].idxmin()], good.loc[good["N"].idxmax()]
    ratio = most["N"] / least["N"]
    how = _DISAGREE if ratio >= _APART else _CLOSE
    ends = {"most": most["method"], "at": most["setting"], "least": least["method"], "at2": least["setting"]}
    lines.append(Sentence(how, ratio=float(ratio), **ends))
    if good["low"].max() > good["high"].min():
        lines.append(Sentence(_NO_MEETING))
    if len(good["method"].unique()) == 1:
        lines.append(Sentence(_UNCHECKED))
    for method, rows in table[table["holds"] & (table["role"] != REFERENCE)].groupby("method", sort=False):
        spread = rows["N"].max() / rows["N"].min()
        if spread >= _APART:
            top, bottom = rows.loc[rows["N"].idxmax()], rows.loc[rows["N"].idxmin()]
            ends = {"low": float(bottom["N"]), "at": bottom["setting"], "high": float(top["N"]), "at2": top["setting"]}
            lines.append(Sentence(_DEPENDS, method=str(method).capitalize(), **ends))
    lines.append(Sentence(_ASSUMED))
    return tuple(lines)
