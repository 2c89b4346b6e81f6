"""What a programme costs: lines, their sum beside the total that was published, and the cost of each person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toguna.core.errors import AskError


@dataclass(frozen=True)
class CostLine:
    """One line of a budget.

    Attributes
    ----------
    name : as the budget words it
    amount : in the budget's currency
    """

    name: str
    amount: float


@dataclass(frozen=True)
class Cost:
    """A budget as published, and what its lines say.

    Attributes
    ----------
    people : planned for
    lines : of the budget
    total : as published; None: the sum of the lines
    currency : ISO 4217
    source : where it was read
    """

    people: int
    lines: tuple[CostLine, ...]
    total: float | None = None
    currency: str = "USD"
    source: str = ""

    def __post_init__(self) -> None:
        if self.people < 1 or any(line.amount < 0 for line in self.lines) or (self.total or 0) < 0:
            raise AskError("A budget has at least one person and no amount below zero. Put the numbers right.")
        if not self.lines and self.total is None:
            raise AskError("A budget has lines or a total. Give one of them.")

    @property
    def summed(self) -> float:
        """Sum of the lines."""
        return sum(line.amount for line in self.lines)

    @property
    def gap(self) -> float:
        """Published total less the sum of the lines; 0 where no total or no line was published."""
        return 0.0 if self.total is None or not self.lines else self.total - self.summed

    @property
    def a_person(self) -> float:
        """Published total, else the sum, a person."""
        return (self.summed if self.total is None else self.total) / self.people

    def __str__(self) -> str:
        """Return every line, the sum, the total and the gap: a gap is shown, never spread over the lines."""
        rows = [f"{line.amount:>14,.0f}  {line.name}" for line in self.lines]
        if self.lines:
            rows.append(f"{self.summed:>14,.0f}  sum of {len(self.lines)} lines")
        if self.total is not None:
            rows.append(f"{self.total:>14,.0f}  total as published")
        if self.gap:
            rows.append(f"{self.gap:>14,.0f}  gap: no line explains it")
        return "\n".join([*rows, f"{self.a_person:>14,.0f}  {self.currency} a person, {self.people:,} people"])


def planned(people: int, each: Iterable[CostLine], fixed: Iterable[CostLine] = (), currency: str = "USD") -> Cost:
    """Return the cost of a programme from amounts a person and amounts for the whole.

    Examples
    --------
    >>> print(planned(4_000, [CostLine("reinsertion", 300)], [CostLine("sites", 800_000)]))
         1,200,000  reinsertion
           800,000  sites
         2,000,000  sum of 2 lines
               500  USD a person, 4,000 people
    """
    lines = [CostLine(one.name, one.amount * people) for one in each]
    return Cost(people, (*lines, *fixed), currency=currency)
