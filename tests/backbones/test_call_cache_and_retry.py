"""Call cache and retries: nothing is paid for twice, and what fails for good says so."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import OpenAI

from human_simulacra.backbones import BackboneError, CachedBackbone, CallCache, RetryingBackbone, RetryPolicy
from human_simulacra.backbones.base import Backbone
from human_simulacra.backbones.call_slots import CallSlots
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.server_errors import retry_after_seconds
from human_simulacra.types import Completion, Generation, Message
from tests.conftest import ScriptedBackbone
from tests.servers import serving

ASK = [Message("user", "Who?")]
PLAIN = Generation(16)


def test_a_repeated_call_comes_from_the_cache_also_in_another_process(tmp_path: Path) -> None:
    inner = ScriptedBackbone("Ada")
    first = asyncio.run(CachedBackbone(inner, CallCache(tmp_path / "calls.sqlite")).complete(ASK, PLAIN))
    again = asyncio.run(CachedBackbone(inner, CallCache(tmp_path / "calls.sqlite")).complete(ASK, PLAIN))
    assert (first.from_cache, again.from_cache, again.text) == (False, True, "Ada")
    assert len(inner.calls) == 1


@pytest.mark.parametrize("other", [Generation(17), Generation(16, 0.7), Generation(16, seed=1), Generation(16, sample=1)])
def test_every_parameter_tells_calls_apart(tmp_path: Path, other: Generation) -> None:
    inner = ScriptedBackbone("Ada")
    cached = CachedBackbone(inner, CallCache(tmp_path / "calls.sqlite"))
    asyncio.run(cached.complete(ASK, PLAIN))
    asyncio.run(cached.complete(ASK, other))
    assert len(inner.calls) == 2


def test_identical_calls_in_flight_are_joined(tmp_path: Path) -> None:
    inner = ScriptedBackbone("Ada")
    cached = CachedBackbone(inner, CallCache(tmp_path / "calls.sqlite"))

    async def ten() -> set[str]:
        return {c.text for c in await asyncio.gather(*(cached.complete(ASK, PLAIN) for _ in range(10)))}

    assert asyncio.run(ten()) == {"Ada"}
    assert len(inner.calls) == 1


def test_identical_calls_in_flight_of_two_backbones_with_one_cache_are_joined(tmp_path: Path) -> None:
    inner, cache = ScriptedBackbone("Ada"), CallCache(tmp_path / "calls.sqlite")

    async def two() -> list[bool]:
        calls = (CachedBackbone(inner, cache).complete(ASK, PLAIN) for _ in range(2))
        return [done.from_cache for done in await asyncio.gather(*calls)]

    assert asyncio.run(two()) == [False, True]
    assert len(inner.calls) == 1


def test_a_failed_call_is_not_cached(tmp_path: Path) -> None:
    answers = iter([BackboneError("down"), "Ada"])
    cached = CachedBackbone(ScriptedBackbone(lambda *_: next(answers)), CallCache(tmp_path / "calls.sqlite"))
    with pytest.raises(BackboneError):
        asyncio.run(cached.complete(ASK, PLAIN))
    assert asyncio.run(cached.complete(ASK, PLAIN)).text == "Ada"


def test_two_writers_share_one_file(tmp_path: Path) -> None:
    def write(name: str) -> None:
        cached = CachedBackbone(ScriptedBackbone(name), CallCache(tmp_path / "calls.sqlite"))
        for number in range(30):
            asyncio.run(cached.complete([Message("user", f"{number}")], PLAIN))

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, "abcd"))
    with sqlite3.connect(tmp_path / "calls.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM calls").fetchone() == (30,)


def kept(path: Path) -> int:
    """Returns the number of answers that a kill would leave."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM calls").fetchone()[0]


async def ask_many(backbone: Backbone, count: int) -> None:
    await asyncio.gather(*(backbone.complete([Message("user", f"{number}")], PLAIN) for number in range(count)))


def test_a_server_is_asked_no_more_than_its_slots_ahead_of_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    cache = CallCache(path)
    ahead: list[int] = []
    lock = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def script(body: dict[str, Any], number: int) -> str:
        if number == 2:  # the disk is slow: nothing can be kept for as long as a server without bound would need
            lock.execute("BEGIN IMMEDIATE")
            threading.Timer(0.3, lock.rollback).start()
        ahead.append(number - kept(path))
        return "Aye."

    with serving(script) as server, closing(lock):
        client = OpenAI(base_url=server.address, api_key="none")
        asyncio.run(ask_many(CachedBackbone(OpenAIChat(client, "m", "m", concurrency=2), cache), 12))
        assert len(ahead) == 12 and max(ahead) == 2 and kept(path) == 12


