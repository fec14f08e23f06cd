"""Commands about dates: their parts, the time between two, how they are written."""

import re

from domain.actions import (
    Action,
    DateDifference,
    DateParts,
    Derive,
    FormatDates,
    ParseDates,
)
from domain.actions.date_parts import DatePart
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import free_name
from infrastructure.llm.planner.reading.tokens import key, quotation

_GET = (
    "(extract|add|create|get|make|compute|pull|take|derive|pull out|split out|give me|insert|put|"
    "calculate) [a|an|the] [new|another|extra] [column|columns|field] [with|for|of|containing|"
    "holding|showing|that holds|that contains|that shows]"
)
_CALLED = (
    "(as|into|to|in|called|named|and call it|in a column|in a new column|into a column|"
    "into a new column|as a new column|in its own|into its own) [a] [new|separate] [column] "
    "[called|named] {name}"
)
_ANEW = "(as|into|in|to) [a|its] (new column|new columns|own column|column of its own|extra column)"
_OF = "(from|of|in|for|out of) [each|every]"


_ISO = "(iso|iso-8601|iso8601|yyyy-mm-dd) [8601] [format|dates|date|form|style]"


@by_patterns(
    f"(convert|change|turn|make|bring|put|set|format|write|reformat) {{columns}} [to|into|in|as] "
    f"{_ISO} [{{day_first}}]",
    f"{{columns}} (should be|must be|needs to be|to|in|into|as) [in] {_ISO} [{{day_first}}]",
)
def dates_in_iso_form(said: Said) -> tuple[Action, ...] | None:
    """Read "convert signup to ISO format": texts become dates, which are written so."""
    if not set(said["columns"]) <= set(said.reader.of_types(TEXT)):
        return None
    return (ParseDates(columns=said["columns"], day_first=said.get("day_first")),)


_UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")


def _is_until(said: Said, name: str) -> bool:
    """Whether "days from date to 31 December" goes on to a day, and not to a new column."""
    bare = said.reader.verb in {*_UNITS, "the"} or any(sign.isdigit() for sign in name)
    return bare and said.says(*_UNITS) and said.says("to")


_ONE_FORMAT = (
    "(the same|one|a single|a uniform|one uniform|a common|uniform|consistent|a consistent|"
    "one single) (format|form|way|style|notation|formats)"
)
_NOUN = "[numbers|number|dates|date|values|entries]"
_ISO_FORM = "(iso|iso-8601|yyyy-mm-dd) [format|form]"


@by_patterns(
    f"[(put|bring|make|convert|write|change|get|turn)] [all] {{columns}} {_NOUN} "
    "[should be|must be] [all] "
    f"(in|into|to|have) {_ONE_FORMAT}",
    f"(write|format|make|unify|normalise|normalize|standardise|standardize) {{columns}} {_NOUN} "
    "(uniformly|consistently|uniform|consistent)",
    f"{{columns}} {_NOUN} (are|is) (in|written in) (mixed|different|various|several|inconsistent) "
    f"(formats|forms|ways|styles) [,|;|-] [so|please] (make|put|bring|convert|turn) (them|it|all) "
    f"[all] [in|into|to] ({_ONE_FORMAT}|{_ISO_FORM}|uniform|consistent|the same)",
    "(unify|normalise|normalize|standardise|standardize|harmonise|harmonize) [the] (format|formats|"
    "formatting) (of|in) {columns}",
)
def in_one_format(said: Said) -> tuple[Action, ...] | None:
    """Read "birthdates all in the same format": texts that are dates by their name become dates.

    Asks what is to go where they are phone numbers.
    """
    reader, columns = said.reader, said["columns"]
    if {*columns} <= {*reader.of_types(frozenset({ColumnType.DATETIME}))}:
        listed = ", ".join(columns)
        raise Question(f"All of {listed} is read as dates already, so it is in one format.")
    if not {*columns} <= {*reader.of_types(TEXT)}:
        return None
    if said.says("dates", "date") or all(_is_dated(name) for name in columns):
        return (ParseDates(columns=columns),)
    if len(columns) == 1 and _PHONES & {*name_words(columns[0])}:
        name = quotation(columns[0])
        raise Question(
            "What should be left of each: the digits alone, or also the signs between them?",
            (
                Choice(label="only the digits", message=f"keep only the digits in {name}"),
                Choice(
                    label="the digits and the +",
                    message=f"in {name} replace the regex '[^0-9+]' with nothing",
                ),
            ),
        )
    return None


