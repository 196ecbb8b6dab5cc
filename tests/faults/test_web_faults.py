"""Requests to the chat page: of other sites, too large, with wrong passwords; and a slow search, which stops nobody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
import pytest

from human_simulacra.chat.chat_settings import ChatSettings
from human_simulacra.chat.conversation_store import ConversationStore
from human_simulacra.chat.login_throttle import ALL, FORGET_SECONDS, ONE, LoginThrottle
from human_simulacra.chat.web_guard import LARGEST_REQUEST, RequestGuard
from human_simulacra.chat.web_session import WebSession
from human_simulacra.errors import UserError
from human_simulacra.library import Library
from human_simulacra.local_address import check_address
from tests.agents.word_embedder import WordEmbedder
from tests.conftest import ScriptedBackbone
from tests.faults.fault import Fault, each

PAGE, PASSWORD = "localhost:7860", "open sesame"
JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data?session_hash=x"


async def page(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Stands for the page: logs in with the password, and answers everything else with 200."""
    status = 200
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    if scope["path"].startswith("/login"):
        body = (await receive())["body"]
        status = 200 if PASSWORD.encode() in body else 400
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


async def ask(
    app: Any, method: str, path: str, headers: dict[str, str], body: bytes = b"", client: str = "10.0.0.1"
) -> httpx.Response:
    """Sends one request as it is, without headers of the client's own."""
    transport = httpx.ASGITransport(app, client=(client, 50000))
    async with httpx.AsyncClient(transport=transport) as browser:
        request = httpx.Request(method, f"http://{PAGE}{path}", content=body)
        fixed = {"content-length": str(len(body))} if body or method == "POST" else {}
        request.headers = httpx.Headers({"host": PAGE, **fixed, **headers})
        return await browser.send(request)


