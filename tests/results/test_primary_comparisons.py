"""The primary comparisons of a run: what is compared with what, corrected together, declared in the config, and replayed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.family_error import error_rates
from human_simulacra.cli import main as command
from human_simulacra.experiments.registry import EXPERIMENTS, summarise_run
from human_simulacra.plugin.run_command import main
from human_simulacra.results.summary import Summary
from human_simulacra.statistics import holm_correction
from tests.made_rows import PEOPLE, choices, unanswerable
from tests.run_config import latest, openai_llm, write_config
from tests.servers import serving

UNKNOWN, INVENTED = "I do not know.", "It was Rex."


def right_for(count: int) -> Any:
    """Replies rightly for the first characters, wrongly for the others."""
    return lambda character, number: "B" if PEOPLE.index(character) < count else "A"


def four_methods(backbone: str = "one", prefix: str = "m") -> list[dict[str, Any]]:
    rows = []
    for method, right in (("none", 4), ("prompt", 7), ("rag", 12), ("shuffled", 3)):
        rows += choices(f"{prefix}-{method}", right_for(right), backbone=backbone)
        rows += unanswerable(f"{prefix}-{method}", lambda *_, r=right: INVENTED if r < 12 else UNKNOWN, backbone=backbone)
    return rows


def family(summaries: list[Summary]) -> list[dict[str, Any]]:
    assert summaries[0].experiment == "primary"
    return list(summaries[0].data["comparisons"])


def test_every_method_is_compared_with_the_control_on_every_headline_and_corrected_together() -> None:
    summaries = summarise_run(four_methods())
    found = family(summaries)
    assert {(c["experiment"], c["first"], c["second"], c["type"]) for c in found} == {
        (experiment, f"m-{method}", "m-shuffled", "all")
        for experiment in ("self_report", "unanswerable") for method in ("none", "prompt", "rag")
    }  # fmt: skip
    assert [c["p_holm"] for c in found] == pytest.approx(holm_correction([c["p"] for c in found]))
    best = next(c for c in found if (c["experiment"], c["first"]) == ("self_report", "m-rag"))
    assert best["difference"]["value"] == 75 and best["p"] == pytest.approx(2 / 2**9)
    assert best["p_holm"] == pytest.approx(5 * best["p"])  # false memories of m-rag have the smaller p, 2 / 2**12


def test_only_the_primary_table_shows_a_corrected_p_and_all_others_say_uncorrected() -> None:
    primary, *experiments = summarise_run(four_methods())
    assert "p (Holm)" in primary.tables[0].head and len(primary.tables[0].rows) == 6
    heads = [name for summary in experiments for table in summary.tables if table.rows for name in table.head]
    assert "p (uncorrected)" in heads and not {"p", "p (Holm)"} & set(heads)


def test_models_are_compared_with_the_control_on_their_own_backbone() -> None:
    found = family(summarise_run([*four_methods("one", "a"), *four_methods("two", "b")]))
    assert {(c["first"][0], c["second"]) for c in found} == {("a", "a-shuffled"), ("b", "b-shuffled")}
    lone = family(summarise_run([*four_methods("one", "a"), *choices("b-rag", right_for(12), backbone="two")]))
    assert {c["first"] for c in lone} == {"a-none", "a-prompt", "a-rag"}


def test_a_run_can_declare_its_control_and_experiments() -> None:
    rows = four_methods()
    against_none = family(summarise_run(rows, {"against": "none", "experiments": ["self_report"]}))
    assert {(c["first"], c["second"]) for c in against_none} == {(f"m-{m}", "m-none") for m in ("prompt", "rag", "shuffled")}
    against_model = family(summarise_run(rows, {"against": "m-rag"}))
    assert {(c["first"], c["second"]) for c in against_model} == {(f"m-{m}", "m-rag") for m in ("none", "prompt", "shuffled")}
    assert next(c for c in against_model if c["first"] == "m-shuffled")["difference"]["value"] == -75


def test_a_run_without_a_control_says_what_to_add() -> None:
    primary = summarise_run([*choices("m-rag", right_for(12)), *choices("m-prompt", right_for(3))])[0]
    assert not any(table.rows for table in primary.tables)
    assert "no primary comparison" in primary.notes[0] and "method='shuffled'" in primary.notes[0]


def test_few_characters_for_many_tests_are_noted() -> None:
    rows = [row for row in four_methods() if row["character"] in PEOPLE[:6]]
    primary = summarise_run(rows)[0]
    assert min(c["p_holm"] for c in primary.data["comparisons"]) >= 0.05
    assert "no p (Holm) can fall below 0.19" in primary.notes[1]
    assert len(summarise_run(four_methods())[0].notes) == 1


def test_every_experiment_names_its_headline_measure() -> None:
    assert {name: experiment.headline for name, experiment in EXPERIMENTS.items()} == {
        "self_report": "score", "personality": "tau", "unanswerable": "false memories", "open_detail": "contradictions",
        "conformity": "conformity", "observer": "description matching",
        "decisions": "right choices", "growth": "point-in-time accuracy", "interrogation": "consistency",
    }  # fmt: skip


def test_a_run_without_differences_shows_a_primary_finding_in_at_most_five_percent() -> None:
    corrected, within_experiments, uncorrected = error_rates(runs=200, agreement=0.5, seed=3)
    assert corrected <= 0.05 + 2 * 0.0154  # two standard errors of 5 % in 200 runs
    assert within_experiments > 0.1 and uncorrected > 0.3


def declare(config: Path, primary: str) -> str:
    config.write_text(config.read_text().replace("dict(type=RunSummarizer)", f"dict(type=RunSummarizer, primary={primary})"))
    return str(config)


def test_a_run_prints_writes_and_replays_its_primary_comparisons_first(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")

    def reply(body: dict[str, Any], number: int) -> str:
        return "A" if "You are" in body["messages"][0]["content"] else "B"

    with serving(reply) as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("none", "prompt", "shuffled"))
        assert main([declare(config, "dict(against='none')"), "-w", str(tmp_path / "out"), "--wide"]) == 0
    printed = capsys.readouterr().out
    assert printed.index("Primary comparisons") < printed.index("Self report, by method and type")
    folder = latest(tmp_path / "out")
    saved = json.loads((folder / "summary" / "primary.json").read_text())
    compared = {(c["first"], c["second"]) for c in saved["data"]["comparisons"]}
    assert compared == {("m-prompt", "m-none"), ("m-shuffled", "m-none")}
    assert "| Self report" in (folder / "summary" / "primary.md").read_text()
    page = (folder / "summary" / "report.html").read_text()
    assert page.index("<h2>Primary comparisons</h2>") < page.index("<h2>Methods and experiments</h2>")
    assert command(["replay", str(folder)]) == 0
    saved["data"]["comparisons"][0]["p_holm"] = 0.01
    (folder / "summary" / "primary.json").write_text(json.dumps(saved))
    assert command(["replay", str(folder)]) == 1
    assert "primary.json" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("primary", "words"),
    [
        ("dict(against='shufled')", "unknown method or model in summarizer.primary.against 'shufled': did you mean 'shuffled'"),
        ("dict(against='macm')", "summarizer.primary.against is 'macm', but no model has this method"),
        ("dict(experiments=['self_reprot'])", "summarizer.primary.experiments 'self_reprot': did you mean 'self_report'"),
        ("dict(experiments=['observer'])", "summarizer.primary.experiments 'observer'"),
        ("dict(experiments='self_report')", "experiments must be a list of at least one name"),
        ("dict(control='none')", "unknown key of summarizer.primary 'control'"),
        ("'shuffled'", "summarizer.primary must be a dict"),
    ],
)
def test_an_invalid_declaration_gives_one_sentence_before_any_call(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, primary: str, words: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    config = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1"), ("none", "shuffled"))
    assert main([declare(config, primary), "-w", str(tmp_path / "out")]) == 2
    errors = capsys.readouterr().err
    assert words in errors and "Traceback" not in errors
    assert not (tmp_path / "out").exists()
