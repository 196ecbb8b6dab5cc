"""What takes long to build, such as a model or an index, is built once for all in this process that use the same at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")
_built: WeakValueDictionary[Hashable, Any] = WeakValueDictionary()
_building: WeakValueDictionary[Hashable, threading.Lock] = WeakValueDictionary()


def share(key: Hashable, build: Callable[[], T]) -> T:
    """Returns what was built under a key and is still used by somebody, else builds it.

    Threads that ask for the same wait for the one that builds it. What `build` raises is raised, and the next one builds again.

    Args:
        key: What the result depends on.
        build: Returns the result, which must allow weak references.
    """
    with _building.setdefault(key, threading.Lock()):
        found = _built.get(key)
        if found is None:
            found = build()
            _built[key] = found
        return found
