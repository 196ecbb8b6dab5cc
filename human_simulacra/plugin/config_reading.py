"""Reads a config file. A mistake in it is told with its line and the name that was probably meant."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from traceback import walk_tb

import mmengine
from mmengine.config import Config

from human_simulacra.errors import UserError, unknown
from human_simulacra.schema import Text, check_value

_MISSING = re.compile(r"(\S+)\.py not found!")  # mmengine, of a module that `read_base` imports
_LIBRARY = str(Path(mmengine.__file__).parent)


def load_config(path: str) -> Config:
    """Reads a config file.

    Raises:
        UserError: If the file is missing or raises an error.
    """
    if not Path(path).is_file():
        raise UserError(f"config {path} does not exist: give the path of a Python file such as configs/eval_human_simulacra.py")
    try:
        return Config.fromfile(path, format_python_code=False)
    except UserError:
        raise
    except Exception as error:  # a config file is Python code and may raise anything
        raise UserError(f"config {path} cannot be read: {_describe(error, path)}") from error


def read_work_dir(config: Config, file: str) -> str | None:
    """Returns the folder of runs that a config names; raises a UserError if it is no text."""
    check_value(Text | None, config.get("work_dir"), file, "work_dir")
    return config.get("work_dir")


def _describe(error: Exception, path: str) -> str:
    """Returns where an error of a config file is, and what is wrong there."""
    if missing := _MISSING.match(str(error)):
        module = Path(missing[1])
        return str(unknown(f"config in {module.parent}", module.name, [file.stem for file in module.parent.glob("*.py")]))
    said = f"{type(error).__name__}: {error}"
    steps = [(frame, line) for frame, line in walk_tb(error.__traceback__) if not frame.f_code.co_filename.startswith(_LIBRARY)]
    if len(steps) < 2:  # the first is here
        return said
    frame, line = steps[-1]
    if isinstance(error, NameError) and (near := difflib.get_close_matches(str(error.name), frame.f_globals, n=1)):
        said += f": did you mean '{near[0]}'?"
    file = frame.f_code.co_filename
    return f"{'' if Path(file).resolve() == Path(path).resolve() else f'{file}, '}line {line}: {said}"
