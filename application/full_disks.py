"""A disk that is full: no defect, and it passes once somebody makes room."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from application.ports.object_store import ObjectStoreUnavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# Polars has the number in its own exceptions' text alone.
_IN_WORDS = tuple(f"(os error {number})" for number in _FULL)


@contextmanager
def told_if_full() -> Iterator[None]:
    """Raise ObjectStoreUnavailable for what fails as no room is left for files in the making."""
    try:
        yield
    except Exception as error:
        if isinstance(error, ObjectStoreUnavailable) or not _is_for_want_of_room(error):
            raise
        raise ObjectStoreUnavailable("no room is left on the disk for temporary files") from error


def _is_for_want_of_room(error: Exception) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error) for words in _IN_WORDS)
