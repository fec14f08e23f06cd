"""Values that are said without their column: "orders from Berlin", "how many were cancelled"."""

from domain.actions import Action
from domain.plan import Choice
from infrastructure.llm.planner import words
from infrastructure.llm.planner.patterns import Said, by_patterns
from infrastructure.llm.planner.reader import TEXT, Question
from infrastructure.llm.planner.tokens import Kind, quotation

_ASK = "[what|whats|what's|show|tell|give|calculate] [me] [is|are|was|were]"
_PART = "(percentage|percent|share|fraction|proportion|part)"
_CHANGE = "(keep|drop|remove|delete|show|only|filter|exclude) [me] [all|any|only|just]"
_BEFORE_VALUE = ("is", "are", "was", "were", "from", "in", "came", "come", "comes")
_IS = f"({'|'.join(_BEFORE_VALUE)}) [from|in]"
_MOST_WORDS = 4
_SHOWN = 12


@by_patterns(
    f"{_ASK} [the] {_PART} of [all] {{things}} {_IS} {{about}}",
    f"how many [percent] [of] [all] {{things}} {_IS} {{about}}",
    f"{_CHANGE} {{rows}} {_IS} {{about}}",
)
def ask_in_which_column(said: Said) -> tuple[Action, ...] | None:
    """Ask in which column the value is: no cell is seen here."""
    reader = said.reader
    end, place = reader.position, reader.position - len(said["about"])
    value = reader.tokens[place:end]
    names = {name.casefold() for name in reader.shape.column_names}
    if len(value) > _MOST_WORDS or any(
        token.kind not in {Kind.WORD, Kind.QUOTED}
        or token.word in (words.KEYWORDS - {"or"}) | names | set(_BEFORE_VALUE)
        for token in value
    ):
        return None
    written = reader.text(place, end)
    while reader.tokens[place - 1].word in (*_BEFORE_VALUE, "the"):
        place -= 1
    before, after = reader.text_around(place, end)
    raise Question(
        f"In which column is {written!r}?",
        tuple(
            Choice(label=name, message=f"{before}where {quotation(name)} is {written}{after}")
            for name in reader.of_types(TEXT)[:_SHOWN]
        ),
    )


RULES = (ask_in_which_column,)
