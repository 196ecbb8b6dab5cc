"""An OpenCompass runner in this process: OpenCompass's import (8 s) is needed once, not once per task."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from opencompass.registry import RUNNERS, TASKS
from opencompass.runners.base import BaseRunner
from opencompass.tasks import OpenICLInferTask
from opencompass.utils import build_dataset_from_cfg, get_logger

from human_simulacra.display.display import Display, current_display
from human_simulacra.errors import UserError
from human_simulacra.plugin.output_redaction import redact_outputs
from human_simulacra.plugin.task_failures import describe_error, write_failure


@RUNNERS.register_module()
class InProcessRunner(BaseRunner):
    """Runs tasks in sequence, a model and dataset at a time, so that a failure loses no other dataset.

    A UserError stops the run. Any other failure only ends its task, and its traceback is kept as the task's log.
    """

    def launch(self, tasks: list[dict[str, Any]]) -> list[tuple[str, int]]:
        """Runs the tasks and shows their progress.

        Returns:
            (task name, exit code) per model and dataset.

        Raises:
            UserError: As soon as a task raises one.
        """
        if not tasks:
            return []
        self._model: tuple[Any, Any] = (None, None)  # the last model, and its config
        parts = [part for config in tasks for part in _split(config)]
        built = [TASKS.build({"cfg": part, "type": self.task_cfg["type"]}) for part in parts]
        infers = all(isinstance(task, OpenICLInferTask) for task in built)
        units = [_count_rows(part["datasets"][0][0]) if infers else 1 for part in parts]
        with ExitStack() as own:
            display = current_display() or own.enter_context(Display(alone=True).opened())
            display.start_phase(*(("answers", sum(units), "rows") if infers else ("scores", len(parts), "datasets")))
            done = [self._run(*job, display) for job in zip(built, parts, units, strict=True)]
            display.end_phase()
        return done

    def _run(self, task: Any, config: dict[str, Any], units: int, display: Display) -> tuple[str, int]:
        started, before, status = time.time(), display.finished_units, 0
        try:
            if isinstance(task, OpenICLInferTask):
                self._infer(task, config["models"][0])
            else:
                task.run()
        except UserError:
            raise
        except Exception as error:
            log, status = Path(task.get_log_path(file_extension="out")), 1
            write_failure(log, error)
            get_logger().error(f"{task.name} failed: {describe_error(error)}; see {log}")
            display.report_failure(_describe_pair(config), describe_error(error), f"see {log}")
        finally:
            redact_outputs(Path(config["work_dir"]), started)
        # An evaluation and an inferencer of OpenCompass count no unit themselves, nor does a task that failed.
        rest = before + units - display.finished_units
        display.advance(rest, rest * status)
        return task.name, status

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


def _describe_pair(config: dict[str, Any]) -> str:
    return f"{config['models'][0]['abbr']}/{config['datasets'][0][0]['abbr']}"


def _count_rows(dataset: Any) -> int:
    """Returns the number of rows of a dataset, for the display; 0 if it cannot be built, which its task will say."""
    try:
        return len(build_dataset_from_cfg(dataset).test)
    except Exception:
        return 0
