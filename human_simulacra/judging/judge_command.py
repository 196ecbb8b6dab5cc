"""The command `human-simulacra judge`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from human_simulacra.files import write_output
from human_simulacra.judging.grade_export import MARK, grades_to_csv
from human_simulacra.judging.grade_store import GradeStore, check_name
from human_simulacra.judging.http_server import make_server
from human_simulacra.judging.human_agreement import agreement_tables
from human_simulacra.judging.judged_items import collect_items, load_judged_rows
from human_simulacra.library import Library
from human_simulacra.results.tables import table_to_text
from human_simulacra.web_pages.page_server import serve


def judge(arguments: argparse.Namespace) -> int:
    """Exports the grades as CSV, prints the agreement, or else serves the judging page.

    Args:
        arguments: The parsed arguments run_dir, judge, port, db, data, export and agreement.

    Returns:
        The exit status.

    Raises:
        UserError: If the folder has nothing to judge, another argument is invalid, or the export cannot be written.
    """
    folder = Path(arguments.run_dir)
    rows = load_judged_rows(folder)
    items = collect_items(rows)
    store = GradeStore(Path(arguments.db) if arguments.db else folder / "judgements.sqlite")
    if arguments.export:
        write_output(Path(arguments.export), grades_to_csv(store, items), "file of grades", MARK, "--export")
    if arguments.agreement:
        people = store.grades_by_judge(items)
        print("Graded by", ", ".join(f"{name} ({len(grades)} items)" for name, grades in people.items()) or "nobody yet")
        for table in agreement_tables(people, rows):
            if table.rows:
                print("\n" + table_to_text(table), end="")
    if arguments.export or arguments.agreement:
        if outdated := store.count_outdated(items):
            print(f"skipped {outdated} stored grades of items whose text is no longer in the run", file=sys.stderr)
        return 0
    library = Library(arguments.data)
    for character in {item.character for item in items}:
        library.story(character)
    name = check_name(arguments.judge) if arguments.judge else None
    return serve(make_server(items, store, library, arguments.port, name), "grade")
