"""Kinds of texts: what a single value looks like, whatever its column is called.

A kind is a pattern over the trimmed value, where needed with a check of its digits or a list.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from infrastructure.tabular.profile.text_bytes import NOT_ASCII
from infrastructure.tabular.profile.vocabularies import (
    COUNTRY_CODES,
    COUNTRY_CODES_3,
    CURRENCY_CODES,
    GIVEN_NAMES,
    TRUTH_WORDS,
)

# A leading zero makes a code, not a number; thousands may be apart by a narrow or usual blank.
_NUMBER = (
    r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:[,.'\x{2019}\x{a0}\x{202f} ][0-9]{3})+)(?:[.,][0-9]+)?"
)
_MONEY_SIGN = r"(?:\p{Sc}|zł|EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|CAD|AUD|INR|kr|Fr\.)"
_MONTH = (
    r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|fév|avr|aoû|déc|ene|abr"
    r"|ago|dic)\p{L}*\.?"
)
_TIME = (
    r"(?:[T ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_STREET = (
    r"(?i)(?:\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|square|sq"
    r"|way|highway|hwy|parkway|terrace|rue|via|viale|calle|avenida|av|plaza|piazza|rua|ulica|ul"
    r"|place|quai|chemin|weg|platz|allee|gasse|ring|damm|ufer)\b|stra(?:ß|ss)e\b|str\.|weg\b"
    r"|platz\b|allee\b|gasse\b|straat\b|laan\b|gatan\b|vägen\b|katu\b)"
)

_WORD = r"\p{L}[\p{L}'\x{2019}.-]*"

# Months of 29, 30 and 31 days at the most, with the days from the tenth on: 30 February is no date.
_MONTHS = (
    ("0?2", "[12][0-9]"),
    ("0?[469]|11", "[12][0-9]|30"),
    ("0?[13578]|1[02]", "[12][0-9]|3[01]"),
)


def _month_day(sign: str) -> str:
    ways = (f"(?:{months}){sign}(?:0?[1-9]|{days})" for months, days in _MONTHS)
    return f"(?:{'|'.join(ways)})"


_DAY_MONTH = "|".join(rf"(?:0?[1-9]|{days})\.(?:{months})" for months, days in _MONTHS)

# In which ways a date can be written; the label is what a person would call it.
DATE_FORMATS = {
    "YYYY-MM-DD": rf"^[0-9]{{4}}-{_month_day('-')}{_TIME}$",
    "YYYY/MM/DD": rf"^[0-9]{{4}}/{_month_day('/')}{_TIME}$",
    "YYYY.MM.DD": rf"^[0-9]{{4}}\.{_month_day('[.]')}\.?{_TIME}$",
    "YYYYMMDD": r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$",
    "DD.MM.YYYY": rf"^(?:{_DAY_MONTH})\.(?:[0-9]{{4}}|[0-9]{{2}}){_TIME}$",
    "DD/MM/YYYY or MM/DD/YYYY": rf"^[0-9]{{1,2}}/[0-9]{{1,2}}/(?:[0-9]{{4}}|[0-9]{{2}}){_TIME}$",
    "DD-MM-YYYY or MM-DD-YYYY": rf"^[0-9]{{1,2}}-[0-9]{{1,2}}-(?:[0-9]{{4}}|[0-9]{{2}}){_TIME}$",
    "day month-name year": (
        rf"^[0-9]{{1,2}}(?:st|nd|rd|th|\.)?[ -]?{_MONTH}[ ,-]*(?:[0-9]{{4}}|[0-9]{{2}}){_TIME}$"
    ),
    "month-name day, year": (
        rf"^(?:\p{{L}}+, ?)?{_MONTH} ?[0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}{_TIME}$"
    ),
}


@dataclass(frozen=True)
class Kind:
    """``pattern`` must match the trimmed value; ``check``, if any, must hold for it, too.

    Nothing matches that has none of the characters in one of ``needs``.
    """

    pattern: str
    check: Callable[[str], bool] | None = None
    needs: tuple[str, ...] = ()

    def may_be_among(self, characters: frozenset[str]) -> bool:
        """Whether texts that have these characters, and no others, can be of the kind."""
        return all(not characters.isdisjoint(some) for some in self.needs)


_DIGITS = "0123456789"
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = _CAPITALS + _CAPITALS.lower()


def _luhn(text: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812)."""
    digits = [int(c) for c in text if "0" <= c <= "9"]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return (
        13 <= len(digits) <= 19
        and len(set(digits)) > 1
        and not ((sum(digits[-1::-2]) + sum(doubled)) % 10)
    )


