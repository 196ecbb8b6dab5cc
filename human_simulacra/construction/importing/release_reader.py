"""Reader of the released data of "Human Simulacra" (Xie et al., ICLR 2025, arXiv 2402.18180).

Every inconsistency is reported with file and character; valid data is kept.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from human_simulacra.answer_keys import check_question_key
from human_simulacra.errors import UserError
from human_simulacra.library import slug
from human_simulacra.memory.chunking import CHUNK_PARAGRAPHS, chunks
from human_simulacra.types import FUNCTIONS, Character, Memory, Paragraph, Question, QuestionType, Trait

PROFILES, INTRODUCTIONS, TRAITS = "character_profiles.json", "character_introductions.json", "Attributes/traits.txt"
QUESTION_FILES: dict[QuestionType, str] = {
    "cloze": "Cloze.json", "single_choice": "Single_choice.json", "multiple_choice": "Multiple_choices.json",
}  # fmt: skip
_OPTION = re.compile(r"\s*([A-Z])[.)]\s*(.+)", re.DOTALL)


@dataclass
class Release:
    """A release folder, and the inconsistencies found while reading it."""

    folder: Path
    findings: list[str] = field(default_factory=list)

    def report(self, file: str, character: str, problem: str) -> None:
        """Adds a finding."""
        self.findings.append(f"{file}: {character}: {problem}")

    def json(self, file: str, character: str, default: Any) -> Any:
        """Reads a JSON file; reports a missing or invalid one and returns `default`."""
        try:
            return json.loads((self.folder / file).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            self.report(file, character, "the file is missing")
        except ValueError as error:
            self.report(file, character, f"the file is no JSON ({error})")
        return default

    def text(self, file: str, character: str) -> str:
        """Reads a text file; reports a missing one and returns an empty string."""
        try:
            return (self.folder / file).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.report(file, character, "the file is missing")
            return ""


def _list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def read_profiles(release: Release) -> list[dict[str, Any]]:
    """Returns the raw profiles.

    Raises:
        UserError: If the folder has no profiles.
    """
    path = release.folder / PROFILES
    if not path.is_file():
        raise UserError(f"{release.folder} is no release folder: it has no {PROFILES}")
    profiles = release.json(PROFILES, "all", [])
    named = [p for p in profiles if isinstance(p, dict) and str(p.get("Name", "")).strip()]
    if len(named) != len(profiles):
        release.report(PROFILES, "all", f"{len(profiles) - len(named)} profiles have no name")
    return named


def read_trait_pool(release: Release) -> dict[str, tuple[str, int]]:
    """Returns (function, rank) by sentence from the pool of eight ranks of ten sentences for each function."""
    pool: dict[str, tuple[str, int]] = {}
    function, rank = "", 0
    for line in release.text(TRAITS, "all").splitlines():
        if line.strip() in FUNCTIONS:
            function, rank = line.strip(), 0
        elif line.strip():
            rank += 1
            for sentence in re.split(r"(?<=\.)\s+", line.strip()):
                pool.setdefault(_plain(sentence), (function, rank))
    return pool


def _plain(sentence: str) -> str:
    return re.sub(r"[^a-z0-9 ]", "", sentence.casefold()).strip()


def read_traits(release: Release, name: str, text: str, pool: Mapping[str, tuple[str, int]]) -> tuple[Trait, ...]:
    """Splits a profile's `- sentence - sentence` and looks up function and rank of each sentence in the pool."""
    traits = []
    for sentence in (part.strip() for part in re.split(r"(?:^|\s)-\s+", text) if part.strip()):
        function, rank = pool.get(_plain(sentence), ("", 0))
        if pool and not function:
            release.report(PROFILES, name, f"trait is not in {TRAITS}: {sentence!r}")
        traits.append(Trait(function, rank, sentence))
    return tuple(traits)


def read_story(release: Release, name: str, character: str) -> list[Paragraph]:
    """Reads a story with one paragraph a line, and chapter titles if the release has a file with them."""
    file = f"Stories/{name}/{name}.txt"
    lines = [line.strip() for line in release.text(file, name).splitlines() if line.strip()]
    titled = release.folder / f"Stories/{name}/{name}_with_chapter_title.txt"
    title_of: dict[str, tuple[str, int]] = {}
    if titled.is_file():
        title, number = "", 0
        for line in filter(None, map(str.strip, titled.read_text(encoding="utf-8-sig").splitlines())):
            if line.startswith("Chapter Title:"):
                title, number = line.removeprefix("Chapter Title:").strip(), number + 1
            else:
                title_of[line] = (title, number)
        if lost := [line for line in lines if line not in title_of]:
            release.report(titled.name, name, f"{len(lost)} paragraphs of the story are not in the file with chapter titles")
    story, chapter = [], ("", 1)
    for index, line in enumerate(lines, 1):
        chapter = title_of.get(line, chapter)
        story.append(Paragraph(f"{character}-s{index:03d}", character, chapter[0], chapter[1], 0, 0, index, line))
    return story


