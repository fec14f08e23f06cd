"""The wall clock and UUIDv7 ids of this machine."""

from datetime import UTC, datetime
from uuid import UUID

import uuid6


class SystemClock:
    """Reads the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class UuidV7Ids:
    """Ids that grow with time (RFC 9562), which keeps index pages warm."""

    def new(self) -> UUID:
        return UUID(int=uuid6.uuid7().int)
