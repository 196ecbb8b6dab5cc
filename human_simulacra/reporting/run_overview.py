"""What was run, in words, and the table of methods and experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from human_simulacra.charts.forest_plot import describe_estimate
from human_simulacra.charts.model_series import Measure, Series
from human_simulacra.files import digest
from human_simulacra.results.loaded_run import Run


@dataclass(frozen=True)
class Cell:
    """One figure of the table: its number, interval and rows in words; `best` of its column; `bar` its place in percent.

    `caveat` says why it must not be relied on; such a figure is no column's best.
    """

    value: str
    interval: str
    rows: int
    best: bool
    bar: tuple[float, float, float] | None
    caveat: str


@dataclass(frozen=True)
class Matrix:
    """Methods and experiments: a column a measure (experiment, measure, which way is good), a row a series.

    A row says too whether its model answered questions with options by likelihood. Where there is no figure, a phrase says
    whether the experiment was run. `starred` tells whether the best of a column is marked: never over runs of other rows.
    """

    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[Series, bool, tuple[Cell | str, ...]], ...]
    starred: bool


def matrix(measures: Sequence[Measure], series: Sequence[Series]) -> Matrix:
    """Returns the table of figures over all characters and rows."""
    shown = [measure for measure in measures if measure.overall()]
    columns = [(m.title, m.label, {"higher": "higher is better", "lower": "lower is better"}.get(m.better, "")) for m in shown]
    runs = {id(s.run): s.run for s in series}  # a run is hashed and walked through once, however many models it has
    alike = len({_rows_of(run) for run in runs.values()}) == 1
    found = [_column(measure, alike) for measure in shown]
    by_likelihood = {
        s.index for s in series for summary in s.run.summaries if s.model in summary["data"].get("by_likelihood", ())
    }
    ran = {(key, row["experiment"], row["model"]) for key, run in runs.items() for row in run.rows}
    rows = []
    for s in series:
        if any(s.index in column for column in found):
            without = ("no figure" if (id(s.run), measure.experiment, s.model) in ran else "not run" for measure in shown)
            cells = tuple(column.get(s.index, phrase) for column, phrase in zip(found, without, strict=True))
            rows.append((s, s.index in by_likelihood, cells))
    return Matrix(tuple(columns), tuple(rows), alike)


def _rows_of(run: Run) -> str:
    """Returns what tells which rows a run has, and of which data."""
    return digest([sorted({(row["experiment"], row["id"]) for row in run.rows}), run.manifest.get("data")])


def _column(measure: Measure, starred: bool) -> dict[int, Cell]:
    overall = measure.overall()
    sound = {index: h["estimate"]["value"] for index, h in overall.items() if not h.get("caveat")}
    values = {index: value for index, value in sound.items() if value is not None}
    best = None
    if starred and measure.better and len(values) > 1:
        best = (max if measure.better == "higher" else min)(values.values())
    result = {}
    for index, headline in overall.items():
        e = headline["estimate"]
        value, _, interval = describe_estimate(e, measure.unit).replace(" %", "").partition(" ")
        bar = None
        if measure.unit == "%" and e["low"] is not None and e["value"] is not None:
            bar = tuple(min(max(end, 0.0), 100.0) for end in (e["low"], e["high"], e["value"]))
        caveat = headline.get("caveat", "")
        result[index] = Cell(value, interval, e["rows"], index in values and values[index] == best, bar, caveat)
    return result


def facts(run: Run) -> list[tuple[str, str]]:
    """Returns what was run as names and values; what the run does not tell is left out."""
    m = run.manifest
    usage = [agents.get("all", {}) for agents in (m.get("usage") or {}).values()]
    tokens = [sum(u.get(key, 0) for u in usage) for key in ("prompt_tokens", "cached_tokens", "completion_tokens")]
    about = "about " if any(u.get("estimated") for u in usage) else ""
    calls, repeats = sum(u.get("calls", 0) for u in usage), sum(u.get("from_cache", 0) for u in usage)
    money = [value for value in (m.get("money") or {}).values() if value is not None]
    seeds = m.get("seeds") or {}
    missing, sessions = sum(bool(row.get("missing")) for row in run.rows), m.get("sessions") or 0
    found = [
        ("Began", _moment(m.get("started"))),
        ("Ended", _moment(m.get("ended"))),
        ("Wall time", _duration(m.get("wall_seconds")) + (f" in {sessions} sessions" if sessions > 1 else "")),
        ("Rows", f"{len(run.rows):,}, " + (f"of them {missing:,} without an answer" if missing else "all answered")),
        ("Sample", ", ".join(m.get("samples") or [])),
        ("Model calls", f"{calls:,}" + (f", of them {repeats:,} from the call cache" if repeats else "")),
        ("Tokens", f"{about}{tokens[0]:,} read ({tokens[1]:,} from a prefix cache), {about}{tokens[2]:,} written"),
        ("Money", _money(sum(money), len(money), len(usage))),
        ("Seeds", "; ".join(f"{name} {', '.join(map(str, values))}" for name, values in seeds.items() if values)),
        ("Data", "; ".join(_data(entry) for entry in m.get("data") or [])),
        ("Config hash", str(m.get("config_hash") or "")[:16]),
        ("Not finished", ", ".join("/".join(pair) for pair in m.get("unfinished") or [])),
    ]
    return [(name, value) for name, value in found if value]


def model_rows(run: Run) -> list[tuple[str, ...]]:
    """Returns a table row for each model: name, method, parameters, backbone, answering, sampling, calls, tokens, money."""
    rows = []
    for model in run.manifest["models"]:
        usage = ((run.manifest.get("usage") or {}).get(model["abbr"]) or {}).get("all") or {}
        about = "~" if usage.get("estimated") else ""
        tokens = f"{about}{usage.get('prompt_tokens', 0):,} + {usage.get('completion_tokens', 0):,}"
        money = (run.manifest.get("money") or {}).get(model["abbr"])
        sampling = f"{model.get('temperature', '-')}, {model.get('seed', '-')}"
        rows.append((
            model["abbr"], model.get("method") or "-", _arguments(model.get("method_kwargs")), _backbone(model),
            _answering(run, model["abbr"]), sampling,
            f"{usage.get('calls', 0):,}", tokens, "-" if money is None else f"{money:.4f}",
        ))  # fmt: skip
    return rows


MODEL_HEAD = (
    "model", "method", "parameters", "backbone", "answering", "temperature, seed", "calls", "tokens read + written", "money",
)  # fmt: skip


def dataset_rows(run: Run) -> list[tuple[str, str, str]]:
    """Returns a table row for each dataset: name, class, arguments."""
    datasets = run.manifest.get("datasets") or []
    return [(d["abbr"], str(d.get("type", "")).rsplit(".", 1)[-1], _arguments(d.get("arguments"))) for d in datasets]


def versions(run: Run) -> str:
    """Returns the packages' versions in one line."""
    packages = run.manifest.get("packages") or {}
    python = run.manifest.get("python")
    return ", ".join([*([f"Python {python}"] if python else []), *(f"{name} {version}" for name, version in packages.items())])


