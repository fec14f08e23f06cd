"""Waiting for a state instead of a time: a busy machine may be several times slower for a while."""

import time
from collections.abc import Callable


def wait_until(
    condition: Callable[[], bool],
    otherwise: str = "it did not happen in time",
    *,
    seconds: float = 90,
) -> None:
    """Return once it holds. `seconds` is only how long a defect keeps the run waiting."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.01)


def wait_until_quiet(count: Callable[[], int], seconds: float = 1.0) -> None:
    """Return once `count` has stayed the same for so long. What never rests fails."""
    for _ in range(20):
        before = count()
        time.sleep(seconds)
        if count() == before:
            return
    raise AssertionError("it never came to rest")
