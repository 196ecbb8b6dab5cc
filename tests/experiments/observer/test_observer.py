"""The observer report end to end: a run with judge models behind a real server, in this process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.experiments.registry import find_experiment, summarise_run
from human_simulacra.plugin.run_command import main
from human_simulacra.results import run_folder
from human_simulacra.results.tables import to_json
from tests.observer_run import kind_of, report, respond, text_of, with_scenarios, write_config
from tests.run_config import latest
from tests.servers import ScriptedServer, serving


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-for-tests")


def evaluate(tmp_path: Path, data: Path, server: ScriptedServer, *more: str, **options: Any) -> int:
    # A second run in a test takes a folder of its own: OpenCompass names a run by its second.
    tmp_path.mkdir(exist_ok=True)
    config = write_config(tmp_path, with_scenarios(data), server.address, **options)
    return main([str(config), "-w", str(tmp_path / "out"), *more])


def figure(summary: dict[str, Any], half: str, model: str, judge: str, character: str = "all") -> dict[str, Any]:
    (found,) = [
        entry
        for entry in summary["data"][half]
        if (entry["model"], entry["judge"], entry["character"]) == (model, judge, character)
    ]
    return found


def headline(summary: dict[str, Any], model: str, measure: str) -> float:
    (found,) = [h for h in summary["headlines"] if (h["model"], h["measure"], h["character"]) == (model, measure, "all")]
    return found["estimate"]["value"]


def test_a_run_reports_both_tasks_with_admitted_judges(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(respond) as server:
        assert evaluate(tmp_path, data, server) == 0
    printed = capsys.readouterr()
    summary = report(latest(tmp_path / "out"))
    judges = {judge["judge"]: judge for judge in summary["data"]["judges"]}
    # The method `none` was told nobody's name, so that nobody can be picked by its answers: three sets are left.
    assert judges["keen"]["admitted"] and judges["keen"]["trials"] == 3 and judges["keen"]["accuracy"] == 100.0
    assert not judges["blind"]["admitted"] and judges["blind"]["right"] == 0
    assert headline(summary, "m-prompt", "description matching") == 100.0
    assert headline(summary, "m-prompt", "response similarity") == 100.0
    assert headline(summary, "m-none", "description matching") == headline(summary, "m-none", "response similarity") == 0.0
    # What the judge that is not admitted gave is shown, but is no headline.
    assert figure(summary, "matching", "m-none", "blind")["score"] == 100.0
    assert not figure(summary, "matching", "m-none", "blind")["admitted"]
    assert re.search(r"judging m-prompt/observer: (\d+)/\1 judgements", printed.err)
    tables = (latest(tmp_path / "out") / "summary" / "observer.md").read_text()
    assert "Headlines are the grades of keen" in tables and "description matching % [95 %]" in tables


def test_position_bias_is_averaged_out(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server)
    summary = report(latest(tmp_path / "out"))
    for model in ("m-none", "m-prompt"):
        assert figure(summary, "similarity", model, "blind")["score"] == 50.0


def test_a_run_without_admitted_judges_says_so(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server, judges=("blind",), methods=("prompt",))
    printed = capsys.readouterr().out
    assert "No judge was admitted, so these scores are not reliable" in printed
    assert "One judge both wrote and graded" in printed
    summary = report(latest(tmp_path / "out"))
    assert {h["caveat"] for h in summary["headlines"]} == {"no judge admitted"}
    # Every figure bears it, over all characters and for each.
    for title in ("Observer report, by method", "Observer report, by character"):
        (table,) = [table for table in summary["tables"] if table["title"] == title]
        places = [place for place, name in enumerate(table["head"]) if "[95 %]" in name]
        assert table["rows"] and all("(no judge admitted)" in row[place] for row in table["rows"] for place in places)


def test_headlines_prefer_texts_of_admitted_judges(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server, judges=("keen", "blind"), methods=("prompt",))
        alone = report(latest(tmp_path / "out"))
        evaluate(tmp_path / "second", data, server, judges=("keen", "blind", "strict"), methods=("prompt",))
        both = report(latest(tmp_path / "second" / "out"))
    # With `blind` as the only other judge, `keen` can grade but what `blind` wrote.
    assert {h["caveat"] for h in alone["headlines"]} == {"written by a judge not admitted"}
    assert "(written by a judge not admitted)" in str(alone["tables"])
    assert {h["caveat"] for h in both["headlines"]} == {""}
    # `keen` gives 5, `strict` 4 to the other's text: 87.5 %. With their grades of what `blind` wrote it would be as much, but
    # from twice the grades.
    for half, texts in (("matching", 12), ("similarity", 18)):
        measure = {"matching": "description matching", "similarity": "response similarity"}[half]
        (found,) = [h for h in both["headlines"] if (h["measure"], h["character"]) == (measure, "all")]
        assert (found["estimate"]["value"], found["estimate"]["rows"]) == (87.5, texts)


def test_too_few_characters_to_admit_a_judge_are_reported(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server, methods=("prompt",), dataset="characters=['ada-berg', 'bo-crane'],")
    folder = latest(tmp_path / "out")
    judges = {judge["judge"]: judge for judge in report(folder)["data"]["judges"]}
    # Three lives to choose from: both characters told apart is one chance in nine.
    assert judges["keen"]["right"] == judges["keen"]["characters"] == 2 and judges["keen"]["p"] == pytest.approx(1 / 9)
    assert not judges["keen"]["admitted"]
    text = (folder / "summary" / "observer.md").read_text()
    assert "no (too few characters)" in text and "2 characters are too few to admit a judge: p cannot fall below 0.111" in text


def test_judges_see_only_what_their_task_allows(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server)
        judged = [body for body in server.requests if body["model"] != "respondent"]
    blind = [body for body in judged if kind_of(body) in ("description", "similarity", "identity")]
    reading = [body for body in judged if kind_of(body) in ("matching", "answer")]
    assert blind and reading
    assert not any("a green boat called Alk" in text_of(body) for body in blind)
    assert all("a green boat called Alk" in text_of(body) for body in reading)  # the life story fits
    assert not any(method in text_of(body) for body in judged for method in ("m-prompt", "m-none", "respondent"))
    # Nobody scores what it wrote itself: with two judges each grades the other's.
    rows = list(run_folder.read_scored_rows(latest(tmp_path / "out"), [("m-prompt", "observer")]))
    scored = [entry for row in rows for entry in row["judgements"] if entry["kind"] in ("matching", "similarity")]
    assert scored and all(entry["judge"] != entry["writer"] for entry in scored)


def agreement(summary: dict[str, Any], half: str) -> dict[str, dict[str, Any]]:
    """Returns the coefficients of one task by their remark, alpha by its name."""
    return {e["measure"] if e["measure"] == "alpha" else e["note"]: e for e in summary["data"]["agreement"][half]}


def test_three_judges_give_every_item_two_graders_and_an_agreement(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server, judges=("keen", "sharp", "strict"))
    folder = latest(tmp_path / "out")
    summary = report(folder)
    rows = list(run_folder.read_scored_rows(folder, [(f"m-{name}", "observer") for name in ("none", "prompt")]))
    for half in ("matching", "similarity"):
        graders: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            for rating in row["ratings"]:
                if rating["half"] == half:
                    graders.setdefault((row["model"], rating["item"]), set()).add(rating["judge"])
                    assert rating["judge"] != rating["writer"]
        assert {len(judges) for judges in graders.values()} == {2}
        found = agreement(summary, half)
        assert set(found) == {"keen, sharp", "keen, strict", "sharp, strict", "alpha"}
        assert found["keen, sharp"]["value"] == pytest.approx(1.0)
        # One step of difference at the top of the scale, and none at its foot.
        assert 0.8 < found["keen, strict"]["value"] < 1.0 and 0.8 < found["alpha"]["value"] < 1.0
        assert found["alpha"]["items"] == len(graders) == sum(e["items"] for e in found.values()) / 2
    assert "keen, strict" in (folder / "summary" / "observer.md").read_text()


def test_two_judges_leave_each_item_one_grader_and_the_table_says_so(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server, judges=("keen", "strict"), methods=("prompt",))
    folder = latest(tmp_path / "out")
    for half in ("matching", "similarity"):
        (found,) = report(folder)["data"]["agreement"][half]
        assert found["value"] is None and found["note"] == "each item has one grader: use three judges or more"
    assert "use three judges or more" in (folder / "summary" / "observer.md").read_text()


def spoilt(kind: str, *judges: str) -> Callable[[dict[str, Any], int], Any]:
    """The script, with these judges' replies of a kind unparseable."""
    return lambda body, n: "Perhaps." if body["model"] in judges and kind_of(body) == kind else respond(body, n)


