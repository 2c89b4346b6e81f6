"""Whether chains agree, and how many independent draws they are worth (Vehtari and others 2021)."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from toguna.accounts.estimation.lists import Floats


def r_hat(chains: Floats) -> float:
    """Return the rank-normalised split R-hat, the larger of that of the draws and of their distance from the median.

    Parameters
    ----------
    chains : draws, shape (chains, draws)

    Source: Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021, Bayesian Analysis 16(2).
    """
    halves = _split(chains)
    folded = np.abs(halves - np.median(halves))
    return max(_r_hat(_normal_scores(halves)), _r_hat(_normal_scores(folded)))


def ess_bulk(chains: Floats) -> float:
    """Return how many independent draws the middle of the draws is worth; chains x draws."""
    return _ess(_normal_scores(_split(chains)))


def ess_tail(chains: Floats) -> float:
    """Return how many independent draws the 5% and 95% quantiles are worth, the fewer; chains x draws."""
    halves = _split(chains)
    ends = np.quantile(halves, [0.05, 0.95])
    return min(_ess((halves <= end).astype(float)) for end in ends)


def _split(chains: Floats) -> Floats:
    """Return each chain as two, an odd draw in the middle left out."""
    half = chains.shape[1] // 2
    found: Floats = np.concatenate([chains[:, :half], chains[:, chains.shape[1] - half :]])
    return found


def _normal_scores(chains: Floats) -> Floats:
    _, which, ties = np.unique(chains, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[which].reshape(chains.shape)  # those that are equal share a rank
    found: Floats = ndtri((ranks - 0.375) / (chains.size + 0.25))
    return found


def _r_hat(chains: Floats) -> float:
    draws = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean()
    between = draws * chains.mean(axis=1).var(ddof=1)
    if within == 0:
        return 1.0 if between == 0 else float("inf")
    return float(np.sqrt((draws - 1) / draws + between / (draws * within)))


def _ess(chains: Floats) -> float:
    """Return the effective sample size by Geyer's initial monotone sequence over all chains."""
    number, draws = chains.shape
    if np.ptp(chains) == 0:
        return float(chains.size)
    centred = chains - chains.mean(axis=1, keepdims=True)
    size = 2 ** int(np.ceil(np.log2(2 * draws)))
    power = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    covariance = np.fft.irfft(power, size, axis=1)[:, :draws] / draws
    within = covariance[:, 0].mean() * draws / (draws - 1)
    total = within * (draws - 1) / draws + (chains.mean(axis=1).var(ddof=1) if number > 1 else 0.0)
    rho = 1 - (within - covariance.mean(axis=0) * draws / (draws - 1)) / total
    rho[0] = 1.0
    pairs = rho[: draws // 2 * 2].reshape(-1, 2).sum(axis=1)
    below = np.flatnonzero(pairs <= 0)
    pairs = np.minimum.accumulate(pairs[: below[0]] if len(below) else pairs)
    time = max(-1 + 2 * pairs.sum(), 1 / np.log10(chains.size))
    return float(chains.size / time)
