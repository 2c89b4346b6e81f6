"""`UnitKind`: what kinds of units there are, how many people, how fast, how far and at what cost."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Self, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from toguna.core.errors import AskError, Fault, PlanError
from toguna.core.frozen import Frozen
from toguna.core.words import N_, Sentence
from toguna.network.vehicles import vehicle
from toguna.planning.mandate import Basis, Task

M = TypeVar("M", bound=BaseModel)


def weakest(*bases: Basis) -> Basis:
    """Return the least sure of several bases: a figure is no surer than what it was made from."""
    return max(bases, key=list(Basis).index)


class Cited(Frozen):
    """Where a number comes from."""

    source: str = Field(min_length=1, description="The source, or the reason where it is judgement")
    basis: Basis = Field(description="How the number was obtained")


class UnitKind(Frozen):
    """A kind of unit. In the file each number other than 0 stands with its source: `{value, source, basis}`."""

    name: str = Field(description="Name the kind is asked for by")
    title: str = Field(description="Name the kind is shown by")
    people: int = Field(gt=0, le=5000, description="People in one unit")
    vehicle: str = Field(default="", description="Road vehicle it moves by, as network/vehicles.yaml names it")
    flies: bool = Field(default=False, description="Whether it flies straight instead of keeping to roads")
    speed_kmh: float = Field(default=0.0, ge=0, le=1000, description="Speed, km/h; 0 for that of its road vehicle")
    launch_h: float = Field(default=0.0, ge=0, le=72, description="Hours from the call to setting out")
    reach_h: float = Field(default=0.0, ge=0, le=48, description="Farthest it helps, hours of travel; 0 where it is")
    supply_t_per_day: float = Field(default=0.0, ge=0, le=500, description="Supplies it uses up, t a day")
    lift_t_per_day: float = Field(default=0.0, ge=0, le=500, description="Cargo it flies in, t a day")
    cost_usd_per_month: float = Field(default=0.0, ge=0, description="Cost of one unit, US$ a month")
    tasks: tuple[Task, ...] = Field(min_length=1, description="Tasks it can do")
    cited: Mapping[str, Cited] = Field(description="Source and basis of each number, by field")

    @model_validator(mode="before")
    @classmethod
    def _take_apart(cls, found: Any) -> Any:
        if not isinstance(found, dict) or "cited" in found:
            return found
        figures = {key: one for key, one in found.items() if isinstance(one, dict) and "value" in one}
        cited = {key: {part: it for part, it in one.items() if part != "value"} for key, one in figures.items()}
        return {**found, **{key: one["value"] for key, one in figures.items()}, "cited": cited}

    @model_validator(mode="after")
    def _moves_and_cites(self) -> Self:
        if self.flies and (self.vehicle or not self.speed_kmh):
            raise ValueError("flies, so it needs a speed_kmh and no vehicle")
        if not self.flies and not (self.vehicle or self.speed_kmh):
            raise ValueError("moves by road, so it needs a vehicle or a speed_kmh")
        if self.lift_t_per_day and not self.flies:
            raise ValueError("has lift_t_per_day but does not fly")
        if self.vehicle:
            try:
                vehicle(self.vehicle)
            except AskError as error:
                raise ValueError(str(error)) from error
        bare = [key for key in _NUMBERS if getattr(self, key) and key not in self.cited]
        if bare:
            raise ValueError(f"{', '.join(bare)} has no source; write {{value: ..., source: ..., basis: ...}}")
        return self


_NUMBERS = tuple(key for key, field in UnitKind.model_fields.items() if field.annotation in {int, float})


def read_kinds(path: Path | None = None) -> dict[str, UnitKind]:
    """Return the kinds of units in a file by name, the shipped ones where no file is given.

    Examples
    --------
    >>> read_kinds()["formed_police_unit"].people
    140
    """
    return dict(_shipped()) if path is None else _kinds(read_sheet(path))


@cache
def _shipped() -> dict[str, UnitKind]:
    with as_file(files("toguna.planning").joinpath("kinds.yaml")) as path:
        return _kinds(read_sheet(path))


def _kinds(sheet: Sheet) -> dict[str, UnitKind]:
    class Kinds(Frozen):
        kinds: dict[str, UnitKind]

    named = {key: {"name": key, **one} if isinstance(one, dict) else one for key, one in sheet.values.items()}
    below = {f"kinds.{key}": line for key, line in sheet.lines.items()}
    return validated(Kinds, Sheet(sheet.file, {"kinds": named}, below)).kinds


@dataclass(frozen=True)
class Sheet:
    """A YAML file: its values, and the file and line each key stands on."""

    file: str
    values: dict[str, Any]
    lines: dict[str, tuple[str, int]]

    def where(self, key: str) -> tuple[str, int | None]:
        """Return file and line of a dotted key, or of the nearest key above it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines.get(key, (self.file, None))


