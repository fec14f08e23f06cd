"""Commands that part texts, join them, and take parts out of them."""

import re

from domain.actions import Action, Derive, ExtractText, MergeColumns, SplitColumn
from domain.actions.known_parts import KnownPart
from domain.plan import Choice
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import free_name
from infrastructure.llm.planner.reading.tokens import Kind, key, quotation

_SPLIT = "(split|separate|divide|break|break up|part|parse|split up)"
_APART = "[up|apart]"
_AT = "[,] (at|by|on|using|with|at each|at every|at the first|along|separated by|delimited by)"
_INTO = "(into|to|in|as) [two|three|four|five|the|separate|new] [columns] [called|named] [:]"
_KEEP = (
    "[,|and|but|while] (keep|keeping|retain|retaining|leave|leaving) (it|{kept:column}|"
    "original|the original column|original column)"
)
_DROP = (
    "[,|and|then] (drop|remove|delete|dropping|removing) (it|{dropped:column}|original|"
    "the original column|original column)"
)


@by_patterns(
    f"{_SPLIT} {{column}} {_AT} [a] {{mark}} {_INTO} {{new:names}} {_KEEP}",
    f"{_SPLIT} {{column}} {_AT} [a] {{mark}} {_INTO} {{new:names}} {_DROP}",
    f"{_SPLIT} {{column}} {_APART} {_AT} [a] {{mark}} {_INTO} {{new:names}}",
    f"{_SPLIT} {{column}} {_APART} {_INTO} {{new:names}} {_AT} [a] {{mark}} {_KEEP}",
    f"{_SPLIT} {{column}} {_APART} {_INTO} {{new:names}} {_AT} [a] {{mark}} {_DROP}",
    f"{_SPLIT} {{column}} {_APART} {_INTO} {{new:names}} {_AT} [a] {{mark}}",
    f"{_SPLIT} {{column}} {_AT} [the letter] {{mark:text}} {_INTO} {{new:names}}",
    f"{_SPLIT} {{column}} {_AT} [a] {{mark}} [into|to] [separate|several|multiple|new] [columns]",
)
def split_column(said: Said) -> tuple[Action, ...] | None:
    """Read "split name at the comma into last and first", with "keeping name" or without."""
    column = said["column"]
    if said.get("kept", column) != column or said.get("dropped", column) != column:
        return None
    if column not in said.reader.of_types(TEXT):
        raise Question(f"{column!r} holds no text. Say first: convert {column} to text.")
    if said["mark"].isalnum() and len(said["mark"]) > 1:
        return None
    keep = said.says("keep", "keeping", "retain", "retaining", "leave", "leaving")
    new = said.get("new", ())
    if said.says("first") and not new:
        new = tuple(free_name(said.reader, f"{column}_{number}") for number in (1, 2))
    return (SplitColumn(column=column, separator=said["mark"], new=new, keep=keep),)


@by_patterns(
    f"{_SPLIT} {{column}} {_APART} (into|to) [separate|several|multiple|different|new] columns",
    f"{_SPLIT} {{column}} {_INTO} {{new:names}}",
    f"{_SPLIT} {{column}}",
)
def ask_separator(said: Said) -> tuple[Action, ...] | None:
    """Ask for the separator that "split code into a and b" leaves out; names and emails tell it."""
    column = said["column"]
    new = said.get("new", ())
    if len(new) == 2 and column in said.reader.of_types(TEXT):
        if "name" in name_words(column) and set(map(key, new)) <= _PARTS_OF_NAMES:
            return (SplitColumn(column=column, separator=" ", new=new),)
        if {"email", "mail"} & {*name_words(column)} and key(new[1]) in _ENDS_OF_EMAILS:
            return (SplitColumn(column=column, separator="@", new=new),)
    known = _SEPARATORS.get(frozenset(map(key, new)))
    if known is not None and column in said.reader.of_types(TEXT):
        return (SplitColumn(column=column, separator=known, new=new),)
    into = f" into {' and '.join(map(quotation, new))}" if new else ""
    raise Question(
        f"What separates the parts? Say, for example: split {column} at ','.",
        tuple(
            Choice(label=label, message=f"split {quotation(column)} at '{mark}'{into}")
            for label, mark in _MARKS
        ),
    )


_MARKS = (
    *(("a comma", ","), ("a space", " "), ("a slash", "/"), ("a dash", "-"), ("an x", "x")),
    ("a semicolon", ";"),
)
# Parts that are written with one sign everywhere.
_SEPARATORS = {
    frozenset({"systolic", "diastolic"}): "/",
    frozenset({"sys", "dia"}): "/",
}


