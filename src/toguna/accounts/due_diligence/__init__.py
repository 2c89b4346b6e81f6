"""Due diligence on support to forces other than the United Nations': what was found of whom, since when."""

from toguna.accounts.due_diligence.ledger import LEDGER
from toguna.accounts.due_diligence.monthly import monthly
from toguna.accounts.due_diligence.reassess import reassess
from toguna.accounts.due_diligence.register import register, write_register

__all__ = ["LEDGER", "monthly", "reassess", "register", "write_register"]
