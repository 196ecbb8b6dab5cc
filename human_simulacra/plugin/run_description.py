"""The description of a run: its models, datasets, data, versions, seeds and times, without any secret."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from human_simulacra.files import digest
from human_simulacra.library import Library
from human_simulacra.plugin.config_classes import experiment_dataset_class, has_type
from human_simulacra.plugin.llm_config import type_name
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.plain_values import plain
from human_simulacra.plugin.run_identity import identify_config
from human_simulacra.prompts import template_hashes
from human_simulacra.results.rules import RULES
from human_simulacra.results.usage import Usage, judge_usage_name, model_cost, reader_usage_name, usage_as_dict
from human_simulacra.secret_redaction import redact

PACKAGES = (
    "human-simulacra", "opencompass", "datasets", "numpy", "openai", "sentence-transformers", "torch", "transformers",
    "xllamacpp", "vllm", "mem0ai", "scipy", "statsmodels", "pingouin",
)  # fmt: skip
SESSIONS = "sessions.jsonl"
# The keys of a backbone's config that identify the model; others may contain addresses and keys.
_BACKBONE = ("abbr", "path", "max_out_len", "price")
_CONNECTION = ("llm", "agent_llm", "type", "abbr", "cache_dir", "data", "run_cfg", "retry", "concurrency")
_NOT_ARGUMENTS = ("type", "abbr", "reader_cfg", "infer_cfg", "eval_cfg")


def record_session_start(folder: Path, mode: str) -> None:
    """Appends the start time of this session to the run's folder; a resumed run has several sessions."""
    folder.mkdir(parents=True, exist_ok=True)
    line = {"started": _stamp(time.time()), "mode": mode, "last_written": _last_written(folder)}
    with (folder / SESSIONS).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


def build_description(
    config: Mapping[str, Any],
    folder: Path,
    datasets: Sequence[Mapping[str, Any]],
    evaluated: Sequence[tuple[str, str]],
    unfinished: Sequence[tuple[str, str]],
    usage: Mapping[str, Mapping[str, Usage]],
) -> dict[str, Any]:
    """Returns the contents of `summary/run.json`.

    Args:
        config: The run's whole config.
        folder: The run's folder.
        datasets: The configs of the experiments' datasets.
        evaluated: (model, dataset) with scored rows, in the order in which summaries read them.
        unfinished: (model, dataset) of which rows are not scored.
        usage: Usage by model and agent.

    Raises:
        UserError: If a data folder is missing.
    """
    models = [_model(model) for model in config["models"]]
    arguments = [_dataset(dataset) for dataset in datasets]
    prices = {m["abbr"]: {"top": m["llm"].get("price"), "agents": (m["agent_llm"] or {}).get("price")} for m in models}
    for dataset in datasets:
        evaluator = dataset["eval_cfg"]["evaluator"]
        others = {judge_usage_name(judge["abbr"]): judge for judge in evaluator.get("judges") or ()}
        if reader := evaluator.get("reader_llm"):
            others[reader_usage_name(reader["abbr"])] = reader
        for name, llm in others.items():
            prices[name] = dict.fromkeys(("top", "agents"), _backbone(llm).get("price"))
    description = {
        "rules": RULES,
        "folder": folder.name,
        "config_hash": digest(identify_config(config)),
        "models": models,
        "datasets": arguments,
        "primary": plain((config.get("summarizer") or {}).get("primary") or {}),
        "samples": sorted({d.get("sample", "all") for d in datasets}),
        "pairs": [list(pair) for pair in evaluated],
        "unfinished": [list(pair) for pair in unfinished],
        "data": [_data(name) for name in dict.fromkeys(entry.get("data") for entry in [*config["models"], *datasets])],
        "prompts": template_hashes(),
        "packages": {name: found for name in PACKAGES if (found := installed_version(name))},
        "python": platform.python_version(),
        "seeds": {
            "models": sorted({model.get("seed", 0) for model in models}),
            "datasets": sorted({dataset["arguments"].get("seed", 0) for dataset in arguments}),
        },
        **_times(folder),
        "usage": usage_as_dict(usage),
        "prices": prices,
        "money": {model: model_cost(agents, prices.get(model, {})) for model, agents in usage.items()},
    }
    return json.loads(redact(json.dumps(description)))


def _model(config: Mapping[str, Any]) -> dict[str, Any]:
    if not has_type(config, Simulacrum):
        return {"abbr": config["abbr"], "method": None, "llm": _backbone(config), "agent_llm": None}
    own = {key: plain(value) for key, value in config.items() if key not in _CONNECTION}
    agents = _backbone(config["agent_llm"]) if config.get("agent_llm") else None
    settings = {"method": "macm", "method_kwargs": {}, "temperature": 0.0, "seed": 0, "sample": 0, **own}
    return {"abbr": config["abbr"], **settings, "llm": _backbone(config["llm"]), "agent_llm": agents or _backbone(config["llm"])}


def _backbone(llm: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": type_name(llm), **{key: plain(llm[key]) for key in _BACKBONE if key in llm}}


def _dataset(config: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {key: plain(value) for key, value in config.items() if key not in (*_NOT_ARGUMENTS, "data")}
    kind = experiment_dataset_class(config)
    experiment = config.get("experiment") or (kind.experiment if kind else None)
    return {"abbr": config["abbr"], "type": type_name(config), "experiment": experiment, "arguments": arguments}


def _data(name: str | None) -> dict[str, Any]:
    """Returns what identifies a data folder, without its path."""
    library = Library(name)
    card = library.path / "croissant.json"
    found = json.loads(card.read_text(encoding="utf-8")).get("version") if card.is_file() else None
    return {"characters": len(library.ids), "fingerprint": library.fingerprint, "version": found}


def _times(folder: Path) -> dict[str, Any]:
    """Returns the start, the end and the duration of a run in seconds, which is the sum of its sessions'.

    A killed session records no end, so each session ends with the last file written before the next one started.
    """
    file = folder / SESSIONS
    sessions = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []
    ended = _last_written(folder)
    ends = [*(session.get("last_written") for session in sessions[1:]), ended]
    spans = [
        max((datetime.fromisoformat(end) - datetime.fromisoformat(session["started"])).total_seconds(), 0.0)
        for session, end in zip(sessions, ends, strict=False)
        if end
    ]
    return {
        "started": sessions[0]["started"] if sessions else None,
        "ended": ended,
        "sessions": len(sessions),
        "wall_seconds": sum(spans) if spans else None,
    }


def _last_written(folder: Path) -> str | None:
    """Returns when an answer or a score was last written, or None."""
    files = [path for kind in ("predictions", "results") for path in (folder / kind).rglob("*.json*")]
    return _stamp(max(path.stat().st_mtime for path in files)) if files else None


def _stamp(seconds: float) -> str:
    """Returns a time in UTC, whose differences no change of the local clock's offset can falsify."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")


def installed_version(package: str) -> str | None:
    """Returns the version of an installed package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