@pytest.mark.parametrize(
    ("kind", "judges", "half", "words"),
    [
        (
            "description",
            ("keen", "sharp", "strict"),
            "matching",
            "keen: 3 descriptions without a statement; sharp: 3 descriptions",
        ),
        ("similarity", ("sharp", "strict"), "similarity", "sharp: 18 of 18 verdicts unparseable; strict: 18 of 18 verdicts"),
    ],
)
def test_where_three_judges_cannot_be_read_the_table_says_that_and_asks_for_no_more_judges(
    tmp_path: Path, data: Path, kind: str, judges: tuple[str, ...], half: str, words: str
) -> None:
    with serving(spoilt(kind, *judges)) as server:
        evaluate(tmp_path, data, server, judges=("keen", "sharp", "strict"), methods=("prompt",))
    folder = latest(tmp_path / "out")
    (found,) = report(folder)["data"]["agreement"][half]
    assert found["value"] is None and found["note"].startswith(f"too few grades can be used: {words}")
    assert words in (folder / "summary" / "observer.md").read_text()
    assert "use three judges" not in (folder / "summary" / "observer.md").read_text()


def test_a_judge_whose_checks_are_unparseable_is_told_from_one_that_knows_nobody(tmp_path: Path, data: Path) -> None:
    with serving(spoilt("identity", "keen")) as server:
        evaluate(tmp_path, data, server, methods=("prompt",))
        notes = report(latest(tmp_path / "out"))["notes"]
        assert "keen: 3 of 3 identity checks are unparseable, and count as wrong." in notes
        evaluate(tmp_path / "second", data, server, methods=("none",))
        (checked,) = [note for note in report(latest(tmp_path / "second" / "out"))["notes"] if "checked" in note]
        assert "The check needs a method that knows its character" in checked


