"""Messages that move in the tree: undo, redo, go back to a node, begin a branch."""

from application.ports.language_model import Briefing
from domain.actions import Action, DropColumns, KeepColumns, RowEffect
from domain.plan import Choice, Intent, Plan
from domain.session.tree import Node
from infrastructure.llm.planner.conversation.follow_ups import columns_of_last, last_done
from infrastructure.llm.planner.grammar import plan_commands, without_instead
from infrastructure.llm.planner.phrases.places import nodes_by_deed, path_of, read_place, which_node
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

_UNDO = (
    *("undo", "revert", "go back", "take back", "take that back", "roll back", "rollback"),
    *("step back", "cancel that", "put it back", "take it back", "reverse that", "unapply"),
)
_REGRETS = (
    *("that was wrong", "that's wrong", "that is wrong", "that was a mistake", "sorry", "damn"),
    *("my mistake", "my bad", "argh", "that's not right", "that is not right"),
)
_REDO = ("redo", "reapply", "re-do")
_WHAT = (
    *("that", "it", "this", "the last change", "the last step", "last change", "last step"),
    *("the last one", "the last action", "one step", "a step", "one", "the previous step"),
    *("my last change", "the previous change", "the change", "the last message", "once"),
    *("the last thing", "what you just did", "the last transformation", "the last undo"),
    *("your last change", "the last two", "them"),
)
_WHAT_WENT = (
    *("them", "those", "these", "it", "the rows", "those rows", "these rows", "the column"),
    *("that column", "the columns", "those columns"),
)
_STEPS = ("steps", "changes", "step", "change", "actions", "action", "messages", "ones", "times")
_ALL = ("everything", "all", "all of it", "all steps", "all changes", "all my changes")
_GO = (
    *("go back to", "return to", "roll back to", "rollback to", "revert to", "restore", "reset to"),
    *("go to", "switch to", "switch back to", "take me back to", "back to", "get back to"),
    *("jump to", "jump back to", "move to", "move back to", "go back", "undo to", "go back until"),
    *("take me to", "bring me back to", "return it to", "put it back to", "reset it to"),
)
_RESTART = (
    *("start over", "start again", "start afresh", "start from scratch", "reset everything"),
    *("reset", "reset the table", "reset it", "undo everything", "undo all", "undo all changes"),
    *("revert everything", "revert all changes", "undo all steps", "reset all"),
)
_BRANCH = (
    *("branch off", "branch out", "branch", "start a branch", "start a new branch", "fork"),
    *("create a branch", "create a new branch", "make a branch", "make a new branch"),
    *("new branch", "open a branch", "open a new branch", "begin a branch", "begin a new branch"),
)


def read_history(briefing: Briefing, reader: Reader) -> Plan | None:
    """A plan that moves in the tree, if the message asks for one. Raises Question."""
    reader.skip(*words.NOISE_BEFORE, *_REGRETS, ",", ".", "!", "no", "oh", "wait")
    start = reader.position
    for read in (_read_branch, _read_restart, _read_going, _read_undo, _read_redo):
        reader.position = start
        plan = read(briefing, reader)
        if plan is not None:
            return plan
    return None


def _read_branch(briefing: Briefing, reader: Reader) -> Plan | None:
    if not reader.take(*_BRANCH):
        return None
    place = None
    if reader.take("from", "at", "off", "on", "to", "off from"):
        place = None if reader.take("here", "this", "now") else read_place(reader, briefing)
        if place is None and reader.token() is not None:
            return None
    reader.take("here", "now", "from here")
    if reader.take("called", "named"):
        number = len(briefing.tree.tips) + 1
        raise Question(
            f"I number branches; the next is branch-{number}. Shall I begin it?",
            (Choice(label="yes", message=_spoken("start a branch from", place)),),
        )
    if not _ended(reader):
        return None
    return Plan(
        intent=Intent.BRANCH, summary="Begin a branch", target=place.node_id if place else None
    )


def _read_restart(briefing: Briefing, reader: Reader) -> Plan | None:
    path = path_of(briefing.tree)
    if not reader.take(*_RESTART):
        return None
    if reader.take("to", "from"):
        place = read_place(reader, briefing)
        if place is None or not path or place is not path[0]:
            return None
    return _gone_to(path[0], briefing, reader) if path else None


def _read_going(briefing: Briefing, reader: Reader) -> Plan | None:
    back = _brought_back(briefing, reader)
    if back is not None:
        return back
    if not reader.take(*_GO):
        return None
    place = read_place(reader, briefing)
    if place is None:
        return None
    reader.take("again")
    return _gone_to(place, briefing, reader)


def _read_undo(briefing: Briefing, reader: Reader) -> Plan | None:
    if not reader.take(*_UNDO):
        return None
    path = path_of(briefing.tree)
    deed = reader.position
    count = _count(reader)
    if count is not None and count > max(1, len(path) - 1):
        made = f"only {len(path) - 1} of them" if len(path) > 1 else "no step at all"
        raise Question(f"I cannot undo {count} steps: {made} led here.")
    reader.take("only", "just")
    what = reader.take(*_WHAT) if count is None else None
    if not what and count is None and reader.token() is not None and not _at_end(reader):
        return _undone_deed(briefing, reader, deed)
    if not briefing.can_undo:
        raise Question("There is nothing to undo.")
    if not count or count == 1 or not path:
        if _ended(reader):
            return Plan(intent=Intent.UNDO, summary="Undo")
        return _then(path[-2], reader, columns_of_last(briefing)) if len(path) > 1 else None
    target = path[-1 - count]
    if _ended(reader):
        summary = f"Undo {count} steps"
        return Plan(intent=Intent.UNDO, summary=summary, target=target.node_id)
    return _then(target, reader)


