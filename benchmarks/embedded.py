"""The embedded model's speed, as ratios within one run.

    python benchmarks/embedded.py choices       # a choice row: one request a token, and all options in one pass
    python benchmarks/embedded.py generation    # our path against llama.cpp's own server, on the same prompts
    python benchmarks/embedded.py weights       # Q8_0 against the packaged Q4_1

Without a name, all three. Rounds alternate between what is compared, so that both see the same machine.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sequential_scorer import score_sequentially

from human_simulacra.backbones.base import LogLikelihood
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.packaged_model_weights import embedded_weights, packaged_weights
from human_simulacra.library import Library
from human_simulacra.persona import persona
from human_simulacra.types import Generation, Message

ROUNDS = 9
ROWS = 12
TOKENS = 48  # of an answer
ASKED = ("Where did you grow up?", "What do you fear?", "Tell me of your father.")


@contextmanager
def running(path: Path) -> Iterator[LlamaChat]:
    """A chat over a server of its own."""
    process = LlamaProcess(path)
    try:
        yield LlamaChat(process, "benchmark")
    finally:
        process.close()


def best(scores: Sequence[LogLikelihood]) -> int:
    """Returns the position of the likeliest option per token."""
    return max(range(len(scores)), key=lambda i: scores[i].logprob / scores[i].tokens)


def choices() -> None:
    """Prints what a choice row takes in both ways, and how far the log-probabilities are apart."""
    library = Library()
    sequential, packed, apart, same = [], [], [], 0
    with running(embedded_weights()) as chat:
        for number in range(-1, ROWS):  # the first row loads the model for scoring and is not counted
            who = library.ids[max(number, 0) // 4]
            questions = [*library.questions(who, "single_choice"), *library.questions(who, "multiple_choice")]
            question = questions[number % 4 * 5]
            asked = [Message("system", persona(library.character(who))), Message("user", question.question)]
            asyncio.run(chat.complete(asked, Generation(1)))  # the persona is read
            started = time.perf_counter()
            before = asyncio.run(score_sequentially(chat, asked, question.options))
            between = time.perf_counter()
            after = asyncio.run(chat.loglikelihoods(asked, question.options)).scores
            if number >= 0:
                sequential.append(between - started)
                packed.append(time.perf_counter() - between)
                apart += [abs(a.logprob - b.logprob) / a.tokens for a, b in zip(before, after, strict=True)]
                same += best(before) == best(after)
    ratios = [a / b for a, b in zip(sequential, packed, strict=True)]
    print(
        f"a choice row: {statistics.median(sequential):.2f} s with one request a token, {statistics.median(packed):.2f} s in "
        f"one pass; ratio, row by row: median {statistics.median(ratios):.1f}"
    )
    print(
        f"log-probabilities a token: {statistics.median(apart):.3f} apart in the median, {max(apart):.3f} at most; the same "
        f"option is likeliest in {same} of {ROWS} rows"
    )


def generation() -> None:
    """Prints the tokens a second of our path, and of the server with its own prefix cache, on the same prompts."""
    library = Library()
    spent: dict[str, float] = {"ours": 0.0, "server": 0.0}
    made = dict.fromkeys(spent, 0)
    with running(embedded_weights()) as ours, running(embedded_weights()) as server:
        for person in library.ids[:3]:
            system = Message("system", persona(library.character(person)))
            story = "\n\n".join(p.text for p in library.story(person)[:2])
            for question in ASKED:
                for turn in (question, f"Passages from the story of your life\n{story}\n\n{question}"):
                    messages = [system, Message("user", turn)]
                    for name in spent:
                        started = time.perf_counter()
                        if name == "ours":
                            answer = asyncio.run(ours.complete(messages, Generation(TOKENS)))
                        else:
                            answer = asyncio.run(OpenAIChat._complete(server, messages, Generation(TOKENS), False))
                        spent[name] += time.perf_counter() - started
                        made[name] += answer.completion_tokens
    speed = {name: made[name] / spent[name] for name in spent}
    print(
        f"generation: {speed['ours']:.1f} tokens a second, llama.cpp's server {speed['server']:.1f}; "
        f"ratio {speed['ours'] / speed['server']:.2f}"
    )


def weights() -> None:
    """Prints what reading new text and a short question take with both kinds of weights."""
    library = Library()
    who = persona(library.character(library.ids[0]))
    story = [p.text for p in library.story(library.ids[0])]
    long: dict[str, list[float]] = {"Q4_1": [], "Q8_0": []}
    short: dict[str, list[float]] = {"Q4_1": [], "Q8_0": []}
    with running(packaged_weights()) as small, running(embedded_weights()) as large:
        for number in range(-1, ROUNDS):  # the first round warms up and is not counted
            for name, chat in (("Q4_1", small), ("Q8_0", large)):
                read = _seconds(chat, who, " ".join(story[4 * number + 4 : 4 * number + 8]))
                asked = _seconds(chat, who, f"What did you do in {1990 + number}?")
                if number >= 0:
                    long[name].append(read)
                    short[name].append(asked)
    for name in long:
        paragraphs, question = statistics.median(long[name]), statistics.median(short[name])
        print(f"{name}: {paragraphs:.2f} s for four new paragraphs, {question:.2f} s for a short question to a known persona")
    ratios = [a / b for a, b in zip(long["Q4_1"], long["Q8_0"], strict=True)]
    print(f"reading new text, Q4_1 / Q8_0 pair by pair: median {statistics.median(ratios):.2f}")


def _seconds(chat: LlamaChat, who: str, said: str) -> float:
    """Returns what reading a message after a known persona takes, with one token of answer."""
    return asyncio.run(chat.complete([Message("system", who), Message("user", said)], Generation(1))).seconds


COMPARISONS = {"choices": choices, "generation": generation, "weights": weights}


if __name__ == "__main__":
    for name in sys.argv[1:] or COMPARISONS:
        COMPARISONS[name]()
