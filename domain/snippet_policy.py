"""What a snippet should not even try: quick, friendly answers before it is executed.

This is a courtesy, not a boundary. The sandbox holds a snippet that gets past it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.snippet_vocabulary import (
    FILES,
    FORBIDDEN_ATTRIBUTES,
    FORBIDDEN_NAMES,
    IMPORTABLE,
    INSTEAD_OF_LIBRARIES,
    INTERNALS,
    LEAVE_IN_DF,
    ORDINARY_DUNDERS,
    PLACES,
    READERS,
    TEXT_FORMS,
    WORK_ON_DF,
    WRITERS,
)

# In a pandas expression: a text, a column's name in backticks, the mark of a variable.
_TOKENS: Final = re.compile(r"('[^']*'|\"[^\"]*\")|`[^`]*`|@")

# What stands around code where people copy it from, and signs that look like Python's own.
_COPIED_WITH_IT: Final = (
    (r"```|~~~", "leave out the marks of Markdown around the code"),
    (r">>> |\.\.\. ", "leave out the prompts before the code"),
    (r"%%?[a-z]|![a-z]|\?", "leave out the commands of a notebook"),
)
_SAID_BY_PYTHON: Final = (
    (r"invalid character", "write the plain sign of the keyboard for it"),
    (r"invalid non-printable", "write a plain space for it, or nothing"),
    (r"'return' outside", "leave the table in df, and an answer in result"),
)


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One thing that a snippet must not do. `sentence` says what to write instead."""

    line: int
    sentence: str


class InvalidSnippet(Exception):
    """The snippet is not Python. `line` is 1-based, None when the parser does not say; `reason` is
    what Python says of it and perhaps what to do, without a full stop.
    """

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__("the snippet is not valid Python")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class _Names:
    """Which library a name of the snippet stands for, and which names it gave a meaning itself.

    `texts` are the places of calls such as ``row.to_json()``, which write to no file.
    """

    libraries: dict[str, str]
    own: frozenset[str]
    texts: frozenset[ast.AST]


def violations(snippet: str) -> tuple[Violation, ...]:
    """All violations in `snippet`, in order of lines. Raises InvalidSnippet if it cannot be parsed.

    The cost grows with the snippet's length: bound that first.
    """
    try:
        tree = ast.parse(snippet)
        # Some of what is wrong, as a return outside of a function, only the compiler tells. Of the
        # text, as where it runs: of the tree it takes less that is nested.
        compile(snippet, "<snippet>", "exec", dont_inherit=True)
    except SyntaxError as error:
        raise InvalidSnippet(error.lineno, _reason(error)) from None
    except ValueError:
        raise InvalidSnippet(None, "it holds what is no text") from None
    except (RecursionError, MemoryError):
        raise InvalidSnippet(None, "it is nested too deeply") from None
    names = _Names(
        libraries={"pd": "pandas", "np": "numpy", **dict(_library_names(tree))},
        own=frozenset(_own_names(tree)),
        texts=frozenset(_texts(tree)),
    )
    found = {
        Violation(line=getattr(node, "lineno", 1), sentence=sentence)
        for node in ast.walk(tree)
        for sentence in _sentences(node, names)
    }
    return tuple(sorted(found, key=lambda one: (one.line, one.sentence)))


def _reason(error: SyntaxError) -> str:
    said, line = error.msg.rstrip("."), (error.text or "").lstrip("\ufeff \t")
    for text, advices in ((line, _COPIED_WITH_IT), (said, _SAID_BY_PYTHON)):
        for pattern, advice in advices:
            if re.match(pattern, text):
                return f"{said}; {advice}"
    return said


def _library_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                yield (alias.asname or top), top


