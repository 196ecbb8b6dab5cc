"""The user's data folder: `characters/<id>/` holds finished characters, `making/<id>/` work in progress."""

from __future__ import annotations

from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.library import Library, packaged_path
from human_simulacra.types import Character

CHARACTERS, MAKING, PROFILE = "characters", "making", "profile.jsonl"


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
