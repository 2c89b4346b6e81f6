"""Accounts of what was done: ledgers, and what can be said of those no ledger holds."""
