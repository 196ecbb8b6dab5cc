"""The dataset card: reads its configurations, and makes its tables of figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from human_simulacra.errors import UserError
from human_simulacra.jsonl_rows import read_jsonl
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, Character
from human_simulacra.validation.text_statistics import words

BEGIN = "<!-- figures: begin (tools/describe_dataset.py --write rewrites what stands between the marks) -->\n"
END = "<!-- figures: end -->"
# Columns of running text, those of nested objects included.
PROSE = (
    "biography", "text", "summary", "content", "thinking", "emotion", "question", "options", "stimulus", "value", "why", "turns",
    "thought", "never_says", "fits", "contradicts", "act", "situation", "fact", "question_a", "answer_a", "question_b",
    "answer_b",
)  # fmt: skip
LICENCES = {"cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/"}


@dataclass(frozen=True)
class Config:
    """One configuration of the card: split, file pattern, features as in the front matter, and its columns' descriptions."""

    name: str
    split: str
    glob: str
    features: list[dict[str, Any]]
    meanings: dict[str, str]


@dataclass(frozen=True)
class Card:
    """The card's text and its parts: title, first paragraph, licence URL, citation and configurations."""

    text: str
    title: str
    description: str
    licence: str
    citation: str
    configs: list[Config]


def read_card(path: Path) -> Card:
    """Reads a dataset card.

    Raises:
        UserError: If the card is missing or lacks a part, or its tables and features name different columns.
    """
    if not path.is_file():
        raise UserError(f"{path} is missing: restore the dataset card, which is written by hand")
    text = path.read_text(encoding="utf-8")
    parts = re.match(r"---\n(.*?)\n---\n\n# ([^\n]+)\n\n([^\n]+)\n(.*?)```bibtex\n(.*?)```", text, re.DOTALL)
    if not parts or text.count(BEGIN) != 1 or text.count(END) != 1:
        raise UserError(f"{path}: front matter, title, first paragraph, both figure markers and a citation are required")
    front = yaml.safe_load(parts[1])
    if front.get("license") not in LICENCES:
        raise UserError(f"{path}: licence '{front.get('license')}' has no address: add it to LICENCES in {Path(__file__).name}")
    features = {info["config_name"]: info["features"] for info in front["dataset_info"]}
    meanings: dict[str, dict[str, str]] = {}
    for heading, body in re.findall(r"^### (`[^\n]*)\n(.*?)(?=^##)", text, re.DOTALL | re.MULTILINE):
        rows = dict(re.findall(r"^\| `([\w.]+)` \| [^|]+ \| ([^|]+) \|$", body, re.MULTILINE))
        meanings.update({name: rows for name in re.findall(r"`(\w+)`", heading)})
    configs = []
    for entry in front["configs"]:
        name = entry["config_name"]
        columns = {name for name, _ in _columns(features.get(name, []))}
        differing = sorted(columns ^ set(meanings.get(name, {})))
        if differing:
            raise UserError(f"{path}: column '{differing[0]}' of '{name}' must be in the features and in the table")
        files = entry["data_files"][0]
        configs.append(Config(name, files["split"], files["path"], features[name], meanings[name]))
    return Card(text, parts[2], parts[3], LICENCES[front["license"]], parts[5].strip(), configs)


def _columns(features: list[dict[str, Any]], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for feature in features:
        yield prefix + feature["name"], feature
        yield from _columns(feature.get("list", []), f"{prefix}{feature['name']}.")


def figures(library: Library, card: Card) -> str:
    """Returns two Markdown tables of figures: one row per configuration, and one row per character."""
    lines = ["| Configuration | Split | Files | Rows | Words |", "| --- | --- | ---: | ---: | ---: |"]
    for config in card.configs:
        files = sorted(library.path.glob(config.glob))
        rows = [row for file in files for _, row in read_jsonl(file)]
        count = sum(len(words(text)) for row in rows for name in PROSE for text in _texts(row.get(name)))
        lines.append(f"| `{config.name}` | `{config.split}` | {len(files)} | {len(rows):,} | {count:,} |")
    heads = ["Person", "Age", "Occupation", "Biography, words", "Story, words", "Chapters", "Paragraphs", "Memories",
             "Cloze", "Single choice", "Multiple choice", "Unanswerable"]  # fmt: skip
    lines += ["", f"| {' | '.join(heads)} |", "| --- | ---: | --- |" + " ---: |" * 9]
    for person in count_characters(library):
        c, story = person.character, library.story(person.character.id)
        cells = [c.name, c.age, c.occupation, len(words(c.biography)), f"{person.words:,}",
                 len({p.chapter_index for p in story}), len(story), len(library.memories(c.id)), *person.questions]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for name in PROSE for text in _texts(value.get(name))]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


@dataclass(frozen=True)
class CharacterCounts:
    """A character, its words of story, and its numbers of cloze, single choice, multiple choice and unanswerable questions."""

    character: Character
    words: int
    questions: tuple[int, ...]


def count_characters(library: Library) -> list[CharacterCounts]:
    """Counts words and questions of all characters of a data folder, youngest first."""
    found = []
    for who in library.ids:
        counts = [len(library.questions(who, kind)) for kind in QUESTION_TYPES]
        counts.append(sum(1 for _ in read_jsonl(library.path / "characters" / who / "unanswerable.jsonl")))
        total = sum(len(words(p.text)) for p in library.story(who))
        found.append(CharacterCounts(library.character(who), total, tuple(counts)))
    return sorted(found, key=lambda p: (p.character.age, p.character.name))
