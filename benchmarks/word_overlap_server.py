"""An OpenAI-compatible server that is no language model: `python benchmarks/word_overlap_server.py [PORT]`.

It stands in for a model in the tutorial (docs/tutorial.md), whose outputs anybody can make again without key, GPU or download. It
chooses the option that has most rare words in common with the rest of the prompt, so it gains from what a method retrieves. Where
there is no option, it says "1". Its scores say nothing about any model.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OPTION = re.compile(r"^([A-Z])[.)] (.+)$", re.MULTILINE)


def answer(messages: list[dict[str, str]]) -> str:
    """Returns the reply to a conversation: the letter of an option if the prompt has options, else the number 1."""
    text = "\n".join(message["content"] for message in messages)
    options = OPTION.findall(text)
    if not options:
        return "1"
    known = Counter(_words(OPTION.sub("", text)))
    scores = {letter: sum(1 / known[word] for word in set(_words(option)) if known[word]) for letter, option in options}
    return f"ANSWER: {max(scores, key=lambda letter: (scores[letter], letter))}"


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]{4,}", text.lower())


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answers a chat completion."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = answer(body["messages"])
        read = sum(len(message["content"]) for message in body["messages"]) // 4
        usage = {"prompt_tokens": read, "completion_tokens": len(text) // 4, "total_tokens": read + len(text) // 4}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        reply = {
            "id": "overlap",
            "object": "chat.completion",
            "created": 0,
            "model": "overlap",
            "choices": [choice],
            "usage": usage,
        }
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Serves a stand-in for a model.")
    parser.add_argument("port", nargs="?", type=int, default=8100)
    port = parser.parse_args().port
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    except (OSError, OverflowError) as error:
        sys.exit(f"error: port {port} cannot be used ({error}): give another, word_overlap_server.py PORT")
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    server.serve_forever()
