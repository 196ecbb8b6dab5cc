"""The command `human-simulacra chat`: which conversation it begins or continues."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from human_simulacra.chat.chat_settings import ChatSettings, check_character_and_method
from human_simulacra.chat.conversation import Conversation
from human_simulacra.chat.conversation_store import ConversationStore, own_conversations
from human_simulacra.chat.earlier_conversation import EarlierConversation, find_earlier, load_stored
from human_simulacra.chat.experiences import own_experiences
from human_simulacra.chat.slash_commands import TerminalSession
from human_simulacra.chat.terminal import is_interactive, run
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.library_as_of import LibraryAsOf
from human_simulacra.point_in_time import name_point


def chat(arguments: argparse.Namespace, load_settings: Callable[[Library, str | None], ChatSettings]) -> int:
    """Runs the chat in a terminal or a pipe.

    Args:
        arguments: The command's arguments.
        load_settings: Loads the backbone, given the library and its config.

    Returns:
        The exit status.

    Raises:
        UserError: If an argument is unknown or cannot be used; the backbone is not loaded then.
    """
    library, store = Library(arguments.data), own_conversations(not arguments.no_history)
    named = check_character_and_method(library, arguments.character, "macm").id if arguments.character else ""
    earlier = _find_earlier(arguments, store, named)
    transcript = earlier.transcript if earlier else None
    if earlier:
        earlier.check(library, arguments.method, arguments.scene)
    if not named and transcript is None:
        raise UserError(f"choose a character: human-simulacra chat CHARACTER, one of {', '.join(library.ids)}")
    method = arguments.method or (transcript.method if transcript else "macm")
    character = check_character_and_method(library, named or (transcript.character if transcript else ""), method)
    as_of = name_point(arguments.as_of) if arguments.as_of or not transcript else transcript.as_of
    if transcript and transcript.as_of != as_of:
        raise UserError(f"{arguments.load} is a conversation as of {transcript.as_of or 'today'}: omit --as-of")
    if as_of:
        LibraryAsOf(library, as_of).point(character.id)
    if transcript and transcript.character != character.id:
        raise UserError(f"{arguments.load} is a conversation with '{transcript.character}', not '{character.id}': omit CHARACTER")
    settings, experiences = load_settings(library, arguments.backbone), own_experiences()
    conversation = Conversation(settings, character.id, method, None, arguments.scene, experiences, as_of)
    session = TerminalSession(settings, conversation, experiences, store, records=is_interactive())
    if earlier:
        session.open(earlier, method, arguments.scene)
    return run(session)


def _find_earlier(arguments: argparse.Namespace, store: ConversationStore, character: str) -> EarlierConversation | None:
    """Returns the conversation to continue, if any."""
    if arguments.resume and arguments.load:
        raise UserError("--continue and --load both say what to continue: omit one")
    if arguments.resume:
        with_whom = f" with {character}" if character else ""
        known = store.list("", character)
        if not known:
            raise UserError(f"there is no stored conversation{with_whom} yet: omit --continue")
        wanted = name_point(arguments.as_of) if arguments.as_of else None
        found = [one for one in known if wanted in (None, one.as_of)]
        if not found:
            newest = f"as of {known[0].as_of}" if known[0].as_of else "of today"
            raise UserError(f"no stored conversation{with_whom} is as of {wanted}, the newest is {newest}: omit --as-of")
        return load_stored(store, found[0])
    return find_earlier(store, arguments.load, character) if arguments.load else None
