"""Search over many passages: build time, query time, memory and recall of each way to find the nearest vectors, and of BM25.

`python benchmarks/retrieval_scale.py [--sizes 100,10000,1000000] [--ways numpy,usearch,...]` prints a row for each size and way,
each measured in a process of its own at one thread for queries. The vectors are clustered as real ones are: each is an embedding
of a memory's summary plus half the difference of two others, so that directions in which real texts vary are those in which
these do. The queries are embeddings of the dataset's questions. Recall is the share of the exact 30 nearest that are found.
BM25 searches passages of 60 stems drawn from the dataset's own by their frequency. Libraries that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from human_simulacra.library import Library
from human_simulacra.memory.embedding import CachedEmbedder, SentenceEmbedder
from human_simulacra.memory.lexical_index import LexicalIndex, cached_stems, text_stems

FOUND, QUERIES, STEMS_A_PASSAGE, PORTION = 30, 300, 60, 50_000
Search = Callable[[np.ndarray], np.ndarray]


def search_with_numpy(vectors: np.ndarray, folder: Path) -> Search:
    """Compares a query with every vector."""

    def search(query: np.ndarray) -> np.ndarray:
        cosines = vectors @ query
        if len(cosines) <= FOUND:
            return np.argsort(-cosines)
        best = np.argpartition(-cosines, FOUND)[:FOUND]
        return best[np.argsort(-cosines[best])]

    return search


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


def search_with_faiss_ivf(vectors: np.ndarray, folder: Path) -> Search:
    """Inverted lists of faiss, built with all threads: a query is compared with the vectors of the nearest lists."""
    faiss = import_module("faiss")
    lists = int(4 * len(vectors) ** 0.5)
    lists = max(1, min(lists, len(vectors) // 64))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = 0
    index.train(np.asarray(vectors[:: max(1, len(vectors) // (64 * lists))]))
    for start in range(0, len(vectors), PORTION):
        index.add(np.asarray(vectors[start : start + PORTION]))
    index.nprobe = max(32, lists // 16)
    faiss.omp_set_num_threads(1)
    return lambda query: index.search(query[None], FOUND)[1][0]


WAYS: dict[str, tuple[str, Callable[[np.ndarray, Path], Search]]] = {
    "numpy": ("numpy", search_with_numpy),
    "usearch": ("usearch", search_with_usearch),
    "faiss-hnsw": ("faiss", search_with_faiss_hnsw),
    "faiss-ivf": ("faiss", search_with_faiss_ivf),
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
            "| passages | way | build s | p50 ms | p99 ms | memory MB | recall at 30 |\n|---|---|---|---|---|---|---|", flush=True
        )
        for size in map(int, given.sizes.split(",")):
            _make_vectors(folder, size)
            for way in given.ways.split(","):
                if way != "bm25" and importlib.util.find_spec(WAYS[way][0]) is None:
                    print(f"{way} is left out: {WAYS[way][0]} is not installed", flush=True)
                    continue
                command = [sys.executable, __file__, "--one", way, str(size), "--folder", str(folder)]
                subprocess.run(command, check=True)


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
        started = time.perf_counter()
        index = LexicalIndex(passages)
        built = time.perf_counter() - started
        seconds = [_timed(lambda query=query: _best(index.scores(query)))[1] for query in asked]
    else:
        vectors = np.load(folder / f"vectors-{size}.npy", mmap_mode=None if way == "numpy" else "r")
        queries, nearest = np.load(folder / "queries.npy"), np.load(folder / f"nearest-{size}.npy")
        started = time.perf_counter()
        search = WAYS[way][1](vectors, folder)
        built = time.perf_counter() - started
        search(queries[0])
        found = [_timed(lambda query=query: search(query)) for query in queries]
        seconds = [taken for _, taken in found]
        hits = [len(set(places) & set(best)) / min(FOUND, size) for (places, _), best in zip(found, nearest, strict=True)]
        recall = f"{np.mean(hits):.3f}"
        if way != "numpy":
            del vectors
    p50, p99 = 1000 * np.percentile(seconds, [50, 99])
    print(f"| {size:,} | {way} | {built:.1f} | {p50:.2f} | {p99:.2f} | {_memory() - before:.0f} | {recall} |", flush=True)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def _best(scores: np.ndarray) -> np.ndarray:
    return np.argpartition(-scores, FOUND)[:FOUND] if len(scores) > FOUND else np.argsort(-scores)


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
