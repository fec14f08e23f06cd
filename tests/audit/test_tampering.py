"""Whatever is done to a bundle, the verifier says to which event, and what."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest

from tests.audit.bundles import Verdict, judged, judged_members, run_alone
from tests.audit.synthetic import (
    KEY,
    OTHER_KEY,
    OTHER_SESSION,
    PARQUET,
    SESSION,
    Members,
    Recorded,
    head_note,
    line,
    listed,
    ordinary_log,
    packed,
    rechained,
    tree_over,
)

Thing = TypeVar("Thing")

LOG = ordinary_log()
EVENTS = LOG.of(SESSION)


def _with(
    events: list[Recorded], proofs: list[bytes] | None = None, *, told: int | None = None
) -> Members:
    """The session's bundle with other events, and proofs if they are other ones too."""
    members = LOG.bundle()
    members["events.ndjson"] = b"".join(each.line() for each in events)
    if proofs is not None:
        members["proofs.ndjson"] = b"".join(proofs)
    manifest = json.loads(members["manifest.json"])
    members["manifest.json"] = line({**manifest, "events": told or manifest["events"]})
    return members


def _proofs() -> list[bytes]:
    return LOG.bundle()["proofs.ndjson"].splitlines(keepends=True)


def _renumbered(proofs: list[bytes]) -> list[bytes]:
    return [line({**json.loads(each), "version": n}) for n, each in enumerate(proofs, 1)]


def _numbered(events: list[Recorded]) -> list[Recorded]:
    return [replace(each, version=version) for version, each in enumerate(events, 1)]


def _put(version: int, /, **changes: Any) -> list[Recorded]:
    """The events, one of them with other fields."""
    changed = list(EVENTS)
    changed[version - 1] = replace(changed[version - 1], **changes)
    return changed


def _without(version: int) -> tuple[list[Recorded], list[bytes]]:
    events, proofs = list(EVENTS), _proofs()
    del events[version - 1], proofs[version - 1]
    return events, proofs


def _forged(version: int) -> Recorded:
    """An event of ours in place of a version, its hash right for the place."""
    forged = replace(EVENTS[version - 1], event_id=uuid4(), payload=b'{"forged":true}')
    assert version > 1
    return _with_metadata_of_its_own(forged).chained(EVENTS[version - 2].hash)


def _with_metadata_of_its_own(event: Recorded) -> Recorded:
    metadata = json.loads(event.metadata) | {"event_id": str(event.event_id)}
    return replace(event, metadata=line(metadata)[:-1])


def _swapped(first: int, second: int, things: list[Thing]) -> list[Thing]:
    swapped = list(things)
    swapped[first - 1], swapped[second - 1] = swapped[second - 1], swapped[first - 1]
    return swapped


def _moved(place: int, to: int, things: list[Thing]) -> list[Thing]:
    moved = list(things)
    moved.insert(to - 1, moved.pop(place - 1))
    return moved


def _removed_in_the_middle() -> Members:
    events, proofs = _without(4)
    return _with(events, proofs)


def _removed_and_renumbered() -> Members:
    events, proofs = _without(4)
    return _with(_numbered(events), _renumbered(proofs), told=7)


def _three_removed_and_renumbered() -> Members:
    events, proofs = EVENTS[:2] + EVENTS[5:], _proofs()[:2] + _proofs()[5:]
    return _with(_numbered(events), _renumbered(proofs), told=5)


def _removed_and_rechained() -> Members:
    events, proofs = _without(4)
    return _with(rechained(events), _renumbered(proofs), told=7)


def _inserted(*, numbered: bool) -> Members:
    events = [*EVENTS[:3], _forged(4), *EVENTS[3:]]
    proofs = [*_proofs()[:3], _proofs()[3], *_proofs()[3:]]
    if numbered:
        return _with(_numbered(events), _renumbered(proofs), told=9)
    return _with(events, proofs, told=9)


def _inserted_garbage() -> Members:
    members = LOG.bundle()
    lines = members["events.ndjson"].splitlines(keepends=True)
    members["events.ndjson"] = b"".join([*lines[:3], b"{}\n", *lines[3:]])
    return members


