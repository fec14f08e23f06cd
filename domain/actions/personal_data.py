"""Hiding what concerns a person."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.actions.literals import for_each
from domain.actions.type_code import each_read
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import demand
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

# Whatever looks like it is hidden: to hide too much is the smaller harm.
_PARTIAL = r"""
import re

personal = re.compile(
    r'(?P<email>(?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+)'
    r'|(?P<iban>\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b)'
    # Dates, and numbers with a decimal point, unless it is written like 555.1234.
    r'|(?P<left>\b(?:[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4})\b'
    r'|(?<![\w.+(])(?![0-9]{3}\.[0-9]{4}\b)[0-9]+\.[0-9]+(?!\w|[ (./-]{0,3}[0-9]))'
    r'|(?P<digits>(?<![\w.])[+(]{0,2}[0-9](?:[ ()./-]{0,3}[0-9]){6,18}(?![\w]))'
)


def is_card(digits):
    # The check digit of payment cards (Luhn, ISO/IEC 7812).
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    total = sum(int(digit) for digit in digits[-1::-2]) + sum(sum(divmod(d, 10)) for d in doubled)
    return 13 <= len(digits) <= 19 and total % 10 == 0


def masked(found):
    text = found[0]
    if found['email']:
        return text[0] + '***' + text[text.index('@'):]
    if found['iban']:
        return text[:2] + re.sub('[A-Z0-9]', '*', text[2:-4]) + text[-4:]
    digits = re.sub('[^0-9]', '', text)
    if found['left'] or not (len(digits) <= 15 or is_card(digits)):
        return text
    shown = 4 if is_card(digits) else 2
    return re.sub('[0-9]', '*', text[:-shown]) + text[-shown:]


""".lstrip()
_EACH_PARTIAL = """
hidden = COLUMN.str.replace(personal, masked, regex=True)
if (COLUMN.str.strip() > '').any() and hidden.equals(COLUMN):
    raise ValueError(SENTENCE)
COLUMN = hidden
"""
_HASH = """
import hashlib


def pseudonym(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


""".lstrip()
_DONE = {
    "hide": "Hide every value of {}",
    "partial": "Mask e-mail addresses, phone, card and account numbers in {}",
    "hash": "Replace every value of {} by a pseudonym, the start of its SHA-256",
}


@dataclass(frozen=True, kw_only=True)
class MaskPersonal(OnColumns):
    """Hide personal data: ``hide`` puts *** for every value, and ``partial`` stars inside text.

    ``partial`` masks e-mail addresses, phone numbers (7 to 15 digits, but no date and no decimal
    number), card numbers (with Luhn's check digit) and IBANs, but for a few characters; where it
    finds none, the code raises ValueError. ``hash`` puts the first 16 digits of the SHA-256 for
    every value, so that equal values stay equal: a pseudonym, and no anonymity, since anybody can
    hash a guess.
    """

    kind: Literal["mask_personal"] = "mask_personal"
    columns: tuple[str, ...]
    method: Literal["hide", "partial", "hash"]

    def check(self, shape: TableShape) -> None:
        if self.method == "partial":
            columns = (shape.column(name) for name in self.columns)
            needs = "and only text can be masked in part"
            demand(columns, {ColumnType.TEXT}, needs, "Hide or hash it, or cast it to text first.")

    def code(self) -> str:
        match self.method:
            case "hide":
                return for_each(self.columns, _stars)
            case "hash":
                return _HASH + for_each(self.columns, _pseudonyms)
            case "partial":
                wanted = "an e-mail address, or a phone, card or account number"
                return _PARTIAL + each_read(self.columns, _EACH_PARTIAL, wanted)

    def describe(self) -> str:
        return _DONE[self.method].format(names_text(self.columns))

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=ColumnType.TEXT))


def _stars(cells: str) -> str:
    return f"{cells} = {cells}.astype('str').mask({cells}.notna(), '***')"


def _pseudonyms(cells: str) -> str:
    text = f"{cells}.astype('str')"
    return f"{cells} = {text}.map(pseudonym, na_action='ignore').astype('str')"
