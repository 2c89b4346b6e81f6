"""`Parameter`, `read_parameters` and `draw`: what the simulation assumes, on which findings, and draws of it."""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, RootModel, model_validator
from scipy import special

from toguna.comparison.draws import Draws, Floats, Number
from toguna.core.errors import ComparisonError, Fault, PlanError
from toguna.core.frozen import Frozen
from toguna.planning.mandate import Basis
from toguna.planning.units import Sheet, read_sheet, refusal, validated

SHIPPED = "evidence.yaml"


class Mechanism(StrEnum):
    """What a parameter belongs to; leaving one out shows whether a ranking hangs on it."""

    DETERRENCE = "deterrence"
    REVENGE = "revenge"
    ABUSE = "abuse"
    COOPERATION = "cooperation"
    DISPLACEMENT_OF_VIOLENCE = "displacement_of_violence"
    LIVELIHOODS = "livelihoods"
    FLIGHT = "flight"
    AID = "aid"
    LOSSES = "losses"
    CUSTODY = "custody"
    ARMS = "arms"
    BORDERS = "borders"
    DDR = "ddr"
    POLITICS = "politics"
    REGIONAL = "regional"
    REFUGEES = "refugees"
    CLIMATE = "climate"
    COSTS = "costs"
    BASELINE = "baseline"

    @property
    def words(self) -> str:
        """What it is, as people say it."""
        return _WORDS[self]


_WORDS = {
    Mechanism.DETERRENCE: "what presence does to violence",
    Mechanism.REVENGE: "what force sets off in armed groups",
    Mechanism.ABUSE: "harm by state and forces, and what it sets off",
    Mechanism.COOPERATION: "how far people cooperate with forces",
    Mechanism.DISPLACEMENT_OF_VIOLENCE: "violence moving to other areas",
    Mechanism.LIVELIHOODS: "livelihoods lost and what follows",
    Mechanism.FLIGHT: "flight and return",
    Mechanism.AID: "aid, access and mortality",
    Mechanism.LOSSES: "losses of the forces and how long they hold out",
    Mechanism.CUSTODY: "capture and due process",
    Mechanism.ARMS: "arms and what they do to violence",
    Mechanism.BORDERS: "patrols of the borders",
    Mechanism.DDR: "disarmament, demobilisation and reintegration",
    Mechanism.POLITICS: "agreement, votes and constitutional order",
    Mechanism.REGIONAL: "neighbours and regional bodies",
    Mechanism.REFUGEES: "refugees and the areas that host them",
    Mechanism.CLIMATE: "drought and prices",
    Mechanism.COSTS: "costs",
    Mechanism.BASELINE: "where things stand at the start",
}


class Finding(Frozen):
    """A published finding, and which way it moves the parameter."""

    side: Literal["raises", "lowers", "neither"] = Field(
        description="Whether it raises the parameter, lowers it, or neither: no effect, or only how large something is"
    )
    says: str = Field(min_length=1, description="The finding in a sentence")
    source: str = Field(min_length=1, description="Who found it")
    basis: Basis = Field(description="How the finding was obtained")

    @model_validator(mode="after")
    def _was_found(self) -> Self:
        if self.basis is Basis.JUDGEMENT:
            raise ValueError("judgement is no finding; write why under the parameter's judgement")
        return self

    @property
    def quotable(self) -> bool:
        """Whether a brief may quote it; what is only remembered never is."""
        return self.basis in {Basis.READ, Basis.EXCERPT}


