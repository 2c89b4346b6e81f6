"""A country's deaths allocated to its areas by long-run shares: a picture of where, not a validated forecast."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import DataError
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.forecasting.models.model import Draws
from toguna.network.home_areas import nearest_areas

# As if so many months with violence had been seen in all: few, so that the spread stays wide. Judgement.
STRENGTH = 20.0
# Half a month each before anything is on record (Jeffreys 1946): the record is thin, and lies where somebody looked.
PRIOR_MONTHS = 0.5
MARK = "allocated, not validated"


def long_run_shares(country: Country) -> pd.Series:
    """Return each admin 2 area's share of the months with violence on record, half a month each beforehand; by P-code.

    On record are single events (also of a partial sample: for where, never for totals) and months in which civilians
    were killed near base towns.
    """
    areas = country.areas[country.areas["level"] == 2]
    if areas.empty:
        raise DataError(N_("The pack has no admin 2 areas to allocate to. Forecast the country instead."))
    events = country.events[(country.events["admin2_pcode"] != "") & (country.events["fatalities"] > 0)]
    months = pd.DataFrame({"area": events["admin2_pcode"], "month": events["date_start"].str[:7]})
    seen = pd.concat([months, _town_months(country)]).drop_duplicates()
    found = seen.groupby("area").size().reindex(areas["pcode"], fill_value=0.0).astype(float)
    both = found + PRIOR_MONTHS
    return both / both.sum()


def _town_months(country: Country) -> pd.DataFrame:
    rows = country.violence_monthly
    rows = rows[(rows["unit_kind"] == "within_30km") & (rows["fatalities"] > 0)]
    areas = nearest_areas(country, rows)
    return pd.DataFrame({"area": areas, "month": rows["month"].to_numpy()[: len(areas)]}, dtype=str)


def allocate(draws: Draws, shares: pd.Series, rng: np.random.Generator) -> Draws:
    """Return draws by area that sum to the country's: each world has shares of its own, drawn around the long run.

    Parameters
    ----------
    draws : steps x draws, of the country
    shares : by area, sum 1

    Returns
    -------
    areas x steps x draws
    """
    # One set of shares a world: an area that is hit hard in a world stays so in its months.
    world = rng.dirichlet(np.maximum(shares.to_numpy(float), 1e-9) * STRENGTH, size=draws.shape[1])
    found: npt.NDArray[np.float32] = np.zeros((len(shares), *draws.shape), np.float32)
    for step in range(draws.shape[0]):
        found[:, step] = rng.multinomial(np.rint(draws[step]).astype(np.int64), world).T
    return found
