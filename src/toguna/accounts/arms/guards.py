"""The rules of the register. Each returns None, or why a step may not be taken and what to do; none names a value."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from toguna.accounts.arms.identity import exact_key
from toguna.accounts.arms.limits import Limits
from toguna.accounts.arms.said_origin import IDENTIFYING
from toguna.accounts.arms.vocabularies import LICENSED, is_banned
from toguna.accounts.book.ledger import Guard
from toguna.accounts.book.record import Record

_ECOWAS = "ECOWAS Convention"


def not_ahead_of_time(_record: Record, said: Any, today: date) -> str | None:
    """A step is entered when it has happened."""
    if said.on is not None and said.on > today:
        return "The day lies ahead. Enter the step when it has been taken."
    return None


def in_order(record: Record, said: Any, _today: date) -> str | None:
    """A step is not older than the one before it, or the chain would be out of order."""
    last = record.values.get("on")
    if last is not None and said.on.isoformat() < last:
        return "The day lies before the last step of this weapon. Check the day, or correct the step before."
    return None


def not_to_non_state(_record: Record, said: Any, _today: date) -> str | None:
    """No exemption opens this door."""
    if is_banned(said.holder_kind):
        return (
            f"Transfers to non-state actors are banned without exception ({_ECOWAS}, article 3). Do not hand it over."
        )
    return None


def chain_unbroken(record: Record, said: Any, _today: date) -> str | None:
    """Whoever hands over is whoever held."""
    if exact_key(said.from_holder) != exact_key(str(record.values.get("holder", ""))):
        return (
            f"Who hands over is not who the register says holds it ({_ECOWAS}, article 9: no gap in the chain). "
            "Enter the step between them first."
        )
    return None


def exemption_holds(_record: Record, said: Any, _today: date) -> str | None:
    """A decision covers the day of the transfer."""
    if not said.decided_on <= said.on <= said.decision_until:
        return (
            f"The exemption does not cover the day of the transfer ({_ECOWAS}, articles 4 and 5). "
            "Ask the ECOWAS Commission for one that does."
        )
    return None


def broker_licensed(_record: Record, said: Any, _today: date) -> str | None:
    """A broker has a licence that covers the day."""
    if said.broker is None:
        return None
    if said.broker_licence is None or said.broker_licence_until is None or said.broker_licence_until < said.on:
        return f"The broker has no licence for that day ({_ECOWAS}, article 20). Enter a licence and its last day."
    return None


def marked_enough(record: Record, said: Any, today: date) -> str | None:
    """A weapon without a readable serial gets a unique mark; an imported one bears country and year of import."""
    is_read = record.values.get("serial_state") == "read"
    if not is_read and said.unique_mark is None and record.values.get("unique_mark") is None:
        return f"It has no readable serial. Give it a unique mark and say `unique_mark` ({_ECOWAS}, article 18)."
    if is_read and said.unique_mark is not None:
        return (
            "Its serial can be read and stays its identity. Leave `unique_mark` out; say `import_mark` if it has one."
        )
    parts = (said.import_mark, said.import_country, said.import_year)
    if record.last("imported") is not None and record.values.get("import_mark") is None and None in parts:
        return f"An imported weapon bears the country and year of import ({_ECOWAS}, article 18). Say all three parts."
    if any(part is not None for part in parts) and None in parts:
        return f"An import mark has a country and a year ({_ECOWAS}, article 18). Say all three parts or none."
    if said.import_year is not None and said.import_year > today.year:
        return "The year of import lies ahead. Read the mark again."
    return None


def state_only(_record: Record, said: Any, _today: date) -> str | None:
    """Stores, seizures and collections are in the hands of the State or of a peace operation."""
    if said.holder_kind in LICENSED | {"visitor", "foreign_state"}:
        return f"A body of the State or a peace operation must hold it ({_ECOWAS}, article 16). Say which one does."
    return None


def leaves_for_abroad(_record: Record, said: Any, _today: date) -> str | None:
    """An export goes to another State or somebody it licensed."""
    if said.holder_kind not in LICENSED | {"foreign_state", "peace_operation"}:
        return "An export goes to another State, to a peace operation or to a licensed dealer. Say which."
    return None


def visitor_certified(limits: Limits) -> Guard:
    """Return the rule that a visitor's certificate covers the stay, within the limit."""

    def guard(_record: Record, said: Any, _today: date) -> str | None:
        if said.holder_kind != "visitor":
            return f"Only a visitor enters a weapon so ({limits.certificate_days.cited}). Enter it as imported."
        longest = limits.certificate_days.value
        if said.certificate_until < said.on:
            return f"The certificate has run out ({limits.certificate_days.cited}). Have it renewed or keep the weapon."
        if longest is not None and said.certificate_until > said.on + timedelta(days=longest):
            return f"The certificate runs longer than allowed ({limits.certificate_days.cited}). Have it shortened."
        return None

    return guard


