"""Where violence was known on a day, by admin 2 area: graded where deaths are counted by area, else only where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from toguna.core.months import Month
from toguna.core.words import N_, Sentence
from toguna.country import Country
from toguna.network.home_areas import nearest_areas
from toguna.network.names import plain

_VIOLENT = ("attack", "atrocity", "blockade", "control_change")
_LEAST = 0.1


@dataclass(frozen=True, eq=False)
class KnownViolence:
    """How strong violence is where people live.

    Attributes
    ----------
    intensity : 0 to 1 by P-code of admin 2 areas; an area that is not there is quiet
    remarks : what it rests on
    sources : keys of the table `sources`
    """

    intensity: Mapping[str, float]
    remarks: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def known_violence(country: Country, known: date, months: int) -> KnownViolence:
    """Return the violence of the last months known on a day.

    Complete series of deaths by area grade it: the logarithm of deaths over that of the worst area, to a tenth.
    Samples of events, series around base towns and political events only say where; such areas count as the middle of
    the graded ones. Where no deaths by area are known at all, silence is no peace: they count alike, and so does the
    whole region the profile sets apart, or the whole country where there is neither.
    """
    first = Month.of(known).back(months - 1)
    deaths, with_deaths, of_deaths = _deaths(country, first, known)
    named, of_named = _named(country, first, known)
    span = {"first": first, "last": known}
    if deaths:
        most = np.log1p(max(deaths.values()))
        intensity = {area: max(round(float(np.log1p(n) / most), 1), _LEAST) for area, n in deaths.items()}
        middle = float(np.median(list(intensity.values())))
        remarks: list[str] = [
            Sentence(
                N_(
                    "Deaths are known for {areas} areas in {known} of the {months} months from {first} to {last}; "
                    "people flee in proportion to their logarithm."
                ),
                areas=len(deaths),
                known=with_deaths,
                months=months,
                **span,
            )
        ]
        only = sorted(named - set(deaths))
        if only:
            more = N_(
                "In {areas} areas more violence is known from {first} to {last} but no deaths: taken as {middle:.1f}."
            )
            remarks.append(Sentence(more, areas=len(only), middle=middle, **span))
        return KnownViolence({**dict.fromkeys(only, middle), **intensity}, tuple(remarks), of_deaths + of_named)
    second = country.areas[country.areas["level"] == 2]
    region = country.profile.region
    if region is not None:
        apart = set(second.loc[second["parent"].isin(region.pcodes), "pcode"])
        where = Sentence(N_("the {region}"), region=Sentence(region.name["en"]))
    else:
        apart = set() if named else set(second["pcode"])
        where = Sentence("" if named else N_("the whole country"))
    on_record = Sentence(N_("the {areas} areas with violence on record"), areas=len(named))
    others = [one for one, is_there in ((on_record, named), (where, where)) if is_there]
    remark = Sentence(
        N_("No deaths by area are known from {first} to {last}: people flee from {others} in proportion to people."),
        others=Sentence.enumerated(others), **span,
    )  # fmt: skip
    return KnownViolence(dict.fromkeys(sorted(named | apart), 1.0), (remark,), of_named)


def _deaths(country: Country, first: Month, known: date) -> tuple[dict[str, float], int, tuple[str, ...]]:
    """Return deaths by admin 2 area from complete series, in how many months, and the sources."""
    events = _recent(country.events, "date_start", first, known)
    events = events[~events["is_partial"].astype(bool) & (events["admin2_pcode"] != "") & (events["fatalities"] > 0)]
    monthly = _recent(country.violence_monthly, "month", first, known)
    monthly = monthly[(monthly["perpetrator"] == "any") & ~monthly["is_rescaled"].astype(bool)]
    monthly = monthly[(monthly["unit_kind"] == "admin2") & (monthly["fatalities"] > 0)]
    whole = monthly["type"] == "all"
    monthly = monthly[whole | ~monthly["unit"].isin(set(monthly.loc[whole, "unit"]))]
    both = pd.concat([events.groupby("admin2_pcode")["fatalities"].sum(), monthly.groupby("unit")["fatalities"].sum()])
    found = {str(area): float(n) for area, n in both.groupby(level=0).max().items()}
    dated = {*events["date_start"].str[:7], *monthly["month"].astype(str)}
    return found, len(dated), tuple(sorted({*events["source"], *monthly["source"]}))


def _named(country: Country, first: Month, known: date) -> tuple[set[str], tuple[str, ...]]:
    """Return areas in which violence is known, whatever its measure."""
    sample = _recent(country.events, "date_start", first, known)
    sample = sample[sample["admin2_pcode"] != ""]
    towns = _recent(country.violence_monthly, "month", first, known)
    towns = towns[(towns["fatalities"] > 0) & towns["unit_kind"].isin(["within_10km", "within_30km"])]
    political = country.political_events
    last = political["date_end"].where(political["date_end"] != "", political["date"]).str[:7]
    recent = (last >= str(first)) & (political["date"] <= known.isoformat())
    political = political[political["kind"].isin(_VIOLENT) & recent]
    found = set(sample["admin2_pcode"])
    home = country.places[(country.places["iso3"] == country.profile.iso3) & (country.places["admin2_pcode"] != "")]
    found |= set(nearest_areas(country, towns.dropna(subset=["longitude", "latitude"])))
    find = _Gazetteer(country, home)
    hit = [find.areas(str(text)) for text in political["place"]]
    found |= {area for areas in hit for area in areas}
    used = [bool(areas) for areas in hit]
    return found, tuple(sorted({*sample["source"], *towns["source"], *political.loc[used, "source"]}))


def _recent(rows: pd.DataFrame, when: str, first: Month, known: date) -> pd.DataFrame:
    last = known.isoformat()[: 7 if when == "month" else 10]
    return rows[(rows[when].astype(str).str[:7] >= str(first)) & (rows[when].astype(str) <= last)]


class _Gazetteer:
    """Admin 2 areas by the names of places and areas."""

    def __init__(self, country: Country, home: pd.DataFrame) -> None:
        profile = country.profile
        self._other = {plain(a): plain(b) for a, b in {**profile.area_aliases, **profile.place_aliases}.items()}
        order = home.sort_values("population", ascending=True, kind="stable", na_position="first")
        self._place = {plain(str(n)): {str(p)} for n, p in zip(order["name"], order["admin2_pcode"], strict=True)}
        second = country.areas[country.areas["level"] == 2]
        self._area = {plain(str(n)): {str(p)} for n, p in zip(second["name"], second["pcode"], strict=True)}
        for area in country.areas[country.areas["level"] == 1].itertuples():
            self._area[plain(str(area.name))] = set(second.loc[second["parent"] == area.pcode, "pcode"])

    def areas(self, text: str) -> set[str]:
        """Return the areas of places in a text, parted by , or ; and of an area whose name a longer one begins with."""
        found: set[str] = set()
        for part in text.replace(",", ";").split(";"):
            key = self._known(part)
            words = part.split()
            if key in self._place and len(words) < 2:
                found |= self._place[key]
                continue
            begun = (self._known(" ".join(words[:n])) for n in range(len(words), 0, -1))
            found |= next((self._area[one] for one in begun if one in self._area), self._place.get(key, set()))
        return found

    def _known(self, name: str) -> str:
        key = plain(name)
        return self._other.get(key, key)
