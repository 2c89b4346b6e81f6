"""How good matching is: precision and recall at thresholds, from the truth or from a sample people labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import norm

from toguna.accounts.linkage.matched import Matched
from toguna.core.errors import AccountError, AskError

AT = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)  # thresholds
_KEYS = ["list_left", "id_left", "list_right", "id_right"]


@dataclass(frozen=True, eq=False)
class Curve:
    """Precision and recall of pairs at thresholds.

    Attributes
    ----------
    table : one row a threshold: `threshold`, `pairs` at or above it, `precision`, `precision_low`, `precision_high`,
        `recall`, `recall_low`, `recall_high`
    level : of the intervals
    of : what recall is a share of, in words
    """

    table: pd.DataFrame = field(repr=False)
    level: float
    of: str

    def __str__(self) -> str:
        """Return a line a threshold."""
        lines = [f"threshold  pairs    precision ({self.level:.0%})        recall, of {self.of}"]
        for _, row in self.table.iterrows():
            ends = [
                f"{row[one]:.4f} ({row[f'{one}_low']:.4f} to {row[f'{one}_high']:.4f})"
                for one in ("precision", "recall")
            ]
            lines.append(f"{row['threshold']:>9.3f} {row['pairs']:>6,.0f}  {'  '.join(ends)}")
        return "\n".join(lines)


def wilson(found: float, among: float, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share (Wilson 1927); 0 to 1 where nothing was looked at.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if among <= 0:
        return 0.0, 1.0
    z = float(norm.ppf((1 + level) / 2))
    share = found / among
    middle = share + z**2 / (2 * among)
    far = z * np.sqrt(share * (1 - share) / among + z**2 / (4 * among**2))
    below, above = (middle - far) / (1 + z**2 / among), (middle + far) / (1 + z**2 / among)
    return (0.0 if found == 0 else float(below)), (1.0 if found == among else float(above))


def thresholds(matched: Matched, truth: pd.DataFrame, *, at: Sequence[float] = AT, level: float = 0.95) -> Curve:
    """Return precision and recall of the model's pairs, where it is known of whom each record is.

    Intervals take pairs as independent, which those of one person are not quite.

    Parameters
    ----------
    truth : one row a record: `id`, `person`, and `list` where there are several
    at : thresholds
    level : of the intervals

    Raises
    ------
    AccountError
        A record whose person is not said.
    """
    given = truth if "list" in truth else truth.assign(list=matched.lists[0])
    keys = pd.MultiIndex.from_frame(given[["list", "id"]])
    if keys.has_duplicates:
        raise AccountError("The truth has a record twice. Give one row a record.")
    persons = pd.Series(given["person"].to_numpy(), index=keys)
    whose = persons.reindex(pd.MultiIndex.from_frame(matched.records[["list", "id"]])).to_numpy(dtype=object)
    lost = pd.isna(whose)
    if lost.any():
        raise AccountError(f"The truth does not say whose {int(lost.sum()):,} records are. Give one row a record.")
    codes = pd.factorize(whose)[0]
    is_true = codes[matched.scored["left"].to_numpy()] == codes[matched.scored["right"].to_numpy()]
    total = _pairs_within(codes)
    if matched.across:
        total -= _pairs_within(pd.factorize(pd.Series(list(zip(codes, matched.records["list"], strict=True))))[0])
    rows = []
    for one in at:
        chosen = matched.probability >= one
        number, right = int(chosen.sum()), int(is_true[chosen].sum())
        rows.append([
            one, number, right / number if number else np.nan, *wilson(right, number, level),
            right / total if total else np.nan, *wilson(right, total, level),
        ])  # fmt: skip
    return Curve(_table(rows), level, "all true pairs")


def _pairs_within(codes: np.ndarray) -> int:
    sizes = np.bincount(codes).astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _table(rows: list[list[float]]) -> pd.DataFrame:
    shares = [f"{one}{end}" for one in ("precision", "recall") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["threshold", "pairs", *shares])


def sample(matched: Matched, each: int, seed: int, *, at: Sequence[float] = AT) -> pd.DataFrame:
    """Return pairs to label, drawn at random within strata of probability, all where there are no more.

    Parameters
    ----------
    each : pairs a stratum
    seed : of the draw
    at : thresholds between strata; the lowest stratum goes down to where pairs are kept from

    Returns
    -------
    DataFrame
        As `pairs`, with `stratum` (its lower end) and an empty `is_match` to fill with True or False, in random order,
        so that the order does not tell the reviewer what the model thinks; show them neither `probability` nor `why`.
    """
    rng = np.random.default_rng(seed)
    strata = _strata(matched, at)
    rows = [
        rng.choice(there, min(each, len(there)), replace=False)
        for one in np.unique(strata)
        if len(there := np.flatnonzero(strata == one))
    ]
    drawn = rng.permutation(np.concatenate(rows)) if rows else np.array([], int)
    edges = np.array([matched.made_from["least"], *sorted(at)])
    found = matched.pairs.iloc[drawn].reset_index(drop=True)
    return found.assign(stratum=edges[strata[drawn]], is_match=pd.Series([None] * len(found), dtype=object))


def _strata(matched: Matched, at: Sequence[float]) -> np.ndarray:
    return np.searchsorted(np.array(sorted(at)), matched.probability, side="right")


def precision_recall(
    matched: Matched, labelled: pd.DataFrame, *, at: Sequence[float] = AT, level: float = 0.95
) -> Curve:
    """Return precision and recall from pairs people labelled, drawn with `sample` for the same thresholds.

    A stratum of N pairs with share s of matches among those labelled holds N s matches, and Wilson's interval of s;
    sums over strata have the interval of Zou and Donner (2008), and the ends of recall put the low end above the
    threshold against the high end below it, and the other way round, which is wider than asked for. Matches among pairs
    that share no key, or are below those kept, are not seen: recall is of what was kept.

    Parameters
    ----------
    labelled : pairs by `list_left`, `id_left`, `list_right`, `id_right`, with `is_match`
    at : thresholds that parted the strata
    level : of the intervals

    Raises
    ------
    AccountError
        A pair that was not kept, is there twice or has no label; a stratum nobody labelled.
    """
    rows = _rows(matched, labelled)
    label = labelled["is_match"].to_numpy(dtype=object)
    if any(one not in (True, False) for one in label):
        raise AccountError(
            "A pair has no label. Write True or False in `is_match`, and leave out what nobody can tell."
        )
    strata = _strata(matched, at)
    number = len(at) + 1
    size = np.bincount(strata, minlength=number)
    looked = np.bincount(strata[rows], minlength=number)
    right = np.bincount(strata[rows], weights=label.astype(float), minlength=number)
    edges = [matched.made_from["least"], *sorted(at)]
    if len(bare := np.flatnonzero((size > 0) & (looked == 0))):
        raise AccountError(
            f"Nobody labelled a pair of the stratum from {edges[bare[0]]:g}, which has {size[bare[0]]:,}. Draw again."
        )
    found = []
    for place, one in enumerate(sorted(at), start=1):
        above, below = (_matches(size[part], looked[part], right[part], level)
                        for part in (slice(place, None), slice(None, place)))  # fmt: skip
        pairs = int(size[place:].sum())
        shares = [end / pairs for end in above] if pairs else [np.nan, 0.0, 1.0]
        whole = above[0] + below[0]
        recall = [
            above[0] / whole if whole else np.nan,
            above[1] / (above[1] + below[2]) if above[1] + below[2] else 0.0,
            above[2] / (above[2] + below[1]) if above[2] + below[1] else 1.0,
        ]
        found.append([one, pairs, *shares, *recall])
    return Curve(_table(found), level, "true pairs among those kept")


def _rows(matched: Matched, labelled: pd.DataFrame) -> np.ndarray:
    """Return the rows of the pairs that were labelled."""
    place = {pair: at for at, pair in enumerate(zip(matched.scored["left"], matched.scored["right"], strict=True))}
    rows = []
    for row, (list_left, left, list_right, right) in enumerate(
        labelled[_KEYS].itertuples(index=False, name=None), start=1
    ):
        numbers = sorted((matched.number((list_left, left)), matched.number((list_right, right))))
        if (numbers[0], numbers[1]) not in place:
            raise AccountError(f"Labelled row {row} is a pair that was not kept. Draw pairs with `sample`.")
        rows.append(place[numbers[0], numbers[1]])
    if len(set(rows)) != len(rows):
        raise AccountError("A pair was labelled twice. Keep one label.")
    return np.array(rows, int)


def _matches(size: np.ndarray, looked: np.ndarray, right: np.ndarray, level: float) -> tuple[float, float, float]:
    """Return matches in some strata: as estimated, low and high end; a stratum labelled whole has no doubt."""
    middle = below = above = 0.0
    for pairs, seen, found in zip(size, looked, right, strict=True):
        if not pairs:
            continue
        share = found / seen
        low, high = (share, share) if seen >= pairs else wilson(found, seen, level)
        middle += pairs * share
        below += (pairs * (share - low)) ** 2
        above += (pairs * (high - share)) ** 2
    return middle, max(middle - float(np.sqrt(below)), 0.0), min(middle + float(np.sqrt(above)), float(size.sum()))


def choose(curve: Curve, *, precision: float) -> float:
    """Return the lowest threshold, so with most recall, whose precision has its low end at or above what is asked.

    Raises
    ------
    AskError
        None has; the best there is is named.
    """
    good = curve.table[curve.table["precision_low"] >= precision]
    if good.empty:
        best = curve.table.loc[curve.table["precision_low"].idxmax()]
        raise AskError(
            f"No threshold is sure of a precision of {precision:g}: the best low end is {best['precision_low']:.4f}, "
            f"at {best['threshold']:g}. Label more pairs, or ask for less."
        )
    return float(good["threshold"].min())