def test_a_model_does_not_judge_itself_where_another_can(tmp_path: Path, data: Path) -> None:
    with serving(lambda body, n: respond({**body, "model": "keen"} if kind_of(body) != "respondent" else body, n)) as server:
        evaluate(tmp_path, data, server, judges=("respondent", "keen"), methods=("prompt",))
        summary = report(latest(tmp_path / "out"))
        assert {judge["judge"] for judge in summary["data"]["judges"]} == {"keen"}
        evaluate(tmp_path / "second", data, server, judges=("respondent",), methods=("prompt",))
        summary = report(latest(tmp_path / "second" / "out"))
        assert figure(summary, "matching", "m-prompt", "respondent")["self"]


def test_a_judge_that_is_the_agents_model_counts_as_the_model_judged(tmp_path: Path, data: Path) -> None:
    agents = "agent_llm=dict(server, path='keen', max_out_len=64)"
    with serving(respond) as server:
        evaluate(tmp_path, data, server, judges=("keen", "sharp"), methods=("prompt",), model=agents)
        assert {judge["judge"] for judge in report(latest(tmp_path / "out"))["data"]["judges"]} == {"sharp"}
        evaluate(tmp_path / "second", data, server, judges=("keen",), methods=("prompt",), model=agents)
        summary = report(latest(tmp_path / "second" / "out"))
    assert figure(summary, "matching", "m-prompt", "keen")["self"] and "keen (self)" in str(summary["tables"])


def test_resuming_repeats_only_failed_judgements(tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = True

    def script(body: dict[str, Any], number: int) -> Any:
        if broken and kind_of(body) == "matching" and "You know Bo Crane" in text_of(body):
            return (400, {}, '{"error": {"message": "out of order"}}')
        return respond(body, number)

    with serving(script) as server:
        assert evaluate(tmp_path, data, server, methods=("prompt",)) == 1
        printed = capsys.readouterr()
        assert "2 judge calls failed" in printed.out and "judgements are missing (" in printed.err
        before, broken = len(server.requests), False
        assert evaluate(tmp_path, data, server, "-r", methods=("prompt",)) == 0
        assert len(server.requests) == before + 2
    usage = json.loads((latest(tmp_path / "out") / "summary" / "run.json").read_text())["usage"]
    assert set(usage["judge keen"]) == {"all", "description", "matching", "answer", "similarity", "identity"}
    assert "judge calls failed" not in capsys.readouterr().out
    assert headline(report(latest(tmp_path / "out")), "m-prompt", "description matching") == 100.0


def test_scores_and_summary_are_recomputed_from_saved_rows(tmp_path: Path, data: Path) -> None:
    with serving(respond) as server:
        evaluate(tmp_path, data, server)
    folder = latest(tmp_path / "out")
    saved = list(run_folder.read_scored_rows(folder, [(f"m-{name}", "observer") for name in ("none", "prompt")]))
    observer = find_experiment("observer")
    for row in saved:
        scores = observer.score(row, row["prediction"])
        assert {key: row[key] for key in scores} == scores
    assert to_json(summarise_run(saved)[1]) == (folder / "summary" / "observer.json").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"judges": ()}, "evaluator.judges must be a list of dicts"),
        ({"judges": ("a", "a")}, "every judge needs a unique abbr, not 'a'"),
        ({"judge": {"max_seq_len": 1000}}, "has a context of 1000 tokens, which is too short"),
        ({"evaluator": "lives=1"}, "lives must be a whole number of at least 2 and at most 26, not 1"),
        ({"evaluator": "reading='story'"}, "evaluator 'reading': did you mean 'reads'"),
        ({"evaluator": "reads='bio'"}, "evaluator.reads 'bio'"),
        ({"dataset": "characters=['ada-borg'],"}, "unknown character 'ada-borg': did you mean 'ada-berg'"),
    ],
)
def test_a_configuration_error_is_reported_before_any_call(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], options: dict[str, Any], words: str
) -> None:
    with serving(respond) as server:
        assert evaluate(tmp_path, data, server, **options) == 2
        assert server.requests == []
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and words in errors[0]


def test_a_story_that_does_not_fit_is_refused_or_replaced_by_the_biography(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(respond) as server:
        assert evaluate(tmp_path, data, server, evaluator="reads='story', reading_tokens=60") == 2
        assert "has about" in capsys.readouterr().err
        evaluate(tmp_path, data, server, evaluator="reads='auto', reading_tokens=70", methods=("prompt",))
    (reads,) = {tuple(judge["reads"]) for judge in report(latest(tmp_path / "out"))["data"]["judges"]}
    assert reads == ("biography and the memory summaries that fit",)
