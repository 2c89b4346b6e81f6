"""The rules of movement and their numbers, read from the settings files users of the reference model have."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from toguna.core.errors import DataError


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spawning(_Frozen):
    """Where those who flee come from."""

    sum_from_camps: bool = Field(default=True, description="The total is the sum of the camps' counts, not `total`")
    insert_day0: bool = Field(default=True, description="Camps begin with those counted on day 0")
    empty_camps_on_day0: bool = Field(default=False, description="Camps begin empty, whatever was counted")
    take_from_population: bool = Field(default=False, description="A place loses those who flee from it")
    conflict_spawn_decay: tuple[float, ...] = Field(
        default=(1.0,), description="Weight of a conflict zone by its age in intervals; the last one lasts"
    )
    conflict_spawn_decay_interval: int = Field(default=30, gt=0, description="Length of an interval, days")


class Movement(_Frozen):
    """How people move."""

    max_move_speed: float = Field(default=360.0, gt=0, description="Farthest way in a day, km")
    max_walk_speed: float = Field(default=35.0, gt=0, description="Farthest way in a day on foot, km")
    foreign_weight: float = Field(default=1.0, ge=0, description="Pull of places abroad")
    camp_weight: float = Field(default=1.0, ge=0, description="Pull of camps")
    conflict_weight: float = Field(default=0.25, ge=0, description="Pull of conflict zones, to the power of intensity")
    conflict_movechance: float = Field(default=1.0, ge=0, le=1, description="Chance to leave a conflict zone in a day")
    camp_movechance: float = Field(default=0.001, ge=0, le=1, description="Chance to leave a camp in a day")
    idpcamp_movechance: float = Field(default=0.1, ge=0, le=1, description="Chance to leave an IDP site in a day")
    default_movechance: float = Field(default=0.3, ge=0, le=1, description="Chance to leave another place in a day")
    awareness_level: int = Field(
        default=1, ge=0, le=3, description="Links people see ahead; 0 sees neighbours unweighted"
    )
    capacity_scaling: float = Field(default=1.0, gt=0, description="Factor on the capacity of camps")
    capacity_buffer: float = Field(
        default=0.9, ge=0, lt=1, description="Share of capacity from which a camp pulls less"
    )
    avoid_short_stints: bool = Field(default=False, description="Who has not come far goes on from a town at once")
    start_on_foot: bool = Field(default=False, description="The first link is walked")
    weight_power: float = Field(default=1.0, gt=0, description="Power of the weights")
    weight_softening: float = Field(default=0.0, ge=0, description="Added to the score of a place")
    distance_power: float = Field(default=1.0, ge=0, description="Power of distance in the weight of a way")
    softening: float = Field(default=10.0, ge=0, description="Added to the distance of a way, km")


class Settings(_Frozen):
    """All settings of a run.

    `hasten` divides the number of people: each agent stands for so many.
    """

    spawning: Spawning = Spawning()
    movement: Movement = Movement()
    hasten: int = Field(default=1, ge=1, description="People an agent stands for")

    @model_validator(mode="after")
    def _has_decay(self) -> Self:
        if not self.spawning.conflict_spawn_decay:
            raise ValueError("conflict_spawn_decay needs at least one weight")
        return self


_SECTIONS: dict[str, type[BaseModel]] = {"spawn_rules": Spawning, "move_rules": Movement}
_IGNORED = {"log_levels"}  # of the reference model's own printing


def read_settings(path: Path) -> Settings:
    """Return the settings in a YAML file of the reference model's form.

    Raises
    ------
    DataError
        The file is no YAML, or a key is not known: the closest known key is offered.
    """
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path.name} cannot be read as settings ({error}). Give a YAML file.") from error
    found = found or {}
    if not isinstance(found, dict):
        raise DataError(f"{path.name} holds no settings. Expected spawn_rules, move_rules and optimisations.")
    known = {*_SECTIONS, *_IGNORED, "optimisations"}
    for key in found:
        if key not in known:
            raise DataError(f"{path.name}: {_unknown(str(key), known)}")
    parts: dict[str, Any] = {}
    for section, model in _SECTIONS.items():
        values = found.get(section) or {}
        for key in values:
            if key not in model.model_fields:
                raise DataError(f"{path.name}, {section}: {_unknown(str(key), set(model.model_fields))}")
        parts["spawning" if section == "spawn_rules" else "movement"] = values
    faster = found.get("optimisations") or {}
    for key in faster:
        if key != "hasten":
            raise DataError(f"{path.name}, optimisations: {_unknown(str(key), {'hasten'})}")
    try:
        return Settings.model_validate({**parts, **faster})
    except ValidationError as error:
        one = error.errors()[0]
        where = ".".join(str(part) for part in one["loc"])
        raise DataError(f"{path.name}: {where} is {one['input']!r}: {one['msg']}. Correct it.") from error


def _unknown(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"there is no setting {key!r}.{hint} Known: {', '.join(sorted(known))}."
