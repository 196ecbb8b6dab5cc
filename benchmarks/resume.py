"""What it costs to resume, replay and report a run in which every row is answered.

`python benchmarks/resume.py [--rows 1000,10000] [--folder F]` makes for each number of rows a finished run with a scripted model
(four methods, the three datasets of the self report, every question asked twice or more), and prints the seconds of the
processor and the largest memory of each command, beside those of importing OpenCompass alone. A run that lies in the folder
already is used again.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measured_command import CLI, IMPORT, RUN, Cost, measure
from mmengine.config import Config

from human_simulacra.library import Library
from human_simulacra.plugin.eval_config import make_config
from human_simulacra.results.run_folder import list_results, read_predictions
from human_simulacra.results.run_location import find_runs
from human_simulacra.types import QUESTION_TYPES

METHODS = ("none", "prompt", "macm", "shuffled")
RUNS = 2  # how often each question is asked at least


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="What it costs to resume, replay and report a finished run.")
    parser.add_argument("--rows", default="1000,10000", help="numbers of rows, with commas")
    parser.add_argument("--folder", help="where the runs are kept (default: a temporary folder)")
    given = parser.parse_args()
    print("| rows | command | CPU s | beyond the import | seconds | memory MB | beyond the import |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(given.folder or temporary).resolve()
        base = measure(IMPORT, Path(temporary))
        _print("-", "import of OpenCompass", base, base)
        for rows in map(int, given.rows.split(",")):
            _measure_run(folder / str(rows), rows, base)


def _measure_run(folder: Path, wanted: int, base: Cost) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    config, runs = folder / "config.py", folder / "runs"
    ids = Library().ids
    of_character = sum(len(Library().questions(ids[0], kind)) for kind in QUESTION_TYPES) * len(METHODS)
    repeated = max(RUNS, round(wanted / (of_character * len(ids))))
    characters = ids[: max(2, round(wanted / (of_character * repeated)))]
    config.write_text(Config(_config(characters, repeated, folder)).pretty_text)
    command = [*RUN, str(config), "-w", str(runs)]
    if not runs.is_dir():
        _print(f"about {wanted:,}", "run.py CONFIG", measure(command, folder), base)
    run = find_runs(runs, "latest")[-1]
    rows = f"{sum(len(read_predictions(run, *pair)) for pair in list_results(run)):,}"
    again = measure([*command, "-r"], folder)
    _print(rows, "run.py CONFIG -r", again, base)
    _print(rows, "human-simulacra replay", measure([*CLI, "replay", str(run)], folder))
    _print(rows, "human-simulacra report", measure([*CLI, "report", str(run)], folder))


def _config(characters: Sequence[str], repeated: int, folder: Path) -> dict[str, object]:
    llm = {"type": "scripted_model.ScriptedModel", "abbr": "scripted", "path": "scripted", "max_out_len": 64}
    dataset = {"sample": "all", "characters": list(characters), "runs": repeated}
    model = {"temperature": 0.7, "concurrency": 8, "cache_dir": str(folder / "cache")}
    config = make_config(llm, METHODS, ["self_report"], dataset=dataset, model=model)
    for one in config["models"]:
        if one["method"] == "macm":
            one["method_kwargs"] = {"retriever": "llm"}
    return config


def _print(rows: str, name: str, cost: Cost, base: Cost | None = None) -> None:
    beyond = (f"{cost.cpu - base.cpu:.1f}", f"{cost.memory - base.memory:.0f}") if base else ("", "")
    print(
        f"| {rows} | {name} | {cost.cpu:.1f} | {beyond[0]} | {cost.seconds:.1f} | {cost.memory:.0f} | {beyond[1]} |", flush=True
    )


if __name__ == "__main__":
    main()
