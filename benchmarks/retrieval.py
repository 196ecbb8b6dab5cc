"""Recall of retrieval against the evidence of the story questions, without any language model.

`python benchmarks/retrieval.py [DATA]`: for each index over memories (MACM) and over chunks of two paragraphs (RAG), the share
of a question's evidence paragraphs that are among the best k passages, averaged over questions, with its 95 % interval over
characters. `possible` is the ceiling, since evidence lies in more than one memory. `capped` is the share of what k passages can
hold: of k paragraphs, if the evidence has more. `before` is retrieval as it was up to version
0.2: no stems, reciprocal-rank fusion, summary and content of a memory alone, and a query without the options. Memory systems
(`mem0`) are included if they are installed. DATA is a data folder; without it, the dataset package. The questions of an imported
release name no evidence: `--evidence benchmarks/data/release_evidence.jsonl` has it for eight characters of the paper's release.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

import bm25s
import numpy as np

from human_simulacra.agents.memory_agent import CANDIDATES, MEMORY_TOKENS, MOST_SEARCHED
from human_simulacra.agents.memory_selection import select_near_best
from human_simulacra.errors import UserError
from human_simulacra.experiments.self_report.evidence_retrieval import evidence_recall, mean_evidence_recall
from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, SentenceEmbedder
from human_simulacra.memory.memory_systems import ADAPTERS, MemorySystemSearch
from human_simulacra.memory.passage_search import MEMORY_INDEX_KINDS, PassageSearcher, SearchQuery
from human_simulacra.memory.retrieval_indexes import INDEX_KINDS
from human_simulacra.results.tables import format_interval
from human_simulacra.statistics import Estimate, cluster_interval
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import QUESTION_TYPES, Question

KS = (1, 2, 4, 8, CANDIDATES)
FUSION_CONSTANT = 60


class Before:
    """Retrieval of memories as it was up to version 0.2."""

    def __init__(self, library: Library, embedder: CachedEmbedder) -> None:
        self._library, self._embedder = library, embedder

    def rank(self, question: Question) -> list[RetrievedPassage]:
        """Ranks a character's memories by the reciprocal ranks of BM25 and of the cosine."""
        texts, bm25 = self._index(question.character)
        words = self._words(question.question)
        lexical = bm25.get_scores(words) if words else np.zeros(len(texts))
        dense = self._embedder.encode(texts) @ self._embedder.encode([question.question])[0]
        ranks = [np.argsort(np.argsort(-scores, kind="stable"), kind="stable") for scores in (lexical, dense)]
        fused = np.sum([1.0 / (FUSION_CONSTANT + 1 + rank) for rank in ranks], axis=0)
        memories = self._library.memories(question.character)
        order = np.argsort(-fused, kind="stable")
        return [RetrievedPassage(memories[i].id, float(fused[i]), "", memories[i].paragraphs) for i in order]

    @cache  # noqa: B019 - it lives as long as the benchmark
    def _index(self, character: str) -> tuple[list[str], bm25s.BM25]:
        texts = [f"{m.summary} {m.content}" for m in self._library.memories(character)]
        bm25 = bm25s.BM25()
        bm25.index([self._words(text) for text in texts], show_progress=False)
        return texts, bm25

    @staticmethod
    def _words(text: str) -> list[str]:
        found = bm25s.tokenize([text], stopwords="en", show_progress=False, return_ids=False)
        return cast("list[list[str]]", found)[0]


def rank_perfectly(library: Library, question: Question) -> list[RetrievedPassage]:
    """Returns the memories that hold the evidence, those that add most of it first: the ceiling of recall at k."""
    left, ranked = set(question.evidence), []
    memories = library.memories(question.character)
    while left and (best := max(memories, key=lambda m: len(left.intersection(m.paragraphs)))) not in ranked:
        ranked.append(best)
        left -= set(best.paragraphs)
    return [RetrievedPassage(m.id, 0.0, "", m.paragraphs) for m in ranked]


