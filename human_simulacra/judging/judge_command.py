"""What `human-simulacra judge` does with its arguments."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from human_simulacra.files import write_atomically
from human_simulacra.judging.grade_store import Ledger, check_name
from human_simulacra.judging.http_server import HOST, make_server, serve
from human_simulacra.judging.human_agreement import agreement_tables
from human_simulacra.judging.judged_items import items_of, observer_rows
from human_simulacra.library import Library
from human_simulacra.local_address import check_address
from human_simulacra.results.tables import table_to_text


def judge(arguments: argparse.Namespace) -> int:
    """Serves the page, writes the grades as CSV, or prints agreement, as the arguments ask.

    Args:
        arguments: run_dir, judge, port, db, data, export and agreement, as the console script's parser makes them.

    Returns:
        The exit status.

    Raises:
        UserError: If the folder is no run with an observer report, or something else that was given does not fit.
    """
    folder = Path(arguments.run_dir)
    rows = observer_rows(folder)
    items = items_of(rows)
    ledger = Ledger(Path(arguments.db) if arguments.db else folder / "judgements.sqlite")
    if arguments.export:
        write_atomically(Path(arguments.export), ledger.as_csv(items))
    if arguments.agreement:
        people = ledger.by_judge(items)
        print("Judged by", ", ".join(f"{name} ({len(grades)} items)" for name, grades in people.items()) or "nobody yet")
        for table in agreement_tables(people, rows):
            if table.rows:
                print("\n" + table_to_text(table), end="")
    if arguments.export or arguments.agreement:
        if outdated := ledger.outdated(items):
            print(f"stored grades of items whose text is no longer in the run, left out: {outdated}", file=sys.stderr)
        return 0
    library = Library(arguments.data)
    for character in {item.character for item in items}:
        library.story(character)
    name = check_name(arguments.judge) if arguments.judge else None
    check_address(HOST, arguments.port)
    return serve(make_server(items, ledger, library, arguments.port, name))
