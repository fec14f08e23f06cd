"""A disk that takes no more: no defect, and it passes once somebody makes room."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from application.ports.object_store import ObjectStoreUnavailable

# A file system with errors is often made read-only by the kernel itself.
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@contextmanager
def told_if_unwritable() -> Iterator[None]:
    """Raise ObjectStoreUnavailable for what fails as files in the making cannot be written."""
    try:
        yield
    except Exception as error:
        number = None if isinstance(error, ObjectStoreUnavailable) else _number_in(error)
        if number is None:
            raise
        raise ObjectStoreUnavailable(
            f"temporary files cannot be written: {os.strerror(number)}"
        ) from error


def _number_in(error: BaseException | None) -> int | None:
    """The system's number in `error`, or in what it came of: libraries put their own on top."""
    while error is not None:
        for number in _UNWRITABLE:
            # Polars has the number in its own exceptions' text alone.
            if getattr(error, "errno", None) == number or f"(os error {number})" in str(error):
                return number
        error = error.__cause__ or error.__context__
    return None
