"""Tokens that a turn sends over 20 turns of chat: ours against resending everything. Needs no model.

    python benchmarks/chat_prompt_growth.py [--character maren-oddleif] [--turns 20]

"Ours" is the conversation engine with its default budget; its answers and summaries are scripted texts of the usual
length, so that only the prompts are measured. "Everything" is what a chat without short-term memory sends: persona, the
method's retrieved texts and all earlier turns, whole. Tokens are counted by the embedded model's own
tokenizer where the extra [local] is installed, else estimated at four characters a token.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Callable, Sequence

from human_simulacra.agents.model_calls import format_history
from human_simulacra.backbones.base import estimate_tokens
from human_simulacra.chat.chat_settings import METHODS, ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.library import Library
from human_simulacra.prompts import render
from human_simulacra.types import Completion, Generation, Message

FACT = "By the way, my sister Ingrid arrives on 14 May with the night ferry from Hirtshals."
ASKED = "On which day does my sister arrive, and by which ferry?"
FILLER = (
    "I have been thinking about that the whole week. The road up to the house was closed again, so I left the car below "
    "and walked, and on the way I met your neighbour, who talked about the roof, the rain and what timber costs now. "
)


class Measured:
    """A backbone that counts what it is sent and answers with a text of the usual length."""

    fingerprint = "measured"

    def __init__(self, count: Callable[[str], int]) -> None:
        self.count = count
        self.sent: list[tuple[int, str]] = []

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        """Answers with filler up to the cap of tokens."""
        text = "\n".join(message.content for message in messages)
        self.sent.append((self.count(text), text))
        words = min(generation.max_tokens, 120) * 2 // 3
        return Completion(" ".join((FILLER * 4).split()[:words]), self.sent[-1][0], 0, words, False)


def tokenizer() -> tuple[Callable[[str], int], str]:
    """Returns a function that counts tokens, and what to call it."""
    try:
        import gguf
        from tokenizers import Tokenizer, models, pre_tokenizers

        from human_simulacra.backbones.packaged_model_weights import packaged_weights

        fields = gguf.GGUFReader(packaged_weights()).fields
        vocabulary = {token: place for place, token in enumerate(fields["tokenizer.ggml.tokens"].contents())}
        merges = [tuple(merge.split(" ", 1)) for merge in fields["tokenizer.ggml.merges"].contents()]
        counter = Tokenizer(models.BPE(vocabulary, merges))  # type: ignore[arg-type]
        counter.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)  # type: ignore[assignment]
    except ImportError:
        return estimate_tokens, "estimated at four characters a token"
    return (lambda text: len(counter.encode(text).ids)), "SmolLM2's tokenizer"


def main() -> None:
    """Prints a table for each method."""
    parser = argparse.ArgumentParser(description="Tokens per turn of chat.")
    parser.add_argument("--character", default="maren-oddleif")
    parser.add_argument("--turns", type=int, default=20)
    arguments = parser.parse_args()
    count, name = tokenizer()
    print(f"{arguments.character}, {arguments.turns} turns, tokens by {name}; largest prompt of a turn (all its calls together)")
    rows: list[list[str]] = [[str(turn)] for turn in range(1, arguments.turns + 1)]
    kept = []
    for method in METHODS:
        backbone = Measured(count)
        talk = Conversation(ChatSettings(Library(), backbone, "measured"), arguments.character, method)
        for turn in range(arguments.turns):
            message = FACT if turn == 0 else ASKED if turn == arguments.turns - 1 else f"Turn {turn}. {FILLER}"
            backbone.sent.clear()
            asyncio.run(talk.say(message))
            ours = max(size for size, _ in backbone.sent)
            rows[turn].append(f"{ours} ({sum(size for size, _ in backbone.sent)})")
            rows[turn].append(str(_everything(talk, backbone, count)))
        kept.append(f"{method} {all(word in backbone.sent[-1][1] for word in ('Ingrid', '14 May', 'Hirtshals'))}")
    print("| turn | " + " | ".join(f"{method} | {method}, everything" for method in METHODS) + " |")
    print("|---" * (2 * len(METHODS) + 1) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(f"the fact of turn 1 is in the last prompt: {', '.join(kept)}")


def _everything(talk: Conversation, backbone: Measured, count: Callable[[str], int]) -> int:
    """Returns the tokens of the same answering prompt with all earlier turns whole."""
    *earlier, last = talk.turns
    history = tuple(m for t in earlier for m in (Message("user", t.message), Message("assistant", t.answer)))
    told = re.sub(r"What was said so far\n.*?(?=Your friend says to you:)", "", backbone.sent[-1][1], flags=re.DOTALL)
    assert render("chat_turn", plain=render("chat_turn_plain", message=last.message)) in told
    return count(told + format_history((Message("system", talk.scene), *history)))


if __name__ == "__main__":
    main()
