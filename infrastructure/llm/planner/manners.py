"""What is said beside commands: thanks, a plain no, and which columns there are."""

from application.ports.language_model import Briefing
from domain.actions.errors import PLURALS
from domain.plan import Choice, Intent, Plan
from domain.table import TableShape
from infrastructure.llm.planner.reader import Question, Reader

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
_COLUMNS = (
    *("list the columns", "list columns", "what columns are there", "which columns are there"),
    *("what are the columns", "what are the columns called", "show me the columns", "show columns"),
    *("show the columns", "what columns do i have", "which columns do i have", "list all columns"),
    *("what columns does the table have", "which columns does the table have", "column names"),
    *(
        "what are the column names",
        "what columns exist",
        "what types do the columns have",
        "schema",
    ),
    *("what are the types of the columns", "what are the types of columns", "dtypes", "info"),
    *("what types are the columns", "what type are the columns", "column types", "data types"),
    *("what are the data types", "show the column types", "show me the column types"),
    *("show the data types", "show me the data types", "what type does each column have"),
    *("what are the data types of the columns", "which types do the columns have"),
    *("show me the schema", "show the schema", "what are the types", "what are the column types"),
)
_SHOWN = 60


def read_manners(briefing: Briefing, reader: Reader) -> Plan | None:
    """An answer, or a question back, if the whole message is no more than that."""
    if _says(reader, _COLUMNS):
        return _answer("Tell the columns", _columns(briefing.shape))
    if _says(reader, _THANKS):
        return _answer("Reply", "Good. Say what should happen next, or: undo.")
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


def _columns(shape: TableShape) -> str:
    """Every name with its type and gaps; of very many the first."""
    told = [
        f"{column.name} ({PLURALS[column.type]}"
        + (f", {column.nulls} missing)" if column.nulls else ")")
        for column in shape.columns[:_SHOWN]
    ]
    more = len(shape.columns) - len(told)
    rest = f" and {more} more" if more > 0 else ""
    return f"There are {len(shape.columns)} columns: {', '.join(told)}{rest}."


def _answer(summary: str, reply: str) -> Plan:
    return Plan(intent=Intent.ANSWER, summary=summary, reply=reply)