OWN, FOREIGN = {"origin": f"http://{PAGE}"}, {"origin": "http://evil.example"}
LOCAL = [
    Fault("its own page", ("GET", "/", {}), 200),
    Fault("by the loopback address", ("GET", "/", {"host": "127.0.0.1:7860"}), 200),
    Fault("by another loopback address", ("GET", "/", {"host": "127.8.8.8"}), 200),
    Fault("by IPv6", ("GET", "/", {"host": "[::1]:7860"}), 200),
    Fault("in capitals", ("GET", "/", {"host": "LOCALHOST:7860"}), 200),
    Fault("without a port", ("GET", "/", {"host": "localhost"}), 200),
    Fault("a rebound name", ("GET", "/", {"host": "evil.example:7860"}), 403),
    Fault("a rebound name posts to its own origin", ("POST", JOIN, {"host": "evil.example", "origin": "http://evil.example"}), 403),
    Fault("a name that begins as ours", ("GET", "/", {"host": "localhost.evil.example"}), 403),
    Fault("a name that begins as an address", ("GET", "/", {"host": "127.0.0.1.evil.example"}), 403),
    Fault("a name that ends as ours", ("GET", "/", {"host": "notlocalhost"}), 403),
    Fault("an address of the network", ("GET", "/", {"host": "192.168.1.5:7860"}), 403),
    Fault("all addresses", ("GET", "/", {"host": "0.0.0.0:7860"}), 403),
    Fault("a number as an address", ("GET", "/", {"host": "2130706433"}), 403),
    Fault("an empty host", ("GET", "/", {"host": ""}), 403),
    Fault("a user before the host", ("GET", "/", {"host": "localhost@evil.example"}), 403),
    Fault("joins the queue", ("POST", JOIN, OWN), 200),
    Fault("joins the queue without a browser", ("POST", JOIN, {}), 200),
    Fault("joins the queue from another site", ("POST", JOIN, FOREIGN), 403),
    Fault("from another port of this machine", ("POST", JOIN, {"origin": "http://localhost:8000"}), 403),
    Fault("from another name of this machine", ("POST", JOIN, {"origin": "http://127.0.0.1:7860"}), 403),
    Fault("from a site that begins as ours", ("POST", JOIN, {"origin": f"http://{PAGE}.evil.example"}), 403),
    Fault("from a sandboxed page", ("POST", JOIN, {"origin": "null"}), 403),
    Fault("with an empty origin", ("POST", JOIN, {"origin": ""}), 403),
    Fault("from an extension", ("POST", JOIN, {"origin": "chrome-extension://abc"}), 403),
    Fault("listens to the queue", ("GET", DATA, {}), 200),
    Fault("listens to the queue from another site", ("GET", DATA, FOREIGN), 403),
    Fault("another site embeds a listener", ("GET", DATA, {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}), 403),
    Fault("another port embeds a listener", ("GET", DATA, {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}), 403),
    Fault("another site's form without origin", ("POST", JOIN, {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}), 403),
    Fault("another site's link", ("GET", "/", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}), 200),
    Fault("a bookmark", ("GET", "/", {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}), 200),
    Fault("asks before a foreign request", ("OPTIONS", JOIN, FOREIGN), 403),
    Fault("deletes from another site", ("DELETE", "/x", FOREIGN), 403),
    Fault("puts from another site", ("PUT", "/x", FOREIGN), 403),
    Fault("logs in from another site", ("POST", "/login", FOREIGN), 403),
    Fault("a large request", ("POST", JOIN, {**OWN, "content-length": str(LARGEST_REQUEST + 1)}), 413),
    Fault("the largest request", ("POST", JOIN, {**OWN, "content-length": str(LARGEST_REQUEST)}), 200),
    Fault("a negative length", ("POST", JOIN, {**OWN, "content-length": "-1"}), 413),
    Fault("a length in words", ("POST", JOIN, {**OWN, "content-length": "ten"}), 413),
    Fault("a signed length", ("POST", JOIN, {**OWN, "content-length": "+10"}), 413),
    Fault("an upload", ("POST", "/gradio_api/upload", OWN), 413),
    Fault("an upload with a slash", ("POST", "/gradio_api/upload/", OWN), 413),
]  # fmt: skip
NETWORK = [
    Fault("its own page", ("GET", "/", {"host": "192.168.1.5:7860"}), 200),
    Fault("by a name", ("POST", JOIN, {"host": "talk.example", "origin": "https://talk.example"}), 200),
    Fault("a default port", ("POST", JOIN, {"host": "talk.example", "origin": "http://talk.example:80"}), 200),
    Fault("TLS before the page", ("POST", JOIN, {"host": "talk.example:443", "origin": "https://talk.example"}), 200),
    Fault("another site", ("POST", JOIN, {"host": "talk.example", **FOREIGN}), 403),
    Fault("another port", ("POST", JOIN, {"host": "talk.example", "origin": "http://talk.example:8080"}), 403),
    Fault("a parent's page", ("POST", JOIN, {"host": "talk.example", "origin": "https://example"}), 403),
    Fault("no host", ("POST", JOIN, {"host": " ", "origin": "https://"}), 403),
]


@each(LOCAL)
def test_a_page_on_this_machine_answers_only_its_own_visitors(fault: Fault) -> None:
    method, path, headers = fault.given
    answer = asyncio.run(ask(RequestGuard(page), method, path, headers))
    assert answer.status_code == fault.expected
    assert (answer.text == "page") == (fault.expected == 200)


@each(NETWORK)
def test_a_page_on_the_network_answers_only_requests_of_its_own_origin(fault: Fault) -> None:
    method, path, headers = fault.given
    guard = RequestGuard(page, local_only=False, throttle=LoginThrottle())
    assert asyncio.run(ask(guard, method, path, headers)).status_code == fault.expected


def test_two_hosts_or_origins_are_refused() -> None:
    for name in (b"host", b"origin"):
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", PAGE.encode()), (name, PAGE.encode())] * 2}
        sent: list[dict[str, Any]] = []

        async def send(event: dict[str, Any], sent: list[dict[str, Any]] = sent) -> None:
            sent.append(event)

        asyncio.run(RequestGuard(page)(scope, None, send))
        assert sent[0]["status"] == 403


