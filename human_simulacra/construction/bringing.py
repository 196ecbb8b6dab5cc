"""Bringing a character of another data folder, for instance the dataset package's, into one's own."""

from __future__ import annotations

from pathlib import Path

from human_simulacra.construction.folder import character_folder, open_folder
from human_simulacra.files import write_atomically
from human_simulacra.library import Library


def bring(character_id: str, data: Path | None, out: Path, dry: bool = False) -> Path:
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
    if data is None or (target / "profile.jsonl").is_file():
        Library(out).character(character_id)
        return out
    source = Library(data)
    source.character(character_id)
    if dry:
        return data
    open_folder(out)
    files = sorted(character_folder(source.path, character_id).glob("*.jsonl"), key=lambda path: path.name == "profile.jsonl")
    for path in files:  # the profile last: it is what makes the folder a character's, and a half copy none
        write_atomically(target / path.name, path.read_text(encoding="utf-8"))
    return out
