"""Files that are kept together: stored while others are made, and durable at the end."""

from pathlib import Path
from threading import Event

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
