"""An event as views are folded from it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.session.events import SessionEvent


@dataclass(frozen=True, kw_only=True)
class PastEvent:
    """An event, where it stands, which task it belongs to, and when it was recorded."""

    session_id: UUID
    version: int
    task_id: UUID | None
    at: datetime
    event: SessionEvent
