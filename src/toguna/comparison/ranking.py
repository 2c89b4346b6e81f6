"""`rank`: mandates in the order the five principles give them, the whole distribution of that order, what decides.

The rule, epsilon-lexicographic: principles come in order 1 to 5, each with one measure that decides and a tolerance.
At a principle, of the mandates still level, all within the tolerance of the best one stay level with it and go on to
the next principle. The others stand below them; of these again the best is found, all within the tolerance of it stay
level, and so on. Mandates still level after the last principle share a place.

Levelness between pairs is not transitive (A level with B, B with C, A not with C); measuring from the best of those
left makes places that are, whatever order the mandates are given in. The price: two mandates less than the tolerance
apart are parted where one is within the tolerance of the best and the other is not; such a decision names that best
one. And a mandate more or less among those compared can move that limit.

`order` applies the rule to medians. `places`, `pairs` and `orders` apply it to every draw on its own, with the same
tolerances; draws are paired, so what all mandates share in a draw cancels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import isotonic_regression
from scipy.stats import norm, rankdata

from toguna.comparison.measures import DECIDING, Measure, column
from toguna.comparison.outcome import Floats, Outcome
from toguna.comparison.spread import HIGH, LOW, NOTHING, SAME, Bools, check, finite_draws
from toguna.core.errors import ComparisonError

Ints = npt.NDArray[np.int64]

_BY_NAME = {one.name: one for one in DECIDING}
_BINS = (2, 20)  # fewest and most into which draws are sorted by an assumption
_IN_BIN = 50  # draws a bin should hold
_CHANCE = 0.05  # how often some assumption stands out though none matters


@dataclass(frozen=True)
class Decision:
    """What puts one mandate before the next.

    Attributes
    ----------
    winner, loser : mandates; where no principle parts them, as they were asked for
    principle : that parts them; 0 where none does and they share a place, with NaN below
    measure, unit : that decides at this principle
    tolerance : a difference up to this counts for nothing, in the unit
    against : the best mandate there, level with the winner or itself; the loser is beyond the tolerance of it
    probability : share of draws in which the winner is better at this measure by more than the tolerance
    probability_other : share of draws in which the loser is
    median, q05, q95 : of the difference in the same draw, in the unit, positive where the winner is better
    before, after : share of draws in which the whole rule, applied to the draw, puts the winner first, and the loser
    flips : the 90 % range of the difference reaches 0, or the loser comes first in more than 5 % of draws
    """

    winner: str
    loser: str
    principle: int
    measure: str
    unit: str
    tolerance: float
    against: str
    probability: float
    probability_other: float
    median: float
    q05: float
    q95: float
    before: float
    after: float
    flips: bool


@dataclass(frozen=True, eq=False)
class Ranking:
    """Mandates in order, and how sure that order is.

    Attributes
    ----------
    order : `place` (shared by mandates level throughout), `mandate`, `decided_at` the principle that puts it below the
        one before it (0 for the first and for those level with it), the `tolerance` there and its `unit`,
        `place_low` and `place_high` (its places in 90 % of draws), and the median of each deciding measure
    decisions : one for each mandate and the next
    places : mandates x places, share of draws; a shared place is shared out, so rows and columns add up to 1
    pairs : mandates x mandates, share of draws in which the one of the row stands before the one of the column
    orders : every whole order that some draw gives, `>` before and `=` level, and its share of draws
    tolerances : by principle the deciding measure, its unit, the `share`, what it is a share `of`, and the tolerance
    draws, left_out : draws used, and draws left out since some mandate has no finite value there
    """

    order: pd.DataFrame = field(repr=False)
    decisions: tuple[Decision, ...]
    places: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    orders: pd.DataFrame = field(repr=False)
    tolerances: pd.DataFrame = field(repr=False)
    draws: int
    left_out: int


def rank(outcome: Outcome, tolerances: Mapping[str, float] | None = None) -> Ranking:
    """Return the mandates ranked by the five principles in order, with the distribution of the ranking.

    Parameters
    ----------
    outcome : mandates x draws x measures, draws paired
    tolerances : by deciding measure, the share of its median size in doing nothing up to which a difference counts for
        nothing; those of the measures where not given. Where nobody asked for `nothing`, or it is 0 there, the share is
        of the mean over mandates of their median sizes.

    Raises
    ------
    ComparisonError
        A tolerance is for no deciding measure, or not a finite share of at least 0; or no draw is finite throughout.

    Notes
    -----
    The rule and its price stand at the head of this module. A mandate at least as good as another in every median never
    stands below it; it stands above it where it is better by more than the tolerance at some principle.
    """
    scores, used = deciding_scores(outcome)
    limits = tolerance_table(outcome, tolerances)
    tolerance, medians = limits["tolerance"].to_numpy(float), np.median(scores, axis=0)
    steps = _steps(medians, tolerance)
    by_draw = standing(scores, tolerance)
    pairs = (by_draw[:, :, None] < by_draw[:, None, :]).mean(axis=0)
    names = outcome.mandates
    row = [int(at) for at in np.argsort(steps[-1], kind="stable")]
    decisions = tuple(_decision(names, scores, medians, tolerance, steps, pairs, a, b) for a, b in pairwise(row))
    places = place_shares(by_draw)
    return Ranking(
        _order(names, row, decisions, places, medians, steps[-1]),
        decisions,
        pd.DataFrame(places, index=pd.Index(names, name="mandate"), columns=range(1, len(names) + 1)),
        pd.DataFrame(pairs, index=pd.Index(names, name="mandate"), columns=list(names)),
        _orders(names, by_draw),
        limits,
        int(used.sum()),
        int((~used).sum()),
    )


def deciding_scores(outcome: Outcome) -> tuple[Floats, Bools]:
    """Return scores, draws used x mandates x principles in order, more is better; and which draws are used.

    Raises
    ------
    ComparisonError
        No draw is finite in every deciding measure under every mandate.
    """
    check(outcome)
    values = outcome.values[:, :, [column(one.name) for one in DECIDING]]
    used = finite_draws(values)
    if not used.any():
        raise ComparisonError(
            f"Outcome, values: none of {values.shape[1]} draws is finite under every mandate in "
            f"{', '.join(_BY_NAME)}. Look for the mandate or assumption that leads astray."
        )
    signs = np.array([1.0 if one.more_is_better else -1.0 for one in DECIDING])
    return np.ascontiguousarray(np.swapaxes(values[:, used], 0, 1)) * signs, used


def tolerance_table(outcome: Outcome, tolerances: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return by principle the measure that decides, its unit, and its tolerance as a share and in the unit.

    Arguments and errors as in `rank`.
    """
    given = dict(tolerances or {})
    for name, value in given.items():
        if name not in _BY_NAME:
            raise ComparisonError(f"Tolerances, {name!r}: decides at no principle. Choose from {', '.join(_BY_NAME)}.")
        if not (np.isfinite(value) and value >= 0):
            raise ComparisonError(f"Tolerances, {name}: {value} is not a share of 0 or more. Give 0.05 for 5 %.")
    scores, _ = deciding_scores(outcome)
    sizes = np.median(np.abs(scores), axis=0)
    rows = []
    for at, one in enumerate(DECIDING):
        of, size = "the mean over mandates", float(sizes[:, at].mean())
        if NOTHING in outcome.mandates and sizes[outcome.mandates.index(NOTHING), at] > 0:
            of, size = "doing nothing", float(sizes[outcome.mandates.index(NOTHING), at])
        share = float(given.get(one.name, one.tolerance))
        rows.append(
            {"principle": one.principle, "measure": one.name, "unit": one.unit, "share": share, "of": of, "size": size,
             "tolerance": share * size}
        )  # fmt: skip
    return pd.DataFrame(rows)


