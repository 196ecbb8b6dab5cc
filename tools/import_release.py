"""Imports the data of the paper's authors: `python tools/import_release.py SRC DEST [--strict]`; evaluate with data=DEST."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from human_simulacra.command_checks import check_output_folder
from human_simulacra.construction.importing.release_import import import_release
from human_simulacra.errors import UserError


def main() -> int:
    """Runs the import; returns 0, 1 for findings with --strict, 2 for a user error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="the release's folder, with character_profiles.json")
    parser.add_argument("target", type=Path, help="the data folder to create")
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if anything is inconsistent")
    arguments = parser.parse_args()
    try:
        check_output_folder(arguments.target, "target")
        characters, findings = import_release(arguments.source, arguments.target)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for finding in findings:
        print(finding)
    print(f"{len(characters)} characters imported into {arguments.target}, {len(findings)} findings")
    return 1 if findings and arguments.strict else 0


if __name__ == "__main__":
    sys.exit(main())
