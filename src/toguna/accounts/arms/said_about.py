"""What is said about a weapon without moving it: tracing, corrections and disputes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from toguna.accounts.arms.said_origin import Described, identified
from toguna.accounts.arms.said_place import Area, Country
from toguna.accounts.arms.vocabularies import TracingResult
from toguna.accounts.book.ledger import Level, Said, partial


class TracingAsked(Said):
    """A tracing request sent or received (ECOWAS Convention, article 19; International Tracing Instrument)."""

    on: Annotated[date, Field(description="Day of the request")]
    reference: Annotated[str, Field(min_length=1, description="Reference of the request")]
    direction: Annotated[Literal["sent", "received"], Level.OPEN, Field(description="By us, or to us")]
    country: Annotated[Country, Field(description="State asked, or that asks")]
    answer_by: Annotated[date, Field(description="Day an answer is due")]


class TracingAnswered(Said):
    """The answer to a tracing request."""

    on: Annotated[date, Field(description="Day of the answer")]
    reference: Annotated[str, Field(min_length=1, description="Reference of the request answered")]
    result: Annotated[TracingResult, Level.OPEN, Field(description="What came of it")]


class Corrected(partial(Described, "DescribedAgain")):  # type: ignore[misc]  # a model made at run time
    """What was written wrong, set right; what stood before stays in the history."""

    on: Annotated[date | None, Field(description="Day of the last step")] = None
    area: Annotated[Area | None, Level.OPEN, Field(description="P-code of the area of the last step")] = None
    month: Annotated[str | None, Level.OPEN, Field(description="Month of `on`")] = None
    holder: Annotated[str | None, Level.IDENTITY, Field(min_length=1, description="Holder after the last step")] = None
    store: Annotated[str | None, Field(min_length=1, description="Store it lies in")] = None

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, said: Any) -> Any:
        return identified(said)


class Disputed(Said):
    """Somebody holds that the record is wrong; kept beside it."""

    on: Annotated[date, Field(description="Day it was said")]
    point: Annotated[str, Field(min_length=1, description="What is disputed")]
    disputed_by: Annotated[str | None, Level.IDENTITY, Field(description="Who disputes it")] = None
