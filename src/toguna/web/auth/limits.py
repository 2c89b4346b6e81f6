"""How often somebody may ask: a bucket of tokens each, filled at a steady rate. Nothing of it is kept on disk."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_MOST_BUCKETS = 20_000


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many a second in the long run."""

    burst: float
    a_second: float


@dataclass(frozen=True)
class Rates:
    """Rates by what is asked for.

    Attributes
    ----------
    reads : a map asks for many tiles at once
    writes : jobs, and all else that changes something
    sign_ins : of one address
    """

    reads: Rate = Rate(300, 30)
    writes: Rate = Rate(20, 0.5)
    sign_ins: Rate = Rate(10, 0.1)


class Buckets:
    """Tokens of everybody at one rate.

    Examples
    --------
    >>> buckets = Buckets(Rate(2, 0.5), clock=lambda: 0.0)
    >>> [buckets.wait("a") for _ in range(3)], buckets.wait("b")
    ([0, 0, 2], 0)
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._held: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, who: str) -> int:
        """Take a token and return 0, or whole seconds until there is one."""
        now = self._clock()
        with self._lock:
            tokens, last = self._held.pop(who, (self._rate.burst, now))
            tokens = min(self._rate.burst, tokens + (now - last) * self._rate.a_second)
            short = max(0.0, 1 - tokens)
            self._held[who] = (tokens if short else tokens - 1, now)
            if len(self._held) > _MOST_BUCKETS:
                del self._held[next(iter(self._held))]  # whoever has been away for longest
        return math.ceil(short / self._rate.a_second)


def network(address: str) -> str:
    """Return an IPv4 address as it is, and an IPv6 address by the network of one customer.

    Examples
    --------
    >>> network("192.0.2.7"), network("2001:db8:1:2:3::4")
    ('192.0.2.7', '2001:db8:1:2::/64')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
