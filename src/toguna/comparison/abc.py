"""`calibrate`: which assumptions let the simulation give what was observed, by sequential approximate Bayes (ABC-SMC).

The likelihood of a simulation cannot be written down, so parameters are kept where simulated summaries come near the
observed ones, nearer from round to round. The scheme is that of Toni et al. (2009, Journal of the Royal Society
Interface 6), the perturbation that of Beaumont et al. (2009, Biometrika 96), the choice of the next tolerance that of
Del Moral, Doucet and Jasra (2012, Statistics and Computing 22).

All work is done on uniforms: a parameter is its inverse distribution function at a number between 0 and 1, so the prior
is flat on the unit cube. Numbers are moved as normal scores, where the prior is the standard normal density, known
exactly, and nothing has to be cut at an edge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logsumexp, ndtr, ndtri

from toguna.core.errors import ComparisonError
from toguna.core.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FromUniform = Callable[[Floats], pd.DataFrame]
Simulate = Callable[[pd.DataFrame, int], Floats]

LEAST_ACCEPTANCE = 0.02  # of a round: below it the next tolerance costs too much
_WIDTH = 2.0  # times the weighted covariance: the width of the kernel
_PRIOR_SHARE = 0.1  # of proposals from the prior: no weight can exceed ten times that of the prior itself
_BATCH = (1000, 10_000)  # simulations at a time, at least and at most
_EDGE = 1e-12  # uniforms stay this far from 0 and 1, where inverse distribution functions may be infinite


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is plausible after seeing the observed summaries: weighted particles on the unit cube.

    Attributes
    ----------
    names : of all parameters, in the order of the columns of the cube
    calibrated : names of those that were fitted
    particles : particles x names, uniforms; of parameters not calibrated those of the simulation that was accepted
    weights : of the particles, adding up to 1
    distances : of the particles' simulations to what was observed, in units of `scale`
    summaries : particles x summaries, as simulated
    tolerances : largest distance accepted, by round; the first round is the prior, inf
    acceptances : share of simulations accepted, by round; one more than tolerances where the last round was given up
    simulations : how many were made in all
    stopped : why no further round was made, a sentence
    remarks : what a reader must know, sentences
    from_uniform : the inverse distribution functions
    """

    names: tuple[str, ...]
    calibrated: tuple[str, ...]
    particles: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    distances: Floats = field(repr=False)
    summaries: Floats = field(repr=False)
    tolerances: tuple[float, ...]
    acceptances: tuple[float, ...]
    simulations: int
    stopped: str
    remarks: tuple[str, ...]
    from_uniform: FromUniform = field(repr=False)

    @property
    def effective(self) -> float:
        """Effective sample size: as many equally weighted particles would tell as much."""
        return _effective(self.weights)

    def table(self, draws: int, seed: int = 0, *, joint: bool = False) -> pd.DataFrame:
        """Return parameters drawn from the posterior, draws x names.

        Parameters
        ----------
        draws : how many rows; particles are resampled by weight (systematic resampling), so rows repeat values of the
            calibrated parameters where there are more draws than particles
        seed : same seed, same rows
        joint : whether parameters not calibrated keep the value of the simulation accepted; else they are drawn anew
            from the prior, which nothing observed was meant to change

        Raises
        ------
        ComparisonError
            Fewer than one draw was asked for.
        """
        if draws < 1:
            raise ComparisonError(f"{draws} draws of the posterior were asked for. Ask for 1 or more.")
        rng = np.random.default_rng(seed)
        rows = self.particles[rng.permutation(resampled(self.weights, draws, rng))]
        if not joint:
            free = [at for at, name in enumerate(self.names) if name not in self.calibrated]
            rows[:, free] = _open(rng.random((draws, len(free))))
        return self.from_uniform(rows)

    def __str__(self) -> str:
        """Return in a few lines how far the calibration came and what it rests on."""
        lines = [
            f"{len(self.weights)} particles that tell as much as {self.effective:.0f} equal ones, from "
            f"{self.simulations:,} simulations in {len(self.tolerances)} rounds.",
            f"Simulations lie within {self.tolerances[-1]:.3g} scales of what was observed. {self.stopped}",
            *self.remarks,
        ]
        return "\n".join(lines)


