"""Tokens, money and durations as people read them."""

from __future__ import annotations

import math


def format_tokens(tokens: int) -> str:
    """Renders a number of tokens as `950`, `12 k` or `0.41 M`."""
    if tokens < 10_000:
        return str(tokens)
    return f"{tokens / 1e3:.0f} k" if tokens < 100_000 else f"{tokens / 1e6:.2f} M"


def format_money(money: float) -> str:
    """Renders an amount with cents, or with two significant digits if it is below a tenth."""
    places = 2 if money >= 0.1 or money <= 0 else 1 - math.floor(math.log10(money))
    return f"{money:.{places}f}"


def format_duration(seconds: float) -> str:
    """Renders seconds as `45 s`, `12 min` or `2 h 5 min`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
