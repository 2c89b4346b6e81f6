"""Chances that hang together: uniforms by unit, step and draw, alike where units and months are alike.

Every model turns a uniform into a count by its own quantile function, so that a draw is one world: high together where
the past was high together. Sums over areas and months are then right, and each unit's own distribution is untouched.
(A Gaussian copula with one factor for all, one for each block of neighbours, and memory from step to step.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

from toguna.forecasting.cells import gid_of
from toguna.forecasting.panel import Floats, Ints, Panel
from toguna.forecasting.parameters import ForecastParams

Singles = npt.NDArray[np.float32]
_BLOCK = 2.0  # degrees; units of a block share a factor
_SPAN, _AHEAD = 36, 6  # months chances are taken from, and months they end before the one judged
_PRIOR = 0.25  # hits a unit is given beforehand
_UNITS = 600  # units looked at, those hit most often
_MOST = 0.9  # share in common at most
_UNITS_AT_ONCE = 256


@dataclass(frozen=True)
class Dependence:
    """How alike chances are.

    Attributes
    ----------
    common : share of variance all units have in common, 0 to 1
    local : share units of one block have in common beyond that
    memory : correlation of a unit's own chance with that of the month before
    shared_memory : the same of what units have in common
    """

    common: float
    local: float
    memory: float
    shared_memory: float = 0.0


@lru_cache(maxsize=4)  # every model of an origin asks for the same
def dependence_of(panel: Panel) -> Dependence:
    """Return how alike units and months were over the last fifteen years.

    Each month, which units lay above their middle count of the three years that ended half a year before is compared
    with how often they did in those years; for most units the middle is zero. Units that are above it together more
    often than their chances allow have something in common: the share that makes as many pairs as were seen, in all
    and within blocks (one-factor Gaussian model, as of Vasicek 1987).
    """
    at = np.arange(max(_SPAN + _AHEAD, panel.months - 180), panel.months)
    often = (panel.counts > 0).sum(axis=1)
    active = np.sort(np.argsort(-often, kind="stable")[: min(_UNITS, int((often > 0).sum()))])
    if len(at) < 24 or len(active) < 1:
        return Dependence(0.0, 0.0, 0.0)
    counts = panel.counts[active]
    past = np.lib.stride_tricks.sliding_window_view(counts, _SPAN, axis=1)[:, at - _AHEAD - _SPAN]
    middle = np.median(past, axis=-1)
    chance = ((past > middle[..., None]).sum(axis=-1) + _PRIOR) / (_SPAN + 2 * _PRIOR)
    rest = (counts[:, at] > middle) - chance
    block = blocks_of(panel)[active]
    blocks = np.zeros((int(block.max()) + 1, len(block)))
    blocks[block, np.arange(len(block))] = 1.0
    common = _share(chance, _pairs(rest, np.ones((1, len(block)))), np.ones((1, len(block)))) if len(block) > 1 else 0.0
    near = _share(chance, _pairs(rest, blocks), blocks) if blocks.sum(axis=1).max() > 1 else common
    spread = np.sqrt((chance * (1 - chance)).sum(axis=0))
    together = rest.sum(axis=0) / np.where(spread > 0, spread, 1.0)
    return Dependence(
        common,
        float(np.clip(near - common, 0, _MOST - common)),
        _lagged(rest),
        _lagged(together[None]) if len(block) > 1 else 0.0,
    )


def _pairs(rest: Floats, blocks: Floats) -> float:
    """Return the sum over months of products of pairs of different units in one block."""
    summed = blocks @ rest
    return float((summed**2).sum() - (rest**2).sum())


def _share(chance: Floats, seen: float, blocks: Floats) -> float:
    """Return the share in common that lets as many pairs come together as were seen; by bisection."""
    if seen <= 0:
        return 0.0
    low, high = 0.0, _MOST
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if _expected(chance, middle, blocks) < seen else (low, middle)
    return (low + high) / 2


def _expected(chance: Floats, share: float, blocks: Floats) -> float:
    """Return what `_pairs` would be on average with a share in common: the factor integrated out by Gauss-Hermite."""
    points, weights = np.polynomial.hermite_e.hermegauss(15)
    weights = weights / weights.sum()
    level = special.ndtri(chance)
    found = 0.0
    for point, weight in zip(points, weights, strict=True):
        given = special.ndtr((level + np.sqrt(share) * point) / np.sqrt(1 - share)) - chance
        found += weight * (((blocks @ given) ** 2).sum() - (given**2).sum())
    return float(found)


def _lagged(series: Floats) -> float:
    """Return the correlation of each month with the one before, over all rows."""
    one, two = series[:, :-1].ravel(), series[:, 1:].ravel()
    if one.std() == 0 or two.std() == 0:
        return 0.0
    return float(np.clip(np.corrcoef(one, two)[0, 1], 0, 0.95))


def blocks_of(panel: Panel) -> Ints:
    """Return the number of each unit's block of neighbours; a panel without coordinates has none in common."""
    if "longitude" not in panel.units or panel.units["longitude"].isna().any():
        return np.arange(len(panel.units), dtype=np.int64)
    lon = np.floor(panel.units["longitude"].to_numpy(float) / _BLOCK) * _BLOCK
    lat = np.floor(panel.units["latitude"].to_numpy(float) / _BLOCK) * _BLOCK
    return np.unique(gid_of(lon, lat), return_inverse=True)[1].astype(np.int64)


def uniforms(panel: Panel, params: ForecastParams, dependence: Dependence) -> Iterator[tuple[slice, Singles]]:
    """Yield uniforms (units, steps, draws) in (0, 1), some units at a time; the same whatever the model."""
    block = blocks_of(panel)
    roots = np.random.SeedSequence([params.seed, 20])
    shared, local_root, own_root = roots.spawn(3)
    common = _walk(np.random.default_rng(shared), 1, params, dependence.shared_memory)
    numbers = np.unique(block)
    local = None
    if dependence.local > 0 and len(numbers) < len(block):
        local = _walk(np.random.default_rng(local_root), len(numbers), params, dependence.shared_memory)
    own_share = 1 - dependence.common - (dependence.local if local is not None else 0.0)
    parts = own_root.spawn(-(-len(block) // _UNITS_AT_ONCE))
    for part, root in enumerate(parts):
        units = slice(part * _UNITS_AT_ONCE, min((part + 1) * _UNITS_AT_ONCE, len(block)))
        z = _walk(np.random.default_rng(root), units.stop - units.start, params, dependence.memory)
        z *= np.float32(np.sqrt(own_share))
        z += common * np.float32(np.sqrt(dependence.common))
        if local is not None:
            z += local[block[units]] * np.float32(np.sqrt(dependence.local))
        u = special.ndtr(z, out=z)
        np.clip(u, np.float32(1e-7), np.float32(1 - 1e-7), out=u)
        yield units, u


def _walk(rng: np.random.Generator, rows: int, params: ForecastParams, memory: float) -> Singles:
    """Return standard normals (rows, steps, draws) that remember: correlation memory^(months between)."""
    z = rng.standard_normal((rows, len(params.steps), params.draws), dtype=np.float32)
    for step in range(1, len(params.steps)):
        kept = memory ** (params.steps[step] - params.steps[step - 1])
        z[:, step] = np.float32(kept) * z[:, step - 1] + np.float32(np.sqrt(1 - kept**2)) * z[:, step]
    return z