def _duplicated() -> Members:
    return _with([*EVENTS[:5], EVENTS[1], *EVENTS[5:]], told=9)


def _duplicated_and_renumbered() -> Members:
    return _with(_numbered([*EVENTS[:5], EVENTS[1], *EVENTS[5:]]), told=9)


def _appended(*, told: int) -> Members:
    extra = replace(EVENTS[-1], event_id=uuid4(), version=9, position=16)
    extra = _with_metadata_of_its_own(extra).chained(EVENTS[-1].hash)
    proofs = [*_proofs(), line({**json.loads(_proofs()[-1]), "version": 9, "position": 16})]
    return _with([*EVENTS, extra], proofs, told=told)


def _of_the_other_session() -> Members:
    other = LOG.bundle(OTHER_SESSION)
    manifest = json.loads(other["manifest.json"]) | {"session_id": str(SESSION)}
    return {**other, "manifest.json": line(manifest)}


def _other_hash_in_the_path() -> Members:
    proofs = _proofs()
    told = json.loads(proofs[3])
    told["path"][0] = "0" * 64
    return _with(EVENTS, [*proofs[:3], line(told), *proofs[4:]])


def _all_positions_moved(version: int, position: int) -> Members:
    proofs = _proofs()
    proofs[version - 1] = line({**json.loads(proofs[version - 1]), "position": position})
    return _with(_put(version, position=position), proofs)


def _changed_and_rechained(version: int) -> Members:
    return _with(rechained(_put(version, payload=b'{"number":0}')))


