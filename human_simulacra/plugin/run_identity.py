"""What of a config a run's answers and scores depend on, so that a run is resumed only with the config that it began with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from human_simulacra.library import Library
from human_simulacra.plugin.config_classes import experiment_dataset_class, has_type
from human_simulacra.plugin.llm_config import NOT_IDENTITY
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.plain_values import plain

# Keys, at any depth of a model or dataset, that change how fast, by which way and at what price a run goes, but no answer.
_CHANGEABLE = (NOT_IDENTITY - {"abbr", "max_out_len"}) | {"concurrency", "cache_dir", "num_gpus", "num_procs", "proxies"}
_KINDS = {"models": "model", "datasets": "dataset"}


def identify_config(config: Any) -> dict[str, dict[str, Any]]:
    """Returns what answers and scores depend on: by model and by dataset, in order, the value of every setting by its path.

    A data folder is identified by its contents, since it may have been moved.

    Raises:
        UserError: If a data folder is missing.
    """
    found = {}
    for key, kind in _KINDS.items():
        for entry in config[key]:
            settings = dict(_settings(entry, ""))
            if has_type(entry, Simulacrum) or experiment_dataset_class(entry):
                settings["data"] = Library(entry.get("data")).fingerprint
            found[f"{kind} '{entry['abbr']}'"] = settings
    return found


def describe_other_config(saved: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]) -> str:
    """Returns what makes a config another one than that with which a run began; an empty text if nothing does.

    Models and datasets may be added, since no saved answer depends on them.
    """
    for name, settings in saved.items():
        if name not in now:
            return f"{name} is missing"
        for path in {**settings, **now[name]}:
            if path not in settings or path not in now[name] or settings[path] != now[name][path]:
                before, after = (repr(s[path]) if path in s else "unset" for s in (settings, now[name]))
                return f"{path} of {name} was {_shorten(before)} and is {_shorten(after)}"
    if [name for name in now if name in saved] != list(saved):
        return "its models or datasets are in another order"
    return ""


def _settings(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yields (path, value) of the settings that count. Lists of numbers and strings are one value."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "type":
                yield f"{path}type", _class_name(inner)
            elif key not in (*_CHANGEABLE, "data"):
                yield from _settings(inner, f"{path}{key}.")
    elif isinstance(value, list | tuple) and any(isinstance(inner, Mapping) for inner in value):
        for number, inner in enumerate(value):
            name = inner.get("abbr", number) if isinstance(inner, Mapping) else number
            yield from _settings(inner, f"{path.rstrip('.')}[{name}].")
    else:
        yield path.rstrip("."), plain(value)


def _class_name(kind: Any) -> str:
    """Returns the name of a class under which it is defined: OpenCompass saves the name under which a config imports it."""
    if isinstance(kind, str) and "." in kind:
        module, _, name = kind.rpartition(".")
        with suppress(ImportError):
            kind = getattr(import_module(module), name, kind)
    return str(plain(kind))


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
