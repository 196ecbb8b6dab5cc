"""The page of the files of a run, from the list that `results.run_folder` keeps."""

from __future__ import annotations

from human_simulacra.results.run_folder import FILES
from reference_pages.markdown import code, escape, join_blocks, table


def run_files_page() -> str:
    """Returns the page of a run's files."""
    return join_blocks(
        "# Files of a run",
        "Every file that a run leaves in its folder `WORK_DIR/TIME/`. MODEL is the `abbr` of a model, DATASET that of a dataset.",
        table(("file", "content"), ((code(name), escape(meaning)) for name, meaning in FILES.items())),
        "[Running](../running.md#what-a-run-leaves) explains the figures. [The manifest](../report.md#the-manifest) shows "
        "which files were changed.",
    )
