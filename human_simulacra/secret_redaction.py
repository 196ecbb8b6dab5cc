"""Replaces the secrets of this process in texts that are written: files, logs, messages.

Secrets are the values of environment variables whose names mean one, credentials in addresses there, and what `add_secret` names.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from human_simulacra.secret_names import address_credentials, is_placeholder, means_secret

MARK = "[secret]"
# A shorter value is replaced as a whole word alone, since it could be part of an ordinary one.
ANYWHERE_LENGTH = 8
# A still shorter value, or a number, is not replaced: it would blank ordinary words and figures.
LEAST_LENGTH = 4
_USER_INFO = re.compile(r"[^\s/@:]+:[^\s/@]+@")
_FIELD_NAME = re.compile(r"[a-z_]+")
_JSON_STRING = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?')
_WORD_START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4}))"
_WORD_END = r"(?![A-Za-z0-9])"
_added: set[str] = set()
_known: tuple[dict[Any, Any], tuple[tuple[str, str], ...]] | None = None  # the environment, and what of it may hold a secret


def add_secret(value: str) -> None:
    """Adds a secret that no environment variable holds, such as a password from the command line."""
    _added.add(value)


def too_short(value: str) -> bool:
    """Returns whether a secret is too short to be told from ordinary words and figures in a text."""
    return len(value) < (ANYWHERE_LENGTH if value.isdecimal() else LEAST_LENGTH)


def environment_secrets() -> dict[str, str]:
    """Returns the secrets of the environment, with the name of the variable of each."""
    found: dict[str, str] = {}
    for name, value in _environment():
        if means_secret(name) and not (value.startswith("/") and os.path.exists(value)):
            # OpenCompass reads several keys from one variable.
            found |= {part: name for part in (value.strip(), *map(str.strip, value.split(",")))}
        # A proxy may be given without its scheme.
        address = f"http://{value}" if _USER_INFO.match(value) else value
        found |= dict.fromkeys(address_credentials(address), name)
    return {value: name for value, name in found.items() if not too_short(value) and not is_placeholder(value)}


def redact(text: object) -> str:
    """Returns a text in which every secret is replaced by `[secret]`."""
    return _patterns().redact(str(text))


def redact_json(text: str) -> str:
    """Returns JSON or JSONL in which secrets are replaced inside of strings only, so that it can still be read."""
    patterns = _patterns()
    if not patterns.found_in(text):
        return text

    def redacted(match: re.Match[str]) -> str:
        value = json.loads(match[1], strict=False)
        clean = value if match[2] and _FIELD_NAME.fullmatch(value) else patterns.redact(value)
        return match[0] if clean == value else json.dumps(clean, ensure_ascii=match[1].isascii()) + (match[2] or "")

    return _JSON_STRING.sub(redacted, text)


def find_secret(text: str, secrets: Mapping[str, str]) -> str | None:
    """Returns the name of the variable whose value a text contains, or None; `secrets` are from `environment_secrets`."""
    clean = redact(text)
    return next((name for value, name in secrets.items() if clean != text and _of_one(value).redact(text) != text), None)


class _Patterns:
    """The compiled patterns of a set of secrets, in all forms in which texts hold them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._long = sorted(secret for secret in secrets if len(secret) >= ANYWHERE_LENGTH)
        anywhere, words = set(), set()
        for secret in secrets:
            (anywhere if len(secret) >= ANYWHERE_LENGTH else words).update(_written_forms(secret))
            anywhere.update(form for form in _base64_forms(secret) if len(form) >= ANYWHERE_LENGTH)
        self._forms = (*anywhere, *words)
        parts = [_either(anywhere)] if anywhere else []
        parts += [f"{_WORD_START}{_either(words)}{_WORD_END}"] if words else []
        self._pattern = re.compile("|".join(parts))

    def found_in(self, text: str) -> bool:
        # Looking for each form first is ten times as fast as the pattern, and most texts hold none.
        return any(form in text for form in self._forms) or self._cut_off(text) is not None

    def redact(self, text: str) -> str:
        if any(form in text for form in self._forms):
            text = self._pattern.sub(MARK, text)
        cut = self._cut_off(text)
        return text if cut is None else text[:cut] + MARK

    def _cut_off(self, text: str) -> int | None:
        """Returns where the beginning of a secret stands at the end of a text, which was shortened before it came here."""
        for secret in self._long:
            start = text.rfind(secret[:ANYWHERE_LENGTH], max(0, len(text) - len(secret) - 2))
            if start >= 0 and secret.startswith(text[start:].rstrip("'\"}")):
                return start
        return None


def _patterns() -> _Patterns:
    global _known
    # The dictionary below `os.environ`: to compare it takes a fiftieth of reading the variables, which each text would do.
    variables = getattr(os.environ, "_data", None)
    if variables is None or _known is None or variables != _known[0]:
        _known = (dict(variables or {}), tuple(_environment()))
    return _of_snapshot(_known[1], frozenset(_added))


def _environment() -> Iterator[tuple[str, str]]:
    """Yields the variables that may hold a secret."""
    return ((name, value) for name, value in os.environ.items() if value and (means_secret(name) or "@" in value or "=" in value))


@lru_cache(maxsize=8)
def _of_snapshot(environment: tuple[tuple[str, str], ...], added: frozenset[str]) -> _Patterns:
    return _Patterns({*environment_secrets(), *added})


@lru_cache(maxsize=64)
def _of_one(secret: str) -> _Patterns:
    return _Patterns((secret,))


def _either(forms: Iterable[str]) -> str:
    """Returns a pattern of any of the forms, the longest first: one secret may be part of another."""
    return "(?:" + "|".join(map(re.escape, sorted(forms, key=lambda form: (-len(form), form)))) + ")"


def _written_forms(secret: str) -> set[str]:
    """Returns a secret as it is and as URLs, JSON, Python and HTML write it."""
    urls = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    lower = {re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), url) for url in urls}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    # A server's error is JSON, which a row holds as a text of JSON.
    escaped |= {json.dumps(form)[1:-1] for form in escaped}
    return {secret, html.escape(secret), html.escape(secret, quote=False), *urls, *lower, *escaped}


def _base64_forms(secret: str) -> Iterator[str]:
    """Yields what base64 makes of a secret, wherever it stands in the encoded text, such as `user:secret` in a header."""
    value = secret.encode("utf-8", "surrogateescape")
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + value).decode()
        # The first and the last characters hold bits of what stands around the secret.
        form = encoded[(before * 8 + 5) // 6 : (before + len(value)) * 8 // 6]
        yield from (form, form.translate(str.maketrans("+/", "-_")))
