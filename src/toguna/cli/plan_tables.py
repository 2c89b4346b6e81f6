"""Tables of a plan by name: those it holds, and those reckoned from it when they are asked for."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from toguna.core.errors import AskError
from toguna.core.progress import Progress

IN_PLAN = ("postings", "tiers", "demands", "unprotected")
BY_AREA = ("hand-over", "hand-over-regions", "first-hand-over", "police")
OF_ROUNDS = ("rounds", "stops", "visits", "convoys", "unscheduled")
TABLES = (*IN_PLAN, "one-more", "ranges", *BY_AREA, "border-teams", *OF_ROUNDS)
ROUND_FORMS = (".ics", ".gpx")
# Columns shown on a screen; files hold all.
ON_SCREEN = {
    "postings": ("base", "kind", "number", "from", "to", "deaths_lost_without", "lost_without"),
    "unprotected": ("name", "expected", "averted", "left"),
    "one-more": ("kind", "principle", "unit", "low", "high", "says"),
    "ranges": ("parameter", "low", "central", "high", "stays_from", "stays_to", "says"),
    "hand-over": ("name", "month", "risk", "risk_low", "risk_high", "qualifies", "missing"),
    "hand-over-regions": ("name", "month", "risk", "areas_yes", "areas_no", "areas_not_known", "qualifies"),
    "first-hand-over": ("name", "first", "first_risk_holds", "missing_at_last"),
    "police": ("month", "areas", "population", "standard", "needed_low", "needed_high", "offered"),
    "border-teams": ("name", "kind", "passing", "met_alone", "lost_without", "iso3"),
    "rounds": ("unit", "date", "departs", "returns", "visits", "km", "harm_visited"),
    "stops": ("unit", "date", "arrival", "departure", "place", "purpose"),
    "visits": ("name", "harm", "wanted", "asked", "made"),
    "convoys": ("hub", "escort", "departs", "delivered", "returns", "km"),
    "unscheduled": ("what", "name", "why"),
}


@dataclass(frozen=True)
class Asked:
    """What tables that are reckoned from a plan need beside it.

    Attributes
    ----------
    country, risk : what the plan was made from
    resources : all that is on offer
    capacity : file of courts, places of detention and police by area; None where there is none
    secret_seed : of rounds; None draws one
    workers : processes
    progress : called as the work goes on
    """

    country: Any
    risk: Any
    resources: Any
    capacity: Path | None
    secret_seed: int | None
    workers: int
    progress: Progress


def table_of(name: str, found: Any, asked: Asked) -> tuple[Any, str]:
    """Return a table of a plan by name, and what is to be said above it."""
    if name in IN_PLAN:
        return getattr(found, name), ""
    if name in BY_AREA:
        made = hand_over_of(found, asked)
        part = {"hand-over": "areas", "hand-over-regions": "regions", "first-hand-over": "first"}.get(name, name)
        return getattr(made, part), str(made)
    if name in OF_ROUNDS:
        made = rounds_of(found, asked)
        return getattr(made, name), str(made)
    return _RECKONED[name](found, asked)


def rounds_of(found: Any, asked: Asked) -> Any:
    """Return the rounds of the first month planned, with a seed nobody can guess unless one is given."""
    from toguna.planning.rounds import rounds

    seed = secrets.randbelow(2**31) if asked.secret_seed is None else asked.secret_seed
    if asked.secret_seed is None:
        typer.echo(f"Secret seed {seed}: who has it can make these rounds again. Keep it as you keep them.", err=True)
    return rounds(found, asked.country, seed=seed, progress=asked.progress)


def hand_over_of(found: Any, asked: Asked) -> Any:
    """Return where soldiers could hand over to police, and what is missing elsewhere."""
    from toguna.planning.hand_over import hand_over

    return hand_over(asked.country, asked.risk, found.mandate, capacity=asked.capacity, resources=asked.resources)


def border_teams_of(found: Any, asked: Asked) -> Any:
    """Return border teams within reach of bases whose units patrol borders; None where there are none to place."""
    import numpy as np

    from toguna.planning.border_teams import border_teams
    from toguna.planning.mandate import Task

    now = found.situation
    able = np.array([Task.PATROL_BORDERS in kind.tasks for kind in now.kinds])
    posted = found.solved.units[able][:, :, 0]
    teams = min(found.mandate.border_teams, int(posted.sum()))
    if teams == 0:
        return None
    held = now.bases[posted.any(axis=0)]
    return border_teams(asked.country, teams, month=now.months[0], near_bases=held)


def _border_table(found: Any, asked: Asked) -> tuple[Any, str]:
    made = border_teams_of(found, asked)
    if made is None:
        raise AskError(
            "The mandate has no border teams, or the plan posts nobody who patrols borders. Choose other ones."
        )
    return made.sites, str(made)


def _one_more(found: Any, asked: Asked) -> tuple[Any, str]:
    from toguna.planning.one_more import one_more

    made = one_more(found, found.solved, workers=asked.workers, progress=asked.progress)
    return made.table, str(made)


def _ranges(found: Any, asked: Asked) -> tuple[Any, str]:
    from toguna.planning.ranges import ranges

    made = ranges(found, found.solved, found.mandate, workers=asked.workers, progress=asked.progress)
    return made.table, str(made)


_RECKONED: dict[str, Callable[[Any, Asked], tuple[Any, str]]] = {
    "border-teams": _border_table,
    "one-more": _one_more,
    "ranges": _ranges,
}
