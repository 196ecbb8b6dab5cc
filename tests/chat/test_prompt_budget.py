"""How a turn fits the budget of tokens."""

from __future__ import annotations

import asyncio

import pytest

from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone


@pytest.mark.parametrize("retriever", ["hybrid", "hybrid+llm"])
def test_every_shipped_character_fits_the_default_budget(retriever: str) -> None:
    library = Library(None)
    settings = ChatSettings(library, ScriptedBackbone("Aye."), "scripted", embedder=WordEmbedder())
    for who in library.ids:
        Conversation(settings, who, "macm", {"retriever": retriever})


def test_with_a_smaller_budget_the_model_chooses_from_fewer_memories() -> None:
    library = Library(None)

    def offered(budget: int) -> int:
        backbone = ScriptedBackbone("1")
        settings = ChatSettings(library, backbone, "scripted", embedder=WordEmbedder(), budget=budget)
        talk = Conversation(settings, "albrecht-seidel", "macm", {"retriever": "hybrid+llm"})
        asyncio.run(talk.say("Where did you learn to read?"))
        return sum(line[:1].isdigit() for line in backbone.calls[0][0][-1].content.splitlines())

    assert offered(4000) == 30 and 3 < offered(3500) < 30
    with pytest.raises(UserError, match="choose at least"):
        offered(2700)
