"""Coroutines are run from synchronous code: alone, inside a running loop, and by several threads on one shared loop."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextvars import ContextVar, copy_context

import pytest

from human_simulacra.event_loops import BackgroundLoop, run_coroutine, shared_event_loop

WAIT = 30.0
cell: ContextVar[str] = ContextVar("cell", default="none")


async def answer() -> str:
    await asyncio.sleep(0)
    return cell.get()


def test_a_coroutine_runs_alone_and_inside_a_running_loop_in_the_context_of_its_caller() -> None:
    async def nested() -> str:
        return run_coroutine(answer())

    cell.set("one")
    assert run_coroutine(answer()) == "one"
    assert asyncio.run(nested()) == "one"


def test_threads_share_a_loop_in_which_one_may_wait_for_another() -> None:
    met: list[asyncio.Event] = []

    async def wait() -> int:
        met.append(asyncio.Event())
        await asyncio.wait_for(met[0].wait(), WAIT)
        return id(asyncio.get_running_loop())

    async def release() -> int:
        while not met:
            await asyncio.sleep(0)
        met[0].set()
        return id(asyncio.get_running_loop())

    with shared_event_loop(), ThreadPoolExecutor(2) as threads:
        found = [threads.submit(copy_context().run, lambda work=work: run_coroutine(work())) for work in (wait, release)]
        assert len({future.result() for future in found}) == 1


def test_closing_a_shared_loop_cancels_what_runs_and_refuses_what_comes() -> None:
    started, ended = threading.Event(), []

    async def forever() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    loop = BackgroundLoop()
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(loop.run, forever())
        assert started.wait(WAIT)
        loop.close()
        with pytest.raises(CancelledError):
            running.result(WAIT)
    assert ended == [True]
    with pytest.raises(CancelledError):
        loop.run(answer())
