"""Ida Holm with memories and questions, some of whose texts depend on her work without its word, and a scripted author."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from human_simulacra.construction.questions.profile_questions import build_core_questions
from human_simulacra.construction.workspace import character_folder
from human_simulacra.files import write_jsonl
from human_simulacra.items import OpenDetail
from human_simulacra.json_form import JsonForm
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES, DatedSentence, Generation, Memory, Message, Question
from tests.construction.invented_characters import IDA, pools, write_ida
from tests.construction.scripted_judge import verdict

# What depends on a bus driver's work, and what stands in its place after a change.
DEPENDS = {
    "every stop of line 12 by heart": "every loaf of the morning by heart",
    "behind the wheel at half past four": "at the oven at half past four",
    "became a bus driver": "became a baker",
    "the ticket machine": "the dough machine",
}
BUS = f"{IDA}-s008"


def write_working_ida(out: Path) -> Path:
    """Writes Ida with a paragraph and two memories of her work, a question on it, and one that nothing answers."""
    write_ida(out)
    folder, library = character_folder(out, IDA), Library(out)
    story = [
        replace(p, text=f"{p.text} She knew every stop of line 12 by heart.") if p.id == BUS else p for p in library.story(IDA)
    ]
    memories = [
        Memory(f"{IDA}-m{i:03d}", IDA, i, (f"{IDA}-s{2 * i - 1:03d}", f"{IDA}-s{2 * i:03d}"), f"Ida and lamp {i}.",
               "I was behind the wheel at half past four." if i == 6 else f"I bought lamp {i}.", "I think of it.", "I was glad.")
        for i in range(1, 7)
    ]  # fmt: skip
    character = library.character(IDA)
    dated = tuple(DatedSentence(2000, sentence) for sentence in re.split(r"(?<=\.) ", character.biography))
    questions = build_core_questions(character, pools(), 0)
    questions += [
        Question(f"{IDA}-cloze-06", IDA, "cloze", "What do you empty at night besides the ticket machine?", (), ("nothing",),
                 (f"{IDA}-s001",), "story", False),
        Question(f"{IDA}-cloze-07", IDA, "cloze", "Which lamp did you buy in Vik08?", (), ("Lamp08",), (BUS,), "story", False),
    ]  # fmt: skip
    write_jsonl(folder / "profile.jsonl", [asdict(replace(character, biography_dated=dated))])
    write_jsonl(folder / "story.jsonl", map(asdict, story))
    write_jsonl(folder / "memories.jsonl", map(asdict, memories))
    for kind in QUESTION_TYPES:
        write_jsonl(folder / f"{kind}.jsonl", (asdict(q) for q in questions if q.type == kind))
    row = OpenDetail(f"{IDA}-open-1", IDA, "What colour is your front door?", "nothing tells it")
    write_jsonl(folder / "open_detail.jsonl", [asdict(row)])
    return out


def author(
    messages: Sequence[Message],
    generation: Generation,
    fault: Callable[[str], str] = lambda text: "",
    answered: str = "no such question",
) -> str:
    """Answers every request of an edit; `fault` is what the judge finds in a text, `answered` a question that a text answers."""
    prompt = messages[-1].content
    if messages[0].content.startswith("You check texts that were written"):
        return verdict(prompt, fault)
    assert isinstance(generation.form, JsonForm)
    asked = next(iter(json.loads(generation.form.text)["properties"]))
    if asked == "texts":
        of_work = "bus driver" in prompt.split("What holds now:")[0]
        return json.dumps({"texts": [_finding(text, answered, of_work) for text in numbered_texts(prompt)]})
    if asked == "sentences":
        text = prompt.split("-----\n")[1]
        old = [sentence.strip() for sentence in re.split(r"(?<=\.) |\n", text) if any(phrase in sentence for phrase in DEPENDS)]
        return json.dumps({"sentences": [{"old": sentence, "new": _rewritten(sentence)} for sentence in old]})
    return json.dumps({"text": f"I remember the {len(prompt)} things that I saw there."})


def numbered_texts(prompt: str) -> list[str]:
    """Returns the texts that a request shows for a decision on each."""
    listed = prompt.split("each after its number:\n")[1].split("\n\nDecide for each")[0]
    return re.split(r"\n\n(?=\d+\. )", listed)


def _finding(text: str, answered: str, of_work: bool) -> dict[str, object]:
    found = next((phrase for phrase in DEPENDS if of_work and phrase in text), "")
    verdict = "presupposes it" if found else "is answered by it" if answered in text else "fine"
    return {"text": int(text.split(".")[0]), "why": found, "verdict": verdict}


def _rewritten(sentence: str) -> str:
    for old, new in DEPENDS.items():
        sentence = sentence.replace(old, new)
    return sentence
