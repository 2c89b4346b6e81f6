"""Who did what: a line a request that changed something or read a ledger, only ever added to."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "audit.jsonl"
_FIRST = "0" * 64
_TAIL = 65_536


class Audit:
    """The log of a workspace, `audit.jsonl`. Each line holds the hash of the one before, so that a gap shows.

    What a request carried is never noted: no body, no token, no cookie, no address of a public answer.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / FILE
        self._lock = threading.Lock()
        lines = self.last(1)
        self._before = lines[-1]["hash"] if lines else _FIRST

    def note(self, **what: object) -> None:
        """Add a line."""
        with self._lock:
            line = {"time": datetime.now(UTC).isoformat(timespec="seconds"), **what, "before": self._before}
            line["hash"] = self._before = _hash(line)
            handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            finally:
                os.close(handle)

    def last(self, many: int) -> list[dict[str, Any]]:
        """Return the last lines, oldest first; a line cut off by a loss of power is left out."""
        if not self._file.is_file():
            return []
        with self._file.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - many * 1000 - _TAIL))
            text = file.read().decode("utf-8", "replace")
        found = []
        for line in text.splitlines()[-many - 1 :]:
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
        return found[-many:]


def gaps(folder: Path) -> list[int]:
    """Return the numbers of lines, from 1, that were changed, or before which lines are missing."""
    before, found = _FIRST, []
    for number, text in enumerate((folder / FILE).read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            found.append(number)
            continue
        if line.get("before") != before or line.get("hash") != _hash(line):
            found.append(number)
        before = str(line.get("hash"))
    return found


def _hash(line: Mapping[str, object]) -> str:
    told = {key: value for key, value in line.items() if key != "hash"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
