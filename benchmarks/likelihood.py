"""Log-probabilities of the options of all choice questions after several prompts, for choosing the likelihood rule.

    python benchmarks/likelihood.py score [--model FILE.gguf] [--scores FILE] [--contexts prompt none ...] [--every N]
    python benchmarks/likelihood.py check [--model FILE.gguf]

`score` appends one line for each question and context, skips the lines that the file already has, and can be stopped at any
time. `likelihood_rules.py` then evaluates all rules on the file. Without `--model`, the embedded model is used. `check`
compares the log-probabilities with the embedded engine's, in one pass and token by token, and the engine's with its whole
next-token distribution.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from packed_scorer import PackedScorer
from sequential_scorer import score_sequentially

from human_simulacra.backbones.base import LogLikelihood, ScoredTexts
from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.packaged_model_weights import embedded_weights
from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.persona import no_persona
from human_simulacra.prompts import render, template
from human_simulacra.stimuli import question_stimulus
from human_simulacra.types import Completion, Generation, Message, Question

METHODS = ("prompt", "none", "shuffled", "rag")
CONTEXTS = {
    "prompt": "persona and question",
    "none": "no persona, question",
    "shuffled": "another character's persona, question",
    "rag": "persona, retrieved passages, question",
    "evidence": "persona, the paragraphs that contain the answer, question",
    "neutral": "no persona, no question",
    "unasked": "persona, no question",
    "empty": "an empty system message and an empty turn",
}


class Job(NamedTuple):
    """Options to score after one prompt."""

    system: str
    turn: str
    context: str
    question: Question


class PromptRecorder:
    """A backbone that keeps the prompts after which a method scores options."""

    fingerprint = "recorder"

    def __init__(self) -> None:
        self.prompts: list[Sequence[Message]] = []

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Is never called by methods of one call that score options."""
        raise NotImplementedError

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Keeps the prompt."""
        self.prompts.append(messages)
        return ScoredTexts(tuple(LogLikelihood(0.0, 1) for _ in continuations), Completion("", 0, 0, 0, False, 0.0))


class Prompts:
    """Makes the prompts of every context; those of methods are recorded from the methods themselves."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._recorder = PromptRecorder()
        settings = MethodSettings(library, self._recorder, self._recorder, SentenceEmbedder(), 1, answering="likelihood")
        self._methods = {name: Method(name, settings) for name in METHODS}

    def jobs(self, context: str, question: Question) -> Iterator[Job]:
        """Yields the question's job in this context, none if the context has nothing to show for it."""
        if context == "empty":
            yield Job("", "", context, question)
        elif context == "neutral":
            yield Job(no_persona(), template("neutral_turn"), context, question)
        elif context == "unasked":
            yield Job(self._recorded("prompt", question)[0], template("neutral_turn"), context, question)
        elif context != "evidence":
            yield Job(*self._recorded(context, question), context, question)
        elif question.evidence:
            texts = {paragraph.id: paragraph.text for paragraph in self.library.story(question.character)}
            passages = "\n\n".join(texts[paragraph] for paragraph in question.evidence)
            system, turn = self._recorded("prompt", question)
            yield Job(system, render("rag", passages=passages, conversation="", stimulus=turn), context, question)

    def _recorded(self, method: str, question: Question) -> tuple[str, str]:
        self._recorder.prompts.clear()
        asyncio.run(self._methods[method].respond(question_stimulus(question)))
        system, turn = self._recorder.prompts[0]
        return system.content, turn.content


def choice_questions(library: Library) -> list[Question]:
    """Returns all choice questions, by character."""
    kinds = ("single_choice", "multiple_choice")
    return [question for person in library.ids for kind in kinds for question in library.questions(person, kind)]


