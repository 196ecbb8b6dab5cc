"""What is wrong in a run's folder, and the line of the verdict that names it: model, dataset or file, how many, and why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from human_simulacra.plugin.run_completeness import find_problems
from human_simulacra.results import run_folder
from tests.faults.fault import Fault, each
from tests.faults.finished_run import KEY, FinishedRun, both, cut, edit, finished, remove, run, split, write

__all__ = ["finished", "run"]

P, R, S = "predictions/m-none/cloze.json", "results/m-none/cloze.json", "summary/self_report"
LOG = "logs/{}/m-none/{}.out"
RAISED = 'Traceback (most recent call last):\n  File "x.py", line 3, in f\n    g()\n{}\n'
UNSCORED = "m-none/cloze: 6 of 6 rows are not evaluated"


def failed(**entry: object):
    return lambda rows: rows["1"].update({"prediction": None, **entry})


def log(kind: str, name: str, *errors: str):
    return write(LOG.format(kind, name), "".join(f"loading\n{RAISED.format(error)}" for error in errors) or "all is well\n")


ANSWERS = [
    Fault("no file", remove(P), "m-none/cloze: 6 of 6 rows are missing (its task did not finish"),
    Fault("no folder of the model", lambda run: shutil.rmtree(run / "predictions/m-none"), "m-none/single_choice: 3 of 3 rows are missing"),
    Fault("no folder of predictions", lambda run: shutil.rmtree(run / "predictions"), "m-prompt/cloze: 6 of 6 rows are missing"),
    Fault("cut", cut(P), f"{P} is not valid JSON"),
    Fault("empty", write(P, ""), f"{P} is not valid JSON"),
    Fault("zeros", write(P, "\0" * 64), f"{P} is not valid JSON"),
    Fault("a list", edit(P, lambda rows: list(rows.values())), f"{P} is not a file of predictions"),
    Fault("a text", write(P, '"A"'), f"{P} is not a file of predictions"),
    Fault("null", write(P, "null"), f"{P} is not a file of predictions"),
    Fault("texts for rows", edit(P, lambda rows: dict.fromkeys(rows, "A")), f"{P} is not a file of predictions"),
    Fault("a row's number is missing", edit(P, lambda rows: {k: v for k, v in rows.items() if k != "2"}), f"{P} is not a file of predictions"),
    Fault("rows by id", edit(P, lambda rows: {v["id"]: v for v in rows.values()}), f"{P} is not a file of predictions"),
    Fault("no row", write(P, "{}"), "m-none/cloze: 6 of 6 rows are missing"),
    Fault("rows at the end are missing", edit(P, lambda rows: [rows.pop("5"), rows.pop("4"), None][-1]), "m-none/cloze: 2 of 6 rows are missing"),
    Fault("too many rows", edit(P, lambda rows: rows.update({"6": rows["0"]})), "m-none/cloze: there are 7 answers to 6 rows"),
    Fault("a failed row", edit(P, failed(error="HTTP 500")), "m-none/cloze: 1 of 6 rows are missing (HTTP 500)"),
    Fault("a failed row without a reason", edit(P, failed(error=None)), "m-none/cloze: 1 of 6 rows are missing (no reason recorded)"),
    Fault("a part is missing", both(split(P, 2, 2, 2), remove("predictions/m-none/cloze_1.json")), "m-none/cloze: 4 of 6 rows are missing"),
    Fault("the first part is missing", both(split(P, 3, 3), remove("predictions/m-none/cloze_0.json")), "m-none/cloze: 6 of 6 rows are missing"),
    Fault("the last part is missing", split(P, 5), "m-none/cloze: 1 of 6 rows are missing"),
    Fault("a part is cut", both(split(P, 3, 3), cut("predictions/m-none/cloze_1.json")), "cloze_1.json is not valid JSON"),
    Fault("a part is a list", both(split(P, 3, 3), write("predictions/m-none/cloze_0.json", "[]")), "cloze_0.json is not a file of predictions"),
    Fault("a part has a failed row", both(split(P, 3, 3), edit("predictions/m-none/cloze_1.json", failed(error="refused"))), "m-none/cloze: 1 of 6 rows are missing (refused)"),
    Fault("parts of two splits", both(split(P, 4, 2), lambda run: shutil.copy(run / "predictions/m-none/cloze_0.json", run / "predictions/m-none/cloze_2.json")), "there are 10 answers to 6 rows"),
    Fault("the log names the reason", both(remove(P), log("infer", "cloze", "ValueError: no model")), "m-none/cloze: 6 of 6 rows are missing (ValueError: no model)"),
    Fault("a part's log names the reason", both(split(P, 3), log("infer", "cloze_1", "torch.OutOfMemoryError: full")), "3 of 6 rows are missing (OutOfMemoryError: full)"),
    Fault("the log of the task's first dataset names it", both(remove(P), log("infer", "single_choice", "KeyError: 'x'")), "(KeyError: 'x')"),
    Fault("the last traceback counts", both(remove(P), log("infer", "cloze", "OSError: first", "OSError: last")), "(OSError: last)"),
    Fault("an exception without a message", both(remove(P), log("infer", "cloze", "AssertionError")), "(AssertionError)"),
    Fault("a secret in the log", both(remove(P), log("infer", "cloze", f"OSError: bad key {KEY}")), "(OSError: bad key [secret])"),
    Fault("a log without an exception", both(remove(P), log("infer", "cloze")), "(its task did not finish"),
    Fault("a log that is not text", both(remove(P), lambda run: [(run / "logs/infer/m-none").mkdir(parents=True), (run / "logs/infer/m-none/cloze.out").write_bytes(b"\xff\xfe\x00")]), "(its task did not finish"),
    Fault("a long message", both(remove(P), log("infer", "cloze", "OSError: " + "long" * 200)), "long..."),
]  # fmt: skip

SCORES = [
    Fault("no file", remove(R), f"{UNSCORED} (its task did not finish"),
    Fault("no folder", lambda run: shutil.rmtree(run / "results"), UNSCORED),
    Fault("cut", cut(R), f"{R} is not valid JSON"),
    Fault("empty", write(R, ""), f"{R} is not valid JSON"),
    Fault("a list", write(R, "[]"), f"{R} is not a file of results"),
    Fault("a number", write(R, "7"), f"{R} is not a file of results"),
    Fault("no details", edit(R, lambda whole: [whole.pop("details"), None][-1]), f"{UNSCORED} ("),
    Fault("empty details", edit(R, lambda whole: whole.update(details=[])), f"{UNSCORED} ("),
    Fault("details by number", edit(R, lambda whole: whole.update(details={"0": {}})), f"{R} is not a file of results"),
    Fault("texts for details", edit(R, lambda whole: whole.update(details=["x"] * 6)), f"{R} is not a file of results"),
    Fault("details without ids", edit(R, lambda whole: whole.update(details=[{"correct": [True]}] * 6)), f"{UNSCORED} ("),
    Fault("ids that are no lists", edit(R, lambda whole: whole.update(details=[{"id": 7}] * 6)), f"{UNSCORED} ("),
    Fault("OpenCompass's own error", write(R, '{"error": "preds and refrs have different length"}'), f"{UNSCORED} ("),
    Fault("a row less", edit(R, lambda whole: [whole["details"].pop(), None][-1]), "m-none/cloze: 1 of 6 rows are not evaluated"),
    Fault("a row more", edit(R, lambda whole: whole["details"].append(whole["details"][0])), "there are 7 scored rows for 6 rows"),
    Fault("the log names the reason", both(remove(R), log("eval", "cloze", "ZeroDivisionError: division by zero")), f"{UNSCORED} (ZeroDivisionError: division by zero)"),
    Fault("a failed judgement", edit(R, lambda whole: whole["details"][0].update(judgements=[[{"error": "HTTP 400"}, {"error": None}]])), "m-none/cloze: 1 of 2 judgements are missing (HTTP 400)"),
    Fault("a failed reading", edit(R, lambda whole: whole["details"][2].update(reading=[{"error": "timeout"}])), "m-none/cloze: 1 of 1 readings are missing (timeout)"),
]  # fmt: skip

TABLES = [
    Fault("no table in Markdown", remove(f"{S}.md"), f"{S}.md: is missing"),
    Fault("no table in CSV", remove(f"{S}.csv"), f"{S}.csv: is missing"),
    Fault("no figures", remove(f"{S}.json"), f"{S}.json: is missing"),
    Fault("no primary comparisons", remove("summary/primary.md"), "summary/primary.md: is missing"),
    Fault("no description", remove("summary/run.json"), "summary/run.json: is missing"),
    Fault("no manifest", remove("summary/manifest.json"), "summary/manifest.json: is missing"),
    Fault("no report", remove("summary/report.html"), "summary/report.html: is missing"),
    Fault("no folder", lambda run: shutil.rmtree(run / "summary"), "summary/report.html: is missing"),
    Fault("a cut manifest", cut("summary/manifest.json"), "summary/manifest.json: "),
    Fault("an edited manifest", edit("summary/manifest.json", lambda m: m["files"].pop("summary/report.html") and None), "was edited after the run"),
    Fault("a list for the manifest", write("summary/manifest.json", "[]"), "was edited after the run"),
    Fault("a report of other figures", write("summary/report.html", "<html>"), "summary: is out of date: "),
    Fault("tables of other figures", write(f"{S}.md", "# Other"), "summary: is out of date: "),
    Fault("scores that are newer than the tables", edit(R, lambda whole: whole.update(score=1.5)), f"{R} was changed after the run"),
    Fault("answers that are newer than the tables", edit(P, lambda rows: rows["0"].update(prediction="B")), f"{P} was changed after the run"),
]  # fmt: skip

COMPLETE = [
    Fault("nothing is wrong", lambda run: None, "all"),
    Fault("a whole file is split into parts", split(P, 1, 2, 3), "infer"),
    Fault("one dataset is split and another is whole", both(split(P, 6), split("predictions/m-prompt/cloze.json", 2, 4)), "infer"),
    Fault("parts of an earlier session lie beside the whole file", split(P, 2, 2, keep_whole=True), "infer"),
    Fault("rows are written out of order", edit(P, lambda rows: dict(reversed(rows.items()))), "infer"),
    Fault("scores are missing where only answers are demanded", lambda run: shutil.rmtree(run / "results"), "infer"),
    Fault("tables are missing where only answers are demanded", lambda run: shutil.rmtree(run / "summary"), "infer"),
    Fault("a log tells of a failure that was mended", log("eval", "cloze", "OSError: once"), "all"),
    Fault("OpenCompass's temporary file is left", write("predictions/m-none/tmp_cloze.json", "{"), "all"),
]  # fmt: skip


def verdict(run: FinishedRun, mode: str = "all") -> str:
    return "\n".join(str(problem) for problem in find_problems(run.config, run.folder, mode))


@each(ANSWERS)
def test_missing_answers_are_named(run: FinishedRun, fault: Fault) -> None:
    fault.given(run.folder)
    assert fault.expected in verdict(run, "infer") and fault.expected in verdict(run, "eval")


@each(SCORES)
def test_missing_scores_are_named(run: FinishedRun, fault: Fault) -> None:
    fault.given(run.folder)
    assert fault.expected in verdict(run, "eval") and verdict(run, "infer") == ""


@each(TABLES)
def test_missing_and_outdated_tables_are_named(run: FinishedRun, fault: Fault) -> None:
    fault.given(run.folder)
    assert fault.expected in verdict(run) and fault.expected in verdict(run, "viz")


@each(COMPLETE)
def test_a_complete_run_has_no_problem(run: FinishedRun, fault: Fault) -> None:
    fault.given(run.folder)
    assert verdict(run, fault.expected) == ""


@pytest.mark.parametrize("sizes", [(6,), (1, 5), (2, 2, 2), (1, 1, 1, 1, 1, 1)])
def test_parts_are_read_in_the_order_of_the_rows(run: FinishedRun, sizes: tuple[int, ...]) -> None:
    whole = run_folder.read_predictions(run.folder, "m-none", "cloze")
    split(P, *sizes)(run.folder)
    assert run_folder.read_predictions(run.folder, "m-none", "cloze") == whole
    scored = list(run_folder.read_scored_rows(run.folder, [("m-none", "cloze")]))
    assert [row["trace"] for row in scored] == [answer["trace"] for answer in whole]


def test_more_than_ten_parts_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in range(12):
        write(f"predictions/m/x_{number}.json", f'{{"0": {{"id": {number}}}}}')(tmp_path)
    assert [answer["id"] for answer in run_folder.read_predictions(tmp_path, "m", "x")] == list(range(12))