def mean_capped_recall(
    evidence: Sequence[Sequence[str]], passages: Sequence[Sequence[Sequence[str]]], characters: Sequence[str], k: int
) -> Estimate:
    """Returns the mean share of the evidence in the first k passages, of k paragraphs if it has more, in percent."""
    shares = [min(1.0, evidence_recall(e, p, k) * max(1.0, len(set(e)) / k)) for e, p in zip(evidence, passages, strict=True)]
    return cluster_interval(shares, [1.0] * len(shares), characters)


def main() -> None:
    """Prints tables of recall in percent."""
    parser = argparse.ArgumentParser(description="Recall of retrieval.")
    parser.add_argument("data", nargs="?", help="a data folder; the dataset package if left out")
    parser.add_argument("--evidence", type=Path, help="JSONL with id and evidence, for questions that name no evidence")
    arguments = parser.parse_args()
    library = Library(arguments.data)
    embedder = SentenceEmbedder()
    searcher, before = PassageSearcher(library, embedder), Before(library, CachedEmbedder(embedder))
    lines = arguments.evidence.read_text().splitlines() if arguments.evidence else []
    keys = {row["id"]: tuple(row["evidence"]) for row in map(json.loads, lines)}
    asked = [q for c in library.ids for t in QUESTION_TYPES for q in library.questions(c, t)]
    questions = [q for q in (replace(q, evidence=keys.get(q.id, q.evidence)) for q in asked) if q.evidence]
    if not questions:
        raise SystemExit(f"no question in {library.path} names its evidence: give it with --evidence FILE")
    kinds = ["all", *(kind for kind in QUESTION_TYPES if any(q.type == kind for q in questions))]

    def show(index: str, what: str, found: Sequence[Sequence[RetrievedPassage]], ks: Sequence[int]) -> None:
        for kind in kinds:
            chosen = [place for place, q in enumerate(questions) if kind in ("all", q.type)]
            evidence, characters = [questions[i].evidence for i in chosen], [questions[i].character for i in chosen]
            passages = [[passage.paragraphs for passage in found[i]] for i in chosen]
            cells = [format_interval(mean_evidence_recall(evidence, passages, characters, k)) for k in ks]
            print(f"{index:18} {what:9} {kind:16} {'   '.join(cells)}")
            if kind == "all":
                cells = [format_interval(mean_capped_recall(evidence, passages, characters, k)) for k in ks]
                print(f"{'':18} {'':9} {'capped':16} {'   '.join(cells)}")

    def query(question: Question, options: bool = True) -> SearchQuery:
        return SearchQuery(question.question, question.options if options else ())

    print(f"{len(questions)} questions; recall at k = {KS} in percent")
    show("possible", "memories", [rank_perfectly(library, q) for q in questions], KS)
    show("before", "memories", [before.rank(q) for q in questions], KS)
    hybrid = [searcher.rank_memories(q.character, "hybrid", query(q)) for q in questions]
    show("hybrid", "memories", hybrid, KS)
    kinds = ["all"]
    show("no options", "memories", [searcher.rank_memories(q.character, "hybrid", query(q, False)) for q in questions], KS)
    for kind in MEMORY_INDEX_KINDS:
        if kind != "hybrid":
            show(kind, "memories", [searcher.rank_memories(q.character, kind, query(q)) for q in questions], KS)
    for kind in INDEX_KINDS:
        show(kind, "chunks", [searcher.rank_story(q.character, kind, 2, query(q)) for q in questions], KS)
    for retriever in ADAPTERS:
        try:
            system = MemorySystemSearch(retriever, library, embedder)
        except UserError as missing:
            print(f"{retriever} is left out: {missing}")
        else:
            show(retriever, "memories", [system.search(q.character, query(q), KS[-1]) for q in questions], KS)
    used = [select_near_best(ranked, MOST_SEARCHED, MEMORY_TOKENS) for ranked in hybrid]
    mean = sum(map(len, used)) / len(used)
    print(f"memories near the best, at most {MOST_SEARCHED} and {MEMORY_TOKENS} tokens: {mean:.1f} on average, recall in percent")
    show("hybrid", "near best", used, (MOST_SEARCHED,))


if __name__ == "__main__":
    main()
