"""The tool in a process of its own, with a model behind an OpenAI-compatible server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from human_simulacra.json_form import JsonForm
from human_simulacra.types import Generation, Message
from tests.construction.editing.scripted_edits import BUS, author, write_working_ida
from tests.construction.invented_characters import IDA
from tests.construction.tool_processes import backbone_config, tool
from tests.servers import serving


def reply(body: dict[str, Any], number: int) -> str:
    schema = body["response_format"]["json_schema"]["schema"]
    messages = [Message(m["role"], m["content"]) for m in body["messages"]]
    return author(messages, Generation(100, form=JsonForm(json.dumps(schema))))


def test_a_change_is_estimated_made_without_a_terminal_and_undone(tmp_path: Path) -> None:
    out = write_working_ida(tmp_path / "mine")
    before = {path: path.read_bytes() for path in out.rglob("*.jsonl")}
    with serving(reply) as server:
        config = backbone_config(tmp_path, server.address)
        options = [IDA, "--out", out, "--set", "occupation=baker", "--backbone", config]
        dry = tool("edit_character", *options, "--dry-run", cache=tmp_path / "cache")
        assert dry.returncode == 0 and "estimate, without retries" in dry.stdout and "look at" not in dry.stdout, dry.stderr
        assert server.requests == []
        assert {path: path.read_bytes() for path in out.rglob("*.jsonl")} == before
        made = tool("edit_character", *options, "--review", "none", cache=tmp_path / "cache")
    assert made.returncode == 0, made.stderr
    assert f"key of {IDA}-cloze-05: baker" in made.stdout
    assert f"look at paragraph {BUS}: it presupposes it: every stop of line 12 by heart: proposed: " in made.stdout
    assert f"4 texts for you to review in {out}/making/{IDA}/for-review.jsonl" in made.stdout
    undone = tool("edit_character", IDA, "--out", out, "--undo", cache=tmp_path / "cache")
    assert undone.stdout == "undone: set occupation=baker\n"
    assert {path: path.read_bytes() for path in out.rglob("*.jsonl")} == before
