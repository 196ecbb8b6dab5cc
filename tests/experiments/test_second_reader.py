"""The second reader end to end: a model behind a real server reads what the rules cannot read, and every stance."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main as human_simulacra
from human_simulacra.files import write_jsonl
from human_simulacra.items import Unanswerable
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.run_command import main
from tests.run_config import latest, openai_llm, write_config
from tests.servers import serving

CHARACTERS = ("ada-berg", "bo-crane", "cy-dahl")
UNANSWERABLE = """
from human_simulacra.plugin.unanswerable import UnanswerableDataset
datasets = datasets + [dict(datasets[0], type=UnanswerableDataset, abbr='unanswerable')]
del datasets[-1]['question_type']
"""


@pytest.fixture
def folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one unanswerable question a character."""
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")
    for character in CHARACTERS:
        question = Unanswerable(
            f"{character}-unanswerable-01", character, "false_premise", "What was your dog's name?", "KEY: there was no dog."
        )
        write_jsonl(data / "characters" / character / "unanswerable.jsonl", [asdict(question)])
    return data


def last_text(body: dict[str, Any]) -> str:
    return body["messages"][-1]["content"]


def reply_riddles(asked: str) -> str:
    """The model under test: the rules read no choice of its, and take its denial for an answer."""
    if "dog's name" in asked:
        return "A dog, in our house, with mother's lungs?"
    return "It snapped in two at the wedding." if "Exactly one" in asked else "Whatever a quiet person likes."


def read_well(asked: str) -> str:
    """The reader: the letter of `a violin` or of the boat, NONE for several letters, and that the premise is denied."""
    if "dog's name" in asked:
        return "ANSWER: corrects"
    right = re.search(r"([A-D])\. <<(?:a violin|Alk)>>", asked)
    return f"It means this.\nANSWER: {right[1]}" if right and "your name" not in asked else "ANSWER: NONE"


def evaluate(
    tmp_path: Path, data: Path, read: Any = read_well, reader: str | None = "abbr='careful'", expected: int = 0, times: int = 1
) -> tuple[Path, list[dict[str, Any]]]:
    """Runs an evaluation, and resumes it if `times` is 2; returns the run's folder and the requests that the reader got."""

    def respond(body: dict[str, Any], number: int) -> Any:
        return (read if body["model"] == "reader" else reply_riddles)(last_text(body))

    with serving(respond) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("prompt",))
        text = config.read_text()
        if reader is not None:
            llm = openai_llm(server.address, path="reader").replace("dict(", f"dict({reader}, ").replace(", max_out_len=16", "")
            text = text.replace(
                "type=ExperimentEvaluator)", f"type=ExperimentEvaluator, retry=1, reader_check=0, reader_llm={llm})"
            )
        config.write_text(text + UNANSWERABLE)
        assert main([str(config), "-w", str(tmp_path / "out")]) == expected
        for _ in range(times - 1):
            assert main([str(config), "-w", str(tmp_path / "out"), "-r"]) == 0
        return latest(tmp_path / "out"), [body for body in server.requests if body["model"] == "reader"]


def summary(run: Path, experiment: str = "self_report") -> dict[str, Any]:
    return json.loads((run / "summary" / f"{experiment}.json").read_text())


def headline(run: Path, experiment: str, measure: str, of: str) -> float:
    (found,) = [
        h for h in summary(run, experiment)["headlines"] if (h["measure"], h["of"], h["character"]) == (measure, of, "all")
    ]
    return found["estimate"]["value"]


def readings(run: Path, experiment: str = "self_report") -> dict[str, dict[str, Any]]:
    """Returns the figures of the second reader by type."""
    return {entry["type"]: entry for entry in summary(run, experiment)["data"].get("second_reader", [])}


def test_without_a_reader_no_call_is_made_and_unread_replies_stay_unparseable(tmp_path: Path, folder: Path) -> None:
    run, read = evaluate(tmp_path, folder, reader=None)
    assert read == [] and readings(run) == {} and readings(run, "unanswerable") == {}
    assert headline(run, "self_report", "accuracy", "single_choice") == 0
    assert headline(run, "unanswerable", "false memories", "all") == 100
    assert "reading" not in (run / "results" / "m-prompt" / "single_choice.json").read_text()


