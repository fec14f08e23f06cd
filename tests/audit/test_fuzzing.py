"""Nothing that is done to a bundle's bytes is proven, and nothing crashes the verifier."""

import base64
import io
import json
import struct
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interfaces.cli import verify_bundle
from tests.audit.bundles import judged, judged_members
from tests.audit.synthetic import (
    KEY,
    SESSION_KEY,
    Members,
    listed,
    ordinary_log,
    packed,
)

LOG = ordinary_log()
MEMBERS: Members = listed(
    {
        **LOG.bundle(files=True, since=5),
        "session_key.txt": base64.b64encode(SESSION_KEY) + b"\n",
    }
)
NAMES = sorted(MEMBERS)


def _archive() -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        return packed(MEMBERS, Path(directory) / "bundle.zip").read_bytes()


ARCHIVE = _archive()


def _verdict_on(members: Members) -> int:
    with tempfile.TemporaryDirectory() as directory:
        return judged_members(members, Path(directory)).exit_code


def _verdict_on_bytes(data: bytes) -> int:
    with tempfile.TemporaryDirectory() as directory:
        bundle = Path(directory) / "bundle.zip"
        bundle.write_bytes(data)
        return judged(bundle).exit_code


def test_the_untouched_bundle_is_proven() -> None:
    assert _verdict_on(MEMBERS) == 0
    assert _verdict_on_bytes(ARCHIVE) == 0


