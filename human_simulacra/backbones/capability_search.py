"""The search for what a server takes, after it refused a request."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from human_simulacra.backbones.capabilities import Capabilities
from human_simulacra.backbones.server_errors import ServerError

T = TypeVar("T")
MOST_REQUESTS = 12


@dataclass
class CapabilitySearch:
    """Tries a request with other capabilities until the server answers.

    Args:
        given: The capabilities that the config states, which are kept.
        blind: Whether to go beyond what the server named; only for a request that is known to be harmless.
    """

    given: Mapping[str, Any]
    blind: bool

    async def run(
        self, send: Callable[[Capabilities], Awaitable[T]], refused: Capabilities, error: ServerError
    ) -> tuple[Capabilities, T]:
        """Returns the capabilities with which the server answers, and its answer.

        Args:
            send: Makes the request with these capabilities.
            refused: Those with which the server refused it.
            error: The refusal.

        Raises:
            ServerError: The refusal, if the server refuses all others too.
        """
        tried, said = {refused}, error.said
        waiting = deque(refused.alternatives(error, self.blind))
        while waiting and len(tried) < MOST_REQUESTS:
            candidate = replace(waiting.popleft(), **self.given)
            if candidate in tried:
                continue
            tried.add(candidate)
            try:
                return candidate, await send(candidate)
            except ServerError as other:
                if other.status in (0, 429):  # no refusal
                    raise
                if other.said != said:  # one obstacle fewer: what the server names now comes first
                    waiting.extendleft(reversed(candidate.alternatives(other, self.blind)))
                    said = other.said
        raise error
