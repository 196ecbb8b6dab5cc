"""Writing of passages of a story by the backbone: a new section, a passage at greater length, or one with a new fact."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel, Field

from human_simulacra.backbones.base import most_tokens
from human_simulacra.construction.dry_run import placeholder_text
from human_simulacra.construction.judging import Person, Standard
from human_simulacra.construction.ledger import StatedFact, describe_profile, format_facts, select_facts
from human_simulacra.construction.lifetime import Lifetime
from human_simulacra.construction.story.outline import DRAFTED, PARAGRAPH_WORDS, system_message
from human_simulacra.construction.story.prompt_context import build_context
from human_simulacra.construction.story.story_options import StoryOptions
from human_simulacra.construction.story.story_state import StoryState
from human_simulacra.construction.structured_writing import Draft, Writer, form_request_tokens, words_to_tokens
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


class ParagraphForm(BaseModel):
    """One paragraph, its date, and the facts in it."""

    year: int = Field(description="in which it takes place; if it spans several, the last")
    month: int | None = Field(description="1 to 12, null if it tells no month")
    text: str
    facts: list[StatedFact] = Field(default=[], description="what later paragraphs must not contradict, at most four")


class PassageForm(BaseModel):
    """Consecutive paragraphs of a story."""

    paragraphs: list[ParagraphForm]

    @property
    def text(self) -> str:
        """The text of all paragraphs."""
        return "\n\n".join(paragraph.text.strip() for paragraph in self.paragraphs)


def is_first_person(text: str) -> bool:
    """Returns whether a text is in the first person, quoted speech apart."""
    plain = _QUOTED.sub("", text)
    return len(_I.findall(plain)) > FIRST_PERSON * len(words(plain))


class PassageWriter:
    """Writes passages of one story.

    Args:
        writer: Generates the text.
        life: The character's life.
        embedder: Finds what matters in the ledger, and summarises distant paragraphs.
        options: The options of the story.
    """

    def __init__(self, writer: Writer, life: Lifetime, embedder: Embedder, options: StoryOptions) -> None:
        self._writer, self._life, self._embedder, self._window = writer, life, embedder, options.window
        self._most_words = writer.fit_words(min(options.words, writer.context_tokens // 10))
        self._profile = describe_profile(life.character)
        self.person: Person = "first" if is_first_person(life.character.biography) else "third"

    def can_expand(self, text: str) -> bool:
        """Returns whether a passage is short enough to be expanded."""
        return bool(text) and LEAST_GROWTH * len(words(text)) + 1 < self._most_words

    async def write_section(self, state: StoryState, place: int) -> Draft[PassageForm]:
        """Writes the section that is still missing at an index of the draft.

        Raises:
            UserError: If the backbone's context is too small.
            BackboneError: If the backbone gives no answer.
        """
        section, outline, born = state.pieces[place], state.outline, self._life.born.year
        assert outline is not None
        chapter = outline.chapters[section.chapter - 1]
        first, last = section.first_year or born, section.year or self._life.today.year
        sections = sum(piece.chapter == section.chapter for piece in state.places if not piece.text)
        most = self._writer.fit_words(round(DRAFTED * chapter.words / max(1, sections)))
        events = "; ".join(chapter.events)
        values = {
            "outline": outline.describe(), "cast": format_facts(outline.cast), "number": section.chapter, "title": chapter.title,
            "events": events, "places": "; ".join(chapter.places), "first": first, "last": last,
            "ages": f"{first - born} to {last - born}" if last > first else str(first - born),
            "count": max(1, round(most / PARAGRAPH_WORDS), last - first + 1),
        }  # fmt: skip
        return await self._write(state, place, "make_story_section", values, events, first, last, int(0.7 * most), most)

    async def rewrite(self, state: StoryState, place: int, fact: str = "") -> Draft[PassageForm]:
        """Rewrites the passage at an index of the draft: adds `fact`, or tells the passage at greater length if there is none.

        The prompt has the reasons for which a reviewer rejected earlier versions. Errors as for `write_section`.
        """
        old = state.pieces[place]
        size = len(words(old.text))
        first, last = old.first_year or old.year or self._life.born.year, old.year or self._life.today.year
        if fact:
            last, least, most = self._life.today.year, int(0.8 * size), size + SHORTEST
        else:
            least, most = int(LEAST_GROWTH * size) + 1, min(max(SHORTEST, int(GROWTH * size)), self._most_words)
        values = {"passage": old.text, "years": str(last) if first == last else f"{first} to {last}"}
        values |= {"fact": fact} if fact else {}
        kind = "make_story_add_fact" if fact else "make_story_expand"
        return await self._write(state, place, kind, values, old.text, first, last, least, most, fact)

    async def _write(
        self, state: StoryState, place: int, kind: str, values: Mapping[str, object], about: str, first: int, last: int,
        least: int, most: int, fact: str = "",
    ) -> Draft[PassageForm]:  # fmt: skip
        """Writes a passage of `least` to `most` words on the years `first` to `last`, which must state `fact`.

        It takes the place of a paragraph or a missing section. `values` are those of the prompt `kind` that other kinds do not
        have, and `about` selects what is known.
        """
        character, writer, old = self._life.character, self._writer, state.pieces[place]
        others = [text for i, text in enumerate(state.texts) if i != place]
        known = format_facts(select_facts(state.ledger, about, self._embedder, first, last))
        system = system_message(self._life, self.person)
        values = {
            **values, "name": character.name, "facts": self._profile, "ledger": known, "words": most,
            "advice": "".join(f"A reviewer rejected an earlier version: {' '.join(r.split())}\n" for r in state.reasons(old.key)),
        }  # fmt: skip
        asked = most + most * FACT_WORDS // 20
        fixed = most_tokens(system + render(kind, before="", after="", **values)) + form_request_tokens(PassageForm)
        room = writer.context_tokens - words_to_tokens(asked) - MARGIN - fixed
        if room < 0:
            raise UserError(
                f"the backbone's context of {writer.context_tokens} tokens is too small for the profile of '{character.name}' "
                f"and a passage, {-room} are missing: take a model with a longer context"
            )
        # Nothing is written yet behind a section, and the outline tells what will be.
        around = state.texts if old.text else [*state.texts[:place], ""]
        before, after = build_context(around, place, self._window, room, self._embedder)

        def check(form: PassageForm) -> list[str]:
            missing = set() if old.text else set(range(first, last + 1)) - {p.year for p in form.paragraphs}
            found = [f"no paragraph is dated {', '.join(map(str, sorted(missing)))}"] if missing else []
            found += [*find_text_faults(form.text, most, least), *find_copies(form.text, others)]
            for paragraph in form.paragraphs:
                if not first <= paragraph.year <= last:
                    found.append(f"a paragraph is dated {paragraph.year}, but {first} to {last} was asked for")
                found += find_date_faults(paragraph.text, self._life, first, min(last, paragraph.year))
            return found

        true, stated = f"{self._profile}\n{known}", f"- {fact}" if fact else ""
        standard = Standard(character.name, "a passage of the story of a life", self.person, true, stated)
        year = old.year or self._life.today.year
        return await writer.write(
            PassageForm, render(kind, before=before, after=after, **values), asked, system=system, check=check, standard=standard,
            example=PassageForm(paragraphs=[ParagraphForm(year=year, month=None, text=placeholder_text(most))]),
        )  # fmt: skip