TAMPERED: dict[str, tuple[Callable[[], Members], str, int, str]] = {
    "a payload": (lambda: _with(_put(5, payload=b'{"number":0}')), "altered", 5, "content"),
    "metadata": (
        lambda: _with(_put(5, metadata=EVENTS[4].metadata.replace(b"ann", b"bob"))),
        "altered",
        5,
        "content",
    ),
    "a type": (lambda: _with(_put(6, type="MessagePosteD")), "altered", 6, "content"),
    "a schema version": (lambda: _with(_put(6, schema_version=2)), "altered", 6, "content"),
    "an event id": (lambda: _with(_put(2, event_id=uuid4())), "altered", 2, "content"),
    "the id of another event": (
        lambda: _with(_put(5, event_id=EVENTS[1].event_id)),
        "inserted",
        5,
        "repeats version 2",
    ),
    "a version": (lambda: _with(_put(5, version=77)), "altered", 5, "recorded as 5"),
    "a hash": (lambda: _with(_put(5, hash=bytes(32))), "altered", 5, "hash was changed"),
    "the last payload": (lambda: _with(_put(8, payload=b"{}")), "altered", 8, "content"),
    "the first payload": (lambda: _with(_put(1, payload=b"{}")), "altered", 1, "content"),
    "a position": (lambda: _with(_put(5, position=11)), "altered", 5, "its proof at 9"),
    "a position and its proof's": (
        lambda: _all_positions_moved(5, 10),
        "altered",
        5,
        "content is what was recorded",
    ),
    "a position far away": (
        lambda: _all_positions_moved(5, 2**53 - 1),
        "altered",
        5,
        "behind the checkpoint",
    ),
    "a proof": (_other_hash_in_the_path, "altered", 4, "proof was changed"),
    "a payload and all hashes": (
        lambda: _changed_and_rechained(5),
        "altered",
        5,
        "every hash from it on",
    ),
    "the first payload and all hashes": (
        lambda: _changed_and_rechained(1),
        "altered",
        1,
        "made anew",
    ),
    "an event removed": (_removed_in_the_middle, "removed", 4, "Version 5 follows on version 3"),
    "an event removed, others renumbered": (_removed_and_renumbered, "removed", 4, "renumbered"),
    "events removed, others renumbered": (
        _three_removed_and_renumbered,
        "removed",
        3,
        "the gap of 3",
    ),
    "an event removed, all rechained": (
        _removed_and_rechained,
        "altered",
        4,
        "another removed or inserted before it",
    ),
    "the first event removed": (
        lambda: _with(EVENTS[1:], _proofs()[1:], told=7),
        "removed",
        1,
        "Version 2 follows on version 0",
    ),
    "several removed": (
        lambda: _with(EVENTS[:2] + EVENTS[5:], _proofs()[:2] + _proofs()[5:]),
        "removed",
        3,
        "to version 5",
    ),
    "the tail removed": (
        lambda: _with(EVENTS[:6], _proofs()[:6]),
        "removed",
        7,
        "7 was removed, with all to version 8",
    ),
    "the tail removed without a trace": (
        lambda: _with(EVENTS[:6], _proofs()[:6], told=6),
        "removed",
        7,
        "The session's head tells of 8 events",
    ),
    "every event removed": (lambda: _with([], [], told=8), "removed", 1, "all to version 8"),
    "the last event removed": (lambda: _with(EVENTS[:7]), "removed", 8, "there is a proof of it"),
    "an event inserted": (lambda: _inserted(numbered=False), "inserted", 4, "now follows it"),
    "an event inserted, others renumbered": (
        lambda: _inserted(numbered=True),
        "inserted",
        4,
        "now follows it",
    ),
    "garbage inserted": (_inserted_garbage, "inserted", 4, "version 4 follows it"),
    "an event appended": (lambda: _appended(told=8), "inserted", 9, "tells of 8 events"),
    "an event appended and told of": (lambda: _appended(told=9), "altered", 9, "is not in the log"),
    "an event repeated": (_duplicated, "inserted", 6, "repeats version 2"),
    "an event repeated, others renumbered": (
        _duplicated_and_renumbered,
        "inserted",
        6,
        "repeats version 2",
    ),
    "two events exchanged": (
        lambda: _with(_swapped(4, 6, EVENTS), _swapped(4, 6, _proofs())),
        "reordered",
        4,
        "Version 6 stands in its place, and it stands in place 6",
    ),
    "two events exchanged and renumbered": (
        lambda: _with(_numbered(_swapped(4, 6, EVENTS)), _renumbered(_swapped(4, 6, _proofs()))),
        "reordered",
        4,
        "right behind the event that is shown as 5",
    ),
    "neighbours exchanged": (
        lambda: _with(_swapped(4, 5, EVENTS), _swapped(4, 5, _proofs())),
        "reordered",
        4,
        "right behind the event that follows it here",
    ),
    "a later event moved forward": (
        lambda: _with(_moved(7, 3, EVENTS), _moved(7, 3, _proofs())),
        "reordered",
        3,
        "recorded as version 7",
    ),
    "a later event moved forward, all renumbered": (
        lambda: _with(_numbered(_moved(7, 3, EVENTS)), _renumbered(_moved(7, 3, _proofs()))),
        "reordered",
        3,
        "recorded as version 7",
    ),
    "the events of another session": (_of_the_other_session, "inserted", 1, str(OTHER_SESSION)),
}


@pytest.mark.parametrize("tampered", TAMPERED)
def test_the_first_event_that_was_tampered_with_is_named(tampered: str, tmp_path: Path) -> None:
    make, kind, version, said = TAMPERED[tampered]

    verdict = judged_members(make(), tmp_path)

    assert verdict.exit_code == 1
    assert verdict.first == (kind, version), verdict.sentence
    assert said in verdict.sentence


def test_a_proof_of_no_event_removes_none(tmp_path: Path) -> None:
    extra = line({**json.loads(_proofs()[-1]), "version": 9, "position": 16})

    verdict = judged_members(_with(EVENTS, [*_proofs(), extra]), tmp_path)

    assert (verdict.exit_code, verdict.first) == (1, ("proof", None))
    assert "has a line for event version 9" in verdict.sentence


def test_a_bundle_of_an_untouched_log_is_proven(tmp_path: Path) -> None:
    verdict = judged_members(LOG.bundle(files=True), tmp_path)

    assert (verdict.exit_code, verdict.document["verdict"]) == (0, "proven")
    assert verdict.document["proven_events"] == 8
    assert verdict.document["problems"] == []


