"""What is said as a registered weapon is marked, moved, lost, found again and destroyed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field, model_validator

from toguna.accounts.arms.identity import mark_identity
from toguna.accounts.arms.said_origin import Brokered, Exempted
from toguna.accounts.arms.said_place import Country, Dated, Held, Moved
from toguna.accounts.arms.vocabularies import Circumstance, Method
from toguna.accounts.book.ledger import Level, Said


class Marked(Dated):
    """Marks read or made (ECOWAS Convention, article 18)."""

    import_mark: Annotated[str | None, Field(min_length=1, description="Import mark as stamped")] = None
    import_country: Annotated[Country | None, Field(description="Country in the import mark, ISO 3166 alpha-3")] = None
    import_year: Annotated[int | None, Field(ge=1950, le=2200, description="Year in the import mark")] = None
    unique_mark: Annotated[str | None, Field(min_length=1, description="Mark given in place of a serial")] = None
    identity: Annotated[str | None, Field(description="Follows from the unique mark")] = None

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, said: Any) -> Any:
        if not isinstance(said, Mapping):
            return said
        rest = {key: value for key, value in said.items() if key != "identity"}
        mark = rest.get("unique_mark")
        return rest | {"identity": mark_identity(mark)} if isinstance(mark, str) else rest


class Stored(Moved):
    """A weapon laid into a store (ECOWAS Convention, article 16)."""

    store: Annotated[str, Field(min_length=1, description="Store it lies in, as the register names it")]


class Licensed(Said):
    """A civilian's or dealer's licence (ECOWAS Convention, article 14): whether conditions are met, not how."""

    licence: Annotated[str | None, Level.IDENTITY, Field(description="Reference of the licence")] = None
    licence_asked_on: Annotated[date | None, Field(description="Day the licence was asked for")] = None
    licence_until: Annotated[date | None, Field(description="Last day of the licence")] = None
    licence_arms: Annotated[int | None, Field(ge=1, description="Weapons under the licence, this one included")] = None
    conditions_met: Annotated[tuple[str, ...], Field(description="Conditions of the limits found to be met")] = ()


class Issued(Moved, Licensed):
    """A weapon given out, to come back."""


class Returned(Moved):
    """A weapon come back."""


class Transferred(Moved, Licensed, Brokered):
    """A weapon passed on for good within the country."""

    authorisation: Annotated[str, Field(min_length=1, description="Reference of the authorisation to transfer")]


class Exported(Moved, Exempted):
    """A weapon sent out of the country for good."""

    country_of_consignee: Country


class Reimported(Moved, Exempted):
    """A weapon that had been exported comes back."""

    country_of_consignor: Country


class LicenceRenewed(Licensed):
    """A licence renewed while the weapon stays where it is."""

    on: Annotated[date, Field(description="Day it was renewed")]


class Missed(Dated):
    """A weapon lost or stolen; whoever held it last stays answerable."""

    report: Annotated[str, Field(min_length=1, description="Reference of the report on the loss")]


class Recovered(Held):
    """A weapon that was lost or stolen is held again."""

    circumstance: Annotated[Circumstance, Level.OPEN, Field(description="How it was come by")]


class Confiscated(Moved):
    """A weapon taken back from its holder by an authority."""

    case_reference: Annotated[str | None, Field(description="Court or police file it is an exhibit of")] = None


class VisitorLeft(Dated):
    """A visitor took the weapon out again."""


class Destroyed(Dated):
    """A weapon destroyed (ECOWAS Convention, article 17)."""

    from_holder: Annotated[str, Level.IDENTITY, Field(min_length=1, description="Who held it")]
    method: Annotated[Method, Level.OPEN, Field(description="How it was destroyed")]
    place: Annotated[str, Field(min_length=1, description="Where it was destroyed")]
    witnesses: Annotated[tuple[str, ...], Level.IDENTITY, Field(min_length=2, description="Who saw it, two or more")]
    release: Annotated[str | None, Field(description="Court's release, where the weapon was an exhibit")] = None
