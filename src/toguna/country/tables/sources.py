"""Where the pack's figures come from."""

import pandera.pandas as pa
from pandera.typing import Series

from toguna.country.schema import Table, column


class Sources(pa.DataFrameModel):
    """A source with its version, licence and citation."""

    source: Series[str] = column("1", "Key used by every other table", unique=True)
    title: Series[str] = column("1", "Title of the data set")
    owner: Series[str] = column("1", "Who owns it")
    version: Series[str] = column("1", "Version or edition; says so where the owner states none")
    licence: Series[str] = column("1", "Licence it is used under")
    licence_basis: Series[str] = column(
        "1", "stated: read in the owner's terms; memory: to be confirmed", values=("stated", "memory")
    )
    citation: Series[str] = column("1", "How the owner asks to be cited")
    url: Series[str] = column("1", "Where a user downloads it; empty where there is no such page")
    rhythm: Series[str] = column("1", "How often it is updated")
    lag: Series[str] = column("1", "How long after the period a figure is public")
    until: Series[str] = column("1", "Last day, month or year this pack holds from it")

    class Config:
        """Types are made, extra columns are faults."""

        coerce = True
        strict = True


TABLE = Table("sources", Sources, key=("source",))