def _own_names(tree: ast.Module) -> Iterator[str]:
    """Names that the snippet binds: a column taken out as ``open`` is not the builtin."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name


def _texts(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) as method, args=[]) if name in TEXT_FORMS:
                if not any(keyword.arg in {*PLACES, None} for keyword in node.keywords):
                    yield method


def _sentences(node: ast.AST, names: _Names) -> Iterator[str]:
    match node:
        case ast.Import():
            for alias in node.names:
                yield from _importing(alias.name)
        case ast.ImportFrom():
            yield from _importing_from(node)
        case ast.Name() if node.id not in names.own:
            yield from _naming(node.id)
        case ast.Attribute() if node not in names.texts:
            yield from _reaching(node, names)
        case ast.Call():
            yield from _calling(node, names)


def _importing(module: str) -> Iterator[str]:
    top, *inner = module.split(".")
    if top not in IMPORTABLE:
        instead = INSTEAD_OF_LIBRARIES.get(
            top,
            "use df, pd and np, or one of sklearn, re, math, datetime, collections, itertools, "
            "functools, string, unicodedata",
        )
        yield f"{module!r} cannot be imported; {instead}."
    elif INTERNALS.get(top, frozenset()).intersection(inner):
        yield f"{module!r} is internal to its library; use its public functions."
    elif FILES.get(top, frozenset()).intersection(inner):
        yield f"{module!r} works outside the snippet; {WORK_ON_DF}."


def _importing_from(node: ast.ImportFrom) -> Iterator[str]:
    if node.level or node.module is None:
        yield "A snippet is no package and has nothing to import from; use df, pd and np."
        return
    for alias in node.names:
        found = [*_importing(f"{node.module}.{alias.name}")]
        found = [*_importing(node.module)] or found
        yield from found
        if not found:
            yield from _naming_member(alias.name, node.module.split(".")[0])


def _naming(name: str) -> Iterator[str]:
    if name in FORBIDDEN_NAMES:
        yield f"{name} is not available; {FORBIDDEN_NAMES[name]}."
    else:
        yield from _naming_internal(name)


def _naming_internal(name: str) -> Iterator[str]:
    dunder = name.startswith("__") and name.endswith("__") and len(name) > 4
    if dunder and name not in ORDINARY_DUNDERS:
        yield f"{name} is internal to Python; use the methods of df, pd and np."


def _reaching(node: ast.Attribute, names: _Names) -> Iterator[str]:
    match node.value:
        case ast.Call(func=ast.Name(id="super")):
            return
        case ast.Name(id=name):
            yield from _naming_member(node.attr, names.libraries.get(name))
        case _:
            yield from _naming_member(node.attr, None)


def _naming_member(name: str, library: str | None) -> Iterator[str]:
    """A member of `library`, or of any object when that is None."""
    of_pandas = library in {None, "pandas"}
    if name in FORBIDDEN_ATTRIBUTES:
        yield f"{name} is not available; {FORBIDDEN_ATTRIBUTES[name]}."
    elif name in READERS and of_pandas:
        yield f"{name} reads from outside; {WORK_ON_DF}."
    elif name in WRITERS and of_pandas:
        yield f"{name} writes outside; {LEAVE_IN_DF}."
    elif library is not None and name in INTERNALS.get(library, ()):
        yield f"{library}.{name} is internal to its library; use its public functions."
    elif library is not None and name in FILES.get(library, ()):
        yield f"{library}.{name} works outside the snippet; {WORK_ON_DF}."
    else:
        yield from _naming_internal(name)


def _calling(node: ast.Call, names: _Names) -> Iterator[str]:
    called = node.func
    if isinstance(called, ast.Name) and called.id == "getattr":
        attribute = node.args[1] if len(node.args) > 1 else None
        if isinstance(attribute, ast.Constant) and isinstance(attribute.value, str):
            yield from _naming_member(attribute.value, None)
        else:
            yield "getattr needs a written-out name; write df.name or df['name'] instead."
    if isinstance(called, ast.Attribute) and called.attr in {"eval", "query"}:
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            for inner in ast.walk(_expression(argument)):
                if isinstance(inner, ast.Attribute):
                    yield from _reaching(inner, names)
                elif isinstance(inner, ast.Name):
                    yield from _naming_internal(inner.id)


def _expression(argument: ast.expr) -> ast.Module:
    """What pandas will evaluate, as far as it is written out; nothing when that is not Python."""
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    text = "".join(
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "x"
        for part in parts
    )
    plain = _TOKENS.sub(lambda token: token[1] or ("" if token[0] == "@" else "column"), text)
    try:
        return ast.parse("\n".join(line.strip() for line in plain.splitlines()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])
