"""What is said when a person is apprehended, registered, held and moved."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from toguna.accounts.book.ledger import Level, Said
from toguna.accounts.custody.codes import code_of
from toguna.accounts.custody.times import Moment, ZoneName

PCODE = r"^[A-Z]{2}[A-Za-z0-9]{0,12}$"
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


class Apprehended(Said):
    """A person was taken. The clock starts here."""

    force: Annotated[str, code_of("force"), Level.OPEN] = Field(description="Force that took the person")
    area: Annotated[str, Level.OPEN] = Field(pattern=PCODE, description="P-code of the area of the site")
    month: Annotated[str, Level.OPEN] = Field(pattern=MONTH, description="Month of it where it happened, YYYY-MM")
    age_group: Annotated[str, code_of("age_group"), Level.OPEN] = Field(description="Adult, child, or age disputed")
    sex: Annotated[str, code_of("sex"), Level.OPEN] = Field(description="Sex as recorded")
    grounds: Annotated[str, code_of("grounds"), Level.OPEN] = Field(description="Why the person was taken")
    apprehended_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    time_zone: Annotated[ZoneName, Level.CLOSED] = Field(description="Time zone of the site, as Africa/Bamako")
    site: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Site the person is kept at")
    condition: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Condition of the person when taken")
    transport: Annotated[str | None, code_of("transport"), Level.CLOSED] = Field(
        default=None, description="How the person was brought to the site"
    )
    force_used: Annotated[str, Level.CLOSED] = Field(default="", description="Force used and injuries, if any")
    property_taken: Annotated[tuple[str, ...], Level.CLOSED] = Field(
        default=(), description="Property taken, an item each, as on the receipt"
    )
    taken_by: Annotated[str, Level.IDENTITY] = Field(default="", description="Unit or officer that took the person")
    earlier_record: Annotated[str, Level.IDENTITY] = Field(
        default="", description="Record of an earlier custody, as before an escape"
    )


class Registered(Said):
    """The person is in the register, told why, seen by a doctor, and somebody outside knows."""

    registered_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    custody_number: Annotated[str, Level.IDENTITY] = Field(min_length=1, description="Number given to the person")
    name: Annotated[str, Level.IDENTITY] = Field(default="", description="Name as the person gives it")
    birth_year: Annotated[int | None, Level.IDENTITY] = Field(
        default=None, ge=1900, le=2100, description="Year of birth as the person gives it"
    )
    told_reasons: Annotated[bool, Level.OPEN] = Field(description="The person was told the reasons and their rights")
    language: Annotated[str, Level.CLOSED] = Field(min_length=2, description="Language they were told in")
    language_understood: Annotated[bool, Level.OPEN] = Field(description="The person understands that language")
    medical_check: Annotated[str, code_of("medical_check"), Level.OPEN] = Field(description="Medical check on arrival")
    medical_findings: Annotated[str, Level.CLOSED] = Field(default="", description="What the check found")
    no_medical_reason: Annotated[str, Level.CLOSED] = Field(default="", description="Why no check was done")
    notified: Annotated[str, code_of("notified"), Level.OPEN] = Field(description="Who outside was told")
    no_notice_reason: Annotated[str, Level.CLOSED] = Field(default="", description="Why nobody was told yet")
    family_contact: Annotated[str, Level.IDENTITY] = Field(default="", description="Whom of the family to reach, how")
    icrc_number: Annotated[str, Level.IDENTITY] = Field(default="", description="Number the ICRC gave")


class Held(Said):
    """It was decided to hold the person: by whom, on what ground, and how they are kept."""

    held_at: Annotated[Moment, Level.CLOSED] = Field(description="When it was decided, with its offset from UTC")
    decided_by: Annotated[str, Level.IDENTITY] = Field(min_length=1, description="Officer who decided")
    necessity: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Why holding is needed")
    separation: Annotated[str, code_of("separation"), Level.OPEN] = Field(
        description="Children apart from adults, women apart from men"
    )
    female_staff: Annotated[bool, Level.OPEN] = Field(description="Female staff watch over and search women and girls")
    guardian: Annotated[str, Level.IDENTITY] = Field(default="", description="Adult who stands by a child")


class Moved(Said):
    """The person was moved to another site of the same force; the clock runs on."""

    moved_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    area: Annotated[str, Level.OPEN] = Field(pattern=PCODE, description="P-code of the area of the new site")
    site: Annotated[str, Level.CLOSED] = Field(min_length=1, description="New site")
    transport: Annotated[str, code_of("transport"), Level.CLOSED] = Field(description="How")
    condition: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Condition of the person on arrival")
    move_reason: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Why")
