"""`abstention=True` as a user runs it: respondents that never know, know half, or contradict themselves."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.agents.option_scoring import score_options
from human_simulacra.cli import main as human_simulacra
from human_simulacra.errors import UserError
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.experiments.self_report.rows import self_report_rows
from human_simulacra.library import Library
from human_simulacra.plugin.config_checks import check_run
from human_simulacra.plugin.config_reading import load_config
from human_simulacra.plugin.run_command import main
from human_simulacra.stimuli import question_stimulus
from human_simulacra.types import QUESTION_TYPES, Question
from tests.backbones.scripted_scores import ScriptedScores
from tests.run_config import latest, openai_llm, predictions, write_config
from tests.servers import serving

RIGHT = ("a violin", "chess", "rowing", "singing")
Respondent = Callable[[list[str], str], list[str] | str]  # from the right letters and the last one to letters, or a cloze answer


def never_knows(right: list[str], last: str) -> list[str] | str:
    return [last] if last else "I do not know"


def knows_choices(right: list[str], last: str) -> list[str] | str:
    """Right where it answers: it knows every choice, and no name."""
    return right or "I can't remember."


def contradicts(right: list[str], last: str) -> list[str] | str:
    return [*right, last] if last else "Something else entirely"


def respond(respondent: Respondent, structured: bool) -> Callable[[dict[str, Any], int], str]:
    def script(body: dict[str, Any], _: int) -> str:
        lines = dict(re.findall(r"^([A-H])\. (.+)$", body["messages"][-1]["content"], re.MULTILINE))
        right = [letter for letter, option in lines.items() if option in RIGHT]
        last = next((letter for letter, option in lines.items() if option == "I do not know"), "")
        said = respondent(right, last)
        form = (body.get("response_format") or {}).get("json_schema", {}).get("schema", {}).get("properties", {}).get("answer")
        if structured and form:
            allowed = form.get("enum") or form["items"]["enum"]
            assert allowed == list(lines) and set(said) <= set(allowed)
            return json.dumps({"answer": said if form["type"] == "array" else said[0] if len(said) == 1 else said})
        return said if isinstance(said, str) else "ANSWER: " + ", ".join(said)

    return script


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")


def evaluate(tmp_path: Path, data: Path, respondent: Respondent, answering: str = "generate", **dataset: Any) -> dict[str, Any]:
    with serving(respond(respondent, answering == "structured")) as server:
        config = write_config(
            tmp_path, data, openai_llm(server.address), ("prompt",), model={"answering": answering},
            dataset={"abstention": True, **dataset},
        )  # fmt: skip
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    assert human_simulacra(["replay", str(latest(tmp_path / "out"))]) == 0
    return json.loads((latest(tmp_path / "out") / "summary" / "self_report.json").read_text())


def lines(summary: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Returns the lines of the first table by type, without the brackets of intervals."""
    table = summary["tables"][0]
    return {row[1]: {h: str(c).split(" [")[0] for h, c in zip(table["head"], row, strict=True)} for row in table["rows"]}


@pytest.mark.parametrize("answering", ["generate", "structured"])
def test_who_never_knows_is_neither_wrong_nor_unparseable_and_scores_nothing(tmp_path: Path, data: Path, answering: str) -> None:
    found = lines(evaluate(tmp_path, data, never_knows, answering))
    for kind in ("all", *QUESTION_TYPES):
        line = found[kind]
        assert (line["score % [95 %]"], line["not known % [95 %]"], line["unparseable"]) == ("0.0", "100.0", "0")
        assert line["accuracy when answered % [95 %]"] == "-" and "bounds" not in line
    assert found["single_choice"]["chance % (score, accuracy)"] == "25.0"  # of four options: not knowing is never guessed
    details = json.loads((latest(tmp_path / "out") / "results" / "m-prompt" / "single_choice.json").read_text())["details"]
    assert len(details) == 3 and all(row["abstained"] == [True] and row["chosen"] == [[]] for row in details)


def test_who_is_right_when_answering_has_full_accuracy_there_and_keeps_a_comparable_score(tmp_path: Path, data: Path) -> None:
    summary = evaluate(tmp_path, data, knows_choices)
    found = lines(summary)
    assert found["cloze"]["not known % [95 %]"] == "100.0" and found["single_choice"]["not known % [95 %]"] == "0.0"
    assert found["single_choice"]["accuracy when answered % [95 %]"] == found["multiple_choice"]["score % [95 %]"] == "100.0"
    # Of four questions a character, it answers two: half of the accuracy, and all of what it answers.
    assert (found["all"]["not known % [95 %]"], found["all"]["accuracy % [95 %]"]) == ("50.0", "50.0")
    assert found["all"]["accuracy when answered % [95 %]"] == "100.0"
    assert summary["data"]["abstentions"][0]["not_known"]["low"] < 50 < summary["data"]["abstentions"][0]["not_known"]["high"]
    assert any(note.startswith("Not known:") for note in summary["notes"])


