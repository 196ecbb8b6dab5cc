"""Fixtures for life stories: a biography, an embedder without a model, and a scripted backbone that rewrites passages."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.review.terminal_review import Reviewer
from human_simulacra.construction.story import StoryOptions, StoryResult, generate_story
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.types import Generation, Message
from tests.conftest import ScriptedBackbone, make_character
from tests.construction.scripted_judge import is_verdict, verdict

ADA = "ada-berg"
BIOGRAPHY = [
    "Ada Berg was born on 4 March 1980 in Torp, where her mother Sigrid kept the bakery and her father mended nets.",
    "In 1987 she began school, and an aunt from Sund gave her a violin that had lost two of its strings.",
    "From 1996 to 1999 she learnt the baker's trade with her mother and rowed across the sound on Sundays.",
    "In 2003 the flood took the oven and the winter stores, and the bakery stood empty until the summer.",
    "Since 2010 she has run the bakery alone. She sings in the choir and plays chess with the ferryman.",
    "By 2024 the debt on the new oven was almost paid, and she began to look at houses above the harbour.",
]


class WordEmbedder:
    """Unit vectors of hashed words: quick, without a model, and alike for texts that share words."""

    name = "words"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += texts
        vectors = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[0] = 1.0
            for word in re.findall(r"\w+", text.casefold()):
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % 64] += 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def passage(prompt: str) -> str:
    """Returns the passage that a prompt wants told again."""
    return prompt.split("between the two:\n")[1].split("\n\n")[0]


def as_reply(text: str, prompt: str) -> str:
    """Returns a text in the form of a passage, a paragraph at each blank line, dated as the prompt asks."""
    year = int(re.findall(r"takes place in (?:\d+ to )?(\d+)", prompt)[-1])
    return json.dumps({"paragraphs": [{"year": year, "month": None, "text": t, "facts": []} for t in text.split("\n\n")]})


def invented(seed: str) -> str:
    """Returns a sentence of words that nobody knows; another seed gives other words."""
    key = hashlib.sha256(seed.encode()).hexdigest()
    a, b, c, d = ("".join(chr(97 + int(x, 16)) for x in key[i : i + 6]) for i in (0, 6, 12, 18))
    return f"The {a} beside {b} carried {c}, and {d} laughed."


def grown(text: str, salt: str = "") -> str:
    """Returns a passage with as many invented sentences as make it half as long again; they depend on it and the salt."""
    more, number = [], 0
    while len(" ".join(more).split()) < 0.5 * len(text.split()) + 4:
        more.append(invented(f"{text}{salt}{number}"))
        number += 1
    return f"{text} {' '.join(more)}"


def tell(prompt: str, sample: int = 0) -> str:
    """A well-behaved model's reply; every third passage becomes two paragraphs."""
    if is_verdict(prompt):
        return verdict(prompt)
    text = grown(passage(prompt), str(sample))
    if "Something is new" in prompt:
        fact = re.search(r"does not show it yet\. [^:]*: (.*?)\. Tell", prompt)
        assert fact
        return as_reply(f"{passage(prompt)} About this time she took up {fact[1]} and told no one of it.", prompt)
    cut = text.index(" The ", len(passage(prompt)) - 1)
    return as_reply(f"{text[:cut]}\n\n{text[cut + 1 :]}" if len(text) % 3 == 0 else text, prompt)


def script(messages: Sequence[Message], generation: Generation) -> str:
    return tell(messages[-1].content, generation.sample)


def teller(answer: Callable[[str], str | None] = lambda prompt: None) -> ScriptedBackbone:
    """Returns a backbone that tells well but where `answer` gives another reply."""

    def reply(messages: Sequence[Message], generation: Generation) -> str:
        special = answer(messages[-1].content)
        return script(messages, generation) if special is None else special

    return ScriptedBackbone(reply)


def write_biography(out: Path, biography: Sequence[str] = BIOGRAPHY, **changes: object) -> Path:
    """Makes a data folder that has Ada Berg with this biography and nothing else."""
    character = make_character("Ada Berg", 1980)[0]
    row = {**asdict(character), "biography": "\n\n".join(biography), **changes}
    write_jsonl(out / "characters" / "ada-berg" / "profile.jsonl", [row])
    return out


def story(out: Path) -> list[str]:
    return [paragraph.text for paragraph in Library(out).story("ada-berg")]


def run(
    out: Path, backbone: ScriptedBackbone, reviewer: Reviewer | None = None, context: int | None = None, **settings
) -> StoryResult:
    writer = Writer(backbone, context_tokens=context, judge=TextJudge(backbone))
    options = StoryOptions(**{"plan": "none", **settings})
    return asyncio.run(generate_story(writer, out, ADA, options, reviewer, embedder=WordEmbedder()))


def left(out: Path) -> list[dict]:
    path = out / "making" / ADA / "for-review.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
