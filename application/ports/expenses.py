"""What was spent on language models."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.spending import Spending


class Expenses(Protocol):
    """Adds up what the log says. Raises LogUnavailable when it is out of reach."""

    def spent_since(self, subject_id: UUID, since: datetime) -> Spending:
        """What the subject's sessions spent from that time on, as far as it is not archived."""