@each([
    Fault("its own page", {"host": PAGE, "origin": f"http://{PAGE}"}, "websocket.accept"),
    Fault("another site", {"host": PAGE, "origin": "http://evil.example"}, "websocket.close"),
    Fault("a rebound name", {"host": "evil.example", "origin": "http://evil.example"}, "websocket.close"),
    Fault("no host", {"origin": f"http://{PAGE}"}, "websocket.close"),
])  # fmt: skip
def test_a_websocket_is_accepted_from_the_page_alone(fault: Fault) -> None:
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(event: dict[str, Any]) -> None:
        sent.append(event["type"])

    headers = [(name.encode(), value.encode()) for name, value in fault.given.items()]
    asyncio.run(RequestGuard(page)({"type": "websocket", "path": "/gradio_api/stream/x", "headers": headers}, receive, send))
    assert sent == [fault.expected]


class Door:
    """A page with a password, a clock that a test turns, and the lines that it logs."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.lines: list[str] = []
        throttle = LoginThrottle(lambda: self.now, self.lines.append)
        self.guard = RequestGuard(page, local_only=False, throttle=throttle)

    def enter(self, password: str, client: str = "10.0.0.1", path: str = "/login") -> httpx.Response:
        return asyncio.run(ask(self.guard, "POST", path, {}, f"username=friend&password={password}".encode(), client))


def test_the_first_wrong_passwords_are_free_and_each_is_logged_with_its_address() -> None:
    door = Door()
    assert [door.enter("wrong!").status_code for _ in range(ONE.at_once)] == [400] * ONE.at_once
    assert len(door.lines) == ONE.at_once and all(" wrong password from 10.0.0.1 (" in line for line in door.lines)
    assert all(line[:2] == "20" and "wrong!" not in line and "\n" not in line for line in door.lines)
    answer = door.enter("wrong!")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1") and len(door.lines) == ONE.at_once


def test_each_further_wrong_password_doubles_the_wait() -> None:
    door = Door()
    waits = []
    for _ in range(ONE.at_once + 12):
        answer = door.enter("wrong")
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            door.now += waits[-1]
            assert door.enter("wrong").status_code == 400
    assert waits[:5] == [1, 2, 4, 8, 16] and max(waits) <= ONE.longest


@each([
    Fault("with a slash at the end", "/login/", 429), Fault("with two", "/login//", 429), Fault("as it is", "/login", 429),
])  # fmt: skip
def test_every_path_to_the_login_is_slowed(fault: Fault) -> None:
    door = Door()
    assert [door.enter("wrong", path=fault.given).status_code for _ in range(30)].count(fault.expected) == 30 - ONE.at_once


def test_the_right_password_opens_at_once_for_another_address_and_after_the_wait() -> None:
    door = Door()
    for _ in range(20):
        door.enter("wrong")
    assert door.enter(PASSWORD).status_code == 429
    assert door.enter(PASSWORD, "10.0.0.2").status_code == 200
    door.now += 1
    assert door.enter(PASSWORD).status_code == 200
    assert door.enter("wrong").status_code == 400


def test_many_addresses_together_are_slowed_but_never_for_long() -> None:
    door = Door()
    answers = [door.enter("wrong", f"10.0.{number}.1").status_code for number in range(100)]
    assert answers.count(400) == ALL.at_once
    door.now += ALL.longest
    assert door.enter(PASSWORD, "10.1.1.1").status_code == 200


@each([
    Fault("addresses of one IPv6 network are one visitor", "2001:db8::{:x}", 429),
    Fault("texts that a proxy passes on as addresses are one visitor", "x{}\nforged line", 429),
])  # fmt: skip
def test_changing_the_address_is_no_way_around(fault: Fault) -> None:
    door = Door()
    answers = [door.enter("wrong", fault.given.format(number)) for number in range(ONE.at_once + 1)]
    assert answers[-1].status_code == fault.expected
    assert not any("\n" in line or "forged" in line for line in door.lines)


def test_guesses_at_the_same_moment_are_counted_before_they_are_answered() -> None:
    door = Door()

    async def thirty() -> list[int]:
        form = b"username=friend&password=wrong"
        return [a.status_code for a in await asyncio.gather(*(ask(door.guard, "POST", "/login", {}, form) for _ in range(30)))]

    assert asyncio.run(thirty()).count(400) == ONE.at_once


def test_wrong_passwords_are_forgotten_after_an_hour() -> None:
    door = Door()
    for _ in range(20):
        door.enter("wrong")
    door.now += FORGET_SECONDS + 1
    assert [door.enter("wrong").status_code for _ in range(ONE.at_once)] == [400] * ONE.at_once


def test_a_page_without_a_password_has_no_limit() -> None:
    assert {asyncio.run(ask(RequestGuard(page), "POST", "/login", OWN, b"x")).status_code for _ in range(10)} == {400}


def test_the_real_page_slows_its_login_and_lets_the_right_password_in(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("gradio", reason="the extra [web] is not installed")
    from human_simulacra.chat.web_server import make_app

    settings = {"scripted": ChatSettings(library, ScriptedBackbone(), "scripted", embedder=WordEmbedder())}
    app = make_app(library, settings, "none", None, PASSWORD, local_only=False)
    form = {"content-type": "application/x-www-form-urlencoded"}

    async def enter(password: str, client: str) -> int:
        body = f"username=friend&password={password.replace(' ', '+')}".encode()
        return (await ask(app, "POST", "/login", form, body, client)).status_code

    async def visit() -> None:
        assert (await ask(app, "GET", "/config", {})).status_code == 401
        assert [await enter("wrong pass", "10.0.0.1") for _ in range(7)] == [400] * 5 + [429] * 2
        assert await enter(PASSWORD, "10.0.0.2") == 200

    asyncio.run(visit())
    said = capsys.readouterr().err
    assert said.count("wrong password from 10.0.0.1") == 5 and "wrong pass " not in said.replace("wrong password", "")


class SlowEmbedder(WordEmbedder):
    """Encodes the texts of one character only once a test opens the gate."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.slow, self.begun, self.gate, self.batches = name, threading.Event(), threading.Event(), 0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if any(self.slow in text for text in texts):
            self.batches += 1
            self.begun.set()
            assert self.gate.wait(60)
        return super().encode(texts)


