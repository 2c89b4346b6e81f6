"""`interdict`: which sites to hold so that whoever knows them all still has the longest cheapest way.

Shortest-path interdiction of Israeli and Wood (2002), "Shortest-path network interdiction", Networks 40(2): the
defender holds sites, the other side sees them and takes the cheapest way left. The inner problem is replaced by its
dual, a potential of every node, which makes one mixed-integer program. Nothing here knows who travels: it is what a
network allows, not what anybody was seen to do.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from toguna.core.errors import PlanError
from toguna.planning.contract import Bools, Floats, Ints, Network, contract
from toguna.planning.cover_bound import quiet_solver

SAME = 1e-6  # share of the value below which a bound and a value are one, the tolerance of the solver
_NEVER_ZERO = 1e-300  # a weight of exactly 0 is no link to a sparse matrix; this vanishes in any sum


@dataclass(frozen=True, eq=False)
class Interdiction:
    """Sites to hold, the cheapest way they leave, and what no choice of sites can beat.

    Attributes
    ----------
    sites : numbers of the sites held, ascending
    before : cost of the cheapest way with no site held; with `each`, the mean over targets
    value : the same with these sites held; inf where no way is left
    bound : proved: no choice makes it longer than this
    is_optimal : the bound is reached, to a millionth
    seconds : it took
    nodes, links : of the network after contraction
    """

    sites: Ints
    before: float
    value: float
    bound: float
    is_optimal: bool
    seconds: float
    nodes: int
    links: int

    @property
    def gap(self) -> float:
        """Most that a better plan could add, as a share of the value."""
        if self.is_optimal or self.bound <= self.value:
            return 0.0
        return (self.bound - self.value) / self.value if self.value > 0 else float("inf")

    def __str__(self) -> str:
        """Return the plan in a sentence."""
        if np.isinf(self.value):
            return f"{len(self.sites)} sites leave no way at all, where the cheapest took {self.before:.1f}"
        proof = "no plan leaves a longer one" if self.is_optimal else f"no plan leaves one above {self.bound:.1f}"
        return (
            f"{len(self.sites)} sites raise the cheapest way from {self.before:.1f} to {self.value:.1f}; {proof} "
            f"(gap {self.gap:.2%}, {self.seconds:.1f} s)"
        )


def interdict(
    network: Network,
    sources: Sequence[int] | Ints,
    targets: Sequence[int] | Ints,
    teams: int,
    *,
    delay: float = np.inf,
    each: bool = False,
    start: Sequence[int] | Ints = (),
    time_limit: float = 60.0,
) -> Interdiction:
    """Return at most `teams` sites that leave the longest cheapest way from any source to a target, with a bound.

    Parameters
    ----------
    network : links with what each costs, and the sites a way meets on links and at nodes
    sources, targets : nodes where ways begin and end; a site at the end of a way is not met by it
    delay : what a held site adds to a way each time it is met, in units of cost; inf closes it
    each : the mean over targets of the cheapest way to each, in place of the cheapest to any
    start : a plan that is known, to be no worse than
    time_limit : seconds, after which the best plan so far is returned with the bound proved by then

    Raises
    ------
    PlanError
        No way leads from a source to a target, a node is both, or the numbers make no sense.

    Examples
    --------
    >>> links = np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3]), np.array([1.0, 2.0, 1.0, 2.0])
    >>> two_ways = Network(*links, sparse.csr_array(np.eye(4)), sparse.csr_array((4, 4)))
    >>> found = interdict(two_ways, [0], [3], 1, delay=5.0)
    >>> found.before, found.value, found.bound
    (2.0, 4.0, 4.0)
    """
    began = time.perf_counter()
    _check(network, sources, targets, teams, delay, each=each)
    until = began + time_limit
    asked = _Asked(network, np.unique(sources), np.unique(targets), min(int(teams), network.sites), each)
    before = cheapest(network, asked.sources, asked.targets, each=each)
    if not np.isfinite(before):
        raise PlanError("No way leads from the sources to the targets; nothing is left to hold. Name other places.")
    first = np.unique(np.asarray(start, dtype=np.int64))
    solved = _close(asked, before, first, until) if np.isinf(delay) else _slow(asked, float(delay), first, until)
    same = solved.bound <= solved.value + SAME * max(abs(solved.value), 1.0) or np.isinf(solved.value)
    return Interdiction(
        np.sort(solved.sites),
        before,
        solved.value,
        max(solved.value, solved.bound),
        bool(same),
        time.perf_counter() - began,
        solved.nodes,
        solved.links,
    )


def cheapest(
    network: Network,
    sources: Sequence[int] | Ints,
    targets: Sequence[int] | Ints,
    held: Sequence[int] | Ints = (),
    *,
    delay: float = np.inf,
    each: bool = False,
) -> float:
    """Return the cost of the cheapest way from any source to any target while sites are held; inf where none is left.

    Parameters
    ----------
    network, sources, targets, delay, each : as for `interdict`
    held : numbers of the sites held
    """
    arcs = _arcs(network, np.unique(sources), np.unique(targets), each=each)
    return _value(arcs, _search(arcs, np.asarray(held, dtype=np.int64), delay)[0])


def _check(network: Network, sources: Any, targets: Any, teams: float, delay: float, *, each: bool) -> None:
    if not (teams >= 0 and float(teams).is_integer()):
        raise PlanError(f"{teams} teams cannot hold sites; ask for a whole number, 0 or more.")
    if not delay >= 0:
        raise PlanError(f"A delay of {delay} h makes no sense; give 0 or more, or inf for a site that closes.")
    if each and np.isinf(delay):
        raise PlanError(
            "A mean over targets needs a finite delay: with closed sites it is infinite once one is cut off."
        )
    if not len(sources) or not len(targets):
        raise PlanError("Name at least one source and one target for the cheapest way.")
    both = np.intersect1d(sources, targets)
    if len(both):
        raise PlanError(f"Node {both[0]} is both source and target; take it out of one of the two.")
    if np.any(np.asarray(network.cost) < 0) or np.isnan(network.cost).any():
        raise PlanError("Links must cost 0 or more; give inf where one cannot be passed.")


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is asked for."""

    network: Network
    sources: Ints
    targets: Ints
    teams: int
    each: bool


