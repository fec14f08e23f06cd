"""A message as words, numbers, quoted texts and signs, in one pass over its characters."""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache

_CLOSING = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”",
    "\u2018": "\u2019",
    "«": "»",
    "「": "」",
    "„": "“",
}
OPERATORS = ("<=", ">=", "!=", "<>", "==", "=>", "->", "=", "<", ">", "≤", "≥", "≠", "→")
_NUMBER = re.compile(
    r"[-+\u2212]?[$€£¥₹]?"
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=\.[0-9]))(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?"
    r"[kK%]?(?![\w%])"
)
_CHUNK = re.compile(r"[^\s,;()\[\]\"`“”«»「」„<>=≤≥≠→!?…]+")
_APOSTROPHES = ("'", "\u2019")
_CLOSING_APOSTROPHE = {sign: re.compile(rf"{sign}(?![^\W_])") for sign in _APOSTROPHES}
_SLIPS = {
    **dict.fromkeys(
        ("colum", "collumn", "coulmn", "cloumn", "culumn", "columm", "colunm"), "column"
    ),
    **dict.fromkeys(
        ("colums", "collumns", "coulmns", "cloumns", "culumns", "columms", "colunms"), "columns"
    ),
    **dict.fromkeys(
        ("duplicats", "dupplicates", "dublicates", "duplcates", "dupicates"), "duplicates"
    ),
    **dict.fromkeys(("duplcate", "dupplicate", "dublicate", "dupicate"), "duplicate"),
    **dict.fromkeys(("avarage", "averge", "avrage", "averege"), "average"),
    **dict.fromkeys(("mising", "missin", "misssing"), "missing"),
    **dict.fromkeys(("remvoe", "reomve", "remoev", "romove"), "remove"),
    **dict.fromkeys(("delte", "deleet", "delet"), "delete"),
    **dict.fromkeys(("renmae", "reaname", "rname"), "rename"),
    **dict.fromkeys(("repalce", "relpace", "replcae"), "replace"),
    **dict.fromkeys(("medain", "meidan", "meadian"), "median"),
    **dict.fromkeys(("rwos", "rowss"), "rows"),
    **dict.fromkeys(("w/o", "wihtout", "witout"), "without"),
    "w/": "with",
    **dict.fromkeys(("wiht", "wtih", "wih"), "with"),
    **dict.fromkeys(("teh", "hte"), "the"),
    "adn": "and",
    **dict.fromkeys(("wher", "whre", "wehre"), "where"),
    **dict.fromkeys(("srot", "sotr"), "sort"),
    **dict.fromkeys(("keap", "kepe", "kepp"), "keep"),
    **dict.fromkeys(("fil", "flil"), "fill"),
    **dict.fromkeys(("dorp", "drp", "dropp"), "drop"),
    **dict.fromkeys(("conver", "covert", "convrt"), "convert"),
    **{
        f"{verb}nt": f"{verb}n't"
        for verb in ("do", "does", "did", "is", "are", "was", "were", "has", "have", "should")
    },
}
# In a message that is not all in capitals, these are codes and no words: "the US orders".
_CODES = frozenset({"US", "IT", "ME", "AT", "BE"})
# Their point ends no sentence.
_TITLES = frozenset({"Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "St.", "Mt.", "Sr.", "Jr."})
# "U.S.A.", of which the last point is a part.
_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.){2,8}")
_THAT_IS = frozenset({"i.e.", "e.g."})
_LEADING_MARKS = ".:*•\u2013\u2014"
_TRAILING_MARKS = ".:"


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    QUOTED = "quoted"
    SIGN = "sign"


@dataclass(frozen=True)
class Token:
    """One token: its text as written (without quotes), and where it stands in the message.

    A code is not what it would be in small letters.
    """

    kind: Kind
    text: str
    start: int
    end: int
    code: bool = False

    @cached_property
    def word(self) -> str:
        """The text to compare with the grammar's words; nothing for a quoted text."""
        if self.kind is Kind.QUOTED:
            return ""
        if self.code:
            return self.text
        word = self.text.casefold().replace("\u2019", "'")
        return _SLIPS.get(word, word)


@lru_cache(maxsize=16)
def tokenise(message: str) -> tuple[Token, ...]:
    """The tokens of a message, in order. White space separates; new lines are signs."""
    tokens: list[Token] = []
    position = 0
    while position < len(message):
        token = _token_at(message, position)
        if token is None:
            position += 1
            continue
        position = token.end
        is_code = token.kind is Kind.WORD and token.text in _CODES and not message.isupper()
        tokens.append(replace(token, code=True) if is_code else token)
    return tuple(tokens)


def quotation(text: str) -> str:
    """The text in quotes that it does not hold itself, so that it is read as one token."""
    pairs = (pair for pair in _CLOSING.items() if not {*pair} & {*text} and pair[0] != "'")
    opening, closing = next(pairs, ('"', '"'))
    return f"{opening}{text}{closing}"


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """Letters and digits alone, in one case: ``Body_Mass (g)`` and ``body mass g`` are the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c)[0] == "M")


def _token_at(message: str, start: int) -> Token | None:
    character = message[start]
    if character == "\n":
        return Token(Kind.SIGN, "\n", start, start + 1)
    if character.isspace():
        return None
    quoted = _quoted(message, start)
    if quoted is not None:
        return quoted
    number = _NUMBER.match(message, start)
    if number is not None and not _continues_as_word(message, number.end()):
        return Token(Kind.NUMBER, number.group(), start, number.end())
    for operator in OPERATORS:
        if message.startswith(operator, start):
            return Token(Kind.SIGN, operator, start, start + len(operator))
    return _chunk(message, start)


def _quoted(message: str, start: int) -> Token | None:
    closing = _CLOSING.get(message[start])
    if closing is None:
        return None
    if closing not in _APOSTROPHES:
        end = message.find(closing, start + 1)
    else:
        end = _closing_apostrophe(message, start, closing)
    if end < 0:
        return None
    return Token(Kind.QUOTED, message[start + 1 : end], start, end + 1)


def _closing_apostrophe(message: str, start: int, closing: str) -> int:
    """Where the quotation ends; an apostrophe between letters (don't) is none."""
    if start > 0 and message[start - 1].isalnum():
        return -1
    found = _CLOSING_APOSTROPHE[closing].search(message, start + 1)
    return -1 if found is None else found.start()


def _continues_as_word(message: str, end: int) -> bool:
    """Whether what looks like a number goes on: 2024-01-31, 1/2, 3.4.2024."""
    rest = message[end : end + 2]
    return len(rest) == 2 and rest[0] in "-/.:'_@&" and rest[1].isalnum()


def _chunk(message: str, start: int) -> Token:
    match = _CHUNK.match(message, start)
    if match is None:
        return Token(Kind.SIGN, message[start], start, start + 1)
    text = match.group()
    if text[0] in _LEADING_MARKS and (len(text) == 1 or text[0] != "."):
        return Token(Kind.SIGN, text[0], start, start + 1)
    if text in _TITLES and message[start + len(text) :].lstrip(" ")[:1].isupper():
        return Token(Kind.WORD, text, start, start + len(text))
    if _ABBREVIATION.fullmatch(text) and text.casefold() not in _THAT_IS:
        return Token(Kind.WORD, text, start, start + len(text))
    bare = text.rstrip(_TRAILING_MARKS) or text
    return Token(Kind.WORD, bare, start, start + len(bare))
