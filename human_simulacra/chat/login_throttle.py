"""Slows guesses of the chat page's password, and says each wrong one."""

from __future__ import annotations

import ipaddress
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone


@dataclass(frozen=True)
class Pace:
    """How many wrong passwords pass at once, and the longest wait in seconds between those that follow."""

    at_once: int
    longest: float

    def wait(self, wrong: int) -> float:
        """Returns the seconds between the last wrong password and the next try: 1, 2, 4 ... after those that pass at once."""
        return 0.0 if wrong < self.at_once else min(self.longest, 2.0 ** min(wrong - self.at_once, 32))


# For one address, and for all together, from which a visitor with the password must still get in.
ONE, ALL = Pace(5, 900.0), Pace(30, 15.0)
FORGET_SECONDS = 3600.0
MOST_ADDRESSES = 4096


@dataclass
class _Tries:
    wrong: int = 0
    last: float = 0.0


class LoginThrottle:
    """Counts the wrong passwords of each address and of all together.

    Args:
        clock: Returns the time in seconds.
        log: Writes a line.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, log: Callable[[str], None] | None = None) -> None:
        self._clock = clock
        self._log = log or (lambda line: print(line, file=sys.stderr, flush=True))
        self._all = _Tries()
        self._by_address: OrderedDict[str, _Tries] = OrderedDict()

    def seconds_to_wait(self, address: str) -> float:
        """Returns how long an address must wait before its next try; 0 if it may try now."""
        return max(self._left(self._all, ALL), self._left(self._of(address), ONE))

    def begin(self, address: str) -> None:
        """Counts a try as wrong until `succeed` says otherwise, so that many at once are no way around the limit."""
        for tries in (self._all, self._of(address)):
            tries.wrong, tries.last = tries.wrong + 1, self._clock()

    def succeed(self, address: str) -> None:
        """Forgets the wrong passwords of an address, which has given the right one."""
        self._all.wrong -= 1
        self._by_address.pop(_network(address), None)

    def fail(self, address: str) -> None:
        """Says that an address gave a wrong password."""
        moment = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._log(f"{moment} wrong password from {_printable(address)} ({self._of(address).wrong} in a row)")

    def _of(self, address: str) -> _Tries:
        name = _network(address)
        tries = self._by_address.setdefault(name, _Tries())
        self._by_address.move_to_end(name)
        if len(self._by_address) > MOST_ADDRESSES:
            self._by_address.popitem(last=False)
        return tries

    def _left(self, tries: _Tries, pace: Pace) -> float:
        passed = self._clock() - tries.last
        if passed > FORGET_SECONDS:
            tries.wrong = 0
        return max(0.0, pace.wait(tries.wrong) - passed)


def _network(address: str) -> str:
    """Returns what one visitor has: an IPv4 address, or the 64 bits of an IPv6 one that a provider assigns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or ipaddress.ip_network((int(parsed) >> 64 << 64, 64)).network_address
    return str(parsed)


def _printable(address: str) -> str:
    """Returns an address for a log; a proxy may pass on any text as one."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return "an unknown address"
