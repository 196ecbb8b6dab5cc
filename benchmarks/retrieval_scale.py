"""Search over many passages: build time, query time, memory and recall of each way to find the nearest vectors, and of BM25.

`python benchmarks/retrieval_scale.py [--sizes 100,10000,1000000] [--ways exact,clusters,...]` prints a row for each size and way,
each measured in a process of its own. All times are the processor's (of a query: one thread), so that other programs on the
machine disturb them little. The vectors are clustered as real ones are: each is an embedding
of a memory's summary plus half the difference of two others, so that directions in which real texts vary are those in which
these do. The queries are embeddings of the dataset's questions. Recall is the share of the exact 30 nearest that are found.
`exact` and `clusters` are the package's own indexes, with all that a search does after its query is encoded; the others are
alternatives, the library's search alone. BM25 searches passages of 60 stems drawn from the dataset's own by their frequency.
Libraries that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, SentenceEmbedder
from human_simulacra.memory.lexical_index import LexicalIndex, cached_stems, text_stems
from human_simulacra.memory.nearest_passages import NearestPassages
from human_simulacra.memory.query_scores import Index, Queries, rank_places
from human_simulacra.memory.retrieval_indexes import NearestTexts
from human_simulacra.memory.text_cache import TextCache

FOUND, QUERIES, STEMS_A_PASSAGE, PORTION = 30, 300, 60, 50_000
Search = Callable[[np.ndarray], np.ndarray]


class Rows:
    """Stands for an embedder: a text is the number of its row."""

    name = "rows"

    def __init__(self, vectors: np.ndarray) -> None:
        self.vectors = vectors

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Returns the rows."""
        return self.vectors[[int(text) for text in texts]]


class StoredRows(CachedEmbedder):
    """Stands for an embedder whose vectors are all stored; the folder of the cache holds the index."""

    def __init__(self, vectors: np.ndarray, folder: Path) -> None:
        super().__init__(Rows(vectors), TextCache(folder / "texts.sqlite"))

    def encode(self, texts: Sequence[str], size: int | None = None) -> np.ndarray:
        """Returns the rows."""
        return self.inner.encode(texts)


def search_exactly(vectors: np.ndarray, folder: Path) -> Search:
    """The package's index that compares a query with every text."""
    return _ranked(NearestTexts([(str(row),) for row in range(len(vectors))], StoredRows(vectors, folder)))


def search_by_clusters(vectors: np.ndarray, folder: Path) -> Search:
    """The package's index of clusters."""
    return _ranked(NearestPassages([(str(row),) for row in range(len(vectors))], StoredRows(vectors, folder)))


def _ranked(index: Index) -> Search:
    return lambda query: np.array(rank_places(index.scores(Queries(["q"], query[None])).max(axis=0))[:FOUND])


def search_with_usearch(vectors: np.ndarray, folder: Path) -> Search:
    """HNSW graph of usearch, vectors in half precision, built with all threads."""
    index = import_module("usearch.index").Index(
        ndim=vectors.shape[1], metric="ip", dtype="f16", expansion_add=128, expansion_search=128
    )
    for start in range(0, len(vectors), PORTION):
        part = np.asarray(vectors[start : start + PORTION])
        index.add(np.arange(start, start + len(part)), part)
    return lambda query: np.asarray(index.search(query, FOUND, threads=1).keys)