@by_patterns(
    f"{_SPLIT} {{column}} {_INTO} {{one:name}} and {{other:name}}",
    f"{_SPLIT} {{column}} {_INTO} {{one:name}} , {{other:name}}",
)
def split_name(said: Said) -> tuple[Action, ...] | None:
    """Read "split name into first and last name", which are the first name and the last name."""
    column, one, other = said["column"], said["one"], said["other"]
    told = key(one).endswith("name") and key(other).endswith("name")
    if not (told or "name" in name_words(column)) or column not in said.reader.of_types(TEXT):
        return None
    if other.endswith(" name") and " " not in one and not key(one).endswith("name"):
        one = f"{one} name"
    if {key(one), key(other)} - _PARTS_OF_NAMES or key(one) == key(other):
        return None
    return (SplitColumn(column=column, separator=" ", new=(one, other)),)


_PARTS_OF_NAMES = frozenset(
    {
        *("first", "firstname", "given", "givenname", "forename"),
        *("last", "lastname", "family", "familyname", "surname"),
    }
)
_ENDS_OF_EMAILS = frozenset(
    {"domain", "emaildomain", "maildomain", "host", "provider", "server", "company"}
)
_MERGE = "(merge|combine|join|concatenate|concat|glue|put together|paste together|unite|fuse)"
_SO_CALLED = (
    "(into|as|to|in|in a new column|into a new column|as a new column|into a column|into one "
    "column|"
    "and call it|call it|name it|and name it|to form|to make) "
    "[a] [single] [new] [column] [called|named] {name}"
)
_BY = (
    "(with|by|using|separated by|joined by|joined with|glued with|separated with|"
    "and separate them with|delimited by|with a separator of) [a] [the] [separator] {mark} "
    "[between|inbetween|in between|between them|"
    "as separator|as the separator|as a separator]"
)
_ORIGINALS = (
    "(them|both|{dropped:columns}|originals|the original columns|original columns|the originals)"
)
_ONE_COLUMN_OF = (
    "(make|create|build|form|add) [a|one|single] [new] column [called|named] {name} "
    "(out of|from|of|by (merging|combining|joining|concatenating))"
)
_INTO_ONE = (
    "(into|in|to|as) (one|a single|a|one single) [new|combined|joint|common] (column|field|text)"
)
_DROPPING = f"[,|and|then] [and|then] (drop|remove|delete|dropping|removing) {_ORIGINALS}"


_INTO_IT = f"({_SO_CALLED}|{_INTO_ONE})"
_BOTH = f"{_MERGE} {{columns}} [together]"


