"""Log-probabilities of many short texts after one long system message, in few forward passes of PyTorch.

The embedded engine evaluates the options of one turn in a pass. Here all turns that share a system message are packed into one
sequence with their options, and a mask lets each option see the system message, its own turn and itself only. The chat
template and the tokens come from the engine, so that both read the same tokens. The numbers differ a
little, because weights and activations are float32 here: `likelihood.py check` tells by how much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import torch
from transformers import AutoModelForCausalLM, DynamicCache

from human_simulacra.backbones.base import LogLikelihood
from human_simulacra.backbones.llama_process import LlamaProcess

PACKED_TOKENS = 1024
HEAD_ROWS = 128  # rows of logits at a time: with a vocabulary of 262,144 a row takes a megabyte
Turn = tuple[str, Sequence[str]]
Stem = tuple[list[int], list[list[int]]]  # the tokens of a turn, and of each option


class PackedScorer:
    """A GGUF model, dequantised to float32, that scores options after turns that share a system message.

    Args:
        path: A GGUF file that transformers can read. As in llama.cpp, a model without a chat template gets ChatML.
        process: A server of the same file, which tokenizes.
        threads: Number of threads.
    """

    def __init__(self, path: Path, process: LlamaProcess, threads: int = 1) -> None:
        torch.set_num_threads(threads)
        self._http = httpx.Client(base_url=process.address, timeout=600)
        self._model: Any = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).eval()
        self._window: int | None = None
        if self._model.config.model_type == "gemma3_text":
            self._window = self._model.config.sliding_window

    @torch.inference_mode()
    def score(self, system: str, turns: Sequence[Turn]) -> Iterator[tuple[LogLikelihood, ...]]:
        """Yields for each turn the log-likelihoods of its options as the beginning of the answer, in order.

        Args:
            system: The system message.
            turns: Pairs of a user message and its options.

        Raises:
            ValueError: If a token spans the end of a prompt, which packing does not allow.
        """
        one, two = (self._prompt(system, letter) for letter in "AB")
        head = self._ids(one[: next(i for i, (a, b) in enumerate(zip(one, two, strict=True)) if a != b)])
        cache = DynamicCache()
        self._forward(head, list(range(len(head))), torch.ones(len(head), len(head)).tril().bool(), cache)
        pack: list[Stem] = []
        size = 0
        for turn, options in turns:
            prompt = self._prompt(system, turn)
            ids = self._ids(prompt)
            whole = [self._ids(prompt + option) for option in options]
            if ids[: len(head)] != head or any(text[: len(ids)] != ids for text in whole):
                raise ValueError(f"a token spans the end of the prompt of the turn {turn!r}")
            pack.append((ids[len(head) :], [text[len(ids) :] for text in whole]))
            size += len(ids) - len(head) + sum(map(len, pack[-1][1]))
            if size > PACKED_TOKENS:
                yield from self._score_pack(len(head), pack, cache)
                pack, size = [], 0
        if pack:
            yield from self._score_pack(len(head), pack, cache)

    def _prompt(self, system: str, turn: str) -> str:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": turn}]
        return self._http.post("/apply-template", json={"messages": messages}).raise_for_status().json()["prompt"]

    def _ids(self, text: str) -> list[int]:
        body = {"content": text, "add_special": True, "parse_special": True}
        return self._http.post("/tokenize", json=body).raise_for_status().json()["tokens"]

    def _score_pack(self, start: int, pack: Sequence[Stem], cache: DynamicCache) -> list[tuple[LogLikelihood, ...]]:
        tokens: list[int] = []
        positions: list[int] = []
        sees: list[tuple[int, int, int]] = []  # for each token: where its turn begins and ends, and where its option begins
        reads: list[int] = []  # where in the pack the distribution of each token of an option is read
        wanted: list[int] = []  # these tokens
        for stem, ends in pack:
            first, last = len(tokens), len(tokens) + len(stem)
            tokens += stem
            positions += range(start, start + len(stem))
            sees += [(first, last, first)] * len(stem)
            for end in ends:
                here = len(tokens)
                tokens += end
                positions += range(start + len(stem), start + len(stem) + len(end))
                sees += [(first, last, here)] * len(end)
                reads += [last - 1, *range(here, here + len(end) - 1)]
                wanted += end
        index = torch.arange(len(tokens))
        first, last, here = torch.tensor(sees).T[..., None]
        among = (index >= first) & (index <= index[:, None]) & ((index < last) | (index >= here))
        mask = torch.cat([torch.ones(len(tokens), start, dtype=torch.bool), among], 1)
        hidden = self._forward(tokens, positions, mask, cache)[torch.tensor(reads)]
        cache.crop(start)
        found: list[float] = []
        for rows, targets in zip(hidden.split(HEAD_ROWS), torch.tensor(wanted).split(HEAD_ROWS), strict=True):
            logits = self._model.lm_head(rows)
            found += (logits.gather(1, targets[:, None])[:, 0] - logits.logsumexp(1)).tolist()
        values = iter(found)
        return [tuple(LogLikelihood(sum(next(values) for _ in end), len(end)) for end in ends) for _, ends in pack]

    def _forward(self, tokens: list[int], positions: list[int], mask: torch.Tensor, cache: DynamicCache) -> torch.Tensor:
        """Returns the hidden states, shape (tokens, width). `mask` has shape (tokens, cached tokens + tokens)."""
        placed = torch.tensor(positions)
        masks: Any = mask[None, None]
        if self._window is not None:
            before = torch.arange(mask.shape[1] - len(tokens))
            near = placed[:, None] - torch.cat([before, placed]) < self._window
            masks = {"full_attention": masks, "sliding_attention": (mask & near)[None, None]}
        return self._model.model(
            input_ids=torch.tensor([tokens]), position_ids=placed[None], attention_mask=masks, past_key_values=cache
        ).last_hidden_state[0]
