"""Time of building the memories of a life beside the least time that a server of fixed latency allows.

`python benchmarks/memory_construction.py [--chunks 75] [--concurrency 8,32,128]` builds the memories of a character of the
dataset package from its first chunks, without a judge (four calls a chunk in two steps) and with one (eight calls in four steps,
after two for the check of the judge). For each concurrency C it prints the seconds from the first call to the last, the bound
max(calls / C rounded up, steps) latencies, their ratio, and the processor's time a chunk.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from latency_server import RunningServer, serving

from human_simulacra.construction.command_line import NO_JUDGE, add_shared_options, open_writer
from human_simulacra.construction.memories.memory_construction import build_memories
from human_simulacra.construction.workspace import copy_character
from human_simulacra.files import write_jsonl
from human_simulacra.library import Library
from human_simulacra.memory.chunking import CHUNK_PARAGRAPHS


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Time of building memories beside the least time that a server allows.")
    parser.add_argument("--chunks", type=int, default=75, help="chunks of the story")
    parser.add_argument("--concurrency", default="8,32,128", help="concurrent calls, with commas")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds a call")
    given = parser.parse_args()
    os.environ["OPENAI_API_KEY"] = "none"
    print("| judge | chunks | concurrency | seconds | bound | ratio | CPU ms a chunk | most calls at once |")
    print("|---|---|---|---|---|---|---|---|")
    with serving(given.latency, writer=True) as server:
        for judged in (False, True):
            for concurrency in map(int, given.concurrency.split(",")):
                with tempfile.TemporaryDirectory() as folder:
                    os.environ["HUMAN_SIMULACRA_CACHE"] = f"{folder}/cache"
                    server.forget()
                    used = _build(server, Path(folder) / "data", given.chunks, concurrency, judged)
                load = server.load()
                steps = 6 if judged else 2
                bound = given.latency * max(math.ceil(load.requests / concurrency), steps)
                print(
                    f"| {'yes' if judged else 'no'} | {given.chunks} | {concurrency} | {load.seconds:.2f} | {bound:.2f} "
                    f"| {load.seconds / bound:.2f} | {1000 * used / given.chunks:.1f} | {load.busiest} |",
                    flush=True,
                )


def _build(server: RunningServer, out: Path, chunks: int, concurrency: int, judged: bool) -> float:
    """Builds the memories, and returns the seconds of the processor."""
    library = Library()
    character = max(library.ids, key=lambda name: len(library.story(name)))
    copy_character(character, library.path, out, False)
    story = [asdict(p) for p in Library(out).story(character)[: chunks * CHUNK_PARAGRAPHS]]
    if len(story) < chunks * CHUNK_PARAGRAPHS:
        sys.exit(f"the longest story has {len(story) // CHUNK_PARAGRAPHS} chunks: give --chunks up to that")
    write_jsonl(out / "characters" / character / "story.jsonl", story)
    os.environ["OPENAI_BASE_URL"] = server.address
    parser = argparse.ArgumentParser()
    add_shared_options(parser)
    options = ["--model", "openai/scripted", "--concurrency", str(concurrency), *([] if judged else ["--judge", NO_JUDGE])]
    writer = open_writer(parser.parse_args(options))
    started = time.process_time()
    built = asyncio.run(build_memories(writer, out, character, rebuild=True))
    if built.made != chunks:
        sys.exit(f"{built.made} memories instead of {chunks}: {built.failed[:1]}")
    return time.process_time() - started


if __name__ == "__main__":
    main()
