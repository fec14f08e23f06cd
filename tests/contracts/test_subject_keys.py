"""What every key store does: in memory, in a directory, in a bucket, behind the cache or not."""

import os
import stat
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.ports.subject_keys import (
    KEY_BYTES,
    SubjectKeyMissing,
    SubjectKeys,
    SubjectKeysUnavailable,
)
from infrastructure.keys.bucket import KeyBucket
from infrastructure.keys.cache import CachedSubjectKeys
from infrastructure.keys.directory import KeyDirectory
from infrastructure.keys.subject_keys import StoredSubjectKeys
from infrastructure.storage.object_store import S3Location
from tests.fakes import InMemorySubjectKeys

Processes = Callable[[], SubjectKeys]
"""Makes the same store as another process has it."""


def _location(settings: Any, **changes: str) -> S3Location:
    return S3Location(
        **{
            "endpoint": settings.endpoint,
            "bucket": settings.keys_bucket,
            "access_key": settings.access_key,
            "secret_key": settings.secret_key,
            "allow_http": True,
            **changes,
        }
    )


@pytest.fixture(params=["memory", "directory", "bucket", "cached"])
def processes(request: pytest.FixtureRequest, tmp_path: Path) -> Processes:
    match request.param:
        case "memory":
            shared = InMemorySubjectKeys()
            return lambda: shared
        case "directory":
            return lambda: StoredSubjectKeys(KeyDirectory(tmp_path / "keys"))
        case "cached":
            return lambda: CachedSubjectKeys(
                StoredSubjectKeys(KeyDirectory(tmp_path / "keys")), seconds=0
            )
        case _:
            settings = request.getfixturevalue("s3_settings")
            return lambda: StoredSubjectKeys(KeyBucket(_location(settings)))


@pytest.fixture
def keys(processes: Processes) -> SubjectKeys:
    return processes()


def test_a_subject_has_one_key_which_every_process_finds(processes: Processes) -> None:
    subject = uuid4()
    key = processes().obtain(subject)
    assert key is not None
    assert len(key) == KEY_BYTES
    assert processes().obtain(subject) == processes().find(subject) == key


def test_each_subject_has_a_key_of_its_own(keys: SubjectKeys) -> None:
    assert len({keys.obtain(uuid4()) for _ in range(5)}) == 5


def test_a_key_that_was_never_made_is_missing_and_not_erased(keys: SubjectKeys) -> None:
    subject = uuid4()
    with pytest.raises(SubjectKeyMissing, match=str(subject)):
        keys.find(subject)
    assert not keys.is_destroyed(subject)


def test_a_destroyed_key_is_never_given_or_made_again(processes: Processes) -> None:
    subject = uuid4()
    processes().obtain(subject)
    processes().destroy(subject)
    for process in (processes(), processes()):
        assert process.find(subject) is None
        assert process.obtain(subject) is None
        assert process.is_destroyed(subject)


def test_a_subject_without_a_key_can_be_kept_from_ever_having_one(processes: Processes) -> None:
    subject = uuid4()
    processes().destroy(subject)
    assert processes().obtain(subject) is None


def test_destroying_twice_is_as_good_as_once(keys: SubjectKeys) -> None:
    subject, other = uuid4(), uuid4()
    kept = keys.obtain(other)
    keys.obtain(subject)
    keys.destroy(subject)
    keys.destroy(subject)
    assert keys.find(subject) is None
    assert keys.find(other) == kept


def test_processes_that_race_for_a_key_all_get_the_same(processes: Processes) -> None:
    subject = uuid4()
    racing = [processes() for _ in range(8)]
    start, got = threading.Barrier(len(racing)), list[bytes | None]()

    def obtain(process: SubjectKeys) -> None:
        start.wait()
        got.append(process.obtain(subject))

    _run_all([partial(obtain, process) for process in racing])
    assert len(got) == len(racing)
    assert set(got) == {processes().find(subject)}


def test_a_race_between_use_and_destruction_ends_with_destruction(processes: Processes) -> None:
    for _ in range(5):
        subject = uuid4()
        users = [processes() for _ in range(3)]
        obtaining = [partial(_obtain, user, subject) for user in users]
        _run_all([partial(processes().destroy, subject), *obtaining])
        assert processes().find(subject) is None


def test_a_store_that_works_passes_its_check(keys: SubjectKeys) -> None:
    keys.check()


