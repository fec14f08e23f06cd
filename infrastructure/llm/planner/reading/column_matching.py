"""Which columns a few words mean: by name, by number of the noun, by part, by a slip of the pen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TypeAlias

from infrastructure.llm.planner.reading.tokens import OPERATORS, Kind, Token, key
from infrastructure.llm.planner.reading.words import KEYWORDS, PERSONS

LONGEST_NAME = 12
# So many letters a verb shares with its noun: weigh and weight, visited and visits.
_STEM = 4
_LONGEST_ENDING = 3
_SHORTENED = {
    "number": ("no", "nr", "num"),
    "quantity": ("qty",),
    "amount": ("amt",),
    "department": ("dept",),
    "description": ("desc",),
    "address": ("addr",),
    "category": ("cat",),
    "average": ("avg",),
    "temperature": ("temp",),
    "telephone": ("tel",),
    "percentage": ("pct",),
    "transaction": ("txn",),
    "reference": ("ref",),
}
# Alone, it may be any number.
_NEVER_ALONE = "number"
_NEVER_IN_A_NAME = frozenset({"\n", ";", *OPERATORS})
_WORDS = re.compile(r"[^\W_]+|[^\w\s]", re.UNICODE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNIT = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


_MOST_KEPT = 4096
_Seen: TypeAlias = tuple[int, Kind, str, bool]


class Likeness(IntEnum):
    """How a name was recognised, the surest first."""

    EXACT = 0
    SPELLING = 1
    NUMBER = 2
    PART = 3
    SLIP = 4


@dataclass(frozen=True)
class Match:
    """The columns that `length` tokens can mean; more than one is a question."""

    columns: tuple[str, ...]
    length: int
    likeness: Likeness


@dataclass(frozen=True)
class _Name:
    name: str
    key: str
    words: tuple[str, ...]

    @cached_property
    def joined(self) -> frozenset[str]:
        """Every two words of it in a row, as one."""
        return frozenset(map("".join, pairwise(self.words)))


class ColumnMatcher:
    """Finds the names of one table's columns in a message.

    What it found is kept: the same words stand at a place for each rule and each step, and come
    again in long messages.
    """

    def __init__(self, column_names: tuple[str, ...]) -> None:
        self._found: dict[tuple[bool, tuple[_Seen, ...]], Match | None] = {}
        self._names = [_Name(n, key(n), name_words(n)) for n in column_names]
        self._by_name = {n.name: n for n in self._names}
        self._by_word: dict[str, list[_Name]] = {}
        for name in self._names:
            for word in set(name.words):
                self._by_word.setdefault(word, []).append(name)
        self._by_key: dict[str, list[str]] = {}
        for name in self._names:
            for spelling in {name.key, key(_UNIT.sub("", name.name))} - {""}:
                self._by_key.setdefault(spelling, []).append(name.name)

    def at(self, tokens: Sequence[Token], *, guess: bool) -> Match | None:
        """The longest and surest match at the start of the tokens.

        A quoted name is exact. Parts of names and slips of the pen count only with `guess`.
        """
        first = tokens[0].start if tokens else 0
        seen = (guess, tuple((t.start - first, t.kind, t.text, t.code) for t in tokens))
        if seen not in self._found:
            if len(self._found) == _MOST_KEPT:
                self._found.clear()
            self._found[seen] = self._match(tokens, guess=guess)
        return self._found[seen]

    def _match(self, tokens: Sequence[Token], *, guess: bool) -> Match | None:
        if tokens and tokens[0].kind is Kind.QUOTED:
            name = tokens[0].text
            return Match((name,), 1, Likeness.EXACT) if name in self._by_name else None
        spans = [tokens[:length] for length in range(min(len(tokens), LONGEST_NAME), 0, -1)]
        exact = (Match((n,), len(s), Likeness.EXACT) for s in spans for n in self._exactly(s))
        spans = [span for span in spans if _can_name(span)]
        found = (self._spelt(span) or (self._by_part(span) if guess else None) for span in spans)
        slips = (self._by_slip(span) for span in spans if guess)
        best = _likelier(next(filter(None, found), None), next(filter(None, slips), None))
        as_written = next(exact, None)
        longer = best is not None and as_written is not None and best.length > as_written.length
        return best if as_written is None or longer else as_written

    def _exactly(self, span: Sequence[Token]) -> tuple[str, ...]:
        """The name that is written here character for character, as a tuple of one or none."""
        gaps = [0, *(b.start - a.end for a, b in pairwise(span))]
        raw = "".join(" " * gap + token.text for gap, token in zip(gaps, span, strict=True))
        return (raw,) if raw in self._by_name else ()

    def _spelt(self, span: Sequence[Token]) -> Match | None:
        written = key("".join(token.text for token in span))
        if not written:
            return None
        if spelt := tuple(n for n in self._by_key.get(written, ()) if _has_signs(n, span)):
            return Match(spelt, len(span), Likeness.SPELLING)
        for number in (*_other_numbers(written), *_shorter(written)):
            if number in self._by_key:
                return Match(tuple(self._by_key[number]), len(span), Likeness.NUMBER)
        return None

    def _by_part(self, span: Sequence[Token]) -> Match | None:
        if not _can_be_guessed(span):
            return None
        words = tuple(word for token in span for word in name_words(token.text))
        if not words:
            return None
        variants = {words, *((*words[:-1], last) for last in _other_numbers(words[-1]))}
        if words[-1] != _NEVER_ALONE:
            variants |= {(*words[:-1], short) for short in _SHORTENED.get(words[-1], ())}
        if len(words) > 1:
            variants.add(tuple(word.removesuffix("s") for word in words))
        candidates = {n.name: n for variant in variants for n in self._by_word.get(variant[0], ())}
        found = tuple(
            name
            for name, n in candidates.items()
            if any(_contains(n.words, variant) for variant in variants)
        ) or self._written_together("".join(words))
        return Match(found, len(span), Likeness.PART) if found else None

    def _written_together(self, written: str) -> tuple[str, ...]:
        """The names in which words that follow each other are this one: email, of "E-Mail"."""
        return tuple(n.name for n in self._names if written in n.joined)

    def _by_slip(self, span: Sequence[Token]) -> Match | None:
        if not _can_be_guessed(span):
            return None
        written = key("".join(token.text for token in span))
        found = tuple(n.name for n in self._names if is_slip(written, n.key))
        return Match(found, len(span), Likeness.SLIP) if found else None


@lru_cache(maxsize=16)
def matcher_of(column_names: tuple[str, ...]) -> ColumnMatcher:
    """The matcher of these columns; the steps of a message often have the same."""
    return ColumnMatcher(column_names)


def _likelier(found: Match | None, slip: Match | None) -> Match | None:
    """What was found, unless it is a part of a name that is written out, with a slip in it."""
    if found is None or slip is None:
        return found or slip
    longer = found.likeness is Likeness.PART and slip.length > found.length
    return slip if longer and len(slip.columns) == 1 else found


def _has_signs(name: str, span: Sequence[Token]) -> bool:
    """Whether signs that stand apart are in the name: "net * price" is no net-price."""
    around = zip(span, span[1:], span[2:], strict=False)
    apart = (sign for a, sign, b in around if a.end < sign.start and sign.end < b.start)
    return all(sign.text in name for sign in apart if sign.kind is Kind.SIGN)


def _can_name(span: Sequence[Token]) -> bool:
    """Comparison signs, quotations, line ends and signs around a name are no part of it.

    A bracket is, when the whole of it is there: ``Body Mass (g)``.
    """
    if any(token.kind is Kind.QUOTED or token.text in _NEVER_IN_A_NAME for token in span):
        return False
    texts = [token.text for token in span]
    if texts.count("(") != texts.count(")") or texts.count("[") != texts.count("]"):
        return False
    return len(span) == 1 or bool(key(texts[0]) and (key(texts[-1]) or texts[-1] in {")", "]"}))


def _can_be_guessed(span: Sequence[Token]) -> bool:
    """Whether none of the grammar's own words would be read as a part of a name."""
    rows = len(span) == 1 and span[0].word in PERSONS
    return not rows and not any(token.kind is Kind.SIGN or token.word in KEYWORDS for token in span)


