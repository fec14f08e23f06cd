"""How far the sequencer is, from any process."""

from sqlalchemy import Connection, Engine, func, select, text

from application.ports.sequencing import Alarm, Anchor, Follower, SequencingReport
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.lag import HAS_NO_POSITION, oldest_transaction
from infrastructure.postgres.locks import Lock, held_keys, key_of
from infrastructure.postgres.tables import (
    alarms,
    epochs,
    sequencer,
    signed_checkpoints,
    streams,
    subscriptions,
)

_ALARMS = 20
_MOST_WAITING = 100_000

_FROM = f"FROM events e WHERE {HAS_NO_POSITION}"
_WAITING = text(
    f"""
    SELECT (SELECT count(*) FROM (SELECT {_FROM} LIMIT {_MOST_WAITING}) AS waiting) AS events,
           (SELECT e.recorded_at {_FROM} ORDER BY e.epoch, e.xid, e.id LIMIT 1) AS since
    """  # noqa: S608 - made of constants
)


class PostgresSequencing:
    """See the port `Sequencing`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def report(self) -> SequencingReport:
        with reaching_the_log(), self._engine.connect() as connection:
            # Of one moment, or what is appended meanwhile would be missed.
            connection.execution_options(isolation_level="REPEATABLE READ")
            recorded = connection.execute(
                select(func.coalesce(func.sum(streams.c.version), 0))
            ).scalar_one()
            size = connection.execute(select(sequencer.c.size)).scalar_one()
            # The planner takes a third of the log to be waiting, and would read all of it.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            waiting = connection.execute(_WAITING).one()
            are_counted = waiting.events < _MOST_WAITING
            return SequencingReport(
                epoch=connection.execute(select(func.max(epochs.c.epoch))).scalar_one(),
                size=size,
                is_led=key_of(Lock.SEQUENCER) in held_keys(connection),
                waiting=waiting.events,
                waiting_since=waiting.since,
                passed_over=int(recorded) - size - waiting.events if are_counted else None,
                held_up_by=oldest_transaction(connection) if waiting.events else (),
                followers=_followers(connection),
                anchor=_anchor(connection),
                alarms=_alarms(connection),
            )


def _followers(connection: Connection) -> list[Follower]:
    query = select(subscriptions).order_by(subscriptions.c.name)
    return [Follower(name=row.name, position=row.position) for row in connection.execute(query)]


def _anchor(connection: Connection) -> Anchor | None:
    table = signed_checkpoints
    newest = select(table).order_by(table.c.epoch.desc(), table.c.size.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        return None
    return Anchor(epoch=row.epoch, size=row.size, signed_at=row.signed_at)


def _alarms(connection: Connection) -> list[Alarm]:
    newest = select(alarms).order_by(alarms.c.raised_at.desc()).limit(_ALARMS)
    return [
        Alarm(raised_at=row.raised_at, epoch=row.epoch, message=row.message)
        for row in connection.execute(newest)
    ]
