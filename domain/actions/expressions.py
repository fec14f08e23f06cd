"""Arithmetic, comparisons and text over columns, as a person writes them, read into pandas code.

``price * quantity``, ``first + ' ' + last``, ``'adult' if age >= 18 else 'minor'``. A name that is
no Python name stands in backticks: ```unit price` * 2``. Of Python only what is listed here is
read: the code is made anew from what was understood, and nothing of the text enters it but literals
and the names of columns.

A comparison with a missing value is false; all else with a missing value is missing, and so is a
division by zero.
"""

import ast
import math
import re
from collections.abc import Mapping

from domain.actions.errors import UnknownColumn, UnreadableExpression
from domain.actions.expression_functions import FUNCTIONS
from domain.actions.literals import column as cells_of
from domain.actions.terms import (
    Term,
    all_or_any,
    arithmetic,
    comparison,
    demand,
    either,
    negated,
    of_column,
    of_value,
    spread,
)
from domain.actions.value_checks import NUMERIC
from domain.table import TableShape

_LONGEST = 1000
_MOST_PARTS = 200
# Code that tells what is missing repeats its parts.
_LONGEST_CODE = 20_000
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`([^`]*)`""", re.DOTALL)
_SIGNS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_KNOWN = (
    *(ast.Constant, ast.Name, ast.expr_context, ast.UnaryOp, ast.unaryop, ast.BinOp, ast.operator),
    *(ast.BoolOp, ast.boolop, ast.Compare, ast.cmpop, ast.IfExp, ast.Call),
)
_HINT = "Write it like price * quantity, with `names that hold spaces` in backticks."
_ONLY = (
    "Only columns, values, + - * / // % **, comparisons, and, or, not, if ... else and "
    f"{', '.join(FUNCTIONS)} can be used. {_HINT}"
)


class Expression:
    """An expression that was parsed, and not yet met a table. Raises UnreadableExpression."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise UnreadableExpression(f"The expression is longer than {_LONGEST} characters.")
        self._names: dict[str, str] = {}
        self._root = self._parsed(text)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names, each once, in the order of their first mention."""
        called = {id(node.func) for node in ast.walk(self._root) if isinstance(node, ast.Call)}
        named = (
            node
            for node in ast.walk(self._root)
            if isinstance(node, ast.Name) and id(node) not in called
        )
        ordered = sorted(named, key=lambda node: (node.lineno, node.col_offset))
        return tuple(dict.fromkeys(self._named(node) for node in ordered))

    def term(self, shape: TableShape | None = None) -> Term:
        """Its code over ``df``, with a value for each row; with a shape, it is checked against it.

        Raises InvalidAction.
        """
        return spread(self._read(self._root, shape))

    def _parsed(self, text: str) -> ast.expr:
        def placeholder(found: re.Match[str]) -> str:
            if found[1] is None:
                return found[0]
            name = f"column_in_backticks_{len(self._names)}"
            self._names[name] = found[1]
            return name

        try:
            root = ast.parse(_QUOTED.sub(placeholder, text).strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise UnreadableExpression(f"The expression cannot be read. {_HINT}") from None
        parts = list(ast.walk(root))
        if len(parts) > _MOST_PARTS:
            raise UnreadableExpression("The expression has too many parts. Do it in two steps.")
        if not all(isinstance(part, _KNOWN) for part in parts):
            raise UnreadableExpression(_ONLY)
        return root

    def _named(self, node: ast.Name) -> str:
        return self._names.get(node.id, node.id)

    def _read(self, node: ast.expr, shape: TableShape | None) -> Term:
        term = self._understood(node, shape)
        if len(term.code) > _LONGEST_CODE:
            raise UnreadableExpression("The expression is nested too deep. Do it in two steps.")
        return term

    def _understood(self, node: ast.expr, shape: TableShape | None) -> Term:
        match node:
            case ast.Constant(value=bool() | int() | float() | str() as value):
                return of_value(_usable(value))
            case ast.Name():
                return self._column(node, shape)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return negated(self._read(operand, shape))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _negative(self._read(operand, shape))
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
                terms = self._read(left, shape), self._read(right, shape)
                return arithmetic(_SIGNS[type(sign)], *terms)
            case ast.BoolOp(op=sign, values=values):
                parts = [self._read(value, shape) for value in values]
                return all_or_any("&" if isinstance(sign, ast.And) else "|", parts)
            case ast.Compare():
                return self._compared(node, shape)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return either(*(self._read(part, shape) for part in (test, body, orelse)))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._called(name, [self._read(each, shape) for each in arguments])
            case _:
                raise UnreadableExpression(_ONLY)

    def _column(self, node: ast.Name, shape: TableShape | None) -> Term:
        name = self._named(node)
        if shape is None:
            return Term(code=cells_of(name), type=None)
        if name not in shape.column_names:
            raise UnknownColumn(name, shape.column_names)
        return of_column(shape.column(name))

    def _compared(self, node: ast.Compare, shape: TableShape | None) -> Term:
        if any(type(sign) not in _COMPARISONS for sign in node.ops):
            raise UnreadableExpression("Compare with ==, !=, <, <=, > or >=.")
        terms = [self._read(each, shape) for each in (node.left, *node.comparators)]
        pairs = zip(terms, node.ops, terms[1:], strict=False)
        found = [comparison(_COMPARISONS[type(sign)], a, b) for a, sign, b in pairs]
        return found[0] if len(found) == 1 else all_or_any("&", found)

    def _called(self, name: str, terms: list[Term]) -> Term:
        function = FUNCTIONS.get(name)
        if function is None:
            raise UnreadableExpression(
                f"There is no function {name!r}. There are {', '.join(FUNCTIONS)}."
            )
        if not function.least <= len(terms) <= function.most:
            raise UnreadableExpression(f"{name} does not take {len(terms)} values.")
        return function.build(terms)


def _negative(term: Term) -> Term:
    demand(term, NUMERIC, "The sign -")
    if isinstance(term.value, int | float):
        return of_value(-term.value)
    return Term(code=f"(-{term.code})", type=term.type, endless=term.endless)


def _usable(value: str | float | bool) -> str | float | bool:
    if isinstance(value, float) and not math.isfinite(value):
        raise UnreadableExpression("A number is too large.")
    if isinstance(value, str) and any("\ud800" <= each <= "\udfff" for each in value):
        raise UnreadableExpression("A text holds a character that no table can hold.")
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        raise UnreadableExpression("A whole number has more digits than a table can hold.")
    return value
