"""Which likelihood finds the right option: ways of putting the question, neutral prompts, sums and means.

`python benchmarks/likelihood.py [--all]`: the embedded model with the persona (method `prompt`) on the core single choice
questions of three characters, or all of theirs; prints right answers of each variant. `--check` compares our
log-probabilities with llama.cpp's whole next-token distribution instead. Minutes on two idle cores.
"""

from __future__ import annotations

import math
import sys
from itertools import product

from human_simulacra.backbones.base import LogLikelihood
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.packaged_model_weights import embedded_weights
from human_simulacra.library import Library
from human_simulacra.persona import no_persona, persona
from human_simulacra.prompts import template
from human_simulacra.stimuli import question_stimulus, shuffle_options
from human_simulacra.types import Message, Question

PEOPLE = ("albrecht-seidel", "nuala-devane", "yolanda-quispe")
FORMS = ("letter list, texts scored", "letter list, letters scored", "question alone, texts scored")
NEUTRALS = ("nothing", "nobody without question", "nobody with question")
Variant = tuple[str, str, str]


def scores(chat: LlamaChat, system: str, said: str, texts: tuple[str, ...]) -> tuple[LogLikelihood, ...]:
    """Scores texts after one turn."""
    return chat.request_scores([Message("system", system), Message("user", said)], texts).scores


def right(chat: LlamaChat, who: str, question: Question) -> dict[Variant, bool]:
    """Tells for each variant whether the best option is the right one."""
    shown = shuffle_options(question, 0)
    put = question_stimulus(shown)
    listed_neutral = put.text.replace(f' and asks:\n"{question.question}"', " and asks you something.")
    letters = tuple("ABCDEF"[: len(shown.options)])
    turns = ((put.text, listed_neutral, shown.options), (put.text, listed_neutral, letters),
             (put.plain, template("neutral_turn"), shown.options))  # fmt: skip
    found: dict[Variant, bool] = {}
    for form, (asked, unasked, texts) in zip(FORMS, turns, strict=True):
        own = scores(chat, who, asked, texts)
        nothing = tuple(LogLikelihood(0.0, 1) for _ in texts)
        others = (nothing, scores(chat, no_persona(), unasked, texts), scores(chat, no_persona(), asked, texts))
        for neutral, other in zip(NEUTRALS, others, strict=True):
            sums = [a.logprob - b.logprob for a, b in zip(own, other, strict=True)]
            means = [total / a.tokens for total, a in zip(sums, own, strict=True)]
            for unit, values in (("sum", sums), ("a token", means)):
                found[form, neutral, unit] = values.index(max(values)) in shown.answer
    return found


def check(chat: LlamaChat) -> None:
    """Prints how far our log-probabilities are from the whole distribution, and what that sums up to."""
    messages = [Message("system", no_persona()), Message("user", "Do you like rain? Answer yes or no.")]
    texts = ("Yes", "No", "I", "Rain", "z")
    ours = chat.request_scores(messages, texts).scores
    entries = chat.next_tokens(messages, 1_000_000)
    whole = {entry["token"]: entry["logprob"] for entry in entries}
    apart = max(abs(whole[text] - score.logprob) for text, score in zip(texts, ours, strict=True))
    total = sum(math.exp(entry["logprob"]) for entry in entries)
    print(f"{len(entries)} tokens, probabilities sum to {total:.4f}; ours differ by at most {apart:.5f}")


def main() -> None:
    """Prints the table, or the check."""
    process = LlamaProcess(embedded_weights())
    chat = LlamaChat(process, "benchmark")
    try:
        if "--check" in sys.argv:
            return check(chat)
        library = Library()
        results = []
        for person in PEOPLE:
            who = persona(library.character(person))
            asked = [q for q in library.questions(person, "single_choice") if q.core or "--all" in sys.argv]
            results += [right(chat, who, question) for question in asked]
        print(f"right of {len(results)} (chance {len(results) / 4:.1f}): sum, a token")
        for form, neutral in product(FORMS, NEUTRALS):
            counts = [sum(result[form, neutral, unit] for result in results) for unit in ("sum", "a token")]
            print(f"{form:30} minus {neutral:24} {counts[0]:3} {counts[1]:3}")
    finally:
        process.close()


if __name__ == "__main__":
    main()
