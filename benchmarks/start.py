"""What each command takes until it can do its work, beside what its largest import takes.

`python benchmarks/start.py` prints the seconds of the processor of each command, the median of three starts (one, if it takes
over five seconds) after one that compiles what has no bytecode yet: the lists, a wrong command line, the prompt of a chat with a
model on a server and with the embedded model, the check of a run (`--dry-run`), and a run of one question up to its end; and of
importing OpenCompass alone.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from latency_server import RunningServer, serving
from measured_command import CLI, IMPORT, RUN, measure
from mmengine.config import Config

from human_simulacra.plugin.eval_config import make_config, read_model

STARTS, LONG = 3, 5.0


def main() -> None:
    """Prints the table."""
    print("| command | CPU s | goal |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary, serving(0.0) as server:
        folder = Path(temporary)
        environment = {
            "OPENAI_API_KEY": "local", "OPENAI_BASE_URL": server.address, "HUMAN_SIMULACRA_HOME": str(folder / "home"),
            "HUMAN_SIMULACRA_CACHE": str(folder / "cache"),
        }  # fmt: skip
        base = _print("import of OpenCompass", IMPORT, folder, environment)
        chat = [*CLI, "chat", "maren-oddleif", "--model", "openai/scripted"]
        _print("human-simulacra list", [*CLI, "list"], folder, environment, "0.5")
        _print("chat --model openai/NAME, up to its prompt", chat, folder, environment, "3", "/quit\n")
        _print("chat with the embedded model, up to its prompt", chat[:5], folder, environment, "", "/quit\n")
        config = _config(folder, server)
        _print("run.py with a wrong mode", [*RUN, str(config), "-m", "al"], folder, environment, "1", expected=2)
        _print("run.py with an unknown method", [*RUN, str(config), "--method", "mcam"], folder, environment, "1", expected=2)
        run = [*RUN, str(config), "-w", str(folder / "runs")]
        _print("run.py --dry-run", [*run, "--dry-run"], folder, environment, f"{base + 2:.1f}")
        _print("run.py, one question and its answer", [*run, "-m", "infer"], folder, environment, f"{base + 2:.1f}")
        _print("eval, one question to the tables", [*run], folder, environment)


def _config(folder: Path, server: RunningServer) -> Path:
    llm = {**read_model("openai/scripted", server.address), "max_out_len": 64}
    config = make_config(llm, ["prompt"], ["self_report"], dataset={"limit": 1})
    path = folder / "config.py"
    path.write_text(Config({**config, "datasets": config["datasets"][:1]}).pretty_text)
    return path


def _print(
    name: str, command: list[str], folder: Path, environment: dict[str, str], goal: str = "", given: str = "", expected: int = 0
) -> float:
    first = measure(command, folder, environment, given, expected)
    starts = STARTS if first.cpu < LONG else 1
    costs = [measure(command, folder, environment, given, expected) for _ in range(starts)]
    middle = statistics.median(cost.cpu for cost in costs)
    print(f"| {name} | {middle:.2f} | {goal} |", flush=True)
    return middle


if __name__ == "__main__":
    main()
