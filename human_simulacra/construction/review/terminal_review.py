"""Review of a draft at the terminal: the user sees a diff and accepts, edits or rejects the draft, or stops."""

from __future__ import annotations

import difflib
import os
import shlex
import subprocess
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from human_simulacra.construction.text_splitting import split_sentences


class ReviewStopped(Exception):
    """The reviewer stopped; what was decided and finished is kept, and --resume goes on there."""


@dataclass(frozen=True)
class Decision:
    """A reviewer's decision: `text` is to be used from now on, `reason` says why the draft was rejected (may be empty)."""

    kind: Literal["accept", "edit", "reject", "stop"]
    text: str
    reason: str = ""


# Decides about a draft that would replace `before`, as `review_at_terminal` does: (draft, before, *, notes) -> Decision.
Reviewer = Callable[..., Decision]


def diff_sentences(before: str, after: str) -> list[str]:
    """Returns the sentences of two texts, each after `- ` (removed), `+ ` (added) or two spaces; empty for an empty line."""
    return [line for line in difflib.ndiff(_sentences(before), _sentences(after)) if not line.startswith("?")]


def _sentences(text: str) -> list[str]:
    return [sentence for line in text.strip().splitlines() for sentence in split_sentences(line) or ("",)]


def review_at_terminal(draft_text: str, before: str, *, notes: Sequence[str] = ()) -> Decision:
    """Shows a draft as a diff with its faults (`notes`), and prompts until there is a decision.

    End of input means stop. An edited draft is shown again and can still be rejected. `before` is empty for a new text.
    """
    text, answer = draft_text, ""
    try:
        while True:
            for line in diff_sentences(before, text):
                print(textwrap.fill(line, 100, subsequent_indent=line[:2]))
            for note in notes:
                print(f"! {note}")
            while answer not in ("a", "e", "r", "s"):
                answer = input("[a]ccept, [e]dit, [r]eject, [s]top? ").strip()[:1].casefold()
            if answer == "a":
                return Decision("accept" if text == draft_text else "edit", text)
            if answer == "r":
                return Decision("reject", before, input("why? (the next attempt is told) ").strip())
            if answer == "s":
                return Decision("stop", before)
            text, notes, answer = _edit(text), (), ""
    except EOFError:
        return Decision("stop", before)


def _edit(text: str) -> str:
    """Returns a text as the user's editor leaves it; says so and returns it as it was if the editor fails or leaves nothing."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.txt"
        path.write_text(text + "\n", encoding="utf-8")
        if not editor or subprocess.run(f"{editor} {shlex.quote(str(path))}", shell=True).returncode:
            print(f"error: {f'editor {editor!r} failed' if editor else 'no editor is named'}: export EDITOR, such as EDITOR=nano")
            return text
        changed = path.read_text(encoding="utf-8", errors="replace").strip()
    if not changed:
        print("the text is empty; the draft stays as it was")
    return changed or text
