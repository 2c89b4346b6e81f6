"""`latent_classes`: the number of people when they fall into unseen classes, each with its own chances."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from toguna.accounts.estimation import latent_search
from toguna.accounts.estimation.convergence import ess_bulk, ess_tail, r_hat
from toguna.accounts.estimation.lists import Floats, read_lists
from toguna.core.errors import AskError

HIGHEST_R_HAT, FEWEST_DRAWS = 1.05, 400.0
_TRIES = 24  # moves after each sweep: 8 and 60 give fewer independent draws in the same time


@dataclass(frozen=True, eq=False)
class LatentClasses:
    """The number of people by the latent-class model.

    Attributes
    ----------
    draws : numbers of people, shape (chains, draws)
    N, low, high : median and ends of the interval, people; not to be used unless `converged`
    level : of the interval
    r_hat : of log draws, rank-normalised and split; 1 when chains agree
    ess_bulk, ess_tail : independent draws those of all chains are worth, for the middle and for the tails
    converged : whether R-hat is below 1.05 and both are 400 at least
    classes : mean number of classes with more than 1% of people
    K, a, b : most classes; shape and rate of the prior of the concentration
    accepted : share of moves accepted: along the ridge, of a whole class, of one chance
    remarks : what a reader must know
    """

    draws: Floats = field(repr=False)
    N: float
    low: float
    high: float
    level: float
    r_hat: float
    ess_bulk: float
    ess_tail: float
    converged: bool
    classes: float
    K: int
    a: float
    b: float
    accepted: tuple[float, float, float] = field(repr=False)
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the number, if the chains agree, and by what that is known."""
        known = f"R-hat {self.r_hat:.3f}, worth {self.ess_bulk:,.0f} draws, in the tails {self.ess_tail:,.0f}"
        head = f"{self.N:,.0f} people ({self.low:,.0f} to {self.high:,.0f}), {self.classes:.1f} classes"
        if not self.converged:
            head = "Chains have not converged: no number to report"
        return "\n".join([f"{head}; {known}", *(f"  {one}" for one in self.remarks)])


def latent_classes(
    data: Any,
    K: int = 10,  # noqa: N803 - as the paper writes it
    a: float = 0.25,
    b: float = 0.25,
    *,
    iterations: int = 50_000,
    burn: int = 10_000,
    thin: int = 10,
    chains: int = 4,
    seed: int = 1,
    level: float = 0.95,
    threads: int = 2,
) -> LatentClasses:
    """Return the number of people by a Dirichlet process mixture of classes (Manrique-Vallier 2016).

    Within a class lists are independent, with chances uniform before; class sizes break a stick with beta(1, alpha),
    alpha gamma(a, b), at most K of them; N has 1/N. Counts of patterns are drawn, not people one by one, so the
    time does not depend on how many there are. All assume that the classes of those seen are those of those not seen.

    Parameters
    ----------
    data : as in `read_lists`; any number of lists from three
    K : most classes
    a, b : shape and rate of the prior of the concentration
    iterations, burn, thin : steps of each chain, of them thrown away first, and of the rest one in so many kept
    chains : run side by side, from places apart
    seed : same seed, same draws, with any number of threads
    level : of the interval

    Raises
    ------
    AskError
        Lists that tell nothing, as in `read_lists`; fewer than 2 chains or classes; a, b not above 0; too few steps.
    """
    lists = read_lists(data)
    if K < 2 or chains < 2 or not (a > 0 and b > 0):
        raise AskError(
            f"K={K}, a={a:g}, b={b:g}, chains={chains}. Give 2 classes and 2 chains at least, a and b above 0."
        )
    kept = (iterations - burn) // thin if thin > 0 else 0
    if burn < 0 or kept < 10:
        raise AskError(
            f"{iterations} iterations less {burn}, every {thin}th kept, leave {max(kept, 0)} draws a chain. "
            "Leave 10 at least."
        )
    generators = [np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(chains)]
    out = np.zeros((chains, kept, latent_search.KEPT))
    tally = np.zeros((chains, 6), np.int64)

    def work(chain: int) -> None:
        latent_search.run(
            generators[chain], lists.patterns, lists.people, K, float(a), float(b), burn, thin, _TRIES, out[chain],
            tally[chain],
        )  # fmt: skip

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        list(pool.map(work, range(chains)))
    draws = lists.seen + out[:, :, latent_search.MISSING]
    return _summary(draws, float(out[:, :, latent_search.CLASSES].mean()), K, a, b, tally.sum(axis=0), level)


def _summary(draws: Floats, classes: float, most: int, a: float, b: float, tally: Any, level: float) -> LatentClasses:
    low, middle, high = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2])
    found = r_hat(draws), ess_bulk(draws), ess_tail(draws)
    converged = found[0] < HIGHEST_R_HAT and min(found[1:]) >= FEWEST_DRAWS
    remarks = []
    if not converged:
        remarks.append(
            f"Chains are trusted with an R-hat below {HIGHEST_R_HAT} and worth {FEWEST_DRAWS:.0f} draws. Run more "
            "iterations; if that does not help, the lists overlap too little for this model."
        )
    if classes > 0.8 * most:
        remarks.append(f"Nearly all of the {most} classes are in use. Allow more.")
    ridge, whole, single = tally[3:] / np.maximum(tally[:3], 1)
    return LatentClasses(
        draws, float(middle), float(low), float(high), level, *found, converged, classes, most, a, b,
        (float(ridge), float(whole), float(single)), tuple(remarks),
    )  # fmt: skip
