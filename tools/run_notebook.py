"""Runs a notebook and saves it with its output: `python tools/run_notebook.py examples/getting_started.ipynb`.

The notebook runs in a folder of its own, which is removed. Progress lines and warnings are left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Runs the notebook; returns 0, or 2 if a cell fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("notebook", type=Path, help="the notebook, which is written again")
    arguments = parser.parse_args()
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(arguments.notebook, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        try:
            NotebookClient(notebook, timeout=1800, resources={"metadata": {"path": folder}}).execute()
        except CellExecutionError as error:
            print(f"error: {arguments.notebook}: {error}", file=sys.stderr)
            return 2
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    nbformat.write(notebook, arguments.notebook)
    return 0


if __name__ == "__main__":
    sys.exit(main())