def is_slip(written: str, name: str) -> bool:
    """Whether one is the other with a slip: a letter more, less, other, or two turned round.

    Two slips in eight letters or more. First letters and digits must agree: q1 is not q2.
    """
    if written[:1] != name[:1]:
        return False
    longest = max(len(written), len(name))
    allowed = 2 if longest >= 8 else 1
    if longest < 4 or abs(len(written) - len(name)) > allowed:
        return False
    if [c for c in written if c.isdigit()] != [c for c in name if c.isdigit()]:
        return False
    return longest <= 60 and _distance(written, name) <= allowed


def _distance(one: str, other: str) -> int:
    """The optimal string alignment distance."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]


def _shorter(written: str) -> tuple[str, ...]:
    """The name with its last word as names are shortened: an order number is in order_no."""
    return tuple(
        f"{written.removesuffix(word)}{short}"
        for word, shorts in _SHORTENED.items()
        if written.endswith(word) and (written != word or word != _NEVER_ALONE)
        for short in shorts
    )


def _other_numbers(word: str) -> tuple[str, ...]:
    """The singulars and the plural that the word may have."""
    found = [f"{word}s", *singulars(word)]
    if len(word) > 2 and word.endswith("y"):
        found.append(f"{word[:-1]}ies")
    return tuple(found)


def singulars(word: str) -> tuple[str, ...]:
    """What the word may be the plural of."""
    found = []
    if len(word) > 2 and word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
    if len(word) > 4 and word.endswith("es"):
        found.append(word[:-2])
    if len(word) > 4 and word.endswith("ies"):
        found.append(f"{word[:-3]}y")
    return tuple(found)


def owners(text: str) -> tuple[str, ...]:
    """Whose it is: Ann of "Ann's"."""
    bare = text.removesuffix("'s").removesuffix("\u2019s")
    return () if bare == text or not bare else (bare,)


def name_words(name: str) -> tuple[str, ...]:
    """The words that a name is made of: ``BodyMass (g)`` of three."""
    return tuple(
        key(word) for part in _CAMEL.split(name) for word in _WORDS.findall(part) if key(word)
    )


def _contains(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    if not part or sum(map(len, part)) < 2:
        return False
    starts = range(len(words) - len(part) + 1)
    return any(words[start : start + len(part)] == part for start in starts)


def is_verb_of(verb: str, noun: str) -> bool:
    """Whether both begin alike and end shortly after: not product_id and "products" itself."""
    pairs = enumerate(zip(verb, noun, strict=False))
    shared = next((i for i, (a, b) in pairs if a != b), min(len(verb), len(noun)))
    ends_soon = max(len(verb), len(noun)) - shared <= _LONGEST_ENDING
    return shared >= _STEM and ends_soon and verb not in {noun, f"{noun}s", f"{noun}es"}