class Parameter(Frozen):
    """An uncertain number: a distribution within bounds, and what it rests on."""

    name: str = Field(min_length=1, description="Name it is asked for by")
    title: str = Field(min_length=1, description="What it is, for readers")
    unit: str = Field(min_length=1, description="Unit")
    draws: Draws = Field(description="What it is drawn from")
    bounds: tuple[Number, Number] = Field(description="Never below the first, never above the second")
    confidence: Literal["high", "medium", "low", "none"] = Field(description="Confidence in the size")
    mechanism: Mechanism = Field(description="What it belongs to")
    without: Number | None = Field(default=None, description="Value that switches the mechanism off")
    adverse: Number | None = Field(default=None, description="Value in the set that speaks against protecting first")
    together: str | None = Field(default=None, min_length=1, description="Group of parameters drawn together")
    correlation: Number | None = Field(default=None, gt=-1, lt=1, description="Of normal scores within the group")
    sources: tuple[Finding, ...] = Field(default=(), description="Findings, on both sides where they disagree")
    judgement: str = Field(default="", description="Why the numbers are what they are, where findings do not say")

    @model_validator(mode="after")
    def _within_bounds(self) -> Self:
        low, high = self.bounds
        if not low < high:
            raise ValueError(f"the bounds {low:g} and {high:g} are out of order; write the lower first")
        if not low <= self.draws.shape.middle <= high:
            middle = self.draws.shape.middle
            raise ValueError(f"the middle of its distribution, {middle:g}, is outside the bounds {low:g} and {high:g}")
        if self.draws.shape.below(low) >= self.draws.shape.below(high):
            raise ValueError(f"nothing of its distribution lies between the bounds {low:g} and {high:g}")
        if self.adverse is not None and not low <= self.adverse <= high:
            raise ValueError(f"the adverse value {self.adverse:g} is outside the bounds {low:g} and {high:g}")
        if (self.together is None) != (self.correlation is None):
            raise ValueError("together and correlation belong together; give both or neither")
        return self

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if not self.sources and not self.judgement.strip():
            raise ValueError("has neither sources nor judgement; cite a finding, or say in a sentence why it is so")
        if self.disputed and len({one.side for one in self.sources}) == 1:
            raise ValueError("its range reaches to both sides of no effect; cite a finding on another side")
        return self

    @property
    def judged(self) -> bool:
        """Whether it rests on judgement alone."""
        return not self.sources

    @property
    def range90(self) -> tuple[float, float]:
        """Ends of the 90% range within the bounds."""
        low, high = self.at(np.array([0.05, 0.95]))
        return float(low), float(high)

    @property
    def disputed(self) -> bool:
        """Whether findings leave open which side of no effect it is on."""
        low, high = self.range90
        return bool(self.sources) and self.without is not None and low < self.without < high

    def at(self, chance: Floats) -> Floats:
        """Return the values below which lie the chances, within the bounds, in the parameter's unit."""
        return self.draws.within(chance, *self.bounds)


def read_parameters(path: Path | None = None) -> tuple[Parameter, ...]:
    """Return all parameters in the order of the shipped file, with what a user's file changes.

    A user's file names shipped parameters and gives only the keys it changes. A range changed without new sources or
    judgement is marked as set by that file, with confidence none, for the findings do not stand behind it.

    Parameters
    ----------
    path : YAML file of changes; none for the parameters as shipped

    Raises
    ------
    ComparisonError
        No bounds, neither sources nor judgement, an unknown key or a wrong value: file, line, key, value and remedy.

    Examples
    --------
    >>> first = read_parameters()[0]
    >>> first.name, first.unit, first.sources[0].side
    ('rebel_killings_per_1000_troops', 'log ratio per 1,000 troops', 'lowers')
    """
    return _shipped() if path is None else _read(_changed(_shipped_sheet(), _sheet(path)))


@cache
def _shipped() -> tuple[Parameter, ...]:
    return _read(_shipped_sheet())


@cache
def _shipped_sheet() -> Sheet:
    with as_file(files("toguna.comparison").joinpath(SHIPPED)) as path:
        return _sheet(path)


def _sheet(path: Path) -> Sheet:
    try:
        return read_sheet(path)
    except PlanError as error:
        raise ComparisonError(str(error)) from error


class _Parameters(RootModel[dict[str, Parameter]]):
    """A file of parameters by name."""


def _read(sheet: Sheet) -> tuple[Parameter, ...]:
    named = {key: {**one, "name": key} if isinstance(one, dict) else one for key, one in sheet.values.items()}
    try:
        if faults := _names(sheet):
            raise refusal(f"{sheet.file} has faults:", faults)
        found = validated(_Parameters, Sheet(sheet.file, named, sheet.lines)).root
        if faults := _strange_groups(found, sheet):
            raise refusal("Parameters cannot be drawn together:", faults)
    except PlanError as error:
        raise ComparisonError(str(error)) from error
    return tuple(found.values())


