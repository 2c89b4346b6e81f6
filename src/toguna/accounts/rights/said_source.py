"""What is said of those an account comes from: sources, what they consent to, evidence and its chain of custody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toguna.accounts.rights.said_event import CLOSED, IDENTITY, OPEN, Ref, RightsSaid
from toguna.accounts.rights.vocabularies import code_of

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Source(RightsSaid):
    """Somebody or something that speaks of the event."""

    ref: Annotated[Ref, CLOSED] = Field(description="Its number in the record: S1")
    kind: Annotated[str, code_of("sources"), OPEN] = Field(description="Kind of source")
    says: Annotated[Literal["supports", "contradicts"], OPEN] = Field(description="Whether it bears the account out")
    acts: Annotated[tuple[Ref, ...], CLOSED] = Field(default=(), description="Acts it speaks of; none: all")
    reliability: Annotated[str, code_of("reliabilities"), CLOSED] = Field(
        default="not_judged", description="How it is judged"
    )
    repeats: Annotated[Ref | None, CLOSED] = Field(default=None, description="Earlier source it has this from")
    heard_on: Annotated[date, CLOSED] = Field(description="Day it was heard, seen or found")
    is_child: Annotated[bool, CLOSED] = Field(default=False, description="The source is under 18")
    by_trained_monitor: Annotated[bool, CLOSED] = Field(
        default=False, description="Heard by a monitor trained in violations against children"
    )
    account: Annotated[str | None, IDENTITY] = Field(default=None, max_length=50_000, description="What it says")
    name: Annotated[str | None, IDENTITY] = Field(default=None, max_length=200, description="Name")
    contact: Annotated[str | None, IDENTITY] = Field(default=None, max_length=200, description="How to reach it safely")


class Judged(RightsSaid):
    """How a source is judged after it was entered; the earlier judgement stays in the log."""

    source: Annotated[Ref, CLOSED] = Field(description="Source")
    reliability: Annotated[str, code_of("reliabilities"), CLOSED] = Field(description="How it is judged")
    why: Annotated[str, CLOSED] = Field(min_length=1, max_length=2000, description="Why")


class Consented(RightsSaid):
    """A source's informed consent, given freely and for named kinds of recipients."""

    source: Annotated[Ref, CLOSED] = Field(description="Source that consents")
    to: Annotated[tuple[Annotated[str, code_of("recipients")], ...], CLOSED] = Field(
        min_length=1, description="Kinds of recipients its account may be passed on to"
    )
    on: Annotated[date, CLOSED] = Field(description="Day it consented")
    how: Annotated[Literal["written", "oral", "recorded"], CLOSED] = Field(description="How it consented")
    was_explained: Annotated[Literal[True], CLOSED] = Field(
        description="Purpose, recipients, risks and the right to withdraw were explained in a language it speaks"
    )
    guardian: Annotated[str | None, IDENTITY] = Field(
        default=None, max_length=200, description="Who consented for a child, besides the child"
    )


class ConsentWithdrawn(RightsSaid):
    """A source takes all its consent back; what was passed on before cannot be called back."""

    source: Annotated[Ref, CLOSED] = Field(description="Source")
    on: Annotated[date, CLOSED] = Field(description="Day it did so")


class Evidence(RightsSaid):
    """A file kept as evidence, with the attributes of the Berkeley Protocol."""

    ref: Annotated[Ref, CLOSED] = Field(description="Its number in the record: E1")
    sha256: Annotated[Sha256, CLOSED] = Field(description="Of the file given: authenticity and identity")
    size: Annotated[int, CLOSED] = Field(ge=0, description="Bytes: persistence")
    media_type: Annotated[str, CLOSED] = Field(
        pattern=r"^[a-z]+/[a-z0-9.+-]+$", description="What program renders it: renderability"
    )
    kept_at: Annotated[str, CLOSED] = Field(
        min_length=1, max_length=200, description="Store that holds the evidentiary copy: availability"
    )
    shows: Annotated[str, IDENTITY] = Field(
        min_length=1, max_length=2000, description="What it shows, in what language: understandability"
    )
    source: Annotated[Ref | None, CLOSED] = Field(default=None, description="Source it came from")
    taken_on: Annotated[date | None, CLOSED] = Field(default=None, description="Day it was made, where known")
    received_on: Annotated[date, CLOSED] = Field(description="Day it was received")
    taken_by: Annotated[str | None, IDENTITY] = Field(default=None, max_length=200, description="Who made it")
    holder: Annotated[str, IDENTITY] = Field(min_length=1, max_length=200, description="Who received it and holds it")


class HandedOn(RightsSaid):
    """One link of the chain of custody."""

    evidence: Annotated[Ref, CLOSED] = Field(description="Evidence")
    giver: Annotated[str, IDENTITY] = Field(min_length=1, max_length=200, description="Who held it")
    holder: Annotated[str, IDENTITY] = Field(min_length=1, max_length=200, description="Who holds it now")
    on: Annotated[date, CLOSED] = Field(description="Day it changed hands")
    purpose: Annotated[str, CLOSED] = Field(min_length=1, max_length=500, description="What for")


class Copied(RightsSaid):
    """A working copy made of evidence."""

    evidence: Annotated[Ref, CLOSED] = Field(description="Evidence")
    sha256: Annotated[Sha256, CLOSED] = Field(description="Of the working copy as it is now")
    changed: Annotated[str, CLOSED] = Field(default="", max_length=1000, description="What was changed; empty: nothing")
    made_by: Annotated[str, IDENTITY] = Field(min_length=1, max_length=200, description="Who made it")
    on: Annotated[date, CLOSED] = Field(description="Day it was made")


class Intervention(RightsSaid):
    """What was done for the people concerned."""

    kind: Annotated[str, code_of("interventions"), OPEN] = Field(description="Kind of help or step")
    on: Annotated[date, CLOSED] = Field(description="Day")
    victims: Annotated[tuple[Ref, ...], CLOSED] = Field(default=(), description="For whom; none: for all")
    by: Annotated[str, CLOSED] = Field(min_length=1, max_length=200, description="Organisation")
    result: Annotated[str | None, CLOSED] = Field(default=None, max_length=2000, description="What came of it")


class Disputed(RightsSaid):
    """A doubt or denial. It is kept beside the account and erases nothing."""

    by: Annotated[Literal["source", "force", "authority", "organisation", "monitor"], CLOSED] = Field(
        description="Who disputes it"
    )
    source: Annotated[Ref | None, CLOSED] = Field(default=None, description="Source that contradicts it")
    what: Annotated[str, CLOSED] = Field(min_length=1, max_length=5000, description="What is disputed")
    on: Annotated[date, CLOSED] = Field(description="Day")

    @model_validator(mode="after")
    def _source_named(self) -> Self:
        if self.by == "source" and self.source is None:
            raise PydanticCustomError("source", "a source that disputes must be entered as one and named by number")
        return self
