"""Imports a character: `python tools/import_character.py SOURCE --out DIR [--form FORM] [--name NAME] [--set KEY=VALUE]`.

SOURCE is a character card (.json, or .png with an embedded card), a biography or the transcript of an interview (.txt, .md).
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from human_simulacra.construction.command_line import OUT, run_tool
from human_simulacra.construction.importing.character_import import FORMS, import_character
from human_simulacra.construction.workspace import character_folder
from human_simulacra.library import slug

EXAMPLES = {"date_of_birth": "YYYY-MM-DD (no character can do without)", "hobbies": "'chess, rowing'"}
STEPS = (
    ("memories", "build_memories"),
    ("a longer story", "generate_life_story", "--continue"),
    ("questions, for which profile.jsonl needs traits with functions", "generate_questions"),
)


def work(arguments: argparse.Namespace) -> int:
    """Imports the character and lists what is missing; returns 1 if it cannot be chatted with yet."""
    out, name = arguments.out, [f"name={arguments.name}"] if arguments.name else []
    source, empty = import_character(arguments.source, out, [*arguments.set, *name], arguments.form)
    who = slug(source.name)
    print(f"{source.name} ({who}), read as {source.form}")
    for note in source.notes:
        print(f"  {note}")
    for key in empty:
        option = f"--set {key}={EXAMPLES.get(key, 'VALUE')}"
        print(f"missing {key}: {'only the personality of a card has them' if key == 'traits' else option}")
    if "date_of_birth" in empty:
        print("error: nothing was written, since the date of birth is missing", file=sys.stderr)
        return 1
    for what, tool, *more in STEPS:
        print(f"missing {what}: {shlex.join(['python', f'tools/{tool}.py', who, '--out', str(out), *more])}")
    print(f"written to {character_folder(out, who)}; to set what is missing, remove it and import again")
    print(f"next: {shlex.join(['human-simulacra', 'chat', who, '--data', str(out)])}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the tool; returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("source", type=Path, metavar="SOURCE", help="a card, a biography or a transcript")
    parser.add_argument("--out", type=Path, default=Path(OUT), metavar="DIR", help=f"your data folder (default {OUT})")
    parser.add_argument("--form", choices=FORMS, default="auto", help="what SOURCE is (default: told from the file)")
    parser.add_argument("--name", metavar="NAME", help="the person's name, if SOURCE has none or another")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE",
        help="an attribute that SOURCE does not have (date_of_birth=1980-03-04, hobbies='chess, rowing'); repeatable",
    )  # fmt: skip
    return run_tool(work, parser, argv)


if __name__ == "__main__":
    sys.exit(main())
