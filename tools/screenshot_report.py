"""Takes the picture of a report that the README shows: `python tools/screenshot_report.py RUN_DIR docs/report.png`.

It needs the extra [test] and Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from human_simulacra.errors import UserError

WIDTH, HEIGHT = 1100, 1300  # pixels


def main(argv: list[str] | None = None) -> int:
    """Runs the tool.

    Args:
        argv: Arguments; the process's own if None.

    Returns:
        0, or 2 if something that was given is wrong or the browser is missing.
    """
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0] if __doc__ else None)
    parser.add_argument("run", type=Path, metavar="RUN_DIR", help="folder of a finished run")
    parser.add_argument("picture", type=Path, metavar="FILE.png", help="where to write the picture")
    arguments = parser.parse_args(argv)
    try:
        screenshot(arguments.run / "summary" / "report.html", arguments.picture)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{arguments.picture}: {arguments.picture.stat().st_size / 1000:.0f} kB")
    return 0


def screenshot(page: Path, picture: Path) -> None:
    """Writes the top of a report as a PNG of `WIDTH` x `HEIGHT` pixels.

    Raises:
        UserError: If the page, playwright or Chromium is missing.
    """
    if not page.is_file():
        raise UserError(f"{page} does not exist: give the folder of a run, such as outputs/human_simulacra/20260101_120000")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise UserError("playwright is not installed: pip install -c constraints.txt -e '.[test]'") from None
    if (chromium := shutil.which("chromium")) is None:
        raise UserError("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        view = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        view.goto(page.resolve().as_uri())
        view.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
