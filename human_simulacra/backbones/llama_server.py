"""The child process that serves a GGUF model on the loopback interface. `llama_process` starts it and never imports it.

Run as `python llama_server.py '{"path": ..., "context": ..., "threads": ..., "port": ..., "prefixes": ...}'`. It prints
its address and serves until its standard input is closed, which happens when the parent ends for any reason. A line of the
input, `{"state": ..., "beginning": ..., "prompt": ..., "texts": [...]}`, asks for log-likelihoods
(`llama_scorer.LlamaScorer.score`), and a line of the output answers it.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any


def load_engine() -> Any:
    """Imports xllamacpp. Loads torch's OpenMP library first if the system has none, since the wheel does not include it."""
    try:
        import xllamacpp
    except ImportError as error:
        torch = importlib.util.find_spec("torch")
        if "libgomp" not in str(error) or torch is None or torch.origin is None:
            raise
        ctypes.CDLL(str(Path(torch.origin).parent / "lib" / "libgomp.so.1"), mode=ctypes.RTLD_GLOBAL)
        import xllamacpp
    return xllamacpp


def main() -> None:
    """Starts the server with the settings in the first argument."""
    settings = json.loads(sys.argv[1])
    engine = load_engine()
    params = engine.CommonParams()
    params.model.path = settings["path"]
    params.n_ctx = settings["context"]
    # One slot: with several, batches mix requests and the results at temperature 0 differ from run to run.
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings["threads"]
    params.hostnames = ["127.0.0.1"]
    params.port = settings["port"]
    # llama_chat keeps prefixes by saving and restoring the slot, instead of the server's own cache.
    params.cache_ram_mib = 0
    params.slot_save_path = settings["prefixes"] + os.sep
    params.endpoint_slots = True
    server = engine.Server(params)
    print(json.dumps({"address": server.listening_address}), flush=True)
    asked: SimpleQueue[str] = SimpleQueue()
    Thread(target=_read, args=(asked,), daemon=True).start()
    score = _scoring(settings)
    while True:
        print(json.dumps(score(json.loads(asked.get()))), flush=True)


def _read(asked: SimpleQueue[str]) -> None:
    """Passes on the lines of the input, and ends the process with it, whatever is under way."""
    for line in sys.stdin:
        asked.put(line)
    # The engine's threads would keep a normal exit waiting.
    os._exit(0)


def _scoring(settings: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Returns what answers a line. The model is loaded for scoring at the first."""
    sys.path[0] = str(Path(__file__).parents[2])  # the package, instead of its folder, whose files are no top-level modules
    from human_simulacra.backbones.llama_c_interface import LlamaError
    from human_simulacra.backbones.llama_scorer import LlamaScorer

    @cache
    def scorer() -> LlamaScorer:
        library = sys.modules["xllamacpp.xllamacpp"].__file__ or ""
        return LlamaScorer(library, Path(settings["path"]), settings["context"], settings["threads"])

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        try:
            return scorer().score(Path(settings["prefixes"]) / asked.pop("state"), **asked)
        except LlamaError as error:
            return {"error": str(error)}

    return answer


if __name__ == "__main__":
    main()
