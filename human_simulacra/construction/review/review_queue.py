"""Texts of models that people decide about: the review queue of a character, the decisions, and what they do to its files.

Each tool replaces its own rows of the queue; decisions are kept for good.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from human_simulacra.construction.workspace import character_folder, work_folder
from human_simulacra.errors import UserError
from human_simulacra.files import digest, write_jsonl
from human_simulacra.jsonl_rows import read_jsonl, read_rows
from human_simulacra.schema import Text

Kind = Literal["accept", "edit", "reject"]
STATES: dict[Kind, str] = {"accept": "accepted", "edit": "edited", "reject": "rejected"}


@dataclass(frozen=True)
class ReviewItem:
    """A text of a model that a person should decide about.

    `tool` wrote it (as in `tools/<tool>.py`), and `what` names it for people, such as "paragraph ada-berg-s012". Its place in the
    character is `field` of the row with the id `row` in `file`, such as `story.jsonl`; `file` and `row` are empty if it has none.
    `before` is what stood or stands there without it. `in_character` tells whether the text stands there now or was left out.
    """

    tool: Text
    what: Text
    file: str
    row: str
    field: str
    text: str
    before: str = ""
    findings: tuple[str, ...] = ()
    in_character: bool = False

    @property
    def key(self) -> str:
        """The identity of the text, which other findings on it do not change."""
        return digest([self.what, self.field, self.text])[:16]


@dataclass(frozen=True)
class SavedDecision:
    """A decision about a text: `text` is to stand in the item's place where one of `replaces` stands, which may be none.

    `reason` says why it was rejected, `by` who decided, `at` when.
    """

    item: ReviewItem
    decision: Kind
    text: str
    replaces: tuple[str, ...]
    reason: str
    by: str
    at: str

    def describe(self) -> str:
        """Returns what was decided, when and by whom, such as "accepted at 2026-05-04 12:30 UTC by Ines"."""
        return f"{STATES[self.decision]} at {self.at[:16].replace('T', ' ')} UTC{f' by {self.by}' if self.by else ''}"

    def change(self, row: dict[str, Any]) -> dict[str, Any]:
        """Returns a row of the item's file as it is after the decision."""
        if row.get("id") != self.item.row or row.get(self.item.field) not in self.replaces:
            return row
        # The dated sentences of a biography are those of its old text.
        dated = {"biography_dated": []} if self.item.field == "biography" and "biography_dated" in row else {}
        return {**row, self.item.field: self.text, **dated}


class Decisions:
    """The decisions about a character's texts in `making/<id>/decisions.jsonl`; a text's newest one counts.

    A decision is on disk before it changes a file, and `apply` does what an interruption left undone. It also does again what a
    tool took back by writing the same text once more. Every call reads the file, since other windows decide too.
    """

    def __init__(self, out: Path, character_id: str) -> None:
        self.path = work_folder(out, character_id) / "decisions.jsonl"
        self._folder = character_folder(out, character_id)
        self._lock = FileLock(self.path.with_suffix(".lock"))

    def taken(self) -> list[SavedDecision]:
        """Returns all decisions, the oldest first."""
        return read_rows(SavedDecision, self.path) if self.path.is_file() else []

    def newest(self) -> dict[str, SavedDecision]:
        """Returns the newest decision about each text, by the text's key."""
        return {saved.item.key: saved for saved in self.taken()}

    def find(self, key: str) -> SavedDecision | None:
        """Returns the newest decision about a text, or None."""
        return self.newest().get(key)

    def rejections(self, what: str) -> list[str]:
        """Returns why texts for `what` (as in `ReviewItem.what`) were rejected, for the prompt of the next attempt."""
        return [d.reason for d in self.newest().values() if d.item.what == what and d.decision == "reject" and d.reason]

    def save(
        self, item: ReviewItem, kind: Kind, text: str = "", reason: str = "", by: str = "", seen: str | None = None
    ) -> SavedDecision:
        """Saves a decision and changes the character's file by it. An edit that changes nothing is an acceptance.

        `text` is the edited text, `reason` why it is rejected, `by` who decides. `seen` is `at` of the newest decision that the
        person knows, empty for none; None decides whatever others did.

        Raises:
            UserError: If another decision came first, or the text does not fit in its place; nothing is saved then.
        """
        text = text.replace("\r\n", "\n").strip()
        kind = "accept" if kind == "edit" and text == item.text.strip() else kind
        wanted = {"accept": item.text, "edit": text, "reject": item.before}[kind]
        if kind != "reject" and not wanted.strip():
            raise UserError("nothing was saved: the text is empty; write one, or reject the text")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            last = self.find(item.key)
            if last and seen not in (None, last.at):
                raise UserError(f"nothing was saved: {last.describe()} in the meantime; decide again to replace it")
            shown = (item.text, item.before, *((last.text, *last.replaces) if last else ()))
            # A text that is accepted where it stands, or rejected where it does not, changes nothing.
            if not item.file or not wanted or (last is None and kind == ("accept" if item.in_character else "reject")):
                replaces = ()
            elif any(row.get(item.field) in shown for row in _read(self._folder / item.file) if row.get("id") == item.row):
                replaces = tuple(text for text in dict.fromkeys(shown) if text != wanted)
            else:
                why = f"its {item.field} is not there or has changed since; run tools/{item.tool}.py again"
                raise UserError(f"nothing was saved: {item.file}, {item.row}: {why}")
            saved = SavedDecision(item, kind, wanted, replaces, reason.strip(), by, datetime.now(timezone.utc).isoformat())
            write_jsonl(self.path, [*_read(self.path), asdict(saved)])
            self.apply()
        return saved

    def apply(self) -> None:
        """Changes the character's files where a newest decision is not carried out."""
        if self.path.is_file():
            with self._lock:
                decided = [saved for saved in self.newest().values() if saved.replaces]
                for path in {self._folder / saved.item.file for saved in decided}:
                    rows = _read(path)
                    if (new := carry_out(decided, path.name, rows)) != rows:
                        write_jsonl(path, new)

    def withdraw(self, gone: Callable[[ReviewItem], bool]) -> None:
        """Drops the decisions about texts that are gone, without which the files are already, and carries out the others."""
        if self.path.is_file():
            with self._lock:
                write_jsonl(self.path, [asdict(saved) for saved in self.taken() if not gone(saved.item)])
                self.apply()


