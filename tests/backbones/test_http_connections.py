"""Connections to model servers: kept open between calls, freed, and made as the user configures them."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import socketserver
import ssl
import subprocess
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from openai import DefaultHttpxClient, OpenAI

from human_simulacra.backbones import BackboneError, server_exchange
from human_simulacra.backbones.http_settings import HttpSettings
from human_simulacra.backbones.openai_chat import OpenAIChat
from human_simulacra.errors import UserError
from human_simulacra.plugin.backbone_factory import build_backbone
from human_simulacra.types import Generation, Message
from tests.servers import completion, serving

ASK, PLAIN = [Message("user", "Who?")], Generation(16)
Script = Callable[[int, int], "bytes | None"]


class KeepAliveServer:
    """Answers requests by `script(connection, request)`, both numbered from 1: a body, or None to close without an answer."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.closed = threading.Semaphore(0)  # released for each connection that has ended
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.connections += 1
                connection, request = outer.connections, 0
                try:
                    while length := self._length():
                        self.rfile.read(length)
                        request += 1
                        if (body := script(connection, request)) is None:
                            return
                        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                        self.wfile.write(head.encode() + body)
                except OSError:
                    pass
                finally:
                    outer.closed.release()

            def _length(self) -> int:
                found = 0
                while (line := self.rfile.readline().strip()) != b"":
                    if line.lower().startswith(b"content-length:"):
                        found = int(line.split(b":")[1])
                return found

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address = True, True

            def get_request(self) -> tuple[socket.socket, Any]:
                plain, address = super().get_request()
                return (tls.wrap_socket(plain, server_side=True) if tls else plain), address

        self._server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http{'s' if tls else ''}://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def keeping_alive(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[KeepAliveServer]:
    server = KeepAliveServer(script, tls)
    try:
        yield server
    finally:
        server.close()


def chat(address: str, **more: Any) -> OpenAIChat:
    return OpenAIChat(OpenAI(base_url=address, api_key="none"), "m", "m", concurrency=2, timeout=20, **more)


def ada(connection: int, request: int) -> bytes:
    return completion("Ada").encode()


async def ask_in_turn(backbone: OpenAIChat, count: int) -> list[str]:
    return [(await backbone.complete(ASK, PLAIN)).text for _ in range(count)]


def test_calls_share_a_connection_which_ends_with_its_event_loop() -> None:
    with keeping_alive(ada) as server, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        backbone = chat(server.address)
        assert asyncio.run(ask_in_turn(backbone, 5)) == ["Ada"] * 5 and server.connections == 1
        assert server.closed.acquire(timeout=20)
        assert asyncio.run(ask_in_turn(backbone, 2)) == ["Ada"] * 2 and server.connections == 2
        gc.collect()


def test_a_connection_that_the_server_closed_meanwhile_costs_no_call() -> None:
    with keeping_alive(lambda connection, request: ada(0, 0) if request == 1 else None) as server:
        assert asyncio.run(ask_in_turn(chat(server.address), 4)) == ["Ada"] * 4
    assert server.connections == 4


def test_a_server_that_closes_each_connection_is_an_error() -> None:
    early = pytest.raises(BackboneError, match="ended its answer early")
    with keeping_alive(lambda connection, request: None) as server, early:
        asyncio.run(ask_in_turn(chat(server.address), 1))
    assert server.connections == 1


def test_a_cancelled_call_frees_its_connection_and_its_slot() -> None:
    asked, over = threading.Event(), threading.Event()

    def slow(connection: int, request: int) -> bytes | None:
        if connection > 1:
            return ada(0, 0)
        asked.set()
        over.wait(20)
        return b"x" * 10_000_000  # more than the network holds, so that a closed connection is noticed

    async def cancel_and_ask(backbone: OpenAIChat) -> str:
        task = asyncio.ensure_future(backbone.complete(ASK, PLAIN))
        await asyncio.to_thread(asked.wait, 20)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        over.set()
        assert await asyncio.to_thread(server.closed.acquire, timeout=20)
        return (await backbone.complete(ASK, PLAIN)).text

    with keeping_alive(slow) as server:
        backbone = OpenAIChat(OpenAI(base_url=server.address, api_key="none"), "m", "m", concurrency=1)
        assert asyncio.run(cancel_and_ask(backbone)) == "Ada"