@given(name=st.sampled_from(NAMES), at=st.integers(min_value=0), flip=st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_no_byte_of_any_member_can_change_unseen(name: str, at: int, flip: int) -> None:
    data = bytearray(MEMBERS[name])
    data[at % len(data)] ^= flip

    assert _verdict_on({**MEMBERS, name: bytes(data)}) != 0


@given(
    name=st.sampled_from(NAMES),
    start=st.integers(min_value=0),
    length=st.integers(0, 200),
    put=st.binary(max_size=200),
)
@settings(max_examples=200, deadline=None)
def test_no_part_of_any_member_can_be_replaced_unseen(
    name: str, start: int, length: int, put: bytes
) -> None:
    data = MEMBERS[name]
    start %= len(data) + 1
    changed = data[:start] + put + data[start + length :]

    assert (_verdict_on({**MEMBERS, name: changed}) == 0) == (changed == data)


@given(at=st.integers(min_value=0), flip=st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_a_byte_of_the_archive_itself_changes_nothing_that_is_proven(at: int, flip: int) -> None:
    data = bytearray(ARCHIVE)
    data[at % len(data)] ^= flip

    if _verdict_on_bytes(bytes(data)) == 0:
        # It was one that says nothing, such as a member's time.
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS


@given(put=st.binary(min_size=1, max_size=99))
@settings(max_examples=50, deadline=None)
def test_bytes_around_an_archive_make_it_unreadable(put: bytes) -> None:
    for around in (put + ARCHIVE, ARCHIVE + put, ARCHIVE[:-2] + bytes([len(put), 0]) + put):
        assert _verdict_on_bytes(around) == 2


def test_an_entry_that_the_directory_leaves_out_makes_it_unreadable(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in [("events.ndjson", b"others"), *MEMBERS.items()]:
            archive.writestr(zipfile.ZipInfo(name), content)
            if content == b"others":
                archive.filelist.clear()
                archive.NameToInfo.clear()
    assert judged(bundle).exit_code == 2


@given(keep=st.integers(min_value=0))
@settings(max_examples=100, deadline=None)
def test_a_truncated_archive_is_unreadable(keep: int) -> None:
    assert _verdict_on_bytes(ARCHIVE[: keep % len(ARCHIVE)]) == 2


@given(st.binary(max_size=2000))
@settings(max_examples=100, deadline=None)
@example(b"PK\x05\x06" + bytes(18))
def test_bytes_that_are_no_archive_are_unreadable(data: bytes) -> None:
    assert _verdict_on_bytes(data) == 2


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([2**63, 2**64, -1, 10**400, "\ud800", "0" * 64, "\x1b[2J", "\u202e"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(
    name=st.sampled_from([n for n in NAMES if n.endswith("json") and n != "snapshots.json"]),
    number=st.integers(min_value=0),
    member=st.integers(min_value=0),
    value=JSON,
)
@settings(max_examples=200, deadline=None)
def test_any_value_in_place_of_another_is_told(
    name: str, number: int, member: int, value: Any
) -> None:
    lines = MEMBERS[name].splitlines()
    number %= len(lines)
    told = json.loads(lines[number])
    changed = sorted(told)[member % len(told)]
    same = json.dumps(told[changed]) == json.dumps(value)
    told[changed] = value
    lines[number] = json.dumps(
        told, ensure_ascii=True, separators=(",", ":"), sort_keys=True
    ).encode()

    verdict = _verdict_on({**MEMBERS, name: b"".join(each + b"\n" for each in lines)})

    assert same or verdict != 0


@given(name=st.sampled_from(NAMES), data=st.binary(max_size=500) | st.text().map(str.encode))
@settings(max_examples=200, deadline=None)
@example(name="public_key.txt", data=b"datatrail+00000000+" + b"A" * 44 + b"\n")
@example(name="checkpoint.txt", data=b"datatrail\n" + b"9" * 5000 + b"\n")
@example(name="events.ndjson", data=b"[" * 100_000)
@example(name="proofs.ndjson", data=b"\n" * 1000)
def test_any_bytes_in_place_of_a_member_are_told(name: str, data: bytes) -> None:
    assert _verdict_on({**MEMBERS, name: data}) != 0


@pytest.mark.parametrize("name", NAMES)
def test_a_member_that_is_missing_is_told(name: str) -> None:
    members = {other: data for other, data in MEMBERS.items() if other != name}

    assert _verdict_on(members) == 2


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "README", "snapshots/", "EVENTS.ndjson", "\x1b[2J"]
)
def test_a_member_that_no_bundle_has_is_refused(name: str) -> None:
    assert _verdict_on({**MEMBERS, name: b"!"}) == 2


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    bundle = packed(MEMBERS, tmp_path / "bundle.zip")
    with zipfile.ZipFile(bundle, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("manifest.json", MEMBERS["manifest.json"])

    verdict = judged(bundle)

    assert verdict.exit_code == 2
    assert "two members manifest.json" in verdict.sentence


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    verdict = judged_members({**MEMBERS, "events.ndjson": bytes(64 * 2**20)}, tmp_path)

    assert verdict.exit_code == 2
    assert "ZIP bomb" in verdict.sentence


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    name, size = "events.ndjson", 64 * 2**20
    data = packed({**MEMBERS, name: bytes(size)}, tmp_path / "bundle.zip").read_bytes()
    assert data.count(struct.pack("<L", size)) == 2

    assert _verdict_on_bytes(data.replace(struct.pack("<L", size), struct.pack("<L", 1000))) == 2


COSTLY: dict[str, Callable[[], Members]] = {
    "lines of nothing": lambda: {"events.ndjson": b"\n" * (15 * 2**20)},
    "proofs of nothing": lambda: {"proofs.ndjson": b"\n" * (15 * 2**20)},
    "an event that is long to hash": lambda: {
        "events.ndjson": _event(metadata=b"m" * (9 * 2**20)) + _event(metadata=b"m") * 10_000
    },
    "an event of a type that is long to hash": lambda: {
        "events.ndjson": _event(type_="t" * (12 * 2**20)) + _event(metadata=b"m") * 10_000
    },
}


def _event(*, metadata: bytes = b"{}", type_: str = "Nothing") -> bytes:
    first = json.loads(MEMBERS["events.ndjson"].splitlines()[0])
    return (
        rfc8785.dumps(
            first | {"metadata": base64.b64encode(metadata).decode(), "type": type_, "position": 15}
        )
        + b"\n"
    )


@pytest.mark.parametrize("costly", COSTLY)
def test_a_small_file_cannot_keep_the_verifier_busy(costly: str, tmp_path: Path) -> None:
    began = time.process_time()

    assert judged_members({**MEMBERS, **COSTLY[costly]()}, tmp_path).exit_code == 1

    assert time.process_time() - began < 10


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_no_bundle_uses_is_refused(tmp_path: Path, method: int) -> None:
    bundle = packed(MEMBERS, tmp_path / "bundle.zip")
    with zipfile.ZipFile(bundle, "w", method) as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)

    assert judged(bundle).exit_code == 2


@pytest.mark.parametrize("place", ["a directory", "nothing"])
def test_a_path_that_is_no_file_is_unreadable(tmp_path: Path, place: str) -> None:
    verdict = judged(tmp_path if place == "a directory" else tmp_path / "nothing")

    assert verdict.exit_code == 2
    assert verdict.sentence.startswith("it cannot be opened: ")


@pytest.mark.parametrize(
    "key", ["", "+", "datatrail", "datatrail+00000000+AAAA", "é+" * 9, "\x00", "/", "x" * 5000]
)
def test_a_key_that_is_none_is_unreadable(tmp_path: Path, key: str) -> None:
    assert judged_members(MEMBERS, tmp_path, public_key=key).exit_code == 2


def test_the_key_can_be_given_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text(KEY.verifier.line + "\n")

    assert judged_members(MEMBERS, tmp_path, public_key=str(tmp_path / "key.txt")).exit_code == 0


def test_a_terminal_is_not_steered_by_what_is_in_a_bundle(tmp_path: Path) -> None:
    note = MEMBERS["checkpoint.txt"].replace(b"\n\xe2\x80\x94 datatrail", b"\n\xe2\x80\x94 \x1b[2J")
    bundle = packed({**MEMBERS, "checkpoint.txt": note}, tmp_path / "bundle.zip")
    verification = verify_bundle.verify(bundle)

    assert "\x1b" not in verify_bundle.told(verification, bundle)
    assert "\\x1b" in verify_bundle.told(verification, bundle)


FINITE = st.floats(allow_nan=False, allow_infinity=False)
CANONICAL = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | FINITE | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(CANONICAL)
@settings(max_examples=250, deadline=None)
@example([1e21, 1e20, 1e-6, 1e-7, 123456789012345680000.0, 5e-324, 1.7976931348623157e308, -0.0])
@example({"€": 1, "\r": 2, "דּ": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7})
@example(['\x7f\x00\x1f\u2028\u2029"\\/\b\f\n\r\t'])
def test_the_verifier_writes_canonical_json_as_the_log_does(value: Any) -> None:
    recorded = rfc8785.dumps(value)

    read = verify_bundle.read_json(recorded)

    assert verify_bundle.to_canonical(read).encode() == recorded
