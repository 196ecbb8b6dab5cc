"""What the user configures of the way to a server: taken over from the OpenAI client and its HTTP client, which send nothing."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from human_simulacra.errors import UserError

if TYPE_CHECKING:
    from openai import OpenAI

# Options of the OpenAI client's call that are no fields of the request's body.
CALL_OPTIONS = ("extra_headers", "extra_query", "extra_body", "timeout")
# Headers that describe the connection and the message, or a client that does not send.
_OWN_HEADERS = {"host", "connection", "content-length", "content-type", "transfer-encoding", "accept-encoding"}
_OF_CLIENT = "x-stainless-"
# Settings of httpx that replace its connections by objects of the user's.
_UNSUPPORTED = ("transport", "mounts", "app")


@dataclass(frozen=True)
class RequestHead:
    """Where a chat completion is asked for, and the headers of the request."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class HttpSettings:
    """How connections are made.

    Args:
        client: Arguments of an `httpx.Client` (`http_client_cfg` of a model config); those about headers are in its requests.
        proxy: The proxy's address, before all others; empty for that of `client` or the environment.

    Raises:
        UserError: If an argument cannot be followed.
    """

    client: Mapping[str, Any] = field(default_factory=dict)
    proxy: str = ""

    def __post_init__(self) -> None:
        for name in _UNSUPPORTED:
            if self.client.get(name) is not None:
                raise UserError(f"http_client_cfg has {name}, which is not supported: use verify, cert, proxy or headers")

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """How servers are trusted, as httpx does it: `verify` and `cert`, SSL_CERT_FILE, the certificates of certifi."""
        import httpx

        return httpx.create_ssl_context(
            verify=self.client.get("verify", True), cert=self.client.get("cert"), trust_env=self._trusts_environment
        )

    @property
    def follows_redirects(self) -> bool:
        """Whether another address is asked if the server names one."""
        return bool(self.client.get("follow_redirects", False))

    def find_proxy(self, address: str) -> str:
        """Returns the proxy of an address, or an empty string.

        Raises:
            UserError: If it is no HTTP proxy.
        """
        given = self.client.get("proxy") or self.client.get("proxies")
        if given:
            proxy = self.proxy or _matching_proxy(given, address)
        else:
            proxy = self.proxy or (environment_proxy(address) if self._trusts_environment else "")
        if proxy and "://" not in proxy:
            proxy = f"http://{proxy}"
        if proxy and not proxy.startswith(("http://", "https://")):
            scheme = proxy.partition(":")[0]
            raise UserError(f"the proxy of {address} is a {scheme} proxy: only http:// and https:// proxies are supported")
        return proxy

    @property
    def _trusts_environment(self) -> bool:
        return bool(self.client.get("trust_env", True))


def _matching_proxy(given: Any, address: str) -> str:
    """Returns the proxy for an address from httpx's arguments: one for all, or one for each scheme and host."""
    if isinstance(given, Mapping):
        parts = urlsplit(address)
        patterns = [f"{kind}://{host}" for host in (parts.hostname, "") for kind in (parts.scheme, "all")]
        given = next((given[pattern] for pattern in patterns if pattern in given), None)
    return str(getattr(given, "url", given) or "")


def environment_proxy(address: str) -> str:
    """Returns the proxy that the environment names for an address, or an empty string."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return "" if proxy_bypass(host) else getproxies().get(parts.scheme, getproxies().get("all", ""))


class _Made(BaseException):
    """Carries a request out of the client, before it is sent; no `Exception`, which the client would take for a failure."""

    def __init__(self, request: Any) -> None:
        super().__init__()
        self.request = request


def make_request_head(client: OpenAI, model: str, options: Mapping[str, Any]) -> RequestHead:
    """Returns address and headers with which a client asks for a chat completion: its key, organisation, query and headers.

    The client makes a request and is stopped before it sends it, so that every kind of client (such as Azure's, whose address
    has the deployment and whose header is another) and every setting of its HTTP client counts.

    Args:
        client: An `openai.OpenAI` client.
        model: The model's name on the server.
        options: Arguments of the call, such as `extra_headers`.

    Raises:
        UserError: If the call does not know one of the arguments.
    """
    http = client._client

    def stop(request: Any) -> None:
        raise _Made(request)

    hooks = http.event_hooks
    http.event_hooks = {**hooks, "request": [*hooks.get("request", ()), stop]}
    try:
        client.chat.completions.create(model=model, messages=[], **options)
    except _Made as made:
        headers = {
            name: value.strip()
            for name, value in made.request.headers.items()
            if name.lower() not in _OWN_HEADERS and not name.lower().startswith(_OF_CLIENT)
        }
        return RequestHead(str(made.request.url), headers | {"content-type": "application/json"})
    except TypeError as error:
        raise UserError(f"openai_extra_kwargs does not fit the OpenAI client's call ({error}): use extra_body") from None
    finally:
        http.event_hooks = hooks
    raise AssertionError("the client's request is stopped before it is sent")
