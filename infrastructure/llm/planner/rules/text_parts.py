"""Commands about parts of texts: signs and words in them, accents, length."""

import re
from typing import Literal

from domain.actions import Action, PadText, RemoveAccents, ReplaceText, ReplaceValues
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import NUMERIC, TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import key, quotation
from infrastructure.llm.planner.reading.units import SPELLINGS

_REMOVE = (
    "(remove|strip|delete|drop|get rid of|take out|erase|clear|cut|eliminate|take away|clean|"
    "strip out|take)"
)
_ALL = "[all|any|every|each] [occurrences of|instances of|of]"
_FROM = "(from|in|within|inside|out of|of|off) [the] [values of|values in|text in|texts in]"
_NOTHING = "(nothing|an empty string|empty string|an empty text|empty text|'')"
_SIGN = "(sign|signs|symbol|symbols|character|characters)"
_REPLACE = "(replace|change|convert|turn|swap)"
_WITH = "(with|by|to|into|->|=>)"
_WORD = "(word|words|text|string|unit|units|prefix|suffix|characters|character|letters|substring)"


@by_patterns(
    f"replace {_ALL} {{old:sign}} {_WITH} {_NOTHING} {_FROM} {{columns}}",
    f"{_REPLACE} {_ALL} {{old:sign}} {_WITH} [a] {{new:mark}} {_FROM} {{columns}}",
    f"{_REPLACE} {_ALL} {{old:sign}} {_FROM} {{columns}} {_WITH} {_NOTHING}",
    f"{_REPLACE} {_ALL} {{old:sign}} {_FROM} {{columns}} {_WITH} [a] {{new:mark}}",
    f"in {{columns}} [,] replace {_ALL} {{old:sign}} {_WITH} {_NOTHING}",
    f"in {{columns}} [,] replace {_ALL} {{old:sign}} {_WITH} [a] {{new:mark}}",
    "in {columns} [,] use [a] {new:mark} instead of [a] {old:sign}",
)
def replace_signs(said: Said) -> tuple[Action, ...] | None:
    """Read "replace underscores with spaces in item"."""
    return _replaced(said, said["old"], said.get("new", ""))


@by_patterns(
    f"replace {_ALL} [the] [{_WORD}] {{old:word}} {_WITH} {_NOTHING} {_FROM} {{columns}}",
    f"replace {_ALL} [the] [{_WORD}] {{old:word}} {_FROM} {{columns}} {_WITH} {_NOTHING}",
)
def replace_by_nothing(said: Said) -> tuple[Action, ...] | None:
    """Read "replace spam with nothing in notes": cells that hold nothing else become missing."""
    is_text = {*said["columns"]} <= {*said.reader.of_types(TEXT)}
    if not is_text or said["old"].casefold() in words.MISSING:
        return None
    alone = ReplaceValues(columns=said["columns"], old=said["old"], new=None)
    return (alone, *_replaced(said, said["old"], ""))


@by_patterns(
    f"{_REPLACE} {_ALL} (space|spaces) {_WITH} [a] {{new:mark}} {_FROM} {{columns}}",
    f"{_REPLACE} {_ALL} (space|spaces) {_FROM} {{columns}} {_WITH} [a] {{new:mark}}",
    f"in {{columns}} [,] {_REPLACE} {_ALL} (space|spaces) {_WITH} [a] {{new:mark}}",
)
def replace_spaces(said: Said) -> tuple[Action, ...] | None:
    """Read "replace spaces with underscores in name"; to remove them is another thing."""
    return _replaced(said, " ", said["new"])


@by_patterns(
    f"{_REMOVE} {_ALL} {{old:sign}} {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} [the] {_WORD} {{old:text}} {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} {{old:quoted}} {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} {{old:affix}} {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} [the] {{old:sign}} {_SIGN} {_FROM} {{columns}}",
)
def remove_parts(said: Said) -> tuple[Action, ...] | None:
    """Read "remove all dashes from phone", "remove the word Express from carrier"."""
    return _replaced(said, said["old"], "")


