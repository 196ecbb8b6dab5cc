"""An OpenCompass runner in this process: OpenCompass's import (8 s) is needed once, not once per task."""

from __future__ import annotations

import traceback
from typing import Any

from opencompass.registry import RUNNERS, TASKS
from opencompass.runners.base import BaseRunner
from opencompass.utils import get_logger

from human_simulacra.errors import UserError
from human_simulacra.plugin.secret_redaction import redact


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
        return status
