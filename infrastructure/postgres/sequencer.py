"""Gives settled events their positions: dense, final, and hashed into the Merkle tree.

An event is settled when its transaction, and every one that began before it, has ended: nothing
can appear any more that sorts before it by (epoch, xid, id). Position n is the n-th settled event,
and so a function of the log alone. Whoever computes it anew, after a crash or instead of a leader
that was killed, gets the same.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from application.lasting_trouble import LastingTrouble
from application.ports.event_log import LogUnavailable
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.errors import LeadershipLost, SequencerDamaged
from infrastructure.postgres.lag import LagWatch
from infrastructure.postgres.locks import Lock, give_back, key_of, try_for_session
from infrastructure.postgres.merkle_tiles import StoredTiles
from infrastructure.postgres.notifications import CHANNEL
from infrastructure.postgres.own_connection import own_connection
from infrastructure.postgres.prepared import BIGINT, BYTEA, INTEGER, Prepared, driver_of
from infrastructure.transparency.merkle import (
    HASH_BYTES,
    Frontier,
    Growth,
    append,
    frontier_of,
    leaf_hash,
)

logger = logging.getLogger(__name__)

# A plan made while the table was small would be kept when it is large: only the index will do. And
# a position that a power loss takes back is computed anew, the same, so nobody waits for the disk.
_SESSION = """
SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;
SET synchronous_commit = off
"""

_STATE = """
SELECT s.size, s.epoch, s.xid::text, s.id, (SELECT max(position) FROM log_order) AS last,
       (s.epoch, s.xid, s.id) = (
           coalesce(e.epoch, 0), coalesce(e.xid, '0'::xid8), coalesce(e.id, 0)
       ) AS is_at_last
