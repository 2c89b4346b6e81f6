"""What a contribution adds to a mandate, principle by principle and for its money; and what is missing beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toguna.comparison.ground import Effort, Floats
from toguna.comparison.measures import DECIDING, column
from toguna.comparison.spread import HIGH, LOW

_COLUMNS = [
    "mandate", "contribution", "principle", "measure", "unit", "median", "low", "high", "probability_better", "cost",
    "per_million",
]  # fmt: skip


def additions(values: Floats, names: Sequence[str], mandates: Sequence[str], bundles: Sequence[str]) -> pd.DataFrame:
    """Return what each bundle adds under each mandate: one row a mandate, bundle and principle.

    Parameters
    ----------
    values : efforts x draws x measures
    names : of the efforts: a mandate, or a mandate and a bundle
    bundles : labels of bundles

    Returns
    -------
    median, low, high (90 %) : of the paired difference with and without, positive where better
    cost : US$ million it costs more, median
    per_million : the median for each US$ million more; nan where it costs nothing more
    """
    rows = []
    at = {name: place for place, name in enumerate(names)}
    for mandate in mandates:
        for bundle in bundles:
            one, other = values[at[f"{mandate} {bundle}"]], values[at[mandate]]
            cost = float(np.nanmedian(one[:, column("cost")] - other[:, column("cost")]))
            for measure in DECIDING:
                more = one[:, column(measure.name)] - other[:, column(measure.name)]
                better = more if measure.more_is_better else -more
                median, low, high = np.nanquantile(better, (0.5, LOW, HIGH))
                chance = float(np.nanmean(better > 1e-9))
                per = median / cost if cost > 1e-6 else np.nan
                label = bundle.removeprefix("+ ")
                rows.append((mandate, label, measure.principle, measure.name, measure.unit, median, low, high, chance,
                             cost, per))  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def missing(effort: Effort, process: float) -> tuple[str, ...]:
    """Return what an effort lacks for its parts to work, in sentences.

    Parameters
    ----------
    process : share of an agreement in effect at the end, median of the draws
    """
    found = []
    if effort.lift.sum() > 0 and effort.escorted.sum() == 0:
        found.append("Aircraft without escorts: help that lands does not leave the airfield under protection.")
    if effort.ddr_teams.sum() > 0 and process < 0.1:
        found.append("DDR without an agreement: programmes stand ready and few fighters come.")
    if effort.police.sum() > 0 and effort.captures == 0:
        found.append("Police without a task to contain and capture: few are brought to court.")
    if effort.relief.sum() > 0 and effort.escorted.mean() < 0.3:
        found.append("Money for aid without open corridors: what is paid for cannot get there.")
    if effort.watched.sum() > 0 and effort.secured.sum() == 0:
        found.append("Teams on the borders while state stocks lie open: arms need not come from abroad.")
    if effort.raids > 0 and effort.monitored.sum() == 0:
        found.append("Raids without anybody who watches how forces behave.")
    if effort.soldiers.sum() > 0 and effort.dialogue.sum() == 0:
        found.append("Soldiers without support for the dialogue between south and north.")
    return tuple(found)
