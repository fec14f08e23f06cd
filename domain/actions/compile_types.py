"""The pandas code that changes types: casts and dates, one column at a time.

It raises ValueError, in words for the person who asked, where no value at all could be read: to
empty a column is never what somebody meant.
"""

import re
from textwrap import indent

from domain.actions.literals import for_each, literal
from domain.actions.vocabulary import Cast, ParseDates

_PANDAS = "import pandas as pd\n\n"
_UNITS = (
    r"currency = r'(?:[A-Z]{0,2}[$¢£¥\u20a0-\u20c0]|USD|EUR|GBP|JPY|CNY|INR|CHF|CAD|AUD|NZD|SEK"
    r"|NOK|DKK|PLN|CZK|HUF|RON|TRY|BRL|MXN|ZAR|KRW|SGD|HKD|ILS|Fr\.|kr\.?|z\u0142)'" + "\n"
    r"units = rf'^(?:\+|(-))?(?:{currency}\s?)?|\s?(?:{currency}|%)$'" + "\n"
)
# Thousands signs count only between groups of three, so that 1,5 is not read as fifteen.
_PLAIN = r"-?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
_SPACES = r" \u00a0\u202f"
_WITH_DECIMAL_COMMA = rf"-?(?:[0-9]{{1,3}}(?:[.{_SPACES}][0-9]{{3}})+|[0-9]+)(?:,[0-9]+)?"
_READ_NUMBERS = rf"""
text = COLUMN.astype('str').str.strip().str.replace(units, r'\1', regex=True)
plain = text.str.fullmatch(r'{_PLAIN}', na=False)
with_comma = text.str.fullmatch(r'{_WITH_DECIMAL_COMMA}', na=False)
if (with_comma & ~plain).any() and not (plain & ~with_comma).any():
    # Every number of the column agrees with a decimal comma: 1.234,50
    text = text.where(with_comma).str.replace(r'[.{_SPACES}]', '', regex=True)
    text = text.str.replace(',', '.')
else:
    text = text.where(plain).str.replace(',', '')
""".strip()
# Text without a character says nothing, so nothing is lost with it.
_IF_NOTHING_READ = (
    "if (COLUMN.astype('str').str.strip() > '').any() and RESULT.isna().all():\n"
    "    raise ValueError(SENTENCE)"
)

_TO_NUMBER = f"""
if pd.api.types.is_numeric_dtype(COLUMN):
    COLUMN = COLUMN.astype('float64')
else:
{indent(_READ_NUMBERS, "    ")}
    numbers = pd.to_numeric(text).astype('float64')
{indent(_IF_NOTHING_READ.replace("RESULT", "numbers"), "    ")}
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
{indent(_IF_NOTHING_READ.replace("RESULT", "whole"), "    ")}
    COLUMN = whole
"""

_TO_BOOLEAN = f"""
words = COLUMN.astype('str').str.strip().str.lower()
truth = words.map(meaning).astype('boolean')
{_IF_NOTHING_READ.replace("RESULT", "truth")}
COLUMN = truth
"""
_MEANING = """
true_words = ['true', 'yes', 'y', 't', 'on', '1', '1.0']
false_words = ['false', 'no', 'n', 'f', 'off', '0', '0.0']
meaning = dict.fromkeys(true_words, True) | dict.fromkeys(false_words, False)
"""

_IS_DATE = (
    r"^[0-9]{1,2}[./ -][0-9]{1,2}[./ -][0-9]{2}"
    r"|[0-9](?:st|nd|rd|th)?[ ,./-]+[A-Za-z]{3,}[ ,./-]+[0-9]{2}"
    r"|[A-Za-z]{3,}[ .-]+[0-9]{1,2}(?:st|nd|rd|th)?[ ,.-]+[0-9]{2}"
    r"|[0-9]{4}"
)
_SHORT_DATE = (
    "^([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]"  # day and month, in one order or the other
    "([0-9]{4}|[0-9]{2})($|[^0-9].*$)"  # year, and the time if there is one
)
_OFFSET = "[T:][0-9.]+ *(?:[AaPp][Mm] *)?(Z|z|UTC|GMT|[+-][0-9:]{1,5})(?: [0-9]{4})?$"
# Without a year in it, pandas would read a time or "today" as of the day on which it runs.
_READ_DATES = rf"""
text = COLUMN.astype('str').str.strip()
is_date = text.str.contains(r'{_IS_DATE}', na=False)
text = text.where(is_date & ~text.str.contains('^[0-9]{{1,2}}:', na=False))
short = text.str.extract(r'{_SHORT_DATE}')
first, second, year, rest = short[0].str.zfill(2), short[1].str.zfill(2), short[2], short[3]
DAY_FIRST
day_leads = (first > '12') | (day_first & (second <= '12'))
day, month = first.where(day_leads, second), second.where(day_leads, first)
two_digits = year.where(year.str.len() == 2)
year = year.mask(two_digits < '69', '20' + year).mask(two_digits >= '69', '19' + year)
# With the year in front, nothing is left to guess, and reading is many times as fast.
text = (year + '-' + month + '-' + day + rest).fillna(text)
# Clock times stay as written where all have the same offset, or none; else they become UTC.
offsets = text.dropna().str.extract('{_OFFSET}')[0]
differ = offsets.nunique(dropna=False) > 1
dates = pd.to_datetime(text, format='mixed', errors='coerce', utc=differ)
{_IF_NOTHING_READ.replace("RESULT", "dates")}
COLUMN = dates.dt.as_unit('us')
"""
_FIND_DAY_FIRST = r"""
votes = (first > '12').sum() - (second > '12').sum()
dotted = text.str.contains(r'^[0-9]{1,2}\.', na=False).any()
day_first = votes > 0 or (votes == 0 and dotted)
"""


def cast(action: Cast) -> str:
    """The code of a cast."""
    match action.to:
        case "number":
            return _PANDAS + _UNITS + _each(action.columns, _TO_NUMBER, "a number")
        case "integer":
            return _PANDAS + _UNITS + _each(action.columns, _TO_INTEGER, "a number")
        case "boolean":
            truth = "true or false, yes or no, on or off, 1 or 0"
            return _MEANING.lstrip() + _each(action.columns, _TO_BOOLEAN, truth)
        case "text":
            return for_each(action.columns, lambda cells: f"{cells} = {cells}.astype('str')")


def parse_dates(action: ParseDates) -> str:
    """The code that reads text as dates. A column of dates stays as it is."""
    given = f"day_first = {action.day_first}"
    found = _FIND_DAY_FIRST.strip() if action.day_first is None else given
    reading = indent(_READ_DATES.strip().replace("DAY_FIRST", found), "    ")
    body = f"if not pd.api.types.is_datetime64_any_dtype(COLUMN):\n{reading}"
    return _PANDAS + _each(action.columns, body, "a date with its year")


def _each(columns: tuple[str, ...], body: str, wanted: str) -> str:
    """The body for each column.

    COLUMN stands for its cells, and SENTENCE for what is said where no value of it is `wanted`.
    """
    if len(columns) == 1:
        sentence = literal(f"no value of {columns[0]!r} is {wanted}")
    else:
        sentence = f'f"no value of {{column!r}} is {wanted}"'

    def filled(cells: str) -> str:
        stands_for = {"COLUMN": cells, "SENTENCE": sentence}
        return re.sub("COLUMN|SENTENCE", lambda found: stands_for[found.group()], body.strip())

    return for_each(columns, filled)
