"""Imports the data of the paper's authors: `python tools/import_release.py SRC DEST [--strict]`; evaluate with data=DEST."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from human_simulacra.command_checks import check_output_folder
from human_simulacra.construction.command_line import run_tool
from human_simulacra.construction.importing.release_import import import_release


def work(arguments: argparse.Namespace) -> int:
    """Runs the import; returns 1 if a character is lost, or for findings with --strict."""
    check_output_folder(arguments.target, "target")
    done = import_release(arguments.source, arguments.target)
    for finding in done.findings:
        print(finding)
    for error in done.errors:
        print(f"error: {error}", file=sys.stderr)
    counts = ", ".join(f"{done.counts[what]} {what}" for what in ("paragraphs", "memories", "questions"))
    found = len(done.findings) + len(done.errors)
    people = len(done.characters) + len(done.errors)  # an error is a character that is lost
    print(f"{len(done.characters)} of {people} characters imported into {arguments.target}, {counts}, {found} findings")
    return 1 if done.errors or (done.findings and arguments.strict) else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the tool; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="the release's folder, with character_profiles.json")
    parser.add_argument("target", type=Path, help="the data folder to create")
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if anything is inconsistent")
    return run_tool(work, parser, argv)


if __name__ == "__main__":
    sys.exit(main())
