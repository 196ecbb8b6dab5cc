"""An OpenCompass runner in this process: OpenCompass's import (8 s) is needed once, not once per task."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opencompass.registry import RUNNERS, TASKS
from opencompass.runners.base import BaseRunner
from opencompass.tasks import OpenICLInferTask
from opencompass.utils import get_logger

from human_simulacra.errors import UserError
from human_simulacra.plugin.output_redaction import redact_outputs
from human_simulacra.plugin.task_failures import describe_error, write_failure


@RUNNERS.register_module()
class InProcessRunner(BaseRunner):
    """Runs tasks in sequence, a model and dataset at a time, so that a failure loses no other dataset.

    A UserError stops the run. Any other failure only ends its task, and its traceback is kept as the task's log.
    """

    def launch(self, tasks: list[dict[str, Any]]) -> list[tuple[str, int]]:
        """Runs the tasks.

        Returns:
            (task name, exit code) per model and dataset.

        Raises:
            UserError: As soon as a task raises one.
        """
        self._model: tuple[Any, Any] = (None, None)  # the last model, and its config
        return [self._run(part) for config in tasks for part in _split(config)]

    def _run(self, config: dict[str, Any]) -> tuple[str, int]:
        started = time.time()
        task = TASKS.build({"cfg": config, "type": self.task_cfg["type"]})
        try:
            if isinstance(task, OpenICLInferTask):
                self._infer(task, config["models"][0])
            else:
                task.run()
        except UserError:
            raise
        except Exception as error:
            log = Path(task.get_log_path(file_extension="out"))
            write_failure(log, error)
            get_logger().error(f"{task.name} failed: {describe_error(error)}; see {log}")
            return task.name, 1
        finally:
            redact_outputs(Path(config["work_dir"]), started)
        return task.name, 0

    def _infer(self, task: OpenICLInferTask, config: Any) -> None:
        """Runs an inference task with the model of the task before, if it is the same."""
        if self._model[1] != config:
            self._model = (None, None)  # frees its memory before the next one is built
        task.run(cur_model=self._model[0], cur_model_abbr=config["abbr"])
        self._model = (task.model, config)


def _split(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for model, datasets in zip(config["models"], config["datasets"], strict=True):
        for dataset in datasets:
            yield type(config)({**config, "models": [model], "datasets": [[dataset]]})