_PHONES = frozenset({"phone", "phones", "telephone", "tel", "mobile", "fax", "cell"})
_DATED = frozenset({"date", "dates", "day", "dob", "birthdate", "birthday", "born", "timestamp"})


def _is_dated(name: str) -> bool:
    words_of_name = name_words(name)
    return bool(_DATED & {*words_of_name}) or words_of_name[-1:] in {("on",), ("at",)}


@by_patterns(
    f"{_GET} {{parts:date_parts}} [column|columns|number|part|parts] {_OF} {{column}} {_CALLED}",
    f"{_GET} {{parts:date_parts}} [column|columns|number|part|parts] {_OF} {{column}}",
    f"{_GET} {{parts:date_parts}} column [for|from|of] {{column}} {_CALLED}",
    f"[add|create|make|insert] [a] [new] column [called|named] {{name}} "
    "(with|for|holding|containing|=|from|as) "
    f"[the] {{parts:date_parts}} {_OF} {{column}}",
    f"(add|create|make|insert) {{name}} (with|=|as) [the] {{parts:date_parts}} {_OF} {{column}}",
    f"{_GET} {{parts:date_parts}} [column|columns|number|part|parts] {_OF} {{column}} {_ANEW}",
    f"[the] {{parts:date_parts}} [number] {_OF} {{column}} [{_CALLED}|{_ANEW}]",
    f"{{name}} (=|:|:=) [the] {{parts:date_parts}} {_OF} {{column}}",
    "split {column} into {parts:date_parts}",
    "break {column} (into|down into|up into) {parts:date_parts}",
)
def date_parts(said: Said) -> tuple[Action, ...] | None:
    """Read "extract the year from joined as join_year", "split date into year and month"."""
    column = said.reader.column_named(said["column"])
    if column.type is not ColumnType.DATETIME:
        raise Question(
            f"{column.name!r} holds no dates yet. Say first: convert {column.name} to date."
        )
    parts: tuple[DatePart, ...] = said["parts"]
    name = said.get("name")
    if name is not None and (len(parts) > 1 or _is_until(said, name)):
        return None
    new = (name,) if name is not None else _plain_names(said, parts)
    return (DateParts(column=column.name, parts=parts, new=new),)


@by_patterns(
    f"{_GET} {{parts:date_parts}} [column|columns]",
    f"{_GET} {{parts:date_parts}} {_ANEW}",
)
def date_parts_of_it(said: Said) -> tuple[Action, ...] | None:
    """Read "add a month column": of the dates that the step before read, or of the only ones."""
    reader, parts = said.reader, said["parts"]
    if set(parts) & set(reader.shape.column_names) or said.says(*_UNITS):
        return None
    dates = reader.of_types(frozenset({ColumnType.DATETIME}))
    dates = tuple(name for name in dates if name in reader.changed) or dates
    if len(dates) == 1:
        return (DateParts(column=dates[0], parts=parts, new=parts),)
    end = reader.tokens[reader.position - 1].end
    said_before, said_after = reader.message[:end], reader.message[end:]
    choices = (
        Choice(label=name, message=f"{said_before} of {quotation(name)}{said_after}")
        for name in dates
    )
    raise Question("Of which dates? Name their column.", tuple(choices))


