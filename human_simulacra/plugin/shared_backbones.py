"""What all models of a run share: a backbone for each server and model, with one bound on its calls, and the call cache."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from human_simulacra.backbones import CachedBackbone, CallCache, RetryingBackbone, RetryPolicy
from human_simulacra.backbones.base import Backbone
from human_simulacra.files import digest
from human_simulacra.plugin.backbone_factory import build_backbone
from human_simulacra.plugin.llm_config import is_local, type_name
from human_simulacra.plugin.row_slots import RowSlots

# Keys of a model config that each user of a backbone reads for itself; all others belong to the backbone.
_OF_USER = ("abbr", "max_out_len", "min_out_len", "pred_postprocessor", "price", "run_cfg", "summarizer_abbr")


class SharedBackbones:
    """Backbones, row slots and call caches, each made once, however many models use it. Threads may share it.

    Args:
        users: The model configs that will be used, each with the concurrency that its user asks for. If users ask for different
            ones, the smallest holds for all, since every one of them is a bound that the server was given.
    """

    def __init__(self, users: Iterable[tuple[Mapping[str, Any], int]] = ()) -> None:
        self._bounds: dict[str, int] = {}
        for llm, concurrency in users:
            key = identify_backbone(llm)
            self._bounds[key] = min(concurrency, self._bounds.get(key, concurrency))
        self._lock = threading.RLock()
        self._backbones: dict[tuple[str, Path | None], Backbone] = {}
        self._caches: dict[Path, CallCache] = {}
        self._slots: dict[tuple[str, ...], RowSlots] = {}

    def call_cache(self, folder: Path) -> CallCache:
        """Returns the call cache of a cache folder."""
        with self._lock:
            if folder not in self._caches:
                self._caches[folder] = CallCache(folder / "calls.sqlite")
            return self._caches[folder]

    def build(
        self, llm: Mapping[str, Any], concurrency: int, retry: int, cache: CallCache, cache_dir: Path | None = None
    ) -> CachedBackbone:
        """Returns the backbone of a model config with retries and the call cache.

        Args:
            llm: The config, checked by `llm_config.check_llm`.
            concurrency: Maximum number of concurrent calls, for API models, of all users together.
            retry: Maximum number of attempts per call of this user.
            cache: The call cache.
            cache_dir: Where it is kept what a server takes; None for the user's cache folder.
        """
        key = (identify_backbone(llm), cache_dir)
        with self._lock:
            if key not in self._backbones:
                self._backbones[key] = build_backbone(llm, self._bound(llm, concurrency), cache_dir=cache_dir)
            return CachedBackbone(RetryingBackbone(self._backbones[key], RetryPolicy(attempts=retry)), cache)

    def row_slots(self, llms: Iterable[Mapping[str, Any]], concurrency: int) -> RowSlots:
        """Returns the slots of the rows whose calls go to the same model configs.

        They are as many as fill a batch of a model in this process, and for servers twice the calls at once: rows whose last call
        is under way then leave no call slot empty.

        Args:
            llms: The configs; the first is that of the model that answers.
            concurrency: As for `build`.
        """
        first, *_ = llms = list(llms)
        key = tuple(map(identify_backbone, llms))
        with self._lock:
            if key not in self._slots:
                calls = self._bound(first, concurrency)
                self._slots[key] = RowSlots(max(calls, first.get("batch_size") or 1) if is_local(first) else 2 * calls)
            return self._slots[key]

    def _bound(self, llm: Mapping[str, Any], concurrency: int) -> int:
        return self._bounds.get(identify_backbone(llm), concurrency)


_current: ContextVar[SharedBackbones | None] = ContextVar("shared_backbones", default=None)


@contextmanager
def shared_backbones(users: Iterable[tuple[Mapping[str, Any], int]]) -> Iterator[None]:
    """Makes all models that are built in the context of a `with` block share; for `users` see `SharedBackbones`."""
    token = _current.set(SharedBackbones(users))
    try:
        yield
    finally:
        _current.reset(token)


def current_backbones() -> SharedBackbones | None:
    """Returns what the models of this context share; None outside of `shared_backbones`."""
    return _current.get()


def identify_backbone(llm: Mapping[str, Any]) -> str:
    """Returns a hash of what two model configs must have in common to share a backbone."""
    return digest({**{key: value for key, value in llm.items() if key not in _OF_USER}, "type": type_name(llm)})
