"""Whatever the database's owner does to the log, the bundle exported afterwards tells.

The owner is the one that no right and no trigger stops. What he cannot do is sign.
"""

import shutil
from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest

from application.audit import NotSettledYet, PlaceLost, PlaceVacated
from domain.session.events import MessagePosted
from infrastructure.events.chain import GENESIS, chain_hash
from infrastructure.postgres import vacated_places
from infrastructure.transparency.merkle import Frontier, append, leaf_hash
from tests.audit.bundles import judged, members_of
from tests.audit.conftest import KEY, AuditedLog

IN_PLACE: dict[str, tuple[list[str], str, int]] = {
    "a payload": (
        ["UPDATE events SET payload = '{}' WHERE MINE AND version = 5"],
        "altered",
        5,
    ),
    "one byte of a payload": (
        [
            "UPDATE events SET payload = set_byte(payload, 3, get_byte(payload, 3) # 1) "
            "WHERE MINE AND version = 4"
        ],
        "altered",
        4,
    ),
    "a payload that is no JSON any more": (
        ["UPDATE events SET payload = '\\xff00' WHERE MINE AND version = 2"],
        "altered",
        2,
    ),
    "metadata": (
        ["UPDATE events SET metadata = metadata || ' ' WHERE MINE AND version = 1"],
        "altered",
        1,
    ),
    "a type": (
        ["UPDATE events SET type = 'Nothing' WHERE MINE AND version = 9"],
        "altered",
        9,
    ),
    "a schema version": (
        ["UPDATE events SET schema_version = 7 WHERE MINE AND version = 3"],
        "altered",
        3,
    ),
    "an event id": (
        ["UPDATE events SET event_id = gen_random_uuid() WHERE MINE AND version = 3"],
        "altered",
        3,
    ),
    "a hash": (
        ["UPDATE events SET hash = sha256(hash) WHERE MINE AND version = 6"],
        "altered",
        6,
    ),
    "a row in the middle removed": (
        ["DELETE FROM events WHERE MINE AND version = 4"],
        "removed",
        4,
    ),
    "the first row removed": (
        ["DELETE FROM events WHERE MINE AND version = 1"],
        "removed",
        1,
    ),
    "the tail removed": (
        ["DELETE FROM events WHERE MINE AND version > 6"],
        "removed",
        7,
    ),
    "the last row removed": (
        ["DELETE FROM events WHERE MINE AND version = 9"],
        "removed",
        9,
    ),
    "every row removed": (["DELETE FROM events WHERE MINE"], "removed", 1),
    "a row removed, others renumbered": (
        [
            "DELETE FROM events WHERE MINE AND version = 4",
            "UPDATE events SET version = version + 100 WHERE MINE AND version > 4",
            "UPDATE events SET version = version - 101 WHERE MINE AND version > 100",
            "UPDATE streams SET version = 8 WHERE MINE",
        ],
        "removed",
        4,
    ),
    "two rows exchanged": (
        [
            "UPDATE events SET version = 100 WHERE MINE AND version = 4",
            "UPDATE events SET version = 4 WHERE MINE AND version = 7",
            "UPDATE events SET version = 7 WHERE MINE AND version = 100",
        ],
        "reordered",
        4,
    ),
    "a row inserted": (
        [
            "UPDATE events SET version = version + 100 WHERE MINE AND version >= 5",
            "UPDATE events SET version = version - 99 WHERE MINE AND version > 100",
            "UPDATE streams SET version = 10 WHERE MINE",
            "INSERT INTO events (session_id, version, event_id, type, schema_version, payload, "
            "metadata, hash, recorded_at, epoch, xid) SELECT session_id, 5, gen_random_uuid(), "
            "type, schema_version, payload, metadata, hash, recorded_at, epoch, xid "
            "FROM events WHERE MINE AND version = 4",
            "UPDATE log_order SET position = -position WHERE position = 8",
            "INSERT INTO log_order (position, id) SELECT 8, max(id) FROM events",
        ],
        "inserted",
        5,
    ),
    "the rows of another session": (
        [
            "UPDATE events SET session_id = gen_random_uuid() WHERE MINE",
            "UPDATE events SET session_id = %(session)s WHERE session_id = %(other)s",
            "UPDATE streams s SET hash = o.hash FROM streams o "
            "WHERE s.session_id = %(session)s AND o.session_id = %(other)s",
        ],
        "inserted",
        1,
    ),
    "places in the order exchanged": (
        [
            "ALTER TABLE log_order DROP CONSTRAINT log_order_position_check",
            "UPDATE log_order SET position = -position WHERE position IN (5, 7)",
            "UPDATE log_order SET position = 12 + position WHERE position IN (-5, -7)",
        ],
        "altered",
        3,
    ),
}


