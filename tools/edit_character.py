"""Changes a character: `python tools/edit_character.py CHARACTER --out DIR --set KEY=VALUE`.

Answer keys follow. Texts that depend on the change are rewritten where you accept a proposal, and listed otherwise. `--undo`
restores the state before the last change exactly.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path

from human_simulacra.construction.command_line import add_shared_options, open_writer, run_tool
from human_simulacra.construction.dry_run import DryRun
from human_simulacra.construction.editing import EditHistory, EditRequest, EditResult, apply_edit, parse_request
from human_simulacra.construction.review.review_queue import review_file as review_path
from human_simulacra.construction.review.terminal_review import diff_sentences, review_at_terminal
from human_simulacra.construction.workspace import character_folder, copy_character, open_folder, work_folder
from human_simulacra.errors import UserError
from human_simulacra.persona import persona
from human_simulacra.validation.checksums import FILE as CHECKSUMS

SHOWN, SHOWN_TEXTS = 120, 20  # characters of a text in a line, and texts in the output; the review queue has all


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
    if arguments.dry_run and asked is not None:
        return _dry_run(arguments, out, asked)
    ask = arguments.review == "ask" if arguments.review else sys.stdin.isatty()
    review = review_at_terminal if ask else None
    edited = asyncio.run(
        apply_edit(lambda: open_writer(arguments), out, character, asked, arguments.seed, review, arguments.resume)
    )
    _show(edited)
    print(f"changed: {character_folder(out, character)}")
    if edited.listed:
        print(f"{len(edited.listed)} texts for you to review in {review_path(out, character)}")
    print(f"next: python tools/edit_character.py {character} --out {out} --undo to undo it")
    return _checksums(out)


def _dry_run(arguments: argparse.Namespace, out: Path, request: EditRequest) -> int:
    """Applies the change to a temporary copy with a dry-run writer."""
    character, writer = arguments.character, open_writer(arguments)
    with tempfile.TemporaryDirectory() as folder:
        copy = open_folder(Path(folder) / "copy")
        for shared in out.glob("*.jsonl"):
            shutil.copyfile(shared, copy / shared.name)
        for part in (character_folder, work_folder):
            if part(out, character).is_dir():
                shutil.copytree(part(out, character), part(copy, character), ignore=shutil.ignore_patterns("checkpoints"))
        edited = asyncio.run(apply_edit(lambda: writer, copy, character, request, arguments.seed))
        _show(replace(edited, listed=()))  # no model has read anything
    if isinstance(writer, DryRun):
        print(writer.report())
    return 0


def _show(edited: EditResult) -> None:
    for line in diff_sentences(persona(edited.before), persona(edited.after)):
        if line[:1] in "+-" and line.strip("+- "):
            print(f"persona {line}")
    for paragraph in edited.new_paragraphs:
        print(f"story + {paragraph.id}, paragraph {paragraph.index} ({paragraph.first_year}): {paragraph.text}")
    for question in edited.updated_questions:
        right = [question.options[int(i)] for i in question.answer] if question.options else question.answer
        print(f"key of {question.id}: {'; '.join(map(str, right))}")
    for text in edited.rewritten:
        print(f"rewritten {text.name}")
    for text in edited.listed[:SHOWN_TEXTS]:
        shown = textwrap.shorten(text.new or text.before, SHOWN, placeholder=" ...")
        print(f"look at {text.name}: {'; '.join(text.why)}: {'proposed: ' if text.new else ''}{shown}")
    if len(edited.listed) > SHOWN_TEXTS:
        print(f"look at {len(edited.listed) - SHOWN_TEXTS} texts more")


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
    parser.add_argument(
        "--review", choices=("ask", "none"),
        help="ask: you decide on each rewritten text; none: the proposals go to the review queue (default: ask at a terminal)",
    )  # fmt: skip
    parser.add_argument("--undo", action="store_true", help="undo the last change exactly; repeat for the one before")
    parser.add_argument("--history", action="store_true", help="list the changes that can be undone")
    add_shared_options(parser)
    return run_tool(work, parser)


if __name__ == "__main__":
    sys.exit(main())
