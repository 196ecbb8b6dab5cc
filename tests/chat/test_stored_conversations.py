"""Stored conversations: what is kept after each turn, what several windows do to each other, and what a damaged file costs."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.conversation_record import ConversationRecord
from human_simulacra.chat.conversation_store import ConversationStore, own_conversations
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.secret_redaction import add_secret
from tests.chat.test_conversation import world
from tests.conftest import ScriptedBackbone


def talk(library: Library, store: ConversationStore, identity: str = "") -> Conversation:
    """Begins a stored conversation, or continues the one of this id as another window does."""
    saved = store.load("", identity) if identity else None
    record = ConversationRecord(store, "", identity, len(saved.turns) if saved else 0)
    made = Conversation(world(library, ScriptedBackbone("Aye.")), "ada-berg", "prompt", record=record)
    if saved:
        made.restore(saved)
    return made


def said(store: ConversationStore, identity: str) -> list[str]:
    return [turn.message for turn in store.load("", identity).turns]


def test_each_turn_is_stored_when_it_is_finished(library: Library) -> None:
    one = talk(library, own_conversations())
    assert own_conversations().list("") == []
    for text in ("The word is heron.", "Which word?"):
        asyncio.run(one.say(text))
        assert own_conversations().load("", one.record.id) == one.transcript()  # type: ignore[union-attr]
    (stored,) = own_conversations().list("", "ada-berg")
    assert (stored.title, stored.turns, stored.method) == ("The word is heron.", 2, "prompt")
    assert own_conversations().list("", "bo-crane") == [] and own_conversations().list("visitor") == []


def test_two_windows_on_one_conversation_lose_no_turn(library: Library) -> None:
    store = own_conversations()
    first = talk(library, store)
    asyncio.run(first.say("The beginning."))
    identity = first.record.id  # type: ignore[union-attr]
    second = talk(library, own_conversations(), identity)
    asyncio.run(first.say("From the first window."))
    asyncio.run(second.say("From the second window."))
    branch, origin = store.list("")
    assert said(store, origin.id) == ["The beginning.", "From the first window."]
    assert said(store, branch.id) == ["The beginning.", "From the second window."]
    assert (branch.title, branch.branch_of) == ("Branch of The beginning.", origin.id)


def test_an_edited_turn_is_a_branch_and_a_failed_one_changes_nothing(library: Library) -> None:
    store = own_conversations()
    one = talk(library, store)
    for text in ("Alpha.", "Beta.", "Gamma."):
        asyncio.run(one.say(text))
    asyncio.run(one.say("Delta.", after=1))
    branch, origin = store.list("")
    assert said(store, origin.id) == ["Alpha.", "Beta.", "Gamma."] and said(store, branch.id) == ["Alpha.", "Delta."]
    before = one.transcript()
    one.settings.backbone.script = ""  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="empty answer"):
        asyncio.run(one.say("Epsilon.", after=0))
    assert one.transcript() == before and len(store.list("")) == 2
    assert one.record is not None and one.record.id == branch.id


def test_a_deleted_conversation_is_gone_and_one_that_goes_on_is_stored_again(library: Library, tmp_path: Path) -> None:
    store = own_conversations()
    one = talk(library, store)
    asyncio.run(one.say("Alpha."))
    identity = one.record.id  # type: ignore[union-attr]
    store.delete("", identity)
    assert not any(b"Alpha." in path.read_bytes() for path in (tmp_path / "home").glob("conversations.sqlite*"))
    with pytest.raises(UserError, match="not stored any more"):
        store.load("", identity)
    asyncio.run(one.say("Beta."))
    assert [said(store, stored.id) for stored in store.list("")] == [["Alpha.", "Beta."]]


def test_conversations_are_found_by_number_title_and_beginning(library: Library) -> None:
    store = own_conversations()
    for text in ("The green boat.", "The green door.", "Something else."):
        asyncio.run(talk(library, store).say(text))
    assert store.find("", "1", "ada-berg").title == "Something else."
    assert store.find("", "some").title == "Something else." and store.find("", "the green boat.").title == "The green boat."
    for name, words in (("the green", "2 stored conversations are called"), ("9", "no stored conversation '9'")):
        with pytest.raises(UserError, match=words):
            store.find("", name)


def test_a_secret_reaches_neither_title_nor_text_and_others_cannot_read_the_file(library: Library, tmp_path: Path) -> None:
    add_secret("sk-very-secret-value")
    asyncio.run(talk(library, own_conversations()).say("My key is sk-very-secret-value."))
    files = list((tmp_path / "home").glob("conversations.sqlite*"))
    assert files and not any(b"sk-very-secret-value" in path.read_bytes() for path in files)
    assert stat.S_IMODE((tmp_path / "home" / "conversations.sqlite").stat().st_mode) == 0o600


def test_a_damaged_file_is_set_aside(library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "home" / "conversations.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"no database " * 500)
    store = own_conversations()
    asyncio.run(talk(library, store).say("Alpha."))
    assert [stored.title for stored in own_conversations().list("")] == ["Alpha."]
    assert f"it now lies in {path}.damaged-1" in capsys.readouterr().err
    assert Path(f"{path}.damaged-1").read_bytes().startswith(b"no database")


def test_a_file_of_a_later_version_stays_and_conversations_go_on(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(talk(library, own_conversations()).say("Alpha."))
    path = tmp_path / "home" / "conversations.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    store = own_conversations()
    asyncio.run(talk(library, store).say("Beta."))
    assert [stored.title for stored in store.list("")] == ["Beta."] and "schema version 99" in store.problem
    assert "HUMAN_SIMULACRA_HOME" in capsys.readouterr().err and path.exists()
