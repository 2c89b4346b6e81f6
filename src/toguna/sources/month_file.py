"""Deaths by country and month from one file, without a country pack: for models pooled over many countries."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toguna.core.errors import DataError
from toguna.sources.fields import Field
from toguna.sources.reading import header_of, once, read_delimited
from toguna.sources.ucdp_country_month import UcdpCountryMonth

# Columns of deaths in the files people have, by target.
COLUMNS = {
    "all": ("fatalities_best", "best"),
    "state_based": ("ged_sb", "sb", "sb_best"),
    "one_sided": ("ged_os", "os", "os_best"),
}

_WHAT = "deaths by country and month"


def targets_in(path: str | Path) -> tuple[str, ...]:
    """Return the targets a file counts by month, none if it is no such file."""
    found = {name.casefold() for name in header_of(Path(path), _WHAT)}
    if not {"month", "iso3"} <= found:
        return ()
    return tuple(target for target, names in COLUMNS.items() if found & set(names))


def read_months(path: str | Path, target: str) -> pd.DataFrame:
    """Return rows `unit, month, value, published, source` of a file with the columns month, iso3 and deaths.

    Figures count as public in June of the next year, when UCDP publishes a year.

    Raises
    ------
    DataError
        The file does not count the target, or a row cannot be read.
    """
    file = Path(path)
    if target not in targets_in(file):
        counted = ", ".join(targets_in(file)) or "nothing"
        wanted = " or ".join(COLUMNS.get(target, ("no column of countries and months",)))
        raise DataError(f"{file.name} counts {counted} by country and month, not {target} ({wanted}).")
    present = {name.casefold() for name in header_of(file, _WHAT)}
    name = next(name for name in COLUMNS[target] if name in present)
    fields = (Field("month", "month"), Field("iso3", example="MLI"), Field(name, "number", low=0))
    reading = once(read_delimited(file, fields, what=_WHAT), ["iso3", "month"])
    if reading.refused:
        raise DataError(f"{reading.refused[0]} {len(reading.refused)} rows of the file cannot be read.")
    rows = reading.rows.rename(columns={"iso3": "unit", name: "value"})
    lag = UcdpCountryMonth.about.lag
    return rows.assign(published=lag.published_all(rows["month"]), source=file.name)[
        ["unit", "month", "value", "published", "source"]
    ]
