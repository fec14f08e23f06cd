"""Names of files that survive a power cut."""

import os
from pathlib import Path


def sync_directory(directory: Path) -> None:
    """Put the directory's entries on disk: a new file is found again only once its name is there,
    however durable its bytes are. Raises OSError."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
