"""The pattern that loses least, proved: cells are chosen by a whole-number programme that learns what a reader can do.

The programme knows no table. It proposes the cheapest cells; where a target is not covered by them, the prices of the
reader's linear programme say which further cells would have to be withheld, and that is added as a rule. What it
proposes is never dearer than the least loss, so the first proposal that covers every target is the best there is. The
scheme is that of Fischetti and Salazar (2001) in its main lines; its text was not opened (text_status "unverified").
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from toguna.accounts.disclosure.cover import Proofs, cover
from toguna.accounts.disclosure.pattern import Pattern, add_cells, give_back
from toguna.accounts.disclosure.reader import HIGH, LOW, Cellwise, Mask, Reader, System

MOST_CHOICES, MOST_TARGETS, MOST_ROUNDS, MOST_NODES = 100, 40, 20, 200
_SIDES = (LOW, HIGH)


def least_loss(system: System, known: Pattern) -> Pattern:
    """Return the pattern of least loss; the known one where the table is too large or nothing better was found.

    `is_least` holds against readers who reckon with fractions of people. Where only a reader who knows that people are
    whole could tell, further cells are withheld and `is_least` is false.
    """
    choices = np.flatnonzero(system.choice)
    if not (known.withheld & ~system.hidden).any():
        return Pattern(known.withheld, known.proofs, is_least=True)
    if len(choices) > MOST_CHOICES or len(system.targets) > MOST_TARGETS:
        return known
    best = float(system.loss[known.withheld].sum())
    reader = Reader(system)
    rules: list[Cellwise] = []
    withheld = system.hidden
    for _ in range(MOST_ROUNDS):
        found = _rules(reader, withheld, choices)
        if not found:
            return _whole(system, withheld, known)
        rules += found
        answer = milp(
            system.loss[choices],
            integrality=np.ones(len(choices)),
            bounds=Bounds(0.0, 1.0),
            constraints=LinearConstraint(sparse.csr_array(np.array(rules)), 1.0, np.inf),
            options={"mip_rel_gap": 0.0, "node_limit": MOST_NODES},
        )
        if answer.x is None or answer.status != 0:
            return known
        withheld = system.hidden.copy()
        withheld[choices[answer.x > 0.5]] = True
        if float(system.loss[withheld].sum()) >= best - 1e-6:
            return Pattern(known.withheld, known.proofs, is_least=True)
    return known


def _rules(reader: Reader, withheld: Mask, choices: np.ndarray) -> list[Cellwise]:
    """Return a rule for each target and side a pattern does not cover: weights of the choices that must reach one."""
    system = reader.system
    reader.withhold(withheld)
    made: list[Cellwise] = []
    for target in system.targets:
        for side in _SIDES:
            at, sign = int(target), 1.0 if side == LOW else -1.0
            cost = np.zeros(len(system.truth))
            cost[at] = sign
            reader.aim(cost)
            if side == HIGH:
                reader.cap(system.targets[system.targets == target], float(system.reach))
            found = reader.run()
            if side == HIGH:
                reader.cap(system.targets[system.targets == target], None)
            goal = 0.0 if side == LOW else float(system.reach)
            if found is None or sign * (found[at] - goal) <= 1e-6:
                continue
            made.append(_rule(reader, at, goal, choices))
    return made


def _rule(reader: Reader, target: int, goal: float, choices: np.ndarray) -> Cellwise:
    """Return how far each choice could move the target, as a share of what is lacking.

    With reduced costs d of the target's programme, any other table differs from the truth by moves m with
    sum of d m = move of the target. Hidden cells give what they can; the rest must come from choices.
    """
    system = reader.system
    reduced = reader.reduced()
    gain_up, gain_down = np.maximum(-reduced, 0.0), np.maximum(reduced, 0.0) * system.truth
    gain_up[gain_up < 1e-9] = 0.0
    lacking = abs(goal - system.truth[target]) - gain_down[system.hidden].sum()
    weights = np.where(gain_up[choices] > 0.0, 1.0, gain_down[choices] / lacking)
    return np.asarray(np.minimum(weights, 1.0))


def _whole(system: System, withheld: Mask, known: Pattern) -> Pattern:
    """Return a pattern of least loss, made good against readers who know that people are whole."""
    reader = Reader(system)
    reader.withhold(withheld)
    proofs = Proofs(system)
    if not cover(reader, proofs):
        return Pattern(withheld, proofs, is_least=True)
    more = give_back(system, add_cells(system, withheld, proofs))
    return more if system.loss[more.withheld].sum() < system.loss[known.withheld].sum() else known