def test_a_reader_reads_what_the_rules_cannot_and_every_stance(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, read = evaluate(tmp_path, folder)
    assert headline(run, "self_report", "accuracy", "single_choice") == 100
    assert headline(run, "unanswerable", "false memories", "all") == 0
    single, multiple = readings(run)["single_choice"], readings(run)["multiple_choice"]
    assert (single["reader"], single["replies"], single["read"], single["still_unread"]) == ("careful", 3, 3, 0)
    assert (multiple["read"], multiple["unread_by_rules"], multiple["still_unread"]) == (0, 3, 3)
    cloze = readings(run)["cloze"]  # of two questions a character, the reader finds the boat
    assert (cloze["read"], cloze["still_unread"], cloze["compared"], cloze["percent"]) == (6, 0, 6, 50.0)
    assert headline(run, "self_report", "accuracy", "cloze") == 50
    stance = readings(run, "unanswerable")["false_premise"]
    assert (stance["read"], stance["compared"], stance["percent"]) == (3, 3, 0.0)
    # The reader's calls are counted apart. Characters were asked alike and replied alike: only the options' order differs.
    usage = json.loads((run / "summary" / "run.json").read_text())["usage"]["reader careful"]
    assert {kind: u["calls"] for kind, u in usage.items()} == {
        "all": 15,
        "single_choice": 3,
        "multiple_choice": 3,
        "cloze": 6,
        "stance": 3,
    }
    assert len(read) < 15
    assert "Replies read by a model" in (run / "summary" / "self_report.md").read_text()
    assert "reader careful: 15 calls" in capsys.readouterr().out
    # A replay needs no model: what the reader wrote is saved with the rows.
    assert human_simulacra(["replay", str(run)]) == 0


def test_the_reader_sees_question_options_and_reply_but_no_key_and_no_persona(tmp_path: Path, folder: Path) -> None:
    _, read = evaluate(tmp_path, folder)
    texts = ["\n".join(message["content"] for message in body["messages"]) for body in read]
    assert any("What broke?" in text and "<<a promise>>" in text and "snapped in two" in text for text in texts)
    for text in texts:
        assert "KEY" not in text and "false_premise" not in text
        # Only the answers of cloze questions are shown, and not which of them is right.
        shown = text.split("its accepted forms:")[0]
        assert not any(name in shown for name in ("Ada", "Bo Crane", "Cy Dahl", "Berg"))


def test_a_resumed_run_pays_only_for_the_readings_that_failed(tmp_path: Path, folder: Path) -> None:
    asked: list[str] = []

    def read(text: str) -> Any:
        asked.append(text)
        first = len(asked) == 1
        return (500, {}, "out of order") if first else read_well(text)

    run, _ = evaluate(tmp_path, folder, read, expected=1, times=2)
    assert headline(run, "self_report", "accuracy", "single_choice") == 100
    assert asked.count(asked[0]) == 2 and len(asked) == len(set(asked)) + 1


def test_a_failed_reader_leaves_the_rules_reading_and_the_run_says_so(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, _ = evaluate(tmp_path, folder, lambda asked: (500, {}, "out of order"), expected=1)
    assert "m-prompt/single_choice: 3 of 3 readings are missing" in capsys.readouterr().err
    assert (readings(run)["single_choice"]["failed"], readings(run)["single_choice"]["read"]) == (3, 0)
    assert headline(run, "self_report", "accuracy", "single_choice") == 0
    assert headline(run, "unanswerable", "false memories", "all") == 100
    assert human_simulacra(["replay", str(run)]) == 0


def test_a_reading_in_another_form_is_unusable_and_leaves_the_rules_reading(tmp_path: Path, folder: Path) -> None:
    run, _ = evaluate(tmp_path, folder, lambda asked: "I would say that it is rather the violin, or the leg.")
    found = readings(run)["single_choice"]
    assert (found["unusable"], found["failed"], found["read"]) == (3, 0, 0)
    assert headline(run, "unanswerable", "false memories", "all") == 100


@pytest.mark.parametrize(
    ("reader", "message"),
    [
        ("max_seq_len=8192", "reader_llm needs an abbr"),
        ("abbr='careful', max_seq_len=512", "reader 'careful' has a context of 512 tokens"),
        ("abbr='careful'), reader_share=dict(", "'reader_share': did you mean 'reader_check'"),
    ],
)
def test_a_wrong_reader_is_refused_before_any_call(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str], reader: str, message: str
) -> None:
    def respond(body: dict[str, Any], number: int) -> Any:
        raise AssertionError("called")

    with serving(respond) as server:
        config = write_config(tmp_path, folder, openai_llm(server.address), ("prompt",))
        llm = f"dict(type=OpenAISDK, path='reader', key='ENV', openai_api_base={server.address!r}, {reader})"
        config.write_text(config.read_text().replace("Evaluator)", f"Evaluator, reader_llm={llm})"))
        assert main([str(config), "-w", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert message in error and "evaluator" in error and "Traceback" not in error


ROWS = [
    {"experiment": "personality", "id": f"p{i}", "character": "ada", "type": "statement", "function": "Si", "rank": 1, "pair": 0,
     "keyed": 0, "statement": "I keep letters.", "options": ["Yes", "No"], "assigned": ["Si", "Te"], "answer": "1"}
    for i in range(40)
]  # fmt: skip


@pytest.mark.parametrize(("share", "checked"), [(0, 0), (1, 40)])
def test_a_drawn_share_of_replies_in_the_form_is_read_too_without_changing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float, checked: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")
    with serving(lambda body, number: "ANSWER: NO") as server:
        reader = dict(type="OpenAISDK", abbr="careful", path="reader", key="ENV", openai_api_base=server.address)
        evaluator = ExperimentEvaluator(reader_llm=reader, reader_check=share, cache_dir=str(tmp_path))
        rows = evaluator.score(["Yes."] * 40, [], ROWS)["details"]
        unread = evaluator.score(["Some days, some nights.", "   ", None], [], ROWS[:3])["details"]
    assert {row["said"] for row in rows} == {"yes"} and sum("reading" in row for row in rows) == checked
    # What the rules cannot read is read whatever the share; an empty or missing reply is not.
    assert [row["said"] for row in unread] == ["no", "neither", "neither"]
    assert ["reading" in row for row in unread] == [True, False, False]


def test_the_drawn_share_is_near_the_one_asked_for_and_the_same_for_every_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")
    with serving(lambda body, number: "ANSWER: NO") as server:
        reader = dict(type="OpenAISDK", abbr="careful", path="reader", key="ENV", openai_api_base=server.address)
        evaluator = ExperimentEvaluator(reader_llm=reader, reader_check=0.3, cache_dir=str(tmp_path))
        drawn = [
            [row["id"] for row in evaluator.score([reply] * 40, [], ROWS)["details"] if "reading" in row]
            for reply in ("Yes.", "ANSWER: no")
        ]
    assert drawn[0] == drawn[1] and 4 <= len(drawn[0]) <= 20
