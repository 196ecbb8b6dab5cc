"""A fault of one row stays in the row, and a model that cannot be used at all ends the run in seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.plugin.run_command import main
from tests.faults.fault import Fault, each
from tests.faults.test_reply_faults import said
from tests.run_config import latest, openai_llm, predictions, write_config
from tests.servers import completion, serving

Script = Callable[[dict[str, Any], int], Any]
# What a server sends for one question, and words of the reason that the row keeps.
ROWS = [
    Fault("content of no known shape", said({"a": 1}), "neither a text nor a list of parts"),
    Fault("deeply nested JSON", "[" * 100_000, "not JSON"),
    Fault("a message that is a number", '{"choices": [{"message": 7}]}', "choices.0.message"),
    Fault("a tool call", said(None, tool_calls=[{"id": "1"}]), "called a tool"),
    Fault("no text", said(""), "sent an empty message (gave up after 2 attempts)"),
]
# What a server answers to everything, and words of the one sentence that ends the run.
UNUSABLE = [
    Fault("a wrong key", (401, {}, '{"error": {"message": "bad key"}}'), "refused the key"),
    Fault("an unknown model", (404, {}, '{"error": {"message": "The model `scripted` does not exist"}}'), "has no model 'scripted'"),
    Fault("another address", (404, {}, "Not Found"), "has no chat completions"),
    Fault("no credit", (429, {}, '{"error": {"message": "insufficient_quota"}}'), "no credit left"),
    Fault("a web page", (200, {}, "<html>Sign in</html>"), "answered with a web page and not as a model"),
    Fault("a fault of its own", (500, {}, "oops"), "answered HTTP 500"),
    Fault("no response", None, "ended its answer early"),
    Fault("a refusal of everything", (400, {}, '{"error": {"message": "no"}}'), "answered HTTP 400: no"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def key_and_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    monkeypatch.setattr("human_simulacra.backbones.retry.RetryPolicy.wait", lambda *_: 0.0)


def evaluate(folder: Path, data: Path, script: Script, probes: bool = False, **options: Any) -> tuple[int, int]:
    """Runs the self report and returns status and number of requests."""
    with serving(script, probes) as server:
        config = write_config(
            folder, data, openai_llm(server.address), **{"methods": ("prompt",), "model": {"retry": 2}, **options}
        )
        return main([str(config), "-w", str(folder / "out")]), len(server.requests)


def test_any_fault_of_a_row_stays_in_the_row_with_its_reason(tmp_path: Path, data: Path) -> None:
    """Each fault hits one of the twelve rows of one run."""
    names = ("Ada Berg", "Bo Crane", "Cy Dahl")
    places = [(who, what) for what in ("What broke?", "What do you like?") for who in names]
    by_place = dict(zip(places, ROWS, strict=False))

    def script(body: dict[str, Any], number: int) -> Any:
        system, asked = body["messages"][0]["content"], body["messages"][-1]["content"]
        hit = next((fault for (who, what), fault in by_place.items() if f"You are {who}" in system and what in asked), None)
        return (200, {}, hit.given) if hit else "A"

    status, _ = evaluate(tmp_path, data, script)
    rows = [row for found in predictions(latest(tmp_path / "out")).values() for row in found]
    reasons = [row["error"] for row in rows if row["prediction"] is None]
    assert status == 1 and len(rows) == 12 and len(reasons) == len(ROWS)
    for fault in ROWS:
        assert any(fault.expected in reason for reason in reasons), fault.what
    # Calls that were paid and gave nothing count: two of the row without a text, one of the tool call.
    run = json.loads((latest(tmp_path / "out") / "summary" / "run.json").read_text())
    assert run["usage"]["m-prompt"]["all"]["calls"] == 12 - len(ROWS) + 2 + 1


def test_an_exception_in_a_method_stays_in_its_row(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from human_simulacra.memory.passage_search import PassageSearcher

    ranked = PassageSearcher.rank_story

    def broken(self: PassageSearcher, character: str, *rest: Any) -> Any:
        if character == "bo-crane":
            raise ZeroDivisionError("no passage")
        return ranked(self, character, *rest)

    monkeypatch.setattr(PassageSearcher, "rank_story", broken)
    status, _ = evaluate(tmp_path, data, lambda *_: "A", methods=("rag",), model={"method_kwargs": {"index": "lexical"}})
    rows = [row for found in predictions(latest(tmp_path / "out")).values() for row in found]
    assert status == 1
    assert {row["error"] for row in rows} == {None, "ZeroDivisionError: no passage"} and sum(
        row["error"] is None for row in rows
    ) == 8


@each(UNUSABLE)
def test_a_model_that_cannot_be_used_ends_the_run_before_its_rows(
    fault: Fault, tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, requests = evaluate(tmp_path, data, lambda *_: fault.given, probes=True)
    printed = capsys.readouterr().err
    assert status == 2 and requests <= 13 and printed.count("error: ") == 1 and fault.expected in printed
    assert "Traceback" not in printed and not (tmp_path / "out").exists()


def test_a_model_that_was_usable_once_ends_the_run_with_its_first_row(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the server takes is known from an earlier run, so that nothing is asked before the first row."""
    with serving(lambda *_: "A") as server:
        config = write_config(tmp_path, data, openai_llm(server.address), methods=("prompt",))
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    config = write_config(tmp_path, data, openai_llm(server.address), methods=("none",))
    status = main([str(config), "-w", str(tmp_path / "out")])
    printed = capsys.readouterr().err
    assert status == 2 and "the connection was refused: start the server" in printed and printed.count("error: ") == 1


def test_the_call_before_a_run_is_made_once_and_says_what_it_found(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def script(body: dict[str, Any], number: int) -> Any:
        if "max_tokens" in body:
            return (
                400,
                {},
                '{"error": {"message": "Unsupported parameter: \'max_tokens\'. Use \'max_completion_tokens\' instead."}}',
            )
        return (200, {}, completion("<think>Hm.</think>A"))

    status, requests = evaluate(tmp_path, data, script, probes=True, model={"retry": 2, "concurrency": 1})
    printed = capsys.readouterr().err
    assert status == 0 and requests == 2 + 12
    assert (
        "scripted: answers in" in printed
        and "takes max_completion_tokens, reasons before it answers (up to 4,096 tokens" in printed
    )
    assert {row["prediction"] for found in predictions(latest(tmp_path / "out")).values() for row in found} == {"A"}


def test_a_busy_server_does_not_end_a_run_before_it_began(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    busy = (503, {}, '{"error": {"message": "loading"}}')
    status, _ = evaluate(tmp_path, data, lambda body, number: busy if number == 1 else "A", probes=True)
    assert status == 0 and "the run starts nevertheless" in capsys.readouterr().err


def test_opencompass_own_inferencer_keeps_the_other_rows(tmp_path: Path, data: Path) -> None:
    def script(body: dict[str, Any], number: int) -> Any:
        return (200, {}, said({"a": 1})) if "You are Bo" in body["messages"][0]["content"] else "A"

    status, _ = evaluate(tmp_path, data, script, inferencer="GenInferencer")
    rows = [row for found in predictions(latest(tmp_path / "out")).values() for row in found]
    assert status == 1 and [row["prediction"] for row in rows].count(None) == 4 and len(rows) == 12
