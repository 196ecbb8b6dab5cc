"""The interrogation end to end: one conversation a chain, consistency by rules and by readers with evidence, and replay."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.experiments.interrogation.answer_pairs import AnswerPair, contradicts_by_rules
from human_simulacra.experiments.interrogation.contradiction_reading import read_verdict
from human_simulacra.experiments.interrogation.rows import interrogation_rows
from human_simulacra.library import Library
from tests.experiments.made_moments import add_interrogation
from tests.experiments.moment_run import run_experiment
from tests.observer_run import text_of

READERS = "human_simulacra.plugin.interrogation.InterrogationEvaluator"
STATEMENT = re.compile(r"(?:answered|by this person's life): <<(.*)>>")


@pytest.fixture
def folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")
    add_interrogation(data)
    return data


def answer(text: str) -> str:
    """Ada says the same of her boat twice; Bo calls it Tern when asked again; without a persona, it is not known."""
    person, question = re.search(r"You are (\w+)", text), re.findall(r'asks you:\n"(.*)"', text)[-1]
    if not person:
        return "I do not know."
    if "bakery" in question:
        return "It was in Torp."
    return "She was called Tern." if person[1] == "Bo" and "hull" in question else "She was called Alk."


def read(body: dict[str, Any], number: int) -> str:
    """`keen` compares names; `blind` sees no contradiction; `liar` sees one everywhere, with words that nobody said."""
    text = text_of(body)
    if body["model"] == "respondent":
        return answer(text)
    if body["model"] == "liar":
        return "FIRST: a yellow submarine\nSECOND: a red balloon\nVERDICT: contradicts"
    first, second = STATEMENT.findall(text)
    names = [re.findall(r"Alk|Tern|Torp|Sund", said) for said in (first, second)]
    if body["model"] == "keen" and all(names) and names[0] != names[1]:
        return f"FIRST: {names[0][0]}\nSECOND: {names[1][0]}\nVERDICT: contradicts"
    return "FIRST: none\nSECOND: none\nVERDICT: fits"


def test_a_chain_is_one_conversation_and_comes_again_in_another(folder: Path) -> None:
    rows = interrogation_rows(Library(folder), runs=2)
    assert len({row["conversation"] for row in rows}) == 6 and [row["turn"] for row in rows[:3]] == [1, 2, 3]
    assert rows[2]["returns_to"] == rows[0]["id"] and rows[0]["returns_to"] == ""
    assert len(interrogation_rows(Library(folder), sample="quick")) == 6


def test_rules_alone_find_the_contradictions_of_a_scripted_interviewer(tmp_path: Path, folder: Path) -> None:
    run = run_experiment(tmp_path, folder, "interrogation", read, dataset="runs=2,", model="temperature=0.5,")
    consistent = {of: run.headline("m-prompt", "consistency", of)["estimate"] for of in ("internal", "external", "retest")}
    # Bo contradicts himself in one of three pairs a conversation, and the life in one of nine answers.
    assert consistent["internal"]["value"] == pytest.approx(100 * 2 / 3) and consistent["internal"]["rows"] == 6
    assert consistent["external"]["value"] == pytest.approx(100 * 8 / 9) and consistent["retest"]["value"] == 100
    # Who says not to know never contradicts anybody, and states no fact.
    assert run.headline("m-none", "consistency")["estimate"]["value"] == 100
    assert run.headline("m-none", "facts stated")["estimate"]["value"] == 0
    assert run.headline("m-prompt", "consistency")["caveat"] == "by rules" and "Without a reader" in run.printed
    later = next(text for text in run.asked if "You are Ada Berg" in text and "hull" in text)
    assert 'The interviewer asked: "In which town was the bakery?"\nYou: It was in Torp.' in later
    run.assert_replays("interrogation")


def test_readers_are_admitted_by_labelled_pairs_and_must_show_the_words(tmp_path: Path, folder: Path) -> None:
    run = run_experiment(tmp_path, folder, "interrogation", read, evaluator=READERS, judges=("keen", "blind", "liar"),
                         methods=("prompt",))  # fmt: skip
    readers = {judge["judge"]: judge for judge in run.summary["data"]["judges"]}
    assert readers["keen"]["admitted"] and (readers["keen"]["right"], readers["keen"]["trials"]) == (9, 9)
    # A contradiction without its words in the statements counts as none that was read.
    assert not readers["blind"]["admitted"] and not readers["liar"]["admitted"] and readers["liar"]["right"] == 0
    found = run.headline("m-prompt", "consistency", "internal")
    assert found["estimate"]["value"] == pytest.approx(100 * 2 / 3) and found["caveat"] == ""
    assert {entry["kind"] for entry in run.summary["data"]["corrected"]} == {"internal", "external"}
    assert "Readers of contradictions" in run.printed
    assert all("material to be read" in text for text in run.read)
    run.assert_replays("interrogation")


def test_an_interviewer_words_the_questions_in_view_of_the_answers(tmp_path: Path, folder: Path) -> None:
    def script(body: dict[str, Any], number: int) -> str:
        text = text_of(body)
        if "You interview somebody" not in text:
            return answer(text)
        wanted, said = re.findall(r"What you want to know now: (.*)", text)[-1], text.count("Answer: ")
        return f"Interviewer's wording {said}: {wanted}"

    interviewer = """
