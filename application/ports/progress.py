"""How far long work is, told to who asks."""

from collections.abc import Callable

OnProgress = Callable[[str, int, int], None]
"""Takes what is worked on, how much of it is done, and of how much."""


def quietly(_what: str, _done: int, _of: int) -> None:
    """Nobody asks how far it is."""
