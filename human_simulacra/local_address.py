"""Checks addresses of local web pages: where a server may listen, and which hosts it answers."""

from __future__ import annotations

import ipaddress
import socket

from human_simulacra.errors import UserError


def check_address(host: str, port: int, open_to_others: bool = False) -> None:
    """Checks that a server may and can listen at an address.

    Args:
        host: Host name or IP address.
        port: Port; 0 for a free one.
        open_to_others: Whether the address may be reachable from other machines.

    Raises:
        UserError: If the address is reachable from other machines without permission, or cannot be used.
    """
    if not 0 <= port <= 65535:
        raise UserError(f"cannot listen at port {port}: choose a port up to 65535, or 0 for a free one")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise UserError(f"cannot listen at {host}: choose an address of this machine") from None
    if not open_to_others and not ipaddress.ip_address(address[0]).is_loopback:
        raise UserError(f"--host {host} is open to other machines: add --password, or omit --host to listen on this machine only")
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise UserError(
                f"cannot listen at {host}, port {port} ({error}): choose another --port, or 0 for a free one"
            ) from None


def is_local(address: str) -> bool:
    """Returns whether a Host or Origin header names this machine.

    This rejects DNS rebinding: a foreign page whose name resolves to this machine still sends its own name.

    Args:
        address: The header's value without a scheme: `localhost:7861`, `127.0.0.1` or `[::1]:7861`.
    """
    name = address.rsplit(":", 1)[0] if address.rsplit(":", 1)[-1].isdigit() else address
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
