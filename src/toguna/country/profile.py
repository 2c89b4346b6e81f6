"""`country.yaml`: all that differs between countries, so that no code asks which country it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, field_validator

from toguna.core.errors import Fault, PackError
from toguna.core.frozen import Frozen
from toguna.core.months import Month

SCHEMA_VERSION = 1


class Region(Frozen):
    """A part of the country that indicators compare with the rest."""

    name: dict[str, str] = Field(description="Name by language code")
    pcodes: tuple[str, ...] = Field(description="P-codes of the admin 1 areas in it")


class OrderBreak(Frozen):
    """A break of the constitutional order, by the political events that began and ended it."""

    broken: str = Field(description="event_id of the coup")
    restored: str = Field(default="", description="event_id of the return to elected rule; empty while broken")


class RoadPoint(Frozen):
    """Where a place of a road table lies that no list of places knows."""

    name: str = Field(description="Name as printed")
    longitude: float = Field(ge=-180, le=180, description="Degrees east")
    latitude: float = Field(ge=-90, le=90, description="Degrees north")
    iso3: str = Field(description="Country, ISO 3166-1 alpha-3")


class Vote(Frozen):
    """A vote that has been announced."""

    name: dict[str, str] = Field(description="Name by language code")
    event: str = Field(description="event_id of the announcement")
    month: str = Field(default="", description="YYYY-MM it is due; empty where no date is set")


class Profile(Frozen):
    """The part of a pack that people write."""

    schema_version: int = Field(alias="schema", description="Version of the pack's schema")
    iso3: str = Field(min_length=3, max_length=3, description="ISO 3166-1 alpha-3")
    iso2: str = Field(default="", max_length=2, description="ISO 3166-1 alpha-2, which some owners use instead")
    name: dict[str, str] = Field(description="Country name by language code")
    edition: str = Field(description="YYYY-MM the pack was made for; the default as-of month")
    made_up: bool = Field(default=False, description="True for a country that does not exist")
    crs: str = Field(description="Projected coordinate reference system for distances, e.g. EPSG:32630")
    bbox: tuple[float, float, float, float] = Field(description="West, south, east, north in degrees")
    neighbours: tuple[str, ...] = Field(description="Bordering countries, ISO 3166-1 alpha-3")
    gwno: int | None = Field(default=None, description="Gleditsch-Ward number")
    ucdp_name: str = Field(default="", description="Country name in UCDP files")
    missions: tuple[str, ...] = Field(default=(), description="Peace operations, as Geo-PKO names them")
    mission_ends: dict[str, str] = Field(
        default={},
        description="Operations that have ended, to the event_id of their end; no base of theirs stands since",
    )
    region: Region | None = Field(default=None, description="The part compared with the rest under principle 3")
    road_points: dict[str, RoadPoint] = Field(
        default={}, description="Places of road tables that no list knows, by the name the table uses"
    )
    supply_sources: tuple[str, ...] = Field(
        default=(), description="Places on the roads outside the country where armed supply may come from"
    )
    milestones: tuple[int, ...] = Field(default=(), description="Years shown in the table `The record`")
    constitutional_order: tuple[OrderBreak, ...] = Field(default=(), description="Breaks, oldest first")
    signatories: tuple[str, ...] = Field(
        default=(), description="Organisations that signed agreements, as UCDP names them"
    )
    identity_groups: tuple[str, ...] = Field(
        default=(), description="Communities that event series name as parties; packs say `communal group` instead"
    )
    next_vote: Vote | None = Field(default=None, description="Next vote announced")
    area_aliases: dict[str, str] = Field(default={}, description="Other spellings of area names, to the pack's")
    place_aliases: dict[str, str] = Field(default={}, description="Other spellings of place names, to the pack's")
    camps: dict[str, str] = Field(
        default={}, description="Names of camps in count series, to the pack's; empty for a series to leave out"
    )
    agreement_names: dict[str, str] = Field(default={}, description="Names of agreements in data sets, to the pack's")
    camp_series: tuple[str, ...] = Field(default=(), description="Folders of camp counts that are about this country")
    curated_facts: bool = Field(default=False, description="Whether fact files that name no country are about this one")
    caveats: tuple[dict[str, str], ...] = Field(default=(), description="What every output must say, by language")

    @field_validator("edition")
    @classmethod
    def _is_month(cls, text: str) -> str:
        return str(Month.parse(text))

    def label(self, language: str) -> str:
        """Return the country's name in a language, or in English."""
        return self.name.get(language, self.name["en"])


def read_profile(path: Path) -> Profile:
    """Return the profile in a `country.yaml`, or raise PackError with every fault in it."""
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackError(f"{path.name} is not readable YAML: {error}. Mend the line named.") from error
    if not isinstance(found, dict):
        raise PackError(f"{path.name} holds no settings. Write `iso3: ...` and the other keys of the reference.")
    version = found.get("schema", 0)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise PackError(
            f"{path.name} says schema {version}; this Toguna reads up to {SCHEMA_VERSION}. "
            "Install a newer Toguna, or rebuild the pack with this one."
        )
    try:
        return Profile.model_validate(found)
    except ValidationError as error:
        raise PackError("The pack's settings have faults:", [_fault(path, one) for one in error.errors()]) from error


def _fault(path: Path, one: Any) -> Fault:
    where = ".".join(str(part) for part in one["loc"])
    value = one.get("input")
    shown = "" if isinstance(value, dict) else str(value)[:60]
    return Fault(path.name, None, where, shown, str(one["msg"]).rstrip("."), "See `toguna pack describe` for the keys.")
