"""An OpenCompass model that answers from its prompt alone, in this process: what is left of a run's time is that of the run."""

from __future__ import annotations

from typing import Any

from latency_server import answer_agent
from opencompass.models.base_api import BaseAPIModel


class ScriptedModel(BaseAPIModel):
    """Answers every prompt of the agents in a form that they can read.

    Args:
        path: A name.
        max_out_len: Maximum length of an answer in tokens; unused.
        max_seq_len: Unused.
        meta_template: Unused.
        query_per_second: Unused.
        retry: Unused.
    """

    def __init__(self, path: str = "scripted", max_out_len: int = 64, **unused: Any) -> None:
        super().__init__(path=path, query_per_second=10**6)

    def generate(self, inputs: list[Any], max_out_len: int = 0, **unused: Any) -> list[str]:
        """Returns an answer to each prompt."""
        return [answer_agent({"messages": [{"content": turn["prompt"]} for turn in prompt]}) for prompt in inputs]
