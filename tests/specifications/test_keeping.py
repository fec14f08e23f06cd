"""Files that are kept together: stored while others are made, and durable at the end."""

import errno
from pathlib import Path
from threading import Event

import polars as pl
import pytest

from application.artifacts import ArtifactKind, Artifacts, file_digest
from application.ports.object_store import ObjectStoreUnavailable
from infrastructure.storage.object_store import ObstoreObjectStore


def test_files_are_kept_at_the_same_time_and_are_there_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    second_came, put = Event(), store.put

    def put_after_the_second(key: str, source: Path) -> None:
        if source.read_bytes() == b"first":
            assert second_came.wait(30)
        second_came.set()
        put(key, source)

    monkeypatch.setattr(store, "put", put_after_the_second)
    with Artifacts(store, tmp_path).keeping() as keeping:
        digests = [keeping.keep_text(ArtifactKind.OUTPUT, text) for text in ("first", "second")]
    for digest in digests:
        back = Artifacts(store).fetch(ArtifactKind.OUTPUT, digest, tmp_path / digest)
        assert file_digest(back) == digest


def test_a_file_that_cannot_be_stored_is_told_once_all_have_been_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ObstoreObjectStore.local(tmp_path / "objects")
    put = store.put

    def put_only_text(key: str, source: Path) -> None:
        if source.read_bytes().startswith(b"{"):
            raise ObjectStoreUnavailable("full")
        put(key, source)

    monkeypatch.setattr(store, "put", put_only_text)
    artifacts = Artifacts(store, tmp_path / "scratch")
    (tmp_path / "scratch").mkdir()

    def keep_both() -> None:
        with artifacts.keeping() as keeping:
            keeping.keep_json(ArtifactKind.PROFILE, {})
            keeping.keep_text(ArtifactKind.OUTPUT, "text")

    with pytest.raises(ObjectStoreUnavailable, match="full"):
        keep_both()
    assert len(list(store.keys("outputs"))) == 1
    assert not list((tmp_path / "scratch").iterdir())


def _on_top_of(error: Exception) -> Exception:
    """What a library raises of its own."""
    own = ValueError("cannot save")
    own.__context__ = error
    return own


@pytest.mark.parametrize(
    "failure",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError(errno.EROFS, "Read-only file system"),
        pl.exceptions.ComputeError("underlying IO error: No space left on device (os error 28)"),
        _on_top_of(OSError(errno.ENOSPC, "No space left on device")),
    ],
)
def test_a_disk_that_takes_no_more_is_an_outage_and_no_defect(
    tmp_path: Path, failure: Exception
) -> None:
    artifacts = Artifacts(ObstoreObjectStore.local(tmp_path / "objects"), tmp_path)

    def write() -> None:
        with artifacts.workspace() as directory:
            (directory / "half").write_bytes(b"half")
            raise failure

    with pytest.raises(ObjectStoreUnavailable, match="temporary files cannot be written"):
        write()
    assert [each.name for each in tmp_path.iterdir()] == ["objects"]


def test_other_failures_in_a_workspace_stay_what_they_are(tmp_path: Path) -> None:
    artifacts = Artifacts(ObstoreObjectStore.local(tmp_path / "objects"), tmp_path)

    def read() -> bytes:
        with artifacts.workspace() as directory:
            return (directory / "nothing").read_bytes()

    with pytest.raises(FileNotFoundError):
        read()
