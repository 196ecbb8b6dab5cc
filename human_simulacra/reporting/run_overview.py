"""The report's overview: the table of methods and experiments, and the properties of each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from human_simulacra.charts.forest_plot import describe_estimate
from human_simulacra.charts.model_series import Measure, Series
from human_simulacra.files import digest
from human_simulacra.results.answering_agreement import answering_suffix
from human_simulacra.results.loaded_run import Run


@dataclass(frozen=True)
class ScoreCell:
    """One formatted figure of the table. `bar` is its interval's ends and its value in percent of the column's range.

    `caveat` says why the figure is unreliable; such a figure is never the `best` of its column.
    """

    value: str
    interval: str
    rows: int
    best: bool
    bar: tuple[float, float, float] | None
    caveat: str


@dataclass(frozen=True)
class ScoreTable:
    """The table of methods and experiments, with one column per measure and one row per series.

    A column is (experiment, measure, direction). A row is (series, its way of answering in parentheses or nothing, cells); a
    string in place of a cell says why there is none. `marks_best` is false if the runs differ in rows or data.
    """

    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[tuple[Series, str, tuple[ScoreCell | str, ...]], ...]
    marks_best: bool


def score_table(measures: Sequence[Measure], series: Sequence[Series]) -> ScoreTable:
    """Returns the table of figures over all characters and rows."""
    shown = [measure for measure in measures if measure.overall()]
    columns = [(m.title, m.label, {"higher": "higher is better", "lower": "lower is better"}.get(m.better, "")) for m in shown]
    runs = {id(s.run): s.run for s in series}  # hash and traverse each run once, however many models it has
    same_rows = len({_row_set_hash(run) for run in runs.values()}) == 1
    found = [_column(measure, same_rows) for measure in shown]
    suffixes = {
        s.index: suffix for s in series for summary in s.run.summaries if (suffix := answering_suffix(summary["data"], s.model))
    }
    ran = {(key, row["experiment"], row["model"]) for key, run in runs.items() for row in run.rows}
    rows = []
    for s in series:
        if any(s.index in column for column in found):
            without = ("no figure" if (id(s.run), measure.experiment, s.model) in ran else "not run" for measure in shown)
            cells = tuple(column.get(s.index, phrase) for column, phrase in zip(found, without, strict=True))
            rows.append((s, suffixes.get(s.index, ""), cells))
    return ScoreTable(tuple(columns), tuple(rows), same_rows)


def _row_set_hash(run: Run) -> str:
    """Returns a hash of the ids of a run's rows and of its data."""
    return digest([sorted({(row["experiment"], row["id"]) for row in run.rows}), run.description.get("data")])


def _column(measure: Measure, marks_best: bool) -> dict[int, ScoreCell]:
    overall = measure.overall()
    reliable = {index: h["estimate"]["value"] for index, h in overall.items() if not h.get("caveat")}
    values = {index: value for index, value in reliable.items() if value is not None}
    best = None
    if marks_best and measure.better and len(values) > 1:
        best = (max if measure.better == "higher" else min)(values.values())
    # From 0 to 100, or from the lowest end of an interval where a figure can be below 0, as for a difference.
    lows = [h["estimate"]["low"] for h in overall.values() if h["estimate"]["low"] is not None]
    start = min(0.0, *lows) if lows else 0.0
    result = {}
    for index, headline in overall.items():
        e = headline["estimate"]
        value, _, interval = describe_estimate(e, measure.unit).replace(" %", "").partition(" ")
        bar = None
        if measure.unit == "%" and e["low"] is not None and e["value"] is not None:
            bar = tuple(100 * (min(end, 100.0) - start) / (100 - start) for end in (e["low"], e["high"], e["value"]))
        caveat = headline.get("caveat", "")
        result[index] = ScoreCell(value, interval, e["rows"], index in values and values[index] == best, bar, caveat)
    return result


