"""The rules of movement and their numbers, as fields with units and sense."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from toguna.core.frozen import Frozen
from toguna.displacement.returns import mean_daily_chance


class ConflictDriven(Frozen):
    """How many flee from a place in conflict where no total is counted."""

    spawn_mode: Literal["constant", "poisson", "pop_ratio"] = "constant"
    displaced_per_conflict_day: float | None = Field(
        default=None, ge=0, description="People (default 500), or share of the residents (default 0.01), at intensity 1"
    )

    @property
    def amount(self) -> float:
        """People or share a day at intensity 1."""
        if self.displaced_per_conflict_day is not None:
            return self.displaced_per_conflict_day
        return 0.01 if self.spawn_mode == "pop_ratio" else 500.0


class FloodDriven(Frozen):
    """How many flee from a place under water, by level of the flood; between levels in proportion."""

    flood_spawn_mode: Literal["constant", "poisson", "pop_ratio"] = "pop_ratio"
    displaced_per_flood_day: tuple[float, ...] = Field(
        default=(0.0, 0.1, 0.2, 0.5, 0.9), min_length=1, description="People, or share of the residents, by level"
    )


class FloodRules(Frozen):
    """How water changes leaving and going, by level of the flood; between levels in proportion."""

    flood_movechances: tuple[float, ...] = Field(default=(), description="Chance to leave a flooded place in a day")
    flood_loc_weights: tuple[float, ...] = Field(default=(), description="Factor on the pull of a flooded place")


class Spawning(Frozen):
    """Who flees, when and from where."""

    sum_from_camps: bool = Field(default=True, description="The total is the sum of the camps' counts, not `total`")
    insert_day0: bool = Field(default=True, description="Camps begin with those counted on day 0")
    empty_camps_on_day0: bool = Field(default=False, description="Camps begin empty, whatever was counted")
    take_from_population: bool = Field(default=False, description="A place loses those who flee from it")
    conflict_spawn_decay: tuple[float, ...] = Field(
        default=(1.0,), min_length=1, description="Weight of a conflict zone by its age in intervals; the last lasts"
    )
    conflict_spawn_decay_interval: int = Field(default=30, gt=0, description="Length of an interval, days")
    conflict_zone_spawning_only: bool = Field(default=True, description="People flee from conflict zones")
    flood_zone_spawning_only: bool = Field(default=False, description="People flee from flooded places, not conflict")
    conflict_driven_spawning: ConflictDriven | None = Field(
        default=None, description="How many flee follows from conflict, not from counts"
    )
    flood_driven_spawning: FloodDriven = FloodDriven()
    camps_are_sinks: bool = Field(default=False, description="Camps keep people by their deactivation_probability")
    falling_total: Literal["correction", "returns"] = Field(
        default="correction", description="A total that falls is a correction met by later arrivals, or people go home"
    )


class Movement(Frozen):
    """How people move."""

    max_move_speed: float = Field(default=360.0, gt=0, description="Farthest way in a day, km")
    max_walk_speed: float = Field(default=35.0, gt=0, description="Farthest way in a day on foot, km")
    foreign_weight: float = Field(default=1.0, ge=0, description="Pull of places abroad")
    camp_weight: float = Field(default=1.0, ge=0, description="Pull of camps")
    conflict_weight: float = Field(
        default=10**-0.5, ge=0, description="Pull of conflict zones, to the power of intensity"
    )
    conflict_movechance: float = Field(default=1.0, ge=0, le=1, description="Chance to leave a conflict zone in a day")
    camp_movechance: float = Field(default=0.001, ge=0, le=1, description="Chance to leave a camp in a day")
    idpcamp_movechance: float = Field(default=0.1, ge=0, le=1, description="Chance to leave an IDP site in a day")
    default_movechance: float = Field(default=0.3, ge=0, le=1, description="Chance to leave another place in a day")
    movechance_pop_base: float = Field(default=10000.0, gt=0, description="People at which chances are unchanged")
    movechance_pop_scale_factor: float = Field(default=0.0, description="Power of people/base on chances; 0 is off")
    awareness_level: int = Field(
        default=1, ge=-1, le=3, description="Links people see ahead; 0 sees the length of the next, -1 nothing"
    )
    capacity_scaling: float = Field(default=1.0, gt=0, description="Factor on the capacity of camps")
    capacity_buffer: float = Field(
        default=0.9, ge=0, lt=1, description="Share of capacity from which a camp pulls less"
    )
    avoid_short_stints: bool = Field(default=False, description="Who has not come far goes on from a town at once")
    start_on_foot: bool = Field(default=False, description="The first link is walked")
    weight_power: float = Field(default=1.0, ge=0, description="Power of the weights")
    weight_softening: float = Field(default=0.0, ge=0, description="Added to the score of a place")
    distance_power: float = Field(default=1.0, ge=0, description="Power of distance in the weight of a way")
    softening: float = Field(default=10.0, ge=0, description="Added to the distance of a way, km")
    pruning_threshold: float = Field(default=1.0, ge=0, description="Ways so many times worse than the best are unseen")
    fixed_routes: bool = Field(default=False, description="Only the shortest way to each place in sight is seen")
    forced_redirection: bool = Field(
        default=False, description="Everybody is sent on along links marked so; the reference model reads no such mark"
    )
    use_pop_for_loc_weight: bool = Field(default=False, description="Places other than camps pull by their people")
    pop_power_for_loc_weight: float = Field(default=0.1, description="Power of people in that pull")
    stay_close_to_home: bool = Field(default=False, description="Places far from home pull less")
    home_distance_power: float = Field(default=0.5, ge=0, description="Power of the distance from home")
    use_economic_pull: bool = Field(default=False, description="Places abroad pull by trade_volume and hdi")
    flee_when_starving: bool = Field(default=False, description="Hunger raises the chance to leave")
    avoid_food_deprived: bool = Field(default=False, description="Hungry places at home pull less")
    children_avoid_hazards: bool = Field(default=False, description="People under 19 weigh the pull of places twice")
    women_avoid_hazards: bool = Field(default=False, description="Women weigh the pull of places twice")
    elderly_avoid_hazards: bool = Field(default=False, description="People over 59 weigh the pull of places twice")
    boys_take_risk: bool = Field(default=False, description="Boys of 15 to 18 do not weigh the pull of places")
    flood_rules: FloodRules = FloodRules()

    @property
    def by_age_or_sex(self) -> bool:
        """Whether any rule asks for age or sex."""
        asked = (self.children_avoid_hazards, self.women_avoid_hazards, self.elderly_avoid_hazards, self.boys_take_risk)
        return any(asked)


class Returns(Frozen):
    """Going home: a rule the reference model has not."""

    daily_chance: Annotated[float, Field(ge=0, le=1)] | Literal["unhcr"] = Field(
        default=0.0,
        description="Chance in a day that somebody in a camp goes home once home is quiet; unhcr: as counted",
    )
    quiet_days: int = Field(default=90, ge=0, description="Days without conflict after which home is quiet")

    @property
    def chance(self) -> float:
        """The chance as a number: that of the returns UNHCR counted where `unhcr` is asked for."""
        return mean_daily_chance() if self.daily_chance == "unhcr" else float(self.daily_chance)


class Settings(Frozen):
    """All settings of a run.

    `hasten` divides the number of people: each agent stands for so many.
    """

    spawning: Spawning = Spawning()
    movement: Movement = Movement()
    returns: Returns = Returns()
    hasten: int = Field(default=1, ge=1, description="People an agent stands for")

    @model_validator(mode="after")
    def _one_cause(self) -> Self:
        spawn = self.spawning
        if spawn.flood_zone_spawning_only and spawn.conflict_driven_spawning is not None:
            raise ValueError("flood_zone_spawning_only and conflict_driven_spawning cannot both be asked for")
        return self
