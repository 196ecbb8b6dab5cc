"""Refuses configs that hold secrets, because OpenCompass writes the whole config to the output folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from human_simulacra.errors import UserError
from human_simulacra.secret_names import address_credentials, describes_secret, has_form_of_secret, is_placeholder, means_secret
from human_simulacra.secret_redaction import environment_secrets, find_secret, redact, too_short

_CLIENTS = (".OpenAI", ".OpenAISDK", ".AzureOpenAI")  # classes that read a key of the environment, also without `key`
_BY_ENVIRONMENT = "use key='ENV' and export OPENAI_API_KEY"
_PROXY = "leave the proxy out and export HTTPS_PROXY, or set openai_proxy_url='ENV' and export OPENAI_PROXY_URL"
_HEADER = (
    f"{_BY_ENVIRONMENT}, which the client sends as `Authorization: Bearer`; a server that wants another header needs a proxy "
    "of yours that adds it"
)
_ADDRESS = f"remove it from the address; if the server takes it as a key, {_BY_ENVIRONMENT}"


def check_no_secrets(config: Mapping[str, Any], where: str) -> None:
    """Refuses a config that contains a secret.

    Args:
        config: A config, or a part of one.
        where: Its origin, for the message.

    Raises:
        UserError: If a value whose name means a secret is no placeholder, if an address holds credentials, if any text has the
            form of a key or holds a secret of the environment, or if the key in the environment is too short to be redacted.
    """
    secrets = environment_secrets()
    for path, name, value in _values(config, "", ""):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        place = redact(path.lstrip("."))
        if mend := _find_mend(path, name, text):
            raise UserError(f"{where}: {place} contains a secret, which OpenCompass would write to the output folder: {mend}")
        if variable := find_secret(text, secrets):
            raise UserError(
                f"{where}: {place} contains a secret, the value of {variable}, which OpenCompass would write to the output "
                f"folder: {_BY_ENVIRONMENT}"
            )
        if text == "ENV" or text.endswith(_CLIENTS):
            for variable in ("OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"):
                _check_length(variable, os.environ.get(variable, ""))


def _check_length(variable: str, given: str) -> None:
    for key in filter(None, map(str.strip, given.split(","))):
        if too_short(key) and not is_placeholder(key):
            raise UserError(
                f"{variable} holds a key of {len(key)} characters, too few to be found and removed in what a server answers: "
                f"export the whole key, or {variable}=EMPTY for a server that needs none"
            )


def _find_mend(path: str, name: str, text: str) -> str:
    """Returns how to do without a secret in a config, or nothing if the text is none."""
    header = "header" in path.lower() or "cookie" in path.lower()
    if name and not is_placeholder(text):
        return _HEADER if header or "authorization" in path.lower() else _BY_ENVIRONMENT
    if next(address_credentials(text), None):
        return _PROXY if "prox" in path.lower() else _ADDRESS
    if has_form_of_secret(text):
        return _HEADER if header else _BY_ENVIRONMENT
    return ""


def _values(value: Any, path: str, name: str) -> Iterator[tuple[str, str, Any]]:
    """Yields every text in nested dictionaries and lists: its path, the name that makes it a secret or nothing, and the text."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{path}.{key}", "", str(key)
            # What lies in a setting named `cookies` or `credentials` is secret, unless it has a name such as `type`.
            inherited = "" if describes_secret(str(key)) else name
            yield from _values(inner, f"{path}.{key}", str(key) if means_secret(str(key)) else inherited)
    elif isinstance(value, list | tuple | set | frozenset):
        pair = list(value) if len(value) == 2 else []
        if len(pair) == 2 and isinstance(pair[0], str) and means_secret(pair[0]):
            # A header as a pair of its name and its value.
            yield from _values(pair[1], f"{path}.{pair[0]}", pair[0])
            return
        for index, inner in enumerate(value):
            yield from _values(inner, f"{path}[{index}]", name)
    elif isinstance(value, str | bytes):
        yield path, name, value
    elif isinstance(value, int) and not isinstance(value, bool) and name and not name.lower().endswith(("key", "token")):
        # A password can be a number; a key that is one is an index.
        yield path, name, value
