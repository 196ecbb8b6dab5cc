"""The notebook of `examples/` runs from beginning to end with the embedded model, and shows no path of the machine it ran on."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "getting_started.ipynb"


def shown(notebook: nbformat.NotebookNode) -> dict[str, list[dict]]:
    """Returns the outputs of each cell, by its source."""
    return {cell.source: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def kinds(outputs: list[dict]) -> set[str]:
    return {kind for output in outputs for kind in output.get("data", {})}


def test_every_cell_runs_and_shows_what_it_promises(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = shown(notebook)
    assert "image/svg+xml" in kinds(outputs["run.plot()"])
    (run,) = [found for source, found in outputs.items() if source.startswith("run = evaluate(")]
    assert {"text/html", "text/plain"} <= kinds(run)
    assert not [output for output in run if output.get("name") == "stdout"]  # the tables are shown, not printed
    (link,) = [output["data"]["text/html"] for output in outputs["run.report()"]]
    assert (tmp_path / link.split('"')[1]).is_file()
    committed = shown(nbformat.read(NOTEBOOK, as_version=4))
    assert {source: kinds(found) for source, found in committed.items()} == {
        source: kinds(found) for source, found in outputs.items()
    }


def test_the_committed_outputs_name_no_path_of_a_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    here = f"/{Path(__file__).resolve().parts[1]}/"
    assert not [word for word in ("/home/", "/root/", "/tmp/", "/usr/", here, "site-packages", "Traceback") if word in text]