@dataclass(frozen=True, eq=False)
class _Solved:
    """Sites, value and bound on the network that was solved."""

    sites: Ints
    value: float
    bound: float
    nodes: int
    links: int


@dataclass(frozen=True, eq=False)
class _Arcs:
    """One-way arcs with a common beginning, node `nodes`, and an end for all targets or each, the numbers after it.

    Attributes
    ----------
    tail, head, cost : of each arc
    met : arcs x sites, how often an arc meets a site
    """

    tail: Ints
    head: Ints
    cost: Floats
    met: sparse.csr_array = field(repr=False)
    nodes: int
    ends: int

    @property
    def size(self) -> int:
        """Nodes with the common beginning and the ends."""
        return self.nodes + 1 + self.ends


def _arcs(network: Network, sources: Ints, targets: Ints, *, each: bool) -> _Arcs:
    """Return the arcs: a way meets a site at a node when it enters it and goes on, not when it ends there."""
    nodes, sites = network.nodes, network.sites
    tail = np.concatenate([network.start, network.end])
    head = np.concatenate([network.end, network.start])
    cost = np.tile(network.cost, 2)
    on = sparse.vstack([network.on_links, network.on_links]).tocsr()
    end_of = np.full(nodes, -1)
    end_of[targets] = nodes + 1 + (np.arange(len(targets)) if each else 0)
    last = np.flatnonzero(end_of[head] >= 0)
    out = (np.full(len(sources), nodes), sources, np.zeros(len(sources)), sparse.csr_array((len(sources), sites)))
    parts = [
        (tail, head, cost, on + sparse.csr_array(network.at_nodes)[head]),
        (tail[last], end_of[head[last]], cost[last], on[last]),
        out,
    ]
    met = sparse.csr_array(sparse.vstack([part[3] for part in parts]), dtype=float)
    tails, heads, costs = (np.concatenate([part[at] for part in parts]) for at in (0, 1, 2))
    ends = len(targets) if each else 1
    return _Arcs(tails.astype(np.int64), heads.astype(np.int64), costs.astype(float), met, nodes, ends)


