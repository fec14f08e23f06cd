"""Free TCP ports of this machine."""

import socket
from contextlib import ExitStack


def free_ports(count: int, *, below: int = 65_536) -> list[int]:
    """`count` different ports of 127.0.0.1 that are free now, all smaller than `below`."""
    with ExitStack() as held:
        found: list[int] = []
        while len(found) < count:
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            if port < below:
                found.append(port)
        return found


def accepts(port: int) -> bool:
    """Whether something listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
