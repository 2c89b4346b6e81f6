"""The countries a workbench serves, read once for each month they are looked at from."""

from __future__ import annotations

from toguna.core.errors import PackError
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.country.packs import find_pack
from toguna.country.profile import Profile, read_profile
from toguna.country.read import read_country
from toguna.web.kept import Kept
from toguna.web.problems import invalid, unknown

_MONTHS = 24  # countries kept as of a month; the whole ones are few and are kept beside them
_FIRST = "1900-01"


class Countries:
    """Countries by pack or ISO 3166-1 alpha-3 code.

    Parameters
    ----------
    packs : names or folders of the packs served; the first is the country where none is asked for
    """

    def __init__(self, packs: tuple[str, ...]) -> None:
        folders = {find_pack(pack).name: find_pack(pack) for pack in packs}
        self._folders = folders
        self.profiles: dict[str, Profile] = {
            name: read_profile(folder / "country.yaml") for name, folder in folders.items()
        }
        self._whole: Kept[Country] = Kept(len(folders))
        self._seen: Kept[Country] = Kept(_MONTHS)

    def pack_of(self, location_code: str | None, pack: str | None) -> str:
        """Return the pack asked for by code or name; the first where neither is given."""
        if pack is not None:
            if pack not in self.profiles:
                raise unknown("pack", pack, list(self.profiles))
            found = pack
        elif location_code is not None:
            codes = {profile.iso3: name for name, profile in self.profiles.items()}
            if location_code not in codes:
                raise unknown("country", location_code, list(codes), "location_code")
            return codes[location_code]
        else:
            return next(iter(self.profiles))
        if location_code not in (None, self.profiles[found].iso3):
            raise invalid(
                "pack",
                N_("The pack {pack} is not about {code}."),
                N_("Give one of location_code and pack."),
                pack=pack,
                code=location_code,
            )
        return found

    def country(self, pack: str, as_of: str | None = None) -> Country:
        """Return a country as of a month, or all that is known of it."""
        whole = self._whole.get(pack, lambda: read_country(self._folders[pack]))
        if as_of is None:
            return whole
        edition = whole.profile.edition
        if not _FIRST <= as_of <= edition:
            raise invalid(
                "as_of",
                N_("as_of is {asked}; this pack shows months from {first} to {last}."),
                N_("Give a month from {first} to {last}."),
                asked=as_of,
                first=_FIRST,
                last=edition,
            )
        return self._seen.get((pack, as_of), lambda: whole.seen_from(Month.parse(as_of)))

    def check(self) -> None:
        """Read every pack once, so that a broken one is told when the service starts and not to a visitor."""
        for pack in self.profiles:
            try:
                self.country(pack)
            except PackError as error:
                raise PackError(f"The pack {pack} cannot be served. {error}", error.faults) from error
