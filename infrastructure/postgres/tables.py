"""The tables of the log and of operational state. Alembic migrations make them; see `schema`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.types import UserDefinedType

SERVICE_ROLE = "datatrail_service"
READ_MODELS = "read_models"


class Xid8(UserDefinedType[str]):
    """A transaction's 64-bit id; travels as decimal text."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "xid8"


metadata = MetaData()

events = Table(
    "events",
    metadata,
    # The order of writing, with gaps; nobody outside of the adapter sees it.
    Column("id", BigInteger, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    # Null once they are in object storage: see `archives`.
    Column("payload", LargeBinary),
    Column("metadata", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("xid", Xid8, nullable=False),
    # Read out of the payload, for queries to join on.
    Column("task_id", Uuid),
    Column("node_id", Uuid),
    Column("parent_id", Uuid),
    Column("branch", Text),
    Column("subject_id", Uuid),
)

streams = Table(
    "streams",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("xid", Xid8, nullable=False),
    Column("subject_id", Uuid, nullable=False),
)

archives = Table(
    "archives",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("first_version", BigInteger, primary_key=True),
    Column("last_version", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("archived_at", DateTime(timezone=True), nullable=False),
)

epochs = Table(
    "epochs",
    metadata,
    Column("epoch", Integer, primary_key=True),
    Column("system_identifier", BigInteger, nullable=False),
    Column("server_started_at", DateTime(timezone=True), nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
)

log_order = Table(
    "log_order",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("id", BigInteger, nullable=False, unique=True),
)

merkle_tiles = Table(
    "merkle_tiles",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
)

sequencer = Table(
    "sequencer",
    metadata,
    Column("only_row", Boolean, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("xid", Xid8, nullable=False),
    Column("id", BigInteger, nullable=False),
)

signed_checkpoints = Table(
    "signed_checkpoints",
    metadata,
    Column("epoch", Integer, primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("epoch", Integer, primary_key=True),
    Column("anchored_epoch", Integer, primary_key=True),
    Column("anchored_size", BigInteger, primary_key=True),
    Column("message", Text, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("task_id", Uuid, nullable=False),
    Column("owner", Text, nullable=False),
    Column("token", Uuid),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    # How far the holder is with a task that says so.
    Column("done", Integer),
    Column("total", Integer),
)

claims = Table(
    "claims",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
)
