"""Tokens per answer and agent, the share that a prefix cache serves, and the evidence that reaches the answer.

`python benchmarks/tokens_per_answer.py [--questions N]` puts N story questions of every character (default 12) to every method
with a scripted model: its Memory agent names the listed memories that hold evidence, up to the number asked for, and the other
agents write as many words as they may. So `evidence` is what the mechanism allows: for `hybrid+llm`, what is among the
candidates. Tokens are those of the packaged embedding model's tokenizer. A token is cached if it belongs to a block of 16
tokens that an earlier prompt began with as well, as in vLLM; `equivalent` counts a cached token as a tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from human_simulacra.agents.memory_agent import RETRIEVERS
from human_simulacra.experiments.self_report.evidence_retrieval import evidence_recall
from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, SentenceEmbedder, packaged_model
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.stimuli import question_stimulus, shuffle_options
from human_simulacra.types import QUESTION_TYPES, Completion, Generation, Message, Question

BLOCK = 16
CACHED_PRICE = 0.1
PAPER = {"order": "parallel", "agents": "separate"}
METHODS = {
    "none": ("none", {}), "prompt": ("prompt", {}), "rag": ("rag", {}),
    **{f"macm, {retriever}": ("macm", {"retriever": retriever}) for retriever in RETRIEVERS},
    "macm, separate agents": ("macm", {"agents": "separate"}),
    "macm, hybrid, separate": ("macm", {"retriever": "hybrid", "agents": "separate"}),
    "macm, memory alone": ("macm", {"components": ["memory"]}),
    "macm, as in the paper": ("macm", {"retriever": "llm", **PAPER}),
}  # fmt: skip


class CountingModel:
    """A scripted backbone that counts tokens and the blocks that earlier prompts began with. `wanted` are memories to name."""

    fingerprint = "scripted"

    def __init__(self) -> None:
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(packaged_model(), use_fast=True, model_max_length=10**6)
        self._tokens = cache(lambda text: tuple(tokenizer.convert_tokens_to_ids(tokenizer.tokenize(text))))
        self._begun: set[int] = set()
        self.wanted: set[int] = set()

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers at once."""
        system, said = messages[0].content, messages[-1].content
        tokens = self._tokens(system) + self._tokens(said)
        cached, prefix = 0, 0
        for start in range(0, len(tokens) - BLOCK + 1, BLOCK):
            prefix = hash((prefix, tokens[start : start + BLOCK]))
            cached += BLOCK * (prefix in self._begun)
            self._begun.add(prefix)
        text = self._answer(said + system)
        return Completion(text, len(tokens), cached, len(self._tokens(text)), False)

    def _answer(self, prompt: str) -> str:
        if "Which of your memories" in prompt:
            most = int(re.findall(r"at most (\d+) memories", prompt)[0])
            listed = {int(number) for number in re.findall(r"^(\d+)\. ", prompt, re.MULTILINE)}
            return ", ".join(map(str, sorted(self.wanted & listed)[:most])) or "0"
        words = " ".join(["harbour"] * 30)
        if "THOUGHTS:" in prompt:
            return f"THOUGHTS: {words}\nFEELINGS: {words}"
        return words if "Do not answer yet" in prompt else "ANSWER: A"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Tokens per answer.")
    parser.add_argument("--questions", type=int, default=12, help="story questions of every character")
    count = parser.parse_args().questions
    library, embedder = Library(), CachedEmbedder(SentenceEmbedder())
    asked: list[Question] = []
    for character in library.ids:
        own = [q for kind in QUESTION_TYPES for q in library.questions(character, kind) if q.evidence]
        asked += own[:: max(1, len(own) // count)][:count]
    print(f"{len(asked)} questions; prompt tokens per answer, by agent and in all")
    head = ("method", "calls", "memory", "thinking, emotion", "top", "all", "cached", "equivalent", "memories", "evidence")
    print(f"| {' | '.join(head)} |\n{'|---' * len(head)}|")
    for name, (method, options) in METHODS.items():
        model = CountingModel()
        built = Method(method, MethodSettings(library, model, model, embedder, 64), **options)
        totals: dict[str, float] = defaultdict(float)
        for question in asked:
            memories = library.memories(question.character)
            model.wanted = {m.index for m in memories if set(m.paragraphs) & set(question.evidence)}
            shown = shuffle_options(question, 0)
            reply = asyncio.run(built.respond(replace(question_stimulus(shown), sample=0)))
            for call in reply.trace.calls:
                part = call.agent if call.agent in ("memory", "top") else "inner"
                totals[part] += call.completion.prompt_tokens
                totals["calls"] += 1
                totals["all"] += call.completion.prompt_tokens
                totals["cached"] += call.completion.cached_tokens
            found = [m.paragraphs for m in reply.trace.memories]
            totals["memories"] += len(found)
            totals["evidence"] += evidence_recall(question.evidence, found, max(1, len(found)))
        mean = {key: value / len(asked) for key, value in totals.items()}
        equal = mean["all"] - (1 - CACHED_PRICE) * mean["cached"]
        parts = " | ".join(f"{mean.get(part, 0):,.0f}" for part in ("memory", "inner", "top", "all"))
        print(
            f"| {name} | {mean['calls']:.1f} | {parts} | {100 * mean['cached'] / mean['all']:.0f} % | {equal:,.0f} "
            f"| {mean['memories']:.1f} | {100 * mean['evidence']:.1f} % |"
        )


if __name__ == "__main__":
    main()
