"""The five principles, declared in order of priority, and human rights across all of them."""

from __future__ import annotations

from dataclasses import dataclass

from toguna.core.words import N_

RIGHTS = 0  # human rights and humanitarian law bind under every principle, so they carry no rank of their own


@dataclass(frozen=True)
class Principle:
    """One principle: its rank, its name and the sentence it is drawn from."""

    rank: int
    name: str
    sentence: str


PRINCIPLES: tuple[Principle, ...] = (
    Principle(
        1,
        N_("Humanitarian assistance"),
        N_(
            "Water, food, shelter and medical aid for vulnerable civilians, the displaced inside the country "
            "and refugees in neighbouring states."
        ),
    ),
    Principle(2, N_("Restoring democracy"), N_("A participatory, enduring, responsive democratic order.")),
    Principle(
        3,
        N_("Peacebuilding between south and north"),
        N_("Diplomatic and other support for the long-standing grievances."),
    ),
    Principle(
        4,
        N_("Protection of civilians"),
        N_("Every force's first task, with the highest respect for human rights and humanitarian law."),
    ),
    Principle(
        5,
        N_("Small-arms control and DDR"),
        N_("Disarmament, demobilisation and reintegration of fighters on all sides."),
    ),
)

HUMAN_RIGHTS = Principle(
    RIGHTS,
    N_("Human rights across all principles"),
    N_("Abuses by state and intervening forces count on the same scale as those of armed groups."),
)
