"""What was done and why, told from the record alone: no model is asked, so nothing is made up."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from domain.plan import Intent, Plan, Topic
from domain.session.column_changes import column_changes
from domain.session.done_steps import counted, describe_difference
from domain.session.state import Session
from domain.session.tree import Node, SessionTree

_MOST_NODES = 30


def explain(session: Session, plan: Plan) -> str:
    """The answer to an EXPLAIN plan."""
    tree = session.tree
    if tree.pointer is None:
        return "Nothing was done yet: there is no table."
    told = [_last_question(session, plan)] if plan.target == tree.pointer else []
    path = tree.path_to(plan.target or tree.pointer)
    nodes = path[-1:] if plan.target else path
    if plan.columns:
        nodes = _that_touched(path, plan.columns)
        if not nodes:
            names = ", ".join(map(repr, plan.columns))
            return f"Nothing was done to {names} on the way to {_place(path[-1])}."
    hidden = len(nodes) - _MOST_NODES
    if hidden > 0:
        told.append(f"{hidden} nodes before these are not told.")
    told += [_told(tree, node, plan.topic) for node in nodes[-_MOST_NODES:]]
    return "\n".join(filter(None, told))


def _last_question(session: Session, plan: Plan) -> str:
    """The last message, if its steps answered and made no node: what it did is in no node."""
    last = session.conversation[-1] if session.conversation else None
    if (
        last is None
        or last.plan is None
        or last.node_id
        or last.plan.intent is not Intent.TRANSFORM
    ):
        return ""
    if plan.topic is Topic.CODE:
        return f"To answer {last.message!r}:\n{_fenced(last.snippets)}" if last.snippets else ""
    made = "; ".join(step.description for step in last.plan.steps)
    return f"You asked {last.message!r}: {made}. {last.reply}"


def _told(tree: SessionTree, node: Node, topic: Topic | None) -> str:
    place = _place(node).capitalize()
    if node.parent_id is None:
        return f"{place}: {counted(node.snapshot.shape.size)}."
    if topic is Topic.CODE:
        return f"{place}:\n{_fenced(node.snippets)}"
    made = "; ".join(step.description for step in node.steps)
    asked = f"you asked {node.message!r}. " if node.message else ""
    difference = describe_difference(tree.node(node.parent_id).snapshot, node.snapshot)
    return f"{place}: {asked}{made}. {difference}" if made else f"{place}: {asked}{difference}"


def _place(node: Node) -> str:
    return f"node {node.number}" + (", the file as it was read" if node.parent_id is None else "")


def _fenced(snippets: Iterable[str]) -> str:
    code = "\n".join(snippet.strip("\n") for snippet in snippets)
    return f"```python\n{code}\n```"


def _that_touched(path: Sequence[Node], columns: Iterable[str]) -> tuple[Node, ...]:
    """The nodes of the path that did anything to the columns, under any of their names."""
    steps = [(node, column_changes(before.snapshot.shape, node)) for before, node in pairwise(path)]
    names = set(columns)
    for _, changes in reversed(steps):
        names |= {old for old, new in changes.renamed if new in names}
    for _, changes in steps:
        names |= {new for old, new in changes.renamed if old in names}
    return tuple(node for node, changes in steps if changes.touched & names)