def carry_out(decided: Iterable[SavedDecision], file: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns rows of a character's file as they are after decisions."""
    for saved in decided:
        rows = [saved.change(row) if saved.item.file == file else row for row in rows]
    return rows


def _read(path: Path) -> list[dict[str, Any]]:
    return [row for _, row in read_jsonl(path)] if path.is_file() else []


def review_file(out: Path, character_id: str) -> Path:
    """Returns the file of a character's review queue."""
    return work_folder(out, character_id) / "for-review.jsonl"


def read_items(out: Path, character_id: str, tool: str | None = None) -> list[ReviewItem]:
    """Returns the texts of the queue, each once; those of one tool if given. Raises a UserError if a line is invalid."""
    path = review_file(out, character_id)
    items = read_rows(ReviewItem, path) if path.is_file() else []
    return list({item.key: item for item in items if tool in (None, item.tool)}.values())


def replace_items(out: Path, character_id: str, tool: str, items: Iterable[ReviewItem]) -> None:
    """Replaces a tool's texts in the queue; removes the file when the queue is empty."""
    path = review_file(out, character_id)
    others = [row for _, row in read_jsonl(path) if row.get("tool") != tool] if path.is_file() else []
    if kept := [*others, *map(asdict, items)]:
        write_jsonl(path, kept)
    else:
        path.unlink(missing_ok=True)


def read_decided(out: Path, character_id: str) -> dict[str, tuple[ReviewItem, SavedDecision | None]]:
    """Returns the texts of the queue by key, each with the newest decision about it."""
    decided = Decisions(out, character_id).newest()
    return {item.key: (item, decided.get(item.key)) for item in read_items(out, character_id)}


def is_open(item: ReviewItem, saved: SavedDecision | None) -> bool:
    """Returns whether a text is undecided, or rejected but still in the character, since nothing was there before it."""
    return saved is None or (saved.decision == "reject" and item.in_character and not item.before)


def open_items(out: Path, character_id: str) -> list[ReviewItem]:
    """Returns the open texts of the queue."""
    return [item for item, saved in read_decided(out, character_id).values() if is_open(item, saved)]


def describe_open_items(items: int, out: Path, character_id: str) -> str:
    """Returns a sentence with the number of open texts and the command to decide about them."""
    return f"{items} {'text' if items == 1 else 'texts'} for you to review: {format_tool('review_character', out, character_id)}"


def describe_decision(item: ReviewItem, saved: SavedDecision, out: Path, character_id: str) -> str:
    """Returns what was decided about a text, and what is left to do then."""
    left, again = "", format_tool(item.tool, out, character_id)
    if is_open(item, saved):
        left = f"; it stays in the character until its tool writes it anew, with your reason in the prompt: {again}"
    elif saved.decision != "reject" and not item.file:
        left = f"; the next run takes it into the character: {again}"
    elif item.file == "story.jsonl" and saved.replaces:
        left = f"; the paragraph's memory must be rebuilt: {format_tool('build_memories', out, character_id)}"
    return f"{item.what}: {saved.describe()}{left}"


def format_tool(tool: str, out: Path, character_id: str) -> str:
    """Returns the command that runs a tool on a character."""
    return shlex.join(["python", f"tools/{tool}.py", character_id, "--out", str(out)])
