"""A GGUF model on the CPU as an OpenCompass model; without a path, the embedded SmolLM2-135M-Instruct."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from opencompass.models.base_api import BaseAPIModel

from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_models import CONTEXT, open_chat
from human_simulacra.backbones.llama_process import check_model
from human_simulacra.event_loops import run_coroutine
from human_simulacra.types import Generation, Message

ROLES = {"SYSTEM": "system", "HUMAN": "user", "BOT": "assistant", "system": "system", "user": "user", "assistant": "assistant"}


class LlamaCpp(BaseAPIModel):
    """A GGUF model on a llama.cpp server in a child process. Models with the same settings share one server.

    Args:
        path: A GGUF file, or None for the embedded model (extra `[local]`).
        context: Context length in tokens.
        threads: Number of threads; 0 uses all cores.
        port: Port on the loopback interface; 0 uses a free one.
        meta_template: OpenCompass's meta template, for use without a simulacrum.
        max_seq_len: OpenCompass's name for the context length; `context` if None.

    Raises:
        UserError: If the file is missing or is not a GGUF file.
    """

    def __init__(
        self,
        path: str | None = None,
        context: int = CONTEXT,
        threads: int = 0,
        port: int = 0,
        meta_template: dict | None = None,
        max_seq_len: int | None = None,
    ) -> None:
        super().__init__(path or "embedded", max_seq_len=max_seq_len or context, meta_template=meta_template)
        if path is not None:
            check_model(Path(path))
        self._settings = (path, context, threads, port)

    @cached_property
    def backbone(self) -> LlamaChat:
        """The chat backbone. The server starts on first use."""
        return open_chat(*self._settings)

    def generate(self, inputs: list, max_out_len: int = 256, **kwargs: object) -> list[str]:
        """Answers prompts one by one; OpenCompass calls it when the model is used without a simulacrum.

        Raises:
            RuntimeError: If the server fails.
        """
        answers = []
        for prompt in inputs:
            turns = [{"role": "HUMAN", "prompt": prompt}] if isinstance(prompt, str) else prompt
            messages = [Message(ROLES[turn["role"]], turn["prompt"]) for turn in turns]  # type: ignore[arg-type]
            try:
                answers.append(run_coroutine(self.backbone.complete(messages, Generation(max_out_len))).text)
            except BackboneError as error:
                raise RuntimeError(str(error)) from error
        return answers
