"""Reads and writes transcripts as JSONL: one line for the conversation, then one per turn (with trace) and one per note."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from human_simulacra.chat.conversation_types import Note, Remembered, Transcript, Turn
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.jsonl_rows import parse_object, parse_row, read_jsonl
from human_simulacra.secret_redaction import redact_json

VERSION = 1
_TEXTS = ("character", "method", "scene", "backbone", "as_of")


def dump(transcript: Transcript) -> str:
    """Returns a transcript as JSONL in ASCII, so that no character in a text can end a line."""
    return redact_json("".join(json.dumps(row) + "\n" for row in _rows(transcript)))


def save(path: Path, transcript: Transcript) -> None:
    """Writes a transcript to a new file, or over an earlier transcript of the same conversation.

    Raises:
        UserError: If the file cannot be written, or something else is there; nothing is overwritten then.
    """
    try:
        # Through links, so that a link to a transcript stays one. A "~" of nobody stays as it is.
        target = Path(os.path.realpath(os.path.expanduser(path)))
        if target.is_dir():
            raise UserError(f"{path} is a folder: name a file in it, such as {Path(path) / 'talk.jsonl'}")
        if not target.parent.is_dir():
            raise UserError(f"the folder {target.parent} does not exist: make it, or choose a file in another")
        if os.path.lexists(target):
            _check_earlier(target, transcript)
        write_atomically(target, dump(transcript))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"transcript {path} cannot be written ({reason}): choose another file") from None


def _check_earlier(path: Path, transcript: Transcript) -> None:
    """Raises a UserError unless the file is a transcript whose turns are the first of these: an earlier state of them."""
    try:
        earlier = load(path) if path.is_file() else None
    except UserError:
        earlier = None
    if earlier is None:
        raise UserError(f"{path} exists and is no transcript, so it is not overwritten: choose another file")
    same = (earlier.character, earlier.as_of) == (transcript.character, transcript.as_of)
    if not same or earlier.turns != transcript.turns[: len(earlier.turns)]:
        raise UserError(f"{path} has another conversation, so it is not overwritten: choose another file")


def load(path: Path) -> Transcript:
    """Reads a transcript.

    Raises:
        UserError: If the file is missing or is not a transcript, or a line is invalid; the message names the line.
    """
    path = Path(os.path.expanduser(path))
    if not path.is_file():
        raise UserError(f"transcript {path} does not exist: choose a file written by /save")
    try:
        return _parse(read_jsonl(path), path)
    except (UnicodeDecodeError, RecursionError, OSError) as error:
        raise UserError(f"transcript {path} cannot be read ({error}): choose a file written by /save") from None


def parse(text: str, name: str) -> Transcript:
    """Parses what `dump` wrote.

    Args:
        text: The lines.
        name: What a message calls them.

    Raises:
        UserError: If they are no transcript; the message names the line.
    """
    rows = ((number, parse_object(line, f"{name}, line {number}")) for number, line in enumerate(text.splitlines(), 1))
    return _parse(rows, name)


def _parse(rows: Iterable[tuple[int, dict[str, Any]]], name: Path | str) -> Transcript:
    head: dict[str, Any] | None = None
    turns: list[Turn] = []
    notes: list[Note] = []
    for number, row in rows:
        where = f"{name}, line {number}"
        kind = row.pop("kind", None)
        if head is None:
            head = _head(kind, row, where)
        elif kind == "turn":
            turns.append(parse_row(Turn, row, where))
        elif kind == "note":
            notes.append(_note(parse_row(Note, row, where), notes, turns, where))
        else:
            raise UserError(f"{where}: a transcript's line is a turn or a note, not {kind!r}: correct or remove it")
    if head is None:
        raise UserError(f"transcript {name} is empty: choose a file written by /save")
    texts = {key: head[key] for key in _TEXTS}
    return Transcript(**texts, remembered=head["remembered"], turns=tuple(turns), notes=tuple(notes))


def _rows(transcript: Transcript) -> Iterator[dict[str, Any]]:
    # `kept` is for earlier versions, which read no more than how many turns are stored.
    kept = max((one.turns for one in transcript.remembered), default=0)
    texts = {key: getattr(transcript, key) for key in _TEXTS}
    yield {"kind": "conversation", "version": VERSION, **texts, "kept": kept, "remembered": [*map(asdict, transcript.remembered)]}
    yield from ({"kind": "turn", **asdict(turn)} for turn in transcript.turns)
    yield from ({"kind": "note", **asdict(note)} for note in transcript.notes)


def _head(kind: object, row: dict[str, Any], where: str) -> dict[str, Any]:
    row = {"as_of": "", **row}  # transcripts of earlier versions are of today
    if kind != "conversation" or not (all(isinstance(row.get(key), str) for key in _TEXTS) and isinstance(row.get("kept"), int)):
        keys = ", ".join((*_TEXTS, "kept"))
        raise UserError(f"{where}: not a transcript, whose first line gives {keys}: choose a file written by /save")
    if row.get("version") != VERSION:
        raise UserError(f"{where}: a transcript of version {row.get('version')!r}, but this program reads version {VERSION}")
    earlier = [{"turns": row["kept"], "experience": ""}] if row["kept"] else []
    remembered = row.get("remembered", earlier)
    if not isinstance(remembered, list):
        raise UserError(f"{where}: key 'remembered' must be a list, not {remembered!r:.80}")
    return {**row, "remembered": tuple(parse_row(Remembered, one, f"{where}, key 'remembered'") for one in remembered)}


def _note(note: Note, before: list[Note], turns: list[Turn], where: str) -> Note:
    expected = before[-1].last + 1 if before else 1
    if note.first != expected or not note.first <= note.last <= len(turns):
        raise UserError(f"{where}: a note on turns {note.first} to {note.last} is out of place: remove the line")
    return note
