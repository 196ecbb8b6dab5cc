"""`evaluate(...)` in Python: the same run as the command's, also inside a running event loop, and never half a result."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra import EvaluationRun, IncompleteRunError, UserError, evaluate, load_run
from tests.run_config import openai_llm
from tests.servers import serving

KEY = "sk-notebook-7c1e55d0aa"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(tmp_path: Path, data: Path) -> Callable[..., EvaluationRun]:
    def call(model: Any = "openai/tiny", **more: Any) -> EvaluationRun:
        return evaluate(
            model, **{"data": data, "work_dir": tmp_path / "out", "method": ["prompt", "shuffled"], "sample": "all", **more}
        )

    return call


def in_a_loop(call: Callable[[], Any]) -> Any:
    """Calls a function as a notebook's cell does: in a running event loop, with Python's own handler of interrupts."""

    async def cell() -> Any:
        return call()

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(cell())
    finally:
        loop.close()


def test_two_evaluations_in_a_notebook_give_tables_answers_and_report(
    run: Callable[..., EvaluationRun], capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda body, _: "ANSWER: B" if "ANSWER" in body["messages"][-1]["content"] else "Alk") as server:
        price = {"input": 1.0, "output": 2.0}
        first = in_a_loop(lambda: run(base_url=server.address, settings={"llm.price": price, "llm.max_out_len": 99}))
        second = in_a_loop(lambda: run(base_url=server.address, method="none", limit=1, experiment="self_report"))
    printed = capsys.readouterr()
    assert printed.out == "" and "tiny: answers in" in printed.err
    assert {body["max_tokens"] for body in server.requests} == {99, 256}
    table = first.table.set_index("method")
    assert list(table.index) == ["prompt", "shuffled"] and set(table["experiment"]) == {"self_report"}
    assert table.loc["prompt", "against"] == "tiny-shuffled" and table.loc["prompt", "low"] <= table.loc["prompt", "score"]
    assert list(table["rows"]) == [12, 12] and list(table["calls"]) == [12, 12] and list(table["missing"]) == [0, 0]
    assert table.loc["prompt", "money"] == pytest.approx((12 * 100 + 12 * 5 * 2) / 1e6)  # what the server says it read and wrote
    assert len(second.table) == 1 and second.folder != first.folder and second.table["against"].isna().all()

    answers = first.answers
    assert len(answers) == 24 and set(answers["method"]) == {"prompt", "shuffled"} and set(answers["type"]) > {"cloze"}
    boat = answers[(answers["id"] == "ada-berg-cloze-02") & (answers["method"] == "prompt")].iloc[0]
    assert (boat["question"], boat["answer"], boat["prediction"]) == ("What was your boat called?", ["Alk"], "Alk")
    assert bool(boat["correct"]) and boat["outcome"] == "right" and boat["trace"]["persona"] == "ada-berg"
    chosen = answers[answers["type"] == "single_choice"].iloc[0]
    assert chosen["answer"] == ["a violin"] and chosen["chosen"] == [chosen["options"][1]] and boat["chosen"] is None
    assert set(chosen["options"]) == {"a violin", "a leg", "a cup", "a promise"}

    assert first.comparisons["model"].tolist() == ["tiny-prompt"] and first.problems == ()
    assert "<table" in Path(first.report()).read_text() and "report.html" in first.report()._repr_html_()
    assert first.verdict in repr(first) and "prompt" in first._repr_html_()
    again = load_run(first.folder)
    assert again.table.equals(first.table) and again.answers.equals(first.answers)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"model": "opnai/gpt-4"}, "did you mean 'openai/NAME'"),
        ({"model": 7}, "model must be a text such as 'openai/gpt-4o-mini'"),
        ({"model": {"path": "x"}}, "type"),
        ({"model": "gone.py:mine"}, "gone.py does not exist"),
        ({"method": ["macmm"]}, "did you mean 'macm'"),
        ({"experiment": "self_reprot"}, "did you mean 'self_report'"),
        ({"character": "maren"}, "unknown character 'maren'"),
        ({"methods": "none"}, "unknown argument 'methods': did you mean 'method'?"),
        ({"limit": 0}, "limit must be a whole number of at least 1"),
        ({"settings": {"temprature": 1}}, "did you mean 'temperature'"),
        ({"data": "/nowhere"}, "/nowhere"),
        ({"resume": True}, "there is no run in"),
        ({"max_cost": 1.0}, "needs the price of every model"),
        ({"model": "openai/tiny", "base_url": "http://127.0.0.1:9/v1"}, "cannot be used"),
    ],
)
def test_a_mistake_is_a_user_error_that_says_what_to_mend(
    run: Callable[..., EvaluationRun], tmp_path: Path, arguments: dict[str, Any], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UserError) as raised:
        run(**arguments)
    assert words in str(raised.value) and "error:" not in capsys.readouterr().err
    assert not [path for path in tmp_path.glob("out/*") if path.is_dir()]


def test_an_incomplete_run_is_no_result_until_it_is_resumed(run: Callable[..., EvaluationRun], tmp_path: Path) -> None:
    broken = True

    def script(body: dict[str, Any], _: int) -> Any:
        if broken and "boat" in body["messages"][-1]["content"]:
            return 400, {}, f'{{"error": {{"message": "no boats here, says {KEY}"}}}}'
        return "ANSWER: A"

    with serving(script) as server:
        with pytest.raises(IncompleteRunError) as raised:
            run(base_url=server.address, settings={"retry": 1})
        error = raised.value
        assert any(one.startswith("tiny-prompt/cloze: 3 of 6 rows are missing") for one in error.problems)
        assert f"resume='{error.folder.name}'" in str(error) and KEY not in str(error)
        half = load_run(error.folder)
        assert "tiny-prompt/cloze: 3 of 6 rows are missing" in half.problems and half.table["missing"].sum() == 6
        before, broken = len(server.requests), False
        whole = run(base_url=server.address, settings={"retry": 1}, resume=True)
    assert whole.folder == error.folder and whole.problems == ()
    assert before < len(server.requests) <= before + 6  # what was answered is not asked again


def test_an_interrupt_stops_a_notebooks_run_which_then_goes_on(run: Callable[..., EvaluationRun]) -> None:
    def script(body: dict[str, Any], number: int) -> str:
        if number == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return "ANSWER: A"

    with serving(script) as server:
        with pytest.raises(KeyboardInterrupt):
            in_a_loop(lambda: run(base_url=server.address, concurrency=1))
        stopped = len(server.requests)
        assert stopped < 24
        done = in_a_loop(lambda: run(base_url=server.address, concurrency=1, resume=True))
    assert done.problems == () and len(done.answers) == 24 and len(server.requests) <= 24 + 1


def test_a_model_is_named_by_a_config_or_by_a_file(run: Callable[..., EvaluationRun], tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    with serving(lambda *_: "ANSWER: A") as server:
        file.write_text(f"from opencompass.models import OpenAISDK\nmine = {openai_llm(server.address, abbr='own')}\n")
        config = {"type": "opencompass.models.OpenAISDK", "path": "org/large", "key": "ENV", "openai_api_base": server.address}
        by_config = run(config, method="none", character=["ada-berg"], agent_model=f"{file}:mine")
        by_file = run(file, method="none", character="ada-berg,bo-crane", write_config=tmp_path / "kept.py")
    assert by_config.table["model"].tolist() == ["large-none"] and set(by_config.answers["character"]) == {"ada-berg"}
    assert by_file.table["model"].tolist() == ["own-none"] and "own-none" in (tmp_path / "kept.py").read_text()
    assert {body["model"] for body in server.requests} == {"org/large", "scripted"}
