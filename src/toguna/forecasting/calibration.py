"""Whether forecasts mean what they say: chances come true as often as said, intervals hold what they should."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import AskError, DataError

Floats = npt.NDArray[np.float64]

STRATA = ("quiet", "flaring", "active")
CHANCES = (0.0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)  # narrow where most forecasts lie


def pit(below: Floats, at_most: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Return where each outcome lies among its draws, 0 to 1: even if outcomes and draws are of one kind.

    Parameters
    ----------
    below, at_most : share of draws below, and at most, the outcome, as in `Scores`; NaN stays NaN
    draws : how many draws a row has

    An outcome equal to some draws lies anywhere among them with the same chance (Czado, Gneiting and Held 2009); it
    counts as one more draw, which makes the spread exactly even for any number of draws.
    """
    tied = (at_most - below) * draws + 1
    return np.asarray((below * draws + rng.random(np.shape(below)) * tied) / (draws + 1))


def pit_histogram(
    below: Floats, at_most: Floats, draws: int, rng: np.random.Generator, *, bins: int = 10
) -> pd.DataFrame:
    """Return how many outcomes lie in each tenth of their draws: columns low, high, share, n.

    Parameters
    ----------
    bins : parts of 0 to 1, all as wide; a calibrated forecast has 1 / bins in each

    Examples
    --------
    >>> table = pit_histogram(np.zeros(500), np.ones(500), 100, np.random.default_rng(1), bins=2)
    >>> int(table["n"].sum())
    500
    """
    where = pit(below, at_most, draws, rng).ravel()
    counts, edges = np.histogram(where[~np.isnan(where)], bins=bins, range=(0.0, 1.0))
    share = counts / counts.sum() if counts.sum() else np.full(bins, np.nan)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "share": share, "n": counts})


def reliability(chance: npt.ArrayLike, happened: npt.ArrayLike, *, edges: npt.ArrayLike = CHANCES) -> pd.DataFrame:
    """Return how often what was forecast with a chance came: columns low, high, forecast, observed, n.

    Parameters
    ----------
    chance : forecast chance, 0 to 1, any shape
    happened : whether it came, same shape: 0 or 1, NaN where not known (left out)
    edges : of the bins; each holds its lower edge, the last both

    `forecast` is the mean chance of the bin's rows and `observed` the share of them that came; NaN in an empty bin.

    Examples
    --------
    >>> reliability([0.1, 0.3, 0.9], [0, 1, 1], edges=[0, 0.5, 1])[["forecast", "observed", "n"]].values.tolist()
    [[0.2, 0.5, 2.0], [0.9, 1.0, 1.0]]
    """
    said, came = np.asarray(chance, dtype=np.float64).ravel(), np.asarray(happened, dtype=np.float64).ravel()
    if said.shape != came.shape:
        raise DataError(f"There are {len(said)} chances and {len(came)} outcomes. Give one outcome a chance.")
    wrong = np.flatnonzero(~((said >= 0) & (said <= 1)))
    if len(wrong):
        raise DataError(f"The chance of row {wrong[0]} is {said[wrong[0]]}. Give a share between 0 and 1.")
    wrong = np.flatnonzero(~(np.isnan(came) | (came == 0) | (came == 1)))
    if len(wrong):
        raise DataError(f"Row {wrong[0]} happened {came[wrong[0]]} times. Give 0 or 1, or NaN where it is not known.")
    bounds = np.asarray(edges, dtype=np.float64)
    if bounds.ndim != 1 or len(bounds) < 2 or bounds[0] > 0 or bounds[-1] < 1 or (np.diff(bounds) <= 0).any():
        raise AskError(f"The edges of the bins are {bounds.tolist()}. Give rising numbers from 0 to 1.")
    known = ~np.isnan(came)
    said, came = said[known], came[known]
    bins = len(bounds) - 1
    at = (np.searchsorted(bounds, said, side="right") - 1).clip(0, bins - 1)
    count = np.bincount(at, minlength=bins)
    forecast, observed = (
        np.divide(np.bincount(at, part, bins), count, out=np.full(bins, np.nan), where=count > 0)
        for part in (said, came)
    )
    return pd.DataFrame(
        {"low": bounds[:-1], "high": bounds[1:], "forecast": forecast, "observed": observed, "n": count}
    )


def stratum_of(known: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Return how active units were of late, one of STRATA, shape (units,).

    Parameters
    ----------
    known : deaths or events by month as known when the forecast was made, shape (units, months)

    `quiet`: nothing in the last 12 months known; `active`: something in the last 3; `flaring`: something in the last
    12, nothing in the last 3.

    Examples
    --------
    >>> stratum_of([[9] + [0] * 12, [0, 1] + [0] * 11, [0] * 12 + [1]]).tolist()
    ['quiet', 'flaring', 'active']
    """
    counts = np.asarray(known, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[1] < 12:
        raise DataError(f"Counts have the shape {counts.shape}. Give units x months, 12 months at least.")
    recent, year = (counts[:, -3:] > 0).any(axis=1), (counts[:, -12:] > 0).any(axis=1)
    return np.select([recent, year], ["active", "flaring"], "quiet")


def coverage(stratum: npt.ArrayLike, lower: Floats, upper: Floats, outcome: Floats) -> pd.DataFrame:
    """Return how many outcomes lay in their interval: columns inside, under, over, width, n, one row a stratum.

    Parameters
    ----------
    stratum : one of STRATA a row
    lower, upper : ends of the interval, deaths or events, shape (rows,); ends count as inside
    outcome : what came, shape (rows,); rows of NaN are left out

    `inside`, `under` and `over` are shares of rows, `width` the mean width. Beside the strata stand `all`, and `onset`:
    quiet rows that turned positive. Onsets are picked by what came, so an interval honest for quiet rows holds few of
    them; counts are whole, so an honest interval may hold more than its level.

    Examples
    --------
    >>> table = coverage(["quiet", "quiet", "active"], np.zeros(3), np.array([0, 0, 9.0]), np.array([0, 2.0, 4.0]))
    >>> table["inside"].tolist()
    [0.5, nan, 1.0, 0.0, 0.6666666666666666]
    """
    label = np.asarray(stratum)
    parts = [np.asarray(part, dtype=np.float64) for part in (lower, upper, outcome)]
    if label.ndim != 1 or any(part.shape != label.shape for part in parts):
        shapes = ", ".join(str(part.shape) for part in (label, *parts))
        raise DataError(
            f"Strata, lower ends, upper ends and outcomes have the shapes {shapes}. Give one of each a row."
        )
    strange = sorted(set(label.tolist()) - set(STRATA))
    if strange:
        raise DataError(f"There is no stratum {strange[0]!r}. Use {', '.join(STRATA)}.")
    known = ~np.isnan(parts[2])
    label, (low, high, seen) = label[known], (part[known] for part in parts)
    table = pd.DataFrame(
        {"inside": (low <= seen) & (seen <= high), "under": seen < low, "over": seen > high, "width": high - low}
    ).astype(float)
    rows = {one: label == one for one in STRATA}
    rows |= {"onset": rows["quiet"] & (seen > 0), "all": np.ones(len(seen), dtype=bool)}
    found = pd.DataFrame([table[mask].mean() for mask in rows.values()], index=pd.Index(rows, name="stratum"))
    return found.assign(n=[int(mask.sum()) for mask in rows.values()])
