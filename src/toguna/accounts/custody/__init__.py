"""The custody register: capture and due process for a person taken by any force.

`LEDGER` has the steps, `due` what must be done for one person and `overdue` what is late, `monthly` the numbers.
"""

from toguna.accounts.custody.deadlines import Watched, due, escalation, overdue, watch
from toguna.accounts.custody.ledger import LEDGER, custody
from toguna.accounts.custody.limits import Limits, Rule, own_limits, read_limits
from toguna.accounts.custody.monthly import monthly

__all__ = [
    "LEDGER",
    "Limits",
    "Rule",
    "Watched",
    "custody",
    "due",
    "escalation",
    "monthly",
    "overdue",
    "own_limits",
    "read_limits",
    "watch",
]
