"""What a command line names is checked first: files, folders and numbers, before anything heavy is imported or written."""

from __future__ import annotations

import argparse
import math
import os
import re
from collections.abc import Iterable
from pathlib import Path

from human_simulacra.errors import UserError

EMBEDDED = "embedded"
LIMIT_MEANING = "about so many rows of each dataset, of all characters in turn; rows that are compared stay together"
GENERATED_CONFIG = "# Written by `human-simulacra eval`."  # how a config that the command wrote begins
PROVIDERS = ("openai", "azure", "hf", "vllm", "gguf")  # what stands before the slash of a model's name


def check_python_file(given: str, what: str, example: str) -> None:
    """Checks that a config file exists and is Python; does not run it.

    Raises:
        UserError: If not.
    """
    path = Path(given)
    if path.is_dir():
        raise UserError(f"{what} {given} is a folder: name a file in it, such as {example}")
    if not path.is_file():
        raise UserError(f"{what} {given} does not exist: give the path of a Python file such as {example}")
    try:
        compile(path.read_bytes(), given, "exec")
    except SyntaxError as error:
        raise UserError(f"{what} {given}, line {error.lineno or 1}: {error.msg}, mend the Python") from None
    except (ValueError, OSError) as error:
        raise UserError(f"{what} {given} cannot be read ({error}): give a Python file such as {example}") from None


def is_model_name(given: str) -> bool:
    """Returns whether a text names a model by its provider, such as `openai/gpt-4o-mini`, and not by a config file."""
    return given.partition("/")[0] in PROVIDERS and "/" in given and not given.partition(":")[0].endswith(".py")


def check_backbone(given: str | None, option: str = "--model") -> None:
    """Checks an option that names a model: `PROVIDER/NAME`, a Python file, `FILE.py:NAME`, or `embedded`.

    Raises:
        UserError: If the file does not exist or is no Python.
    """
    if given is None or given == EMBEDDED or is_model_name(given):
        return
    path, _, _ = given.partition(":") if not Path(given).exists() else (given, "", "")
    check_python_file(path, option, "configs/models/openai_compatible.py, or give `embedded`")


def check_output_folder(path: Path, option: str) -> None:
    """Checks that a folder exists or can be made, and can be written; makes nothing.

    Raises:
        UserError: If not.
    """
    existing = next((parent for parent in (path.absolute(), *path.absolute().parents) if os.path.lexists(parent)), Path("/"))
    if not existing.is_dir():
        raise UserError(f"{option} {path} cannot be a folder, since {existing} is a file: choose another folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise UserError(f"{option} {path} cannot be written, since {existing} is not yours: choose another folder")


def check_output_file(path: Path, option: str, example: str) -> None:
    """Checks that a file can be written; writes nothing. Raises a UserError if not."""
    if path.is_dir():
        raise UserError(f"{option} {path} is a folder: choose a file in it, such as {path / example}")
    check_output_folder(path.parent, option)


def check_config_target(path: Path, option: str) -> None:
    """Checks that a config can be written to a file, and that only one that was written so too is replaced.

    Raises:
        UserError: If not.
    """
    if path.suffix != ".py":
        raise UserError(f"{option} {path} must end in .py, since a config is Python")
    check_output_file(path, option, "config.py")
    if path.is_file() and not path.read_bytes().startswith(GENERATED_CONFIG.encode()):
        raise UserError(f"{option} {path} exists and was not written by `human-simulacra eval`: choose another file")


def check_run_folders(folders: Iterable[str]) -> None:
    """Checks that folders of runs exist; raises a UserError if not."""
    for folder in folders:
        if not Path(folder).is_dir():
            raise UserError(f"{folder} is no folder: give the folder of a run, such as outputs/observer/20260101_120000")


def check_data_folder(path: str | os.PathLike[str] | None, option: str = "--data") -> None:
    """Checks that a folder has characters; None is the dataset package. Raises a UserError if not."""
    if path is not None and not (Path(path) / "characters").is_dir():
        raise UserError(f"{option} {path} is not a data folder: it must contain a folder 'characters'")


def check_api_address(given: str, option: str) -> None:
    """Checks that the address of a model server says how it is reached; raises a UserError if not."""
    if not re.match(r"https?://[^/\s]", given):
        raise UserError(f"{option} {given} must begin with http:// or https://, such as http://localhost:8000/v1")


def whole_number(given: str) -> int:
    """Reads a whole number of at least 1 as the `type` of an argparse option.

    Raises:
        argparse.ArgumentTypeError: If it is none.
    """
    if not (given.isascii() and given.isdecimal() and int(given) > 0):
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not '{given}'")
    return int(given)


def amount(given: str) -> float:
    """Reads an amount of money of at least 0 as the `type` of an argparse option; errors as of `whole_number`."""
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number of at least 0, not '{given}'")
    return value