def _names(sheet: Sheet) -> list[Fault]:
    keys = [f"{key}.name" for key, one in sheet.values.items() if isinstance(one, dict) and "name" in one]
    return [Fault(*sheet.where(key), key, "", "a parameter's name is the key above it", "Take it out.") for key in keys]


def _changed(shipped: Sheet, own: Sheet) -> Sheet:
    values, faults = dict(shipped.values), []
    for key, one in own.values.items():
        if key not in values:
            near = difflib.get_close_matches(str(key), values, n=1, cutoff=0.5)
            remedy = f"Did you mean {near[0]}?" if near else "Take it out; only shipped parameters are simulated."
            faults.append(Fault(*own.where(str(key)), str(key), "", "there is no such parameter", remedy))
        elif isinstance(one, Mapping):
            values[key] = {**values[key], **_owned(one, own.file)}
        else:
            values[key] = one
    if faults:
        raise ComparisonError(str(refusal(f"{own.file} has faults:", faults)))
    replaced = {f"{key}.{part}." for key, one in own.values.items() if isinstance(one, Mapping) for part in one}
    kept = {key: line for key, line in shipped.lines.items() if not key.startswith(tuple(replaced))}
    return Sheet(own.file, values, {**kept, **own.lines})


def _owned(change: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Return a change, marked as its file's own where it changes the range and does not say why."""
    said = {"sources", "judgement"} & set(change)
    if said or not {"draws", "bounds"} & set(change):
        return dict(change)
    return {"confidence": "none", "judgement": f"Set in {file}; the findings stand behind the shipped range.", **change}


def _strange_groups(found: Mapping[str, Parameter], sheet: Sheet) -> list[Fault]:
    faults = []
    for group, members in _groups(tuple(found.values())).items():
        inside = [tuple(found.values())[at] for at in members]
        where = (*sheet.where(f"{inside[-1].name}.together"), f"{inside[-1].name}.together", group)
        values = {one.correlation for one in inside}
        if len(inside) < 2:
            faults.append(Fault(*where, "no other parameter is in this group", "Name the group of another parameter."))
        elif len(values) > 1:
            shown = ", ".join(f"{one.name} {one.correlation:g}" for one in inside)
            faults.append(Fault(*where, f"the correlation differs within the group: {shown}", "Give all the same one."))
        elif (least := -1 / (len(inside) - 1)) >= (inside[0].correlation or 0):
            remedy = f"Give more than {least:g}."
            faults.append(Fault(*where, f"no {len(inside)} parameters can all be so far apart", remedy))
    return faults


def _groups(parameters: Sequence[Parameter]) -> dict[str, list[int]]:
    """Return the places of the parameters drawn together, by group."""
    groups: dict[str, list[int]] = {}
    for at, one in enumerate(parameters):
        if one.together is not None:
            groups.setdefault(one.together, []).append(at)
    return groups


def draw(parameters: Sequence[Parameter], draws: int, seed: int) -> pd.DataFrame:
    """Return draws of all parameters.

    A draw depends on the seed and its number alone: more draws, or other parameters beside it, leave it as it was.

    Parameters
    ----------
    draws : number of draws, at least 1
    seed : 0 or more

    Returns
    -------
    draws x parameters, each in its unit; index `draw`

    Raises
    ------
    ComparisonError
        The number of draws or the seed cannot be used.

    Examples
    --------
    >>> table = draw(read_parameters(), 100, seed=1)
    >>> table.equals(draw(read_parameters(), 1000, seed=1).head(100))
    True
    """
    return from_uniform(parameters, uniforms(parameters, draws, seed))


def uniforms(parameters: Sequence[Parameter], draws: int, seed: int) -> Floats:
    """Return independent numbers from 0 to 1, draws x parameters, each column a stream of its own by seed and name."""
    if draws < 1 or seed < 0:
        raise ComparisonError(f"{draws} draws with seed {seed} cannot be made. Ask for 1 or more, with a seed from 0.")
    found = np.empty((draws, len(parameters)))
    for at, one in enumerate(parameters):
        found[:, at] = np.random.default_rng([seed, zlib.crc32(one.name.encode())]).random(draws)
    return found


def from_uniform(parameters: Sequence[Parameter], u: Floats) -> pd.DataFrame:
    """Return draws from numbers between 0 and 1, by inverse distributions within the bounds.

    Parameters of a group are tied by a Gaussian copula: the first takes its own number, each later one a mix of its own
    and those before it. So the numbers given stay independent, as designs for sensitivity need them.

    Parameters
    ----------
    u : draws x parameters, from 0 to 1

    Returns
    -------
    draws x parameters, each in its unit; index `draw`

    Raises
    ------
    ComparisonError
        The numbers are not one column a parameter, or not from 0 to 1.
    """
    chances = np.array(u, np.float64)
    if chances.ndim != 2 or chances.shape[1] != len(parameters):
        raise ComparisonError(f"Numbers of shape {chances.shape} do not fit. Give {len(parameters)} columns of draws.")
    if not bool(((chances >= 0) & (chances <= 1)).all()):
        raise ComparisonError("Some numbers are not between 0 and 1. Give quantiles, not values.")
    tiny = np.finfo(np.float64).epsneg
    for members in _groups(parameters).values():
        ties = np.full((len(members), len(members)), parameters[members[0]].correlation)
        np.fill_diagonal(ties, 1.0)
        scores = special.ndtri(np.clip(chances[:, members], tiny, 1 - tiny))
        # Summed column by column: a product of matrices rounds differently with the number of draws.
        for at, row in zip(members, np.linalg.cholesky(ties), strict=True):
            chances[:, at] = special.ndtr(sum(weight * scores[:, place] for place, weight in enumerate(row)))
    columns = {one.name: one.at(chances[:, at]) for at, one in enumerate(parameters)}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(chances), name="draw"))


