"""The embedded model's speed, as ratios within one run: Q8_0 against the packaged Q4_1, and a known prefix against a new one.

`python benchmarks/embedded.py` takes about two minutes on two cores.
"""

from __future__ import annotations

import asyncio
import statistics

from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.packaged_model_weights import embedded_weights, packaged_weights
from human_simulacra.library import Library
from human_simulacra.persona import persona
from human_simulacra.types import Generation, Message

ROUNDS = 9


def seconds(chat: LlamaChat, who: str, said: str) -> float:
    """Returns what reading a message after a known persona takes, with one token of answer."""
    return asyncio.run(chat.complete([Message("system", who), Message("user", said)], Generation(1))).seconds


def main() -> None:
    """Prints medians and the ratio, round by round in turn, so that both see the same machine."""
    library = Library()
    who = persona(library.character(library.ids[0]))
    story = [p.text for p in library.story(library.ids[0])]
    processes = {"Q4_1": LlamaProcess(packaged_weights()), "Q8_0": LlamaProcess(embedded_weights())}
    chats = {name: LlamaChat(process, "benchmark") for name, process in processes.items()}
    long: dict[str, list[float]] = {name: [] for name in chats}
    short: dict[str, list[float]] = {name: [] for name in chats}
    for number in range(-1, ROUNDS):  # the first round warms up and is not counted
        for name, chat in chats.items():
            read = seconds(chat, who, " ".join(story[4 * number + 4 : 4 * number + 8]))
            asked = seconds(chat, who, f"What did you do in {1990 + number}?")
            if number >= 0:
                long[name].append(read)
                short[name].append(asked)
    for name in chats:
        paragraphs, question = statistics.median(long[name]), statistics.median(short[name])
        print(f"{name}: {paragraphs:.2f} s for four new paragraphs, {question:.2f} s for a short question to a known persona")
    ratios = [a / b for a, b in zip(long["Q4_1"], long["Q8_0"], strict=True)]
    print(f"reading new text, Q4_1 / Q8_0 pair by pair: median {statistics.median(ratios):.2f}")
    for process in processes.values():
        process.close()


if __name__ == "__main__":
    main()
