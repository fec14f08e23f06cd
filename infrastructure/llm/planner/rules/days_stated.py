"""Commands about the time from or to a day that is written: "the age as of 2024-01-01"."""

from domain.actions import Action, DateDifference, Derive, DropColumns, ParseDates
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.date_words import TimeUnit
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader, free_name
from infrastructure.llm.planner.reading.tokens import quotation

Actions = tuple[Action, ...]

_ADD = (
    "[(add|create|make|insert|compute|calculate|derive|get|give me|work out|determine)] "
    "[a|an|the] [new|another|extra] [column|field] [with|for|of|holding|containing|showing] "
    "[the|everyone's|everybody's|each person's|their]"
)
_SO = (
    "[[,|;|.|?] [and] (as|into|in|to|called|named|call it|save it as|store it in|put it in|"
    "put it into|name it|save as) [a|an|the] [new|extra] [column|field] [called|named] {name}]"
)
_AS_OF = "(as of|as at|as on|as per|on|at|by|of|per|relative to|for|until|till) [the] [day|date]"
_FROM = "(from|by|using|based on|out of|of|with|via)"
_OF_WHOM = "[of [each|every|all] [{rows}]]"
_BORN = frozenset({"birth", "birthday", "birthdate", "born", "dob", "birthdays"})
_UNIT = "[the] [number of] {unit:time_unit} [passed|elapsed]"


@by_patterns(
    f"{_ADD} (age|ages) [in years] {_OF_WHOM} {_AS_OF} {{day}} {_SO}",
    f"{_ADD} (age|ages) [in years] {_OF_WHOM} {_AS_OF} {{day}} {_FROM} {{column}} {_SO}",
    f"{_ADD} (age|ages) [in years] {_OF_WHOM} {_FROM} {{column}} {_AS_OF} {{day}} {_SO}",
    f"how old (is|are|was|were) [each|every|all] {{rows}} {_AS_OF} {{day}} {_SO}",
    f"{_ADD} {{name}} (=|:|as) age [in years] {_AS_OF} {{day}} [{_FROM} {{column}}]",
)
def age_on_day(said: Said) -> Actions | None:
    """Read "compute the age as of 2024-01-01 from birth date"."""
    born = said.get("column") or _born(said.reader)
    return _time_passed(said, born, said["day"], "years", said.get("name", "age"))


@by_patterns(
    f"{_ADD} (age|ages) [in years] {_OF_WHOM} {_SO}",
    f"{_ADD} (age|ages) [in years] {_OF_WHOM} {_FROM} {{column}} {_SO}",
)
def ask_day_of_age(said: Said) -> Actions | None:
    """Ask for the day of "calculate the age from birth date": nobody tells what day it is."""
    born = said.get("column") or _born(said.reader)
    if born not in _dates(said.reader):
        return None
    raise Question(
        "As of which day? I know the table, and not today's date. Say, for example: add the age "
        f"as of 2025-01-01 from {quotation(born)}."
    )


@by_patterns(
    f"{_ADD} {_UNIT} (between|from|since) {{column}} (and|to|until|till|up to) {{day}} {_SO}",
    f"{_ADD} {{name}} (=|:|as) {_UNIT} (between|from|since) {{column}} (and|to|until|till) {{day}}",
)
def time_until_day(said: Said) -> Actions | None:
    """Read "days between hired and 2024-01-01 as tenure"."""
    return _time_passed(said, said["column"], said["day"], said["unit"], said.get("name"))


_TODAY = "(today is|today being|today =|today :|with today =|if today is|counting to|counted to)"


@by_patterns(
    f"{_ADD} {_UNIT} (since|from) {{column}} [,|;|.|«] [and] ({_TODAY}|{_AS_OF}) {{day}} [»] {_SO}",
)
def time_since_column(said: Said) -> Actions | None:
    """Read "add the days since ordered, today is 2024-12-31"."""
    return _time_passed(said, said["column"], said["day"], said["unit"], said.get("name"))


@by_patterns(f"[{_ADD}] {_UNIT} since {{column}} [until|till|to] [today|now] {_SO}")
def ask_day_since(said: Said) -> Actions | None:
    """Ask up to which day the "days since ordered" count."""
    if said["column"] not in _dates(said.reader):
        return None
    raise Question(
        "Up to which day? I know the table, and not today's date. Say, for example: "
        f"{said['unit']} since {said['column']} until 2025-01-01."
    )


_SERVICE = "(service|tenure|employment|membership|seniority|experience|work|being with us)"


