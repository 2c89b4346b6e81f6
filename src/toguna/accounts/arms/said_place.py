"""What every step of the register says: when, in which area, and who holds the weapon after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from toguna.accounts.arms.vocabularies import HolderKind
from toguna.accounts.book.ledger import Level, Said

Area = Annotated[str, Level.OPEN, Field(pattern=r"^[A-Z]{2,3}[0-9]*$", description="P-code of the area, admin 1 or 2")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 3166 alpha-3")]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Dated(Said):
    """When and in which area a step was taken; the month follows from the day."""

    on: Annotated[date, Field(description="Day it happened")]
    area: Area
    month: Annotated[str | None, Level.OPEN, Field(description="Month of `on`; follows from it")] = None

    @model_validator(mode="before")
    @classmethod
    def _month_of_day(cls, said: Any) -> Any:
        if isinstance(said, Mapping) and said.get("month") is None and _DAY.fullmatch(str(said.get("on"))):
            return {**said, "month": str(said["on"])[:7]}
        return said

    @model_validator(mode="after")
    def _one_month(self) -> Self:
        if self.month != self.on.isoformat()[:7]:
            raise ValueError("the month is not that of the day; leave it out, it follows from `on`")
        return self


class Held(Dated):
    """Who holds a weapon from then on."""

    holder: Annotated[str, Level.IDENTITY, Field(min_length=1, description="Who holds it: unit, body or person")]
    holder_kind: Annotated[HolderKind, Level.OPEN, Field(description="What the holder is")]
    store: Annotated[str | None, Field(description="Store it lies in, as the register names it")] = None


class Moved(Held):
    """A weapon passes from one holder to the next; nobody in the chain may be left out."""

    from_holder: Annotated[str, Level.IDENTITY, Field(min_length=1, description="Who held it before")]