def score(path: Path, scores: Path, contexts: Sequence[str], every: int) -> None:
    """Appends the missing log-probabilities to the file, character by character."""
    scores.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.loads(line) for line in scores.read_text().splitlines()] if scores.is_file() else []
    known = {(line["model"], line["context"], line["question"]) for line in lines}
    prompts = Prompts(Library())
    pairs = [(q, c) for q in choice_questions(prompts.library)[::every] for c in contexts if (path.name, c, q.id) not in known]
    jobs = [job for question, context in pairs for job in prompts.jobs(context, question)]
    print(f"{path.name}: {len(jobs)} prompts to score", flush=True)
    if not jobs:
        return
    process, started, done = LlamaProcess(path, context=512, threads=1), time.monotonic(), 0
    try:
        scorer = PackedScorer(path, process)
        # Prompts that share a system message are scored together: it is evaluated once.
        jobs.sort(key=lambda job: (job.question.character, job.system))
        for (person, system), group in groupby(jobs, lambda job: (job.question.character, job.system)):
            together = list(group)
            found = scorer.score(system, [(job.turn, job.question.options) for job in together])
            with scores.open("a") as out:
                for job, options in zip(together, found, strict=True):
                    line = {
                        "model": path.name, "context": job.context, "question": job.question.id,
                        "logprobs": [round(option.logprob, 2) for option in options],
                        "tokens": [option.tokens for option in options],
                    }  # fmt: skip
                    out.write(json.dumps(line) + "\n")
                    out.flush()
            done += len(together)
            print(f"{person}: {done} scored, {(time.monotonic() - started) / 60:.1f} min", flush=True)
    finally:
        process.close()


def check(path: Path) -> None:
    """Prints how far the log-probabilities are from the engine's, and the engine's from its whole distribution."""
    library = Library()
    prompts = Prompts(library)
    asked = choice_questions(library)[:: len(choice_questions(library)) // 6]
    process = LlamaProcess(path, threads=1)
    try:
        scorer, chat = PackedScorer(path, process), LlamaChat(process, "check")
        for question in asked:
            for job in prompts.jobs("prompt", question):
                messages = [Message("system", job.system), Message("user", job.turn)]
                engine = asyncio.run(chat.loglikelihoods(messages, question.options)).scores
                single = asyncio.run(score_sequentially(chat, messages, question.options))
                (packed,) = scorer.score(job.system, [(job.turn, question.options)])
                pairs = ((packed, engine), (packed, single), (engine, single))
                apart = [max(abs(a.logprob - b.logprob) / a.tokens for a, b in zip(*pair, strict=True)) for pair in pairs]
                print(
                    f"{question.id}: largest differences a token: float32 and the engine in one pass {apart[0]:.3f}, float32 and "
                    f"the engine token by token {apart[1]:.3f}, the engine both ways {apart[2]:.3f}",
                    flush=True,
                )
        messages = [Message("system", no_persona()), Message("user", "Do you like rain? Answer yes or no.")]
        texts = ("Yes", "No", "I", "Rain", "z")
        ours = asyncio.run(chat.loglikelihoods(messages, texts)).scores
        entries = asyncio.run(chat.next_tokens(messages, 1_000_000))
        # Entries come likeliest first; of tokens with the same text, the likeliest counts.
        whole = {entry["token"]: entry["logprob"] for entry in reversed(entries)}
        apart = max(abs(whole[text] - found.logprob) for text, found in zip(texts, ours, strict=True))
        total = sum(math.exp(entry["logprob"]) for entry in entries)
        print(f"engine: {len(entries)} tokens, probabilities sum to {total:.4f}; ours differ by at most {apart:.5f}")
    finally:
        process.close()


def main() -> None:
    """Runs a command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("score", "check"))
    parser.add_argument("--model", type=Path, help="a GGUF file (default: the embedded model)")
    parser.add_argument("--scores", type=Path, default=Path("benchmarks/data/likelihood.jsonl"), help="file to append to")
    parser.add_argument("--contexts", nargs="+", choices=CONTEXTS, default=list(CONTEXTS), help="default: all")
    parser.add_argument("--every", type=int, default=1, help="score every N-th question only (default: all)")
    given = parser.parse_args()
    path = given.model or embedded_weights()
    if given.command == "check":
        check(path)
    else:
        score(path, given.scores, given.contexts, given.every)


if __name__ == "__main__":
    main()
