"""Which bases serve the same sites: the neighbourhoods a large posture is mended in."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from toguna.planning.posture import Bools, Ints, Posture


def neighbours(posture: Posture) -> Ints:
    """Return for each base all bases, those that share most sites with it first; bases x bases."""
    covers = [cover for one in posture.options for cover in one.covers]
    covers += [cover for one in posture.demands for cover in one.covers]
    bases = len(posture.beds)
    if not covers:
        return np.tile(np.arange(bases), (bases, 1))
    wide = sparse.vstack([cover.near for cover in covers], format="csr")
    shared = (wide.T @ wide).toarray()
    each = np.maximum(shared.diagonal(), 1.0)
    alike = shared / np.sqrt(each[:, None] * each[None, :])
    np.fill_diagonal(alike, np.inf)
    return np.asarray(np.argsort(-alike, axis=1, kind="stable"), np.int64)


def neighbourhood(near: Ints, held: Bools, size: int, rng: np.random.Generator) -> Bools:
    """Return which bases are free to change: around two of them, one held and one not, so many in all."""
    ours, others = np.flatnonzero(held), np.flatnonzero(~held)
    seeds = [int(rng.choice(part)) for part in (ours, others) if len(part)]
    free = np.zeros(len(held), bool)
    for seed in seeds:
        free[near[seed, : max(size // len(seeds), 1)]] = True
    return free
