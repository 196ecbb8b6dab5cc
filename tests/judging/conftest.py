"""A finished run whose answers people judge, and the page in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_character
from tests.judging.page_steps import serve
from tests.observer_run import respond, with_scenarios, write_config
from tests.run_config import latest, run
from tests.served_page import ServedPage
from tests.servers import serving


@pytest.fixture(scope="package")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder and the data folder of a finished run with two judge models."""
    folder = tmp_path_factory.mktemp("judged")
    for name, year in (("Ada Berg", 1980), ("Bo Crane", 1985)):
        write_character(folder / "data", name, year)
    # In a subprocess, since playwright's event loop occupies this process.
    with serving(respond) as server:
        config = write_config(folder, with_scenarios(folder / "data"), server.address, dataset="sample='quick',")
        env = {"OPENAI_API_KEY": "key-for-tests", "HUMAN_SIMULACRA_CACHE": str(folder / "cache")}
        assert run(config, folder / "out", env=env).returncode == 0
    return latest(folder / "out"), folder / "data"


@pytest.fixture
def served(finished: tuple[Path, Path], tmp_path: Path) -> Iterator[ServedPage]:
    page = serve(*finished, tmp_path / "grades.sqlite")
    yield page
    assert page.close() == 0


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()
