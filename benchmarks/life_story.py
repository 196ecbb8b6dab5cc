"""Own time of a life story's iterations: everything encoded anew in each one against keeping what was encoded.

    python benchmarks/life_story.py [--paragraphs 160] [--iterations 5]

The backbone is scripted and answers at once, so that what remains is our own time: checks, the checkpoint, summaries,
embeddings by the packaged model, scores, the draw and the prompt. An iteration lasts from one request for a passage to the
next, inside one run. Both ways run in turn in this process, on the same story and with the same draws; the ratio is what to
compare between machines, the seconds are for information. On a machine that does other things as well, the processor's
seconds say more than the clock's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from human_simulacra.construction.story import StoryOptions, generate_story, story_generation
from human_simulacra.construction.story.checkpoints import Checkpoints
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.construction.workspace import character_folder
from human_simulacra.files import digest, write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.memory.text_cache import TextCache
from human_simulacra.types import Completion, Generation, Message

CHARACTERS = ("maren-oddleif", "sanne-verhagen")  # their stories one after the other are long enough
LETTERS = str.maketrans("0123456789", "ghijklmnop")


class Counted:
    """The packaged embedding model, with a count of what it encodes."""

    def __init__(self, inner: SentenceEmbedder) -> None:
        self.inner, self.texts = inner, 0
        self.name = inner.name

    def encode(self, texts: Sequence[str]):
        """Encodes and counts."""
        self.texts += len(texts)
        return self.inner.encode(texts)


class Forgetful(TextCache):
    """Keeps what was encoded, until it is told to forget."""

    def forget(self) -> None:
        """Forgets everything, so that the next iteration encodes the whole draft."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM texts")


class Teller:
    """A backbone that tells a passage again with sentences of invented words, and notes when it was asked to.

    `asked` is called at each of them; `moments` has the clock's seconds, the processor's seconds and the texts encoded so far.
    """

    fingerprint = "scripted"

    def __init__(self, embedder: Counted, asked: Callable[[], None]) -> None:
        self._embedder, self._asked = embedder, asked
        self.moments: list[tuple[float, float, int]] = []

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers at once."""
        prompt = messages[-1].content
        self.moments.append((time.perf_counter(), time.process_time(), self._embedder.texts))
        self._asked()
        passage = re.split(r"\n\s*\n", prompt.split("between the two:\n")[1])[0]
        key = digest([passage]).translate(LETTERS)
        more = [" ".join(key[5 * i + j : 5 * i + j + 6] for j in range(0, 5 * 9, 5)) for i in range(len(passage) // 100 + 1)]
        text = " ".join([passage, *(f"{sentence.capitalize()}." for sentence in more)])
        year = int(re.findall(r"takes place in (?:\d+ to )?(\d+)", prompt)[-1])
        return Completion(json.dumps({"paragraphs": [{"year": year, "month": None, "text": text, "facts": []}]}))


def story(folder: Path, paragraphs: int) -> str:
    """Writes a character with a story of so many paragraphs, and returns its id."""
    library = Library()
    told = [p for cid in CHARACTERS for p in library.story(cid)][:paragraphs]
    cid = CHARACTERS[0]
    target = character_folder(folder, cid)
    rows = [replace(p, id=f"{cid}-s{i:03d}", character=cid, index=i) for i, p in enumerate(told, 1)]
    write_jsonl(target / "profile.jsonl", [{**vars(library.character(cid)), "traits": [], "biography_dated": []}])
    write_jsonl(target / "story.jsonl", [vars(row) for row in rows])
    return cid


def measure(paragraphs: int, iterations: int, forget: bool, inner: SentenceEmbedder) -> list[tuple[float, float, int]]:
    """Returns the clock's and the processor's seconds and the encoded texts of every iteration but the first.

    Args:
        paragraphs: Paragraphs of the story at the beginning.
        iterations: Iterations to measure.
        forget: Whether to encode everything anew in every iteration.
        inner: The embedding model.
    """
    stores: list[Forgetful] = []

    def store(path: Path) -> Forgetful:
        stores.append(Forgetful(path))
        return stores[-1]

    def asked() -> None:
        if forget:
            stores[-1].forget()

    with tempfile.TemporaryDirectory() as name, patch.object(story_generation, "TextCache", store):
        folder = Path(name)
        cid = story(folder, paragraphs)
        embedder = Counted(inner)
        teller = Teller(embedder, asked)
        options = StoryOptions(iterations=iterations + 1, extend=True)
        asyncio.run(generate_story(Writer(teller), folder, cid, options, embedder=embedder))
        last = Checkpoints(folder, cid).load()
        if len(teller.moments) != iterations + 1 or last is None or last.left:
            raise SystemExit(f"a scripted reply was left out: {last and last.left}")
        return [(b[0] - a[0], b[1] - a[1], b[2] - a[2]) for a, b in pairwise(teller.moments)]


def main() -> None:
    """Prints a table and the ratio."""
    parser = argparse.ArgumentParser(description="Own time of an iteration.")
    parser.add_argument("--paragraphs", type=int, default=160)
    parser.add_argument("--iterations", type=int, default=5)
    arguments = parser.parse_args()
    inner = SentenceEmbedder()
    inner.encode(["warm"])
    rows = []
    print("| way | texts encoded an iteration | seconds, processor's seconds an iteration |\n|---|---|---|")
    for name, forget in (("everything encoded anew", True), ("what was encoded is kept", False)):
        found = measure(arguments.paragraphs, arguments.iterations, forget, inner)
        clock, processor, texts = (statistics.median(column) for column in zip(*found, strict=True))
        rows.append((clock, processor))
        print(f"| {name} | {texts:.0f} | {clock:.2f}, {processor:.2f} |")
    (anew, anew_processor), (kept, kept_processor) = rows
    print(
        f"{arguments.paragraphs} paragraphs, medians of {arguments.iterations} iterations: keeping takes {anew / kept:.0f} times "
        f"less time, {anew_processor / kept_processor:.0f} times less of the processor's"
    )


if __name__ == "__main__":
    main()
