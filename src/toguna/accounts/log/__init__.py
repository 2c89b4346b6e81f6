"""An append-only log whose entries are sealed, whose content can be erased, and whose changes are found.

Entries go in through `Log.append`; `verify` names every entry that was altered, removed, reordered or inserted. What an
entry says is encrypted for the person or thing it is about; destroying that one key erases the words and leaves the
proof that an entry stood there.
"""

from toguna.accounts.log.journal import Entry, Log, Reading
from toguna.accounts.log.keys import Keys
from toguna.accounts.log.locate import Fault
from toguna.accounts.log.signing import Head
from toguna.accounts.log.verify import Report, verify

__all__ = ["Entry", "Fault", "Head", "Keys", "Log", "Reading", "Report", "verify"]