@by_patterns(f"{_REMOVE} {_ALL} [the] {{old:word}} {_FROM} {{columns}}")
def remove_unit(said: Said) -> tuple[Action, ...] | None:
    """Read "remove km from distance", "get rid of the V in battery": with the space before it."""
    old = said["old"]
    capital = len(old) == 1 and old.isupper()
    texts = {*said["columns"]} <= {*said.reader.of_types(TEXT)}
    if not texts or not (capital or old.casefold() in SPELLINGS):
        return None
    # Behind a digit: the V of "3.7V" is none of a word.
    return _replaced(said, rf"(?<=[0-9])\s*{re.escape(old)}(?![^\W_])", "", regex=True)


@by_patterns(
    f"{_REMOVE} {_ALL} [the] {{old:sign}} [{_SIGN}]",
    f"{_REMOVE} {_ALL} [the] {{old:word}}",
)
def ask_where_removed(said: Said) -> tuple[Action, ...] | None:
    """Ask from which column "remove the dollar signs", "strip the km" is to remove them."""
    reader, old = said.reader, said["old"]
    if old.isalnum() and old.casefold() not in SPELLINGS:
        return None
    if old.casefold() in (key(name) for name in reader.shape.column_names) or reader.held.get(old):
        return None
    before, after = reader.text_around(reader.start, reader.position)
    command = reader.text(reader.start, reader.position)
    raise Question(
        "From which column?",
        tuple(
            Choice(label=name, message=f"{before}{command} from {quotation(name)}{after}")
            for name in reader.of_types(TEXT)
        ),
    )


_NO_DIGIT = (
    "(everything that is not a digit|everything that isn't a digit|everything but digits|"
    "everything but the digits|everything except digits|everything except the digits|non-digits|"
    "non-digit characters|non-numeric characters|nonnumeric characters|non digits|"
    "non numeric characters|all but the digits|all non-digits|anything that is not a digit|"
    "anything that isn't a digit|everything that is not a number|everything other than digits)"
)


# What is to go there is not so called in the text itself.
_KINDS = frozenset(
    {
        *("digit", "digits", "number", "numbers", "letter", "letters", "character", "characters"),
        *("word", "words", "punctuation", "symbol", "symbols", "sign", "signs", "zero", "zeros"),
        *("zeroes", "everything", "anything", "text", "unit", "units", "currency", "prefix"),
        *("suffix", "ending", "extension", "part", "rest", "first", "last", "it", "them"),
    }
)
_FRONT = "(front|start|beginning|left|left side)"
_END = "(end|back|right|right side)"
_AFFIX = f"[the] [{_WORD}] {{old:text}}"


@by_patterns(
    f"{_REMOVE} {_AFFIX} (off|from|at|in) [the] {_FRONT} of [every|each] {{columns}}",
    f"{_REMOVE} {_AFFIX} ((at|from|off) [the] {_FRONT}|in front) {_FROM} {{columns}}",
    f"{{columns}} without [the] [leading] {_AFFIX} ((at|in) [the] {_FRONT}|before it)",
    f"{_REMOVE} [the] prefix {{old:text}} {_FROM} {{columns}}",
)
def remove_prefix(said: Said) -> tuple[Action, ...] | None:
    """Read "cut the L- off the front of listing"."""
    if key(said["old"]) in _KINDS:
        return None
    return _replaced(said, f"^{re.escape(said['old'])}", "", regex=True)


@by_patterns(
    f"{_REMOVE} {_AFFIX} (off|from|at|in) [the] {_END} of [every|each] {{columns}}",
    f"{_REMOVE} {_AFFIX} (at|from|off) [the] {_END} {_FROM} {{columns}}",
    f"{{columns}} without [the] [trailing] {_AFFIX} (at|in) [the] {_END}",
    f"{_REMOVE} [the] suffix {{old:text}} {_FROM} {{columns}}",
)
def remove_suffix(said: Said) -> tuple[Action, ...] | None:
    """Read "strip the kg from the end of weight"."""
    if key(said["old"]) in _KINDS:
        return None
    return _replaced(said, f"{re.escape(said['old'])}$", "", regex=True)


_SPACES = "(space|spaces|whitespace|white space|blanks|blank)"


