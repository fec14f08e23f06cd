"""Changes that a snippet makes to a copy and then forgets, whose outcome it does not take, to what
is no column, or in a function that it never calls: pandas 3 does nothing, and says nothing.

Where pandas itself notices, it raises ChainedAssignmentError; what is here, it does not notice.
"""

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from domain.names_in_code import (
    CHANGING,
    IN_PLACE,
    begins_with,
    changes_part_of,
    is_load,
    is_made_of,
    is_stored,
    is_used,
    line_of,
    may_change,
    occurs_again,
)

_TABLE: Final = "df"
_ANSWER: Final = "result"
# What pandas itself lets code set.
_OWN_ATTRIBUTES: Final = frozenset({"columns", "index", "attrs", "flags"})
_WORD: Final = re.compile(r"\w+")


def lost_changes(snippet: str, columns: Collection[str]) -> tuple[str, ...]:
    """A sentence for each, by lines; nothing for what is not Python. `columns` are the table's."""
    try:
        tree = ast.parse(snippet)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found = {each for rule in _RULES for each in rule(tree)}
    found.update(_set_attributes(tree, columns))
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
    """``part = df['a']``, then ``part.fillna(0, inplace=True)`` or ``part['b'] = 0``, and no more
    of ``part``."""
    parts = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_selection(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    inplace = [call.value for call in _inplace_statements(tree) if isinstance(call.value, ast.Name)]
    for name in parts - {_TABLE, _ANSWER}:
        calls = [called for called in inplace if called.id == name]
        stores = [node for node in ast.walk(tree) if changes_part_of(node, name)]
        changes = [*calls, *stores]
        if changes and not is_used(tree, name, beside=changes):
            yield (
                min(line_of(change) for change in changes),
                f"{name} is a copy of df or of a part of it, so changing it in place leaves df as "
                "it is; assign it back to df.",
            )


def _changed_rows(tree: ast.Module) -> _Found:
    """``for i, row in df.iterrows(): row['a'] = 0``, and nothing else with ``row``."""
    for loop in ast.walk(tree):
        match loop:
            case ast.For(
                target=ast.Tuple(elts=[_, ast.Name(id=row)]),
                iter=ast.Call(func=ast.Attribute(attr="iterrows")),
            ):
                changes = [node for node in ast.walk(loop) if changes_part_of(node, row)]
                if changes and not is_used(tree, row, beside=changes):
                    yield (
                        line_of(changes[0]),
                        f"{row} is a copy of a row, so changing it leaves df as it is; assign "
                        "with df.loc[index, column] = value, or better to whole columns.",
                    )


def _uncalled_functions(tree: ast.Module) -> _Found:
    """``def clean(df): ...`` and nothing that calls it."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not is_used(tree, node.name):
            yield (
                node.lineno,
                f"{node.name} is never called, so it leaves df as it is; call it, and assign what "
                "it returns.",
            )


def _untaken(tree: ast.Module) -> _Found:
    """``df.dropna()`` as a statement; within ``try``, it may ask whether that can be done."""
    tries = [node for node in ast.walk(tree) if isinstance(node, ast.Try)]
    asks = {id(inner) for tried in tries for part in tried.body for inner in ast.walk(part)}
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method, keywords=keywords)):
                of_text = isinstance(method.value, ast.Attribute) and method.value.attr == "str"
                name = f"str.{method.attr}" if of_text else method.attr
                inplace = any(keyword.arg in {"inplace", None} for keyword in keywords)
                if (
                    CHANGING.fullmatch(name)
                    and not inplace
                    and _is_of_table(method)
                    and id(node) not in asks
                ):
                    yield (
                        node.lineno,
                        f"{name} gives a new table or column, and leaves df as it is; assign what "
                        "it returns.",
                    )


def _unused_tables(tree: ast.Module) -> _Found:
    """``cleaned = df.dropna()`` and nothing with ``cleaned``."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                name not in {_TABLE, _ANSWER}
                and is_made_of(value, _TABLE)
                and not _is_set_aside(value, tree)
                and not occurs_again(tree, name)
            ):
                yield (
                    node.lineno,
                    f"{name} is made of df and then not used, which leaves df as it is; assign it "
                    "to df.",
                )


def _is_set_aside(value: ast.expr, tree: ast.Module) -> bool:
    """Whether it is a copy, or rows apart from those that ``df`` is left with afterwards."""
    match value:
        case ast.Call(func=ast.Attribute(attr="copy")):
            return True
        case ast.Subscript():
            later = [node for node in ast.walk(tree) if line_of(node) > value.lineno]
            return any(is_stored(node, _TABLE) or may_change(node, _TABLE) for node in later)
    return False


