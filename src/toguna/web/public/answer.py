"""An answer of the public, and what it may hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from toguna.core.frozen import Frozen

POINTS = 100  # that an answer shares out among the principles
PRINCIPLES = (1, 2, 3, 4, 5)
Stars = Annotated[int, Field(ge=1, le=5)]


class Answer(Frozen):
    """What one visitor says. There is no field for who says it, and an unknown field is refused."""

    ranking: tuple[int, ...] = Field(
        default=(), max_length=5, description="Principles 1 to 5, the one that should count most in doubt first"
    )
    weights: tuple[int, ...] = Field(
        default=(), max_length=5, description="Points for principles 1 to 5, in that order; 100 in all"
    )
    ratings: dict[str, Stars] = Field(
        default={}, max_length=40, description="1 (of no help) to 5 (of great help), by name of the contribution"
    )
    reason: str = Field(default="", max_length=2000, description="Why; shown only after somebody has read it")
    ticket: str = Field(
        default="",
        max_length=64,
        pattern="^[A-Za-z0-9_-]*$",
        description="Made by the page, so that no form counts twice",
    )

    @field_validator("ranking")
    @classmethod
    def _names_each_once(cls, ranking: tuple[int, ...]) -> tuple[int, ...]:
        if ranking and sorted(ranking) != list(PRINCIPLES):
            raise ValueError("A ranking names each of the principles 1 to 5 once.")
        return ranking

    @field_validator("weights")
    @classmethod
    def _sum_up(cls, weights: tuple[int, ...]) -> tuple[int, ...]:
        if weights and (len(weights) != len(PRINCIPLES) or min(weights) < 0 or sum(weights) != POINTS):
            raise ValueError(f"Weights are five numbers from 0 up, {POINTS} points in all.")
        return weights

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.ranking or self.weights or self.ratings or self.reason.strip())
