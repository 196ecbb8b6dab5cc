"""What the tools make of a good writer and of one that spoils its replies: `python benchmarks/making_characters.py [--out DIR]`.

Both are scripted (scripted_writer.py) and run the whole pipeline of tools/new_character.py, unattended. The table shows the size
of the life, whether every year of age is covered, and whether anything of the noise stands in the character.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tabulate import tabulate

from benchmarks.made_character import describe
from benchmarks.scripted_writer import NOISE, GoodWriter, NoisyWriter
from human_simulacra.construction.biography_generation import BiographyOptions
from human_simulacra.construction.judging import TextJudge
from human_simulacra.construction.pipeline import PipelineOptions, run_later_steps, select_profile
from human_simulacra.construction.profiles.attribute_pools import read_pools_or_packaged
from human_simulacra.construction.profiles.constraints import parse_constraints
from human_simulacra.construction.questions import QuestionOptions
from human_simulacra.construction.story import StoryOptions
from human_simulacra.construction.structured_writing import Writer
from human_simulacra.construction.workspace import open_folder
from human_simulacra.types import Completion, Generation, Message

RUNS = 4  # with other seeds, until every text is written


class Counted:
    """A writer with a count of its replies and of those that differ from a good writer's."""

    def __init__(self, inner: GoodWriter) -> None:
        self.inner, self.fingerprint, self.calls, self.spoilt = inner, inner.fingerprint, 0, 0

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers and counts."""
        self.calls += 1
        found = await self.inner.complete(messages, generation)
        self.spoilt += found.text != GoodWriter.reply(self.inner, messages, generation.seed + generation.sample)
        return found


async def make(writer: GoodWriter, out: Path) -> dict[str, object]:
    """Makes a character and returns its figures by name."""
    open_folder(out)
    settings = {"name": "Ada Berg", "gender": "female", "age": "45", "occupation": "baker"}
    constraints = parse_constraints(settings, read_pools_or_packaged(out))
    options = PipelineOptions(constraints, 20, "en_GB", BiographyOptions(), StoryOptions(), QuestionOptions())
    character = select_profile(out, options, 0, False, None)
    counted = Counted(writer)
    unfinished, runs = ["not begun"], 0
    while unfinished and runs < RUNS:
        once = replace(options, story=replace(options.story, seed=runs))
        one = Writer(counted, seed=runs, judge=TextJudge(counted))
        unfinished, runs = await run_later_steps(one, out, character, once, None, print), runs + 1
    told = "\n".join(path.read_text(encoding="utf-8") for path in sorted((out / "characters" / character).glob("*.jsonl")))
    return {
        **describe(out, character),
        "spoilt replies": f"{counted.spoilt} of {counted.calls}",
        "runs until every text was written": runs,
        "sentences of the noise in the character's files": sum(json.dumps(s, ensure_ascii=False)[1:-1] in told for s in NOISE),
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the characters in DIR/good and DIR/noisy")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, writer in (("good", GoodWriter()), ("noisy", NoisyWriter(0.25))):
            rows.append(asyncio.run(make(writer, (arguments.out or Path(folder)) / name)))
    print(tabulate([(name, *(row[name] for row in rows)) for name in rows[0]], headers=("", "good writer", "noisy writer")))


if __name__ == "__main__":
    main()
