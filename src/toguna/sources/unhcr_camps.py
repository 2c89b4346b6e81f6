"""Counts of refugees by camp and day, as UNHCR published them and the FabFlee project repackaged them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.country.schema import STANDING
from toguna.sources.atlas import Atlas, normal_name
from toguna.sources.camp_folder import read_folder
from toguna.sources.curated_camps import COUNTS, PLACES, camp_id, is_near
from toguna.sources.nations import iso3_named
from toguna.sources.reading import Reading
from toguna.sources.source import About, Made, days_after


class UnhcrCamps:
    """Reads a folder of camp counts by its `data_layout.csv`; one file a camp, one row a day.

    Which folders are about the country stands in `camp_series` of country.yaml, and which camp a series
    means in `camps`. A series that is not listed there becomes a site of its own where the scenario's list of
    locations has a point for it. The conflict files beside are another owner's and are never opened.
    """

    about = About(
        key="unhcr-camps",
        title="UNHCR camp counts, repackaged by FabFlee",
        owner="UNHCR; FabFlee project (files)",
        version="the scenario's name",
        licence="counts: UNHCR, CC BY 4.0; files: BSD-3-Clause",
        licence_basis="stated",
        citation="UNHCR operational data portal; Suleimenova, Bell and Groen 2017, Scientific Reports 7: 13377",
        url="https://github.com/djgroen/FabFlee",
        rhythm="closed series",
        lag=days_after(7),
    )
    files: tuple[str, ...] = ("data_layout.csv",)
    provides: tuple[str, ...] = ("displacement", "places")

    def read(self, path: Path) -> Reading:
        """Return all counts of the folder a `data_layout.csv` stands in."""
        return read_folder(path)

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return the counts of the country's camps by day, and the sites no curated list has."""
        counts: list[dict[str, object]] = []
        sites: dict[str, dict[str, object]] = {}
        faults: list[Fault] = []
        for reading in readings:
            if reading.version not in profile.camp_series:
                continue
            for _, rows in reading.rows.groupby("file", sort=False):
                series = _Series(rows, profile, atlas, f"{self.about.key}@{reading.version}")
                faults += series.faults
                counts += series.counts
                sites |= {str(site["place_id"]): site for site in series.sites}
        table = pd.DataFrame(counts, columns=list(COUNTS))
        table["published"] = pd.to_datetime([self.about.lag.published(str(day)) for day in table["date"]])
        places = pd.DataFrame(list(sites.values()), columns=list(PLACES))
        places = places.astype({"population": float, "population_year": float, "capacity": float})
        places["published"] = pd.Timestamp(STANDING)
        return Made({"displacement": table, "places": places}, tuple(faults))


class _Series:
    """The counts of one file as rows of `displacement`, the site they need, and what is refused."""

    def __init__(self, rows: pd.DataFrame, profile: Profile, atlas: Atlas, source: str) -> None:
        self.first = rows.iloc[0]
        self.source = source
        self.faults: list[Fault] = []
        self.sites: list[dict[str, object]] = []
        self.counts: list[dict[str, object]] = []
        name = self._camp(profile.camps)
        host = iso3_named(str(self.first["country"]).replace("_", " "), profile)
        if name is None or not self._has_host(host, profile):
            return
        if normal_name(str(self.first["series"])) not in {normal_name(key) for key in profile.camps}:
            if not self._has_point(profile, atlas):
                return
            self.sites.append(self._site(name, host))
        for _, row in self._sound(rows).iterrows():
            self.counts.append(self._count(row, profile.iso3, host, camp_id(name)))

    def _camp(self, camps: Mapping[str, str]) -> str | None:
        """Return the name of the camp a series means; None for one that would count people twice."""
        series = str(self.first["series"])
        if series.casefold() == "total":
            self._refuse("the series is the sum over host countries, not a camp", "Nothing to do: its parts are read.")
            return None
        known = {normal_name(key): value for key, value in camps.items()}
        name = known.get(normal_name(series), series.replace("_", " "))
        if not name:
            self._refuse("country.yaml leaves the series out: its people are in another one", "Nothing to do.")
        return name or None

    def _has_host(self, host: str, profile: Profile) -> bool:
        if host and host != profile.iso3:
            return True
        remedy = "Put the scenario's input_csv/locations.csv beside, or add the host to `neighbours` in country.yaml."
        self._refuse("the host country of the series is not known or is the country itself", remedy)
        return False

    def _has_point(self, profile: Profile, atlas: Atlas) -> bool:
        longitude, latitude = float(self.first["longitude"]), float(self.first["latitude"])
        if pd.isna(longitude) or pd.isna(latitude):
            self._refuse(
                "no list has a camp of this name or a point for it", "Add the name to `camps` in country.yaml."
            )
        elif not is_near(profile, longitude, latitude) or atlas.pcodes_at([longitude], [latitude]) != [""]:
            self._refuse("the site's point lies inside the country or far from it", "Correct input_csv/locations.csv.")
        else:
            return True
        return False

    def _sound(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the counts of a series without the zeros it starts with and with one count a day.

        A simulation needs a number on its first day, so a series starts with 0 whether a camp stood or not:
        Mentao starts with 0 in June 2017 and has 6,103 people in October. Zeros after a count are kept.
        """
        rows = rows.sort_values("date", kind="stable")
        started = (rows["people"] > 0).cummax()
        remedy = "Nothing to do: the first count above 0 is read."
        self._refuse_rows(rows[~started], "a zero before the first count marks the start of a simulation", remedy)
        rows = rows[started]
        again = rows.duplicated("date", keep="last")
        self._refuse_rows(rows[again], "another count for the same day follows", "Keep one of them.")
        return rows[~again]

    def _refuse(self, problem: str, remedy: str) -> None:
        self.faults.append(Fault(str(self.first["file"]), None, "", str(self.first["series"]), problem, remedy))

    def _refuse_rows(self, rows: pd.DataFrame, problem: str, remedy: str) -> None:
        for line, row in rows.iterrows():
            value = f"{row['date']}, {row['people']:.0f}"
            self.faults.append(Fault(str(row["file"]), int(str(line)), "people", value, problem, remedy))

    def _count(self, row: pd.Series, origin: str, host: str, place_id: str) -> dict[str, object]:
        return {
            "date": row["date"],
            "measure": "stock",
            "group": "refugees",
            "origin": origin,
            "host": host,
            "place_id": place_id,
            "people": row["people"],
            "basis": "dataset",
            "source": self.source,
        }

    def _site(self, name: str, host: str) -> dict[str, object]:
        return {
            "place_id": camp_id(name),
            "name": name,
            "kind": "camp",
            "iso3": host,
            "admin2_pcode": "",
            "admin3_pcode": "",
            "longitude": float(self.first["longitude"]),
            "latitude": float(self.first["latitude"]),
            "population": None,
            "population_year": None,
            "population_basis": "none",
            "capacity": None,
            "opened": "",
            "closed": "",
            "note": "point as in the displacement scenario; stands for the sites of the area",
            "basis": "dataset",
            "source": self.source,
        }
