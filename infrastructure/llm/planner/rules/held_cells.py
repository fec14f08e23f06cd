"""Changes of cells that are named by what stands in them: "set Rug stock to 5"."""

from domain.actions import (
    Action,
    Comparison,
    Condition,
    MapValues,
    SetWhere,
    ValuePair,
    columns_asked,
)
from domain.plan import Choice
from infrastructure.llm.planner.phrases.new_cells import NewCell
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.setting_cells import DONE_TO_TEXT, set_cells
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.unclear_values import clear, looks_unclear
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.phrases.values_without_column import HeldValues
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, Token, key, quotation

_SET = "(set|change|put|make|update|correct|overwrite|fix|write|edit|switch|adjust)"
_TO = "(to|=|as|into|equal to|to be|be)"
_NOW = (
    "(is now|are now|should be|must be|has to be|needs to be|should become|becomes|=|:=|"
    "is actually|should have been|ought to be|shall be|should say|should read)"
)


@by_patterns(
    f"{_SET} {{held}} {{columns}} {_TO} {{new:new_cell}}",
    f"{{held}} {{columns}} {_NOW} {{new:new_cell}}",
    f"{{columns}} (of|for|in|at) [the] {{held}} {_NOW} {{new:new_cell}}",
    "(give|assign) {held} [a|an|the] [new] {columns} (of|=) {new:new_cell}",
    "{held} (gets|get|should get|should have|must have) [a|an|the] [new] {columns} (of|=) "
    "{new:new_cell}",
)
def set_of_held(said: Said) -> tuple[Action, ...] | None:
    """Read "set Rug stock to 5", "Bob Stone's manager is now Cleo Hart"."""
    where: Condition = said["held"]
    new: NewCell = said["new"]
    if {*columns_asked(where)} & {*said["columns"]}:
        return None
    return set_cells(said.reader, new, said["columns"], where)


_PUT = (
    "(put|group|merge|combine|lump|move|bring|join|file|fold|pool|subsume|collapse|unite|bundle|"
    "summarise|summarize)"
)
_ONE = (
    "[a|an|one|the] [new|single|common|same|one] "
    "[category|group|value|name|label|heading|umbrella|type|class|kind] [called|named|:]"
)


@by_patterns(
    f"{_PUT} {{list:held_list}} [together] (under|into|in|to|as) [one|a|the] [new|single|same] "
    "{column} [called|named|:] {new:value}",
    f"{_PUT} {{list:held_list}} [together] (under|into|in|to|as) {_ONE} {{new:value}}",
    f"{_PUT} {{list:held_list}} [together] (and|,) (call|name|label) (it|them|that|this) "
    "{new:value}",
)
def merge_held(said: Said) -> tuple[Action, ...] | None:
    """Read "put kitchen stuff and decor under one category called home"."""
    name, cells, _ = said["list"]
    if len(cells) < 2:
        return None
    new = clear(said["new"])
    other = said.get("column", name)
    if other != name:
        return (_set_where(said["list"], other, typed(new, said.reader.column_named(other))),)
    elsewhere = _columns_with(said.reader, new)
    if elsewhere and name not in elsewhere:
        raise _of_which(said, name, cells, elsewhere)
    return _renamed(said, said["list"], new)


_IS = "(is|are|means|mean|stands for|stand for) [really|actually|just|now|also|the same as|same as]"
_SAME = ("means", "mean", "stands", "same", "really", "actually", "just", "now")
_OF_COLUMN = "[of|in] [the] {column}"


@by_patterns(
    f"{{list:held_list}} (is|are|belong to|belongs to) {_OF_COLUMN} {{new:value}}",
    f"{{list:held_list}} (is|are) {{new:value}} {_OF_COLUMN}",
    f"{{list:held_list}} {_IS} {{new:value}}",
)
def said_to_be(said: Said) -> tuple[Action, ...] | None:
    """Read "N.Y. is New York", "lamps and candles are type lighting"."""
    name, cells, _ = said["list"]
    new: Written = said["new"]
    if not _may_be_value(new):
        return None
    other = said.get("column", name)
    if other != name:
        return (_set_where(said["list"], other, typed(new, said.reader.column_named(other))),)
    elsewhere = _columns_with(said.reader, new)
    if elsewhere and name not in elsewhere:
        raise _of_which(said, name, cells, elsewhere)
    named = new.text[:1].isupper() and (said.says(*_SAME) or all(_short_for(new, c) for c in cells))
    sure = name in elsewhere or new.kind is Kind.QUOTED or named or "column" in said
    if not sure:
        listed = " and ".join(map(quotation, cells))
        raise Question(
            f"Should {listed} become {new.text!r} in {name}?",
            (
                Choice(
                    label="yes",
                    message="; ".join(
                        f"replace {quotation(cell)} with {quotation(new.text)} in {quotation(name)}"
                        for cell in cells
                    ),
                ),
            ),
        )
    return _renamed(said, said["list"], new)


