"""Rights ledger: what was done to whom, by which kind of force, who says so, and how far it is established."""

from toguna.accounts.rights.ledger import LEDGER
from toguna.accounts.rights.monthly import casualties, monthly

__all__ = ["LEDGER", "casualties", "monthly"]
