"""What was made once is kept, the longest unused goes first, and two who ask at once wait for one making."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key, up to a total size.

    Parameters
    ----------
    most : largest sum of sizes kept
    size : size of a value; 1 each by default, so that `most` is a number of values

    Examples
    --------
    >>> kept = Kept(most=2)
    >>> [kept.get(word, lambda: len(word)) for word in ("well", "road", "market")], kept.known("well")
    ([4, 4, 6], None)
    """

    def __init__(self, most: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._total = 0
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def known(self, key: Hashable) -> Value | None:
        """Return what is kept under a key, at once, or None."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under a key, or make it; whoever asks meanwhile waits for it."""
        found = self.known(key)
        if found is not None:
            return found
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            found = self.known(key)
            if found is None:
                try:
                    found = make()
                    self._keep(key, found)
                finally:
                    with self._lock:
                        self._making.pop(key, None)
        return found

    def _keep(self, key: Hashable, value: Value) -> None:
        with self._lock:
            if key in self._values:
                self._total -= self._size(self._values.pop(key))
            self._values[key] = value
            self._total += self._size(value)
            while self._total > self._most and len(self._values) > 1:
                self._total -= self._size(self._values.popitem(last=False)[1])
