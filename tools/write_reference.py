"""Writes the reference pages from the code: `python tools/write_reference.py [--check]`.

The pages in `docs/reference/` list every command, option, config key, method parameter, dataset parameter and column. They come
from argparse parsers, signatures, docstrings and the dataset card. Change those, then run this tool; never edit the pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by tools/write_reference.py. Do not edit. -->\n\n"


def make_pages() -> dict[str, str]:
    """Returns the text of each page by its file name.

    Raises:
        UserError: If the dataset card does not fit the data.
    """
    from reference_pages import commands, configs, data_files, experiments, python_interface, run_files

    pages: dict[str, Callable[[], str]] = {
        "commands.md": commands.commands_page,
        "tools.md": commands.tools_page,
        "simulacrum.md": configs.simulacrum_page,
        "experiments.md": experiments.experiments_page,
        "data-files.md": data_files.data_files_page,
        "run-files.md": run_files.run_files_page,
        "python.md": python_interface.python_page,
    }
    return {name: NOTE + make() for name, make in pages.items()}


def main(argv: list[str] | None = None) -> int:
    """Writes or checks the pages; returns 0, 1 if a page is out of date, 2 for a user error."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "reference", metavar="DIR", help="the folder of the pages")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with status 1 if a page is out of date")
    arguments = parser.parse_args(argv)
    try:
        pages = make_pages()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    paths = {arguments.out / name: text for name, text in pages.items()}
    stale = [path for path, text in paths.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if arguments.check:
            print(f"{path} is not up to date: run python tools/write_reference.py", file=sys.stderr)
        else:
            write_atomically(path, paths[path])
            print(f"{path} written")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
