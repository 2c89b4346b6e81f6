"""What the curated fact files share: rows with a citation and a word on how each was obtained."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.fields import Field
from toguna.sources.reading import Reading
from toguna.sources.source import About, Lag

# Every fact file ends in these columns. An empty `basis` is taken for memory, so that the row is marked.
CITED = (
    Field("citation", aliases=("source",), empty=True),
    Field("basis", one_of=("read", "excerpt", "memory"), empty=True),
    Field("confidence", one_of=("high", "medium", "low"), empty=True),
    Field("note", required=False, empty=True),
)
COUNTRY = Field("iso3", required=False, empty=True)


def about(key: str, title: str, lag: Lag) -> About:
    """Return who stands behind a curated file."""
    return About(
        key=key,
        title=title,
        owner="Toguna contributors",
        version="the file states none",
        licence="Apache-2.0; facts as published by the citations",
        licence_basis="stated",
        citation="The citation stands in each row",
        url="",
        rhythm="by hand",
        lag=lag,
    )


def with_bases(reading: Reading) -> Reading:
    """Return the reading with an empty basis read as memory and an empty confidence as low."""
    basis = reading.rows["basis"].str.casefold()
    confidence = reading.rows["confidence"].str.casefold()
    rows = reading.rows.assign(
        basis=basis.mask(basis == "", "memory"), confidence=confidence.mask(confidence == "", "low")
    )
    return replace(reading, rows=rows)


def about_country(rows: pd.DataFrame, profile: Profile) -> pd.DataFrame:
    """Return the rows about the country: by the column `iso3` if it is filled, else by the profile's word.

    The files collected so far name no country, so `country.yaml` says whether they are about it.
    """
    stated = rows["iso3"].str.upper()
    return rows[(stated == profile.iso3) | ((stated == "") & profile.curated_facts)]


def refused(
    reading: Reading, rows: pd.DataFrame, where: pd.Series, column: str, problem: str, remedy: str
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows without those of a mask, and these as faults."""
    faults = [
        Fault(reading.file, int(str(line)), column, str(row[column])[:60], problem, remedy)
        for line, row in rows[where].iterrows()
    ]
    return rows[~where], faults


def slug(*words: str) -> str:
    """Return words as a readable identifier in plain letters, digits and hyphens.

    Examples
    --------
    >>> slug("2012-03-22", "coup", "Ségou; N'Djamena")
    '2012-03-22-coup-segou-ndjamena'
    """
    plain = unicodedata.normalize("NFKD", " ".join(words).replace("'", "").replace("’", ""))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")


def numbered(names: Sequence[str]) -> list[str]:
    """Return identifiers made unique: the second of a name ends in -2.

    Examples
    --------
    >>> numbered(["a", "b", "a"])
    ['a', 'b', 'a-2']
    """
    taken: set[str] = set()
    found = []
    for name in names:
        count, unique = 1, name
        while unique in taken:
            count += 1
            unique = f"{name}-{count}"
        taken.add(unique)
        found.append(unique)
    return found


def amount(text: str) -> float | None:
    """Return the number a text consists of, thousands commas allowed; None for anything else.

    Examples
    --------
    >>> amount("2,681"), amount("7.5"), amount("7.5-15"), amount("about 100")
    (2681.0, 7.5, None, None)
    """
    found = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,9})?", text.strip())
    return float(found[0].replace(",", "")) if found else None


def amounts(text: str) -> tuple[float | None, float | None]:
    """Return low and high end of a number or of a range written with a hyphen; None for anything else.

    Examples
    --------
    >>> amounts("10-14"), amounts("850"), amounts("100 / 50"), amounts("14-10")
    ((10.0, 14.0), (850.0, 850.0), (None, None), (None, None))
    """
    parts = [amount(part) for part in re.split("[-–]", text)]
    if len(parts) == 1:
        return parts[0], parts[0]
    if len(parts) == 2 and parts[0] is not None and parts[1] is not None and parts[0] <= parts[1]:
        return parts[0], parts[1]
    return None, None
