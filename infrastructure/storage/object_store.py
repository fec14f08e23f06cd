"""The object store of Datatrail over obstore, on a local directory or on S3."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import obstore
from obstore import Bytes
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from application.ports.object_store import (
    ObjectMissing,
    ObjectStoreUnavailable,
    StoredObject,
)
from infrastructure.storage.durable_files import (
    DurableFiles,
    prepare,
    prove_writable,
    remove_older,
)
from infrastructure.storage.remote_files import RemoteFile

PART_BYTES = 8 * 1024 * 1024
_LONGEST_REQUEST = timedelta(seconds=120)
# So far below the age at which an object that nothing names may be removed (an hour) that who finds
# one of this age has time to name it.
_YOUNG = timedelta(minutes=15)
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")


@dataclass(frozen=True, kw_only=True)
class S3Location:
    """Where an S3-compatible bucket is and how to enter it. The bucket must exist.

    A server that says nothing for `silence`, though nothing is being sent to it, is away.
    """

    bucket: str
    access_key: str
    secret_key: str
    endpoint: str | None = None
    region: str = "us-east-1"
    allow_http: bool = False
    silence: timedelta = timedelta(seconds=20)


class ObstoreObjectStore:
    """Write-once bytes by key; implements the port ``ObjectStore``. Safe to share by threads."""

    def __init__(
        self,
        name: str,
        store: ObjectStore,
        write: Callable[[Path, str], None],
        read: Callable[[str], BinaryIO],
        remove: Callable[[str, datetime], bool],
        check: Callable[[], None],
    ) -> None:
        self._name = name
        self._store = store
        self._write = write
        self._read = read
        self._remove = remove
        self._check = check

    @classmethod
    def local(cls, directory: Path) -> "ObstoreObjectStore":
        """Objects as files below `directory`, made for its owner alone when it is missing."""
        root = directory.absolute()
        name = f"the directory {root}"
        with _failures_named(name):
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            prepare(root)
            store = LocalStore(root)
        return cls(
            name,
            store,
            DurableFiles(root).place,
            lambda key: (root / key).open("rb"),
            partial(remove_older, root),
            partial(prove_writable, root),
        )

    @classmethod
    def s3(cls, location: S3Location) -> "ObstoreObjectStore":
        """Objects in a bucket. Nothing is asked of the server until the first use."""
        store = s3_store(location)
        name = f"the bucket {location.bucket!r} at {location.endpoint or location.region}"
        return cls(
            name,
            store,
            partial(_upload, store, _patient_store(location)),
            lambda key: _remote_file(store, key, name),
            partial(_remove, store),
            partial(list_one, store),
        )

    def put(self, key: str, source: Path) -> None:
        """Store the bytes of `source`; durable on return. What a key holds is never changed, but
        what is damaged in a directory is mended.
        """
        _require_valid(key)
        source.stat()
        with _failures_named(self._name):
            self._write(source, key)

    def get(self, key: str, destination: Path) -> None:
        """Write the object to the new file `destination`. Raises ObjectMissing."""
        _require_valid(key)
        with destination.open("xb") as writing:
            try:
                for part in self._parts(key):
                    writing.write(part)
            except BaseException:
                destination.unlink()
                raise

    def _parts(self, key: str) -> Iterator[Bytes]:
        with _failures_named(self._name):
            try:
                response = obstore.get(self._store, key)
            except FileNotFoundError:
                raise self._missing(key) from None
            yield from response.stream(min_chunk_size=PART_BYTES)

    def _missing(self, key: str) -> ObjectMissing:
        """That the object is lost; raises if the store itself is away, and it may still be there.

        A bucket or a directory that is gone answers like one without the object.
        """
        self._check()
        return ObjectMissing(key)

    def open(self, key: str) -> BinaryIO:
        """The object for reading at any place. Raises ObjectMissing."""
        _require_valid(key)
        with _failures_named(self._name):
            try:
                return self._read(key)
            except FileNotFoundError:
                raise self._missing(key) from None

    def exists(self, key: str) -> bool:
        """Whether an object has this key."""
        _require_valid(key)
        with _failures_named(self._name):
            return _put_at(self._store, key) is not None

    def keys(self, folder: str, *, after: str = "") -> Iterator[str]:
        """The keys below the folder, in no order; only those that sort after the key `after`."""
        with _failures_named(self._name):
            # Compared here too: not every server understands where to begin.
            for found in obstore.list(self._store, folder, offset=after or None):
                yield from (each["path"] for each in found if each["path"] > after)

    def folders(self, folder: str) -> Sequence[str]:
        """The names of the folders that are directly in this folder."""
        with _failures_named(self._name):
            found = obstore.list_with_delimiter(self._store, folder)
        return [path.rpartition("/")[2] for path in found["common_prefixes"]]

    def objects(self, folder: str) -> Iterator[StoredObject]:
        """What is below the folder, in no order."""
        with _failures_named(self._name):
            for found in obstore.list(self._store, folder):
                for each in found:
                    yield StoredObject(
                        key=each["path"],
                        size_bytes=each["size"],
                        put_at=each["last_modified"].astimezone(UTC),
                    )

    def remove(self, key: str, *, put_before: datetime) -> bool:
        """Remove the object, unless it is gone or was put at that time or later; whether it was."""
        _require_valid(key)
        with _failures_named(self._name):
            return self._remove(key, put_before)

    def check(self) -> None:
        """Raise ObjectStoreUnavailable unless the store answers now."""
        with _failures_named(self._name):
            self._check()


def s3_store(location: S3Location) -> S3Store:
    """A client of the bucket; nothing is asked of the server yet."""
    return _s3_store(location, location.silence)


def _patient_store(location: S3Location) -> S3Store:
    """A client for large objects: while a part is on its way, the server says nothing."""
    return _s3_store(location, _LONGEST_REQUEST)


def _s3_store(location: S3Location, silence: timedelta) -> S3Store:
    return S3Store(
        location.bucket,
        config={
            "access_key_id": location.access_key,
            "secret_access_key": location.secret_key,
            "region": location.region,
            "virtual_hosted_style_request": False,
            **({"endpoint": location.endpoint} if location.endpoint else {}),
        },
        client_options={
            "allow_http": location.allow_http,
            "connect_timeout": timedelta(seconds=5),
            "read_timeout": silence,
            "timeout": _LONGEST_REQUEST,
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=15)},
    )


def _upload(store: S3Store, patient: S3Store, source: Path, key: str) -> None:
    # Two writers at once may both upload: equal keys mean equal bytes, so that is harmless.
    put_at = _put_at(store, key)
    if put_at is None or put_at < datetime.now(UTC) - _YOUNG:
        obstore.put(patient, key, source, chunk_size=PART_BYTES)


def _remove(store: S3Store, key: str, put_before: datetime) -> bool:
    put_at = _put_at(store, key)
    if put_at is None or put_at >= put_before:
        return False
    obstore.delete(store, key)
    return True


def _put_at(store: ObjectStore, key: str) -> datetime | None:
    try:
        return obstore.head(store, key)["last_modified"].astimezone(UTC)
    except FileNotFoundError:
        return None


def _remote_file(store: S3Store, key: str, name: str) -> BinaryIO:
    def read(start: int, length: int) -> bytes:
        with _failures_named(name):
            return bytes(obstore.get_range(store, key, start=start, length=length))

    return cast(BinaryIO, RemoteFile(obstore.head(store, key)["size"], read))


def list_one(store: S3Store) -> None:
    """Raise unless the bucket is there and can be entered."""
    # Not a HEAD of some key: a missing bucket and a missing key look the same there.
    next(iter(obstore.list(store, chunk_size=1)), None)


def _require_valid(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not an object key: it must be like kind/digest")


@contextmanager
def _failures_named(name: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise ObjectStoreUnavailable(f"{name} does not serve: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """What an error of obstore or of the system says, without the rest."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
