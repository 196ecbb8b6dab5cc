"""The HTTP session of an event loop, which keeps connections open between calls, and says which calls reused one."""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from human_simulacra.event_loops import PerLoop

CLOSE_SECONDS = 1.0


@dataclass
class Attempt:
    """What became of a request: whether it went over a connection that was open already; see `open_session`."""

    reused: bool = False


class _LoopSession:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.closes: AsyncGenerator[aiohttp.ClientSession, None] | None = None
        self.session: aiohttp.ClientSession | None = None


_SESSIONS = PerLoop(_LoopSession)
_open: set[_LoopSession] = set()


async def open_session() -> aiohttp.ClientSession:
    """Returns the session of the running event loop. It is closed with the loop, and no cookie outlives a call.

    A request that is given an `Attempt` as `trace_request_ctx` learns whether its connection was reused: such a connection may
    have been closed by the server just before the request, which then has never been read.
    """
    held = _SESSIONS.get()
    if held.session is None:
        # An event loop that is shut down closes its asynchronous generators, wherever they are.
        held.closes = _session_of(held)
        held.session = await held.closes.__anext__()
    return held.session


async def _session_of(held: _LoopSession) -> AsyncGenerator[aiohttp.ClientSession, None]:
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_mark_reused)
    # Slots bound the calls (`CallSlots`), hence connections are not bounded once more.
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[trace]
    )
    _open.add(held)
    try:
        yield session
    finally:
        held.session = None
        _open.discard(held)
        await session.close()


async def _mark_reused(session: aiohttp.ClientSession, context: Any, parameters: object) -> None:
    if isinstance(context.trace_request_ctx, Attempt):
        context.trace_request_ctx.reused = True


@atexit.register
def _close_sessions() -> None:
    """Closes the sessions of loops in threads that end with the process."""
    for held in list(_open):
        if held.loop.is_running() and held.closes is not None:
            with suppress(concurrent.futures.TimeoutError):  # a loop that is busy for so long is left to the end of the process
                asyncio.run_coroutine_threadsafe(held.closes.aclose(), held.loop).result(CLOSE_SECONDS)
