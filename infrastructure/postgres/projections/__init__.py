"""Read models folded from events: disposable, rebuilt from the log at any time."""

from collections.abc import Callable, Mapping

from infrastructure.postgres.projections.projection import Projection, definition_of, fold_of
from infrastructure.postgres.projections.session_tree import SessionTree
from infrastructure.postgres.projections.tasks import Tasks

PROJECTIONS: Mapping[str, Callable[[str], Projection]] = {
    SessionTree.name: SessionTree,
    Tasks.name: Tasks,
}
"""Every projection by name, over tables whose names end in the given suffix. The session tree is
built first: by its sessions an append finds the events that are not taken."""

__all__ = ["PROJECTIONS", "Projection", "SessionTree", "Tasks", "definition_of", "fold_of"]
