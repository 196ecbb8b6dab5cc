"""The report file: its contents for one or several runs, and the description of a run."""

from __future__ import annotations

import hashlib
import html
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.cli import main
from human_simulacra.plugin.run_command import main as run_main
from human_simulacra.reporting.answer_browser import answer_outcome
from human_simulacra.results.rules import RULES
from tests.run_config import ROOT, latest, openai_llm, write_config
from tests.servers import serving
from tests.synthetic_run import write_run

KEY = "sk-test-5f2d9a7be1"


def data_of(page: str) -> dict[str, Any]:
    """Returns the embedded answers, unpacked as the page's script unpacks them."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    packed = json.loads(found[1])

    def unpack(value: Any) -> Any:
        if isinstance(value, str):
            return "\n".join(packed["lines"][int(n, 36)] for n in value.split(","))
        if isinstance(value, list):
            return [unpack(inner) for inner in value]
        return {key: unpack(inner) for key, inner in value.items()} if isinstance(value, dict) else value

    return {"rows": [unpack(row) for row in packed["rows"]], "lines": packed["lines"]}


def outside_text(page: str) -> str:
    """Returns the tags and styles of the page, without the text between tags, the answers and the script."""
    page = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    return "\n".join(re.findall(r"<[^>]*>", page)) + "".join(re.findall(r"<style>.*?</style>", page, re.DOTALL))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = write_run(tmp_path_factory.mktemp("report") / "20260301_100000", price={"input": 1.0, "output": 2.0})
    assert main(["report", str(folder)]) == 0
    return (folder / "summary" / "report.html").read_text()


def test_a_report_contains_every_section_with_charts_and_tables(page: str) -> None:
    titles = [html.unescape(re.sub(r"<.*?>", "", title)) for title in re.findall(r"<h2>(.*?)</h2>", page)]
    assert titles == ["Self report: score above readers without the life", "Primary comparisons", "Methods and experiments",
                      "Self report", "Personality test", "Conformity", "Observer report", "Cost and score", "What was run",
                      "Single answers"]  # fmt: skip
    for words in ("Score by character", "Assigned and measured personality: some-model-7b-instruct-macm", "Errors by trial",
                  "Retrieval and answer errors", "Exploratory comparisons, on the same rows", "33 % [27, 40], N = 210", "Judges admitted: judge-a",
                  "41 min 12 s", "3f3f3f3f3f3f3f3f", "version 0.1.0, 12 characters", "at the config&#39;s prices"):  # fmt: skip
        assert words in page, words
    assert page.count('class="chart"') >= 5 + 60 + 5 + 1 + 1
    assert page.count("<desc>") == page.count('class="chart"')


def test_the_best_figure_of_a_column_depends_on_the_measures_direction(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", ("ada", "bo"), ("none", "macm"))
    path = folder / "summary" / "conformity.json"
    summary = json.loads(path.read_text())
    for headline in summary["headlines"]:
        headline["better"] = "lower"
    path.write_text(json.dumps(summary))
    main(["report", str(folder), "--out", str(tmp_path / "r.html")])
    table = (tmp_path / "r.html").read_text().split('class="matrix"')[1].split("</table>")[0]
    best = [["best" in cell for cell in re.split("<td.*?>", row)[1:]] for row in table.split("<tr>")[2:]]
    # self report (score, above readers), personality, conformity (lower is better), the observer's two halves; rows: none, macm
    assert best == [[False, False, False, True, False, False], [True, True, True, False, True, True]]


def test_a_figure_with_a_caveat_shows_it_and_is_never_the_best(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", ("ada", "bo"), ("none", "macm"))
    path = folder / "summary" / "self_report.json"
    summary = json.loads(path.read_text())
    summary["headlines"] = [h | {"caveat": "no judge admitted"} for h in summary["headlines"] if h["model"].endswith("macm")]
    path.write_text(json.dumps(summary))
    main(["report", str(folder), "--out", str(tmp_path / "r.html")])
    table = (tmp_path / "r.html").read_text().split('class="matrix"')[1].split("</table>")[0]
    nobody, macm = ([re.sub(r"<.*?>", " ", cell) for cell in re.split("<td.*?>", row)[1:]] for row in table.split("<tr>")[2:])
    assert "no judge admitted" in macm[0] and "best" not in macm[0]
    assert nobody[0].strip() == "no figure"  # it was run, but has no headline


def test_the_bars_of_a_column_begin_at_the_lowest_interval_where_figures_are_below_0(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", ("ada", "bo"), ("none", "macm"), everything=False)
    path = folder / "summary" / "self_report.json"
    summary = json.loads(path.read_text())
    ends = {"none": (-60.0, -20.0, 20.0), "macm": (0.0, 40.0, 100.0)}
    for h in summary["headlines"]:
        if h["measure"] == "above readers":
            low, value, high = ends[h["model"].rsplit("-", 1)[1]]
            h["estimate"] |= {"low": low, "value": value, "high": high}
    path.write_text(json.dumps(summary))
    main(["report", str(folder), "--out", str(tmp_path / "r.html")])
    table = (tmp_path / "r.html").read_text().split('class="matrix"')[1].split("</table>")[0]
    bars = [re.findall(r"left:([\d.]+)%(?:;width:([\d.]+)%)?", re.split("<td.*?>", row)[2]) for row in table.split("<tr>")[2:]]
    assert bars == [[("0.0", "50.0"), ("25.0", "")], [("37.5", "62.5"), ("62.5", "")]]


def test_the_first_chart_names_caveats_of_its_own_figures_only(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", ("ada", "bo"), ("none", "macm"), everything=False)
    path = folder / "summary" / "self_report.json"
    summary = json.loads(path.read_text())
    for h in summary["headlines"]:
        whole = h["character"] == h["of"] == "all" and h["measure"] == "above readers"
        h["caveat"] = "few replies" if whole and h["model"].endswith("macm") else "" if whole else "of a part"
    path.write_text(json.dumps(summary))
    main(["report", str(folder), "--out", str(tmp_path / "r.html")])
    opening = (tmp_path / "r.html").read_text().split('id="opening"')[1].split("</div>")[0]
    assert "Unreliable: few replies: some-model-7b-instruct-macm." in opening and "of a part" not in opening


def test_charts_without_data_do_not_appear(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", ("ada", "bo"), ("prompt",), everything=False)
    main(["report", str(folder)])
    text = (folder / "summary" / "report.html").read_text()
    assert "Score by character" in text
    for words in ("Errors by trial", "Assigned and measured", "Retrieval and answer errors", "Cost and score", 'href="#cost"'):
        assert words not in text


def test_the_file_has_no_external_references(page: str) -> None:
    markup = outside_text(page)
    assert not re.search(r"https?:|\bsrc=|@import|url\(|<link", markup)
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', markup))
    assert "default-src 'none'" in markup


def test_single_answers_contain_their_whole_trace_and_evidence_tags(page: str) -> None:
    rows = data_of(page)["rows"]
    assert len(rows) == 5 * 60 + 36
    row = next(r for r in rows if r["model"].endswith("macm") and r["experiment"] == "self_report" and r["outcome"] == "right")
    first = row["memories"][0]
    assert first[4][0] is (first[3][0] in row["evidence"]) and any(any(m[4]) for m in row["memories"])
    assert [call[0] for call in row["calls"]] == ["memory", "thinking", "emotion", "top"] and row["thoughts"] and row["feelings"]
    assert row["persona"].startswith("You are") and row["asked"].startswith("An old friend") and row["scores"]["points"] == 2
    judged = next(r for r in rows if r["experiment"] == "observer")
    assert judged["scores"]["judgements"][0]["judge"] == "judge-a" and judged["choices"][0]["option"] == "yes"
    assert judged["answering"] == "likelihood"


def test_every_line_of_text_is_stored_once(page: str) -> None:
    lines = data_of(page)["lines"]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"missing": True, "parsed": True, "correct": True}, "missing"),
        ({"missing": False, "parsed": False, "correct": False}, "unparseable"),
        ({"missing": False, "parsed": True, "correct": True}, "right"),
        ({"missing": False, "parsed": True, "error": True}, "wrong"),
        ({"missing": False, "parsed": True, "correct": False, "abstained": True}, "not known"),
        ({"missing": False, "false_memory": False, "stance": "abstains"}, "right"),
        ({"missing": False, "false_memory": False, "stance": "empty"}, "unparseable"),
        ({"missing": False, "ratings": []}, "not right or wrong"),
    ],
)
def test_the_outcome_of_an_answer(row: dict[str, Any], expected: str) -> None:
    assert answer_outcome(row) == expected


@pytest.mark.parametrize(
    "reply", ["</script><script>alert(1)</script>", "<!--<script>", "half a pair \ud83d and \u2028 lines", "&lt;b&gt;"]
)
def test_any_reply_is_stored_unchanged(tmp_path: Path, reply: str) -> None:
    folder = write_run(tmp_path / "run", ("ada",), ("none",), questions=1, reply=reply, everything=False)
    assert main(["report", str(folder)]) == 0
    text = (folder / "summary" / "report.html").read_text()
    assert data_of(text)["rows"][0]["reply"] == reply
    assert text.count("<script") == 2 and "<!--" not in text


def test_several_runs_are_shown_side_by_side_with_unique_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = write_run(tmp_path / "a" / "20260301_100000", ("ada", "bo"), ("none", "rag"), everything=False)
    two = write_run(tmp_path / "b" / "20260301_100000", ("ada", "bo"), ("rag",), seed=2, everything=False)
    out = tmp_path / "both.html"
    assert main(["report", str(one), str(two), "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    text = out.read_text()
    table = text.split('class="matrix"')[1].split("</table>")[0]
    assert re.findall(r'<th scope="row">(.*?)</th>', table) == [
        "a/20260301_100000 · some-model-7b-instruct-none", "a/20260301_100000 · some-model-7b-instruct-rag",
        "b/20260301_100000 · some-model-7b-instruct-rag",
    ]  # fmt: skip
    assert {row["run"] for row in data_of(text)["rows"]} == {"a/20260301_100000", "b/20260301_100000"}
    assert main(["report", str(one), str(one)]) == 2
    assert "given twice" in capsys.readouterr().err


def first_line(page: Path) -> str:
    """Returns the text of the first element of a report's body."""
    return html.unescape(re.sub(r"<.*?>", "", page.read_text().split("<header>")[1].strip().splitlines()[0]))


