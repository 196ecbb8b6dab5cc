"""What the list shows of one run, read from its folder without the traces of its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.reporting.verdict import describe_verdict
from human_simulacra.results import run_folder
from human_simulacra.results.loaded_run import DESCRIPTION, read_description, scored_pairs
from human_simulacra.results.primary_comparisons import NAME as PRIMARY
from human_simulacra.results.run_listing import is_running, read_record
from human_simulacra.results.run_location import resume_command
from human_simulacra.results.summary import ALL
from human_simulacra.results.unfinished import describe_unfinished

# What reading a file raises that a run left half-written, that was edited, or that another version wrote.
UNREADABLE = (UserError, OSError, KeyError, TypeError, ValueError, IndexError, AttributeError)
COMPLETE, INCOMPLETE, RUNNING, NOT_FINISHED, DAMAGED = "complete", "incomplete", "running", "not finished", "not readable"


@dataclass(frozen=True)
class ScoreLine:
    """The headline measure of one experiment: its name with unit, and (method or model, figure, caveat)."""

    measure: str
    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class RunCard:
    """One run of the list.

    Args:
        name: Its path below the folder that is shown, with slashes.
        folder: Its folder.
        started: When it started; None if unknown.
        state: `complete`, `incomplete` (some datasets of its models lack rows), `running`, `not finished` or `not readable`.
        reason: Why it is not complete; empty if it is.
        models: The method of each model by abbr, empty for a model without one.
        experiments: Titles.
        size: Sample, rows and rows without an answer, as a phrase.
        verdict: What the run shows, as a sentence.
        scores: The headline measure of each experiment.
        cost: Money, or calls and tokens.
        terms: What a search is over: one text in lower case.
    """

    name: str
    folder: Path
    started: datetime | None = None
    state: str = COMPLETE
    reason: str = ""
    models: Mapping[str, str] | None = None
    experiments: tuple[str, ...] = ()
    size: str = ""
    verdict: str = ""
    scores: tuple[ScoreLine, ...] = ()
    cost: str = ""
    terms: str = ""

    @property
    def is_comparable(self) -> bool:
        """Whether the run has the scored rows and summaries that a comparison needs."""
        return self.state in (COMPLETE, INCOMPLETE)


def read_card(name: str, folder: Path) -> RunCard:
    """Returns the card of a run. A run that is not finished or not readable has a card with the reason."""
    record = read_record(folder)
    started = _moment(record.get("started")) or _moment_of_name(folder.name)
    if not (folder / DESCRIPTION).is_file():
        return _unfinished_card(name, folder, started, record)
    try:
        return _finished_card(name, folder, started)
    except UserError as error:
        reason = str(error)
    except UNREADABLE as error:
        reason = (
            f"a file of {folder}/summary or {folder}/results has another form than this version reads ({error!r}): write it "
            f"again, {resume_command(folder, 'viz')}, or view the run with the version that made it"
        )
    return RunCard(name, folder, started, DAMAGED, reason, terms=f"{name} {DAMAGED} {reason}".lower())


def _finished_card(name: str, folder: Path, started: datetime | None) -> RunCard:
    description = read_description(folder)
    summaries = list(_read_summaries(folder))
    models = {str(model["abbr"]): str(model.get("method") or "") for model in description["models"]}
    rows = [row for pair in scored_pairs(folder, description) for row in read_rows(folder, *pair)]
    missing = sum(bool(row.get("missing")) for row in rows)
    sample = ", ".join(map(str, description.get("samples") or ()))
    counts = f"{len(rows):,} rows" + (f", {missing:,} of them without an answer" if missing else "")
    unfinished = description.get("unfinished") or ()
    order = list(EXPERIMENTS)
    experiments = [summary for summary in summaries if summary["experiment"] != PRIMARY]
    experiments.sort(key=lambda summary: order.index(summary["experiment"]) if summary["experiment"] in order else len(order))
    primary = next((summary for summary in summaries if summary["experiment"] == PRIMARY), None)
    titles = tuple(str(summary["title"]) for summary in experiments)
    found = [
        name, models, titles, sample, description["models"], description.get("datasets"), description.get("config_hash"),
        description.get("data"), description.get("packages"), [path.name for path in sorted(folder.glob("configs/*.py"))],
        *dict.fromkeys(f"{row['character']} {row['experiment']}" for row in rows),
    ]  # fmt: skip
    return RunCard(
        name=name,
        folder=folder,
        started=_moment(description.get("started")) or started,
        state=RUNNING if is_running(folder) else INCOMPLETE if unfinished else COMPLETE,
        reason=describe_unfinished(unfinished) if unfinished else "",
        models=models,
        experiments=titles,
        size=f"sample {sample}, {counts}" if sample else counts,
        verdict=describe_verdict(primary),
        scores=tuple(_score_lines(experiments, models)),
        cost=_describe_cost(description),
        terms=" ".join(map(str, found)).lower(),
    )


def _unfinished_card(name: str, folder: Path, started: datetime | None, record: Mapping[str, Any]) -> RunCard:
    """Returns the card of a run without tables, of which the record and the names of its files tell something."""
    answers = sum(path.read_bytes().count(b"\n") for path in folder.glob("predictions/*/rows/*.jsonl"))
    config = record.get("config")
    known = [key[len("model '") : -1] for key in config if str(key).startswith("model '")] if isinstance(config, dict) else []
    models = dict.fromkeys(known or sorted(path.name for path in folder.glob("predictions/*") if path.is_dir()), "")
    state = RUNNING if is_running(folder) else NOT_FINISHED
    of_eval = folder.parent.name == "eval"
    command = f"human-simulacra eval ... --resume {folder}" if of_eval else resume_command(folder)
    resume = f"the run was stopped before its tables were written: resume it, {command}"
    reason = "the run has no tables yet" if state == RUNNING else resume
    terms = " ".join([name, state, *models, *(map(str, config) if isinstance(config, dict) else ())]).lower()
    return RunCard(name, folder, started, state, reason, models, size=f"{answers:,} answers so far", terms=terms)


def read_rows(folder: Path, model: str, dataset: str) -> list[dict[str, Any]]:
    """Returns the scored rows of one model and dataset without their traces."""
    return run_folder.flatten_details(run_folder.read_results(folder, model, dataset))


def _read_summaries(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((folder / "summary").glob("*.json")):
        content = run_folder.read_json(path)
        if isinstance(content, dict) and "headlines" in content:
            yield content


def _score_lines(summaries: Sequence[Mapping[str, Any]], models: Mapping[str, str]) -> Iterator[ScoreLine]:
    for summary in summaries:
        overall = [h for h in summary["headlines"] if h["character"] == h["of"] == ALL]
        known = EXPERIMENTS.get(summary["experiment"])
        measures = list(dict.fromkeys(h["measure"] for h in overall))
        measure = known.headline if known and known.headline in measures else next(iter(measures), None)
        own = [h for h in overall if h["measure"] == measure]
        if own:
            unit = f" ({own[0]['unit']})" if own[0]["unit"] else ""
            figures = tuple((label_model(h["model"], models), format_value(h), h.get("caveat") or "") for h in own)
            yield ScoreLine(f"{summary['title']}: {measure}{unit}", figures)


def format_value(headline: Mapping[str, Any]) -> str:
    """Returns the value of a headline without its unit; a dash if it has none."""
    value = headline["estimate"]["value"]
    return "–" if value is None else f"{value:.{1 if headline['unit'] == '%' else 2}f}"


def label_model(abbr: str, models: Mapping[str, str]) -> str:
    """Returns the method of a model if no other model of the run has it, and its abbr otherwise."""
    method = models.get(abbr, "")
    return method if method and list(models.values()).count(method) == 1 else abbr


def _describe_cost(description: Mapping[str, Any]) -> str:
    money = [value for value in (description.get("money") or {}).values() if value is not None]
    if money:
        return f"{sum(money):.4f} at the config's prices"
    usage = [agents.get("all", {}) for agents in (description.get("usage") or {}).values()]
    calls = sum(used.get("calls", 0) for used in usage)
    tokens = sum(used.get("prompt_tokens", 0) + used.get("completion_tokens", 0) for used in usage)
    return f"{calls:,} calls, {tokens / 1e6:.2f} M tokens" if calls else ""


def _moment(stamp: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _moment_of_name(name: str) -> datetime | None:
    """Returns the time in a folder's name, which is in the zone of the machine that made it."""
    try:
        return datetime.strptime(name, "%Y%m%d_%H%M%S").astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
