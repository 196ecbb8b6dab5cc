"""Respondents whose knowledge is known get the score that they deserve, through run.py, whatever their words."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.library import Library
from human_simulacra.plugin.run_command import main
from human_simulacra.types import QUESTION_TYPES, Question
from tests.run_config import latest, openai_llm, write_config
from tests.servers import serving

# {0} is the letter of the right option, {text} its text, {wrong} the letter of a wrong one.
SINGLE = (
    "{0}", "{0}.", "({0})", "**{0}**", "ANSWER: {0}", "Answer: {0}", "It's {0}.", "I'd say {0}", "I would pick {0}.", "My answer is {0}.",
    "Option {0}", "{0}) {text}", "{0}. {text}", "{0}: {text}", "{text}", "\"{text}\"", "The answer is {0}, not {wrong}.", "{0}, of course.",
    "Not {wrong}. {0}.", "{wrong}? No. {0}, that's it.", "{wrong} is tempting, but the answer is {0}.", "{{\"answer\": \"{0}\"}}",
    "\\boxed{{{0}}}", "<answer>{0}</answer>", "*thinks* That'd be {0}, my friend.", "So {0}.", "I pick {0}. {wrong} is wrong.", "{0} it is.",
    "It isn't {wrong}, it's {0}.", "I thought of {wrong} first.\nANSWER: {0}", "Definitely {0}!", "Final answer: ({0})", "{0} - yes",
    "Well, honestly, {0}.", "The correct option is {0}, since {wrong}) does not fit.", "Everyone says {wrong}, but I say {0}.", "Only {0}",
    "I remember it well: {0}.", "**Answer: {0}**", "either {wrong} or {0}. I pick {0}",
)  # fmt: skip
# {0} are the letters of the right options with commas, {and_} with "and", {lines} one a line.
MULTIPLE = (
    "{0}", "{0}.", "ANSWER: {0}", "Answer: {and_}", "**{and_}**", "{and_}", "I'd say {and_}.", "My answer is {and_}.", "{lines}", "{json}",
    "I pick {and_}.", "Those are {and_}.", "Letters: {0}", "It's {and_}.", "({0})", "I weighed them all.\nANSWER: {0}", "{texts}",
    "Only {and_}", "The answers are {0}.", "Options {and_}", "Well, {and_}, I'd say.", "<answer>{0}</answer>", "\\boxed{{{0}}}",
    "{and_}, nothing else.", "So {and_}.", "Definitely {and_}.", "I choose {and_}", "{squeezed}", "Final answer: {0}", "{and_} are true of me.",
)  # fmt: skip
CLOZE = (
    "{0}", "{0}.", "**{0}**", "Answer: {0}", "It was {0}.", "I think it was {0}", "That would be {0}, if you must know.", "\"{0}\"",
    "Ah, {0}! How could I forget.", "Not what you think: {0}.", "I'd say {0}.", "<answer>{0}</answer>", "My answer is {0}",
    "{0}, as far as I remember", "*smiles* {0}.", "It was {0}, and I am glad of it.",
)  # fmt: skip


def letters(options: Sequence[str], shown: str, right: Sequence[str]) -> list[str]:
    """Returns the letters that a prompt gives to the right options."""
    lines = dict(re.findall(r"^([A-H])\. (.+)$", shown, re.MULTILINE))
    return [letter for letter, option in lines.items() if option in right]


def phrase(question: Question, shown: str, right: bool, number: int) -> str:
    """Returns a reply in the words number `number` that is right, or wrong."""
    if question.type == "cloze":
        stated = str(question.answer[0]) if right else "something else entirely"
        return CLOZE[number % len(CLOZE)].format(stated)
    true = [question.options[int(i)] for i in question.answer]
    false = [option for option in question.options if option not in true]
    told, other = (true, false) if right else (false, true)
    named, others = letters(question.options, shown, told), letters(question.options, shown, other)
    if question.type == "single_choice":
        return SINGLE[number % len(SINGLE)].format(named[0], text=told[0], wrong=others[0])
    joined = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    return MULTIPLE[number % len(MULTIPLE)].format(
        ", ".join(named), and_=joined, lines="\n".join(f"{letter}." for letter in named), json=json.dumps({"answer": named}),
        texts="\n".join(f"- {option}" for option in told), squeezed="".join(named),
    )  # fmt: skip


def answer_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate: float, sample: str) -> dict[str, dict[str, Any]]:
    """Runs a respondent that is right with a known rate; returns the run's figures by type of question."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    library, draw = Library(), random.Random(7)
    asked = [
        (library.character(q.character).name, q)
        for name in library.ids
        for kind in QUESTION_TYPES
        for q in library.questions(name, kind)
    ]
    plan = {(name, q.question): (q, draw.random() < rate, number) for number, (name, q) in enumerate(asked)}

    def script(body: dict[str, Any], _: int) -> str:
        shown = body["messages"][-1]["content"]
        text = re.findall(r'^"(.+)"$', shown, re.MULTILINE)[-1]
        name = re.findall(r"^You are (.+?)\. You live", body["messages"][0]["content"], re.MULTILINE)[0]
        question, right, number = plan[name, text]
        return phrase(question, shown, right, number)

    with serving(script) as server:
        config = write_config(
            tmp_path, "", openai_llm(server.address), ("prompt",), model={"data": None}, dataset={"data": None, "sample": sample}
        )
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    figures = json.loads((latest(tmp_path / "out") / "summary" / "self_report.json").read_text())["data"]["figures"]
    return {f["type"]: f for f in figures if f["character"] == "all"}


def test_a_respondent_that_is_always_right_gets_everything_in_any_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = answer_questions(tmp_path, monkeypatch, 1.0, "quick")
    for kind in ("cloze", "single_choice", "multiple_choice"):
        assert found[kind]["accuracy"]["value"] == found[kind]["score"]["value"] == 100.0
        assert found[kind]["unparseable"] == found[kind]["missing"] == 0


def test_a_respondent_that_is_right_at_a_known_rate_gets_that_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = answer_questions(tmp_path, monkeypatch, 0.7, "core")
    assert found["all"]["unparseable"] == 0
    assert found["all"]["accuracy"]["low"] <= 70.0 <= found["all"]["accuracy"]["high"]
