"""Record linkage: which reports and records of victims, on one list or several, are of the same person.

`match` finds pairs and how probable they are, people review what is in doubt, and `to_lists` counts who is on which
list for `estimation.estimate`. No name leaves it: results hold ids and counts.
"""

from toguna.accounts.linkage.captures import Captures, to_lists
from toguna.accounts.linkage.columns import Compared
from toguna.accounts.linkage.decisions import Decision
from toguna.accounts.linkage.match import match
from toguna.accounts.linkage.matched import Matched
from toguna.accounts.linkage.quality import Curve, choose, precision_recall, sample, thresholds

__all__ = [
    "Captures",
    "Compared",
    "Curve",
    "Decision",
    "Matched",
    "choose",
    "match",
    "precision_recall",
    "sample",
    "thresholds",
    "to_lists",
]
