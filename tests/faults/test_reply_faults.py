"""Whatever a server sends becomes a completion, or an error of its call alone that says why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from human_simulacra.backbones.base import BackboneError
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.backbones.reasoning import ReasoningFilter, split_reasoning
from human_simulacra.backbones.server_reply import LARGEST_TEXT, InvalidReply, read_reply
from human_simulacra.types import Completion, Generation, Message
from tests.faults.fault import Fault, each
from tests.servers import serving

ASKED = [Message("system", "You are Ada."), Message("user", "Who are you?")]


def body(message: Any = None, finish: Any = "stop", usage: Any = None, **more: Any) -> str:
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return json.dumps({"id": "x", "object": "chat.completion", "choices": [choice], "usage": usage, **more})


def said(content: Any, finish: Any = "stop", usage: Any = None, **more: Any) -> str:
    return body({"role": "assistant", "content": content, **more}, finish, usage)


def counted(usage: Any) -> str:
    return said("Ada", usage=usage)


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


def text(*parts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": part} for part in parts]


# What a server sends (a body with status 200), and the text and the end of the completion, or words of the error.
FAULTS = [
    Fault("a plain text", said("Ada"), ("Ada", "stop")),
    Fault("spaces around it", said("  Ada \n"), ("Ada", "stop")),
    Fault("parts of text", said(text("A", "da")), ("Ada", "stop")),
    Fault("parts that are strings", said(["A", "da"]), ("Ada", "stop")),
    Fault("parts of output_text", said([{"type": "output_text", "text": "Ada"}]), ("Ada", "stop")),
    Fault("a part without a type", said([{"text": "Ada"}]), ("Ada", "stop")),
    Fault("a part whose text is an object", said([{"type": "text", "text": {"value": "Ada"}}]), ("Ada", "stop")),
    Fault("a part of an image beside text", said([{"type": "image_url", "image_url": {"url": "x"}}, *text("Ada")]), ("Ada", "stop")),
    Fault("a part that is null", said([None, *text("Ada")]), ("Ada", "stop")),
    Fault("a part that is a number", said([3, " boats"]), ("3 boats", "stop")),
    Fault("a thinking part", said([{"type": "thinking", "thinking": text("Hm.")}, *text("Ada")]), ("Ada", "stop")),
    Fault("a reasoning part", said([{"type": "reasoning", "text": "Hm."}, *text("Ada")]), ("Ada", "stop")),
    Fault("content that is a number", said(3), ("3", "stop")),
    Fault("content that is a fraction", said(2.5), ("2.5", "stop")),
    Fault("content that is an object with a text", said({"text": "Ada"}), ("Ada", "stop")),
    Fault("content that is an object with content", said({"content": "Ada"}), ("Ada", "stop")),
    Fault("content that is an object without a text", said({"a": 1}), "neither a text nor a list of parts"),
    Fault("content that is true", said(True), "neither a text nor a list of parts"),
    Fault("content that is an empty list", said([]), "sent an empty message"),
    Fault("content that is null", said(None), "sent an empty message"),
    Fault("content that is empty", said(""), "sent an empty message"),
    Fault("content that is blank", said(" \n\t"), "sent an empty message"),
    Fault("content that is only NUL", said("\x00\x00"), "sent an empty message"),
    Fault("no content", body({"role": "assistant"}), "sent an empty message"),
    Fault("a message that is a string", body("Ada"), ("Ada", "stop")),
    Fault("a message that is null", body(None), "sent an empty message"),
    Fault("a message that is a list", body(["Ada"]), "choices.0.message"),
    Fault("a message that is a number", body(7), "choices.0.message"),
    Fault("a delta in place of a message", json.dumps({"choices": [{"delta": {"content": "Ada"}, "finish_reason": "stop"}]}), ("Ada", "stop")),
    Fault("a lone high surrogate", said("A\ud800da"), ("A\ufffdda", "stop")),
    Fault("a lone low surrogate", said("Ada\udc00"), ("Ada\ufffd", "stop")),
    Fault("a pair of surrogates", said("Ada \ud83d\ude00"), ("Ada 😀", "stop")),
    Fault("NUL within a text", said("A\x00da"), ("Ada", "stop")),
    Fault("control characters", said("\x1b[31mAda\x07"), ("[31mAda", "stop")),
    Fault("line separators", said("A\u2028d\x85a"), ("A\u2028d\x85a", "stop")),
    Fault("a text of 1 MB", said("Ada " * 262_144), (("Ada " * 262_144)[:LARGEST_TEXT].strip(), "length")),
    Fault("braces and percent signs", said("{answer} %s {{x}}"), ("{answer} %s {{x}}", "stop")),
    Fault("a refusal", said(None, refusal="I cannot."), ("I cannot.", "stop")),
    Fault("a refusal that is a list", said(None, refusal=text("No.")), ("No.", "stop")),
    Fault("no choices", json.dumps({"choices": []}), "no choices"),
    Fault("choices that are null", json.dumps({"choices": None}), "its choices"),
    Fault("choices that are an object", json.dumps({"choices": {"0": {}}}), "its choices"),
    Fault("choices that are strings", json.dumps({"choices": ["Ada"]}), "choices.0"),
    Fault("a choice without a message", json.dumps({"choices": [{"index": 0}]}), "choices.0.message"),
    Fault("a second choice", json.dumps({"choices": [{"message": {"content": "Ada"}}, {"message": {"content": "Bo"}}]}), ("Ada", "")),
    Fault("an empty object", "{}", "no choices"),
    Fault("an empty body", "", "not JSON"),
    Fault("garbage", "garbage", "not JSON"),
    Fault("a web page", "<html><body>Bad Gateway</body></html>", "answered with a web page and not as a model"),
    Fault("half a body", said("Ada")[:-9], "not JSON"),
    Fault("two bodies", said("Ada") * 2, "not JSON"),
    Fault("null", "null", "NoneType, not an object"),
    Fault("a string", '"Ada"', "str, not an object"),
    Fault("a list", "[]", "list, not an object"),
    Fault("a number", "3", "int, not an object"),
    Fault("deeply nested JSON", deep(200_000), "not JSON"),
    Fault("deeply nested content", '{"choices":[{"message":{"content":' + deep(5_000) + "}}]}", "not JSON|nested too deeply|empty message"),
    Fault("NaN in the usage", '{"choices":[{"message":{"content":"Ada"}}],"usage":{"prompt_tokens":NaN,"completion_tokens":Infinity}}', ("Ada", "")),
    Fault("bytes that are no UTF-8", b'{"choices":[{"message":{"content":"Ad\xff"}}]}', ("Ad\ufffd", "")),
    Fault("a mark before the body", "\ufeff" + said("Ada"), "not JSON"),
    Fault("an error with status 200", json.dumps({"error": {"message": "overloaded", "code": 429}}), "is asked too often (HTTP 429: overloaded)"),
    Fault("an error that is a string", json.dumps({"error": "overloaded"}), "answered HTTP 200: overloaded"),
    Fault("an error with a surrogate", json.dumps({"error": {"message": "a\ud800"}}), "answered HTTP 200: a\ufffd"),
    Fault("an error beside an answer", json.dumps({"error": {}, "choices": [{"message": {"content": "Ada"}}]}), ("Ada", "")),
    Fault("an object of another API", json.dumps({"type": "message", "content": [{"type": "text", "text": "Ada"}]}), "no choices"),
    Fault("a tool call", said(None, tool_calls=[{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]), "called a tool"),
    Fault("a tool call beside a text", said("Ada", tool_calls=[{"id": "1"}]), ("Ada", "stop")),
    Fault("the end 'length'", said("Ada", "length"), ("Ada", "length")),
    Fault("the end 'max_tokens'", said("Ada", "max_tokens"), ("Ada", "length")),
    Fault("the end 'model_length'", said("Ada", "model_length"), ("Ada", "length")),
    Fault("the end 'MAX_TOKENS'", said("Ada", "MAX_TOKENS"), ("Ada", "length")),
    Fault("the end 'length' without a word", said("", "length"), ("", "length")),
    Fault("the end 'content_filter' without a word", said(None, "content_filter"), ("", "content_filter")),
    Fault("the end 'content_filter' within a text", said("Ad", "content_filter"), ("Ad", "content_filter")),
    Fault("the end 'SAFETY'", said(None, "SAFETY"), ("", "content_filter")),
    Fault("an unknown end", said("Ada", "eos"), ("Ada", "stop")),
    Fault("an end that is null", said("Ada", None), ("Ada", "")),
    Fault("an end that is a number", said("Ada", 1), ("Ada", "")),
    Fault("an end that is a list", said("Ada", ["stop"]), ("Ada", "")),
    Fault("usage that is null", counted(None), ("Ada", "stop")),
    Fault("usage that is empty", counted({}), ("Ada", "stop")),
    Fault("usage that is a string", counted("many"), ("Ada", "stop")),
    Fault("usage that is a number", counted(7), ("Ada", "stop")),
    Fault("usage that is a list", counted([1, 2]), ("Ada", "stop")),
    Fault("counts that are strings", counted({"prompt_tokens": "7", "completion_tokens": "x"}), ("Ada", "stop")),
    Fault("counts that are negative", counted({"prompt_tokens": -1, "completion_tokens": -5}), ("Ada", "stop")),
    Fault("counts that are huge", counted({"prompt_tokens": 10**30, "completion_tokens": 1e300}), ("Ada", "stop")),
    Fault("counts that are objects", counted({"prompt_tokens": {}, "completion_tokens": []}), ("Ada", "stop")),
    Fault("counts that are true", counted({"prompt_tokens": True}), ("Ada", "stop")),
    Fault("details that are null", counted({"prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": None}), ("Ada", "stop")),
    Fault("details that are a number", counted({"prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": 3}), ("Ada", "stop")),
    Fault("more cached than read", counted({"prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 9}}), ("Ada", "stop")),
    Fault("<think>", said("<think>Hm.</think>\n\nAda"), ("Ada", "stop")),
    Fault("<think> in capitals", said("<THINK>Hm.</THINK>Ada"), ("Ada", "stop")),
    Fault("</think> alone", said("Hm.</think>Ada"), ("Ada", "stop")),
    Fault("<think> that is empty", said("<think></think>Ada"), ("Ada", "stop")),
    Fault("<think> twice", said("<think>Hm.</think>A<think>Hm.</think>da"), ("Ada", "stop")),
    Fault("<think> after the answer", said("Ada <think>or Bo?"), ("Ada", "length")),
    Fault("<think> that does not end", said("<think>Hm. I am Ada"), ("", "length")),
    Fault("<think> that does not end, cut", said("<think>Hm. I am Ada", "length"), ("", "length")),
    Fault("<think> and no answer", said("<think>Hm.</think>"), ("", "length")),
    Fault("<think> within <think>", said("<think>I write <think> first.</think>Ada"), ("Ada", "stop")),
    Fault("[THINK]", said("[THINK]Hm.[/THINK]Ada"), ("Ada", "stop")),
    Fault("[THINK] that does not end", said("[THINK]Hm."), ("", "length")),
    Fault("<thinking>", said("<thinking>Hm.</thinking>Ada"), ("Ada", "stop")),
    Fault("<reasoning>", said("<reasoning>Hm.</reasoning> Ada"), ("Ada", "stop")),
    Fault("◁think▷", said("◁think▷Hm.◁/think▷Ada"), ("Ada", "stop")),
    Fault("begin_of_thought", said("<|begin_of_thought|>Hm.<|end_of_thought|>Ada"), ("Ada", "stop")),
    Fault("harmony channels", said("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Ada<|return|>"), ("Ada", "stop")),
    Fault("harmony without an end", said("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Ada"), ("Ada", "stop")),
    Fault("harmony with a commentary", said("<|channel|>commentary to=f<|message|>{}<|call|><|channel|>final<|message|>Ada"), ("Ada", "stop")),
    Fault("harmony without a final channel", said("<|channel|>analysis<|message|>Hm. Ada?"), ("", "length")),
    Fault("harmony whose marks were dropped", said("analysisWe need a name.assistantfinalAda"), ("Ada", "stop")),
    Fault("reasoning_content beside an answer", said("Ada", reasoning_content="Hm."), ("Ada", "stop")),
    Fault("reasoning_content alone", said(None, reasoning_content="I am Ada."), ("", "length")),
    Fault("reasoning alone", said("", reasoning="I am Ada."), ("", "length")),
    Fault("reasoning_content that is a list", said("", reasoning_content=text("I am Ada.")), ("", "length")),
    Fault("reasoning_content that is a number", said("Ada", reasoning_content=7), ("Ada", "stop")),
    Fault("reasoning that only the usage tells of", said("", usage={"prompt_tokens": 9, "completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 9}}), ("", "length")),
]  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Iterator[SimpleNamespace]:
    """A server that sends what `sends` holds."""
    held = SimpleNamespace(sends="")
    with serving(lambda body, number: (200, {}, held.sends)) as server:
        held.server = server
        yield held


def ask(address: str) -> Completion:
    from openai import OpenAI

    chat = OpenAIChat(OpenAI(base_url=address, api_key="none"), "m", "m", concurrency=1, timeout=20)
    return asyncio.run(chat.complete(ASKED, Generation(16)))


def judge(outcome: Any, fault: Fault) -> None:
    if isinstance(fault.expected, str):
        assert isinstance(outcome, BackboneError) and any(words in str(outcome) for words in fault.expected.split("|"))
        assert len(str(outcome)) < 600
        return
    assert (outcome.text, outcome.finish) == fault.expected
    assert 0 <= outcome.cached_tokens <= outcome.prompt_tokens < 1e13 and 0 <= outcome.completion_tokens < 1e13
    outcome.text.encode()  # any file can hold it


@each(FAULTS)
def test_whatever_is_sent_becomes_a_completion_or_an_error_of_one_call(fault: Fault, world: SimpleNamespace) -> None:
    world.sends = fault.given
    try:
        outcome: Any = ask(world.server.address)
    except BackboneError as error:
        outcome = error
    judge(outcome, fault)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["content", "text", "type", "message", "x"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=JSON, finish=JSON, usage=JSON)
def test_no_json_is_beyond_the_boundary(message: Any, finish: Any, usage: Any) -> None:
    sent = {"choices": [{"message": {"content": message, "reasoning_content": usage}, "finish_reason": finish}], "usage": usage}
    for value in (sent, {"choices": message, "usage": usage}, {"choices": [message]}, message):
        try:
            reply = read_reply(json.dumps(value))
        except InvalidReply as error:
            assert str(error)
        else:
            reply.text.encode()


@given(
    st.lists(
        st.sampled_from(["<think>", "</think>", "[THINK]", "[/THINK]", "I am ", "Ada", "\n", "<", "analysis", "assistantfinal"]),
        max_size=8,
    )
)
def test_what_is_heard_piece_by_piece_is_the_answer(pieces: list[str]) -> None:
    heard: list[str] = []
    spoken = ReasoningFilter(heard.append)
    for piece in pieces:
        spoken.add(piece)
    spoken.end()
    answer = split_reasoning("".join(pieces)).answer
    # Only reasoning that nothing announced, and that ends later, was already heard.
    assert "".join(heard) == answer or "".join(heard).endswith(answer)
