"""Read models folded from events: disposable, rebuilt from the log at any time."""

from collections.abc import Callable, Mapping, Sequence

from infrastructure.postgres.projections.projection import Projection
from infrastructure.postgres.projections.session_tree import SessionTree
from infrastructure.postgres.projections.tasks import Tasks
from infrastructure.postgres.projections.transcript import Transcript

PROJECTIONS: Mapping[str, Callable[[str], Projection]] = {
    SessionTree.name: SessionTree,
    Transcript.name: Transcript,
    Tasks.name: Tasks,
}
"""Every projection by name, over tables whose names end in the given suffix."""


def live_projections() -> Sequence[Projection]:
    """The projections over the tables that people read."""
    return [make("") for make in PROJECTIONS.values()]


__all__ = [
    "PROJECTIONS",
    "Projection",
    "SessionTree",
    "Tasks",
    "Transcript",
    "live_projections",
]
