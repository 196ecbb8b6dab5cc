"""Streaming: which pieces reach the caller, and how a stream stops or breaks."""

from __future__ import annotations

import asyncio
import threading

import pytest

from human_simulacra.backbones import BackboneError, RetryingBackbone, RetryPolicy
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.reasoning import ReasoningFilter
from human_simulacra.chat.conversation import Conversation
from human_simulacra.library import Library
from tests.chat.test_conversation import world
from tests.servers import ScriptedServer, serving


def chat_at(server: ScriptedServer) -> OpenAIChat:
    from openai import OpenAI

    return OpenAIChat(OpenAI(base_url=server.address, api_key="none"), "m", "m", concurrency=2)


def test_only_the_answer_streams_and_its_pieces_make_the_whole(library: Library) -> None:
    pieces: list[str] = []
    with serving(lambda body, number: "I was a baker in Sund." if body.get("stream") else "Hm.") as server:
        talk = Conversation(world(library, chat_at(server)), "ada-berg", "macm")
        reply = asyncio.run(talk.say("What were you?", pieces.append))
    assert [bool(body.get("stream")) for body in server.requests].count(True) == 1
    assert len(pieces) == 6 and "".join(pieces) == reply.text == "I was a baker in Sund."
    assert reply.trace.calls[-1].completion.prompt_tokens == 100 and not reply.trace.calls[-1].completion.estimated


def test_a_chain_of_thought_is_not_heard() -> None:
    for pieces in (
        ["<thi", "nk>She asks", " me.</th", "ink>\n", "\nAye", ", I was."],
        ["Aye", ", I was."],
        ["<", "think></think>Aye, I was."],
    ):
        heard: list[str] = []
        spoken = ReasoningFilter(heard.append)
        for piece in pieces:
            spoken.add(piece)
        spoken.end()
        assert "".join(heard) == "Aye, I was."


def test_a_stopped_answer_stops_the_stream(library: Library) -> None:
    sent, over = threading.Event(), threading.Event()
    written: list[int] = []

    def endless():
        try:
            for number in range(100_000):
                written.append(number)
                yield "word "
                if number == 3:
                    sent.wait(20)
        finally:
            over.set()

    async def stop_early(talk: Conversation) -> None:
        begun = asyncio.Event()
        task = asyncio.ensure_future(talk.say("Hello.", lambda piece: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        sent.set()

    with serving(lambda body, number: endless()) as server:
        talk = Conversation(world(library, chat_at(server)), "ada-berg", "prompt")
        asyncio.run(stop_early(talk))
        assert over.wait(20) and len(written) < 100_000
    assert talk.turns == []


def test_a_stream_that_breaks_before_its_first_word_is_tried_again_and_after_it_is_not(library: Library) -> None:
    async def no_wait(seconds: float) -> None: ...

    def broken():
        yield "I was "
        raise ConnectionResetError

    heard: list[str] = []
    busy = (503, {}, "{}")
    script = {1: busy, 2: "Aye."}
    with serving(lambda body, number: script[number]) as server:
        backbone = RetryingBackbone(chat_at(server), RetryPolicy(3), no_wait)
        talk = Conversation(world(library, backbone), "ada-berg", "prompt")
        assert asyncio.run(talk.say("Hello.", heard.append)).text == "Aye." and heard == ["Aye."]
    with serving(lambda body, number: broken()) as server:
        backbone = RetryingBackbone(chat_at(server), RetryPolicy(3), no_wait)
        talk = Conversation(world(library, backbone), "ada-berg", "prompt")
        with pytest.raises(BackboneError):
            asyncio.run(talk.say("Hello.", heard.append))
        assert len(server.requests) == 1 and talk.turns == []
