"""Pages of commands: each parser as a usage line and a table, without argparse's own formatting, which differs by version."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn
from unittest import mock

from human_simulacra import cli
from human_simulacra.plugin import run_command
from reference_pages.markdown import code, escape, join_blocks, paragraphs, read_docstring, table

ROOT = Path(__file__).resolve().parents[2]


class _Captured(BaseException):
    """Carries a parser out of the command that has built it."""


def capture_parser(main: Callable[[], object]) -> argparse.ArgumentParser:
    """Returns the parser that a command builds, before it parses anything.

    Raises:
        ValueError: If the command parses no arguments.
    """

    def stop(parser: argparse.ArgumentParser, *_: object, **__: object) -> NoReturn:
        raise _Captured(parser)

    kind = argparse.ArgumentParser
    with mock.patch.object(kind, "parse_args", stop), mock.patch.object(kind, "parse_known_args", stop):
        try:
            main()
        except _Captured as captured:
            return captured.args[0]
    raise ValueError(f"{main.__module__} parses no arguments")


def console_parsers() -> dict[str, argparse.ArgumentParser]:
    """Returns the parsers of `human-simulacra` (under the empty name) and of its sub-commands by name."""
    whole = capture_parser(cli.main)
    found = [action for action in whole._actions if isinstance(action, argparse._SubParsersAction)]
    return {"": whole, **{name: parser for action in found for name, parser in action.choices.items()}}


def tool_parsers() -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yields file name, docstring and parser of each tool in `tools/`, sorted by name."""
    for path in sorted((ROOT / "tools").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"tool_{path.stem}", path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield path.name, read_docstring(module).text, capture_parser(module.main)


def commands_page() -> str:
    """Returns the page of `human-simulacra` and of `run.py`."""
    parsers = console_parsers()
    whole = parsers.pop("")
    about = {choice.dest: choice.help or "" for action in whole._actions for choice in getattr(action, "_choices_actions", ())}
    blocks = [
        "# Commands",
        "Every command and option of `human-simulacra`, and what `run.py` adds to OpenCompass's own command.",
        table(
            ("command", "use"),
            [
                *((f"[`human-simulacra {name}`](#human-simulacra-{name})", escape(about.get(name, ""))) for name in parsers),
                ("[`python run.py`](#run-py)", "run an OpenCompass config"),
            ],
        ),
        "`human-simulacra --version` prints the version, and `human-simulacra COMMAND --help` the options of a command.",
    ]
    for name, parser in parsers.items():
        blocks += [f"## human-simulacra {name}", paragraphs(parser.description or ""), _parser(f"human-simulacra {name}", parser)]
    blocks += [
        '<a id="run-py"></a>\n\n## run.py',
        _parser("python run.py", capture_parser(run_command.main)),
        "`python run.py --help` lists OpenCompass's own options. [Running](../running.md) explains exit statuses and resuming.",
    ]
    return join_blocks(*blocks)


def tools_page() -> str:
    """Returns the page of all tools in `tools/`."""
    blocks = ["# Tools", "Every tool in `tools/` and its options. Run them in the root of the repository."]
    for name, text, parser in tool_parsers():
        blocks += [f"## {name}", paragraphs(text), _parser(f"python tools/{name}", parser)]
    return join_blocks(*blocks)


def _parser(command: str, parser: argparse.ArgumentParser) -> str:
    actions = [action for action in parser._actions if action.help != argparse.SUPPRESS and "--help" not in action.option_strings]
    words = [command, *(_usage(action) for action in actions if action.required or not action.option_strings)]
    optional = [action for action in actions if action.option_strings and not action.required]
    usage = " ".join([*words, *(["[OPTIONS]"] if optional else [])])
    rows = [(code(_name(action)), _meaning(parser, action)) for action in actions]
    return join_blocks(f"```text\n{usage}\n```", table(("argument", "meaning"), rows))


def _usage(action: argparse.Action) -> str:
    name = f"{action.option_strings[0]} {_value(action)}".rstrip() if action.option_strings else _value(action)
    name = f"{name} ..." if action.nargs in ("*", "+") else name
    return name if action.required and action.nargs not in ("?", "*") else f"[{name}]"


def _name(action: argparse.Action) -> str:
    if not action.option_strings:
        return _value(action)
    value = _value(action)
    return " ".join(filter(None, [", ".join(action.option_strings), f"[{value}]" if action.nargs == "?" else value]))


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if isinstance(action.metavar, tuple):
        return " ".join(action.metavar)
    return action.metavar or (action.dest.upper() if not action.choices or not action.option_strings else "NAME")


def _meaning(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    text = (action.help or "") % {**vars(action), "prog": parser.prog}
    notes = []
    if action.choices and not all(str(choice) in text for choice in action.choices):
        notes.append(f"one of {', '.join(map(str, action.choices))}")
    plain = isinstance(action.default, int | float | str) and not isinstance(action.default, bool)
    if action.nargs != 0 and plain and action.default not in ("", argparse.SUPPRESS) and "default" not in f"{action.help}":
        notes.append(f"default: {action.default}")
    if action.required and action.option_strings:
        notes.append("required")
    return escape(f"{text} ({'; '.join(notes)})" if notes else text)
