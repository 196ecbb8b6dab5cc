"""Writing of passages of a story by the backbone: a new section, a passage at greater length, or one with a new fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from human_simulacra.backbones.base import most_tokens
from human_simulacra.construction.dry_run import placeholder_text
from human_simulacra.construction.judging import Person, Standard
from human_simulacra.construction.ledger import LedgerFact, describe_profile, format_facts, select_facts
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.story.outline import PARAGRAPH_WORDS, Outline, system_message
from human_simulacra.construction.story.passage_form import ParagraphForm, PassageForm, Revision, to_revision
from human_simulacra.construction.story.prompt_context import build_context
from human_simulacra.construction.story.story_state import DraftParagraph
from human_simulacra.construction.structured_writing import Writer, form_request_tokens, words_to_tokens
from human_simulacra.construction.text_faults import find_copies, find_date_faults, find_text_faults
from human_simulacra.errors import UserError
from human_simulacra.memory.embedding import Embedder
from human_simulacra.prompts import render
from human_simulacra.validation.text_statistics import words

GROWTH, LEAST_GROWTH = 2.5, 1.2  # maximum and minimum factor of an expansion, in words
MARGIN = 200  # tokens for a chat template and the faults in a retry
SHORTEST = 80  # smallest maximum length in words
FACT_WORDS = 12  # that the notes on a paragraph take in the ledger, for each twenty words of it
FIRST_PERSON = 0.01  # share of first-person pronouns above which a text is in the first person
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_I = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")


def is_first_person(text: str) -> bool:
    """Returns whether a text is in the first person, quoted speech apart."""
    plain = _QUOTED.sub("", text)
    return len(_I.findall(plain)) > FIRST_PERSON * len(words(plain))


@dataclass(frozen=True)
class _Request:
    """One request: the prompt `kind`, the draft around the piece at `place`, the ledger, and how the reply is checked."""

    kind: str
    told: Sequence[str]
    place: int
    old: DraftParagraph
    ledger: str
    words: int
    check: Callable[[PassageForm], list[str]]
    reasons: Sequence[str]
    fact: str = ""


class PassageWriter:
    """Writes passages of one story.

    Args:
        writer: Generates the text.
        life: The character's life.
        embedder: Finds what matters in the ledger, and summarises distant paragraphs.
        window: Paragraphs around the passage that are shown unabridged if the story exceeds the context.
        most_words: Maximum length of an expanded passage.
        lenient: Whether to use a text that the judge rejects, with its faults as `marks`, for a reviewer.
    """

    def __init__(
        self,
        writer: Writer,
        life: Lifetime,
        embedder: Embedder,
        window: int,
        most_words: int,
        lenient: bool,
    ) -> None:
        self.writer, self._life, self._embedder = writer, life, embedder
        self._window, self._lenient = window, lenient
        self.most_words = writer.fit_words(min(most_words, writer.context_tokens // 10))
        self._profile = describe_profile(life.character)
        self.person: Person = "first" if is_first_person(life.character.biography) else "third"

    def can_expand(self, text: str) -> bool:
        """Returns whether a passage is short enough to be expanded."""
        return bool(text) and LEAST_GROWTH * len(words(text)) + 1 < self.most_words

    async def write_section(
        self, pieces: Sequence[DraftParagraph], place: int, outline: Outline, ledger: Sequence[LedgerFact], most: int,
        reasons: Sequence[str] = (),
    ) -> Revision:  # fmt: skip
        """Writes the section that is still missing at an index of the draft, in about `most` words.

        Raises:
            UserError: If the backbone's context is too small.
            BackboneError: If the backbone gives no answer.
        """
        section = pieces[place]
        chapter = outline.chapters[section.chapter - 1]
        first, last = section.first_year or self._life.born.year, section.year or self._life.today.year
        born = self._life.born.year
        count = max(1, round(most / PARAGRAPH_WORDS), last - first + 1)
        known = self._select(ledger, "; ".join(chapter.events), first, last)
        values = {
            "outline": outline.describe(), "cast": format_facts(outline.cast), "number": section.chapter, "title": chapter.title,
            "events": "; ".join(chapter.events), "places": "; ".join(chapter.places), "first": first, "last": last,
            "ages": f"{first - born} to {last - born}" if last > first else str(first - born), "count": count,
        }  # fmt: skip
        told = [piece.text for piece in pieces]

        def check(form: PassageForm) -> list[str]:
            missing = sorted(set(range(first, last + 1)) - {p.year for p in form.paragraphs})
            gap = [f"no paragraph is dated {', '.join(map(str, missing))}"] if missing else []
            return [*gap, *self._faults(form, first, last, most, int(0.7 * most), told)]

        # Nothing is written yet behind a section, and the outline tells what will be.
        request = _Request("make_story_section", [*told[:place], ""], place, section, known, most, check, reasons)
        return await self._write(request, values)

    async def rewrite(
        self, pieces: Sequence[DraftParagraph], place: int, ledger: Sequence[LedgerFact], fact: str = "",
        reasons: Sequence[str] = (),
    ) -> Revision:  # fmt: skip
        """Rewrites the passage at an index of the draft: adds `fact`, or tells the passage at greater length if there is none.

        The prompt has the reasons for which a reviewer rejected earlier versions. Errors as for `write_section`.
        """
        old, told = pieces[place], [piece.text for piece in pieces]
        size = len(words(old.text))
        least = int(0.8 * size) if fact else int(LEAST_GROWTH * size) + 1
        most = size + SHORTEST if fact else min(max(SHORTEST, int(GROWTH * size)), self.most_words)
        first, last = old.first_year or old.year or self._life.born.year, old.year or self._life.today.year
        if fact:
            last = self._life.today.year
        known = self._select(ledger, old.text, first, last)
        values = {"passage": old.text, "years": str(last) if first == last else f"{first} to {last}"} | (
            {"fact": fact} if fact else {}
        )
        others = [text for i, text in enumerate(told) if i != place]

        def check(form: PassageForm) -> list[str]:
            return self._faults(form, first, last, most, least, others)

        kind = "make_story_add_fact" if fact else "make_story_expand"
        return await self._write(_Request(kind, told, place, old, known, most, check, reasons, fact), values)

    def _select(self, ledger: Sequence[LedgerFact], about: str, first: int, last: int) -> str:
        return format_facts(select_facts(ledger, about, self._embedder, first, last))

    def _faults(self, form: PassageForm, first: int, last: int, most: int, least: int, others: Sequence[str]) -> list[str]:
        """Returns the faults of a passage that arithmetic finds."""
        found = [*find_text_faults(form.text, most, least), *find_copies(form.text, others)]
        for paragraph in form.paragraphs:
            if not first <= paragraph.year <= last:
                found.append(f"a paragraph is dated {paragraph.year}, but {first} to {last} was asked for")
            found += find_date_faults(paragraph.text, self._life, first, min(last, paragraph.year))
        return found

    async def _write(self, request: _Request, values: Mapping[str, object]) -> Revision:
        """Writes a passage; `values` are those of its prompt that other kinds of prompt do not have."""
        character, writer, most = self._life.character, self.writer, request.words
        system = system_message(self._life, self.person)
        values = {
            **values, "name": character.name, "facts": self._profile, "ledger": request.ledger, "words": most,
            "advice": "".join(f"A reviewer rejected an earlier version: {' '.join(r.split())}\n" for r in request.reasons),
        }  # fmt: skip
        asked = most + most * FACT_WORDS // 20
        fixed = most_tokens(system + render(request.kind, before="", after="", **values)) + form_request_tokens(PassageForm)
        room = writer.context_tokens - words_to_tokens(asked) - MARGIN - fixed
        if room < 0:
            raise UserError(
                f"the backbone's context of {writer.context_tokens} tokens is too small for the profile of '{character.name}' "
                f"and a passage, {-room} are missing: take a model with a longer context"
            )
        around = build_context(request.told, request.place, self._window, room, self._embedder)
        prompt = render(request.kind, before=around.before, after=around.after, **values)
        true = f"{self._profile}\n{request.ledger}"
        stated = f"- {request.fact}" if request.fact else ""
        standard = Standard(character.name, "a passage of the story of a life", self.person, true, stated)
        year = request.old.year or self._life.today.year
        example = PassageForm(paragraphs=[ParagraphForm(year=year, month=None, text=placeholder_text(most))])
        draft = await writer.write(
            PassageForm, prompt, asked, example=example, system=system, check=request.check, standard=standard,
            show=lambda form: form.text,
        )  # fmt: skip
        return to_revision(draft, request.old, self._lenient)
