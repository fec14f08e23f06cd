"""Changes that a snippet makes to a copy and then forgets: pandas 3 does nothing, and says nothing.

Where pandas itself notices, it raises ChainedAssignmentError; what is here, it does not notice.
"""

import ast
from collections.abc import Iterator
from typing import Final

_TABLE: Final = "df"


def lost_changes(snippet: str) -> tuple[str, ...]:
    """A sentence for each, by lines; nothing for what is not Python."""
    try:
        tree = ast.parse(snippet)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found = {*_forgotten_selections(tree), *_changed_copies(tree), *_changed_rows(tree)}
    return tuple(f"Line {line}: {sentence}" for line, sentence in sorted(found))


_Found = Iterator[tuple[int, str]]


def _forgotten_selections(tree: ast.Module) -> _Found:
    """``df['a'].dropna(inplace=True)``."""
    for call in _inplace_statements(tree):
        if _is_selection(call.value):
            yield (
                call.lineno,
                f"{call.attr} with inplace=True changes a copy of a part of df, which nobody "
                f"keeps; assign what it returns, or call it on df itself.",
            )


def _changed_copies(tree: ast.Module) -> _Found:
    """``part = df['a']`` and then ``part.fillna(0, inplace=True)``, and no more of ``part``."""
    loads = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _is_load(n)]
    parts = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_selection(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = [
        (call, call.value.id)
        for call in _inplace_statements(tree)
        if isinstance(call.value, ast.Name) and call.value.id in parts - {_TABLE}
    ]
    for call, name in calls:
        if loads.count(name) == sum(other == name for _, other in calls):
            yield (
                call.lineno,
                f"{name} is a copy of a part of df, so changing it in place leaves df as it is; "
                "assign it back to df.",
            )


def _changed_rows(tree: ast.Module) -> _Found:
    """``for i, row in df.iterrows(): row['a'] = 0``, and nothing else with ``row``."""
    for loop in ast.walk(tree):
        match loop:
            case ast.For(
                target=ast.Tuple(elts=[_, ast.Name(id=row)]),
                iter=ast.Call(func=ast.Attribute(attr="iterrows")),
            ):
                changes = [node for node in ast.walk(loop) if _changes_part_of(node, row)]
                within = {id(inner) for change in changes for inner in ast.walk(change)}
                used = any(
                    isinstance(node, ast.Name)
                    and node.id == row
                    and _is_load(node)
                    and id(node) not in within
                    for node in ast.walk(tree)
                )
                if changes and not used:
                    yield (
                        getattr(changes[0], "lineno", loop.lineno),
                        f"{row} is a copy of a row, so changing it leaves df as it is; assign "
                        "with df.loc[index, column] = value, or better to whole columns.",
                    )


def _changes_part_of(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=found))]):
            return found == name
        case ast.AugAssign(target=ast.Subscript(value=ast.Name(id=found))):
            return found == name
    return False


def _inplace_statements(tree: ast.Module) -> Iterator[ast.Attribute]:
    """The methods that are called with ``inplace=True``, and nothing done with the outcome."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method, keywords=keywords)):
                if any(
                    keyword.arg == "inplace"
                    and isinstance(keyword.value, ast.Constant)
                    and keyword.value.value is True
                    for keyword in keywords
                ):
                    yield method


def _is_selection(node: ast.expr) -> bool:
    """``df[...]``, ``df.loc[...]``, or a selection of one."""
    match node:
        case ast.Subscript(value=ast.Name(id=name)):
            return name == _TABLE
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name), attr="loc" | "iloc")):
            return name == _TABLE
        case ast.Subscript(value=inner):
            return _is_selection(inner)
    return False


def _is_load(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)
