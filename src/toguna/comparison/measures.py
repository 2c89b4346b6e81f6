"""What a simulation measures, by principle: unit, which way is better, and how large a difference counts."""

from __future__ import annotations

from dataclasses import dataclass


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
    Measure("not_reached", 1, "people in need whom no help reaches", "people a month", more_is_better=False),
    Measure("reached", 1, "people in need reached", "people a month", more_is_better=True),
    Measure("excess_deaths", 1, "deaths for want of help", "people", more_is_better=False),
    Measure("order", 2, "months of constitutional order", "share of months", more_is_better=True),
    Measure("vote_within_reach", 2, "people who can vote in safety", "share of people", more_is_better=True),
    Measure("process", 3, "agreement between south and north put into effect", "share", more_is_better=True),
    Measure("civilians_killed", 4, "civilians killed by all sides", "people", more_is_better=False),
    Measure("killed_by_groups", 4, "civilians killed by armed groups", "people", more_is_better=False),
    Measure("killed_by_state", 4, "civilians killed by state forces", "people", more_is_better=False),
    Measure("killed_by_intervening", 4, "civilians killed by intervening forces", "people", more_is_better=False),
    Measure("killed_on_routes", 4, "civilians killed on routes", "people", more_is_better=False),
    Measure("displaced", 4, "people displaced, inside and abroad", "people a month", more_is_better=False),
    Measure("brought_to_court", 4, "captured people brought to court", "people", more_is_better=True),
    Measure("force_deaths", 4, "deaths of the intervening forces", "people", more_is_better=False),
    Measure("arms_at_large", 5, "small arms in the hands of armed groups at the end", "arms", more_is_better=False),
    Measure("reintegrated", 5, "former fighters reintegrated at the end", "people", more_is_better=True),
    Measure("fighters", 5, "fighters at the end", "people", more_is_better=False),
    Measure("cost", 0, "cost of those sent", "US$ million", more_is_better=False),
)
NAMES = tuple(one.name for one in MEASURES)
DECIDING = tuple(next(one for one in MEASURES if one.principle == number) for number in (1, 2, 3, 4, 5))


def column(name: str) -> int:
    """Return the place of a measure among all."""
    return NAMES.index(name)
