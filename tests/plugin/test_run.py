"""The command run.py end to end, with an HTTP server on loopback."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main as cli
from human_simulacra.plugin.run_command import main
from tests.run_config import latest, openai_llm, predictions, texts, write_config
from tests.servers import completion, serving

KEY = "sk-test-5f2d9a7be1"


@pytest.fixture(autouse=True)
def key_and_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the API key and removes the waits before retries."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("human_simulacra.backbones.retry.RetryPolicy.wait", lambda *_: 0.0)


def last_text(body: dict[str, Any]) -> str:
    return body["messages"][-1]["content"]


def knows_ada(body: dict[str, Any], number: int) -> str:
    """Answers like a model that uses the persona in its prompt."""
    system, asked = body["messages"][0]["content"], last_text(body)
    if "What is your name?" in asked:
        return next((name for name in ("Ada Berg", "Bo Crane", "Cy Dahl") if f"You are {name}" in system), "I do not know")
    wanted = ("a violin", "chess", "rowing", "singing") if "You are" in system else ("a promise", "golf")
    letters = [line[0] for line in asked.splitlines() if line[1:3] == ". " and line[3:] in wanted]
    return ", ".join(letters) or "I do not know"


def evaluate(tmp_path: Path, data: Path, script: Callable[[dict[str, Any], int], Any], **options: Any) -> tuple[int, Any]:
    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), **options)
        return main([str(config), "-w", str(tmp_path / "out")]), server


def test_one_command_prints_and_writes_tables_with_intervals(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _ = evaluate(tmp_path, data, knows_ada, methods=("none", "prompt", "rag", "macm", "shuffled"))
    printed = capsys.readouterr()
    assert status == 0
    for name in ("m-none", "m-prompt", "m-rag", "m-macm", "m-shuffled"):
        assert name in printed.out
    folder = latest(tmp_path / "out") / "summary"
    with (folder / "self_report.csv").open() as stream:
        rows = {(r["model"], r["of"], r["character"]): r for r in csv.DictReader(stream) if r["measure"] == "score"}
    assert float(rows["m-prompt", "single_choice", "all"]["value"]) == 100.0
    assert float(rows["m-none", "all", "all"]["value"]) == 0.0
    assert float(rows["m-shuffled", "cloze", "all"]["value"]) == 0.0
    whole = json.loads((folder / "self_report.json").read_text())
    pair = next(c for c in whole["comparisons"]["score"] if (c["first"], c["second"], c["type"]) == ("m-none", "m-prompt", "all"))
    assert pair["difference"]["low"] <= pair["difference"]["value"] <= pair["difference"]["high"] < 0
    assert pair["p"] == 0.25 and pair["rank_biserial"] == -1.0
    cells = {c["model"]: c for c in whole["data"]["cells"]}
    assert set(cells) == {"m-rag", "m-macm"} and 0 < cells["m-macm"]["recall"] <= 100
    assert cells["m-rag"]["questions"] == 6 and 0 < cells["m-rag"]["recall"] <= 100
    usage = json.loads((folder / "run.json").read_text())["usage"]["m-macm"]
    assert set(usage) == {"all", "top", "memory", "joint"}
    assert usage["top"]["cached_share"] == pytest.approx(40.0) and not usage["top"]["estimated"]
    assert "| m-prompt" in (folder / "self_report.md").read_text()
    assert "m-macm/cloze: 6/6 rows" in printed.err


def test_every_method_sees_the_options_in_the_same_order(tmp_path: Path, data: Path) -> None:
    _, server = evaluate(tmp_path, data, lambda *_: "A", methods=("none", "prompt", "rag"))
    asked = {last_text(b)[last_text(b).index("An old friend") :] for b in server.requests if "Exactly one" in last_text(b)}
    assert len(asked) == 3  # one text for each character's one question, whatever the method


def test_a_saved_answer_contains_its_trace(tmp_path: Path, data: Path) -> None:
    evaluate(tmp_path, data, lambda body, _: "2, 1" if "Which of your memories" in last_text(body) else "x", methods=("macm",))
    row = predictions(latest(tmp_path / "out"))["m-macm/cloze"][0]
    trace = row["trace"]
    assert [m["id"] for m in trace["memories"]] == ["ada-berg-m002", "ada-berg-m001"]
    assert {c["agent"] for c in trace["calls"]} == {"memory", "joint", "top"}
    assert all(c["completion"]["seconds"] > 0 for c in trace["calls"])
    assert row["id"] == "ada-berg-cloze-01" and row["gold"] == ["Ada Berg"]


def faults(*answers: Any) -> Callable[[dict[str, Any], int], Any]:
    """Answers the first requests with faults and all others correctly."""
    return lambda body, number: answers[number - 1] if number <= len(answers) else "A"


def test_temporary_server_faults_are_retried_and_lose_no_row(tmp_path: Path, data: Path) -> None:
    script = faults(
        (429, {"Retry-After": "1"}, '{"error": {"message": "slow down"}}'), (500, {}, "oops"), (200, {}, "garbage"),
        (200, {}, "{}"), completion_of(""), None,
    )  # fmt: skip
    status, server = evaluate(tmp_path, data, script, methods=("prompt",), model={"retry": 8})
    assert status == 0
    assert len(server.requests) == 12 + 6
    assert all(text == "A" for rows in texts(latest(tmp_path / "out")).values() for text in rows)


def completion_of(text: str) -> tuple[int, dict[str, str], str]:
    return 200, {}, completion(text)


@pytest.mark.parametrize(
    "fault",
    [(429, {}, '{"error": {"message": "quota"}}'), (500, {}, "oops"), (200, {}, "garbage"), completion_of(""), None, (401, {}, '{"error": {"message": "bad key ' + KEY + '"}}')],
    ids=["429", "500", "garbage", "empty", "nothing", "401"],
)  # fmt: skip
def test_a_permanent_fault_fails_only_its_row_and_the_run_can_be_resumed(
    tmp_path: Path, data: Path, fault: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, answered = True, threading.Event()

    def script(body: dict[str, Any], number: int) -> Any:
        if number > 8:  # of eight rows in work, one was answered
            answered.set()
        if broken and "What broke?" in last_text(body) and "You are Ada" in body["messages"][0]["content"]:
            answered.wait(60)  # a model that is refused before it has answered ends the run
            return fault
        return "A"

    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("prompt",), model={"retry": 3, "concurrency": 8})
        status = main([str(config), "-w", str(tmp_path / "out")])
        printed = capsys.readouterr()
        assert status == 1
        assert "m-prompt/single_choice: 1 of 3 rows are missing" in printed.err
        folder = latest(tmp_path / "out")
        resume = f"-w {tmp_path / 'out'} -r {folder.name}"
        assert f"resume with: python run.py {config} {resume}" in printed.err
        rows = predictions(folder)["m-prompt/single_choice"]
        assert [row["error"] is None for row in rows] == [False, True, True]
        assert "1" in printed.out  # the table counts it
        before = len(server.requests)
        broken = False
        assert main([str(config), *resume.split()]) == 0
        assert len(server.requests) == before + 1
        assert texts(folder)["m-prompt/single_choice"] == ["A", "A", "A"]
    assert_no_key(tmp_path, printed.out + printed.err)


def assert_no_key(folder: Path, printed: str) -> None:
    assert KEY not in printed
    found = [path for path in folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert found == []


def test_the_key_is_sent_to_the_server_and_written_nowhere(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, server = evaluate(tmp_path, data, lambda *_: "A")
    assert all(headers["authorization"] == f"Bearer {KEY}" for headers in server.headers)
    printed = capsys.readouterr()
    assert_no_key(tmp_path, printed.out + printed.err)


def test_a_run_is_not_resumed_with_another_config_but_with_less_concurrency(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda *_: "A") as server:
        llm = openai_llm(server.address)
        config = write_config(tmp_path, data, llm, ("rag",), model={"method_kwargs": {"k": 1}})
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        before = len(server.requests)
        write_config(tmp_path, data, llm, ("rag",), model={"method_kwargs": {"k": 2}})
        capsys.readouterr()
        message = error_message(tmp_path, capsys, [str(config), "-w", str(tmp_path / "out"), "-r"])
        assert "method_kwargs.k of model 'm-rag' was 1 and is 2" in message and "or start a new run" in message
        slower = openai_llm(server.address, price={"input": 1.0, "output": 2.0}, timeout=9)
        write_config(tmp_path, data, slower, ("rag",), model={"method_kwargs": {"k": 1}, "concurrency": 1, "retry": 2})
        assert main([str(config), "-w", str(tmp_path / "out"), "-r"]) == 0
        assert len(server.requests) == before
        assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_run_takes_no_folder_of_another_run_that_started_at_the_same_time(tmp_path: Path, data: Path) -> None:
    now, out = datetime.now(), tmp_path / "out"
    others = [out / (now + timedelta(seconds=second)).strftime("%Y%m%d_%H%M%S") for second in range(200)]
    for folder in others:
        folder.mkdir(parents=True)
    config = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1"))
    assert main([str(config), "-w", str(out), "--dry-run"]) == 0
    assert [list(folder.iterdir()) for folder in others] == [[]] * 200
    (own,) = set(out.iterdir()) - set(others)
    assert own == latest(out) and (own / "configs").is_dir()


def test_agents_can_have_a_separate_model(tmp_path: Path, data: Path) -> None:
    with serving(lambda *_: "1") as top, serving(lambda *_: "2") as agents:
        model = "dict(type=OpenAISDK, path='small', key='ENV', openai_api_base=%r, timeout=20)" % agents.address
        config = write_config(tmp_path, data, openai_llm(top.address), ("macm",))
        config.write_text(config.read_text().replace("llm=dict", f"agent_llm={model}, llm=dict"))
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        assert {b["model"] for b in top.requests} == {"scripted"} and len(top.requests) == 12
        assert {b["model"] for b in agents.requests} == {"small"} and len(agents.requests) == 24


def test_opencompass_gen_inferencer_is_supported(tmp_path: Path, data: Path) -> None:
    status, _ = evaluate(tmp_path, data, knows_ada, methods=("prompt",), inferencer="GenInferencer")
    assert status == 0
    assert texts(latest(tmp_path / "out"))["m-prompt/cloze"][0] == "Ada Berg"
    assert cli(["replay", str(latest(tmp_path / "out"))]) == 0


def error_message(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> str:
    """Runs the command and returns its one-sentence error message."""
    status = main(list(arguments))
    printed = capsys.readouterr().err
    errors = [line for line in printed.splitlines() if line.startswith("error: ")]
    assert status == 2 and len(errors) == 1 and "Traceback" not in printed
    return errors[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"methods": ("macmm",)}, "unknown method 'macmm': did you mean 'macm'"),
        ({"methods": ("macm",), "model": {"method_kwargs": {"retriever": "sparse"}}}, "unknown retriever 'sparse'"),
        ({"dataset": {"characters": ["ada-borg"]}}, "unknown character 'ada-borg': did you mean 'ada-berg'"),
        (
            {"dataset": {"charcters": ["ada-berg"]}},
            "unknown key of datasets[0] 'charcters': did you mean",
        ),
        ({"dataset": {"sample": "qick"}}, "unknown datasets[0].sample 'qick': did you mean 'quick'"),
        ({"model": {"data": "/nowhere"}}, "/nowhere"),
    ],
)
def test_an_invalid_config_gives_one_sentence_before_any_call(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], options: dict[str, Any], words: str
) -> None:
    with serving(lambda *_: "A") as server:
        config = write_config(tmp_path, data, openai_llm(server.address), **options)
        assert words in error_message(tmp_path, capsys, [str(config), "-w", str(tmp_path / "out")])
        assert server.requests == []
    assert not (tmp_path / "out").exists()


def test_an_invalid_data_line_is_found_before_any_call(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = data / "characters" / "bo-crane" / "memories.jsonl"
    path.write_text(path.read_text() + "{broken\n")
    with serving(lambda *_: "A") as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("macm",))
        error = error_message(tmp_path, capsys, [str(config), "-w", str(tmp_path / "out")])
        assert f"{path}, line 7" in error and server.requests == []


@pytest.mark.parametrize("key", [KEY, "sk-written-into-the-config"])
def test_a_key_in_a_config_is_refused_and_not_printed(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    config = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1", key=key))
    error = error_message(tmp_path, capsys, [str(config), "-w", str(tmp_path / "out")])
    assert "models[0].llm.key contains a secret" in error and key not in error
    assert not (tmp_path / "out").exists()


def test_other_command_line_errors(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = str(write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1")))
    assert "has a space in its name" in error_message(tmp_path, capsys, [config, "-w", str(tmp_path / "my out")])
    assert "no run '20200101_000000'" in error_message(
        tmp_path, capsys, [config, "-w", str(tmp_path / "out"), "-r", "20200101_000000"]
    )
    assert "does not exist" in error_message(tmp_path, capsys, [str(tmp_path / "no.py")])
    assert "no config given" in error_message(tmp_path, capsys, [])
    monkeypatch.delenv("OPENAI_API_KEY")
    assert "OPENAI_API_KEY is not set" in error_message(tmp_path, capsys, [config, "-w", str(tmp_path / "out")])
