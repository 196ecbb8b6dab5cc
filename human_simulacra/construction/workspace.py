"""A data folder of one's own: finished files in `characters/<id>`, work in progress in `making/<id>`."""

from __future__ import annotations

from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.library import packaged_path

CHARACTERS, MAKING = "characters", "making"


def check_folder(path: Path) -> None:
    """Raises a UserError where a path is a file, or a folder that holds other things; writes nothing."""
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file: name a folder with --out")
    ours = (path / CHARACTERS).is_dir() or (path / MAKING).is_dir()
    if path.is_dir() and not ours and any(path.iterdir()):
        raise UserError(f"{path} holds other things than characters: name a new folder with --out")


def open_folder(path: Path) -> Path:
    """Makes a data folder, or completes one: the shared files that the dataset package has and it has not are copied.

    Returns:
        The path, which a `Library` can read once a character is in it.

    Raises:
        UserError: As `check_folder`.
    """
    check_folder(path)
    (path / CHARACTERS).mkdir(parents=True, exist_ok=True)
    for shared in sorted(packaged_path().glob("*.jsonl")):
        if not (path / shared.name).exists():
            write_atomically(path / shared.name, shared.read_text(encoding="utf-8"))
    return path


def character_folder(out: Path, character_id: str) -> Path:
    """Returns where a character's finished files lie."""
    return out / CHARACTERS / character_id


def work_folder(out: Path, character_id: str) -> Path:
    """Returns where a character's work in progress lies."""
    return out / MAKING / character_id


def check_resumable(state: Path, resume: bool, what: str) -> None:
    """Raises a UserError where `--resume` finds nothing to go on with, or a new run would overwrite unfinished work.

    Args:
        state: The file or folder that exists while work is unfinished.
        resume: Whether `--resume` was given.
        what: What is made, for instance "the biography of Ada Berg".
    """
    if resume and not state.exists():
        raise UserError(f"there is nothing to resume for {what}, {state} does not exist: run without --resume")
    if not resume and state.exists():
        raise UserError(f"{what} is unfinished: go on with --resume, or remove {state} to begin again")
