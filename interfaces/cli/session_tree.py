"""A session tree in the terminal, with the code of each node."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.text import Text
from rich.tree import Tree

from interfaces.cli.plain_text import counted, one_line, printable

Node = Mapping[str, Any]
"""A node as the API describes it."""


def session_tree(nodes: Sequence[Node], title: str) -> Tree:
    """The nodes below their parents; the pointer's is marked."""
    tree = Tree(Text(one_line(title), style="bold"), guide_style="dim")
    branches: dict[str | None, Tree] = {None: tree}
    for node in sorted(nodes, key=lambda each: int(each["number"])):
        parent = branches[node["parent_id"]]
        branches[node["node_id"]] = parent.add(_described(node))
    return tree


def size_of(node: Node) -> str:
    """How large the node's table is."""
    return f"{counted(node['rows'], 'row')}, {counted(len(node['columns']), 'column')}"


def _described(node: Node) -> RenderableType:
    heading = Text.assemble(
        (f"node {node['number']}", "bold cyan"),
        (f"  {printable(node['branch_name'] or node['branch'])}", "magenta"),
        f"  {size_of(node)}",
        ("  <- pointer", "bold green") if node["is_pointer"] else "",
    )
    parts: list[RenderableType] = [heading]
    if node["message"]:
        parts.append(Text(f"“{one_line(node['message'], 100)}”", style="italic"))
    parts += [_code(snippet) for snippet in node["snippets"]]
    return Group(*parts)


def _code(snippet: str) -> Syntax:
    return Syntax(
        printable(snippet, keep="\n"),
        "python",
        theme="ansi_dark",
        background_color="default",
        word_wrap=True,
    )
