"""Time of a run beside the least time that a server of fixed latency allows.

`python benchmarks/scheduling.py [--rows 48] [--concurrency 6,32,256]` runs the paper's mechanism (memory, thinking
and emotion at once, then the answer: four calls in two steps) on N questions, by itself and through OpenCompass, and prints for
each concurrency C the seconds from the first call to the last answer, the bound max(4 N / C, 2) latencies, their ratio, the
processor's time per answer (through OpenCompass with the start of the process, so compare two numbers of rows), and how long the
server stood idle. `--datasets` spreads the questions over several datasets, and `--models` asks all of several models on the same
backbone, which shows what is lost between them.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from latency_server import Load, RunningServer, serving
from mmengine.config import Config

from human_simulacra.library import Library
from human_simulacra.plugin.eval_config import make_config, read_model
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.stimuli import question_stimulus, shuffle_options
from human_simulacra.types import Question

CALLS, STEPS = 4, 2
METHOD = {"retriever": "llm", "order": "parallel", "agents": "separate"}
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Time of a run beside the least time that a server allows.")
    parser.add_argument("--rows", type=int, default=48, help="questions in all")
    parser.add_argument("--concurrency", default="6,32,256", help="concurrent calls, with commas")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds a call")
    parser.add_argument("--datasets", type=int, default=1, help="datasets that share the questions")
    parser.add_argument("--models", type=int, default=1, help="models that are asked, each all questions")
    given = parser.parse_args()
    print("| way | rows | concurrency | seconds | bound | ratio | CPU ms an answer | idle | most calls at once |")
    print("|---|---|---|---|---|---|---|---|---|")
    with serving(given.latency) as server:
        for concurrency in map(int, given.concurrency.split(",")):
            answers = given.rows * given.models
            bound = given.latency * max(CALLS * answers / concurrency, STEPS)
            for name, measure in (("direct", _direct), ("OpenCompass", _through_opencompass)):
                if name == "direct" and (given.datasets > 1 or given.models > 1):
                    continue
                server.forget()
                with tempfile.TemporaryDirectory() as folder:
                    used = measure(server, given, concurrency, Path(folder))
                _print(name, answers, concurrency, server.load(), bound, used)


def _print(name: str, answers: int, concurrency: int, load: Load, bound: float, used: float) -> None:
    if load.requests != CALLS * answers:
        sys.exit(f"{load.requests} calls instead of {CALLS * answers}: nothing is measured")
    print(
        f"| {name} | {answers} | {concurrency} | {load.seconds:.2f} | {bound:.2f} | {load.seconds / bound:.2f} "
        f"| {1000 * used / answers:.1f} | {100 * load.idle:.0f} % | {load.busiest} |",
        flush=True,
    )


def _model(server: RunningServer, concurrency: int, folder: Path) -> dict[str, Any]:
    llm = {**read_model("openai/scripted", server.address), "max_out_len": 64}
    # At a temperature, a question that is asked again is another call.
    sampled = {"temperature": 0.7, "concurrency": concurrency, "cache_dir": str(folder)}
    return {"llm": llm, "method": "macm", "method_kwargs": METHOD, **sampled}


def _direct(server: RunningServer, given: argparse.Namespace, concurrency: int, folder: Path) -> float:
    """Answers all questions at once, and returns the seconds of the processor."""
    simulacrum = Simulacrum(**_model(server, concurrency, folder))
    library = Library()
    asked = [question_stimulus(shuffle_options(question, 0)) for question in _questions(library)]
    repeated = [replace(stimulus, sample=number) for number in range(_repetitions(given)) for stimulus in asked]
    stimuli = repeated[: given.rows]
    method = simulacrum.method(64)

    async def answer_all() -> None:
        await asyncio.gather(*map(method.respond, stimuli))

    before = resource.getrusage(resource.RUSAGE_SELF)
    asyncio.run(answer_all())
    return _seconds(resource.getrusage(resource.RUSAGE_SELF)) - _seconds(before)


def _questions(library: Library) -> list[Question]:
    return [question for character in library.ids for question in library.questions(character, "single_choice")]


def _repetitions(given: argparse.Namespace) -> int:
    """Returns how often the questions are asked, so that there are enough rows."""
    return math.ceil(given.rows / len(_questions(Library())))


def _through_opencompass(server: RunningServer, given: argparse.Namespace, concurrency: int, folder: Path) -> float:
    """Runs an evaluation in a process of its own, and returns the seconds of its processor: those of its start are in them."""
    ids = Library().ids
    parts = [
        {
            **_config(server, concurrency, folder)["datasets"][0],
            "abbr": f"part{part}", "characters": ids[part :: given.datasets], "limit": given.rows // given.datasets,
            "runs": _repetitions(given),
        }
        for part in range(given.datasets)
    ]  # fmt: skip
    config = _config(server, concurrency, folder)
    # The seed tells the calls of the models apart, which have the same backbone.
    models = [{**config["models"][0], "abbr": f"scripted-{number}", "seed": number} for number in range(given.models)]
    return _run({**config, "datasets": parts, "models": models}, folder)


def _config(server: RunningServer, concurrency: int, folder: Path) -> dict[str, Any]:
    given = _model(server, concurrency, folder)
    llm = {**given.pop("llm"), "abbr": "scripted"}
    config = make_config(llm, [given.pop("method")], ["self_report"], dataset={"sample": "all"}, model=given)
    config["datasets"] = [dataset for dataset in config["datasets"] if dataset["question_type"] == "single_choice"]
    return config


def _run(config: dict[str, Any], folder: Path) -> float:
    path = folder / "config.py"
    path.write_text(Config(config).pretty_text)
    before = _seconds(resource.getrusage(resource.RUSAGE_CHILDREN))
    command = [sys.executable, str(ROOT / "run.py"), str(path), "-w", str(folder / "runs"), "-m", "infer"]
    environment = {**os.environ, "OPENAI_API_KEY": "none"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    return _seconds(resource.getrusage(resource.RUSAGE_CHILDREN)) - before


def _seconds(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
