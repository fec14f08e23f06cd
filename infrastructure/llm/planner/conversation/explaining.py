"""Questions about what was done: the steps, the code, what became of a column."""

from application.ports.language_model import Briefing
from domain.plan import Intent, Plan, Topic
from domain.table import Column, TableShape
from infrastructure.llm.planner.phrases.places import path_of, read_place
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import tokenise

_LAST = (
    *("what did you do", "what was that", "what just happened", "explain", "explain that", "why"),
    *("explain it", "explain this", "why did you do that", "why did you do this", "why that"),
    *("what did that do", "what did you just do", "what has changed", "what changed", "why so"),
    *("what did you change", "explain what you did", "explain the last step", "what happened"),
    *("tell me what you did", "what have you just done", "what was done", "how so", "how come"),
    *("what did this do", "what did the last step do", "describe what you did"),
)
_ALL = (
    *("what have you done", "what did you do so far", "what have you done so far", "history"),
    *("what happened so far", "show the steps", "show me the steps", "show the history", "steps"),
    *("show me the history", "list the steps", "list all steps", "show all steps", "what was done"),
    *("what steps were done", "which steps were done", "what are the steps", "show me all steps"),
    *("summarize what you did", "summarise what you did", "explain everything", "explain all"),
    *("explain all steps", "what has been done", "what have we done", "what did we do"),
    *("what have i done", "what have we done so far", "what did i do", "tell me the steps"),
    *("explain the steps", "what has been done so far", "list the history", "show history"),
)
_CODE = ("code", "pandas code", "python code", "python", "pandas", "snippet", "snippets", "source")
_SHOWING = (
    *("show me", "show", "give me", "print", "display", "see", "view", "let me see", "share"),
    *("what is", "what's", "what was", "which", "what", "i want to see", "explain", "get"),
)
_CODE_ENDS = (
    *("that you ran", "you ran", "you used", "that you used", "was run", "ran", "did you run"),
    *("did you use", "behind that", "behind it", "that did that", "for that", "for it", "of that"),
    *("of it", "you wrote", "did you write", "that was run", "that ran", "was used", "for this"),
)
_ABOUT = (
    *("what happened to", "what happened with", "what has happened to", "what became of"),
    *("what did you do to", "what did you do with", "what was done to", "what was done with"),
    *("what have you done to", "what have you done with", "where did", "where is", "where has"),
    *("what changed in", "explain what happened to", "history of", "show the history of"),
    *("what did we do to", "what did we do with", "why did you change", "why did you drop"),
    *("why did you remove", "why is", "why was", "why did you delete", "why did you fill"),
    *(
        "when did you drop",
        "when was",
        "what did i do to",
        "what did i do with",
        "why did you trim",
    ),
    *("why did you rename", "why did you convert", "when did you change", "why has", "why did"),
)
_ABOUT_ENDS = (
    *("go", "gone", "dropped", "changed", "removed", "deleted", "missing", "filled", "renamed"),
    *("converted", "so far", "change", "disappear", "here", "now", "no longer here"),
)
_ENDS = ("?", ".", "!", "so far", "until now", "up to now", "just now", "please", "now", "then")


def read_explanation(briefing: Briefing, reader: Reader) -> Plan | None:
    """An EXPLAIN plan, if the whole message asks for one."""
    reader.skip(*words.NOISE_BEFORE, ",", ".", "tell me")
    start = reader.position
    for read in (_code, _column, _steps):
        reader.position = start
        plan = read(briefing, reader)
        if plan is not None:
            return plan
    return None


def _steps(briefing: Briefing, reader: Reader) -> Plan | None:
    longest_first = reader.at(*_ALL) >= reader.at(*_LAST)
    if reader.take(*(_ALL if longest_first else _LAST)) is None:
        return None
    everything = longest_first or reader.take("so far", "until now") is not None
    place = None
    if reader.take("in", "at", "with", "by"):
        place = read_place(reader, briefing)
        if place is None:
            return None
    if not _ended(reader):
        return None
    if place is not None:
        return Plan(intent=Intent.EXPLAIN, summary="Explain", target=place.node_id)
    path = path_of(briefing.tree)
    last = None if everything or len(path) < 2 else briefing.tree.pointer
    return Plan(intent=Intent.EXPLAIN, summary="Explain", topic=Topic.STEPS, target=last)


def _code(briefing: Briefing, reader: Reader) -> Plan | None:
    reader.take(*_SHOWING)
    reader.skip("the", "all", "your", "generated", "exact", "me")
    if reader.take(*_CODE) is None:
        return None
    target = briefing.tree.pointer
    if reader.take("of", "for", "behind", "from", "in"):
        if reader.take(*("everything", "all steps", "all nodes", "all", "the steps", "all of it")):
            target = None
        elif not reader.take("the last step", "that", "it", "this", "the last change"):
            place = read_place(reader, briefing)
            if place is None:
                return None
            target = place.node_id
    reader.take(*_CODE_ENDS)
    if not _ended(reader):
        return None
    return Plan(intent=Intent.EXPLAIN, summary="Show code", topic=Topic.CODE, target=target)


def _column(briefing: Briefing, reader: Reader) -> Plan | None:
    """About a column, also one that is there no longer."""
    asked = reader.take(*_ABOUT)
    if asked is None:
        return None
    known = Reader(
        reader.message,
        tokenise(reader.message),
        _every_column(briefing),
        start=reader.position,
        fresh=True,
    )
    columns = known.columns()
    if columns is None and "happened" in asked:
        rest = reader.text(reader.position, len(reader.tokens)).rstrip(" ?.!")
        raise Question(f"There was never a column {rest!r} here, so nothing happened to it.")
    if columns is None:
        return None
    known.take(*_ABOUT_ENDS)
    if not _ended(known):
        return None
    return Plan(intent=Intent.EXPLAIN, summary="Explain", topic=Topic.STEPS, columns=columns)


def _every_column(briefing: Briefing) -> TableShape:
    """A shape with every column that there ever was on the way here."""
    found: dict[str, Column] = {}
    for node in path_of(briefing.tree):
        found |= {column.name: column for column in node.snapshot.shape.columns}
    found |= {column.name: column for column in briefing.shape.columns}
    return TableShape(rows=briefing.shape.rows, columns=tuple(found.values()))


def _ended(reader: Reader) -> bool:
    reader.skip(*_ENDS)
    return reader.token() is None or (reader.take_end_of_clause() and reader.token() is None)
