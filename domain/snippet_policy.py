"""What a snippet should not even try: quick, friendly answers before it is executed.

This is a courtesy, not a boundary. The sandbox holds a snippet that gets past it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

IMPORTABLE: Final = frozenset(
    {
        "calendar",
        "collections",
        "dateutil",
        "datetime",
        "decimal",
        "difflib",
        "fractions",
        "functools",
        "itertools",
        "json",
        "math",
        "numbers",
        "numpy",
        "operator",
        "pandas",
        "random",
        "re",
        "scipy",
        "sklearn",
        "statistics",
        "string",
        "textwrap",
        "typing",
        "unicodedata",
        "warnings",
        "zoneinfo",
    }
)
_WORK_ON_DF: Final = "work on df, which already holds the table"
_FORBIDDEN_NAMES: Final = {
    "__import__": "use an import statement",
    "breakpoint": "remove it",
    "compile": "write the code out",
    "delattr": "use df.drop(columns=...)",
    "eval": "write the expression out",
    "exec": "write the code out",
    "exit": "let the snippet end by itself",
    "globals": "use the names directly",
    "input": "write the value into the snippet",
    "locals": "use the names directly",
    "open": _WORK_ON_DF,
    "quit": "let the snippet end by itself",
    "setattr": "assign to a column: df[name] = value",
    "vars": "use the names directly",
}
_FORBIDDEN_ATTRIBUTES: Final = {
    "ctypeslib": "use pandas or numpy operations",
    "fromfile": _WORK_ON_DF,
    "fromregex": _WORK_ON_DF,
    "genfromtxt": _WORK_ON_DF,
    "loadtxt": _WORK_ON_DF,
    "memmap": _WORK_ON_DF,
    "savetxt": "leave the table in df; Datatrail stores and exports it",
    "savez": "leave the table in df; Datatrail stores and exports it",
    "savez_compressed": "leave the table in df; Datatrail stores and exports it",
    "tofile": "leave the table in df; Datatrail stores and exports it",
}
_WRITERS: Final = frozenset(
    f"to_{form}"
    for form in (
        *("clipboard", "csv", "excel", "feather", "gbq", "hdf", "html", "iceberg", "json"),
        *("latex", "markdown", "orc", "parquet", "pickle", "sql", "stata", "xml"),
    )
)
_NUMPY_FILES: Final = frozenset({"load", "save"})
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_LIBRARY_INTERNALS: Final = frozenset({"io", "testing", "lib", "_libs", "f2py", "compat"})


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One thing that a snippet must not do. `sentence` says what to write instead."""

    line: int
    sentence: str


class InvalidSnippet(Exception):
    """The snippet is not Python. `line` is 1-based, None when the parser does not say."""

    def __init__(self, line: int | None) -> None:
        super().__init__("the snippet is not valid Python")
        self.line = line


def violations(snippet: str) -> tuple[Violation, ...]:
    """All violations in `snippet`, in order of lines. Raises InvalidSnippet if it cannot be parsed.

    The cost grows with the snippet's length: bound that first.
    """
    try:
        tree = ast.parse(snippet)
    except SyntaxError as error:
        raise InvalidSnippet(error.lineno) from None
    except (ValueError, RecursionError, MemoryError):
        # Null bytes, lone surrogates, or nested deeper than any real code.
        raise InvalidSnippet(None) from None
    libraries = dict(_library_names(tree))
    found = {
        Violation(line=getattr(node, "lineno", 1), sentence=sentence)
        for node in ast.walk(tree)
        for sentence in _sentences(node, libraries)
    }
    return tuple(sorted(found, key=lambda one: (one.line, one.sentence)))


def _library_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that stand for a library in the snippet, and for which."""
    yield from (("pd", "pandas"), ("np", "numpy"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                yield (alias.asname or top), top


def _sentences(node: ast.AST, libraries: dict[str, str]) -> Iterator[str]:
    match node:
        case ast.Import():
            for alias in node.names:
                yield from _importing(alias.name)
        case ast.ImportFrom():
            yield from _importing_from(node)
        case ast.Name():
            yield from _naming(node.id)
        case ast.Attribute():
            yield from _reaching(node, libraries)
        case ast.Call():
            yield from _calling(node)


def _importing(module: str) -> Iterator[str]:
    parts = module.split(".")
    if parts[0] not in IMPORTABLE:
        yield (
            f"{module!r} cannot be imported; use df, pd and np, or one of "
            "sklearn, re, math, datetime, collections, itertools, functools, string, unicodedata."
        )
    elif parts[0] in {"pandas", "numpy"} and _LIBRARY_INTERNALS.intersection(parts[1:]):
        yield f"{module!r} is internal to its library; use its public functions."


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
    if name in _FORBIDDEN_NAMES:
        yield f"{name} is not available; {_FORBIDDEN_NAMES[name]}."
    elif _is_dunder(name) and name != "__name__":
        yield f"{name} is internal to Python; use the methods of df, pd and np."


def _reaching(node: ast.Attribute, libraries: dict[str, str]) -> Iterator[str]:
    if _is_dunder(node.attr):
        yield f"{node.attr} is internal to Python; use the methods of df, pd and np."
        return
    library = libraries.get(node.value.id) if isinstance(node.value, ast.Name) else None
    yield from _naming_member(node.attr, library)


def _naming_member(name: str, library: str | None) -> Iterator[str]:
    """A member of `library`, or of any object when that is None."""
    if name in _FORBIDDEN_ATTRIBUTES:
        yield f"{name} is not available; {_FORBIDDEN_ATTRIBUTES[name]}."
    elif name.startswith("read_") and library in {None, "pandas"}:
        yield f"{name} reads from outside; {_WORK_ON_DF}."
    elif name in _WRITERS or (name in {"ExcelWriter", "HDFStore"} and library == "pandas"):
        yield f"{name} writes outside; leave the table in df; Datatrail stores and exports it."
    elif name in {"ExcelFile"} and library == "pandas":
        yield f"{name} reads from outside; {_WORK_ON_DF}."
    elif library == "numpy" and name in _NUMPY_FILES:
        yield f"np.{name} uses files; {_WORK_ON_DF}."
    elif library in {"pandas", "numpy"} and name in _LIBRARY_INTERNALS:
        yield f"{library}.{name} is internal to its library; use its public functions."


def _calling(node: ast.Call) -> Iterator[str]:
    called = node.func
    if isinstance(called, ast.Name) and called.id in {"getattr", "hasattr"}:
        attribute = node.args[1] if len(node.args) > 1 else None
        if not isinstance(attribute, ast.Constant) or not isinstance(attribute.value, str):
            yield f"{called.id} needs a written-out name; write df.name or df['name'] instead."
        elif _is_dunder(attribute.value):
            yield f"{attribute.value} is internal to Python; use the methods of df, pd and np."
        else:
            yield from _naming_member(attribute.value, None)
    if isinstance(called, ast.Attribute) and called.attr in {"eval", "query"}:
        written = [
            argument
            for argument in (*node.args, *(keyword.value for keyword in node.keywords))
            if isinstance(argument, ast.Constant | ast.JoinedStr)
        ]
        if any(_reaches_a_variable(argument) for argument in written):
            yield (
                f"{called.attr} must not reach variables with '@'; "
                "filter with a mask: df[df['column'] > value]."
            )


def _reaches_a_variable(expression: ast.expr) -> bool:
    """Whether a pandas expression has an '@name' outside its own quotes and backticks."""
    parts = expression.values if isinstance(expression, ast.JoinedStr) else [expression]
    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
    return "@" in _QUOTED.sub("", text)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4
