"""The evaluation task of the package scores as OpenCompass's own does."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_simulacra.plugin.run_command import main
from tests.run_config import latest, openai_llm, write_config
from tests.servers import serving


@pytest.mark.parametrize("repetitions", [1, 2])
def test_results_are_those_of_opencompass_s_own_task(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, repetitions: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "local")
    ours, stock = "human_simulacra.plugin.evaluation_task import ExperimentEvalTask", "opencompass.tasks import OpenICLEvalTask"
    with serving(lambda body, _: f"A {len(str(body)) % 7}") as server:
        config = write_config(tmp_path, data, openai_llm(server.address), ("prompt", "macm"), model={"temperature": 0.7})
        config.write_text(f"{config.read_text()}\nfor dataset in datasets:\n    dataset.update(n={repetitions}, k=1)\n")
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        scored = {path: path.read_bytes() for path in latest(tmp_path / "out").glob("results/*/*.json")}
        assert len(scored) == 6
        assert config.read_text().count(ours) == 1
        config.write_text(config.read_text().replace(ours, f"{stock} as ExperimentEvalTask"))
        assert main([str(config), "-w", str(tmp_path / "stock")]) == 0
    folder = latest(tmp_path / "stock")
    assert {folder.joinpath(*path.parts[-3:]): content for path, content in scored.items()} == {
        path: path.read_bytes() for path in folder.glob("results/*/*.json")
    }
