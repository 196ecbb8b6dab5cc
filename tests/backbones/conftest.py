"""Small models that are made or started once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from human_simulacra.backbones.llama_chat import LlamaChat
from human_simulacra.backbones.llama_process import LlamaProcess
from human_simulacra.backbones.packaged_model_weights import embedded_weights

TEMPLATE = "{% for m in messages %}<{{ m['role'] }}> {{ m['content'] }} {% endfor %}<assistant>"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of random weights with a word tokenizer and a chat template, made on the spot."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = ["<pad>", "<unk>", "<eos>", *(chr(c) for c in range(33, 127))]
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        unk_token="<unk>",
        eos_token="<eos>",
        model_input_names=["input_ids", "attention_mask"],
    )
    fast.chat_template = TEMPLATE
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=8192, pad_token_id=0, eos_token_id=2, bos_token_id=2,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("tiny")
    LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaChat]:
    pytest.importorskip("xllamacpp", reason="the extra [local] is not installed")
    patch = pytest.MonkeyPatch()
    patch.setenv("HUMAN_SIMULACRA_CACHE", str(tmp_path_factory.mktemp("weights")))
    process = LlamaProcess(embedded_weights())
    patch.undo()
    yield LlamaChat(process, "test")
    process.close()