@pytest.mark.parametrize("answering", ["generate", "structured"])
def test_not_knowing_beside_another_letter_is_unparseable(tmp_path: Path, data: Path, answering: str) -> None:
    found = lines(evaluate(tmp_path, data, contradicts, answering))
    for kind in ("single_choice", "multiple_choice"):
        assert (found[kind]["unparseable"], found[kind]["not known % [95 %]"], found[kind]["score % [95 %]"]) == (
            "3",
            "0.0",
            "0.0",
        )
    assert (found["cloze"]["unparseable"], found["cloze"]["not known % [95 %]"]) == ("0", "0.0")


def test_without_abstention_nothing_is_offered_counted_or_shown(tmp_path: Path, data: Path) -> None:
    summary = evaluate(tmp_path, data, never_knows, abstention=False)
    asked = [row["origin_prompt"] for rows in predictions(latest(tmp_path / "out")).values() for row in rows]
    assert not any("I do not know" in prompt for prompt in asked)
    assert not any("not known" in name for name in summary["tables"][0]["head"]) and summary["data"]["abstentions"] == []
    assert not any(note.startswith("Not known:") for note in summary["notes"])


def test_a_model_that_answers_by_likelihood_is_refused_before_the_run_where_the_option_is_offered(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    llm = "dict(type=LlamaCpp, max_out_len=8)"
    config = write_config(tmp_path, data, llm, ("prompt",), dataset={"abstention": True})
    assert main([str(config), "-w", str(tmp_path / "out")]) == 2
    (error,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert "dataset 'single_choice' offers not knowing, but model 'm-prompt' answers by log-likelihood" in error
    assert "answering='generate'" in error and "abstention=False" in error and not (tmp_path / "out").exists()
    # Cloze answers are always generated, so that nothing stands against not knowing there.
    config.write_text(config.read_text() + "datasets = datasets[:1]\n")
    check_run(load_config(str(config)), str(config), tmp_path / "out")
    stimulus = question_stimulus(Question("q", "c", "single_choice", "Which?", ("a", "b"), (0,), (), "story", True), True)
    with pytest.raises(UserError, match="question 'q' offers not knowing, but is answered by log-likelihood"):
        asyncio.run(score_options(ScriptedScores({}), [], stimulus))


@pytest.mark.parametrize(
    ("dataset", "words"),
    [({"abstention": "yes"}, "abstention must be True or False, not 'yes'"), ({"abstain": True}, "did you mean 'abstention'")],
)
def test_a_wrong_argument_is_one_sentence(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], dataset: dict[str, Any], words: str
) -> None:
    config = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1"), dataset=dataset)
    assert main([str(config), "-w", str(tmp_path / "out")]) == 2 and words in capsys.readouterr().err


def test_the_same_questions_with_and_without_abstention_need_two_runs(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1"))
    config.write_text(config.read_text() + "datasets += [dict(datasets[0], abbr='cloze-2', abstention=True)]\n")
    assert main([str(config), "-w", str(tmp_path / "out")]) == 2
    assert "datasets 'cloze' and 'cloze-2' both ask question 'ada-berg-cloze-01'" in capsys.readouterr().err


def test_the_second_reader_sees_the_option_and_its_letter_counts() -> None:
    row = next(iter(self_report_rows(Library(), "single_choice", "quick", abstention=True)))
    unread = "It was so, and then again."
    task = EXPERIMENTS["self_report"].reading_task(row, unread)
    assert task is not None and "E. <<I do not know>>" in task.messages(unread)[-1].content and task.decides
    reading = {"kind": "single_choice", "judge": "careful", "own": False, "text": "ANSWER: E", "error": None, "took": None}
    scored = EXPERIMENTS["self_report"].score({**row, "reading": reading}, unread)
    assert (scored["abstained"], scored["parsed"], scored["points"], scored["correct"]) == (True, True, 0, False)
    several = EXPERIMENTS["self_report"].reading_task({**row, "type": "multiple_choice"}, "ANSWER: A, E")
    assert several is not None and several.rules is None  # a contradiction, which the reader may settle
    assert "I do not know" not in task.options[:-1] and "E" not in row["options"]


def test_readers_without_the_life_are_not_beaten_by_not_knowing() -> None:
    row = {"id": "q", "character": "c", "type": "multiple_choice", "question": "Which?", "options": list("uvwxyz"), "answer": [0, 1, 2],
           "blind": 0.5, "abstention": True, "model": "m", "missing": False, "trace": None, "run": 1}  # fmt: skip
    scored = [{**row, **EXPERIMENTS["self_report"].score(row, "ANSWER: G")}]
    (above, *_) = EXPERIMENTS["self_report"].summarise(scored).data["above_blind"]
    assert above["right"]["value"] == 0
