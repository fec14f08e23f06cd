"""Checkpoints are signed notes that anybody's tools can read, and nobody can alter."""

import base64
import stat
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.transparency.errors import NoteInvalid, SigningKeyUnusable
from infrastructure.transparency.keys import SigningKey, new_seed, seed_from, seed_in_file
from infrastructure.transparency.notes import TreeHead, read_note, signed_note, verified_note

KEY = SigningKey("datatrail", bytes(range(32)))
HEAD = TreeHead(origin="datatrail", epoch=2, size=1234, root=b"\x07" * 32)
NOTE = signed_note(HEAD, KEY)


def test_a_note_is_the_lines_that_the_specification_says() -> None:
    text, signature = NOTE.split("\n\n")
    assert text.split("\n") == [
        "datatrail",
        "1234",
        base64.b64encode(b"\x07" * 32).decode(),
        "epoch 2",
    ]
    dash, name, encoded = signature.removesuffix("\n").split(" ")
    assert (dash, name) == ("\u2014", "datatrail")
    signed = base64.b64decode(encoded)
    written_name, key_id, written_key = KEY.verifier.line.split("+", 2)
    assert (written_name, key_id) == ("datatrail", signed[:4].hex())
    key = base64.b64decode(written_key)
    assert key[:1] == b"\x01"
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signed[4:], f"{text}\n".encode())


def test_the_key_id_is_that_of_the_specifications_own_example() -> None:
    # The verifier key of the Go checksum database, as its documentation prints it.
    line = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    origin, key_id, encoded = line.split("+", 2)
    key = SigningKey("x", bytes(32)).verifier
    published = type(key)(origin=origin, public_key=base64.b64decode(encoded)[1:])
    assert published.key_id.hex() == key_id
    assert published.line == line


def test_the_same_head_is_signed_the_same_each_time() -> None:
    assert signed_note(HEAD, SigningKey("datatrail", bytes(range(32)))) == NOTE


def test_a_note_says_what_was_signed() -> None:
    assert verified_note(NOTE, KEY.verifier) == read_note(NOTE) == HEAD


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_a_note_with_any_character_changed_is_refused(at: int, letter: str) -> None:
    altered = NOTE[:at] + letter + NOTE[at + 1 :]
    if altered != NOTE:
        with pytest.raises(NoteInvalid):
            verified_note(altered, KEY.verifier)


@given(st.integers(0, len(NOTE) - 1))
def test_a_note_that_is_cut_short_is_refused(length: int) -> None:
    with pytest.raises(NoteInvalid):
        verified_note(NOTE[:length], KEY.verifier)


def test_another_key_of_the_same_name_does_not_pass() -> None:
    other = SigningKey("datatrail", bytes(32))
    with pytest.raises(NoteInvalid, match="is not signed with the key datatrail"):
        verified_note(NOTE, other.verifier)
    assert read_note(NOTE) == HEAD


def test_a_witness_may_sign_beside_us() -> None:
    witness = SigningKey("witness.example", bytes(32))
    cosigned = NOTE + signed_note(HEAD, witness).split("\n\n")[1]
    assert verified_note(cosigned, KEY.verifier) == HEAD
    assert verified_note(cosigned, witness.verifier) == HEAD


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\n"])
def test_a_name_that_would_break_a_note_is_refused(name: str) -> None:
    with pytest.raises(SigningKeyUnusable, match="cannot name the log"):
        SigningKey(name, bytes(32))


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "checkpoints.key"
    seeds: list[bytes] = []
    threads = [Thread(target=lambda: seeds.append(seed_in_file(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seeds) == 8
    assert len(set(seeds)) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("written", ["", "no key", "AAAA", base64.b64encode(bytes(33)).decode()])
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path: Path, written: str) -> None:
    path = tmp_path / "checkpoints.key"
    path.write_text(written)
    with pytest.raises(SigningKeyUnusable, match=r"datatrail keys new") as caught:
        seed_in_file(path)
    assert not written or written not in str(caught.value)
    assert path.read_text() == written


def test_a_key_that_cannot_be_kept_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SigningKeyUnusable, match=r"file/checkpoints\.key"):
        seed_in_file(tmp_path / "file" / "checkpoints.key")


def test_new_keys_differ_and_are_read_back() -> None:
    first, second = new_seed(), new_seed()
    assert first != second
    assert len(seed_from(first, where="here")) == 32


def test_a_key_does_not_show_itself() -> None:
    seed = bytes(range(32))
    shown = repr(SigningKey("datatrail", seed))
    assert base64.b64encode(seed).decode() not in shown
    assert seed.hex() not in shown
