"""Sources of characters that are imported, and the tool on them."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from human_simulacra.library import Library
from tests.construction.tool_processes import load_tool

BORN = ("--set", "date_of_birth=1990-02-03")
BIOGRAPHY = "# Mira Holt\n\nMira Holt was born above Sund. She keeps bees.\n\nLater she moved to Vik.\n"
INTERVIEW = """Interviewer: Where did you grow up?
Ole Dahl: In Vik.

Interviewer: And your work?
Ole Dahl: I repaired engines at the yard for thirty years.
What you have to remember: they were bigger
then: at 6:30 we began.

Interviewer: Do you miss it?
Ole Dahl: Yes, every single day since I left the yard in spring.
"""
ENTRIES = [
    {"keys": ["flood"], "content": "@@depth 4\n{{char}} lost a hive in the flood.", "enabled": True, "insertion_order": 2},
    {"keys": ["hill"], "content": "The hill is called Kollen.", "enabled": True, "insertion_order": 1, "extensions": {}},
    {"keys": ["off"], "content": "Kollen burned.", "enabled": False, "insertion_order": 3},
    {"keys": [], "content": "{{char}} is deaf in one ear.", "enabled": True, "insertion_order": 4, "constant": True},
]
FIELDS: dict[str, Any] = {
    "name": "Mira Holt", "description": "{{char}} keeps bees.{{// a note}}\r\nShe trusts {{user}} little.", "personality": "Stubborn. Kind.",
    "scenario": "A shed.", "first_mes": "Hello {{user}}", "mes_example": "<START>", "alternate_greetings": [], "tags": ["bees"],
    "creator_notes": None,
}  # fmt: skip


def card(version: int = 2, **fields: Any) -> dict[str, Any]:
    data = {**FIELDS, **fields}
    return data if version == 1 else {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": data}


def png(**chunks: object) -> bytes:
    """Returns a picture of one pixel with cards in text chunks."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    texts = [chunk(b"tEXt", key.encode() + b"\0" + base64.b64encode(json.dumps(value).encode())) for key, value in chunks.items()]
    pixel = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + pixel + b"".join(texts) + chunk(b"IEND", b"")


class Tool:
    """The tool on a source in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.out, self._capsys = folder, folder / "mine", capsys

    def __call__(self, content: object, *options: str, suffix: str = ".json") -> tuple[int, str, str]:
        """Returns exit status, output and errors."""
        source = self.folder / f"source{suffix}"
        data = content if isinstance(content, bytes | str) else json.dumps(content)
        source.write_bytes(data.encode() if isinstance(data, str) else data)
        status = load_tool("import_character").main([str(source), "--out", str(self.out), *options])
        printed = self._capsys.readouterr()
        return status, printed.out, printed.err

    def texts(self, who: str) -> list[str]:
        return [paragraph.text for paragraph in Library(self.out).story(who)]
