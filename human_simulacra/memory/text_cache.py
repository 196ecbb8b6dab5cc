"""On-disk cache of what is computed from single texts: embeddings, words, summaries."""

from __future__ import annotations

from pathlib import Path

from human_simulacra.files import cache_dir
from human_simulacra.key_value_store import KeyValueStore


class TextCache(KeyValueStore):
    """A store with one entry per text, so that an edited paragraph of a life story is computed anew and nothing else.

    Args:
        path: The file; None for `texts.sqlite` in the user's cache folder.
        keep: Whether new values are written to the file; if not, this object holds them, as for the texts of conversations.
    """

    def __init__(self, path: Path | None = None, keep: bool = True) -> None:
        super().__init__(path or cache_dir() / "texts.sqlite", "texts", "value BLOB", keep)
