"""Solves a posture problem tier by tier: always a plan, always a bound, always the gap."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from toguna.core.errors import PlanError
from toguna.core.progress import Progress, silent
from toguna.planning.conflict import why_not
from toguna.planning.posture import TIERS, Floats, Ints, Posture, tier_value, worst_region
from toguna.planning.posture_model import build
from toguna.planning.posture_run import CLOSE, InfeasibleError, Run, Work

_NAMES = {1: "aid and access", 2: "votes and administration", 3: "south-north", 4: "protection", 5: "arms and DDR"}
_TIDY_SECONDS = 5.0  # for fewest bases and moves, which protects nobody
_TIDY_SHARE = 0.005  # of any tier's value that may go for fewer bases and moves, where its eps allows any
_SHARES = {0: 1.2, 1: 1.0, 2: 1.0, 3: 1.0, 4: 6.0, 5: 1.0}  # of the time, by stage: protection is hardest to prove


@dataclass(frozen=True)
class Tier:
    """What a tier achieved.

    Attributes
    ----------
    tier : principle, 1 to 5
    value : achieved when it was its turn
    bound : proved: no plan that keeps the earlier tiers achieves more
    kept : achieved by the final plan, after later tiers
    """

    tier: int
    value: float
    bound: float
    kept: float

    @property
    def gap(self) -> float:
        """Most a better plan could add, as a share of the value."""
        more = max(self.bound - self.value, 0.0)
        return 0.0 if more <= 1e-9 else more / self.value if self.value > 0 else float("inf")


@dataclass(frozen=True, eq=False)
class Solved:
    """A posture.

    Attributes
    ----------
    units : kinds x bases x months, units posted
    tiers : what each tier with anything in it achieved
    floor : lowest share of its harm any region has averted
    seconds : it took
    """

    units: Ints = field(repr=False)
    tiers: tuple[Tier, ...]
    floor: float
    seconds: float


def solve(
    posture: Posture,
    *,
    time_limit: float = 60.0,
    close: float = CLOSE,
    work: Work | None = None,
    seed: int = 1,
    progress: Progress = silent,
    told: Callable[[Tier], None] | None = None,
) -> Solved:
    """Return a posture, tier by tier, each kept at (1 - eps) of what it achieved while later ones are sought.

    Small problems are left to HiGHS. Large ones get a bound from the relaxation by interior point, postings from local
    search, and HiGHS from there for the time that is left.

    Parameters
    ----------
    close : gap of a tier, as a share of its value, at which no better plan is sought
    work : counts what is done in each stage, in place of the time limit: the same problem, the same postings anywhere
    told : called with each tier as it is settled; what it keeps is not known before the last

    Raises
    ------
    PlanError
        Least shares that must be served cannot all be; the sentence names the smallest set of them.
    """
    began = time.perf_counter()
    model = build(posture)
    run = Run(posture, model, began + time_limit, seed, close, work)
    stages: list[tuple[str, int, Floats]] = []
    for tier in TIERS:
        if not model.tiers[tier].any():
            continue
        if tier == 4 and model.floor is not None and posture.equity > 0:
            stages.append(("the region worst off", 0, model.floor))
        stages.append((_NAMES[tier], tier, model.tiers[tier]))
    results: list[tuple[int, float, float]] = []
    for number, (name, tier, objective) in enumerate(stages):
        progress(number, len(stages) + 1, name)
        still = sum(_SHARES[one] for _, one, _ in stages[number:])
        try:
            value, bound = run.maximise(objective, tier, share=_SHARES[tier] / still)
        except InfeasibleError:
            raise PlanError(why_not(posture)) from None
        results.append((tier, value, bound))
        if told is not None and tier > 0:
            told(Tier(tier, value, bound, value))
        eps = 1 - posture.equity if tier == 0 else posture.eps[tier - 1]
        run.keep(objective, tier, (1 - eps) * value)
    progress(len(stages), len(stages) + 1, "fewest bases and moves")
    for (_, tier, objective), (_, value, _) in zip(stages, results, strict=True):
        spare = 1 - posture.equity if tier == 0 else posture.eps[tier - 1]
        now = float(objective @ run.best)
        run.keep(objective, tier, min(max((1 - spare) * value, (1 - _TIDY_SHARE) * now), now))
    run.tidy(model.last, _TIDY_SECONDS)
    x = run.best
    units = np.rint(x[model.units]).astype(np.int64)
    # What the postings achieve, not what the columns of served sites say: these may rest at the least they must be.
    kept = {tier: max(tier_value(posture, units, tier), float(model.tiers[tier] @ x)) for tier in TIERS}
    tiers = tuple(Tier(tier, value, bound, kept[tier]) for tier, value, bound in results if tier > 0)
    return Solved(units, tiers, worst_region(posture, units), time.perf_counter() - began)
