"""What servers do not take is found out, and the ways in which one cannot be used are told with their mend, in seconds."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from human_simulacra.backbones import CachedBackbone, CallCache, RetryingBackbone, RetryPolicy
from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.capabilities import KnownCapabilities
from human_simulacra.backbones.openai_chat import REASONING_TOKENS, OpenAIChat
from human_simulacra.errors import UserError
from human_simulacra.plugin.llm_schema import check_model_config
from human_simulacra.types import Completion, Generation, Message
from tests.faults.fault import Fault, each
from tests.servers import completion, serving

ASKED = [Message("system", "You are Ada."), Message("user", "Who are you?")]
Request = Mapping[str, Any]


def refuse(words: str, status: int = 400, **more: Any) -> tuple[int, dict[str, str], str]:
    return status, {}, json.dumps({"error": {"message": words, **more}})


def without(key: str, words: str, status: int = 400) -> Callable[[Request], Any]:
    """A server that refuses a parameter."""
    return lambda body: refuse(words, status) if key in body else "Ada"


def roles(body: Request) -> list[str]:
    return [message["role"] for message in body["messages"]]


def without_system(words: str, status: int = 400) -> Callable[[Request], Any]:
    return lambda body: refuse(words, status) if "system" in roles(body) else "Ada"


def picky(body: Request) -> Any:
    """A server that names one obstacle after the other."""
    for key in ("max_tokens", "temperature", "seed"):
        if key in body:
            return refuse(
                f"Unsupported parameter: '{key}'" + (" Use 'max_completion_tokens' instead." if key == "max_tokens" else "")
            )
    return refuse("Conversation roles must alternate user/assistant/user") if "system" in roles(body) else "Ada"


# A server, whether the request is the call before a run, and what the last request has (True) or lacks (False).
TAKES = [
    Fault("takes everything", (lambda body: "Ada", False), {"max_tokens": True, "seed": True, "temperature": True, "system": True}),
    Fault("max_completion_tokens, as OpenAI says it", (without("max_tokens", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."), False), {"max_completion_tokens": True, "max_tokens": False, "seed": True}),
    Fault("max_completion_tokens behind Azure", (without("max_tokens", "Unrecognized request argument supplied: max_tokens"), False), {"max_completion_tokens": True}),
    Fault("max_tokens alone", (without("max_completion_tokens", "max_completion_tokens: Extra inputs are not permitted"), False), {"max_tokens": True}),
    Fault("no limit at all", (lambda body: refuse("max_tokens and max_completion_tokens are not supported") if {"max_tokens", "max_completion_tokens"} & set(body) else "Ada", False), {"max_tokens": False, "max_completion_tokens": False}),
    Fault("no temperature", (without("temperature", "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."), False), {"temperature": False, "seed": True}),
    Fault("no seed", (without("seed", "seed: Extra inputs are not permitted", 422), False), {"seed": False, "temperature": True}),
    Fault("no seed, unnamed, before a run", (without("seed", "Bad Request"), True), {"seed": False, "temperature": True}),
    Fault("no temperature, unnamed, before a run", (without("temperature", "invalid request"), True), {"temperature": False}),
    Fault("another limit, unnamed, before a run", (without("max_tokens", "invalid request"), True), {"max_completion_tokens": True}),
    Fault("no system role, as Gemma's template says it", (without_system("System role not supported"), False), {"system": False}),
    Fault("no system role, with status 500, before a run", (without_system("Jinja Exception: System role not supported", 500), True), {"system": False}),
    Fault("strict alternation, as Mistral's template says it", (without_system("Conversation roles must alternate user/assistant/user/assistant/..."), False), {"system": False}),
    Fault("no system message", (without_system("messages with role 'system' are not allowed for this model"), False), {"system": False}),
    Fault("no system role, unnamed, before a run", (without_system("template error"), True), {"system": False}),
    Fault("nothing that is usual", (picky, False), {"max_completion_tokens": True, "max_tokens": False, "temperature": False, "seed": False, "system": False}),
    Fault("nothing that is usual, before a run", (picky, True), {"max_completion_tokens": True, "temperature": False, "system": False}),
    Fault("no seed and an error in a list", (lambda body: (422, {}, json.dumps({"detail": [{"loc": ["body", "seed"], "msg": "extra fields not permitted"}]})) if "seed" in body else "Ada", False), {"seed": False}),
    Fault("no seed and a plain text", (lambda body: (400, {}, "unknown field seed") if "seed" in body else "Ada", False), {"seed": False}),
]  # fmt: skip

CAPABILITIES = [
    Fault("no dict", ["seed"], "llm.capabilities must be a dict or None, not ['seed']"),
    Fault("an unknown key", {"sytem_role": False}, "unknown key of llm.capabilities 'sytem_role': did you mean 'system_role'"),
    Fault("a role that is a word", {"system_role": "no"}, "llm.capabilities.system_role must be True or False, not 'no'"),
    Fault("a role that is a number", {"system_role": 0}, "llm.capabilities.system_role must be True or False, not 0"),
    Fault("an omission that is a string", {"omit": "seed"}, "llm.capabilities.omit must be a list, not 'seed'"),
    Fault("an omission that is no name", {"omit": [3]}, "llm.capabilities.omit[0] must be a text that is not empty, not 3"),
    Fault("an unknown limit", {"tokens_key": "n_predict"}, "unknown llm.capabilities.tokens_key 'n_predict'"),
    Fault("a value of another class", {"streaming": object}, "llm.capabilities.streaming must be True or False"),
]


@pytest.fixture(scope="module")
def world() -> Iterator[SimpleNamespace]:
    """A server whose answers `script` makes of each request."""
    held = SimpleNamespace(script=lambda body: "Ada")
    with serving(lambda body, number: held.script(body)) as server:
        held.server = server
        yield held


def chat(address: str, **more: Any) -> OpenAIChat:
    from openai import OpenAI

    return OpenAIChat(OpenAI(base_url=address, api_key="none"), "m", "m", concurrency=2, **{"timeout": 20, **more})


def sent(body: Request, name: str) -> bool:
    return name in roles(body) if name == "system" else name in body


@each(TAKES)
def test_what_a_server_takes_is_found_out_and_kept(fault: Fault, world: SimpleNamespace) -> None:
    world.script, blind = fault.given
    assert asyncio.run(chat(world.server.address).complete(ASKED, Generation(16), blind)).text == "Ada"
    before = len(world.server.requests)
    assert {name: sent(world.server.requests[-1], name) for name in fault.expected} == fault.expected
    # Another process asks at once what the server takes.
    again = chat(world.server.address)
    assert asyncio.run(again.complete(ASKED, Generation(16))).text == "Ada" and len(world.server.requests) == before + 1
    assert "You are Ada." in json.dumps(world.server.requests[-1]["messages"])


@pytest.mark.parametrize(("given", "works"), [("", "/v1"), ("/v1", "")], ids=["without", "with"])
def test_an_address_is_right_with_and_without_v1(given: str, works: str, world: SimpleNamespace) -> None:
    from tests.servers import ScriptedServer

    server: ScriptedServer = world.server
    world.script = lambda body: "Ada"
    server.prefix = works
    try:
        found = chat(server.address.removesuffix("/v1") + given)
        assert asyncio.run(found.complete(ASKED, Generation(16))).text == "Ada"
        assert asyncio.run(chat(server.address.removesuffix("/v1") + given).complete(ASKED, Generation(16))).text == "Ada"
    finally:
        server.prefix = None


@each(CAPABILITIES)
def test_capabilities_of_a_config_are_checked(fault: Fault) -> None:
    with pytest.raises(UserError) as raised:
        check_model_config({"type": "opencompass.models.OpenAISDK", "capabilities": fault.given}, "config.py", "llm")
    assert fault.expected in str(raised.value) and str(raised.value).startswith("config.py: ")


def test_capabilities_of_a_config_are_kept(world: SimpleNamespace) -> None:
    world.script = lambda body: "Ada"
    given = {"system_role": False, "omit": ["seed"]}
    assert (
        asyncio.run(chat(world.server.address, capabilities=KnownCapabilities("m", given)).complete(ASKED, Generation(16))).text
        == "Ada"
    )
    last = world.server.requests[-1]
    assert "seed" not in last and last["messages"] == [{"role": "user", "content": "You are Ada.\n\nWho are you?"}]


def test_a_server_that_cannot_stream_gives_the_answer_as_one_piece(world: SimpleNamespace) -> None:
    for script in (without("stream", "stream is not supported"), lambda body: (200, {}, completion("Ada"))):
        world.script, heard = script, []
        done = asyncio.run(chat(world.server.address).stream(ASKED, Generation(16), heard.append))
        assert done.text == "Ada" and heard == ["Ada"]


def thinks(tokens: int) -> Callable[[Request], Any]:
    """A model that thinks for a number of tokens before its one word."""
    usage = {"prompt_tokens": 10, "completion_tokens": tokens, "completion_tokens_details": {"reasoning_tokens": tokens}}

    def script(body: Request) -> Any:
        cut = body["max_tokens"] <= tokens
        message = {"role": "assistant", "content": "" if cut else "Ada"}
        choice = {"index": 0, "finish_reason": "length" if cut else "stop", "message": message}
        return 200, {}, json.dumps({"choices": [choice], "usage": usage})

    return script


def test_thinking_has_a_budget_of_its_own_and_what_gave_nothing_counts(world: SimpleNamespace) -> None:
    world.script = thinks(500)
    before = len(world.server.requests)
    done = asyncio.run(chat(world.server.address).complete(ASKED, Generation(16)))
    assert done.text == "Ada" and done.requests == 2 and done.completion_tokens == 1000 and done.prompt_tokens == 20
    assert [body["max_tokens"] for body in world.server.requests[before:]] == [16, 2 * (16 + REASONING_TOKENS)]
    assert (
        asyncio.run(chat(world.server.address).complete(ASKED, Generation(16))).requests == 1
    )  # it is known now that the model thinks
    assert world.server.requests[-1]["max_tokens"] == 16 + REASONING_TOKENS
    assert asyncio.run(chat(world.server.address, reasoning_tokens=900).complete(ASKED, Generation(16))).requests == 1
    assert world.server.requests[-1]["max_tokens"] == 916


def test_a_model_that_only_thinks_is_asked_twice_and_then_gave_nothing(world: SimpleNamespace) -> None:
    world.script = thinks(10**9)
    before = len(world.server.requests)
    done = asyncio.run(chat(world.server.address).complete(ASKED, Generation(16)))
    assert (done.text, done.finish, done.requests) == ("", "length", 2) and len(world.server.requests) == before + 2


def test_a_cut_answer_is_asked_for_once_more_with_more_room(world: SimpleNamespace) -> None:
    world.script = lambda body: (200, {}, completion("Ada", "stop" if body["max_tokens"] > 16 else "length"))
    assert asyncio.run(chat(world.server.address).complete(ASKED, Generation(16))).finish == "length"
    whole = asyncio.run(chat(world.server.address).complete(ASKED, Generation(16, whole=True)))
    assert (whole.text, whole.finish, whole.requests) == ("Ada", "stop", 2)


def test_calls_that_gave_nothing_count_in_the_usage_of_what_came_at_last(world: SimpleNamespace, tmp_path: Any) -> None:
    answers = iter(["", "", "Ada"])
    world.script = lambda body: next(answers)

    async def no_wait(seconds: float) -> None: ...

    backbone = CachedBackbone(
        RetryingBackbone(chat(world.server.address), RetryPolicy(5), no_wait), CallCache(tmp_path / "c.sqlite")
    )
    done = asyncio.run(backbone.complete(ASKED, Generation(16)))
    assert (done.text, done.requests, done.prompt_tokens) == ("Ada", 3, 300)
    assert asyncio.run(backbone.complete(ASKED, Generation(16))).requests == 3
    world.script = lambda body: ""
    with pytest.raises(BackboneError) as raised:
        asyncio.run(backbone.complete(ASKED, Generation(17)))
    assert isinstance(raised.value.spent, Completion) and raised.value.spent.requests == 5


def test_the_time_limit_bounds_the_whole_call_however_slowly_a_server_sends(world: SimpleNamespace) -> None:
    over = threading.Event()

    def drip(body: Request) -> Any:
        def pieces() -> Iterator[str]:
            while not over.wait(0.05):
                yield "Ada "

        return pieces()

    world.script = drip
    with pytest.raises(BackboneError, match="timed out") as raised:
        asyncio.run(chat(world.server.address, timeout=0.5).stream(ASKED, Generation(16), lambda piece: None))
    over.set()
    assert raised.value.retryable
    never = threading.Event()
    world.script = lambda body: never.wait(20) and None
    with pytest.raises(BackboneError, match="timed out"):
        asyncio.run(chat(world.server.address, timeout=0.5).complete(ASKED, Generation(16)))
    never.set()


def test_a_model_that_never_answered_is_not_tried_again_and_one_that_did_is(world: SimpleNamespace) -> None:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    def tries(address: str, first: bool) -> int:
        waits.clear()
        backbone = RetryingBackbone(chat(world.server.address), RetryPolicy(4), wait)
        if first:
            world.script = lambda body: "Ada"
            asyncio.run(backbone.complete(ASKED, Generation(16)))
        backbone.inner = chat(address)
        with pytest.raises(BackboneError):
            asyncio.run(backbone.complete(ASKED, Generation(16)))
        return len(waits) + 1

    assert tries("http://127.0.0.1:9/v1", False) == 1 and tries("http://127.0.0.1:9/v1", True) == 4