def test_backbones_that_share_slots_share_the_bound(tmp_path: Path) -> None:
    under_way, most, barrier = 0, 0, threading.Barrier(3)

    def script(body: dict[str, Any], number: int) -> str:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        barrier.wait(20)  # three come together, however they are shared out
        under_way -= 1
        return "Aye."

    with serving(script) as server:
        slots = CallSlots(3)
        client = OpenAI(base_url=server.address, api_key="none")

        async def ask_both() -> None:
            await asyncio.gather(*(ask_many(OpenAIChat(client, name, name, slots), 6) for name in "ab"))

        asyncio.run(ask_both())
        asyncio.run(ask_both())  # in another event loop
    assert most == 3 and len(server.requests) == 24


def test_an_answer_is_handed_on_after_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    cached = CachedBackbone(ScriptedBackbone("Ada"), CallCache(path))
    written: list[int] = []

    async def ask(number: int) -> None:
        await cached.complete([Message("user", f"{number}")], PLAIN)
        written.append(kept(path))

    async def ask_all() -> None:
        await asyncio.gather(*map(ask, range(20)))

    asyncio.run(ask_all())
    assert all(number <= count for number, count in enumerate(written, 1)) and kept(path) == 20


def test_a_call_that_is_cancelled_while_it_is_written_is_kept_and_holds_up_no_other(tmp_path: Path) -> None:
    cache = CallCache(tmp_path / "calls.sqlite")

    async def put_both() -> None:
        first, second = (asyncio.ensure_future(cache.put(key, Completion("Ada"))) for key in "ab")
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, second, return_exceptions=True)

    asyncio.run(put_both())
    assert kept(cache.path) == 2


def retrying(script: list[str | BackboneError], attempts: int = 4) -> tuple[RetryingBackbone, list[float], ScriptedBackbone]:
    answers, waits = iter(script), []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    inner = ScriptedBackbone(lambda *_: next(answers))
    return RetryingBackbone(inner, RetryPolicy(attempts), sleep), waits, inner


def test_a_passing_fault_is_tried_again_after_growing_waits() -> None:
    busy = BackboneError("busy", retryable=True)
    backbone, waits, _ = retrying([busy, busy, busy, "Ada"])
    assert asyncio.run(backbone.complete(ASK, PLAIN)).text == "Ada"
    assert 0.5 <= waits[0] <= 1 <= waits[1] <= 2 <= waits[2] <= 4


def test_retry_after_is_honoured() -> None:
    backbone, waits, _ = retrying([BackboneError("busy", retryable=True, retry_after=7), "Ada"])
    asyncio.run(backbone.complete(ASK, PLAIN))
    assert waits == [7]


def test_attempts_are_bounded_and_the_error_says_how_many() -> None:
    backbone, waits, inner = retrying([BackboneError("busy", retryable=True)] * 9)
    with pytest.raises(BackboneError, match=r"busy \(gave up after 4 attempts\)"):
        asyncio.run(backbone.complete(ASK, PLAIN))
    assert (len(inner.calls), len(waits)) == (4, 3)


def test_a_lasting_fault_is_not_tried_again() -> None:
    backbone, waits, _ = retrying([BackboneError("no such model")])
    with pytest.raises(BackboneError, match="no such model"):
        asyncio.run(backbone.complete(ASK, PLAIN))
    assert waits == []


@given(st.integers(1, 40), st.floats(0, 1e6) | st.none())
def test_no_wait_is_longer_than_the_longest(failures: int, asked: float | None) -> None:
    assert 0 <= RetryPolicy(longest_wait=30).wait(failures, asked) <= 30


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    later = formatdate(time.time() + 100, usegmt=True)
    assert retry_after_seconds({"retry-after": "7"}) == 7
    assert 90 <= (retry_after_seconds({"retry-after": later}) or 0) <= 101
    assert retry_after_seconds({"retry-after": "soon"}) is None
    assert retry_after_seconds({}) is None
