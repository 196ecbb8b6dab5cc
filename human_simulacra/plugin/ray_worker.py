"""What a worker of a Ray cluster does: it runs a task as the process of `run.py` would.

Nothing heavy is imported before the environment is set, which some libraries read as they are imported.
"""

from __future__ import annotations

import os
import pickle
import platform
from collections.abc import Mapping
from pathlib import Path

from human_simulacra.errors import UserError

Outcome = tuple[list[tuple[str, int]], str]  # (task name, exit code) per model and dataset; what ends the run, if anything


def run_task(environment: Mapping[str, str], folder: str, pickled: bytes) -> Outcome:
    """Runs a task.

    Args:
        environment: Variables to set. They travel as an argument, which Ray writes nowhere, unlike its `runtime_env`.
        folder: The folder in which the run was started, to which paths in the config are relative.
        pickled: The type of the task and its config.
    """
    os.environ.update(environment)
    task_config, config = pickle.loads(pickled)
    run = Path(folder, config["work_dir"])
    if not run.is_dir():
        return [], (
            f"{platform.node()}, a machine of the Ray cluster, does not see {run}: choose a folder of runs (-w) on a file system "
            "that all machines share"
        )
    os.chdir(folder)
    from opencompass.registry import TASKS
    from opencompass.utils import get_logger

    from human_simulacra.display.output_log import output_to
    from human_simulacra.plugin.runner import InProcessRunner

    task = TASKS.build({"cfg": config, "type": task_config["type"]})
    log = run / task.log_subdir / f"ray_{platform.node()}_{os.getpid()}.log"
    with output_to(log, [get_logger()]):  # Ray would keep the output in files of its own
        try:
            return InProcessRunner(task=task_config).launch([config]), ""
        except UserError as error:
            return [], str(error)
