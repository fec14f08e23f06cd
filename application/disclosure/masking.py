"""Personal data in a cell, replaced by its form: letters become x, digits become #.

What is taken for personal by mistake makes a sample less useful; what is missed is told. So
whatever may be an e-mail address, a telephone, card or account number is masked.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

_AT = r"(?:@|&#0*64;|&#x0*40;|&commat;|%40|\\u0040|\\x40)"
_GAP = r"[^\S\n]"
_ATS = rf"{_GAP}*[\[({{<]{_GAP}*(?:at|@|ät|arroba|chez){_GAP}*[\])}}>]{_GAP}*"
_DOTS = rf"(?:\.|{_GAP}*[\[({{<]{_GAP}*(?:dot|punkt|\.|point|punto){_GAP}*[\])}}>]{_GAP}*)"
_SPOKEN_AT = rf"(?:{_GAP}|[_*-])+(?:at|ät|arroba)(?:{_GAP}|[_*-])+"
_SPOKEN_DOT = rf"(?:(?:{_GAP}|[_*-])+(?:dot|punkt|point|punto)(?:{_GAP}|[_*-])+)"
_EMAILS = re.compile(
    "|".join(
        (
            rf"(?:(?<![\w.'\u2019-])[\w.'\u2019-]+{_GAP}+){{0,4}}<[^<>\n]*{_AT}[^<>\n]*>",
            rf'"[^"\n]{{1,64}}"{_AT}\S+',
            rf"(?<!\S)\S+{_AT}\S+",
            rf"(?<![\w.+-])[\w.+-]+{_GAP}*{_AT}{_GAP}*[\w-]+(?:{_GAP}*\.{_GAP}*[\w-]+)*",
            rf"(?<![\w.+-])[\w.+-]+{_ATS}[\w-]+(?:(?:{_DOTS}|{_SPOKEN_DOT})[\w-]+)*",
            # A sentence may say at, too: the last part is to be that of a domain.
            rf"(?<![\w.+])[\w.+]{{1,99}}(?:{_SPOKEN_DOT}\w{{1,63}}){{0,3}}{_SPOKEN_AT}"
            rf"[\w-]{{1,63}}?(?:(?:{_SPOKEN_DOT}|{_DOTS})[\w-]{{1,63}}?){{0,3}}"
            rf"(?:{_SPOKEN_DOT}|{_DOTS})[^\W\d_]{{2,24}}(?![^\W_])",
        )
    ),
    re.IGNORECASE,
)
_IBANS = re.compile(rf"(?<![^\W_])[A-Z]{{2}}{_GAP}?\d{{2}}(?:[ \t\-.]?[A-Z0-9]){{11,30}}", re.I)
_CARDS = re.compile(r"\d(?:[^\w:]{0,3}\d){12,}")
_NUMBERS = re.compile(
    r"[+(]{0,2}\d(?:[^\S\n]?[().\-/\u2010-\u2015\u2212\u00b7\u2022_~|]{0,3}[^\S\n]{0,2}\d)*"
)
_DATE = re.compile(
    r"(?:(?P<y>\d{4})[-/._ ](?P<m>\d{1,2})[-/._ ](?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})[-/._ ](?P<b>\d{1,2})[-/._ ]\d{4})(?:[ _-]\d{1,2})?"
)
_YEARS = re.compile(r"(?:1[5-9]|20)\d\d[-/\u2010-\u2015]{1,2}(?:1[5-9]|20)\d\d")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?: \d{3})+)")
_GROUPS = re.compile(r"\d+")
_CALLED = re.compile(
    r"(?:tel|phone|fon|mobile?|mob|handy|fax|cell|call|ruf|whatsapp|sms)[a-z]{0,7}\W{0,4}"
    r"(?:(?:at|me|us|is|unter|an|no|nr|number)\W{1,3}){0,2}$",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"(?:born|birth\w*|dob|geb\w*|née?|nacid[oa]|nat[oa])\W{0,3}(?:on|am|le|el)?\W{0,2}$", re.I
)
_LONGEST_ID = 8
_SHORTEST_CALLED = 5
_SHORTEST_NUMBER = 7


def masked_text(text: str) -> str:
    """The text, in which what may be personal data is masked; the rest stays."""
    plain = "".join(filter(_is_seen, unicodedata.normalize("NFKC", text)))
    masked = _EMAILS.sub(_email_form, plain)
    masked = _IBANS.sub(_iban, masked)
    masked = _CARDS.sub(_card, masked)
    masked = _NUMBERS.sub(_number, masked)
    return text if masked == plain else masked


def _is_seen(character: str) -> bool:
    """Whether it can stand between two digits: not what is no character, or only dresses one."""
    return unicodedata.category(character) not in {"Cf", "Me"} and character != "\ufe0f"


def masked_wholly(text: str) -> str:
    """The form of the whole text."""
    return _form(unicodedata.normalize("NFKC", text))


def masked_cell(value: Any, *, wholly: bool) -> Any:  # noqa: ANN401 - any JSON value
    """A cell as JSON has it, masked; of a personal column `wholly`."""
    match value:
        case None:
            return None
        case str():
            return masked_wholly(value) if wholly else masked_text(value)
        case Mapping():
            return {
                masked_cell(str(name), wholly=wholly): masked_cell(part, wholly=wholly)
                for name, part in value.items()
            }
        case Sequence():
            return [masked_cell(part, wholly=wholly) for part in value]
        case _ if wholly:
            return _form(str(value))
        case bool():
            return value
        case int() | float():
            return _masked_number(value)
        case _:
            return masked_text(str(value))


def _masked_number(value: float) -> Any:  # noqa: ANN401 - any JSON value
    """Telephone and card numbers are often read as whole numbers; fractions are none."""
    if isinstance(value, float) and not value.is_integer():
        return value
    digits = str(abs(int(value)))
    return _form(digits) if len(digits) > _LONGEST_ID else value


def _form(text: str) -> str:
    return "".join(map(_form_of_character, re.sub(r"[^\W\d_]{3,}", _short_run, text)))


def _short_run(run: re.Match[str]) -> str:
    """How long a name is tells something of it."""
    return run[0][:3]


def _form_of_character(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("N"):
        return "#"
    if category.startswith("M"):
        return ""
    if category.startswith("L"):
        return "X" if character.isupper() else "x"
    return character if character.isascii() else "?"


def _email_form(_: re.Match[str]) -> str:
    return "xxx@xxx.xxx"


def _iban(found: re.Match[str]) -> str:
    """Words may follow the number, so its end is looked for."""
    text = found[0]
    for end in range(len(text), 14, -1):
        compact = re.sub(r"[^A-Za-z0-9]", "", text[:end])
        if 15 <= len(compact) <= 34 and text[end - 1].isalnum() and _fits_mod_97(compact):
            return _form(text[:end]) + text[end:]
    return text


def _fits_mod_97(iban: str) -> bool:
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _card(found: re.Match[str]) -> str:
    """Other numbers may stand around the card's, so every run of whole groups is tried."""
    groups = _GROUPS.findall(found[0])
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > 19:
                break
            if len(digits) >= 13 and _fits_luhn(digits):
                return _form(found[0])
    return found[0]


def _fits_luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _number(found: re.Match[str]) -> str:
    text = found[0]
    before = found.string[max(0, found.start() - 40) : found.start()]
    return _form(text) if _may_be_personal(text, before, found.string[found.end() :]) else text


def _may_be_personal(text: str, before: str, rest: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    if digits >= _SHORTEST_CALLED and (_CALLED.search(before) or _BORN.search(before)):
        return True
    if digits < _SHORTEST_NUMBER or _is_date(text) or _YEARS.fullmatch(text):
        return False
    if _THOUSANDS.fullmatch(text) and (digits == _SHORTEST_NUMBER or re.match(r",\d\d?\b", rest)):
        return False
    if text.isdigit() and not text.startswith("0"):
        return digits > _LONGEST_ID
    return True


def _is_date(text: str) -> bool:
    date = _DATE.fullmatch(text)
    if date is None:
        return False
    first, second = int(date["m"] or date["a"]), int(date["d"] or date["b"])
    return 1 <= min(first, second) <= 12 and 1 <= max(first, second) <= 31
