"""The draft around a passage in a prompt: all of it if it fits, else the neighbours unabridged and two summaries."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.backbones.base import BYTES_A_TOKEN, most_tokens
from human_simulacra.construction.story.paragraph_scoring import summarise
from human_simulacra.memory.embedding import Embedder
from human_simulacra.prompts import render, template

SUMMARY_WORDS = 90
_SUMMARY_TOKENS = 2 * SUMMARY_WORDS  # with its introduction
START, END = template("make_story_nothing_before"), template("make_story_nothing_after")


def build_context(texts: Sequence[str], place: int, window: int, room: int, embedder: Embedder) -> tuple[str, str]:
    """Returns what a prompt says on the draft before and after the paragraph at an index, in at most `room` tokens.

    If the draft is too long, up to `window` paragraphs before and after are shown unabridged, and the others summarised.
    """
    before, after = [text for text in texts[:place] if text], [text for text in texts[place + 1 :] if text]
    # All of it if it fits, else smaller and smaller windows with summaries of what is outside.
    for size in (len(texts), *range(window, -1, -1)):
        near_before, near_after = before[max(0, len(before) - size) :], after[:size]
        summaries = 0 if size == len(texts) else 2 * _SUMMARY_TOKENS
        if sum(most_tokens(t) + 1 for t in (*near_before, *near_after)) + summaries <= room:
            break
    else:
        return "The story so far is left out.", "The rest of the story is left out."

    def summary(far: Sequence[str]) -> str:
        return _truncate(summarise(far, SUMMARY_WORDS, embedder), _SUMMARY_TOKENS - 20)

    far_before, far_after = summary(before[: len(before) - len(near_before)]), summary(after[len(near_after) :])
    return _told(near_before, far_before, "before") or START, _told(near_after, far_after, "after") or END


def _told(near: Sequence[str], far: str, side: str) -> str:
    distant = [render("make_story_distant_text", side=side, text=far)] if far else []
    neighbours = [render("make_story_neighbouring_text", side=side, text="\n".join(near))] if near else []
    return "\n".join([*distant, *neighbours] if side == "before" else [*neighbours, *distant])


def _truncate(text: str, max_tokens: int) -> str:
    """Truncates a text at a word so that it has at most `max_tokens` tokens by the upper bound `most_tokens`."""
    if most_tokens(text) <= max_tokens:
        return text
    kept = text.encode("utf-8", "replace")[: int(max_tokens * BYTES_A_TOKEN) - 3].decode("utf-8", "ignore")
    return kept.rsplit(" ", 1)[0] + " …"
