"""Where keys are kept: small named values that are made once, and replaced by a tombstone."""

from typing import Protocol


class Cells(Protocol):
    """Every method raises SubjectKeysUnavailable when the store is out of reach."""

    def read(self, name: str) -> bytes | None:
        """What the cell holds; None when there is none."""

    def confirm(self, name: str) -> None:
        """Make durable what the cell holds: its writer may have been killed before it did."""

    def create(self, name: str, content: bytes) -> bool:
        """Make the cell, durably; False when there is one, which is left as it is."""

    def replace(self, name: str, content: bytes) -> None:
        """Make the cell hold `content` instead of what it held, if it did; durable on return."""

    def check(self) -> None:
        """Raise SubjectKeysUnavailable unless cells can be written now."""
