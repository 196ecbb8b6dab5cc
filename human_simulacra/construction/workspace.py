"""The user's data folder: `characters/<id>/` holds finished characters, `making/<id>/` work in progress.

In it, `<step>.jsonl` has results of a step's last finished run, `<step>.partial.jsonl` those of a run that is not finished.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically, write_jsonl
from human_simulacra.jsonl_rows import parse_object, read_lines
from human_simulacra.library import Library, packaged_path
from human_simulacra.secret_redaction import redact_json
from human_simulacra.types import Character

CHARACTERS, MAKING, PROFILE = "characters", "making", "profile.jsonl"
Row = dict[str, Any]


def check_folder(path: Path) -> None:
    """Checks that a path can be used as a data folder; writes nothing.

    Raises:
        UserError: If the path is a file, or a folder with other content.
    """
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file: name a folder with --out")
    ours = (path / CHARACTERS).is_dir() or (path / MAKING).is_dir()
    if path.is_dir() and not ours and any(path.iterdir()):
        raise UserError(f"{path} holds other things than characters: name a new folder with --out")


def open_folder(path: Path) -> Path:
    """Creates a data folder, or copies into an existing one the shared files that it lacks; returns the path.

    Raises:
        UserError: If the path is a file, or a folder with other content.
    """
    check_folder(path)
    (path / CHARACTERS).mkdir(parents=True, exist_ok=True)
    for shared in sorted(packaged_path().glob("*.jsonl")):
        if not (path / shared.name).exists():
            write_atomically(path / shared.name, shared.read_text(encoding="utf-8"))
    return path


def character_folder(out: Path, character_id: str) -> Path:
    """Returns the folder of a character's finished files."""
    return out / CHARACTERS / character_id


def work_folder(out: Path, character_id: str) -> Path:
    """Returns the folder of a character's work in progress."""
    return out / MAKING / character_id


def check_resumable(state: Path, resume: bool, what: str) -> None:
    """Checks that `--resume` is given exactly where unfinished work on `what` exists, that is, where `state` exists.

    Raises:
        UserError: If there is nothing to resume, or a new run would overwrite unfinished work.
    """
    if resume and not state.exists():
        raise UserError(f"there is nothing to resume for {what}, {state} does not exist: run without --resume")
    if not resume and state.exists():
        raise UserError(f"{what} is unfinished: continue with --resume, or remove {state} to start over")


def read_own_character(out: Path, character_id: str) -> Character:
    """Returns a finished character of the user's data folder.

    Raises:
        UserError: If the folder has no characters, this one has no biography yet, or the id is unknown.
    """
    if not (out / CHARACTERS).is_dir():
        raise UserError(f"{out} has no characters: make one with tools/new_character.py, or name its folder with --out")
    picked = (work_folder(out, character_id) / PROFILE).is_file()
    if picked and not (character_folder(out, character_id) / PROFILE).is_file():
        command = f"python tools/generate_biographies.py {character_id} --out {out}"
        raise UserError(f"'{character_id}' has a profile but no biography yet: write it with {command}")
    return Library(out).character(character_id)


def copy_character(character_id: str, data: Path | None, out: Path, dry_run: bool = False) -> Path:
    """Copies a character's files from `data` into `out`, unless `out` has the character or `data` is None.

    Returns:
        The folder to work in: `out`, or `data` where a dry run, which writes nothing, would need a copy.

    Raises:
        UserError: If a folder is no data folder, or neither has the character.
    """
    target = character_folder(out, character_id)
    if data is None or (target / PROFILE).is_file():
        read_own_character(out, character_id)
        return out
    source = Library(data)
    source.character(character_id)
    if dry_run:
        return data
    open_folder(out)
    files = sorted(character_folder(source.path, character_id).glob("*.jsonl"), key=lambda path: path.name == PROFILE)
    for path in files:  # The profile comes last: only with it does a folder count as a character, so no partial copy does.
        write_atomically(target / path.name, path.read_text(encoding="utf-8"))
    return out


class ResultStore:
    """The results of one step, for instance `memories`, for one character, by the digest of their inputs: none is made twice.

    A result is appended, since writing all of them anew for each would take the square of the time.
    """

    def __init__(self, out: Path, character_id: str, name: str) -> None:
        folder = work_folder(out, character_id)
        self.path, self.partial = folder / f"{name}.jsonl", folder / f"{name}.partial.jsonl"
        self._kept, self._fresh = _read(self.path), _read(self.partial, appended=True)
        self._begun = False

    def __iter__(self) -> Iterator[str]:
        return iter({**self._kept, **self._fresh})

    def get(self, key: str) -> Row | None:
        """Returns a result, or None."""
        return self._fresh.get(key) or self._kept.get(key)

    def adopt(self, key: str, row: Row) -> None:
        """Counts a result as that of an earlier finished run; it is saved when this run finishes."""
        self._kept[key] = _as_read(row)

    def forget_finished(self) -> None:
        """Drops the results of finished runs."""
        self._kept = {}

    def begin_run(self) -> None:
        """Marks a run as in progress on disk."""
        if not self._begun:
            _write(self.partial, self._fresh)  # without what an interruption left unfinished at its end
            self._begun = True

    def save(self, key: str, row: Row) -> Row:
        """Saves a result to disk and returns it as it will be read back."""
        self.begin_run()
        self._fresh[key] = _as_read(row)
        line = redact_json(json.dumps({"key": key, **row}, sort_keys=True))
        with self.partial.open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
        return self._fresh[key]

    def finish_run(self, keys: Iterable[str]) -> None:
        """Marks the run as finished on disk, and keeps only the results of `keys`."""
        _write(self.path, {key: row for key in keys if (row := self.get(key)) is not None})
        self.partial.unlink(missing_ok=True)


def _as_read(row: Row) -> Row:
    """Returns a row as it is read from disk: with lists for tuples."""
    return json.loads(json.dumps(row))


def _read(path: Path, appended: bool = False) -> dict[str, Row]:
    """Returns the results in a file. With `appended`, a last line without its end was interrupted and does not count."""
    if not path.is_file():
        return {}
    found, lines = dict[str, Row](), list(read_lines(path))
    if appended and lines and not path.read_bytes().endswith(b"\n"):
        lines.pop()
    for where, line in lines:
        row = parse_object(line, where)
        key = row.pop("key", None)
        if not isinstance(key, str):
            raise UserError(f"{where}: no key; remove the file to generate all results again")
        found[key] = row
    return found


def _write(path: Path, rows: dict[str, Row]) -> None:
    write_jsonl(path, ({"key": key, **row} for key, row in rows.items()))
