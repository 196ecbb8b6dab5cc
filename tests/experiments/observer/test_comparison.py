"""The comparison of all models' answers, end to end with scripted judges behind a real server, and on made judgements."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.plugin.run_command import main
from human_simulacra.reporting.replay import replay
from human_simulacra.results.summary import Summary
from tests.experiments.made_moments import add_scenes
from tests.observer_run import compare, kind_of, report, respond, text_of, with_scenarios, write_config
from tests.run_config import latest
from tests.servers import ScriptedServer, serving

METHODS = ("none", "prompt", "shuffled")
CRITERIA = ("decision", "voice", "naturalness")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")


def evaluate(tmp_path: Path, data: Path, server: ScriptedServer, *more: str, **options: Any) -> int:
    tmp_path.mkdir(exist_ok=True)
    config = write_config(tmp_path, with_scenarios(data), server.address, **{"methods": METHODS, **options})
    return main([str(config), "-w", str(tmp_path / "out"), *more])


def compared(folder: Path) -> dict[str, Any]:
    return report(folder)["data"]["comparison"]


def models_of(figures: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {found["model"]: found for found in figures}


def comparisons(server: ScriptedServer) -> list[dict[str, Any]]:
    return [body for body in server.requests if kind_of(body) == "comparison"]


def test_the_preferred_model_has_rank_1_and_the_figures_of_admitted_judges_alone(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        assert evaluate(tmp_path, data, server) == 0
        asked = comparisons(server)
    folder = latest(tmp_path / "out")
    found = compared(folder)
    models = models_of(found["models"])
    # `keen` prefers the answer with the person's name; `none` and `shuffled` are alike. `blind` is not admitted.
    for criterion in CRITERIA:
        assert models["m-prompt"]["ranks"][criterion]["value"] == 1.0
        assert models["m-none"]["ranks"][criterion]["value"] == pytest.approx(2.5, abs=1e-3)
        assert models["m-prompt"]["preferences"][criterion]["value"] == 100.0
        assert 30.0 < models["m-prompt"]["preferences"][criterion]["low"] < 60.0  # of three characters
    assert models["m-prompt"]["reference"] == "m-shuffled" and models["m-shuffled"]["reference"] == ""
    assert models["m-prompt"]["false_facts"]["value"] == 0.0 and models["m-none"]["false_facts"]["value"] == 2.0
    assert models["m-prompt"]["comparisons"] == 9  # three characters, three situations, one admitted judge
    judges = {judge["judge"]: judge for judge in found["judges"]}
    assert judges["keen"]["admitted"] and judges["keen"]["first_preferred"]["value"] == 50.0
    # A judge that always prefers the first position tells no models apart.
    assert not judges["blind"]["admitted"] and judges["blind"]["first_preferred"]["value"] == 100.0
    assert [m["ranks"]["voice"]["value"] for m in judges["blind"]["models"]] == pytest.approx([2.0] * 3)
    headlines = {(h["model"], h["measure"]): h for h in report(folder)["headlines"]}
    assert headlines["m-prompt", "rank, voice"]["estimate"]["value"] == 1.0
    assert headlines["m-prompt", "rank, voice"]["better"] == "lower" and not headlines["m-prompt", "rank, voice"]["caveat"]
    assert "Comparison of answers, by method" in (folder / "summary" / "observer.md").read_text()
    # Two judges, nine situations, two orders: paid once, though every model's rows hold them.
    assert len(asked) == 36
    usage = json.loads((folder / "summary" / "run.json").read_text())["usage"]
    assert usage["judge keen"]["comparison"]["calls"] == 18 and usage["judge keen"]["comparison"]["from_cache"] == 0
    assert all(result.agrees for result in replay(folder))


def test_talk_is_compared_beside_open_situations_and_as_of_the_moment_of_its_scene(tmp_path: Path, data: Path) -> None:
    add_scenes(data)
    with serving(respond) as server:
        assert evaluate(tmp_path, data, server, dataset="scenes=1,") == 0
        asked = [text_of(body) for body in server.requests if body["model"] == "respondent"]
    folder = latest(tmp_path / "out")
    kinds = compared(folder)["kinds"]
    assert {kind: models_of(own)["m-prompt"]["comparisons"] for kind, own in kinds.items()} == {"scenario": 9, "talk": 3}
    assert models_of(kinds["talk"])["m-prompt"]["ranks"]["voice"]["value"] == 1.0
    assert "Comparison of answers, by kind of stimulus" in (folder / "summary" / "observer.md").read_text()
    # The person says its next line, knows nothing of what it said, and is as old as in the scene.
    talk = next(text for text in asked if "You are Ada Berg" in text and "Not even for a hundred?" in text)
    assert "You: Nothing, it stays." in talk and "Not for a thousand" not in talk and "Age: 21" in talk
    assert all(result.agrees for result in replay(folder))


def test_judges_know_the_life_and_not_which_model_answered(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server, judges=("keen", "sharp"))
        asked = comparisons(server)
    orders: dict[tuple[str, str], list[list[str]]] = {}
    for body in asked:
        text = text_of(body)
        assert "a green boat called Alk" in text and not any(f"m-{method}" in text for method in METHODS)
        last = body["messages"][-1]["content"]
        (question,) = re.findall(r"Case \d", last.partition("Answer A")[0])[:1]
        reader = re.search(r"You know (\w+ \w+) from", text)
        assert reader
        shown = re.findall(r"(?m)^Answer [A-Z]: <<(.*)>>$", last)
        orders.setdefault((body["model"], reader[1] + question), []).append(shown)
    assert all(len(both) == 2 and both[0] == both[1][::-1] for both in orders.values())
    first = {key: place for key, both in orders.items() for place in [both[0].index("I cannot say.")]}
    assert len(set(first.values())) > 1  # the letters differ by situation
    pairs = [(first["keen", situation], place) for (judge, situation), place in first.items() if judge == "sharp"]
    assert any(one != other for one, other in pairs)  # and by judge


def test_a_resumed_run_pays_for_nothing_twice_and_compares_an_added_model_anew(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server, methods=("none", "prompt"))
        paid = len(server.requests)
        folder = latest(tmp_path / "out")
        assert set(models_of(compared(folder)["models"])) == {"m-none", "m-prompt"}
        assert evaluate(tmp_path, data, server, "-r", methods=("none", "prompt")) == 0
        assert len(server.requests) == paid
        assert evaluate(tmp_path, data, server, "-r", methods=METHODS) == 0
        added = server.requests[paid:]
    assert set(models_of(compared(folder)["models"])) == {"m-none", "m-prompt", "m-shuffled"}
    assert sum(kind_of(body) == "comparison" for body in added) == 36


def test_one_model_or_a_config_without_comparison_asks_for_none(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server, methods=("prompt",))
        assert comparisons(server) == [] and "comparison" not in report(latest(tmp_path / "out"))["data"]
        evaluate(tmp_path / "second", data, server, evaluator="comparison=False")
        assert comparisons(server) == []


def test_missing_answers_are_not_compared_and_truncated_ones_are(tmp_path: Path, data: Path) -> None:
    def script(body: dict[str, Any], number: int) -> Any:
        known = re.search(r"You are (\w+ \w+)", text_of(body))
        if kind_of(body) == "respondent" and "Case 1" in text_of(body):
            if not known:
                return (400, {}, '{"error": {"message": "out of order"}}')
            message = {"role": "assistant", "content": respond(body, number)}
            choice = {"index": 0, "message": message, "finish_reason": "length"}
            return (
                200,
                {},
                json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "r", "choices": [choice]}),
            )
        return respond(body, number)

    with serving(script) as server:
        assert evaluate(tmp_path, data, server, judges=("keen",)) == 1
        asked = comparisons(server)
    shown = {
        len(re.findall(r"(?m)^Answer [A-Z]: ", body["messages"][-1]["content"])) for body in asked if "Case 1" in text_of(body)
    }
    assert shown == {2}
    models = models_of(compared(latest(tmp_path / "out"))["models"])
    assert models["m-none"]["comparisons"] == 6 and models["m-prompt"]["comparisons"] == 9
    # `none` met the others less often, and still comes out as one of the last two of three.
    assert models["m-none"]["ranks"]["voice"]["value"] == pytest.approx(2.5, abs=0.01)


def test_a_comparison_that_cannot_be_read_in_both_orders_is_counted_and_not_used(tmp_path: Path, data: Path) -> None:
    def script(body: dict[str, Any], number: int) -> Any:
        if kind_of(body) == "comparison":
            first = "I am" in body["messages"][-1]["content"].partition("Answer B")[0]
            return compare(body) if first else "They are all the same to me."
        return respond(body, number)

    with serving(script) as server:
        assert evaluate(tmp_path, data, server, judges=("keen",), methods=("none", "prompt")) == 0
    folder = latest(tmp_path / "out")
    found = compared(folder)
    assert found["models"] == [] and found["judges"][0]["unparseable"] == found["judges"][0]["comparisons"] == 9
    assert "no judge gave a comparison that can be read in both orders" in (folder / "summary" / "observer.md").read_text()
    assert all(result.agrees for result in replay(folder))


def test_a_judge_that_is_a_compared_model_is_left_out_or_marked(tmp_path: Path, data: Path) -> None:
    with serving(lambda body, n: respond({**body, "model": "keen"} if kind_of(body) != "respondent" else body, n)) as server:
        evaluate(tmp_path, data, server, judges=("respondent", "keen"))
        assert [judge["judge"] for judge in compared(latest(tmp_path / "out"))["judges"]] == ["keen"]
        evaluate(tmp_path / "second", data, server, judges=("respondent",))
    summary = report(latest(tmp_path / "second" / "out"))
    assert summary["data"]["comparison"]["judges"][0]["self"]
    assert {h["caveat"] for h in summary["headlines"] if h["measure"].startswith("rank")} == {"judged by a compared model"}


def test_more_models_than_letters_are_reported_before_any_call(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(respond) as server:
        config = write_config(tmp_path, with_scenarios(data), server.address, methods=("prompt",))
        more = "models = [dict(models[0], abbr=f'm{place}') for place in range(27)]\n"
        config.write_text(config.read_text().replace("infer = ", more + "infer = ", 1))
        assert main([str(config), "-w", str(tmp_path / "out")]) == 2
        assert server.requests == []
    assert "at most 26 models can be compared, not 27: set comparison=False" in capsys.readouterr().err


def test_a_story_without_room_for_the_answers_beside_it_is_reported_before_any_call(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in data.rglob("story.jsonl"):
        first, *others = path.read_text().splitlines()
        entry = json.loads(first)
        entry["text"] += " The green boat went out and came back." * 200  # fits 4,096 tokens, but not beside two answers
        path.write_text("\n".join([json.dumps(entry), *others, ""]))
    options = {"evaluator": "reads='story'", "judge": {"max_seq_len": 4096}}
    with serving(respond) as server:
        assert evaluate(tmp_path, data, server, **options, methods=("none", "prompt")) == 2
        assert server.requests == []
    assert "give the judge a larger context (max_seq_len) or set reads='auto'" in capsys.readouterr().err


def made(judge: Callable[[list[str], random.Random], str], models: tuple[str, ...] = ("a", "b", "c"), seed: int = 0) -> Summary:
    """Returns the summary of twelve characters and four situations, compared by an admitted judge.

    Args:
        judge: What it says of the models shown, A first.
        models: The models.
        seed: Seed of the orders and of the judge.
    """
    draw, observer, rows = random.Random(seed), find_experiment("observer"), []
    for character in (f"c{place}" for place in range(12)):
        for place in range(4):
            shown = draw.sample(models, len(models))
            entries = []
            for turned, order in ((False, shown), (True, shown[::-1])):
                fields = {"kind": "comparison", "judge": "j", "own": False, "models": order, "reversed": turned, "error": None}
                entries.append({**fields, "shared": f"{character}{place}{turned}", "text": judge(order, draw), "took": None})
            options = [character, "x", "y", "z"]
            known = {"kind": "identity", "judge": "j", "own": False, "options": options, "text": "ANSWER: A", "error": None}
            for model in models:
                row = {"id": f"{character}-{place}", "character": character, "model": model, "dataset": "observer",
                       "missing": False, "status": "answered", "prediction": model, "judgements": [*entries, known]}  # fmt: skip
                rows.append({**row, **observer.score(row, model), "trace": None})
    return observer.summarise(rows)


def say(order: list[str], ranked: list[str]) -> str:
    line = " > ".join("ABCDE"[order.index(model)] for model in ranked)
    return (
        f"DECISION: {line}\nVOICE: {line}\nNATURAL: {line}\nFALSE FACTS: {', '.join(f'{one} 1' for one in 'ABCDE'[: len(order)])}"
    )


def test_intervals_of_a_judge_that_ranks_at_random_include_the_mean_rank() -> None:
    inside = 0
    for seed in range(10):
        summary = made(lambda order, draw: say(order, draw.sample(order, len(order))), seed=seed)
        ranks = [found["ranks"][criterion] for found in summary.data["comparison"]["models"] for criterion in CRITERIA]
        inside += sum(rank["low"] <= 2.0 <= rank["high"] for rank in ranks)
    assert inside >= 81  # of 90, in groups of nine that depend on each other


def test_a_judge_that_prefers_the_first_position_gives_equal_ranks() -> None:
    summary = made(lambda order, draw: say(order, order))
    (judge,) = summary.data["comparison"]["judges"]
    assert judge["first_preferred"]["value"] == 100.0 and judge["first_preferred"]["low"] > 80.0
    assert [found["ranks"]["voice"]["value"] for found in summary.data["comparison"]["models"]] == pytest.approx([2.0] * 3)
    assert [found["false_facts"]["value"] for found in summary.data["comparison"]["models"]] == [1.0] * 3


def test_a_judge_that_sees_a_difference_gives_it_whatever_the_order() -> None:
    summary = made(lambda order, draw: say(order, sorted(order)))
    ranks = {found["model"]: found["ranks"]["decision"]["value"] for found in summary.data["comparison"]["models"]}
    assert ranks == pytest.approx({"a": 1.0, "b": 2.0, "c": 3.0}, abs=1e-3)
    assert summary.data["comparison"]["judges"][0]["first_preferred"]["value"] == 50.0
