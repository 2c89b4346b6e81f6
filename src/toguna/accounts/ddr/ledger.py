"""The life of a participant, and the other, shorter life of a child."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from toguna.accounts.book.ledger import BEGIN, Deadline, Guard, Ledger, Said, Step
from toguna.accounts.book.record import Record
from toguna.accounts.ddr import guards as g
from toguna.accounts.ddr import said_adult as adult
from toguna.accounts.ddr import said_child as child
from toguna.accounts.ddr.criteria import Criteria, shipped
from toguna.accounts.ddr.vocabularies import cited

ON_THE_TRACK = ("presented", "screened", "eligible", "ineligible", "appealed", "disarmed", "demobilised", "reinserted")
ADULTS = (*ON_THE_TRACK, "cvr_enrolled")
ENDS = ("reintegrated", "cvr_completed", "withdrawn", "referred", "set_aside", "age_doubted", "moved")
CHILDREN = ("child_present", "released", "child_left", "found_adult")
_DECIDED = ("eligible", "disarmed", "demobilised", "reinserted", "cvr_enrolled")


def ledger(criteria: tuple[Criteria, ...] | None = None) -> Ledger:
    """Return the DDR ledger of a programme.

    Parameters
    ----------
    criteria : published versions; default: the template shipped

    Examples
    --------
    >>> [step.name for step in ledger().open_to("child_present")]
    ['age_found_child', 'found_adult', 'released', 'child_left', 'child_corrected', 'child_disputed']
    """
    versions = shipped() if criteria is None else criteria
    steps = [*_way_in(versions), *_way_through(), *_way_out(), *_of_children()]
    return Ledger(
        "ddr",
        MappingProxyType({one.name: one for one in steps}),
        area="area",
        month="month",
        found_by={"card": lambda number: "".join(number.split()).upper()},
        same=("token",),
        due=_due(versions),
        subject=subject,
    )


def subject(fields: Mapping[str, Any], record_id: str) -> str:
    """Return whose key seals a record: children have a space of their own.

    Examples
    --------
    >>> subject({"track": "child"}, "7f"), subject({"track": "adult"}, "7f")
    ('child:7f', 'adult:7f')
    """
    return f"child:{record_id}" if fields.get("track") == "child" else f"adult:{record_id}"


def _step(
    name: str,
    after: tuple[str, ...],
    to: str | None,
    says: type[Said],
    means: str,
    *guards: Guard,
    two_person: bool = False,
    collects: str = "",
) -> Step:
    dated: tuple[Guard, ...] = (g.not_ahead, g.not_before_presented) if "on" in says.model_fields else ()
    return Step(name, frozenset(after), to, says, (*dated, *guards), collects, two_person, means)


def _way_in(versions: tuple[Criteria, ...]) -> list[Step]:
    eligible, refused = g.found_by_criteria(versions), g.reasons_by_criteria(versions)
    published = g.reasons_published(versions)
    return [
        _step("presented", (BEGIN,), "presented", adult.Presented, "An adult presented.", g.in_its_month),
        _step(
            "referred_at_once",
            (BEGIN,),
            "referred",
            adult.ReferredAtOnce,
            "A dependant or victim is helped.",
            g.in_its_month,
        ),
        _step(
            "screened",
            ("presented", "screened"),
            "screened",
            adult.Screened,
            "Answers to the published criteria; again when more is known.",
            g.version_in_force(versions),
            g.no_weapon_test,
        ),
        _step(
            "rights_screened",
            ADULTS,
            None,
            adult.RightsScreened,
            "The body competent for grave crimes answered; no word of what about.",
            collects="rights_screening",
        ),
        _step(
            "found_eligible", ("screened",), "eligible", adult.FoundEligible, "Criteria are met. No amnesty.", eligible
        ),
        _step(
            "found_ineligible",
            ("screened",),
            "ineligible",
            adult.FoundIneligible,
            "Criteria are not met; reasons and appeal were explained.",
            refused,
            g.told_first,
        ),
        _step("appealed", ("ineligible",), "appealed", adult.Appealed, "The person appeals.", g.one_appeal),
        _step(
            "appeal_upheld",
            ("appealed",),
            "eligible",
            adult.AppealDecided,
            "Another person found for the person; a second confirms the reversal.",
            g.another_person,
            published,
            two_person=True,
        ),
        _step(
            "appeal_refused",
            ("appealed",),
            "ineligible",
            adult.AppealDecided,
            "Another person found the decision right.",
            g.another_person,
            published,
        ),
        _step(
            "eligibility_reversed",
            _DECIDED,
            "ineligible",
            adult.EligibilityReversed,
            "Two people take eligibility back; it may be appealed.",
            g.told_first,
            published,
            two_person=True,
        ),
    ]


def _way_through() -> list[Step]:
    return [
        _step(
            "disarmed",
            ("eligible",),
            "disarmed",
            adult.Disarmed,
            "A combatant handed in weapons.",
            g.combatants_only,
            g.weapons_referred_to,
        ),
        _step(
            "demobilised",
            ("eligible", "disarmed"),
            "demobilised",
            adult.Demobilised,
            "Discharged; women associated come here without a weapon.",
            g.disarmed_before,
        ),
        _step("reinserted", ("demobilised",), "reinserted", adult.Reinserted, "Short help began, at most a year."),
        _step("reintegrated", ("reinserted",), "reintegrated", adult.Reintegrated, "Reintegration support was given."),
        _step(
            "paid", ("demobilised", "reinserted", "cvr_enrolled"), None, adult.Paid, "A benefit.", collects="payments"
        ),
        _step("cvr_enrolled", ("eligible",), "cvr_enrolled", adult.Enrolled, "A CVR project began.", g.cvr_only),
        _step("cvr_completed", ("cvr_enrolled",), "cvr_completed", adult.Enrolled, "A CVR project ended."),
    ]


def _way_out() -> list[Step]:
    started = (*ADULTS, *ENDS)
    return [
        _step("withdrawn", ADULTS, "withdrawn", adult.Withdrawn, "Left of own will; no reason is asked."),
        _step("presented_again", ("withdrawn",), "presented", adult.PresentedAgain, "Came back."),
        _step("referred", ADULTS, "referred", adult.Referred, "Helped by a service instead."),
        _step(
            "set_aside", (*ADULTS, "withdrawn"), "set_aside", adult.SetAside, "A second registration.", two_person=True
        ),
        _step(
            "age_doubted",
            (*ADULTS, "reintegrated", "cvr_completed", "withdrawn", "referred"),
            "age_doubted",
            adult.AgeDoubted,
            "May be a child: the adult track ends at once.",
        ),
        _step("child_record_opened", ("age_doubted",), "moved", adult.ChildRecordOpened, "Taken in as a child."),
        _step(
            "corrected", ADULTS, None, adult.Corrected, "What was said when presenting, put right.", g.category_stands
        ),
        _step("disputed", started, None, adult.Disputed, "Kept beside what is disputed.", collects="disputes"),
    ]


def _of_children() -> list[Step]:
    here = ("child_present",)
    return [
        _step("child_presented", (BEGIN,), "child_present", child.ChildPresented, "A child is here.", g.in_its_month),
        _step("age_found_child", here, None, child.AgeFoundChild, "A doubt decided: a child.", g.in_doubt),
        _step(
            "found_adult",
            here,
            "found_adult",
            child.FoundAdult,
            "A doubt decided by two people: an adult. Present anew.",
            g.in_doubt,
            two_person=True,
        ),
        _step("released", here, "released", child.Released, "Handed to child protection, with no condition."),
        _step("child_left", here, "child_left", child.ChildLeft, "Left; nobody holds a child."),
        _step("child_corrected", CHILDREN, None, child.ChildCorrected, "Where it was taken in, put right."),
        _step("child_disputed", CHILDREN, None, child.ChildDisputed, "Kept beside.", collects="disputes"),
    ]


def _due(versions: tuple[Criteria, ...]) -> Callable[[Record], tuple[Deadline, ...]]:
    def due(record: Record) -> tuple[Deadline, ...]:
        """Return what must be done next, soonest first."""
        at = record.history[-1].at if record.history else None
        if at is None:
            return ()
        if record.state == "child_present":
            began = record.when("child_presented") or at
            return (Deadline("release the child to a child protection actor, at once", began, cited("release")),)
        if record.state == "age_doubted":
            began = record.when("age_doubted") or at
            return (Deadline("take the person in as a child, at once", began, cited("age_in_doubt")),)
        if record.state == "moved" and not record.is_erased:
            what = "erase the adult record, so that nothing of weapons or tests is kept of a child"
            return (Deadline(what, record.when("child_record_opened") or at, cited("children_no_weapon")),)
        if record.state == "appealed":
            used = next((one for one in versions if one.version == record.values.get("criteria_version")), versions[-1])
            last = record.last("appealed")
            said = (last.fields or {}).get("on") if last else None
            began = datetime.combine(datetime.fromisoformat(str(said)), time(), UTC) if said else at
            by = began + timedelta(days=used.appeal_days)
            return (Deadline("decide the appeal, by another person", by, f"criteria {used.version}"),)
        return ()

    return due


LEDGER = ledger()
