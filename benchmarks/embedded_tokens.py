"""What the embedded model reads in the main job, in tokens of the sample `quick` by method, and what llama.cpp takes for it.

`python benchmarks/embedded_tokens.py`. Agents are taken to write about thirty words each. A persona is counted where it is first
read. `shared` are tokens of turns that the Emotion agent shares with the Thinking agent. Speeds are those that llama.cpp's server
reports for new paragraphs and an answer after a persona, with nothing of ours between.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from statistics import median

import httpx

from human_simulacra.backbones.base import LogLikelihood, ScoredTexts
from human_simulacra.backbones.llama_chat import turn_beginning
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.packaged_model_weights import embedded_weights
from human_simulacra.experiments.self_report.rows import self_report_rows
from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.method_interface import MethodSettings
from human_simulacra.method_runner import Method
from human_simulacra.persona import persona
from human_simulacra.types import Completion, Generation, Message, QuestionType

KINDS: tuple[QuestionType, ...] = ("cloze", "single_choice", "multiple_choice")
METHODS = {
    "none": {},
    "prompt": {},
    "rag": {"k": 2},
    "macm": {"retriever": "hybrid", "memories": 2, "agents": "separate"},
    "shuffled": {},
}
WRITES = {"none": 20, "prompt": 20, "rag": 48, "macm": 45, "shuffled": 20}  # tokens of a written text in a run, on average
ROUNDS = 5
WRITTEN = (
    "I think of the sea and of my father, and of what he said when I was a child in the house at the harbour, and I am calm."
)
COLUMNS = ("persona", "turns", "shared", "options", "answers")


class Recorder:
    """A backbone that keeps what it is asked, each request once."""

    fingerprint = "recorder"

    def __init__(self) -> None:
        self.asked: dict[tuple[tuple[Message, ...], tuple[str, ...]], None] = {}

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Keeps the prompt of an answer."""
        self.asked[tuple(messages), ()] = None
        return Completion(WRITTEN, 0, 0, 0, False, 0.0)

    async def loglikelihoods(self, messages: Sequence[Message], continuations: Sequence[str]) -> ScoredTexts:
        """Keeps the prompt and its options."""
        self.asked[tuple(messages), tuple(continuations)] = None
        return ScoredTexts(tuple(LogLikelihood(0.0, 1) for _ in continuations), Completion("", 0, 0, 0, False, 0.0))


def main() -> None:
    """Prints a table."""
    library, embedder, recorder = Library(), SentenceEmbedder(), Recorder()
    rows = [row["stimulus"] for kind in KINDS for row in self_report_rows(library, kind, sample="quick")]
    process = LlamaProcess(embedded_weights(), threads=1)
    http, sizes = httpx.Client(base_url=process.address, timeout=60), {}

    def tokens(text: str) -> int:
        if text not in sizes:
            sizes[text] = len(http.post("/tokenize", json={"content": text}).raise_for_status().json()["tokens"])
        return sizes[text]

    print(f"{'method':10}" + "".join(f"{column:>10}" for column in COLUMNS))
    systems: set[str] = set()
    beginnings: set[str] = set()
    total: Counter[str] = Counter()
    for name, options in METHODS.items():
        known = set(recorder.asked)
        method = Method(name, MethodSettings(library, recorder, recorder, embedder, 48, answering="likelihood"), **options)
        for stimulus in rows:
            asyncio.run(method.respond(stimulus))
        count: Counter[str] = Counter()
        for (system, turn), texts in (asked for asked in recorder.asked if asked not in known):
            if system.content not in systems:
                systems.add(system.content)
                count["persona"] += tokens(system.content)
            count["turns"] += tokens(turn.content)
            begins = turn_beginning(turn.content)
            if not texts and begins and system.content + begins in beginnings:
                count["shared"] += tokens(begins)
            beginnings.add(system.content + begins)
            count["options"] += sum(map(tokens, texts))
            count["answers"] += not texts
            count["written"] += 0 if texts else WRITES[name]
        total += count
        print(f"{name:10}" + "".join(f"{count[column]:10,}" for column in COLUMNS), flush=True)
    print(f"{'all':10}" + "".join(f"{total[column]:10,}" for column in COLUMNS))
    process.close()
    read = total["persona"] + total["turns"] - total["shared"] + total["options"]
    _print_bound(library, read, total["written"])


def _print_bound(library: Library, read: int, written: int) -> None:
    """Prints what the engine's own server takes to read and write as many tokens after a persona."""
    process = LlamaProcess(embedded_weights())
    http = httpx.Client(base_url=process.address, timeout=600)
    who, story = persona(library.character(library.ids[0])), [p.text for p in library.story(library.ids[0])]
    reading, writing = [], []
    for number in range(-1, ROUNDS):  # the first round reads the persona and is not counted
        turn = " ".join(story[4 * number + 4 : 4 * number + 8])
        body = {
            "prompt": f"{who}\n\n{turn}",
            "n_predict": WRITES["macm"],
            "ignore_eos": True,
            "temperature": 0,
            "cache_prompt": True,
        }
        timings = http.post("/completion", json=body).raise_for_status().json()["timings"]
        if number >= 0:
            reading.append(timings["prompt_per_second"])
            writing.append(timings["predicted_per_second"])
    process.close()
    reads, writes = median(reading), median(writing)
    print(
        f"llama.cpp alone: {reads:.0f} tokens a second read after a persona, {writes:.0f} written; {read:,} read and {written:,} "
        f"written: {read / reads:.0f} + {written / writes:.0f} = {read / reads + written / writes:.0f} s"
    )


if __name__ == "__main__":
    main()
