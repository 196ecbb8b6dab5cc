"""Several endpoints of one model: calls are shared out, and one that dies loses nothing."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from openai import OpenAI

from human_simulacra.backbones import Backbone, BackboneError
from human_simulacra.backbones.endpoints import REST_SECONDS, Endpoints
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.errors import UserError
from human_simulacra.plugin.backbone_factory import build_backbone
from human_simulacra.plugin.llm_config import fingerprint
from human_simulacra.plugin.model_names import named_model
from human_simulacra.types import Generation, Message
from tests.servers import ScriptedServer, serving

PLAIN = Generation(16)


def config(*addresses: str) -> dict[str, Any]:
    return {"type": "opencompass.models.OpenAISDK", "path": "m", "key": "none", "openai_api_base": list(addresses)}


async def ask_many(backbone: Backbone, count: int) -> list[str]:
    asked = ([Message("user", f"{number}")] for number in range(count))
    return [done.text for done in await asyncio.gather(*(backbone.complete(messages, PLAIN) for messages in asked))]


def test_the_least_loaded_endpoint_is_asked() -> None:
    together = threading.Barrier(4)  # two calls at each of two servers, at once

    def script(body: dict[str, Any], number: int) -> str:
        together.wait(20)
        return "Ada"

    with serving(script) as first, serving(script) as second:
        assert asyncio.run(ask_many(build_backbone(config(first.address, second.address), 4), 4)) == ["Ada"] * 4
    assert (len(first.requests), len(second.requests)) == (2, 2)


@pytest.mark.parametrize("way", ["closes connections", "is gone", "gateway"])
def test_an_endpoint_that_dies_in_the_middle_loses_nothing_and_the_other_goes_on(way: str) -> None:
    dying: ScriptedServer

    def script(body: dict[str, Any], number: int) -> Any:
        if number < 10:
            return "Ada"
        if way == "is gone" and number == 10:
            threading.Thread(target=dying.close).start()
        return (502, {}, "<html>Bad Gateway</html>") if way == "gateway" else None

    with serving(lambda body, number: "Bo") as other:
        dying = ScriptedServer(script)
        backbone = build_backbone(config(dying.address, other.address), 4)
        answers = asyncio.run(ask_many(backbone, 60))
        if way != "is gone":
            dying.close()
    assert answers.count("Ada") == 9 and answers.count("Bo") == 51 == len(other.requests)
    # It is left out after its first failures: those that were under way together.
    assert len(dying.requests) <= 9 + 4


def test_where_no_endpoint_responds_the_error_is_that_of_the_last() -> None:
    client = OpenAI(base_url="http://127.0.0.1:9/v1", api_key="none")
    backbone = OpenAIChat(client, "m", "m", 1, addresses=["http://127.0.0.1:9/v1", "http://127.0.0.1:7/v1"])
    with pytest.raises(BackboneError, match=r"m at http://127.0.0.1:7/v1 could not be reached.*refused") as raised:
        asyncio.run(ask_many(backbone, 1))
    assert raised.value.unusable


def test_an_endpoint_that_was_left_out_gets_a_single_call_after_a_while() -> None:
    now = 0.0
    endpoints = Endpoints(["a", "b"], lambda: now)

    def choose() -> str:
        found = endpoints.choose([])
        assert found is not None
        return found.address

    first = endpoints.choose([])
    assert first is not None and first.address == "a"
    endpoints.rest(first)
    assert [choose(), choose()] == ["b", "b"]
    now = REST_SECONDS
    assert [choose(), choose()] == ["a", "b"]  # one call tries it, the next waits for what comes of that
    with endpoints.calling(first):
        pass
    assert [choose(), choose()] == ["a", "a"]


def test_several_addresses_are_identified_by_the_first() -> None:
    single = fingerprint({**config(), "openai_api_base": "http://a/v1"})
    assert fingerprint(config("http://a/v1", "http://b/v1")) == fingerprint(config("http://a/v1")) == single
    assert fingerprint(config("http://b/v1", "http://a/v1")) != single


def test_several_addresses_are_given_with_commas() -> None:
    assert named_model("openai/m", "http://a/v1, http://b/v1")["openai_api_base"] == ["http://a/v1", "http://b/v1"]
    assert named_model("openai/m", "http://a/v1")["openai_api_base"] == "http://a/v1"
    with pytest.raises(UserError, match="has no address"):
        named_model("openai/m", " , ")
