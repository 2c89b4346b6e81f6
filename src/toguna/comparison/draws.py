"""`Draws`: what a parameter is drawn from, one distribution cut off at bounds."""

from __future__ import annotations

import math
from typing import Annotated, Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, Field, model_validator
from scipy import special

from toguna.core.frozen import Frozen

Floats = npt.NDArray[np.float64]


def _no_text(value: Any) -> Any:
    """Return a value that is not text; YAML reads `"0.5"`, `-.5` and `1e-3` as text, where a number is meant."""
    if isinstance(value, str):
        raise ValueError("text stands where a number belongs; write digits without quotes, as -0.5 or 1.0e-3")  # noqa: TRY004
    return value


Number = Annotated[float, Field(strict=True, allow_inf_nan=False), BeforeValidator(_no_text)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0), BeforeValidator(_no_text)]

_END = float(special.ndtri(0.95))  # a 90% range reaches so many standard deviations to each side


class Lognormal(Frozen):
    """Median and the ends of a 90% range; where they are not even about the median, it is kept and the ratio too."""

    median: Positive = Field(description="Median")
    low: Positive = Field(description="Low end of the 90% range")
    high: Positive = Field(description="High end of the 90% range")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low < self.median < self.high:
            raise ValueError(f"low {self.low:g}, median {self.median:g}, high {self.high:g} are out of order")
        return self

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return math.log(self.high / self.low) / (2 * _END)

    @property
    def middle(self) -> float:
        """The median."""
        return self.median

    def below(self, value: float) -> float:
        """Return the chance of less than a value."""
        return float(special.ndtr(math.log(value / self.median) / self.sigma)) if value > 0 else 0.0

    def at(self, chance: Floats) -> Floats:
        """Return the values below which lie the chances."""
        return np.asarray(self.median * np.exp(self.sigma * special.ndtri(chance)), np.float64)


class Normal(Frozen):
    """Mean and standard deviation."""

    mean: Number = Field(description="Mean")
    sd: Positive = Field(description="Standard deviation")

    @property
    def middle(self) -> float:
        """The mean."""
        return self.mean

    def below(self, value: float) -> float:
        """Return the chance of less than a value."""
        return float(special.ndtr((value - self.mean) / self.sd))

    def at(self, chance: Floats) -> Floats:
        """Return the values below which lie the chances."""
        return np.asarray(self.mean + self.sd * special.ndtri(chance), np.float64)


class Beta(Frozen):
    """A share, by the two shapes of a beta distribution."""

    a: Positive = Field(description="Weight on yes")
    b: Positive = Field(description="Weight on no")

    @property
    def middle(self) -> float:
        """The median."""
        return float(special.betaincinv(self.a, self.b, 0.5))

    def below(self, value: float) -> float:
        """Return the chance of less than a value."""
        return float(special.betainc(self.a, self.b, min(max(value, 0.0), 1.0)))

    def at(self, chance: Floats) -> Floats:
        """Return the values below which lie the chances."""
        return np.asarray(special.betaincinv(self.a, self.b, chance), np.float64)


class Triangular(Frozen):
    """Low end, likeliest value, high end."""

    low: Number = Field(description="Low end")
    mode: Number = Field(description="Likeliest value")
    high: Number = Field(description="High end")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError(f"low {self.low:g}, mode {self.mode:g}, high {self.high:g} are out of order")
        return self

    @property
    def middle(self) -> float:
        """The likeliest value."""
        return self.mode

    def below(self, value: float) -> float:
        """Return the chance of less than a value."""
        wide = self.high - self.low
        if value <= self.low or value >= self.high:
            return float(value >= self.high)
        if value < self.mode:
            return (value - self.low) ** 2 / (wide * (self.mode - self.low))
        return 1 - (self.high - value) ** 2 / (wide * (self.high - self.mode))

    def at(self, chance: Floats) -> Floats:
        """Return the values below which lie the chances."""
        wide, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        up = self.low + np.sqrt(chance * wide * rise)
        down = self.high - np.sqrt((1 - chance) * wide * fall)
        return np.where(chance < rise / wide, up, down)


class Uniform(Frozen):
    """Any value between two ends."""

    low: Number = Field(description="Low end")
    high: Number = Field(description="High end")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g}, high {self.high:g} are out of order")
        return self

    @property
    def middle(self) -> float:
        """Half way."""
        return (self.low + self.high) / 2

    def below(self, value: float) -> float:
        """Return the chance of less than a value."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def at(self, chance: Floats) -> Floats:
        """Return the values below which lie the chances."""
        return self.low + (self.high - self.low) * chance


class Draws(Frozen):
    """What a parameter is drawn from: exactly one of these."""

    lognormal: Lognormal | None = Field(default=None, description="Median and 90% range of a ratio or rate")
    normal: Normal | None = Field(default=None, description="Mean and standard deviation")
    beta: Beta | None = Field(default=None, description="A share")
    triangular: Triangular | None = Field(default=None, description="Low end, likeliest value, high end")
    uniform: Uniform | None = Field(default=None, description="Any value between two ends")

    @model_validator(mode="after")
    def _just_one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"gives {' and '.join(given)}" if given else "gives no distribution"
            raise ValueError(f"{found}; give exactly one of {', '.join(type(self).model_fields)}")
        return self

    @property
    def shape(self) -> Lognormal | Normal | Beta | Triangular | Uniform:
        """The one given."""
        given = self.lognormal or self.normal or self.beta or self.triangular or self.uniform
        assert given is not None  # the validator holds it
        return given

    def within(self, chance: Floats, low: float, high: float) -> Floats:
        """Return the values below which lie the chances, of what is left between two bounds; nothing piles up at them.

        Parameters
        ----------
        chance : any shape, from 0 to 1
        low, high : bounds, unit of the parameter
        """
        below, above = self.shape.below(low), self.shape.below(high)
        return np.clip(self.shape.at(below + chance * (above - below)), low, high)