@by_patterns(
    f"{_GET} {{of:word}} {{parts:date_parts}} [column]",
    f"{_GET} {{of:word}} {{parts:date_parts}} [column] (from|out of|based on) {{column}}",
)
def date_part_of_one(said: Said) -> tuple[Action, ...] | None:
    """Read "add the hire year": of the only dates whose name has the word."""
    reader, parts, of = said.reader, said["parts"], key(said["of"])
    new: str = parts[0] if of in {"called", "named"} else f"{said['of']} {parts[0]}"
    dates = reader.of_types(frozenset({ColumnType.DATETIME}))
    found = [name for name in dates if of in name_words(name)]
    if "column" in said:
        found = [name for name in dates if name == said["column"]]
    if len(found) != 1 or len(parts) > 1 or said.says(*_UNITS):
        return None
    if new in reader.shape.column_names:
        raise Question(f"There is already a column {new!r}. What should the new one be called?")
    return (DateParts(column=found[0], parts=parts, new=(new,)),)


_WHOLE = ("year", "month", "day", "hour")


@by_patterns(
    "{column} should [just|only] be [just|only] [the] {parts:date_parts} [number] [only]",
    "(reduce|shorten|truncate|change|convert|turn) {column} (to|into) [just|only] [the] "
    "{parts:date_parts} [number] [only]",
    "(keep|leave) (only|just) [the] {parts:date_parts} (of|from|in) {column}",
    "replace {column} (with|by) its {parts:date_parts}",
)
def only_part(said: Said) -> tuple[Action, ...] | None:
    """Read "born should just be the year": the number takes the place of the date."""
    name, parts = said["column"], said["parts"]
    dates = said.reader.of_types(frozenset({ColumnType.DATETIME}))
    if name not in dates or len(parts) > 1 or parts[0] not in _WHOLE or not said.says(*_WHOLE):
        return None  # "convert joined to days" may mean how long ago
    return (Derive(new=name, expression=f"{parts[0]}({backticked(name)})"),)


def _plain_names(said: Said, parts: tuple[DatePart, ...]) -> tuple[str, ...]:
    """What a person calls them who says "create a year column": year, if nothing is called so."""
    plain = said.says("column", "columns")
    return parts if plain and not set(parts) & set(said.reader.shape.column_names) else ()


_UNIT = "{unit:time_unit}"
_BETWEEN = (
    "(between {start:column} and {end:column}|from {start:column} (to|until|till) {end:column}|"
    "since {start:column} until {end:column}|that passed between {start:column} and {end:column})"
)
_TIME = (
    "(difference|time|duration|gap|interval|time difference|elapsed time|delay|time span|period|"
    "number)"
)
_NEW = "(add|create|make|compute|calculate|insert|get|derive) [a|an|the] [new] [column|field]"
_HOLDING = "with|for|of|holding|containing|showing"
_SO_CALLED = (
    "(as|into|called|named|and call it|, call it|call it|in|in a column|in a new column|"
    "into a new column|"
    "into a column|in the column) [a] [new] [column] [called|named] {name}"
)
_HOW_LONG = (
    f"[the] (number of {_UNIT}|{_TIME} in {_UNIT}|{_UNIT}|{_UNIT} elapsed|{_TIME} of {_UNIT}|"
    f"{_UNIT} {_TIME})"
)


@by_patterns(
    f"{_NEW} {_HOW_LONG} {_BETWEEN} {_SO_CALLED}",
    f"{_NEW} [the] {_TIME} {_BETWEEN} in {_UNIT} {_SO_CALLED}",
    f"{_NEW} [called|named] {{name}} (with|=|:|as|of|for|holding|containing|showing) {_HOW_LONG} "
    f"{_BETWEEN}",
    f"{_NEW} [called|named] {{name}} (with|=|:|as|of|for|holding) [the] {_TIME} {_BETWEEN} "
    f"in {_UNIT}",
    f"{_NEW} [called|named] {{name}} (with|=|:|as|of|for) [the] {_TIME} in {_UNIT} {_BETWEEN}",
    f"new [column|field] [called|named] {{name}} (with|=|:|as|of) {_HOW_LONG} {_BETWEEN}",
    f"{_NEW} [called|named] {{name}} (=|:|as|is) {{end:column}} (-|minus) {{start:column}} in "
    f"{_UNIT}",
    f"{_NEW} {{end:column}} (-|minus) {{start:column}} in {_UNIT} {_SO_CALLED}",
    f"{{name}} (=|:=) {{end:column}} (-|minus) {{start:column}} in {_UNIT}",
    f"{{name}} (=|:=) {_HOW_LONG} {_BETWEEN}",
    f"{_HOW_LONG} {_BETWEEN} {_SO_CALLED}",
    f"how long [did|does|do|was|is] [it|delivery|this|each|the order] [take|took|last|taken] [?] "
    f"{_NEW} [called|named] {{name}} (:|with|as|=) [the] {_TIME} in {_UNIT} {_BETWEEN}",
)
def date_difference(said: Said) -> tuple[Action, ...] | None:
    """Read "compute the number of days between ordered and delivered as delay"."""
    start, end = said["start"], said["end"]
    dates = said.reader.of_types(frozenset({ColumnType.DATETIME}))
    for name in (start, end):
        if name not in dates:
            raise Question(f"{name!r} holds no dates yet. Say first: convert {name} to date.")
    if said["name"] in said.reader.shape.column_names:
        raise Question(f"There is already a column {said['name']!r}. Choose another name.")
    return (DateDifference(start=start, end=end, unit=said["unit"], new=said["name"]),)


