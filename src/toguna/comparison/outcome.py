"""`Outcome`: what the simulation measured, by mandate and draw; never per person."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.comparison.measures import MEASURES, NAMES, column

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """Measures of every mandate in every draw, draws paired: draw d of all mandates has the same parameters and noise.

    Attributes
    ----------
    mandates : names, in the order asked for; `nothing` is what comes with nobody sent
    values : mandates x draws x measures, in the order of MEASURES
    parameters : draws x parameters, what each draw assumed
    months : months simulated
    monthly : mandates x draws x months x MONTHLY, float32
    """

    mandates: tuple[str, ...]
    values: Floats = field(repr=False)
    parameters: pd.DataFrame = field(repr=False)
    months: tuple[str, ...] = field(repr=False)
    monthly: npt.NDArray[np.float32] = field(repr=False)

    def of(self, mandate: str, measure: str) -> Floats:
        """Return a measure's value in every draw."""
        return self.values[self.mandates.index(mandate), :, column(measure)]

    def table(self) -> pd.DataFrame:
        """Return one long table: mandate, draw, principle, measure, unit, value."""
        mandates, draws, measures = self.values.shape
        shape = (mandates, draws, measures)
        at = [axis.ravel() for axis in np.indices(shape)]
        return pd.DataFrame(
            {
                "mandate": np.asarray(self.mandates, object)[at[0]],
                "draw": at[1],
                "principle": np.array([one.principle for one in MEASURES])[at[2]],
                "measure": np.asarray(NAMES, object)[at[2]],
                "unit": np.asarray([one.unit for one in MEASURES], object)[at[2]],
                "value": self.values.ravel(),
            }
        )
