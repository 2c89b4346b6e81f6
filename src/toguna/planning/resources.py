"""`Contribution`: what somebody offers, each figure cited. `Resources`: the sum of what is on offer, by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from toguna.core.errors import Fault, PlanError
from toguna.core.frozen import Frozen
from toguna.core.months import Month
from toguna.core.words import N_, Sentence
from toguna.planning.mandate import Basis
from toguna.planning.units import Sheet, UnitKind, read_kinds, read_sheet, refusal, validated, weakest

YearMonth = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Figure(Frozen):
    """A figure as its source prints it, and where it stands among the curated facts."""

    facts: str = Field(default="contributions", description="File of curated facts; empty where it is in none")
    of: str = Field(description="Contributor, group or unit the figure is about")
    item: str = Field(description="What it counts, as the facts name it")
    value: float | str | None = Field(description="The figure as printed; empty where none is given")
    unit: str = Field(default="", description="Its unit")
    date: Annotated[str, BeforeValidator(str)] = Field(default="", description="Day or month it is of")
    source: str = Field(min_length=1, description="Who printed it")
    basis: Basis = Field(description="How it was obtained")


class Derived(Frozen):
    """How a number was made from the figure cited, where it is not the figure itself."""

    how: str = Field(min_length=1, description="The step in a sentence")
    basis: Basis = Field(default=Basis.JUDGEMENT, description="What the step rests on")


class Line(Frozen):
    """What every line of a contribution states."""

    status: str = Field(pattern="^(deployed|pledged|authorised|proposed)$", description="How firm the offer is")
    first: YearMonth = Field(alias="from", description="First month, YYYY-MM")
    last: YearMonth = Field(alias="to", description="Last month, YYYY-MM")
    cited: Figure = Field(description="The figure the line rests on")
    derived: Derived | None = Field(default=None, description="The step from the figure to the line")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"ends in {self.last}, before it begins in {self.first}")
        return self

    @property
    def basis(self) -> Basis:
        """Basis of the line: the weaker of the figure's and the step's."""
        return weakest(self.cited.basis, self.derived.basis if self.derived else Basis.READ)

    @property
    def months(self) -> tuple[str, ...]:
        """Months it is there, YYYY-MM."""
        first = Month.parse(self.first)
        return tuple(str(first + n) for n in range(Month.parse(self.last).since(first) + 1))


class Offer(Line):
    """Units on offer."""

    units: dict[str, Annotated[int, Field(gt=0)]] = Field(min_length=1, description="Number of units by kind")


class Airlift(Line):
    """Aircraft on offer."""

    kind: str = Field(default="transport_aircraft", description="Kind of aircraft, which says how much it lifts")
    number: int = Field(gt=0, description="Aircraft")

    @property
    def units(self) -> dict[str, int]:
        """Number of aircraft by kind."""
        return {self.kind: self.number}


class Finance(Line):
    """Money on offer, spread evenly over its months."""

    purpose: str = Field(pattern="^(humanitarian|african_led_mission|un_mission|state)$", description="What it is for")
    usd: float | None = Field(ge=0, description="US$ in all; empty where no amount was stated")


class Base(Line):
    """A base on offer."""

    place: str = Field(description="Place it is at")
    beds: int | None = Field(ge=0, description="People it can house; empty where not known")


class LeftOut(Frozen):
    """What is on offer but stands for no unit of a plan, and why."""

    why: str = Field(description="Why no plan counts it")
    cited: Figure = Field(description="The figure")


class Contribution(Frozen):
    """What somebody offers, line by line, with what each line is cited from."""

    name: str = Field(description="Name it is asked for by")
    contributor: str = Field(description="Who offers")
    summary: str = Field(description="The offer in a sentence")
    paid_as: str = Field(default="national", pattern="^(un|african|national)$", description="Whose costs a head it has")
    units: tuple[Offer, ...] = Field(default=(), description="Units")
    airlift: tuple[Airlift, ...] = Field(default=(), description="Aircraft")
    finance: tuple[Finance, ...] = Field(default=(), description="Money")
    bases: tuple[Base, ...] = Field(default=(), description="Bases")
    left_out: tuple[LeftOut, ...] = Field(default=(), description="What no plan counts")

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of the offer."""
        return (*self.units, *self.airlift, *self.finance, *self.bases)