def standing(scores: Floats, tolerance: Floats) -> Ints:
    """Return how many mandates stand before each one, by the rule at the head of this module, row by row.

    Parameters
    ----------
    scores : rows x mandates x principles in the order they come in, more is better
    tolerance : principles, or rows x principles

    Returns
    -------
    rows x mandates; equal where mandates share a place

    Examples
    --------
    A tolerance of 5 keeps 100 and 96 level; 94 is beyond it. Of the two level ones the next principle decides.

    >>> standing(np.array([[[100.0, 1.0], [96.0, 2.0], [94.0, 9.0]]]), np.array([5.0, 0.0]))
    array([[1, 0, 2]])
    """
    rows, many, principles = scores.shape
    limits = np.broadcast_to(tolerance, (rows, principles))
    before = np.zeros((rows, many), np.int64)
    for at in range(principles):
        before = _parted(before, scores[:, :, at], limits[:, at])
    return before


def place_shares(before: Ints) -> Floats:
    """Return the share of rows in which each mandate has each place, mandates x places; a shared place is shared out.

    Parameters
    ----------
    before : rows x mandates, how many stand before each

    Examples
    --------
    >>> place_shares(np.array([[0, 0, 2], [0, 1, 2]]))
    array([[0.75, 0.25, 0.  ],
           [0.25, 0.75, 0.  ],
           [0.  , 0.  , 1.  ]])
    """
    level = (before[:, :, None] == before[:, None, :]).sum(axis=2)
    found = [((before <= at) & (at < before + level)) / level for at in range(before.shape[1])]
    return np.stack([one.mean(axis=0) for one in found], axis=1)


