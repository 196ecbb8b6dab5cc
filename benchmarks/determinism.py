"""How often an answer at temperature 0 changes with the order of requests, with and without a fixed prefix cut.

`python benchmarks/determinism.py` starts the embedded model six times and takes about three minutes on two cores.
"""

from __future__ import annotations

import asyncio
import random

from openai import OpenAI

from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.packaged_model_weights import embedded_weights
from human_simulacra.library import Library
from human_simulacra.persona import persona
from human_simulacra.types import Generation, Message

ASKED = (
    "What is your name?", "How old are you?", "Where did you grow up?", "What do you do on Sundays?", "Tell me of your father.",
    "What did you lose?", "Do you keep promises?",
    "What would you do with a thousand coins?", "What do you fear?", "Who helped you?",
)  # fmt: skip


def answers(fixed_cut: bool, order: list[int], requests: list[list[Message]]) -> dict[int, str]:
    """Answers the requests in an order, in a server of their own."""
    process = LlamaProcess(embedded_weights())
    client = OpenAI(base_url=f"{process.address}/v1", api_key="none")
    plain = OpenAIChat(client, "embedded", "plain", 1, {"extra_body": {"id_slot": 0}}, empty_is_answer=True)
    chat = LlamaChat(process, "benchmark") if fixed_cut else plain
    try:
        return {i: asyncio.run(chat.complete(requests[i], Generation(24))).text for i in order}
    finally:
        process.close()


def main() -> None:
    """Prints the number of answers that differ from the first run."""
    library = Library()
    people = [persona(library.character(i)) for i in library.ids[:4]]
    requests = [[Message("system", who), Message("user", asked)] for who in people for asked in ASKED]
    straight = list(range(len(requests)))
    mixed = random.Random(1).sample(straight, len(straight))
    for name, fixed in (("plain prefix cache", False), ("fixed prefix cut", True)):
        first = answers(fixed, straight, requests)
        again, shuffled = answers(fixed, straight, requests), answers(fixed, mixed, requests)
        changed = [sum(other[i] != first[i] for i in straight) for other in (again, shuffled)]
        print(
            f"{name}: {changed[0]} of {len(straight)} answers change in a second run, {changed[1]} in another order", flush=True
        )


if __name__ == "__main__":
    main()
