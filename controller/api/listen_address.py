"""Loopback only: until people sign in, the API is not for the network."""

import ipaddress

from controller.domain.errors import Invalid


def is_loopback(host: str) -> bool:
    """Whether the name or address, without a port, can only mean this computer."""
    bare = host.removeprefix("[").removesuffix("]").rstrip(".").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def check_listen_address(host: str) -> None:
    """Invalid where the API would be reachable from elsewhere."""
    if not is_loopback(host):
        raise Invalid(
            f"the API may not listen on {host!r}: it has no sign-in yet, so it serves this computer only. "
            "Use 127.0.0.1, ::1 or localhost, and a reverse proxy or SSH tunnel that checks who calls."
        )
