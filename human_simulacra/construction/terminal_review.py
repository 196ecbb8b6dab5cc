"""A person's decision on a draft: accept, edit, reject with a reason, or stop; in a terminal, with a plain difference view."""

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
from typing import Literal

from human_simulacra.construction.text_splitting import split_sentences
from human_simulacra.errors import UserError

WIDTH = 100
QUESTION = "[a]ccept, [e]dit, [r]eject, [s]top? "


@dataclass(frozen=True)
class Decision:
    """What a reviewer decided: `text` is what stands from now on, `reason` why a draft was rejected.

    With "reject" and "stop" nothing of the draft is accepted and `text` is what stood before.
    """

    kind: Literal["accept", "edit", "reject", "stop"]
    text: str
    reason: str = ""


def diff_sentences(before: str, after: str) -> list[str]:
    """Returns the difference of two texts sentence by sentence: `- ` went, `+ ` came, two blanks stayed; wrapped lines."""
    lines = difflib.ndiff(list(_lines(before)), list(_lines(after)))
    return [
        shown
        for line in lines
        if not line.startswith("?")
        for shown in textwrap.wrap(line[2:], WIDTH - 2, initial_indent=line[:2], subsequent_indent=line[:2]) or [line[:1]]
    ]


def _lines(text: str) -> Iterator[str]:
    """Yields sentences, and an empty string between paragraphs: a paragraph is one long line, useless to compare whole."""
    for place, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        if place:
            yield ""
        yield from split_sentences(paragraph)


def edit_in_editor(text: str) -> str:
    """Lets the user change a text in `$VISUAL` or `$EDITOR` and returns it without outer blanks.

    Raises:
        UserError: If no editor is named, or it cannot be started or fails.
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
    """Shows a draft against what stood before and asks until there is a decision.

    Args:
        draft_text: The draft.
        before: What it would replace; empty for something new.
        notes: What checks found, shown below the difference.
        ask: Puts a question and returns the answer; the end of the input means stop.
        out: Shows a line.
        editor: Lets the user change a text. An edited draft is shown again and can still be rejected.
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
    """Returns the answer, or `at_end` where the input has ended."""
    try:
        return ask(question).strip()
    except EOFError:
        return at_end