def licence_holds(limits: Limits) -> Guard:
    """Return the rule that whoever is no body of the State has a licence within the limits."""

    def guard(record: Record, said: Any, _today: date) -> str | None:
        kind = getattr(said, "holder_kind", None) or record.values.get("holder_kind")
        if kind not in LICENSED:
            return None
        cited = limits.civilian_conditions.cited
        if said.licence is None or said.licence_until is None or said.licence_until < said.on:
            return f"The holder has no licence for that day ({cited}). Enter a licence and its last day."
        if kind == "licensed_civilian" and set(limits.civilian_conditions.conditions) - set(said.conditions_met):
            return f"Not all conditions for civilians are said to be met ({cited}). Check them, or do not hand it over."
        return _within(limits, said)

    return guard


def _within(limits: Limits, said: Any) -> str | None:
    years, arms, days = limits.licence_years.value, limits.licence_arms.value, limits.waiting_days.value
    if years is not None and said.licence_until > years_after(said.on, years):
        return f"The licence runs longer than allowed ({limits.licence_years.cited}). Have it shortened."
    if arms is not None and (said.licence_arms is None or said.licence_arms > arms):
        return f"The licence covers more weapons than allowed, or does not say how many ({limits.licence_arms.cited})."
    if days and (said.licence_asked_on is None or said.on < said.licence_asked_on + timedelta(days=days)):
        return f"The waiting time is not over, or `licence_asked_on` is not said ({limits.waiting_days.cited})."
    return None


def years_after(day: date, years: int) -> date:
    """Return the same day so many years on; 1 March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def is_visitor_free(_record: Record, said: Any, _today: date) -> str | None:
    """A visitor's weapon enters with a certificate and no other way."""
    if said.holder_kind == "visitor":
        return f"A visitor's weapon is entered with its certificate ({_ECOWAS}, article 15). Use `visitor_entered`."
    return None


def witnessed(_record: Record, said: Any, _today: date) -> str | None:
    """Two different people saw it."""
    if len({exact_key(one) for one in said.witnesses} - {""}) < 2:
        return f"Two different witnesses are needed ({_ECOWAS}, article 17). Name another."
    return None


def released(record: Record, said: Any, _today: date) -> str | None:
    """An exhibit is destroyed only once the court lets it go."""
    if record.values.get("case_reference") and said.release is None:
        return "It is an exhibit of a case. Ask the court to release it and say `release`."
    return None


def nothing_asked(record: Record, _said: Any, _today: date) -> str | None:
    """A weapon somebody traces is kept until the answer."""
    if open_requests(record):
        return f"A tracing request is open ({_ECOWAS}, article 19). Answer it before the weapon is destroyed."
    return None


def request_is_new(record: Record, said: Any, _today: date) -> str | None:
    """A request has a reference of its own and is answered after it was made."""
    if any(one["reference"] == said.reference for one in record.values.get("tracing_requests", [])):
        return "There is a request of this reference already. Give it its own."
    if said.answer_by < said.on:
        return "The answer would be due before the request. Check both days."
    return None


def request_is_open(record: Record, said: Any, _today: date) -> str | None:
    """Only what was asked can be answered, and by a last answer once."""
    asked = next((one for one in open_requests(record) if one["reference"] == said.reference), None)
    if asked is None:
        return "No open request has this reference. Enter the request first."
    if said.on.isoformat() < asked["on"]:
        return "The answer lies before the request. Check the day."
    return None


def open_requests(record: Record) -> list[dict[str, Any]]:
    """Return the tracing requests without a last answer; a delayed answer leaves them open."""
    answers = record.values.get("tracing_answers", [])
    answered = {one["reference"] for one in answers if one["result"] != "delayed"}
    return [one for one in record.values.get("tracing_requests", []) if one["reference"] not in answered]


def corrects_whole(record: Record, said: Any, _today: date) -> str | None:
    """Identity is corrected whole, since it follows from all four parts."""
    said_parts = said.model_fields_set & {*IDENTIFYING, "serial_state"}
    if not said.model_fields_set - {"identity"}:
        return "Nothing is corrected. Say the fields that were wrong."
    if not said_parts:
        return None
    if said.serial_state is None or None in (said.make, said.model, said.country_of_manufacture):
        return "Make, model, serial_state and country_of_manufacture are corrected together: they are the identity."
    if (said.serial_state == "read") != (said.serial is not None):
        return "Say `serial` where `serial_state` is read, and only there."
    if said.serial_state != "read" and record.values.get("serial_state") == "read":
        return "A serial that was read is not taken back. Enter a dispute, or correct it to what it reads."
    return None


def corrects_month(_record: Record, said: Any, _today: date) -> str | None:
    """Day and month are corrected together."""
    if (said.on is None) != (said.month is None) or (said.on and said.month != said.on.isoformat()[:7]):
        return "Day and month are corrected together: say `on` and the month it lies in."
    return None
