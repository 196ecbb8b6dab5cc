"""Chat backbones of GGUF files: models with the same settings share one server."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path

from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess, check_model
from human_simulacra.backbones.packaged_model_weights import SHA256, embedded_weights
from human_simulacra.files import sha256_file

CONTEXT = 8192  # tokens, of a model whose config names none


@cache
def shared_chat(path: Path, model: str, context: int, threads: int, port: int) -> LlamaChat:
    """Returns the process-wide chat backbone for these settings, so that methods share its server and saved prefixes.

    Args:
        path: The GGUF file.
        model: Identifies the file's content.
        context: Context length in tokens.
        threads: Number of threads; 0 uses all cores.
        port: Port on the loopback interface; 0 uses a free one.
    """
    # Batches round differently from single tokens, so that scores of other versions must not be mixed with these.
    identity = f"llama.cpp:{model}:{context}:xllamacpp {version('xllamacpp')}:options in one pass"
    return LlamaChat(LlamaProcess(path, context, threads, port), identity)


def open_chat(path: str | None = None, context: int = CONTEXT, threads: int = 0, port: int = 0) -> LlamaChat:
    """Returns the shared chat backbone of a GGUF file, or of the embedded model; its server starts on first use.

    Args:
        path: The GGUF file; None for the embedded model.
        context: Context length in tokens.
        threads: Number of threads; 0 uses all cores.
        port: Port on the loopback interface; 0 uses a free one.

    Raises:
        UserError: If the file is missing or is not a GGUF file.
    """
    if path is not None:
        check_model(Path(path))
    file = Path(path) if path else embedded_weights()
    return shared_chat(file, sha256_file(file) if path else f"{SHA256}:Q8_0", context, threads, port)
