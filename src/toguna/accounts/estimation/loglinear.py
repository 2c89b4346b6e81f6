"""`loglinear`: all hierarchical log-linear models of who is on which list, and what each says of those on none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq, linprog
from scipy.special import gammaln, ndtri

from toguna.accounts.estimation.hierarchy import MOST, Term, closed, design, hierarchical, pairwise, written
from toguna.accounts.estimation.lists import Floats, Lists, read_lists
from toguna.accounts.estimation.poisson_fit import fit_all
from toguna.core.errors import AskError
from toguna.core.words import N_

_COLUMNS = ["model", "terms", "df", "deviance", "N", "se", "AIC", "BIC", "exists"]
_FAR = 1e7  # times the people seen: an upper end beyond this is no end


@dataclass(frozen=True, eq=False)
class Fitted:
    """One log-linear model of who is on which list.

    Attributes
    ----------
    model : its largest terms, such as [123][34]
    terms : all terms of two lists or more, lists from 1
    df : cells seen less parameters
    deviance : twice the distance in log likelihood from the counts themselves
    N, se : people in all and its standard error, which knows the model to be true; NaN where the fit does not exist
    AIC, BIC : smaller is better; only differences between models of the same counts mean anything
    exists : False where the counts are too sparse for the model to have a finite fit
    low, high : ends of the profile likelihood interval, people; NaN unless asked for, infinite where there is none
    level : of the interval
    """

    model: str
    terms: tuple[Term, ...] = field(repr=False)
    df: int
    deviance: float
    N: float
    se: float
    AIC: float
    BIC: float
    exists: bool
    low: float = np.nan
    high: float = np.nan
    level: float = 0.95


@dataclass(frozen=True, eq=False)
class LogLinear:
    """All hierarchical models of the same counts.

    Attributes
    ----------
    table : one row a model, smallest BIC first, models without a finite fit last: `model`, `terms`, `df`, `deviance`,
        `N` and `se` (people), `AIC`, `BIC`, `exists`
    best_bic, best_aic : the models the two criteria choose, with their intervals
    independence : the model without dependence
    lists : that were read
    """

    table: pd.DataFrame = field(repr=False)
    best_bic: Fitted
    best_aic: Fitted
    independence: Fitted
    lists: Lists

    def averaged(self, criterion: str = "BIC") -> tuple[float, float]:
        """Return N averaged over all models with weights exp(-criterion / 2), people, and the share of the best."""
        fits = self.table[self.table["exists"]]
        weight = np.exp(-(fits[criterion] - fits[criterion].min()) / 2)
        weight /= weight.sum()
        return float((weight * fits["N"]).sum()), float(weight.max())

    def __str__(self) -> str:
        """Return what both criteria choose and how far the good models lie apart."""
        near = self.table[self.table["exists"] & (self.table["BIC"] <= self.table["BIC"].min() + 6)]
        return "\n".join(
            [
                f"{len(self.table):,} hierarchical models, {int((~self.table['exists']).sum()):,} without a finite fit",
                *(
                    f"  {what}: {one.model} {one.N:,.0f} ({one.low:,.0f} to {one.high:,.0f})"
                    for what, one in (("BIC", self.best_bic), ("AIC", self.best_aic))
                ),
                f"  {len(near)} within 6 of the best BIC say {near['N'].min():,.0f} to {near['N'].max():,.0f}",
            ]
        )


def loglinear(data: Any, *, level: float = 0.95) -> LogLinear:
    """Return all hierarchical models of three, four or five lists; of six, all with dependencies of two lists only.

    Counts of the cells seen are taken as Poisson with log mean X b; the cell on no list is exp(constant), so N is the
    people seen and that (Fienberg 1972; Bishop, Fienberg and Holland 1975). All share the untestable
    assumption that there is no term of all lists.

    Parameters
    ----------
    data : as in `read_lists`
    level : of the profile likelihood intervals of the chosen models

    Raises
    ------
    AskError
        Lists that tell nothing, as in `read_lists`; more than six of them; no model with a finite fit.

    Examples
    --------
    >>> found = loglinear([60, 49, 4, 247, 112, 142, 12])
    >>> found.best_bic.model, round(found.best_bic.N)
    ('[1][23]', 731)
    """
    lists = read_lists(data)
    models = hierarchical(lists.number) if lists.number <= MOST else pairwise(lists.number)
    fits = _fits(lists, models)
    if not any(one.exists for one in fits):
        raise AskError(N_("The lists overlap too little for any log-linear model to have a finite fit. Merge lists."))
    able = [one for one in fits if one.exists]
    rows = [[getattr(one, name) for name in _COLUMNS] for one in fits]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["terms"] = [" ".join("".join(str(at) for at in sorted(term)) for term in one) for one in table["terms"]]
    table = table.sort_values(["exists", "BIC"], ascending=[False, True], kind="stable").reset_index(drop=True)
    chosen = [min(able, key=lambda one: one.BIC), min(able, key=lambda one: one.AIC), fits[0]]
    by_bic, by_aic, alone = (_with_interval(lists, one, level) for one in chosen)
    return LogLinear(table, by_bic, by_aic, alone, lists)


def fit(
    data: Any, terms: Iterable[str | Iterable[int]] = (), *, without: Sequence[str] = (), level: float = 0.95
) -> Fitted:
    """Return one log-linear model, of any number of lists, and its profile likelihood interval.

    Parameters
    ----------
    data : as in `read_lists`
    terms : dependencies such as ["12", "134"]; terms within them are added
    without : patterns left out of the fit, such as ["1111"]; people with them count in N as they are. In AIC and BIC
        each has a parameter of its own, so that they compare with those of models of all patterns
    level : of the interval

    Examples
    --------
    >>> fit([60, 49, 4, 247, 112, 142, 12]).model
    '[1][2][3]'
    """
    lists = read_lists(data)
    if strange := [one for one in without if len(one) != lists.number or set(one) - {"0", "1"} or "1" not in one]:
        raise AskError(f"{strange[0]!r} is no pattern of {lists.number} lists seen. Write it as 0 and 1, one a list.")
    out = tuple(int(one, 2) for one in without)
    return _with_interval(lists, _fits(lists, [closed(terms, lists.number)], out)[0], level, out)


def _fits(lists: Lists, models: Sequence[tuple[Term, ...]], out: tuple[int, ...] = ()) -> list[Fitted]:
    """Return the models fitted to all cells seen but some."""
    width, cells = lists.number, lists.cells
    kept = np.array([cell for cell in range(1, 2**width) if cell not in out])
    y = cells[kept].astype(float)
    every = sorted({term for model in models for term in model}, key=lambda one: (len(one), sorted(one)))
    at = {term: 1 + width + number for number, term in enumerate(every)}
    x = np.ascontiguousarray(design(every, width)[kept])
    sizes = np.array([1 + width + len(model) for model in models])
    columns = np.zeros((len(models), sizes.max()), np.int64)
    for number, model in enumerate(models):
        columns[number, : sizes[number]] = [*range(1 + width), *(at[term] for term in model)]
    found = np.zeros((len(models), 4))
    fit_all(x, y, columns, sizes, found)
    saturated = _saturated(y) + _saturated(cells[list(out)].astype(float))  # a cell left out is fitted by itself
    # What the cells where somebody is tell apart with all columns, they tell apart with some.
    all_exist = bool(np.linalg.matrix_rank(x[y > 0]) == x.shape[1])
    fits = []
    for number, model in enumerate(models):
        size = int(sizes[number])
        good = bool(found[number, 3]) and size <= len(y) and (all_exist or _exists(x[:, columns[number, :size]], y))
        constant, variance, deviance, _ = found[number] if good else np.full(4, np.nan)
        unseen, likelihood = float(np.exp(constant)), saturated - deviance / 2
        # Chance of those on no list, and not knowing the constant.
        se = float(np.sqrt(unseen + unseen**2 * variance))
        number_of = size + len(out)
        aic, bic = 2 * number_of - 2 * likelihood, np.log(lists.seen) * number_of - 2 * likelihood
        fits.append(
            Fitted(
                written(model, width),
                model,
                len(y) - size,
                float(deviance),
                lists.seen + unseen,
                se,
                float(aic),
                float(bic),
                good,
            )
        )
    return fits


def _saturated(y: Floats) -> float:
    """Return the Poisson log likelihood of counts whose means are the counts themselves."""
    return float((y * np.log(np.maximum(y, 1)) - y - gammaln(y + 1)).sum())


def _exists(x: Floats, y: Floats) -> bool:
    """Return whether a Poisson model has a finite fit: no direction lowers only means of cells where nobody is.

    Counts must lie inside the cone of their sufficient statistics (Haberman 1974; Fienberg and Rinaldo 2012).
    """
    empty = y == 0
    if not empty.any() or np.linalg.matrix_rank(x[~empty]) == x.shape[1]:
        return True
    if ((x[~empty] > 0).sum(axis=0) == 0).any():
        return False  # a margin of the model in which nobody is
    answer = linprog(
        x[empty].sum(axis=0), A_ub=np.vstack([x[empty], -x[empty]]),
        b_ub=np.concatenate([np.zeros(empty.sum()), np.ones(empty.sum())]),
        A_eq=x[~empty], b_eq=np.zeros((~empty).sum()), bounds=(None, None),
    )  # fmt: skip
    return bool(answer.status == 0 and answer.fun > -1e-7)


def _with_interval(lists: Lists, one: Fitted, level: float, out: tuple[int, ...] = ()) -> Fitted:
    if not one.exists:
        return one
    low, high = _profile(lists, one, level, out)
    return Fitted(**{**one.__dict__, "low": low, "high": high, "level": level})


def _profile(lists: Lists, one: Fitted, level: float, out: tuple[int, ...]) -> tuple[float, float]:
    """Return the ends of the profile likelihood interval of N (Cormack 1992), people.

    For u people on no list the model is fitted to all cells, u in cell 0; the log likelihood of the multinomial, free
    of the unknown N! / u!, falls from its top by half a quantile of chi squared at the ends.
    """
    width, cells = lists.number, lists.cells.astype(float)
    kept = np.array([cell for cell in range(2**width) if cell not in out])
    x = np.ascontiguousarray(design(one.terms, width)[kept])
    columns, sizes = np.arange(x.shape[1])[None, :], np.array([x.shape[1]])
    inside = lists.seen - cells[list(out)].sum()
    found = np.zeros((1, 4))

    def likelihood(unseen: float) -> float:
        y = cells[kept].copy()
        y[0] = unseen
        fit_all(x, y, columns, sizes, found)
        people = inside + unseen
        poisson = float((y * np.log(np.where(y > 0, y, 1)) - y - gammaln(y + 1)).sum()) - found[0, 2] / 2
        return float(poisson + gammaln(people + 1) - people * np.log(people) + people)

    middle = one.N - lists.seen
    # The top lies within a person or so of the estimate: half a person, by Stirling's series.
    tries = np.maximum(middle + np.linspace(-3, 3, 25), 0.0)
    top = max(tries, key=likelihood)
    drop = ndtri((1 + level) / 2) ** 2 / 2
    best = likelihood(top)

    def fall(unseen: float) -> float:
        return float(best - likelihood(unseen) - drop)

    low = 0.0 if fall(0.0) <= 0 else float(brentq(fall, 0.0, top, xtol=1e-3 + 1e-7 * top))
    far = max(2 * top, 10.0)
    while fall(far) < 0:
        far *= 2
        if far > _FAR * lists.seen:
            return lists.seen + low, np.inf
    return lists.seen + low, lists.seen + float(brentq(fall, top, far, xtol=1e-3 + 1e-7 * far))
