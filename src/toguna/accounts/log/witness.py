"""The last head seen of each log, kept beside the keys: it shows a log that was cut back to an earlier state.

A log taken back as a whole to an old copy of itself is consistent and signed. Only what was kept elsewhere shows it:
this file, or a head printed on a report.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from toguna.accounts.log.signing import RAW_BYTES, Head, read_head
from toguna.core.errors import AccountError


class Witness:
    """A file with the latest head of each log this machine has written to or verified.

    Parameters
    ----------
    path : the file; written anew at each head, so that a crash leaves the old or the new one
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def seen(self) -> dict[bytes, Head]:
        """Return the latest head by log.

        Raises
        ------
        AccountError
            The file is not what was written.
        """
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        heads = [read_head(raw[at : at + RAW_BYTES]) for at in range(0, len(raw), RAW_BYTES)]
        if not all(head.is_signed() for head in heads):
            raise AccountError(f"{self.path}: a head kept here was changed. Compare the log with a printed head.")
        return {head.log: head for head in heads}

    def remember(self, head: Head) -> None:
        """Keep a head if it is later than the one kept."""
        try:
            heads = self.seen()
        except AccountError:
            return  # left for verification to report
        if head.log in heads and heads[head.log].size >= head.size:
            return
        heads[head.log] = head
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.{threading.get_ident()}")
        fresh.write_bytes(b"".join(one.raw() for one in heads.values()))
        fresh.chmod(0o600)
        fresh.replace(self.path)
