"""Sentence encoding in threads of its own, so that a text's vector depends on the text alone.

A vector's last bits depend on the shape of the batch that a text is padded to. A batch therefore holds texts of one length in
tokens, and each thread uses one torch thread: torch's own threads wait for each other by spinning, which takes 20 times as
long where other programs use the same cores.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

BATCH = 32
_setting = threading.Lock()


def encode_texts(encoder: Any, texts: Sequence[str]) -> np.ndarray:
    """Encodes texts with a sentence-transformers model.

    Args:
        encoder: The model.
        texts: At least one text.

    Returns:
        A float32 array of shape (len(texts), dimensions), rows of length one.
    """
    batches = _batches(_token_counts(encoder, texts))
    encoded = [_threads().submit(_encode, encoder, [texts[place] for place in batch]) for batch in batches]
    vectors = np.concatenate([batch.result() for batch in encoded])
    ordered = np.empty_like(vectors)
    ordered[[place for batch in batches for place in batch]] = vectors
    return ordered


def _encode(encoder: Any, texts: list[str]) -> np.ndarray:
    vectors = encoder.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)


def _token_counts(encoder: Any, texts: Sequence[str]) -> list[int]:
    """Returns each text's number of tokens; numbers of their own if the model has no mask of tokens: each is encoded alone."""
    # Until version 5 of sentence-transformers, `preprocess` was named `tokenize`.
    read = getattr(encoder, "preprocess", None) or encoder.tokenize
    mask = read(list(texts)).get("attention_mask")
    return list(range(len(texts))) if mask is None else [int(count) for count in mask.sum(1)]


def _batches(counts: Sequence[int]) -> list[list[int]]:
    """Returns batches of places that have the same count."""
    alike: dict[int, list[int]] = {}
    for place, count in enumerate(counts):
        alike.setdefault(count, []).append(place)
    return [places[start : start + BATCH] for places in alike.values() for start in range(0, len(places), BATCH)]


@cache
def _threads() -> ThreadPoolExecutor:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ThreadPoolExecutor(cores, "encoding", initializer=_use_one_torch_thread)


def _use_one_torch_thread() -> None:
    """Sets torch to one thread for the calls of this thread."""
    import torch

    with _setting:
        others = torch.get_num_threads()
        torch.set_num_threads(1)
        # It is also what threads begin with that use torch later. A thread that sets the old number gives it back to them.
        restoring = threading.Thread(target=torch.set_num_threads, args=(others,))
        restoring.start()
        restoring.join()
