"""The session tree: every version of the table by its parent, the branches, the pointer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from uuid import UUID

from domain.plan import Step
from domain.session.errors import NodeUnknown, NothingToRedo, NothingToUndo
from domain.session.events import BranchNamed, NodeCommitted, PointerCause, PointerMoved, Snapshot

TRUNK = "main"
_BY_ITSELF = re.compile(rf"{TRUNK}|branch-\d+")


@dataclass(frozen=True, kw_only=True)
class Node:
    """One immutable version of the table, with the code that made it from its parent.

    `number` counts the commits from 0. `message` is what was asked for, and `steps` is what was
    planned of that; a root has neither.
    """

    node_id: UUID
    number: int
    parent_id: UUID | None
    branch: str
    task_id: UUID
    snapshot: Snapshot
    snippets: tuple[str, ...]
    message: str | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SessionTree:
    """All nodes in the order of their commits, each branch's newest node, and the pointer.

    `names` are those that people gave to branches. `undone` holds the nodes that redo can return
    to, the next one last. While `forking`, the next child of the pointer's node begins a branch,
    whatever stands there.
    """

    nodes: Mapping[UUID, Node] = field(default_factory=lambda: MappingProxyType({}))
    tips: Mapping[str, UUID] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pointer: UUID | None = None
    undone: tuple[UUID, ...] = ()
    forking: bool = False

    def node(self, node_id: UUID) -> Node:
        """The node of this id. Raises NodeUnknown."""
        if node_id not in self.nodes:
            raise NodeUnknown(node_id)
        return self.nodes[node_id]

    def branch_for_child_of(self, parent_id: UUID | None) -> str:
        """The branch a new child grows: its parent's while that is the tip, else a new one."""
        if parent_id is not None:
            branch = self.node(parent_id).branch
            forks = self.forking and parent_id == self.pointer
            if self.tips[branch] == parent_id and not forks:
                return branch
        if not self.tips:
            return TRUNK
        return f"branch-{len(self.tips) + 1}"

    def is_taken(self, name: str, branch: str) -> bool:
        """Whether another branch than this one has the name, or may get it by itself."""
        if name == branch:
            return False
        others = {given for each, given in self.names.items() if each != branch}
        return name in others or _BY_ITSELF.fullmatch(name) is not None

    def path_to(self, node_id: UUID) -> tuple[Node, ...]:
        """The nodes from the root to this one, both included. Raises NodeUnknown."""
        path = [self.node(node_id)]
        while path[-1].parent_id is not None:
            path.append(self.nodes[path[-1].parent_id])
        return tuple(reversed(path))

    def undo_target(self, to: UUID | None) -> UUID:
        """The parent of the pointer's node, or `to`, which is before it on its path.

        Raises NothingToUndo where there is no such.
        """
        behind = [node.node_id for node in self.path_to(self.pointer)[:-1]] if self.pointer else []
        if not behind or to not in (None, *behind):
            raise NothingToUndo
        return behind[-1] if to is None else to

    def redo_target(self) -> UUID:
        """The node that the last undo left. Raises NothingToRedo."""
        if not self.undone:
            raise NothingToRedo
        return self.undone[-1]


def grow(
    tree: SessionTree,
    event: NodeCommitted,
    message: str | None = None,
    steps: tuple[Step, ...] = (),
) -> SessionTree:
    """The tree with the committed node, which `message` asked for and `steps` made."""
    node = Node(
        node_id=event.node_id,
        number=len(tree.nodes),
        parent_id=event.parent_id,
        branch=event.branch,
        task_id=event.task_id,
        snapshot=event.snapshot,
        snippets=event.snippets,
        message=message,
        steps=steps,
    )
    return replace(
        tree,
        nodes=MappingProxyType({**tree.nodes, node.node_id: node}),
        tips=MappingProxyType({**tree.tips, node.branch: node.node_id}),
    )


def named(tree: SessionTree, event: BranchNamed) -> SessionTree:
    """The tree with the branch under its new name."""
    return replace(tree, names=MappingProxyType({**tree.names, event.branch: event.name}))


def without_texts(tree: SessionTree) -> SessionTree:
    """The same tree, its messages, steps, code and names of branches forgotten."""
    nodes = {
        node_id: replace(node, snippets=(), message=None, steps=())
        for node_id, node in tree.nodes.items()
    }
    return replace(tree, nodes=MappingProxyType(nodes), names=MappingProxyType({}))


def move(tree: SessionTree, event: PointerMoved) -> SessionTree:
    """The tree with the pointer moved; only undo and redo keep the way back open."""
    match event.cause:
        case PointerCause.UNDO if tree.pointer is not None:
            undone = (*tree.undone, tree.pointer)
        case PointerCause.REDO:
            undone = tree.undone[:-1]
        case _:
            undone = ()
    forking = event.cause is PointerCause.BRANCH
    return replace(tree, pointer=event.node_id, undone=undone, forking=forking)
