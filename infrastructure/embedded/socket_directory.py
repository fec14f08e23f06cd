"""Where the server's Unix socket lives: private, and with a path short enough for the kernel."""

import re
import shutil
import tempfile
from pathlib import Path

from infrastructure.embedded.errors import DataDirectoryUnusable

PORT = 5432  # names the socket file; nothing listens on it

_LONGEST_SOCKET_PATH = 107  # bytes; sockaddr_un holds 108 with the final NUL
_PREFIX = "datatrail-"
# PostgreSQL and libpq both read a comma as the start of another directory, quotes and all.
_PLAIN = re.compile(r"/[A-Za-z0-9_./+-]*")


def make_socket_directory(directory: Path) -> Path:
    """An empty 0700 directory for the socket; ``directory/socket`` is it, or is a link to it."""
    remove_socket_directory(directory)
    place = directory / "socket"
    if _fits(place):
        place.mkdir(mode=0o700)
        return place
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - mkdtemp makes it 0700
        if _fits(parent / f"{_PREFIX}12345678"):
            short = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
            place.symlink_to(short)
            return short
    raise DataDirectoryUnusable(
        f"the path {place} is too long for a Unix socket (the limit is {_LONGEST_SOCKET_PATH} "
        "bytes), and so is the temporary directory's. Set TMPDIR to a shorter path."
    )


def remove_socket_directory(directory: Path) -> None:
    """Remove what make_socket_directory made, now or in a run that was killed."""
    place = directory / "socket"
    if place.is_symlink():
        target = place.readlink()
        place.unlink()
        if target.name.startswith(_PREFIX) and target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
    elif place.exists():
        shutil.rmtree(place)


def _fits(place: Path) -> bool:
    socket = f"{place}/.s.PGSQL.{PORT}"
    return len(socket.encode()) <= _LONGEST_SOCKET_PATH and _PLAIN.fullmatch(str(place)) is not None