def _search(arcs: _Arcs, held: Ints, delay: float) -> tuple[Floats, Ints, Ints]:
    """Return cost from the beginning to each node, and for each node the arc by which it is reached (-1: none)."""
    meets = np.zeros(arcs.met.shape[1])
    meets[held] = 1.0
    often = arcs.met @ meets
    cost = arcs.cost + np.where(often > 0, delay * np.maximum(often, 1e-300), 0.0)
    order = np.lexsort((cost, arcs.head, arcs.tail))
    tail, head = arcs.tail[order], arcs.head[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    order = order[first & np.isfinite(cost[order])]
    tail, head = arcs.tail[order], arcs.head[order]
    weight = np.maximum(cost[order], _NEVER_ZERO)
    matrix = sparse.csr_array((weight, (tail, head)), shape=(arcs.size, arcs.size))
    far, before = dijkstra(matrix, indices=arcs.nodes, return_predecessors=True)
    by = np.full(arcs.size, -1)
    reaches = before[head] == tail
    by[head[reaches]] = order[reaches]
    return np.asarray(far), np.asarray(before, dtype=np.int64), by


def _value(arcs: _Arcs, far: Floats) -> float:
    return float(far[arcs.nodes + 1 :].mean())


def _on_the_way(arcs: _Arcs, before: Ints, by: Ints) -> Ints:
    """Return the sites met on the cheapest ways to the ends."""
    used: set[int] = set()
    for end in range(arcs.nodes + 1, arcs.size):
        node = end
        while by[node] >= 0 and int(by[node]) not in used:
            used.add(int(by[node]))
            node = int(before[node])
    return np.unique(arcs.met[sorted(used)].indices) if used else np.zeros(0, dtype=np.int64)


def _greedy(arcs: _Arcs, teams: int, delay: float) -> Ints:
    """Return sites held one by one, each where the cheapest way left is longest; only one on it can lengthen it."""
    held: list[int] = []
    for _ in range(teams):
        _, before, by = _search(arcs, np.array(held, dtype=np.int64), delay)
        near = [int(site) for site in _on_the_way(arcs, before, by) if site not in held]
        if not near:
            break
        values = [_value(arcs, _search(arcs, np.array([*held, site]), delay)[0]) for site in near]
        held.append(near[int(np.argmax(values))])
    return np.array(held, dtype=np.int64)


def _slow(asked: _Asked, delay: float, start: Ints, until: float) -> _Solved:
    """Return sites that add a finite delay."""
    whole = _arcs(asked.network, asked.sources, asked.targets, each=asked.each)
    terminals = np.concatenate([asked.sources, asked.targets])
    small = contract(_within(asked, whole, delay), terminals)
    number = np.full(asked.network.nodes, -1)
    number[small.nodes] = np.arange(len(small.nodes))
    arcs = _arcs(small.network, number[asked.sources], number[asked.targets], each=asked.each)
    plans = [_greedy(arcs, asked.teams, delay), start[: asked.teams]]
    best = max(plans, key=lambda held: _value(whole, _search(whole, held, delay)[0]))
    value = _value(whole, _search(whole, best, delay)[0])
    every = np.arange(asked.network.sites)
    bound = _value(whole, _search(whole, every, delay)[0])
    if bound > value + SAME * max(value, 1.0) and time.perf_counter() < until:
        found, proved = _solve(arcs, asked.teams, delay, best, until - time.perf_counter())
        other = _value(whole, _search(whole, found, delay)[0])
        best, value = (found, other) if other > value else (best, value)
        bound = min(bound, proved)
    return _Solved(best, value, bound, len(small.nodes), len(small.ways))


def _within(asked: _Asked, arcs: _Arcs, delay: float) -> Network:
    """Return the network without links on which no way is cheaper than the dearest that any plan leaves."""
    network = asked.network
    most = float(_search(arcs, np.arange(network.sites), delay)[0][arcs.nodes + 1 :].max())
    if not np.isfinite(most):
        return network
    size = network.nodes
    out = _search(arcs, np.zeros(0, dtype=np.int64), delay)[0][:size]
    back = _search(_arcs(network, asked.targets, asked.sources, each=False), np.zeros(0, dtype=np.int64), delay)[0]
    a, b = network.start, network.end
    least = network.cost + np.minimum(out[a] + back[b], out[b] + back[a])
    stays = np.flatnonzero(least <= most * (1 + 1e-9) + 1e-9)
    on = sparse.csr_array(network.on_links)[stays]
    return Network(a[stays], b[stays], network.cost[stays], on, network.at_nodes)


def _close(asked: _Asked, before: float, start: Ints, until: float) -> _Solved:
    """Return sites that close what they hold, by delays so long that nobody accepts one.

    Where the best value with a delay is below the delay, the cheapest way meets no held site, so that closing would
    give the same value; and closing never gives less for any plan. So the plan and the bound are those for closing.
    """
    network = asked.network
    passable = np.where(np.isfinite(network.cost), 0.0, np.inf)
    counted = Network(network.start, network.end, passable, network.on_links, network.at_nodes)
    cut = _slow(_Asked(counted, asked.sources, asked.targets, asked.teams, each=False), 1.0, start, until)
    if cut.value > 0.5:
        return _Solved(cut.sites, np.inf, np.inf, cut.nodes, cut.links)
    delay, longest = 2 * max(before, 1e-6), float(network.cost[np.isfinite(network.cost)].sum()) + 1.0
    while True:
        delay = min(delay, longest)
        solved = _slow(asked, delay, start, until)
        if solved.bound < delay or delay >= longest or time.perf_counter() >= until:
            break
        delay *= 2
    left = cheapest(network, asked.sources, asked.targets, solved.sites)
    can_be_cut = cut.bound >= 1.0 - SAME
    bound = solved.bound if solved.bound < delay else longest
    return _Solved(solved.sites, left, np.inf if can_be_cut else bound, solved.nodes, solved.links)


def _solve(arcs: _Arcs, teams: int, delay: float, start: Ints, seconds: float) -> tuple[Ints, float]:
    """Return the sites HiGHS finds and the bound it proves: max mean of potentials at the ends.

    Each arc u -> v: potential v - potential u - delay x often x held <= cost. A potential lies between the cost with no
    site held and that with all held; no arc needs a longer delay than these leave it, which makes the program tight.
    """
    least = _search(arcs, np.zeros(0, dtype=np.int64), delay)[0]
    most = _search(arcs, np.arange(arcs.met.shape[1]), delay)[0]
    used = np.flatnonzero(np.isfinite(arcs.cost) & np.isfinite(least[arcs.tail]) & np.isfinite(most[arcs.head]))
    used = used[least[arcs.tail[used]] + arcs.cost[used] < most[arcs.head[used]]]  # the others never bind
    tail, head, cost = arcs.tail[used], arcs.head[used], arcs.cost[used]
    met = arcs.met[used]
    sites = np.unique(met.indices)
    met = met[:, sites].tocoo()
    longest = np.minimum(delay * met.data, (most[head] - least[tail] - cost)[met.row])
    rows, many = np.arange(len(used)), len(sites)
    matrix = sparse.csr_array(
        (
            np.concatenate([-longest, -np.ones(len(used)), np.ones(len(used)), np.ones(many)]),
            (
                np.concatenate([met.row, rows, rows, np.full(many, len(used))]),
                np.concatenate([met.col, many + tail, many + head, np.arange(many)]),
            ),
        ),
        shape=(len(used) + 1, many + arcs.size),
    )
    reached = np.isfinite(most)
    low, high = (np.where(reached, far, 0.0) for far in (least, most))
    objective = np.zeros(many + arcs.size)
    objective[many + arcs.nodes + 1 :] = 1.0 / arcs.ends
    limits = np.concatenate([cost, [float(teams)]])
    bounds = np.concatenate([np.zeros(many), low]), np.concatenate([np.ones(many), high])
    found, proved = maximise(objective, matrix, limits, bounds, many, np.isin(sites, start), seconds=seconds)
    return sites[found], proved


def maximise(
    objective: Floats,
    matrix: sparse.csr_array,
    limits: Floats,
    bounds: tuple[Floats, Floats],
    many: int,
    start: Bools,
    *,
    seconds: float,
) -> tuple[Ints, float]:
    """Return which of the first columns, 0 or 1 each, HiGHS sets to 1, and the bound it proves (inf: none).

    Parameters
    ----------
    objective : of each column, made as large as can be
    matrix, limits : rows x columns, and the most each row may be
    bounds : least and most of each column
    many : how many columns are whole
    start : values of these in a choice that is known
    seconds : after which HiGHS stops
    """
    import highspy

    solver = quiet_solver()
    options = {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-7, "time_limit": max(seconds, 0.01)}
    for name, option in options.items():
        solver.setOptionValue(name, option)
    rows, columns = matrix.shape
    solver.passModel(
        columns, rows, matrix.nnz,
        int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMaximize), 0.0,
        objective, *bounds, np.full(rows, -highspy.kHighsInf), limits,
        matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        (np.arange(columns) < many).astype(np.int32),
    )  # fmt: skip
    solver.setSolution(many, np.arange(many, dtype=np.int32), start.astype(float))
    solver.run()
    found = np.asarray(solver.getSolution().col_value)[:many]
    held = np.flatnonzero(found > 0.5) if len(found) == many else np.flatnonzero(start)
    status = highspy.HighsModelStatus
    proved = solver.getModelStatus() in {status.kOptimal, status.kTimeLimit, status.kInterrupt}
    return held.astype(np.int64), float(solver.getInfo().mip_dual_bound) if proved else np.inf
