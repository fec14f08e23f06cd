"""The session tree: every version of the table by its parent, the branches, the pointer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from uuid import UUID

from domain.session.errors import NodeUnknown, NothingToRedo, NothingToUndo
from domain.session.events import NodeCommitted, PointerCause, PointerMoved, Snapshot

TRUNK = "main"


@dataclass(frozen=True, kw_only=True)
class Node:
    """One immutable version of the table, with the code that made it from its parent."""

    node_id: UUID
    parent_id: UUID | None
    branch: str
    task_id: UUID
    snapshot: Snapshot
    snippets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SessionTree:
    """All nodes in the order of their commits, each branch's newest node, and the pointer.

    `undone` holds the nodes that redo can return to, the next one last.
    """

    nodes: Mapping[UUID, Node] = field(default_factory=lambda: MappingProxyType({}))
    tips: Mapping[str, UUID] = field(default_factory=lambda: MappingProxyType({}))
    pointer: UUID | None = None
    undone: tuple[UUID, ...] = ()

    def node(self, node_id: UUID) -> Node:
        """The node of this id. Raises NodeUnknown."""
        if node_id not in self.nodes:
            raise NodeUnknown(node_id)
        return self.nodes[node_id]

    def branch_for_child_of(self, parent_id: UUID | None) -> str:
        """The branch a new child grows: its parent's while that is the tip, else a new one."""
        if parent_id is not None:
            branch = self.node(parent_id).branch
            if self.tips[branch] == parent_id:
                return branch
        if not self.tips:
            return TRUNK
        return f"branch-{len(self.tips) + 1}"

    def undo_target(self) -> UUID:
        """The parent of the pointer's node. Raises NothingToUndo on a root."""
        parent = self.nodes[self.pointer].parent_id if self.pointer else None
        if parent is None:
            raise NothingToUndo
        return parent

    def redo_target(self) -> UUID:
        """The node that the last undo left. Raises NothingToRedo."""
        if not self.undone:
            raise NothingToRedo
        return self.undone[-1]


def grow(tree: SessionTree, event: NodeCommitted) -> SessionTree:
    """The tree with the committed node."""
    node = Node(
        node_id=event.node_id,
        parent_id=event.parent_id,
        branch=event.branch,
        task_id=event.task_id,
        snapshot=event.snapshot,
        snippets=event.snippets,
    )
    return replace(
        tree,
        nodes=MappingProxyType({**tree.nodes, node.node_id: node}),
        tips=MappingProxyType({**tree.tips, node.branch: node.node_id}),
    )


def without_snippets(tree: SessionTree) -> SessionTree:
    """The same tree, its code forgotten."""
    nodes = {node_id: replace(node, snippets=()) for node_id, node in tree.nodes.items()}
    return replace(tree, nodes=MappingProxyType(nodes))


def move(tree: SessionTree, event: PointerMoved) -> SessionTree:
    """The tree with the pointer moved; only undo and redo keep the way back open."""
    match event.cause:
        case PointerCause.UNDO if tree.pointer is not None:
            undone = (*tree.undone, tree.pointer)
        case PointerCause.REDO:
            undone = tree.undone[:-1]
        case _:
            undone = ()
    return replace(tree, pointer=event.node_id, undone=undone)
