"""Calls that a second of the processor makes, at a server without latency.

`python benchmarks/calls.py [--calls 2000] [--concurrency 32] [--characters 4000]` makes different calls through retry and call
cache, then the same calls again, which the cache answers, and prints the calls for each second of this process's processor, the
server not counted. `--profile` prints where the time goes. `--servers 2` spreads the calls over several servers.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import resource
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from latency_server import serving

from human_simulacra.backbones import CachedBackbone, CallCache, RetryingBackbone
from human_simulacra.backbones.base import Backbone
from human_simulacra.plugin.backbone_factory import build_backbone
from human_simulacra.plugin.eval_config import read_model
from human_simulacra.types import Generation, Message


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Calls that a second of the processor makes, at a server without latency.")
    parser.add_argument("--calls", type=int, default=2000, help="number of calls")
    parser.add_argument("--concurrency", type=int, default=32, help="concurrent calls")
    parser.add_argument("--characters", type=int, default=4000, help="length of the system message")
    parser.add_argument("--servers", type=int, default=1, help="number of servers")
    parser.add_argument("--profile", action="store_true", help="print where the time goes, which costs time itself")
    given = parser.parse_args()
    print("| calls | seconds | CPU s | calls a CPU second |")
    print("|---|---|---|---|")
    with ExitStack() as running, tempfile.TemporaryDirectory() as folder:
        addresses = [running.enter_context(serving(0.0)).address for _ in range(given.servers)]
        llm = read_model("openai/scripted", ",".join(addresses))
        backbone = build_backbone(llm, given.concurrency, cache_dir=Path(folder))
        cached = CachedBackbone(RetryingBackbone(backbone), CallCache(Path(folder) / "calls.sqlite"))
        asyncio.run(_ask(cached, 50, given.characters + 1))  # imports and connections are not measured
        for name in ("new", "cached"):
            profile = cProfile.Profile() if given.profile else None
            started, before = time.perf_counter(), _cpu()
            if profile:
                profile.runcall(asyncio.run, _ask(cached, given.calls, given.characters))
            else:
                asyncio.run(_ask(cached, given.calls, given.characters))
            used, took = _cpu() - before, time.perf_counter() - started
            print(f"| {given.calls} {name} | {took:.2f} | {used:.2f} | {given.calls / used:.0f} |", flush=True)
            if profile:
                pstats.Stats(profile).sort_stats("tottime").print_stats(30)


async def _ask(backbone: Backbone, count: int, characters: int) -> None:
    system = Message("system", ("You are Ada Berg, a baker in Sund. " * (characters // 35 + 1))[:characters])
    asked = ([system, Message("user", f"What did you do on day {number}?")] for number in range(count))
    await asyncio.gather(*(backbone.complete(messages, Generation(64)) for messages in asked))


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
