"""What a character is that the tools have made: `python benchmarks/made_character.py [DIR]`.

DIR is a data folder. Without it, the table is of `benchmarks/data/capable_writer/`: a character made by a capable language model
with `tools/new_character.py`, unattended, with every reply of the model (`replies.jsonl.gz`, in the order of the calls: for what,
and the text) and what readers, who were told nothing of its making, found amiss in the finished texts (`readings.jsonl`).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path

from tabulate import tabulate

from human_simulacra.construction.review.readiness import find_open_work
from human_simulacra.library import Library
from human_simulacra.types import QUESTION_TYPES
from human_simulacra.validation.run_checks import run_checks
from human_simulacra.validation.text_statistics import words

MADE = Path(__file__).parent / "data" / "capable_writer"


def describe(out: Path, character: str) -> dict[str, object]:
    """Returns figures on a made character, by name.

    Args:
        out: Its data folder.
        character: Its id.
    """
    library = Library(out)
    story = library.story(character)
    sizes = Counter[int]()
    for paragraph in story:
        sizes[paragraph.chapter_index] += len(words(paragraph.text))
    items = sum(q.life for kind in QUESTION_TYPES for q in library.questions(character, kind))
    if (out / "characters" / character / "decisions.jsonl").is_file():  # where none passed its tests there is no file
        items += len(library.decisions(character))
    return {
        "words of story": f"{sizes.total():,}",
        "chapters, the largest": f"{len(sizes)}, {max(sizes.values()) / sizes.total():.0%}",
        "paragraphs, dated": f"{len(story)}, {sum(bool(p.year and p.end_year) for p in story)}",
        "years of age covered": f"{len({p.age for p in story})} of {library.character(character).age + 1}",
        "memories": len(library.memories(character)),
        "items on the story that passed, decisions included": items,
        "gates of the validator that fail": sum(not gate.passed for gate in run_checks(library, full=False)),
        "state": "; ".join(find_open_work(out, character, 0.05)) or "ready",
    }


def describe_replies(folder: Path) -> dict[str, object]:
    """Returns how many replies a character took, how many verdicts reject a text, and what its readers found amiss."""
    with gzip.open(folder / "replies.jsonl.gz", "rt", encoding="utf-8") as stream:
        replies = [json.loads(line) for line in stream]
    verdicts = [json.loads(reply["text"]) for reply in replies if reply["for"] == "judge"]
    rejected = sum(not all(point["ok"] for point in verdict.values()) for verdict in verdicts)
    readings = [json.loads(line) for line in (folder / "readings.jsonl").read_text(encoding="utf-8").splitlines()]
    faults = Counter(fault["kind"] for reading in readings for fault in reading["faults"])
    return {
        "replies": len(replies),
        "verdicts, that reject a text": f"{len(verdicts)}, {rejected}",
        "readers of the finished texts and items": len(readings),
        **{f"found by them: {kind}": count for kind, count in sorted(faults.items())},
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=MADE, help="the data folder")
    folder = parser.parse_args().folder
    for character in Library(folder).ids:
        found = {**describe(folder, character), **(describe_replies(folder) if folder == MADE else {})}
        print(tabulate(found.items(), headers=(character, ""), tablefmt="github"))


if __name__ == "__main__":
    main()