def run_properties(run: Run) -> list[tuple[str, str]]:
    """Returns a run's properties as (name, value); unknown ones are omitted."""
    d = run.description
    usage = [agents.get("all", {}) for agents in (d.get("usage") or {}).values()]
    tokens = [sum(u.get(key, 0) for u in usage) for key in ("prompt_tokens", "cached_tokens", "completion_tokens")]
    about = "about " if any(u.get("estimated") for u in usage) else ""
    calls, repeats = sum(u.get("calls", 0) for u in usage), sum(u.get("from_cache", 0) for u in usage)
    money = [value for value in (d.get("money") or {}).values() if value is not None]
    seeds = d.get("seeds") or {}
    missing, sessions = sum(bool(row.get("missing")) for row in run.rows), d.get("sessions") or 0
    found = [
        ("Started", _moment(d.get("started"))),
        ("Ended", _moment(d.get("ended"))),
        ("Wall time", _duration(d.get("wall_seconds")) + (f" in {sessions} sessions" if sessions > 1 else "")),
        ("Rows", f"{len(run.rows):,}, " + (f"{missing:,} of them without an answer" if missing else "all answered")),
        ("Sample", ", ".join(d.get("samples") or [])),
        ("Model calls", f"{calls:,}" + (f", {repeats:,} of them from the call cache" if repeats else "")),
        ("Tokens", f"{about}{tokens[0]:,} prompt ({tokens[1]:,} from a prefix cache), {about}{tokens[2]:,} completion"),
        ("Cost", _cost(sum(money), len(money), len(usage))),
        ("Seeds", "; ".join(f"{name} {', '.join(map(str, values))}" for name, values in seeds.items() if values)),
        ("Data", "; ".join(map(_data, d.get("data") or []))),
        ("Config hash", str(d.get("config_hash") or "")[:16]),
        ("Unfinished", ", ".join("/".join(pair) for pair in d.get("unfinished") or [])),
    ]
    return [(name, value) for name, value in found if value]


def model_rows(run: Run) -> list[tuple[str, ...]]:
    """Returns one table row per model; `MODEL_HEAD` names the columns."""
    rows = []
    for model in run.description["models"]:
        usage = ((run.description.get("usage") or {}).get(model["abbr"]) or {}).get("all") or {}
        about = "~" if usage.get("estimated") else ""
        tokens = f"{about}{usage.get('prompt_tokens', 0):,} + {usage.get('completion_tokens', 0):,}"
        money = (run.description.get("money") or {}).get(model["abbr"])
        sampling = f"{model.get('temperature', '-')}, {model.get('seed', '-')}"
        rows.append((
            model["abbr"], model.get("method") or "-", _arguments(model.get("method_kwargs")), _backbone(model),
            _answering(run, model["abbr"]), sampling,
            f"{usage.get('calls', 0):,}", tokens, "-" if money is None else f"{money:.4f}",
        ))  # fmt: skip
    return rows


MODEL_HEAD = (
    "model", "method", "parameters", "backbone", "answering", "temperature, seed", "calls", "prompt + completion tokens", "cost",
)  # fmt: skip


def dataset_rows(run: Run) -> list[tuple[str, str, str]]:
    """Returns one table row per dataset: name, class, arguments."""
    datasets = run.description.get("datasets") or []
    return [(d["abbr"], str(d.get("type", "")).rsplit(".", 1)[-1], _arguments(d.get("arguments"))) for d in datasets]


def package_versions(run: Run) -> str:
    """Returns the versions of Python and the packages in one line."""
    packages = run.description.get("packages") or {}
    python = run.description.get("python")
    return ", ".join([*([f"Python {python}"] if python else []), *(f"{name} {version}" for name, version in packages.items())])


def _answering(run: Run, model: str) -> str:
    """Returns how a model answered, from its answers, since a backbone's default is in no config."""
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
    text = (stamp or "").replace("T", " ")
    return f"{text[:19]} {text[19:].replace('+00:00', 'UTC')}".strip()


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _cost(total: float, priced: int, models: int) -> str:
    if not priced:
        return "the config has no price"
    return f"{total:.4f} at the config's prices" + (f" ({priced} of {models} models priced)" if priced < models else "")


def _data(entry: Mapping[str, Any]) -> str:
    version = f"version {entry['version']}, " if entry.get("version") else ""
    return f"{version}{entry.get('characters')} characters, fingerprint {str(entry.get('fingerprint'))[:16]}"
