"""Checks a data folder: `python tools/validate_dataset.py [DATA]`. Exit status 1 if a gate fails."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.library import Library


def main(argv: list[str] | None = None) -> int:
    """Prints the gates; returns 0, 1 if one fails, 2 for a user error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="the data folder; the dataset package if not given")
    parser.add_argument("--sound", action="store_true", help="only the gates that an evaluation needs, for your own characters")
    parser.add_argument("--against", type=Path, metavar="DIR", help="a folder of texts with which no sentence may be shared")
    parser.add_argument("--measure", action="store_true", help="only print diversity metrics of the stories")
    parser.add_argument("--readers", action="store_true", help="only print what readers answered rightly, by life")
    parser.add_argument(
        "--write-near", action="store_true", help="update the column 'near' of personality_items.jsonl before checking"
    )
    parser.add_argument("--write-checksums", action="store_true", help="update SHA256SUMS before checking")
    arguments = parser.parse_args(argv)
    try:
        if arguments.against is not None and not arguments.against.is_dir():
            raise UserError(f"--against {arguments.against} is no folder")
        library = Library(arguments.data)
        if arguments.readers:
            return _print_readers(library)
        return _measure(library) if arguments.measure else _validate(library, arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _measure(library: Library) -> int:
    from human_simulacra.validation.located_rows import read_characters
    from human_simulacra.validation.prose_checks import measure_prose

    for name, value in measure_prose(read_characters(library)[0]).items():
        print(f"{name}: {value:.3f}")
    return 0


def _print_readers(library: Library) -> int:
    from human_simulacra.validation.located_rows import read_characters
    from human_simulacra.validation.reader_table import decision_reader_table, reader_table

    people, _ = read_characters(library)
    print(f"{reader_table(people, library.path)}\n{decision_reader_table(people)}", end="")
    return 0


def _validate(library: Library, arguments: argparse.Namespace) -> int:
    from human_simulacra.memory.embedding import SentenceEmbedder
    from human_simulacra.validation.checksums import write_checksums
    from human_simulacra.validation.near_statements import write_near
    from human_simulacra.validation.quality_gate import format_gates
    from human_simulacra.validation.run_checks import run_checks

    if arguments.write_near:
        write_near(library.path, SentenceEmbedder())
    if arguments.write_checksums:
        write_checksums(library.path)
    found = []
    for gate in run_checks(library, full=not arguments.sound, against=arguments.against):
        print(f"{'ok  ' if gate.passed else 'FAIL'} {gate.name}", file=sys.stderr, flush=True)
        found.append(gate)
    print(format_gates(found))
    failed = sum(not gate.passed for gate in found)
    print(
        f"\n{library.path}: {failed} of {len(found)} gates fail" if failed else f"\n{library.path}: all {len(found)} gates pass"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
