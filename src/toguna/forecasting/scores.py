"""`score_draws`: how good forecasts given as draws were, by every score of the ViEWS challenge and a few more."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from toguna.core.errors import AskError, DataError
from toguna.forecasting import score_search as search

Floats = npt.NDArray[np.float64]

IGN_EDGES: tuple[float, ...] = search.EDGES
COMPILED = (np.float32, np.float64, np.int32, np.int64)  # kinds of numbers that are read as they come
CHUNK = 1 << 24  # draws changed into a compiled kind at a time


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of forecasts, one number a row; all in deaths (or events) unless said otherwise.

    What needs the outcome is NaN where that is not known. Scores are the lower the better.

    Attributes
    ----------
    draws : how many draws a row had
    level : of the interval, 0 to 1
    crps : continuous ranked probability score, mean |x - y| - 1/2 mean |x - x'| over all pairs of draws (the biased
        form of the ViEWS challenge; Gneiting and Raftery 2007)
    ign : ignorance, bits: -log2 of the chance of the outcome's bin of IGN_EDGES, one draw added to each of 11 bins
    mis : interval score at the level: width + 2 / (1 - level) * miss (Gneiting and Raftery 2007)
    log_crps : CRPS of log(1 + draws) against log(1 + outcome), no unit (Bosse and others 2023)
    crps_from_1, crps_from_10 : threshold-weighted CRPS: only errors from 1 or 10 on count (Allen and others 2023)
    chance_1, chance_10, chance_25 : share of draws that round to at least 1, 10, 25
    mean : of the draws
    below, at_most : share of draws below, and at most, the outcome
    lower, upper : ends of the central interval of the level, between two draws by straight line
    """

    draws: int
    level: float
    crps: Floats = field(repr=False)
    ign: Floats = field(repr=False)
    mis: Floats = field(repr=False)
    log_crps: Floats = field(repr=False)
    crps_from_1: Floats = field(repr=False)
    crps_from_10: Floats = field(repr=False)
    chance_1: Floats = field(repr=False)
    chance_10: Floats = field(repr=False)
    chance_25: Floats = field(repr=False)
    mean: Floats = field(repr=False)
    below: Floats = field(repr=False)
    at_most: Floats = field(repr=False)
    lower: Floats = field(repr=False)
    upper: Floats = field(repr=False)


def score_draws(draws: npt.ArrayLike, outcome: npt.ArrayLike, *, level: float = 0.9) -> Scores:
    """Return the scores of forecasts.

    Parameters
    ----------
    draws : deaths or events, shape (rows, draws); may be a file mapped into memory. Draws are read where they are;
        those of an unusual kind or order are changed a few rows at a time
    outcome : what came, shape (rows,); NaN where it is not known
    level : of the interval of `mis`, `lower` and `upper`

    Raises
    ------
    DataError : a draw is negative, infinite or NaN, an outcome negative or infinite, or the shapes do not fit

    Examples
    --------
    >>> scores = score_draws([[0, 0, 1, 3], [0, 0, 0, 0]], [1, 2])
    >>> scores.crps.tolist()
    [0.375, 2.0]
    >>> scores.chance_1.tolist()
    [0.5, 0.0]
    """
    if not 0 < level < 1:
        raise AskError(f"The level of the interval is {level}. Give a share between 0 and 1, such as 0.9.")
    given, seen = np.asarray(draws), np.array(outcome, dtype=np.float64, order="C")
    _check_shapes(given, seen)
    _check_outcome(seen)
    numbers = []
    rows = len(given) if _is_ready(given) else max(CHUNK // given.shape[1], 1)
    for start in range(0, len(given), max(rows, 1)):
        now, came = _ready(given[start : start + rows]), seen[start : start + rows]
        numbers.append(np.empty((search.NUMBERS, len(came))))
        wrong = search.score_rows(now, came, level, numbers[-1])
        if wrong >= 0:
            raise _wrong_draw(given[start + wrong], start + wrong)
    return Scores(given.shape[1], level, *np.concatenate([np.empty((search.NUMBERS, 0)), *numbers], axis=1))


def bin_chances(draws: npt.ArrayLike) -> Floats:
    """Return the chance of each bin of IGN_EDGES, one draw added to each bin, shape (rows, 11).

    Examples
    --------
    >>> bin_chances([[0, 0, 0, 0, 7]])[0, :4].tolist()
    [0.3125, 0.0625, 0.0625, 0.125]
    """
    given = np.asarray(draws)
    _check_shapes(given, np.empty(len(given) if given.ndim else 0))
    chances = np.empty((len(given), search.BINS))
    rows = len(given) if _is_ready(given) else max(CHUNK // given.shape[1], 1)
    for start in range(0, len(given), max(rows, 1)):
        chances[start : start + rows] = search.bin_chances(_ready(given[start : start + rows]))
    wrong = np.flatnonzero(np.isnan(chances[:, 0]))
    if len(wrong):
        raise _wrong_draw(given[wrong[0]], int(wrong[0]))
    return chances


def skill(score: npt.ArrayLike, reference: npt.ArrayLike) -> Floats:
    """Return the skill of scores against those of a baseline: 1 perfect, 0 no better, negative worse.

    Take it of mean scores: the mean of skills of single rows rewards forecasts that are wrong on purpose. NaN where
    both are 0.

    Examples
    --------
    >>> skill([0.2, 0.3], [0.25, 0.25]).round(2).tolist()
    [0.2, -0.2]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1.0 - np.asarray(score, dtype=np.float64) / np.asarray(reference, dtype=np.float64))


def _is_ready(draws: npt.NDArray[np.generic]) -> bool:
    """Return whether draws can be read as they come."""
    return draws.dtype in COMPILED and draws.flags.c_contiguous


def _ready(draws: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Return draws in rows and of a kind that is compiled, unchanged where they are so already."""
    kind = draws.dtype
    if kind not in COMPILED:
        short = np.int32 if kind.kind in "iub" else np.float32
        kind = np.dtype(short if np.can_cast(kind, short) else np.float64)
    return np.ascontiguousarray(draws, dtype=kind)


def _check_shapes(draws: npt.NDArray[np.generic], outcome: Floats) -> None:
    """Refuse draws that are no table of numbers, or not one row an outcome."""
    if draws.ndim != 2 or draws.shape[1] == 0 or draws.dtype.kind not in "iubf":
        raise DataError(f"Draws are {draws.dtype} of shape {draws.shape}. Give a table of numbers, rows x draws.")
    if outcome.shape != draws.shape[:1]:
        raise DataError(
            f"Draws have {draws.shape[0]} rows, outcomes the shape {outcome.shape}. Give one outcome a row, NaN where "
            "it is not known."
        )


def _check_outcome(outcome: Floats) -> None:
    """Refuse outcomes that are no counts."""
    wrong = np.flatnonzero((outcome < 0) | np.isinf(outcome))
    if len(wrong):
        raise DataError(
            f"The outcome of row {wrong[0]} is {outcome[wrong[0]]}. Give a finite number of at least 0, or NaN where "
            "it is not known."
        )


def _wrong_draw(row: npt.NDArray[np.generic], number: int) -> DataError:
    """Return what is wrong with a row of draws."""
    numbers = row.astype(np.float64)
    at = int(np.flatnonzero(~((numbers >= 0) & np.isfinite(numbers)))[0])
    return DataError(
        f"Draw {at} of row {number} is {numbers[at]}. Draws are finite numbers of at least 0: cap or floor the model's "
        "draws, or leave the row out."
    )
