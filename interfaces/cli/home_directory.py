"""Whether data can be kept where the settings say, without making anything there to stay."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class HomeUnusable(Exception):
    """The directory for the data cannot be made or written to."""

    def __init__(self, home: Path, place: Path, reason: str) -> None:
        super().__init__(
            f"{home} cannot hold data: nothing can be made in {place} ({reason}). "
            "Set DATATRAIL_HOME to a directory that this user may write to."
        )


def nearest_directory(home: Path) -> Path:
    """`home`, or the nearest directory above it that exists."""
    return next(each for each in (home, *home.parents) if each.exists())


@contextmanager
def trial_directory(home: Path) -> Iterator[Path]:
    """A directory on the file system of `home`, gone afterwards. Raises HomeUnusable."""
    place = nearest_directory(home)
    try:
        directory = tempfile.TemporaryDirectory(prefix=".datatrail-", dir=place)
    except OSError as error:
        raise HomeUnusable(home, place, error.strerror or str(error)) from error
    with directory as name:
        yield Path(name)