def _columns_with(reader: Reader, new: Written) -> list[str]:
    """The columns that hold the new value already."""
    return list(reader.held.get(new.text, {}))


def _short_for(new: Written, cell: str) -> bool:
    """Whether the cell may be short for the new value: N.Y. for New York, but Ann for no VIP."""
    short, initials = key(cell), key("".join(word[0] for word in new.text.split()))
    return short == initials or key(new.text).startswith(short)


def _of_which(said: Said, name: str, cells: list[str], elsewhere: list[str]) -> Question:
    """ "Tents are outdoor" may be said of what another column has in those rows."""
    new: Written = said["new"]
    rows = f"where {quotation(name)} is {' or '.join(map(quotation, cells))}"
    choices = [
        Choice(
            label=f"{each} becomes {new.text}",
            message=f"set {quotation(each)} to {quotation(new.text)} {rows}",
        )
        for each in (*elsewhere, name)
    ]
    return Question(f"Which column should say {new.text!r} in those rows?", tuple(choices))


def _may_be_value(new: Written) -> bool:
    if new.kind is Kind.QUOTED:
        return True
    text = new.text.casefold()
    first = text.split()[0]
    described = first in (*words.IN, "at", "by", "with", "not", "no", "a", "an")
    done = text in DONE_TO_TEXT or text in words.MISSING or text.endswith("ed")
    return new.kind is Kind.WORD and not (described or done or looks_unclear(new))


def _renamed(said: Said, held: HeldValues, new: Written) -> tuple[Action, ...] | None:
    name, cells, as_said = held
    value = str(typed(new, said.reader.column_named(name)))
    if not as_said:
        return (_set_where(held, name, value),)
    pairs = tuple(ValuePair(old=cell, new=value) for cell in dict.fromkeys(cells) if cell != value)
    return (MapValues(columns=(name,), pairs=pairs),) if pairs else None


def _set_where(held: HeldValues, column: str, value: object) -> SetWhere:
    name, cells, as_said = held
    where = Comparison(
        column=name,
        operator="equals" if len(cells) == 1 else "in",
        values=tuple(cells),
        ignore_case=not as_said,
    )
    return SetWhere(columns=(column,), value=value, where=where)  # type: ignore[arg-type]


_FIX = "(fix|correct|repair|mend) [the] [spelling of|typo|misspelling|misspelled|misspelt]"


@by_patterns(f"{_FIX} {{list:held_list}} [spelling|typo|everywhere]")
def ask_what_is_right(said: Said) -> tuple[Action, ...] | None:
    """Ask of "fix springfeild" what is right: perhaps what is most like it."""
    name, cells, _ = said["list"]
    if len(cells) != 1:
        return None
    column = quotation(name)
    raise Question(
        f"What should {cells[0]!r} become? Say: {quotation(cells[0])} should be …, with the right "
        f"one in quotes. Or should values of {name} that are nearly alike become one?",
        tuple(
            Choice(
                label=f"merge those that are {distance} letters apart"
                if distance > 1
                else "merge those that are one letter apart",
                message=f"merge similar values in {column} by edit distance {distance}",
            )
            for distance in (1, 2)
        ),
    )


_VERBS = ("map", "recode", "change", "replace", "turn", "rename", "make", "convert", "translate")
_ARROWS = ("->", "→", "=>", "to", "into", "become", "becomes", "should be", "should become")
_MOST_VALUES = 12


def map_in_order(reader: Reader) -> tuple[Action, ...] | None:
    """Read "S M L -> small medium large": as many values as new ones, in the same order."""
    if not reader.held:
        return None
    reader.take(*_VERBS)
    olds = _listed(reader)
    if len(olds) < 2 or reader.take(*_ARROWS) is None:
        return None
    news = _listed(reader)
    held = [reader.held.get(old.text, {}) for old in olds]
    names = [name for name in held[0] if all(name in each for each in held)]
    known = {old.text for old in olds}
    if len(news) != len(olds) or len(names) != 1 or len(known) < len(olds):
        return None
    if len({new.text for new in news} - words.KEYWORDS) < len(news):
        return None
    pairs = tuple(
        ValuePair(old=old.text, new=new.text) for old, new in zip(olds, news, strict=True)
    )
    return (MapValues(columns=(names[0],), pairs=pairs),)


def _listed(reader: Reader) -> list[Token]:
    """The single words here, with commas, slashes or an "and" between, or nothing."""
    found: list[Token] = []
    while len(found) < _MOST_VALUES:
        if found:
            reader.take(",", "/")
            reader.take("and")
        token = reader.token()
        if token is None or token.kind is Kind.SIGN or (found and reader.at(*_ARROWS)):
            break
        found.append(token)
        reader.advance()
    return found


RULES = (set_of_held, merge_held, map_in_order, said_to_be, ask_what_is_right)
