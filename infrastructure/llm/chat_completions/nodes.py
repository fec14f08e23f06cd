"""The session tree as a model is told it: what a message may refer to, by numbers.

Of typed actions it has the kinds and the columns, for a value in one may be a cell.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from application.ports.language_model import Briefing
from domain.session.column_changes import column_changes
from domain.session.tree import Node, SessionTree
from domain.stand_ins import StandIns

_MOST_NODES = 30
_MOST_NAMES = 12


def told_nodes(briefing: Briefing, names: StandIns) -> Sequence[Mapping[str, Any]]:
    """The nodes that lead to the pointer, the last ones of other branches, and those undone."""
    tree = briefing.tree
    if tree.pointer is None:
        return []
    path = tree.path_to(tree.pointer)
    wanted = [*path[:1], *path[1:][-_MOST_NODES:]]
    known = {node.node_id for node in path}
    others = dict.fromkeys((*tree.undone, *tree.tips.values()))
    wanted += [tree.nodes[other] for other in others if other not in known][:_MOST_NODES]
    on_path = {node.number for node in path}
    return [_told(tree, node, names, leads_here=node.number in on_path) for node in wanted]


def names_in(nodes: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The names of columns that are told of the nodes."""
    return tuple(
        dict.fromkeys(
            name
            for node in nodes
            for names in (
                node.get("dropped", ()),
                node.get("added", ()),
                *(step.get("columns", ()) for step in node.get("steps", ())),
            )
            for name in names
        )
    )


def node_by_number(tree: SessionTree, number: int) -> Node | None:
    """The node that a model means by a number."""
    return next((node for node in tree.nodes.values() if node.number == number), None)


def _told(tree: SessionTree, node: Node, names: StandIns, *, leads_here: bool) -> Mapping[str, Any]:
    told: dict[str, Any] = {"node": node.number, "branch": node.branch, "leads_here": leads_here}
    if node.node_id == tree.pointer:
        told["current"] = True
    if node.node_id in tree.undone:
        told["undone"] = True
    if node.parent_id is None:
        return told
    parent = tree.node(node.parent_id)
    changes = column_changes(parent.snapshot.shape, node)
    told["parent"] = parent.number
    told["steps"] = [
        {
            "action": action.kind,
            "columns": [names.told(name) for name in action.columns_named()[:_MOST_NAMES]],
        }
        for step in node.steps
        for action in step.actions
    ] + [{"code": names.hidden(step.description)} for step in node.steps if not step.actions]
    for key, columns in (("dropped", changes.dropped), ("added", changes.added)):
        if columns:
            told[key] = [names.told(name) for name in columns[:_MOST_NAMES]]
    told["rows"] = [parent.snapshot.shape.rows, node.snapshot.shape.rows]
    return told
