"""Administrative areas."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Areas(Sourced):
    """An administrative area with its boundary, from the country (level 0) down to communes (level 3)."""

    pcode: Series[str] = column("1", "OCHA COD-AB P-code", unique=True)
    name: Series[str] = column("1", "Name as the boundary's owner writes it")
    level: Series[int] = column("1", "Administrative level", ge=0, le=3)
    parent: Series[str] = column("1", "P-code of the area one level up; empty for the country")
    area_km2: Series[float] = column("km2", "Land area in the pack's projected system", gt=0)


TABLE = Table("areas", Areas, key=("pcode",), geometry=True)
