"""What is said beside commands: thanks, and a plain no."""

from application.ports.language_model import Briefing
from domain.plan import Choice, Intent, Plan
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

_THANKS = (
    *(
        "thanks",
        "thank you",
        "thx",
        "great",
        "perfect",
        "ok",
        "okay",
        "good",
        "nice",
        "cool",
        "yes",
    ),
    *("very good", "well done", "good job", "thanks a lot", "thank you very much", "awesome"),
    *("that's right", "that is right", "looks good", "excellent", "super", "wonderful", "fine"),
)
_WRONG = (
    *("no", "wrong", "that was wrong", "that is wrong", "that's wrong", "oops", "not good", "nope"),
    *("that's not what i wanted", "that is not what i wanted", "that's not right", "not right"),
    *("that is not right", "that was a mistake", "i changed my mind", "i want it back", "bad"),
    *("that's not what i meant", "that is not what i meant", "not what i wanted", "no good"),
)


def read_manners(briefing: Briefing, reader: Reader) -> Plan | None:
    """An answer, or a question back, if the whole message is no more than that."""
    if _says(reader, _THANKS):
        reply = "Good. Say what should happen next, or: undo."
        return Plan(intent=Intent.ANSWER, summary="Reply", reply=reply)
    if briefing.can_undo and _says(reader, _WRONG):
        raise Question(
            "Shall I undo the last step? Or say what was meant, such as: no, I meant city.",
            (Choice(label="yes", message="undo that"),),
        )
    return None


def _says(reader: Reader, phrases: tuple[str, ...]) -> bool:
    reader.position = 0
    read = False
    while reader.take(*phrases):
        read = True
        reader.skip(",", ".", "!", "?", "so much", "very much")
    return read and reader.token() is None
