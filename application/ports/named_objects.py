"""What the log names."""

from collections.abc import Iterator
from typing import Protocol


class NamedObjects(Protocol):
    """Every object that any event may mean. Raises LogUnavailable and ArchiveDamaged."""

    def digests(self) -> Iterator[tuple[str, bool]]:
        """Each digest that stands in an event, whatever the event is, and whether it is that of a
        manifest by its own words. Some come more than once, and some name no object.
        """