def _untaken_outcomes(tree: ast.Module) -> _Found:
    """``clean(df)`` as a statement, of a function that gives a new table back."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=args)) if name in functions:
                function = functions[name]
                parameters = [*function.args.posonlyargs, *function.args.args]
                given = [
                    parameter.arg
                    for parameter, value in zip(parameters, args, strict=False)
                    if isinstance(value, ast.Name) and value.id == _TABLE
                ]
                if given and _gives_another(function, given[0]):
                    yield (
                        node.lineno,
                        f"{name} gives a new table, and leaves df as it is; assign what it "
                        "returns.",
                    )


def _gives_another(function: ast.FunctionDef, parameter: str) -> bool:
    """Whether all that it does is to make another table of its parameter and return that."""
    nodes = list(ast.walk(function))
    if function.decorator_list or any(map(_does_more, nodes)):
        return False
    made: dict[str, int] = {}
    # Not what is only made under a condition.
    for statement in function.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if any(
                is_made_of(value, each) for each in (parameter, *made)
            ):
                made.setdefault(name, statement.lineno)
    returned = [node.value for node in nodes if isinstance(node, ast.Return) and node.value]
    until = made.get(parameter, function.end_lineno or function.lineno)
    return (
        bool(returned)
        and all(_is_new_table(value, parameter, made) for value in returned)
        and _is_only_read([node for node in nodes if line_of(node) <= until], parameter)
    )


def _does_more(node: ast.AST) -> bool:
    """Whether it judges, tells, or sets what is outside."""
    match node:
        case ast.Global() | ast.Nonlocal() | ast.Raise() | ast.Assert():
            return True
        case ast.Call(func=ast.Name(id="print")):
            return True
    return False


def _is_new_table(value: ast.expr, parameter: str, made: Collection[str]) -> bool:
    if isinstance(value, ast.Name):
        return value.id in made
    return any(is_made_of(value, name) for name in (parameter, *made))


def _is_only_read(nodes: Sequence[ast.AST], name: str) -> bool:
    """Whether nothing here may change the very table that has the name, or give it on."""
    read = {
        id(node.value)
        for node in nodes
        if isinstance(node, ast.Attribute | ast.Subscript) and is_load(node)
    }
    return not any(may_change(node, name) for node in nodes) and all(
        id(node) in read
        for node in nodes
        if isinstance(node, ast.Name) and node.id == name and is_load(node)
    )


def _renamed_rows(tree: ast.Module) -> _Found:
    """``df.rename({'a': 'b'})``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="df"), attr="rename"),
                args=[_],
                keywords=keywords,
            ) if not {each.arg for each in keywords} & {"axis", "columns", "index", None}:
                yield (
                    node.lineno,
                    "rename without columns= gives rows other labels, and leaves df as it is; "
                    "write rename(columns=...).",
                )


def _set_attributes(tree: ast.Module, columns: Collection[str]) -> _Found:
    """``df.new = 1`` where there is no such column: pandas sets an attribute of the object."""
    nodes = list(ast.walk(tree))
    names = {each.arg for each in nodes if isinstance(each, ast.keyword)}.union(columns)
    read = set()
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)):
                names.update(_WORD.findall(text))
            case ast.Attribute(value=ast.Name(id="df"), attr="columns", ctx=ast.Store()):
                # Who names all columns anew may name one so.
                return
            case ast.Subscript(value=ast.Name(id="df"), slice=key, ctx=ast.Store()) if any(
                isinstance(each, ast.JoinedStr | ast.BinOp) for each in ast.walk(key)
            ):
                # So may who puts the name of one together.
                return
            case ast.Attribute(value=ast.Name(id="df"), attr=attribute, ctx=ast.Load()):
                read.add(attribute)
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="df"), attr=name, ctx=ast.Store()) if (
                name not in _OWN_ATTRIBUTES.union(read) and name not in names
            ):
                yield (
                    node.lineno,
                    f"df.{name} makes no column, and leaves df as it is; write df[{name!r}].",
                )


def _shown_to_nobody(tree: ast.Module) -> _Found:
    """``print(len(df))`` or ``df['a'].mean()``, and nothing that changes ``df`` or answers."""
    nodes = list(ast.walk(tree))
    looks = any(isinstance(node, ast.Name) and node.id == _TABLE for node in nodes)
    if not looks or any(map(_has_an_effect, nodes)):
        return
    for statement in tree.body[-1:]:
        if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant):
            yield (
                statement.lineno,
                "what this shows is no answer yet, and the code leaves df as it is; put an answer "
                "into result, or assign what is new to df.",
            )


def _has_an_effect(node: ast.AST) -> bool:
    """Whether it may change the table, answer, or judge: looks and prints do not."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return name in {_TABLE, _ANSWER}
        case (
            ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del())
        ):
            return True
        case ast.Raise() | ast.Assert() | ast.Global() | ast.FunctionDef() | ast.ClassDef():
            return True
        case ast.Call(func=ast.Attribute(attr=method), keywords=keywords):
            named = any(each.arg in {"inplace", "out", None} for each in keywords)
            return named or method in IN_PLACE
        case ast.Call(func=ast.Name(id=name)):
            return name in {"exec", "setattr", "globals", "locals", "vars"}
    return False


_RULES: Final = (
    _forgotten_selections,
    _changed_copies,
    _changed_rows,
    _uncalled_functions,
    _untaken,
    _unused_tables,
    _untaken_outcomes,
    _renamed_rows,
    _shown_to_nobody,
)


def _is_of_table(node: ast.expr) -> bool:
    """Whether it begins with ``df``."""
    return begins_with(node, _TABLE)


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
    """``df[...]``, ``df.loc[...]``, a selection of one, or a copy of one or of ``df``."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="copy")):
            return name == _TABLE
        case ast.Call(func=ast.Attribute(value=inner, attr="copy")):
            return _is_selection(inner)
        case ast.Subscript(value=ast.Name(id=name)):
            return name == _TABLE
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name), attr="loc" | "iloc")):
            return name == _TABLE
        case ast.Subscript(value=inner):
            return _is_selection(inner)
    return False
