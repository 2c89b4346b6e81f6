"""How many answers one address may give in a day, without keeping the address."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from datetime import date

from toguna.web.auth.limits import network

MOST_A_DAY = 5
_MOST_ADDRESSES = 200_000  # in a day; beyond it nobody new is let in, so memory stays bounded


class Limit:
    """Counts by a hash under a key that exists in memory only and is thrown away every day.

    Parameters
    ----------
    most : answers an address may give in a day
    today : gives the day
    """

    def __init__(self, most: int = MOST_A_DAY, today: Callable[[], date] = date.today) -> None:
        self._most = most
        self._today = today
        self._lock = threading.Lock()
        self._begin(today())

    def _begin(self, day: date) -> None:
        self._day = day
        self._key = secrets.token_bytes(32)
        self._given: dict[bytes, int] = {}
        self._tickets: set[bytes] = set()

    def _hash(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=16).digest()

    def admits(self, address: str) -> bool:
        """Count one more answer of an address and return whether it may be taken."""
        with self._lock:
            self._turn_over()
            who = self._hash(network(address))
            given = self._given.get(who, 0)
            if given >= self._most or (who not in self._given and len(self._given) >= _MOST_ADDRESSES):
                return False
            self._given[who] = given + 1
            return True

    def is_new(self, ticket: str) -> bool:
        """Return whether a form comes for the first time today; a form without a ticket always does."""
        with self._lock:
            self._turn_over()
            seen = self._hash(f"ticket {ticket}")
            if not ticket or seen not in self._tickets:
                if ticket:
                    self._tickets.add(seen)
                return True
            return False

    def _turn_over(self) -> None:
        if self._today() != self._day:
            self._begin(self._today())
