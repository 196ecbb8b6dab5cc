"""The command `view` and what its server answers: which runs there are, how answers are paired, and what is refused."""

from __future__ import annotations

import html
import json
import os
import platform
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from filelock import FileLock

from human_simulacra.cli import main
from human_simulacra.results.run_listing import LOCK, RECORD
from human_simulacra.run_viewer.http_server import make_server
from human_simulacra.run_viewer.run_catalog import RunCatalog
from tests.run_viewer.edited_run import MACM, NONE, copy_run, edit_json, rename_model, small_run


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_run(tmp_path_factory.mktemp("runs") / "20260301_100000")


class Served:
    """The viewer of a folder in this process."""

    def __init__(self, folder: Path) -> None:
        self.server = make_server(RunCatalog(folder), 0)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def fetch(self, path: str, **query: str) -> tuple[int, str, str]:
        """Returns status, text of the page and its content security policy."""
        address = f"http://127.0.0.1:{self.server.server_port}/{path}" + (f"?{urlencode(query)}" if query else "")
        try:
            reply = urllib.request.urlopen(address, timeout=60)
        except urllib.error.HTTPError as error:
            reply = error
        return reply.status or 0, html.unescape(reply.read().decode()), reply.headers.get("Content-Security-Policy", "")

    def gist(self, a: str, b: str, **query: str) -> str:
        """Returns the sentence with the counts of the comparison of two runs."""
        found = re.search(r'class="gist">(.*?)</p>', self.fetch("compare", a=a, b=b, **query)[1], re.S)
        return re.sub(r"<[^>]+>|\s+(?=,)", "", found[1]).strip() if found else ""


@pytest.fixture
def serve() -> Iterator[Any]:
    open_servers: list[Served] = []

    def start(folder: Path) -> Served:
        open_servers.append(Served(folder))
        return open_servers[-1]

    yield start
    for served in open_servers:
        served.server.shutdown()
        served.server.server_close()


