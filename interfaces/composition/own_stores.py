"""Whether the places that a process is given are those that its log was written with.

An empty one may be a volume that is not mounted. What is written there is missed once it is.
"""

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from application.ports.event_log import LogUnavailable
from application.ports.object_store import ObjectStoreUnavailable
from application.ports.subject_keys import SubjectKeysUnavailable
from infrastructure.postgres.signed_checkpoints import FOLDER as CHECKPOINTS
from infrastructure.postgres.signed_checkpoints import was_signed
from interfaces.composition.parts import key_bucket, object_store
from interfaces.settings import Settings

_AWAY = (LogUnavailable, ObjectStoreUnavailable, SubjectKeysUnavailable)


_REMEDY = "mount the volume that it is on, name the right one, or restore it from a backup"


class NotItsOwnStore(Exception):
    """A store is empty, and the log says that it is not."""


def require_own_stores(settings: Settings, engine: Engine) -> None:
    """Raise NotItsOwnStore where files or keys are kept in an empty place, and the log is not new.

    What is out of reach is not judged: it may come back as it was.
    """
    with suppress(*_AWAY):
        if was_signed(engine):
            _require_files(settings)
            _require_keys(settings)


def require_own_database(settings: Settings) -> None:
    """Raise NotItsOwnStore where there are files of a log, and no database that it is in."""
    kept = settings.data_directory
    if (kept.database / "PG_VERSION").exists() or settings.s3_bucket is not None:
        return
    if (files := kept.objects / CHECKPOINTS).is_dir():
        raise NotItsOwnStore(
            f"There is no database in {kept.database}, and {files} holds checkpoints of its log: "
            f"{_REMEDY}. To begin anew, move {kept.objects} and {kept.keys} away."
        )


def _require_files(settings: Settings) -> None:
    directory = settings.data_directory.objects
    if settings.s3_bucket is None:
        # Not through the store: where it is opened it makes itself at home.
        place, is_empty = str(directory), _is_empty(directory / CHECKPOINTS)
    else:
        place = f"the bucket {settings.s3_bucket!r}"
        is_empty = not object_store(settings).folders(CHECKPOINTS)
    if is_empty:
        raise NotItsOwnStore(
            f"The log's checkpoints were put into {place}, and none is there: {_REMEDY}. If the "
            f"files are lost for good, put any there as {CHECKPOINTS}/0/lost, and start again."
        )


def _require_keys(settings: Settings) -> None:
    directory = settings.data_directory.subject_keys
    if settings.keys_bucket is None:
        place, is_empty = str(directory), _is_empty(directory)
    else:
        place = f"the bucket {settings.keys_bucket!r}"
        is_empty = key_bucket(settings, settings.keys_bucket).is_empty()
    if is_empty:
        raise NotItsOwnStore(
            f"The log was written with keys of subjects in {place}, and none is there: {_REMEDY}. "
            "If they are lost for good, put any file there as subjects/lost, and start again."
        )


def _is_empty(directory: Path) -> bool:
    return not directory.is_dir() or not any(directory.iterdir())
