"""Rewriting of one passage by the backbone: expanded, or with a new fact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from human_simulacra.backbones.base import most_tokens
from human_simulacra.construction.checked_writer import Writer, words_to_tokens
from human_simulacra.construction.profiles.attribute_pools import Pools
from human_simulacra.construction.story.passage_checks import find_passage_faults, judge_content
from human_simulacra.construction.story.profile_statements import describe_character, mentions
from human_simulacra.construction.story.prompt_context import build_context
from human_simulacra.construction.story.summarisers import MARGIN, Summariser
from human_simulacra.construction.text_checks.lifetime import Lifetime
from human_simulacra.construction.text_splitting import split_paragraphs
from human_simulacra.errors import UserError
from human_simulacra.prompts import render
from human_simulacra.validation.text_statistics import lower_words, ngrams, words

GROWTH, LEAST_GROWTH = 2.5, 1.2  # maximum and minimum factor of an expansion, in words
SHORTEST = 80  # smallest maximum length in words
COPIED, COPIED_GRAM = 0.3, 8  # the share of eight-word sequences that may occur in other paragraphs
FIRST_PERSON = 0.01  # share of first-person pronouns above which a text is in the first person
NOT_JUDGED = "its content was not judged: the verdict could not be read"
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_I = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")


@dataclass(frozen=True)
class Revision:
    """New paragraphs, none if no reply was accepted; `draft` is a text that was left out because of its faults.

    `marks` are the faults of the new paragraphs or of `draft`, `findings` those of the rejected replies.
    """

    texts: tuple[str, ...]
    marks: tuple[str, ...] = ()
    draft: str | None = None
    findings: tuple[str, ...] = ()
    attempts: int = 0


def is_first_person(text: str) -> bool:
    """Returns whether a text is in the first person, quoted speech apart."""
    plain = _QUOTED.sub("", text)
    return len(_I.findall(plain)) > FIRST_PERSON * len(words(plain))


class PassageWriter:
    """Rewrites passages of one story.

    Args:
        writer: Generates the text.
        life: The character's life.
        pools: The attribute pools, to recognise attributes other than the profile's.
        summariser: Summarises distant paragraphs.
        window: Paragraphs around the passage that are shown unabridged if the story exceeds the context.
        most_words: Maximum length of an expanded passage.
        lenient: Whether to accept a text that contradicts the profile, with its faults as `marks`, for a reviewer.
    """

    def __init__(
        self, writer: Writer, life: Lifetime, pools: Pools, summariser: Summariser, window: int, most_words: int, lenient: bool
    ) -> None:
        self._writer, self._life, self._pools = writer, life, pools
        self._summariser, self._window, self._lenient = summariser, window, lenient
        # A reply may take at most half the context, with the slack of `words_to_tokens`.
        self.most_words = min(most_words, writer.context_tokens // 10)
        self._facts = describe_character(life.character)
        self._first_person = is_first_person(life.character.biography)

    def can_expand(self, text: str) -> bool:
        """Returns whether a passage is short enough to be expanded."""
        return LEAST_GROWTH * len(words(text)) + 1 < self.most_words

    async def rewrite(self, texts: Sequence[str], place: int, fact: str = "", reasons: Sequence[str] = ()) -> Revision:
        """Rewrites the passage at an index of the draft: adds `fact`, or expands the passage if there is none.

        The prompt has the reasons for which a reviewer rejected earlier versions.

        Raises:
            UserError: If the backbone's context is too small for the passage alone.
            BackboneError: If the backbone gives no answer.
        """
        size = len(words(texts[place]))
        least = int(0.8 * size) if fact else int(LEAST_GROWTH * size) + 1
        most = size + SHORTEST if fact else min(max(SHORTEST, int(GROWTH * size)), self.most_words)
        prompt = await self._prompt(texts, place, fact, reasons, most)
        others = {gram for i, text in enumerate(texts) if i != place for gram in ngrams(lower_words(text), COPIED_GRAM)}
        before = texts[place - 1] if place else ""
        doubted: list[tuple[str, list[str]]] = []

        def check(reply: str) -> str | None:
            if self._first_person != is_first_person(reply):
                return f"it was not in the {'first' if self._first_person else 'third'} person"
            grams = list(ngrams(lower_words(reply), COPIED_GRAM))
            if sum(gram in others for gram in grams) > COPIED * len(grams):
                return "it repeated what other passages already tell"
            if fact and not mentions(reply, fact):
                return f"it did not show this: {fact}"
            if found := find_passage_faults(reply, texts[place], before, self._life, self._pools):
                doubted.append((reply, found))
                return "; ".join(found)
            return None

        draft = await self._writer.write(prompt, most, check=check, min_words=least)
        if draft.text is not None:
            text, marks = draft.text, []
        elif doubted:
            text, marks = doubted[-1]
        else:
            return Revision((), (), None, draft.findings, draft.attempts)
        if marks and not self._lenient:
            return Revision((), tuple(marks), text, draft.findings, draft.attempts)
        verdict = await judge_content(self._writer, text)
        if verdict in ("bias", "harm"):
            marks.append(f"the content check says {verdict}")
            if not self._lenient:
                return Revision((), tuple(marks), text, draft.findings, draft.attempts)
        elif verdict == "not judged":
            marks.append(NOT_JUDGED)
        return Revision(tuple(split_paragraphs(text)), tuple(marks), None, draft.findings, draft.attempts)

    async def _prompt(self, texts: Sequence[str], place: int, fact: str, reasons: Sequence[str], most: int) -> str:
        name = self._life.character.name
        values = {
            "name": name,
            "facts": self._facts,
            "passage": texts[place],
            "person": f"the first person, as {name}," if self._first_person else "the third person",
            "advice": "".join(f"A reviewer rejected an earlier version: {' '.join(r.split())}\n" for r in reasons),
            "words": most,
            **({"fact": fact} if fact else {}),
        }
        kind = "make_story_add_fact" if fact else "make_story_expand"
        answer = words_to_tokens(most)
        room = self._writer.context_tokens - answer - MARGIN - most_tokens(render(kind, before="", after="", **values))
        if room < 0:
            raise UserError(
                f"the backbone's context of {self._writer.context_tokens} tokens is too small for the profile of '{name}' and a "
                f"passage, {-room} are missing: take a model with a longer context"
            )
        around = await build_context(texts, place, self._window, room, self._summariser)
        return render(kind, before=around.before, after=around.after, **values)
