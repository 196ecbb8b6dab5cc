"""Where a model is served, and what the user sets to reach it: what every message on a failure needs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from human_simulacra.secret_names import is_placeholder


@dataclass(frozen=True)
class SettingNames:
    """What a user sets to reach a server.

    Args:
        key: The environment variable with the key; empty if the config's own `key`, a placeholder, is sent.
        address: The settings that make the address.
        right_address: What they must be.
    """

    key: str = "OPENAI_API_KEY"
    address: str = "the base URL (--base-url, OPENAI_BASE_URL or openai_api_base)"
    right_address: str = "the address of the API, which mostly ends in /v1"


@dataclass(frozen=True)
class ServerPlace:
    """A model on a server.

    Args:
        model: The model's name there.
        address: The server's address.
        redact: Removes secrets from messages.
        proxy: The address of the client's proxy; empty for none or that of the environment.
        names: What the user sets to reach it.
    """

    model: str
    address: str
    redact: Callable[[object], str] = str
    proxy: str = ""
    names: SettingNames = SettingNames()

    def words(self) -> dict[str, str]:
        """Returns the fields that templates of messages may name."""
        address = self.redact(self.address)
        return {
            "model": self.model, "address": address, "where": f"{self.model} at {address}", "key_name": self._key_name(),
            "key_mend": self._key_mend(), "address_names": self.names.address, "right_address": self.names.right_address,
        }  # fmt: skip

    def _key_name(self) -> str:
        return self.names.key or "its config"

    def _key_mend(self) -> str:
        """Returns what to do after the server refused the key, by what the key is."""
        if not self.names.key:
            return "export OPENAI_API_KEY with the key of this server (and write key='ENV' in a config of your own)"
        value = os.environ.get(self.names.key, "")
        if is_placeholder(value):
            return f"{self.names.key} holds {value!r}, which is no key: export {self.names.key} with the key of this server"
        return f"export {self.names.key} with a valid key of this server, or set {self.names.address} to the server of the key"
