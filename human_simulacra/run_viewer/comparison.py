"""The comparison of two runs: made once for a choice of models, then filtered and shown page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from human_simulacra.reporting.answer_browser import answer_outcome
from human_simulacra.results.loaded_run import Run
from human_simulacra.run_viewer import answer_pairs
from human_simulacra.run_viewer.answer_pairs import AnswerPair, ModelPair, ask_text, prompt_tokens
from human_simulacra.run_viewer.run_catalog import RunCatalog
from human_simulacra.run_viewer.score_differences import ScoreDifference, score_differences
from human_simulacra.run_viewer.setting_differences import Difference, find_setting_differences

FILTERS = ("kind", "experiment", "character", "models")


@dataclass(frozen=True)
class Comparison:
    """Two runs, the models that are compared, every question with what changed, and what differs in scores and settings.

    `counts` has the number of questions of each kind of change.
    """

    runs: tuple[Run, Run]
    methods: tuple[Mapping[str, str], Mapping[str, str]]
    models: list[ModelPair]
    pairs: list[AnswerPair]
    counts: dict[str, int]
    scores: list[ScoreDifference]
    settings: list[Difference]


@dataclass(frozen=True)
class Side:
    """The answer of one run: who answered, its reply, outcome, prompt tokens and memories, and where its report shows it.

    `evidence` is how many paragraphs of the question's evidence were retrieved, of how many. A memory is (id, score, (paragraph,
    whether it is evidence) of each, text, whether the other run did not retrieve it).
    """

    model: str
    outcome: str
    reply: str | None
    error: str
    tokens: int
    evidence: tuple[int, int]
    memories: tuple[tuple[str, float, tuple[tuple[str, bool], ...], str, bool], ...]
    link: str


@dataclass(frozen=True)
class Asked:
    """A question as one run or both asked it. An option is (text, whether it is right, the runs that chose it)."""

    runs: str
    question: str
    options: tuple[tuple[str, bool, str], ...]
    accepted: str


@dataclass(frozen=True)
class ShownPair:
    """One question as the page shows it; `asked` has two entries where the runs asked it in other words or another order."""

    kind: str
    about: tuple[str, ...]
    asked: tuple[Asked, ...]
    sides: tuple[Side | None, Side | None]


def compare_runs(catalog: RunCatalog, names: tuple[str, str], chosen: Mapping[str, str]) -> Comparison:
    """Returns the comparison of two runs, from memory if neither has changed since it was made.

    Args:
        catalog: The runs.
        names: The names of A and B.
        chosen: The model of B by model of A, where it is not to be found by its name or method; an empty text for none.

    Raises:
        UserError: If a run is missing or cannot be read.
    """

    def make() -> Comparison:
        first, second = (catalog.load(name) for name in names)
        methods = answer_pairs.methods_of(first), answer_pairs.methods_of(second)
        models = answer_pairs.choose_model_pairs(*methods, chosen)
        if names[0] == names[1]:  # two methods of one run: neither run lacks what is not paired
            models = [pair for pair in models if None not in pair]
        pairs = answer_pairs.pair_answers(first, second, models)
        scores = list(score_differences(first, second, models, pairs))
        settings = find_setting_differences(first.description, second.description, models)
        return Comparison((first, second), methods, models, pairs, answer_pairs.count_kinds(pairs), scores, settings)

    return catalog.recall((names, tuple(sorted(chosen.items()))), names, make)


def name_models(models: ModelPair) -> str:
    """Returns the name of a pair of models: one name if both have the same."""
    present = dict.fromkeys(model for model in models if model)
    return " → ".join(present)


def filter_values(pairs: Sequence[AnswerPair]) -> dict[str, list[str]]:
    """Returns what each filter of `FILTERS` but the kind can be set to."""
    found = {name: dict.fromkeys(_value(pair, name) for pair in pairs) for name in FILTERS[1:]}
    return {name: sorted(values) if name == "character" else list(values) for name, values in found.items()}


def filter_pairs(pairs: Sequence[AnswerPair], wanted: Mapping[str, str]) -> list[AnswerPair]:
    """Returns the pairs that have the wanted value of each filter of `FILTERS` and contain every word of `q`."""
    chosen = [(name, wanted[name]) for name in FILTERS if wanted.get(name)]
    words = wanted.get("q", "").lower().split()
    return [
        pair
        for pair in pairs
        if all(_value(pair, name) == value for name, value in chosen) and all(word in pair.text for word in words)
    ]


def _value(pair: AnswerPair, name: str) -> str:
    if name == "kind":
        return pair.kind
    return name_models(pair.models) if name == "models" else str(pair.row[name])


def show_pair(pair: AnswerPair, runs: tuple[Run, Run]) -> ShownPair:
    """Returns one question as the page shows it."""
    row, rows = pair.row, (pair.first, pair.second)
    others = [{memory["id"] for memory in _memories(each)} for each in reversed(rows)]
    sides = [
        _side(each, run, elsewhere) if each is not None else None for each, run, elsewhere in zip(rows, runs, others, strict=True)
    ]
    again = f", asking {row['run']}" if row.get("run", 1) != 1 else ""
    about = (row["character"], row["experiment"], row["type"], f"{row['id']}{again}")
    return ShownPair(pair.kind, tuple(map(str, about)), tuple(_asked(pair)), (sides[0], sides[1]))


def _asked(pair: AnswerPair) -> Iterator[Asked]:
    """Yields the question once, or as each run asked it if question, options or key differ."""
    present = {name: row for name, row in (("A", pair.first), ("B", pair.second)) if row is not None}
    forms = [(ask_text(row), row.get("options"), row.get("answer")) for row in present.values()]
    same = all(form == forms[0] for form in forms)
    for group in [present] if same else [{name: row} for name, row in present.items()]:
        row = next(iter(group.values()))
        options = row["options"] if isinstance(row.get("options"), list) else []
        right = row["answer"] if isinstance(row.get("answer"), list) else [row.get("answer")]
        marked = tuple(
            (str(option), place in right, " and ".join(name for name, each in group.items() if place in _chosen(each)))
            for place, option in enumerate(options)
        )
        accepted = "" if options else " / ".join(str(value) for value in right if value not in (None, ""))
        yield Asked("" if same else " and ".join(group), ask_text(row), marked, accepted)


def answer_link(run: str, row: Mapping[str, Any]) -> str:
    """Returns the path of an answer in the report of its run; a second asking of a question has `@2` after its id."""
    again = f"@{row['run']}" if row.get("run", 1) != 1 else ""
    place = f"{row['model']}/{row['dataset']}/{row['id']}{again}"
    return f"{report_path(run)}#answer={quote(place, safe='')}"


def report_path(run: str) -> str:
    """Returns the path of the report of a run."""
    return f"/run/{quote(run)}/report"


def _memories(row: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return ((row or {}).get("trace") or {}).get("memories") or []


def _chosen(row: Mapping[str, Any] | None) -> list[Any]:
    found = (row or {}).get("chosen")
    return found if isinstance(found, list) else [] if found is None else [found]


def _side(row: Mapping[str, Any], run: Run, elsewhere: set[str]) -> Side:
    evidence = set(row.get("evidence") or ())
    memories = tuple(
        (
            str(memory["id"]), float(memory["score"]), tuple((str(p), p in evidence) for p in memory["paragraphs"]),
            str(memory["text"]), memory["id"] not in elsewhere,
        )
        for memory in _memories(row)
    )  # fmt: skip
    reply = row.get("prediction")
    return Side(
        model=str(row["model"]),
        outcome=answer_outcome(row),
        reply=None if reply is None else str(reply),
        error=str(row.get("error") or ""),
        tokens=prompt_tokens(row),
        evidence=(len(evidence.intersection(p for memory in _memories(row) for p in memory["paragraphs"])), len(evidence)),
        memories=memories,
        link=answer_link(run.name, row),
    )
