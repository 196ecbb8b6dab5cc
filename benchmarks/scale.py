"""What a large evaluation takes: measured on small runs, checked on larger ones, and extrapolated.

`python benchmarks/scale.py` makes synthetic characters, runs them through OpenCompass with a scripted model in the same process,
and measures processor time, memory, and the bytes of every store. Three small runs give each figure's three parts: of a run, of a
character, and of a row. Larger runs show predicted beside measured. Then it prints what `--characters` times `--questions` take
of time and storage, and how many runs they must be split into. What the model takes and costs: `benchmarks/scale_cost.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scale_estimate import Parts, print_estimate, show

SMALL = ((2, 30), (2, 600), (10, 30))  # characters, questions of each: far enough apart that memory is no noise
LARGE = "8x300"
ROOT = Path(__file__).resolve().parent.parent
STORES = {
    "data": ("data", "**/*.jsonl"),
    "predictions": ("run", "predictions/*/*.json"),
    "journal": ("run", "predictions/*/rows/*.jsonl"),
    "results": ("run", "results/*/*.json"),
    "tables and report": ("run", "summary/*"),
    "call cache": ("cache", "calls.sqlite*"),
    "texts and embeddings": ("cache", "texts.sqlite*"),
}


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description="What a large evaluation takes.")
    parser.add_argument("--characters", type=int, default=10**6, help="characters of the large evaluation")
    parser.add_argument("--questions", type=int, default=500, help="questions of each")
    parser.add_argument("--method", default="macm", help="the method that answers")
    parser.add_argument("--check", default=LARGE, help="sizes to predict and measure, characters x questions")
    parser.add_argument("--memory", type=float, default=16, help="GB of memory for the process of a run")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)  # size and folder: one measurement
    given = parser.parse_args()
    if given.run:
        measure(*_read_size(given.run[0]), given.method, Path(given.run[1]))
        return
    measured = [run(*size, given.method) for size in SMALL]
    parts = {name: fit([found[name] for found in measured]) for name in measured[0]}
    print(f"Method {given.method}, from runs of {', '.join(f'{c} x {q}' for c, q in SMALL)} questions:\n")
    print("| figure | a run | a character | a row |\n|---|---|---|---|")
    for name, found in parts.items():
        print(f"| {name} | {' | '.join(show(name, value) for value in (found.run, found.character, found.row))} |", flush=True)
    for characters, questions in map(_read_size, given.check.split(",")):
        found = run(characters, questions, given.method)
        print(f"\n{characters} characters x {questions} questions, {characters * questions:,} rows:\n")
        print("| figure | predicted | measured | measured / predicted |\n|---|---|---|---|")
        for name, value in parts.items():
            expected = value.predict(characters, questions)
            print(f"| {name} | {show(name, expected)} | {show(name, found[name])} | {found[name] / expected:.2f} |", flush=True)
    print_estimate(parts, given)


def _read_size(text: str) -> tuple[int, int]:
    characters, questions = text.split("x")
    return int(characters), int(questions)


def fit(values: list[float]) -> Parts:
    """Returns what of a figure belongs to a run, to a character and to a row, from its values in the small runs."""
    return Parts(*np.linalg.solve([[1, characters, characters * questions] for characters, questions in SMALL], values).tolist())


def run(characters: int, questions: int, method: str) -> dict[str, float]:
    """Measures a run of this size in processes of its own, one that answers and one that scores."""
    # One thread, since threads that wait for each other's numbers would count as work.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--method", method, "--run", f"{characters}x{questions}", folder]
        for _ in ("infer", "eval"):
            done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
            if done.returncode:
                sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
            found |= json.loads(done.stdout.splitlines()[-1])
    return found


def measure(characters: int, questions: int, method: str, folder: Path) -> None:
    """Answers all rows in an empty folder, or scores them in one with answers, and prints what it took as JSON."""
    from mmengine.config import Config
    from scale_characters import write_characters

    from human_simulacra.plugin.eval_config import make_config
    from human_simulacra.plugin.run_command import main as run_command

    config, answered = folder / "config.py", (folder / "runs").exists()
    if not answered:
        write_characters(folder / "data", characters, questions)
        llm = {"type": "scale_characters.ScriptedModel", "abbr": "scripted", "max_out_len": 64}
        own = {"data": str(folder / "data"), "cache_dir": str(folder / "cache")}
        made = make_config(llm, [method], ["self_report"], dataset={"data": own["data"], "sample": "all"}, model=own)
        config.write_text(Config(made).pretty_text)
    before = _cpu()
    stage = ["-r", "-m", "eval"] if answered else ["-m", "infer"]
    if run_command([str(config), "-w", str(folder / "runs"), "--quiet", *stage]):
        sys.exit("the run is not complete")
    name, peak = "scoring and report" if answered else "answering", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {f"{name}, CPU": _cpu() - before, f"{name}, memory": 1024.0 * peak}
    print(json.dumps(found | (_stores(folder) if answered else {})))


def _stores(folder: Path) -> dict[str, float]:
    [run] = [path for path in (folder / "runs").iterdir() if path.is_dir()]
    places = {"data": folder / "data", "cache": folder / "cache", "run": run}
    found = {name: _bytes(places[place], pattern) for name, (place, pattern) in STORES.items()}
    calls = [call["completion"] for path in run.glob("predictions/*/*.json") for row in json.loads(path.read_text()).values()
             for call in row["trace"]["calls"]]  # fmt: skip
    return found | {
        "files": float(sum(path.is_file() for path in folder.rglob("*"))),
        "calls": float(len(calls)),
        "prompt tokens": float(sum(call["prompt_tokens"] for call in calls)),
        "completion tokens": float(sum(call["completion_tokens"] for call in calls)),
    }


def _bytes(folder: Path, pattern: str) -> float:
    return float(sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file()))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
