"""Checks the files of a run against its manifest and names what was changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.files import sha256_file
from human_simulacra.reporting.manifest import REPORT, hash_parts, read_manifest

_SHOWN = 3  # changed parts that a sentence names


def find_changes(folder: Path, with_report: bool = True) -> tuple[int, list[str]]:
    """Compares every file of a run with the manifest. A file's parts are read only if its hash differs.

    Args:
        folder: The run's folder.
        with_report: Whether to check the HTML report too.

    Returns:
        The number of files checked, and one sentence for each changed or missing file.
    """
    try:
        manifest = read_manifest(folder)
    except UserError as error:
        return 0, [str(error)]
    files = {name: saved for name, saved in manifest["files"].items() if with_report or name != REPORT}
    changes = (_describe_change(folder, name, saved, manifest["parts"]) for name, saved in files.items())
    return len(files), [change for change in changes if change]


def _describe_change(folder: Path, name: str, saved: str, parts: Mapping[str, Any]) -> str:
    path = folder / name
    if not path.is_file():
        return f"{path} was deleted after the run: no such file"
    if sha256_file(path) == saved:
        return ""
    sentence = f"{path} was changed after the run"
    if name not in parts:
        return sentence
    try:
        found = list(_changed_parts(parts[name], hash_parts(folder, name)))
    except (UserError, KeyError, TypeError, ValueError, AttributeError):
        return f"{sentence}: it is no longer a file of a run"
    shown = "; ".join(found[:_SHOWN]) or "only its layout"
    return f"{sentence}: {shown}" + (f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")


def _changed_parts(saved: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yields the name of each changed part, and of each row that was added or removed."""
    for owner in {**saved, **now}:
        if owner not in now or owner not in saved:
            yield f"{owner} was {'removed' if owner in saved else 'added'}"
            continue
        for part in {**saved[owner], **now[owner]}:
            if saved[owner].get(part) != now[owner].get(part):
                yield f"{part} of {owner}" if owner else part
