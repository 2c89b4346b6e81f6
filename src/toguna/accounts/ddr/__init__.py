"""DDR ledger: disarmament, demobilisation, reintegration, community violence reduction (IDDRS 4.10, 4.20, 2.30)."""

from toguna.accounts.ddr.ahead import Ahead, arrivals, occupancy
from toguna.accounts.ddr.criteria import Criteria, Screening, in_force, read_criteria, screen
from toguna.accounts.ddr.ledger import LEDGER, ledger, subject
from toguna.accounts.ddr.monthly import ddr_monthly, monthly
from toguna.accounts.ddr.tokens import Tokens, doubles, tokens, weapon_reference

__all__ = [
    "LEDGER",
    "Ahead",
    "Criteria",
    "Screening",
    "Tokens",
    "arrivals",
    "ddr_monthly",
    "doubles",
    "in_force",
    "ledger",
    "monthly",
    "occupancy",
    "read_criteria",
    "screen",
    "subject",
    "tokens",
    "weapon_reference",
]