def test_the_first_line_names_the_run_that_does_not_replay(tmp_path: Path) -> None:
    one = write_run(tmp_path / "one", ("ada", "bo"), ("none",), everything=False)
    two = write_run(tmp_path / "two", ("ada", "bo"), ("rag",), everything=False)
    both, page = tmp_path / "both.html", two / "summary" / "report.html"
    assert main(["report", str(one), str(two), "--out", str(both)]) == 0 and main(["report", str(two)]) == 0
    assert first_line(both) == "Human simulacra: 2 runs" and first_line(page) == "Human simulacra: two"
    path = two / "predictions" / "some-model-7b-instruct-rag" / "single_choice.json"
    rows = json.loads(path.read_text())
    rows["0"]["trace"]["thoughts"] = "Somebody else thought this."
    path.write_text(json.dumps(rows))
    changed = (
        "predictions/some-model-7b-instruct-rag/single_choice.json was changed after the run: trace of row ada-single_choice-01"
    )
    assert main(["report", str(one), str(two), "--out", str(both)]) == 0 and main(["report", str(two)]) == 0
    assert first_line(both) == f"The run two does not replay. {changed}"
    assert first_line(page) == f"This run does not replay. {changed}"


def test_a_run_writes_its_description_and_report_and_can_be_replayed(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving(lambda body, _: "2, 1" if "Which of your memories" in body["messages"][-1]["content"] else "A") as server:
        llm = openai_llm(server.address, price={"input": 2.0, "output": 8.0})
        options: dict[str, Any] = {"model": {"seed": 3}, "dataset": {"seed": 5}}
        config = write_config(tmp_path, data, llm, ("prompt", "macm"), **options)
        assert run_main([str(config), "-w", str(tmp_path / "out")]) == 0
        folder = latest(tmp_path / "out")
        printed = capsys.readouterr().out
        assert f"Report: {folder}/summary/report.html" in printed
        description = json.loads((folder / "summary" / "run.json").read_text())
        first = description["config_hash"]
        sessions = folder / "sessions.jsonl"
        began = json.loads(sessions.read_text())
        earlier = datetime.fromisoformat(began["started"]) - timedelta(hours=1)
        sessions.write_text(json.dumps(began | {"started": earlier.isoformat()}) + "\n")
        write_config(tmp_path, data, llm, ("prompt", "macm"), model={"seed": 3, "concurrency": 1}, dataset={"seed": 5})
        assert run_main([str(config), "-w", str(tmp_path / "out"), "-r"]) == 0
        again = json.loads((folder / "summary" / "run.json").read_text())
    assert description["pairs"] == [[m, d] for m in ("m-prompt", "m-macm") for d in ("cloze", "single_choice", "multiple_choice")]
    model = description["models"][1]
    assert (model["abbr"], model["method"], model["seed"], model["temperature"]) == ("m-macm", "macm", 3, 0.0)
    assert model["llm"] == {"type": "opencompass.models.OpenAISDK", "path": "scripted", "max_out_len": 16,
                            "price": {"input": 2.0, "output": 8.0}}  # fmt: skip
    assert description["datasets"][0]["arguments"] == {"question_type": "cloze", "seed": 5}
    assert description["seeds"] == {"models": [3], "datasets": [5]} and description["samples"] == ["all"]
    assert description["data"][0]["characters"] == 3 and description["data"][0]["version"] is None
    assert description["packages"]["opencompass"] == "0.5.4" and description["packages"]["human-simulacra"]
    assert description["started"] <= description["ended"] and description["wall_seconds"] >= 0
    usage = description["usage"]["m-macm"]["all"]
    assert usage["calls"] == 36 and not usage["estimated"]
    assert description["money"]["m-macm"] == pytest.approx((usage["prompt_tokens"] * 2 + usage["completion_tokens"] * 8) / 1e6)
    assert (description["sessions"], again["sessions"]) == (1, 2)
    assert 3600 <= again["wall_seconds"] < 2 * 3600  # includes the first session's hour, but not the time between sessions
    assert again["config_hash"] == first and len(first) == 64  # concurrency changes no answer
    templates = {name: hashlib.sha256((ROOT / "human_simulacra" / "prompts" / f"{name}.txt").read_bytes()).hexdigest()
                 for name in ("persona_identity", "top_agent")}  # fmt: skip
    assert templates.items() <= again["prompts"].items() and again["rules"] == RULES
    assert KEY not in (folder / "summary" / "run.json").read_text() + (folder / "summary" / "report.html").read_text()
    assert server.address not in (folder / "summary" / "run.json").read_text()

    assert main(["replay", str(folder)]) == 0


def test_a_failed_report_loses_no_table(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    def full(*_: object) -> Path:
        raise OSError("no space left on device")

    monkeypatch.setattr("human_simulacra.plugin.summarizer.write_report", full)
    with serving(lambda *_: "A") as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("prompt",))
        assert run_main([str(config), "-w", str(tmp_path / "out")]) == 1
    folder = latest(tmp_path / "out") / "summary"
    printed = capsys.readouterr()
    assert f"OSError: no space left on device; see {folder.parent}/logs/failure.txt" in printed.err
    assert "summary/report.html: is missing (OSError: no space left on device)" in printed.err
    assert "no space left" in (folder.parent / "logs" / "failure.txt").read_text()
    tables = {"primary.json", "primary.md", "self_report.csv", "self_report.json", "self_report.md"}
    assert {p.name for p in folder.iterdir()} == {"run.json", "manifest.json", *tables}
    assert "m-prompt" in printed.out
    assert main(["replay", str(folder.parent)]) == 0
