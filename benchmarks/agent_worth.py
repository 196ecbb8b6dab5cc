"""What the parts of MACM are worth: saved answers of a capable model, scored and ranked again.

`python benchmarks/agent_worth.py` prints, without any model, (1) the self report of 48 story questions by method, with the
tokens of each agent and the evidence retrieved, (2) what the tokens buy by kind of question, and (3) how readers who know the
life ranked the answers to open situations, blind, for two wordings of the inner agents' prompts. In `benchmarks/data/`,
`agent_worth.jsonl.gz` holds the answers with the tokens of each call (packaged embedding model's tokenizer), and
`agent_worth_ranks.jsonl` the readers' ranks and counts of false facts. A large language model wrote the answers, each call from
the prompt of this package alone, and other contexts of the same model were the readers; nobody is a person. See docs/macm.md.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scipy.stats import rankdata

from human_simulacra.experiments.registry import find_experiment
from human_simulacra.experiments.self_report.above_blind import question_gains
from human_simulacra.experiments.self_report.evidence_retrieval import mean_evidence_recall
from human_simulacra.experiments.self_report.rows import self_report_rows
from human_simulacra.experiments.token_gain import gain_table
from human_simulacra.library import Library
from human_simulacra.results.tables import format_interval
from human_simulacra.statistics import cluster_interval, mean_interval
from human_simulacra.statistics.rank_model import fit_ranks
from human_simulacra.types import QUESTION_TYPES

DATA = Path(__file__).parent / "data"
CRITERIA = ("decision", "voice", "natural")


def read_answers() -> list[dict[str, Any]]:
    """Returns the saved answers: experiment, model, method, id, prediction, memories (their paragraphs), calls."""
    with gzip.open(DATA / "agent_worth.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def scored_rows(answers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Returns the self report's answers as scored rows with traces."""
    experiment, library = find_experiment("self_report"), Library()
    asked = {row["id"]: row for kind in QUESTION_TYPES for row in self_report_rows(library, question_type=kind)}
    rows = []
    for answer in answers:
        row = {key: value for key, value in asked[answer["id"]].items() if key != "stimulus"}
        calls = [
            {"agent": agent, "completion": {
                "from_cache": False, "prompt_tokens": read, "cached_tokens": 0, "completion_tokens": written, "seconds": 0.0,
                "estimated": False,
            }}
            for agent, read, written in answer["calls"]
        ]  # fmt: skip
        trace = {"method": answer["method"], "memories": [{"paragraphs": p} for p in answer["memories"]], "calls": calls}
        scores = experiment.score(row, answer["prediction"])
        rows.append({**row, "missing": False, **scores, "model": answer["model"], "trace": trace})
    return rows


def print_self_report(rows: Sequence[Mapping[str, Any]]) -> None:
    """Prints score, tokens and evidence of every model, and what the tokens buy."""
    print(
        "| model | score % [95 %] | tokens read, by agent | read, written | memories | evidence % [95 %] |\n" + "|---" * 6 + "|"
    )
    for model in dict.fromkeys(row["model"] for row in rows):
        own = [row for row in rows if row["model"] == model]
        people = [row["character"] for row in own]
        score = cluster_interval([row["points"] for row in own], [row["full"] for row in own], people)
        read: dict[str, float] = defaultdict(float)
        for row in own:
            for call in row["trace"]["calls"]:
                read[call["agent"]] += call["completion"]["prompt_tokens"] / len(own)
                read["written"] += call["completion"]["completion_tokens"] / len(own)
        written = read.pop("written")
        found = [[memory["paragraphs"] for memory in row["trace"]["memories"]] for row in own]
        recall = mean_evidence_recall([row["evidence"] for row in own], found, people, max(1, *map(len, found)))
        agents = ", ".join(f"{agent} {tokens:,.0f}" for agent, tokens in read.items())
        retrieved = f"{sum(map(len, found)) / len(own):.1f} | {format_interval(recall)}" if any(found) else "- | -"
        print(f"| {model} | {format_interval(score)} | {agents} | {sum(read.values()):,.0f}, {written:.0f} | {retrieved} |")
    table = gain_table(question_gains(rows))
    print(f"\n{table.title}\n| {' | '.join(table.head)} |\n" + "|---" * len(table.head) + "|")
    for line in table.rows:
        print(f"| {' | '.join(map(str, line))} |")


def print_ranks(rows: Sequence[Mapping[str, Any]]) -> None:
    """Prints the expected ranks (1 the best) with intervals over characters, and what readers took for the person's own."""
    people = [row["character"] for row in rows]
    models = list(dict.fromkeys(model for row in rows for model in sorted(row["decision"])))
    fits = {
        c: fit_ranks([dict(zip(row[c], rankdata(list(row[c].values())), strict=True)) for row in rows], people) for c in CRITERIA
    }
    own = Counter(row["own"] for row in rows)
    print(
        f"\n{len(rows)} rankings of {len(models)} answers\n| model | {' | '.join(CRITERIA)} | own | false facts |\n"
        + "|---" * 6
        + "|"
    )
    for model in models:
        ranks = " | ".join(format_interval(fits[c].expected_rank(model), places=2) for c in CRITERIA)
        by_person = {p: [row["false"][model] for row in rows if row["character"] == p] for p in dict.fromkeys(people)}
        false = mean_interval([sum(counts) / len(counts) for counts in by_person.values()], (0.0, float("inf")))
        print(f"| {model} | {ranks} | {own[model]} of {len(rows)} | {false.value:.2f} |")


def main() -> None:
    """Prints all tables."""
    answers = read_answers()
    print_self_report(scored_rows([answer for answer in answers if answer["experiment"] == "self_report"]))
    ranks = [json.loads(line) for line in (DATA / "agent_worth_ranks.jsonl").read_text(encoding="utf-8").splitlines()]
    for wording in ("present", "earlier"):
        print(f"\nwith the {wording} wording of the inner agents' prompts")
        print_ranks([row for row in ranks if row["wording"] == wording])


if __name__ == "__main__":
    main()
