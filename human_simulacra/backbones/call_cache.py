"""The call cache: a finished model call is never made twice, across processes, runs and kills.

The cache is one SQLite file (write-ahead log). Its key is made of the backbone's fingerprint, the messages and the generation
parameters. No fault of the file fails a call: at worst the call is made again. What arrives in one turn of the event loop is
written in one transaction, and nobody gets an answer before it is written.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter

from human_simulacra.backbones.base import Backbone, ScoredTexts
from human_simulacra.backbones.loglikelihood import require_scoring
from human_simulacra.event_loops import PerLoop
from human_simulacra.files import digest
from human_simulacra.key_value_store import KeyValueStore
from human_simulacra.secret_redaction import redact
from human_simulacra.types import Completion, Generation, Message

Finished = Completion | ScoredTexts
_Entry = tuple[str, bytes, asyncio.Future[None]]  # key, value, and what is done once it is written


class CallCache:
    """A store of finished calls; see `KeyValueStore` for what becomes of a damaged file or a full disk.

    Args:
        path: The SQLite file. It is created with its folder if missing.

    Attributes:
        in_flight: The calls under way by key, so that no other backbone with this cache makes them as well.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.in_flight: dict[str, asyncio.Task[Finished]] = {}
        self._store = KeyValueStore(path, "calls", "completion TEXT")
        self._batches: PerLoop[list[_Entry]] = PerLoop(list)

    def get(self, key: str) -> Finished | None:
        """Returns the stored completion or scores, with `from_cache` set, or None."""
        found = self._store.get([key], _read).get(key)
        return _from_cache(found) if found else None

    async def put(self, key: str, finished: Finished) -> None:
        """Stores a completion or scores, and returns when it is written. An existing entry of the same key is kept."""
        batch = self._batches.get()
        if not batch:
            asyncio.get_running_loop().call_soon(self._write, batch)
        written = asyncio.get_running_loop().create_future()
        batch.append((key, _write(finished), written))
        await written

    def _write(self, batch: list[_Entry]) -> None:
        entries = list(batch)
        batch.clear()
        failure: Exception | None = None
        try:
            self._store.put({key: value for key, value, _ in entries})
        except Exception as error:  # whoever waits is told, and no task waits for ever
            failure = error
        for _, _, written in entries:
            if not written.done():  # unless its call was cancelled
                written.set_result(None) if failure is None else written.set_exception(failure)


# Fields that another version has or lacks do no harm.
_FINISHED: TypeAdapter[Finished] = TypeAdapter(Completion | ScoredTexts)


def _write(finished: Finished) -> bytes:
    # The fields of a completion are plain values, and `asdict` would copy each.
    return json.dumps(vars(finished) if isinstance(finished, Completion) else asdict(finished)).encode()


def _read(stored: bytes) -> Finished:
    return _FINISHED.validate_python(json.loads(stored))


def _without_secrets(finished: Finished) -> Finished:
    """Removes secrets that a server echoes: what is kept and what the caller reads must be the same."""
    return replace(finished, text=redact(finished.text)) if isinstance(finished, Completion) else finished


def _from_cache(finished: Finished) -> Finished:
    if isinstance(finished, Completion):
        return replace(finished, from_cache=True)
    return replace(finished, usage=replace(finished.usage, from_cache=True))


class CachedBackbone:
    """Answers repeated calls from a cache and joins identical calls that are in flight, also those of others with this cache."""

    def __init__(self, inner: Backbone, cache: CallCache) -> None:
        self.inner = inner
        self.cache = cache
        self.fingerprint = inner.fingerprint

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers from the cache, an identical call in flight, or the inner backbone."""
        # Without a form, the key is that of versions that knew no forms.
        parameters = {name: value for name, value in vars(generation).items() if value is not None and name != "whole"}
        if generation.form is not None:
            parameters["form"] = asdict(generation.form)
        key = self._key(messages, parameters)
        return cast(Completion, await self._once(key, lambda: self.inner.complete(messages, generation)))

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations from the cache, an identical call in flight, or the inner backbone; raises as that one does."""
        inner = require_scoring(self.inner)
        key = self._key(messages, {"loglikelihoods": list(continuations)})
        return cast(ScoredTexts, await self._once(key, lambda: inner.loglikelihoods(messages, continuations)))

    def _key(self, messages: Sequence[Message], parameters: dict[str, Any]) -> str:
        return digest([self.fingerprint, [vars(message) for message in messages], parameters])

    async def _once(self, key: str, call: Callable[[], Awaitable[Finished]]) -> Finished:
        found = self.cache.get(key)
        if found is not None:
            return found
        in_flight = self.cache.in_flight
        if (running := in_flight.get(key)) is not None:
            return _from_cache(await asyncio.shield(running))
        task = asyncio.ensure_future(self._call(key, call))
        in_flight[key] = task
        task.add_done_callback(lambda _: in_flight.pop(key, None))
        return await asyncio.shield(task)

    async def _call(self, key: str, call: Callable[[], Awaitable[Finished]]) -> Finished:
        finished = _without_secrets(await call())
        await self.cache.put(key, finished)
        return finished
