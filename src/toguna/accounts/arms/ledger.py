"""The arms register: one record a weapon, from import, manufacture or seizure to destruction.

After the ECOWAS Convention on Small Arms and Light Weapons of 2006, articles 3-5, 9, 14-20, and the International
Tracing Instrument. The texts were not opened here; see `limits.yaml` and `retention.yaml` for what is verified.
"""

from __future__ import annotations

from toguna.accounts.arms import guards as rule
from toguna.accounts.arms.due import due
from toguna.accounts.arms.identity import loose_key
from toguna.accounts.arms.limits import Limits, limits
from toguna.accounts.arms.retention import keeps
from toguna.accounts.arms.said_about import Corrected, Disputed, TracingAnswered, TracingAsked
from toguna.accounts.arms.said_moves import (
    Confiscated,
    Destroyed,
    Exported,
    Issued,
    LicenceRenewed,
    Marked,
    Missed,
    Recovered,
    Reimported,
    Returned,
    Stored,
    Transferred,
    VisitorLeft,
)
from toguna.accounts.arms.said_origin import Found, Imported, Manufactured, Seized, VisitorEntered
from toguna.accounts.book.ledger import BEGIN, Guard, Ledger, Step

UNMARKED = frozenset({"imported", "manufactured", "seized", "found", "collected", "recovered"})
KEPT = UNMARKED | {"marked", "stored", "returned"}
HELD = KEPT | {"issued", "transferred"}
EVER = HELD | {"visiting", "lost", "stolen", "exported", "left", "destroyed"}
_START = frozenset({BEGIN})
_TIME: tuple[Guard, ...] = (rule.not_ahead_of_time, rule.in_order)
_PLACED: tuple[Guard, ...] = (*_TIME, rule.not_to_non_state, rule.is_visitor_free)
_MOVED: tuple[Guard, ...] = (*_PLACED, rule.chain_unbroken)


def _store(name: str) -> str:
    return " ".join(name.split()).casefold()


def register(held_to: Limits) -> Ledger:
    """Return the arms ledger with a country's limits.

    Parameters
    ----------
    held_to : limits of civilian possession and visitors' certificates

    Examples
    --------
    >>> register(limits()).steps["destroyed"].two_person
    True
    """
    every = [*_origins(held_to), *_moves(held_to), *_ends(), *_remarks(held_to)]
    return Ledger(
        name="arms",
        steps={one.name: one for one in every},
        area="area",
        month="month",
        found_by={"serial": loose_key, "import_mark": loose_key, "unique_mark": loose_key, "store": _store},
        same=("identity",),
        due=due,
        keeps=keeps,
    )


def _origins(held_to: Limits) -> list[Step]:
    return [
        Step(
            "imported",
            _START,
            "imported",
            Imported,
            (*_PLACED, rule.exemption_holds, rule.broker_licensed),
            means="Brought into the country under an exemption.",
        ),
        Step("manufactured", _START, "manufactured", Manufactured, _PLACED, means="Made in the country."),
        Step("seized", _START, "seized", Seized, (*_PLACED, rule.state_only), means="Taken by an authority."),
        Step("found", _START, "found", Found, (*_PLACED, rule.state_only), means="Found without a holder."),
        Step("collected", _START, "collected", Found, (*_PLACED, rule.state_only), means="Given up by its holder."),
        Step(
            "visitor_entered",
            _START,
            "visiting",
            VisitorEntered,
            (*_TIME, rule.not_to_non_state, rule.visitor_certified(held_to)),
            means="Brought in by a visitor for a time.",
        ),
        Step("marked", UNMARKED, "marked", Marked, (*_TIME, rule.marked_enough), means="Marks read or made."),
    ]


def _moves(held_to: Limits) -> list[Step]:
    licensed = rule.licence_holds(held_to)
    abroad = (*_MOVED, rule.exemption_holds, rule.broker_licensed)
    return [
        Step(
            "stored",
            frozenset({"marked", "stored", "returned", "transferred"}),
            "stored",
            Stored,
            (*_MOVED, rule.state_only),
            means="Laid into a store, or moved from one to another.",
        ),
        Step(
            "transferred",
            frozenset({"marked", "stored", "returned", "issued", "transferred"}),
            "transferred",
            Transferred,
            (*_MOVED, licensed, rule.broker_licensed),
            means="Passed on for good within the country.",
        ),
        Step("issued", frozenset({"stored"}), "issued", Issued, (*_MOVED, licensed), means="Given out, to come back."),
        Step(
            "returned", frozenset({"issued"}), "returned", Returned, (*_MOVED, rule.state_only), means="Has come back."
        ),
        Step(
            "confiscated",
            frozenset({"issued", "transferred", "visiting"}),
            "seized",
            Confiscated,
            (*_MOVED, rule.state_only),
            means="Taken from its holder by an authority.",
        ),
        Step(
            "exported",
            frozenset({"marked", "stored", "returned", "transferred"}),
            "exported",
            Exported,
            (*abroad, rule.leaves_for_abroad),
            means="Sent abroad for good.",
        ),
        Step("reimported", frozenset({"exported"}), "imported", Reimported, abroad, means="Comes back from abroad."),
    ]


def _ends() -> list[Step]:
    missing = frozenset({"lost", "stolen"})
    return [
        Step("lost", HELD | {"visiting"}, "lost", Missed, _TIME, means="Lost."),
        Step("stolen", HELD | {"visiting"}, "stolen", Missed, _TIME, means="Stolen."),
        Step("recovered", missing, "recovered", Recovered, (*_PLACED, rule.state_only), means="Lost, and held again."),
        Step("visitor_left", frozenset({"visiting"}), "left", VisitorLeft, _TIME, means="Taken out by the visitor."),
        Step(
            "destroyed",
            KEPT,
            "destroyed",
            Destroyed,
            (*_TIME, rule.chain_unbroken, rule.witnessed, rule.released, rule.nothing_asked),
            two_person=True,
            means="Destroyed; nothing follows but corrections.",
        ),
    ]


def _remarks(held_to: Limits) -> list[Step]:
    return [
        Step(
            "licence_renewed",
            frozenset({"issued", "transferred"}),
            None,
            LicenceRenewed,
            (*_TIME, rule.licence_holds(held_to)),
            means="The holder's licence was renewed.",
        ),
        Step(
            "tracing_asked",
            EVER,
            None,
            TracingAsked,
            (rule.not_ahead_of_time, rule.request_is_new),
            collects="tracing_requests",
            means="A tracing request was sent or received.",
        ),
        Step(
            "tracing_answered",
            EVER,
            None,
            TracingAnswered,
            (rule.not_ahead_of_time, rule.request_is_open),
            collects="tracing_answers",
            means="A tracing request was answered.",
        ),
        Step(
            "corrected",
            EVER,
            None,
            Corrected,
            (rule.not_ahead_of_time, rule.corrects_whole, rule.corrects_month),
            two_person=True,  # a serial set "right" is how a weapon disappears
            means="Something written wrong was set right.",
        ),
        Step(
            "disputed",
            EVER,
            None,
            Disputed,
            (rule.not_ahead_of_time,),
            collects="disputes",
            means="Somebody holds that the record is wrong.",
        ),
    ]


LEDGER = register(limits())
