"""Shared fixtures: a small data folder, a scripted backbone, a browser, and isolation from the user's folders."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from human_simulacra.backbones.base import BackboneError, estimate_tokens
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.types import Character, Completion, Generation, Memory, Message, Paragraph, Question, Trait

# How long an example takes says nothing on a busy machine.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium, closed after each module, since no other event loop can start while it runs."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the extra [test] is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Isolates every test from the developer's caches and keys, and from the model hub."""
    monkeypatch.setenv("HUMAN_SIMULACRA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HUMAN_SIMULACRA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv("HUMAN_SIMULACRA_DATA", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


class ScriptedBackbone:
    """Answers with a function of (messages, generation) or a constant; a returned BackboneError is raised."""

    def __init__(self, script: Callable[[Sequence[Message], Generation], str | BackboneError] | str = "B") -> None:
        self.script = script
        self.fingerprint = "scripted"
        self.calls: list[tuple[list[Message], Generation]] = []

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        self.calls.append((list(messages), generation))
        text = self.script if isinstance(self.script, str) else self.script(messages, generation)
        if isinstance(text, BackboneError):
            raise text
        tokens = sum(estimate_tokens(m.content) for m in messages)
        return Completion(text, tokens, 0, estimate_tokens(text), False, 0.0)


TOPICS = [
    "a green boat called Alk",
    "the bakery in Torp",
    "a broken violin",
    "winter ferry to Sund",
    "aunt Berit's letters",
    "the flood",
]


def make_character(name: str, year: int) -> tuple[Character, list[Paragraph], list[Memory], list[Question]]:
    """Builds a small character whose texts contain its name, so that leaks between characters are visible."""
    cid = name.lower().replace(" ", "-")
    character = Character(
        cid, name, "female", 2025 - year, f"{year}-03-04", "2025-06-30", "baker", ("chess", "rowing", "singing"),
        "low-income, nuclear family", "high school", ("paying down debt",), "owning a home", ("Si", "Te"),
        (Trait("Si", 1, f"I keep what {name} keeps."),), f"{name} was born on 4 March {year}.",
    )  # fmt: skip
    story = [
        Paragraph(f"{cid}-s{i:03d}", cid, "One", 1, year, 2025, i, f"{name} and {TOPICS[(i - 1) // 2]}, part {i}.")
        for i in range(1, 13)
    ]
    memories = [
        Memory(f"{cid}-m{i:03d}", cid, i, (f"{cid}-s{2 * i - 1:03d}", f"{cid}-s{2 * i:03d}"), f"{name} and {topic}.",
               f"I had {topic}.", "I think of it.", "I was glad.")
        for i, topic in enumerate(TOPICS, 1)
    ]  # fmt: skip
    questions = [
        Question(f"{cid}-cloze-01", cid, "cloze", "What is your name?", (), (name,), (), "profile", True),
        Question(f"{cid}-cloze-02", cid, "cloze", "What was your boat called?", (), ("Alk",), (f"{cid}-s001",), "story", False),
        Question(f"{cid}-single_choice-01", cid, "single_choice", "What broke?", ("a violin", "a leg", "a cup", "a promise"),
                 (0,), (f"{cid}-s005",), "story", True),
        Question(f"{cid}-multiple_choice-01", cid, "multiple_choice", "What do you like?",
                 ("chess", "rowing", "singing", "golf", "boxing", "sewing"), (0, 1, 2), (), "profile", True),
    ]  # fmt: skip
    return character, story, memories, questions


def write_character(folder: Path, name: str, year: int) -> None:
    character, story, memories, questions = make_character(name, year)
    target = folder / "characters" / character.id
    write_jsonl(target / "profile.jsonl", [asdict(character)])
    write_jsonl(target / "story.jsonl", [asdict(p) for p in story])
    write_jsonl(target / "memories.jsonl", [asdict(m) for m in memories])
    for kind in ("cloze", "single_choice", "multiple_choice"):
        write_jsonl(target / f"{kind}.jsonl", [asdict(q) for q in questions if q.type == kind])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with three characters: Ada Berg, Bo Crane and Cy Dahl."""
    for name, year in (("Ada Berg", 1980), ("Bo Crane", 1985), ("Cy Dahl", 1990)):
        write_character(tmp_path / "data", name, year)
    return tmp_path / "data"


@pytest.fixture
def library(data: Path) -> Library:
    return Library(data)
