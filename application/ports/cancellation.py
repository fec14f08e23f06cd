"""Whether what is under way is still wanted."""

from typing import Protocol


class Cancellation(Protocol):
    """A `threading.Event` is one."""

    def is_set(self) -> bool:
        """True from the moment on that nobody wants it any more."""
