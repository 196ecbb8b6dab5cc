"""Log-likelihoods of several texts after one prompt, in one forward pass of llama.cpp. Runs in the model's child process.

llama.cpp's server reports log-probabilities only of tokens that it samples, one request a token. Its C interface, which the
wheel exports, gives the logits of all positions of a batch. A batch holds the part of the prompt that follows the saved state,
and the texts as a tree: each text is a sequence of its own, and what texts have in common is evaluated once.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import c_int32, c_size_t
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from human_simulacra.backbones.llama_c_interface import LlamaError, load_interface, open_context

TEXTS = 32  # texts in one pass; more are scored in several
_DECODE = 1  # llama_process: read tokens with the memory of earlier ones


class LlamaScorer:
    """A model loaded for scoring.

    Args:
        library: The file of the engine's extension module, which is loaded already.
        model: A GGUF file.
        context: Context length in tokens.
        threads: Number of threads.

    Raises:
        LlamaError: If the engine is not of the tested version, or memory is too short.
    """

    def __init__(self, library: str, model: Path, context: int, threads: int) -> None:
        self._c = load_interface(library)
        self._length = context
        self._context, self._vocabulary = open_context(self._c, model, context, TEXTS, threads)
        self._width = self._c.llama_vocab_n_tokens(self._vocabulary)
        self._memory = self._c.llama_get_memory(self._context)
        self._batch = self._c.llama_batch_ext_init(self._context)

    def score(self, state: Path, beginning: str, prompt: str, texts: Sequence[str]) -> dict[str, Any]:
        """Scores texts as continuations of a rendered prompt.

        Prompt and text are tokenized as one, as the model reads them. A token that spans the end of the prompt counts as part
        of the text.

        Args:
            state: The saved state of the prompt's beginning, with which every pass starts: the result depends on nothing else
                that was evaluated before.
            beginning: The text of which it is the state.
            prompt: The prompt.
            texts: At least one text.

        Returns:
            `scores`, for each text its log-probability (natural logarithm) and number of tokens; `evaluated` and `cached`, the
            tokens that were read and those of the state that were used.

        Raises:
            LlamaError: If a text has no token, or everything does not fit into the context.
        """
        before = self._tokens(prompt)
        whole = [self._tokens(prompt + text) for text in texts]
        starts = [_common(before, tokens) for tokens in whole]
        for text, tokens, start in zip(texts, whole, starts, strict=True):
            if start == len(tokens):
                raise LlamaError(f"the option {text!r} has no token to score")
        found: dict[str, Any] = {"scores": [], "evaluated": 0, "cached": 0}
        for first in range(0, len(texts), TEXTS):
            part = slice(first, first + TEXTS)
            kept = self._restore(state, beginning, whole[part], min(starts[part]) - 1)
            tree = _tree(whole[part], starts[part], kept)
            self._evaluate(tree, kept)
            sums = self._sums(tree, len(whole[part]))
            found["scores"] += [
                (s, len(tokens) - start) for s, tokens, start in zip(sums, whole[part], starts[part], strict=True)
            ]
            found["evaluated"] += len(tree)
            found["cached"] += kept
        return found

    def _tokens(self, text: str) -> list[int]:
        data = text.encode()
        room = (c_int32 * (len(data) + 8))()
        count = self._c.llama_tokenize(self._vocabulary, data, len(data), room, len(room), True, True)
        return room[:count]

    def _restore(self, state: Path, beginning: str, whole: Sequence[list[int]], most: int) -> int:
        """Makes the saved state the beginning of all sequences; returns how many of its tokens, `most` at most, they have."""
        self._c.llama_memory_clear(self._memory, False)
        room, count = (c_int32 * (self._length + 64))(), c_size_t()  # the server's own record of the tokens, with its header
        held = self._tokens(beginning)
        if not self._c.llama_state_seq_load_file(self._context, str(state).encode(), 0, room, len(room), ctypes.byref(count)):
            raise LlamaError(f"the saved state {state.name} cannot be read")
        if self._c.llama_memory_seq_pos_max(self._memory, 0) != len(held) - 1:
            raise LlamaError(f"the saved state {state.name} is not that of the prompt's beginning")
        kept = min(most, *(_common(held, tokens) for tokens in whole))
        self._c.llama_memory_seq_rm(self._memory, 0, kept, -1)
        for sequence in range(1, len(whole)):
            self._c.llama_memory_seq_cp(self._memory, 0, sequence, -1, -1)
        return kept

    def _evaluate(self, tree: Sequence[_Node], kept: int) -> None:
        if kept + len(tree) > self._length:
            raise LlamaError(f"prompt and options have {kept + len(tree)} tokens, and the context only {self._length}")
        batch = self._batch
        self._c.llama_batch_ext_clear(batch)
        for node in tree:
            place = self._c.llama_batch_ext_add_token(batch, node.texts[0], node.token)
            for text in node.texts[1:]:
                self._c.llama_batch_ext_add_seq(batch, place, text)
            self._c.llama_batch_ext_set_pos(batch, place, ctypes.byref(c_int32(node.position)))
            self._c.llama_batch_ext_set_output_logits(batch, place, bool(node.reads))
        status = self._c.llama_process(self._context, _DECODE, batch)
        if status:
            raise LlamaError(f"llama.cpp could not evaluate {len(tree)} tokens (status {status})")

    def _sums(self, tree: Sequence[_Node], texts: int) -> list[float]:
        """Returns each text's sum of log-probabilities after an evaluation."""
        sums = [0.0] * texts
        for place, node in enumerate(tree):
            if node.reads:
                logits = np.ctypeslib.as_array(self._c.llama_get_logits_ith(self._context, place), (self._width,))
                top = logits.max()
                total = top + np.log(np.exp(logits - top).sum(dtype=np.float64))
                for text, token in node.reads:
                    sums[text] += float(logits[token] - total)
        return sums


@dataclass
class _Node:
    """A token to evaluate: the texts that have it here, and the texts and next tokens whose probability is read after it."""

    token: int
    position: int
    texts: list[int] = field(default_factory=list)
    reads: list[tuple[int, int]] = field(default_factory=list)


def _tree(whole: Sequence[list[int]], starts: Sequence[int], kept: int) -> list[_Node]:
    """Returns the tokens after the first `kept`, without the last of each text, which nothing follows; parents come first."""
    places: dict[tuple[int, int], int] = {}  # by the parent's place and the token
    tree: list[_Node] = []
    for text, (tokens, start) in enumerate(zip(whole, starts, strict=True)):
        place = -1
        for position, token in enumerate(tokens[kept:-1], kept):
            place = places.setdefault((place, token), len(tree))
            if place == len(tree):
                tree.append(_Node(token, position))
            tree[place].texts.append(text)
            if position + 1 >= start:
                tree[place].reads.append((text, tokens[position + 1]))
    return tree


def _common(one: Sequence[int], two: Sequence[int]) -> int:
    """Returns the length of the common beginning."""
    return next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
