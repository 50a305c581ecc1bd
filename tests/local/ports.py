"""Ports of 127.0.0.1: taking free ones, and saying in one sentence which of the wanted ones is not."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping

_HERE = "127.0.0.1"


class PortTaken(Exception):
    """A port that a server of ours wants is in use; the message is one sentence for a person."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now, all different; another program may still be quicker."""
    with contextlib.ExitStack() as taken:
        servers = [taken.enter_context(socket.create_server((_HERE, 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in servers]


def require_free(wanted: Mapping[str, int]) -> None:
    """Check the port of each server, by its name for people, before any of them starts. Raises PortTaken."""
    for server, port in wanted.items():
        try:
            socket.create_server((_HERE, port)).close()
        except OSError as error:
            raise PortTaken(
                f"Port {port} on {_HERE}, which {server} needs, cannot be had ({os.strerror(error.errno or 0)}): "
                "end the program that uses it, or choose another port."
            ) from error
