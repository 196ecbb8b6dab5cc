"""An OpenCompass runner in this process: OpenCompass's import (8 s) is needed once, not once per task."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from contextvars import copy_context
from pathlib import Path
from typing import Any

from opencompass.registry import RUNNERS, TASKS
from opencompass.runners.base import BaseRunner
from opencompass.tasks.base import BaseTask
from opencompass.utils import build_dataset_from_cfg, build_model_from_cfg, get_logger

from human_simulacra.display.display import Display, current_display
from human_simulacra.errors import UserError
from human_simulacra.event_loops import shared_event_loop
from human_simulacra.plugin.config_classes import experiment_dataset_class
from human_simulacra.plugin.output_redaction import redact_output, redact_outputs
from human_simulacra.plugin.rows_in_memory import OpenRows, share_one_heap
from human_simulacra.plugin.run_parts import RunPart, Stage, plan_stages
from human_simulacra.plugin.shared_backbones import shared_backbones
from human_simulacra.plugin.task_failures import describe_error, write_failure

MOST_OPEN = 64  # parts that run at once


@RUNNERS.register_module()
class InProcessRunner(BaseRunner):
    """Runs tasks in this process, each model and dataset as a part of its own, so that a failure loses no other.

    Parts that call APIs alone run at once, each in a thread. Their calls share one event loop and, for each server and model, one
    backbone with one bound on its calls. All others run one after the other, with the models of one at a time in memory.

    A UserError stops the run. Any other failure only ends its part, and its traceback is kept as the task's log.
    """

    def launch(self, tasks: list[dict[str, Any]]) -> list[tuple[str, int]]:
        """Runs the tasks and shows their progress.

        Returns:
            (task name, exit code) per model and dataset.

        Raises:
            UserError: As soon as a part raises one.
        """
        if not tasks:
            return []
        share_one_heap()
        parts = [RunPart(self.task_cfg["type"], part) for config in tasks for part in _split(config)]
        infers = all(part.infers for part in parts)
        datasets = {str(part.dataset["abbr"]): part.dataset for part in parts}
        # Loading a dataset of OpenCompass once more only to score it would hold up the run for nothing.
        counted = {abbr: _count_rows(d) for abbr, d in datasets.items() if infers or experiment_dataset_class(d)}
        rows = {str(part): counted.get(str(part.dataset["abbr"]), 0) for part in parts}
        done = []
        with ExitStack() as own:
            display = current_display() or own.enter_context(Display(alone=True).opened())
            display.start_phase(*(("answers", sum(rows.values()), "rows") if infers else ("scores", len(parts), "datasets")))
            for stage in plan_stages(parts):
                with shared_backbones(stage.users):
                    done += _StageRun(stage, rows, display).run()
                gc.collect()  # models that are no longer used leave memory before others enter it
            display.end_phase()
        return done


class _StageRun:
    """Runs a stage: each part once, with the models that are built for it."""

    def __init__(self, stage: Stage, rows: Mapping[str, int], display: Display) -> None:
        self._stage, self._rows, self._display = stage, rows, display
        self._building = threading.Lock()
        self._models: list[tuple[Mapping[str, Any], Any]] = []

    def run(self) -> list[tuple[str, int]]:
        """Returns (task name, exit code) of each part in order; raises a UserError or an interrupt after all parts have ended."""
        parts, opened = self._stage.parts, OpenRows()

        def run(part: RunPart) -> tuple[str, int]:
            with opened.held(self._rows[str(part)]):
                return self._run(part)

        if not self._stage.overlaps:
            return [run(part) for part in parts]
        with shared_event_loop() as loop, ThreadPoolExecutor(min(len(parts), MOST_OPEN), thread_name_prefix="part") as threads:
            # Each thread has the context of this one: the loop, the backbones, and the cell of a notebook that shows its output.
            running = [threads.submit(copy_context().run, run, part) for part in parts]
            try:
                for part in as_completed(running):
                    part.result()
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                loop.close()
                opened.close()
                raise
            return [part.result() for part in running]

    def _run(self, part: RunPart) -> tuple[str, int]:
        """Runs a part and keeps the traceback if it fails."""
        task = TASKS.build({"cfg": part.config, "type": part.task_type})
        started, status = time.time(), 0
        try:
            with self._display.counts.counted(self._rows[str(part)] if part.infers else 1):
                if part.infers:
                    task.run(cur_model=self._build_model(part), cur_model_abbr=part.model["abbr"])
                else:
                    task.run()
        except (UserError, CancelledError):
            raise
        except Exception as error:
            log, status = Path(task.get_log_path(file_extension="out")), 1
            write_failure(log, error)
            get_logger().error(f"{task.name} failed: {describe_error(error)}; see {log}")
            self._display.report_failure(str(part), describe_error(error), f"see {log}")
        finally:
            self._redact(task, part, started)
        return task.name, status

    def _build_model(self, part: RunPart) -> Any:
        """Returns the model of a part, which the other parts of the stage with the same config use too."""
        with self._building:
            for config, model in self._models:
                if config == part.model:
                    return model
            model = build_model_from_cfg(part.model)  # type: ignore[arg-type]
            self._models.append((part.model, model))
            return model

    def _redact(self, task: BaseTask, part: RunPart, started: float) -> None:
        if not self._stage.overlaps:
            redact_outputs(Path(part.config["work_dir"]), started)
            return
        for path in map(Path, task.get_output_paths()):  # other parts are writing theirs
            if path.is_file():
                redact_output(path)


def _split(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for model, datasets in zip(config["models"], config["datasets"], strict=True):
        for dataset in datasets:
            yield type(config)({**config, "models": [model], "datasets": [[dataset]]})


def _count_rows(dataset: Any) -> int:
    """Returns the number of rows of a dataset; 0 if it cannot be built, which its task will say."""
    try:
        kind = experiment_dataset_class(dataset)
        return kind.count_rows(dataset) if kind else len(build_dataset_from_cfg(dataset).test)
    except Exception:
        return 0
