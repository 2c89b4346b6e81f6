"""Times as custody needs them: aware of their zone when said, UTC when kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def _zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise PydanticCustomError("zone", "must be a zone of the IANA list, as Africa/Bamako") from None
    return name


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
ZoneName = Annotated[str, AfterValidator(_zone)]


def moment(text: str) -> datetime:
    """Return a time a record holds.

    Examples
    --------
    >>> moment("2013-02-03T11:30:00Z").isoformat()
    '2013-02-03T11:30:00+00:00'
    """
    return datetime.fromisoformat(text).astimezone(UTC)


def month_of(at: datetime, zone: str) -> str:
    """Return the month a time lies in where it happened, YYYY-MM.

    Examples
    --------
    >>> month_of(moment("2013-01-31T23:30:00Z"), "Africa/Niamey")
    '2013-02'
    """
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m}"
