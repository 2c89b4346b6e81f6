"""The compiled fit of many log-linear models to the same counts, by iterated weighted least squares."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np

from toguna.accounts.estimation.lists import Floats, Ints

_ROUNDS = 60  # Newton steps; a fit that exists takes 5 to 12
_CLOSE = 1e-9  # change of deviance, relative, at which it stands
_NOISE = 1e-13  # of the people, what rounding leaves of a deviance
_RIDGE = 1e-10  # pivots below this share of the diagonal: columns that are not independent


@nb.njit(cache=True, nogil=True)
def _solve(a: Floats, b: Floats, size: int, first: Floats) -> bool:
    """Solve a x = b in place by Cholesky (x in b); first: the first column of the inverse of a. False: singular."""
    for j in range(size):
        scale = a[j, j]
        for i in range(j):
            a[j, j] -= a[j, i] * a[j, i]
        if a[j, j] <= _RIDGE * scale:
            return False
        a[j, j] = np.sqrt(a[j, j])
        for k in range(j + 1, size):
            s = a[k, j]
            for i in range(j):
                s -= a[k, i] * a[j, i]
            a[k, j] = s / a[j, j]
    first[:size] = 0.0
    first[0] = 1.0
    for x in (b, first):
        for j in range(size):
            s = x[j]
            for i in range(j):
                s -= a[j, i] * x[i]
            x[j] = s / a[j, j]
        for j in range(size - 1, -1, -1):
            s = x[j]
            for i in range(j + 1, size):
                s -= a[i, j] * x[i]
            x[j] = s / a[j, j]
    return True


@nb.njit(cache=True, nogil=True)
def _deviance(y: Floats, mean: Floats) -> float:
    found = 0.0
    for cell in range(len(y)):
        found += mean[cell] - y[cell]
        if y[cell] > 0:
            found += y[cell] * np.log(y[cell] / mean[cell])
    return 2 * found


@nb.njit(cache=True, nogil=True)
def fit_all(x: Floats, y: Floats, columns: Ints, sizes: Ints, out: Floats) -> None:
    """Fit models that are choices of columns; out[m]: constant, its variance, deviance, 1 where it converged.

    x : all columns, cells x columns, the first the constant
    y : counts, shape (cells,)
    columns, sizes : of each model, numbers of its columns and how many
    """
    cells = len(y)
    most = columns.shape[1]
    a, b, first, beta = np.zeros((most, most)), np.zeros(most), np.zeros(most), np.zeros(most)
    eta, mean, z = np.zeros(cells), np.zeros(cells), np.zeros((cells, most))
    for m in range(len(sizes)):
        size = sizes[m]
        for cell in range(cells):
            eta[cell] = np.log(y[cell] + 0.5)
            for j in range(size):
                z[cell, j] = x[cell, columns[m, j]]
        before, done = np.inf, False
        out[m] = np.nan
        out[m, 3] = 0.0
        for step in range(_ROUNDS):
            mean[:] = np.exp(np.minimum(eta, 30.0)) if step else y + 0.5
            a[:size, :size] = 0.0
            b[:size] = 0.0
            for cell in range(cells):
                target = eta[cell] * mean[cell] + y[cell] - mean[cell]
                for j in range(size):
                    if z[cell, j] != 0.0:
                        b[j] += target
                        for k in range(j + 1):
                            a[j, k] += mean[cell] * z[cell, k]
            if not _solve(a, b, size, first):
                break
            beta[:size] = b[:size]
            for cell in range(cells):
                eta[cell] = 0.0
                for j in range(size):
                    eta[cell] += z[cell, j] * beta[j]
            now = _deviance(y, np.exp(np.minimum(eta, 30.0)))
            if done:
                out[m, 0], out[m, 1], out[m, 2], out[m, 3] = beta[0], first[0], now, 1.0
                break
            # One more step after that, for the variance at the answer.
            done = abs(before - now) <= _CLOSE * (abs(now) + 0.1) + _NOISE * y.sum()
            before = now
