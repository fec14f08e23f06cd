"""Events as an application of `eventsourcing` has them: stored as JSON under AES, and read back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from eventsourcing.cryptography import AESCipher
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    UUIDAsHex,
)
from eventsourcing.utils import Environment


class SnippetWritten(DomainEvent):
    """The counterpart of ours, with the time that a domain event of theirs has."""

    task_id: UUID
    step: int
    attempt: int
    code: str


def make_mapper() -> Mapper[UUID]:
    """As the library's factory makes one for an environment with a cipher key."""
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    return Mapper(transcoder, cipher=AESCipher(Environment("bench", {"CIPHER_KEY": _KEY})))


class DomainStream:
    """An aggregate whose stored events have `size` bytes of state each."""

    def __init__(self, mapper: Mapper[UUID], size: int) -> None:
        self._mapper = mapper
        self._id, self._task_id = uuid4(), uuid4()
        self._version = 0
        self._code = "x" * (size - len(self._stored("").state))

    def next_events(self, count: int) -> Sequence[StoredEvent]:
        """The next `count` events, stored."""
        return [self._stored(self._code) for _ in range(count)]

    def _stored(self, code: str) -> StoredEvent:
        if code:
            self._version += 1
        return self._mapper.to_stored_event(
            SnippetWritten(
                originator_id=self._id,
                originator_version=self._version,
                timestamp=_AT,
                task_id=self._task_id,
                step=0,
                attempt=1,
                code=code,
            )
        )


_KEY = AESCipher.create_key(num_bytes=32)
_AT = datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=UTC)
