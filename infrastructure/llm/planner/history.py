"""Messages about the conversation itself: undo, redo, help."""

from domain.plan import Intent
from infrastructure.llm.planner import words
from infrastructure.llm.planner.reader import Question, Reader

_UNDO = (
    *("undo", "revert", "go back", "take back", "take that back", "roll back", "rollback"),
    *("step back", "cancel that", "put it back", "take it back", "reverse that"),
)
_REDO = ("redo", "do it again", "reapply", "re-do")
_WHAT = (
    *("that", "it", "this", "the last change", "the last step", "last change", "last step"),
    *("the last one", "the last action", "one step", "a step", "one", "the previous step"),
    *("my last change", "the previous change", "the change", "the last message", "once"),
    *("the last thing", "what you just did", "the last transformation", "the last undo"),
)
_HELP = (
    *("help", "what can you do", "what can i say", "what can i do", "how does this work"),
    *("what do you do", "hello", "hi", "hey", "commands", "?", "what can you do for me"),
)


def read_history(reader: Reader, *, can_undo: bool, can_redo: bool) -> Intent | None:
    """UNDO or REDO when the whole message says that. Raises Question where it cannot be done."""
    reader.skip(*words.NOISE_BEFORE, ",", ".", "!")
    for intent, phrases in ((Intent.UNDO, _UNDO), (Intent.REDO, _REDO)):
        if reader.take(*phrases) is None:
            continue
        reader.take(*_WHAT)
        possible = can_undo if intent is Intent.UNDO else can_redo
        _finish(reader, intent)
        if not possible:
            raise Question(f"There is nothing to {intent.value}.")
        return intent
    return None


def asks_for_help(reader: Reader) -> bool:
    """Whether the message asks what can be done."""
    return reader.take(*_HELP) is not None and reader.take_end_of_clause()


def _finish(reader: Reader, intent: Intent) -> None:
    rest = reader.position
    if reader.take_end_of_clause() and reader.token() is None:
        return
    reader.position = rest
    raise Question(
        f"I {intent.value} one step at a time, and nothing else in one message. "
        f"Say only: {intent.value}."
    )
