"""Has a model read the labelled replies as a second reader, and saves what it wrote for `benchmarks/reading.py`.

`python benchmarks/second_reader.py NAME [CONFIG.py]` has the model of a config (the embedded one without CONFIG.py) read the
replies that were kept out of sight while the rules were written, and saves what it wrote under NAME in
`benchmarks/data/second_readings.jsonl.gz`. `python benchmarks/reading.py` then scores it without any model.

The saved reader `large-model` is a large language model: eleven contexts with 45 to 75 of these prompts each and nothing else.
Other contexts of the same model wrote the replies and their labels.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from labelled_replies import SAVED, Row, load_replies, reading_task
from saved_readings import load_readings, save_readings

from human_simulacra.experiments.second_reader import REPLY_TOKENS
from human_simulacra.types import Generation


async def read_all(rows: Sequence[Row], config: str | None) -> dict[str, str]:
    """Has a model read every reply, and returns what it wrote."""
    from human_simulacra.plugin.chat_backbone_loader import load_chat_backbone

    backbone, found = load_chat_backbone(config).backbone, {}
    for number, row in enumerate(rows, 1):
        if task := reading_task(row):
            found[row["id"]] = (await backbone.complete(task.messages(row["reply"]), Generation(REPLY_TOKENS))).text
        print(f"\r{number} of {len(rows)} replies", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def main() -> None:
    """Reads and saves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="the reader's name in the table")
    parser.add_argument("config", nargs="?", help="an OpenCompass config with the model; the embedded model if none")
    options = parser.parse_args()
    readings = load_readings(SAVED, "reply")
    readings[options.name] = asyncio.run(read_all(load_replies("hidden"), options.config))
    save_readings(SAVED, "reply", readings)
    print(f"saved in {SAVED}; python benchmarks/reading.py prints the table")


if __name__ == "__main__":
    main()