@by_patterns(
    f"({_REMOVE}|trim) {_ALL} (leading|trailing) ({_SPACES}|{{old:sign}}) {_FROM} {{columns}}",
    f"({_REMOVE}|trim) {_ALL} {_SPACES} (off|from|at) [the] ({_FRONT}|{_END}) of "
    "[every|each] {columns}",
)
def remove_at_one_end(said: Said) -> tuple[Action, ...] | None:
    """Read "strip leading spaces from name", "remove trailing dots from code"."""
    run = rf"(?:{re.escape(said['old'])})+" if "old" in said else r"\s+"
    ahead = said.says("leading", "front", "start", "beginning", "left")
    return _replaced(said, f"^{run}" if ahead else f"{run}$", "", regex=True)


@by_patterns(f"{_REMOVE} {_ALL} {{signs}} {_FROM} {{columns}}")
def remove_signs(said: Said) -> tuple[Action, ...] | None:
    """Read "remove brackets and dashes from phone"."""
    signs = "".join(map(re.escape, said["signs"]))
    return _replaced(said, f"[{signs}]", "", regex=True)


@by_patterns(
    f"{_REMOVE} {_ALL} {_NO_DIGIT} {_FROM} {{columns}}",
    "(keep|leave) [only] [just] [the] (digits|numbers) (in|of|from) {columns}",
    "{columns} [,|:] (leave|keep) (only|just) [the] (digits|numbers) [in it|in them|there]",
    "(extract|keep) only [the] digits (in|of|from) {columns}",
    "(in|for) {columns} [,|:] keep [only|just] [the] digits [only]",
    "{columns} : keep [only|just] [the] digits [only]",
    "{columns} [should|must] [be|have|contain] (only|just) [the] digits",
    "{columns} [should|must] [be|have|contain] [the] digits only",
)
def keep_digits(said: Said) -> tuple[Action, ...] | None:
    """Read "keep only the digits in phone"."""
    return _replaced(said, "[^0-9]", "", regex=True)


@by_patterns(
    f"{_REMOVE} {_ALL} (digits|numbers|numerals) {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} (punctuation|punctuation marks) {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} (special characters|symbols) {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} letters {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} leading (zeros|zeroes|0s) {_FROM} {{columns}}",
    f"{_REMOVE} {_ALL} (currency symbols|currency signs|currency) {_FROM} {{columns}}",
    f"{_REMOVE} (all|every) [the] (spaces|whitespace|white space|blanks) {_FROM} {{columns}}",
)
def remove_kind(said: Said) -> tuple[Action, ...] | None:
    """Read "remove digits from code", "remove the punctuation in notes"."""
    if said.says("spaces", "whitespace", "white", "blanks"):
        return _replaced(said, r"\s+", "", regex=True)
    if said.says("leading"):
        return _replaced(said, "^0+(?=.)", "", regex=True)
    if said.says("currency"):
        return _replaced(said, r"[$\u20ac\u00a3\u00a5\u20b9]", "", regex=True)
    if said.says("digits", "numbers", "numerals"):
        return _replaced(said, "[0-9]", "", regex=True)
    if said.says("letters"):
        return _replaced(said, r"[^\W\d_]", "", regex=True)
    return _replaced(said, r"[^\w\s]", "", regex=True)


_PATTERN = "(regex|regular expression|pattern|regexp|regexes)"


@by_patterns(
    f"in {{columns}} [,] replace [the] [matches of|matches for] {_PATTERN} {{old:regex}} {_WITH} "
    f"{_NOTHING}",
    f"in {{columns}} [,] replace [the] [matches of|matches for] {_PATTERN} {{old:regex}} {_WITH} "
    "{new:text}",
    f"replace [the] [matches of|matches for] {_PATTERN} {{old:regex}} {_WITH} {_NOTHING} {_FROM} "
    "{columns}",
    f"replace [the] [matches of|matches for] {_PATTERN} {{old:regex}} {_WITH} {{new:text}} {_FROM} "
    "{columns}",
    f"{_REMOVE} [the] [matches of|matches for] {_PATTERN} {{old:regex}} {_FROM} {{columns}}",
)
def replace_regex(said: Said) -> tuple[Action, ...] | None:
    r"""Read "in phone replace the regex \D+ with nothing"."""
    return _replaced(said, said["old"], said.get("new", ""), regex=True)