def test_the_list_has_the_runs_that_list_runs_prints_and_says_what_is_wrong(
    serve: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_run(tmp_path / "a" / "20260301_100000")
    for name, text in (("20260302_100000", '{"models": ['), ("20260303_100000", '{"models": [1], "pairs": [["m", "d"]]}')):
        (tmp_path / name / "summary").mkdir(parents=True)
        (tmp_path / name / "summary" / "run.json").write_text(text)
    running = tmp_path / "b" / "20260304_100000"
    (running / "predictions" / "m-rag" / "rows").mkdir(parents=True)
    (running / "predictions" / "m-rag" / "rows" / "cloze.jsonl").write_text("{}\n{}\n")
    (running / RECORD).write_text(json.dumps({"pid": os.getpid(), "host": platform.node()}))
    (tmp_path / "20260305_100000").mkdir()  # empty, so no run
    page = serve(tmp_path)
    with FileLock(running / LOCK):
        shown = page.fetch("")[1]
        assert "the run has no tables yet" in shown and "2 answers so far" in shown
    assert main(["list", "runs", "--work-dir", str(tmp_path)]) == 0
    printed = [Path(line.split("  ")[0]) for line in capsys.readouterr().out.splitlines()]
    shown = page.fetch("")[1]
    names = re.findall(r"<h2>(?:<a [^>]+>)?([^<]+)", shown)
    assert sorted(tmp_path / name for name in names) == printed and len(printed) == 4
    for words in (
        "is not valid JSON",
        "another form than this version reads",
        "the run was stopped before its tables",
        "core, 20 rows",
    ):
        assert words in shown, words


def test_every_kind_of_change_is_counted(first: Path, serve: Any, tmp_path: Path) -> None:
    def change(details: list[dict[str, Any]], predictions: dict[str, Any]) -> None:
        right = [row for row in details if row["correct"] == [True]]
        wrong = [row for row in details if row["correct"] == [False] and row["parsed"] == [True]]
        right[0] |= {"correct": [False], "prediction": ["Z."]}
        right[1] |= {"prediction": ["Other words."]}
        wrong[0] |= {"correct": [True]}
        wrong[1] |= {"abstained": [True]}
        del predictions[str(details.index(right[2]))]
        details.remove(right[2])

    copy_run(first, tmp_path / "20260301_100000", lambda details, predictions: None)
    changed = copy_run(first, tmp_path / "20260302_100000", change)
    counts = "1 no longer right, 1 now right, 1 other outcome, 1 other reply, 1 only in A, 15 same."
    assert serve(tmp_path).gist("20260301_100000", "20260302_100000") == f"20 questions: {counts}"
    page = serve(tmp_path)
    assert page.gist("20260302_100000", "20260301_100000").endswith("1 only in B, 15 same.")
    rename_model(changed, MACM, "another-macm")  # is paired by its method
    assert page.gist("20260301_100000", "20260302_100000") == f"20 questions: {counts}"
    alone = page.gist("20260301_100000", "20260302_100000", pair1="")
    assert alone == "29 questions: 10 only in A, 9 only in B, 10 same."


def test_two_methods_of_one_run_can_be_compared(first: Path, serve: Any) -> None:
    page = serve(first.parent)
    assert re.fullmatch(r"10 questions: 5 now right, .*", page.gist(first.name, first.name, pair0=MACM, pair1=""))
    text = page.fetch("compare", a=first.name, b=first.name, pair0=MACM, pair1="")[1]
    assert f"{NONE} → {MACM}" in text and f"method of {NONE}" in text


def test_settings_and_scores_that_differ_are_shown(first: Path, serve: Any, tmp_path: Path) -> None:
    for day in (1, 2):
        copy_run(first, tmp_path / f"2026030{day}_100000", lambda details, predictions: None)

    def change(run: dict[str, Any]) -> None:
        run["models"][0]["temperature"] = run["models"][1]["temperature"] = 0.75
        run["data"][0]["fingerprint"] = "cd" * 32
        run["packages"]["opencompass"] = "0.5.5"

    edit_json(tmp_path / "20260302_100000" / "summary" / "run.json", change)
    text = serve(tmp_path).fetch("compare", a="20260301_100000", b="20260302_100000")[1]
    found = re.findall(r'<th scope="row">([^<]+)</th><td data-label="A">([^<]*)</td><td data-label="B">([^<]*)</td>', text)
    assert found == [
        ("temperature of all models", "0.0", "0.75"),
        ("data fingerprint", "ab" * 32, "cd" * 32),
        ("packages opencompass", "0.5.4", "0.5.5"),
    ]
    assert "score (%)" in text and "These differences are descriptive" in text


def test_pages_of_answers_follow_each_other(first: Path, serve: Any, tmp_path: Path) -> None:
    for day in (1, 2):
        small_run(tmp_path / f"2026030{day}_100000", questions=12, seed=day)
    page, query = serve(tmp_path), {"a": "20260301_100000", "b": "20260302_100000"}
    shown = [re.findall(r"· (\S+-single_choice-\d+)\n?</p>", page.fetch("compare", **query, page=n)[1]) for n in "1234"]
    assert [len(ids) for ids in shown] == [20, 20, 8, 8] and shown[3] == shown[2]  # beyond the last is the last
    assert "Page 3 of 3" in page.fetch("compare", **query, page="4")[1]
    assert page.fetch("compare", **query, page="x")[0] == 200


def test_a_report_is_made_again_if_it_is_missing_old_or_of_another_version(first: Path, serve: Any, tmp_path: Path) -> None:
    run = copy_run(first, tmp_path / "20260301_100000", lambda details, predictions: None)
    page, report = serve(tmp_path), run / "summary" / "report.html"
    status, made, policy = page.fetch("run/20260301_100000/report")
    assert status == 200 and "Single answers" in made and not report.exists()
    assert re.search(r"script-src 'sha256-[^ ']+'", policy)
    report.write_text(made + "<!-- saved -->")
    assert "<!-- saved -->" in page.fetch("run/20260301_100000")[1]  # leads to the report
    report.write_text("<script>other()</script><!-- saved -->")
    assert "<!-- saved -->" not in page.fetch("run/20260301_100000/report")[1]
    report.write_text(made + "<!-- saved -->")
    os.utime(report, (1, 1))
    assert "<!-- saved -->" not in page.fetch("run/20260301_100000/report")[1]


def test_no_address_leads_out_of_the_folder(first: Path, serve: Any, tmp_path: Path) -> None:
    small_run(tmp_path / "inside" / "20260301_100000")
    small_run(tmp_path / "outside" / "20260302_100000")
    page = serve(tmp_path / "inside")
    outside = tmp_path / "outside" / "20260302_100000"
    for name in ("../outside/20260302_100000", "%2e%2e/outside/20260302_100000", "..%2Foutside%2F20260302_100000", str(outside)):
        status, text, _ = page.fetch(f"run/{name}/report")
        assert status == 404 and "there is no run" in text, name
    assert page.fetch("compare", a="20260301_100000", b="../outside/20260302_100000")[0] == 404
    assert page.fetch("etc/passwd")[0] == 404


def test_a_damaged_run_is_named_where_it_is_compared(first: Path, serve: Any, tmp_path: Path) -> None:
    copy_run(first, tmp_path / "20260301_100000", lambda details, predictions: None)
    damaged = copy_run(first, tmp_path / "20260302_100000", lambda details, predictions: None)
    (damaged / "predictions" / MACM / "single_choice.json").write_text('{"0": ')
    status, text, _ = serve(tmp_path).fetch("compare", a="20260301_100000", b="20260302_100000")
    assert status == 404 and f"{damaged.name}/predictions/{MACM}/single_choice.json is not valid JSON" in text


@pytest.mark.parametrize(("folder", "finding"), [("none", "is no folder"), (".", "has no run in it")])
def test_a_folder_without_a_run_is_refused(folder: str, finding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["view", str(tmp_path / folder), "--no-browser"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and finding in said and "human-simulacra eval" in said