@by_patterns(
    f"{_BOTH} [,] {_BY} [,] {_INTO_IT} [{_DROPPING}]",
    f"{_BOTH} [{_INTO_IT}] [,] {_BY} {_DROPPING}",
    f"{_BOTH} [{_INTO_IT}] [,] {_BY}",
    f"{_ONE_COLUMN_OF} {{columns}} [,] {_BY} [{_DROPPING}]",
    "(add|create|make) [a] [new] [column] [called|named] {name} [column] (:|=|with|as) "
    "{first:column} {sign:mark} {second:column}",
)
def merge_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "combine first and last into name with a space"; without a name, it is called by both.

    As well "add a column route: origin -> destination".
    """
    columns = said.get("columns") or (said["first"], said["second"])
    if len(columns) < 2 or set(said.get("dropped", columns)) != set(columns):
        return None
    if said.get("name") == "out":
        raise Question("What should the one column be called? Say: make one column … out of them.")
    mark = said.get("mark") or _as_spaced(said)
    if "sign" in said and (mark.strip() in _RECKONED or not set(columns) <= {*_texts(said)}):
        return None
    name = said.get("name") or free_name(said.reader, "_".join(columns))
    dropping = said.says("drop", "remove", "delete", "dropping", "removing")
    return (MergeColumns(columns=columns, separator=mark, new=name, keep=not dropping),)


# Between columns, these are rather a formula.
_RECKONED = frozenset({"+", "-", "*", "/", "=", "<", ">", "<=", ">=", "==", "!=", ",", ";"})


def _as_spaced(said: Said) -> str:
    """The sign between the two, with the spaces around it."""
    message = said.reader.message
    sign: str = said["sign"]
    return next((spaced for spaced in (f" {sign} ", f"{sign} ") if spaced in message), sign)


def _texts(said: Said) -> tuple[str, ...]:
    return said.reader.of_types(TEXT)


@by_patterns(f"{_BOTH} {_INTO_IT}", _BOTH, "{name} (=|:=) {first:column} {second:column}")
def ask_merge(said: Said) -> tuple[Action, ...] | None:
    """Ask for what "merge a and b" leaves out; names are joined by a space."""
    columns = said.get("columns") or (said["first"], said["second"])
    if len(columns) > 1 and all("name" in name_words(n) for n in columns):
        name = said.get("name") or free_name(said.reader, "full_name")
        return (MergeColumns(columns=columns, separator=" ", new=name, keep=True),)
    if len(columns) < 2:
        raise Question(f"With which column should {columns[0]} be merged?")
    if not {*columns} <= {*_texts(said)} and "columns" not in said:
        return None
    listed, name = " and ".join(map(quotation, columns)), said.get("name")
    into = f" into {quotation(name)}" if name else ""
    raise Question(
        "What should stand between them?",
        tuple(
            Choice(label=label, message=f"merge {listed}{into} with '{mark}'")
            for label, mark in (("a space", " "), ("a comma", ", "), ("a dash", "-"))
        ),
    )


_TAKE = "(extract|take|get|pull|pull out|grab|copy|capture|isolate|cut out|fetch)"
_FROM = "(from|of|in|out of)"
_CALLED = (
    "(as|into|to|in|called|named|and call it|and put it in|and put it into|as a new column|"
    "into a new column|in a new column|into a column|in a column|(goes|go|should go|belongs) "
    "(to|into|in)) [a] [new] [column] "
    "[called|named] {name}"
)
_KNOWN: dict[str, KnownPart] = {
    "domain": "domain",
    "domains": "domain",
    "digits": "digits",
    "url": "url",
    "link": "url",
    "address": "email",
}
_LETTERS = "(characters|character|letters|letter|chars|digits|digit|signs)"


@by_patterns(
    f"[{_TAKE}] [the] first {{count:whole}} {_LETTERS} {_FROM} {{column}} [{_CALLED}]",
    f"[{_TAKE}] [the] first {_LETTERS} {_FROM} {{column}} [{_CALLED}]",
    f"[{_TAKE}] [the] last {{count:whole}} {_LETTERS} {_FROM} {{column}} [{_CALLED}]",
    f"[{_TAKE}] [the] last {_LETTERS} {_FROM} {{column}} [{_CALLED}]",
)
def extract_ends(said: Said) -> tuple[Action, ...] | None:
    """Read "take the first 3 letters of sku as series"."""
    count = said.get("count", 1)
    if count < 1:
        raise Question("How many characters? Give a whole number above zero.")
    last = said.says("last")
    pattern = f"(.{{{count}}})$" if last else f"^(.{{{count}}})"
    return _extracted(said, pattern, f"{'last' if last else 'first'}_{count}")


@by_patterns(
    f"{_TAKE} [everything|the part|the text|what is|what comes|all] (after|behind|following) [the] "
    f"[first] {{mark}} {_FROM} {{column}} [{_CALLED}]",
    "(everything|part|text|whatever|what (is|comes|stands)) (after|behind|following|before) [the] "
    f"[first] {{mark}} (from|of|in) {{column}} [{_CALLED}]",
    "(make|add|create|get) [a|an] [new] [column] [called|named] {name} (out of|from) {column} "
    "[,|«|:|=] [everything|part|text|what (is|comes|stands)] (before|after|behind|following) [the] "
    "[first] {mark} [»]",
    f"{_TAKE} [everything|the part|the text|what is|what comes|all] before [the] [first] "
    f"{{mark}} {_FROM} {{column}} [{_CALLED}]",
    f"{_TAKE} [the] [part|text|rest] {_FROM} {{column}} [that comes|that is] (after|behind|"
    f"following|before) [the] [first] {{mark}} [{_CALLED}]",
)
def extract_beside(said: Said) -> tuple[Action, ...] | None:
    """Read "extract everything after the @ in email as domain"."""
    mark = re.escape(said["mark"])
    before = said.says("before")
    pattern = f"^(.*?){mark}" if before else f"{mark}(.*)$"
    return _extracted(said, pattern, "before" if before else "after")


@by_patterns(
    f"{_TAKE} [with|by|using] [the] (regex|pattern|regular expression) {{pattern:regex}} {_FROM} "
    f"{{column}} [{_CALLED}]",
    f"{_TAKE} {_FROM} {{column}} [with|by|using] [the] (regex|pattern|regular expression) "
    f"{{pattern:regex}} [{_CALLED}]",
    f"{_TAKE} [the] [part|text] (matching|that matches) [the] [regex|pattern] {{pattern:regex}} "
    f"{_FROM} {{column}} [{_CALLED}]",
)
def extract_regex(said: Said) -> tuple[Action, ...] | None:
    r"""Read "extract the regex \d+ from code into number"."""
    return _extracted(said, said["pattern"], "part")


@by_patterns(
    f"{_TAKE} [the] (number|digits) (after|behind|following) [the] {{mark}} {_FROM} {{column}} "
    f"[{_CALLED}]",
)
def extract_number_behind(said: Said) -> tuple[Action, ...] | None:
    """Read "pull the number after the # out of comment into ticket"."""
    return _extracted(said, rf"{re.escape(said['mark'])}\s*([0-9]+)", "number")


_PART = (
    "(number|numeric part|numerical part|digits|email address|url|link|domain|mail domain|domains|"
    "domain name|email domain|first word|last word|first name|last name|surname)"
)


@by_patterns(
    f"{_TAKE} [the] {_PART} {_FROM} {{column}} [{_CALLED}]",
    "(add|create|make|insert) [a] [new] [column] [called|named] {name} "
    f"(with|as|=|from|for|holding|containing) [the] {_PART} {_FROM} [each|every] {{column}}",
)
def extract_known(said: Said) -> tuple[Action, ...] | None:
    """Read "extract the number from sku into sku_no"."""
    number: KnownPart = "number"
    what = next((part for word, part in _KNOWN.items() if said.says(word)), number)
    if said.says("first", "last", "surname"):
        what = "first_word" if said.says("first") else "last_word"
    return (ExtractText(column=said["column"], what=what, new=(_called(said, what),)),)


_PLACES = ("start", "beginning", "behind", "after", "end")


@by_patterns(
    "(add|put|prepend) [the] [prefix] {affix:text} (to|before|in front of|at the start of|"
    "at the beginning of|to the start of|to the front of) [every|each] [value|values] "
    "[of|in] {columns}",
    "(add|put|append) [the] [suffix] {affix:text} (behind|after|at the end of|to the end of) "
    "[every|each] [value|values] [of|in] {columns}",
    "(add|append) [the] suffix {affix:text} to [every] [value|values] [of|in] {columns}",
    "(append) {affix:text} to [every] [value|values] [of|in] {columns}",
    "prefix {columns} with {affix:text}",
    "suffix {columns} with {affix:text}",
)
def add_affix(said: Said) -> tuple[Action, ...] | None:
    """Read "add the prefix SKU- to sku"."""
    named = said.says("prefix", "suffix", "prepend", "append")
    known = named or said.says("before", "front", *_PLACES)
    texts = said.reader.of_types(TEXT)
    if not known or not set(said["columns"]) <= set(texts):
        return None
    if not named and said["affix"].isalpha() and said["affix"].islower():
        told = said["affix"]
        raise Question(f"Do you mean the text {told!r}? Then put it in quotes: '{told}'.")
    behind = said.says("suffix", "append", "behind", "after", "end")
    _ask_if_column(said, behind=behind)
    affix = repr(said["affix"])
    return tuple(
        Derive(
            new=name,
            expression=f"{backticked(name)} + {affix}"
            if behind
            else f"{affix} + {backticked(name)}",
        )
        for name in said["columns"]
    )


def _ask_if_column(said: Said, *, behind: bool) -> None:
    """Raise Question where "append city to name" names a column: its cells, or the word?"""
    reader, affix = said.reader, said["affix"]
    tokens = reader.tokens[reader.start : reader.position]
    bare = [token for token in tokens if token.text == affix and token.kind is Kind.WORD]
    names = {key(name): name for name in reader.shape.column_names}
    other, first = names.get(key(affix)), said["columns"][0]
    if other is None or not bare:
        return
    before, after = reader.text_around(reader.start, reader.position)
    pair = (first, other) if behind else (other, first)
    with_space, without = (glue.join(map(backticked, pair)) for glue in (" + ' ' + ", " + "))
    raise Question(
        f"Do you mean what {other!r} holds, or the word {affix!r}? In quotes it is the word.",
        tuple(
            Choice(label=label, message=f"{before}{message}{after}")
            for label, message in (
                (f"what {other} holds, behind a space", f"compute {first} as {with_space}"),
                (f"what {other} holds, nothing between", f"compute {first} as {without}"),
            )
        )
        if len(said["columns"]) == 1
        else (),
    )


def _called(said: Said, part: str) -> str:
    """The name that is said, or one that tells the part."""
    name: str = said.get("name") or free_name(said.reader, f"{said['column']}_{part}")
    return name


def _extracted(said: Said, pattern: str, part: str) -> tuple[Action, ...]:
    name = said["column"]
    if name not in said.reader.of_types(TEXT):
        raise Question(f"{name!r} holds no text. Say first: convert {name} to text.")
    return (ExtractText(column=name, pattern=pattern, new=(_called(said, part),)),)


RULES = (
    split_column,
    split_name,
    ask_separator,
    merge_columns,
    ask_merge,
    extract_ends,
    extract_beside,
    extract_regex,
    extract_number_behind,
    extract_known,
    add_affix,
)
