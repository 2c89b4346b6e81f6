"""UCDP Peace Agreement Dataset: what was agreed, provision by provision."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.country.seen import last_day
from toguna.sources.atlas import Atlas
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Lag, Made

# Column, theme, and what a 1 means by the owner's codebook. The owner's sums over a group of columns
# (Mil_prov, Pol_prov, Terr_prov, Justice_prov) say nothing more and are left out.
PROVISIONS = (
    ("cease", "ceasefire", "Ceasefire or cessation of hostilities"),
    ("Intarmy", "security_sector", "Integration of fighters into the army, or creation of a new army"),
    ("DDR", "ddr", "Disarmament, demobilisation and reintegration of fighters"),
    ("Withd", "security_sector", "Withdrawal of foreign forces"),
    ("pp", "power_sharing", "Armed group may become a political party"),
    ("Intgov", "power_sharing", "Integration of the armed group into the government"),
    ("Intciv", "power_sharing", "Integration of the armed group into the civil service"),
    ("Elections", "elections", "Elections or reform of electoral law"),
    ("Interrim", "power_sharing", "Integration of the armed group into an interim government"),
    ("Natalks", "other", "National talks to resolve the incompatibility"),
    ("Shagov", "power_sharing", "Power-sharing in government"),
    ("Aut", "autonomy", "Autonomy for the disputed region"),
    ("Fed", "autonomy", "Federal state"),
    ("Ind", "autonomy", "Independence of the disputed region"),
    ("Ref", "autonomy", "Referendum on the status of the disputed region"),
    ("Shaloc", "autonomy", "Power-sharing in local government"),
    ("Regdev", "development", "Development of the region"),
    ("Cul", "other", "Cultural freedoms"),
    ("Demarcation", "other", "Demarcation of the border"),
    ("Locgov", "autonomy", "Local governance of the disputed region"),
    ("Amn", "amnesty", "Amnesty"),
    ("pris", "other", "Release of prisoners"),
    ("Recon", "justice", "National reconciliation"),
    ("Return", "refugees", "Right of return or repatriation of refugees"),
    ("PKO", "peacekeeping", "Deployment of a peacekeeping operation"),
    ("Co_impl", "monitoring", "Commission or committee to oversee implementation"),
)
_CORE = {"cease", "DDR", "PKO"}
_RELEASED = date(2012, 6, 1)  # the data set to 2011; nothing in it was public before

FIELDS = (
    Field("gwno", aliases=("GWNOLoc", "gwno_loc"), example="432"),
    Field("pa_name"),
    Field("pa_date", "date"),
    Field("ended", "integer", empty=True, required=False),
    Field("duration", empty=True, required=False),
    Field("link", aliases=("Link to fulltext agreement",), empty=True, required=False),
    *(Field(column, "integer", required=column in _CORE, empty=True, low=-99, high=9) for column, _, _ in PROVISIONS),
)


class UcdpPeaceAgreements:
    """Reads the peace agreements of 1975-2011; one row an agreement and pair of parties."""

    about = About(
        key="ucdp-peace-agreements",
        title="UCDP Peace Agreement Dataset",
        owner="Uppsala Conflict Data Program",
        version="1975-2011",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="Högbladh 2012, Peace agreements 1975-2011, in States in Armed Conflict 2011, Uppsala University",
        url="https://ucdp.uu.se/downloads/",
        rhythm="irregular",
        lag=Lag(
            "June of the next year, and not before June 2012",
            lambda end: max(_RELEASED, date(end.year + 1, 6, 1)),
        ),
    )
    files: tuple[str, ...] = ("ucdp_peace_agreements*.csv", "ucdp-peace-agreements*.csv")
    provides: tuple[str, ...] = ("agreements",)

    def read(self, path: Path) -> Reading:
        """Return the agreements of one file, with the years it covers as its version."""
        reading = read_delimited(path, FIELDS, what="UCDP peace agreements, one row an agreement")
        return replace(reading, version=version_of(path.name))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the provisions of agreements about this country, each once, whichever parties signed it."""
        refused: list[Fault] = []
        found: list[dict[str, object]] = []
        for reading in readings:
            is_here = [str(profile.gwno) in re.split(r"\D+", numbers) for numbers in reading.rows["gwno"]]
            for line, row in reading.rows[is_here].iterrows():
                name = " ".join(str(row["pa_name"]).split())
                provisions = self._provisions(row, profile.agreement_names.get(name, name), reading.version)
                found += provisions
                if not provisions:
                    problem, remedy = (
                        "none of the provisions read is a 1",
                        "Nothing to do where the agreement has none.",
                    )
                    refused.append(Fault(reading.file, int(str(line)), "pa_name", row["pa_name"], problem, remedy))
        table = pd.DataFrame(found, columns=list(_COLUMNS))
        # An agreement has one row for each armed group that signed; a provision is one whoever signed it.
        table = table.drop_duplicates(["source", "agreement", "theme", "provision"], ignore_index=True)
        table["published"] = pd.to_datetime(table["published"])
        return Made({"agreements": table}, tuple(refused))

    def _provisions(self, row: pd.Series, name: str, version: str) -> list[dict[str, object]]:
        ended, detail = _end(row)
        shared: dict[str, object] = {
            "agreement": name,
            "date": row["pa_date"],
            "ended": ended,
            "place": "",
            "detail": detail,
            "implementation": "",
            "citation": row["link"] or self.about.title,
            "confidence": "high",
            "basis": "dataset",
            "source": f"{self.about.key}@{version}",
            "published": self.about.lag.published(str(row["pa_date"])),
        }
        return [
            {**shared, "theme": theme, "provision": words} for column, theme, words in PROVISIONS if row[column] == 1
        ]


def version_of(name: str) -> str:
    """Return the years or the version in a file name.

    Examples
    --------
    >>> version_of("ucdp_peace_agreements_1975_2011.csv"), version_of("ucdp-peace-agreements-221.csv")
    ('1975-2011', '22.1')
    """
    years = re.search(r"(\d{4})[-_](\d{4})", name)
    number = re.search(r"[-_](\d{2})(\d)(?!\d)", name)
    if years:
        return f"{years[1]}-{years[2]}"
    return f"{number[1]}.{number[2]}" if number else "not stated"


_COLUMNS = (
    "agreement",
    "date",
    "ended",
    "place",
    "theme",
    "provision",
    "detail",
    "implementation",
    "citation",
    "confidence",
    "basis",
    "source",
    "published",
)


def _end(row: pd.Series) -> tuple[str, str]:
    """Return the day an agreement ended, the last of the month or year where the day is not known, and a word on it."""
    found = re.match(r"(\d{4})(-(0[1-9]|1[0-2]))?(-(0[1-9]|[12]\d|3[01]))?", str(row["duration"]).strip())
    if row["ended"] != 1 or found is None:
        return "", ""
    try:
        day = last_day(found[0]).isoformat()
    except ValueError:
        return "", f"ended {found[0]} as the owner writes it"
    return day, "" if len(found[0]) == 10 else f"ended {found[0]}; the owner gives no exact day"