def calibrate(
    from_uniform: FromUniform,
    names: Sequence[str],
    simulate: Simulate,
    observed: npt.ArrayLike,
    scale: npt.ArrayLike,
    *,
    calibrated: Sequence[str] | None = None,
    population: int = 500,
    rounds: int = 6,
    keep: float = 0.5,
    tolerances: Sequence[float] | None = None,
    least_acceptance: float = LEAST_ACCEPTANCE,
    seed: int = 0,
    progress: Progress = silent,
) -> Posterior:
    """Return which parameters let the simulation give what was observed.

    The first round is the prior. Each later one accepts simulations within a smaller tolerance: the one at which the
    effective sample size of the particles still within it is `keep` of what it was. New particles are drawn around
    those, with a normal kernel of twice their weighted covariance, one in ten from the prior; each is weighted by the
    prior's density over that of its proposal.

    Parameters
    ----------
    from_uniform : uniforms, draws x names, to the table of parameters
    names : of all parameters, in the order of the columns of the uniforms
    simulate : a table of parameters and a seed to summaries, draws x summaries; called with up to 10,000 draws. NaN
        and inf are never accepted
    observed : summaries as observed
    scale : by summary, what counts as one unit of distance, such as its error; above 0
    calibrated : names fitted; the others are drawn from the prior in each simulation. Default: all. Each more costs
        effective sample size: of 500 particles with two parameters that matter, about 430 with two in all, 200 with
        five, 90 with ten, 40 with twenty
    population : particles
    rounds : at most, with that of the prior
    keep : share of the effective sample size that a smaller tolerance must leave, above 0 and below 1
    tolerances : fixed ones instead, one a round after the prior's; `rounds` and `keep` do not count then
    least_acceptance : share of simulations accepted below which the round is given up and the last one stands
    seed : same seed, same posterior
    progress : told before each round

    Raises
    ------
    ComparisonError
        Observed, scale, names or numbers do not fit together, or too few simulations give finite summaries.
    """
    chosen = tuple(names if calibrated is None else calibrated)
    seen, unit = np.asarray(observed, np.float64), np.asarray(scale, np.float64)
    _check(names, chosen, seen, unit)
    if population < 20 or not 0 < keep < 1 or rounds < 1 or not 0 <= least_acceptance < 1:
        raise ComparisonError(
            f"population is {population}, rounds {rounds}, keep {keep:g}, least_acceptance {least_acceptance:g}. Give "
            "20 particles or more, 1 round or more, a share between 0 and 1, and one from 0 to below 1."
        )
    index = np.array([list(names).index(name) for name in chosen])
    trial = _Trial(from_uniform, len(names), index, simulate, seen, unit, np.random.default_rng(seed))
    fixed = (None,) * (rounds - 1) if tolerances is None else tuple(tolerances)
    told = _rounds(trial, fixed, population, keep, least_acceptance, progress)
    first, last = told.rounds[0], told.rounds[-1]
    return Posterior(
        tuple(names), chosen, last.uniforms, last.weights, last.distances, last.summaries, told.limits, told.rates,
        told.tried, told.stopped, _remarks(first, last, seen, unit), from_uniform,
    )  # fmt: skip


def _check(names: Sequence[str], chosen: tuple[str, ...], observed: Floats, scale: Floats) -> None:
    if strange := [name for name in chosen if name not in names]:
        raise ComparisonError(f"There is no parameter {strange[0]!r} to calibrate. Choose among {', '.join(names)}.")
    if not chosen or len(set(chosen)) < len(chosen) or len(set(names)) < len(names):
        raise ComparisonError("No parameter is to be calibrated, or a name stands twice. Name each of them once.")
    if observed.ndim != 1 or observed.shape != scale.shape or not len(observed):
        raise ComparisonError(
            f"Observed summaries have the shape {observed.shape} and their scale {scale.shape}. Give one row of each."
        )
    if len(bad := np.flatnonzero(~np.isfinite(observed))):
        raise ComparisonError(
            f"Observed summary {bad[0] + 1} is {observed[bad[0]]:g}. Leave out what was not observed, or give a number."
        )
    if len(bad := np.flatnonzero(~(np.isfinite(scale) & (scale > 0)))):
        raise ComparisonError(
            f"The scale of summary {bad[0] + 1} is {scale[bad[0]]:g}, so nothing can be told in it. Give one above 0."
        )


