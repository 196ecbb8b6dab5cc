"""The console script `human-simulacra`, with one subcommand for each task."""

from __future__ import annotations

import argparse
import atexit
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from human_simulacra.command_checks import check_backbone, check_data_folder, check_output_file, check_run_folders
from human_simulacra.errors import UserError
from human_simulacra.eval_arguments import add_eval, add_list
from human_simulacra.redacted_output import redacted_output
from human_simulacra.run_viewer.view_command import add_view

if TYPE_CHECKING:
    from human_simulacra.chat.chat_settings import ChatSettings
    from human_simulacra.library import Library

MODEL = "openai/NAME, azure/DEPLOYMENT, hf/NAME, vllm/NAME, gguf/PATH, embedded or CONFIG.py[:NAME]"


@redacted_output
def main(argv: list[str] | None = None) -> int:
    """Runs a subcommand.

    Args:
        argv: Command-line arguments; `sys.argv` if None.

    Returns:
        Exit status: 0 for success, 1 if a replay differs, 2 for a user error or a failed backbone, 130 if interrupted, 141 if
        the reader of the output exited.
    """
    try:
        arguments = _parser().parse_args(argv)
        run: Callable[[argparse.Namespace], int] = arguments.run
        return run(arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def console() -> None:
    """Runs the console script and exits at once, even if the thread of a stopped answer still waits for its server."""
    status = main()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


class _Parser(argparse.ArgumentParser):
    """Tells a wrong command line in one sentence, as all errors are told."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message.removeprefix('argument ')} (see {self.prog} --help)")


def _parser() -> argparse.ArgumentParser:
    about = "Evaluate human simulacra, talk to them, judge their answers, and report, replay and compare runs."
    parser = _Parser(prog="human-simulacra", description=about)
    parser.add_argument("--version", action="version", version=f"human-simulacra {version('human-simulacra')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_eval(commands)
    add_list(commands)
    add_view(commands)

    chat = commands.add_parser("chat", help="talk to a character in the terminal", description="Talk to a character.")
    chat.add_argument("character", nargs="?", metavar="CHARACTER", help="id or name, such as maren-oddleif")
    chat.add_argument("--model", "--backbone", metavar="MODEL", dest="backbone", help=f"{MODEL} (default: embedded)")
    _shared(chat)
    as_of = "meet the character at a year, month (1999-05) or paragraph id of its life (default: today)"
    chat.add_argument("--as-of", metavar="TIME", help=as_of)
    chat.add_argument("--load", metavar="NAME|FILE", help="continue a stored conversation or a transcript written by /save")
    chat.add_argument("--continue", dest="resume", action="store_true", help="continue the newest stored conversation")
    chat.set_defaults(run=_chat)

    web = commands.add_parser("web", help="talk to characters in the browser", description="Serve the chat page.")
    several = f"{MODEL}; repeat to offer several (default: embedded)"
    web.add_argument("--model", "--backbone", metavar="MODEL", dest="backbone", action="append", help=several)
    _shared(web)
    web.add_argument("--host", default="127.0.0.1", help="address to listen at; other than loopback requires --password")
    web.add_argument("--port", type=int, default=7860, help="port to listen at (default: 7860; 0 for a free one)")
    web.add_argument("--password", help="password for visitors, whose user name is 'friend'; @FILE reads it from a file")
    web.set_defaults(run=_web)

    report = commands.add_parser(
        "report", help="write an HTML report of runs", description="Write one HTML report of one or more runs."
    )
    report.add_argument("runs", nargs="+", metavar="RUN_DIR", help="folder of a finished run; several are compared")
    report.add_argument(
        "--out", metavar="FILE.html", help="file to write (default: RUN_DIR/summary/report.html, or report.html for several runs)"
    )
    report.set_defaults(run=_report)

    replay = commands.add_parser(
        "replay",
        help="find changed files of a run and recompute its metrics",
        description="Find changed files of a saved run, recompute all its metrics and compare them.",
    )
    replay.add_argument("folder", metavar="RUN_DIR", help="folder of a finished run, from any machine")
    replay.set_defaults(run=_replay)

    judge = commands.add_parser(
        "judge",
        help="judge the answers of an observer report or of open details in the browser",
        description="Serve a page, on this machine only, where people judge a run's answers without seeing model or method.",
    )
    judge.add_argument("run_dir", metavar="RUN_DIR", help="folder of a run, such as outputs/observer/20250101_120000")
    judge.add_argument("--judge", metavar="NAME", help="name of the judge (default: the page asks)")
    judge.add_argument("--port", type=int, default=7861, help="port to listen at (default: 7861; 0 for a free one)")
    judge.add_argument("--db", metavar="FILE", help="file that stores the grades (default: judgements.sqlite in RUN_DIR)")
    judge.add_argument("--data", metavar="FOLDER", help="data folder with the characters (default: the dataset package)")
    judge.add_argument("--export", metavar="FILE.csv", help="write the grades as CSV instead of serving")
    agreement = "print the agreement of people and model judges instead of serving"
    judge.add_argument("--agreement", action="store_true", help=agreement)
    judge.set_defaults(run=_judge)
    return parser


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--base-url", metavar="URL", help="address of an OpenAI-compatible server (default: OPENAI_BASE_URL)")
    parser.add_argument("--method", metavar="NAME", help="macm, rag, prompt or none (default: macm)")
    parser.add_argument("--data", metavar="FOLDER", help="data folder with the characters (default: the dataset package)")
    parser.add_argument("--scene", metavar="TEXT", help="where the conversation takes place (default: a coffee shop)")
    parser.add_argument("--no-history", action="store_true", help="do not store conversations on disk")


def _chat(arguments: argparse.Namespace) -> int:
    check_backbone(arguments.backbone)
    check_data_folder(arguments.data)
    from human_simulacra.chat.chat_command import chat

    return chat(arguments, partial(_load_settings, base_url=arguments.base_url))


def _web(arguments: argparse.Namespace) -> int:
    check_data_folder(arguments.data)
    for config in arguments.backbone or ():
        check_backbone(config)
    from human_simulacra.chat.chat_settings import check_character_and_method
    from human_simulacra.chat.web_server import make_app, read_password, serve
    from human_simulacra.library import Library
    from human_simulacra.local_address import check_address

    library = Library(arguments.data)
    method = arguments.method or "macm"
    for character in library.ids:
        check_character_and_method(library, character, method)
    password = read_password(arguments.password)
    local_only = check_address(arguments.host, arguments.port, open_to_others=password is not None)
    loaded = [_load_settings(library, config, arguments.base_url) for config in arguments.backbone or [None]]
    by_name = {settings.backbone_name: settings for settings in loaded}
    app = make_app(library, by_name, method, arguments.scene, password, local_only, not arguments.no_history)
    return serve(app, arguments.host, arguments.port)


def _report(arguments: argparse.Namespace) -> int:
    check_run_folders(arguments.runs)
    if arguments.out:
        check_output_file(Path(arguments.out), "--out", "report.html")
    from human_simulacra.reporting import export_report

    folders = [Path(folder) for folder in arguments.runs]
    target = folders[0] / "summary" / "report.html" if len(folders) == 1 else Path("report.html")
    print(export_report(folders, Path(arguments.out) if arguments.out else target))
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    check_run_folders([arguments.folder])
    from human_simulacra.reporting import replay

    results = replay(Path(arguments.folder))
    for result in results:
        print(f"{result.part}: {result.finding}")
    return int(not all(result.agrees for result in results))


def _judge(arguments: argparse.Namespace) -> int:
    check_run_folders([arguments.run_dir])
    check_data_folder(arguments.data)
    for option, name in (("db", "judgements.sqlite"), ("export", "grades.csv")):
        if given := getattr(arguments, option):
            check_output_file(Path(given), f"--{option}", name)
    from human_simulacra.judging.judge_command import judge

    return judge(arguments)


def _load_settings(library: Library, backbone: str | None, base_url: str | None) -> ChatSettings:
    from human_simulacra.simulacrum import make_chat_settings

    print(f"loading {backbone or 'the embedded model'} ...", file=sys.stderr, flush=True)
    return make_chat_settings(library, backbone, base_url=base_url)


if __name__ == "__main__":
    sys.exit(main())
