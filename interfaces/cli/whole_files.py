"""Files that are named on the command line: readable, and written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from interfaces.cli.plain_text import mebibytes, printable


class FileUnusable(Exception):
    """A file named on the command line cannot be read or written; the message says why."""


def require_readable(file: Path) -> None:
    """Raise FileUnusable unless `file` is one that can be read."""
    if file.is_dir():
        raise FileUnusable(f"{file} is a directory. Give the path of one file.")
    if file.exists() and not file.is_file():
        raise FileUnusable(
            f"{file} is a pipe or a device, which cannot be read twice. Write it to a file first."
        )
    try:
        with file.open("rb"):
            return
    except FileNotFoundError:
        raise FileUnusable(f"There is no file {file}. Check the path.") from None
    except OSError as error:
        raise FileUnusable(f"{file} cannot be read: {error.strerror}.") from error


def require_place(out: Path, *, force: bool) -> None:
    """Raise FileUnusable unless the file `out` can be written, or replaced by `force`."""
    if out.is_dir():
        raise FileUnusable(f"{out} is a directory. Give the path of a file.")
    if not out.parent.is_dir():
        raise FileUnusable(f"There is no directory {out.parent}. Make it first.")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise FileUnusable(f"The directory {out.parent} cannot be written to.")
    if os.path.lexists(out) and not force:
        raise FileUnusable(f"{out} exists. To replace it, add --force.")


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """A path to write to, beside `out`: it becomes `out` once all of it is on the disk."""
    with tempfile.TemporaryDirectory(prefix=".datatrail-", dir=out.parent) as directory:
        written = Path(directory) / "export"
        yield written
        with written.open("rb") as stream:
            os.fsync(stream.fileno())
        written.replace(out)


def say_written(out: Path) -> None:
    """Tell where the table is now, and how large it is."""
    typer.echo(f"Wrote {printable(str(out))}, {mebibytes(out.stat().st_size)}.")
