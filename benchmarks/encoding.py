"""Encoding of queries: processor time, wall time, and how long the event loop stands still.

`python benchmarks/encoding.py [--questions 500] [--threads 1,2]` asks the dense index of one life, over all memories of the
dataset package's first character, for each question: `one by one` as up to version 0.2, on the event loop, with torch's threads
(each number of `--threads`), and `together` through `PassageSearcher.find_memories`, as many at once as a run asks. Each in a
process of its own, after the model and the index are there. The longest stall is the longest time between two turns of a task
that does nothing. The last line says whether all found the same passages.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time

import numpy as np

from human_simulacra.files import digest
from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.memory.passage_search import PassageSearcher, SearchQuery
from human_simulacra.types import QUESTION_TYPES


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Encoding of queries.")
    parser.add_argument("--questions", type=int, default=500, help="questions of the dataset")
    parser.add_argument("--threads", default="1,2", help="torch's threads where queries are encoded one by one, with commas")
    parser.add_argument("--at-once", default="8,32,500", help="searches under way at once, with commas")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "NUMBER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_measure(given.one[0], int(given.one[1]), given.questions)))
        return
    ways = [("one by one", number, f"torch threads: {number}") for number in given.threads.split(",")]
    ways += [("together", number, f"searches at once: {number}") for number in given.at_once.split(",")]
    print("| queries | setting | wall s | CPU s | CPU ms a query | longest stall ms |\n|---|---|---|---|---|---|")
    found = set()
    for way, number, setting in ways:
        command = [sys.executable, __file__, "--questions", str(given.questions), "--one", way, number]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        found.add(row["found"])
        per_query = 1000 * row["cpu"] / row["queries"]
        print(
            f"| {way} | {setting} | {row['wall']:.2f} | {row['cpu']:.2f} | {per_query:.1f} | {1000 * row['stall']:.0f} |",
            flush=True,
        )
    print("all found the same passages" if len(found) == 1 else f"{len(found)} different results")


def _measure(way: str, number: int, count: int) -> dict[str, float | str]:
    import torch

    library, embedder = Library(), SentenceEmbedder()
    asked = [q.question for name in library.ids for kind in QUESTION_TYPES for q in library.questions(name, kind)]
    questions, character = list(dict.fromkeys(asked))[:count], library.ids[0]
    searcher = PassageSearcher(library, embedder)
    searcher.rank_memories(character, "dense", SearchQuery("What is your name?"))
    if way == "one by one":
        torch.set_num_threads(number)
        encoder = embedder._encoder

    async def one_by_one() -> list[list[str]]:
        found = []
        for question in questions:
            vectors = np.asarray(encoder.encode([question], normalize_embeddings=True, show_progress_bar=False))
            ranked = searcher.rank_memories(character, "dense", SearchQuery(question), vectors)
            found.append([passage.id for passage in ranked])
            await asyncio.sleep(0)
        return found

    async def together() -> list[list[str]]:
        places = asyncio.Semaphore(number)

        async def find(question: str) -> list[str]:
            async with places:
                return [passage.id for passage in await searcher.find_memories(character, "dense", SearchQuery(question))]

        return await asyncio.gather(*map(find, questions))

    async def watched() -> tuple[list[list[str]], float]:
        stalls = [0.0]

        async def watch() -> None:
            last = time.perf_counter()
            while True:
                await asyncio.sleep(0.005)
                now = time.perf_counter()
                stalls[0] = max(stalls[0], now - last)
                last = now

        watching = asyncio.ensure_future(watch())
        found = await (one_by_one() if way == "one by one" else together())
        watching.cancel()
        return found, stalls[0]

    wall, cpu = time.perf_counter(), time.process_time()
    found, stall = asyncio.run(watched())
    return {
        "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "stall": stall, "queries": len(questions),
        "found": digest(found),
    }  # fmt: skip


if __name__ == "__main__":
    main()
