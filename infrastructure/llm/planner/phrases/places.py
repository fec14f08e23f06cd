"""Which node of the tree a few words mean: by number, by name, by what was done there."""

import re
from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

from application.ports.language_model import Briefing
from domain.plan import Choice
from domain.session.column_changes import column_changes
from domain.session.tree import Node, SessionTree
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, key

_ORIGINAL = (
    *("start", "beginning", "very beginning", "very start", "original", "first version", "scratch"),
    *("raw data", "uploaded file", "initial version", "initial state", "original state", "upload"),
    *("original version", "original table", "original data", "original file", "original dataset"),
    *("file as it was read", "way it was", "initial table", "square one", "root"),
)
_PREVIOUS = (
    *("previous version", "previous step", "previous state", "version before", "last version"),
    *("state before", "step before", "previous one", "one before"),
)
_THAT = (
    *("that", "this", "it", "the last step", "the last change", "last step", "last change"),
    *("the previous step", "your last change", "my last change", "you did that", "i did that"),
)
_SAID_BY = ("i", "we", "you", "had", "was", "were", "have", "the", "my", "your", "did", "all", "of")
_STOPPING = frozenset({",", ";", ".", "\n", "!", "?", "and", "then", "but", "please", "instead"})
_EMPTY = frozenset(
    {*_SAID_BY, "column", "columns", "rows", "row", "a", "an", "in", "on", "by", "with", "to"}
    | {"step", "change", "that", "it", "for", "from", "those", "these", "this", "values", "value"}
)
_SHOWN = 6
_ID = re.compile(r"[0-9a-f]{4,8}(-?[0-9a-f]{1,4})*", re.IGNORECASE)


def read_place(reader: Reader, briefing: Briefing) -> Node | None:
    """Read which node is meant; None when no such words stand here. Raises Question."""
    tree = briefing.tree
    path = path_of(tree)
    if not path:
        return None
    reader.skip("the", "my", "when it was", "how it was")
    if reader.take(*_ORIGINAL):
        return path[0]
    start = reader.position
    previous = reader.take(*_PREVIOUS)
    if previous:
        reader.take(*_THAT)
        if not previous.endswith("before") or reader.token() is None or _stops(reader):
            return _before(path, path[-1])
        reader.position = start
        reader.take("version", "step", "state", "one")
    numbered = _numbered(reader, tree, path)
    if numbered is not None:
        return numbered
    side = reader.take("before", "after", "to before", "to after", "prior to", "when", "to when")
    if side:
        return _by_deed(reader, path, before=side in {"before", "to before", "prior to"})
    return None


def path_of(tree: SessionTree) -> Sequence[Node]:
    """The nodes from the root to the pointer; empty without a table."""
    return tree.path_to(tree.pointer) if tree.pointer else ()


def described(node: Node) -> str:
    """A node in a list of choices."""
    made = "; ".join(step.description for step in node.steps) or node.message
    return f"node {node.number}: {made or 'the file as it was read'}"


def nodes_by_deed(path: Sequence[Node], deed: str) -> Sequence[Node]:
    """The nodes at which it was done, as their steps, columns or messages tell, surest first."""
    asked = _stems(deed)
    if not asked:
        return ()
    made = [(node, column_changes(parent.snapshot.shape, node)) for parent, node in pairwise(path)]
    named = asked - {"drop"}
    if named and "drop" in asked:
        gone = [node for node, changes in made if named <= _names(changes.dropped)]
        if gone:
            return gone
    steps = [n for n, _ in made if asked <= _stems("; ".join(s.description for s in n.steps))]
    return steps or [node for node, _ in made if asked <= _stems(node.message or "")]


def which_node(nodes: Sequence[Node], *, before: bool, path: Sequence[Node]) -> Question:
    """A question which of them is meant."""
    shown = nodes[-_SHOWN:]
    return Question(
        f"Which step do you mean: {'; '.join(described(node) for node in shown)}?",
        tuple(
            Choice(
                label=described(node),
                message=f"go back to node {(_before(path, node) if before else node).number}",
            )
            for node in shown
        ),
    )


def _before(path: Sequence[Node], node: Node) -> Node:
    """The parent of a node of the path. Raises Question on the root."""
    place = path.index(node)
    if place == 0:
        raise Question("There is nothing to undo: this is the first version of the table.")
    return path[place - 1]


