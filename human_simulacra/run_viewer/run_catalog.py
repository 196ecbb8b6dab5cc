"""The runs of a folder: found, read once for as long as their files do not change, and searched."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.reporting.answer_browser import answer_outcome
from human_simulacra.reporting.manifest import MANIFEST, REPORT
from human_simulacra.reporting.report_page import content_policy, render_report
from human_simulacra.results import run_folder
from human_simulacra.results.loaded_run import Run, load_run
from human_simulacra.results.run_listing import is_running, list_run_folders
from human_simulacra.run_viewer.run_card import UNREADABLE, RunCard, read_card, read_rows

_EARLIEST = datetime.min.replace(tzinfo=timezone.utc)
_LARGEST = 4  # loaded runs and comparisons that stay in memory


class RecentValues:
    """Keeps the last used values, each for as long as its stamp stays the same. Threads take turns."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, key: Hashable, stamp: Any, make: Callable[[], Any]) -> Any:
        """Returns the value of a key, made anew if there is none with this stamp."""
        with self._lock:
            if key not in self._values or self._values[key][0] != stamp:
                self._values[key] = stamp, make()
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
            return self._values[key][1]


class RunCatalog:
    """The runs at or below a folder, by name: the path below the folder, with slashes.

    Only names of runs that were found are looked up, so no name leads out of the folder.

    Args:
        root: The folder; it may itself be a run.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._cards = RecentValues(10_000)
        self._large = RecentValues(_LARGEST)
        self._reports = RecentValues(2)  # apart, since one can take long to make

    def folders(self) -> dict[str, Path]:
        """Returns the folders of all runs by name."""
        found = list_run_folders(self.root)
        return {path.relative_to(self.root).as_posix() if path != self.root else path.resolve().name: path for path in found}

    def cards(self) -> list[RunCard]:
        """Returns the cards of all runs, newest first."""
        cards = [self._card(name, folder) for name, folder in self.folders().items()]
        return sorted(cards, key=lambda card: (card.started or _EARLIEST, card.name), reverse=True)

    def card(self, name: str) -> RunCard:
        """Returns the card of a run; raises a UserError if there is none of this name."""
        return self._card(name, self._folder(name))

    def load(self, name: str) -> Run:
        """Returns a run with all its rows and traces.

        Raises:
            UserError: If there is no such run, or it cannot be read; the message says why.
        """
        folder = self._folder(name)
        return self._large.get(("run", name), file_stamp(folder), lambda: _load(folder, name))

    def recall(self, key: Hashable, names: tuple[str, str], make: Callable[[], Any]) -> Any:
        """Returns what was made of two runs, made anew if one of them has changed."""
        return self._large.get(key, [file_stamp(self._folder(name)) for name in names], make)

    def report(self, name: str) -> str:
        """Returns the report of a run as HTML.

        It is the run's own, or one made in memory if that is missing, older than the run's other files, or of another version.

        Raises:
            UserError: If there is no such run, or it cannot be read.
        """
        folder = self._folder(name)
        stamp = file_stamp(folder)
        path = folder / REPORT
        # The manifest is written last, since it has the report's hash.
        latest = max((time for file, time, _ in stamp if not file.endswith(MANIFEST)), default=0)
        if path.is_file() and path.stat().st_mtime_ns >= latest:
            saved = path.read_text(encoding="utf-8", errors="replace")
            if content_policy() in saved:
                return saved
        return self._reports.get(name, stamp, lambda: _render(folder))

    def find_answers(self, card: RunCard, words: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
        """Yields (scored row with `model` and `dataset`, outcome) of a run's answers that have all these words.

        Words can be in the question, the reply, or what the row is of; at least one must be in the question or the reply.
        """
        for model, dataset in run_folder.list_results(card.folder):
            try:
                for row in read_rows(card.folder, model, dataset):
                    said = f"{row.get('question') or ''} {row.get('prediction') or ''}".lower()
                    about = f"{model} {dataset} {row['id']} {row['experiment']} {row['type']}".lower()
                    if any(word in said for word in words) and all(word in said or word in about for word in words):
                        yield {**row, "model": model, "dataset": dataset}, answer_outcome(row)
            except UNREADABLE:
                continue  # the run's card says what cannot be read

    def _folder(self, name: str) -> Path:
        folder = self.folders().get(name)
        if folder is None:
            raise UserError(f"there is no run '{name}' in {self.root}: go back to the list and reload it")
        return folder

    def _card(self, name: str, folder: Path) -> RunCard:
        stamp = [file_stamp(folder), is_running(folder), *file_times(folder, "run_record.json", "predictions/*/rows/*.jsonl")]
        return self._cards.get(name, stamp, lambda: read_card(name, folder))


def file_stamp(folder: Path) -> list[tuple[str, int, int]]:
    """Returns path, time of the last change in nanoseconds, and size of the files on which a run's figures rest."""
    return file_times(folder, "summary/*.json", "results/*/*.json", "predictions/*/*.json")


def file_times(folder: Path, *patterns: str) -> list[tuple[str, int, int]]:
    """Returns path, time of the last change in nanoseconds, and size of the files that match; one that vanishes is left out."""
    found = []
    for path in (path for pattern in patterns for path in folder.glob(pattern)):
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return sorted(found)


def _load(folder: Path, name: str) -> Run:
    try:
        return load_run(folder, name)
    except UserError:
        raise
    except UNREADABLE as error:
        raise UserError(f"{folder} has not the form that this version reads ({error!r}): a file was edited or cut") from error


def _render(folder: Path) -> str:
    try:
        return render_report([load_run(folder, texts=False)])
    except UserError:
        raise
    except UNREADABLE as error:
        raise UserError(f"no report of {folder} can be made ({error!r}): a file was edited or cut") from error