@pytest.mark.parametrize("size", range(1, 17))
def test_a_bundle_is_proven_under_a_checkpoint_of_any_size(tmp_path: Path, size: int) -> None:
    verdict = judged_members(LOG.bundle(size=size), tmp_path)

    assert verdict.exit_code == 0, verdict.sentence
    assert verdict.document["checkpoint"]["size"] == size


def _resigned() -> Members:
    """All of it made anew, and signed with a key of the forger's."""
    forged = ordinary_log()
    forged.events = [
        replace(each, payload=each.payload.replace(b'"number":1', b'"number":9'))
        for each in forged.events
    ]
    for session_id in (SESSION, OTHER_SESSION):
        for each in rechained(forged.of(session_id)):
            forged.events[each.position - 1] = each
    members = forged.bundle()
    members["checkpoint.txt"] = forged.note(key=OTHER_KEY)
    members["head.txt"] = head_note(SESSION, forged.of(SESSION)[-1:], 16, OTHER_KEY)
    members["public_key.txt"] = OTHER_KEY.verifier.line.encode() + b"\n"
    return members


def test_a_log_made_anew_and_signed_with_another_key_is_told_by_ones_own_key(
    tmp_path: Path,
) -> None:
    verdict = judged_members(_resigned(), tmp_path)

    assert verdict.exit_code == 1
    assert verdict.first == ("signature", None)
    assert "another key" in verdict.sentence


def test_with_only_the_key_in_the_bundle_nothing_is_proven_without_a_loud_warning(
    tmp_path: Path,
) -> None:
    packed(_resigned(), tmp_path / "forged.zip")

    said = run_alone(tmp_path, "forged.zip")

    assert said.returncode == 3
    assert "PROVEN UNDER ITS OWN KEY ONLY: session" in said.stdout
    assert judged(tmp_path / "forged.zip", public_key=None).document["verdict"] == (
        "proven_under_its_own_key"
    )
    # Before the verdict: whoever reads only one line reads this one.
    assert said.stdout.startswith("WARNING: only the key in the bundle itself was used")
    assert OTHER_KEY.verifier.line in said.stdout


def test_a_bundle_whose_key_was_exchanged_is_not_proven_by_ones_own(tmp_path: Path) -> None:
    members = LOG.bundle() | {"public_key.txt": OTHER_KEY.verifier.line.encode() + b"\n"}

    verdict = judged_members(members, tmp_path)

    assert verdict.exit_code == 1
    assert verdict.first == ("signature", None)


def test_a_checkpoint_signed_with_another_key_of_the_same_name_is_refused(tmp_path: Path) -> None:
    members = LOG.bundle() | {"checkpoint.txt": LOG.note(key=OTHER_KEY)}

    for public_key in (KEY.verifier.line, None):
        verdict = judged_members(members, tmp_path, public_key=public_key)
        assert verdict.exit_code == 1
        assert "is not signed by the key" in verdict.sentence
        assert OTHER_KEY.verifier.key_id.hex() in verdict.sentence


def test_an_altered_checkpoint_is_told_before_the_events_that_it_no_longer_covers(
    tmp_path: Path,
) -> None:
    other_root = tree_over([bytes(32)]).root(1)
    note = LOG.note().decode().splitlines(keepends=True)
    note[2] = base64.b64encode(other_root).decode() + "\n"

    verdict = judged_members(LOG.bundle() | {"checkpoint.txt": "".join(note).encode()}, tmp_path)

    assert verdict.exit_code == 1
    assert verdict.first == ("signature", None)
    assert "does not fit" in verdict.sentence


def test_a_note_may_carry_signatures_of_others_too(tmp_path: Path) -> None:
    note = LOG.note() + "— witness AAAAAAAA\n".encode()

    assert judged_members(LOG.bundle() | {"checkpoint.txt": note}, tmp_path).exit_code == 0


