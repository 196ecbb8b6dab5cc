"""An OpenCompass runner that runs tasks on the machines of a Ray cluster, which share a file system."""

from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from opencompass.registry import RUNNERS, TASKS
from opencompass.runners.base import BaseRunner
from opencompass.tasks import OpenICLInferTask

from human_simulacra.display.display import Display, current_display
from human_simulacra.errors import UserError
from human_simulacra.plugin.config_classes import find_subclass
from human_simulacra.plugin.ray_resources import carried_environment, check_nodes, find_demand, import_ray
from human_simulacra.plugin.ray_worker import run_task
from human_simulacra.plugin.task_failures import describe_error, write_failure
from human_simulacra.schema import Count, Text, check_arguments

CONNECT_SECONDS = 10.0


@RUNNERS.register_module()
class RayRunner(BaseRunner):
    """Runs each task in a worker of a Ray cluster, as `InProcessRunner` runs it in this process.

    A task whose worker or machine is lost is begun again on another: the row journal, which lies in the run's folder, keeps its
    finished rows. What a task needs stands in the `run_cfg` of its model (`ray_resources.Demand`).

    Args:
        task: The type of the tasks.
        address: The cluster's address, `host:port`; None for the environment variable `RAY_ADDRESS`, and without it for a
            cluster on this machine alone, which ends with the run.
        retry: How often a task is begun again whose worker or machine was lost.
        debug: Without effect.
        lark_bot_url: As for every runner of OpenCompass.
    """

    def __init__(
        self,
        task: Any,
        address: Text | None = None,
        retry: Count = 3,
        debug: bool = False,
        lark_bot_url: Text | None = None,
    ) -> None:
        super().__init__(task=task, debug=debug, lark_bot_url=lark_bot_url)  # type: ignore[arg-type]
        self.address = address or os.environ.get("RAY_ADDRESS")
        self.retry = retry

    def launch(self, tasks: list[dict[str, Any]]) -> list[tuple[str, int]]:
        """Runs the tasks at once, as far as the cluster has room, and shows how many are finished.

        Returns:
            (task name, exit code) per model and dataset.

        Raises:
            UserError: If no machine has what a task needs, a machine does not see the run's folder, or a task raises one.
        """
        ray = import_ray()
        built = [TASKS.build({"cfg": config, "type": self.task_cfg["type"]}) for config in tasks]
        infers = all(isinstance(task, OpenICLInferTask) for task in built)
        with ExitStack() as own:
            display = current_display() or own.enter_context(Display(alone=True).opened())
            own.enter_context(self._connected(ray))
            demands = [find_demand(config["models"][0], task.name) for config, task in zip(tasks, built, strict=True)]
            check_nodes(demands, ray.nodes())
            display.start_phase("answers" if infers else "scores", len(tasks), "tasks")
            work, environment = ray.remote(run_task), carried_environment()
            under_way = {
                work.options(name=task.name, max_retries=self.retry, **demand.as_options()).remote(
                    environment, os.getcwd(), pickle.dumps((self.task_cfg.to_dict(), config))
                ): task
                for task, config, demand in zip(built, tasks, demands, strict=True)
            }
            status: list[tuple[str, int]] = []
            while under_way:
                (reference, *_), _ = ray.wait(list(under_way))
                task = under_way.pop(reference)
                try:
                    finished, refusal = ray.get(reference)
                except ray.exceptions.RayError as error:
                    finished, refusal = [(task.name, 1)], ""
                    _tell_of_loss(task, error, display)
                if refusal:
                    raise UserError(refusal)
                status += finished
                display.counts.advance(1, int(any(code for _, code in finished)))
            display.end_phase()
        return status

    @contextmanager
    def _connected(self, ray: Any) -> Iterator[None]:
        """Joins the cluster during a `with` block; leaving it ends the workers."""
        if ray.is_initialized():
            yield
            return
        host, _, port = (self.address or "").rpartition(":")
        own = {} if self.address else {"include_dashboard": False}
        try:
            if port.isdecimal():
                socket.create_connection((host, int(port)), CONNECT_SECONDS).close()  # Ray would try for minutes
            ray.init(address=self.address or "local", log_to_driver=False, **own)
        except (OSError, RuntimeError, ValueError, OverflowError, ray.exceptions.RayError) as error:
            raise UserError(
                f"the Ray cluster at '{self.address or 'local'}' cannot be joined ({describe_error(error)}): start it with "
                "`ray start --head`, and give the address that it prints as RAY_ADDRESS or as address= of the runner"
            ) from None
        try:
            yield
        finally:
            ray.shutdown()


def check_ray(config: Any, file: str) -> None:
    """Checks what a config with a `RayRunner` says about it and about the resources of its models.

    Raises:
        UserError: If an argument or a `run_cfg` does not fit, or Ray is not installed.
    """
    for stage in ("infer", "eval"):
        runner = (config.get(stage) or {}).get("runner") or {}
        if kind := find_subclass(runner, RayRunner):
            import_ray()
            given = {key: value for key, value in runner.items() if key != "type"}
            check_arguments(kind, given, file, f"{stage}.runner")
            for place, model in enumerate(config["models"]):
                find_demand(model, file, f"models[{place}].run_cfg")


def _tell_of_loss(task: Any, error: Exception, display: Display) -> None:
    log = Path(task.get_log_path(file_extension="out"))
    write_failure(log, error)
    # What was raised in the task itself is a Ray error's cause.
    display.report_failure(task.name, describe_error(getattr(error, "cause", None) or error), f"see {log}")
