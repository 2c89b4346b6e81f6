"""Which demands cannot hold together: the smallest set of them, named."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import highspy

from toguna.core.words import N_, Sentence
from toguna.planning.cover_bound import quiet_solver
from toguna.planning.posture import Demand, Posture
from toguna.planning.posture_model import build
from toguna.planning.posture_run import as_lp

_SECONDS = 10.0  # for one set of demands


def why_not(posture: Posture) -> Sentence:
    """Return a sentence that names the fewest demands whose least shares no posture can serve together."""
    asked = [one for one in posture.demands if one.least > 0]
    for size in range(1, len(asked) + 1):
        for some in combinations(asked, size):
            if not _is_possible(posture, some):
                return _sentence(some)
    return Sentence(N_("No posture keeps all limits. Allow more beds or more moves, or ask for less."))


def _is_possible(posture: Posture, demands: tuple[Demand, ...]) -> bool:
    only = replace(posture, demands=demands, options=())
    model = build(only)
    solver = quiet_solver()
    solver.setOptionValue("time_limit", _SECONDS)
    columns = (model.column_lower, model.column_upper)
    solver.passModel(as_lp(model, [], 0 * model.column_lower, columns, model.is_integer))
    solver.run()
    return bool(solver.getModelStatus() != highspy.HighsModelStatus.kInfeasible)


def _sentence(demands: tuple[Demand, ...]) -> Sentence:
    named = [
        Sentence(N_("{share:.0%} of {task}"), share=one.least, task=Sentence(one.name.replace("_", " ")))
        for one in demands
    ]
    if len(named) == 1:
        return Sentence(
            N_("What is on offer cannot serve {task}. Ask for a smaller share under `least`, or add units for it."),
            task=named[0],
        )
    return Sentence(
        N_(
            "What is on offer cannot serve {tasks} together, though each fewer of them it can. Ask for a smaller share "
            "of one under `least`, or add units."
        ),
        tasks=Sentence.enumerated(named),
    )
