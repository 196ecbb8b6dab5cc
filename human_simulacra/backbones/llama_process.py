"""Starts, monitors and stops the child process that serves a GGUF model."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from human_simulacra.backbones.base import BackboneError
from human_simulacra.errors import UserError

CHILD = Path(__file__).with_name("llama_server.py")
DYING = 0.5  # seconds
_CPUINFO = Path("/proc/cpuinfo")


def check_cpu(cpuinfo: Path = _CPUINFO) -> None:
    """Raises a UserError on an x86 processor without AVX2, which the engine's wheel requires."""
    flags = [line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")] if cpuinfo.is_file() else []
    if flags and "avx2" not in flags[0].split():
        raise UserError("this processor has no AVX2, which the embedded engine requires: use another backbone as llm")


def check_model(path: Path) -> None:
    """Raises a UserError if a file is missing or is not a GGUF file."""
    if not path.is_file():
        raise UserError(f"model file {path} is missing: give LlamaCpp the path of a GGUF file")
    with path.open("rb") as stream:
        if stream.read(4) != b"GGUF":
            raise UserError(f"model file {path} is not a GGUF file, or is corrupt: download or convert it again")


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UserError(f"port {port} cannot be used ({error.strerror}): choose another, or 0 for a free one") from None


class LlamaProcess:
    """A running server of one model.

    Args:
        path: A GGUF file.
        context: Context length in tokens.
        threads: Number of threads; 0 uses all cores.
        port: Port on the loopback interface; 0 uses a free one.

    Raises:
        UserError: If the model, the port or the processor cannot be used. The message ends with the engine's last log line.
    """

    def __init__(self, path: Path, context: int = 8192, threads: int = 0, port: int = 0) -> None:
        check_cpu()
        check_model(path)
        _check_port(port)
        self.folder = Path(tempfile.mkdtemp(prefix="human_simulacra_llama_"))
        self._log = self.folder / "engine.log"
        self._scores = threading.Lock()
        threads = threads or os.cpu_count() or 1
        settings = {"path": str(path), "context": context, "threads": threads, "port": port, "prefixes": str(self.folder)}
        command = [sys.executable, str(CHILD), json.dumps(settings)]
        # A waiting OpenMP thread otherwise spins on the core that the decoder needs.
        environment = {**os.environ, "GOMP_SPINCOUNT": "1000"}
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment)
        atexit.register(self.close)
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            reason = self.why_dead()
            self.close()
            raise UserError(f"the model server for {path} did not start: {reason}")
        self.address: str = json.loads(line)["address"]

    def score(self, state: str, beginning: str, prompt: str, texts: Sequence[str]) -> dict[str, Any]:
        """Scores texts after a prompt; see `LlamaScorer.score`. Blocks, also while another thread's texts are scored.

        Args:
            state: The name of a saved state in `folder`.
            beginning: The text of which it is the state.
            prompt: The rendered prompt.
            texts: At least one text.

        Raises:
            BackboneError: If the texts cannot be scored, or the child has ended.
        """
        assert self._child.stdin is not None and self._child.stdout is not None
        asked = {"state": state, "beginning": beginning, "prompt": prompt, "texts": list(texts)}
        with self._scores:  # a caller may be cancelled while its thread still waits
            try:
                self._child.stdin.write(json.dumps(asked).encode() + b"\n")
                self._child.stdin.flush()
            except OSError as error:
                raise BackboneError(f"the model server takes no request: {error.strerror}") from error
            line = self._child.stdout.readline()
        if not line:
            raise BackboneError("the model server gave no scores")
        answer = json.loads(line)
        if "error" in answer:
            raise BackboneError(answer["error"])
        return answer

    def why_dead(self) -> str:
        """Returns why the child ended, from its exit status and last log line."""
        status = self._child.wait()
        if status == -signal.SIGKILL:
            return "it was killed, most likely because memory ran out; use a smaller model or context"
        if status == -signal.SIGILL:
            return "the processor lacks an instruction that the engine needs (AVX2)"
        words = [line for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        return f"exit status {status}, last log line: {words[-1].strip()[:300] if words else 'none'}"

    def check_alive(self) -> None:
        """Raises a BackboneError with the reason if the child has ended. Call it after a failed request."""
        # A dying process resets its connections shortly before `wait` succeeds.
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(timeout=DYING)
            raise BackboneError(f"the model server ended: {self.why_dead()}")

    def close(self) -> None:
        """Stops the child and removes its files."""
        if self._child.stdin is not None:
            self._child.stdin.close()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
