"""Numbers as people write them: decimal commas, thousands, signs of accounting, units."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from domain.dataset import Interpretation
from domain.table import ColumnType
from infrastructure.tabular.types.number_types import as_integer, as_number, keeps_digits
from infrastructure.tabular.types.readings import Reading, Uncertainty, matching, text_like
from infrastructure.tabular.types.units import is_unit

_SPACES = " \u00a0\u2007\u2009\u202f"
_APOSTROPHES = "'\u2019"
_MINUS_SIGNS = ("-", "\u2212", "\u2013")
_GROUPS = (",", ".", *_SPACES, *_APOSTROPHES)
_CELL = re.compile(
    rf"\(?[-+\u2212\u2013]?(?P<before>[^-+0-9.,()\u2212\u2013]*)[-+\u2212\u2013]?"
    rf"(?P<core>[0-9.,][0-9.,{_SPACES}{_APOSTROPHES}]*(?:[eE][-+]?[0-9]+)?)"
    rf"(?P<after>[^-+0-9.,()\u2212\u2013][^-+0-9()\u2212\u2013]*)?-?\)?"
)
_LONE_GROUP = "[1-9][0-9]{0,2}"
_BELOW_THOUSAND = "(?:0|[1-9][0-9]{0,2})"

_DECIMAL_OR_THOUSANDS = "give the option decimal as '.' or ',' to have it read for sure"
_TEXT_OR_THOUSANDS = Uncertainty(
    kind="decimal_or_thousands",
    message="each comma stands before three digits, so it may come before a fraction or between "
    f"thousands; the values were left as text: {_DECIMAL_OR_THOUSANDS}",
)
_PROBABLY_THOUSANDS = Uncertainty(
    kind="decimal_or_thousands",
    message="each comma or point stands before three digits; it was taken to be between thousands: "
    f"{_DECIMAL_OR_THOUSANDS}",
)
_PROBABLY_DECIMAL = Uncertainty(
    kind="decimal_or_thousands",
    message="each point stands before three digits; it was taken to come before a fraction: "
    f"{_DECIMAL_OR_THOUSANDS}",
)
_NUMBER_OR_CODE = Uncertainty(
    kind="number_or_code",
    message="groups of digits, as in numbers with thousands and in codes; they were left as text",
)
_MINUS_OR_GRADE = Uncertainty(
    kind="number_or_code",
    message="a minus after one digit or two may be that of a number or of a grade; the values were "
    "left as text",
)
_ADDRESS = r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})"


@dataclass(frozen=True, kw_only=True)
class _Style:
    """What all numbers of a column have around their digits."""

    unit: str = ""
    unit_first: bool = False
    minus: str = "-"
    accounting: bool = False
    trailing_minus: bool = False
    plus: bool = False

    @property
    def is_plain(self) -> bool:
        return self == _Style()

    def around(self, core: str) -> str:
        """The pattern of a whole value whose digits match `core`."""
        unit, sign = re.escape(self.unit), re.escape(self.minus)
        space = f"[{_SPACES}]?" if unit else ""
        first = f"{unit}{space}" if self.unit_first else ""
        last = "" if self.unit_first else f"{space}{unit}"
        number = f"{first}(?:{core}){last}"
        if self.accounting:
            return rf"{number}|\({number}\)"
        if self.trailing_minus:
            return f"{number}|{number}-|{first}(?:{core})-{last}"
        if self.plus:
            return rf"(?:{sign}|\+){space}{number}|{first}0{last}"
        return f"{sign}?{space}{number}" + (f"|{first}{sign}(?:{core})" if first else "")

    def plain(self, bare: pl.Expr, decimal: str, group: str) -> pl.Expr:
        """The same numbers as a program writes them: -1234.5."""
        if self.unit:
            bare = bare.str.replace(self.unit, "", literal=True)
        if self.unit or group in _SPACES:
            bare = bare.str.replace_all(f"[{_SPACES}]", "")
        if group and group not in _SPACES:
            bare = bare.str.replace_all(group, "", literal=True)
        if decimal != ".":
            bare = bare.str.replace(decimal, ".", literal=True)
        if self.accounting:
            bare = bare.str.replace(r"^\((.*)\)$", "-$1")
        if self.trailing_minus:
            bare = bare.str.replace("^(.*)-$", "-$1")
        if self.minus != "-":
            bare = bare.str.replace(self.minus, "-", literal=True)
        return bare.str.strip_prefix("+") if self.plus else bare

    def example(self, digits: str) -> str:
        """How a negative number of such digits is written."""
        if self.accounting:
            return f"({self.example_of(digits)})"
        if self.trailing_minus:
            return f"{self.example_of(digits)}-"
        sign = "+" if self.plus else self.minus if self.minus != "-" else ""
        return sign + self.example_of(digits)

    def example_of(self, digits: str) -> str:
        if self.unit_first:
            return f"{self.unit}{digits}"
        return f"{digits} {self.unit}" if self.unit else digits


def written_numbers(values: Sequence[str], given: Interpretation) -> Iterator[Reading]:
    """Readings of numbers that a program's own number type would not take."""
    style, separators = _style_of(values)
    if style is None:
        return
    read = partial(_numbers, style)
    decimals = (".", ",") if given.decimal is None else (given.decimal,)
    if not style.is_plain:
        yield from _signs_only(style)
        yield from read(".", "")
    yield from _codes(separators)
    if len(decimals) > 1:
        yield from _undecided(style)
    if "." in decimals:
        if not style.is_plain:
            yield from read(".", "")
        for group in _GROUPS:
            if group in separators and group != ".":
                yield from read(".", group)
    if "," in decimals:
        yield from read(",", "")
        for group in _GROUPS:
            if group in separators and group != ",":
                yield from read(",", group)


