"""Numbers compared with a figure of their own column: "above the average", "below its median"."""

from domain.actions import OwnFigure
from domain.plan import Choice
from infrastructure.llm.planner.column_kinds import NUMERIC
from infrastructure.llm.planner.question import Question
from infrastructure.llm.planner.reader import Reader
from infrastructure.llm.planner.tokens import quotation

ORDERING = frozenset({"less", "less_or_equal", "greater", "greater_or_equal"})
_WORDS: dict[str, OwnFigure] = {
    **dict.fromkeys(("average", "averages", "mean", "avg", "average value", "mean value"), "mean"),
    **dict.fromkeys(("median", "median value"), "median"),
}
_ARTICLES = ("the", "its", "their", "an", "the overall", "overall")
_OF_ALL = ("of all", "overall", "of all rows", "of the table", "of the column")


def read_own_figure(reader: Reader) -> OwnFigure | None:
    """Read "the average", if it is no column."""
    start = reader.position
    reader.take(*_ARTICLES)
    named = reader.at_lone_name()
    said = None if named else reader.take(*_WORDS)
    if said is None:
        reader.position = start
        return None
    reader.take("of", "for", "in")
    return _WORDS[said]


def read_figure_of(reader: Reader, name: str) -> OwnFigure | None:
    """Read "the average", also "the average price" where that is the column itself."""
    start = reader.position
    if name not in reader.of_types(NUMERIC):
        return None
    figure = read_own_figure(reader)
    if figure is None:
        return None
    place, missed = reader.position, reader.missed
    if reader.take(*_OF_ALL):
        return figure
    called = reader.take("(") is not None
    other = reader.column()
    if called and not (other == name and reader.take(")")):
        reader.position = start
        return None
    if other not in {None, name}:
        # The average of what else there is: of another column, or of a group.
        reader.position = start
        return None
    reader.position = place if other is None else reader.position
    reader.missed = missed
    return figure


def ask_of_which(reader: Reader, figure: OwnFigure, place: int) -> Question:
    """The question at "rows above average"."""
    before, after = reader.text_around(place - 1, place)
    said = reader.text(place - 1, place)
    return Question(
        f"The {figure} of which column do you mean?",
        tuple(
            Choice(label=name, message=f"{before}{said} {quotation(name)}{after}")
            for name in reader.of_types(NUMERIC)
        ),
    )
