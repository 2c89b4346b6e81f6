"""The room everything goes through that leaves a ledger as a table: small cells, coarse places, classes, pseudonyms."""

from toguna.accounts.disclosure.anonymity import Anonymity, k_anonymity, release
from toguna.accounts.disclosure.audit import audit
from toguna.accounts.disclosure.coarse import Coarseness, coarse_date, coarse_place
from toguna.accounts.disclosure.pseudonyms import Pseudonyms
from toguna.accounts.disclosure.suppress import Suppressed, suppress

__all__ = [
    "Anonymity",
    "Coarseness",
    "Pseudonyms",
    "Suppressed",
    "audit",
    "coarse_date",
    "coarse_place",
    "k_anonymity",
    "release",
    "suppress",
]
