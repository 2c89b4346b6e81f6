"""`other_orders`: what other orders of the principles, and weights in place of an order, would make of the outcome.

A view to stand beside the ranking, never instead of it: the principles have an order, and no amount of one buys
another. It tells a reader who would order or weigh them otherwise how much hangs on that.

Acceptability indices, central weights and confidence factors are those of SMAA-2: R. Lahdelma and P. Salminen,
"SMAA-2: Stochastic Multicriteria Acceptability Analysis for Group Decision Making", Operations Research 49(3), 2001,
444-454.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import numpy as np
import pandas as pd

from toguna.comparison.measures import DECIDING
from toguna.comparison.outcome import Floats, Outcome
from toguna.comparison.ranking import deciding_scores, place_shares, standing, tolerance_table
from toguna.comparison.spread import HIGH, LOW, best_shares
from toguna.core.errors import ComparisonError

IN_ORDER = "principles in order, draw by draw"
ALL_ORDERS = "all orders of the principles, medians"
WEIGHTS = "weights instead of an order, draw by draw"


def other_orders(
    outcome: Outcome, weights: int = 2000, seed: int = 0, tolerances: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Return how acceptable each mandate is under other orders of the principles and under weights, beside the ranking.

    Parameters
    ----------
    outcome : mandates x draws x measures, draws paired
    weights : fewest vectors of weights to try; every draw meets as many, so there may be more
    seed : of the weights
    tolerances : as the ranking was made with

    Returns
    -------
    One row a view and mandate; `place_1`, `place_2`, ...: share of what is tried in which the mandate has that place,
    shared out where mandates are level. The views:

    - IN_ORDER: the ranking's own places, first because the others only stand beside it;
    - ALL_ORDERS: the ranking's rule on medians under each of the 120 orders of the five principles;
    - WEIGHTS: sums of the deciding measures, each put on a scale from 0 at the worst 5 % to 1 at the best 5 % of all
      mandates and draws, under weights all alike likely (Dirichlet with ones), each with a draw of its own. `weight_1`
      to `weight_5` are the central weights, the mean of those that put the mandate first: the preferences that speak
      for it; `confidence` is the share of draws in which they do put it first. NaN where no weights do.

    Raises
    ------
    ComparisonError
        Fewer than one vector of weights is asked for, or as in `rank`.

    Notes
    -----
    Each measure stands for a principle as in the ranking. On the scales of WEIGHTS a measure that varies much between
    draws, alike under all mandates, says little of which mandate is better.
    """
    if weights < 1:
        raise ComparisonError(f"Other orders, weights: {weights} is fewer than 1. Ask for some hundreds at least.")
    scores, _ = deciding_scores(outcome)
    tolerance = tolerance_table(outcome, tolerances)["tolerance"].to_numpy(float)
    views = {
        IN_ORDER: place_shares(standing(scores, tolerance)),
        ALL_ORDERS: _over_orders(np.median(scores, axis=0), tolerance),
    }
    views[WEIGHTS], central, confidence = _over_weights(_scaled(scores), weights, np.random.default_rng(seed))
    rows: list[dict[str, object]] = []
    for view, places in views.items():
        for at, name in enumerate(outcome.mandates):
            row: dict[str, object] = {"view": view, "mandate": name}
            row |= {f"place_{place}": float(share) for place, share in enumerate(places[at], start=1)}
            weighed = central[at] if view == WEIGHTS else np.full(len(DECIDING), np.nan)
            row |= {f"weight_{one.principle}": float(part) for one, part in zip(DECIDING, weighed, strict=True)}
            rows.append({**row, "confidence": float(confidence[at]) if view == WEIGHTS else float("nan")})
    return pd.DataFrame(rows)


def _over_orders(medians: Floats, tolerance: Floats) -> Floats:
    """Return the share of all orders of the principles in which each mandate has each place; mandates x places."""
    orders = np.array(list(permutations(range(medians.shape[1]))))
    return place_shares(standing(np.moveaxis(medians[:, orders], 0, 1), tolerance[orders]))


def _scaled(scores: Floats) -> Floats:
    """Return scores on one scale: 0 at the worst 5 % over all mandates and draws, 1 at the best 5 %.

    Where nearly all are alike the whole range takes the place of those ends; a measure that never varies is 0.
    """
    low, high = np.quantile(scores, [LOW, HIGH], axis=(0, 1))
    least, most = scores.min(axis=(0, 1)), scores.max(axis=(0, 1))
    low, high = np.where(high > low, low, least), np.where(high > low, high, most)
    return np.asarray((scores - low) / np.where(high > low, high - low, 1.0))


def _over_weights(scaled: Floats, weights: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Return places under weights (mandates x places), central weights (mandates x principles) and confidence factors.

    Every draw meets equally many vectors of weights, each drawn for it alone: one sample of draws and weights together.
    """
    draws, many, principles = scaled.shape
    rounds = -(-weights // draws)
    places, first, favour = np.zeros((many, many)), np.zeros(many), np.zeros((many, principles))
    for _ in range(rounds):
        drawn = rng.dirichlet(np.ones(principles), draws)
        value = np.einsum("dmp,dp->dm", scaled, drawn)
        # The same rule with one principle and no tolerance is a plain order, ties shared.
        places += place_shares(standing(value[:, :, None], np.zeros(1)))
        best = best_shares(value.T)
        first += best.sum(axis=1)
        favour += best @ drawn
    central = np.where(first[:, None] > 0, favour / np.where(first > 0, first, 1.0)[:, None], np.nan)
    confidence = np.full(many, np.nan)
    for at in np.flatnonzero(first > 0):
        confidence[at] = best_shares((scaled @ central[at]).T)[at].mean()
    return places / rounds, central, confidence
