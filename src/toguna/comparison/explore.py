"""Questions to a comparison: where it turns, what decides, what it hangs on, and what follows in the adverse set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from toguna.comparison.boxes import Boxes, boxes
from toguna.comparison.break_even import BreakEven, break_even
from toguna.comparison.compare import Comparison
from toguna.comparison.ground import Floats
from toguna.comparison.importance import importance, measured
from toguna.comparison.measures import MEASURES, column
from toguna.comparison.parameters import Mechanism, Parameter, adverse, from_uniform, mechanisms, without
from toguna.comparison.ranking import rank
from toguna.comparison.spread import finite_draws
from toguna.core.errors import ComparisonError
from toguna.core.progress import Progress, silent

# Where the mandates' order may turn: the recruits each killing makes, and what stands or falls with little evidence.
TURNING = {
    "recruits_per_fighter_killed": np.linspace(0, 10, 21),
    "recruits_per_civilian_killed": np.linspace(0, 10, 21),
    "collateral_per_fighter_killed": np.linspace(0, 3, 16),
}


def tried(found: Comparison) -> dict[str, Floats]:
    """Return the values of `TURNING` within the assumptions' bounds; a user's file can leave less room."""
    bounds = {one.name: one.bounds for one in found.assumptions}
    values = {}
    for name, grid in TURNING.items():
        low, high = bounds[name]
        inside = grid[(grid >= low) & (grid <= high)]
        values[name] = inside if len(inside) > 1 else np.linspace(low, high, 11)
    return values


def turning_points(
    found: Comparison,
    a: str,
    b: str,
    measure: str = "civilians_killed",
    values: Mapping[str, Floats] = TURNING,
    progress: Progress = silent,
) -> dict[str, BreakEven]:
    """Return for some assumptions the value above which mandate a leaves a measure worse than mandate b."""
    two = _only(found, a, b)
    bounds = {one.name: one.bounds for one in found.assumptions}
    table = two.outcome.parameters
    return {
        name: break_even(two.run, table, name, a=0, b=1, measure=column(measure), values=grid,
                         bounds=bounds[name], progress=progress)
        for name, grid in values.items()
    }  # fmt: skip


def what_decides(
    found: Comparison,
    a: str,
    b: str,
    measure: str = "civilians_killed",
    *,
    samples: int = 256,
    seed: int = 1,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Return Sobol indices of every assumption for the difference between two mandates, most first."""
    names = [it.name for it in found.assumptions]
    table = importance(
        _only(found, a, b).run,
        lambda u: from_uniform(found.assumptions, u),
        names,
        measured(column(measure), 0, 1),
        samples=samples,
        seed=seed,
        progress=lambda done, whole, _: progress(done, whole, "what decides"),
    )
    about = {it.name: it for it in found.assumptions}
    known = table["parameter"].map(lambda name: about[name].confidence if name in about else "")
    return table.assign(title=table["parameter"].map(lambda name: about[name].title), confidence=known)


def futures(found: Comparison, a: str, b: str, measure: str = "civilians_killed") -> Boxes:
    """Return the box of assumptions in which mandate a leaves a measure worse than mandate b (PRIM)."""
    more = found.outcome.of(a, measure) - found.outcome.of(b, measure)
    worse = more < 0 if MEASURES[column(measure)].more_is_better else more > 0
    known = np.isfinite(more)
    return boxes(found.outcome.parameters[known], worse[known])


def hangs_on(found: Comparison, progress: Progress = silent) -> pd.DataFrame:
    """Return the order with each mechanism switched off, and in the adverse set: one row a case and mandate."""
    table = found.outcome.parameters
    cases: dict[str, pd.DataFrame] = {"as drawn": table, "adverse set": adverse(found.assumptions, table)}
    cases |= {
        f"without {Mechanism(one).words}": without(found.assumptions, table, one)
        for one in mechanisms(found.assumptions)
    }
    rows = []
    for number, (case, other) in enumerate(cases.items()):
        progress(number, len(cases), case)
        values = found.run(other) if number else found.outcome.values
        order = rank(replace(found.outcome, values=values, parameters=other)).order
        rows.append(order[["place", "mandate"]].assign(case=case))
    return pd.concat(rows, ignore_index=True)[["case", "place", "mandate"]]


def _only(found: Comparison, a: str, b: str) -> Comparison:
    """Return a comparison of two mandates alone, so that no other is run again, without draws that went astray."""
    every, at = found.outcome, [_place(found, name) for name in (a, b)]
    used = finite_draws(every.values)
    outcome = replace(
        every, mandates=(a, b), values=every.values[at][:, used], monthly=every.monthly[at][:, used],
        parameters=every.parameters[used],
    )  # fmt: skip
    return replace(found, outcome=outcome, efforts={name: found.efforts[name] for name in (a, b)})


def _place(found: Comparison, mandate: str) -> int:
    if mandate not in found.outcome.mandates:
        known = ", ".join(found.outcome.mandates)
        raise ComparisonError(f"{mandate!r} was not compared. Choose one of {known}.")
    return found.outcome.mandates.index(mandate)


def titles(assumptions: tuple[Parameter, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Return titles and units of assumptions by name, for sentences."""
    return {one.name: one.title for one in assumptions}, {one.name: one.unit for one in assumptions}
