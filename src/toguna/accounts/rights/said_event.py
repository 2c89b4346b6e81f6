"""What is said of an event: where, when and how precisely; then its acts, victims and the forces involved."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toguna.accounts.book.ledger import Level, Said, partial
from toguna.accounts.rights.vocabularies import NO_PEOPLE, code_of, names_people

OPEN, CLOSED, IDENTITY = Level.OPEN, Level.CLOSED, Level.IDENTITY
AreaCode = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z0-9]{0,14}$")]
YearMonth = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Ref = Annotated[str, Field(pattern=r"^[A-Z]{1,2}\d{1,5}$")]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z]{2,4}(-[A-Z0-9]+)+$"), NO_PEOPLE]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class RightsSaid(Said):
    """A step of the rights ledger; a field that names belief or descent is refused by what it is."""

    @model_validator(mode="before")
    @classmethod
    def _no_protected_field(cls, fields: Any) -> Any:
        if isinstance(fields, dict) and any(names_people(str(key)) for key in fields if key not in cls.model_fields):
            raise PydanticCustomError("protected", "a field names belief or descent; this ledger has no such field: "
                                      "leave it out")  # fmt: skip
        return fields


class Reported(RightsSaid):
    """An event somebody tells of."""

    area: Annotated[AreaCode, OPEN] = Field(description="P-code of the area it happened in")
    month: Annotated[YearMonth, OPEN] = Field(description="Month it is counted in, that of its first day, YYYY-MM")
    began: Annotated[date, CLOSED] = Field(description="First day it may have begun on")
    ended: Annotated[date, CLOSED] = Field(description="Last day it may have ended on")
    date_precision: Annotated[str, code_of("date_precisions"), OPEN] = Field(description="How well the time is known")
    place: Annotated[str | None, CLOSED] = Field(default=None, max_length=200, description="Name of the place")
    place_precision: Annotated[str, code_of("place_precisions"), OPEN] = Field(
        description="How well the place is known"
    )
    summary: Annotated[str, CLOSED] = Field(min_length=1, max_length=20_000, description="What happened")
    received_on: Annotated[date, CLOSED] = Field(description="Day the account was received")
    case_number: Annotated[str | None, CLOSED] = Field(default=None, max_length=60, description="Number of the file")


Corrected = partial(Reported, "Corrected")


class Act(RightsSaid):
    """One act in the event."""

    ref: Annotated[Ref, CLOSED] = Field(description="Its number in the record: A1")
    kind: Annotated[str, code_of("acts"), OPEN] = Field(description="Kind of act")
    method: Annotated[str, code_of("methods"), OPEN] = Field(default="unknown", description="By what means")


class Victim(RightsSaid):
    """A person, or a group of people of whom only the number is known."""

    ref: Annotated[Ref, CLOSED] = Field(description="Its number in the record: V1")
    kind: Annotated[Literal["individual", "group"], OPEN] = Field(description="One person, or a number of people")
    acts: Annotated[tuple[Ref, ...], CLOSED] = Field(min_length=1, description="Acts suffered")
    age: Annotated[str, code_of("ages"), OPEN] = Field(description="Age at the time of the act")
    sex: Annotated[str, code_of("sexes"), OPEN] = Field(description="Sex")
    status: Annotated[str, code_of("statuses"), OPEN] = Field(description="Status at the time of the act")
    least: Annotated[Count | None, OPEN] = Field(default=None, description="Of a group: fewest people it may be")
    best: Annotated[Count | None, OPEN] = Field(default=None, description="Of a group: likeliest number of people")
    most: Annotated[Count | None, OPEN] = Field(default=None, description="Of a group: most people it may be")
    part_of: Annotated[Ref | None, CLOSED] = Field(default=None, description="Group the person is counted in already")
    counted_in: Annotated[str | None, CLOSED] = Field(
        default=None, max_length=80, description="Other record this death is counted in already"
    )
    name: Annotated[str | None, IDENTITY] = Field(default=None, max_length=200, description="Name of the person")
    born: Annotated[date | None, IDENTITY] = Field(default=None, description="Date of birth")
    contact: Annotated[str | None, IDENTITY] = Field(default=None, max_length=200, description="How to reach them")

    @model_validator(mode="after")
    def _one_or_a_number(self) -> Self:
        numbers = (self.least, self.best, self.most)
        if self.kind == "individual" and any(one is not None for one in numbers):
            raise PydanticCustomError("count", "a person has no number of people; enter a group instead")
        if self.kind == "group":
            if any(one is None for one in numbers) or not self.most:
                raise PydanticCustomError("count", "a group needs least, best and most, and most above 0")
            if not (self.least or 0) <= (self.best or 0) <= (self.most or 0):
                raise PydanticCustomError("count", "a group needs least <= best <= most; put them in order")
            if self.name or self.born or self.contact or self.part_of:
                raise PydanticCustomError("count", "a group has no name, birth, contact or group; enter each person "
                                          "as an individual with part_of")  # fmt: skip
        return self


class Involvement(RightsSaid):
    """A force's part in an act. Forces and units only: suspected persons are for a court, not for this ledger."""

    ref: Annotated[Ref, CLOSED] = Field(description="Its number in the record: P1")
    act: Annotated[Ref, CLOSED] = Field(description="Act it took part in")
    perpetrator: Annotated[str, code_of("perpetrators"), OPEN] = Field(description="Kind of force")
    degree: Annotated[str, code_of("degrees"), CLOSED] = Field(description="What part it had")
    unit: Annotated[UnitCode | None, CLOSED] = Field(default=None, description="Code of the unit, or of the group")
    sources: Annotated[tuple[Ref, ...], CLOSED] = Field(min_length=1, description="Sources that say so")


class Withdrawn(RightsSaid):
    """A part entered wrongly. It stays in the log; enter it anew under another number."""

    ref: Annotated[Ref, CLOSED] = Field(description="Number of the act, victim, involvement or source")
    why: Annotated[str, CLOSED] = Field(min_length=1, max_length=2000, description="What was wrong")
