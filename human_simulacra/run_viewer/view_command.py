"""The command `human-simulacra view`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError


def add_view(commands: Any) -> None:
    """Adds the command to the subparsers of the console script."""
    parser = commands.add_parser(
        "view",
        help="list, search and compare runs in the browser",
        description="Serve pages, on this machine only, that list and search the runs of a folder and compare two of them.",
    )
    parser.add_argument(
        "folder", nargs="?", default="outputs", metavar="FOLDER", help="folder of runs, or of one (default: outputs)"
    )
    parser.add_argument("--port", type=int, default=7862, help="port to listen at (default: 7862; 0 for a free one)")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.set_defaults(run=_view)


def _view(arguments: argparse.Namespace) -> int:
    """Serves the pages of a folder of runs. The folder of one finished run leads straight to its report."""
    folder = Path(arguments.folder)
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder: give a folder of runs, or make a run, human-simulacra eval --model embedded")
    from human_simulacra.results.loaded_run import DESCRIPTION
    from human_simulacra.run_viewer.html_pages import report_path
    from human_simulacra.run_viewer.http_server import make_server
    from human_simulacra.run_viewer.run_catalog import RunCatalog
    from human_simulacra.web_pages.page_server import serve

    catalog = RunCatalog(folder)
    found = catalog.folders()
    if not found:
        raise UserError(f"{folder} has no run in it: give a folder of runs, or make a run, human-simulacra eval --model embedded")
    alone = folder in found.values() and (folder / DESCRIPTION).is_file()
    path = report_path(next(iter(found))).removeprefix("/") if alone else ""
    return serve(make_server(catalog, arguments.port), path=path, browser=not arguments.no_browser)
