"""The hash chain of a stream.

For the event of version v in its stream::

    h(0) = 32 zero bytes
    h(v) = SHA-256( h(v-1) || header(v) || SHA-256(payload(v)) )

    header(v) = field(stream_id as UTF-8)
             || field(version as decimal ASCII)
             || field(type as UTF-8)
             || field(schema_version as decimal ASCII)
             || field(event_id: its 16 bytes, most significant first)
             || field(metadata bytes)
    field(x)  = length of x in bytes, as 8 bytes big-endian || x

`payload` and `metadata` are the recorded bytes (canonical JSON, RFC 8785), never a re-encoding.
Position and transaction are not hashed: they belong to one database, the chain to the stream.
"""

from hashlib import sha256
from uuid import UUID

from application.ports.archive import StoredEvent
from application.ports.event_log import session_stream

GENESIS = bytes(32)


def chain_hash(
    previous: bytes,
    *,
    stream_id: str,
    version: int,
    event_type: str,
    schema_version: int,
    event_id: UUID,
    metadata: bytes,
    payload: bytes,
) -> bytes:
    """The hash of one event, 32 bytes, from that of its predecessor in the stream."""
    header = (
        stream_id.encode(),
        str(version).encode("ascii"),
        event_type.encode(),
        str(schema_version).encode("ascii"),
        event_id.bytes,
        metadata,
    )
    framed = b"".join(len(field).to_bytes(8, "big") + field for field in header)
    return sha256(previous + framed + sha256(payload).digest()).digest()


def hash_of_stored(event: StoredEvent, session_id: UUID, previous: bytes) -> bytes:
    """The hash that a recorded event of the session must have behind the one of hash `previous`."""
    return chain_hash(
        previous,
        stream_id=session_stream(session_id),
        version=event.version,
        event_type=event.type,
        schema_version=event.schema_version,
        event_id=event.event_id,
        metadata=event.metadata,
        payload=event.payload,
    )
