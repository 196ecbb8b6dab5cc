"""The tool that builds memories, against a real HTTP server: made once, and not paid for again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from human_simulacra.library import Library
from tests.runs import ROOT, openai_llm
from tests.servers import serving


def build(*arguments: object, cache: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "build_memories.py"), *map(str, arguments)]
    environment = {**os.environ, "OPENAI_API_KEY": "local", "HUMAN_SIMULACRA_CACHE": str(cache)}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_memories_are_built_over_any_backbone_and_calls_are_paid_once(tmp_path: Path, data: Path) -> None:
    def script(body: dict[str, Any], number: int) -> str:
        return "remembered " + body["messages"][-1]["content"].split("part ")[-1][:1]

    with serving(script) as server:
        config = tmp_path / "backbone.py"
        config.write_text(f"from opencompass.models import OpenAISDK\n\nscripted = {openai_llm(server.address)}\n")
        first = build("ada-berg", "--data", data, "--backbone", config, cache=tmp_path / "cache")
        assert first.returncode == 0, first.stderr
        assert "memories of Ada Berg: 6/6 rows" in first.stderr
        paid = len(server.requests)
        again = build("ada-berg", "--data", data, "--backbone", config, "--out", tmp_path / "m.jsonl", cache=tmp_path / "cache")
        assert again.returncode == 0 and len(server.requests) == paid
    memories = Library(data).memories("ada-berg")
    assert [m.paragraphs[0] for m in memories] == [f"ada-berg-s{i:03d}" for i in range(1, 13, 2)]
    assert (data / "characters/ada-berg/memories.jsonl").read_text() == (tmp_path / "m.jsonl").read_text()


def test_an_unknown_character_is_named_before_any_call(tmp_path: Path, data: Path) -> None:
    done = build("ada", "--data", data, cache=tmp_path)
    assert done.returncode == 2 and "unknown character 'ada'" in done.stderr and "Traceback" not in done.stderr