def records(table: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.void]]:
    """Return draws as records of one float64 field a parameter, in the order of the shipped file, for compiled code.

    Raises
    ------
    ComparisonError
        A parameter is missing or a draw is no number.
    """
    names = [one.name for one in _shipped()]
    if missing := [name for name in names if name not in table]:
        raise ComparisonError(f"The draws lack {', '.join(missing)}. Draw all parameters of {SHIPPED}.")
    values = table[names].to_numpy(np.float64)
    astray = [name for name, fine in zip(names, np.isfinite(values).all(axis=0), strict=True) if not fine]
    if astray:
        raise ComparisonError(f"Draws of {', '.join(astray)} are no numbers. Mend their distributions or bounds.")
    found = np.empty(len(table), dtype=[(name, np.float64) for name in names])
    for at, name in enumerate(names):
        found[name] = values[:, at]
    return found


def adverse(parameters: Sequence[Parameter], table: pd.DataFrame) -> pd.DataFrame:
    """Return the draws with the adverse values set: what speaks against protecting first, all at once."""
    return table.assign(**{one.name: one.adverse for one in parameters if one.adverse is not None}).astype(np.float64)


def without(parameters: Sequence[Parameter], table: pd.DataFrame, mechanism: str) -> pd.DataFrame:
    """Return the draws with a mechanism switched off.

    Raises
    ------
    ComparisonError
        The mechanism is unknown or has nothing to switch off.
    """
    if mechanism not in (known := mechanisms(parameters)):
        raise ComparisonError(f"The mechanism {mechanism!r} cannot be left out. Choose one of {', '.join(known)}.")
    off = {one.name: one.without for one in parameters if one.mechanism == mechanism and one.without is not None}
    return table.assign(**off).astype(np.float64)


def mechanisms(parameters: Sequence[Parameter]) -> tuple[str, ...]:
    """Return the mechanisms that can be left out."""
    found = {one.mechanism for one in parameters if one.without is not None}
    return tuple(one.value for one in Mechanism if one in found)