FROM sequencer s
LEFT JOIN log_order o ON o.position = s.size
LEFT JOIN events e ON e.id = o.id
"""

# The ids are only sent back: as they are sent, without being read.
_SETTLED = """
SELECT array_send(s.ids) AS ids, s.hashes, e.epoch, e.xid::text, e.id
FROM (
    SELECT array_agg(id ORDER BY epoch, xid, id) AS ids,
           string_agg(hash, ''::bytea ORDER BY epoch, xid, id) AS hashes
    FROM (
        SELECT epoch, xid, id, hash FROM events
        WHERE (epoch, xid, id) > (%(epoch)s::integer, %(xid)s::text::xid8, %(id)s::bigint)
          AND (epoch, xid) < (
              (SELECT max(epoch) FROM epochs), pg_snapshot_xmin(pg_current_snapshot()))
        ORDER BY epoch, xid, id LIMIT %(limit)s
    ) AS settled
) AS s JOIN events e ON e.id = s.ids[cardinality(s.ids)]
"""

# All or nothing, and nothing unless the log's order ends where this leader believes it does.
_MOVE = Prepared(
    "move",
    f"""
    WITH asked AS (
        SELECT $1::bigint AS old_size, $2::bigint AS old_id, $3::bigint AS size, $4::bigint[] AS ids
    ), moved AS (
        UPDATE sequencer SET size = a.size, epoch = e.epoch, xid = e.xid, id = e.id
        FROM asked a JOIN events e ON e.id = a.ids[cardinality(a.ids)]
        WHERE sequencer.size = a.old_size AND sequencer.id = a.old_id
        RETURNING a.old_size, a.size
    ), ordered AS (
        INSERT INTO log_order (position, id)
        SELECT m.old_size + b.number, b.id
        FROM moved m, unnest($4::bigint[]) WITH ORDINALITY AS b (id, number)
    ), tiled AS (
        INSERT INTO merkle_tiles (level, index, hashes)
        SELECT t.level, t.index, t.hashes
        FROM moved, unnest($5::integer[], $6::bigint[], $7::bytea[]) AS t (level, index, hashes)
        ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes
    )
    SELECT pg_notify('{CHANNEL}', size::text) FROM moved
    """,  # noqa: S608 - made of a constant
)


@dataclass(frozen=True, kw_only=True)
class SequencerPolicy:
    """How the sequencer paces itself.

    `batch` events move in one transaction. It looks every `busy`, and when nothing has come for
    `calm` only every `idle`. Another that waits to lead looks every `candidacy`. In an outage,
    which is told every `remind`, it tries again every `retry`; after a defect, ever more seldom, up
    to `longest_retry`. It warns
    when an event has waited for `lag`, and then every `lag_again`. A leader of whom the server has
    heard nothing for `silence` is deposed.
    """

    batch: int = 8192
    busy: timedelta = timedelta(milliseconds=3)
    idle: timedelta = timedelta(milliseconds=25)
    calm: timedelta = timedelta(seconds=2)
    candidacy: timedelta = timedelta(milliseconds=500)
    retry: timedelta = timedelta(seconds=1)
    remind: timedelta = timedelta(minutes=1)
    longest_retry: timedelta = timedelta(minutes=1)
    lag: timedelta = timedelta(seconds=10)
    lag_again: timedelta = timedelta(minutes=1)
    silence: timedelta = timedelta(seconds=10)


class Sequencer:
    """One of any number of processes that could lead; one at a time does."""

    def __init__(self, engine: Engine, policy: SequencerPolicy | None = None) -> None:
        self._engine = engine
        self._policy = policy or SequencerPolicy()
        self._leads = threading.Event()
        self._terms = 0
        self._pause = self._policy.retry
        self._trouble = LastingTrouble(self._policy.remind)

    @property
    def leads(self) -> bool:
        """Whether this one is the leader now."""
        return self._leads.is_set()

    @property
    def terms(self) -> int:
        """How often it has begun to lead: in between, another may have led."""
        return self._terms

    def run(self, stop: threading.Event) -> None:
        """Lead, or wait to lead, until `stop` is set, through outages of the database."""
        while not stop.is_set():
            try:
                with reaching_the_log(), own_connection(self._engine) as connection:
                    self._serve(connection, stop)
            except (LogUnavailable, LeadershipLost) as outage:
                if self._trouble.is_to_be_told(outage):
                    logger.warning("sequencer is waiting", extra={"outage": str(outage)})
                stop.wait(self._policy.retry.total_seconds())
            except Exception:
                # Without it nothing new would be delivered to anyone, and nothing else would fail.
                logger.exception("sequencer failed, and tries again")
                stop.wait(self._pause.total_seconds())
                self._pause = min(2 * self._pause, self._policy.longest_retry)

    def _serve(self, connection: Connection, stop: threading.Event) -> None:
        while not become_leader(connection):
            if stop.wait(self._policy.candidacy.total_seconds()):
                return
        resign_in_silence(connection, self._policy.silence)
        with own_connection(self._engine) as reading:
            term = Term(connection, reading)
            logger.info("sequencing", extra={"size": term.size})
            self._terms += 1
            self._pause = self._policy.retry
            self._trouble.ends()
            self._leads.set()
            lag = LagWatch(connection, self._policy.lag, self._policy.lag_again)
            try:
                self._lead(term, lag, stop)
            finally:
                self._leads.clear()

    def _lead(self, term: "Term", lag: LagWatch, stop: threading.Event) -> None:
        policy, last_moved = self._policy, time.monotonic()
        while not stop.is_set():
            moved = term.advance(policy.batch)
            now = time.monotonic()
            if moved:
                last_moved = now
            lag.look(now)
            if moved < policy.batch:
                is_calm = now - last_moved > policy.calm.total_seconds()
                stop.wait((policy.idle if is_calm else policy.busy).total_seconds())


class Term:
    """A leader's time in office, on the connection that holds the lock.

    On `reading`, another one, it reads what is next while the server writes on the first. Raises
    SequencerDamaged at its beginning when the order, the tree and the sequencer's own state do not
    fit together.
    """

    def __init__(self, connection: Connection, reading: Connection) -> None:
        self._connection, self._reading = connection, reading
        for each in (connection, reading):
            each.exec_driver_sql(_SESSION)
        begin_epoch(connection)
        state = connection.exec_driver_sql(_STATE).one()
        if (state.last or 0) != state.size:
            raise SequencerDamaged(
                f"the sequencer stands at position {state.size}, and the log's order ends at "
                f"{state.last or 0}: one of them was altered. Restore the database from a backup"
            )
        if not state.is_at_last:
            raise SequencerDamaged(
                f"the sequencer does not stand at the event of position {state.size}, but at "
                f"event {state.id} of transaction {state.xid} in epoch {state.epoch}: one of them "
                "was altered, and events in between would get no position. Restore the database "
                "from a backup"
            )
        self._last = _Place(state.epoch, state.xid, state.id)
        self._frontier = frontier_of(state.size, StoredTiles(connection))
        self._ahead: _Batch | None = None

    @property
    def size(self) -> int:
        """How many events have a position."""
        return self._frontier.size

    def advance(self, limit: int) -> int:
        """Give the next settled events their positions, at most `limit`; how many they were.

        Raises LeadershipLost when another sequencer has done so.
        """
        batch = self._ahead or _settled_after(self._connection, self._last, self._frontier, limit)
        if batch is None:
            return 0
        frontier, ahead = batch.growth.frontier, None
        with driver_of(self._connection) as driver:
            moved = _MOVE.asked(driver, self._arguments(batch))
            # While the server writes these, those that wait behind them are read and hashed.
            if batch.count == limit:
                ahead = _settled_after(self._reading, batch.last, frontier, limit)
            if not moved():
                raise LeadershipLost("another sequencer has moved the log's order on")
        self._last, self._frontier, self._ahead = batch.last, frontier, ahead
        return batch.count

    def _arguments(self, batch: "_Batch") -> list[bytes]:
        growth = batch.growth
        levels, indexes = zip(*growth.tiles, strict=True)
        return [
            *map(BIGINT.send, (self._frontier.size, self._last.id, growth.frontier.size)),
            batch.ids,
            INTEGER.array(levels),
            BIGINT.array(indexes),
            BYTEA.array(list(growth.tiles.values())),
        ]


class _Place(NamedTuple):
    """Where an event stands in the order of settled events."""

    epoch: int
    xid: str
    id: int


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """Settled events that follow one another, and what their leaves make of the tree.

    `ids` is an array as the server sends it.
    """

    ids: bytes
    count: int
    last: _Place
    growth: Growth


def _settled_after(
    connection: Connection, place: _Place, frontier: Frontier, limit: int
) -> _Batch | None:
    found = connection.exec_driver_sql(_SETTLED, {**place._asdict(), "limit": limit})
    row = found.one_or_none()
    if row is None:
        return None
    starts = range(0, len(row.hashes), HASH_BYTES)
    leaves = [leaf_hash(row.hashes[start : start + HASH_BYTES]) for start in starts]
    return _Batch(
        ids=row.ids,
        count=len(leaves),
        last=_Place(row.epoch, row.xid, row.id),
        growth=append(frontier, leaves),
    )


def become_leader(connection: Connection) -> bool:
    """Lead as long as the connection lives, unless another does."""
    return try_for_session(connection, key_of(Lock.SEQUENCER))


def resign(connection: Connection) -> None:
    """Let another lead at once: of a connection that is closed, the server learns a bit later."""
    give_back(connection, key_of(Lock.SEQUENCER))


def resign_in_silence(connection: Connection, limit: timedelta) -> None:
    """Let the server end this session, and with it the leadership, when it is idle for `limit`.

    A leader asks many times a second. One whose machine lost its power, its network or its turn
    says no goodbye: the server would keep the lock for it for two hours, or for ever.
    """
    milliseconds = int(limit.total_seconds() * 1000)
    connection.exec_driver_sql(f"SET idle_session_timeout = {milliseconds}")


def begin_epoch(connection: Connection, at_least: int = 0) -> int:
    """Make sure that the log is in an epoch of this cluster, `at_least` this one; which it is."""
    epoch: int = connection.execute(
        text("SELECT begin_epoch(:at_least)"), {"at_least": at_least}
    ).scalar_one()
    return epoch


def sequence_settled(engine: Engine) -> int:
    """Lead for a moment and move all that is settled; how many events that was.

    Raises LeadershipLost while another sequencer leads.
    """
    with reaching_the_log(), own_connection(engine) as connection:
        if not become_leader(connection):
            raise LeadershipLost("another sequencer leads now")
        moved = 0
        with own_connection(engine) as reading:
            term = Term(connection, reading)
            while more := term.advance(SequencerPolicy.batch):
                moved += more
            resign(connection)
        return moved
