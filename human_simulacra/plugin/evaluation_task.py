"""An OpenCompass evaluation task that holds the replies of a dataset in memory, not all that their rows tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from opencompass.registry import TASKS
from opencompass.tasks import OpenICLEvalTask

from human_simulacra.errors import UserError
from human_simulacra.plugin.config_classes import find_subclass
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.results.run_folder import iterate_predictions


@TASKS.register_module()
class ExperimentEvalTask(OpenICLEvalTask):
    """Scores with an `ExperimentEvaluator` as OpenCompass 0.5.4 does, and with any other evaluator exactly as that.

    OpenCompass reads a predictions file as a whole and copies it, prompts and traces included. An `ExperimentEvaluator` needs the
    replies alone, and reads what it wants of the traces for itself.
    """

    def _load_predictions(self) -> tuple[Any, Any]:
        if find_subclass(self.eval_cfg.get("evaluator") or {}, ExperimentEvaluator):
            names = self.model_cfg["abbr"], self.dataset_cfg["abbr"]
            try:
                replies = [answer.get("prediction") for answer in iterate_predictions(Path(self.work_dir), *names)]
            except UserError:
                replies = []
            if replies:
                return [{}] * len(replies), replies
        return super()._load_predictions()  # which says what is wrong with the file
