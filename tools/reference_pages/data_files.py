"""The page of a data folder: files and columns, from the dataset card and from the types that rows are checked against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import PurePosixPath
from typing import Any

from human_simulacra.describing.dataset_card import Config, read_card
from human_simulacra.library import KINDS, packaged_path
from reference_pages.markdown import code, escape, join_blocks, table

TYPES = {"string": "text", "int64": "whole number", "float64": "number", "bool": "true or false", "date32": "date (YYYY-MM-DD)"}


def data_files_page() -> str:
    """Returns the page of data files.

    Raises:
        UserError: If the dataset card lacks a part.
    """
    configs = read_card(packaged_path() / "README.md").configs
    blocks = [
        "# Data files",
        "Every file of a data folder and its columns. A file has one JSON object a line, in UTF-8. Names are those of the "
        "configurations: `load_dataset('data', NAME, split=SPLIT)`. The [data page](../dataset.md) shows how to use them.",
        table(("name", "files", "split"), ((f"[`{c.name}`](#{c.name})", code(c.glob), code(c.split)) for c in configs)),
    ]
    for config in configs:
        blocks += [f"## {config.name}", code(config.glob), _columns_table(config), _optional(config)]
    return join_blocks(*blocks)


def _columns_table(config: Config) -> str:
    rows = [(code(name), kind, escape(config.meanings[name].strip())) for name, kind in _columns(config.features)]
    return table(("column", "type", "meaning"), rows)


def _columns(features: Sequence[Mapping[str, Any]], prefix: str = "") -> Iterator[tuple[str, str]]:
    for feature in features:
        inner = feature.get("list", [])
        kind = "list of objects" if inner else _type(feature)
        yield prefix + feature["name"], kind
        yield from _columns(inner, f"{prefix}{feature['name']}.")


def _type(feature: Mapping[str, Any]) -> str:
    if "sequence" in feature:
        return f"list of {TYPES.get(str(feature['sequence']), 'lists')}s"
    return TYPES.get(str(feature.get("dtype")), str(feature.get("dtype", "object")))


def _optional(config: Config) -> str:
    """Returns which columns a data folder of one's own may leave out; empty if none or unknown."""
    kind = KINDS.get(PurePosixPath(config.glob).stem)
    names = [field.name for field in fields(kind) if (field.default, field.default_factory) != (MISSING, MISSING)] if kind else []
    return f"You may leave out {', '.join(map(code, names))}." if names else ""