@pytest.mark.parametrize("tampered", IN_PLACE)
def test_what_was_done_in_the_database_is_named(tampered: str, audited: AuditedLog) -> None:
    statements, kind, version = IN_PLACE[tampered]
    if tampered == "a row inserted":
        statements = [
            "ALTER TABLE log_order DROP CONSTRAINT log_order_position_check",
            *statements,
        ]

    audited.tamper(*statements)

    verdict = audited.verdict()
    assert verdict.exit_code == 1
    assert verdict.first == (kind, version), verdict.sentence


def _rechain(audited: AuditedLog, from_version: int) -> None:
    """Compute every hash of the session from this version on anew, as a careful forger would."""
    conninfo = audited.database.owner_url.replace("+psycopg", "", 1)
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("ALTER TABLE events DISABLE TRIGGER USER")
        rows = connection.execute(
            "SELECT version, type, schema_version, event_id, metadata, payload, hash FROM events "
            "WHERE session_id = %s ORDER BY version",
            [audited.session_id],
        ).fetchall()
        previous = GENESIS
        for version, type_, schema_version, event_id, metadata, payload, hash_ in rows:
            made = chain_hash(
                previous,
                stream_id=f"session-{audited.session_id}",
                version=version,
                event_type=type_,
                schema_version=schema_version,
                event_id=event_id,
                metadata=metadata,
                payload=payload,
            )
            previous = made if version >= from_version else hash_
            connection.execute(
                "UPDATE events SET hash = %s WHERE session_id = %s AND version = %s",
                [previous, audited.session_id, version],
            )
        connection.execute(
            "UPDATE streams SET hash = %s, version = %s WHERE session_id = %s",
            [previous, rows[-1][0], audited.session_id],
        )


