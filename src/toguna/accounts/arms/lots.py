"""Lots of ammunition and explosives: one record a lot, with quantities that add up at every step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from toguna.accounts.arms import guards as rule
from toguna.accounts.arms import said_lots as said_of
from toguna.accounts.arms.identity import exact_key, loose_key
from toguna.accounts.arms.monthly import COLUMNS
from toguna.accounts.arms.retention import keeps
from toguna.accounts.book.ledger import BEGIN, Guard, Ledger, Step
from toguna.accounts.book.record import Record
from toguna.core.errors import AskError

MOVEMENTS = "movements"


@dataclass(frozen=True)
class Balance:
    """Where a lot is: the sum of all is what entered.

    Attributes
    ----------
    entered, in_store, issued, used, missing, transferred, exported, destroyed : in the unit of the kind
    """

    entered: int
    in_store: int
    issued: int
    used: int
    missing: int
    transferred: int
    exported: int
    destroyed: int


def balance(record: Record) -> Balance:
    """Return where a lot is after its steps so far."""
    by: Counter[str] = Counter()
    out: Counter[str] = Counter()
    entered = int(record.values.get("quantity", 0))
    for one in _moves(record):
        by[one["step"]] += one["quantity"]
        out[one["step"] + one["where"]] += one["quantity"]
    issued = by["issued"] - by["returned"] - by["used"] - out["missed+issued"]
    missing = by["missed"] - by["recovered"]
    gone = by["transferred"] + by["exported"] + by["destroyed"]
    return Balance(
        entered,
        entered - issued - by["used"] - missing - gone,
        issued,
        by["used"],
        missing,
        by["transferred"],
        by["exported"],
        by["destroyed"],
    )


def out_with(record: Record) -> dict[str, int]:
    """Return how much of a lot is issued, by the key of whom it was issued to."""
    out: Counter[str] = Counter()
    for one in _moves(record):
        if one["step"] == "issued":
            out[exact_key(one["holder"])] += one["quantity"]
        elif one["step"] in {"returned", "used"} or (one["step"], one["where"]) == ("missed", "+issued"):
            out[exact_key(one["from_holder"])] -= one["quantity"]
    return dict(out)


def _moves(record: Record) -> list[dict[str, Any]]:
    """Return the quantities moved, oldest first; what is missed is told apart by who had it."""
    keeper = exact_key(str(record.values.get("holder", "")))
    found = []
    for happened in record.history:
        fields = happened.fields or {}
        if "quantity" in fields and happened.step not in {"imported", "entered"}:
            step = "missed" if happened.step in {"lost", "stolen"} else happened.step
            with_other = step == "missed" and exact_key(fields["from_holder"]) != keeper
            found.append({**fields, "step": step, "where": "+issued" if with_other else ""})
    return found


def from_store(record: Record, said: Any, _today: date) -> str | None:
    """What leaves the store lies in it."""
    if exact_key(said.from_holder) != exact_key(str(record.values["holder"])):
        return (
            "Who hands over is not who keeps the lot (ECOWAS Convention, article 9). Enter the step between them first."
        )
    if said.quantity > balance(record).in_store:
        return "So much is not in the store. Count it, and enter what is missing as lost or stolen."
    return None


def from_issued(record: Record, said: Any, _today: date) -> str | None:
    """What comes back or is used was issued to whoever had it."""
    if said.quantity > out_with(record).get(exact_key(said.from_holder), 0):
        return "So much was not issued to them. Check the quantity and who had it."
    return None


def from_either(record: Record, said: Any, today: date) -> str | None:
    """What is missed was in the store or issued to whoever had it."""
    if exact_key(said.from_holder) == exact_key(str(record.values["holder"])):
        return from_store(record, said, today)
    return from_issued(record, said, today)


def from_missing(record: Record, said: Any, _today: date) -> str | None:
    """What is recovered was missed."""
    if said.quantity > balance(record).missing:
        return "More is recovered than was missing. Enter what is over as a lot of its own, found or seized."
    return None


def not_with_keeper(record: Record, said: Any, _today: date) -> str | None:
    """What is issued goes to somebody else."""
    if exact_key(said.holder) == exact_key(str(record.values["holder"])):
        return "The keeper of the lot has it already. Say to whom it is issued."
    return None


def nothing_left(record: Record, _said: Any, _today: date) -> str | None:
    """A lot is closed when nothing is in store or issued."""
    now = balance(record)
    if now.in_store or now.issued:
        return "Something is still in store or issued. Enter where it went before the lot is closed."
    return None


def in_order_of_all(record: Record, said: Any, _today: date) -> str | None:
    """A step is not older than the one before it."""
    days = [fields["on"] for one in record.history if (fields := one.fields) is not None]
    if days and said.on.isoformat() < max(days):
        return "The day lies before the last step of this lot. Check the day."
    return None


def _ledger() -> Ledger:
    time: tuple[Guard, ...] = (rule.not_ahead_of_time, in_order_of_all)
    to_state: tuple[Guard, ...] = (*time, rule.not_to_non_state, rule.state_only)
    handed: tuple[Guard, ...] = (*time, rule.not_to_non_state, rule.is_visitor_free, from_store)
    start, kept = frozenset({BEGIN}), frozenset({"kept"})
    exempt: tuple[Guard, ...] = (rule.exemption_holds, rule.broker_licensed)

    def moved(name: str, says: Any, guards: tuple[Guard, ...], means: str, *, two: bool = False) -> Step:
        return Step(name, kept, None, says, guards, collects=MOVEMENTS, two_person=two, means=means)

    steps = [
        Step("imported", start, "kept", said_of.LotImported, (*to_state, *exempt), means="Brought into the country."),
        Step("entered", start, "kept", said_of.LotEntered, to_state, means="Made, seized, found or collected."),
        moved("issued", said_of.LotIssued, (*handed, not_with_keeper, rule.state_only), "Given out."),
        moved("returned", said_of.LotBack, (*time, from_issued), "Come back."),
        moved("used", said_of.LotBack, (*time, from_issued), "Used up by whom it was issued to."),
        moved("lost", said_of.LotMissed, (*time, from_either), "Lost."),
        moved("stolen", said_of.LotMissed, (*time, from_either), "Stolen."),
        moved("recovered", said_of.LotRecovered, (*time, from_missing), "Lost, and in the store again."),
        moved("transferred", said_of.LotTransferred, handed, "Passed on for good."),
        moved("exported", said_of.LotExported, (*handed, *exempt, rule.leaves_for_abroad), "Sent abroad."),
        moved("destroyed", said_of.LotDestroyed, (*time, from_store, rule.witnessed), "Destroyed.", two=True),
        Step("closed", kept, "closed", said_of.LotClosed, (*time, nothing_left), means="Nothing is left."),
    ]
    return Ledger(
        name="ammunition",
        steps={one.name: one for one in steps},
        area="area",
        month="month",
        found_by={"lot_number": loose_key},
        same=("identity",),
        keeps=keeps,
    )


LOTS = _ledger()


def lots_monthly(records: Iterable[Record]) -> pd.DataFrame:
    """Return how much of each kind had each step by area and month, in the columns of `monthly`.

    `count` is in the unit of the kind (pieces; kg of bulk explosives).
    """
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for record in records:
        for one in record.history:
            fields = one.fields
            if fields is not None and "quantity" in fields:
                event = fields.get("origin", one.step)
                counted[fields["area"], fields["month"], record.values.get("kind", "other"), event] += fields[
                    "quantity"
                ]
    return pd.DataFrame([[*key, number] for key, number in sorted(counted.items())], columns=COLUMNS)


def net_explosive(records: Iterable[Record], store: str) -> dict[str, float]:
    """Return the net explosive quantity in a store by hazard division, in kg.

    Raises
    ------
    AskError
        A lot in the store has no hazard division or no net explosive quantity: the sum would be too small.
    """
    sums: defaultdict[str, float] = defaultdict(float)
    without = 0
    for record in records:
        left = balance(record).in_store
        if record.values.get("store") != store or left == 0:
            continue
        division, grams = record.values.get("hazard_division"), record.values.get("neq_g")
        if division is None or grams is None:
            without += 1
        else:
            sums[division] += left * grams / 1000
    if without:
        raise AskError(
            f"{without} lots of the store have no hazard division or net explosive quantity. Enter both first."
        )
    return dict(sums)
