"""Groups by how many rows they have, or by a figure of them: "customers with over 3 orders"."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.actions import Comparison, Operator, OwnFigure
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.figures import FUNCTION_WORDS, figure_told, function_of
from infrastructure.llm.planner.phrases.numbers import read_number
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.condition_words import COMPARED, OR_LESS, OR_MORE, SIGNS
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

_HAVING = (
    *("with", "having", "have", "has", "had", "containing", "that contain", "with a total of"),
    *(f"{who} {have}" for who in ("that", "who", "which") for have in ("have", "has", "had")),
)
_FIGURED = (*_HAVING, "whose", "where")
_TELLING = ("that", "which", "who")
_SEVERAL = ("several", "multiple", "many")
_ONCE = {"once": 1, "twice": 2, "thrice": 3}
_ONLY = ("only", "just", "exactly", "not more than", "no more than", "precisely")
_IN_TABLE = ("in the table", "in the data", "in the file", "in it", "overall", "in total", "there")
_MONEY = ("euro", "euros", "eur", "€", "dollar", "dollars", "usd", "$", "£")
_WORDS_OF_BOUNDS = {phrase: said for said, phrases in COMPARED.items() for phrase in phrases}
_FIGURES: dict[str, OwnFigure] = {
    "sum": "sum",
    "mean": "mean",
    "median": "median",
    "min": "min",
    "max": "max",
}
_HELPING = ("has", "have", "had", "was", "were", "is", "are", "been", "got", "get", "gets")
# What every row shows of its values. Of "failed" or "cancelled" it may be shown by some alone.
_VERBS = (
    *("appear", "appears", "appeared", "appearing", "occur", "occurs", "occurred", "occurring"),
    *("come up", "comes up", "came up", "show up", "shows up", "turn up", "turns up", "come"),
    *("came", "comes", "exist", "exists", "existing", "there", "present", "listed", "mentioned"),
    *("found", "recorded", "seen", "used", "repeated", "repeat", "repeats", "contained"),
    *("order", "orders", "ordered", "buy", "buys", "bought", "purchase", "purchases", "purchased"),
    *("sold", "shopped", "visit", "visits", "visited", "book", "booked", "rented", "borrowed"),
    *("called", "logged in", "signed in", "travelled", "traveled", "donated", "attended"),
    *("placed an order", "made a purchase", "made an order", "made a booking"),
)


@dataclass(frozen=True)
class Groups:
    """The values of a column, and what is so of the rows that have them."""

    name: str
    where: Comparison


def read_groups(reader: Reader) -> Iterator[Groups]:
    """Read "customers with more than 3 orders", "cities that appear twice"."""
    start, missed = reader.position, reader.missed
    name = _named(reader)
    if name is not None:
        place = reader.position
        for read in (_with_rows, _with_figure, _so_often):
            reader.position = place
            where = read(reader, name)
            if where is not None:
                yield Groups(where.of_each[0], where)
                return
    reader.position, reader.missed = start, missed


def read_times(reader: Reader, name: str) -> Comparison | None:
    """Read "more than once", "at least 3 times", "only once": how often a value is there."""
    start = reader.position
    reader.take("only", "just")
    operator = _bound(reader)
    number: int | float | None = None
    if once := reader.take(*_ONCE):
        number = _ONCE[once]
    elif reader.take("several times", "multiple times", "many times", "repeatedly"):
        operator, number = "greater", 1
    else:
        number = next(read_number(reader), None)
        if number is not None and not reader.take("times", "time"):
            number = None
    if number is None:
        reader.position = start
        return None
    operator = _or_more(reader) or operator
    where = reader.position
    if reader.take("in", "within"):
        other = _named(reader)
        name, where = (other, reader.position) if other else (name, where)
    reader.position = where
    reader.take(*_IN_TABLE)
    return _counted(name, operator or "equals", number)


def _named(reader: Reader) -> str | None:
    """The column whose values are meant; None where several may be, or none."""
    start, missed = reader.position, reader.missed
    try:
        name = reader.column(guess=False)
    except Question:
        name = None
    if name is None:
        reader.position, reader.missed = start, missed
    return name


def _bound(reader: Reader) -> Operator | None:
    phrase = reader.take(*_WORDS_OF_BOUNDS)
    if phrase is not None:
        return _WORDS_OF_BOUNDS[phrase]
    if sign := reader.take(*SIGNS):
        return SIGNS[sign]
    return "equals" if reader.take(*_ONLY) else None


def _or_more(reader: Reader) -> Operator | None:
    if reader.take(*OR_MORE):
        return "greater_or_equal"
    return "less_or_equal" if reader.take(*OR_LESS) else None


def _counted(name: str, operator: Operator, number: int | float) -> Comparison:
    return Comparison(
        column=name, operator=operator, values=(number,), figure="rows", of_each=(name,)
    )


def _with_rows(reader: Reader, name: str) -> Comparison | None:
    """ "with more than 3 orders", "with only one person", "having several species"."""
    if not reader.take(*_HAVING):
        return None
    reader.take("a", "an")
    operator = _bound(reader)
    number: int | float | None = next(read_number(reader), None)
    if number is None and reader.take("single"):
        number = 1
    if number is None and reader.take(*_SEVERAL):
        operator, number = "greater", 1
    if number is None:
        return None
    operator = _or_more(reader) or operator
    place = reader.position
    counted = _named(reader)
    if counted is None or reader.tells_rows_apart(counted):
        reader.position = place
        if not (reader.take_row() or reader.take("person", "different rows")):
            return None
        of = _counted(name, operator or "equals", number)
    elif counted == name or counted in reader.of_types(NUMERIC):
        return None  # "with 3 pieces" is said of each row
    else:
        of = Comparison(
            column=counted,
            operator=operator or "equals",
            values=(number,),
            figure="distinct",
            of_each=(name,),
        )
    reader.take(*_IN_TABLE)
    return of


def _with_figure(reader: Reader, name: str) -> Comparison | None:
    """ "with an average salary above 5000", "whose total sales are over 1000"."""
    if not reader.take(*_FIGURED):
        return None
    reader.skip("a", "an", "the", "their", "its")
    phrase = reader.take(*FUNCTION_WORDS)
    figure = None if phrase is None else _FIGURES.get(str(figure_told(function_of(phrase))))
    reader.take("of")
    of = None if figure is None else _named(reader)
    if figure is None or of is None or of == name or of not in reader.of_types(NUMERIC):
        return None
    reader.take("is", "are", "of", "was")
    operator = _bound(reader)
    number = None if operator is None else next(read_number(reader), None)
    if operator is None or number is None:
        return None
    reader.take(*_MONEY)
    return Comparison(
        column=of, operator=operator, values=(number,), figure=figure, of_each=(name,)
    )


def _so_often(reader: Reader, name: str) -> Comparison | None:
    """ "that appear at least twice", "ordered only once", "who bought 3 times or more"."""
    reader.take(*_TELLING)
    reader.skip(*_HELPING)
    verb = reader.take(*_VERBS)
    if verb and reader.column_named(name).type is ColumnType.DATETIME:
        return None
    return read_times(reader, name)
