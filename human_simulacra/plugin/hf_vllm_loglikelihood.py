"""Log-likelihoods of given texts from OpenCompass's in-process model classes: transformers and vLLM.

Prompts are rendered as these classes (OpenCompass 0.5.4) render them for generation. Prompt and continuation are tokenized
as one text. Their `get_ppl` returns means over whole prompts, from which a continuation's part cannot be recovered.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opencompass.models import VLLM, HuggingFaceBaseModel, HuggingFacewithChatTemplate, VLLMwithChatTemplate
from opencompass.models import huggingface_above_v4_33 as rendering

from human_simulacra.backbones.base import LogLikelihood, ScoredTexts
from human_simulacra.types import Completion

SCORING_CLASSES = (HuggingFacewithChatTemplate, VLLM, VLLMwithChatTemplate)
ScoringRequest = tuple[Any, Sequence[str]]  # a prompt in OpenCompass's format, and its continuations


@dataclass(frozen=True)
class TokenizedContinuation:
    """Token ids of a prompt with one continuation, which begins at position `start`."""

    tokens: list[int]
    start: int


def score_continuations(model: Any, requests: Sequence[ScoringRequest], batch_size: int) -> list[ScoredTexts]:
    """Scores the continuations of several prompts.

    Args:
        model: A built model of one of `SCORING_CLASSES`.
        requests: Prompts and their continuations.
        batch_size: Token sequences per forward pass; vLLM forms its own batches.

    Returns:
        The scores of each prompt's continuations (natural logarithms), in the order given.

    Raises:
        ValueError: If a sequence is longer than the model's context, or a continuation has no token.
    """
    started = time.perf_counter()
    sequences = [_tokens(model, prompt, text) for prompt, texts in requests for text in texts]
    for one in sequences:
        if len(one.tokens) > model.max_seq_len:
            raise ValueError(f"a prompt of {len(one.tokens)} tokens with its option is longer than {model.max_seq_len}")
    if isinstance(model, HuggingFacewithChatTemplate):
        batches = (sequences[first : first + batch_size] for first in range(0, len(sequences), batch_size))
        logprobs = [found for batch in batches for found in _forward(model, batch)]
    else:
        logprobs = _vllm(model, sequences)
    seconds = (time.perf_counter() - started) / len(requests)
    scored, place = [], 0
    for _, texts in requests:
        own = slice(place, place + len(texts))
        scores = tuple(LogLikelihood(sum(found), len(found)) for found in logprobs[own])
        scored.append(ScoredTexts(scores, Completion("", sum(len(s.tokens) for s in sequences[own]), 0, 0, False, seconds)))
        place += len(texts)
    return scored


def _rendered(model: Any, prompt: Any) -> tuple[str, bool]:
    """Returns a prompt's text up to the start of the answer, and whether the tokenizer must add special tokens."""
    if isinstance(model, HuggingFaceBaseModel | VLLM):
        return rendering._convert_base_messages([prompt])[0], True
    messages = rendering._convert_chat_messages([prompt])
    if model.fastchat_template:
        return rendering._format_with_fast_chat_template(messages, model.fastchat_template)[0], True
    options = getattr(model, "chat_template_kwargs", {})
    return model.tokenizer.apply_chat_template(messages[0], add_generation_prompt=True, tokenize=False, **options), False


def _tokens(model: Any, prompt: Any, continuation: str) -> TokenizedContinuation:
    text, special = _rendered(model, prompt)
    before, whole = (model.tokenizer.encode(t, add_special_tokens=special) for t in (text, text + continuation))
    start = next((i for i, (a, b) in enumerate(zip(before, whole, strict=False)) if a != b), min(len(before), len(whole)))
    if start in (0, len(whole)):
        raise ValueError(f"the option {continuation!r} has no token to score")
    return TokenizedContinuation(whole, start)


def _forward(model: Any, batch: Sequence[TokenizedContinuation]) -> list[list[float]]:
    """Returns the log-probabilities of each sequence's continuation tokens, from one forward pass with left padding."""
    import torch

    width = max(len(one.tokens) for one in batch)
    kept = 1 + max(len(one.tokens) - one.start for one in batch)
    pads = [width - len(one.tokens) for one in batch]
    ids = torch.tensor([[model.tokenizer.pad_token_id] * pad + one.tokens for pad, one in zip(pads, batch, strict=True)])
    mask = torch.tensor([[0] * pad + [1] * len(one.tokens) for pad, one in zip(pads, batch, strict=True)])
    inputs: dict[str, Any] = {"input_ids": ids, "attention_mask": mask}
    known = inspect.signature(model.model.forward).parameters
    if "position_ids" in known:  # by default, positions would count the padding
        inputs["position_ids"] = (mask.cumsum(-1) - 1).clamp(min=0)
    if "logits_to_keep" in known:  # the logits of a long prompt would fill the memory
        inputs["logits_to_keep"] = kept
    inputs = {key: value.to(model.model.device) if hasattr(value, "to") else value for key, value in inputs.items()}
    with torch.inference_mode():
        logits = model.model(**inputs).logits[:, -kept:].float()
    logprobs = torch.log_softmax(logits, dim=-1)
    result = []
    for row, one in enumerate(batch):
        wanted = one.tokens[one.start :]
        places = range(kept - 1 - len(wanted), kept - 1)
        result.append([float(logprobs[row, place, token]) for place, token in zip(places, wanted, strict=True)])
    return result


def _vllm(model: Any, sequences: Sequence[TokenizedContinuation]) -> list[list[float]]:
    """Returns the log-probabilities of each sequence's continuation tokens, from vLLM's `prompt_logprobs`."""
    from vllm import SamplingParams  # type: ignore[import-not-found]

    parameters = SamplingParams(temperature=0, max_tokens=1, prompt_logprobs=0)
    options = {}
    if model.lora_path:
        from vllm.lora.request import LoRARequest  # type: ignore[import-not-found]

        options["lora_request"] = LoRARequest("lora_adapter", 1, model.lora_path)
    outputs = model.model.generate([{"prompt_token_ids": one.tokens} for one in sequences], parameters, **options)
    return [
        [float(output.prompt_logprobs[place][one.tokens[place]].logprob) for place in range(one.start, len(one.tokens))]
        for one, output in zip(sequences, outputs, strict=True)
    ]