@dataclass(frozen=True, eq=False)
class _Trial:
    """All that a simulation needs."""

    from_uniform: FromUniform
    width: int
    index: Ints
    simulate: Simulate
    observed: Floats
    scale: Floats
    rng: np.random.Generator

    def run(self, scores: Floats) -> tuple[Floats, Floats, Floats]:
        """Return uniforms, summaries and distances of normal scores, draws x calibrated; the others are drawn anew."""
        uniforms = self.rng.random((len(scores), self.width))
        uniforms[:, self.index] = ndtr(scores)
        uniforms = _open(uniforms)
        summaries = np.asarray(
            self.simulate(self.from_uniform(uniforms), int(self.rng.integers(2**31))), dtype=np.float64
        )
        if summaries.shape != (len(scores), len(self.observed)):
            raise ComparisonError(
                f"The simulation of {len(scores)} draws gave summaries of the shape {summaries.shape}, and "
                f"{len(self.observed)} were observed. Let it give draws x summaries."
            )
        distances = np.sqrt((((summaries - self.observed) / self.scale) ** 2).sum(axis=1))
        return uniforms, summaries, np.where(np.isnan(distances), np.inf, distances)


@dataclass(frozen=True, eq=False)
class _Proposal:
    """A mixture of normals around particles, and of the prior: standard normal.

    centres : particles x calibrated, normal scores; `root` : lower Cholesky factor of the kernel's covariance
    """

    centres: Floats
    weights: Floats
    root: Floats

    def draw(self, many: int, rng: np.random.Generator) -> Floats:
        noise = rng.standard_normal((many, self.root.shape[0]))
        around = self.centres[rng.choice(len(self.weights), many, p=self.weights)] + noise @ self.root.T
        return np.where((rng.random(many) < _PRIOR_SHARE)[:, None], noise, around)

    def log_weight(self, scores: Floats) -> Floats:
        """Return the logarithm of the prior's density over the proposal's."""
        white = np.linalg.solve(self.root, scores.T).T
        near = np.linalg.solve(self.root, self.centres.T).T
        apart = (white**2).sum(1)[:, None] + (near**2).sum(1) - 2 * white @ near.T
        with np.errstate(divide="ignore"):
            kernel = logsumexp(np.log(self.weights) - apart / 2, axis=1) - np.log(np.diag(self.root)).sum()
        prior = -(scores**2).sum(axis=1) / 2
        mixed = np.logaddexp(np.log1p(-_PRIOR_SHARE) + kernel, np.log(_PRIOR_SHARE) + prior)
        return np.asarray(prior - mixed)


@dataclass(frozen=True, eq=False)
class _Round:
    """Particles accepted in a round; fewer than asked for where it was given up."""

    uniforms: Floats
    weights: Floats
    distances: Floats
    summaries: Floats
    tried: int
    rate: float


@dataclass(frozen=True, eq=False)
class _Told:
    """All full rounds, their tolerances, the shares accepted, simulations tried and why no further round was made."""

    rounds: list[_Round]
    limits: tuple[float, ...]
    rates: tuple[float, ...]
    tried: int
    stopped: str


