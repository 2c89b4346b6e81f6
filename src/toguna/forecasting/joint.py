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
_LOOK_BACK = 24  # months a count is ranked among
_UNITS_AT_ONCE = 256


@dataclass(frozen=True)
class Dependence:
    """How alike chances are.

    Attributes
    ----------
    common : share of variance all units have in common, 0 to 1
    local : share units of one block have in common beyond that
    memory : correlation of a unit's chance with that of the month before
    """

    common: float
    local: float
    memory: float


@lru_cache(maxsize=4)  # every model of an origin asks for the same
def dependence_of(panel: Panel, *, seed: int = 0, most_units: int = 400) -> Dependence:
    """Return how alike units and months were, from ranks of counts among each unit's last 24 months.

    Only unit-months of units that saw anything in those 24 months tell; ties are broken at random, so dependence is
    if anything understated.
    """
    active = np.flatnonzero(panel.counts.sum(axis=1) > 0)
    if panel.months < _LOOK_BACK + 12 or len(active) == 0:
        return Dependence(0.0, 0.0, 0.0)
    rng = np.random.default_rng(seed)
    if len(active) > most_units:
        active = np.sort(rng.choice(active, most_units, replace=False))
    scores = _normal_scores(panel.counts[active][:, -180:], rng)
    memory = _correlation(scores[:, :-1], scores[:, 1:])
    known = np.isfinite(scores)
    filled = np.where(known, scores, 0.0)
    together, pairs = filled @ filled.T, known.astype(float) @ known.T.astype(float)
    block = blocks_of(panel)[active]
    off = ~np.eye(len(active), dtype=bool)
    same = (block[:, None] == block[None, :]) & off
    far = ~same & off
    common = together[far].sum() / pairs[far].sum() if pairs[far].sum() > 100 else 0.0
    near = together[same].sum() / pairs[same].sum() if pairs[same].sum() > 100 else common
    common = float(np.clip(common, 0, 0.9))
    return Dependence(common, float(np.clip(near - common, 0, 0.9 - common)), float(np.clip(memory, 0, 0.95)))


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
    common = _walk(np.random.default_rng(shared), 1, params, dependence.memory)
    numbers = np.unique(block)
    local = None
    if dependence.local > 0 and len(numbers) < len(block):
        local = _walk(np.random.default_rng(local_root), len(numbers), params, dependence.memory)
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


def _normal_scores(counts: Floats, rng: np.random.Generator) -> Floats:
    """Return normal scores of counts among the 24 before, NaN where those were all zero; units x months."""
    windows = np.lib.stride_tricks.sliding_window_view(counts, _LOOK_BACK, axis=1)[:, :-1]
    now = counts[:, _LOOK_BACK:, None]
    below, equal = (windows < now).sum(axis=-1), (windows == now).sum(axis=-1)
    rank = (below + rng.random(below.shape) * (equal + 1)) / (_LOOK_BACK + 1)
    return np.where(windows.any(axis=-1), special.ndtri(rank.clip(1e-4, 1 - 1e-4)), np.nan)


def _correlation(one: Floats, two: Floats) -> float:
    both = np.isfinite(one) & np.isfinite(two)
    return float(np.corrcoef(one[both], two[both])[0, 1]) if both.sum() > 100 else 0.0
