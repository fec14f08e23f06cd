"""Following the log by its settled order, (transaction, position)."""

from sqlalchemy import Engine, String, cast, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from application.ports.subscription import Batch, Checkpoint
from infrastructure.events.codec import EventCodec
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.records import read_after
from infrastructure.postgres.tables import Xid8, checkpoints


class PostgresSubscription:
    """See the port `Subscription`. One checkpoint for each `name`.

    Raises UnreadableEvent at an event that this code cannot read: nothing is passed over.
    """

    def __init__(self, engine: Engine, name: str, codec: EventCodec | None = None) -> None:
        self._engine = engine
        self._name = name
        self._codec = codec or EventCodec()

    def pending(self, limit: int) -> Batch:
        query = select(
            cast(checkpoints.c.xid, String).label("transaction"), checkpoints.c.position
        ).where(checkpoints.c.name == self._name)
        with reaching_the_log(), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
            saved = (
                Checkpoint(transaction=int(row.transaction), position=row.position)
                if row
                else Checkpoint()
            )
            records, after = read_after(connection, saved, limit=limit, codec=self._codec)
        return Batch(events=records, checkpoint=after)

    def acknowledge(self, batch: Batch) -> None:
        xid = cast(literal(str(batch.checkpoint.transaction), String), Xid8)
        insertion = insert(checkpoints).values(
            name=self._name, xid=xid, position=batch.checkpoint.position
        )
        new = insertion.excluded
        forward = insertion.on_conflict_do_update(
            index_elements=["name"],
            set_={"xid": new.xid, "position": new.position},
            # A reader that was overtaken must not move it back.
            where=tuple_(checkpoints.c.xid, checkpoints.c.position) < tuple_(new.xid, new.position),
        )
        with reaching_the_log(), self._engine.begin() as connection:
            connection.execute(forward)