def _rounds(
    trial: _Trial, fixed: tuple[float | None, ...], many: int, keep: float, least: float, progress: Progress
) -> _Told:
    """Return the prior's round and one for each tolerance, fixed or chosen, up to where no further one pays."""
    total = 1 + len(fixed)
    progress(0, total, "round 1: the prior")
    rounds, limits, rates = [_round(trial, None, np.inf, many, 0.0)], [np.inf], [1.0]
    if (finite := int(np.isfinite(rounds[0].distances).sum())) < max(10, many // 10):
        raise ComparisonError(
            f"Only {finite} of {many} simulations from the prior give finite summaries. Mend the simulation, or narrow "
            "the parameters to where it can be run."
        )
    tried, stopped = rounds[0].tried, "All rounds were made."
    for number, given in enumerate(fixed, start=1):
        limit = next_tolerance(rounds[-1].distances, rounds[-1].weights, limits[-1], keep) if given is None else given
        if limit is None:
            stopped = "The tolerance falls no further."
            break
        progress(number, total, f"round {number + 1}: within {limit:.3g}")
        later = _round(trial, _proposal(rounds[-1], limit, trial.index), limit, many, least)
        tried += later.tried
        rates.append(later.rate)
        if len(later.distances) < many:
            stopped = f"The next round, within {limit:.3g}, accepted only {later.rate:.1%} of simulations."
            break
        rounds.append(later)
        limits.append(float(limit))
    progress(total, total, "calibrated")
    return _Told(rounds, tuple(limits), tuple(rates), tried, stopped)


def _round(trial: _Trial, proposal: _Proposal | None, limit: float, many: int, least: float) -> _Round:
    """Return the first `many` particles within the limit, weighted; of the prior where there is no proposal."""
    kept: list[tuple[Floats, Floats, Floats, Floats]] = []
    found, tried, rate = 0, 0, 0.5
    while found < many:
        batch = many
        if proposal is not None and np.isfinite(limit):
            batch = int(np.clip(1.2 * (many - found) / max(rate, 1e-3), *_BATCH))
        scores = trial.rng.standard_normal((batch, len(trial.index)))
        if proposal is not None:
            scores = proposal.draw(batch, trial.rng)
        uniforms, summaries, distances = trial.run(scores)
        near = distances <= limit
        kept.append((scores[near], uniforms[near], distances[near], summaries[near]))
        found, tried = found + int(near.sum()), tried + batch
        rate = found / tried
        if rate < least or not found:
            break
    scores, uniforms, distances, summaries = (np.concatenate(part)[:many] for part in zip(*kept, strict=True))
    log_weight = np.zeros(len(scores)) if proposal is None else proposal.log_weight(scores)
    weights = np.exp(log_weight - log_weight.max(initial=-np.inf))
    return _Round(uniforms, weights / weights.sum(), distances, summaries, tried, rate)


def _proposal(found: _Round, limit: float, index: Ints) -> _Proposal:
    """Return a proposal around the particles that are within the next tolerance already."""
    near = found.distances <= limit
    near |= not near.any()  # a fixed tolerance may be smaller than all distances
    scores, weights = ndtri(found.uniforms[near][:, index]), found.weights[near] / found.weights[near].sum()
    middle = scores - weights @ scores
    covariance = (weights[:, None] * middle).T @ middle / max(1 - (weights**2).sum(), 1e-3)
    # Few particles tell little of how parameters go together: the fewer, the more the kernel is one along the axes.
    share = len(index) / (len(index) + _effective(weights))
    alone = np.maximum(np.diag(covariance), 1e-6)
    return _Proposal(scores, weights, np.linalg.cholesky(_WIDTH * ((1 - share) * covariance + share * np.diag(alone))))


def next_tolerance(distances: Floats, weights: Floats, last: float, keep: float) -> float | None:
    """Return the smallest tolerance that leaves `keep` of the effective sample size; None where it cannot fall.

    Parameters
    ----------
    distances, weights : of the particles
    last : tolerance they were accepted within
    keep : share of the effective sample size

    Examples
    --------
    >>> next_tolerance(np.arange(1.0, 11.0), np.full(10, 0.1), np.inf, 0.5)
    5.0
    """
    order = np.argsort(distances, kind="stable")
    weight = weights[order]
    size = np.cumsum(weight) ** 2 / np.cumsum(weight**2)
    finite = distances[np.isfinite(distances)]
    enough = size >= keep * _effective(weights) * (1 - 1e-12)
    limit = min(float(distances[order][np.argmax(enough)]), float(finite.max()))
    if limit < last:
        return limit
    # Of distances that are few in number, many can be tied at the last tolerance: go to the next below it.
    below = distances[distances < last]
    return float(below.max()) if len(below) >= max(10, len(distances) // 20) else None


def resampled(weights: Floats, many: int, rng: np.random.Generator) -> Ints:
    """Return numbers of particles drawn by weight, systematically: each as often as its weight says, give or take one.

    Examples
    --------
    >>> resampled(np.array([0.5, 0.0, 0.25, 0.25]), 4, np.random.default_rng(1)).tolist()
    [0, 0, 2, 3]
    """
    ticks = (np.arange(many) + rng.random()) / many
    return np.minimum(np.searchsorted(np.cumsum(weights), ticks, side="right"), len(weights) - 1)


def _effective(weights: Floats) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def _open(uniforms: Floats) -> Floats:
    return np.clip(uniforms, _EDGE, 1 - _EDGE)


def _remarks(first: _Round, found: _Round, observed: Floats, scale: Floats) -> tuple[str, ...]:
    """Return where what was observed is not what the simulation can give."""
    says = []
    for number, value in enumerate(observed):
        part = first.summaries[:, number]
        part = part[np.isfinite(part)]
        if len(part) and not part.min() <= value <= part.max():
            says.append(
                f"Summary {number + 1} was observed as {value:.3g}, outside all simulations from the prior "
                f"({part.min():.3g} to {part.max():.3g}): the assumptions may be too narrow."
            )
    if found is not first:
        for number in range(len(observed)):
            off = float(found.weights @ (found.summaries[:, number] - observed[number]) / scale[number])
            if abs(off) > 2:
                says.append(f"Summary {number + 1} is still simulated {off:+.1f} scales off what was observed.")
    if (size := _effective(found.weights)) < 0.1 * len(found.weights):
        says.append(f"Few particles carry most of the weight: they tell as much as {size:.0f}. Calibrate fewer names.")
    return tuple(says)
