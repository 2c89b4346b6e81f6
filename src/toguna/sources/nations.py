"""Countries by name: sources write "Burkina Faso", the pack writes BFA."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global

from toguna.country.profile import Profile
from toguna.sources.atlas import normal_name


def iso3_named(name: str, profile: Profile) -> str:
    """Return the ISO 3166-1 alpha-3 code of the country or a neighbour by its English name or code; "" if neither."""
    key = normal_name(name)
    for iso3 in (profile.iso3, *profile.neighbours):
        if key and key in {normal_name(iso3), normal_name(english_name(iso3))}:
            return iso3
    return profile.iso3 if key and key in {normal_name(label) for label in profile.name.values()} else ""


@cache
def iso3_of(iso2: str) -> str:
    """Return the alpha-3 code of an ISO 3166-1 alpha-2 code; "" where there is none.

    Examples
    --------
    >>> iso3_of("MR"), iso3_of("")
    ('MRT', '')
    """
    aliases: dict[str, list[str]] = dict(get_global("territory_aliases"))
    return next((old for old, new in sorted(aliases.items()) if new == [iso2] and len(old) == 3 and old.isalpha()), "")


@cache
def english_name(iso3: str) -> str:
    """Return the English name of a country by its ISO 3166-1 alpha-3 code; "" where there is no such country.

    Examples
    --------
    >>> english_name("MRT"), english_name("XNA")
    ('Mauritania', '')
    """
    # The locale data is keyed by alpha-2 codes and lists each alpha-3 code as an alias of one.
    aliases: dict[str, list[str]] = dict(get_global("territory_aliases"))
    found = aliases.get(iso3, [])
    return str(Locale("en").territories.get(found[0], "")) if len(found) == 1 else ""