def _parted(before: Ints, score: Floats, tolerance: Floats) -> Ints:
    """Return who stands before whom after one more principle; rows x mandates, `tolerance` by row."""
    order = np.lexsort((-score, before), axis=1)
    level, sorted_score = np.take_along_axis(before, order, 1), np.take_along_axis(score, order, 1)
    best, first = sorted_score[:, 0], np.zeros(len(score), np.int64)
    found = np.zeros_like(before)
    for at in range(1, score.shape[1]):
        mine = sorted_score[:, at]
        rounding = SAME * np.maximum(np.abs(best), np.abs(mine))
        falls = (level[:, at] != level[:, at - 1]) | (best - mine > tolerance + rounding)
        best, first = np.where(falls, mine, best), np.where(falls, at, first)
        found[:, at] = first
    after = np.empty_like(before)
    np.put_along_axis(after, order, found, 1)
    return after


def _steps(medians: Floats, tolerance: Floats) -> Ints:
    """Return who stands before whom before the first principle and after each; principles + 1 x mandates."""
    steps = [np.zeros((1, len(medians)), np.int64)]
    for at in range(medians.shape[1]):
        steps.append(_parted(steps[-1], medians[None, :, at], tolerance[at : at + 1]))
    return np.concatenate(steps)


def _parts(steps: Ints, a: int, b: int) -> tuple[int, int]:
    """Return which principle in the row of them parts two mandates, and 1 where the first comes first, -1 or 0."""
    for at, before in enumerate(steps):
        if before[a] != before[b]:
            return at, 1 if before[a] < before[b] else -1
    return 0, 0


def _decision(
    names: tuple[str, ...],
    scores: Floats,
    medians: Floats,
    tolerance: Floats,
    steps: Ints,
    pairs: Floats,
    a: int,
    b: int,
) -> Decision:
    number, _ = _parts(steps, a, b)
    before, after = float(pairs[a, b]), float(pairs[b, a])
    if not number:
        no = float("nan")
        return Decision(names[a], names[b], 0, "", "", no, "", no, no, no, no, no, before, after, flips=False)
    at = number - 1
    one, limit = DECIDING[at], float(tolerance[at])
    level = np.flatnonzero(steps[number] == steps[number][a])
    top = max(level, key=lambda other: (medians[other, at], other == a))
    more = scores[:, a, at] - scores[:, b, at]
    rounding = SAME * np.maximum(np.abs(scores[:, a, at]), np.abs(scores[:, b, at]))
    low, middle, high = (float(end) for end in np.quantile(more, [LOW, 0.5, HIGH]))
    return Decision(
        names[a],
        names[b],
        number,
        one.name,
        one.unit,
        limit,
        names[top],
        float((more > limit + rounding).mean()),
        float((-more > limit + rounding).mean()),
        middle,
        low,
        high,
        before,
        after,
        flips=low <= 0 or after > LOW,
    )


def _order(
    names: tuple[str, ...], row: list[int], decisions: tuple[Decision, ...], places: Floats, medians: Floats, last: Ints
) -> pd.DataFrame:
    upto = np.cumsum(places, axis=1) + SAME
    rows: list[dict[str, object]] = []
    for at, one in enumerate(row):
        by = decisions[at - 1] if at and decisions[at - 1].principle else None
        told = {
            "place": int(last[one]) + 1,
            "mandate": names[one],
            "decided_at": by.principle if by else 0,
            "tolerance": by.tolerance if by else float("nan"),
            "unit": by.unit if by else "",
            "place_low": int(np.argmax(upto[one] >= LOW)) + 1,
            "place_high": int(np.argmax(upto[one] >= HIGH)) + 1,
        }
        signed = zip(DECIDING, medians[one], strict=True)
        rows.append({**told, **{m.name: abs(v) if not v else (v if m.more_is_better else -v) for m, v in signed}})
    return pd.DataFrame(rows)


