"""Command lines that cannot work are refused in one sentence, before OpenCompass or torch is imported, and leave nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import write_character
from tests.faults.fault import Fault, each
from tests.run_config import ROOT

CHAT, WEB, JUDGE, REPLAY, REPORT = (f"human-simulacra {name}" for name in ("chat", "web", "judge", "replay", "report"))
FAULTS = [
    Fault("run: no config", ["run.py"], "no config given"),
    Fault("run: the config is missing", ["run.py", "none.py"], "config none.py does not exist"),
    Fault("run: the config is a folder", ["run.py", "data"], "config data is a folder"),
    Fault("run: the config is no Python", ["run.py", "broken.py"], "config broken.py, line 2: "),
    Fault("run: the config is binary", ["run.py", "binary.py"], "config binary.py"),
    Fault("run: the config's folder is a file", ["run.py", "file.txt/c.py"], "config file.txt/c.py does not exist"),
    Fault("run: the mode is unknown", ["run.py", "good.py", "-m", "evla"], "unknown mode (-m) 'evla': did you mean 'eval'?"),
    Fault("run: the mode is empty", ["run.py", "good.py", "-m", ""], "unknown mode (-m) ''"),
    Fault("run: -w is a file", ["run.py", "good.py", "-w", "file.txt"], "-w file.txt cannot be a folder, since"),
    Fault("run: -w is in a file", ["run.py", "good.py", "-w", "file.txt/out"], "-w file.txt/out cannot be a folder, since"),
    Fault("run: -w has a space", ["run.py", "good.py", "-w", "my out"], "has a space in its name"),
    Fault("run: -r is unknown", ["run.py", "good.py", "-w", "out", "-r", "20200101_000000"], "no run '20200101_000000' in out"),
    Fault(
        "run: -r has nothing to resume", ["run.py", "good.py", "-w", "out", "-r"], "there is no run in out to resume: start one"
    ),
    Fault("run: -r is no run", ["run.py", "good.py", "-w", "data", "-r", "characters"], "no run 'characters' in data"),
    Fault("run: a number is a text", ["run.py", "good.py", "--max-num-workers", "x"], "--max-num-workers must be a whole number"),
    Fault("run: a number is 0", ["run.py", "good.py", "--max-num-workers=0"], "of at least 1, not '0'"),
    Fault("run: a number is missing", ["run.py", "good.py", "--retry"], "--retry must be a whole number of at least 1, not ''"),
    Fault("chat: the backbone is missing", [CHAT, "ada-berg", "--data", "data", "--backbone", "no.py"], "--model no.py does not"),
    Fault("chat: the backbone's file is missing", [CHAT, "ada-berg", "--backbone", "no.py:mine"], "--model no.py does not exist"),
    Fault("chat: the backbone is broken", [CHAT, "ada-berg", "--backbone", "broken.py"], "--model broken.py, line 2"),
    Fault("chat: the backbone is a folder", [CHAT, "ada-berg", "--backbone", "data"], "--model data is a folder"),
    Fault("chat: no character", [CHAT, "--data", "data"], "choose a character"),
    Fault("chat: the character is unknown", [CHAT, "ada-borg", "--data", "data"], "did you mean 'ada-berg'?"),
    Fault("chat: the method is unknown", [CHAT, "ada-berg", "--data", "data", "--method", "macmm"], "did you mean 'macm'?"),
    Fault("chat: the data folder is missing", [CHAT, "ada-berg", "--data", "none"], "--data none is not a data folder"),
    Fault("chat: the data folder is a file", [CHAT, "ada-berg", "--data", "file.txt"], "--data file.txt is not a data folder"),
    Fault(
        "chat: the transcript is missing",
        [CHAT, "ada-berg", "--data", "data", "--load", "no.jsonl"],
        "there is no file and no stored conversation 'no.jsonl'",
    ),
    Fault("web: the backbone is missing", [WEB, "--data", "data", "--backbone", "no.py"], "--model no.py does not exist"),
    Fault(
        "web: the second backbone is missing", [WEB, "--backbone", "embedded", "--backbone", "no.py"], "--model no.py does not"
    ),
    Fault("web: the data folder is missing", [WEB, "--data", "none"], "--data none is not a data folder"),
    Fault("web: the method is unknown", [WEB, "--data", "data", "--method", "promt"], "did you mean 'prompt'?"),
    Fault("report: the run is missing", [REPORT, "none"], "none is no folder: give the folder of a run"),
    Fault("report: the run is a file", [REPORT, "file.txt"], "file.txt is no folder"),
    Fault("report: the second run is missing", [REPORT, "data", "none"], "none is no folder"),
    Fault("report: the output is a folder", [REPORT, "data", "--out", "data"], "--out data is a folder: choose a file in it"),
    Fault("report: the output is in a file", [REPORT, "data", "--out", "file.txt/r.html"], "since"),
    Fault("replay: the run is missing", [REPLAY, "none"], "none is no folder: give the folder of a run"),
    Fault("replay: the run is a file", [REPLAY, "file.txt"], "file.txt is no folder"),
    Fault("judge: the run is missing", [JUDGE, "none"], "none is no folder: give the folder of a run"),
    Fault("judge: the data folder is missing", [JUDGE, "data", "--data", "none"], "--data none is not a data folder"),
    Fault("judge: the store is a folder", [JUDGE, "data", "--db", "data"], "--db data is a folder"),
    Fault(
        "judge: the export is in a file", [JUDGE, "data", "--export", "file.txt/a.csv"], "--export file.txt cannot be a folder"
    ),
    Fault("memories: the backbone is missing", ["build_memories", "ada-berg", "--backbone", "no.py"], "--model no.py does not"),
    Fault(
        "memories: the output is a file", ["build_memories", "ada-berg", "--out", "file.txt"], "--out file.txt cannot be a folder"
    ),
    Fault("memories: the data folder is missing", ["build_memories", "ada-berg", "--data", "none"], "--data none is not a data"),
    Fault("memories: the character is unknown", ["build_memories", "ada-borg", "--out", "data"], "did you mean 'ada-berg'?"),
    Fault("memories: the output is empty", ["build_memories", "ada-berg", "--out", "new"], "new has no characters"),
    Fault("questions: the backbone is missing", ["generate_questions", "ada-berg", "--backbone", "no.py"], "--model no.py does"),
    Fault(
        "questions: too few", ["generate_questions", "ada-berg", "--out", "data", "--story", "-1"], "--story -1 is not possible"
    ),
    Fault(
        "questions: no blind readers",
        ["generate_questions", "ada-berg", "--blind-checks", "0"],
        "--blind-checks 0 is not possible",
    ),
    Fault("story: the backbone is broken", ["generate_life_story", "ada-berg", "--backbone", "broken.py"], "broken.py, line 2"),
    Fault("story: the character is unknown", ["generate_life_story", "nobody", "--out", "data"], "unknown character 'nobody'"),
    Fault(
        "biographies: the backbone is missing", ["generate_biographies", "--backbone", "no.py"], "--model no.py does not exist"
    ),
    Fault("biographies: nothing is picked", ["generate_biographies", "--out", "data"], "data has no picked profile"),
    Fault("profiles: the output is a file", ["generate_profiles", "--out", "file.txt"], "--out file.txt cannot be a folder"),
    Fault(
        "profiles: nothing to show", ["generate_profiles", "--out", "new", "--show", "0"], "--show 0 is no number of candidates"
    ),
    Fault(
        "edit: the data folder is missing", ["edit_character", "ada-berg", "--data", "none"], "--data none is not a data folder"
    ),
    Fault("edit: the output is in a file", ["edit_character", "ada-berg", "--out", "file.txt/x"], "--out file.txt/x cannot be"),
    Fault(
        "new: the backbone is missing",
        ["new_character", "--out", "new", "--backbone", "no.py"],
        "--model no.py does not exist",
    ),
    Fault("new: the output is a file", ["new_character", "--out", "file.txt"], "--out file.txt cannot be a folder"),
    Fault("import: the release is missing", ["import_release", "none", "new"], "none"),
    Fault("import: the target is a file", ["import_release", "data", "file.txt"], "target file.txt cannot be a folder"),
    Fault("validate: the folder is missing", ["validate_dataset", "none"], "none, which is not a data folder"),
    Fault(
        "validate: the other folder is missing", ["validate_dataset", "data", "--against", "none"], "--against none is no folder"
    ),
    Fault("describe: the folder is missing", ["describe_dataset", "none"], "none, which is not a data folder"),
    Fault("picture: the report is missing", ["screenshot_report", "data", "p.png"], "report.html does not exist"),
]
# Runs each command line in one process and says what it printed, what it imported and what it left.
DRIVER = """
import contextlib, importlib, io, json, os, sys
before = sorted(os.listdir())
for line in json.load(sys.stdin):
    first, *rest = line
    name, _, sub = first.partition(" ")
    module = {"run.py": "human_simulacra.plugin.run_command", "human-simulacra": "human_simulacra.cli"}.get(name, name)
    sys.argv = [first, *([sub] if sub else []), *rest]
    printed = io.StringIO()
    with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(printed):
        try:
            status = importlib.import_module(module).main()
        except BaseException as error:
            status = repr(error)
    heavy = sorted({"torch", "opencompass", "transformers", "mmengine"} & set(sys.modules))
    print(json.dumps([status, printed.getvalue(), heavy, sorted(os.listdir()) == before]))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each command line did, by the fault's name."""
    folder = tmp_path_factory.mktemp("commands")
    write_character(folder / "data", "Ada Berg", 1980)
    (folder / "file.txt").write_text("text")
    (folder / "good.py").write_text("models = []\n")
    (folder / "broken.py").write_text("a = 1\nb = = 2\n")
    (folder / "binary.py").write_bytes(b"\x00\xff\xfe")
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], input=json.dumps([fault.given for fault in FAULTS]), cwd=folder, text=True,
        capture_output=True, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}", "HOME": str(folder), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {fault.what: outcome for fault, outcome in zip(FAULTS, found, strict=True)}


@each(FAULTS)
def test_a_command_line_that_cannot_work_is_refused_at_once(outcomes: dict[str, Any], fault: Fault) -> None:
    status, printed, heavy, left_nothing = outcomes[fault.what]
    assert status == 2 and printed.count("error: ") == 1 and fault.expected in printed
    assert heavy == [] and left_nothing
