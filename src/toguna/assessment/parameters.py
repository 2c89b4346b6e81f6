"""The dated thresholds and choices of the indicators, from `parameters.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import Field

from toguna.core.frozen import Frozen


class Choice(Frozen):
    """A threshold with its unit, the month it holds since, and the reason."""

    value: float
    unit: str
    since: str
    reference: str


class StandardIds(Frozen):
    """Which rows of the table `standards` the supply arithmetic uses."""

    water: str = Field(description="Litres per person and day")
    food: str = Field(description="kcal per person and day")
    ration: str = Field(description="Tonnes of a full ration for 10,000 people and 30 days")
    shelter: str = Field(description="Covered m2 per person")


class CapacityIds(Frozen):
    """Which rows of the table `capacities` turn tonnes into loads."""

    lorry: str = Field(description="Payload of an all-terrain lorry in tonnes")
    airlift: str = Field(description="Payload of a heavy-lift sortie in tonnes, as observed")


class Parameters(Frozen):
    """All choices of the assessment."""

    standards: StandardIds
    capacities: CapacityIds
    people_per_shelter: Choice
    health_hours: Choice
    hub_hours: Choice
    base_radius_km: Choice
    hot_area_months: Choice


@cache
def parameters() -> Parameters:
    """Return the shipped choices."""
    text = files("toguna.assessment").joinpath("parameters.yaml").read_text(encoding="utf-8")
    found: Any = yaml.safe_load(text)
    return Parameters.model_validate(found)
