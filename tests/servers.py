"""A scripted HTTP server with OpenAI's chat completions API on loopback."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from human_simulacra.prompts import template

PROBE = template("probe")
USAGE = {"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105, "prompt_tokens_details": {"cached_tokens": 40}}


class ScriptedServer:
    """Answers requests by `script(body, number)`: a text, or (status, headers, raw body); None closes the connection.

    For a streaming request, a text is sent word by word and an iterator piece by piece. The call before a run, by which it is
    found out what the server takes, is answered `yes` and not recorded, unless `probes` is set.
    """

    def __init__(self, script: Callable[[dict[str, Any], int], Any], probes: bool = False) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.prefix: str | None = None  # the only path before /chat/completions that exists, if set
        lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if outer.prefix is not None and self.path != f"{outer.prefix}/chat/completions":
                    self._send(404, {}, '{"detail": "Not Found"}')
                    return
                if not probes and body["messages"][-1]["content"].endswith(PROBE):
                    self._send(200, {}, completion("yes"))
                    return
                with lock:
                    outer.requests.append(body)
                    outer.headers.append({key.lower(): value for key, value in self.headers.items()})
                    number = len(outer.requests)
                answer = script(body, number)
                if answer is None:
                    self.close_connection = True
                    return
                if body.get("stream") and not isinstance(answer, tuple):
                    self._stream(re.findall(r"\S+\s*", answer) if isinstance(answer, str) else answer)
                    return
                status, headers, raw = answer if isinstance(answer, tuple) else (200, {}, completion(answer))
                self._send(status, headers, raw)

            def _send(self, status: int, headers: dict[str, str], raw: str | bytes) -> None:
                data = raw if isinstance(raw, bytes) else raw.encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                for key, value in headers.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(data)

            def _stream(self, pieces: Iterable[str]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    for piece in pieces:
                        self._event({"choices": [{"index": 0, "delta": {"content": piece}}]})
                    self._event({"choices": [], "usage": USAGE})
                    self.wfile.write(b"data: [DONE]\n\n")
                self.close_connection = True

            def _event(self, fields: dict[str, Any]) -> None:
                event = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", **fields}
                self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


def completion(text: str, finish: str = "stop") -> str:
    """Returns the body of a chat completion with token counts."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    return json.dumps({"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": USAGE})


@contextmanager
def serving(script: Callable[[dict[str, Any], int], Any], probes: bool = False) -> Iterator[ScriptedServer]:
    """Runs a scripted server during a `with` block."""
    server = ScriptedServer(script, probes)
    try:
        yield server
    finally:
        server.close()
