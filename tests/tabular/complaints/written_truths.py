"""Small tables whose truth is known, written as people and programs write them, at random."""

import csv
import datetime as dt
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Value = int | float | str | bool | dt.datetime | None
Write = Callable[[Value], str]

_WORDS = ("Anna", "Zoë", "Müller", "O'Neill", "None", "Null", "Lee", "Straße", "Café", "Nancy")
_NOTES = ("plain", 'say "hi"', "a, b; c", "one\ntwo", "x | y", "tab\there", "ends in \\", '5" pipe')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = (
    *("{y:04}-{m:02}-{d:02}", "{d:02}.{m:02}.{y:04}", "{d:02}/{m:02}/{y:04}"),
    *("{m:02}/{d:02}/{y:04}", "{d}/{m}/{y:04}", "{m}/{d}/{y:04}", "{y:04}/{m:02}/{d:02}"),
    *("{d} {b} {y:04}", "{b} {d}, {y:04}", "{d:02}-{b}-{y:04}", "{d:02}-{m:02}-{y:04}"),
)
_CLOCKS = ("", " {H:02}:{M:02}", " {H:02}:{M:02}:{S:02}", "T{H:02}:{M:02}:{S:02}")
_TRUTHS = (("true", "false"), ("yes", "no"), ("Y", "N"), ("ja", "nein"), ("TRUE", "FALSE"))
_MISSING = ("", "", "", "NA", "-", "NULL", "n/a")
_BEFORE = (
    "",
    "",
    "",
    "",
    "Report of 2024{end}{end}",
    "# made by hand{end}",
    "{end}",
    "sep={mark}{end}",
)
_AFTER = ("", "", "", "", "{end}", "{end}Source: our own books{end}")


@dataclass(frozen=True)
class TrueColumn:
    """What a column holds, and how each of its cells is written."""

    name: str
    kind: str
    values: Sequence[Value]
    cells: Sequence[str]


@dataclass(frozen=True)
class TrueTable:
    """Columns, and the file in which they were written."""

    columns: Sequence[TrueColumn]
    content: bytes
    file: str


def written_table(seed: int) -> TrueTable:
    """The table of the `seed`, the same at any time."""
    chance = random.Random(seed)  # noqa: S311 nothing is secret here
    decimal = chance.choice(".,")
    rows = chance.choice((2, 3, 5, 8, 20, 60, 60, 3000))
    kinds = chance.choices(list(_KINDS), k=chance.randint(2, 6))
    columns = [
        _column(chance, f"{kind} {place}", kind, rows, decimal)
        for place, kind in enumerate(kinds, start=1)
    ]
    return TrueTable(columns, *_file(chance, columns))


def _column(chance: random.Random, name: str, kind: str, rows: int, decimal: str) -> TrueColumn:
    draw, write = _KINDS[kind](chance, decimal)
    missing = chance.choice(_MISSING)
    gaps = chance.choice((0, 0, 0.2))
    values = [None if chance.random() < gaps else draw() for _ in range(rows)]
    if all(value is None for value in values):
        values[0] = draw()
    cells = [missing if value is None else write(value) for value in values]
    return TrueColumn(name, kind, values, cells)


def _file(chance: random.Random, columns: Sequence[TrueColumn]) -> tuple[bytes, str]:
    delimiter = chance.choice(",;\t|")
    dialect = chance.choice((csv.excel, csv.excel, csv.unix_dialect))
    end = chance.choice(("\n", "\r\n"))
    encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"))
    written = io.StringIO()
    writer = csv.writer(written, dialect, delimiter=delimiter, lineterminator=end)
    writer.writerow([column.name for column in columns])
    writer.writerows(zip(*(column.cells for column in columns), strict=True))
    around = {"end": end, "mark": delimiter}
    before, after = (chance.choice(each).format(**around) for each in (_BEFORE, _AFTER))
    text = f"{before}{written.getvalue()}{after}"
    told = f"delimiter {delimiter!r}, {dialect.__name__}, end {end!r}, {encoding}"
    return text.encode(encoding), f"{told}, {before!r} before, {after!r} after"


