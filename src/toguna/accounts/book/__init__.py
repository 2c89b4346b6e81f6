"""A book of ledgers: what may happen to a record, who may say so, and where it is kept.

A `Ledger` declares its steps. `decide` says whether a step may be taken and `fold` what a record is after those taken;
both are pure. `Book` keeps the steps in a log, asks for a second person where one is needed, and shows each reader what
their role allows.
"""

from toguna.accounts.book.ledger import BEGIN, Deadline, Guard, Ledger, Level, Said, Step, levels, partial
from toguna.accounts.book.record import Happened, Record, StepRefusedError, decide, fold

__all__ = [
    "BEGIN",
    "Deadline",
    "Guard",
    "Happened",
    "Ledger",
    "Level",
    "Record",
    "Said",
    "Step",
    "StepRefusedError",
    "decide",
    "fold",
    "levels",
    "partial",
]
