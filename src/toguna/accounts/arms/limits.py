"""The limits of civilian possession and of visitors' certificates: data, with article and status of the text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import Field

from toguna.accounts.arms.rules import Ruled, read_rules
from toguna.core.frozen import Frozen


class Conditions(Ruled):
    """What a civilian must be found to meet."""

    conditions: tuple[str, ...]


class Limit(Ruled):
    """A number an entry is held to; None is not checked."""

    value: int | None = Field(ge=0)


class Limits(Frozen):
    """All limits of the register."""

    civilian_conditions: Conditions
    licence_years: Limit
    licence_arms: Limit
    waiting_days: Limit
    certificate_days: Limit

    @property
    def unset(self) -> tuple[str, ...]:
        """Limits without a number, which are not checked."""
        return tuple(name for name, one in self if isinstance(one, Limit) and one.value is None)


@cache
def limits() -> Limits:
    """Return the shipped limits; their numbers are for national law to set."""
    text = files("toguna.accounts.arms").joinpath("limits.yaml").read_text(encoding="utf-8")
    return Limits.model_validate(yaml.safe_load(text))


def read_limits(path: Path) -> Limits:
    """Return a country's limits from a YAML file of the same form as the shipped one.

    Raises
    ------
    DataError
        The file is no YAML or a rule is missing, unknown or wrong.
    """
    return read_rules(path, Limits)
