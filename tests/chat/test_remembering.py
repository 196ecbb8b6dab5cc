"""Which turns are stored as experiences, and which can be stored again after `undo`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from human_simulacra.chat import transcripts
from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.experiences import Experiences
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone


@pytest.fixture
def shared(library: Library) -> ChatSettings:
    return ChatSettings(library, ScriptedBackbone("Aye."), "scripted", embedder=WordEmbedder())


def remembered(talk: Conversation, *messages: str) -> str:
    for message in messages:
        asyncio.run(talk.say(message))
    return asyncio.run(talk.remember()).paragraph.text


def test_undo_gives_back_the_turns_of_the_newest_experience_alone(shared: ChatSettings) -> None:
    talk = Conversation(shared, "ada-berg", "prompt")
    remembered(talk, "first alpha")
    assert "alpha" not in remembered(talk, "second beta")
    talk.undo()
    text = remembered(talk)
    assert "beta" in text and "alpha" not in text
    with pytest.raises(UserError, match="no turn since the last"):
        asyncio.run(talk.remember())
    assert talk.undo() and talk.undo() and talk.undo() is None
    text = remembered(talk)
    assert "alpha" in text and "beta" in text


def test_undo_of_another_conversation_changes_nothing_in_this_one(shared: ChatSettings) -> None:
    experiences = Experiences()
    one, two = (Conversation(shared, "ada-berg", "prompt", experiences=experiences) for _ in range(2))
    remembered(one, "first alpha")
    remembered(two, "second beta")
    one.undo()
    with pytest.raises(UserError, match="no turn since the last"):
        asyncio.run(one.remember())
    assert "beta" in remembered(two)


def test_turns_whose_experience_was_undone_elsewhere_can_be_stored_again(tmp_path: Path, shared: ChatSettings) -> None:
    experiences = Experiences(tmp_path / "experiences")
    first = Conversation(shared, "ada-berg", "prompt", experiences=experiences)
    remembered(first, "alpha")
    transcripts.save(tmp_path / "talk.jsonl", first.transcript())

    def again(experiences: Experiences) -> Conversation:
        talk = Conversation(shared, "ada-berg", "prompt", experiences=experiences)
        talk.restore(transcripts.load(tmp_path / "talk.jsonl"))
        return talk

    with pytest.raises(UserError, match="no turn since the last"):
        asyncio.run(again(experiences).remember())
    assert Conversation(shared, "ada-berg", "prompt", experiences=experiences).undo()
    assert "alpha" in remembered(again(Experiences(tmp_path / "experiences")))


def test_a_branch_knows_which_of_its_turns_are_stored(shared: ChatSettings) -> None:
    talk = Conversation(shared, "ada-berg", "prompt")
    remembered(talk, "first alpha", "second beta")
    talk.branch(1)
    text = remembered(talk, "third gamma")
    assert "gamma" in text and "alpha" not in text
    talk.undo()
    assert "alpha" not in remembered(talk)
    assert talk.undo() and talk.undo()
    assert "alpha" in remembered(talk)


def test_a_transcript_of_an_earlier_version_says_how_many_turns_are_stored(tmp_path: Path, shared: ChatSettings) -> None:
    talk = Conversation(shared, "ada-berg", "prompt")
    remembered(talk, "first alpha")
    asyncio.run(talk.say("second beta"))
    head, _, rest = transcripts.dump(talk.transcript()).partition("\n")
    assert '"kept": 1' in head
    older = head[: head.index(', "remembered"')] + "}\n" + rest
    talk.restore(transcripts.parse(older, "older"))
    text = remembered(talk)
    assert "beta" in text and "alpha" not in text
