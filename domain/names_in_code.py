"""What code does with a name: whether it reads, stores or changes it."""

import ast
import re
from collections.abc import Sequence
from typing import Final

# What people call to change a table, and never to look at one. None does so without inplace=True.
CHANGING: Final = re.compile(
    r"assign|astype|[bf]fill|clip|drop|drop_duplicates|dropna|explode|fillna|mask|melt|rename|"
    r"replace|reset_index|set_index|round|sort_(index|values)|where|"
    r"str\.(lower|replace|strip|title|upper)"
)
# What changes the table that it is called on.
IN_PLACE: Final = frozenset({"insert", "pop", "update", "eval"})


def may_change(node: ast.AST, name: str) -> bool:
    """Whether the node itself may change the very table that has the name."""
    match node:
        case ast.Subscript(value=changed, ctx=ast.Store() | ast.Del()):
            return begins_with(changed, name)
        case ast.Attribute(value=changed, ctx=ast.Store()):
            return begins_with(changed, name)
        case ast.Call(func=ast.Attribute() as method, keywords=keywords):
            inplace = any(each.arg in {"inplace", None} for each in keywords)
            special = method.attr in {*IN_PLACE, "pipe"} or method.attr.startswith("__")
            return (inplace or special) and begins_with(method, name)
    return False


def is_made_of(node: ast.expr, name: str) -> bool:
    """Whether it is what a method that changes tables gives of it, some of its rows, or a copy."""
    match node:
        case ast.Call(func=ast.Attribute() as method, keywords=keywords):
            changing = method.attr == "copy" or bool(CHANGING.fullmatch(method.attr))
            inplace = any(each.arg == "inplace" for each in keywords)
            return changing and begins_with(method, name) and not inplace
        case ast.Subscript(slice=ast.Compare() | ast.BinOp() | ast.UnaryOp()):
            return begins_with(node, name)
    return False


def occurs_again(tree: ast.Module, name: str) -> bool:
    """Whether the name stands in more than one place."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return len(found) > 1


def begins_with(node: ast.expr, name: str) -> bool:
    """Whether it is the name, or what is reached from it: ``name.loc[0]``, ``name.dropna()``."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id == name


def is_used(tree: ast.Module, name: str, *, beside: Sequence[ast.AST] = ()) -> bool:
    """Whether anything is done with `name`, besides what stands in these parts of the code."""
    within = {id(inner) for part in beside for inner in ast.walk(part)}
    return any(
        isinstance(node, ast.Name) and node.id == name and is_load(node) and id(node) not in within
        for node in ast.walk(tree)
    )


def line_of(node: ast.AST) -> int:
    """The line, from 1, where it begins; 1 for what has none."""
    return getattr(node, "lineno", 1)


def changes_part_of(node: ast.AST, name: str) -> bool:
    """``name['a'] = …``, ``name.loc[…] += …``."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=changed)]):
            return _is_part_of(changed, name)
        case ast.AugAssign(target=ast.Subscript(value=changed)):
            return _is_part_of(changed, name)
    return False


def _is_part_of(node: ast.expr, name: str) -> bool:
    """``name``, or its places: ``name.loc``."""
    match node:
        case ast.Name(id=found) | ast.Attribute(value=ast.Name(id=found), attr="loc" | "iloc"):
            return found == name
    return False


def is_stored(node: ast.AST, name: str) -> bool:
    """Whether something is assigned to the name here."""
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def is_load(node: ast.Name | ast.Attribute | ast.Subscript) -> bool:
    """Whether it is read, not assigned to."""
    return isinstance(node.ctx, ast.Load)
