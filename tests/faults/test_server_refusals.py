"""Every way in which a model server refuses a call is told with its cause and its own mend."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from human_simulacra.backbones.base import BackboneError
from human_simulacra.types import Generation
from tests.faults.fault import Fault, each
from tests.faults.test_server_faults import ASKED, chat, refuse
from tests.servers import serving

KEY, SHORTER, FEWER = "export OPENAI_API_KEY with", "ask for less (k of rag", "lower --concurrency"
ADDRESS, LATER, NAME = "set the base URL (--base-url", "and try again later", "name a model of this server"
TOO_LONG, NO_CREDIT, NO_MODEL = "too long for its context", "the account has no credit left: add credit", "has no model 'm'"
PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head></html>"

# A server's refusal (status, headers, body), words of its cause and of its mend, and whether no call can succeed.
REFUSALS = [
    Fault("401", refuse("Incorrect API key provided", 401), ("refused the key in OPENAI_API_KEY (HTTP 401: Incorrect API key", KEY, True)),
    Fault("a wrong key with another status", refuse("no", 400, code="invalid_api_key"), ("refused the key", KEY, True)),
    Fault("403", refuse("forbidden", 403), ("refused access (HTTP 403", "check that the key in OPENAI_API_KEY may use this model", True)),
    Fault("403 of a country", refuse("Country not supported", 403, code="unsupported_country_region_territory"), ("does not serve your country", "--base-url", True)),
    Fault("403 with a page", (403, {}, PAGE), ("a web page and not as a model (HTTP 403: a web page, 'Sign in')", ADDRESS, True)),
    Fault("402", refuse("pay", 402), ("answers no more (HTTP 402", NO_CREDIT, True)),
    Fault("429 without credit", refuse("You exceeded your current quota", 429, code="insufficient_quota"), ("answers no more", NO_CREDIT, True)),
    Fault("429", refuse("slow down", 429, code="rate_limit_exceeded"), ("is asked too often (HTTP 429: slow down", FEWER, False)),
    Fault("404 of a model, as OpenAI says it", refuse("The model `m` does not exist or you do not have access to it.", 404, code="model_not_found"), (NO_MODEL, NAME, True)),
    Fault("403 of a model, as OpenAI says it", refuse("Project `p` does not have access to model `m`", 403, code="model_not_found"), (NO_MODEL, NAME, True)),
    Fault("404 of a model, as vLLM says it", refuse("The model `m` does not exist.", 404), (NO_MODEL, NAME, True)),
    Fault("404 of a model, as Ollama says it", refuse('model "m" not found, try pulling it first', 404), (NO_MODEL, NAME, True)),
    Fault("400 of a model", refuse("Model Not Exist", 400), (NO_MODEL, NAME, True)),
    Fault("404 of a deployment", refuse("The API deployment for this resource does not exist.", 404, code="DeploymentNotFound"), ("has no deployment 'm'", "azure/DEPLOYMENT", True)),
    Fault("404 of an address", (404, {}, "<html>Not Found</html>"), ("has no chat completions (HTTP 404: a web page)", ADDRESS, True)),
    Fault("404 of an address, as JSON", (404, {}, '{"detail": "Not Found"}'), ("has no chat completions (HTTP 404: Not Found)", ADDRESS, True)),
    Fault("405 of a web site", (405, {}, "Method Not Allowed"), ("has no chat completions (HTTP 405", ADDRESS, True)),
    Fault("an address without /v1, as LM Studio says it", (200, {}, '{"error": "Unexpected endpoint or method. (POST /chat/completions)"}'), ("has no chat completions", ADDRESS, True)),
    Fault("a login page", (200, {"Content-Type": "text/html"}, PAGE), ("a web page and not as a model (HTTP 200: a web page, 'Sign in')", ADDRESS, True)),
    Fault("context too long, as OpenAI says it", refuse("This model's maximum context length is 4096 tokens. However, you requested 5000 tokens; reduce max_tokens.", code="context_length_exceeded"), (TOO_LONG, SHORTER, False)),
    Fault("context too long, by its code alone", refuse("Please reduce the length of the messages.", code="context_length_exceeded"), (TOO_LONG, SHORTER, False)),
    Fault("context too long, as vLLM says it", refuse("'max_tokens' or 'max_completion_tokens' is too large: 256. This model's maximum context length is 4096 tokens and your request has 4000 input tokens"), (TOO_LONG, SHORTER, False)),
    Fault("context too long, as llama.cpp says it", refuse("the request exceeds the available context size", type="exceed_context_size_error", n_prompt_tokens=5000, n_ctx=4096), ("n_prompt_tokens 5000; n_ctx 4096", SHORTER, False)),
    Fault("context too long, as SGLang says it", refuse("The input (5000 tokens) is longer than the model's context length (4096 tokens)."), (TOO_LONG, SHORTER, False)),
    Fault("context too long, as TGI says it", refuse("Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4800 `inputs` tokens and 256 `max_new_tokens`", 422), (TOO_LONG, SHORTER, False)),
    Fault("context too long, as LM Studio says it", refuse("Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"), (TOO_LONG, SHORTER, False)),
    Fault("context too long, as Gemini says it", refuse("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."), (TOO_LONG, SHORTER, False)),
    Fault("context too long, as Mistral says it", refuse("Prompt contains 50000 tokens, too large for model with 32768 maximum context length"), (TOO_LONG, SHORTER, False)),
    Fault("context too long, as Anthropic says it", refuse("prompt is too long: 210000 tokens > 200000 maximum"), (TOO_LONG, SHORTER, False)),
    Fault("413", (413, {}, "Payload Too Large"), (TOO_LONG, SHORTER, False)),
    Fault("too long an answer, as OpenAI says it", refuse("max_tokens is too large: 32000. This model supports at most 16384 completion tokens, whereas you provided 32000."), ("cannot write an answer as long", "lower max_out_len", False)),
    Fault("too long an answer, as Groq says it", refuse("`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model"), ("cannot write an answer as long", "lower max_out_len", False)),
    Fault("a parameter that has no other form", refuse("Unsupported parameter: 'frequency'", code="unsupported_parameter", param="frequency"), ("refused a parameter", "capabilities=dict(omit=", False)),
    Fault("400 of a row", refuse("this content is not allowed"), ("answered HTTP 400: this content is not allowed", "", False)),
    Fault("500", (500, {}, "oops"), ("answered HTTP 500: ", LATER, False)),
    Fault("502 with a page", (502, {}, "<html>Bad Gateway</html>"), ("answered HTTP 502: a web page", LATER, False)),
    Fault("503 with a surrogate", (503, {}, '{"error": {"message": "\\ud800 busy"}}'), ("\ufffd busy", LATER, False)),
    Fault("a gateway's 502 with status 200", (200, {}, '{"error": {"message": "Provider returned error", "code": 502}}'), ("answered HTTP 502: Provider returned", LATER, False)),
    Fault("500 with 1 MB", (500, {}, "x" * 1_000_000), ("answered HTTP 500", "", False)),
    Fault("500 deeply nested", (500, {}, "[" * 100_000), ("HTTP 500", "", False)),
    Fault("an error that is a list", (400, {}, '["bad"]'), ("HTTP 400", "", False)),
    Fault("an error that is null", (400, {}, '{"error": null}'), ("HTTP 400", "", False)),
    Fault("an error that is a string", (400, {}, '{"error": "bad"}'), ("HTTP 400: bad", "", False)),
    Fault("an error with braces", refuse("expected {'a'} and {where}"), ("expected {'a'} and {where}", "", False)),
    Fault("a teapot", (418, {}, "short and stout"), ("answered HTTP 418", "", False)),
    Fault("a redirect", (302, {"Location": "/elsewhere"}, ""), ("m", "", False)),
    Fault("Retry-After that is nonsense", (429, {"Retry-After": "soon"}, "{}"), ("HTTP 429", "", False)),
    Fault("Retry-After that is infinite", (429, {"Retry-After": "inf"}, "{}"), ("HTTP 429", "", False)),
    Fault("Retry-After that is not a number", (429, {"Retry-After": "nan"}, "{}"), ("HTTP 429", "", False)),
    Fault("Retry-After that is negative", (429, {"Retry-After": "-5"}, "{}"), ("HTTP 429", "", False)),
    Fault("no response", None, ("ended its answer early", "", False)),
]  # fmt: skip

# Addresses, and words of the error.
ADDRESSES = [
    Fault("a closed port", "http://127.0.0.1:9/v1", "the connection was refused: start the server, or set the base URL"),
    Fault("a closed port over TLS", "https://127.0.0.1:9/v1", "the connection was refused: start the server"),
    Fault("an unknown name", "http://no.such.host.invalid/v1", "its name is unknown"),
    Fault("no scheme", "127.0.0.1:9/v1", "since that is no address of a server: set the base URL"),
    Fault("another scheme", "ftp://127.0.0.1/v1", "since that is no address of a server: set the base URL"),
    Fault("TLS to a server without", "TLS", "does not speak TLS"),
]
# The value of OPENAI_API_KEY, and what the refusal of the key says to do.
KEYS = [
    Fault("a key", "sk-0123456789abcdef", "with a valid key of this server, or set the base URL"),
    Fault("a placeholder", "EMPTY", "OPENAI_API_KEY holds 'EMPTY', which is no key"),
    Fault("none", "", "OPENAI_API_KEY holds '', which is no key"),
]


@pytest.fixture(scope="module")
def world() -> Iterator[SimpleNamespace]:
    """A server whose answers `script` makes of each request."""
    held = SimpleNamespace(script=lambda body: "Ada")
    with serving(lambda body, number: held.script(body)) as server:
        held.server = server
        yield held


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")


def refused(address: str) -> BackboneError:
    with pytest.raises(BackboneError) as raised:
        asyncio.run(chat(address).complete(ASKED, Generation(16)))
    return raised.value


@each(REFUSALS)
def test_a_refusal_names_cause_and_mend_and_teaches_nothing(fault: Fault, world: SimpleNamespace) -> None:
    world.script = lambda body: fault.given
    cause, mend, unusable = fault.expected
    error = refused(world.server.address)
    said = str(error)
    assert cause in said and mend in said[said.index(cause) :] and error.unusable == unusable and len(said) < 700
    assert error.retry_after is None
    world.script = lambda body: "Ada"
    before = len(world.server.requests)
    assert (
        asyncio.run(chat(world.server.address).complete(ASKED, Generation(16))).text == "Ada"
        and len(world.server.requests) == before + 1
    )
    assert {"max_tokens", "seed", "temperature"} <= set(world.server.requests[-1])


@each(KEYS)
def test_a_refused_key_is_told_by_what_the_variable_holds(
    fault: Fault, world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", fault.given)
    world.script = lambda body: refuse("bad key", 401)
    assert fault.expected in str(refused(world.server.address))


@pytest.mark.parametrize(
    "error",
    [
        {
            "message": "The response was filtered",
            "code": "content_filter",
            "innererror": {"code": "ResponsibleAIPolicyViolation"},
        },
        {"message": "The prompt triggered our content management policy."},
    ],
    ids=["by its code", "by its words"],
)
def test_a_prompt_that_the_filter_refuses_is_a_filtered_answer(error: dict[str, Any], world: SimpleNamespace) -> None:
    world.script = lambda body: (400, {}, json.dumps({"error": error}))
    before = len(world.server.requests)
    done = asyncio.run(chat(world.server.address).complete(ASKED, Generation(16)))
    assert (done.text, done.finish) == ("", "content_filter") and len(world.server.requests) == before + 1


@each(ADDRESSES)
def test_an_address_where_nothing_answers_is_named_with_the_mend(fault: Fault, world: SimpleNamespace) -> None:
    error = refused(world.server.address.replace("http", "https") if fault.given == "TLS" else fault.given)
    assert fault.expected in str(error) and error.unusable


def test_a_proxy_that_is_out_of_reach_is_named(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(BackboneError, match=r"could not be reached through the proxy http://127.0.0.1:9.*set HTTPS_PROXY"):
        asyncio.run(chat("http://server.example/v1").complete(ASKED, Generation(16)))
