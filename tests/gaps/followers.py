"""Two ways to follow a log: by the positions of the sequencer, and naively by the order of ids."""

from typing import Protocol

from sqlalchemy import Engine, select

from application.ports.event_log import session_stream
from infrastructure.events.codec import EventCodec
from infrastructure.postgres.subscription import PostgresSubscription
from infrastructure.postgres.tables import events
from tests.gaps.witness import Delivered, Witness


class Follower(Protocol):
    """Hands events to its witness."""

    witness: Witness

    def follow(self) -> int:
        """Take what there is now; how many events that was."""


class Subscriber:
    """Follows through the subscription, as the relay does.

    One that `outlives_crashes` of the server may be given again what it acknowledged right before.
    """

    def __init__(
        self,
        engine: Engine,
        witness: Witness,
        *,
        codec: EventCodec | None = None,
        name: str = "gap harness",
        batch: int = 500,
        outlives_crashes: bool = False,
    ) -> None:
        self._subscription = PostgresSubscription(engine, name, codec)
        self._batch = batch
        self._outlives_crashes = outlives_crashes
        self._is_unsure = outlives_crashes
        self.witness = witness

    def follow(self) -> int:
        """Raises LogUnavailable; then what comes next may have come before."""
        taken = 0
        while True:
            batch = self._subscription.pending(self._batch)
            if not batch.events:
                return taken
            delivered = [
                Delivered(
                    place=event.position or 0,
                    event_id=event.metadata.event_id,
                    stream_id=event.stream_id,
                    version=event.version,
                    hash=event.hash,
                )
                for event in batch.events
            ]
            self.witness.take(delivered, may_come_again=self._is_unsure)
            # Only who does not hear the answer may be given the same again.
            self._is_unsure = True
            self._subscription.acknowledge(batch)
            self._is_unsure = self._outlives_crashes
            taken += len(batch.events)


class NaiveTail:
    """Follows `id > last` without waiting for what is not settled: what must not be done."""

    def __init__(self, engine: Engine, witness: Witness) -> None:
        self._engine = engine
        self._last = 0
        self.witness = witness

    def follow(self) -> int:
        query = (
            select(events.c.id, events.c.event_id, events.c.session_id)
            .add_columns(events.c.version, events.c.hash)
            .where(events.c.id > self._last)
            .order_by(events.c.id)
        )
        with self._engine.connect() as connection:
            delivered = [
                Delivered(
                    place=row.id,
                    event_id=row.event_id,
                    stream_id=session_stream(row.session_id),
                    version=row.version,
                    hash=row.hash,
                )
                for row in connection.execute(query)
            ]
        self.witness.take(delivered)
        if delivered:
            self._last = delivered[-1].place
        return len(delivered)
