"""`Mandate`: what a force must do, in the order of the five principles, and what it may not do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from toguna.core.frozen import Frozen
from toguna.core.words import N_

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class Basis(StrEnum):
    """How a figure was obtained, surest first."""

    READ = "read"
    EXCERPT = "excerpt"
    MEMORY = "memory"
    JUDGEMENT = "judgement"


class Task(StrEnum):
    """What units can be asked to do, in the order of the principles they serve."""

    OPEN_CORRIDORS = "open_corridors"
    ESCORT_AID = "escort_aid"
    REOPEN_ROADS = "reopen_roads"
    MEDICAL_AID = "medical_aid"
    AIRLIFT_RELIEF = "airlift_relief"
    SECURE_VOTES = "secure_votes"
    SUPPORT_DIALOGUE = "support_dialogue"
    PROTECT_TOWNS = "protect_towns"
    PATROL_ROUTES = "patrol_routes"
    REACT = "react"
    PATROL_BORDERS = "patrol_borders"
    CONTAIN_AND_CAPTURE = "contain_and_capture"
    POLICE_TOWNS = "police_towns"
    MONITOR_RIGHTS = "monitor_rights"
    TRAIN_POLICE = "train_police"
    SEARCH_AND_DESTROY = "search_and_destroy"
    SECURE_STOCKPILES = "secure_stockpiles"
    SUPPORT_DDR = "support_ddr"

    @property
    def principle(self) -> int:
        """Rank of the principle the task serves, 1 to 5."""
        return 1 + sum(_ORDER[self] >= _ORDER[first] for first in _FIRSTS)

    @property
    def words(self) -> str:
        """The task as people say it."""
        return self.value.replace("_", " ").replace("ddr", "DDR")


# The tasks as people say them, for the catalogue.
TASK_WORDS = (
    N_("open corridors"), N_("escort aid"), N_("reopen roads"), N_("medical aid"), N_("airlift relief"),
    N_("secure votes"), N_("support dialogue"), N_("protect towns"), N_("patrol routes"), N_("react"),
    N_("patrol borders"), N_("contain and capture"), N_("police towns"), N_("monitor rights"), N_("train police"),
    N_("search and destroy"), N_("secure stockpiles"), N_("support DDR"),
)  # fmt: skip
_ORDER = {task: place for place, task in enumerate(Task)}
_FIRSTS = (Task.SECURE_VOTES, Task.SUPPORT_DIALOGUE, Task.PROTECT_TOWNS, Task.SECURE_STOCKPILES)  # of principles 2 to 5


class Engagement(StrEnum):
    """How armed groups are met."""

    CAPTURE = "contain_capture_hand_over"
    DESTROY = "search_and_destroy"


class HeavyWeapons(StrEnum):
    """Where artillery, bombs and the like may be used."""

    NEVER = "never"
    OUTSIDE_TOWNS = "outside_towns"
    ANYWHERE = "anywhere"


class Vetting(StrEnum):
    """What due diligence found about a state force that is to be supported."""

    CLEARED = "cleared"
    UNCHECKED = "unchecked"
    FLAGGED = "flagged"


_ASKS = {"tasks": Task, "engagement": Engagement, "heavy_weapons": HeavyWeapons, "support": Vetting}
ASKABLE = frozenset(f"{key}.{value}" for key, values in _ASKS.items() for value in values)


class Rule(Frozen):
    """A rule of conduct and what it forbids."""

    says: str = Field(description="The rule in a sentence")
    binds: bool = Field(default=True, description="Whether the mandate is bound by it")
    forbids: tuple[str, ...] = Field(min_length=1, description="What may not be asked for: `key.value` of a mandate")
    source: str = Field(description="Where the rule comes from")
    basis: Basis = Field(description="How that was obtained")

    @model_validator(mode="after")
    def _forbids_what_exists(self) -> Self:
        if strange := set(self.forbids) - ASKABLE:
            raise ValueError(f"no mandate can ask for {', '.join(strange)}; known: {', '.join(sorted(ASKABLE))}")
        return self


class Side(StrEnum):
    """What a finding says a task does to harm."""

    AVERTS = "averts"
    NEITHER = "neither"
    ADDS = "adds"


class Evidence(Frozen):
    """One finding behind an effect."""

    side: Side = Field(description="Whether it says that harm is averted, added, or neither")
    says: str = Field(description="The finding in a sentence")
    source: str = Field(description="Who found it")
    basis: Basis = Field(description="How the finding was obtained")


class Effect(Frozen):
    """Share of harm a task averts where it is done: an assumption to set, publish and vary, never a measurement."""

    of: str = Field(description="The harm it is a share of")
    low: float = Field(ge=-1, le=1, description="Low end, share of harm averted; below 0 the task adds harm")
    central: float = Field(ge=-1, le=1, description="Central value, share of harm averted")
    high: float = Field(ge=-1, le=1, description="High end, share of harm averted")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="Findings, on both sides where they disagree")

    @model_validator(mode="after")
    def _in_order_and_fair(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError(f"low {self.low:g}, central {self.central:g}, high {self.high:g} are out of order")
        sides = {one.side for one in self.evidence}
        if self.low < 0 < self.high and not (Side.AVERTS in sides and sides - {Side.AVERTS}):
            raise ValueError("the range reaches to both sides of 0, so cite a finding for each side")
        return self


class HandOver(Frozen):
    """When soldiers hand an area over to police: all conditions together."""

    harm_below: float = Field(gt=0, description="Expected civilian deaths per 100,000 people and month stay below this")
    months: int = Field(ge=1, le=60, description="For so many months in a row")
    courts: float = Field(ge=0, description="Working courts per 100,000 people, at least")
    detention_places: float = Field(ge=0, description="Humane places of detention per 100,000 people, at least")
    police_trained: float = Field(ge=0, description="Trained and vetted police per 100,000 people, at least")
    source: str = Field(description="Where the conditions come from")
    basis: Basis = Field(description="How they were obtained")


class AuthorityKind(StrEnum):
    """What may authorise a force."""

    SECURITY_COUNCIL = "security_council"
    CONSENT = "consent"
    REGIONAL = "regional"


class Authority(Frozen):
    """What authorises a force in a country."""

    country: str = Field(pattern="^[A-Z]{3}$", description="Country, ISO 3166-1 alpha-3")
    kind: AuthorityKind = Field(description="Resolution of the Security Council, consent, or a regional decision")
    says: str = Field(description="What it authorises, in a sentence")
    date: Annotated[str, BeforeValidator(str), Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = Field(description="Its day")
    source: str = Field(description="Where it stands")
    basis: Basis = Field(description="How that was obtained")


class Mandate(Frozen):
    """What a force must and may do. Two mandates differ by what their files change in the base."""

    name: str = Field(description="Name it is asked for by")
    title: str = Field(description="Name it is shown by")
    summary: str = Field(description="What it is for, in a sentence")
    made_of: tuple[str, ...] = Field(default=(), description="Files it was read from, each changing the one before")
    tasks: dict[Task, Count] = Field(description="Place of each task within its principle, 1 first; 0 leaves it out")
    rules: dict[str, Rule] = Field(description="Rules of conduct by name")
    authority: tuple[Authority, ...] = Field(default=(), description="What authorises it, by country")
    no_authority: str = Field(default="", description="Why it is looked at all the same, where nothing authorises it")
    support: dict[str, Vetting] = Field(default={}, description="State forces supported, with what vetting found")
    engagement: Engagement = Field(default=Engagement.CAPTURE, description="How armed groups are met")
    heavy_weapons: HeavyWeapons = Field(default=HeavyWeapons.NEVER, description="Where heavy weapons may be used")
    ceilings: dict[str, Count] = Field(default={}, description="Most units of a kind; a kind not named has no ceiling")
    escorts: int = Field(ge=0, description=N_("Corridors escorted at one time, at most"))
    border_teams: int = Field(ge=0, description=N_("Teams on the borders at one time, at most"))
    hand_over: HandOver = Field(description="When soldiers hand over to police")
    harm_on_routes: float = Field(ge=0, le=1, description=N_("Share of each area's harm that is met on its roads"))
    equity_floor: float = Field(
        ge=0, le=1, description=N_("Share of each region's harm that must be averted, of the best")
    )
    eps: dict[int, float] = Field(description="Share of a principle's value that may go to later ones, by principle")
    cvar_weight: float = Field(ge=0, le=1, description=N_("Weight of the worst draws against the mean (lambda)"))
    cvar_share: float = Field(default=0.1, gt=0, le=1, description="Share of draws that count as the worst")
    least: dict[Task, Share] = Field(default={}, description="Share of a task that must be done, come what may")
    effects: dict[Task, Effect] = Field(description="Share of harm each task averts")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if without := [task for task in self.ordered if task not in self.effects]:
            raise ValueError(f"{', '.join(without)} has no effect; state low, central and high under effects")
        if set(self.eps) != {1, 2, 3, 4, 5} or not all(0 <= share <= 1 for share in self.eps.values()):
            raise ValueError("eps needs a share from 0 to 1 for each of the principles 1 to 5")
        return self

    @property
    def ordered(self) -> tuple[Task, ...]:
        """Tasks asked for: by principle first, then by the place the mandate gives them within it."""
        asked = [task for task, place in self.tasks.items() if place > 0]
        return tuple(sorted(asked, key=lambda task: (task.principle, self.tasks[task], _ORDER[task])))

    def asks_for(self) -> list[tuple[str, str]]:
        """Return all that is asked for, in the words rules forbid it by, each with the key that asks."""
        return [
            *((f"tasks.{task}", f"tasks.{task}") for task in self.ordered),
            *((f"support.{vetting}", f"support.{force}") for force, vetting in self.support.items()),
            (f"engagement.{self.engagement}", "engagement"),
            (f"heavy_weapons.{self.heavy_weapons}", "heavy_weapons"),
        ]
