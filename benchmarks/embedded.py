"""The embedded model's speed, as ratios within one run: Q8_0 against the packaged Q4_1, and a known prefix against a new one.

`python benchmarks/embedded.py` takes about two minutes on two cores.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.weights import embedded_weights, packaged_weights
from human_simulacra.library import Library
from human_simulacra.persona import persona
from human_simulacra.types import Generation, Message

ROUNDS = 5


def median_seconds(request: Callable[[int], float]) -> float:
    """Returns the median over rounds."""
    return statistics.median(request(number) for number in range(ROUNDS))


def main() -> None:
    """Prints medians and their ratios."""
    library = Library()
    who = persona(library.character(library.ids[0]))
    story = [p.text for p in library.story(library.ids[0])]
    new: dict[str, float] = {}
    known: dict[str, float] = {}
    for name, path in (("Q4_1", packaged_weights()), ("Q8_0", embedded_weights())):
        process = LlamaProcess(path)
        chat = LlamaChat(process, "benchmark")

        def ask(system: str, user: str, chat: LlamaChat = chat) -> float:
            return chat.request([Message("system", system), Message("user", user)], Generation(1)).seconds

        def ask_long(number: int) -> float:
            return ask(who, " ".join(story[4 * number : 4 * number + 4]))

        ask(who, "Hello")
        new[name] = median_seconds(ask_long)
        known[name] = median_seconds(lambda number: ask(who, f"What did you do in {1990 + number}?"))
        process.close()
        print(
            f"{name}: {new[name]:.2f} s for four new paragraphs, {known[name]:.2f} s for a short question",
            flush=True,
        )
    print(f"reading new text, Q4_1 / Q8_0: {new['Q4_1'] / new['Q8_0']:.2f}")


if __name__ == "__main__":
    main()