def _orders(names: tuple[str, ...], by_draw: Ints) -> pd.DataFrame:
    found, many = np.unique(by_draw, axis=0, return_counts=True)
    words = []
    for before in found:
        row = np.argsort(before, kind="stable")
        links = [" = " if before[a] == before[b] else " > " for a, b in pairwise(row)]
        words.append("".join([names[row[0]], *(link + names[at] for link, at in zip(links, row[1:], strict=True))]))
    table = pd.DataFrame({"order": words, "probability": many / len(by_draw)})
    return table.sort_values("probability", ascending=False, kind="stable", ignore_index=True)


def sentences(ranking: Ranking) -> list[str]:
    """Return the ranking in plain sentences: what flips, draws left out, first places, decisions, tolerances."""
    said = [_flip(one) for one in ranking.decisions if one.flips]
    if ranking.left_out:
        every = ranking.draws + ranking.left_out
        said.append(f"{ranking.left_out:,} of {every:,} draws went astray and are left out under every mandate.")
    first = ranking.places[1].sort_values(ascending=False, kind="stable")
    shares = ", ".join(f"{name} {_probability(share)}" for name, share in first.items() if share > 0)
    said.append(f"First place by share of draws: {shares}.")
    place = dict(zip(ranking.order["mandate"], ranking.order["place"], strict=True))
    said += [_decides(one, int(place[one.winner])) for one in ranking.decisions]
    limits = [
        f"principle {row['principle']} {_amount(row['tolerance'], row['unit'])} "
        f"({100 * row['share']:g} % of {row['of']})"
        for row in ranking.tolerances.to_dict("records")
    ]
    said.append(f"Differences up to these count for nothing: {'; '.join(limits)}.")
    return said


def _flip(one: Decision) -> str:
    measure = _BY_NAME[one.measure]
    where = "inside the 90 % range" if one.q05 <= 0 else "in more than 5 % of draws"
    says = (
        f"The order of {one.winner} and {one.loser} flips {where}: at principle {one.principle} "
        f"({_what(measure)}) {one.winner} is better by {_figure(one.q05, one.unit)} to {_amount(one.q95, one.unit)}; "
        f"draw by draw {one.loser} stands before {one.winner} with probability {_probability(one.after)}."
    )
    if one.median <= 0:
        says += f" Its own median puts {one.winner} first there, yet in half of the draws or more it is not the better."
    if one.after > one.before:
        says += f" More draws put {one.loser} before {one.winner} than the other way round."
    return says


def _decides(one: Decision, place: int) -> str:
    if not one.principle:
        return (
            f"{one.winner} and {one.loser} share place {place}: at no principle do their medians differ by more than "
            f"the tolerance; draw by draw {one.winner} stands before {one.loser} with probability "
            f"{_probability(one.before)}, {one.loser} before {one.winner} {_probability(one.after)}."
        )
    level = max(1 - one.probability - one.probability_other, 0.0)
    figures = {name: _figure(getattr(one, name), one.unit) for name in ("q05", "q95", "tolerance")}
    says = (
        f"{one.winner} before {one.loser} at principle {one.principle}, probability {_probability(one.probability)}, "
        f"by {_amount(one.median, one.unit)} ({_what(_BY_NAME[one.measure])}; "
        f"90 % range {figures['q05']} to {figures['q95']}; tolerance {figures['tolerance']}; {one.loser} before "
        f"{one.winner} there {_probability(one.probability_other)}, no difference that counts {_probability(level)})."
    )
    if one.against != one.winner:
        says += f" {one.loser} falls short of {one.against} by more than the tolerance, {one.winner} does not."
    return says


def _what(measure: Measure) -> str:
    return measure.words if measure.more_is_better else f"{measure.words}, less is better"


def _figure(value: float, unit: str) -> str:
    """Return a number to three figures; shares in hundredths."""
    value = 100 * value if unit.startswith("share") else value
    if not np.isfinite(value) or value == 0:
        return "0" if value == 0 else "unknown"
    digits = 2 - int(np.floor(np.log10(abs(value))))
    rounded = round(value, digits)
    return f"{rounded:,.0f}" if digits <= 0 else f"{rounded:,.{digits}f}".rstrip("0").rstrip(".")


def _amount(value: float, unit: str) -> str:
    return f"{_figure(value, unit)} {'percentage points' if unit.startswith('share') else unit}"


