"""Runs an experiment at a point in time with a scripted server, from its config to the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.plugin.run_command import main
from human_simulacra.reporting import replay
from human_simulacra.results import run_folder
from tests.observer_run import text_of, write_config
from tests.run_config import latest
from tests.servers import serving


class FinishedRun:
    """A run's folder, summary and printed tables, and what models and judges were asked."""

    def __init__(self, folder: Path, experiment: str, requests: list[dict[str, Any]]) -> None:
        self.folder = folder
        self.summary = json.loads((folder / "summary" / f"{experiment}.json").read_text())
        self.printed = (folder / "summary" / f"{experiment}.md").read_text()
        self.asked = [text_of(body) for body in requests if body["model"] == "respondent"]
        self.read = [text_of(body) for body in requests if body["model"] != "respondent"]

    def headline(self, model: str, measure: str, of: str = "all") -> dict[str, Any]:
        """Returns a headline over all characters."""
        (found,) = [
            h
            for h in self.summary["headlines"]
            if (h["model"], h["measure"], h["of"], h["character"]) == (model, measure, of, "all")
        ]
        return found

    def assert_replays(self, experiment: str) -> None:
        """Every figure is found again from the saved rows alone, and the report is there."""
        rows = run_folder.read_scored_rows(self.folder, run_folder.list_results(self.folder))
        for row in rows:
            scores = find_experiment(experiment).score_row(row, row["prediction"], row["trace"])
            assert scores == {key: row[key] for key in scores}
        assert all(part.agrees for part in replay(self.folder))
        assert (self.folder / "summary" / "report.html").is_file()


def run_experiment(
    tmp_path: Path, data: Path, experiment: str, script: Callable[[dict[str, Any], int], Any], *, evaluator: str = "",
    judges: tuple[str, ...] = (), methods: tuple[str, ...] = ("none", "prompt"), dataset: str = "", model: str = "", more: str = "",
) -> FinishedRun:  # fmt: skip
    """Runs an experiment; `evaluator` is the dotted class of one with judges, `more` is added to the config."""
    with serving(script) as server:
        config = write_config(
            tmp_path, data, server.address, judges, methods, dataset=f"experiment={experiment!r}, {dataset}", model=model
        )
        text = config.read_text()
        module, _, name = (evaluator or "human_simulacra.plugin.evaluator.ExperimentEvaluator").rpartition(".")
        text = text.replace("from human_simulacra.plugin.observer import ObserverDataset, ObserverEvaluator",
                            f"from human_simulacra.plugin.dataset import ExperimentDataset\nfrom {module} import {name}")  # fmt: skip
        text = text.replace("ObserverDataset", "ExperimentDataset").replace("abbr='observer'", f"abbr='{experiment}'")
        if evaluator:
            text = text.replace("ObserverEvaluator", name)
        else:
            before, after = text.split("eval_cfg=dict(evaluator=dict(")
            text = (
                f"{before}eval_cfg=dict(evaluator=dict(type=ExperimentEvaluator)),\n)]\nmodels = {after.split('models = ', 1)[1]}"
            )
        config.write_text(text + more)
        assert main([str(config), "-w", str(tmp_path / "out")]) == 0
        return FinishedRun(latest(tmp_path / "out"), experiment, server.requests)