def read_sheet(path: Path) -> Sheet:
    """Return a YAML file with its lines, or raise PlanError when it is not one or says a thing twice."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PlanError(
            N_("{name} cannot be read as YAML ({error}). Mend the line named."), name=path.name, error=error
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise PlanError(N_("{name} holds no settings. Write one `key: value` a line."), name=path.name)
    lines: dict[str, tuple[str, int]] = {}
    for key, line in _keys(node, ""):
        if key in lines:
            say = f"stands here and on line {lines[key][1]}"
            raise refusal("A key stands twice:", [Fault(path.name, line, key, "", say, "Keep one of them.")])
        lines[key] = (path.name, line)
    return Sheet(path.name, values, lines)


def _keys(node: yaml.Node, above: str) -> Iterator[tuple[str, int]]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    if isinstance(node, yaml.SequenceNode):
        pairs = [(yaml.ScalarNode("", str(place), one.start_mark), one) for place, one in enumerate(node.value)]
    for key, value in pairs:
        name = f"{above}{key.value}"
        yield name, key.start_mark.line + 1
        yield from _keys(value, f"{name}.")


def refusal(message: str, faults: Sequence[Fault]) -> PlanError:
    """Return the error that names every fault, one a line."""
    lines = [message]
    for one in faults:
        where = one.file + (f", line {one.row}" if one.row else "") + (f", {one.column}" if one.column else "")
        found = f" (found {one.value!r})" if one.value else ""
        lines.append(f"  - {where}: {one.problem}{found}. {one.remedy}")
    refused = PlanError("\n".join(lines))
    refused.faults = tuple(faults)
    return refused


def validated(model: type[M], sheet: Sheet) -> M:
    """Return a sheet as a model, or raise PlanError with every fault: file, line, key, value and remedy."""
    try:
        return model.model_validate(sheet.values)
    except ValidationError as error:
        known = [key for part in _schemas(model) for key in part.get("properties", ())]
        faults = [_fault(sheet, one, known) for one in error.errors()]
        raise refusal(f"{sheet.file} has faults:", faults) from error


def _schemas(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    return [schema, *schema.get("$defs", {}).values()]


def _fault(sheet: Sheet, one: Any, known: list[str]) -> Fault:
    key = ".".join(str(part) for part in one["loc"] if part != "[key]")
    file, line = sheet.where(key)
    value = one.get("input")
    shown = "" if isinstance(value, dict | list) else str(value)[:60]
    problem = str(one["msg"]).removeprefix("Value error, ").rstrip(".")
    remedy = N_("Correct the value.")
    if one["type"] == "extra_forbidden":
        problem = N_("there is no such key")
        near = difflib.get_close_matches(str(one["loc"][-1]), known, n=1, cutoff=0.5)
        every = Sentence(N_("Take it out. Known: {known}."), known=", ".join(sorted(set(known))))
        remedy = Sentence(N_("Did you mean {near}?"), near=near[0]) if near else every
    elif one["type"] == "missing":
        problem, remedy = N_("the key is missing"), N_("Add it.")
    return Fault(file, line, key, shown, problem, remedy)