def _with_two_snapshots() -> Members:
    log = ordinary_log()
    other = b"another file"
    digest = hashlib.sha256(other).hexdigest()
    snapshot = {"file_digest": digest, "table_digest": "td1:0"}
    log.append(SESSION, "NodeCommitted", {"node_id": str(UUID(int=9)), "snapshot": snapshot})
    return log.bundle(files=True) | {f"snapshots/{digest}.parquet": other}


SNAPSHOTS_TAMPERED: dict[str, Callable[[Members], Members]] = {
    "bytes of a file": lambda m: {
        name: data + b"!" if name.startswith("snapshots/") else data for name, data in m.items()
    },
    "a missing file": lambda m: {n: d for n, d in m.items() if d != PARQUET},
    "a file too many": lambda m: {**m, f"snapshots/{'0' * 64}.parquet": PARQUET},
    "the list": lambda m: {**m, "snapshots.json": b"{}\n"},
    "a digest in the list": lambda m: {
        **m,
        "snapshots.json": m["snapshots.json"].replace(b"td1:7", b"td1:8"),
    },
}


@pytest.mark.parametrize("tampered", SNAPSHOTS_TAMPERED)
def test_snapshots_are_those_that_the_events_name(tampered: str, tmp_path: Path) -> None:
    members = listed(SNAPSHOTS_TAMPERED[tampered](_with_two_snapshots()))

    verdict = judged_members(members, tmp_path)

    assert verdict.exit_code == 1
    assert verdict.first == ("snapshots", None)
    assert verdict.document["proven_events"] == 9


def test_two_snapshots_and_their_files_are_proven(tmp_path: Path) -> None:
    verdict = judged_members(listed(_with_two_snapshots()), tmp_path)

    assert verdict.exit_code == 0, verdict.sentence
    assert verdict.document["snapshot_files"] == 2


def _recorded_so(payload: bytes, metadata: bytes | None = None) -> Members:
    """A bundle of a log that holds such bytes, whoever wrote them, and is otherwise sound."""
    log = ordinary_log()
    event = log.append(SESSION, "MessagePosted", {})
    changed = replace(event, payload=payload, metadata=metadata or event.metadata)
    log.events[-1] = changed.chained(log.of(SESSION)[-2].hash)
    return log.bundle()


@pytest.mark.parametrize(
    "payload",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1E2}',
        b'{"a":-0}',
        b'{"a":9007199254740993}',
        b'{"a":1e400}',
        b'{"a":NaN}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":' + b"1" * 5000 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[]",
        b"1",
        b"",
        b"not json",
    ],
    ids=lambda payload: repr(payload[:24]),
)
def test_bytes_that_can_be_read_in_two_ways_are_named(payload: bytes, tmp_path: Path) -> None:
    verdict = judged_members(_recorded_so(payload), tmp_path)

    assert verdict.exit_code == 1
    assert verdict.first == ("altered", 9)
    assert "was recorded with a payload that" in verdict.sentence


def test_metadata_of_another_event_are_named(tmp_path: Path) -> None:
    verdict = judged_members(_recorded_so(b"{}", EVENTS[0].metadata), tmp_path)

    assert verdict.first == ("altered", 9)
    assert "another event id" in verdict.sentence


def test_events_that_the_log_holds_in_another_order_are_named(tmp_path: Path) -> None:
    log = ordinary_log()
    fourth, fifth = log.of(SESSION)[3:5]
    log.events[fourth.position - 1] = replace(fifth, position=fourth.position)
    log.events[fifth.position - 1] = replace(fourth, position=fifth.position)
    members = log.bundle()
    for name in ("events.ndjson", "proofs.ndjson"):
        lines = members[name].splitlines(keepends=True)
        lines[3], lines[4] = lines[4], lines[3]
        members[name] = b"".join(lines)

    verdict = judged_members(members, tmp_path)

    assert verdict.first == ("reordered", 5)
    assert "stands in the log at 7, not after 9" in verdict.sentence


