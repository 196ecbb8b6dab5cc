"""The text about a character's life that a judge reads, chosen to fit the judge's context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from human_simulacra.errors import UserError, unknown
from human_simulacra.items import Scene
from human_simulacra.library import Library

ReadingChoice = Literal["story", "biography", "scenes", "auto"]
READING_CHOICES: tuple[ReadingChoice, ...] = ("story", "biography", "scenes", "auto")

# Less than the four characters per token of English prose, because names and places take more tokens.
CHARACTERS_PER_TOKEN = 3.6
# Tokens of a prompt without life and answers, plus the reply; description matching needs the most.
RESERVE = 1200
# A shorter context has no room for biographies beside many scenarios with the shortest answers.
MIN_CONTEXT = 4096


@dataclass(frozen=True)
class ReadingMaterial:
    """A text about a character's life, and its kind in words for the report."""

    text: str
    kind: str


def available_characters(context: int) -> int:
    """Returns how many characters of text a prompt may hold beside its instructions, for a context in tokens."""
    return int((context - RESERVE) * CHARACTERS_PER_TOKEN)


def reading_material(library: Library, character_id: str, reads: ReadingChoice, characters: int) -> ReadingMaterial:
    """Returns what a judge reads of a character.

    Args:
        library: The characters.
        character_id: The character.
        reads: `story`: the whole life story; `biography`: the biography, then as many memory summaries as fit, evenly spaced
            over the life; `scenes`: the biography, then as many of the character's scenes as fit, which show how it talks;
            `auto`: the story if it fits, else the biography.
        characters: Maximum length, in characters of text.

    Raises:
        UserError: If `reads` is `story` and the story does not fit, it is `scenes` and there are none, or it is unknown.
    """
    if reads not in READING_CHOICES:
        raise unknown("kind of reading", reads, READING_CHOICES)
    if reads in ("story", "auto"):
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
    if reads == "scenes":
        title, name, texts = _SCENES, "scenes", [_scene_text(scene) for scene in library.dialogues(character_id)]
    else:
        title, name, texts = _REMEMBERED, "memory summaries", [m.summary for m in library.memories(character_id)]
    kept = _evenly(texts, characters - len(biography) - len(title))
    if not kept:
        return ReadingMaterial(biography, "biography")
    kind = f"biography and all {name}" if len(kept) == len(texts) else f"biography and the {name} that fit"
    return ReadingMaterial(biography + title + "\n".join(kept), kind)


_REMEMBERED = "\n\nFrom this person's memories, in order:\n"
_SCENES = "\n\nScenes that show how this person talks, with what the person thinks in brackets:\n"


def _scene_text(scene: Scene) -> str:
    turns = [f"{t.speaker}: {t.text}" + (f" [{t.thought}]" if t.thought else "") for t in scene.turns]
    never = "Would never say there: " + " / ".join(scene.never_says)
    return "\n".join([f"{scene.title}, {scene.where}, {scene.when}", *turns, never, ""])


def _evenly(texts: list[str], room: int) -> list[str]:
    """Returns as many evenly spaced texts as fit into `room` characters, in order."""
    for count in range(len(texts), 0, -1):
        kept = [texts[place * len(texts) // count] for place in range(count)]
        if sum(len(text) + 1 for text in kept) <= room:
            return kept
    return []


def clip_text(text: str, characters: int) -> str:
    """Returns a text of at most this many characters, cut between words and ending in ` ...`."""
    if len(text) <= characters:
        return text
    return text[: max(characters - 4, 0)].rsplit(" ", 1)[0] + " ..."


def quote_untrusted(text: str, characters: int) -> str:
    """Returns an untrusted text as one clipped line without the delimiters `<<` and `>>` of prompts.

    So it cannot end its quotation or look like the next part of the prompt.
    """
    line = " ".join(text.replace("<<", "‹").replace(">>", "›").split())
    return clip_text(line, characters) or "(nothing)"
