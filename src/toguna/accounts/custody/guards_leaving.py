"""Rules for leaving custody: no hand-over into torture, extensions by those who may, children to child protection."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from toguna.accounts.book.ledger import Guard
from toguna.accounts.book.record import Record
from toguna.accounts.custody.deadlines import visits_left
from toguna.accounts.custody.limits import CHILDREN, Limits
from toguna.accounts.custody.times import moment

REFOULEMENT = "(Convention against Torture, article 3; non-refoulement, unverified)"


def safe_receiver(limits: Limits) -> Guard:
    """Return the rule of non-refoulement; nothing overrides it."""

    def safe_receiver(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
        values = record.values
        same = (
            values.get("assessed_receiver") == said.receiver
            and values.get("assessed_authority", "").casefold() == said.receiving_authority.casefold()
        )
        if not same:
            return (
                f"The last risk assessment is not of this receiver. Enter 'risk_assessed' for it first {REFOULEMENT}."
            )
        if values["risk"] != "no_real_risk":
            return (
                "The last risk assessment does not exclude a real risk of torture or other grave harm with this "
                f"receiver: the person is not handed there. Find another receiver or release {REFOULEMENT}."
            )
        if not values.get("person_heard"):
            return f"The person was not asked what they fear. Ask, and assess again {REFOULEMENT}."
        left_at = getattr(said, "handed_over_at", None) or said.transferred_at
        if left_at - moment(values["assessed_at"]) > timedelta(days=limits.assessment_days):
            return f"The risk assessment is older than {limits.assessment_days} days. Assess again {REFOULEMENT}."
        return None

    return safe_receiver


def assured(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Ask for assurances and visits of whoever can hold the person further."""
    if said.receiver == "child_protection" or (said.assurances and said.access_agreed):
        return None
    return f"assurances must be said and follow-up visits agreed before a person is handed on {REFOULEMENT}."


def right_receiver(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Hand children to child protection, adults to police or a judicial authority, and nobody elsewhere."""
    if record.values.get("age_group") in CHILDREN:
        if said.receiver == "child_protection":
            return None
        return "A child is handed to a child-protection actor (CRC, article 39; Paris Principles, unverified)."
    if said.receiver in {"police", "judicial_authority"}:
        return None
    return "An adult is handed to police or a judicial authority; another force or state is the step 'transferred'."


def adult_to_force(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Transfer adults only, to a force or state only."""
    if record.values.get("age_group") in CHILDREN:
        return "A child is not transferred to a force: hand over to child protection or release to family."
    if said.receiver in {"other_force", "other_state"}:
        return None
    return "A transfer is to another force or state; police, courts and child protection are the step 'handed_over'."


def child_released_to(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Let a child go to family, child protection or care, never alone."""
    if record.values.get("age_group") not in CHILDREN or said.released_to != "at_liberty":
        return None
    return "A child is released to family, child protection or medical care, not alone (CRC, article 3, unverified)."


def property_accounted(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Ask where property that was taken went; a loss is a breach of its own."""
    taken = record.values.get("property_taken")
    if taken and said.property_went == "none_taken":
        return "Property was taken; property_went must say where it went."
    lost = any(one.get("breach") == "property" for one in record.values.get("breaches", ()))
    if said.property_went == "lost" and not lost:
        return "Property is lost. Enter 'breached' with breach property and the remedy first."
    return None


def may_extend(limits: Limits) -> Guard:
    """Return the rule on who may put a limit off, how far, and when."""

    def may_extend(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
        rule = limits.rule(record.values)
        if rule.extension is None:
            return f"{rule.cited()} knows no extension. Hand over or release by the limit."
        if said.authority not in rule.extension.authorities:
            who = ", ".join(rule.extension.authorities)
            return f"authority may not extend under {rule.cited()}. Who may: {who}."
        if said.extended_at > limits.until(record.values):
            return "The limit had passed when the extension was decided. Hand over or release, and enter 'breached'."
        asked = sum(one["hours"] for one in record.values.get("extensions", ())) + said.hours
        if asked > rule.extension.most_hours:
            return f"Extensions add {rule.extension.most_hours} hours at most under {rule.cited()}. Say fewer hours."
        return None

    return may_extend


def in_breach(*regular: Guard) -> Guard:
    """Return the rule that a hand-over in breach is one the regular step refuses."""

    def in_breach(record: Record, said: Any, today: date) -> str | None:
        if record.state == "apprehended" or any(guard(record, said, today) for guard in regular):
            return None
        return "No rule stands against this hand-over. Enter it as 'handed_over'."

    return in_breach


def nothing_due(limits: Limits) -> Guard:
    """Return the rule on when a record may be closed."""

    def nothing_due(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
        if record.state == "died" and "inquiry_concluded_at" not in record.values:
            return "A death in custody is closed after its inquiry. Enter 'inquiry_concluded' first."
        if record.state == "followed_up" and visits_left(record.values, limits):
            return "Follow-up visits are still due. Visit, or record that the person is at liberty or died."
        return None

    return nothing_due
