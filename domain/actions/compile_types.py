"""The pandas code that changes types: casts and dates. One column at a time, never raising."""

from textwrap import indent

from domain.actions.literals import for_each
from domain.actions.vocabulary import Cast, ParseDates

# Thousands commas count only between groups of three, so that 1,5 is not read as fifteen.
_NUMBER = r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?"
_READ_NUMBERS = indent(
    rf"""
text = COLUMN.astype('str').str.strip()
text = text.str.replace(r'^([+-]?)[$€£¥₹]\s?|\s?[$€£¥₹]$', r'\1', regex=True)
is_number = text.str.fullmatch(r'{_NUMBER}', na=False)
is_number &= text.str.contains(r'^[+-]?[.]?[0-9]', na=False)
text = text.where(is_number).str.replace(',', '').str.replace(r'^\+', '', regex=True)
""".strip(),
    prefix="    ",
)

_TO_NUMBER = f"""
if pd.api.types.is_numeric_dtype(COLUMN):
    COLUMN = COLUMN.astype('float64')
else:
{_READ_NUMBERS}
    COLUMN = pd.to_numeric(text).astype('float64')
"""

_TO_INTEGER = f"""
if pd.api.types.is_bool_dtype(COLUMN):
    COLUMN = COLUMN.astype('Int64')
elif pd.api.types.is_float_dtype(COLUMN):
    rounded = COLUMN.astype('float64').round()
    COLUMN = rounded.where(rounded.abs() < 2**63).astype('Int64')
elif not pd.api.types.is_integer_dtype(COLUMN):
{_READ_NUMBERS}
    rounded = pd.to_numeric(text).astype('float64').round()
    rounded = rounded.where(rounded.abs() < 2**63).astype('Int64')
    # Whole numbers are read as such: a float would round the long ones.
    whole = text.where(text.str.fullmatch('-?[0-9]{{1,18}}', na=False)).astype('Int64')
    COLUMN = whole.fillna(rounded)
"""

_TO_TEXT = "COLUMN = COLUMN.astype('str')"

_TO_BOOLEAN = """
words = COLUMN.astype('str').str.strip().str.lower()
COLUMN = words.map(meaning).astype('boolean')
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
dates = pd.to_datetime(text, format='mixed', errors='coerce', utc=True)
COLUMN = dates.dt.tz_localize(None).dt.as_unit('us')
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
            return "import pandas as pd\n\n" + _each(action.columns, _TO_NUMBER)
        case "integer":
            return "import pandas as pd\n\n" + _each(action.columns, _TO_INTEGER)
        case "boolean":
            return _MEANING.lstrip() + _each(action.columns, _TO_BOOLEAN)
        case "text":
            return _each(action.columns, _TO_TEXT)


def parse_dates(action: ParseDates) -> str:
    """The code that reads text as dates."""
    given = f"day_first = {action.day_first}"
    found = _FIND_DAY_FIRST.strip() if action.day_first is None else given
    body = _READ_DATES.replace("DAY_FIRST", found)
    return "import pandas as pd\n\n" + _each(action.columns, body)


def _each(columns: tuple[str, ...], body: str) -> str:
    """The body for each column; COLUMN stands for its cells."""
    return for_each(columns, lambda cells: body.strip().replace("COLUMN", cells))
