"""The compiled part of weighing members: their distributions at a few counts."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def shares_upto(draws, grid):
    """Return the share of each row's draws at or below each point of an ascending grid; rows x grid."""
    rows, size = draws.shape
    found = np.zeros((rows, len(grid)))
    for row in range(rows):
        for draw in range(size):
            value = draws[row, draw]
            low, high = 0, len(grid)
            if value <= grid[0]:
                high = 0
            while low < high:
                middle = (low + high) // 2
                if grid[middle] >= value:
                    high = middle
                else:
                    low = middle + 1
            if low < len(grid):
                found[row, low] += 1
        for point in range(1, len(grid)):
            found[row, point] += found[row, point - 1]
    return found / size
