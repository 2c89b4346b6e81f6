"""Ledgers on the workbench: numbers with small cells withheld, what is overdue, counts of stores, estimates.

Nothing here lists a person. Where no ledgers are kept, the routes say so; estimates need none.
"""

from toguna.web.accounts.ledgers import Ledgers
from toguna.web.accounts.routes import router

__all__ = ["Ledgers", "router"]
