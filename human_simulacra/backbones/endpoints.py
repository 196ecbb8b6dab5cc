"""The endpoints of one model: the least loaded is asked, and one that does not respond is left out for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

REST_SECONDS = 30.0


@dataclass(eq=False)
class Endpoint:
    """An address at which the model is served.

    Args:
        address: The API's address.
        calls: Number of calls that are under way there.
        rests_until: Until when it is left out, on the clock of its `Endpoints`; 0 for one that works.
    """

    address: str
    calls: int = 0
    rests_until: float = 0.0


class Endpoints:
    """Addresses that serve the same model.

    Args:
        addresses: At least one; of those with equally many calls, the first is asked.
        clock: Returns the time in seconds.
    """

    def __init__(self, addresses: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._all = [Endpoint(address) for address in addresses]
        self._clock = clock

    def choose(self, tried: Sequence[Endpoint]) -> Endpoint | None:
        """Returns where to make a call, or None if all were tried.

        The least loaded endpoint that works comes first. One whose rest is over is given a single call, and works again if that
        succeeds. Where all are resting, one of them is asked nevertheless.
        """
        left = [endpoint for endpoint in self._all if endpoint not in tried]
        now = self._clock()
        found = min(
            [endpoint for endpoint in left if endpoint.rests_until <= now] or left, key=lambda one: one.calls, default=None
        )
        if found is not None and found.rests_until:
            self.rest(found)
        return found

    def rest(self, endpoint: Endpoint) -> None:
        """Leaves out an endpoint that did not respond."""
        endpoint.rests_until = self._clock() + REST_SECONDS

    @contextmanager
    def calling(self, endpoint: Endpoint) -> Iterator[None]:
        """Counts a call; if it ends without an exception, the endpoint works."""
        endpoint.calls += 1
        try:
            yield
            endpoint.rests_until = 0.0
        finally:
            endpoint.calls -= 1
