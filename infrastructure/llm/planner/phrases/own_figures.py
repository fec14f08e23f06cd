"""Numbers compared with a figure of their own column: "above the average", "below its median".

Also with that of their group: "below the mean of their department", "above the class average".
"""

from dataclasses import dataclass, replace

from domain.actions import Comparison, Operator, OwnFigure
from domain.plan import Choice
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, quotation

ORDERING = frozenset({"less", "less_or_equal", "greater", "greater_or_equal"})
_WORDS: dict[str, OwnFigure] = {
    **dict.fromkeys(("average", "averages", "mean", "avg", "average value", "mean value"), "mean"),
    **dict.fromkeys(("median", "median value"), "median"),
}
_ARTICLES = ("the", "its", "their", "an", "the overall", "overall", "his", "her", "their own")
_OF_ALL = ("of all", "overall", "of all rows", "of the table", "of the column")
_OF_GROUP = ("of", "for", "in", "within", "among", "across", "per", "by", "inside")
_OF_THEIRS = (
    *("their", "its", "his", "her", "each", "every", "the same", "their own", "its own", "same"),
    *("their respective", "the respective", "the whole", "that"),
)
_OWNERS = ("'s", "\u2019s")


@dataclass(frozen=True)
class Figured:
    """A figure, of all rows or of those that have the same in the columns `of_each`."""

    figure: OwnFigure
    of_each: tuple[str, ...] = ()

    def compared(self, name: str, operator: Operator) -> Comparison:
        return Comparison(column=name, operator=operator, figure=self.figure, of_each=self.of_each)


def read_own_figure(reader: Reader) -> Figured | None:
    """Read "the average", "the class average", "the mean of their class", if it is no column."""
    start = reader.position
    reader.take(*_ARTICLES)
    named = reader.at_lone_name()
    said = None if named else reader.take(*_WORDS)
    of_each = () if named or said else _owner(reader)
    said = reader.take(*_WORDS) if of_each else said
    if said is None:
        reader.position = start
        return None
    return Figured(_WORDS[said], of_each or read_group(reader))


def read_group(reader: Reader) -> tuple[str, ...]:
    """Read "of their department", "per city": nothing where the figure is of all, or of numbers."""
    start, missed = reader.position, reader.missed
    if reader.take(*_OF_GROUP):
        theirs = reader.take(*_OF_THEIRS) is not None
        reader.take("the")
        name = reader.column()
        if name is not None and (theirs or name not in reader.of_types(NUMERIC)):
            return (name,)
    reader.position, reader.missed = start, missed
    return ()


def _owner(reader: Reader) -> tuple[str, ...]:
    """The class of "the class average", the department of "their department's mean"."""
    start, missed, token = reader.position, reader.missed, reader.token()
    name = None
    if token is not None and token.kind is Kind.WORD and token.word.endswith(_OWNERS):
        owner = reader.over((replace(token, text=token.text[:-2]),))
        name = owner.column()
        reader.advance()
    elif token is not None:
        name = reader.column(guess=False)
    if name is not None and name not in reader.of_types(NUMERIC) and reader.at(*_WORDS):
        return (name,)
    reader.position, reader.missed = start, missed
    return ()


def read_figure_of(reader: Reader, name: str) -> Figured | None:
    """Read "the average", also "the average price" where that is the column itself."""
    start = reader.position
    if name not in reader.of_types(NUMERIC):
        return None
    figured = read_own_figure(reader)
    if figured is None:
        return None
    within = reader.take("of", "for", "in")
    place, missed = reader.position, reader.missed
    _refuse_some(reader, figured, within)
    if figured.of_each or reader.take(*_OF_ALL):
        return figured
    called = reader.take("(") is not None
    other = reader.column()
    if called and not (other == name and reader.take(")")):
        reader.position = start
        return None
    if other not in {None, name}:
        # The average of what else there is: of another column.
        reader.position = start
        return None
    reader.position = place if other is None else reader.position
    reader.missed = missed
    return figured if other is None else replace(figured, of_each=read_group(reader))


def _refuse_some(reader: Reader, figured: Figured, within: str | None) -> None:
    """Raise Question at "more than the average of IT", where that is a value that cells hold."""
    token = reader.token()
    if not within or token is None or token.text not in reader.held:
        return
    before, _ = reader.text_around(reader.position - 1, reader.position)
    columns = tuple(reader.held[token.text])
    raise Question(
        f"I know the {figured.figure} of all rows, and of each group, and not that of "
        f"{token.text!r} alone. Which of them do you mean?",
        (
            Choice(label="of all rows", message=before),
            *(
                Choice(label=f"of each {name}", message=f"{before} of their {quotation(name)}")
                for name in columns
            ),
        ),
    )


def ask_of_which(reader: Reader, figured: Figured, start: int, end: int) -> Question:
    """The question at "rows above average"; `start` is where the figure begins, `end` where it
    ends."""
    before, after = reader.text_around(start, end)
    group = "".join(f" of their {quotation(name)}" for name in figured.of_each)
    return Question(
        f"The {figured.figure} of which column do you mean?",
        tuple(
            Choice(
                label=name, message=f"{before}the {figured.figure} {quotation(name)}{group}{after}"
            )
            for name in reader.of_types(NUMERIC)
        ),
    )
