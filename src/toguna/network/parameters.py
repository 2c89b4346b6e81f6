"""Choices of the road analyses, from `parameters.yaml`; every output carries them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml
from pydantic import Field

from toguna.core.frozen import Frozen


class Risk(Frozen):
    """How events make a link risky."""

    reach_km: float = Field(gt=0, description="Distance by which an event's weight falls to 1/e, km")
    half_life_months: float = Field(gt=0, description="Age by which it halves, months")
    look_back_months: int = Field(gt=0, description="Older events do not count, months")
    convoy_draw: float = Field(gt=0, description="Times as often as chance that a convoy meets an event")


class Status(Frozen):
    """When a corridor is contested."""

    contested_km: float = Field(gt=0, description="Distance of an event from a link, km")
    contested_months: int = Field(gt=0, description="Its age, months")
    place_km: float = Field(gt=0, description="Links this near a place share its political events, km")


class Alternatives(Frozen):
    """Which other ways are shown."""

    shown: int = Field(gt=0, description="How many ways")
    most_shared: float = Field(ge=0, le=1, description="Largest part of the length shared with those before")
    longest: float = Field(ge=1, description="Most hours, as a multiple of the fastest")


class Served(Frozen):
    """Whom a corridor serves."""

    within_h: float = Field(gt=0, description="Hours from the corridor")


class Trade(Frozen):
    """Gravity of trade between markets."""

    size_power: float = Field(gt=0, description="Power of people at either end")
    decay_h: float = Field(gt=0, description="Hours by which flow falls to 1/e")
    near_market_h: float = Field(gt=0, description="Hours within which people belong to a market")


class Supply(Frozen):
    """What armed supply avoids."""

    hour_cost: float = Field(gt=0, description="Cost of an hour")
    paved_km_cost: float = Field(ge=0, description="Cost of a km of paved road")
    crossing_cost: float = Field(ge=0, description="Cost of an official crossing")
    scale: float = Field(gt=0, description="Scale of the logit, per unit of cost")


class Parameters(Frozen):
    """All choices."""

    risk: Risk
    status: Status
    alternatives: Alternatives
    served: Served
    trade: Trade
    supply: Supply


@cache
def parameters() -> Parameters:
    """Return the shipped choices."""
    text = files("toguna.network").joinpath("parameters.yaml").read_text(encoding="utf-8")
    return Parameters.model_validate(yaml.safe_load(text))