def lone_groups(given: Interpretation) -> Iterator[Reading]:
    """Numbers of a single point before three digits: thousands to some, a fraction to most."""
    if given.decimal is None:
        yield from _points(_Style())


def _style_of(values: Sequence[str]) -> tuple[_Style | None, frozenset[str]]:
    first = _CELL.fullmatch(values[0]) if values else None
    if first is None:
        return None, frozenset()
    cells = [_CELL.fullmatch(value) for value in values]
    if None in cells:
        return None, frozenset()
    before, after = first["before"].strip(_SPACES), (first["after"] or "").strip(_SPACES)
    unit = before or after
    if (before and after) or (unit and not is_unit(unit)):
        return None, frozenset()
    signs = {sign for sign in _MINUS_SIGNS for value in values if sign in value}
    cores = "".join(cell["core"].strip() for cell in cells if cell is not None)
    style = _Style(
        unit=unit,
        unit_first=bool(before),
        minus=next((sign for sign in _MINUS_SIGNS if sign in signs), "-"),
        accounting=any(value.startswith("(") for value in values),
        trailing_minus=any(value.endswith("-") for value in values),
        plus=any(value.startswith("+") for value in values),
    )
    return style, frozenset(cores) & frozenset(_GROUPS)


def _signs_only(style: _Style) -> Iterator[Reading]:
    """A plus before digits may be that of a telephone number, (1) that of a list, 2- a grade."""
    if style.plus and not style.unit:
        yield text_like(r"\+[0-9]+")
    if style.accounting and not style.unit:
        yield text_like(r"\([0-9]+\)")
    if style.trailing_minus and not style.unit:
        yield text_like("[0-9]{1,2}-?", _MINUS_OR_GRADE)


def _codes(separators: frozenset[str]) -> Iterator[Reading]:
    if "." in separators:
        yield text_like(_ADDRESS)
        yield text_like(r"[0-9]{3}(?:\.[0-9]{3}){2,}", _NUMBER_OR_CODE)
    if " " in separators:
        for shape in ("[0-9]{1} [0-9]{3}", "[0-9]{2} [0-9]{3}", "[0-9]{3}(?: [0-9]{3})+"):
            yield text_like(shape, _NUMBER_OR_CODE)


