"""Secrets: what a config must not hold, and what no text that is written may hold."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from human_simulacra.backbones.call_cache import CachedBackbone, CallCache
from human_simulacra.chat import transcripts
from human_simulacra.chat.conversation_types import Transcript, Turn
from human_simulacra.errors import UserError
from human_simulacra.files import write_atomically, write_jsonl
from human_simulacra.plugin.row_checkpoint import RowCheckpoint
from human_simulacra.plugin.secret_checks import check_no_secrets
from human_simulacra.redacted_output import redacted_output
from human_simulacra.secret_redaction import redact, redact_json
from human_simulacra.traces import Trace
from human_simulacra.types import Generation, Message
from tests.conftest import ScriptedBackbone
from tests.faults.fault import Fault, each

LONG, SHORT, PROXY_PASSWORD = "Zq9-live/5f2d9a7be1+x=", "k3y-7", "pr0xy&w0rd!"
BY_KEY, BY_HEADER, BY_PROXY, BY_ADDRESS = "key='ENV'", "Authorization: Bearer", "HTTPS_PROXY", "remove it from the address"

HEADERS = {"extra_headers": {"Authorization": "Bearer abc12"}}
IN_CONFIG = [
    Fault("a key", {"key": "sk-written-here"}, BY_KEY),
    Fault("a short key", {"key": "abc"}, BY_KEY),
    Fault("a key of digits", {"key": "12345678"}, BY_KEY),
    Fault("a list of keys", {"key": ["ENV", "sk-two"]}, BY_KEY),
    Fault("a tuple of keys", {"key": ("k-one", "k-two")}, BY_KEY),
    Fault("a key as bytes", {"key": b"sk-bytes"}, BY_KEY),
    Fault("several api keys", {"api_keys": ["one-key"]}, BY_KEY),
    Fault("OpenAI's name", {"openai_api_key": "mine"}, BY_KEY),
    Fault("camel case", {"apiKey": "mine"}, BY_KEY),
    Fault("kebab case", {"api-key": "mine"}, BY_KEY),
    Fault("capitals", {"API_KEY": "mine"}, BY_KEY),
    Fault("one word", {"apikey": "mine"}, BY_KEY),
    Fault("a numbered key", {"api_key_2": "mine"}, BY_KEY),
    Fault("a token", {"token": "mine"}, BY_KEY),
    Fault("an access token", {"accessToken": "mine"}, BY_KEY),
    Fault("a hub token", {"hf_token": "mine"}, BY_KEY),
    Fault("a secret", {"client_secret": "mine"}, BY_KEY),
    Fault("Spark's secret", {"api_secret": "mine"}, BY_KEY),
    Fault("two letters of a service", {"ak": "x", "sk": "hf_" + "a1" * 15}, BY_KEY),
    Fault("a secret access key", {"aws_secret_access_key": "mine"}, BY_KEY),
    Fault("a password", {"password": "mine"}, BY_KEY),
    Fault("a password that is a number", {"password": 12345678}, BY_KEY),
    Fault("a database password", {"PGPASSWORD": "mine"}, BY_KEY),
    Fault("a passphrase", {"passphrase": "open up"}, BY_KEY),
    Fault("credentials", {"credentials": {"user": "me", "word": "mine"}}, BY_KEY),
    Fault("basic authentication", {"http_client_cfg": {"auth": ("me", "mine")}}, BY_KEY),
    Fault("a signature", {"signature": "0af3"}, BY_KEY),
    Fault("a private key", {"text": "-----BEGIN RSA PRIVATE KEY-----\nabc"}, BY_KEY),
    Fault("an authorisation header", {"openai_extra_kwargs": HEADERS}, BY_HEADER),
    Fault("default headers", {"http_client_cfg": {"default_headers": {"x-api-key": "mine"}}}, BY_HEADER),
    Fault("headers as pairs", {"http_client_cfg": {"headers": [("X-Api-Key", "mine")]}}, BY_HEADER),
    Fault("a header of Azure", {"headers": {"Ocp-Apim-Subscription-Key": "mine"}}, BY_HEADER),
    Fault("a header of a proxy", {"headers": {"Proxy-Authorization": "Basic bWU6bWluZQ=="}}, BY_HEADER),
    Fault("a header under another name", {"headers": {"X-Gate": "Bearer a1b2c3d4e5"}}, BY_HEADER),
    Fault("a cookie header", {"headers": {"Cookie": "sid=abc"}}, BY_HEADER),
    Fault("cookies by name", {"http_client_cfg": {"cookies": {"sid": "abc"}}}, BY_HEADER),
    Fault("a key in the body", {"extra_body": {"auth": {"api_key": "mine"}}}, BY_KEY),
    Fault("a token deep in a list", {"extra_body": {"tools": [{"mcp": {"auth_token": "mine"}}]}}, BY_KEY),
    Fault("a key in the query", {"openai_extra_kwargs": {"extra_query": {"api-key": "mine"}}}, BY_KEY),
    Fault("a query as text", {"query": "?api_key=mine&v=1"}, BY_ADDRESS),
    Fault("a password in the address", {"openai_api_base": "https://me:mine@host/v1"}, BY_ADDRESS),
    Fault("a password with an @", {"openai_api_base": "https://me:a@b@host/v1"}, BY_ADDRESS),
    Fault("a token alone in the address", {"openai_api_base": "https://ghp0token@host/v1"}, BY_ADDRESS),
    Fault("a token without password", {"openai_api_base": "https://tok3n:@host/v1"}, BY_ADDRESS),
    Fault("one address of several", {"openai_api_base": ["http://host/v1", "http://me:mine@host/v1"]}, BY_ADDRESS),
    Fault("a key in an address", {"openai_api_base": "https://host/v1?api_key=mine"}, BY_ADDRESS),
    Fault("a token in a fragment", {"url": "https://host/#access_token=mine"}, BY_ADDRESS),
    Fault("a signed address", {"url": "https://host/blob?sv=1&sig=mine"}, BY_ADDRESS),
    Fault("a connection string", {"storage": "AccountName=me;AccountKey=bWluZQ=="}, BY_ADDRESS),
    Fault("a database's address", {"url": "postgresql://me:mine@host/db"}, BY_ADDRESS),
    Fault("a proxy with a password", {"openai_proxy_url": "http://me:mine@proxy:8080"}, BY_PROXY),
    Fault("proxies of the client", {"http_client_cfg": {"proxies": {"https://": "http://me:mine@p:1"}}}, BY_PROXY),
    Fault("a key that names itself", {"note": "sk-proj-1234567890abcdef"}, BY_KEY),
    Fault("a key of GitHub", {"note": "ghp_" + "a1B2" * 9}, BY_KEY),
    Fault("a key of Google", {"note": "AIza" + "a1B2" * 9}, BY_KEY),
    Fault("a web token", {"note": "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl"}, BY_KEY),
    Fault("a value of the environment", {"note": f"x {LONG} y"}, "the value of OPENAI_API_KEY"),
    Fault("a value of the environment as a name", {LONG: 1}, "the value of OPENAI_API_KEY"),
    Fault("a short value of the environment", {"meta": {"x": SHORT}}, "the value of MY_TOKEN"),
]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f"{LONG},sk-second-of-two")
    monkeypatch.setenv("MY_TOKEN", SHORT)
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{quote(PROXY_PASSWORD, safe='')}@proxy:8080")


@each(IN_CONFIG)
def test_a_config_with_a_secret_is_refused_with_the_mend(fault: Fault, environment: None) -> None:
    config = {"models": [{"abbr": "m", "llm": fault.given}]}
    with pytest.raises(UserError) as refused:
        check_no_secrets(config, "c.py")
    message = str(refused.value)
    assert message.startswith("c.py: models[0].llm") and "contains a secret" in message and fault.expected in message
    assert "\n" not in message and not any(word in message for word in ("mine", "abc12", "sk-", LONG, SHORT, "ghp_"))


NO_SECRETS = [
    Fault("the reference to the environment", {"key": "ENV"}, None),
    Fault("an empty key", {"key": ""}, None),
    Fault("no key", {"key": None}, None),
    Fault("a server without keys", {"key": "EMPTY"}, None),
    Fault("none", {"key": "none"}, None),
    Fault("dummy", {"api_key": "dummy"}, None),
    Fault("llama.cpp's placeholder", {"key": "sk-no-key-required"}, None),
    Fault("not needed", {"key": "not-needed"}, None),
    Fault("a stock config's placeholder", {"key": "YOUR_API_KEY"}, None),
    Fault("another stock placeholder", {"key": "your-api-key-here"}, None),
    Fault("a placeholder in brackets", {"key": "<your key>"}, None),
    Fault("a reference of the shell", {"headers": {"Authorization": "Bearer ${TOKEN}"}}, None),
    Fault("lengths", {"max_tokens": 5, "reasoning_tokens": "low", "max_completion_tokens": "9"}, None),
    Fault("a tokenizer", {"tokenizer_path": "gpt-4", "tokenizer_kwargs": {"use_fast": True}}, None),
    Fault("layers", {"key_layers": "all", "num_key_value_heads": 4}, None),
    Fault("a budget", {"token_budget": "4000"}, None),
    Fault("tokens of a vocabulary", {"pad_token": "[PAD]", "eos_token": "</s>", "stop_tokens": ["END"]}, None),
    Fault("marks of reasoning", {"think_start_token": "## Thinking", "think_end_token": "## Answer"}, None),
    Fault("columns", {"sort_key": "id", "label_key": "gold", "keys": ["a", "b"]}, None),
    Fault("a file with a key", {"api_key_file": "/run/secrets/key", "ssl_key_path": "a.pem"}, None),
    Fault("the name of a variable", {"api_key_env": "OPENAI_API_KEY", "auth_type": "bearer"}, None),
    Fault("headers without authority", {"headers": {"User-Agent": "x/1", "X-Title": "simulacra"}}, None),
    Fault("a plain address", {"openai_api_base": "https://host:8443/v1?version=2024-06&model=key"}, None),
    Fault("a proxy without password", {"openai_proxy_url": "http://proxy:8080"}, None),
    Fault("the proxy by reference", {"openai_proxy_url": "ENV"}, None),
    Fault("a user of SSH", {"url": "ssh://git@host/repo"}, None),
    Fault("a mail address", {"note": "write to ada@sund.example"}, None),
    Fault("prose about secrets", {"prompt": "The password is a secret: what key opens the token?"}, None),
    Fault("a model's name", {"path": "sk-learn/tabular-classifier-model"}, None),
]


@each(NO_SECRETS)
def test_what_is_no_secret_passes(fault: Fault, environment: None) -> None:
    check_no_secrets({"models": [{"abbr": "m", "llm": fault.given}]}, "c.py")


@each([
    Fault("three characters", "abc", "3 characters"), Fault("one character", "a", "1 characters"),
    Fault("a number", "1234567", "7 characters"), Fault("the second of two", f"{LONG},ab", "2 characters"),
])  # fmt: skip
def test_a_key_too_short_to_be_redacted_is_refused(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", fault.given)
    with pytest.raises(UserError, match=rf"{fault.expected}.*OPENAI_API_KEY=EMPTY"):
        check_no_secrets({"key": "ENV"}, "c.py")


def test_opencompass_stock_models_and_our_configs_are_not_refused(environment: None) -> None:
    import opencompass
    from mmengine.config import Config

    stock = Path(opencompass.__file__).parent / "configs" / "models"
    for path in [*sorted(stock.glob("openai/*.py"))[:12], *sorted(stock.glob("qwen2_5/*.py"))[:4]]:
        check_no_secrets(Config.fromfile(str(path), format_python_code=False).to_dict(), str(path))
    for path in sorted((Path(__file__).parents[2] / "configs" / "models").glob("*.py")):
        check_no_secrets(Config.fromfile(str(path), format_python_code=False).to_dict(), str(path))


TEXTS = [
    Fault("the key", f"Incorrect API key: {LONG}", "Incorrect API key: [secret]"),
    Fault("inside of a word", f"x{LONG}y", "x[secret]y"),
    Fault("the second of two keys", "key sk-second-of-two.", "key [secret]."),
    Fault("a header", f"Authorization: Bearer {LONG}", "Authorization: Bearer [secret]"),
    Fault("twice", f"{LONG} and {LONG}", "[secret] and [secret]"),
    Fault("in an address", f"/v1?api_key={quote(LONG, safe='')}&v=1", "/v1?api_key=[secret]&v=1"),
    Fault("in an address in small letters", f"?k={quote(LONG, safe='').lower().replace('zq9', 'Zq9')}", "?k=[secret]"),
    Fault("in a path", f"/{quote(LONG)}/x", "/[secret]/x"),
    Fault("a proxy's password", f"cannot reach {PROXY_PASSWORD}", "cannot reach [secret]"),
    Fault("a proxy's address", f"http://me:{quote(PROXY_PASSWORD, safe='')}@proxy:8080", "http://me:[secret]@proxy:8080"),
    Fault("in HTML", "<p>pr0xy&amp;w0rd!</p>", "<p>[secret]</p>"),
    Fault("a short key as a word", f"key {SHORT}, sir", "key [secret], sir"),
    Fault("a short key in quotes", f"'{SHORT}'", "'[secret]'"),
    Fault("a short key in a longer word", f"x{SHORT}x {SHORT}8", f"x{SHORT}x {SHORT}8"),
    Fault("a short key after an escaped line end", rf"a\n{SHORT}", r"a\n[secret]"),
    Fault("cut off by a limit", f"bad key {LONG[:12]}", "bad key [secret]"),
    Fault("cut off within quotes", f"bad key '{LONG[:15]}'", "bad key '[secret]"),
    Fault("only its first letters", f"bad key {LONG[:4]}", f"bad key {LONG[:4]}"),
    Fault("an ordinary text", "The key to the harbour is a token of love.", "The key to the harbour is a token of love."),
    Fault("an empty text", "", ""),
    Fault("an error object", ValueError(f"no {LONG}"), "no [secret]"),
    Fault("a number", 4.5, "4.5"),
]


@each(TEXTS)
def test_a_text_is_written_without_secrets(fault: Fault, environment: None) -> None:
    assert redact(fault.given) == fault.expected


@each([Fault(f"{len(user)} letters before it", user, None) for user in ("", "a", "me", "you", "friend", "Ada Berg")])
def test_basic_authentication_is_no_way_out(fault: Fault, environment: None) -> None:
    for secret in (LONG, PROXY_PASSWORD):
        sent = base64.b64encode(f"{fault.given}:{secret}".encode()).decode()
        kept = redact(f"Basic {sent}").removeprefix("Basic ")
        # What is left encodes the user, the colon and a few bits.
        assert "[secret]" in kept and len(kept.replace("[secret]", "")) <= 4 * (len(fault.given) + 1) // 3 + 4


NO_VALUES = [
    Fault("a placeholder", ("OPENAI_API_KEY", "EMPTY"), "EMPTY"),
    Fault("a local server's key", ("OPENAI_API_KEY", "local"), "local"),
    Fault("a letter", ("OPENAI_API_KEY", "a"), "a"),
    Fault("a switch", ("USE_AUTH", "true"), "true"),
    Fault("a small number", ("RETRY_KEY", "1000"), "1000"),
    Fault("the folder", ("PWD", "/home/ada/simulacra"), "/home/ada/simulacra"),
    Fault("a setting of tokenizers", ("TOKENIZERS_PARALLELISM", "falsely"), "falsely"),
    Fault("a file with a key", ("API_KEY_FILE", "/run/secrets/key"), "/run/secrets/key"),
    Fault("an agent's socket", ("SSH_AUTH_SOCK", "/tmp/agent.42"), "/tmp/agent.42"),
    Fault("an address without password", ("HTTP_PROXY", "http://proxy:3128"), "http://proxy:3128"),
]


@each(NO_VALUES)
def test_what_is_no_secret_stays_in_texts(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*fault.given)
    text = f"It said {fault.expected} to me."
    assert redact(text) == text


JSON_TEXTS = [
    Fault("a text", {"prediction": f"a\n{SHORT}"}, {"prediction": "a\n[secret]"}),
    Fault("after an accent", {"prediction": f"é{SHORT}"}, {"prediction": "é[secret]"}),
    Fault("in a list", [[1, LONG]], [[1, "[secret]"]]),
    Fault("a key that needs escapes", {"error": 'a "b\\c" d'}, {"error": "a [secret] d"}),
    Fault("a field's name is kept", {"prediction": "prediction"}, {"prediction": "[secret]"}),
    Fault("a name that is a key", {LONG: 1}, {"[secret]": 1}),
    Fault("figures are kept", {"seed": 20250101, "text": "20250101"}, {"seed": 20250101, "text": "[secret]"}),
    Fault("JSON in JSON", {"envelope": json.dumps({"t": 'a "b\\c"'})}, {"envelope": json.dumps({"t": "a [secret]"})}),
]


@each(JSON_TEXTS)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_json_stays_json(fault: Fault, ascii_only: bool, environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, value in enumerate(['"b\\c"', "prediction", "20250101"]):
        monkeypatch.setenv(f"ODD_SECRET_{number}", value)
    assert json.loads(redact_json(json.dumps(fault.given, ensure_ascii=ascii_only, indent=1))) == fault.expected


def save_transcript(path: Path, text: str) -> None:
    transcripts.save(path, Transcript("ada-berg", "none", "", "m", (), (Turn("Hm?", text, Trace(), ""),), (), ""))


def append_to_journal(path: Path, text: str) -> None:
    journal = RowCheckpoint(path)
    assert LONG not in str(journal.append("k", {"prediction": text, "error": None}).load())
    journal.close()


def cache_call(path: Path, text: str) -> None:
    import asyncio

    cached = CachedBackbone(ScriptedBackbone(text), CallCache(path))
    for _ in range(2):
        assert asyncio.run(cached.complete([Message("user", "?")], Generation(5))).text == "I am [secret]."


@each([
    Fault("a text file", ("a.md", write_atomically), None),
    Fault("a table", ("a.csv", write_atomically), None),
    Fault("the report", ("a.html", write_atomically), None),
    Fault("a result", ("a.json", lambda path, text: write_atomically(path, json.dumps({"x": text}))), None),
    Fault("rows", ("a.jsonl", lambda path, text: write_jsonl(path, [{"x": text}])), None),
    Fault("the row journal", ("rows/a.jsonl", append_to_journal), None),
    Fault("the call cache", ("calls.sqlite", cache_call), None),
    Fault("a transcript", ("talk.jsonl", save_transcript), None),
])  # fmt: skip
def test_no_file_holds_what_a_server_echoed(fault: Fault, tmp_path: Path, environment: None) -> None:
    name, write = fault.given
    write(tmp_path / name, f"I am {LONG}.")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"I am [secret]." in written and LONG.encode() not in written


def print_traceback() -> None:
    sys.excepthook(ValueError, ValueError(LONG), None)


def test_what_opencompass_itself_writes_is_redacted_after_each_task(tmp_path: Path, environment: None) -> None:
    from mmengine.config import ConfigDict
    from opencompass.registry import TASKS

    from human_simulacra.plugin.runner import InProcessRunner

    class EchoTask:
        name = "echo"

        def __init__(self, cfg: dict[str, Any]) -> None:
            self.folder = Path(cfg["work_dir"])

        def run(self) -> None:
            for name in ("cloze.json", "tmp_cloze.jsonl"):
                (self.folder / name).write_text(json.dumps({"0": {"prediction": f"I am {LONG}."}}))
            raise ValueError("stopped halfway")

        def get_log_path(self, file_extension: str) -> str:
            return str(self.folder / f"echo.{file_extension}")

    TASKS.register_module(module=EchoTask, force=True)
    task = ConfigDict(work_dir=str(tmp_path), models=[{"abbr": "m"}], datasets=[[{"abbr": "cloze"}]])
    InProcessRunner(task=ConfigDict(type="EchoTask")).launch([task])
    assert [json.loads(path.read_text())["0"]["prediction"] for path in tmp_path.glob("*.json*")] == ["I am [secret]."] * 2


def test_a_short_key_that_no_model_uses_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "abc")
    check_no_secrets({"type": "human_simulacra.plugin.llama_cpp.LlamaCpp"}, "c.py")
    with pytest.raises(UserError, match="3 characters"):
        check_no_secrets({"type": "opencompass.models.OpenAISDK"}, "c.py")


@each([
    Fault("a message", lambda: print(f"bad {LONG}", file=sys.stderr), None),
    Fault("a table", lambda: print(LONG), None),
    Fault("several lines", lambda: sys.stderr.writelines([f"{LONG}\n", "x"]), None),
    Fault("a traceback", print_traceback, None),
])  # fmt: skip
def test_no_command_prints_a_secret(fault: Fault, environment: None) -> None:
    printed: Any = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        redacted_output(fault.given)()
    assert "[secret]" in printed.getvalue() and LONG not in printed.getvalue()