class Resources(Frozen):
    """All that is on offer, by month (YYYY-MM)."""

    contributions: tuple[Contribution, ...] = Field(description="What it is the sum of")
    units: dict[str, dict[str, int]] = Field(description="Units by month and kind")
    lift_t_per_day: dict[str, float] = Field(description="Lift of all aircraft, t a day, by month")
    finance_usd: dict[str, dict[str, float]] = Field(description="US$ by month and purpose")
    beds: dict[str, dict[str, int | None]] = Field(description="Beds by month and place; empty where not known")

    @property
    def unstated(self) -> tuple[str, ...]:
        """What is on offer without a number: it does not count as nothing, it is not known."""
        bare = N_("{offer} states no number of US$ for {purpose}.")
        unknown = N_("{offer} states no number of beds at {place}.")
        every = self.contributions
        money = [(one, it.purpose) for one in every for it in one.finance if it.usd is None]
        beds = [(one, it.place) for one in every for it in one.bases if it.beds is None]
        return (
            *(Sentence(bare, offer=one.name, purpose=purpose) for one, purpose in money),
            *(Sentence(unknown, offer=one.name, place=place) for one, place in beds),
        )

    def number(self, kind: str, month: str) -> int:
        """Return how many units of a kind are there in a month."""
        return self.units.get(month, {}).get(kind, 0)


def read_contribution(name: str | Path, kinds: Mapping[str, UnitKind] | None = None) -> Contribution:
    """Return a shipped contribution by name, or the one in a YAML file.

    Examples
    --------
    >>> read_contribution("canada-2013").airlift[0].number
    1
    """
    known = read_kinds() if kinds is None else kinds
    shelf = files("toguna.planning").joinpath("contributions")
    given = Path(name)
    shipped = sorted(one.name.removesuffix(".yaml") for one in shelf.iterdir() if one.name.endswith(".yaml"))
    if given.suffix in {".yaml", ".yml"}:
        return _known(read_sheet(given), given.stem, known)
    if str(name) not in shipped:
        raise PlanError(
            N_("There is no contribution {name!r}. Choose one of {known}, or give a file."),
            name=str(name),
            known=", ".join(shipped),
        )
    with as_file(shelf.joinpath(f"{name}.yaml")) as path:
        return _known(read_sheet(path), str(name), known)


def _known(sheet: Sheet, name: str, kinds: Mapping[str, UnitKind]) -> Contribution:
    found = validated(Contribution, Sheet(sheet.file, {"name": name, **sheet.values}, sheet.lines))
    asked = [(f"units.{at}.units.{kind}", kind) for at, line in enumerate(found.units) for kind in line.units]
    asked += [(f"airlift.{at}.kind", line.kind) for at, line in enumerate(found.airlift)]
    say = N_("there is no such kind of unit")
    remedy = Sentence(N_("Choose one of {known}."), known=", ".join(kinds))
    faults = [Fault(*sheet.where(key), key, kind, say, remedy) for key, kind in asked if kind not in kinds]
    if faults:
        raise refusal(f"{sheet.file} has faults:", faults)
    return found


def total(contributions: Iterable[Contribution], kinds: Mapping[str, UnitKind] | None = None) -> Resources:
    """Return the sum of contributions by month."""
    known = read_kinds() if kinds is None else kinds
    every = tuple(contributions)
    lines = [line for one in every for line in one.lines]
    units: dict[str, Counter[str]] = defaultdict(Counter)
    lift: dict[str, float] = defaultdict(float)
    money: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    beds: dict[str, dict[str, int | None]] = defaultdict(dict)
    for month in sorted({month for line in lines for month in line.months}):
        for line in (line for line in lines if line.first <= month <= line.last):
            if isinstance(line, Offer | Airlift):
                units[month].update(line.units)
                lift[month] += sum(number * known[kind].lift_t_per_day for kind, number in line.units.items())
            elif isinstance(line, Finance) and line.usd is not None:
                money[month][line.purpose] += line.usd / len(line.months)
            elif isinstance(line, Base):
                before = beds[month].get(line.place, 0)
                beds[month][line.place] = None if before is None or line.beds is None else before + line.beds
    plain = {month: dict(counted) for month, counted in units.items()}
    return Resources(contributions=every, units=plain, lift_t_per_day=lift, finance_usd=money, beds=beds)
