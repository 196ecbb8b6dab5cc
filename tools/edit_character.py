"""Changes a character: `python tools/edit_character.py CHARACTER --out DIR --set KEY=VALUE`.

Dependent files are updated, other affected texts are listed, and `--undo` restores the state before the last change exactly.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from human_simulacra.construction.checked_writer import Writer
from human_simulacra.construction.command_line import add_shared_options, open_writer, run_tool
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.editing import EditHistory, EditRequest, EditResult, apply_edit, parse_request, resume_edit
from human_simulacra.construction.review_queue import review_file as review_path
from human_simulacra.construction.workspace import character_folder, copy_character, open_folder, work_folder
from human_simulacra.errors import UserError
from human_simulacra.validation.checksums import FILE as CHECKSUMS


def work(arguments: argparse.Namespace) -> int:
    """Applies, undoes or lists changes; returns 0."""
    character = arguments.character
    change = bool(arguments.set or arguments.add or arguments.experience)
    if sum((arguments.undo, arguments.history, arguments.resume or change)) > 1:
        raise UserError("give one of --undo, --history, --resume or a change")
    if arguments.dry_run and (arguments.undo or arguments.resume):
        raise UserError("--dry-run shows a new change: give --set, --add or --experience")
    out = copy_character(character, arguments.data, arguments.out, arguments.dry_run)
    history = EditHistory(out, character)
    if arguments.history:
        for number, (_, entry) in enumerate(history.entries(), 1):
            print(f"{number}. {entry['what']}{'' if entry['after'] is not None else ' (interrupted)'}")
        return 0
    if arguments.undo:
        print(f"undone: {history.undo()}")
        return _checksums(out)
    asked = None
    if change or not arguments.resume:
        asked = parse_request(arguments.set, arguments.add, arguments.experience, arguments.year)
    if asked is None or arguments.resume:
        edited = asyncio.run(resume_edit(lambda: open_writer(arguments), out, character, asked, arguments.seed))
    elif arguments.dry_run:
        return _dry_run(arguments, out, asked)
    else:
        edited = asyncio.run(apply_edit(lambda: open_writer(arguments), out, character, asked, arguments.seed))
    _show(edited)
    print(f"changed: {character_folder(out, character)}")
    if edited.affected:
        print(f"{len(edited.affected)} affected texts, listed in {review_path(out, character)}")
    print(f"next: python tools/edit_character.py {character} --out {out} --undo to undo it")
    return _checksums(out)


def _dry_run(arguments: argparse.Namespace, out: Path, request: EditRequest) -> int:
    """Applies the change to a temporary copy with a dry-run writer."""
    character = arguments.character
    writers: list[Writer] = []

    def dry() -> Writer:
        writers.append(open_writer(arguments))
        return writers[-1]

    with tempfile.TemporaryDirectory() as folder:
        copy = open_folder(Path(folder) / "copy")
        for shared in out.glob("*.jsonl"):
            shutil.copyfile(shared, copy / shared.name)
        for part in (character_folder, work_folder):
            if part(out, character).is_dir():
                shutil.copytree(part(out, character), part(copy, character), ignore=shutil.ignore_patterns("checkpoints"))
        _show(asyncio.run(apply_edit(dry, copy, character, request, arguments.seed)))
    for writer in writers:
        if isinstance(writer, DryRun):
            print(writer.report())
    return 0


def _show(edited: EditResult) -> None:
    for line in edited.format_lines():
        print(line)


def _checksums(out: Path) -> int:
    if (out / CHECKSUMS).is_file():
        print(f"note: {out / CHECKSUMS} is out of date; update it with tools/validate_dataset.py {out} --write-checksums")
    return 0


def main() -> int:
    """Runs the tool; returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("character", help="the character's id")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder to copy the character from if --out lacks it")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change an attribute; lists take commas")
    parser.add_argument("--add", action="append", default=[], metavar="KEY=VALUE", help="add to hobbies or short_term_goals")
    parser.add_argument("--experience", metavar="TEXT", help="insert an experience into the story and build its memory")
    parser.add_argument("--year", type=int, metavar="Y", help="its year (default: the last in the text, else the reference year)")
    parser.add_argument("--undo", action="store_true", help="undo the last change exactly; repeat for the one before")
    parser.add_argument("--history", action="store_true", help="list the changes that can be undone")
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
