"""`spread`: how each measure spreads over the draws, by mandate; draws are paired, so mandates are compared in each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.comparison.measures import MEASURES, Measure
from toguna.comparison.outcome import Floats, Outcome
from toguna.core.errors import ComparisonError

LOW, HIGH = 0.05, 0.95  # ends of every 90 % range
WORST = 0.1  # share of draws that are the worst
NOTHING = "nothing"  # the mandate all others are set against
SAME = 1e-9  # share of a value that is rounding

Bools = npt.NDArray[np.bool_]


def spread(outcome: Outcome) -> pd.DataFrame:
    """Return how each measure spreads over the draws under each mandate, how often it is best and what it may cost.

    A draw in which a measure is not finite under any one mandate is left out under all of them, since what is compared
    is compared in the same draw.

    Parameters
    ----------
    outcome : mandates x draws x measures

    Returns
    -------
    One row a mandate and measure, in the measure's unit:

    - `mean`, `median`, `q05`, `q95` of the draws used;
    - `worst_decile`: mean of the worst tenth of the draws, worst by the measure's direction;
    - `probability_best`: share of draws in which no mandate is better; mandates equally good share the draw;
    - `regret_mean`, `regret_q90`: of how far the mandate stays behind the best one in the same draw, never negative;
    - `difference_median`, `difference_q05`, `difference_q95`: of the value less that of doing nothing in the same draw,
      positive where it is higher, be that better or worse; `probability_better`: share of draws in which it is better
      than doing nothing. NaN where nobody asked for `nothing`;
    - `draws` used and `left_out`. A measure without any finite draw has NaN throughout.

    Raises
    ------
    ComparisonError
        The values do not have the shape of mandates x draws x measures.
    """
    check(outcome)
    rows: list[dict[str, object]] = []
    for at, one in enumerate(MEASURES):
        values = outcome.values[:, :, at]
        used = finite_draws(values[:, :, None])
        rows += _rows(outcome.mandates, one, values[:, used], int((~used).sum()))
    found = pd.DataFrame(rows)
    order = {name: at for at, name in enumerate(outcome.mandates)}
    return found.sort_values("mandate", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def finite_draws(values: Floats) -> Bools:
    """Return which draws are finite under every mandate, in every measure given.

    Parameters
    ----------
    values : mandates x draws x measures

    Examples
    --------
    >>> finite_draws(np.array([[[1.0], [np.nan], [3.0]], [[1.0], [2.0], [3.0]]]))
    array([ True, False,  True])
    """
    return np.asarray(np.isfinite(values).all(axis=(0, 2)))


def worst_mean(score: Floats, share: float = WORST) -> Floats:
    """Return the mean of the worst share of draws, the lowest scores; a draw that lies across the limit counts in part.

    Parameters
    ----------
    score : ... x draws, more is better
    share : of the draws, above 0 up to 1

    Examples
    --------
    >>> float(worst_mean(np.arange(20.0)))
    0.5
    >>> float(worst_mean(np.array([1.0, 2.0, 3.0, 4.0]), 0.375))  # one whole draw and half of the next
    1.3333333333333333
    """
    draws = score.shape[-1]
    many = share * draws
    weight = np.clip(many - np.arange(draws), 0.0, 1.0) / many
    return np.asarray(np.sort(score, axis=-1) @ weight)


def best_shares(score: Floats) -> Floats:
    """Return the part of each draw that goes to each mandate for being best; those equally good share it.

    Parameters
    ----------
    score : mandates x draws, more is better

    Examples
    --------
    >>> best_shares(np.array([[1.0, 2.0], [1.0, 1.0]]))
    array([[0.5, 1. ],
           [0.5, 0. ]])
    """
    best = score.max(axis=0)
    tied = score >= best - SAME * np.abs(best)
    return np.asarray(tied / tied.sum(axis=0))


def check(outcome: Outcome) -> None:
    """Raise ComparisonError unless values are mandates x draws x measures and every mandate is named once."""
    shape, names = outcome.values.shape, outcome.mandates
    if len(shape) != 3 or shape[0] != len(names) or shape[2] != len(MEASURES):
        raise ComparisonError(
            f"Outcome, values: shape {shape} is not {len(names)} mandates x draws x {len(MEASURES)} measures. "
            "Give one layer a mandate and one column a measure, in the order of MEASURES."
        )
    if not names or len(set(names)) < len(names):
        raise ComparisonError(f"Outcome, mandates: {list(names)} is empty or repeats a name. Give each mandate once.")


def _rows(names: tuple[str, ...], one: Measure, values: Floats, left_out: int) -> list[dict[str, object]]:
    """Return the rows of a measure; `values` are mandates x draws used."""
    told = {"principle": one.principle, "measure": one.name, "unit": one.unit}
    columns = _columns(one, values, names.index(NOTHING) if NOTHING in names else None)
    ends = {"draws": values.shape[1], "left_out": left_out}
    return [
        {"mandate": name, **told, **{key: float(value[at]) for key, value in columns.items()}, **ends}
        for at, name in enumerate(names)
    ]


def _columns(one: Measure, values: Floats, nothing: int | None) -> dict[str, Floats]:
    many, draws = values.shape
    unknown = np.full(many, np.nan)
    names = ["mean", "median", "q05", "q95", "worst_decile", "probability_best", "regret_mean", "regret_q90"]
    compared = ["difference_median", "difference_q05", "difference_q95", "probability_better"]
    if not draws:
        return dict.fromkeys([*names, *compared], unknown)
    sign = 1.0 if one.more_is_better else -1.0
    score = sign * values
    low, median, high = np.quantile(values, [LOW, 0.5, HIGH], axis=1)
    regret = score.max(axis=0) - score
    found = {
        "mean": values.mean(axis=1),
        "median": median,
        "q05": low,
        "q95": high,
        "worst_decile": sign * worst_mean(score),
        "probability_best": best_shares(score).mean(axis=1),
        "regret_mean": regret.mean(axis=1),
        "regret_q90": np.quantile(regret, 0.9, axis=1),
    }
    if nothing is None:
        return {**found, **dict.fromkeys(compared, unknown)}
    difference = values - values[nothing]
    low, median, high = np.quantile(difference, [LOW, 0.5, HIGH], axis=1)
    better = (sign * difference > SAME * np.abs(values[nothing])).mean(axis=1)
    return {**found, **dict(zip(compared, (median, low, high, better), strict=True))}