Kind = Callable[[random.Random, str], tuple[Callable[[], Value], Write]]


def _whole(chance: random.Random, decimal: str) -> tuple[Callable[[], Value], Write]:
    highest = chance.choice((9, 500, 99_999, 10**7, 10**12))
    grouped = chance.choice((False, False, True))
    mark = {".": ",", ",": "."}[decimal] if grouped else ""
    return lambda: chance.randint(-highest, highest), lambda value: _grouped(f"{value}", mark)


def _fraction(chance: random.Random, decimal: str) -> tuple[Callable[[], Value], Write]:
    places = chance.choice((1, 2, 2, 3, 4))
    highest = chance.choice((1, 100, 99_999, 10**7))
    grouped = chance.choice((False, True))
    mark = {".": ",", ",": "."}[decimal] if grouped else ""
    before, after = chance.choice((("", ""), ("", ""), ("$", ""), ("", " €"), ("", "%")))
    brackets = chance.choice((False, False, True))

    def write(value: Value) -> str:
        if not isinstance(value, float):
            raise TypeError(value)
        size = f"{abs(value):.{places}f}"
        whole, _, part = size.partition(".")
        shown = f"{before}{_grouped(whole, mark)}{decimal}{part}{after}"
        if value < 0:
            return f"({shown})" if brackets else f"-{shown}"
        return shown

    return lambda: round(chance.uniform(-highest, highest), places), write


def _grouped(digits: str, mark: str) -> str:
    return f"{int(digits):,}".replace(",", mark) if mark else digits


def _moment(chance: random.Random, _decimal: str) -> tuple[Callable[[], Value], Write]:
    form = chance.choice(_DAYS) + chance.choice(_CLOCKS)
    clock = "H" in form

    def draw() -> dt.datetime:
        day = dt.datetime(1990, 1, 1) + dt.timedelta(days=chance.randrange(15_000))  # noqa: DTZ001 none
        if not clock:
            return day
        second = chance.randrange(60) if "S" in form else 0
        return day.replace(hour=chance.randrange(24), minute=chance.randrange(60), second=second)

    def write(value: Value) -> str:
        if not isinstance(value, dt.datetime):
            raise TypeError(value)
        return form.format(
            y=value.year, m=value.month, d=value.day, b=_MONTHS[value.month - 1],
            H=value.hour, M=value.minute, S=value.second,
        )  # fmt: skip

    return draw, write


def _truth(chance: random.Random, _decimal: str) -> tuple[Callable[[], Value], Write]:
    true, false = chance.choice(_TRUTHS)
    return lambda: chance.random() < 0.5, lambda value: true if value else false


def _of_texts(*makers: Callable[[random.Random], str]) -> Kind:
    def kind(chance: random.Random, _decimal: str) -> tuple[Callable[[], Value], Write]:
        make = chance.choice(makers)
        return lambda: make(chance), str

    return kind


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


_KINDS: dict[str, Kind] = {
    "whole": _whole,
    "fraction": _fraction,
    "moment": _moment,
    "truth": _truth,
    "code": _of_texts(
        lambda chance: "0" + _digits(chance, 4),
        lambda chance: "9" + _digits(chance, 20),
        lambda chance: f"{chance.randint(1, 9)}E{chance.randint(1, 30)}",
        lambda chance: f"{chance.randint(1, 3)}.{chance.randint(0, 9)}.{chance.randint(0, 20)}",
        lambda chance: f"+49{_digits(chance, 9)}",
        lambda chance: f"{chance.randint(1, 9)}-{chance.randint(10, 99)}",
        lambda chance: f"{_digits(chance, 4)} {_digits(chance, 4)} {_digits(chance, 4)}",
    ),
    "name": _of_texts(lambda chance: chance.choice(_WORDS)),
    "note": _of_texts(lambda chance: chance.choice(_NOTES)),
}