CHANGES: dict[str, tuple[list[str], int]] = {
    "changed": (
        ["UPDATE events SET payload = '{}' WHERE MINE AND version = 5"],
        5,
    ),
    "removed": (
        [
            "DELETE FROM events WHERE MINE AND version = 5",
            "UPDATE events SET version = version + 100 WHERE MINE AND version > 5",
            "UPDATE events SET version = version - 101 WHERE MINE AND version > 100",
        ],
        5,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_chain_made_anew_is_told_by_the_tree(change: str, audited: AuditedLog) -> None:
    statements, version = CHANGES[change]
    audited.tamper(*statements)
    _rechain(audited, version)

    verdict = audited.verdict()

    assert verdict.exit_code == 1
    assert verdict.first == ("altered", version)
    assert "every hash from it on computed anew" in verdict.sentence


def _new_tree(audited: AuditedLog) -> None:
    """Make order and tree fit the events that are left, as if they had always been all."""
    conninfo = audited.database.owner_url.replace("+psycopg", "", 1)
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("ALTER TABLE log_order DISABLE TRIGGER USER")
        rows = connection.execute("SELECT id, hash FROM events ORDER BY epoch, xid, id").fetchall()
        connection.execute("DELETE FROM log_order")
        for position, (id_, _) in enumerate(rows, 1):
            connection.execute("INSERT INTO log_order VALUES (%s, %s)", [position, id_])
        connection.execute("DELETE FROM merkle_tiles")
        tiles = append(Frontier(), [leaf_hash(hash_) for _, hash_ in rows]).tiles
        for (level, index), hashes in tiles.items():
            connection.execute(
                "INSERT INTO merkle_tiles VALUES (%s, %s, %s)", [level, index, hashes]
            )
        connection.execute("UPDATE sequencer SET size = %s", [len(rows)])


def _change_all(audited: AuditedLog) -> None:
    audited.tamper(*CHANGES["changed"][0])
    _rechain(audited, 5)
    _new_tree(audited)


def _cut_off(audited: AuditedLog) -> None:
    audited.tamper(
        "DELETE FROM events WHERE MINE AND version > 6",
        "UPDATE streams SET version = 6, hash = (SELECT hash FROM events WHERE MINE AND "
        "version = 6) WHERE MINE",
    )
    _new_tree(audited)


@pytest.mark.parametrize("do", [_change_all, _cut_off])
def test_a_log_made_anew_does_not_fit_the_checkpoint_that_was_signed(
    do: Callable[[AuditedLog], None], audited: AuditedLog
) -> None:
    audited.export("signed.zip")

    do(audited)

    # Nobody has signed the new tree, and it no longer holds what was signed.
    if do is _cut_off:
        with pytest.raises(PlaceVacated, match="Restore it from a backup"):
            audited.export()
    else:
        assert audited.verdict().exit_code == 1


@pytest.mark.parametrize("do", [_change_all, _cut_off])
def test_a_log_made_anew_and_signed_again_does_not_fit_an_older_bundle_nor_checkpoint(
    do: Callable[[AuditedLog], None], audited: AuditedLog
) -> None:
    older = audited.export("older.zip")
    checkpoint = audited.directory / "checkpoint.txt"
    checkpoint.write_bytes(members_of(older)["checkpoint.txt"])
    do(audited)
    # With the anchors gone as well, the log's own key signs what it finds.
    shutil.rmtree(audited.directory / "objects" / "checkpoints")
    audited.tamper("DELETE FROM signed_checkpoints")
    bundle = audited.export()
    assert judged(bundle, public_key=KEY.verifier.line).exit_code == 0

    by_bundle = judged(bundle, public_key=KEY.verifier.line, anchor=older)
    by_checkpoint = judged(bundle, public_key=KEY.verifier.line, anchor=checkpoint)

    assert by_bundle.exit_code == by_checkpoint.exit_code == 1
    assert by_bundle.first == (("altered", 5) if do is _change_all else ("removed", 7))
    assert by_checkpoint.first == ("anchor", None)


def test_a_checkpoint_forged_in_the_database_is_not_taken(audited: AuditedLog) -> None:
    audited.export("signed.zip")
    audited.tamper("UPDATE signed_checkpoints SET note = replace(note, 'epoch 1', 'epoch 2')")

    assert audited.verdict().exit_code == 0, "another was signed instead"


def test_an_event_that_lost_its_place_is_named(audited: AuditedLog) -> None:
    audited.tamper(
        "DELETE FROM log_order WHERE id = (SELECT id FROM events WHERE MINE AND version = 4)"
    )

    with pytest.raises(PlaceLost, match="version 4"):
        audited.export()


def test_a_last_event_that_lost_its_place_is_never_exported_without_it(
    audited: AuditedLog,
) -> None:
    audited.tamper(
        "DELETE FROM log_order WHERE id = (SELECT id FROM events WHERE MINE AND version = 9)"
    )

    with pytest.raises(NotSettledYet, match="version 9"):
        audited.export()


# The tail is gone and the head fits: of the session alone nothing shows, but its leaves are left.
_SHORTENED = (
    "UPDATE streams SET version = 6, hash = (SELECT hash FROM events WHERE MINE AND version = 6) "
    "WHERE MINE",
)
VACATING: dict[str, list[str]] = {
    "the tail": ["DELETE FROM events WHERE MINE AND version > 6"],
    "the tail and its places": [
        "DELETE FROM log_order WHERE id IN (SELECT id FROM events WHERE MINE AND version > 6)",
        "DELETE FROM events WHERE MINE AND version > 6",
    ],
    "the tail, events of one's own in its places": [
        "UPDATE events SET hash = sha256(hash), session_id = %(other)s, version = version + 90 "
        "WHERE MINE AND version > 6",
    ],
}


@pytest.mark.parametrize("at_once", [1, 5, 2**18])
@pytest.mark.parametrize("vacating", VACATING)
def test_a_session_is_not_said_to_end_before_what_was_removed_behind_it(
    vacating: str, at_once: int, audited: AuditedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vacated_places, "_AT_ONCE", at_once)
    audited.export("signed.zip")

    audited.tamper(*VACATING[vacating], *_SHORTENED)

    with pytest.raises(PlaceVacated, match="place 13 of the log"):
        audited.export()


def test_what_was_removed_before_a_session_ended_does_not_keep_it_from_being_proven(
    audited: AuditedLog,
) -> None:
    audited.append(audited.session_id, MessagePosted(task_id=uuid4(), text="One more"))
    audited.settle()

    audited.tamper("DELETE FROM events WHERE session_id = %(other)s AND version > 6")

    assert audited.verdict().exit_code == 0


def test_a_damaged_tile_proves_nothing(audited: AuditedLog) -> None:
    audited.tamper("UPDATE merkle_tiles SET hashes = set_byte(hashes, 40, 0) WHERE level = 0")

    assert audited.verdict().exit_code in {0, 1}
