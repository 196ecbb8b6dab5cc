"""The thread in which all searches of a process run: those that wait at the same moment have their queries encoded together."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numpy as np

from human_simulacra.memory.embedding import Embedder

T = TypeVar("T")
LARGEST_BATCH = 128  # texts: about a second on one core, after which the first searches go on
REMEMBERED = 4096  # vectors of queries: the methods of a run ask the same questions


@dataclass
class _Waiting:
    """A search, the future that waits for it on its event loop, and what it found or raised."""

    embedder: Embedder
    texts: Sequence[str]
    rank: Callable[[np.ndarray], Any]
    future: asyncio.Future[Any]
    found: Any = None
    error: Exception | None = None


def _resolve(ended: Sequence[_Waiting]) -> None:
    """Tells those who wait, unless they were cancelled, that their searches have ended."""
    for waiting in ended:
        if waiting.future.done():
            continue
        if waiting.error is None:
            waiting.future.set_result(waiting.found)
        else:
            waiting.future.set_exception(waiting.error)


class QueryThread:
    """Runs searches in one thread.

    A batch is what was asked for in one step of an event loop, or while the batch before was under way: nothing waits for a fixed
    time. The searches of a batch end in one step of the event loop, so that what they ask a model next is asked together, too.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "queries")
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._running = False
        self._vectors: OrderedDict[tuple[Embedder, str], np.ndarray] = OrderedDict()

    async def search(self, embedder: Embedder, texts: Sequence[str], rank: Callable[[np.ndarray], T]) -> T:
        """Returns what `rank` returns, or raises what it or the embedder raises.

        Args:
            embedder: Encodes the texts.
            texts: The texts of the query; none if the search needs no vectors.
            rank: Called in the thread with the vectors of the texts, shape (len(texts), dimensions).
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(embedder, texts, rank, loop.create_future())
        with self._lock:
            self._waiting.append(waiting)
        loop.call_soon(self._start)  # when the other tasks of this step have asked, too
        return cast(T, await waiting.future)

    def _start(self) -> None:
        with self._lock:
            if self._waiting and not self._running:
                self._running = True
                self._thread.submit(self._work)

    def _work(self) -> None:
        while batch := self._next_batch():
            for embedder in dict.fromkeys(waiting.embedder for waiting in batch):
                self._run(embedder, [waiting for waiting in batch if waiting.embedder == embedder])
            for loop in {waiting.future.get_loop() for waiting in batch}:
                ended = [waiting for waiting in batch if waiting.future.get_loop() is loop]
                with suppress(RuntimeError):  # the loop is closed, and nobody waits
                    loop.call_soon_threadsafe(_resolve, ended)

    def _next_batch(self) -> list[_Waiting]:
        with self._lock:
            count = texts = 0
            while count < len(self._waiting) and (not count or texts + len(self._waiting[count].texts) <= LARGEST_BATCH):
                texts += len(self._waiting[count].texts)
                count += 1
            batch, self._waiting = self._waiting[:count], self._waiting[count:]
            self._running = bool(batch)
            return batch

    def _run(self, embedder: Embedder, batch: Sequence[_Waiting]) -> None:
        try:
            vectors = self._encode(embedder, [text for waiting in batch for text in waiting.texts])
        except Exception as error:
            for waiting in batch:
                waiting.error = error
            return
        for waiting in batch:
            mine, vectors = vectors[: len(waiting.texts)], vectors[len(waiting.texts) :]
            try:
                waiting.found = waiting.rank(mine)
            except Exception as error:  # of this search alone
                waiting.error = error

    def _encode(self, embedder: Embedder, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if (embedder, text) not in self._vectors]
        known = {text: self._vectors[embedder, text] for text in texts if (embedder, text) in self._vectors}
        if new:
            known |= zip(new, embedder.encode(new), strict=True)
        for text, vector in known.items():
            self._vectors[embedder, text] = vector
            self._vectors.move_to_end((embedder, text))
        while len(self._vectors) > REMEMBERED:
            self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, 0), dtype=np.float32)


QUERIES = QueryThread()