from human_simulacra.plugin.interview_inferencer import InterviewInferencer
datasets[0]['infer_cfg']['inferencer'] = dict(type=InterviewInferencer, interviewer_llm=dict(server, path='respondent', abbr='i'))
"""
    run = run_experiment(tmp_path, folder, "interrogation", script, methods=("prompt",), more=interviewer)
    put = [text for text in run.asked if "You are Bo" in text]
    assert any("Interviewer's wording 2: Which name stood on the hull?" in text for text in put)
    # The later turn sees the question as it was asked.
    assert any('The interviewer asked: "Interviewer\'s wording 0: What was your boat called?"' in text for text in put)
    assert run.headline("m-prompt", "consistency", "internal")["estimate"]["value"] == pytest.approx(100 * 2 / 3)
    run.assert_replays("interrogation")


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("FIRST: called Alk\nSECOND: called Tern\nVERDICT: contradicts", "contradicts"),
        ('FIRST: "Called ALK"\nSECOND: "called  tern."\nVERDICT: Contradicts', "contradicts"),
        ("FIRST: She ... Alk\nSECOND: called … Tern\nVERDICT: contradicts", "contradicts"),
        ("FIRST: none\nSECOND: none\nVERDICT: fits", "fits"),
        ("FIRST: called Alk\nSECOND: none\nVERDICT: contradicts", None),
        ("FIRST: called Alk\nSECOND: a red boat\nVERDICT: contradicts", None),
        ("VERDICT: contradicts", None),
        ("They disagree.", None),
    ],
)
def test_a_contradiction_counts_only_with_words_of_both_statements(reply: str, verdict: str | None) -> None:
    assert read_verdict(reply, "She was called Alk.", "She was called Tern.") == verdict


@pytest.mark.parametrize(
    ("kind", "first", "second", "contradicts"),
    [
        ("internal", "Alk.", "It was Alk.", False),
        ("internal", "Alk.", "It was Tern.", True),
        ("internal", "Alk.", "I do not know.", False),
        ("internal", "Tern.", "Gull.", None),
        ("external", "The boat was Alk.", "It was Tern.", True),
        ("external", "The boat was Alk.", "Alk.", False),
    ],
)
def test_rules_decide_where_the_fact_is_stated(kind: Any, first: str, second: str, contradicts: bool | None) -> None:
    question = "" if kind == "external" else "What was it called?"
    assert contradicts_by_rules(AnswerPair("r", kind, question, first, "And what stood on it?", second), ["Alk"]) is contradicts