def _answering(run: Run, model: str) -> str:
    """Says how a model answered, from the answers themselves: a backbone's default appears in no config."""
    found = {(row.get("trace") or {}).get("answering") or "generate" for row in run.rows if row["model"] == model}
    return ", ".join(sorted(found)) or "-"


def _backbone(model: Mapping[str, Any]) -> str:
    def named(llm: Mapping[str, Any]) -> str:
        kind = str(llm.get("type", "")).rsplit(".", 1)[-1]
        return " ".join(str(part) for part in (llm.get("path") or llm.get("abbr"), f"({kind})") if part)

    top, agents = model.get("llm") or {}, model.get("agent_llm")
    return named(top) + (f"; agents: {named(agents)}" if agents and agents != top else "")


def _arguments(values: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{key}={value}" for key, value in (values or {}).items()) or "-"


def _moment(stamp: str | None) -> str:
    return (stamp or "").replace("T", " ")[:19]


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _money(total: float, priced: int, models: int) -> str:
    if not priced:
        return "no price given in the config"
    return f"{total:.4f} at the config's prices" + (f" ({priced} of {models} models priced)" if priced < models else "")


def _data(entry: Mapping[str, Any]) -> str:
    version = f"version {entry['version']}, " if entry.get("version") else ""
    return f"{version}{entry.get('characters')} characters, fingerprint {str(entry.get('fingerprint'))[:16]}"
