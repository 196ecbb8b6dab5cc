"""The call cache: a finished model call is never made twice, across processes, runs and kills.

The cache is one SQLite file (write-ahead log, one transaction per call). Its key is made of the backbone's fingerprint,
the messages and the generation parameters. No fault of the file fails a call: at worst the call is made again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import cast

from pydantic import TypeAdapter

from human_simulacra.backbones.base import Backbone, ScoredTexts
from human_simulacra.backbones.loglikelihood import require_scoring
from human_simulacra.files import digest
from human_simulacra.key_value_store import KeyValueStore
from human_simulacra.secret_redaction import redact
from human_simulacra.types import Completion, Generation, Message

Finished = Completion | ScoredTexts


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

    def get(self, key: str) -> Finished | None:
        """Returns the stored completion or scores, with `from_cache` set, or None."""
        found = self._store.get([key], _read).get(key)
        return _from_cache(found) if found else None

    def put(self, key: str, finished: Finished) -> None:
        """Stores a completion or scores. An existing entry of the same key is kept."""
        self._store.put({key: json.dumps(asdict(finished)).encode()})


# Fields that another version has or lacks do no harm.
_FINISHED: TypeAdapter[Finished] = TypeAdapter(Completion | ScoredTexts)


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
        parameters = {name: value for name, value in asdict(generation).items() if value is not None and name != "whole"}
        key = digest([self.fingerprint, [asdict(m) for m in messages], parameters])
        return cast(Completion, await self._once(key, lambda: self.inner.complete(messages, generation)))

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Scores continuations from the cache, an identical call in flight, or the inner backbone; raises as that one does."""
        inner = require_scoring(self.inner)
        key = digest([self.fingerprint, [asdict(m) for m in messages], {"loglikelihoods": list(continuations)}])
        return cast(ScoredTexts, await self._once(key, lambda: inner.loglikelihoods(messages, continuations)))

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
        self.cache.put(key, finished)
        return finished
