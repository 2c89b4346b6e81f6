"""The arms register: weapons, lots and peace-operation declarations, counts, retention, distances and tracing."""

from toguna.accounts.arms.chain import Link, chain
from toguna.accounts.arms.identity import exact_key, identity, loose_key
from toguna.accounts.arms.ledger import LEDGER, register
from toguna.accounts.arms.limits import Limits, limits, read_limits
from toguna.accounts.arms.lots import LOTS, Balance, balance, lots_monthly, net_explosive
from toguna.accounts.arms.monthly import annual, monthly
from toguna.accounts.arms.operations import OPERATIONS, still_in
from toguna.accounts.arms.quantity_distance import (
    distances,
    mixing_faults,
    quantity_distance,
    read_coefficients,
    read_mixing,
)
from toguna.accounts.arms.reconcile import Counted, Piece, Reconciliation, pieces, reconcile, reconcile_lots
from toguna.accounts.arms.retention import Keep, keep_until, keeps, read_retention, refuse_early_erasure, rules
from toguna.accounts.arms.tracing import tracing_request

__all__ = [
    "LEDGER",
    "LOTS",
    "OPERATIONS",
    "Balance",
    "Counted",
    "Keep",
    "Limits",
    "Link",
    "Piece",
    "Reconciliation",
    "annual",
    "balance",
    "chain",
    "distances",
    "exact_key",
    "identity",
    "keep_until",
    "keeps",
    "limits",
    "loose_key",
    "lots_monthly",
    "mixing_faults",
    "monthly",
    "net_explosive",
    "pieces",
    "quantity_distance",
    "read_coefficients",
    "read_limits",
    "read_mixing",
    "read_retention",
    "reconcile",
    "reconcile_lots",
    "refuse_early_erasure",
    "register",
    "rules",
    "still_in",
    "tracing_request",
]
