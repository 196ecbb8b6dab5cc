"""Dense retrieval where comparing a query with every text takes longer than encoding it: inverted lists of faiss.

The texts are divided into clusters, and a query is compared with those of the nearest clusters only. The clusters are computed
with a fixed seed, and the index is kept on disk by the texts, so the same texts are found again in every run.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from human_simulacra.damaged_files import warn_once
from human_simulacra.files import digest, sha256_file
from human_simulacra.memory.embedding import CachedEmbedder
from human_simulacra.memory.query_scores import NO_MATCH, Queries
from human_simulacra.messages import tell

# Texts up to which a query is compared with all: a scan of them takes about as long as encoding the query (docs/memory.md).
EXACT_UP_TO = 100_000
FOUND = 1000  # texts near a query, or passages that share words with it, that are ranked
SAMPLE = 4096  # passages whose scores say what is usual for a query
PORTION = 50_000  # texts added at once
VECTORS_A_LIST, LEAST_LISTS, SHARE_OF_LISTS = 64, 32, 16  # training vectors a cluster; clusters visited: 32, or one of 16
VERSION = "ivf 1"  # part of the file's name; increase it if the index is built in another way


def _faiss() -> Any:
    return import_module("faiss")  # of an extra


def best_places(scores: np.ndarray) -> np.ndarray:
    """Returns the places of the `FOUND` highest scores, in any order."""
    return np.argpartition(-scores, min(FOUND, len(scores) - 1))[:FOUND]


def is_large(texts: int) -> bool:
    """Returns whether so many texts are searched by clusters; says once what to install where faiss is missing."""
    if texts <= EXACT_UP_TO:
        return False
    if importlib.util.find_spec("faiss") is None:
        _suggest_faiss()
        return False
    return True


@cache
def _suggest_faiss() -> None:
    tell(
        f"each query is compared with more than {EXACT_UP_TO:,} texts, which is exact and slow: with "
        "`pip install 'human-simulacra[scale]'` it is compared with those of the nearest clusters"
    )


class NearestPassages:
    """Cosine similarity of sentence embeddings, for the passages near a query; see `DensePassages` for what it means.

    Args:
        passages: The texts of each passage.
        embedder: Encodes the texts. Its cache's folder holds the index, unless it keeps nothing.
    """

    def __init__(self, passages: Sequence[Sequence[str]], embedder: CachedEmbedder) -> None:
        lengths = [len(passage) for passage in passages]
        self._starts = np.cumsum([0, *lengths])
        self._passage_of = np.repeat(np.arange(len(passages)), lengths)
        texts = [text for passage in passages for text in passage]
        size = embedder.inner.encode(texts[:1]).shape[1]
        name = digest([VERSION, embedder.name, size, texts])
        path = embedder.cache.path.parent / "indexes" / f"{name}.faiss" if embedder.cache.keeps else None
        self._index = (path and _read(path, len(texts))) or _build(texts, embedder, size, path)
        self._index.make_direct_map()
        self._index.nprobe = max(LEAST_LISTS, self._index.nlist // SHARE_OF_LISTS)
        sample = np.sort(np.random.default_rng(0).permutation(len(passages))[:SAMPLE])
        self._sample, self._sample_starts = self._vectors(sample)

    def scores(self, queries: Queries, also: Sequence[int] | np.ndarray = ()) -> np.ndarray:
        """Returns standardised cosines of the passages near a query and of `also`, and `NO_MATCH` for all others.

        Mean and standard deviation are those of a sample of the passages.
        """
        faiss = _faiss()
        faiss.omp_set_num_threads(1)  # of this thread: a query is too little for several
        _, texts = self._index.search(queries.vectors, min(FOUND, len(self._passage_of)))
        near = np.union1d(self._passage_of[texts[texts >= 0]], np.asarray(also, dtype=int))
        usual = np.maximum.reduceat(queries.vectors @ self._sample.T, self._sample_starts, axis=1)
        vectors, starts = self._vectors(near)
        cosines = np.maximum.reduceat(queries.vectors @ vectors.T, starts, axis=1)
        scores = np.full((len(queries.texts), len(self._starts) - 1), NO_MATCH)
        scores[:, near] = (cosines - usual.mean(axis=1, keepdims=True)) / usual.std(axis=1, keepdims=True).clip(1e-9)
        return scores

    def _vectors(self, passages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the vectors of all texts of some passages, and where each passage begins among them."""
        places = np.concatenate([np.arange(self._starts[p], self._starts[p + 1]) for p in passages])
        lengths = self._starts[passages + 1] - self._starts[passages]
        return self._index.reconstruct_batch(places), np.cumsum([0, *lengths[:-1]])


def _build(texts: Sequence[str], embedder: CachedEmbedder, size: int, path: Path | None) -> Any:
    """Builds the index in portions, so that the vectors are in memory once."""
    faiss = _faiss()
    count = max(1, min(int(4 * len(texts) ** 0.5), len(texts) // VECTORS_A_LIST))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(size), size, count, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = 0
    index.train(embedder.encode(texts[:: max(1, len(texts) // (VECTORS_A_LIST * count))], size))
    for start in range(0, len(texts), PORTION):
        index.add(embedder.encode(texts[start : start + PORTION], size))
    if path is not None:
        try:
            _write(index, path)
        except (OSError, RuntimeError) as error:
            warn_once(f"{path.parent} takes no index ({error}): it is built again in the next run")
    return index


def _write(index: Any, path: Path) -> None:
    """Writes an index, and its hash beside it, atomically."""
    faiss = _faiss()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".index.")
    os.close(handle)
    try:
        faiss.write_index(index, temporary)
        path.with_suffix(".sha256").write_text(sha256_file(Path(temporary)))
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _read(path: Path, texts: int) -> Any | None:
    """Returns a stored index of so many texts; None if there is none that is whole."""
    faiss = _faiss()
    try:
        if not path.is_file():
            return None
        if sha256_file(path) == path.with_suffix(".sha256").read_text():
            index = faiss.read_index(str(path))
            if index.ntotal == texts:
                return index
    except (OSError, RuntimeError, UnicodeDecodeError):
        pass
    warn_once(f"{path} is damaged: the index is built again")
    return None