def search_with_faiss_hnsw(vectors: np.ndarray, folder: Path) -> Search:
    """HNSW graph of faiss, built with all threads."""
    faiss = import_module("faiss")
    index = faiss.IndexHNSWFlat(vectors.shape[1], 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction, index.hnsw.efSearch = 128, 128
    for start in range(0, len(vectors), PORTION):
        index.add(np.asarray(vectors[start : start + PORTION]))
    faiss.omp_set_num_threads(1)
    return lambda query: index.search(query[None], FOUND)[1][0]


WAYS: dict[str, tuple[str, Callable[[np.ndarray, Path], Search]]] = {
    "exact": ("numpy", search_exactly),
    "clusters": ("faiss", search_by_clusters),
    "usearch": ("usearch", search_with_usearch),
    "faiss-hnsw": ("faiss", search_with_faiss_hnsw),
}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Search over many passages.")
    parser.add_argument("--sizes", default="100,10000,1000000", help="numbers of passages, with commas")
    parser.add_argument("--ways", default=",".join([*WAYS, "bm25"]), help="what is measured, with commas")
    parser.add_argument("--folder", type=Path, help="where the vectors are kept; a temporary folder if left out")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _measure(given.one[0], int(given.one[1]), given.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        print(
            "| passages | way | build CPU s | p50 ms | p99 ms | memory MB | recall at 30 |\n|---|---|---|---|---|---|---|",
            flush=True,
        )
        for size in map(int, given.sizes.split(",")):
            _make_vectors(folder, size)
            for way in given.ways.split(","):
                if way != "bm25" and importlib.util.find_spec(WAYS[way][0]) is None:
                    print(f"{way} is left out: {WAYS[way][0]} is not installed", flush=True)
                    continue
                command = [sys.executable, __file__, "--one", way, str(size), "--folder", str(folder)]
                subprocess.run(command, check=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})


def _make_vectors(folder: Path, size: int) -> None:
    """Writes the vectors, the queries and the exact nearest of each query, unless they are there."""
    if (folder / f"nearest-{size}.npy").is_file():
        return
    library, embedder = Library(), CachedEmbedder(SentenceEmbedder())
    real = embedder.encode([memory.summary for name in library.ids for memory in library.memories(name)])
    asked = [q.question for name in library.ids for q in library.questions(name, "single_choice")][:QUERIES]
    queries = embedder.encode(asked)
    vectors = np.lib.format.open_memmap(folder / f"vectors-{size}.npy", "w+", np.float32, (size, real.shape[1]))
    chance = np.random.default_rng(0)
    best = np.full((len(queries), FOUND), -np.inf, np.float32)
    nearest = np.zeros((len(queries), FOUND), int)
    for start in range(0, size, PORTION):
        count = min(PORTION, size - start)
        one, two, three = (real[chance.integers(len(real), size=count)] for _ in range(3))
        made = one + (two - three) / 2
        vectors[start : start + count] = made / np.linalg.norm(made, axis=1, keepdims=True)
        cosines = np.hstack([best, queries @ vectors[start : start + count].T])
        places = np.hstack([nearest, np.broadcast_to(np.arange(start, start + count), (len(queries), count))])
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :FOUND]
        best, nearest = np.take_along_axis(cosines, order, 1), np.take_along_axis(places, order, 1)
    vectors.flush()
    np.save(folder / "queries.npy", queries)
    np.save(folder / f"nearest-{size}.npy", nearest)


def _measure(way: str, size: int, folder: Path) -> None:
    recall, before = "", _memory()
    if way == "bm25":
        passages, asked = _make_passages(size)
        before = _memory()
        started = time.process_time()
        index = LexicalIndex(passages)
        built = time.process_time() - started
        seconds = [_timed(lambda query=query: rank_places(index.scores(query)))[1] for query in asked]
    else:
        vectors = np.load(folder / f"vectors-{size}.npy", mmap_mode="r")
        queries, nearest = np.load(folder / "queries.npy"), np.load(folder / f"nearest-{size}.npy")
        started = time.process_time()
        search = WAYS[way][1](vectors, folder)
        built = time.process_time() - started
        search(queries[0])
        found = [_timed(lambda query=query: search(query)) for query in queries]
        seconds = [taken for _, taken in found]
        hits = [len(set(places) & set(best)) / min(FOUND, size) for (places, _), best in zip(found, nearest, strict=True)]
        recall = f"{np.mean(hits):.3f}"
        del vectors
    p50, p99 = 1000 * np.percentile(seconds, [50, 99])
    print(f"| {size:,} | {way} | {built:.1f} | {p50:.2f} | {p99:.2f} | {_memory() - before:.0f} | {recall} |", flush=True)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.thread_time()
    result = work()
    return result, time.thread_time() - started


def _make_passages(size: int) -> tuple[list[list[str]], list[str]]:
    """Returns passages of stems, and questions."""
    library = Library()
    told = [paragraph.text for name in library.ids for paragraph in library.story(name)]
    known = np.array(
        [stem for stems in cached_stems(told, CachedEmbedder(SentenceEmbedder()).cache) for stem in stems], dtype=object
    )
    chance = np.random.default_rng(0)
    passages = [known[chance.integers(len(known), size=STEMS_A_PASSAGE)].tolist() for _ in range(size)]
    asked = [q.question for name in library.ids for q in library.questions(name, "single_choice")][:QUERIES]
    return passages, [question for question in asked if text_stems(question)]


def _memory() -> float:
    """Returns the resident memory of this process in MB, without pages of files."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("RssAnon"))


if __name__ == "__main__":
    main()
