"""How well a reader of contradictions reads: the labelled pairs of the dataset, with the prompt of the interrogation.

`python benchmarks/contradiction_reader.py` scores the saved readings in `benchmarks/data/contradiction_readings.jsonl.gz`
without any model. `python benchmarks/contradiction_reader.py read NAME [CONFIG.py]` has a model read all pairs (the embedded
one without CONFIG.py) and saves its replies under NAME. The reader `large-model` is a large language model that was given each
prompt of this package and nothing else; other contexts of the same model wrote the pairs with their labels. See
docs/interrogation.md.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from saved_readings import load_readings, save_readings
from tabulate import tabulate

from human_simulacra.experiments.interrogation.contradiction_reading import (
    CONTRADICTS,
    FITS,
    REPLY_TOKENS,
    known_pair,
    pair_messages,
    read_verdict,
)
from human_simulacra.library import Library
from human_simulacra.shared_items import StatementPair
from human_simulacra.types import Generation

SAVED = Path(__file__).parent / "data" / "contradiction_readings.jsonl.gz"


async def read_all(pairs: Sequence[StatementPair], config: str | None) -> dict[str, str]:
    """Has a model read every pair and returns its replies by pair."""
    from human_simulacra.plugin.chat_backbone_loader import load_chat_backbone

    backbone, found = load_chat_backbone(config).backbone, {}
    for number, pair in enumerate(pairs, 1):
        completion = await backbone.complete(pair_messages(known_pair(pair)), Generation(REPLY_TOKENS))
        found[pair.id] = completion.text
        print(f"\r{number} of {len(pairs)} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def score_reader(pairs: Sequence[StatementPair], replies: Mapping[str, str]) -> list[tuple[object, ...]]:
    """Returns a line for all pairs, each label and each type: pairs; rightly read, as a contradiction, not read, in %."""
    lines = []
    for name in ["all", "contradictory", "consistent", *dict.fromkeys(pair.type for pair in pairs)]:
        part = [p for p in pairs if name in ("all", p.type) or name == ("contradictory" if p.contradicts else "consistent")]
        part = [p for p in part if p.id in replies]
        if not part:
            continue
        verdicts = [read_verdict(replies[p.id], p.answer_a, p.answer_b) for p in part]
        right = sum(v == (CONTRADICTS if p.contradicts else FITS) for p, v in zip(part, verdicts, strict=True))
        shares = (right, verdicts.count(CONTRADICTS), verdicts.count(None))
        lines.append((name, len(part), *(f"{100 * share / len(part):.1f}" for share in shares)))
    return lines


def main() -> None:
    """Scores saved readings, or has a model read."""
    pairs, readings = Library().contradiction_pairs, load_readings(SAVED, "pair")
    if len(sys.argv) > 2 and sys.argv[1] == "read":
        readings[sys.argv[2]] = asyncio.run(read_all(pairs, sys.argv[3] if len(sys.argv) > 3 else None))
        save_readings(SAVED, "pair", readings)
    for reader, replies in readings.items():
        head = (reader, "pairs", "read rightly %", "read as a contradiction %", "not read %")
        print(tabulate(score_reader(pairs, replies), head, disable_numparse=True) + "\n")


if __name__ == "__main__":
    main()
