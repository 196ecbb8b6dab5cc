"""What goes wrong around a run: what raises, who holds its folder, which config it is resumed with, and what the clock shows."""

from __future__ import annotations

import copy
import json
import logging
import os
import platform
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from human_simulacra.cli import main as cli
from human_simulacra.errors import UserError
from human_simulacra.experiments.self_report.experiment import SelfReport
from human_simulacra.plugin.partition_checks import forget_dataset_sizes
from human_simulacra.plugin.row_checkpoint import RowCheckpoint
from human_simulacra.plugin.run_command import main
from human_simulacra.plugin.run_description import build_description
from human_simulacra.plugin.run_identity import identify_config
from human_simulacra.plugin.run_ownership import claim_run
from human_simulacra.plugin.task_failures import write_failure
from tests.faults.fault import Fault, each
from tests.faults.finished_run import KEY, FinishedRun, both, cut, edit, finished, remove, run, split, write

__all__ = ["finished", "run"]

P, R = "predictions/m-none/cloze.json", "results/m-none/cloze.json"
SELF_REPORT = "human_simulacra.experiments.self_report.experiment.SelfReport"
SUMMARIZER = "human_simulacra.plugin.summarizer"


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def command(run: FinishedRun, *arguments: str) -> list[str]:
    return [str(run.path), "-w", str(run.folder.parent), *arguments]


# What raises: where, in which mode; the exit status and the words of the message.
RAISING = [
    Fault("an inferencer", ("human_simulacra.plugin.inferencer.SimulacrumInferencer.inference", "all", ValueError("boom")), (1, "m-prompt/multiple_choice: 3 of 3 rows are missing (ValueError: boom)")),
    Fault("an inferencer, with the key", ("human_simulacra.plugin.inferencer.SimulacrumInferencer.inference", "all", OSError(KEY)), (1, "m-none/cloze: 6 of 6 rows are missing (OSError: [secret])")),
    Fault("an inferencer, with a user's mistake", ("human_simulacra.plugin.inferencer.SimulacrumInferencer.inference", "all", UserError("the model is missing: add it")), (2, "error: the model is missing: add it")),
    Fault("the inferencers are interrupted", ("human_simulacra.plugin.inferencer.SimulacrumInferencer.inference", "all", KeyboardInterrupt()), (130, "stopped; finished rows are saved")),
    Fault("an evaluator", (f"{SELF_REPORT}.score", "eval", ValueError("boom")), (1, "m-none/cloze: 6 of 6 rows are not evaluated (ValueError: boom)")),
    Fault("an evaluator's last step", (f"{SELF_REPORT}.metrics", "eval", ZeroDivisionError("division by zero")), (1, "m-prompt/single_choice: 3 of 3 rows are not evaluated (ZeroDivisionError")),
    Fault("an evaluator, without a message", (f"{SELF_REPORT}.score", "eval", AssertionError()), (1, "are not evaluated (AssertionError)")),
    Fault("an evaluator, with the key", (f"{SELF_REPORT}.score", "eval", OSError(f"no entry for {KEY}")), (1, "(OSError: no entry for [secret])")),
    Fault("an evaluator, with a user's mistake", (f"{SELF_REPORT}.score", "eval", UserError("the judge is missing: add one")), (2, "error: the judge is missing: add one")),
    Fault("the evaluators are interrupted", (f"{SELF_REPORT}.score", "eval", KeyboardInterrupt()), (130, "stopped; finished rows are saved")),
    Fault("a summary", (f"{SELF_REPORT}.summarise", "viz", RuntimeError("boom")), (1, "the run stopped early: RuntimeError: boom")),
    Fault("a summary, out of memory", (f"{SELF_REPORT}.summarise", "viz", MemoryError()), (1, "the run stopped early: MemoryError")),
    Fault("the usage", (f"{SUMMARIZER}.usage_by_model", "viz", KeyError("seconds")), (1, "the run stopped early: KeyError: 'seconds'")),
    Fault("the description", (f"{SUMMARIZER}.build_description", "viz", OSError("no data")), (1, "the run stopped early: OSError: no data")),
    Fault("the manifest", (f"{SUMMARIZER}.write_manifest", "viz", PermissionError("denied")), (1, "the run stopped early: PermissionError: denied")),
    Fault("a table", (f"{SUMMARIZER}.summary_to_csv", "viz", UnicodeError("a surrogate")), (1, "the run stopped early: UnicodeError: a surrogate")),
    Fault("the report", (f"{SUMMARIZER}.write_report", "viz", OSError("no space left")), (1, "summary/report.html: is missing (OSError: no space left)")),
    Fault("the report, with the key", (f"{SUMMARIZER}.write_report", "viz", OSError(KEY)), (1, "summary/report.html: is missing (OSError: [secret])")),
    Fault("the report, with a user's mistake", (f"{SUMMARIZER}.write_report", "viz", UserError("the run is given twice")), (2, "error: the run is given twice")),
    Fault("the report is interrupted", (f"{SUMMARIZER}.write_report", "viz", KeyboardInterrupt()), (130, "stopped; finished rows are saved")),
    Fault("OpenCompass", ("opencompass.cli.main.get_config_from_arg", "viz", TypeError("no such option")), (1, "the run stopped early: TypeError: no such option")),
]  # fmt: skip


