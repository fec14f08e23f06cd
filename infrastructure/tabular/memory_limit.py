"""How much memory a process that reads a foreign file may take."""

import resource


def limit_memory(kind: int, size: int) -> None:
    """Let this process have at most `size` bytes of a kind such as ``RLIMIT_AS``.

    Less where it was given less, which it cannot raise.
    """
    _, given = resource.getrlimit(kind)
    most = size if given == resource.RLIM_INFINITY else min(size, given)
    resource.setrlimit(kind, (most, most))
