"""What is said at the steps of children. There is no field for a weapon, a group, a card or a token."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from toguna.accounts.book.ledger import Level, Said
from toguna.accounts.ddr.said_adult import By, Month, On, Pcode

Child = Annotated[Literal["child"], Field(description="Space of keys the record is in"), Level.OPEN]


class ChildSaid(Said):
    """Marks every step of a child, so that its key is never that of an adult."""

    track: Child = "child"


class ChildPresented(ChildSaid):
    """A child, or somebody whose age is in doubt."""

    category: Annotated[Literal["child"], Field(description="Child"), Level.OPEN] = "child"
    area: Pcode
    month: Month
    on: On
    age: Annotated[Literal["child", "in_doubt"], Field(description="In doubt counts as child"), Level.CLOSED]
    site: Annotated[str, Field(min_length=1, description="Site code"), Level.CLOSED]


class AgeFoundChild(ChildSaid):
    """A doubt decided: a child."""

    on: On
    decided_by: By
    age: Annotated[Literal["child"], Field(description="Decided"), Level.CLOSED] = "child"


class FoundAdult(ChildSaid):
    """A doubt decided by two people who protect children: an adult. This record ends."""

    on: On
    decided_by: By
    by_child_protection: Annotated[Literal[True], Field(description="Decided by child protection"), Level.CLOSED]


class Released(ChildSaid):
    """Handed to a child protection actor, with no condition."""

    on: On
    to: Annotated[str, Field(min_length=1, description="Code of the child protection actor"), Level.CLOSED]
    unconditional: Annotated[Literal[True], Field(description="Nothing was asked for"), Level.CLOSED]


class ChildLeft(ChildSaid):
    """Left; nobody holds a child."""

    on: On


class ChildCorrected(ChildSaid):
    """Where a child was taken in, put right."""

    area: Annotated[str | None, Field(pattern=r"^[A-Z]{2,3}\d{0,10}$", description="Put right"), Level.OPEN] = None
    site: Annotated[str | None, Field(min_length=1, description="Put right"), Level.CLOSED] = None


class ChildDisputed(ChildSaid):
    """Somebody disputes what stands here; kept beside it."""

    on: On
    about: Annotated[str, Field(min_length=1, description="What is disputed"), Level.CLOSED]
