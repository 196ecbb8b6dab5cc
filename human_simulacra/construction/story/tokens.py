"""Cutting texts to a number of tokens, on the safe side."""

from __future__ import annotations

from human_simulacra.backbones.base import BYTES_A_TOKEN, most_tokens


def truncate_tokens(text: str, most: int) -> str:
    """Returns a text cut to so many tokens, at a word."""
    if most_tokens(text) <= most:
        return text
    kept = text.encode("utf-8", "replace")[: int(most * BYTES_A_TOKEN) - 3].decode("utf-8", "ignore")
    return kept.rsplit(" ", 1)[0] + " …"
