"""Another backbone, other methods, characters or rows for a config that stands in a file: `python run.py CONFIG --llm MODEL`."""

from __future__ import annotations

import argparse
from itertools import takewhile
from pathlib import Path
from typing import Any

from mmengine.config import Config

from human_simulacra.errors import UserError, unknown
from human_simulacra.files import digest, write_atomically
from human_simulacra.plugin.config_classes import experiment_dataset_class, has_type
from human_simulacra.plugin.config_source import config_source
from human_simulacra.plugin.eval_config import EMBEDDED_METHODS, read_model
from human_simulacra.plugin.llm_config import type_name
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.plain_values import plain
from human_simulacra.plugin.run_arguments import OVERRIDES, option_name

_KEPT = ("datasets", "models", "infer", "eval", "summarizer", "work_dir")  # what a run is made of, beside imports and helpers


def describe_overrides(options: argparse.Namespace) -> str:
    """Returns the config's path with the options that change it, for errors about the config that they make."""
    given = {name: value for name in OVERRIDES if (value := getattr(options, name)) is not None}
    return " ".join([options.config, *(["with"] if given else []), *(f"{option_name(n)} {value}" for n, value in given.items())])


def write_overridden(config: Config, options: argparse.Namespace, work_dir: Path) -> str:
    """Writes a config that `override` made into the folder of runs, and returns its path.

    Raises:
        UserError: If it cannot be written.
    """
    path = work_dir / f"config_{digest(config.to_dict())[:8]}.py"
    try:
        write_atomically(path, f"# {options.config} with other options.\n" + config_source(config.to_dict()))
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): choose another folder with -w") from None
    return str(path)


def override(config: Config, options: argparse.Namespace) -> Config:
    """Returns a config of the right form as plain values, with the options applied.

    Raises:
        UserError: If an option cannot be used.
    """
    result = {key: plain(config[key]) for key in _KEPT if config.get(key) is not None}
    if options.method is not None:
        result["models"] = _with_methods(result["models"], options.method.split(","))
    if options.llm is not None:
        llm = read_model(options.llm, options.base_url)
        before = result["models"]
        result["models"] = [_with_llm(model, llm) if has_type(model, Simulacrum) else model for model in before]
        renamed = {old["abbr"]: new["abbr"] for old, new in zip(before, result["models"], strict=True)}
        primary = (result.get("summarizer") or {}).get("primary") or {}
        if primary.get("against") in renamed:
            primary["against"] = renamed[primary["against"]]
    more = {"limit": options.limit, "sample": options.sample}
    more["characters"] = options.character.split(",") if options.character is not None else None
    for dataset in result["datasets"]:
        if experiment_dataset_class(dataset):
            dataset.update({key: value for key, value in more.items() if value is not None})
    return Config(result)


def _with_methods(models: list[dict[str, Any]], wanted: list[str]) -> list[dict[str, Any]]:
    known = list(dict.fromkeys(model.get("method", "macm") for model in models if has_type(model, Simulacrum)))
    for name in wanted:
        if name not in known:
            raise unknown("method of this config", name, known)
    return [model for model in models if has_type(model, Simulacrum) and model.get("method", "macm") in wanted]


def _with_llm(model: dict[str, Any], llm: dict[str, Any]) -> dict[str, Any]:
    """Returns a simulacrum with another backbone and a name of its own, without settings that only the embedded model needs."""
    old, method = model["llm"], model.get("method", "macm")
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(model["abbr"], str(old.get("abbr") or ""), strict=False))
    own = model["abbr"][len(list(shared)) :].strip("-") or method
    changed = {**model, "abbr": f"{llm['abbr']}-{own}", "llm": llm}
    if type_name(old).endswith(".LlamaCpp") and not old.get("path"):
        changed.pop("concurrency", None)
        if changed.get("method_kwargs") == EMBEDDED_METHODS.get(method):
            changed["method_kwargs"] = {}
    return changed
