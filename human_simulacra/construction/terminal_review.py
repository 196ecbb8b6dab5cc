"""Review of a draft at the terminal: the user sees a diff and accepts, edits or rejects the draft, or stops."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import subprocess
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.errors import UserError

WIDTH = 100
QUESTION = "[a]ccept, [e]dit, [r]eject, [s]top? "


@dataclass(frozen=True)
class Decision:
    """A reviewer's decision: `text` is to be used from now on, `reason` says why the draft was rejected (may be empty)."""

    kind: Literal["accept", "edit", "reject", "stop"]
    text: str
    reason: str = ""


class Reviewer(Protocol):
    """Decides about a draft; `review_at_terminal` is one."""

    def __call__(self, draft_text: str, before: str, *, notes: Sequence[str]) -> Decision:
        """Returns the decision on a draft that would replace `before`; `notes` are faults found by the checks."""
        ...


def diff_sentences(before: str, after: str) -> list[str]:
    """Returns a sentence diff of two texts as wrapped lines that begin with `- ` (removed), `+ ` (added) or two spaces."""
    lines = difflib.ndiff(list(_lines(before)), list(_lines(after)))
    return [
        shown
        for line in lines
        if not line.startswith("?")
        for shown in textwrap.wrap(line[2:], WIDTH - 2, initial_indent=line[:2], subsequent_indent=line[:2]) or [line[:1]]
    ]


def _lines(text: str) -> Iterator[str]:
    """Yields the sentences of a text, with an empty string between paragraphs."""
    for place, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        if place:
            yield ""
        yield from split_sentences(paragraph)


def edit_in_editor(text: str) -> str:
    """Opens a text in `$VISUAL` or `$EDITOR` and returns the stripped result.

    Raises:
        UserError: If neither variable is set, or the editor cannot be started or fails.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise UserError("no editor is named: export EDITOR, for instance EDITOR=nano")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.txt"
        path.write_text(text + "\n", encoding="utf-8")
        try:
            subprocess.run([*shlex.split(editor), str(path)], check=True)
            return path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            raise UserError(f"editor '{editor}' failed ({error}): export another EDITOR") from None


def review_at_terminal(
    draft_text: str,
    before: str,
    *,
    notes: Sequence[str] = (),
    ask: Callable[[str], str] = input,
    out: Callable[[str], None] = print,
    editor: Callable[[str], str] = edit_in_editor,
) -> Decision:
    """Shows a draft as a diff with its faults (`notes`), and prompts until there is a decision.

    End of input means stop. An edited draft is shown again and can still be rejected. `before` is empty for a new text.
    """
    text = draft_text
    _show(text, before, notes, out)
    while True:
        answer = _ask(ask, QUESTION, at_end="stop").casefold()
        if answer in ("s", "stop"):
            return Decision("stop", before)
        if answer in ("a", "accept"):
            return Decision("accept" if text == draft_text else "edit", text)
        if answer in ("r", "reject"):
            return Decision("reject", before, _ask(ask, "why? (the next attempt is told) ", at_end=""))
        if answer in ("e", "edit"):
            text = _edited(text, editor, out)
            _show(text, before, (), out)
        else:
            out("please answer a, e, r or s")


def _show(text: str, before: str, notes: Sequence[str], out: Callable[[str], None]) -> None:
    for line in diff_sentences(before, text):
        out(line)
    for note in notes:
        out(f"! {note}")


def _edited(text: str, editor: Callable[[str], str], out: Callable[[str], None]) -> str:
    try:
        changed = editor(text).strip()
    except UserError as error:
        out(f"error: {error}")
        return text
    if not changed:
        out("the text is empty; the draft stays as it was")
    return changed or text


def _ask(ask: Callable[[str], str], question: str, at_end: str) -> str:
    """Returns the answer, or `at_end` at the end of the input."""
    try:
        return ask(question).strip()
    except EOFError:
        return at_end
