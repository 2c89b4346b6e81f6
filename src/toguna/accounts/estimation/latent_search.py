"""The compiled chain of the latent-class model: a Gibbs sweep over patterns, and moves that hold no people at all.

The posterior of class sizes and capture chances, given who was seen, has the number of people summed out: with a prior
of 1/N it is prior x prod over patterns (chance of the pattern / chance of being seen)^people. A sweep draws the people
on no list and everybody's class, pattern by pattern, and then the parameters; it alone moves slowly along the ridge on
which a class grows as its members become harder to see. The other moves walk on that ridge, or swap classes, and are
accepted by the same posterior (Metropolis and Hastings), so that together they leave it as it is.
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator, no-any-return"

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

from toguna.accounts.estimation.lists import Bools, Floats, Ints

TINY = 1e-100  # the smallest concentration: below, logs of class sizes lose their digits
ALPHA, UNSEEN, MISSING, CLASSES = range(
    4
)  # columns of what is kept: concentration, chance unseen, people, classes above 1%
KEPT = 4


@nb.njit(cache=True, nogil=True)
def _log_gamma_draw(rng: Any, shape: float) -> float:
    """Return the log of a gamma draw with scale 1, also where the draw itself would be 0."""
    if shape >= 1.0:
        return np.log(rng.standard_gamma(shape))
    return np.log(rng.standard_gamma(shape + 1.0)) + np.log(1.0 - rng.random()) / shape


@nb.njit(cache=True, nogil=True)
def _log_add(a: float, b: float) -> float:
    high, low = max(a, b), min(a, b)
    if high == -np.inf:
        return high
    return high + np.log1p(np.exp(low - high))


@nb.njit(cache=True, nogil=True)
def _split(rng: Any, a: float, b: float) -> Any:
    """Return logs of a beta draw and of what it leaves."""
    x, y = _log_gamma_draw(rng, a), _log_gamma_draw(rng, b)
    both = _log_add(x, y)
    return x - both, y - both


@nb.njit(cache=True, nogil=True)
def _chances(patterns: Bools, on: Floats, k: int, chance: Floats) -> None:
    """Fill in the chance of each pattern, and last of none, in class k; on: log odds of being on each list."""
    none = 1.0
    for j in range(patterns.shape[1]):
        none /= 1.0 + np.exp(on[k, j])
    chance[:] = none
    for j in range(patterns.shape[1]):
        odds = np.exp(on[k, j])
        for p in range(len(patterns)):
            if patterns[p, j]:
                chance[p] *= odds


@nb.njit(cache=True, nogil=True)
def _likelihood(people: Ints, seen: int, mix: Floats) -> float:
    """Return the log chance of the patterns seen, given being seen; mix: chance of each, last of none."""
    shown = 0.0
    found = 0.0
    for p in range(len(people)):
        shown += mix[p]
        if mix[p] <= 0.0:
            return -np.inf
        found += people[p] * np.log(mix[p])
    return found - seen * np.log(shown)


@nb.njit(cache=True, nogil=True)
def _log_prior(log_pi: Floats, alpha: float) -> float:
    """Return the log density of class sizes, by their softmax coordinates, but for a constant.

    Stick-breaking with beta(1, alpha) is (alpha - 1) log pi_K - sum over k = 2..K-1 of log(pi_k + ... + pi_K) in the
    sizes; the last term is what softmax coordinates add.
    """
    last = len(log_pi) - 1
    found = (alpha - 1.0) * log_pi[last] + log_pi[last] + log_pi[0]
    rest = log_pi[last]
    for k in range(last - 1, 0, -1):
        rest = _log_add(rest, log_pi[k])
        found += log_pi[k] - rest
    return found


@nb.njit(cache=True, nogil=True)
def begin(rng: Any, patterns: Bools, alpha: float, log_pi: Floats, on: Floats, chance: Floats) -> None:
    """Fill in class sizes and log odds of capture drawn from the prior, and chances of patterns."""
    _sizes(rng, alpha, np.zeros(len(log_pi), np.int64), log_pi)
    for k in range(on.shape[0]):
        for j in range(on.shape[1]):
            yes, no = _split(rng, 1.0, 1.0)
            on[k, j] = yes - no
        _chances(patterns, on, k, chance[k])


@nb.njit(cache=True, nogil=True)
def _sizes(rng: Any, alpha: float, members: Ints, log_pi: Floats) -> None:
    """Draw class sizes given people in each class."""
    rest, after = 0.0, members.sum()
    last = len(log_pi) - 1
    for k in range(last):
        after -= members[k]
        taken, left = _split(rng, 1.0 + members[k], alpha + after)
        log_pi[k] = rest + taken
        rest += left
    log_pi[last] = rest


@nb.njit(cache=True, nogil=True)
def _sweep(rng: Any, patterns: Bools, people: Ints, a: float, b: float, alpha: float, log_pi: Floats, on: Floats,
           chance: Floats) -> float:  # fmt: skip
    """Draw people on no list, classes, sizes, chances and concentration in turn; return the concentration."""
    classes, lists = on.shape
    rows = len(people)
    pi = np.exp(log_pi)
    members = np.zeros(classes, np.int64)
    with_list = np.zeros((classes, lists), np.int64)
    unseen = 0.0
    for k in range(classes):
        unseen += pi[k] * chance[k, rows]
    for p in range(rows + 1):
        left = people[p] if p < rows else _people_missing(rng, people.sum(), unseen)
        total = 0.0
        for k in range(classes):
            total += pi[k] * chance[k, p]
        for k in range(classes):
            if left == 0:
                break
            mass = pi[k] * chance[k, p]
            here = left if k == classes - 1 or mass >= total else rng.binomial(left, mass / total)
            total -= mass
            left -= here
            members[k] += here
            if p < rows:
                for j in range(lists):
                    if patterns[p, j]:
                        with_list[k, j] += here
    _sizes(rng, alpha, members, log_pi)
    for k in range(classes):
        for j in range(lists):
            yes, no = _split(rng, 1.0 + with_list[k, j], 1.0 + members[k] - with_list[k, j])
            on[k, j] = yes - no
        _chances(patterns, on, k, chance[k])
    shape = a + classes - 1.0
    return max(rng.standard_gamma(shape) / (b - log_pi[classes - 1]), TINY)


@nb.njit(cache=True, nogil=True)
def _people_missing(rng: Any, seen: int, unseen: float) -> int:
    """Return a draw of people on no list: negative binomial, which follows from 1/N."""
    if unseen <= 0.0:
        return 0
    rate = rng.standard_gamma(float(seen)) * unseen / max(1.0 - unseen, 1e-15)
    return rng.poisson(min(rate, 1e15))


@nb.njit(cache=True, nogil=True)
def _move(rng: Any, patterns: Bools, people: Ints, seen: int, alpha: float, log_pi: Floats, on: Floats, room: Any,
          tally: Ints) -> None:  # fmt: skip
    """Try to change one class: its size, its chances of capture, or both along the ridge."""
    chance, mix, new_pi, new_on, new_chance, new_mix, known = room
    classes, lists = on.shape
    rows = len(people)
    k = int(rng.random() ** 2 * classes)  # the first classes are the large ones
    kind = int(rng.random() * 3)
    scale = 1.5 * np.exp(-4.0 * rng.random())  # from 1.5 to 0.03: no scale to tune
    new_on[0] = on[k]
    grow = 0.0
    change = 0.0
    if kind == 0:  # as hard to see as the class is large: overlaps alone tell
        step = scale * rng.standard_normal()
        new_on[0] -= step
        grow = step
    elif kind == 1:
        for j in range(lists):
            new_on[0, j] += scale * rng.standard_normal()
        grow = scale * rng.standard_normal()
    else:
        j = int(rng.random() * lists)
        new_on[0, j] += scale * rng.standard_normal()
    for j in range(lists):
        for at, sign in ((new_on[0, j], 1.0), (on[k, j], -1.0)):
            change -= sign * (abs(at) + 2.0 * np.log1p(np.exp(-abs(at))))  # log of chance x (1 - chance)
    # Shift the coordinate of the class and bring the sizes back to a sum of 1.
    rest = np.log1p(np.exp(log_pi[k]) * np.expm1(grow))
    for c in range(classes):
        new_pi[c] = log_pi[c] - rest
    new_pi[k] += grow
    _chances(patterns, new_on, 0, new_chance)
    old, new, by = np.exp(log_pi[k]), np.exp(new_pi[k]), np.exp(-rest)
    for p in range(rows + 1):
        new_mix[p] = max(mix[p] - old * chance[k, p], 0.0) * by + new * new_chance[p]
    likelihood, prior = _likelihood(people, seen, new_mix), known[1]
    if grow != 0.0:
        prior = _log_prior(new_pi, alpha)
    change += likelihood - known[0] + prior - known[1]
    tally[kind] += 1
    if np.log(1.0 - rng.random()) < change:
        tally[3 + kind] += 1
        log_pi[:] = new_pi
        on[k] = new_on[0]
        chance[k] = new_chance
        mix[:] = new_mix
        known[0], known[1] = likelihood, prior


@nb.njit(cache=True, nogil=True)
def _swap(rng: Any, alpha: float, log_pi: Floats, on: Floats, room: Any) -> None:
    """Try to let two classes change places in the order in which the stick is broken."""
    chance, new_pi, known = room[0], room[2], room[6]
    classes = len(log_pi)
    one = int(rng.random() * classes)
    other = int(rng.random() * classes)
    if one == other:
        return
    new_pi[:] = log_pi
    new_pi[one], new_pi[other] = log_pi[other], log_pi[one]
    prior = _log_prior(new_pi, alpha)
    if np.log(1.0 - rng.random()) < prior - known[1]:
        known[1] = prior
        log_pi[:] = new_pi
        for at in range(on.shape[1]):
            on[one, at], on[other, at] = on[other, at], on[one, at]
        for at in range(chance.shape[1]):
            chance[one, at], chance[other, at] = chance[other, at], chance[one, at]


@nb.njit(cache=True, nogil=True)
def _mixed(log_pi: Floats, chance: Floats, mix: Floats) -> None:
    mix[:] = 0.0
    for k in range(len(log_pi)):
        pi = np.exp(log_pi[k])
        for p in range(len(mix)):
            mix[p] += pi * chance[k, p]


@nb.njit(cache=True, nogil=True)
def make_room(classes: int, lists: int, rows: int) -> Any:
    """Return room for chances and mixture, what a move tries, and log likelihood and prior."""
    return (np.zeros((classes, rows + 1)), np.zeros(rows + 1), np.zeros(classes), np.zeros((1, lists)),
            np.zeros(rows + 1), np.zeros(rows + 1), np.zeros(2))  # fmt: skip


@nb.njit(cache=True, nogil=True)
def step(rng: Any, patterns: Bools, people: Ints, a: float, b: float, moves: int, alpha: float, log_pi: Floats,
         on: Floats, room: Any, tally: Ints) -> float:  # fmt: skip
    """Take one step of the chain in place: a sweep, then moves, a swap to every fourth; return the concentration."""
    chance, mix, known = room[0], room[1], room[6]
    alpha = _sweep(rng, patterns, people, a, b, alpha, log_pi, on, chance)
    _mixed(log_pi, chance, mix)
    seen = people.sum()
    known[0], known[1] = _likelihood(people, seen, mix), _log_prior(log_pi, alpha)
    for number in range(moves):
        _move(rng, patterns, people, seen, alpha, log_pi, on, room, tally)
        if number % 4 == 0:
            _swap(rng, alpha, log_pi, on, room)
    _mixed(log_pi, chance, mix)  # afresh, so that rounding does not add up
    return alpha


@nb.njit(cache=True, nogil=True)
def run(rng: Any, patterns: Bools, people: Ints, classes: int, a: float, b: float, burn: int, thin: int, moves: int,
        out: Floats, tally: Ints) -> None:  # fmt: skip
    """Fill in what is kept of one chain, draws x KEPT.

    patterns, people : who was seen, patterns x lists, and how many with each
    classes, a, b : most classes; shape and rate of the gamma prior of the concentration
    moves : tried after each sweep, a swap of classes after every fourth
    tally : filled in: tries and acceptances of each kind of move, shape (6,)
    """
    rows, lists = patterns.shape
    log_pi, on = np.zeros(classes), np.zeros((classes, lists))
    room = make_room(classes, lists, rows)
    mix = room[1]
    alpha = 1.0  # chains begin apart: sizes and chances are drawn from the prior
    begin(rng, patterns, alpha, log_pi, on, room[0])
    seen = people.sum()
    for number in range(burn + thin * len(out)):
        alpha = step(rng, patterns, people, a, b, moves, alpha, log_pi, on, room, tally)
        at = number - burn
        if at >= 0 and (at + 1) % thin == 0:
            keep = out[at // thin]
            keep[ALPHA], keep[UNSEEN] = alpha, mix[rows]
            keep[MISSING] = _people_missing(rng, seen, mix[rows])
            keep[CLASSES] = (np.exp(log_pi) > 0.01).sum()
