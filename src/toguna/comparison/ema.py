"""`export_ema`: a comparison as a model that the EMA Workbench can run, for those who explore futures there."""

from __future__ import annotations

from pathlib import Path
from string import Template

import numpy as np

from toguna.comparison.compare import TRANSFER, Comparison
from toguna.comparison.ground import Effort
from toguna.comparison.measures import MEASURES, NAMES
from toguna.core.errors import ComparisonError

DATA, MODEL, README = "comparison.npz", "model.py", "README.md"
_MODEL = '''"""Mandates compared from $first to $last, as a model of the EMA Workbench; written by Toguna $version.

Run `python model.py` for a small experiment, or import `toguna_model` and go on from there.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.comparison.ground import Effort, Ground
from toguna.comparison.measures import NAMES
from toguna.comparison.parameters import records
from toguna.comparison.simulate import simulate

DATA = Path(__file__).with_name("$data")
SEED = $seed
# What chance does in a draw, and which draw of the forecast it starts from; the comparison used the same numbers.
CHANCES = $draws
MANDATES = (
$mandates
)
# Name, and the bounds within which it lies.
UNCERTAINTIES = (
$uncertainties
)
OUTCOMES = (
$outcomes
)


@cache
def _data():
    """Return what is simulated: the country at the start, and the effort under each mandate."""
    if NAMES != OUTCOMES:
        raise RuntimeError("This Toguna measures other things than the one that wrote this file. Export it again.")
    with np.load(DATA, allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}

    def part(kind, prefix):
        found = {name: arrays[f"{prefix}.{name}"] for name in kind._fields}
        return kind(**{name: one if one.ndim else one.item() for name, one in found.items()})

    return part(Ground, "ground"), {name: part(Effort, str(at)) for at, name in enumerate(MANDATES)}


def run(mandate=MANDATES[0], chance=0, **uncertainties):
    """Return every measure of a mandate in one future; all uncertainties must be given."""
    ground, efforts = _data()
    drawn = records(pd.DataFrame({name: [uncertainties[name]] for name, _, _ in UNCERTAINTIES}))
    values, _, _ = simulate(ground, efforts[mandate], drawn, SEED, threads=1, first=int(chance))
    return dict(zip(OUTCOMES, values[0].tolist(), strict=True))


def toguna_model():
    """Return the model: assumptions and chance as uncertainties, the mandate as lever, measures as outcomes."""
    from ema_workbench import CategoricalParameter, IntegerParameter, Model, RealParameter, ScalarOutcome

    model = Model("toguna", function=run)
    model.uncertainties = [RealParameter(name, low, high) for name, low, high in UNCERTAINTIES]
    model.uncertainties += [IntegerParameter("chance", 0, CHANCES - 1)]
    model.levers = [CategoricalParameter("mandate", MANDATES)]
    model.outcomes = [ScalarOutcome(name) for name in OUTCOMES]
    return model


if __name__ == "__main__":
    from ema_workbench import perform_experiments

    experiments, outcomes = perform_experiments(toguna_model(), scenarios=100, policies=len(MANDATES))
    print(pd.DataFrame(outcomes).groupby(experiments["mandate"].astype(str)).median().T)
'''
_README = """# Mandates for $country, $first to $last, for the EMA Workbench

Written by Toguna $version from pack $pack $pack_hash, run $run_id. Made with seed $seed and $draws draws.

    pip install toguna ema_workbench
    python model.py

- `model.py`: `toguna_model()` is an `ema_workbench.Model`; `run(mandate, chance, **uncertainties)` is the function
  behind it and needs no workbench.
- `$data`: the country at the start and what those sent do under each mandate, by area and month. Plain arrays; no
  person, no settlement by name. It tells how many soldiers would be in which area and when: keep it as you keep a plan.

Lever: `mandate`, one of $names. `nothing` is what comes with nobody sent.

Uncertainties: $many assumptions within their bounds, and `chance`, which draws the noise and the start from the
forecast. With the assumptions of draw d and `chance` d a future is that of draw d in the comparison, to the last digit.

Outcomes:

$outcomes

The workbench samples uncertainties uniformly and independently between the bounds. Toguna draws them from
distributions, some together. So shares of futures found there are no probabilities of Toguna: use the workbench to look
for futures in which a mandate fails, not to say how likely they are.

$transfer
"""


def export_ema(comparison: Comparison, folder: Path) -> tuple[Path, ...]:
    """Write a comparison as a model for the EMA Workbench: a module, its data and a file that explains them.

    The module holds the bounds of all assumptions, the mandates and the measures; its `toguna_model()` needs the
    workbench, its `run()` only Toguna. Data are plain arrays, so that opening them runs no code.

    Parameters
    ----------
    comparison : what to write
    folder : made where it is not there; files of the same names in it are replaced

    Returns
    -------
    The files written

    Raises
    ------
    ComparisonError
        There is a file where the folder should be.
    """
    if folder.exists() and not folder.is_dir():
        raise ComparisonError(f"{folder} is a file. Name a folder for the model.")
    folder.mkdir(parents=True, exist_ok=True)
    made, outcome = comparison.made_from, comparison.outcome
    said = {
        "country": made.pack, "first": outcome.months[0], "last": outcome.months[-1], "version": made.version,
        "pack": made.pack, "pack_hash": made.pack_hash[:12], "run_id": made.run_id, "seed": made.seed or 0,
        "draws": len(outcome.parameters), "data": DATA, "names": ", ".join(outcome.mandates),
        "many": len(comparison.assumptions), "transfer": TRANSFER,
    }  # fmt: skip
    bounds = [(one.name, float(one.bounds[0]), float(one.bounds[1])) for one in comparison.assumptions]
    module = {"mandates": _lines(outcome.mandates), "uncertainties": _lines(bounds), "outcomes": _lines(NAMES)}
    ways = {one.name: "more" if one.more_is_better else "less" for one in MEASURES}
    listed = [f"- `{one.name}`: {one.words}, {one.unit}; {ways[one.name]} is better" for one in MEASURES]
    (folder / MODEL).write_text(Template(_MODEL).substitute(said, **module), encoding="utf-8")
    (folder / README).write_text(Template(_README).substitute(said, outcomes="\n".join(listed)), encoding="utf-8")
    np.savez_compressed(folder / DATA, allow_pickle=False, **_arrays(comparison))
    return folder / MODEL, folder / DATA, folder / README


def _lines(values: tuple[object, ...] | list[tuple[str, float, float]]) -> str:
    """Return values as lines of Python, quoted, so that no name can be anything but text."""
    return "\n".join(f"    {one!r}," for one in values)


def _arrays(comparison: Comparison) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Return ground and efforts as arrays by name; numbers as arrays without dimension."""
    found = {f"ground.{name}": np.asarray(one) for name, one in comparison.ground._asdict().items()}
    for at, name in enumerate(comparison.outcome.mandates):
        effort: Effort = comparison.efforts[name]
        found |= {f"{at}.{key}": np.ascontiguousarray(one) if np.ndim(one) else np.asarray(one)
                  for key, one in effort._asdict().items()}  # fmt: skip
    return found