def _iban(text: str) -> bool:
    """The check digits of an IBAN (ISO 13616): 97 divides it and 1 remains."""
    plain = text.replace(" ", "").upper()
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _ip_address(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


_GROUPED_NUMBER = re.compile(r"[1-9][0-9]{0,2}(?:[., ][0-9]{3})+(?:[.,][0-9]+)?|[0-9]+[.,][0-9]+")
_MARKED = re.compile(r"\+[1-9]|\(|0[1-9](?=.{8})|00[1-9](?=.{8})|[0-9]{3}-[0-9]{4}$")


def _phone(text: str) -> bool:
    """7 to 15 digits (E.164), and a mark or groups that a number or a code has not.

    A single digit at the end is a check digit, as of a book's number.
    """
    digits = sum(c.isdigit() for c in text)
    groups = re.findall(r"[0-9]+", text)
    if not 7 <= digits <= 15 or _GROUPED_NUMBER.fullmatch(text) or len(groups[-1]) == 1:
        return False
    return _MARKED.match(text) is not None or len(groups) >= 3


KINDS: dict[str, Kind] = {
    "email": Kind(r"^(?:mailto:)?[^@\s<>,;:]+@[^@\s<>,;:]+\.\p{L}{2,}$", needs=("@", ".")),
    "url": Kind(r"^(?:(?i:https?|ftps?)://[^\s/]+\S*|(?i:www)\.[^\s.]+\.\S+)$", needs=(":.",)),
    "uuid": Kind(
        r"^\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\}?$",
        needs=("-",),
    ),
    "ip_address": Kind(
        r"^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)"
        r"(?:/[0-9]{1,3})?$",
        _ip_address,
        needs=(".:",),
    ),
    "iban": Kind(r"^[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]){11,30}$", _iban, (_DIGITS, _LETTERS)),
    "card_number": Kind(r"^[2-6][0-9]{3}(?:[ -]?[0-9]){9,15}$", _luhn, (_DIGITS,)),
    "social_security_number": Kind(r"^[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}$", needs=(_DIGITS, "-")),
    "datetime": Kind(
        "|".join(f"(?:{pattern})" for pattern in DATE_FORMATS.values()), needs=(_DIGITS,)
    ),
    "time": Kind(
        r"^[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?$",
        needs=(":",),
    ),
    "phone": Kind(r"^(?:\+|00|\()?[ (]?[0-9][0-9 ()./-]{5,22}$", _phone, (_DIGITS,)),
    "percent": Kind(rf"^[+-]?{_NUMBER} ?%$", needs=("%",)),
    "money": Kind(
        rf"^(?:[+-]?{_MONEY_SIGN} ?[+-]?{_NUMBER}|[+-]?{_NUMBER} ?{_MONEY_SIGN}"
        rf"|\({_MONEY_SIGN} ?{_NUMBER}\))(?:[KkMm]|,-)?$",
        needs=(_DIGITS, "$" + NOT_ASCII + _LETTERS),
    ),
    "number": Kind(
        rf"^(?:[+-]? ?{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?[.,][0-9]+|\({_NUMBER}\)|{_NUMBER}-)$",
        needs=(_DIGITS,),
    ),
    "currency": Kind(r"^[A-Z]{3}$", CURRENCY_CODES.__contains__, (_CAPITALS,)),
    "country_code": Kind(
        r"^[A-Z]{2,3}$",
        lambda text: text in COUNTRY_CODES or text in COUNTRY_CODES_3,
        (_CAPITALS,),
    ),
    "boolean": Kind(r"^.{1,9}$", lambda text: text.lower() in TRUTH_WORDS),
    "postcode": Kind(
        r"^(?:[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[0-9]{5}-[0-9]{4}|[0-9]{4} ?[A-Z]{2}"
        r"|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|(?:D|A|CH|F)-[0-9]{4,5}|[0-9]{2}-[0-9]{3})$",
        needs=(_DIGITS, _CAPITALS + "-"),
    ),
    "address": Kind(_STREET, lambda text: any(c.isdigit() for c in text), (_LETTERS,)),
    "name": Kind(
        rf"^(?:(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau)\.? )?{_WORD}(?:,? {_WORD}){{0,4}}$",
        lambda text: any(word in GIVEN_NAMES for word in text.lower().replace(",", " ").split()),
        (_LETTERS,),
    ),
    "json": Kind(r'^(?:\{\s*(?:".*)?\}|\[.*\])$', needs=("{[",)),
}

# What may stand within a longer text and concern a person.
WITHIN = {
    "email": Kind(r"[^@\s<>,;:]+@[^@\s<>,;:]+\.\p{L}{2,}", needs=("@", ".")),
    "iban": Kind(
        r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
        _iban,
        (_DIGITS, _CAPITALS),
    ),
    "card_number": Kind(r"\b[2-6][0-9]{3}(?:[ -]?[0-9]{4}){2}[ -]?[0-9]{1,7}\b", _luhn, (_DIGITS,)),
    "phone": Kind(r"(?:\+|\b00)[1-9][0-9 ()/-]{7,18}[0-9]\b", _phone, (_DIGITS, "+0")),
}


def kind_mask(text: pl.Series, kind: str) -> pl.Series:
    """Which trimmed texts are of the kind."""
    found = KINDS[kind]
    return checked(text, text.str.contains(found.pattern), found.check)


def within_mask(text: pl.Series, mask: pl.Series, kind: str) -> pl.Series:
    """Which of the texts in `mask`, which match its pattern, contain something of the kind."""
    found = WITHIN[kind]
    if found.check is None:
        return mask
    return checked(text.str.extract(f"({found.pattern})"), mask, found.check)


def checked(text: pl.Series, mask: pl.Series, check: Callable[[str], bool] | None) -> pl.Series:
    """Which of the texts in `mask` hold the check."""
    if check is None or not mask.any():
        return mask
    kept = [matched and check(value) for value, matched in zip(text, mask, strict=True)]
    return pl.Series(kept, dtype=pl.Boolean)