def _undone_deed(briefing: Briefing, reader: Reader, start: int) -> Plan | None:
    """ "undo the trimming": what is not the last step cannot be taken out alone."""
    path = path_of(briefing.tree)
    deed = reader.text(start, len(reader.tokens))
    found = nodes_by_deed(path, deed)
    if not found:
        raise Question(f"I found no step that fits {deed!r}, so I did nothing.")
    if len(found) > 1:
        raise which_node(found, before=True, path=path)
    if found[0] is path[-1]:
        return Plan(intent=Intent.UNDO, summary="Undo")
    before = path[path.index(found[0]) - 1]
    later = len(path) - 1 - path.index(found[0])
    steps = "a later step builds" if later == 1 else f"{later} later steps build"
    raise Question(
        f"That was node {found[0].number}, and {steps} on it. Shall I go back to before it, and "
        "leave what came after, too?",
        (Choice(label="yes", message=f"go back to node {before.number}"),),
    )


def _read_redo(briefing: Briefing, reader: Reader) -> Plan | None:
    if not reader.take(*_REDO):
        return None
    reader.take(*_WHAT)
    if not _ended(reader):
        raise Question(
            "I redo one undo at a time, and nothing else in one message. Say only: redo."
        )
    if not briefing.can_redo:
        raise Question("There is nothing to redo.")
    return Plan(intent=Intent.REDO, summary="Redo")


def _brought_back(briefing: Briefing, reader: Reader) -> Plan | None:
    """ "bring the email column back": an undo if it went with the last step, else a question."""
    if not reader.take("bring back", "bring", "get back", "give me back", "restore"):
        return None
    path = path_of(briefing.tree)
    start = reader.position
    if reader.take(*_WHAT_WENT):
        reader.take("back")
        last = last_done(briefing)
        went = last is not None and any(map(_takes_away, last.actions))
        return Plan(intent=Intent.UNDO, summary="Undo") if went and _ended(reader) else None
    while (token := reader.token()) is not None and token.word not in {"back", ".", "!", "please"}:
        reader.advance()
    found = nodes_by_deed(path, f"drop {reader.text(start, reader.position)}")
    if not found or not reader.text(start, reader.position):
        return None
    before = path[path.index(found[-1]) - 1]
    if found[-1] is path[-1]:
        return Plan(intent=Intent.UNDO, summary="Undo")
    raise Question(
        f"It went at node {found[-1].number}, and later steps build on that. Shall I go back to "
        "before it, and leave what came after, too?",
        (Choice(label="yes", message=f"go back to node {before.number}"),),
    )


def _takes_away(action: Action) -> bool:
    return action.rows is RowEffect.FEWER or isinstance(action, (DropColumns, KeepColumns))


def _gone_to(place: Node, briefing: Briefing, reader: Reader) -> Plan:
    if not _ended(reader):
        return _then(place, reader)
    if place.node_id == briefing.tree.pointer and not briefing.can_undo:
        raise Question("There is nothing to undo: this is the first version of the table.")
    return Plan(
        intent=Intent.ROLLBACK, summary=f"Go back to node {place.number}", target=place.node_id
    )


def _then(place: Node, reader: Reader, changed: tuple[str, ...] = ()) -> Plan:
    """What else the message asks for is done there, so that nothing in between is lost.

    `changed` are the columns that "it" means.
    """
    ended = reader.take_end_of_clause()
    reader.skip("instead", "rather", ",")
    if not ended:
        rest = reader.text(reader.position, len(reader.tokens))
        raise Question(f"I understood that I am to go back, but not {rest!r}, so I did nothing.")
    return plan_commands(
        without_instead(reader.message),
        place.snapshot.shape,
        start=reader.position,
        target=place.node_id,
        changed=changed,
    )


def _count(reader: Reader) -> int | None:
    """ "the last two steps", "3 changes", "both", "twice"."""
    start = reader.position
    if reader.take("both", "twice", "both of them"):
        reader.take(*_STEPS)
        return 2
    reader.take("the last", "last", "the previous", "the")
    token = reader.token()
    if token is not None:
        number = as_number(token.text)
        if isinstance(number, int) and 0 < number < 1000:
            reader.advance()
            reader.take(*_STEPS)
            return number
    reader.position = start
    return None


def _at_end(reader: Reader) -> bool:
    start = reader.position
    try:
        return reader.take_end_of_clause()
    finally:
        reader.position = start


def _ended(reader: Reader) -> bool:
    """Whether the message ends here; polite words are read."""
    start = reader.position
    if reader.take_end_of_clause() and reader.token() is None:
        return True
    reader.position = start
    return False


def _spoken(phrase: str, place: Node | None) -> str:
    return f"{phrase} {'here' if place is None else f'node {place.number}'}"
