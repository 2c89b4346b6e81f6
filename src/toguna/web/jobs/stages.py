"""What a job is at, for whoever waits: the work tells it in the words of its log."""

from __future__ import annotations

import re

from toguna.core.words import N_

_STEPS = (
    ("reading", N_("Reading the pack")),
    ("models|ensemble", N_("Testing forecasts on months they have not seen")),
    ("moving people|forecasting flight", N_("Simulating where people flee")),
    ("patrol rounds", N_("Planning patrol rounds")),
    ("one more", N_("Trying one unit more of each kind")),
    ("range", N_("Varying each assumption")),
    ("plan of", N_("Planning postings for each mandate")),
    ("aid|votes|south-north|protection|arms|the region|fewest", N_("Planning postings, principle by principle")),
    ("break-even", N_("Looking for the values that would change the order")),
    ("importance|what decides", N_("Finding which assumptions decide")),
    ("adverse", N_("Trying the adverse case")),
    ("assessing", N_("Assessing by the five principles")),
    ("writing|done", N_("Writing the result")),
)


def step_of(what: str) -> str:
    """Return the step of a job, a sentence of the catalogue; what is not known is work.

    Examples
    --------
    >>> step_of("plan of protect-first"), step_of("")
    ('Planning postings for each mandate', 'Working')
    """
    return next((words for start, words in _STEPS if re.match(start, what)), N_("Working"))
