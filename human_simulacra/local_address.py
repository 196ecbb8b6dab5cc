"""Checks addresses of local web pages: where a server may listen, which hosts it answers, and whose requests."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

from human_simulacra.errors import UserError

_DEFAULT_PORT = {"http": ":80", "https": ":443"}


def check_address(host: str, port: int, open_to_others: bool = False) -> bool:
    """Checks that a server may and can listen at an address.

    Args:
        host: Host name or IP address.
        port: Port; 0 for a free one.
        open_to_others: Whether the address may be reachable from other machines.

    Returns:
        Whether this machine alone can reach the address.

    Raises:
        UserError: If the address is reachable from other machines without permission, or cannot be used.
    """
    if not 0 <= port <= 65535:
        raise UserError(f"cannot listen at port {port}: choose a port up to 65535, or 0 for a free one")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise UserError(f"cannot listen at {host}: choose an address of this machine") from None
    local = ipaddress.ip_address(address[0]).is_loopback
    if not open_to_others and not local:
        raise UserError(f"--host {host} is open to other machines: add --password, or omit --host to listen on this machine only")
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise UserError(
                f"cannot listen at {host}, port {port} ({error}): choose another --port, or 0 for a free one"
            ) from None
    return local


def find_refusal(headers: Iterable[tuple[str, str]], local_only: bool, method: str = "GET") -> str:
    """Returns why a request to a web page must be refused, or nothing: another site's page sent it, or means another server.

    Args:
        headers: The request's headers; names in lower case.
        local_only: Whether this machine alone can reach the server, so that every other name of it is false.
        method: The request's method.
    """
    given: dict[str, list[str]] = {}
    for name, value in headers:
        given.setdefault(name, []).append(value.strip().lower())
    hosts, origins = given.get("host", []), given.get("origin", [])
    if len(hosts) != 1 or not hosts[0] or len(origins) > 1:
        return "the request must name one host, and at most one origin"
    if local_only and not is_local(hosts[0]):
        return "this page is only available on this machine"
    if origins:
        return "" if _is_origin_of(origins[0], hosts[0]) else "the request was not sent from this page"
    # Browsers name no origin where they only fetch, but say whose page it is. A link on another site may open a page.
    navigates = method == "GET" and given.get("sec-fetch-mode") == ["navigate"]
    foreign = not {"same-origin", "none"}.issuperset(given.get("sec-fetch-site", []))
    return "the request was not sent from this page" if foreign and not navigates else ""


def _is_origin_of(origin: str, host: str) -> bool:
    scheme, separator, address = origin.partition("://")
    port = _DEFAULT_PORT.get(scheme, "")
    return bool(separator and port) and address.removesuffix(port) == host.removesuffix(port)


def is_local(address: str) -> bool:
    """Returns whether a Host or Origin header names this machine.

    This rejects DNS rebinding: a foreign page whose name resolves to this machine still sends its own name.

    Args:
        address: The header's value without a scheme: `localhost:7861`, `127.0.0.1` or `[::1]:7861`.
    """
    address = address.lower()
    name = address.rsplit(":", 1)[0] if address.rsplit(":", 1)[-1].isdigit() else address
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
