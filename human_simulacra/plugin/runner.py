"""An OpenCompass runner in this process: OpenCompass's import (8 s) is needed once, not once per task."""

from __future__ import annotations

import time
import traceback
from pathlib import Path
from typing import Any

from opencompass.registry import RUNNERS, TASKS
from opencompass.runners.base import BaseRunner
from opencompass.utils import get_logger

from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.secret_redaction import redact, redact_json


@RUNNERS.register_module()
class InProcessRunner(BaseRunner):
    """Runs tasks in sequence. A UserError stops the run; any other failure only ends its task."""

    def launch(self, tasks: list[dict[str, Any]]) -> list[tuple[str, int]]:
        """Runs the tasks.

        Returns:
            (task name, exit code) per task.

        Raises:
            UserError: As soon as a task raises one.
        """
        status = []
        for config in tasks:
            started = time.time()
            task = TASKS.build({"cfg": config, "type": self.task_cfg["type"]})
            try:
                task.run()
                status.append((task.name, 0))
            except UserError:
                raise
            except FileNotFoundError as error:  # the predictions of a failed inference task
                get_logger().error(str(error))
                status.append((task.name, 1))
            except Exception:
                get_logger().error(redact(traceback.format_exc()))
                status.append((task.name, 1))
            finally:
                _redact_outputs(Path(config["work_dir"]), started)
        return status


def _redact_outputs(folder: Path, since: float) -> None:
    """Replaces secrets in what a task wrote: OpenCompass's own inferencers and evaluators write what a server echoed as it is."""
    for path in folder.rglob("*.json*"):
        if path.stat().st_mtime >= since - 1:  # file systems round times
            text = path.read_text(encoding="utf-8", errors="replace")
            if redact_json(text) != text:
                write_atomically(path, text)