def _numbered(reader: Reader, tree: SessionTree, path: Sequence[Node]) -> Node | None:
    """ "node 3", "step 2", "version 1", "node 0192a1b0", "branch-2"."""
    start = reader.position
    branch = _branch(reader, tree)
    if branch is not None:
        return branch
    kind = reader.take("node number", "node", "version", "step number", "step", "#")
    token = reader.token()
    if kind is None or token is None:
        reader.position = start
        return None
    by_number = {node.number: node for node in tree.nodes.values()}
    if token.kind is Kind.NUMBER and token.text.isdigit() and len(token.text) < 6:
        reader.advance()
        number = int(token.text)
        return _of_number(number, kind.startswith("step"), by_number, path)
    if kind.startswith("step") or not _ID.fullmatch(token.text):
        reader.position = start
        return None
    reader.advance()
    wanted = token.text.replace("-", "").casefold()
    found = [node for node in tree.nodes.values() if node.node_id.hex.startswith(wanted)]
    if len(found) != 1:
        raise Question(f"{'No' if not found else 'More than one'} node begins with {token.text}.")
    return found[0]


def _of_number(number: int, step: bool, by_number: dict[int, Node], path: Sequence[Node]) -> Node:
    """The node; asks where the step of that number is not the node of that number."""
    on_path = path[number] if number < len(path) else None
    numbered = by_number.get(number)
    if numbered is None:
        last = max(by_number)
        raise Question(f"There is no {'step' if step else 'node'} {number}; the last is {last}.")
    if step and on_path is not None and on_path is not numbered:
        raise which_node([on_path, numbered], before=False, path=path)
    return numbered


def _branch(reader: Reader, tree: SessionTree) -> Node | None:
    start = reader.position
    reader.take("branch", "line")
    tips: dict[str, UUID] = {key(name): tip for name, tip in tree.tips.items()}
    here = [t for t in (reader.token(), reader.token(1)) if t is not None]
    for length in (2, 1):
        written = key("".join(token.text for token in here[:length]))
        if len(here) >= length and written in tips and not reader.at_lone_name("branch"):
            reader.advance(length)
            reader.take("branch", "line")
            return tree.node(tips[written])
    if reader.position > start and here and here[0].text.isdigit():
        branch = f"branch{here[0].text}"
        if branch in tips:
            reader.advance()
            return tree.node(tips[branch])
    reader.position = start
    return None


def _by_deed(reader: Reader, path: Sequence[Node], *, before: bool) -> Node:
    """ "before I dropped Age", "after the trimming", "before that"."""
    if reader.take(*_THAT):
        return _before(path, path[-1]) if before else path[-1]
    start = reader.position
    while (token := reader.token()) is not None and token.word not in _STOPPING:
        reader.advance()
    deed = reader.text(start, reader.position)
    found = nodes_by_deed(path, deed)
    if not found:
        reader.position = start
        done = "; ".join(described(node) for node in path[1:][-_SHOWN:]) or "nothing yet"
        raise Question(f"I found no step that fits {deed!r}. What was done: {done}.")
    if len(found) > 1:
        raise which_node(found, before=before, path=path)
    return _before(path, found[0]) if before else found[0]


def _stops(reader: Reader) -> bool:
    token = reader.token()
    return token is not None and token.word in _STOPPING


def _names(columns: Sequence[str]) -> set[str]:
    return {stem for name in columns for stem in {key(name), *_stems(name)}}


def _stems(text: str) -> set[str]:
    found = {_stem(word) for word in re.findall(r"[^\W_]+", text.casefold()) if word not in _EMPTY}
    return {_SYNONYMS.get(word, word) for word in found if word}


_SYNONYMS = {
    **dict.fromkeys(("remov", "delet", "discard", "eliminat", "exclud", "eras"), "drop"),
    **dict.fromkeys(("uppercas", "capital", "capitalis", "capitaliz"), "upper"),
    **dict.fromkeys(("dedup", "deduplicat"), "duplicat"),
    "order": "sort",
    "lowercas": "lower",
    "imput": "fill",
    "filter": "keep",
    "cast": "convert",
}


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl" else word
