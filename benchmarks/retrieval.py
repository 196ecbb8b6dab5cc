"""Recall of retrieval against the evidence of the story questions, without any language model.

`python benchmarks/retrieval.py [DATA]`: for each index over memories (MACM) and over chunks (RAG), the share of a question's
evidence paragraphs that are among the best k passages, averaged over questions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from human_simulacra.library import Library
from human_simulacra.memory.embedding import SentenceEmbedder
from human_simulacra.memory.passages import Searcher
from human_simulacra.types import QUESTION_TYPES, Question, Recalled

KS = (1, 2, 4, 8)


def main() -> None:
    """Prints a table of recall at k in percent."""
    library = Library(sys.argv[1] if len(sys.argv) > 1 else None)
    searcher = Searcher(library, SentenceEmbedder())
    questions = [q for c in library.ids for t in QUESTION_TYPES for q in library.questions(c, t) if q.evidence]

    def recall(search: Callable[[Question, int], list[Recalled]], k: int) -> float:
        shares = []
        for question in questions:
            found = {paragraph for passage in search(question, k) for paragraph in passage.paragraphs}
            shares.append(len(found & set(question.evidence)) / len(question.evidence))
        return 100 * sum(shares) / len(shares)

    print(f"{len(questions)} questions; recall at k = {KS}")
    for index in ("lexical", "dense", "hybrid"):
        memories = [recall(lambda q, k, i=index: searcher.memories(q.character, i, q.question, k), k) for k in KS]
        chunks = [recall(lambda q, k, i=index: searcher.story(q.character, i, 2, q.question, k), k) for k in KS]
        print(f"{index:8} memories {' '.join(f'{r:5.1f}' for r in memories)}   chunks {' '.join(f'{r:5.1f}' for r in chunks)}")


if __name__ == "__main__":
    main()
