"""What a judge reads of a character's life, as far as it fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from human_simulacra.errors import UserError, unknown
from human_simulacra.library import Library

ReadingChoice = Literal["story", "biography", "auto"]
READING_CHOICES: tuple[ReadingChoice, ...] = ("story", "biography", "auto")

# Below the four characters a token of English prose, since the names and places of a life cost more.
CHARACTERS_PER_TOKEN = 3.6


@dataclass(frozen=True)
class ReadingMaterial:
    """A text about a character's life and what it is, in words for the report."""

    text: str
    kind: str


def reading_material(library: Library, character_id: str, reads: ReadingChoice, characters: int) -> ReadingMaterial:
    """Returns what a judge reads of a character.

    Args:
        library: The characters.
        character_id: Whose life it is.
        reads: `story`: the whole life story; `biography`: the biography, then summaries of memories as far as they fit,
            evenly over the life; `auto`: the story where it fits, else the biography.
        characters: Length at most, in characters of text.

    Raises:
        UserError: If the whole story is wanted and does not fit, or `reads` is unknown.
    """
    if reads not in READING_CHOICES:
        raise unknown("kind of reading", reads, READING_CHOICES)
    if reads != "biography":
        story = "\n\n".join(paragraph.text for paragraph in library.story(character_id))
        if len(story) <= characters:
            return ReadingMaterial(story, "life story")
        if reads == "story":
            tokens = round(len(story) / CHARACTERS_PER_TOKEN)
            raise UserError(
                f"the life story of '{character_id}' has about {tokens} tokens, more than the judge's context leaves: "
                "give the judge a larger context (max_seq_len) or set reads='auto'"
            )
    biography = library.character(character_id).biography
    if len(biography) > characters:
        return ReadingMaterial(clip_text(biography, characters), "beginning of the biography")
    summaries = [memory.summary for memory in library.memories(character_id)]
    kept = _evenly(summaries, characters - len(biography) - len(_REMEMBERED))
    if not kept:
        return ReadingMaterial(biography, "biography")
    kind = "biography and all memory summaries" if len(kept) == len(summaries) else "biography and the memory summaries that fit"
    return ReadingMaterial(biography + _REMEMBERED + "\n".join(kept), kind)


_REMEMBERED = "\n\nFrom this person's memories, in order:\n"


def _evenly(texts: list[str], room: int) -> list[str]:
    """Returns as many texts as fit into so many characters, spread evenly, in order."""
    for count in range(len(texts), 0, -1):
        kept = [texts[place * len(texts) // count] for place in range(count)]
        if sum(len(text) + 1 for text in kept) <= room:
            return kept
    return []


def clip_text(text: str, characters: int) -> str:
    """Returns a text of at most so many characters, cut between words and marked so."""
    if len(text) <= characters:
        return text
    return text[: max(characters - 4, 0)].rsplit(" ", 1)[0] + " ..."


def quote_untrusted(text: str, characters: int) -> str:
    """Returns a foreign text as one line without the marks that prompts put around such texts.

    A line break could make it look like the prompt's next part, and a closing mark like its end.
    """
    line = " ".join(text.replace("<<", "‹").replace(">>", "›").split())
    return clip_text(line, characters) or "(nothing)"