@by_patterns(
    f"{_ADD} {_UNIT} of {_SERVICE} {_OF_WHOM} {_AS_OF} {{day}} {_SO}",
    f"{_ADD} {_UNIT} of {_SERVICE} {_OF_WHOM} {_AS_OF} {{day}} {_FROM} {{column}} {_SO}",
    f"{_ADD} {_UNIT} of {_SERVICE} {_OF_WHOM} {_FROM} {{column}} {_AS_OF} {{day}} {_SO}",
    f"{_ADD} (tenure|seniority|time employed) in {_UNIT} {_AS_OF} {{day}} {_SO}",
)
def service_on_day(said: Said) -> Actions | None:
    """Read "years of service as of 2024-06-30": from the one column of when somebody began."""
    since = said.get("column") or _begun(said.reader)
    name = said.get("name") or free_name(said.reader, f"{said['unit']}_of_service")
    return _time_passed(said, since, said["day"], said["unit"], name)


_BEGUN = frozenset(
    {
        *("hire", "hired", "hiring", "start", "started", "joined", "join", "joining", "employed"),
        *("entry", "entered", "begin", "began", "since", "enrolled", "registered", "signup"),
    }
)


def _begun(reader: Reader) -> str:
    """The one column of days on which somebody began. Raises Question."""
    dates = _dates(reader)
    found = [name for name in dates if _BEGUN & {*name_words(name)}]
    if len(found) == 1:
        return found[0]
    raise Question(f"Since which column: {', '.join(found or dates)}? Say: from it, behind.")


_THEN = "({end:column}|{begun:word})"
_EVERYBODY = "(everybody|everyone|each {row}|they|he|she|the {rows}|{rows})"


@by_patterns(
    f"{_ADD} (age|ages) {_OF_WHOM} (when|at|on|upon) [(they|he|she) (were|was)] {_THEN} {_SO}",
    f"how old (was|were|is|are) {_EVERYBODY} (when|at|on|upon) [(they|he|she) (were|was)] "
    f"{_THEN} [?] {_SO} [[,] [and] [add|save|put|store] (that|it|this) [as|in|into] "
    "[a|the] [new] [column]]",
)
def age_at_column(said: Said) -> Actions | None:
    """Read "how old was everybody when hired? add that as a column"."""
    reader = said.reader
    if "begun" in said and said["begun"].casefold() not in _BEGUN:
        return None
    end = said["end"] if "end" in said else _begun(reader)
    born = _born(reader)
    if end not in _dates(reader) or end == born:
        return None
    name = said.get("name") or free_name(reader, f"age_at_{end}")
    return (DateDifference(start=born, end=end, unit="years", new=name),)


@by_patterns(
    f"{_ADD} {_UNIT} (between|from|since) {{day}} (and|to|until|till|up to) {{column}} {_SO}",
    f"{_ADD} {{name}} (=|:|as) {_UNIT} (between|from|since) {{day}} (and|to|until|till) {{column}}",
)
def time_since_day(said: Said) -> Actions | None:
    """Read "days from 2024-01-01 to ordered"."""
    return _time_passed(
        said, said["column"], said["day"], said["unit"], said.get("name"), day_first=True
    )


def _time_passed(
    said: Said, column: str, day: str, unit: TimeUnit, name: str | None, *, day_first: bool = False
) -> Actions | None:
    """The day as a column for as long as the difference takes."""
    reader = said.reader
    if column not in _dates(reader):
        raise Question(f"{column!r} holds no dates yet. Say first: convert {column} to date.")
    if name is None:
        name = free_name(reader, f"{unit}_from_{day}" if day_first else f"{unit}_to_{day}")
    elif name in reader.shape.column_names:
        raise Question(f"There is already a column {name!r}. Choose another name.")
    stated = free_name(reader, "day")
    start, end = (stated, column) if day_first else (column, stated)
    return (
        Derive(new=stated, expression=repr(day)),
        ParseDates(columns=(stated,)),
        DateDifference(start=start, end=end, unit=unit, new=name),
        DropColumns(columns=(stated,)),
    )


def _born(reader: Reader) -> str:
    """The one column of dates of birth. Raises Question."""
    dates = _dates(reader)
    born = [name for name in dates if _BORN & {*name_words(name)}]
    if len(born) == 1:
        return born[0]
    if not dates:
        raise Question("No column holds dates. Convert the date of birth first.")
    raise Question(f"Which column holds the date of birth: {', '.join(born or dates)}?")


def _dates(reader: Reader) -> tuple[str, ...]:
    return reader.of_types(frozenset({ColumnType.DATETIME}))


RULES = (
    age_on_day,
    age_at_column,
    service_on_day,
    time_since_column,
    ask_day_since,
    ask_day_of_age,
    time_until_day,
    time_since_day,
)
