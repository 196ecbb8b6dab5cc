"""A local page that a command serves in a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Sequence


class ServedPage:
    """The served page: its address and the process behind it."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        found = re.search(r"http://\S+/", self.process.stdout.readline())
        assert found, "the page was not served"
        self.address = found[0]

    def close(self) -> int:
        """Interrupts the command and returns its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)
