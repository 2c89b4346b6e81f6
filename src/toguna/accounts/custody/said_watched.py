"""What is said while a person is held: visits, examinations, extensions, risk, breaches, disputes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from toguna.accounts.book.ledger import Level, Said
from toguna.accounts.custody.codes import code_of
from toguna.accounts.custody.times import Moment


class Visited(Said):
    """Somebody from outside came to see the person, or was refused."""

    visited_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    visitor: Annotated[str, code_of("visitor"), Level.OPEN] = Field(description="Who came")
    access: Annotated[str, code_of("access"), Level.OPEN] = Field(description="Access given")
    access_reason: Annotated[str, Level.CLOSED] = Field(default="", description="Why access was not full")
    access_decided_by: Annotated[str, Level.IDENTITY] = Field(default="", description="Who decided it")
    in_private: Annotated[bool, Level.OPEN] = Field(default=False, description="They spoke without witnesses")
    visit_findings: Annotated[str, Level.CLOSED] = Field(default="", description="What the visitor lets be recorded")


class Examined(Said):
    """A doctor or nurse saw the person."""

    examined_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    findings: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Condition and care given")
    consented: Annotated[bool, Level.CLOSED] = Field(description="The person agreed")


class Notified(Said):
    """Family or the ICRC was told after registration."""

    notified_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    notified: Annotated[str, code_of("notified"), Level.OPEN] = Field(description="Who was told")


class Extended(Said):
    """The limit was put off by somebody who may, for a reason."""

    extended_at: Annotated[Moment, Level.CLOSED] = Field(description="When it was decided, with its offset from UTC")
    hours: Annotated[int, Level.CLOSED] = Field(gt=0, le=720, description="Hours added")
    authority: Annotated[str, code_of("authority"), Level.OPEN] = Field(description="Authority that decided")
    authority_name: Annotated[str, Level.IDENTITY] = Field(min_length=1, description="Who signed")
    extension_reason: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Why")


class RiskAssessed(Said):
    """Whether the person would face a real risk of torture or other grave harm with a receiver."""

    assessed_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    assessed_receiver: Annotated[str, code_of("receiver"), Level.CLOSED] = Field(description="Who would receive")
    assessed_authority: Annotated[str, Level.CLOSED] = Field(min_length=1, description="Which one: unit, court, state")
    risk: Annotated[str, code_of("risk"), Level.CLOSED] = Field(description="What was found")
    basis: Annotated[str, Level.CLOSED] = Field(min_length=1, description="On what: visits, reports, interviews")
    person_heard: Annotated[bool, Level.CLOSED] = Field(description="The person was asked what they fear")
    assessed_by: Annotated[str, Level.IDENTITY] = Field(min_length=1, description="Who assessed")


class Breached(Said):
    """A rule was not kept. It is recorded, never a reason to hide the record."""

    breached_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    breach: Annotated[str, code_of("breach"), Level.OPEN] = Field(description="Which rule")
    account: Annotated[str, Level.CLOSED] = Field(min_length=1, description="What happened")
    remedy: Annotated[str, Level.CLOSED] = Field(min_length=1, description="What was done about it")


class Disputed(Said):
    """Somebody says the record is wrong. Kept beside it, never instead of it."""

    disputed_by: Annotated[str, Level.IDENTITY] = Field(min_length=1, description="Who disputes")
    disputed: Annotated[str, Level.CLOSED] = Field(min_length=1, description="What, and what they say instead")
