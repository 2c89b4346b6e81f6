"""What is said of a lot of ammunition or explosives: what it is, and how much of it moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from toguna.accounts.arms.identity import identity
from toguna.accounts.arms.said_origin import Exempted
from toguna.accounts.arms.said_place import Country, Dated, Held, Moved
from toguna.accounts.arms.vocabularies import Circumstance, LotKind, Method
from toguna.accounts.book.ledger import Level

_IDENTIFYING = ("make", "model", "lot_number", "country_of_manufacture")
Quantity = Annotated[int, Level.OPEN, Field(ge=1, description="In the unit of the kind: pieces, or kg in bulk")]


class Described(Held):
    """A lot as it came in."""

    kind: Annotated[LotKind, Level.OPEN, Field(description="Kind of ammunition")]
    make: Annotated[str, Field(min_length=1, description="Manufacturer")]
    model: Annotated[str, Field(min_length=1, description="Calibre and type")]
    lot_number: Annotated[str | None, Field(min_length=1, description="Lot number as printed; none where it has none")]
    country_of_manufacture: Country
    quantity: Quantity
    hazard_division: Annotated[str | None, Field(pattern=r"^1\.[1-6]$", description="UN hazard division")] = None
    compatibility_group: Annotated[str | None, Field(pattern=r"^[A-HJ-LNS]$", description="UN group")] = None
    neq_g: Annotated[float | None, Field(gt=0, description="Net explosive quantity of one piece or kg, in grams")] = (
        None
    )
    identity: Annotated[str | None, Field(description="Follows from make, type, lot number and country")] = None

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, said: Any) -> Any:
        if not isinstance(said, Mapping):
            return said
        rest = {key: value for key, value in said.items() if key != "identity"}
        parts = [rest[name] for name in _IDENTIFYING if isinstance(rest.get(name), str)]
        return rest | {"identity": identity(*parts)} if len(parts) == len(_IDENTIFYING) else rest


class LotImported(Described, Exempted):
    """A lot brought into the country."""

    country_of_consignor: Country


class LotEntered(Described):
    """A lot made, seized, found or collected in the country."""

    origin: Annotated[
        Literal["manufactured", "seized", "found", "collected"], Level.OPEN, Field(description="How it came in")
    ]


class LotIssued(Moved):
    """Part of a lot given out, to be used or to come back."""

    quantity: Quantity


class LotBack(Dated):
    """What was issued comes back, or is reported used."""

    quantity: Quantity
    from_holder: Annotated[str, Level.IDENTITY, Field(min_length=1, description="Who had it")]


class LotMissed(LotBack):
    """Part of a lot lost or stolen, in store or with whom it was issued to."""

    report: Annotated[str, Field(min_length=1, description="Reference of the report on the loss")]


class LotRecovered(Dated):
    """Part of what was lost or stolen is held again, in the store."""

    quantity: Quantity
    circumstance: Annotated[Circumstance, Level.OPEN, Field(description="How it was come by")]


class LotTransferred(Moved):
    """Part of a lot passed on for good."""

    quantity: Quantity
    authorisation: Annotated[str, Field(min_length=1, description="Reference of the authorisation")]


class LotExported(Moved, Exempted):
    """Part of a lot sent abroad."""

    quantity: Quantity
    country_of_consignee: Country


class LotDestroyed(Dated):
    """Part of a lot destroyed."""

    quantity: Quantity
    from_holder: Annotated[str, Level.IDENTITY, Field(min_length=1, description="Who held it")]
    method: Annotated[Method, Level.OPEN, Field(description="How it was destroyed")]
    place: Annotated[str, Field(min_length=1, description="Where it was destroyed")]
    witnesses: Annotated[tuple[str, ...], Level.IDENTITY, Field(min_length=2, description="Who saw it, two or more")]
    release: Annotated[str | None, Field(description="Court's release, where the lot was an exhibit")] = None


class LotClosed(Dated):
    """Nothing of the lot is left."""