_ACCENTS = "(accents|diacritics|accent marks|diacritical marks|accented letters|umlauts)"


@by_patterns(
    f"{_REMOVE} {_ALL} {_ACCENTS} {_FROM} {{columns}}",
    "(replace|change|convert|turn) [all] accented (characters|letters) (in|of) {columns} "
    "(with|by|to|into) [their] (plain|unaccented|ascii|normal|simple|regular) "
    "[ones|characters|letters|equivalents|versions|ascii|text]",
    "(unaccent|transliterate) {columns}",
    "(write|spell) {columns} without (accents|diacritics)",
    "(convert|make) {columns} [to] ascii",
)
def remove_accents(said: Said) -> tuple[Action, ...] | None:
    """Read "remove accents from name"."""
    return (RemoveAccents(columns=said["columns"]),)


_PAD = "(pad|zero-pad|left-pad|zero pad|left pad|zeropad|zfill|lpad|right-pad|right pad)"
_ZEROS = "[with|using] [leading] [zeros|zeroes|zero|0|'0'|0s] [on the left]"
_LONG = "[digits|characters|chars|places|letters|positions|digit|wide|long] [long|wide]"
_UP_TO = "(to|up to|until|till) [a] [total] [length|width|size] [of]"


@by_patterns(
    f"{_PAD} {{columns}} {_ZEROS} {_UP_TO} {{width:whole}} {_LONG}",
    f"{_PAD} {{columns}} (with|using) [a] {{fill:mark}} {_UP_TO} {{width:whole}} {_LONG}",
    f"{_PAD} {{columns}} {_UP_TO} {{width:whole}} {_LONG} (with|using) [leading] "
    "(zeros|zeroes|zero)",
    f"{_PAD} {{columns}} {_UP_TO} {{width:whole}} {_LONG} (with|using) [a] {{fill:mark}}",
    f"{{columns}} (must|should|needs to|need to|has to|have to) [all|always] (have|be|contain) "
    f"[exactly|at least] {{width:whole}} {_LONG} [,] (with|using|by adding|padded with) "
    "[leading] (zeros|zeroes|zero|0s) [in front|on the left|at the front|before it]",
    "add leading (zeros|zeroes) to {columns} (so that|so|until|to make|up to|to get|to) "
    "[it|they|each] [has|have|is|are|reaches|a length of|a width of|all have|be] {width:whole} "
    f"{_LONG}",
    f"fill {{columns}} [up] with [leading] (zeros|zeroes) [on the left|in front] (until|till|to|up "
    f"to|so that) [it|they|each] [is|are|has|have] {{width:whole}} {_LONG}",
    f"make {{columns}} [at least] {{width:whole}} {_LONG} (with|by adding|by putting|using|adding) "
    "[leading] (zeros|zeroes) [in front|infront|at the front|before it|on the left]",
)
def pad_text(said: Said) -> tuple[Action, ...] | None:
    """Read "pad code with leading zeros to 5 digits"."""
    side: Literal["left", "right"] = "right" if said.reader.verb.startswith("right") else "left"
    fill = said.get("fill", "0")
    return (PadText(columns=said["columns"], width=said["width"], side=side, fill=fill),)


def _replaced(said: Said, old: str, new: str, *, regex: bool = False) -> tuple[Action, ...]:
    texts = said.reader.of_types(TEXT)
    for name in said["columns"]:
        sign = not (new or regex or old.isalnum())
        if sign and name in said.reader.of_types(NUMERIC):
            raise Question(f"{name!r} holds numbers, and no {old!r}: there is nothing to remove.")
        if name not in texts:
            raise Question(f"{name!r} holds no text. Say first: convert {name} to text.")
    return (ReplaceText(columns=said["columns"], old=old, new=new, regex=regex),)


RULES = (
    replace_signs,
    replace_by_nothing,
    replace_spaces,
    remove_signs,
    remove_at_one_end,
    remove_prefix,
    remove_suffix,
    remove_parts,
    remove_unit,
    keep_digits,
    remove_kind,
    replace_regex,
    remove_accents,
    pad_text,
    ask_where_removed,
)
