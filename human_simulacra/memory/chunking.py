"""Splits a life story into chunks of consecutive paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from human_simulacra.types import Paragraph

CHUNK_PARAGRAPHS = 2


def chunks(story: Sequence[Paragraph], size: int = CHUNK_PARAGRAPHS) -> list[tuple[Paragraph, ...]]:
    """Splits a story into chunks of `size` paragraphs (arXiv 2402.18180).

    Args:
        story: Paragraphs in order.
        size: Paragraphs per chunk, at least 1. The last chunk may be shorter.

    Raises:
        ValueError: If `size` is below 1.
    """
    if size < 1:
        raise ValueError(f"a chunk needs at least one paragraph, not {size}")
    return [tuple(story[start : start + size]) for start in range(0, len(story), size)]


def chunk_text(chunk: Sequence[Paragraph]) -> str:
    """Returns a chunk's paragraphs as one text."""
    return "\n".join(paragraph.text for paragraph in chunk)
