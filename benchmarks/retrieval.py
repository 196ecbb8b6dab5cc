"""Recall of retrieval against the evidence of the story questions, without any language model.

`python benchmarks/retrieval.py [DATA]`: for each index over memories (MACM) and over chunks (RAG), the share of a question's
evidence paragraphs that are among the best k passages, averaged over questions, with its 95 % interval over characters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from human_simulacra.experiments.self_report.evidence_retrieval import mean_evidence_recall
from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.memory.passage_search import PassageSearcher
from human_simulacra.results.tables import format_interval
from human_simulacra.traces import RetrievedPassage
from human_simulacra.types import QUESTION_TYPES, Question

KS = (1, 2, 4, 8)


def main() -> None:
    """Prints a table of recall at k in percent."""
    library = Library(sys.argv[1] if len(sys.argv) > 1 else None)
    searcher = PassageSearcher(library, SentenceEmbedder())
    questions = [q for c in library.ids for t in QUESTION_TYPES for q in library.questions(c, t) if q.evidence]

    def show(index: str, what: str, search: Callable[[Question], list[RetrievedPassage]]) -> None:
        passages = [[passage.paragraphs for passage in search(question)] for question in questions]
        found = [mean_evidence_recall([q.evidence for q in questions], passages, [q.character for q in questions], k) for k in KS]
        print(f"{index:8} {what:8} {'   '.join(map(format_interval, found))}")

    print(f"{len(questions)} questions; recall at k = {KS} in percent")
    for index in ("lexical", "dense", "hybrid"):
        show(index, "memories", lambda q, i=index: searcher.search_memories(q.character, i, q.question, KS[-1]))
        show(index, "chunks", lambda q, i=index: searcher.search_story(q.character, i, 2, q.question, KS[-1]))


if __name__ == "__main__":
    main()
