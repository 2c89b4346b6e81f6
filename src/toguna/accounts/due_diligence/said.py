"""What is said at each step of due diligence. Forces and units only; no step has room for a person's name."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from toguna.accounts.book.coded import Coded
from toguna.accounts.book.ledger import Level, partial
from toguna.accounts.due_diligence.rules import rules, vocabularies
from toguna.accounts.rights.said_event import AreaCode, RightsSaid, UnitCode, YearMonth
from toguna.accounts.rights.vocabularies import NO_PEOPLE, acts, code_of, labels, perpetrators

OPEN, CLOSED = Level.OPEN, Level.CLOSED
Reason = Annotated[str, Field(min_length=1, max_length=10_000)]
Day = Annotated[date, CLOSED]


_COVERED = Coded(
    lambda: labels({code: one for code, one in perpetrators().items() if one.policy}),
    "is no kind of force the policy covers; write one of {codes}",
)
_GRAVE = Coded(
    lambda: labels({code: one for code, one in acts().items() if one.grave}),
    "is no grave violation; write one of {codes}",
)


def _the_standard(text: str) -> str:
    if text != rules().standard.value:
        raise PydanticCustomError("standard", "must be '{known}'", {"known": rules().standard.value})
    return text


def _one_line(text: str | None) -> str | None:
    if text is not None and (any(ord(one) < 32 for one in text) or text.startswith(("=", "+", "-", "@"))):
        raise PydanticCustomError("line", "must be one line that does not begin with =, +, - or @")
    return text


class Identified(RightsSaid):
    """A force that is, or would be, supported."""

    unit: Annotated[UnitCode, CLOSED] = Field(description="Code of the unit, as in rights records: MLI-ARMY-3")
    force: Annotated[str, Field(min_length=1, max_length=120), NO_PEOPLE, AfterValidator(_one_line), CLOSED] = Field(
        description="Name of the force or unit, as plans and mandates call it"
    )
    kind: Annotated[str, _COVERED, OPEN] = Field(description="Kind of force")
    area: Annotated[AreaCode, OPEN] = Field(description="P-code of the area it is stationed in")
    base: Annotated[str, Field(max_length=120), AfterValidator(_one_line), CLOSED] = Field(
        default="", description="Town or place_id it is stationed at; empty: the whole area"
    )
    month: Annotated[YearMonth, OPEN] = Field(description="Month of on, YYYY-MM")
    on: Day = Field(description="Day it is stationed there from, as far as known")
    support: Annotated[tuple[Annotated[str, code_of("support", vocabularies)], ...], CLOSED] = Field(
        min_length=1, description="Support given or asked for"
    )


Corrected = partial(Identified, "Corrected")


class Begun(RightsSaid):
    """A risk assessment begins."""

    on: Day = Field(description="Day")
    why: Annotated[Reason, CLOSED] = Field(description="What gave rise to it: a request, a review, verified records")


class Assessed(RightsSaid):
    """One element of the risk assessment."""

    on: Day = Field(description="Day")
    element: Annotated[str, code_of("elements", vocabularies), OPEN] = Field(description="What was looked at")
    finding: Annotated[str, code_of("findings", vocabularies), CLOSED] = Field(description="What was found")
    sources: Annotated[tuple[Annotated[str, code_of("bases", vocabularies)], ...], CLOSED] = Field(
        min_length=1, description="What it rests on"
    )
    grounds: Annotated[Reason, CLOSED] = Field(description="Why")


class Mitigated(RightsSaid):
    """A measure that brings a risk down."""

    on: Day = Field(description="Day it was agreed")
    element: Annotated[str, code_of("elements", vocabularies), OPEN] = Field(description="Risk it answers")
    measure: Annotated[str, code_of("measures", vocabularies), OPEN] = Field(description="Kind of measure")
    by: Annotated[str, Field(min_length=1, max_length=200), CLOSED] = Field(description="Organisation that takes it")
    until: Annotated[date | None, CLOSED] = Field(default=None, description="Day it must be in place by")


class Cleared(RightsSaid):
    """Support may be given; with the measures agreed, where there are any."""

    on: Day = Field(description="Day")
    review_by: Day = Field(description="Day it is looked at anew by")
    grounds: Annotated[Reason, CLOSED] = Field(description="Why")


class Flagged(RightsSaid):
    """Grave violations are to be feared: support is withheld."""

    on: Day = Field(description="Day")
    acts: Annotated[tuple[Annotated[str, _GRAVE], ...], OPEN] = Field(
        min_length=1, description="Kinds of grave violations"
    )
    standard: Annotated[str, AfterValidator(_the_standard), OPEN] = Field(description="Standard of proof, in its words")
    sources: Annotated[tuple[Annotated[str, code_of("bases", vocabularies)], ...], CLOSED] = Field(
        min_length=1, description="What it rests on"
    )
    grounds: Annotated[Reason, CLOSED] = Field(description="Why")
    review_by: Day = Field(description="Day it is looked at anew by")


class Suspended(RightsSaid):
    """Support that was given stops."""

    on: Day = Field(description="Day")
    grounds: Annotated[Reason, CLOSED] = Field(description="Why")
    told: Annotated[str, Field(min_length=1, max_length=200), CLOSED] = Field(description="Authority that was told")
    review_by: Day = Field(description="Day it is looked at anew by")


class Lifted(RightsSaid):
    """Support is no longer withheld; a new assessment must clear the force before it is given."""

    on: Day = Field(description="Day")
    measures_taken: Annotated[Reason, CLOSED] = Field(description="What the authorities did, and how it was checked")


class Reviewed(RightsSaid):
    """A flag, suspension or clearance is looked at anew and stays."""

    on: Day = Field(description="Day")
    found: Annotated[Reason, CLOSED] = Field(description="What was found")
    review_by: Day = Field(description="Day it is looked at anew by")


class Monitored(RightsSaid):
    """What watching the supported force showed."""

    on: Day = Field(description="Day")
    acts: Annotated[tuple[Annotated[str, code_of("acts")], ...], OPEN] = Field(
        default=(), description="Kinds of acts reported of it since; none: none"
    )
    measures_kept: Annotated[bool, CLOSED] = Field(description="The measures agreed are kept")
    found: Annotated[Reason, CLOSED] = Field(description="What was found")


class Interceded(RightsSaid):
    """The force's command or authorities were asked to act."""

    on: Day = Field(description="Day")
    authority: Annotated[str, Field(min_length=1, max_length=200), CLOSED] = Field(description="Who was asked")
    asked: Annotated[Reason, CLOSED] = Field(description="What was asked")
    answer: Annotated[str, code_of("answers", vocabularies), CLOSED] = Field(description="What came of it")


class Moved(RightsSaid):
    """The force is stationed elsewhere, or gone."""

    on: Day = Field(description="Day from which")
    area: Annotated[AreaCode, OPEN] = Field(description="P-code of the area it is stationed in now")
    base: Annotated[str, Field(max_length=120), AfterValidator(_one_line), CLOSED] = Field(
        default="", description="Town or place_id; empty: the whole area"
    )
    stays_behind: Annotated[bool, CLOSED] = Field(default=False, description="A part of it stays where it was")


class Disputed(RightsSaid):
    """A finding is disputed; it is kept beside and changes nothing by itself."""

    on: Day = Field(description="Day")
    by: Annotated[str, Field(min_length=1, max_length=200), CLOSED] = Field(description="Force, authority or body")
    what: Annotated[Reason, CLOSED] = Field(description="What is disputed")
