"""The character that a tool works on: it is in one's own folder, or brought there from another, for instance the dataset's."""

from __future__ import annotations

from pathlib import Path

from human_simulacra.construction.profiles.candidate_selection import PROFILE
from human_simulacra.construction.workspace import CHARACTERS, character_folder, open_folder, work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.library import Library
from human_simulacra.types import Character


def read_own_character(out: Path, character_id: str) -> Character:
    """Returns a character of one's own folder.

    Raises:
        UserError: If the folder has no characters, this one has no biography yet, or there is none of this id.
    """
    if not (out / CHARACTERS).is_dir():
        raise UserError(f"{out} has no characters: make one with tools/new_character.py, or name its folder with --out")
    picked = (work_folder(out, character_id) / PROFILE).is_file()
    if picked and not (character_folder(out, character_id) / PROFILE).is_file():
        mend = f"python tools/generate_biographies.py {character_id} --out {out}"
        raise UserError(f"'{character_id}' has a profile but no biography yet: write it with {mend}")
    return Library(out).character(character_id)


def copy_character(character_id: str, data: Path | None, out: Path, dry: bool = False) -> Path:
    """Copies a character's files from `data` where `out` does not have it.

    Args:
        character_id: The character.
        data: The folder that it comes from; None where it must be in `out` already.
        out: The folder to work in; made where `data` is given and it is missing.
        dry: Whether nothing may be written.

    Returns:
        The folder to work in: `out`, or `data` where a copy would be needed and nothing may be written.

    Raises:
        UserError: If a folder is none, or neither has the character.
    """
    target = character_folder(out, character_id)
    if data is None or (target / PROFILE).is_file():
        read_own_character(out, character_id)
        return out
    source = Library(data)
    source.character(character_id)
    if dry:
        return data
    open_folder(out)
    files = sorted(character_folder(source.path, character_id).glob("*.jsonl"), key=lambda path: path.name == PROFILE)
    for path in files:  # the profile last: it is what makes the folder a character's, and a half copy none
        write_atomically(target / path.name, path.read_text(encoding="utf-8"))
    return out
