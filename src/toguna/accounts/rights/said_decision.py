"""What is said when a record is judged, passed on, taken up again or joined to another."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from toguna.accounts.rights.rules import rules
from toguna.accounts.rights.said_event import CLOSED, OPEN, Ref, RightsSaid
from toguna.accounts.rights.vocabularies import code_of

Reason = Annotated[str, Field(min_length=1, max_length=10_000)]


def _the_standard(text: str) -> str:
    known = rules().standard_of_proof.text
    if text != known:
        raise PydanticCustomError("standard", "must be '{known}'", {"known": known})
    return text


class Corroborated(RightsSaid):
    """Other sources bear the account out."""

    on: Annotated[date, CLOSED] = Field(description="Day it was judged")
    grounds: Annotated[Reason, CLOSED] = Field(description="Why the sources are independent and credible")


class Verified(RightsSaid):
    """The standard of proof is met for every act of the record."""

    on: Annotated[date, CLOSED] = Field(description="Day it was judged")
    standard: Annotated[str, AfterValidator(_the_standard), OPEN] = Field(description="Standard of proof, in its words")
    grounds: Annotated[Reason, CLOSED] = Field(description="Why it is met")
    disputes_weighed: Annotated[Reason | None, CLOSED] = Field(
        default=None, description="How contradicting sources and disputes were weighed; needed where there are any"
    )
    task_force_on: Annotated[date | None, CLOSED] = Field(
        default=None, description="Day the country task force validated it; needed for the six grave violations"
    )


class Refuted(RightsSaid):
    """The account does not hold. It stays in the ledger."""

    on: Annotated[date, CLOSED] = Field(description="Day it was judged")
    grounds: Annotated[Reason, CLOSED] = Field(description="Why it does not hold")
    sources: Annotated[tuple[Ref, ...], CLOSED] = Field(min_length=1, description="Sources that contradict it")


class Reopened(RightsSaid):
    """New sources or evidence; the record is judged afresh."""

    on: Annotated[date, CLOSED] = Field(description="Day")
    new: Annotated[tuple[Ref, ...], CLOSED] = Field(
        min_length=1, description="Sources or evidence entered since the record was judged"
    )
    why: Annotated[Reason, CLOSED] = Field(description="What they change")


class Joined(RightsSaid):
    """The event is told in another record too; this one is no longer counted."""

    into: Annotated[str, CLOSED] = Field(min_length=1, max_length=80, description="Record that counts the event")
    why: Annotated[Reason, CLOSED] = Field(description="Why it is the same event")


class Parted(RightsSaid):
    """It was another event after all."""

    why: Annotated[Reason, CLOSED] = Field(description="Why")


class PassedOn(RightsSaid):
    """The record goes to somebody who may act on it."""

    recipient: Annotated[str, code_of("recipients"), OPEN] = Field(description="Kind of recipient")
    body: Annotated[str, CLOSED] = Field(min_length=1, max_length=200, description="Which court, commission or body")
    on: Annotated[date, CLOSED] = Field(description="Day")
    sources: Annotated[tuple[Ref, ...], CLOSED] = Field(
        default=(), description="Sources whose account goes with it; each must have consented"
    )
    answer_by: Annotated[date | None, CLOSED] = Field(default=None, description="Day to ask what became of it")


class FollowedUp(RightsSaid):
    """What became of a record passed on."""

    recipient: Annotated[str, code_of("recipients"), OPEN] = Field(description="Kind of recipient")
    outcome: Annotated[str, code_of("outcomes"), OPEN] = Field(description="What became of it")
    on: Annotated[date, CLOSED] = Field(description="Day it was learnt")
    says: Annotated[str | None, CLOSED] = Field(default=None, max_length=5000, description="In words")
    ask_again_by: Annotated[date | None, CLOSED] = Field(default=None, description="Day to ask again")
