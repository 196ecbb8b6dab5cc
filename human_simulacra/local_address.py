"""Where a local page may listen, and whom it answers."""

from __future__ import annotations

import ipaddress
import socket

from human_simulacra.errors import UserError


def check_address(host: str, port: int, open_to_others: bool = False) -> None:
    """Raises a UserError where an address is open to others and must not be, or cannot be listened at."""
    if not 0 <= port <= 65535:
        raise UserError(f"cannot listen at port {port}: give one up to 65535, or 0 for a free one")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise UserError(f"cannot listen at {host}: give an address of this machine") from None
    if not open_to_others and not ipaddress.ip_address(address[0]).is_loopback:
        raise UserError(f"--host {host} lets others in: add --password, or leave --host out to listen on this machine alone")
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise UserError(f"cannot listen at {host}, port {port} ({error}): name another --port, or 0 for a free one") from None


def is_local(address: str) -> bool:
    """Tells whether a Host or Origin names this machine itself.

    A page elsewhere whose name was made to point here (DNS rebinding) still sends its own name.

    Args:
        address: `localhost:7861`, `127.0.0.1`, `[::1]:7861`; without scheme.
    """
    name = address.rsplit(":", 1)[0] if address.rsplit(":", 1)[-1].isdigit() else address
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
