"""Bundles with the uploaded files: they are proven to be those that the events name."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from application.artifacts import ArtifactKind
from application.audit import BundleOptions
from application.ports.object_store import ObjectMissing
from domain.dataset import Dataset, FileKind, ParseOptions
from domain.session.events import DatasetUploaded
from tests.audit.bundles import judged, judged_members, members_of
from tests.audit.conftest import KEY, AuditedLog
from tests.audit.synthetic import Members, listed

PARSE = ParseOptions(kind=FileKind.CSV, encoding="utf-8", delimiter=",")


def _uploaded(audited: AuditedLog, content: bytes, *, stored: bool = True) -> None:
    source = audited.directory / "upload"
    source.write_bytes(content)
    digest = audited.artifacts.keep(ArtifactKind.UPLOAD, source)
    if not stored:
        (audited.directory / "objects" / "uploads" / digest).unlink()
    dataset = Dataset(file_digest=digest, file_name="a.csv", size_bytes=len(content), parse=PARSE)
    audited.append(audited.session_id, DatasetUploaded(task_id=uuid4(), dataset=dataset))
    audited.settle()


@pytest.fixture
def bundle(audited: AuditedLog) -> Path:
    """A bundle with two uploads, of which one was read twice."""
    for content in (b"a\n1\n", b"a\n1\n", b"a,b\n1,2\n"):
        _uploaded(audited, content)
    return audited.export(options=BundleOptions(uploads=True))


def test_each_uploaded_file_is_there_once_and_proven(bundle: Path) -> None:
    files = [data for name, data in members_of(bundle).items() if name.startswith("uploads/")]
    assert sorted(map(len, files)) == [4, 8]
    verdict = judged(bundle, public_key=KEY.verifier.line)
    assert (verdict.exit_code, verdict.document["upload_files"]) == (0, 2)


def test_a_file_that_would_shrink_like_a_bomb_is_no_bomb(audited: AuditedLog) -> None:
    _uploaded(audited, b"0\n" * 10_000_000)
    exported = audited.export(options=BundleOptions(uploads=True))
    assert judged(exported, public_key=KEY.verifier.line).exit_code == 0


def test_uploads_stay_away_unless_they_are_wanted(audited: AuditedLog) -> None:
    _uploaded(audited, b"a\n1\n", stored=False)
    assert not [name for name in members_of(audited.export()) if name.startswith("uploads/")]
    with pytest.raises(ObjectMissing):
        audited.export(options=BundleOptions(uploads=True))


def _one(members: Members) -> str:
    return min((n for n in members if n.startswith("uploads/")), key=lambda n: len(members[n]))


TAMPERED: dict[str, Callable[[Members], Members]] = {
    "an altered file": lambda m: {**m, _one(m): b"a\n2\n"},
    "a missing file": lambda m: {n: d for n, d in m.items() if n != _one(m)},
    "a file too many": lambda m: {**m, f"uploads/{'0' * 64}": b"more"},
}


@pytest.mark.parametrize("tampered", TAMPERED)
def test_files_that_are_not_those_of_the_events_are_told(
    bundle: Path, tmp_path: Path, tampered: str
) -> None:
    members = listed(TAMPERED[tampered](members_of(bundle)))
    (tmp_path / "forged").mkdir()
    verdict = judged_members(members, tmp_path / "forged", public_key=KEY.verifier.line)
    assert (verdict.exit_code, verdict.first) == (1, ("uploads", None))
    assert "The events name" in verdict.sentence