@pytest.mark.parametrize("method", ["macm", "rag"])
def test_a_life_story_that_is_being_embedded_stops_no_other_visitor(library: Library, method: str) -> None:
    embedder = SlowEmbedder("Ada Berg")
    settings = {"b": ChatSettings(library, ScriptedBackbone("THOUGHTS: x\nFEELINGS: y"), "b", embedder=embedder)}

    def visitor(character: str) -> WebSession:
        session = WebSession(settings, ConversationStore(None))
        session.arrange(character, method, None, "b", None)
        return session

    async def talk(session: WebSession) -> int:
        async for _ in session.say("What about the boat?"):
            pass
        return len(session.columns[0].conversation.turns)

    async def visit() -> None:
        slow = [asyncio.ensure_future(talk(visitor("ada-berg"))) for _ in range(2)]
        assert await asyncio.to_thread(embedder.begun.wait, 60)
        assert await talk(visitor("bo-crane")) == 1
        assert not any(task.done() for task in slow)
        embedder.gate.set()
        assert await asyncio.gather(*slow) == [1, 1]

    asyncio.run(visit())
    assert embedder.batches == 1


@each([
    Fault("this machine", ("127.0.0.1", False), True), Fault("this machine by IPv6", ("::1", False), True),
    Fault("this machine with a password", ("localhost", True), True), Fault("all addresses with a password", ("0.0.0.0", True), False),
])  # fmt: skip
def test_a_page_knows_who_can_reach_it(fault: Fault) -> None:
    host, password = fault.given
    assert check_address(host, 0, open_to_others=password) is fault.expected


def test_a_page_without_a_password_listens_to_this_machine_only() -> None:
    with pytest.raises(UserError, match="is open to other machines: add --password"):
        check_address("0.0.0.0", 0)
