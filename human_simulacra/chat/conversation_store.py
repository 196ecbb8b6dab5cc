"""The user's conversations in one SQLite file, which the terminal and the web page share."""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TypeVar

from human_simulacra.chat import transcripts
from human_simulacra.chat.conversation_types import Transcript
from human_simulacra.damaged_files import warn_once
from human_simulacra.errors import UserError
from human_simulacra.files import user_dir
from human_simulacra.recovering_database import RecoveringDatabase
from human_simulacra.secret_redaction import redact

T = TypeVar("T")
VERSION = 1
TITLE_CHARACTERS = 60
BRANCH = "Branch of "
_TABLE = "conversations"
_COLUMNS = (
    "id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, branch_of TEXT NOT NULL, character TEXT NOT NULL, "
    "method TEXT NOT NULL, as_of TEXT NOT NULL, backbone TEXT NOT NULL, turns INTEGER NOT NULL, created TEXT NOT NULL, "
    "updated TEXT NOT NULL, transcript TEXT NOT NULL"
)
_LISTED = "id, title, branch_of, character, method, as_of, backbone, turns, created, updated"


@dataclass(frozen=True)
class StoredConversation:
    """What a list shows of a stored conversation. `branch_of` is the id of the one it came from, or empty; times are ISO 8601."""

    id: str
    title: str
    branch_of: str
    character: str
    method: str
    as_of: str
    backbone: str
    turns: int
    created: str
    updated: str

    @property
    def about(self) -> str:
        """Method, point in time, number of turns, and the local time of the last turn."""
        time = f"as of {self.as_of} · " if self.as_of else ""
        turns = "1 turn" if self.turns == 1 else f"{self.turns} turns"
        return f"{self.method} · {time}{turns} · {datetime.fromisoformat(self.updated).astimezone():%Y-%m-%d %H:%M}"


