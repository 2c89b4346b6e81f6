"""What is said when custody ends, and after."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from toguna.accounts.book.ledger import Level, Said
from toguna.accounts.custody.codes import code_of
from toguna.accounts.custody.times import Moment


class HandedOver(Said):
    """The person was handed to police, a judicial authority, or, a child, to child protection."""

    handed_over_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    receiver: Annotated[str, code_of("receiver"), Level.OPEN] = Field(description="Who received")
    receiving_authority: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Which one: unit, court")
    received_by: Annotated[str, Level.IDENTITY] = Field(min_length=1, description="Officer who signed")
    assurances: Annotated[str, Level.CLOSED] = Field(
        default="", description="Assurances given: humane treatment, access, no death penalty, notice of transfer"
    )
    access_agreed: Annotated[bool, Level.CLOSED] = Field(description="Follow-up visits were agreed")
    property_went: Annotated[str, code_of("property"), Level.CLOSED] = Field(description="Where the property went")
    condition_on_leaving: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Condition on leaving")


class HandedOverInBreach(HandedOver):
    """The person was handed over although they should not have been. The fact is recorded, and visits come due."""

    account: Annotated[str, Level.CLOSED] = Field(min_length=1, description="How it came about")
    human_rights_told_at: Annotated[Moment, Level.CLOSED] = Field(description="When the human-rights component knew")


class Transferred(Said):
    """The person was transferred to another force or state."""

    transferred_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    receiver: Annotated[str, code_of("receiver"), Level.OPEN] = Field(description="Who received")
    receiving_authority: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Which force or state")
    received_by: Annotated[str, Level.IDENTITY] = Field(min_length=1, description="Officer who signed")
    assurances: Annotated[str, Level.CLOSED] = Field(
        default="", description="Assurances given: humane treatment, access, no death penalty, no onward transfer"
    )
    access_agreed: Annotated[bool, Level.CLOSED] = Field(description="Follow-up visits were agreed")
    property_went: Annotated[str, code_of("property"), Level.CLOSED] = Field(description="Where the property went")
    condition_on_leaving: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Condition on leaving")


class Released(Said):
    """The person was let go."""

    released_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    released_to: Annotated[str, code_of("released_to"), Level.OPEN] = Field(description="To whom")
    safe_return: Annotated[str, Level.CLOSED] = Field(min_length=1, description="How the person gets home safely")
    property_went: Annotated[str, code_of("property"), Level.CLOSED] = Field(description="Where the property went")
    condition_on_leaving: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Condition on leaving")


class Escaped(Said):
    """The person got away. If taken again, a new record begins."""

    escaped_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    circumstances: Annotated[str, Level.CLOSED] = Field(min_length=1, description="How")


class Died(Said):
    """The person died in custody. An inquiry is due, whatever the cause seems."""

    died_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    circumstances: Annotated[str, Level.CLOSED] = Field(min_length=1, description="What is known of how")
    scene_kept: Annotated[bool, Level.CLOSED] = Field(description="Scene and body are kept for examination")
    family_told: Annotated[bool, Level.CLOSED] = Field(description="The family was told")


class InquiryOpened(Said):
    """An inquiry into a death began."""

    inquiry_opened_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    inquiry_by: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Who inquires")
    independent: Annotated[bool, Level.OPEN] = Field(description="They do not answer to the unit that held the person")


class InquiryConcluded(Said):
    """What the inquiry found."""

    inquiry_concluded_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    conclusion: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Cause, and what follows")
    family_told_conclusion: Annotated[bool, Level.CLOSED] = Field(description="The family was told the conclusion")


class FollowedUp(Said):
    """A visit after a hand-over or transfer."""

    followed_up_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    follow_up: Annotated[str, code_of("follow_up"), Level.OPEN] = Field(description="What was found")
    in_private: Annotated[bool, Level.OPEN] = Field(description="They spoke without witnesses")
    follow_up_findings: Annotated[str, Level.CLOSED] = Field(default="", description="What was seen and said")
    action_taken: Annotated[str, Level.CLOSED] = Field(default="", description="What was done about it")


class Closed(Said):
    """Nothing more is due."""

    closing_reason: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Why nothing more is due")
