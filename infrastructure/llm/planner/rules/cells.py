"""Commands that correct single cells: "in row 5 set price to 10", "price of order 7 is 3"."""

from domain.actions import Action, SetInRows
from infrastructure.llm.planner.phrases.new_cells import NewCell
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.setting_cells import CLEAR, DONE_TO_TEXT, set_cells
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.unclear_values import clear
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind

_SET = "(set|change|put|make|turn|update|correct|overwrite|fix|write|edit)"
_TO = "(to|=|as|into|equal to|to be|be)"
_BE = "(=|:=|:|is|should be|must be|has to be|needs to be|ought to be|shall be|should say|to)"
_IN = "(in|of|for|on|at)"
_ONE = "(row|record|line|entry)"
_FIRST = "(first|top|topmost|very first)"
_LAST = "(last|bottom|final|very last)"
_ROW = (
    f"({_ONE} [number|no|nr|no.|#] {{start:whole}}|(rows|lines) {{start:whole}} (to|through|until) "
    f"{{end:whole}}|(rows|lines) {{range}}|{_FIRST} {_ONE}|{_LAST} {_ONE}|{_FIRST} {{first:whole}} "
    f"(rows|lines|records)|{_LAST} {{last:whole}} (rows|lines|records))"
)
_NAMED = "[the] [row|record|line|entry] [with|of|for] {where:named_rows}"


def _forms(row: str) -> tuple[str, ...]:
    return (
        f"{_SET} {{columns}} {_IN} {row} {_TO} {{new:new_cell}}",
        f"{_SET} {{columns}} {_TO} {{new:new_cell}} {_IN} {row}",
        f"{_IN} {row} [,|:] {_SET} {{columns}} {_TO} {{new:new_cell}}",
        f"{_IN} {row} [,|:] {{columns}} {_BE} {{new:new_cell}}",
        f"{row} [:|,] {{columns}} {_BE} {{new:new_cell}}",
        f"[the] [value of] {{columns}} {_IN} {row} {_BE} {{new:new_cell}} [instead]",
        f"(put|write|enter|insert) {{new:new_cell}} (in|into|as|for) {{columns}} {_IN} {row}",
        f"{CLEAR} {{columns}} {_IN} {row}",
    )


@by_patterns(*_forms(_ROW))
def set_in_rows(said: Said) -> tuple[Action, ...] | None:
    """Read "in row 5 set price to 10", "the comment of the last row should be 'x'"."""
    new: NewCell = said.get("new", NewCell())
    start, end = _places(said)
    reader, written = said.reader, new.written
    if new.other is not None or said["columns"] == reader.shape.column_names or _remarks(said, new):
        return None
    rows = reader.shape.rows if reader.fresh else None
    if rows is not None and max(abs(start), abs(end or 0)) > rows:
        raise Question(f"The table has only {rows} rows. Which of them do you mean?")
    if written is None:
        return (SetInRows(columns=said["columns"], start=start, end=end),)
    if written.kind is Kind.WORD and written.text.casefold() in DONE_TO_TEXT:
        return None
    clear(written)
    return tuple(
        SetInRows(
            columns=(name,), start=start, end=end, value=typed(written, reader.column_named(name))
        )
        for name in said["columns"]
    )


@by_patterns(*_forms(_NAMED))
def set_in_named(said: Said) -> tuple[Action, ...] | None:
    """Read "the price of order 1003 should be 12"."""
    where, reader = said["where"], said.reader
    new = said.get("new", NewCell())
    if where.column in said["columns"] or _remarks(said, new):
        return None
    return set_cells(reader, new, said["columns"], where)


def _remarks(said: Said, new: NewCell) -> bool:
    """Whether it may say what is there: "the status of order 5 is unclear"."""
    plain = new.written is None or new.written.kind is Kind.WORD
    return plain and said.says("is", ":")


def _places(said: Said) -> tuple[int, int | None]:
    """The places of the first row and the last."""
    if "range" in said:
        start, end = said["range"]
    elif "start" in said:
        start, end = said["start"], said.get("end", said["start"])
    elif "first" in said:
        start, end = 1, said["first"]
    elif "last" in said:
        return -said["last"], None
    else:
        return (1, 1) if said.says("first", "top", "topmost") else (-1, None)
    return start, end


RULES = (set_in_rows, set_in_named)
