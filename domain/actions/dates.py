"""Reading text as dates."""

from dataclasses import dataclass, replace
from textwrap import indent
from typing import Literal

from domain.actions.type_code import IF_NOTHING_READ, PANDAS, each_read
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import demand
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

_IS_DATE = (
    r"^[0-9]{1,2}[./ -][0-9]{1,2}[./ -][0-9]{2}"
    r"|[0-9](?:st|nd|rd|th)?[ ,./-]+[A-Za-z]{3,}[ ,./-]+[0-9]{2}"
    r"|[A-Za-z]{3,}[ .-]+[0-9]{1,2}(?:st|nd|rd|th)?[ ,.-]+[0-9]{2}"
    r"|[0-9]{4}"
)
SHORT_DATE = (
    "^([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]"  # day and month, in one order or the other
    "([0-9]{4}|[0-9]{2})($|[^0-9].*$)"  # year, and the time if there is one
)
_OFFSET = "[T:][0-9.]+ *(?:[AaPp][Mm] *)?(Z|z|UTC|GMT|[+-][0-9:]{1,5})(?: [0-9]{4})?$"
# Without a year in it, pandas would read a time or "today" as of the day on which it runs.
_READ_DATES = rf"""
text = COLUMN.astype('str').str.strip()
is_date = text.str.contains(r'{_IS_DATE}', na=False)
text = text.where(is_date & ~text.str.contains('^[0-9]{{1,2}}:', na=False))
short = text.str.extract(r'{SHORT_DATE}')
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
{IF_NOTHING_READ.replace("RESULT", "dates")}
COLUMN = dates.dt.as_unit('us')
"""
_FIND_DAY_FIRST = r"""
votes = (first > '12').sum() - (second > '12').sum()
dotted = text.str.contains(r'^[0-9]{1,2}\.', na=False).any()
day_first = votes > 0 or (votes == 0 and dotted)
"""


@dataclass(frozen=True, kw_only=True)
class ParseDates(OnColumns):
    """Read text as dates, in mixed formats; what is not a date becomes missing.

    `day_first` decides dates such as 03/04/2024. None leaves it to each column: whichever of the
    two numbers is over 12 more often is the day, else month first, but day first with dots.
    A date that is possible in one order only is read so. Years of two digits are 1969 to 2068.
    Times that all have the same offset keep it, and differing ones become UTC. A column of dates
    stays as it is. Where no value of a column is a date, the code raises ValueError.
    """

    kind: Literal["parse_dates"] = "parse_dates"
    columns: tuple[str, ...]
    day_first: bool | None = None

    def check(self, shape: TableShape) -> None:
        readable = {
            ColumnType.TEXT,
            ColumnType.INTEGER,
            ColumnType.DATETIME,
            ColumnType.OTHER,
        }
        demand((shape.column(name) for name in self.columns), readable, "which are no dates", "")

    def code(self) -> str:
        given = f"day_first = {self.day_first}"
        found = _FIND_DAY_FIRST.strip() if self.day_first is None else given
        reading = indent(_READ_DATES.strip().replace("DAY_FIRST", found), "    ")
        body = f"if not pd.api.types.is_datetime64_any_dtype(COLUMN):\n{reading}"
        return PANDAS + each_read(self.columns, body, "a date with its year")

    def describe(self) -> str:
        order = {True: ", day first", False: ", month first", None: ""}[self.day_first]
        return f"Read {names_text(self.columns)} as dates{order}; what is no date becomes missing"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=ColumnType.DATETIME))