@each(RAISING)
def test_what_raises_is_named_in_one_line_and_loses_nothing_else(
    run: FinishedRun, fault: Fault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target, mode, error = fault.given
    monkeypatch.setattr(logging, "raiseExceptions", False)  # a logger still has the stream of an earlier test
    (run.folder / "finished.json").unlink()  # so that everything is done again
    with monkeypatch.context() as patch:
        patch.setattr(target, raising(error))
        status = main(command(run, "-r", "-m", mode))
    printed = capsys.readouterr()
    assert (status, fault.expected[1] in printed.err) == (fault.expected[0], True), printed.err
    assert "Traceback" not in printed.err + printed.out
    assert all(KEY.encode() not in path.read_bytes() for path in run.folder.rglob("*") if path.is_file())
    if "stopped early" in printed.err:
        assert type(error).__name__ in (run.folder / "logs" / "failure.txt").read_text()
    if status != 2:
        assert "resume with: python run.py" in printed.err
    if type(error) in (ValueError, RuntimeError, KeyboardInterrupt):
        assert main(command(run, "-r", "-m", mode)) == 0  # nothing that was paid for is lost
        assert cli(["replay", str(run.folder)]) == 0


# What a folder lacks when its tables are written again: the words in the tables' notes, in run.json, in the report and on screen.
ABSENT = [
    Fault("a dataset that was not evaluated", remove(R), [["m-none", "cloze"]]),
    Fault("cut results", cut(R), [["m-none", "cloze"]]),
    Fault("results of too few rows", edit(R, lambda whole: [whole["details"].pop(), None][-1]), [["m-none", "cloze"]]),
    Fault("cut answers", cut(P), [["m-none", "cloze"]]),
    Fault("a part of the answers", both(split(P, 3, 3), cut("predictions/m-none/cloze_1.json")), [["m-none", "cloze"]]),
    Fault(
        "a model without any row",
        remove(*(f"results/m-none/{name}.json" for name in ("cloze", "single_choice", "multiple_choice"))),
        [["m-none", "cloze"], ["m-none", "single_choice"], ["m-none", "multiple_choice"]],
    ),
]


@each(ABSENT)
def test_tables_and_report_name_what_is_absent(run: FinishedRun, fault: Fault, capsys: pytest.CaptureFixture[str]) -> None:
    fault.given(run.folder)
    assert main(command(run, "-r", "-m", "viz")) == 0
    names = ", ".join("/".join(pair) for pair in fault.expected)
    summary = run.folder / "summary"
    assert json.loads((summary / "run.json").read_text())["unfinished"] == fault.expected
    for text in (
        capsys.readouterr().out,
        *((summary / f"{name}").read_text() for name in ("self_report.md", "primary.md", "report.html")),
    ):
        assert f"Not wholly evaluated, so the figures lack rows of: {names}." in text


def test_answers_and_scores_can_be_made_one_after_the_other(run: FinishedRun) -> None:
    assert main(command(run, "-r", "-m", "infer")) == 0
    assert not (run.folder / R).exists()
    assert main(command(run, "-r", "-m", "eval")) == 0
    assert cli(["replay", str(run.folder)]) == 0


def test_the_record_of_a_run_names_host_process_start_and_config(run: FinishedRun) -> None:
    record = json.loads((run.folder / "run_record.json").read_text())
    description = json.loads((run.folder / "summary" / "run.json").read_text())
    assert (record["host"], record["pid"]) == (platform.node(), os.getpid())
    assert record["config_hash"] == description["config_hash"]
    assert datetime.fromisoformat(record["started"]).utcoffset() == timedelta(0)


def test_an_evaluator_that_raises_for_one_dataset_loses_no_other(
    run: FinishedRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    score = SelfReport.score

    def fail(self: SelfReport, row: Any, reply: Any) -> Any:
        return score(self, row, reply) if row["type"] != "cloze" else raising(ValueError("boom"))()

    with monkeypatch.context() as patch:
        patch.setattr(f"{SELF_REPORT}.score", fail)
        assert main(command(run, "-r", "-m", "eval")) == 1
    printed = capsys.readouterr()
    named = [line for line in printed.err.splitlines() if "are not evaluated" in line]
    assert named == [f"m-{name}/cloze: 6 of 6 rows are not evaluated (ValueError: boom)" for name in ("none", "prompt")]
    assert "figures lack rows of: m-none/cloze, m-prompt/cloze." in printed.out
    assert json.loads((run.folder / "summary" / "run.json").read_text())["unfinished"] == [
        ["m-none", "cloze"],
        ["m-prompt", "cloze"],
    ]
    assert cli(["replay", str(run.folder)]) == 0


def test_tables_of_a_run_with_an_unevaluated_dataset_replay(run: FinishedRun) -> None:
    remove(R)(run.folder)
    main(command(run, "-r", "-m", "viz"))
    assert cli(["replay", str(run.folder)]) == 0


WRONG_COMMANDS = [
    Fault("an unknown mode", ("-m", "evaluate"), "unknown mode (-m) 'evaluate': did you mean 'eval'"),
    Fault("an evaluation of no run", ("-m", "eval"), "-m eval needs an earlier run: add -r"),
    Fault("tables of no run", ("-m", "viz"), "-m viz needs an earlier run: add -r"),
    Fault("a run that is not there", ("-r", "20200101_000000"), "there is no run '20200101_000000'"),
    Fault("a run's path for its name", ("-r", "out/20200101_000000"), "there is no run 'out/20200101_000000'"),
    Fault("a file for a folder of runs", ("-w", "config.py/out"), "-w config.py/out cannot be a folder"),
]


@each(WRONG_COMMANDS)
def test_a_wrong_command_is_one_sentence_and_makes_no_folder(
    run: FinishedRun, fault: Fault, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = sorted(run.folder.parent.iterdir())
    (tmp_path / "config.py").write_text("")
    assert main(command(run, *fault.given)) == 2
    assert f"error: {fault.expected}" in capsys.readouterr().err
    assert sorted(run.folder.parent.iterdir()) == before


# Who holds the folder of the run: the words of the refusal, or none where it can be resumed.
HOLDERS = [
    Fault("a living process holds it", (True, {"pid": 4711, "host": "alpha", "since": "2026-01-01T00:00:00+00:00"}), "in use by process 4711 on host alpha since 2026"),
    Fault("a process that left no record holds it", (True, None), "in use by another process"),
    Fault("a process whose record is broken holds it", (True, "{"), "in use by another process"),
    Fault("a killed process left its lock", (False, {"pid": 4711, "host": "alpha"}), ""),
    Fault("a process of another host left its lock", (False, {"pid": 1, "host": "beta", "number": 3}), ""),
    Fault("a process of this number lives, but holds no lock", (False, {"pid": 1, "host": "alpha"}), ""),
    Fault("a version without records made it", (False, None), ""),
    Fault("its record is cut", (False, '{"pid": 4'), "run_record.json is not valid: delete it"),
    Fault("its record is empty", (False, ""), "run_record.json is not valid: delete it"),
    Fault("its record is a list", (False, []), "run_record.json is not valid: delete it"),
    Fault("its record has no settings", (False, {"config": {"model 'm'": 7}}), "run_record.json is not valid: delete it"),
    Fault("its record has a list of models", (False, {"config": []}), "run_record.json is not valid: delete it"),
]  # fmt: skip


@each(HOLDERS)
def test_a_run_belongs_to_one_process_at_a_time(tmp_path: Path, fault: Fault) -> None:
    held, record = fault.given
    folder = tmp_path / "20260101_000000"
    folder.mkdir()
    (folder / "run.lock").touch()
    if record is not None:
        (folder / "run_record.json").write_text(record if isinstance(record, str) else json.dumps(record))
    lock = FileLock(folder / "run.lock")
    if held:
        lock.acquire()
    try:
        with claim_run(tmp_path, "latest", {}) as claimed:
            found = ""
            assert claimed == folder
    except UserError as error:
        found = str(error)
    finally:
        lock.release()
    assert fault.expected in found and bool(found) == bool(fault.expected)


HOLD = """
import sys, time
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_lock_ends_with_a_killed_process(tmp_path: Path) -> None:
    with claim_run(tmp_path, None, {}) as folder:
        pass
    arguments = [sys.executable, "-c", HOLD, str(folder / "run.lock")]
    holder = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "held\n"
    with pytest.raises(UserError, match="is in use by process"), claim_run(tmp_path, folder.name, {}):
        pass
    holder.kill()
    holder.wait()
    with claim_run(tmp_path, folder.name, {}) as again:
        assert again == folder


# What differs in the config of a resumed run: the words of the refusal, or none where it may differ.
def model(**settings: Any) -> Callable[[dict[str, Any]], object]:
    return lambda config: config["models"][1].update(settings)


def llm(**settings: Any) -> Callable[[dict[str, Any]], object]:
    return lambda config: config["models"][1]["llm"].update(settings)


def dataset(**settings: Any) -> Callable[[dict[str, Any]], object]:
    return lambda config: config["datasets"][0].update(settings)


def evaluator(**settings: Any) -> Callable[[dict[str, Any]], object]:
    return lambda config: config["datasets"][0]["eval_cfg"]["evaluator"].update(settings)


def judge(**settings: Any) -> Callable[[dict[str, Any]], object]:
    return lambda config: config["datasets"][0]["eval_cfg"]["evaluator"]["reader_llm"].update(settings)


CONFIGS = [
    Fault("a method", model(method="rag"), "method of model 'm-prompt' was 'prompt' and is 'rag'"),
    Fault("a method's parameter", model(method_kwargs={"k": 9}), "method_kwargs.k of model 'm-prompt' was unset and is 9"),
    Fault("a seed", model(seed=7), "seed of model 'm-prompt'"),
    Fault("a temperature", model(temperature=0.7), "temperature of model 'm-prompt'"),
    Fault("a point in time", model(as_of="2001"), "as_of of model 'm-prompt'"),
    Fault("a way of answering", model(answering="structured"), "answering of model 'm-prompt'"),
    Fault("another model of the same name", llm(path="other"), "llm.path of model 'm-prompt' was 'scripted' and is 'other'"),
    Fault("a length of answers", llm(max_out_len=99), "llm.max_out_len of model 'm-prompt'"),
    Fault("a server", llm(openai_api_base="http://127.0.0.1:1/v1"), "llm.openai_api_base of model 'm-prompt'"),
    Fault("a model for the agents", model(agent_llm={"type": "x", "path": "small"}), "agent_llm.type of model 'm-prompt'"),
    Fault("a model's data", model(data="other data"), "data of model 'm-prompt'"),
    Fault("a model is missing", lambda config: config["models"].pop(), "model 'm-prompt' is missing"),
    Fault("the models are in another order", lambda config: config["models"].reverse(), "in another order"),
    Fault("a type of question", dataset(question_type="cloze_2"), "question_type of dataset 'cloze'"),
    Fault("a sample", dataset(sample="quick"), "sample of dataset 'cloze'"),
    Fault("the characters", dataset(characters=["ada-berg"]), "characters of dataset 'cloze'"),
    Fault("the number of runs", dataset(n=3), "n of dataset 'cloze'"),
    Fault("a range of rows", lambda config: config["datasets"][0]["reader_cfg"].update(test_range="[:2]"), "reader_cfg.test_range of dataset 'cloze'"),
    Fault("a dataset's data", dataset(data="other data"), "data of dataset 'cloze'"),
    Fault("a dataset is missing", lambda config: config["datasets"].pop(0), "dataset 'cloze' is missing"),
    Fault("a reader", judge(path="other"), "eval_cfg.evaluator.reader_llm.path of dataset 'cloze'"),
    Fault("what a reader checks", evaluator(reader_check=0.5), "eval_cfg.evaluator.reader_check of dataset 'cloze'"),
    Fault("concurrency", model(concurrency=1), ""),
    Fault("attempts", model(retry=9), ""),
    Fault("the call cache", model(cache_dir="elsewhere"), ""),
    Fault("a run_cfg", model(run_cfg={"num_gpus": 2}), ""),
    Fault("a timeout", llm(timeout=5), ""),
    Fault("a key", llm(key="EMPTY"), ""),
    Fault("a proxy", llm(openai_proxy_url="ENV"), ""),
    Fault("a price", llm(price={"input": 1.0}), ""),
    Fault("a batch size", llm(batch_size=2), ""),
    Fault("a rate", llm(query_per_second=2), ""),
    Fault("the judges' concurrency", evaluator(concurrency=1), ""),
    Fault("the judges' attempts", evaluator(retry=1), ""),
    Fault("a judge's timeout", judge(timeout=5), ""),
    Fault("the runner", lambda config: config["infer"]["runner"].update(type="opencompass.runners.LocalRunner"), ""),
    Fault("the partitioner", lambda config: config["infer"]["partitioner"].update(n=1), ""),
    Fault("the summarizer", lambda config: config.update(summarizer={}), ""),
    Fault("a copied data folder", model(data="same data"), ""),
    Fault("a model is added", lambda config: config["models"].append({**config["models"][0], "abbr": "m-new"}), ""),
    Fault("a dataset is added", lambda config: config["datasets"].append({**config["datasets"][0], "abbr": "new"}), ""),
]  # fmt: skip


@each(CONFIGS)
def test_a_run_is_resumed_with_its_own_config(
    finished: FinishedRun, fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "same data").symlink_to(finished.path.parent / "data")
    for number, name in enumerate(("ada-berg", "bo-crane"), 1):
        (tmp_path / "other data" / "characters" / name).mkdir(parents=True)
        (tmp_path / "other data" / "characters" / name / "profile.jsonl").write_text(f"{number}\n")
    config = copy.deepcopy(finished.config.to_dict())
    config["datasets"][0]["eval_cfg"]["evaluator"]["reader_llm"] = {"type": "x", "path": "reader", "abbr": "reader"}
    with claim_run(tmp_path / "out", None, identify_config(config)):
        pass
    fault.given(config)
    try:
        with claim_run(tmp_path / "out", "latest", identify_config(config)):
            found = ""
    except UserError as error:
        found = str(error)
    assert fault.expected in found and bool(found) == bool(fault.expected)
    assert not found or "or start a new run" in found


# The clock when each of several runs starts, in seconds after the first.
CLOCKS = [
    Fault("it goes on", (0, 60, 120), None),
    Fault("it stands still", (0, 0, 0), None),
    Fault("it is set back an hour", (0, -3600, -3599), None),
    Fault("it is set back years", (0, 10, -1e8), None),
    Fault("it jumps ahead and back", (0, 1e7, 5), None),
    Fault("it is set back to the same second", (0, 1, 0), None),
]


@each(CLOCKS)
def test_the_latest_run_is_the_one_that_started_last(tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = []
    for seconds in fault.given:
        moment = datetime(2026, 10, 25, 2, 30) + timedelta(seconds=seconds)

        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None, moment: datetime = moment) -> datetime:
                return moment.replace(tzinfo=tz)

        monkeypatch.setattr("human_simulacra.plugin.run_ownership.datetime", Clock)
        with claim_run(tmp_path, None, {}) as folder:
            folders.append(folder)
        with claim_run(tmp_path, "latest", {}) as latest:
            assert latest == folder
    assert len(set(folders)) == len(folders)
    with claim_run(tmp_path, None, {}, dry_run=True), claim_run(tmp_path, "latest", {}) as latest:
        assert latest == folders[-1]  # a dry run started nothing


# A session's start and its last answer, in any offset; the seconds that it took.
SESSIONS = [
    Fault("in one offset", ("2026-10-25T02:30:00+02:00", "2026-10-25T00:31:00+00:00"), 60.0),
    Fault("over the end of summer time", ("2026-10-25T02:59:00+02:00", "2026-10-25T01:01:00+00:00"), 120.0),
    Fault("over its beginning", ("2026-03-29T01:59:00+01:00", "2026-03-29T01:01:00+00:00"), 120.0),
    Fault("with a clock that was set back", ("2026-03-29T12:00:00+00:00", "2026-03-29T11:00:00+00:00"), 0.0),
]


@each(SESSIONS)
def test_a_session_takes_the_time_between_its_start_and_its_last_answer(run: FinishedRun, fault: Fault) -> None:
    started, ended = fault.given
    line = {"started": started, "mode": "all", "last_written": None}
    (run.folder / "sessions.jsonl").write_text(json.dumps(line) + "\n" + json.dumps({**line, "started": "2100-01-01T00:00:00+00:00", "last_written": ended}) + "\n")  # fmt: skip
    description = build_description(run.config, run.folder, run.config["datasets"], [], [], {})
    assert description["wall_seconds"] == fault.expected
    assert datetime.fromisoformat(description["ended"]).tzinfo == timezone.utc


# The partitions of a config that are refused: the words.
NUM = {"type": "opencompass.partitioners.NumWorkerPartitioner", "num_worker": 2, "min_task_size": 1}
PARTITIONS = [
    Fault("an evaluation in parts", ("eval", NUM, "cloze"), "eval.partitioner splits dataset 'cloze'"),
    Fault("a dataset that is named as a part of another", ("infer", NUM, "single_choice_0"), "'single_choice_0' of a dataset is what OpenCompass calls a part"),
    Fault("the same without a split", ("infer", {"type": "opencompass.partitioners.NaivePartitioner"}, "single_choice_12"), "'single_choice_12' of a dataset is what OpenCompass calls a part"),
    Fault("an evaluation by one worker", ("eval", {**NUM, "num_worker": 1}, "cloze"), ""),
    Fault("an evaluation of few rows", ("eval", {**NUM, "min_task_size": 16}, "cloze"), ""),
    Fault("answers in parts", ("infer", NUM, "cloze"), ""),
    Fault("a name that ends in a number", ("infer", NUM, "cloze_2"), ""),
]  # fmt: skip


@each(PARTITIONS)
def test_partitions_that_would_mix_or_lose_rows_are_refused(run: FinishedRun, fault: Fault) -> None:
    from human_simulacra.plugin.config_checks import check_run

    stage, partitioner, abbr = fault.given
    config = copy.deepcopy(run.config)
    config[stage]["partitioner"] = partitioner
    config["datasets"][0]["abbr"] = abbr
    try:
        check_run(config, "config.py", run.folder.parent)
        found = ""
    except UserError as error:
        found = str(error)
    assert fault.expected in found and bool(found) == bool(fault.expected)


SIZES = [
    Fault("sizes of a smoke run", '{"cloze": 2, "other": 5}', {"other": 5}),
    Fault("a cut file", '{"cloze": 2', {}),
    Fault("a list", "[1, 2]", {}),
]


@each(SIZES)
def test_a_size_of_another_run_does_not_shorten_this_one(run: FinishedRun, fault: Fault, tmp_path: Path) -> None:
    write(".cache/dataset_size.json", fault.given)(tmp_path)
    forget_dataset_sizes(run.config)
    assert json.loads((tmp_path / ".cache" / "dataset_size.json").read_text()) == fault.expected


# The journals of a dataset and its parts: which one a task writes, which one has the answer, and whether it is found.
JOURNALS = [
    Fault("the same part", ("x_1", "x_1"), True),
    Fault("another part", ("x_1", "x_0"), True),
    Fault("the whole, after parts", ("x", "x_11"), True),
    Fault("a part, after the whole", ("x_0", "x"), True),
    Fault("a part of a dataset whose name ends in a number", ("x_3_0", "x_3"), True),
    Fault("another dataset", ("x_1", "y_1"), False),
    Fault("a dataset whose name begins alike", ("x", "x_more"), False),
]


@each(JOURNALS)
def test_no_row_is_paid_for_twice_whatever_the_parts(tmp_path: Path, fault: Fault) -> None:
    own, other = (tmp_path / f"{name}.jsonl" for name in fault.given)
    finished = RowCheckpoint(other)
    finished.append("key", {"prediction": "A", "error": None})
    finished.append("broken", {"prediction": None, "error": "HTTP 500"})
    finished.close()
    if own != other:
        with other.open("ab") as stream:
            stream.write(b'{"key": "half')  # another process is writing
    checkpoint = RowCheckpoint(own)
    assert (checkpoint.find("key") is not None) == fault.expected
    checkpoint.close()
    assert own == other or other.read_bytes().endswith(b'{"key": "half')


def test_a_failure_that_is_written_has_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    error = OSError(f"refused: {KEY}")
    write_failure(tmp_path / "x.out", error)
    assert (tmp_path / "x.out").read_text() == "".join(traceback.format_exception(error)).replace(KEY, "[secret]")