def test_a_body_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_exchange, "LARGEST_BODY", 1000)
    refused = pytest.raises(BackboneError, match="larger than 1000 bytes")
    with keeping_alive(lambda connection, request: completion("Ada " * 1000).encode()) as server, refused:
        asyncio.run(ask_in_turn(chat(server.address), 1))


def test_key_organisation_query_and_headers_of_the_client_are_sent() -> None:
    with serving(lambda body, number: "Ada") as server:
        http = DefaultHttpxClient(headers={"X-Gate": "one"}, cookies={"sid": "two"})
        client = OpenAI(
            base_url=server.address, api_key="key-0123456789\n", organization="org-1", http_client=http,
            default_headers={"X-Mine": "three"},
        )  # fmt: skip
        extra = {"extra_headers": {"X-Call": "four"}, "extra_body": {"top_k": 1}, "frequency_penalty": 0.5}
        assert asyncio.run(OpenAIChat(client, "m", "m", 1, extra).complete(ASK, PLAIN)).text == "Ada"
    (sent,), (body,) = server.headers, server.requests
    assert sent["authorization"] == "Bearer key-0123456789" and sent["openai-organization"] == "org-1"
    assert (sent["x-gate"], sent["cookie"], sent["x-mine"], sent["x-call"]) == ("one", "sid=two", "three", "four")
    assert (body["top_k"], body["frequency_penalty"]) == (1, 0.5) and "extra_headers" not in body


def test_an_argument_that_the_client_does_not_know_is_named() -> None:
    with pytest.raises(UserError, match=r"openai_extra_kwargs does not fit.*'top_q'.*extra_body"):
        asyncio.run(chat("http://127.0.0.1:9/v1", extra={"top_q": 1}).complete(ASK, PLAIN))


@pytest.mark.parametrize(
    "given",
    [{"http_client_cfg": {"proxy": "PROXY"}}, {"openai_proxy_url": "PROXY"}, {}],
    ids=["http_client_cfg", "openai_proxy_url", "environment"],
)  # fmt: skip
def test_the_proxy_of_the_config_or_the_environment_is_asked(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with serving(lambda body, number: "Ada") as proxy:
        address = proxy.address.removesuffix("/v1")
        if not given:
            monkeypatch.setenv("HTTP_PROXY", address)
        config = {
            "type": "opencompass.models.OpenAISDK",
            "path": "m",
            "key": "none",
            "openai_api_base": "http://server.example/v1",
        }
        config |= json.loads(json.dumps(given).replace("PROXY", address))
        assert asyncio.run(build_backbone(config, 1).complete(ASK, PLAIN)).text == "Ada"
    assert proxy.headers[0]["host"] == "server.example"


def test_settings_that_cannot_be_followed_are_named() -> None:
    with pytest.raises(UserError, match="http_client_cfg has transport, which is not supported: use verify"):
        HttpSettings({"transport": object()})
    settings = HttpSettings({"proxies": {"all://": "http://p:1", "https://": None}})
    assert settings.find_proxy("http://server.example/v1") == "http://p:1" and settings.find_proxy("https://a.example") == ""
    with pytest.raises(UserError, match=r"is a socks5 proxy: only http:// and https:// proxies"):
        HttpSettings({}, "socks5://127.0.0.1:1080").find_proxy("http://server.example/v1")


def test_a_certificate_is_trusted_by_verify_and_by_ssl_cert_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "ca.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *more], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with keeping_alive(ada, tls) as server:
        with pytest.raises(BackboneError, match=r"certificate that cannot be trusted.*set SSL_CERT_FILE"):
            asyncio.run(ask_in_turn(chat(server.address), 1))
        for verify in (str(certificate), False):
            trusting = chat(server.address, http=HttpSettings({"verify": verify}))
            assert asyncio.run(ask_in_turn(trusting, 2)) == ["Ada"] * 2
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert asyncio.run(ask_in_turn(chat(server.address), 1)) == ["Ada"]