def test_keys_are_files_that_only_their_owner_can_read(tmp_path: Path) -> None:
    subject = uuid4()
    keys = StoredSubjectKeys(KeyDirectory(tmp_path / "keys" / "subjects"))
    keys.obtain(subject)
    for directory in (tmp_path / "keys", tmp_path / "keys" / "subjects"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    (file,) = (tmp_path / "keys" / "subjects").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_directory_that_others_could_enter_is_shut(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    KeyDirectory(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_no_byte_of_a_destroyed_key_stays_in_its_directory(tmp_path: Path) -> None:
    subject = uuid4()
    keys = StoredSubjectKeys(KeyDirectory(tmp_path))
    key = keys.obtain(subject)
    assert key is not None
    (file,) = tmp_path.iterdir()
    with file.open("rb") as held:
        keys.destroy(subject)
        assert held.read() == bytes(KEY_BYTES)
    assert all(key not in each.read_bytes() for each in tmp_path.iterdir())


def test_a_crash_before_the_key_is_in_place_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = uuid4()
    keys = StoredSubjectKeys(KeyDirectory(tmp_path))

    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full_disk)
        with pytest.raises(SubjectKeysUnavailable, match="No space left"):
            keys.obtain(subject)
    assert list(tmp_path.iterdir()) == []
    assert keys.obtain(subject) is not None


def test_what_a_killed_process_left_behind_is_cleared_up(tmp_path: Path) -> None:
    left, staged_now = tmp_path / ".new-left", tmp_path / ".new-now"
    for path in (left, staged_now):
        path.write_bytes(bytes(KEY_BYTES))
    os.utime(left, (0, 0))
    KeyDirectory(tmp_path)
    assert list(tmp_path.iterdir()) == [staged_now]


def test_a_damaged_key_is_an_outage_and_not_an_erasure(tmp_path: Path) -> None:
    subject = uuid4()
    keys = StoredSubjectKeys(KeyDirectory(tmp_path))
    keys.obtain(subject)
    (tmp_path / str(subject)).write_bytes(b"half a key")
    with pytest.raises(SubjectKeysUnavailable, match="damaged"):
        keys.find(subject)
    with pytest.raises(SubjectKeysUnavailable, match="damaged"):
        keys.obtain(subject)


def test_a_directory_that_vanished_is_an_outage_and_not_an_erasure(tmp_path: Path) -> None:
    keys = StoredSubjectKeys(KeyDirectory(tmp_path / "keys"))
    subject = uuid4()
    keys.obtain(subject)
    (tmp_path / "keys").rename(tmp_path / "elsewhere")
    for ask in (keys.find, keys.obtain, keys.is_destroyed):
        with pytest.raises(SubjectKeysUnavailable, match="does not serve"):
            ask(subject)
    with pytest.raises(SubjectKeysUnavailable, match="does not serve"):
        keys.check()


def test_a_key_server_that_is_not_there_is_unavailable_and_no_secret_is_told() -> None:
    location = S3Location(
        endpoint="http://127.0.0.1:9",
        bucket="any",
        access_key="key",
        secret_key="the-secret",
        allow_http=True,
    )
    with pytest.raises(SubjectKeysUnavailable, match=r"127\.0\.0\.1:9") as caught:
        StoredSubjectKeys(KeyBucket(location)).obtain(uuid4())
    assert "the-secret" not in str(caught.value)


def test_a_bucket_that_does_not_exist_is_an_outage(s3_settings: Any) -> None:
    keys = StoredSubjectKeys(KeyBucket(_location(s3_settings, bucket="no-such-bucket")))
    with pytest.raises(SubjectKeysUnavailable, match="no-such-bucket"):
        keys.check()


class _Counted(InMemorySubjectKeys):
    def __init__(self) -> None:
        super().__init__()
        self.found = 0

    def find(self, subject_id: UUID) -> bytes | None:
        self.found += 1
        return super().find(subject_id)


def test_the_cache_asks_once_in_some_seconds_and_then_sees_what_others_destroyed() -> None:
    store, now, subject = _Counted(), [100.0], uuid4()
    cached = CachedSubjectKeys(store, seconds=3, clock=lambda: now[0])
    key = store.obtain(subject)
    for _ in range(10):
        assert cached.find(subject) == key
    assert store.found == 1
    store.destroy(subject)
    now[0] += 3
    assert cached.find(subject) is None
    assert cached.is_destroyed(subject)


def test_the_cache_forgets_at_once_what_its_own_process_destroyed() -> None:
    store, subject = InMemorySubjectKeys(), uuid4()
    cached = CachedSubjectKeys(store, seconds=1000)
    cached.obtain(subject)
    assert not cached.is_destroyed(subject)
    cached.destroy(subject)
    assert cached.find(subject) is None
    assert cached.obtain(subject) is None
    assert cached.is_destroyed(subject)


def test_a_key_that_this_process_knew_and_that_is_gone_is_not_made_again() -> None:
    """Else an empty key store in the place of the right one would pass for a new one."""
    store, now, subject = InMemorySubjectKeys(), [100.0], uuid4()
    cached = CachedSubjectKeys(store, seconds=3, clock=lambda: now[0])
    cached.obtain(subject)
    store.keys.clear()
    now[0] += 3
    with pytest.raises(SubjectKeyMissing):
        cached.obtain(subject)


def test_a_key_is_durable_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process may have been killed between making the key and syncing it."""
    subject, synced, real = uuid4(), list[str](), os.fsync

    def recording(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", recording)
        StoredSubjectKeys(KeyDirectory(tmp_path)).obtain(subject)
        assert str(tmp_path) in synced
        assert any(path.startswith(f"{tmp_path}/") for path in synced)
        synced.clear()
        StoredSubjectKeys(KeyDirectory(tmp_path)).obtain(subject)
        assert synced == [str(tmp_path)]


def test_a_key_that_was_read_while_it_was_destroyed_is_not_kept() -> None:
    class Slow(InMemorySubjectKeys):
        def find(self, subject_id: UUID) -> bytes | None:
            key = super().find(subject_id)
            cached.destroy(subject_id)
            return key

    store, subject = Slow(), uuid4()
    cached = CachedSubjectKeys(store, seconds=1000)
    store.obtain(subject)
    assert cached.find(subject) is None


def test_the_cache_never_takes_a_missing_key_for_known() -> None:
    store, subject = InMemorySubjectKeys(), uuid4()
    cached = CachedSubjectKeys(store, seconds=1000)
    with pytest.raises(SubjectKeyMissing):
        cached.find(subject)
    key = store.obtain(subject)
    assert cached.find(subject) == key


def _obtain(keys: SubjectKeys, subject: UUID) -> None:
    keys.obtain(subject)


def _run_all(runs: list[Callable[[], None]]) -> None:
    failures: list[BaseException] = []

    def guarded(run: Callable[[], None]) -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
