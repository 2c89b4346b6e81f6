"""`decomposable`: the number of people averaged over all decomposable graphs of the lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from toguna.accounts.estimation.graphs import Graph, decomposable_graphs
from toguna.accounts.estimation.lists import Floats, Ints, Lists, read_lists
from toguna.accounts.estimation.priors import PriorOnN, named
from toguna.core.errors import AskError

_BLOCK = 64  # graphs at a time
_TAIL = 1e-6  # probability that may lie outside the numbers looked at, on each side
_ONE_BY_ONE = 20_000  # numbers missing looked at one by one; when more, half of them in growing steps
_ROUGH = 1_000
_LIKELY = 1e-4  # graphs less likely lie elsewhere, where nobody looked
_WIDEST = 2_000  # times the people seen


@dataclass(frozen=True, eq=False)
class GraphAverage:
    """The number of people, averaged over all decomposable graphs.

    Attributes
    ----------
    people : numbers of people looked at, shape (numbers,)
    weight : probability of each, shape (numbers,)
    N : median, people
    mean, mode, relative : mean; likeliest; the number with the least expected squared relative error, people
    low, high : ends of the interval, people
    level : of the interval
    delta : people added to each cell by the prior
    prior : on N, what it is called
    graphs : one row a graph, likeliest first: `graph`, `probability`, and of each alone `N` (median), `mean`,
        `relative`, `mode`, `low`, `high`; NaN for graphs with a probability below 0.0001
    by_delta : the same numbers for each delta and prior on N: `delta`, `prior`, `N`, `low`, `high`, `mode`, `top`
        (graph), `probability` (of it)
    remarks : what a reader must know
    """

    people: Floats = field(repr=False)
    weight: Floats = field(repr=False)
    N: float
    mean: float
    mode: float
    relative: float
    low: float
    high: float
    level: float
    delta: float
    prior: str
    graphs: pd.DataFrame = field(repr=False)
    by_delta: pd.DataFrame = field(repr=False)
    remarks: tuple[str, ...] = ()

    def draws(self, size: int, rng: np.random.Generator) -> Floats:
        """Return draws of the number of people, shape (size,)."""
        at = np.searchsorted(np.cumsum(self.weight), rng.random(size))
        return self.people[np.minimum(at, len(self.people) - 1)]

    def __str__(self) -> str:
        """Return the average for every delta and prior looked at, the likeliest graphs, and remarks."""
        lines = [f"Average over {len(self.graphs)} decomposable graphs, people (median and {self.level:.0%} interval)"]
        for _, row in self.by_delta.iterrows():
            lines.append(
                f"  delta {row['delta']:<7.4g} prior {row['prior']}: {row['N']:,.0f} "
                f"({row['low']:,.0f} to {row['high']:,.0f}), likeliest {row['top']} ({row['probability']:.2f})"
            )
        return "\n".join([*lines, *(f"  {one}" for one in self.remarks)])


def decomposable(
    data: Any,
    delta: float | Sequence[float] | None = None,
    *,
    prior: str | PriorOnN = "1/N",
    missing: tuple[int, int] | None = None,
    level: float = 0.95,
) -> GraphAverage:
    """Return the number of people averaged over all decomposable graphs of three to six lists (Madigan and York 1997).

    A graph's cell probabilities have a hyper-Dirichlet prior (Dawid and Lauritzen 1993): every clique and separator C
    is Dirichlet with delta 2^(k - |C|) in each of its cells. For N people, u of them on no list,
    p(counts, N | graph) = p(N) N! / (u! prod x!) prod over cliques D(C) / prod over separators D(S), where D is the
    Dirichlet-multinomial of a margin. Graphs are equally likely before.

    Parameters
    ----------
    data : as in `read_lists`
    delta : added to each cell, one or several: the first is the answer, all are shown; default 2^-k, 1/2 and 1
    prior : on N: "1/N", "flat", a `NegativeBinomial(a, b)`, or log weights as a function of N
    missing : fewest and most people on no list looked at; default: from 1 to where no probability is left
    level : of the interval

    Raises
    ------
    AskError
        Lists that tell nothing; more than six; a delta not above 0; no number of people missing to look at.

    Examples
    --------
    >>> print(decomposable([60, 49, 4, 247, 112, 142, 12]))
    Average over 8 decomposable graphs, people (median and 95% interval)
      delta 0.125 ...
    """
    lists = read_lists(data)
    given = (2.0**-lists.number, 0.5, 1.0) if delta is None else tuple(np.atleast_1d(delta).astype(float).tolist())
    if not given or min(given) <= 0:
        raise AskError(f"Delta is {min(given, default=0):g}. Give people added to each cell, above 0; 2^-k is usual.")
    if missing is not None and not 0 <= missing[0] <= missing[1]:
        raise AskError(f"Missing goes from {missing[0]} to {missing[1]}. Give the fewest and the most, from 0.")
    name, weights = named(prior)
    found = [_average(lists, one, name, weights, missing, level) for one in given]
    by_delta = pd.DataFrame([_row(one) for one in found])
    first = found[0]
    return GraphAverage(**{**first.__dict__, "by_delta": by_delta})


def _row(one: GraphAverage) -> dict[str, object]:
    top = one.graphs.iloc[0]
    return {
        "delta": one.delta, "prior": one.prior, "N": one.N, "low": one.low, "high": one.high, "mode": one.mode,
        "top": top["graph"], "probability": top["probability"],
    }  # fmt: skip


def _average(
    lists: Lists, delta: float, name: str, prior: PriorOnN, missing: tuple[int, int] | None, level: float
) -> GraphAverage:
    """Return the average for one delta, over as many numbers missing as hold all the probability."""
    graphs = decomposable_graphs(lists.number)
    remarks: list[str] = []
    evidence, kept = np.zeros(len(graphs)), np.arange(len(graphs))
    if missing is not None:
        unseen, width = _steps(*missing)
    else:
        # First a rough look over everything, then a fine one where there is probability.
        rough = np.unique(np.round(np.concatenate([np.arange(1, 50), np.geomspace(50, _WIDEST * lists.seen, _ROUGH)])))
        _, evidence, weight = _posterior(lists, graphs, rough, _widths(rough), delta, prior)
        kept = _likeliest(evidence)
        upto = np.cumsum(weight / weight.sum())
        first, last = np.searchsorted(upto, [_TAIL, 1 - _TAIL])
        if last >= len(rough) - 2:
            remarks.append(
                f"Numbers of people beyond {rough[-1]:,.0f} still have some probability: the upper end is set by where "
                "the search stopped."
            )
        unseen, width = _steps(int(rough[max(first - 2, 0)]), int(rough[min(last + 2, len(rough) - 1)]))
    found = _posterior(lists, tuple(graphs[at] for at in kept), unseen, width, delta, prior)
    evidence[kept] = found[1]
    return _summary(lists, graphs, kept, evidence, found, unseen, width, delta, name, level, remarks)


def _likeliest(evidence: Floats) -> Ints:
    """Return the numbers of the graphs that hold all the probability but a little."""
    probability = np.exp(evidence - evidence.max())
    order = np.argsort(-probability, kind="stable")
    upto = np.cumsum(probability[order]) / probability.sum()
    return np.sort(order[: int(np.searchsorted(upto, 1 - _TAIL)) + 1])


def _steps(fewest: int, most: int) -> tuple[Floats, Floats]:
    """Return numbers missing and how many each stands for: one by one, and in growing steps when there are too many."""
    if most - fewest <= _ONE_BY_ONE:
        unseen = np.arange(fewest, most + 1, dtype=float)
    else:
        fine = _ONE_BY_ONE // 2
        growing = np.geomspace(fewest + fine, most, fine)
        unseen = np.unique(np.round(np.concatenate([np.arange(fewest, fewest + fine, dtype=float), growing])))
    return unseen, _widths(unseen)


def _widths(unseen: Floats) -> Floats:
    """Return how many whole numbers each of some ascending ones stands for."""
    edges = np.concatenate([[unseen[0] - 0.5], (unseen[1:] + unseen[:-1]) / 2, [unseen[-1] + 0.5]])
    return np.diff(edges)


def _margins(lists: Lists, unseen: Floats, delta: float) -> Floats:
    """Return the log Dirichlet-multinomial, without its coefficient, of every margin; shape (2^k, numbers)."""
    width, cells = lists.number, lists.cells
    people = lists.seen + unseen
    whole = gammaln(delta * 2**width) - gammaln(people + delta * 2**width)
    found = np.zeros((2**width, len(unseen)))
    for members in range(1, 2**width):
        size = members.bit_count()
        prior = delta * 2 ** (width - size)
        margin = np.bincount(np.arange(2**width) & members, weights=cells, minlength=2**width)
        keys = np.unique(np.arange(2**width) & members)[1:]
        seen = float((gammaln(margin[keys] + prior) - gammaln(prior)).sum())
        found[members] = whole + seen + gammaln(margin[0] + unseen + prior) - gammaln(prior)
    return found


def _posterior(
    lists: Lists, graphs: tuple[Graph, ...], unseen: Floats, width: Floats, delta: float, prior: PriorOnN
) -> tuple[Callable[[int], Floats], Floats, Floats]:
    """Return log weights of a graph as a function of its number, log evidence of all, weight of numbers missing."""
    people = lists.seen + unseen
    shared = gammaln(people + 1) - gammaln(unseen + 1) + prior(people) + np.log(width)
    margins = _margins(lists, unseen, delta)

    def into(graph: int, log: Floats) -> None:
        np.copyto(log, shared)
        for clique in graphs[graph].cliques:
            log += margins[clique]
        for separator in graphs[graph].separators:
            if separator:  # the empty margin is 1
                log -= margins[separator]

    room = np.empty((min(_BLOCK, len(graphs)), len(unseen)))
    top, total, evidence = -np.inf, np.zeros(len(unseen)), np.zeros(len(graphs))
    for start in range(0, len(graphs), _BLOCK):
        log = room[: len(graphs) - start]
        for at in range(len(log)):
            into(start + at, log[at])
        most = log.max(axis=1)
        log -= most[:, None]
        np.exp(log, out=log)
        evidence[start : start + len(log)] = most + np.log(log.sum(axis=1))
        if (new := most.max()) > top:
            total *= np.exp(top - new)
            top = new
        total += np.exp(most - top) @ log

    def of_one(graph: int) -> Floats:
        found = np.empty(len(unseen))
        into(graph, found)
        return found

    return of_one, evidence, total


def _summary(
    lists: Lists, graphs: tuple[Graph, ...], kept: Ints, evidence: Floats,
    found: tuple[Callable[[int], Floats], Floats, Floats], unseen: Floats, width: Floats, delta: float, name: str,
    level: float, remarks: Sequence[str],
) -> GraphAverage:  # fmt: skip
    """Return the average; kept: graphs it was taken over; found: what `_posterior` says of them."""
    people = lists.seen + unseen
    of_one, _, total = found
    probability = np.exp(evidence - evidence.max())
    probability /= probability.sum()
    table = pd.DataFrame({"graph": [graph.written(lists.number) for graph in graphs], "probability": probability})
    rows = np.full((len(graphs), 6), np.nan)
    for at in np.flatnonzero(probability[kept] >= _LIKELY):
        log = of_one(int(at))
        each = np.exp(log - log.max())
        rows[kept[at]] = _numbers(people, each / each.sum(), width, level)
    table[["N", "mean", "relative", "mode", "low", "high"]] = rows
    table = table.sort_values("probability", ascending=False, kind="stable").reset_index(drop=True)
    weight = total / total.sum()
    median, mean, relative, mode, low, high = _numbers(people, weight, width, level)
    return GraphAverage(
        people,
        weight,
        median,
        mean,
        mode,
        relative,
        low,
        high,
        level,
        delta,
        name,
        table,
        pd.DataFrame(),
        tuple(remarks),
    )


def _numbers(people: Floats, weight: Floats, width: Floats, level: float) -> tuple[float, ...]:
    """Return median, mean, least relative error, mode and interval of a posterior, people."""
    upto = np.cumsum(weight)
    at = np.minimum(np.searchsorted(upto, [0.5, (1 - level) / 2, (1 + level) / 2]), len(people) - 1)
    median, low, high = people[at]
    # E(1/N) / E(1/N^2) has the least expected squared relative error (Madigan and York 1997).
    relative = (weight / people).sum() / (weight / people**2).sum()
    return tuple(
        float(one) for one in (median, weight @ people, relative, people[np.argmax(weight / width)], low, high)
    )