def _probability(value: float) -> str:
    if 0 < value < 0.01:
        return "under 0.01"
    return "over 0.99" if 0.99 < value < 1 else f"{value:.2f}"


def what_would_change(outcome: Outcome, ranking: Ranking) -> pd.DataFrame:
    """Return what would change each decision between a mandate and the next.

    Parameters
    ----------
    outcome, ranking : the ranking of that outcome

    Returns
    -------
    Some rows a decision, with `winner`, `loser`, `principle`, the `kind` of change, `what` changes, its value `now` and
    the value `at` which it changes things, its `unit`, what comes `then`, and whether that `reverses` the two:

    - `larger tolerance`: from this tolerance on the principle no longer parts them;
    - `smaller tolerance`: of an earlier principle (any, of mandates that share a place): below it that one parts them;
    - `order of principles`: two neighbouring principles whose swap turns the two round, or `none`;
    - `assumption`: the parameter whose rank goes most with which of the two is better at the deciding measure, by rank
      `correlation`; `flipped_low` and `flipped_high` are the shares of draws in which the loser is better in the third
      of draws where it is lowest and highest; `at` is where the loser becomes the better in half of the draws, by
      isotonic regression over equal bins, NaN where that is nowhere in the range. `none` where no parameter goes with
      it more than the strongest of as many would by chance (5 %). One parameter at a time, rising or falling only.

    Raises
    ------
    ComparisonError
        The parameters have another number of draws than the values.
    """
    scores, used = deciding_scores(outcome)
    if len(outcome.parameters) != len(used):
        raise ComparisonError(
            f"Outcome, parameters: {len(outcome.parameters)} rows for {len(used)} draws. Give one row a draw, in order."
        )
    ranks = _Assumptions.of(outcome.parameters[used])
    tolerance, medians = ranking.tolerances["tolerance"].to_numpy(float), np.median(scores, axis=0)
    rows: list[dict[str, object]] = []
    for one in ranking.decisions:
        a, b = outcome.mandates.index(one.winner), outcome.mandates.index(one.loser)
        told = {"winner": one.winner, "loser": one.loser, "principle": one.principle}
        found = [*_by_tolerance(one, medians, tolerance, a, b), *_by_order(medians, tolerance, a, b)]
        if one.principle:
            more = scores[:, a, one.principle - 1] - scores[:, b, one.principle - 1]
            found.append(ranks.row(one, more))
        rows += [{**told, **row} for row in found]
    columns = ["winner", "loser", "principle", "kind", "what", "now", "at", "unit", "then", "reverses"]
    return pd.DataFrame(rows, columns=[*columns, "correlation", "flipped_low", "flipped_high"])


def _then(steps: Ints, a: int, b: int, numbers: tuple[int, ...]) -> dict[str, object]:
    """Return what parts two mandates after a change; `numbers` are the principles in the order they come in."""
    at, sign = _parts(steps, a, b)
    if not sign:
        return {"then": "they share a place", "reverses": False}
    way = "same order" if sign > 0 else "the other way round"
    return {"then": f"principle {numbers[at - 1]} decides, {way}", "reverses": sign < 0}


def _by_tolerance(one: Decision, medians: Floats, tolerance: Floats, a: int, b: int) -> list[dict[str, object]]:
    """Return the tolerance from which a principle no longer parts two, and those below which an earlier one does.

    Who is level changes only where a tolerance passes the difference of two medians, so only these are tried.
    """
    numbers, rows = tuple(measure.principle for measure in DECIDING), []
    for at, measure in enumerate(DECIDING[: one.principle or len(DECIDING)]):
        told = {"what": f"tolerance of {measure.name}", "now": tolerance[at], "unit": measure.unit}
        gaps = np.unique(np.abs(medians[:, None, at] - medians[None, :, at]))
        if at + 1 == one.principle:
            for gap in gaps[gaps > tolerance[at]]:
                steps = _steps(medians, np.where(np.arange(len(tolerance)) == at, gap, tolerance))
                if _parts(steps, a, b)[0] != one.principle:
                    rows.append({"kind": "larger tolerance", **told, "at": gap, **_then(steps, a, b, numbers)})
                    break
            continue
        lower = gaps[gaps <= tolerance[at]]
        for below, gap in reversed(list(pairwise(lower))):
            steps = _steps(medians, np.where(np.arange(len(tolerance)) == at, (below + gap) / 2, tolerance))
            if _parts(steps, a, b)[0] == at + 1:
                rows.append({"kind": "smaller tolerance", **told, "at": gap, **_then(steps, a, b, numbers)})
                break
    return rows


