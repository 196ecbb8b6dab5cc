"""Reading JSON fast, and a file of many entries one by one, so that it need not fit into memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

_BLOCK = 1 << 20
_FIRST_ENTRY = re.compile(rb'\{\r?\n([ \t]+)"')


def parse(text: bytes | str) -> Any:
    """Returns the value of a JSON text; raises a ValueError if it is none.

    NaN, infinity and half surrogate pairs, which Python writes, are read as Python reads them.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def read_entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Yields (key, value) of a file that holds one JSON object; one with an entry's lines indented is read entry by entry.

    Raises:
        ValueError: If the file is not valid JSON, perhaps after its first entries.
        TypeError: If it holds another value than an object.
        OSError: If it cannot be read.
    """
    done = 0
    with path.open("rb") as stream:
        for text in _split(stream.read, stream.read(_BLOCK)):
            try:
                ((key, value),) = parse(b"{" + text + b"}").items()
            except ValueError:
                break  # its lines are laid out in another way, or it is damaged
            done += 1
            yield key, value
        else:
            return
    content = parse(path.read_bytes())
    if not isinstance(content, dict):
        raise TypeError(f"{path} holds no JSON object")
    yield from list(content.items())[done:]


def _split(read: Any, block: bytes) -> Iterator[bytes]:
    """Yields the text of each entry, `"KEY": {...}`, and an empty one where the object does not end as it should.

    The lines of an entry that is an object begin with more blanks than its last, `}`, since no line of JSON begins within a text.
    """
    if not (first := _FIRST_ENTRY.match(block)):
        yield b""
        return
    end_of_entry = b"\n" + first[1] + b"}"
    rest = block[1:]
    start = 0
    while True:
        end = rest.find(end_of_entry, start)
        if end >= 0:
            stop = end + len(end_of_entry)
            yield rest[start:stop].strip(b", \t\r\n")
            start = stop
            continue
        more = read(_BLOCK)
        if not more:
            break
        rest, start = rest[start:] + more, 0
    if rest[start:].strip() != b"}":
        yield b""
