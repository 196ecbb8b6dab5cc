"""What the terminal says of a message that got no answer: the content filter, the server, or an address out of reach."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from human_simulacra import Simulacrum
from human_simulacra.backbones import BackboneError
from human_simulacra.errors import UserError
from human_simulacra.types import Completion
from tests.chat.test_terminal import config_for, piped
from tests.servers import completion, serving


def refuse(status: int, words: str) -> tuple[int, dict[str, str], str]:
    return status, {}, json.dumps({"error": {"message": words}})


def script(body: dict[str, Any], number: int) -> Any:
    said = str(body["messages"])
    if "REFUSED" in said:
        return refuse(400, "content filter: this prompt is not allowed")
    if "CUT" in said:
        return 200, {}, completion("", "content_filter")
    return refuse(500, "out of memory") if "BROKEN" in said else "Aye."


def test_a_message_that_the_content_filter_refuses_is_called_so_and_a_piped_conversation_goes_on(
    tmp_path: Path, data: Path
) -> None:
    with serving(script) as server:
        config = config_for(tmp_path, server.address)
        done = piped(data, config, "REFUSED\nCUT\nhello\n", "ada-berg", "--method", "prompt")
    assert (done.returncode, done.stdout) == (2, "Aye.\n")
    said = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert said == ["error: the content filter of scripted let no answer through: rephrase the message"] * 2


def test_a_server_that_answers_is_not_said_to_be_out_of_reach(tmp_path: Path, data: Path) -> None:
    with serving(script) as server:
        config = config_for(tmp_path, server.address)
        done = piped(data, config, "BROKEN\nhello\n", "ada-berg", "--method", "prompt")
    assert (done.returncode, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert "HTTP 500: out of memory" in last and "check that it runs" not in last and "--base-url" not in last


def test_a_server_out_of_reach_has_its_mend_once_and_the_embedded_model_as_another(tmp_path: Path, data: Path) -> None:
    done = piped(data, config_for(tmp_path, "http://127.0.0.1:9/v1"), "hello\n", "ada-berg", "--method", "prompt")
    last = done.stderr.splitlines()[-1]
    assert (
        "start the server" in last
        and last.endswith(", or omit --model for the embedded model")
        and "check that it runs" not in last
    )


class Filtered:
    fingerprint = "filtered"

    def __init__(self, finish: Any) -> None:
        self.finish = finish

    async def complete(self, messages: object, generation: object) -> Completion:
        return Completion("", finish=self.finish)


def test_an_answer_that_is_empty_for_another_reason_is_called_empty(data: Path) -> None:
    def chat(finish: str) -> None:
        Simulacrum.load("ada-berg", backbone=Filtered(finish), data=data, method="prompt").chat("Hello.")

    with pytest.raises(BackboneError, match="gave an empty answer: repeat or rephrase the message"):
        chat("stop")
    with pytest.raises(UserError, match="the content filter of filtered let no answer through"):
        chat("content_filter")
