"""What a user of `Simulacrum` gives: arguments, a backbone of their own, and a function that hears the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from human_simulacra import Simulacrum
from human_simulacra.errors import UserError
from human_simulacra.types import Completion, Generation, Message
from tests.conftest import ScriptedBackbone
from tests.faults.fault import Fault, each
from tests.servers import serving


class Own:
    """A user's backbone that returns whatever it is given."""

    fingerprint = "own 1"

    def __init__(self, returned: Any) -> None:
        self.returned = returned

    async def complete(self, messages: Sequence[Message], generation: Generation) -> Any:
        return self.returned


class Plain(Own):
    """A user who forgot `async`."""

    def complete(self, messages: Sequence[Message], generation: Generation) -> Any:  # type: ignore[override]
        return self.returned


class Nameless:
    async def complete(self, messages: Sequence[Message], generation: Generation) -> Completion:
        return Completion("Aye.")


class Speechless:
    fingerprint = "speechless"


class Streaming(Own):
    async def stream(self, messages: Sequence[Message], generation: Generation, on_text: Any) -> Any:
        on_text("Aye")
        on_text(".")
        return self.returned


def load(folder: Path, /, **given: Any) -> Simulacrum:
    return Simulacrum.load(
        **{"character": "ada-berg", "backbone": Own(Completion("Aye.")), "data": folder, "method": "prompt"} | given
    )


@each([
    Fault("a text as the temperature", {"temperature": "hot"}, "'temperature' must be a number of at least 0, not 'hot'"),
    Fault("a negative temperature", {"temperature": -1}, "'temperature' must be a number of at least 0, not -1"),
    Fault("a text as the seed", {"seed": "s"}, "'seed' must be a whole number, not 's'"),
    Fault("a text as the budget", {"budget": "a"}, "'budget' must be a whole number of at least 1, not 'a'"),
    Fault("a list of options", {"options": [1]}, "'options' must be a dict"),
    Fault("a number as the scene", {"scene": 3}, "'scene' must be a text"),
    Fault("no character", {"character": None}, "'character' must be a text that is not empty, not None"),
    Fault("a number as the data folder", {"data": 5}, "'data' must be a path or None, not 5"),
    Fault("a number as the method", {"method": 5}, "'method' must be a text, not 5"),
    Fault("a number as the backbone", {"backbone": 5}, "backbone must be a model's name"),
    Fault("a class as the backbone", {"backbone": Own}, "an object of the class 'Own', not the class itself"),
    Fault("a backbone without a fingerprint", {"backbone": Nameless()}, "backbone 'Nameless' needs a text `fingerprint`"),
    Fault("a backbone that answers nothing", {"backbone": Speechless()}, "backbone 'Speechless' needs a method `complete`"),
])  # fmt: skip
def test_an_argument_that_cannot_be_used_is_named_before_anything_is_said(data: Path, fault: Fault) -> None:
    with pytest.raises(UserError) as raised:
        load(data, **fault.given)
    assert fault.expected in str(raised.value)


@pytest.mark.parametrize("given", [{"temperature": 0}, {"scene": " \n "}, {"options": {}}, {"seed": -3}])
def test_what_can_be_used_is_used(data: Path, given: dict[str, Any]) -> None:
    ada = load(data, **given, data=str(data))
    assert ada.chat("Hello.").text == "Aye." and ada.conversation.scene.startswith("A quiet corner of a coffee shop")


@each([
    Fault("a text", Own("Hello."), "`complete` of backbone 'Own' returned a str ('Hello.'), not a human_simulacra.types.Completion"),
    Fault("nothing", Own(None), "`complete` of backbone 'Own' returned a NoneType (None), not a human_simulacra.types.Completion"),
    Fault("a completion of bytes", Own(Completion(b"Hello.")), "`complete` of backbone 'Own' returned a Completion whose text is a bytes"),  # type: ignore[arg-type]
    Fault("a text, not awaited", Plain("Hello."), "`complete` of backbone 'Plain' returned a str ('Hello.') that cannot be awaited: write `async def complete`"),
    Fault("a completion, not awaited", Plain(Completion("Aye.")), "cannot be awaited: write `async def complete`"),
])  # fmt: skip
@pytest.mark.parametrize("method", ["prompt", "macm"])
@pytest.mark.parametrize("heard", [None, [].append])
def test_what_an_own_backbone_returned_is_named(data: Path, fault: Fault, method: str, heard: Any) -> None:
    ada = load(data, backbone=fault.given, method=method, options={"retriever": "lexical"} if method == "macm" else None)
    with pytest.raises(UserError) as raised:
        ada.chat("Hello.", heard)
    assert fault.expected in str(raised.value) and ada.turns == []


def test_what_an_own_stream_returned_is_named(data: Path) -> None:
    with pytest.raises(UserError, match=r"`stream` of backbone 'Streaming' returned a str \('Aye.'\), not a human_simulacra"):
        load(data, backbone=Streaming("Aye.")).chat("Hello.", [].append)


def test_an_own_backbone_is_heard_piece_by_piece_if_it_can_stream(data: Path) -> None:
    for backbone, pieces in ((Streaming(Completion("Aye.")), ["Aye", "."]), (Own(Completion("Aye.")), ["Aye."])):
        heard: list[str] = []
        assert load(data, backbone=backbone).chat("Hello.", heard.append).text == "Aye." and heard == pieces


class Mine(Exception):
    pass


def fail(piece: str) -> None:
    raise Mine(piece)


def test_an_exception_of_who_hears_the_answer_is_raised_as_it_is_and_the_conversation_goes_on(data: Path) -> None:
    ada = load(data, backbone=ScriptedBackbone("Aye."))
    with pytest.raises(Mine, match="Aye") as raised:
        ada.chat("Hello.", fail)
    assert raised.value.__cause__ is None and raised.value.__context__ is None and ada.turns == []
    with pytest.raises(Mine, match="Aye"):
        asyncio.run(ada.achat("Hello.", fail))
    assert ada.chat("Hello.").text == "Aye." and len(ada.turns) == 1


def test_an_exception_of_who_hears_a_server_is_not_the_servers(data: Path) -> None:
    from opencompass.models import OpenAISDK

    with serving(lambda body, number: "Aye, from a server.") as server:
        config = dict(type=OpenAISDK, abbr="mine", path="m", key="none", openai_api_base=server.address)
        with pytest.raises(Mine, match="Aye"):
            load(data, backbone=config).chat("Hello.", fail)
        assert len(server.requests) == 1


@pytest.mark.parametrize("message", [None, 5, b"Hello."])
def test_a_message_that_is_no_text_is_named(data: Path, message: Any) -> None:
    with pytest.raises(UserError, match="the message must be a text, not"):
        load(data).chat(message)
