"""The draft around a passage in a prompt: all of it if it fits, else the neighbours unabridged and two summaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.backbones.base import most_tokens
from human_simulacra.construction.story.extractive_summary import summarise
from human_simulacra.construction.text_splitting import truncate_tokens
from human_simulacra.memory.embedding import Embedder
from human_simulacra.prompts import render, template

SUMMARY_WORDS = 90
_SUMMARY_TOKENS = 2 * SUMMARY_WORDS  # with its introduction
START, END = template("make_story_nothing_before"), template("make_story_nothing_after")


@dataclass(frozen=True)
class PromptContext:
    """The text of a prompt on the draft before and after a passage."""

    before: str
    after: str


def build_context(texts: Sequence[str], place: int, window: int, room: int, embedder: Embedder) -> PromptContext:
    """Returns the context of the paragraph at an index in at most `room` tokens.

    If the draft is too long, up to `window` paragraphs before and after are shown unabridged, and the others summarised.
    """
    before, after = [text for text in texts[:place] if text], [text for text in texts[place + 1 :] if text]
    if sum(most_tokens(t) + 1 for t in (*before, *after)) <= room:
        return PromptContext(_told(before, "", "before") or START, _told(after, "", "after") or END)
    for size in range(window, -1, -1):
        near_before, near_after = before[len(before) - size :] if size else [], after[:size]
        needed = sum(most_tokens(t) + 1 for t in (*near_before, *near_after))
        if needed + 2 * _SUMMARY_TOKENS <= room:
            break
    else:
        return PromptContext("The story so far is left out.", "The rest of the story is left out.")

    def summary(far: Sequence[str]) -> str:
        return truncate_tokens(summarise(far, SUMMARY_WORDS, embedder), _SUMMARY_TOKENS - 20)

    far_before, far_after = summary(before[: len(before) - len(near_before)]), summary(after[len(near_after) :])
    return PromptContext(_told(near_before, far_before, "before") or START, _told(near_after, far_after, "after") or END)


def _told(near: Sequence[str], far: str, side: str) -> str:
    distant = [render("make_story_distant_text", side=side, text=far)] if far else []
    neighbours = [render("make_story_neighbouring_text", side=side, text="\n".join(near))] if near else []
    return "\n".join([*distant, *neighbours] if side == "before" else [*neighbours, *distant])
