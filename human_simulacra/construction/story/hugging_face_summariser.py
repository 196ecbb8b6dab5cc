"""A summariser that runs a Hugging Face sequence-to-sequence model locally."""

from __future__ import annotations

from typing import Any

from human_simulacra.agents.model_calls import TOKENS_A_WORD
from human_simulacra.construction.story.summarisers import AbstractiveSummariser, Summariser
from human_simulacra.errors import UserError
from human_simulacra.memory.text_cache import TextCache

LONGEST_INPUT = 1024  # tokens, if the tokenizer has no smaller limit


def hugging_face_summariser(model_name: str, cache: TextCache, fallback: Summariser) -> Summariser:
    """Loads a sequence-to-sequence model for transformers, for instance `facebook/bart-large-cnn`, and returns a summariser.

    `fallback` summarises texts for which the model returns nothing.

    Raises:
        UserError: If the model cannot be loaded or is of another type.
    """
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(model_name)
        model: Any = AutoModelForSeq2SeqLM.from_pretrained(model_name)
    except (OSError, ValueError) as error:
        raise UserError(f"summariser 'hf:{model_name}' cannot be loaded: {str(error).splitlines()[0]}") from None
    limit = min(tokenizer.model_max_length, LONGEST_INPUT)

    async def ask(text: str, words: int) -> str | None:
        read = tokenizer(text, return_tensors="pt", truncation=True, max_length=limit)
        written = model.generate(
            read["input_ids"], attention_mask=read["attention_mask"], max_new_tokens=int(words * TOKENS_A_WORD), do_sample=False
        )
        return " ".join(tokenizer.decode(written[0], skip_special_tokens=True).split()) or None

    return AbstractiveSummariser(f"hf:{model_name}", ask, limit, cache, fallback)
