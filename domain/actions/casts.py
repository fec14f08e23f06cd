"""Changing the type of columns.

The code raises ValueError, in words for the person who asked, where no value at all could be read:
to empty a column is never what somebody meant.
"""

from dataclasses import dataclass, replace
from textwrap import indent
from typing import Literal

from domain.actions.type_code import IF_NOTHING_READ, PANDAS, each_read
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import NUMERIC, demand
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

_CURRENCY = (
    r"(?:[A-Z]{0,2}[$¢£¥\u20a0-\u20c0]|USD|EUR|GBP|JPY|CNY|INR|CHF|CAD|AUD|NZD|SEK"
    r"|NOK|DKK|PLN|CZK|HUF|RON|TRY|BRL|MXN|ZAR|KRW|SGD|HKD|ILS|Fr\.|kr\.?|z\u0142)"
)
_AROUND = r"^(?:\+|(-))?(?:{currency}\s?)?|\s?(?:{currency}|%)$"
_UNITS = f"currency = r'{_CURRENCY}'\nunits = rf'{_AROUND}'\n"
# What is taken off a number, of which a minus before it is kept as the first group.
UNITS = _AROUND.replace("{currency}", _CURRENCY)
# Thousands signs count only between groups of three, so that 1,5 is not read as fifteen.
PLAIN_NUMBER = (
    r"-?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
)
_SPACES = r" \u00a0\u202f"
WITH_DECIMAL_COMMA = rf"-?(?:[0-9]{{1,3}}(?:[.{_SPACES}][0-9]{{3}})+|[0-9]+)(?:,[0-9]+)?"
_READ_NUMBERS = rf"""
text = COLUMN.astype('str').str.strip().str.replace(units, r'\1', regex=True)
plain = text.str.fullmatch(r'{PLAIN_NUMBER}', na=False)
with_comma = text.str.fullmatch(r'{WITH_DECIMAL_COMMA}', na=False)
if (with_comma & ~plain).any() and not (plain & ~with_comma).any():
    # Every number of the column agrees with a decimal comma: 1.234,50
    text = text.where(with_comma).str.replace(r'[.{_SPACES}]', '', regex=True)
    text = text.str.replace(',', '.')
else:
    text = text.where(plain).str.replace(',', '')
""".strip()

_TO_NUMBER = f"""
if pd.api.types.is_numeric_dtype(COLUMN):
    COLUMN = COLUMN.astype('float64')
else:
{indent(_READ_NUMBERS, "    ")}
    numbers = pd.to_numeric(text).astype('float64')
{indent(IF_NOTHING_READ.replace("RESULT", "numbers"), "    ")}
    COLUMN = numbers
"""

_TO_INTEGER = f"""
if pd.api.types.is_bool_dtype(COLUMN):
    COLUMN = COLUMN.astype('Int64')
elif not pd.api.types.is_integer_dtype(COLUMN):
    if pd.api.types.is_float_dtype(COLUMN):
        numbers = COLUMN.astype('float64').round()
        whole = numbers.where(numbers.abs() < 2**63).astype('Int64')
    else:
{indent(_READ_NUMBERS, "        ")}
        numbers = pd.to_numeric(text).astype('float64').round()
        numbers = numbers.where(numbers.abs() < 2**63).astype('Int64')
        # Whole numbers are read as such: a float would round the long ones.
        whole = text.where(text.str.fullmatch('-?[0-9]{{1,18}}', na=False)).astype('Int64')
        whole = whole.fillna(numbers)
{indent(IF_NOTHING_READ.replace("RESULT", "whole"), "    ")}
    COLUMN = whole
"""

_TO_BOOLEAN = f"""
words = COLUMN.astype('str').str.strip().str.lower()
truth = words.map(meaning).astype('boolean')
{IF_NOTHING_READ.replace("RESULT", "truth")}
COLUMN = truth
"""
_TRUE = ("true", "yes", "y", "t", "on", "1", "1.0")
_FALSE = ("false", "no", "n", "f", "off", "0", "0.0")
TRUTH = frozenset({*_TRUE, *_FALSE})
_MEANING = f"""
true_words = {list(_TRUE)}
false_words = {list(_FALSE)}
meaning = dict.fromkeys(true_words, True) | dict.fromkeys(false_words, False)
"""

_NESTED = ("list", "large_list", "fixed_size_list", "struct", "map", "object")
_TO_TEXT = f"""
if str(COLUMN.dtype).startswith({_NESTED}):
    # Of a long list pandas itself would leave out the midst.
    cells = pd.Series(list(COLUMN.array), index=COLUMN.index, dtype='object')
    nested = [isinstance(cell, (list, dict)) for cell in cells]
    cells[nested] = [json.dumps(c, ensure_ascii=False, default=str) for c in cells[nested]]
    COLUMN = cells
COLUMN = COLUMN.astype('str')
"""

_DESCRIPTION = {
    "integer": "whole numbers, rounding; what is no number becomes missing",
    "number": "numbers; what is no number becomes missing",
    "boolean": "true/false; any other word becomes missing",
    "text": "text",
}


@dataclass(frozen=True, kw_only=True)
class Cast(OnColumns):
    """Change the type of columns. A value that cannot be converted becomes missing.

    Where no value of a column can be converted, the code raises ValueError: it empties no column.
    Numbers may be written with thousands commas, a currency and white space around them, or as
    percentages, whose sign is dropped: 10% is 10. A column in which every number agrees with a
    decimal comma, and one needs it, is read so: 1.234,50.
    To integer, fractions are rounded to the nearest whole number (halves to the even one).
    To text, lists and objects become JSON.
    To boolean, the words are true/false, yes/no, y/n, t/f, on/off, 1/0, in any case.
    """

    kind: Literal["cast"] = "cast"
    columns: tuple[str, ...]
    to: Literal["integer", "number", "text", "boolean"]

    def check(self, shape: TableShape) -> None:
        if self.to == "text":
            return
        readable = {*NUMERIC, ColumnType.TEXT, ColumnType.BOOLEAN}
        columns = (shape.column(name) for name in self.columns)
        demand(columns, readable, f"which cannot be read as {self.to}", "Cast it to text first.")

    def code(self) -> str:
        match self.to:
            case "number":
                return PANDAS + _UNITS + each_read(self.columns, _TO_NUMBER, "a number")
            case "integer":
                return PANDAS + _UNITS + each_read(self.columns, _TO_INTEGER, "a number")
            case "boolean":
                truth = "true or false, yes or no, on or off, 1 or 0"
                return _MEANING.lstrip() + each_read(self.columns, _TO_BOOLEAN, truth)
            case "text":
                return "import json\n\n" + PANDAS + each_read(self.columns, _TO_TEXT, "a text")

    def describe(self) -> str:
        return f"Convert {names_text(self.columns)} to {_DESCRIPTION[self.to]}"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=ColumnType(self.to)))
