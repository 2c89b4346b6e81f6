"""What is said when a weapon enters the register: what it is, and how it came in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from toguna.accounts.arms.identity import identity
from toguna.accounts.arms.said_place import Country, Held
from toguna.accounts.arms.vocabularies import Circumstance, Kind, Purpose, SerialState
from toguna.accounts.book.ledger import Level, Said

IDENTIFYING = ("make", "model", "serial", "country_of_manufacture")


class Described(Said):
    """The marks of a weapon as they were made on it (ECOWAS Convention, article 18)."""

    kind: Annotated[Kind, Level.OPEN, Field(description="Kind of weapon")]
    make: Annotated[str, Field(min_length=1, description="Manufacturer")]
    model: Annotated[str, Field(min_length=1, description="Model")]
    calibre: Annotated[str, Field(min_length=1, description="Calibre, in mm")]
    serial_state: Annotated[SerialState, Level.OPEN, Field(description="Whether the serial could be read")]
    serial: Annotated[
        str | None, Field(min_length=1, description="Serial number as stamped; only where it was read")
    ] = None
    serial_rest: Annotated[str | None, Field(description="What is left of a worn or defaced serial, ? for a sign")] = (
        None
    )
    country_of_manufacture: Country
    year_of_manufacture: Annotated[int | None, Field(ge=1800, le=2200, description="Year in the maker's mark")] = None
    identity: Annotated[str | None, Field(description="Follows from make, model, serial and country")] = None

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, said: Any) -> Any:
        return identified(said)

    @model_validator(mode="after")
    def _serial_as_read(self) -> Self:
        if (self.serial_state == "read") != (self.serial is not None):
            raise ValueError("say `serial` where `serial_state` is read, and only there")
        return self


def identified(said: Any) -> Any:
    """Return what is said with the identity that follows from it; one that is said is not believed."""
    if not isinstance(said, Mapping):
        return said
    parts = [said[name] for name in IDENTIFYING if isinstance(said.get(name), str)]
    rest = {key: value for key, value in said.items() if key != "identity"}
    return rest | {"identity": identity(*parts)} if len(parts) == len(IDENTIFYING) else rest


class Brokered(Said):
    """A broker, where there was one (ECOWAS Convention, article 20)."""

    broker: Annotated[str | None, Level.IDENTITY, Field(description="Broker, where there was one")] = None
    broker_licence: Annotated[str | None, Level.IDENTITY, Field(description="Reference of the broker's licence")] = None
    broker_licence_until: Annotated[date | None, Field(description="Last day of the broker's licence")] = None


class Exempted(Brokered):
    """The exemption from the ban on transfers (ECOWAS Convention, articles 4 and 5)."""

    decision: Annotated[str, Field(min_length=1, description="Reference of the exemption decision")]
    decided_on: Annotated[date, Field(description="Day of the decision")]
    decision_until: Annotated[date, Field(description="Last day of the decision")]
    end_user_certificate: Annotated[str, Field(min_length=1, description="Reference of the end-user certificate")]
    purpose: Annotated[Purpose, Level.OPEN, Field(description="Purpose the exemption was granted for")]
    transit: Annotated[tuple[Country, ...], Field(description="Countries of transit, in order")] = ()


class Imported(Described, Held, Exempted):
    """A weapon brought into the country."""

    country_of_consignor: Country


class Manufactured(Described, Held):
    """A weapon made in the country (ECOWAS Convention, article 7)."""

    manufacturing_licence: Annotated[str, Field(min_length=1, description="Reference of the manufacturer's licence")]


class Seized(Described, Held):
    """A weapon taken by an authority; the person it was taken from is not said here."""

    circumstance: Annotated[Circumstance, Level.OPEN, Field(description="How it was come by")]
    case_reference: Annotated[str | None, Field(description="Court or police file it is an exhibit of")] = None


class Found(Described, Held):
    """A weapon found, or collected from people who gave it up."""

    circumstance: Annotated[Circumstance, Level.OPEN, Field(description="How it was come by")]


class VisitorEntered(Described, Held):
    """A visitor brings a weapon in for a time (ECOWAS Convention, article 15)."""

    certificate: Annotated[str, Level.IDENTITY, Field(min_length=1, description="Reference of the certificate")]
    certificate_until: Annotated[date, Field(description="Last day of the certificate")]
