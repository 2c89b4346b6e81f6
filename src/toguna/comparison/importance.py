"""`importance`: which assumptions the outcome hangs on, as shares of its variance (Sobol indices).

Sampling and estimators are those of SALib: Saltelli's design on a scrambled Sobol sequence, and the estimators of
Saltelli et al. (2010, Computer Physics Communications 181).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import ComparisonError
from toguna.core.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Run = Callable[[pd.DataFrame], Floats]
Target = Callable[[Floats], Floats]

COLUMNS = ["parameter", "first_order", "first_low", "first_high", "total", "total_low", "total_high"]
CHANCE = "chance"
_EDGE = 2.0**-33  # half a step of the sequence: uniforms stay this far from 0 and 1


def measured(measure: int, mandate: int, than: int | None = None) -> Target:
    """Return a target: a mandate's measure in each draw, or how much higher it is than under another mandate.

    Parameters
    ----------
    measure : column of the measure
    mandate, than : numbers of mandates

    Examples
    --------
    >>> values = np.arange(12.0).reshape(2, 3, 2)
    >>> measured(1, 0)(values).tolist(), measured(1, 1, than=0)(values).tolist()
    ([1.0, 3.0, 5.0], [6.0, 6.0, 6.0])
    """

    def target(values: Floats) -> Floats:
        found = values[mandate, :, measure]
        return found if than is None else found - values[than, :, measure]

    return target


def importance(
    run: Run,
    from_uniform: Callable[[Floats], pd.DataFrame],
    names: Sequence[str],
    target: Target,
    *,
    samples: int = 512,
    groups: Mapping[str, str] | None = None,
    chance: bool = False,
    level: float = 0.95,
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Return how much of the variance of an outcome each parameter, or group of parameters, explains.

    The simulation is run in blocks of `samples` draws: two independent ones and one for each parameter or group, which
    takes that parameter from the second block and all others from the first. Where `run` gives draw d of every table
    the same noise, noise is one more thing held fixed: the second block is run shifted by one draw, so that its noise
    is another. The index of chance then tells what no assumption explains.

    Parameters
    ----------
    run : table of parameters to values, mandates x draws x measures
    from_uniform : uniforms, draws x names, to the table of parameters
    names : of all parameters, in the order of the columns of the uniforms
    target : values to one number a draw; see `measured`
    samples : draws in a block, a power of 2
    groups : group of each parameter, such as its mechanism; indices are then of groups. Default: each for itself
    chance : whether one more block tells the index of the noise, as the row `chance`
    level : of the intervals, bootstrapped over draws
    seed : same seed, same indices
    progress : told before each block

    Returns
    -------
    One row a parameter or group, by falling total index: `first_order`, share of the variance it explains by itself;
    `total`, share that would be left if all but it were known; each with the bounds of its interval. All are 0 where
    the outcome is the same in all draws. Estimates can fall slightly below 0

    Raises
    ------
    ComparisonError
        Samples are no power of 2, names and groups do not fit, or the outcome is not a finite number a draw.
    """
    from SALib.sample import sobol  # type: ignore[import-untyped]

    problem = _problem(names, groups, samples, level, chance=chance)
    factors = list(dict.fromkeys(names if groups is None else [groups[name] for name in names]))
    design = sobol.sample(problem, samples, calc_second_order=False, seed=seed)
    blocks = [design[at :: len(factors) + 2] for at in range(len(factors) + 2)]
    total = len(blocks) + chance
    outcomes = []
    for at, block in enumerate(blocks):
        progress(at, total, f"importance of {factors[at - 1]}" if 0 < at <= len(factors) else "importance")
        last = at == len(blocks) - 1
        outcomes.append(_outcome(run, from_uniform, names, target, block, shift=last))
    if chance:
        progress(len(blocks), total, f"importance of {CHANCE}")
        outcomes.insert(-1, _outcome(run, from_uniform, names, target, blocks[0], shift=True))
        factors.append(CHANCE)
    progress(total, total, "importance")
    return _indices(factors, np.stack(outcomes, axis=1), level, seed)


def _problem(
    names: Sequence[str], groups: Mapping[str, str] | None, samples: int, level: float, *, chance: bool
) -> dict[str, object]:
    """Return what SALib calls a problem: the unit cube, and the group of each parameter."""
    if samples < 4 or samples & (samples - 1) or not 0 < level < 1:
        raise ComparisonError(
            f"samples is {samples} and the level {level:g}. Give a power of 2, such as 512, and a share from 0 to 1."
        )
    if not names or len(set(names)) < len(names):
        raise ComparisonError("There are no parameters, or a name stands twice. Name each parameter once.")
    problem: dict[str, object] = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    if groups is not None:
        if lost := [name for name in names if name not in groups]:
            raise ComparisonError(f"Parameter {lost[0]!r} is in no group. Give a group to each parameter.")
        problem["groups"] = [groups[name] for name in names]
    if chance and CHANCE in (*names, *(groups or {}).values()):
        raise ComparisonError(f"A parameter or group is called {CHANCE!r}, as the noise is. Give it another name.")
    return problem


def _outcome(
    run: Run,
    from_uniform: Callable[[Floats], pd.DataFrame],
    names: Sequence[str],
    target: Target,
    block: Floats,
    *,
    shift: bool,
) -> Floats:
    """Return the target of each draw of a block; shifted, draw d is run in the place and with the noise of d + 1."""
    uniforms = np.clip(np.roll(block, 1, axis=0) if shift else block, _EDGE, 1 - _EDGE)
    found = np.asarray(target(run(from_uniform(uniforms))), dtype=np.float64)
    if found.shape != (len(block),):
        raise ComparisonError(
            f"The target of {len(block)} draws has the shape {found.shape}. Let it give one number a draw."
        )
    if len(bad := np.flatnonzero(~np.isfinite(found))):
        at = uniforms[bad[0]]
        raise ComparisonError(
            f"The outcome is {found[bad[0]]:g} in {len(bad)} of {len(found)} draws, first where the uniform of "
            f"{names[0]} is {at[0]:.4f}. Mend the simulation, or let the target leave no gap."
        )
    return np.roll(found, -1) if shift else found


def _indices(factors: list[str], outcomes: Floats, level: float, seed: int) -> pd.DataFrame:
    """Return the indices; outcomes: draws x blocks, first A, last B, and between them A with a factor from B."""
    from SALib.analyze import sobol  # type: ignore[import-untyped]

    columns: dict[str, object] = {"parameter": factors}
    if np.ptp(outcomes) <= 1e-12 * np.abs(outcomes).max():
        nothing = np.zeros(len(factors))
        return pd.DataFrame(columns | dict.fromkeys(COLUMNS[1:], nothing))
    with warnings.catch_warnings():
        # Where all but a few draws give the same, a resample can be all the same: its indices are 0, as they should be.
        warnings.filterwarnings("ignore", message="Constant values encountered")
        found = sobol.analyze(
            {"num_vars": len(factors), "names": factors},
            outcomes.ravel(),
            calc_second_order=False,
            num_resamples=200,
            conf_level=level,
            seed=seed + 1,
        )  # fmt: skip  (SALib takes a seed of 0 for none)
    for words, key in (("first", "S1"), ("total", "ST")):
        value, wide = np.asarray(found[key], float), np.asarray(found[f"{key}_conf"], float)
        columns["first_order" if key == "S1" else "total"] = value
        columns |= {f"{words}_low": value - wide, f"{words}_high": value + wide}
    table = pd.DataFrame(columns, columns=COLUMNS)
    return table.sort_values("total", ascending=False, kind="stable", ignore_index=True)
