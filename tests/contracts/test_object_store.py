"""What every object store does, on a local directory and on a real S3 server alike."""

import hashlib
import os
import socket
import stat
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from application.ports.object_store import ObjectMissing, ObjectStore, ObjectStoreUnavailable
from infrastructure.storage.object_store import ObstoreObjectStore, S3Location


def _s3(settings: Any) -> ObstoreObjectStore:
    return ObstoreObjectStore.s3(
        S3Location(
            endpoint=settings.endpoint,
            bucket=settings.bucket,
            access_key=settings.access_key,
            secret_key=settings.secret_key,
            allow_http=True,
        )
    )


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "local":
        return ObstoreObjectStore.local(tmp_path / "objects")
    return _s3(request.getfixturevalue("s3_settings"))


def _file(directory: Path, content: bytes) -> tuple[str, Path]:
    path = directory / uuid4().hex
    path.write_bytes(content)
    return f"files/{hashlib.sha256(content).hexdigest()}", path


def test_bytes_that_were_put_come_back_exactly(store: ObjectStore, tmp_path: Path) -> None:
    content = bytes(range(256)) * 3
    key, source = _file(tmp_path, content)
    store.put(key, source)
    store.get(key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content
    assert source.read_bytes() == content


def test_an_object_of_no_bytes_is_an_object(store: ObjectStore, tmp_path: Path) -> None:
    key, source = _file(tmp_path, b"")
    store.put(key, source)
    store.get(key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b""
    assert store.exists(key)


def test_an_object_of_several_parts_comes_back_exactly(store: ObjectStore, tmp_path: Path) -> None:
    content = os.urandom(20 * 1024 * 1024 + 17)
    key, source = _file(tmp_path, content)
    store.put(key, source)
    store.get(key, tmp_path / "back")
    assert hashlib.sha256((tmp_path / "back").read_bytes()).hexdigest() == key.split("/")[1]


def test_a_key_that_exists_is_left_as_it_is(store: ObjectStore, tmp_path: Path) -> None:
    key, first = _file(tmp_path, os.urandom(64))
    _, second = _file(tmp_path, b"other bytes")
    store.put(key, first)
    store.put(key, second)
    store.get(key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == first.read_bytes()


def test_a_damaged_local_object_is_mended_by_who_brings_its_bytes_again(tmp_path: Path) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    key, source = _file(tmp_path, os.urandom(64))
    _, other = _file(tmp_path, b"other bytes")
    for damage in (b"", b"cut", os.urandom(64)):
        store.put(key, source)
        (tmp_path / "objects" / key).write_bytes(damage)
        store.put(key, other)
        assert (tmp_path / "objects" / key).read_bytes() == damage
        store.put(key, source)
        assert (tmp_path / "objects" / key).read_bytes() == source.read_bytes()


def test_an_object_is_read_at_any_place(store: ObjectStore, tmp_path: Path) -> None:
    content = os.urandom(3 * 1024 * 1024)
    key, source = _file(tmp_path, content)
    store.put(key, source)
    with store.open(key) as opened:
        assert opened.seek(-10, os.SEEK_END) == len(content) - 10
        assert opened.read() == content[-10:]
        assert opened.read(5) == b""
        opened.seek(1_000_000)
        assert opened.read(1_500_000) == content[1_000_000:2_500_000]
    with pytest.raises(ObjectMissing):
        store.open("files/none")


def test_a_listing_tells_keys_sizes_and_when_they_were_put(
    store: ObjectStore, tmp_path: Path
) -> None:
    folder = f"listed-{uuid4().hex}"
    _, source = _file(tmp_path, b"x" * 77)
    before = datetime.now(UTC) - timedelta(seconds=2)
    store.put(f"{folder}/a", source)
    store.put(f"{folder}/b", source)
    found = sorted(store.objects(folder), key=lambda each: each.key)
    assert [(each.key, each.size_bytes) for each in found] == [
        (f"{folder}/a", 77),
        (f"{folder}/b", 77),
    ]
    assert all(before < each.put_at < before + timedelta(minutes=2) for each in found)


def test_only_an_object_that_is_old_enough_is_removed(store: ObjectStore, tmp_path: Path) -> None:
    key, source = _file(tmp_path, os.urandom(64))
    store.put(key, source)
    assert not store.remove(key, put_before=datetime.now(UTC) - timedelta(minutes=1))
    assert store.exists(key)
    assert store.remove(key, put_before=datetime.now(UTC) + timedelta(minutes=1))
    assert not store.exists(key)
    assert not store.remove(key, put_before=datetime.now(UTC) + timedelta(minutes=1))
    store.put(key, source)
    assert store.exists(key)


def test_what_is_put_again_is_young_again(tmp_path: Path) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    key, source = _file(tmp_path, b"kept for long")
    store.put(key, source)
    os.utime(tmp_path / "objects" / key, (1, 1))
    store.put(key, source)
    assert not store.remove(key, put_before=datetime.now(UTC) - timedelta(minutes=1))
    assert store.exists(key)


def test_only_what_was_put_exists(store: ObjectStore, tmp_path: Path) -> None:
    key, source = _file(tmp_path, os.urandom(64))
    assert not store.exists(key)
    store.put(key, source)
    assert store.exists(key)


def test_a_missing_object_is_said_to_be_missing(store: ObjectStore, tmp_path: Path) -> None:
    key, _ = _file(tmp_path, os.urandom(64))
    with pytest.raises(ObjectMissing) as caught:
        store.get(key, tmp_path / "back")
    assert caught.value.key == key
    assert not (tmp_path / "back").exists()


def test_a_destination_that_exists_is_not_overwritten(store: ObjectStore, tmp_path: Path) -> None:
    key, source = _file(tmp_path, os.urandom(64))
    store.put(key, source)
    (tmp_path / "mine").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        store.get(key, tmp_path / "mine")
    assert (tmp_path / "mine").read_bytes() == b"precious"


def test_many_writers_of_one_key_all_succeed(store: ObjectStore, tmp_path: Path) -> None:
    key, source = _file(tmp_path, os.urandom(1024 * 1024))
    failures: list[BaseException] = []

    def put() -> None:
        try:
            store.put(key, source)
        except BaseException as error:  # noqa: BLE001 a thread's failure must reach the test
            failures.append(error)

    writers = [threading.Thread(target=put) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    store.get(key, tmp_path / "back")
    assert failures == []
    assert (tmp_path / "back").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("key", ["../outside", "files/../../outside", "/etc/passwd", "files", ""])
def test_a_key_cannot_leave_the_store(store: ObjectStore, tmp_path: Path, key: str) -> None:
    _, source = _file(tmp_path, b"x")
    with pytest.raises(ValueError, match="not an object key"):
        store.put(key, source)
    with pytest.raises(ValueError, match="not an object key"):
        store.get(key, tmp_path / "back")


def test_a_source_that_is_missing_stores_nothing(store: ObjectStore, tmp_path: Path) -> None:
    key = f"files/{uuid4().hex}"
    with pytest.raises(FileNotFoundError):
        store.put(key, tmp_path / "nowhere")
    assert not store.exists(key)


def test_keys_are_listed_by_folder_and_from_a_key_on(store: ObjectStore, tmp_path: Path) -> None:
    folder, source = f"listed{uuid4().hex}", tmp_path / "source"
    source.write_bytes(b"x")
    keys = [f"{folder}/{name}" for name in ("1/08", "1/09", "1/10", "12/01", "2/05")]
    for key in keys:
        store.put(key, source)
    assert sorted(store.keys(folder)) == keys
    assert sorted(store.keys(f"{folder}/1")) == keys[:3]
    assert sorted(store.keys(f"{folder}/1", after=f"{folder}/1/08")) == keys[1:3]
    assert sorted(store.folders(folder)) == ["1", "12", "2"]
    assert list(store.keys(f"{folder}/3")) == []
    assert store.folders(f"{folder}/3") == []


def test_a_store_that_works_passes_its_check(store: ObjectStore) -> None:
    store.check()


def test_a_local_store_keeps_nothing_but_the_object(tmp_path: Path) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    key, source = _file(tmp_path, b"bytes")
    store.put(key, source)
    store.check()
    files = [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    assert files == [tmp_path / "objects" / key]


def test_uploaded_tables_are_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    ObstoreObjectStore.local(tmp_path / "home" / "objects")

    assert stat.S_IMODE((tmp_path / "home" / "objects").stat().st_mode) == 0o700


def test_a_local_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    key, source = _file(tmp_path, b"bytes")

    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full_disk)
        with pytest.raises(ObjectStoreUnavailable, match="No space left"):
            store.put(key, source)
    assert not store.exists(key)
    assert [path for path in (tmp_path / "objects").rglob("*") if path.is_file()] == []
    store.put(key, source)
    assert store.exists(key)


def test_a_local_object_and_its_directories_are_synced_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    key, source = _file(tmp_path, b"bytes")
    synced: list[int] = []
    real = os.fsync

    def recording(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", recording)
    store.put(key, source)
    root = tmp_path / "objects"
    assert set(synced) == {
        path.stat().st_ino for path in (root / key, root / "files", root, tmp_path)
    }


def test_a_local_directory_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"not a directory")
    with pytest.raises(ObjectStoreUnavailable, match="the directory"):
        ObstoreObjectStore.local(tmp_path / "file" / "objects")


def test_a_local_directory_that_vanished_under_a_file_fails_its_check(tmp_path: Path) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    (tmp_path / "objects").rename(tmp_path / "away")
    (tmp_path / "objects").write_bytes(b"")
    with pytest.raises(ObjectStoreUnavailable):
        store.check()


@pytest.mark.parametrize("left", ["nothing", "an empty directory"])
def test_a_volume_that_is_not_mounted_has_lost_nothing(tmp_path: Path, left: str) -> None:
    root, away = tmp_path / "objects", tmp_path / "away"
    store = ObstoreObjectStore.local(root)
    key, source = _file(tmp_path, b"kept")
    store.put(key, source)
    root.rename(away)
    if left != "nothing":
        root.mkdir()
    with pytest.raises(ObjectStoreUnavailable):
        store.get(key, tmp_path / "back")
    with pytest.raises(ObjectStoreUnavailable):
        store.open(key)
    with pytest.raises(ObjectStoreUnavailable):
        store.put(*_file(tmp_path, b"new"))
    with pytest.raises(ObjectStoreUnavailable):
        store.check()
    # What was written there would be missed once the volume is back.
    assert not root.exists() or not list(root.iterdir())
    if left != "nothing":
        root.rmdir()
    away.rename(root)
    store.get(key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"kept"


def test_an_outage_of_a_directory_is_told_in_the_same_words_each_time(tmp_path: Path) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    (tmp_path / "objects" / ".staging").rmdir()
    source = tmp_path / "new"
    source.write_bytes(b"new")
    told = set[str]()
    for call in (store.check, partial(store.put, "uploads/one", source)) * 2:
        with pytest.raises(ObjectStoreUnavailable) as outage:
            call()
        told.add(str(outage.value))
    assert len(told) == 1


def test_a_bucket_that_does_not_exist_fails_its_check(s3_settings: Any, tmp_path: Path) -> None:
    location = S3Location(
        endpoint=s3_settings.endpoint,
        bucket="no-such-bucket",
        access_key=s3_settings.access_key,
        secret_key=s3_settings.secret_key,
        allow_http=True,
    )
    with pytest.raises(ObjectStoreUnavailable, match="no-such-bucket"):
        ObstoreObjectStore.s3(location).check()
    with pytest.raises(ObjectStoreUnavailable, match="no-such-bucket"):
        ObstoreObjectStore.s3(location).get("files/one", tmp_path / "back")


def test_a_server_that_is_not_there_is_unavailable_and_no_secret_is_told() -> None:
    location = S3Location(
        endpoint="http://127.0.0.1:9",
        bucket="any",
        access_key="key",
        secret_key="the-secret",
        allow_http=True,
    )
    with pytest.raises(ObjectStoreUnavailable, match=r"127\.0\.0\.1:9") as caught:
        ObstoreObjectStore.s3(location).check()
    assert "the-secret" not in str(caught.value)


def test_a_server_that_falls_silent_is_away_for_whoever_asks_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = ObstoreObjectStore.s3(
            S3Location(
                endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}",
                bucket="datatrail",
                access_key="key",
                secret_key="secret",
                allow_http=True,
                silence=timedelta(milliseconds=50),
            )
        )
        key, source = _file(tmp_path, b"bytes")
        with pytest.raises(ObjectStoreUnavailable):
            store.exists(key)
        with pytest.raises(ObjectStoreUnavailable):
            store.put(key, source)
