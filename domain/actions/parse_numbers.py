"""Reading the number in a text that says more than the number."""

from dataclasses import dataclass, replace
from textwrap import indent
from typing import Literal

from domain.actions.new_names import check_new_names
from domain.actions.text import OnText
from domain.actions.type_code import IF_NOTHING_READ, PANDAS, each_read
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

_WRITTEN = r"""
# A sign, words or a currency, the digits, perhaps a K or M for their zeros, a unit such as m2.
# Letters right before the digits make a code of them, such as A12, unless they are a currency.
currencies = 'USD|EUR|GBP|JPY|CNY|INR|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN'
written = (
    r"^(?P<sign>[-+]?)(?P<before>(?:[^0-9.,+-]|\.(?=\s))*)(?P<inner>(?<!\w)[-+])?"
    rf"(?:(?<![^\W\d_])|(?<={currencies}))(?P<digits>[.,]?[0-9](?:[0-9.,'\u2019\s]*[0-9])?)"
    r"(?P<zeros>[eE][-+]?[0-9]{1,2}(?![0-9A-Za-z])|(?:[kKMB]|[Mm]l?n|[Bb]n)(?![A-Za-z])|"
    r"\s*(?i:thousand|million|billion))?"
    r"(?P<trailing>-(?=$|[\s)]))?(?P<after>[^0-9]*(?:(?<=[A-Za-z])[23])?)$"
)
zeros = {'k': 'e3', 'thousand': 'e3', 'm': 'e6', 'mn': 'e6', 'mln': 'e6', 'million': 'e6'}
zeros |= {'b': 'e9', 'bn': 'e9', 'billion': 'e9'}
"""
_STYLES = {
    ".": r"""
point = r"([0-9]+|[0-9]{1,3}([,'\u2019\s][0-9]{3})+|[0-9]{1,2}(,[0-9]{2})+,[0-9]{3})?(\.[0-9]+)?"
""",
    ",": r"""
comma = r"([0-9]+|[0-9]{1,3}([.'\u2019\s][0-9]{3})+)?(,[0-9]+)?"
""",
}
_AT_POINT = r"""
digits = digits.where(digits.str.fullmatch(point, na=False))
digits = digits.str.replace(r"[,'\u2019\s]", '', regex=True)
""".strip()
_AT_COMMA = r"""
digits = digits.where(digits.str.fullmatch(comma, na=False))
digits = digits.str.replace(r"[.'\u2019\s]", '', regex=True).str.replace(',', '.')
""".strip()
_AT_EITHER = f"""
by_point = digits.str.fullmatch(point, na=False)
by_comma = digits.str.fullmatch(comma, na=False)
if (by_comma & ~by_point).any() and not (by_point & ~by_comma).any():
    # Every number of the column agrees with a decimal comma: 1.234,50
{indent(_AT_COMMA, "    ")}
else:
{indent(_AT_POINT, "    ")}
""".strip()
_READ = rf"""
text = COLUMN.astype('str').str.strip().str.replace('[\u2212\u2013]', '-', regex=True)
parts = text.str.extract(written)
digits = parts['digits']
TAKE_DIGITS
powers = parts['zeros'].fillna('').str.strip().str.lower().map(lambda word: zeros.get(word, word))
numbers = pd.to_numeric(digits + powers).astype('float64')
minus = (parts[['sign', 'inner', 'trailing']] == '-').any(axis='columns')
in_brackets = text.str.fullmatch(r'[^\w(]*\([^()]*\)[^\w)]*', na=False)
numbers = numbers.mask(minus | in_brackets, -numbers)
{IF_NOTHING_READ.replace("RESULT", "numbers")}
"""
_UNITS = """units = parts['after'].str.strip(' .,:;()-')
units = units.where(units > '', parts['before'].str.strip(' .,:;()-'))
BESIDE = units.where((units > '') & numbers.notna())
"""


@dataclass(frozen=True, kw_only=True)
class ParseNumbers(OnText):
    """Read the one number in each text, whatever else is there: 12 kg, $1,200.50, approx. 5.

    What holds no number, or several (12-15, 3:45), or a code (A12), becomes missing. Where no
    value of a column holds one, the code raises ValueError.
    `decimal` is the sign before the fraction; None leaves it to each column: a comma where every
    number agrees with that and one needs it. Groups of digits may have points or commas, spaces
    or apostrophes between them. (5) and 5- are negative, and 1.2M, 350K, 5 million get their zeros.
    Other units, also %, are not converted: they are dropped, or put as text into a column beside,
    price_unit.
    """

    kind: Literal["parse_numbers"] = "parse_numbers"
    columns: tuple[str, ...]
    decimal: Literal[".", ","] | None = None
    units: Literal["drop", "column"] = "drop"

    def columns_changed(self) -> tuple[str, ...]:
        return (*self.columns, *self._beside())

    def _beside(self) -> tuple[str, ...]:
        return tuple(f"{name}_unit" for name in self.columns) if self.units == "column" else ()

    def check(self, shape: TableShape) -> None:
        super().check(shape)
        check_new_names(self._beside(), shape.column_names)

    def code(self) -> str:
        styles = _STYLES[self.decimal] if self.decimal else "".join(_STYLES.values())
        at = {".": _AT_POINT, ",": _AT_COMMA, None: _AT_EITHER}[self.decimal]
        units = _UNITS if self.units == "column" else ""
        body = f"{_READ.replace('TAKE_DIGITS', at)}{units}COLUMN = numbers"
        written = f"{_WRITTEN}{styles}".replace("\n\n", "\n").lstrip()
        return PANDAS + written + each_read(self.columns, body, "a number", "_unit")

    def describe(self) -> str:
        names = names_text(self.columns)
        sign = {".": ", with a decimal point", ",": ", with a decimal comma", None: ""}
        units = ", and its unit into a column beside" if self.units == "column" else ""
        return (
            f"Read the number in each text of {names}{sign[self.decimal]}{units}; "
            "where there is none, it becomes missing"
        )

    def shape_after(self, shape: TableShape) -> TableShape:
        shape = shape.changed(self.columns, lambda c: replace(c, type=ColumnType.NUMBER))
        for name in self._beside():
            shape = shape.with_column(name, ColumnType.TEXT)
        return shape
