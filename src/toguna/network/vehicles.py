"""Vehicles and aircraft: how fast, where not, how far, how much."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TypeVar

import yaml
from pydantic import Field

from toguna.core.errors import AskError
from toguna.core.frozen import Frozen
from toguna.core.months import Month
from toguna.core.words import N_

T = TypeVar("T")


class Season(StrEnum):
    """The half of the year that decides whether a piste is open."""

    DRY = "dry"
    WET = "wet"


def season_of(month: Month) -> str:
    """Return the season of a month: the rains of the Sahel fall from June to October.

    Examples
    --------
    >>> season_of(Month(2013, 2)), season_of(Month(2013, 8))
    ('dry', 'wet')
    """
    return str(Season.WET if 6 <= month.month <= 10 else Season.DRY)


class Vehicle(Frozen):
    """A vehicle on the road."""

    factor: float = Field(gt=0, le=1.5, description="Share of a light vehicle's speed")
    cap: float = Field(gt=0, description="Highest speed, km/h")
    closed_wet: tuple[str, ...] = Field(description="Surfaces closed to it in the rains")
    payload_t: float = Field(default=0.0, ge=0, description="Payload, t")
    basis: str = Field(description="Where the figures come from")


class Aircraft(Frozen):
    """An aircraft that flies straight."""

    cruise_kmh: float = Field(gt=0, description="Cruise, km/h")
    range_km: float = Field(gt=0, description="Farthest leg, km")
    ready_h: float = Field(ge=0, description="Hours from call to take-off, and to land and unload")
    payload_t: float = Field(gt=0, description="Payload, t")
    runway_m: float = Field(ge=0, description="Shortest runway, m; 0 lands anywhere")
    basis: str = Field(description="Where the figures come from")


class _Shelf(Frozen):
    vehicles: dict[str, Vehicle]
    aircraft: dict[str, Aircraft]


def vehicle(name: str) -> Vehicle:
    """Return a vehicle by name, or say which there are.

    Examples
    --------
    >>> vehicle("lorry").payload_t
    10.0
    """
    return _named(_shelf().vehicles, name, "vehicle")


def aircraft(name: str) -> Aircraft:
    """Return an aircraft by name, or say which there are."""
    return _named(_shelf().aircraft, name, "aircraft")


def _named(known: dict[str, T], name: str, kind: str) -> T:
    if name not in known:
        raise AskError(
            N_("There is no {kind} {name!r}. Choose one of {known}."), kind=kind, name=name, known=", ".join(known)
        )
    return known[name]


@cache
def _shelf() -> _Shelf:
    text = files("toguna.network").joinpath("vehicles.yaml").read_text(encoding="utf-8")
    return _Shelf.model_validate(yaml.safe_load(text))
