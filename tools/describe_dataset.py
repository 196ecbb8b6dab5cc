"""Generates the dataset's description from its files: `python tools/describe_dataset.py [DATA] [--write | --check]`.

The card `DATA/README.md` is written by hand: its front matter names files and types, its tables explain the columns. From card
and files the tool generates the table between the markers of the card, `croissant.json` and the picture in the documentation.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from human_simulacra.describing.characters_svg import draw_characters
from human_simulacra.describing.croissant import croissant_json
from human_simulacra.describing.dataset_card import BEGIN, END, count_characters, figures, read_card
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically
from human_simulacra.library import Library

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Prints the table, writes the generated files, or checks them; returns 1 if a file is out of date, 2 for a user error."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=ROOT / "data", help="the data folder; this checkout's if not given")
    parser.add_argument("--picture", type=Path, help="the picture's file; docs/dataset.svg beside the data folder if not given")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="update the card's table, croissant.json and the picture")
    action.add_argument("--check", action="store_true", help="only check whether they are up to date")
    arguments = parser.parse_args()
    try:
        library = Library(arguments.data)
        card = read_card(library.path / "README.md")
        table = figures(library, card)
        before, after = card.text.split(BEGIN)[0], card.text.split(END)[1]
        wanted = {
            library.path / "README.md": f"{before}{BEGIN}\n{table}\n{END}{after}",
            library.path / "croissant.json": croissant_json(card, library.path),
            arguments.picture or library.path.resolve().parent / "docs" / "dataset.svg": draw_characters(
                count_characters(library)
            ),
        }
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if arguments.write:
        for path in stale:
            write_atomically(path, wanted[path])
            print(f"{path} written")
    elif arguments.check:
        for path in stale:
            print(f"{path} is not up to date: run python tools/describe_dataset.py --write", file=sys.stderr)
        return 1 if stale else 0
    else:
        print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
