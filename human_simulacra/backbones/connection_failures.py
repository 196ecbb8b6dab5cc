"""The kinds of failures of a call that got no response from a model server, and what the user can do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConnectionFailure:
    """A kind of failure.

    Args:
        names: Names of exception classes, of which one is among the causes.
        message: Cause and mend: a template of the fields of `ServerPlace.words`, of `said`, `proxy` and `seconds`.
        retryable: Whether the same call may succeed if it is repeated.
        unusable: Whether no call to this model can succeed while this lasts.
        proxied: Whether it is of calls through a proxy only.
    """

    names: frozenset[str]
    message: str
    retryable: bool = False
    unusable: bool = True
    proxied: bool = False


_PROXY = "set HTTPS_PROXY to the proxy's address, or NO_PROXY for a server that needs none"
_OF_PROXY = frozenset({"ClientProxyConnectionError", "ClientHttpProxyError"})
TIME_OUT = frozenset({"TimeoutError"})
_UNREACHED = "{where} could not be reached"
_FAILURES = (
    ConnectionFailure(
        frozenset({"SSLCertVerificationError"}),
        "{where} shows a certificate that cannot be trusted ({said}): set SSL_CERT_FILE to a file with your certificate "
        "authority, or http_client_cfg=dict(verify=FILE) in its config",
    ),
    ConnectionFailure(
        frozenset({"SSLError"}), f"{_UNREACHED}: it does not speak TLS ({{said}}): write http:// in {{address_names}}"
    ),
    ConnectionFailure(
        _OF_PROXY | {"gaierror", "ConnectionRefusedError", "ClientConnectorError", "ConnectionTimeoutError"},
        f"{_UNREACHED} through the proxy {{proxy}} ({{said}}): {_PROXY}",
        retryable=True,
        proxied=True,
    ),
    ConnectionFailure(_OF_PROXY, f"{_UNREACHED} ({{said}}): {_PROXY}"),
    ConnectionFailure(
        frozenset({"gaierror"}),
        f"{_UNREACHED}: its name is unknown ({{said}}): check {{address_names}} and the network",
        retryable=True,
    ),
    ConnectionFailure(
        frozenset({"ConnectionRefusedError"}),
        f"{_UNREACHED}: the connection was refused: start the server, or set {{address_names}} to where it runs",
        retryable=True,
    ),
    ConnectionFailure(
        frozenset({"NonHttpUrlClientError", "InvalidURL", "UnsupportedProtocol"}),
        f"{_UNREACHED}, since that is no address of a server: set {{address_names}} to one such as http://localhost:8000/v1",
    ),
    ConnectionFailure(
        frozenset({"ClientConnectorError", "ConnectionTimeoutError"}),
        f"{_UNREACHED} ({{said}}): check {{address_names}}, the network and the proxy",
        retryable=True,
    ),
    ConnectionFailure(
        TIME_OUT,
        "{where} timed out: it did not answer within {seconds:g} s: raise timeout in its config (-T llm.timeout=600)",
        retryable=True,
        unusable=False,
    ),
)
_ENDED = ConnectionFailure(frozenset(), "{where} ended its answer early ({said})", retryable=True, unusable=False)


def find_failure(names: set[str], proxied: bool) -> ConnectionFailure:
    """Returns the kind of a failure.

    Args:
        names: The names of the classes of all its causes.
        proxied: Whether the call went through a proxy.
    """
    return next((kind for kind in _FAILURES if kind.names & names and (proxied or not kind.proxied)), _ENDED)
