"""The tables of the log and of operational state. Alembic migrations make them; see `schema`."""

from sqlalchemy import (
    BigInteger,
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
    Column("position", BigInteger, primary_key=True),
    Column("stream_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("metadata", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("xid", Xid8, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("task_id", Uuid),
    Column("node_id", Uuid),
)

leases = Table(
    "leases",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("task_id", Uuid, nullable=False),
    Column("owner", Text, nullable=False),
    Column("token", Uuid),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("task_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("xid", Xid8, nullable=False),
    Column("position", BigInteger, nullable=False),
)

builds = Table(
    "builds",
    metadata,
    Column("projection", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("built_at", DateTime(timezone=True), nullable=False),
    schema=READ_MODELS,
)
