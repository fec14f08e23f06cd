"""What a node did to columns, as its schema and its typed actions tell."""

from dataclasses import dataclass

from domain.actions import RenameColumns
from domain.session.tree import Node
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class ColumnChanges:
    """Names of columns: `renamed` from old to new, `changed` those that are still there, in which
    types or counts became other, or which an action named."""

    dropped: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def touched(self) -> frozenset[str]:
        """Every column that anything happened to, by all its names."""
        names = (name for pair in self.renamed for name in pair)
        return frozenset((*self.dropped, *self.added, *self.changed, *names))


def column_changes(before: TableShape, node: Node) -> ColumnChanges:
    """What `node` did to the columns of its parent's table."""
    after = node.snapshot.shape
    old, new = ({c.name: c for c in shape.columns} for shape in (before, after))
    renamed = tuple(
        pair
        for pair in _renamings(node)
        if pair[0] in old and pair[1] in new and pair[0] not in new
    )
    lost, won = {pair[0] for pair in renamed}, {pair[1] for pair in renamed}
    named = {name for step in node.steps for each in step.actions for name in each.columns_named()}
    rows_stay = before.rows == after.rows
    return ColumnChanges(
        dropped=tuple(name for name in old if name not in new and name not in lost),
        added=tuple(name for name in new if name not in old and name not in won),
        renamed=renamed,
        changed=tuple(
            name
            for name in old
            if name in new
            and (
                name in named
                or old[name].type != new[name].type
                or (rows_stay and old[name] != new[name])
            )
        ),
    )


def _renamings(node: Node) -> tuple[tuple[str, str], ...]:
    return tuple(
        (pair.old, pair.new)
        for step in node.steps
        for action in step.actions
        if isinstance(action, RenameColumns)
        for pair in action.pairs
    )
