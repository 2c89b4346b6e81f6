"""Principle 1: needs arithmetic, camps, hunger and health."""

from __future__ import annotations

from toguna.assessment.humanitarian import TOTAL
from toguna.assessment.parameters import parameters
from toguna.briefing.model import Block, Cell, Paragraph, Section, Table
from toguna.briefing.sections.build import enumerated, fill
from toguna.briefing.wording import Wording

CAMPS_SHOWN = 8
FEW = 1_000  # displaced people below which a host has no line of its own
NEEDS = ("1.6", "1.7", "1.8", "1.9", "1.10")


def humanitarian(say: Wording) -> Section:
    """Return the section on principle 1."""
    _ = say.language
    found = [_needs(say), _camps(say), _hunger(say), _health(say)]
    blocks: tuple[Block, ...] = tuple(block for block in found if block)
    return Section(title=_("Humanitarian assistance"), principle=1, blocks=blocks)


def _needs(say: Wording) -> Table | None:
    _ = say.language
    hosts = [str(row["subject"]) for row in say.known("1.6")]
    few = [host for host in hosts if _count(say, host) < FEW]
    hosts = [host for host in hosts if host not in few]
    if not hosts:
        return None
    rows = []
    for host in hosts:
        people = _people(say, host)
        name = _("All displaced") if host == TOTAL else _host_name(say, host)
        cells = [say.cell(say.find(f"{code}-{host}"), mark=False) for code in NEEDS]
        rows.append((Cell(text=name, bold=host == TOTAL), people, *cells))
    rows = [*rows[1:], rows[0]]
    return Table(
        caption=_("What the displaced need by minimum standards"),
        columns=(
            _("Where"),
            _("People"),
            _("Water, litres a day"),
            _("Food, tonnes a day"),
            _("Family shelters"),
            _("Lorry loads of food a day"),
            _("Heavy-lift sorties for 30 days of food"),
        ),
        numeric=(False, True, True, True, True, True, True),
        rows=tuple(rows),
        note=_needs_note(say) + (" " + _("Hosts of fewer than a thousand are only in the sum.") if few else ""),
    )


def _host_name(say: Wording, host: str) -> str:
    _ = say.language
    if host == say.assessment.country.profile.iso3:
        return _("Inside {country}").format(country=say.place_name(host))
    return say.place_name(host)


def _people(say: Wording, host: str) -> Cell:
    return say.cell(say.find(_people_id(say, host)))


def _people_id(say: Wording, host: str) -> str:
    if host == TOTAL:
        return f"1.13-{TOTAL}"
    return f"1.4-{host}" if host == say.assessment.country.profile.iso3 else f"1.1-{host}"


def _count(say: Wording, host: str) -> float:
    row = say.find(_people_id(say, host))
    return float("inf") if row is None or row["is_missing"] else float(row["value"])


def _needs_note(say: Wording) -> str:
    """Return the standards and capacities used, as the pack words them, memory rows marked."""
    _ = say.language
    choice = parameters()
    standards = say.assessment.country.standards.set_index("standard_id")
    capacities = say.assessment.country.capacities.set_index("capacity_id")
    parts = []
    for wanted in (choice.standards.water, choice.standards.ration, choice.standards.food, choice.standards.shelter):
        if wanted in standards.index:
            row = standards.loc[wanted]
            mark = " †" if row["basis"] == "memory" else ""
            parts.append(say.labelled(str(row["standard"]), str(row["measure"])) + f" {_(str(row['value']))}{mark}")
    for wanted in (choice.capacities.lorry, choice.capacities.airlift):
        if wanted in capacities.index:
            row = capacities.loc[wanted]
            mark = " †" if row["basis"] == "memory" else ""
            amount = f" {_(str(row['value']))} {_(str(row['unit']))}{mark}"
            parts.append(say.labelled(str(row["unit_type"]), str(row["measure"])) + amount)
    text = _("; ").join(parts) + "."
    return text + " " + _("A family shelter covers five people.")


def _camps(say: Wording) -> Table | None:
    _ = say.language
    rows = []
    for row in say.known("1.2")[:CAMPS_SHOWN]:
        place = str(row["subject"])
        found = say.assessment.country.places.set_index("place_id")
        iso3 = str(found.loc[place, "iso3"]) if place in found.index else ""
        rows.append(
            (
                Cell(text=say.subject(row)),
                Cell(text=say.place_name(iso3)),
                say.cell(row),
                Cell(text=_.period(str(row["period"]))),
                say.cell(say.find(f"1.3-{place}")),
            )
        )
    if not rows:
        return None
    return Table(
        caption=_("Refugees by camp or site, newest count"),
        columns=(_("Camp or site"), _("Country"), _("People"), _("Counted"), _("Change a month")),
        numeric=(False, False, True, True, True),
        rows=tuple(rows),
    )


def _hunger(say: Wording) -> Paragraph | None:
    _ = say.language
    areas = [row for row in say.known("1.5") if row["subject_kind"] == "area"][:5]
    if not areas:
        return None
    names = [say.subject_run(row) for row in areas]
    template = _("Most people in food crisis or worse, {period}: {areas}.")
    period = _.period(str(areas[0]["period"]))
    return Paragraph(runs=fill(template, period=period, areas=enumerated(names, say.language)))


def _health(say: Wording) -> Paragraph | None:
    _ = say.language
    iso3 = say.assessment.country.profile.iso3
    ratio, far = say.find(f"1.11-{iso3}"), say.find(f"1.12-{iso3}")
    if not ratio or ratio["is_missing"] or not far or far["is_missing"]:
        return None
    worst = sorted(
        (row for row in say.known("1.12") if row["subject_kind"] == "area"), key=lambda row: -float(row["value"])
    )
    names = [say.subject_run(row, "{subject} {value}") for row in worst[:3]]
    template = _(
        "One health site serves {ratio} people on average; {far} of people live more than two hours from any in the "
        "dry season ({areas})."
    )
    areas = enumerated(names, say.language)
    return Paragraph(runs=fill(template, ratio=say.run(f"1.11-{iso3}"), far=say.run(f"1.12-{iso3}"), areas=areas))