class ConversationStore:
    """Stored conversations, each of one owner, with all turns and their traces in a transcript's form.

    Threads and processes can use one file at once. A damaged file is set aside and a new one begun. Where the file cannot be
    used, conversations are held in memory; `problem` says why, and standard error once.

    Args:
        path: The SQLite file, created if missing; None holds conversations in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.problem = ""
        self._lock = threading.Lock()
        self._memory = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._memory.execute(f"CREATE TABLE {_TABLE} ({_COLUMNS})")
        self._path = path
        self._file: RecoveringDatabase | None = None

    def list(self, owner: str, character: str = "") -> list[StoredConversation]:
        """Returns an owner's conversations, with one character if given, the newest first."""
        rows = self._run(
            lambda db: db.execute(
                f"SELECT {_LISTED} FROM {_TABLE} WHERE owner = ? AND ? IN ('', character) ORDER BY updated DESC, rowid DESC",
                (owner, character),
            ).fetchall(),
            reads=True,
        )
        return [StoredConversation(*row) for row in rows]

    def load(self, owner: str, identity: str) -> Transcript:
        """Returns a conversation.

        Raises:
            UserError: If the owner has none of this id, or it cannot be read.
        """
        query = f"SELECT title, transcript FROM {_TABLE} WHERE owner = ? AND id = ?"
        rows = self._run(lambda db: db.execute(query, (owner, identity)).fetchall(), reads=True)
        if not rows:
            raise UserError("this conversation is not stored any more: choose another, or start a new one")
        return transcripts.parse(rows[0][1], f"stored conversation '{rows[0][0]}'")

    def find(self, owner: str, name: str, character: str = "", what: str = "stored conversation") -> StoredConversation:
        """Returns the conversation that a user names.

        Args:
            owner: Whose it is.
            name: Its number in the list of the character's conversations (1 is the newest), its id, or a beginning of its title.
            character: The character of the numbers; empty for the list of all.
            what: What the user can name, for the message that there is none.

        Raises:
            UserError: If there is none, or several titles begin so.
        """
        everything, listed = self.list(owner), self.list(owner, character)
        if name.isdecimal() and 0 < int(name) <= len(listed):
            return listed[int(name) - 1]
        wanted = name.casefold()
        found = [one for one in everything if name == one.id or one.title.casefold() == wanted]
        found = found or [one for one in everything if wanted and one.title.casefold().startswith(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UserError(f"{len(found)} stored conversations are called '{name}': give a number of /conversations")
        raise UserError(f"there is no {what} '{name}': /conversations lists those with a character")

    def insert(self, owner: str, transcript: Transcript, branch_of: str = "") -> str:
        """Stores a new conversation and returns its id. `branch_of` is the id of the conversation that it began as."""
        identity, now = secrets.token_urlsafe(12), _now()
        first = transcript.turns[0].message if transcript.turns else "Empty conversation"

        def act(db: sqlite3.Connection) -> bool:
            found = db.execute(f"SELECT title FROM {_TABLE} WHERE owner = ? AND id = ?", (owner, branch_of)).fetchone()
            title = shorten_title(BRANCH + found[0].removeprefix(BRANCH) if found else first)
            values = (identity, owner, title, branch_of, *_columns(transcript), now, now, transcripts.dump(transcript))
            db.execute(f"INSERT INTO {_TABLE} VALUES ({', '.join('?' * len(values))})", values)
            return True

        self._run(act)
        return identity

    def update(self, owner: str, identity: str, transcript: Transcript, turns: int) -> bool:
        """Replaces a conversation unless somebody else has changed or deleted it meanwhile; returns whether it was replaced.

        Args:
            owner: Whose it is.
            identity: Its id.
            transcript: Its new state.
            turns: The number of turns that it had when the caller last loaded or stored it.
        """
        query = (
            f"UPDATE {_TABLE} SET character = ?, method = ?, as_of = ?, backbone = ?, turns = ?, updated = ?, transcript = ? "
            "WHERE owner = ? AND id = ? AND turns = ?"
        )
        values = (*_columns(transcript), _now(), transcripts.dump(transcript), owner, identity, turns)
        return self._run(lambda db: db.execute(query, values).rowcount > 0)

    def rename(self, owner: str, identity: str, title: str) -> None:
        """Gives a conversation another title; raises a UserError if the title is empty."""
        if not title.strip():
            raise UserError("the title is empty: write one")
        query = f"UPDATE {_TABLE} SET title = ? WHERE owner = ? AND id = ?"
        self._run(lambda db: db.execute(query, (shorten_title(title), owner, identity)).rowcount)

    def delete(self, owner: str, identity: str) -> None:
        """Deletes a conversation; its branches stay."""

        def act(db: sqlite3.Connection) -> bool:
            db.execute("PRAGMA secure_delete = ON")  # overwrites the text in the file
            db.execute(f"DELETE FROM {_TABLE} WHERE owner = ? AND id = ?", (owner, identity))
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # and the log of changes
            return True

        self._run(act)

    def _run(self, act: Callable[[sqlite3.Connection], T], reads: bool = False) -> T:
        with self._lock:
            # A command that only looks leaves no file.
            if self._file is None and self._path is not None and not (reads and not os.path.lexists(self._path)):
                with suppress(OSError):  # the database says what is wrong
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                    os.close(os.open(self._path, os.O_CREAT | os.O_RDONLY, 0o600))  # for nobody else to read
                self._file = RecoveringDatabase(self._path, _TABLE, _COLUMNS, self._hold, VERSION)
            result = self._file.run(act) if self._file and not self.problem else None
            return act(self._memory) if result is None else result

    def _hold(self, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or error
        self.problem = (
            f"{self._path} cannot be used ({reason}), so conversations end with this program: mend it, or set "
            "HUMAN_SIMULACRA_HOME to a writable folder"
        )
        warn_once(self.problem)


def own_conversations(keep: bool = True) -> ConversationStore:
    """Returns the conversations in the user's data folder; without `keep`, a store in memory."""
    return ConversationStore(user_dir() / "conversations.sqlite" if keep else None)


def shorten_title(text: str) -> str:
    """Returns a title on one line, of whole words and at most `TITLE_CHARACTERS` characters, without secrets."""
    text = redact(" ".join(text.split())).encode("utf-8", "replace").decode()
    if len(text) <= TITLE_CHARACTERS:
        return text
    return text[: TITLE_CHARACTERS - 2].rsplit(" ", 1)[0] + " …"


def _columns(transcript: Transcript) -> tuple[str | int, ...]:
    return (transcript.character, transcript.method, transcript.as_of, transcript.backbone, len(transcript.turns))


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
