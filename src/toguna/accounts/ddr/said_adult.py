"""What is said at the steps of adults. No name, no serial number, no free word about a person."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from toguna.accounts.book.ledger import Level, Said

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
TOKEN = r"^t-[0-9a-f]{32}$"  # a keyed token, as `tokens` makes it
REFERENCE = r"^w-[0-9a-f]{32}$"  # a keyed reference: no serial number has this form
OTHER = r"^r-[0-9a-f]{32}$"

Pcode = Annotated[str, Field(pattern=r"^[A-Z]{2,3}\d{0,10}$", description="P-code of a coarse area"), Level.OPEN]
Month = Annotated[str, Field(pattern=MONTH, description="Month the person presented, YYYY-MM"), Level.OPEN]
On = Annotated[date, Field(description="Day it happened"), Level.CLOSED]
By = Annotated[str, Field(min_length=1, description="Account of the officer who did or decided it"), Level.CLOSED]
Adult = Annotated[Literal["adult"], Field(description="Space of keys the record is in"), Level.OPEN]
Category = Annotated[
    Literal["combatant", "woman_associated", "cvr"], Field(description="Who DDR or CVR is for"), Level.OPEN
]
Service = Literal["health", "psychosocial", "survivor_support", "shelter", "legal_aid", "livelihood", "repatriation"]
Token = Annotated[str, Field(pattern=TOKEN)]
WeaponReference = Annotated[str, Field(pattern=REFERENCE)]


class Presented(Said):
    """An adult presented for DDR or CVR. Nothing here tells a name, a group or where somebody lives."""

    track: Adult = "adult"
    category: Category
    area: Pcode
    month: Month
    on: On
    age: Annotated[Literal["adult"], Field(description="Adult beyond doubt; else take in as a child"), Level.OPEN]
    site: Annotated[str, Field(min_length=1, description="Site code"), Level.CLOSED]
    card: Annotated[str | None, Field(description="Number of the card the person holds"), Level.IDENTITY] = None
    token: Annotated[Token | None, Field(description="Keyed token of all agreed attributes"), Level.IDENTITY] = None
    near_tokens: Annotated[
        tuple[Token, ...], Field(description="Keyed tokens with one attribute left out"), Level.IDENTITY
    ] = ()


class PresentedAgain(Said):
    """Somebody who withdrew came back."""

    on: On


class ReferredAtOnce(Said):
    """A dependant or victim: does not take part, is helped by a service."""

    track: Adult = "adult"
    category: Annotated[Literal["dependant", "victim"], Field(description="Why not a participant"), Level.OPEN]
    area: Pcode
    month: Month
    on: On
    service: Annotated[Service, Field(description="Service referred to"), Level.CLOSED]


class Screened(Said):
    """Answers of a screening; None is "not known yet", which never counts against a person."""

    on: On
    screened_by: By
    criteria_version: Annotated[str, Field(min_length=1, description="Published criteria used"), Level.OPEN]
    in_listed_group: Annotated[bool | None, Field(description="Group is on the published list"), Level.CLOSED] = None
    confirmed_by_group_list: Annotated[bool | None, Field(description="On the group's list"), Level.CLOSED] = None
    confirmed_by_interview: Annotated[bool | None, Field(description="Interview confirms"), Level.CLOSED] = None
    chosen_by_community: Annotated[bool | None, Field(description="Chosen for CVR"), Level.CLOSED] = None
    weapons_brought: Annotated[int | None, Field(ge=0, description="Weapons, number"), Level.CLOSED] = None
    group_weapons_per_person: Annotated[
        float | None, Field(ge=0, description="Weapons of the group a person"), Level.CLOSED
    ] = None
    knows_weapon: Annotated[bool | None, Field(description="Showed the handling of one"), Level.CLOSED] = None


class RightsScreened(Said):
    """What the body competent for it answered; what it is about stays with that body."""

    on: On
    outcome: Annotated[
        Literal["nothing_known", "waits", "agreed", "not_agreed"], Field(description="Its answer"), Level.CLOSED
    ]
    reference: Annotated[
        str | None, Field(pattern=OTHER, description="Keyed reference the body gave"), Level.CLOSED
    ] = None


class FoundEligible(Said):
    """A decision by published criteria. It is no amnesty."""

    on: On
    decided_by: By


class FoundIneligible(Said):
    """A refusal, told to the person with its reasons and how to appeal."""

    on: On
    decided_by: By
    reasons: Annotated[
        tuple[str, ...], Field(min_length=1, description="Codes of the published criteria not met"), Level.CLOSED
    ]
    explained_on: Annotated[date, Field(description="Day reasons and appeal were explained"), Level.CLOSED]


class EligibilityReversed(FoundIneligible):
    """A decision taken back by two people, told with its reasons and how to appeal."""


class Appealed(Said):
    """The person asked that another person decide."""

    on: On


class AppealDecided(Said):
    """What another person decided."""

    on: On
    decided_by: By
    reasons: Annotated[tuple[str, ...], Field(min_length=1, description="Codes of criteria looked at"), Level.CLOSED]


class Disarmed(Said):
    """Weapons handed in, by references to the arms register that tell nothing by themselves."""

    on: On
    weapons: Annotated[tuple[WeaponReference, ...], Field(description="Keyed references"), Level.CLOSED] = ()


class Demobilised(Said):
    """Discharged from an armed force or group."""

    on: On


class Reinserted(Said):
    """Short help began."""

    on: On
    months: Annotated[int, Field(ge=1, le=12, description="Months of help, at most a year"), Level.CLOSED]


class Paid(Said):
    """A benefit given."""

    on: On
    benefit: Annotated[str, Field(min_length=1, description="Code in the programme's schedule"), Level.CLOSED]
    due_on: Annotated[date, Field(description="Day it was due"), Level.CLOSED]
    amount: Annotated[float, Field(gt=0, description="Amount in the schedule's currency"), Level.CLOSED]


class Reintegrated(Said):
    """Reintegration support was given to its end."""

    on: On
    option: Annotated[
        Literal["agriculture", "education", "training", "small_business", "public_works", "public_service"],
        Field(description="Reintegration track"),
        Level.CLOSED,
    ]


class Enrolled(Said):
    """A project of community violence reduction began or ended."""

    on: On


class Withdrawn(Said):
    """Left of own will. No reason is asked."""

    on: On


class Referred(Said):
    """Helped by a service instead."""

    on: On
    service: Annotated[Service, Field(description="Service referred to"), Level.CLOSED]


class AgeDoubted(Said):
    """Somebody on the adult track may be a child: the track ends here."""

    on: On


class ChildRecordOpened(Said):
    """The child was taken in under a key of its own; the two records do not name each other."""

    on: On


class SetAside(Said):
    """Two people looked at both records and found one person registered twice."""

    on: On
    decided_by: By


class Corrected(Said):
    """What was said when presenting, put right. Nothing need be said but what changes."""

    category: Annotated[
        Literal["combatant", "woman_associated", "cvr"] | None, Field(description="Put right"), Level.OPEN
    ] = None
    area: Annotated[str | None, Field(pattern=r"^[A-Z]{2,3}\d{0,10}$", description="Put right"), Level.OPEN] = None
    site: Annotated[str | None, Field(min_length=1, description="Put right"), Level.CLOSED] = None
    card: Annotated[str | None, Field(min_length=1, description="Put right"), Level.IDENTITY] = None
    token: Annotated[Token | None, Field(description="Put right"), Level.IDENTITY] = None
    near_tokens: Annotated[tuple[Token, ...] | None, Field(description="Put right"), Level.IDENTITY] = None


class Disputed(Said):
    """Somebody disputes what stands here; kept beside it."""

    on: On
    about: Annotated[str, Field(min_length=1, description="What is disputed"), Level.CLOSED]
