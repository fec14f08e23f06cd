"""Events as a bundle shows them, opened or not, are the events that the log reads."""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from infrastructure.events.codec import EventCodec
from infrastructure.events.sealing import unseal
from tests.fakes import InMemorySubjectKeys
from tests.golden.events.examples import EVENT, SESSION, SUBJECT

GOLDEN = sorted((Path(__file__).parent.parent / "golden" / "events").glob("*.json"))
KEY = bytes(range(32))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
@pytest.mark.parametrize("key", [KEY, None], ids=["opened", "not opened"])
def test_every_version_ever_written_reads_as_in_the_log(file: Path, key: bytes | None) -> None:
    event_type, version, *_ = file.stem.split(".")
    payload = file.read_bytes().rstrip(b"\n")
    document = json.loads(payload)
    sealed = document.pop("$sealed", None)
    if sealed is not None and key is not None:
        plain = unseal(b64decode(sealed), subject_key=key, session_id=SESSION, event_id=EVENT)
        document |= json.loads(plain)
    keys = InMemorySubjectKeys()
    keys.keys[SUBJECT] = key
    before = json.dumps(document)

    opened = EventCodec().decode_opened(event_type, int(version[1:]), document)

    in_log = EventCodec(keys).decode(
        event_type, int(version[1:]), payload, event_id=EVENT, session_id=SESSION
    )
    assert opened == in_log
    assert json.dumps(document) == before