def read_memories(release: Release, name: str, character: str, story: Sequence[Paragraph]) -> list[Memory]:
    """Reads memories in the order of their keys, with paragraphs if there are as many chunks as memories."""
    file = f"Memories/{name}/long_memory.json"
    entries = release.json(file, name, {})
    index = release.json(f"Memories/{name}/index.json", name, {})
    cut = chunks(story, CHUNK_PARAGRAPHS)
    if len(cut) != len(entries):
        release.report(file, name, f"{len(entries)} memories for {len(cut)} chunks of the story: paragraphs are left open")
    memories = []
    for key in (key for key in entries if not key.isdigit()):
        release.report(file, name, f"memory {key!r} has no number and is left out")
    for position, key in enumerate(sorted((key for key in entries if key.isdigit()), key=int), 1):
        try:
            entry = entries[key]
            parts = entry["Memory"]
            texts = (entry["Memory_Summary"], parts["Memory Content"], parts["Thinking"], parts["Emotion"])
        except (KeyError, TypeError):
            release.report(file, name, f"memory {key} lacks a part and is left out")
            continue
        if index.get(key) != texts[0]:
            release.report(f"Memories/{name}/index.json", name, f"the summary of memory {key} differs from long_memory.json")
        paragraphs = tuple(p.id for p in cut[position - 1]) if len(cut) == len(entries) else ()
        memories.append(Memory(f"{character}-m{position:03d}", character, position, paragraphs, *texts))
    return memories


def read_questions(release: Release, name: str, character: str, kind: QuestionType) -> list[Question]:
    """Reads questions of one type; reports and skips invalid ones."""
    file = f"Questions/{name}/{QUESTION_FILES[kind]}"
    questions = []
    for number, raw in enumerate(release.json(file, name, []), 1):
        problem, answer, options = _parse_question(raw, kind)
        if not problem:
            answer, options, repeated = _merge_options(answer, options)
            if repeated:
                release.report(file, name, f"question {number} has the option {repeated!r} twice, which is kept once")
            try:
                check_question_key(kind, options, answer, ())
            except ValueError as error:
                problem = f"cannot be asked ({error})"
        if problem:
            release.report(file, name, f"question {number} {problem} and is left out")
            continue
        identity = f"{character}-{kind}-{number:02d}"
        source = "profile" if number <= {"cloze": 5, "single_choice": 3, "multiple_choice": 2}[kind] else "story"
        questions.append(Question(identity, character, kind, raw["question"], options, answer, (), source, True))
    return questions


def _parse_question(raw: Mapping[str, Any], kind: QuestionType) -> tuple[str, tuple[Any, ...], tuple[str, ...]]:
    """Returns (fault or empty string, answer, options)."""
    given = [str(a).strip() for a in raw.get("answer", []) if str(a).strip()]
    if not str(raw.get("question", "")).strip() or not given:
        return "has no text or no answer", (), ()
    if kind == "cloze":
        return "", tuple(given), ()
    parsed = [_OPTION.fullmatch(option) for option in raw.get("options", [])]
    if not parsed or any(match is None for match in parsed):
        return "has options without letters", (), ()
    letters = [match[1] for match in parsed if match]
    strange = [a for a in given if a not in letters]
    if strange:
        return f"has the answer {strange[0]!r}, which is no option,", (), ()
    return "", tuple(sorted(letters.index(a) for a in given)), tuple(m[2].strip() for m in parsed if m)


def _merge_options(answer: tuple[Any, ...], options: tuple[str, ...]) -> tuple[tuple[Any, ...], tuple[str, ...], str]:
    """Returns answer and options with each option once, and an option that was there twice, if any."""
    if not options:
        return answer, options, ""
    names = [option.casefold() for option in options]
    kept = list(dict.fromkeys(names))
    repeated = next((option for place, option in enumerate(options) if names.index(names[place]) != place), "")
    places = tuple(sorted({kept.index(names[place]) for place in answer}))
    return places, tuple(options[names.index(name)] for name in kept), repeated


def read_character(
    release: Release, raw: Mapping[str, Any], introduction: Mapping[str, Any], day: datetime.date, traits: tuple[Trait, ...]
) -> Character:
    """Builds a character from its profile and introduction; reports missing attributes."""

    def get(key: str) -> str:
        return str(raw.get(key, "")).strip()

    for key in ("Gender", "Date_of_birth", "Occupation", "Hobbies", "Family", "Education", "Short-term_goals", "Long-term_goal"):
        if not get(key):
            release.report(PROFILES, get("Name"), f"'{key}' is missing")
    ranks = {trait.function: trait.rank for trait in traits if trait.function}
    return Character(
        id=slug(get("Name")), name=get("Name"), gender=get("Gender"), age=int(raw.get("Age") or 0),
        date_of_birth=get("Date_of_birth"), reference_date=day.isoformat(), occupation=get("Occupation"),
        hobbies=_list(get("Hobbies")), family=get("Family"), education=get("Education"),
        short_term_goals=_list(get("Short-term_goals")), long_term_goal=get("Long-term_goal"),
        functions=tuple(sorted(ranks, key=lambda function: ranks[function])), traits=traits,
        biography=str(introduction.get("Content", "")).strip(),
    )  # fmt: skip
