"""Names of columns in the strings of code, replaced; what only looks like one is left alone."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator

_NAME = re.compile(r"\w+")


class MisplacedStandIn(Exception):
    """A stand-in stands where no name can be put for it; the message says where it may."""

    def __init__(self, line: int) -> None:
        super().__init__(
            f"Line {line}: a stand-in can only be a string of its own, or part of a name that is "
            "one. Write df['stand_in'], not df.stand_in, and **{'stand_in': x} in the place of a "
            "keyword; write none into a query or an f-string."
        )


def without_stand_ins(
    code: str, holds_one: Callable[[str], bool], meant: Callable[[str], str]
) -> str:
    """The code with what the stand-ins in its strings mean. Raises MisplacedStandIn.

    The code must parse.
    """
    source = code.encode()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in sorted(_strings(ast.parse(code), holds_one), key=_place, reverse=True):
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[end_line - 1] + end_column
        source = source[:begin] + repr(meant(str(node.value))).encode() + source[end:]
    return source.decode()


def _place(node: ast.Constant) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _strings(tree: ast.AST, holds_one: Callable[[str], bool]) -> Iterator[ast.Constant]:
    """The strings that are names with a stand-in in them. Raises MisplacedStandIn."""
    formatted = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if not holds_one(node.value):
                continue
            if node in formatted or not _NAME.fullmatch(node.value):
                raise MisplacedStandIn(node.lineno)
            yield node
        elif any(isinstance(part, str) and holds_one(part) for _, part in ast.iter_fields(node)):
            raise MisplacedStandIn(getattr(node, "lineno", 1))


def replaced_in_strings(code: str, hidden: Callable[[str], str]) -> str:
    """The code with each of its strings `hidden`; all of it as a text if it is no Python."""
    lines = io.StringIO(code).readlines()
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return hidden(code)
    for token in reversed(tokens):
        kind = tokenize.tok_name[token.type]
        if kind not in {"STRING", "FSTRING_MIDDLE", "COMMENT"}:
            continue
        told = _hidden_string(token.string, hidden) if kind == "STRING" else hidden(token.string)
        if told != token.string:
            (first, begin), (last, end) = token.start, token.end
            changed = lines[first - 1][:begin] + told + lines[last - 1][end:]
            lines[first - 1 : last] = [changed]
    return "".join(lines)


def _hidden_string(written: str, hidden: Callable[[str], str]) -> str:
    try:
        value = ast.literal_eval(written)
    except (ValueError, SyntaxError):
        return hidden(written)
    if not isinstance(value, str):
        return hidden(written)
    told = hidden(value)
    return written if told == value else repr(told)
