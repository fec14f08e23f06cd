"""Questions about figures over time: "total amount per month", "how many orders each day"."""

from domain.actions import Action, Aggregate, Period, TellOverTime
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.question_scope import Scope
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import quotation

_ASK = (
    "[(what|whats|what's|show|tell|give|calculate|compute|find|get|display|report|list|see|sum) "
    "[me|us] [is|are|was|were]]"
)
_PER = (
    "(per|by|each|every|for each|in each|for every|in every|grouped by|broken down by|on each|"
    "did we have each|did we get each|are there each|were there each|are there per|were there per)"
)
_OF_DATES = "[(of|in|by|from|based on|according to|using) {dates:column}]"
_PERIOD = f"{_PER} {{period}} {_OF_DATES} [[and|,] [{_PER}] {{by:columns}}]"
_GROUPED = f"{_PER} {{by:columns}} [and|,] [{_PER}] {{period}} {_OF_DATES}"


_BEGIN = frozenset({"per", "by", "each", "every", "for", "in", "on", "grouped", "broken"})
_WERE = "[were made|were there|were placed|did we have]"


def _forms(figures: str) -> tuple[str, str]:
    said = f"{_ASK} [the] {figures} {_WERE}"
    return f"{said} {_PERIOD} {{scope}}", f"{said} {_GROUPED} {{scope}}"


@by_patterns(
    *_forms("{figures}"),
    *_forms("{column} {total:figure_word}"),
    f"{_ASK} [the] {{periodic}} {{figures}} [(by|per|for each) {{by:columns}}] {{scope}}",
)
def tell_over_time(said: Said) -> tuple[Action, ...] | None:
    """Read "total amount per month", "monthly average of price by region"."""
    figures: tuple[Aggregate, ...] = said.get("figures", ())
    if "total" in said:
        figures = (Aggregate(function=said["total"], column=said["column"]),)
    if len(figures) == 1 and figures[0].function == "rows":
        # "Count customers per month" may be of different ones: see count_over_time.
        return None
    return _told(said, figures)


@by_patterns(
    *_forms("{rows}"),
    *_forms("(how many|number of|count of|count) [the] {things}"),
    *_forms(
        "[how many|number of|count of|count] [the] (different|distinct|unique) {distinct:column}"
    ),
    f"how many {{things}} [were] {{dates:column}} {_PER} {{period}} "
    f"[[and|,] [{_PER}] {{by:columns}}] {{scope}}",
    f"count {_PERIOD} {{scope}}",
    f"{_ASK} [the] {{periodic}} (number|count|counts|numbers) of {{things}} {{scope}}",
)
def count_over_time(said: Said) -> tuple[Action, ...] | None:
    """Read "how many orders per day", "orders per week"."""
    if "distinct" in said:
        return _told(said, (Aggregate(function="distinct", column=said["distinct"]),))
    return _told(said, (Aggregate(function="rows"),))


@by_patterns(f"{_ASK} [the] {{column}} {_PERIOD} {{scope}}")
def ask_for_figure(said: Said) -> tuple[Action, ...] | None:
    """Ask which figure of "amount per month" is meant."""
    reader, name = said.reader, said["column"]
    if _dates(said) is None or name not in reader.of_types(NUMERIC):
        return None
    before, after = reader.text_around(reader.start, reader.position)
    rest = reader.text(_place_of(said), reader.position)
    raise Question(
        f"Which figure of {name} for each {said['period']}?",
        tuple(
            Choice(label=word, message=f"{before}{word} of {quotation(name)} {rest}{after}")
            for word in ("sum", "mean")
        ),
    )


def _place_of(said: Said) -> int:
    """Where it is said of which period the figures are."""
    tokens = said.reader.tokens
    return next(n for n in range(said.reader.start + 1, len(tokens)) if tokens[n].word in _BEGIN)


def _told(said: Said, figures: tuple[Aggregate, ...]) -> tuple[Action, ...] | None:
    scope: Scope = said["scope"]
    dates = _dates(said)
    if dates is None or scope.by or scope.order != "groups":
        return None
    period: Period = said["period"] if "period" in said else said["periodic"]
    if "period" in said and "dates" not in said:
        _ask_if_column(said, dates, period)
    by = tuple(name for name in said.get("by", ()) if name != dates)
    return (TellOverTime(dates=dates, period=period, aggregates=figures, by=by, where=scope.where),)


def _ask_if_column(said: Said, dates: str, period: Period) -> None:
    """Raise Question at "per year" where another column is called so in part: fiscal_year."""
    reader = said.reader
    times = reader.of_types(frozenset({ColumnType.DATETIME}))
    named = [n for n in reader.shape.column_names if period in name_words(n) and n not in times]
    if not named:
        return
    token = reader.tokens[_place_of_period(said, period)]
    before, after = reader.message[: token.start], reader.message[token.end :]
    raise Question(
        f"The {period} of {dates}, or {' or '.join(named)}?",
        (
            Choice(label=dates, message=f"{before}{period} of {quotation(dates)}{after}"),
            *(Choice(label=name, message=f"{before}{quotation(name)}{after}") for name in named),
        ),
    )


def _dates(said: Said) -> str | None:
    """The column of the dates. Raises Question where there are several."""
    reader = said.reader
    names = reader.of_types(frozenset({ColumnType.DATETIME}))
    if "dates" in said:
        return said["dates"] if said["dates"] in names else None
    if len(names) > 1:
        before, after = reader.text_around(reader.start, reader.position)
        command = reader.text(reader.start, reader.position).rstrip(" .!?")
        period = said["period"] if "period" in said else said["periodic"]
        place = reader.tokens[_place_of_period(said, period)]
        split = place.end - reader.tokens[reader.start].start
        until, rest = command[:split], command[split:]
        raise Question(
            f"The {period} of which date do you mean: {' or '.join(names)}?",
            tuple(
                Choice(
                    label=name,
                    message=f"{before}{until} of {quotation(name)}{rest}{after}",
                )
                for name in names
            ),
        )
    return names[0] if names else None


def _place_of_period(said: Said, period: str) -> int:
    tokens = said.reader.tokens
    return next(
        n
        for n in range(said.reader.start, said.reader.position)
        if period in {tokens[n].word, tokens[n].word.removesuffix("s")} or "period" not in said
    )


RULES = (tell_over_time, count_over_time, ask_for_figure)