def _anchored(members: Members, anchor: bytes, tmp_path: Path) -> Verdict:
    (tmp_path / "anchor").write_bytes(anchor)
    return judged_members(members, tmp_path, anchor=tmp_path / "anchor")


def test_an_older_checkpoint_proves_that_the_log_only_grew(tmp_path: Path) -> None:
    for size in range(1, 17):
        verdict = _anchored(LOG.bundle(since=size), LOG.note(size), tmp_path)
        assert verdict.exit_code == 0, verdict.sentence
        assert f"size {size}" in verdict.document["anchored"]


def test_a_log_cut_off_behind_an_older_checkpoint_is_named(tmp_path: Path) -> None:
    cut = ordinary_log()
    del cut.events[12:]

    verdict = _anchored(cut.bundle(), LOG.note(16), tmp_path)

    assert verdict.exit_code == 1
    assert verdict.first == ("anchor", None)
    assert "the log's end was cut off" in verdict.sentence


def test_a_log_cut_off_and_grown_anew_is_named(tmp_path: Path) -> None:
    anew = ordinary_log()
    del anew.events[12:]
    for number in range(10):
        anew.append(SESSION, "MessagePosted", {"number": number})

    verdict = _anchored(anew.bundle(since=16), LOG.note(16), tmp_path)

    assert verdict.exit_code == 1
    assert "is not the beginning of the bundle's log" in verdict.sentence


def test_without_a_proof_since_the_anchor_the_way_forward_is_said(tmp_path: Path) -> None:
    verdict = _anchored(LOG.bundle(), LOG.note(5), tmp_path)

    assert verdict.exit_code == 1
    assert "--since 5" in verdict.sentence


def test_an_anchor_of_another_key_is_no_anchor(tmp_path: Path) -> None:
    verdict = _anchored(LOG.bundle(since=5), LOG.note(5, key=OTHER_KEY), tmp_path)

    assert verdict.exit_code == 1
    assert verdict.first == ("signature", None)


@pytest.mark.parametrize("anchor", [b"", b"PK", b"\x00" * 100, "— ".encode(), b"a\n1\n"])
def test_an_anchor_that_is_none_is_refused(tmp_path: Path, anchor: bytes) -> None:
    verdict = _anchored(LOG.bundle(), anchor, tmp_path)

    assert verdict.exit_code == 1
    assert verdict.document["anchored"] is None


def test_a_checkpoint_of_a_log_whose_name_begins_as_an_archive_does_is_read_as_one(
    tmp_path: Path,
) -> None:
    anchor = LOG.note(5).replace(b"datatrail\n", b"PKdatatrail\n", 1)

    verdict = _anchored(LOG.bundle(since=5), anchor, tmp_path)

    assert verdict.first == ("signature", None), "a checkpoint, though of another log"


def test_an_anchor_that_is_not_there_is_refused(tmp_path: Path) -> None:
    verdict = judged_members(LOG.bundle(), tmp_path, anchor=tmp_path / "nothing")

    assert verdict.exit_code == 1
    assert "cannot be read" in verdict.sentence


def _as_if_it_ended_at_six() -> Members:
    """What the log's own key signs when the session's tail is gone from its database."""
    members = _with(EVENTS[:6], _proofs()[:6], told=6)
    return members | {"head.txt": head_note(SESSION, EVENTS[5:6], 16)}


def test_a_session_whose_tail_was_cut_off_before_the_export_is_told_by_an_older_bundle(
    tmp_path: Path,
) -> None:
    cut = _as_if_it_ended_at_six()
    assert judged_members(cut, tmp_path).exit_code == 0, "a bundle alone cannot tell"
    older = packed(LOG.bundle(), tmp_path / "older.zip")

    verdict = judged_members(cut, tmp_path, anchor=older)

    assert verdict.exit_code == 1
    assert verdict.first == ("removed", 7)


