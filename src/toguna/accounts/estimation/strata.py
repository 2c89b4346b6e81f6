"""Estimates of parts and of imputed replicates, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from toguna.accounts.estimation.decomposable import decomposable
from toguna.accounts.estimation.latent_classes import latent_classes
from toguna.accounts.estimation.lists import Floats, Lists, read_lists
from toguna.accounts.estimation.loglinear import Fitted, LogLinear, loglinear
from toguna.core.errors import AskError

METHODS = ("log-linear", "decomposable graphs", "latent classes")
_DRAWS = 4_000


@dataclass(frozen=True)
class Pooled:
    """One number from several replicates of the same data, each with what was missing filled in anew.

    Attributes
    ----------
    N, low, high : people
    df : degrees of freedom of Student's t
    within, between : variance within and between replicates, of the log
    level : of the interval
    """

    N: float
    low: float
    high: float
    df: float
    within: float
    between: float
    level: float

    def __str__(self) -> str:
        """Return the number and its interval."""
        return f"{self.N:,.0f} people ({self.low:,.0f} to {self.high:,.0f}), t with {self.df:.2f} degrees of freedom"


def pool_replicates(replicates: Sequence[Any], seen: float = 0.0, *, level: float = 0.95) -> Pooled:
    """Return the number of people from replicates of multiple imputation (Rubin 1987), on a log scale.

    With m replicates, means q and variances u of log(N - seen) within each: mean q, variance mean u + (1 + 1/m) var q,
    and Student's t with (m - 1) (1 + mean u / ((1 + 1/m) var q))^2 degrees of freedom; then back to people. With `seen`
    people on one list at least, no end lies below them; with 0 the log of N itself is pooled.

    Parameters
    ----------
    replicates : draws of the number of people, one row or array a replicate
    seen : people taken off before the log
    level : of the interval

    Raises
    ------
    AskError
        Fewer than two replicates; draws not above `seen`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> print(pool_replicates(np.exp(rng.normal(7, 0.1, (5, 2000)))))
    1,09... people (9... to 1,3...), t with ... degrees of freedom
    """
    draws = [np.asarray(one, float).ravel() for one in replicates]
    number = len(draws)
    if number < 2 or min(len(one) for one in draws) < 2:
        raise AskError(f"There are {number} replicates. Give two at least, with two draws each.")
    if min(one.min() for one in draws) <= seen:
        raise AskError(
            f"A draw of {min(one.min() for one in draws):g} people is not above the {seen:g} seen. Check `seen`."
        )
    logs = [np.log(one - seen) for one in draws]
    middle = np.array([one.mean() for one in logs])
    within, between = float(np.mean([one.var(ddof=1) for one in logs])), float(middle.var(ddof=1))
    extra = (1 + 1 / number) * between
    df = (number - 1) * (1 + within / extra) ** 2 if extra > 0 else np.inf
    quantile = (1 + level) / 2
    far = (stdtrit(df, quantile) if np.isfinite(df) else ndtri(quantile)) * np.sqrt(within + extra)
    ends = seen + np.exp(middle.mean() + np.array([-far, 0.0, far]))
    return Pooled(float(ends[1]), float(ends[0]), float(ends[2]), float(df), within, between, level)


@dataclass(frozen=True, eq=False)
class Stratified:
    """Estimates of parts that hold different people, and of all together.

    Attributes
    ----------
    table : one row a part and method, and rows of all parts: `part`, `method`, `seen`, `N`, `low`, `high` (people),
        `holds` (whether the method gave a number that may be used), `remark`
    refused : parts nothing can be estimated for, with the sentence that says why; only who was seen counts in the sum
    level : of the intervals
    """

    table: pd.DataFrame = field(repr=False)
    refused: dict[str, str]
    level: float

    def __str__(self) -> str:
        """Return all parts together by each method, and the parts left at what was seen."""
        rows = self.table[self.table["part"] == ALL]
        lines = [f"All parts together, {rows['seen'].iloc[0]:,} people seen"]
        lines += [
            f"  {row['method']}: {row['N']:,.0f} ({row['low']:,.0f} to {row['high']:,.0f}) {row['remark']}".rstrip()
            for _, row in rows.iterrows()
        ]
        return "\n".join([*lines, *(f"  {part}: not estimated. {why}" for part, why in self.refused.items())])


ALL = "all"


def stratified(
    parts: Mapping[str, Any], *, level: float = 0.95, seed: int = 1, iterations: int = 30_000, chains: int = 4,
    delta: float | None = None,
) -> Stratified:  # fmt: skip
    """Return estimates of parts that share nobody (areas, years), by every method, and their sum.

    Parts are taken as independent, given the method, and draws are added. A part that is refused adds those seen in it:
    the sum is then too low, and says so.

    Parameters
    ----------
    parts : name of the part to data as in `read_lists`
    level : of the intervals
    seed, iterations, chains : of the latent classes
    delta : of the graph averaging; default 2^-k

    Raises
    ------
    AskError
        No part, or none that can be estimated.
    """
    settings = Settings(level, seed, iterations, chains, delta)
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    refused: dict[str, str] = {}
    sums = {method: np.zeros(_DRAWS) for method in METHODS}
    weak: dict[str, list[str]] = {method: [] for method in METHODS}
    seen = 0
    for name, data in parts.items():
        try:
            lists = read_lists(data)
        except AskError as why:
            refused[name] = str(why)
            there = _seen(data)
            seen += there
            sums = {method: total + there for method, total in sums.items()}
            continue
        seen += lists.seen
        for method in METHODS:
            try:
                draws, why_not = draws_of(method, lists, settings, rng)
            except AskError as why:
                draws, why_not = np.full(_DRAWS, float(lists.seen)), str(why)
            if why_not:
                weak[method].append(name)
            sums[method] += draws
            rows.append(_line(name, method, lists.seen, draws, level, why_not))
    if not rows:
        raise AskError("No part can be estimated: " + " ".join(f"{name}: {why}" for name, why in refused.items()))
    for method, draws in sums.items():
        remark = f"Not to be relied on in {', '.join(weak[method])}." if weak[method] else ""
        if refused:
            remark = f"{remark} Too low: {len(refused)} parts count only those seen.".strip()
        rows.append(_line(ALL, method, seen, draws, level, remark, holds=not weak[method]))
    return Stratified(pd.DataFrame(rows), refused, level)


def _line(
    part: str, method: str, seen: int, draws: Floats, level: float, remark: str, *, holds: bool | None = None
) -> dict[str, object]:
    low, middle, high = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return {
        "part": part, "method": method, "seen": seen, "N": float(middle), "low": float(low), "high": float(high),
        "holds": not remark if holds is None else holds, "remark": remark,
    }  # fmt: skip


def _seen(data: Any) -> int:
    """Return people seen in a part that was refused, as far as it can be read."""
    try:
        if isinstance(data, Lists):
            return data.seen
        if isinstance(data, Mapping):
            return int(sum(data.values()))
        values = np.asarray(data, float)
        return int(np.nansum(values)) if values.ndim == 1 else int((values > 0).any(axis=1).sum())
    except (TypeError, ValueError):
        return 0


@dataclass(frozen=True)
class Settings:
    """Level of the intervals; seed, steps and chains of the latent classes; delta of the graphs, None for 2^-k."""

    level: float
    seed: int
    iterations: int
    chains: int
    delta: float | None


def draws_of(method: str, lists: Lists, settings: Settings, rng: np.random.Generator) -> tuple[Floats, str]:
    """Return draws of the number of people by a method, and why they should not be relied on, or nothing."""
    level = settings.level
    if method == "log-linear":
        return loglinear_draws(loglinear(lists, level=level), lists.seen, _DRAWS, rng), ""
    if method == "decomposable graphs":
        return decomposable(lists, settings.delta or 2.0**-lists.number, level=level).draws(_DRAWS, rng), ""
    steps = settings.iterations
    found = latent_classes(
        lists, iterations=steps, burn=steps // 5, thin=min(10, max(steps // 100, 1)), chains=settings.chains,
        seed=settings.seed, level=level,
    )  # fmt: skip
    why = "" if found.converged else f"Chains have not converged (R-hat {found.r_hat:.2f})."
    return rng.choice(found.draws.ravel(), _DRAWS), why


def loglinear_draws(found: LogLinear | Fitted, seen: int, size: int, rng: np.random.Generator) -> Floats:
    """Return draws whose number missing is log-normal about the model chosen by BIC (Chao 1987), people."""
    one = found.best_bic if isinstance(found, LogLinear) else found
    unseen = one.N - seen
    spread = np.sqrt(np.log1p((one.se / unseen) ** 2)) if unseen > 0 else 0.0
    return seen + unseen * np.exp(spread * rng.standard_normal(size))
