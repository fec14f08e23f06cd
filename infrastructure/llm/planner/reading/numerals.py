"""Numbers as they are written: in digits or in words, with signs and scales."""

import re

_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six"),
            *("seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"),
            *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        )
    )
}
_NUMBER_WORDS.update(dict.fromkeys(("zeros", "zeroes"), 0))
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        (
            *("first", "second", "third", "fourth", "fifth", "sixth"),
            *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
        ),
        start=1,
    )
}
_ORDINAL = re.compile(r"([0-9]{1,9})(?:st|nd|rd|th)")
_MINUS = frozenset({"minus", "negative"})
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_NUMBER = re.compile(r"([-+]?)[$€£¥₹]?([0-9][0-9,]*|(?=\.))(\.[0-9]+)?(e[+-]?[0-9]+)?(k?)")


def as_number(text: str) -> int | float | None:
    """The number that the text says: -1.5, 1,234, $50k, three, 2 million. Not a percentage."""
    *head, last = text.casefold().replace("\u2212", "-").split() or [""]
    if head and head[0] in _MINUS:
        number = as_number(" ".join((*head[1:], last)))
        return None if number is None else -number
    scale = _SCALES.get(last, 0)
    if scale and head == ["a"]:
        return scale
    if scale and len(head) == 1:
        number = as_number(head[0])
        return None if number is None else _plain(number * scale)
    tens, _, ones = (head[0] if len(head) == 1 else last).partition("-")
    ones = last if len(head) == 1 else ones
    if tens in _TENS and (not ones or _NUMBER_WORDS.get(ones, 0) in range(1, 10)):
        return _TENS[tens] + _NUMBER_WORDS.get(ones, 0)
    if head:
        return None
    if last in _NUMBER_WORDS:
        return _NUMBER_WORDS[last]
    match = _NUMBER.fullmatch(last)
    if match is None:
        return None
    sign, whole, fraction, exponent, thousands = (group or "" for group in match.groups())
    if "," in whole and not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", whole):
        return None
    digits = f"{sign}{whole.replace(',', '') or 0}"
    if fraction or exponent:
        return _plain(float(digits + fraction + exponent) * (1000 if thousands else 1))
    # Beyond any number's length it is text, and int() would refuse it.
    return int(digits) * (1000 if thousands else 1) if len(digits) <= 400 else None


def as_ordinal(text: str) -> int | None:
    """The number that the text says as an ordinal: third, 3rd."""
    word = text.casefold()
    match = _ORDINAL.fullmatch(word)
    return int(match[1]) if match else _ORDINALS.get(word)


def _plain(number: int | float) -> int | float:
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 2**53
    return int(number) if whole else number