def _undecided(style: _Style) -> Iterator[Reading]:
    """Numbers of a single group of three digits, which may be a fraction."""
    choices = (_fractions(style, ",", ""), next(_numbers(style, ".", ",")))
    lone = f"{_LONE_GROUP},[0-9]{{3}}"
    yield _unsure(style, lone, _TEXT_OR_THOUSANDS, choices)
    yield _unsure(
        style,
        f"{_BELOW_THOUSAND}|{lone}",
        _PROBABLY_THOUSANDS,
        choices,
        next(_numbers(style, ".", ",")),
    )
    if not style.is_plain:
        yield from _points(style)


def _points(style: _Style) -> Iterator[Reading]:
    fraction, thousands = _fractions(style, ".", ""), next(_numbers(style, ",", "."))
    choices = (fraction, thousands)
    lone = rf"{_LONE_GROUP}\.[0-9]{{3}}"
    uneven = rf"{_BELOW_THOUSAND}|{_LONE_GROUP}\.[0-9]{{2}}[1-9]"
    yield _unsure(style, lone, _PROBABLY_DECIMAL, choices, fraction)
    yield _unsure(style, uneven, _PROBABLY_DECIMAL, choices, fraction)
    # 12.000 beside 950: who writes three decimals writes them everywhere.
    yield _unsure(style, f"{_BELOW_THOUSAND}|{lone}", _PROBABLY_THOUSANDS, choices, thousands)


def _unsure(
    style: _Style,
    core: str,
    uncertainty: Uncertainty,
    choices: tuple[Reading, ...],
    taken: Reading | None = None,
) -> Reading:
    shape = matching(style.around(core))
    if taken is None or taken.fits is None:
        return Reading(type=ColumnType.TEXT, fits=shape, uncertainty=uncertainty, choices=choices)
    kept = taken.fits
    return replace(
        taken,
        fits=lambda bare: shape(bare) & kept(bare),
        uncertainty=uncertainty,
        choices=choices,
        convention=None,
    )


def _numbers(style: _Style, decimal: str, group: str) -> Iterator[Reading]:
    """Whole numbers, where the sign is all there is beside digits and groups, then any."""
    whole = _whole(group)
    example = style.example(f"1{group}234" if group else "1234")
    if not style.unit:
        yield Reading(
            type=ColumnType.INTEGER,
            fits=lambda bare: (
                matching(style.around(whole))(bare)
                & (style.plain(bare, decimal, group) != "-0")
                & as_integer(style.plain(bare, decimal, group)).is_not_null()
            ),
            convert=lambda bare: as_integer(style.plain(bare, decimal, group)),
            format=example,
            convention=("decimal", decimal) if group else None,
        )
    yield _fractions(style, decimal, group)


def _fractions(style: _Style, decimal: str, group: str) -> Reading:
    point, whole = re.escape(decimal), _whole(group)
    exponent = "" if group or style.unit else "(?:[eE][-+]?[0-9]+)?"
    pattern = f"{whole}(?:{point}[0-9]+)?{exponent}"
    return Reading(
        type=ColumnType.NUMBER,
        fits=lambda bare: (
            matching(style.around(pattern))(bare) & keeps_digits(style.plain(bare, decimal, group))
        ),
        convert=lambda bare: as_number(style.plain(bare, decimal, group)),
        format=style.example(f"1{group}234{decimal}5"),
        unit=style.unit or None,
        convention=("decimal", decimal),
    )


def _whole(group: str) -> str:
    if not group:
        return "(?:0|[1-9][0-9]*)"
    mark = re.escape(group)
    threes = f"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})*"
    # Lakh and crore: 12,34,567.
    twos = f"[1-9][0-9]?(?:{mark}[0-9]{{2}})+{mark}[0-9]{{3}}" if group == "," else ""
    return f"(?:0|{threes}|{twos})" if twos else f"(?:0|{threes})"
