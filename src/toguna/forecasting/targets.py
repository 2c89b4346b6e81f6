"""What can be forecast: deaths or attacks, and which rows count."""

from __future__ import annotations

from dataclasses import dataclass

from toguna.core.errors import AskError
from toguna.core.words import N_


@dataclass(frozen=True)
class Target:
    """Something that can be counted by unit and month.

    Attributes
    ----------
    key : its name in code and on the command line
    label : its name for readers, a word of the catalogue
    unit : deaths or events
    """

    key: str
    label: str
    unit: str


TARGETS = {
    target.key: target
    for target in (
        Target("all", N_("Deaths in organised violence"), "deaths"),
        Target("one_sided", N_("Deaths in one-sided violence"), "deaths"),
        Target("civilians", N_("Deaths of civilians in all violence"), "deaths"),
        Target("attacks", N_("Attacks on civilians"), "events"),
        Target("state_based", N_("Deaths in state-based violence"), "deaths"),
    )
}


def target_of(key: str) -> Target:
    """Return a target, or say which there are."""
    if key not in TARGETS:
        raise AskError(N_("There is no target {key!r}. Choose one of {known}."), key=key, known=", ".join(TARGETS))
    return TARGETS[key]
