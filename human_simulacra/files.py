"""Atomic writing of files, hashes, and the user's cache and data folders."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.secret_redaction import redact, redact_json


def write_atomically(path: Path, content: str | bytes | Iterable[bytes]) -> None:
    """Replaces a file's content atomically: an interruption leaves the old content or the new.

    Secrets of this process are replaced, so that what a server echoes reaches no file.

    Args:
        path: The file; its folder is created if missing.
        content: A text, which is encoded as UTF-8; bytes; or parts of the bytes, of which one at a time is in memory. A secret
            that two parts share is not found.
    """
    redacted = redact_json if path.suffix in (".json", ".jsonl") else redact
    parts = (content.encode() if isinstance(content, str) else content,) if isinstance(content, str | bytes) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    # The beginning of the name alone, since the longest names leave no room for more.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:30]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            for part in parts:
                stream.write(redacted(part.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_output(path: Path, content: str, kind: str, mark: str, option: str) -> None:
    """Writes a file that a user asks for: a new one, or in place of an earlier one of its kind.

    Args:
        path: The file. A link to a file stays one.
        content: Its text.
        kind: What it is, such as "report".
        mark: What stands near the beginning of every file of the kind, and of no other.
        option: The option that names the file.

    Raises:
        UserError: If the file cannot be written, or something else is there; nothing is overwritten then.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not (target.is_file() and _begins_with(target, mark)):
            raise UserError(
                f"{path} exists and is no {kind}, so it is not overwritten: remove it, or choose another with {option}"
            )
        write_atomically(target, content)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): choose another with {option}") from None


def _begins_with(path: Path, mark: str) -> bool:
    """Returns whether the mark is near the beginning of a file, or the file is empty, so that nothing in it can be lost."""
    with path.open("rb") as stream:
        head = stream.read(2000)
    return not head or mark.encode() in head


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Writes rows as JSONL atomically: one object per line, UTF-8, sorted keys, in the order given."""
    import jsonlines

    lines = io.StringIO()
    with jsonlines.Writer(lines, sort_keys=True) as writer:  # type: ignore[call-arg]
        writer.write_all(rows)
    write_atomically(path, lines.getvalue())


def sha256_file(path: Path) -> str:
    """Returns the SHA-256 of a file in hexadecimal."""
    result = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            result.update(block)
    return result.hexdigest()


def digest(value: Any) -> str:
    """Returns the SHA-256 of a value's JSON form with sorted keys; other values are converted with `str`."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def cache_dir() -> Path:
    """Returns the cache folder: `$HUMAN_SIMULACRA_CACHE`, otherwise `human_simulacra` in the user's cache folder."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("HUMAN_SIMULACRA_CACHE") or base / "human_simulacra")


def user_dir() -> Path:
    """Returns the user's data folder: `$HUMAN_SIMULACRA_HOME`, otherwise `human_simulacra` in the XDG data folder."""
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return Path(os.environ.get("HUMAN_SIMULACRA_HOME") or base / "human_simulacra")