HEADS: dict[str, tuple[Callable[[], bytes], str]] = {
    "another key's": (lambda: head_note(SESSION, EVENTS[-1:], 16, OTHER_KEY), "another key"),
    "another session's": (lambda: head_note(OTHER_SESSION, EVENTS[-1:], 16), "another session"),
    "of another checkpoint": (lambda: head_note(SESSION, EVENTS[-1:], 15), "another checkpoint"),
    "of another hash": (
        lambda: head_note(SESSION, [replace(EVENTS[-1], hash=bytes(32))], 16),
        "another hash",
    ),
    "an older one": (lambda: head_note(SESSION, EVENTS[5:6], 16), "version 7 was inserted"),
    "the checkpoint": (LOG.note, "is not a head"),
}


@pytest.mark.parametrize("head", HEADS)
def test_a_head_that_is_not_the_sessions_is_refused(head: str, tmp_path: Path) -> None:
    make, said = HEADS[head]

    verdict = judged_members(LOG.bundle() | {"head.txt": make()}, tmp_path)

    assert verdict.exit_code == 1
    assert said in verdict.sentence


def test_a_head_is_no_checkpoint(tmp_path: Path) -> None:
    members = LOG.bundle()

    verdict = judged_members(members | {"checkpoint.txt": members["head.txt"]}, tmp_path)

    assert verdict.exit_code == 1
    assert "is not a checkpoint" in verdict.sentence


def test_an_older_bundle_proves_that_the_session_only_grew(tmp_path: Path) -> None:
    older = packed(LOG.bundle(size=9), tmp_path / "older.zip")

    verdict = judged_members(LOG.bundle(), tmp_path, anchor=older)

    assert verdict.exit_code == 0
    assert "the first 5 events" in verdict.document["anchored"]


@pytest.mark.parametrize("kind", ["bundle", "checkpoint"])
def test_what_was_kept_under_an_earlier_key_of_the_log_is_an_anchor_still(
    kind: str, tmp_path: Path
) -> None:
    note = LOG.note(9, key=OTHER_KEY)
    anchor = packed(
        LOG.bundle(size=9)
        | {
            "checkpoint.txt": note,
            "head.txt": head_note(SESSION, EVENTS[4:5], 9, OTHER_KEY),
            "public_key.txt": OTHER_KEY.verifier.line.encode() + b"\n",
        },
        tmp_path / "anchor",
    )
    if kind == "checkpoint":
        anchor.write_bytes(note)
    members = LOG.bundle(since=9)

    earlier = OTHER_KEY.verifier.line
    verdict = judged_members(members, tmp_path, anchor=anchor, anchor_key=earlier)
    without = judged_members(members, tmp_path, anchor=anchor)
    swapped = judged_members(members, tmp_path, public_key=earlier, anchor=anchor)

    assert verdict.exit_code == 0, verdict.sentence
    assert verdict.document["anchored"]
    assert (without.exit_code, swapped.exit_code) == (1, 1)
    assert ".." not in without.sentence


def test_a_session_written_anew_with_the_logs_own_key_is_told_by_an_older_bundle(
    tmp_path: Path,
) -> None:
    older = packed(LOG.bundle(), tmp_path / "older.zip")
    anew = ordinary_log()
    for each in rechained([replace(e, payload=b"{}") for e in anew.of(SESSION)]):
        anew.events[each.position - 1] = each
    anew.events[6] = replace(anew.events[6], type="MessagePosted")
    for each in rechained(anew.of(SESSION)):
        anew.events[each.position - 1] = each

    verdict = judged_members(anew.bundle(), tmp_path, anchor=older)

    assert verdict.exit_code == 1
    assert verdict.first == ("altered", 1)


def test_an_older_bundle_of_another_session_is_no_anchor(tmp_path: Path) -> None:
    older = packed(LOG.bundle(OTHER_SESSION), tmp_path / "older.zip")

    verdict = judged_members(LOG.bundle(), tmp_path, anchor=older)

    assert verdict.exit_code == 1
    assert "another session" in verdict.sentence


def test_a_bundle_of_a_session_that_the_log_does_not_know_is_empty_and_refused(
    tmp_path: Path,
) -> None:
    members = LOG.bundle(UUID(int=99))

    assert judged_members(members, tmp_path).exit_code == 2