def _by_order(medians: Floats, tolerance: Floats, a: int, b: int) -> list[dict[str, object]]:
    """Return the swaps of neighbouring principles that turn two mandates round."""
    rows: list[dict[str, object]] = []
    _, now = _parts(_steps(medians, tolerance), a, b)
    for first in range(len(DECIDING) - 1):
        order = list(range(len(DECIDING)))
        order[first], order[first + 1] = first + 1, first
        steps = _steps(medians[:, order], tolerance[order])
        if now and _parts(steps, a, b)[1] == -now:
            numbers = tuple(DECIDING[at].principle for at in order)
            what = f"principles {numbers[first + 1]} and {numbers[first]} swapped"
            rows.append({"kind": "order of principles", "what": what, **_then(steps, a, b, numbers)})
    none = {"what": "none", "then": "no swap of neighbouring principles turns the two round", "reverses": False}
    return rows or [{"kind": "order of principles", **none}]


@dataclass(frozen=True, eq=False)
class _Assumptions:
    """What each draw assumed, and its ranks; only numbers that vary."""

    names: tuple[str, ...]
    values: Floats  # draws x parameters
    ranks: Floats  # standardised, draws x parameters

    @classmethod
    def of(cls, parameters: pd.DataFrame) -> _Assumptions:
        numbers = parameters.select_dtypes(["number", "bool"]).astype(float)
        kept = [name for name, one in numbers.items() if np.isfinite(one).all() and one.nunique() > 1]
        values = numbers[kept].to_numpy(float)
        return cls(tuple(str(name) for name in kept), values, _standard(rankdata(values, axis=0)))

    def row(self, one: Decision, more: Floats) -> dict[str, object]:
        """Return the assumption that goes most with who is better, where `more` is the winner's advantage by draw."""
        better = 0.5 + 0.5 * np.sign(np.where(np.abs(more) > SAME * np.abs(more).max(), more, 0.0))
        varies = better if np.ptp(better) > 0 else more
        correlation = _standard(rankdata(varies)) @ self.ranks / len(more)
        stands_out = float(norm.isf(_CHANCE / 2 / max(len(self.names), 1))) / np.sqrt(max(len(more) - 1, 1))
        if not len(correlation) or np.abs(correlation).max() <= stands_out:
            then = "no assumption stands out"
            return {"kind": "assumption", "what": "none", "then": then, "reverses": False}
        at = int(np.argmax(np.abs(correlation)))
        value, rising = self.values[:, at], bool(correlation[at] > 0)
        low, high = np.quantile(value, [1 / 3, 2 / 3])
        crosses = _crossing(value, better, rising=rising)
        then = "none in the range"
        if np.isfinite(crosses):
            then = f"{'below' if rising else 'above'} {crosses:.3g} {one.loser} is the better in most draws"
        return {
            "kind": "assumption",
            "what": self.names[at],
            "now": float(np.median(value)),
            "at": crosses,
            "then": then,
            "reverses": bool(np.isfinite(crosses)),
            "correlation": float(correlation[at]),
            "flipped_low": float(1 - better[value <= low].mean()),
            "flipped_high": float(1 - better[value >= high].mean()),
        }


def _standard(ranks: Floats) -> Floats:
    spread = ranks.std(axis=0)
    return np.asarray((ranks - ranks.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _crossing(value: Floats, better: Floats, *, rising: bool) -> float:
    """Return where the winner's chance to be better crosses one half as an assumption grows; NaN where it never does.

    Draws are sorted into equal bins first: isotonic regression on single draws follows the last few at either end.
    """
    bins = int(np.clip(len(value) // _IN_BIN, *_BINS))
    edges = np.unique(np.quantile(value, np.arange(1, bins) / bins))
    _, place, many = np.unique(np.searchsorted(edges, value, side="right"), return_inverse=True, return_counts=True)
    centre = np.bincount(place, value) / many
    chance = isotonic_regression(np.bincount(place, better) / many, weights=many, increasing=rising).x
    less = chance < 0.5
    if less.all() or not less.any():
        return float("nan")
    at = int(np.flatnonzero(less[1:] != less[:-1])[0])
    part = (0.5 - chance[at]) / (chance[at + 1] - chance[at])
    return float(centre[at] + part * (centre[at + 1] - centre[at]))
