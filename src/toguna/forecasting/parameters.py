"""What a forecast is asked for."""

from __future__ import annotations

from pydantic import Field

from toguna.core.frozen import Frozen

REACH = 36  # months past the last known one that any model may be asked for


class ForecastParams(Frozen):
    """Steps, draws and seed of a forecast; frozen, unknown keys are errors."""

    steps: tuple[int, ...] = Field(description="Months past the last known one, ascending, each 1 to 36")
    draws: int = Field(default=1000, ge=10, le=10_000, description="Draws of each unit and step")
    seed: int = Field(default=1, ge=0, description="Seed; the same seed gives the same draws")
