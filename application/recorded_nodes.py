"""What a session's log says of how each node was made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from domain.dataset import Dataset
from domain.session.erasure import ERASED
from domain.session.events import (
    DatasetUploaded,
    NodeCommitted,
    PersonalDataErased,
    ProposalApproved,
    SessionEvent,
    Snapshot,
    SnippetExecuted,
    SnippetWritten,
)


@dataclass(frozen=True, kw_only=True)
class RecordedReading:
    """An uploaded file was read as a table. `version` is that of the event that says so.

    `unreadable` is whether texts that say how it was read are not to be read any more.
    """

    version: int
    dataset: Dataset
    table: Snapshot
    unreadable: bool


@dataclass(frozen=True, kw_only=True)
class RecordedExecution:
    """A snippet made a table of the one before. `step` counts from 0 within its turn.

    `code` is None where it is not to be read any more. `version` is that of the event that says so.
    """

    version: int
    task_id: UUID
    step: int
    code: str | None
    runtime: Mapping[str, str]
    table: Snapshot


@dataclass(frozen=True, kw_only=True)
class RecordedNode:
    """A node and what made it, in order: one reading, or executions. Nothing, if none is recorded.

    `version` is that of the event that committed it.
    """

    version: int
    node_id: UUID
    parent_id: UUID | None
    table: Snapshot
    made_by: tuple[RecordedReading | RecordedExecution, ...]


@dataclass(frozen=True, kw_only=True)
class RecordedNodes:
    """The nodes of a session in the order of their commits; `erased` is whether its texts were."""

    nodes: tuple[RecordedNode, ...]
    erased: bool

    @property
    def steps(self) -> int:
        """How many readings and executions made them."""
        return sum(len(node.made_by) for node in self.nodes)


def recorded_nodes(events: Iterable[SessionEvent]) -> RecordedNodes:
    """The nodes, from all events of the session in order. Whatever else happened made no node.

    Snippets that failed, turns that did, proposals that nobody approved, and moves of the pointer
    are not among what made one.
    """
    uploads: dict[UUID, Dataset] = {}
    codes: dict[tuple[UUID, int, int], str] = {}
    executed: dict[UUID, list[RecordedExecution]] = {}
    nodes: list[RecordedNode] = []
    erased = False
    for version, event in enumerate(events, 1):
        match event:
            case DatasetUploaded():
                uploads[event.task_id] = event.dataset
            case SnippetWritten():
                codes[event.task_id, event.step, event.attempt] = event.code
            case SnippetExecuted():
                code = codes.get((event.task_id, event.step, event.attempt), ERASED)
                before = executed.get(event.task_id, [])[: event.step]
                execution = RecordedExecution(
                    version=version,
                    task_id=event.task_id,
                    step=event.step,
                    code=None if code == ERASED else code,
                    runtime=event.runtime,
                    table=event.snapshot,
                )
                executed[event.task_id] = [*before, execution]
            case ProposalApproved():
                # Edited steps are executed again, and those behind them.
                executed[event.task_id] = executed.get(event.proposal_id, [])
            case NodeCommitted():
                dataset = uploads.get(event.task_id)
                steps = tuple(executed.get(event.task_id, ()))
                nodes.append(_node(version, event, dataset, steps))
            case PersonalDataErased():
                erased = True
            case _:
                pass
    return RecordedNodes(nodes=tuple(nodes), erased=erased)


def _node(
    version: int,
    event: NodeCommitted,
    dataset: Dataset | None,
    executed: tuple[RecordedExecution, ...],
) -> RecordedNode:
    made_by: tuple[RecordedReading | RecordedExecution, ...] = ()
    if event.parent_id is None and dataset is not None:
        unreadable = dataset.file_name == ERASED
        made_by = (
            RecordedReading(
                version=version, dataset=dataset, table=event.snapshot, unreadable=unreadable
            ),
        )
    elif event.parent_id is not None and executed:
        # What the node is said to be is what its last step must give.
        made_by = (*executed[:-1], replace(executed[-1], table=event.snapshot))
    return RecordedNode(
        version=version,
        node_id=event.node_id,
        parent_id=event.parent_id,
        table=event.snapshot,
        made_by=made_by,
    )
