"""Keeps API keys out of all output files: configs, logs, predictions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from human_simulacra.errors import UserError

_SECRET_NAME = re.compile(r"(^|_)(key|token|secret|password|passwd|credential)s?($|_)", re.IGNORECASE)
_NO_SECRET = re.compile(r"(ENV\w*|EMPTY|NONE|DUMMY|SK-EMPTY|)", re.IGNORECASE)
MIN_SECRET_LENGTH = 8  # a shorter value could be part of an ordinary word


def environment_secrets() -> set[str]:
    """Returns the values of the environment variables with names such as `..._KEY` or `..._TOKEN`."""
    return {v for k, v in os.environ.items() if _SECRET_NAME.search(k) and len(v) >= MIN_SECRET_LENGTH}


def redact(text: object) -> str:
    """Returns a text with the environment's secrets replaced by `[secret]`."""
    result = str(text)
    for secret in environment_secrets():
        result = result.replace(secret, "[secret]")
    return result


def _strings(value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Yields (path, name, string) of every string in nested dictionaries and lists."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from ([(f"{path}.{key}", str(key), inner)] if isinstance(inner, str) else _strings(inner, f"{path}.{key}"))
    elif isinstance(value, list | tuple):
        name = path.rsplit(".", 1)[-1]
        for index, inner in enumerate(value):
            inner_path = f"{path}[{index}]"
            yield from ([(inner_path, name, inner)] if isinstance(inner, str) else _strings(inner, inner_path))


def check_no_secrets(config: Mapping[str, Any], file: str) -> None:
    """Refuses a config that contains a secret, because OpenCompass writes the whole config to the output folder.

    Raises:
        UserError: If a key is not a placeholder, or any string contains a secret of the environment.
    """
    secrets = environment_secrets()
    for path, name, text in _strings(config, ""):
        literal = name in ("key", "api_key", "openai_api_key", "access_key", "secret_key") and not _NO_SECRET.fullmatch(text)
        if literal or any(secret in text for secret in secrets):
            raise UserError(
                f"{file}: {path.lstrip('.')} contains a secret, which OpenCompass would write to the output folder: "
                "use key='ENV' and export OPENAI_API_KEY"
            )
