"""A run on a Ray cluster of two nodes, of which one is killed on the way, and what is refused before a run."""

from __future__ import annotations

import importlib.util
import json
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from human_simulacra.plugin.run_command import main
from tests.run_config import latest, openai_llm, texts, write_config
from tests.servers import serving

KEY = "sk-cluster-81c4e7f02d"
WHOLE = "dict(type=NaivePartitioner, n=1000), runner=dict(type=InProcessRunner, task=dict(type=OpenICLInferTask)"
IMPORTS = """
from opencompass.partitioners import NumWorkerPartitioner
from human_simulacra.plugin.ray_runner import RayRunner
"""
FIRST = (("Ada Berg", "What is your name?"), ("Bo Crane", "What was your boat called?"))  # the first row of each part
# Three calls a row: memories are chosen by the model, so that nothing is encoded.
MODEL = {"method_kwargs": {"retriever": "llm"}, "concurrency": 1}
needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="the extra [ray] is not installed")


def split(config: Path, address: str, parts: int) -> None:
    """Changes a config so that it runs in parts on a cluster."""
    text = config.read_text()
    assert WHOLE in text
    runner = f"dict(type=RayRunner, address={address!r}, task=dict(type=OpenICLInferTask)"
    partitioner = f"dict(type=NumWorkerPartitioner, num_worker={parts}, min_task_size=1)"
    config.write_text(IMPORTS + text.replace(WHOLE, f"{partitioner}, runner={runner}"))


class Cluster:
    """Two machines of one CPU each on the loopback, started with `ray start` as a user would.

    Args:
        folder: Where Ray keeps sockets and logs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"

    def start(self) -> None:
        """Starts both machines, one after the other."""
        port = self.address.rpartition(":")[2]
        self._start("--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={self.folder}")
        first = set(self._processes())
        self._start(f"--address={self.address}")
        self._second = set(self._processes()) - first

    def lose_second(self) -> None:
        """Kills all processes of the second machine, as its loss does."""
        self._kill(self._second)

    def stop(self) -> None:
        """Kills what is left."""
        self._kill(set(self._processes()))

    def _start(self, *arguments: str) -> None:
        command = [str(Path(sys.executable).with_name("ray")), "start", "--node-ip-address=127.0.0.1", "--num-cpus=1"]
        subprocess.run([*command, "--object-store-memory=80000000", *arguments], check=True, stdout=subprocess.DEVNULL)

    def _processes(self) -> Iterator[psutil.Process]:
        """Yields Ray's own processes, which all name the folder; a machine's workers are children of its raylet."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if any(str(self.folder) in word for word in process.cmdline()):
                    yield process

    def _kill(self, processes: set[psutil.Process]) -> None:
        for process in list(processes):
            with suppress(psutil.Error):
                processes.update(process.children(recursive=True))
        for process in processes:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(processes)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster of two machines, which only this process can use."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(16))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    from ray._raylet import Config

    Config.initialize("")  # reads the variables again, if Ray was imported before
    with tempfile.TemporaryDirectory(prefix="ray") as folder:  # a short path, as sockets need
        running = Cluster(Path(folder))
        try:
            running.start()
            yield running
        finally:
            running.stop()


def fingerprint(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


@needs_ray
def test_a_node_killed_in_mid_run_changes_no_answer_and_repeats_only_the_call_under_way(
    tmp_path: Path, data: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    asked: Counter[str] = Counter()
    under_way: set[str] = set()
    both_at_second_row, killed = threading.Event(), threading.Event()

    def script(body: dict[str, Any], number: int) -> str:
        request = fingerprint(body)
        asked[request] += 1
        chosen = "Which of your memories" in body["messages"][-1]["content"]
        if not chosen and not any(name in request and question in request for name, question in FIRST):
            under_way.add(request)
            if len(under_way) == 2:
                both_at_second_row.set()
            killed.wait()
        return "2, 1" if chosen else f"A {sum(request.encode()) % 997}"

    def kill() -> None:
        both_at_second_row.wait()
        try:
            cluster.lose_second()
        finally:
            killed.set()

    with serving(script) as server:
        config = write_config(tmp_path, data, openai_llm(server.address, timeout=300), ("macm",), model=MODEL)
        config.write_text(config.read_text().replace("('cloze', 'single_choice', 'multiple_choice')", "('cloze',)"))
        in_process = config.read_text()
        split(config, cluster.address, 2)
        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0, capsys.readouterr().err
        killer.join()
        answers = texts(latest(tmp_path / "out"))
        repeated = [request for request, times in asked.items() if times > 1]
        assert len(repeated) == 1 and repeated[0] in under_way and asked[repeated[0]] == 2
        on_cluster = set(asked)
        asked.clear()
        monkeypatch.setenv("HUMAN_SIMULACRA_CACHE", str(tmp_path / "other"))
        config.write_text(in_process)
        assert main([str(config), "-w", str(tmp_path / "whole")]) == 0
    assert set(asked) == on_cluster and len(on_cluster) == 18
    assert answers["m-macm/cloze_0"] + answers["m-macm/cloze_1"] == texts(latest(tmp_path / "whole"))["m-macm/cloze"]
    written = [path for folder in (tmp_path, cluster.folder) for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".out" for path in written)
    assert [path for path in written if KEY.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("run_cfg", "message"),
    [
        ({"num_gpu": 1}, "unknown key of models[0].run_cfg 'num_gpu': did you mean 'num_gpus'?"),
        ({"num_cpus": "2"}, "models[0].run_cfg.num_cpus must be"),
        ({"num_procs": 4}, "models[0].run_cfg.num_procs must be 1, since a task on Ray is one process, not 4"),
    ],
)
@needs_ray
def test_a_wrong_demand_is_refused_before_the_run(
    tmp_path: Path,
    data: Path,
    run_cfg: dict[str, Any],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    config = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1"), ("prompt",), model={"run_cfg": run_cfg})
    split(config, "127.0.0.1:9", 2)
    assert main([str(config), "-w", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_ray_the_runner_says_how_to_install_it(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setitem(sys.modules, "ray", None)
    config = write_config(tmp_path, data, openai_llm("http://127.0.0.1:9/v1"), ("prompt",))
    split(config, "127.0.0.1:9", 2)
    assert main([str(config), "-w", str(tmp_path / "out")]) == 2
    assert "error: RayRunner needs Ray: pip install 'human-simulacra[ray]'\n" in capsys.readouterr().err


def test_a_demand_that_no_machine_meets_is_refused() -> None:
    from human_simulacra.errors import UserError
    from human_simulacra.plugin.ray_resources import Demand, check_nodes

    nodes = [{"Alive": True, "Resources": {"CPU": 8.0}}, {"Alive": False, "Resources": {"CPU": 8.0, "GPU": 8.0}}]
    check_nodes([Demand(num_cpus=8)], nodes)
    with pytest.raises(UserError, match=r"no machine of the Ray cluster has CPU 1, GPU 2 for a task \(they have CPU 8, GPU 0\)"):
        check_nodes([Demand(num_gpus=2)], nodes)
