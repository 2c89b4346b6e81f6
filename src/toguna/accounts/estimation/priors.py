"""What is held of the number of people before the lists are read: prior weights on N."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import gammaln

from toguna.accounts.estimation.lists import Floats
from toguna.core.errors import AskError


class PriorOnN(Protocol):
    """Log weights of numbers of people; they need not add up to 1."""

    def __call__(self, people: Floats, /) -> Floats:
        """Return the log weight of each number of people."""
        ...


@dataclass(frozen=True)
class NegativeBinomial:
    """A negative binomial prior: Poisson, its mean gamma with shape `a` and scale `b` (Madigan and York 1997).

    The mean is a b and the variance a b (1 + b), people. Use it where there is an independent guess of the number and
    of how far off it may be.

    Raises
    ------
    AskError
        `a` or `b` not above 0.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        if not (self.a > 0 and self.b > 0):
            raise AskError(f"A negative binomial prior has a={self.a:g}, b={self.b:g}. Give both above 0.")

    def __call__(self, people: Floats) -> Floats:
        """Return the log weight of each number of people."""
        found: Floats = (
            gammaln(people + self.a)
            - gammaln(people + 1)
            - gammaln(self.a)
            + people * np.log(self.b / (1 + self.b))
            - self.a * np.log1p(self.b)
        )
        return found

    def __str__(self) -> str:
        """Return the prior with its two numbers."""
        return f"negative binomial ({self.a:g}, {self.b:g})"


def one_over(people: Floats) -> Floats:
    """Return log weights of 1/N, flat in log N: no scale is likelier than another."""
    found: Floats = -np.log(people)
    return found


def flat(people: Floats) -> Floats:
    """Return log weights that are equal; proper only because there is a largest N looked at."""
    return np.zeros(len(people))


NAMED: dict[str, PriorOnN] = {"1/N": one_over, "flat": flat}


def named(prior: str | PriorOnN) -> tuple[str, PriorOnN]:
    """Return a prior and what it is called.

    Raises
    ------
    AskError
        A name that is not known.
    """
    if isinstance(prior, str):
        if prior not in NAMED:
            raise AskError(f"There is no prior {prior!r}. Choose 1/N or flat, or give a NegativeBinomial(a, b).")
        return prior, NAMED[prior]
    return (str(prior) if isinstance(prior, NegativeBinomial) else "own"), prior
