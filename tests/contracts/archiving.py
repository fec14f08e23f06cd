"""Archives a session and is killed on the way: ``python -m tests.contracts.archiving``.

Arguments: the owner's URL, the directory of objects, the session, and which call of the archiver's
parts, counted from 1, to die before or after.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from application.archive import Archiver
from application.artifacts import Artifacts
from infrastructure.archive.parquet_files import ParquetArchiveFiles
from infrastructure.postgres import archivable_log
from infrastructure.postgres.archivable_log import PostgresArchivableLog
from infrastructure.postgres.engine import make_engine
from infrastructure.storage.object_store import ObstoreObjectStore


class Death:
    """Comes as a SIGKILL when its time has come."""

    def __init__(self, moment: str) -> None:
        self._side, _, number = moment.partition(":")
        self._left = int(number)

    def around(self, part: object) -> Any:
        """The part, each of whose calls is counted."""
        return _Mortal(part, self)

    def call(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call it, and die before or after if this is the call."""
        self._left -= 1
        if self._left == 0 and self._side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*args, **kwargs)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


class _Mortal:
    def __init__(self, part: object, death: Death) -> None:
        self._part, self._death = part, death

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._part, name)
        if not callable(attribute) or name == "workspace":
            return attribute
        return lambda *args, **kwargs: self._death.call(attribute, *args, **kwargs)


def main(owner_url: str, objects: str, session_id: str, moment: str) -> None:
    """Archive the session, and die at `moment`: ``before:3``, ``after:3`` or ``within``."""
    if moment == "within":
        # Dies in the transaction that lets go of the bytes, after it did.
        archivable_log._RELEASE = text(
            "SELECT archive_events(:session_id, :first, :last, :digest, :size),"
            " pg_terminate_backend(pg_backend_pid())"
        )
        moment = "after:1000"
    death = Death(moment)
    store = ObstoreObjectStore.local(Path(objects))
    Archiver(
        death.around(PostgresArchivableLog(make_engine(owner_url))),
        death.around(ParquetArchiveFiles()),
        death.around(Artifacts(store)),
    ).archive(UUID(session_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
