"""A deployment of Azure OpenAI as an OpenCompass model, called through the same client as OpenAI's models."""

from __future__ import annotations

import os
from typing import Any

from opencompass.models import OpenAISDK

from human_simulacra.backbones.server_place import SettingNames
from human_simulacra.errors import UserError
from human_simulacra.memory.embedding import packaged_model

KEY, TOKEN = "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"


class AzureOpenAI(OpenAISDK):
    """A deployment of Azure OpenAI. AZURE_OPENAI_API_KEY holds its key, or AZURE_OPENAI_AD_TOKEN a token of Entra ID.

    Args:
        path: The deployment's name.
        azure_endpoint: The address of the resource, such as `https://NAME.openai.azure.com`.
        api_version: The version of the API, such as `2024-10-21`; None for the API without versions (`/openai/v1`).
        key: `ENV`, since no key may stand in a config.
        timeout: The longest duration of a request in seconds.
        temperature: OpenCompass's own temperature, for use without a simulacrum.
        extra_body: Further fields of every request.
        openai_extra_kwargs: Further arguments of every request.
        http_client_cfg: Arguments of the HTTP client, such as `verify`.
        meta_template: OpenCompass's meta template, for use without a simulacrum.
        max_seq_len: The context in tokens.
        retry: OpenCompass's own retries, for use without a simulacrum.

    Raises:
        UserError: If neither is in the environment.
    """

    def __init__(
        self,
        path: str,
        azure_endpoint: str,
        api_version: str | None = None,
        key: str = "ENV",
        timeout: int = 300,
        temperature: float | None = None,
        extra_body: dict | None = None,
        openai_extra_kwargs: dict | None = None,
        http_client_cfg: dict | None = None,
        meta_template: dict | None = None,
        max_seq_len: int = 32768,
        retry: int = 2,
    ) -> None:
        self.azure_endpoint = azure_endpoint.rstrip("/").removesuffix("/openai/v1").removesuffix("/openai")
        self.api_version = api_version
        key = os.environ[find_key()].strip()
        super().__init__(
            path=path, key=key, openai_api_base=f"{self.azure_endpoint}/openai/v1", timeout=timeout, retry=retry,
            temperature=temperature, extra_body=extra_body, openai_extra_kwargs=openai_extra_kwargs, meta_template=meta_template,
            http_client_cfg=http_client_cfg or {}, max_seq_len=max_seq_len, tokenizer_path=str(packaged_model()),
        )  # fmt: skip

    def _create_fresh_client(self) -> Any:
        if self.api_version is None:
            return super()._create_fresh_client()
        from openai import AzureOpenAI as Client
        from openai import DefaultHttpxClient

        http_client = DefaultHttpxClient(**self.http_client_cfg, timeout=self.timeout)
        key, is_key = self._next_valid_key(), find_key() == KEY
        return Client(
            azure_endpoint=self.azure_endpoint,
            api_version=self.api_version,
            http_client=http_client,
            api_key=key if is_key else None,
            azure_ad_token=None if is_key else key,
        )


def find_key() -> str:
    """Returns the variable of the environment that holds the key or the token; raises a UserError if there is none."""
    for name in (KEY, TOKEN):
        if os.environ.get(name, "").strip():
            return name
    raise UserError(f"{KEY} is not set: export it with a key of the Azure resource, or {TOKEN} with a token of Entra ID")


def setting_names() -> SettingNames:
    """Returns what the user sets to reach a deployment, for error messages."""
    return SettingNames(
        find_key(),
        "AZURE_OPENAI_ENDPOINT or --base-url (azure_endpoint), OPENAI_API_VERSION (api_version) and azure/DEPLOYMENT (path)",
        "what the resource's page shows, such as https://NAME.openai.azure.com",
    )
