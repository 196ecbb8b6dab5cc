"""OpenCompass's own command, called in this process: its arguments are checked first, and its output goes to a file."""

from __future__ import annotations

import difflib
import io
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stderr
from pathlib import Path

from human_simulacra.display.output_log import output_to
from human_simulacra.errors import UserError

_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def check_arguments(arguments: Sequence[str], own: str) -> None:
    """Checks arguments against OpenCompass's parser; runs nothing.

    Args:
        arguments: The arguments of its command.
        own: The help of the options that are no longer among them, which may have been meant.

    Raises:
        UserError: If it would refuse them.
    """
    from opencompass.cli.main import parse_args

    printed = io.StringIO()
    try:
        with _called_with(arguments), redirect_stderr(printed):
            parse_args()
    except AssertionError as error:
        raise UserError(str(error)) from None
    except SystemExit:
        usage, _, message = printed.getvalue().strip().rpartition("error: ")
        wrong = _OPTION.search(message) if message.startswith("unrecognized") else None
        near = difflib.get_close_matches(wrong[0], _OPTION.findall(own + usage), n=1) if wrong else []
        hint = f": did you mean {near[0]}?" if near else ""
        raise UserError(f"{message.removeprefix('argument ')}{hint} (see python run.py --help)") from None


def call_opencompass(arguments: Sequence[str], log: Path | None = None) -> int:
    """Calls OpenCompass's command and returns its exit status; what it prints and logs goes to the file `log`, if given."""
    import datasets
    from opencompass.cli.main import main
    from opencompass.utils import get_logger

    datasets.disable_progress_bars()
    try:
        with _called_with(arguments), output_to(log, [get_logger()]) if log else nullcontext():
            main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


@contextmanager
def _called_with(arguments: Sequence[str]) -> Iterator[None]:
    before, sys.argv = sys.argv, ["run.py", *arguments]
    try:
        yield
    finally:
        sys.argv = before
