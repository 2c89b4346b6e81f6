"""What a simulation measures, by principle: unit, which way is better, and how large a difference counts."""

from __future__ import annotations

from dataclasses import dataclass

from toguna.core.words import N_


@dataclass(frozen=True)
class Measure:
    """Something measured in every draw.

    Attributes
    ----------
    name : as columns name it
    principle : 1 to 5; 0 for what belongs to none (costs)
    words : as people say it
    unit : of the value
    more_is_better : which way is better
    tolerance : a difference smaller than this share of the value in doing nothing decides nothing
    """

    name: str
    principle: int
    words: str
    unit: str
    more_is_better: bool
    tolerance: float = 0.05


# In order; the first of a principle is the one that decides, the others stand beside it.
MEASURES = (
    # Not people reached: there would be more of them the more people flee.
    Measure("not_reached", 1, N_("people in need whom no help reaches"), N_("people a month"), more_is_better=False),
    Measure("reached", 1, N_("people in need reached"), N_("people a month"), more_is_better=True),
    Measure("excess_deaths", 1, N_("deaths for want of help"), N_("people"), more_is_better=False),
    Measure("order", 2, N_("months of constitutional order"), N_("share of months"), more_is_better=True),
    Measure("vote_within_reach", 2, N_("people who can vote in safety"), N_("share of people"), more_is_better=True),
    Measure("process", 3, N_("agreement between south and north put into effect"), N_("share"), more_is_better=True),
    Measure("civilians_killed", 4, N_("civilians killed by all sides"), N_("people"), more_is_better=False),
    Measure("killed_by_groups", 4, N_("civilians killed by armed groups"), N_("people"), more_is_better=False),
    Measure("killed_by_state", 4, N_("civilians killed by state forces"), N_("people"), more_is_better=False),
    Measure(
        "killed_by_intervening", 4, N_("civilians killed by intervening forces"), N_("people"), more_is_better=False
    ),
    Measure("killed_on_routes", 4, N_("civilians killed on routes"), N_("people"), more_is_better=False),
    Measure("displaced", 4, N_("people displaced, inside and abroad"), N_("people a month"), more_is_better=False),
    Measure("brought_to_court", 4, N_("captured people brought to court"), N_("people"), more_is_better=True),
    Measure("force_deaths", 4, N_("deaths of the intervening forces"), N_("people"), more_is_better=False),
    Measure(
        "arms_at_large", 5, N_("small arms in the hands of armed groups at the end"), N_("arms"), more_is_better=False
    ),
    Measure("reintegrated", 5, N_("former fighters reintegrated at the end"), N_("people"), more_is_better=True),
    Measure("fighters", 5, N_("fighters at the end"), N_("people"), more_is_better=False),
    Measure("cost", 0, N_("cost of those sent"), N_("US$ million"), more_is_better=False),
)
NAMES = tuple(one.name for one in MEASURES)
DECIDING = tuple(next(one for one in MEASURES if one.principle == number) for number in (1, 2, 3, 4, 5))


def column(name: str) -> int:
    """Return the place of a measure among all."""
    return NAMES.index(name)