@by_patterns(
    f"[{_NEW}] [{_HOLDING}] {_HOW_LONG} {_BETWEEN}",
    f"[{_NEW}] [{_HOLDING}] [the] {_TIME} {_BETWEEN} in {_UNIT}",
)
def difference_unnamed(said: Said) -> tuple[Action, ...] | None:
    """Read "days between ordered and delivered", which is called so."""
    start, end, unit = said["start"], said["end"], said["unit"]
    if not {start, end} <= {*said.reader.of_types(frozenset({ColumnType.DATETIME}))}:
        return None
    name = free_name(said.reader, f"{unit}_from_{start}_to_{end}")
    return (DateDifference(start=start, end=end, unit=unit, new=name),)


@by_patterns(f"[{_NEW}] [the] {_TIME} {_BETWEEN} [{_SO_CALLED}]")
def ask_unit(said: Said) -> tuple[Action, ...] | None:
    """Ask for the unit that is left out."""
    start, end = said["start"], said["end"]
    if not {start, end} <= {*said.reader.of_types(frozenset({ColumnType.DATETIME}))}:
        return None
    name = f" as {quotation(said['name'])}" if "name" in said else ""
    between = f"between {quotation(start)} and {quotation(end)}{name}"
    raise Question(
        "In which unit?",
        tuple(
            Choice(label=unit, message=f"add the {unit} {between}")
            for unit in ("days", "hours", "months")
        ),
    )


# As people write formats; minutes are asked for by %M alone, since mm is the month here.
_DIRECTIVES = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "dd": "%d"}
_FORMAT = re.compile(r"(?:(?:yyyy|yy|mmmm|mmm|mm|dd)[ ./,-]*)+", re.IGNORECASE)


@by_patterns(
    "(format|write|show|display|print|render) [the] [dates in|dates of|values of] {columns} "
    "(as|like|in the format|in format|in the form|with the format|using) {format:regex}",
    "(format|write|show|display|print|render) [the] [dates in|dates of|values of] {columns} "
    "(in|as) (iso|iso 8601) [format]",
)
def format_dates(said: Said) -> tuple[Action, ...] | None:
    """Read "format joined as dd.mm.yyyy", "write the dates in signup like '%d %B %Y'"."""
    dates = said.reader.of_types(frozenset({ColumnType.DATETIME}))
    if not set(said["columns"]) <= set(dates):
        return None
    written = said.get("format", "yyyy-mm-dd")
    if "%" not in written:
        if not _FORMAT.fullmatch(written):
            return None
        written = re.sub("[a-z]+", lambda found: _DIRECTIVES[found[0].lower()], written, flags=re.I)
    return (FormatDates(columns=said["columns"], format=written),)


RULES = (
    dates_in_iso_form,
    date_difference,
    difference_unnamed,
    ask_unit,
    in_one_format,
    date_parts,
    date_parts_of_it,
    date_part_of_one,
    only_part,
    format_dates,
)
