"""Small tables that hold, between them, every type of column that a snapshot can have."""

import datetime as dt
from decimal import Decimal
from typing import Final

import pyarrow as pa

_DAY: Final = dt.date(2024, 1, 1)
_MOMENT: Final = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - some columns have no time zone
_LABELS: Final = pa.dictionary(pa.int8(), pa.string())
_RANKS: Final = pa.dictionary(pa.int8(), pa.string(), ordered=True)
_NEW_YORK: Final = pa.timestamp("us", "America/New_York")


def _day(days: int | None) -> dt.date | None:
    return None if days is None else _DAY + dt.timedelta(days=days)


def _moment(hours: float) -> dt.datetime:
    return _MOMENT + dt.timedelta(hours=hours)


def _orders() -> pa.Table:
    """Twelve sales as a shop exports them: text that wants cleaning, gaps in most columns."""
    o, b, t = "Oslo", "Bergen", "Tromsø"
    cities = [o, b, o, None, b, o, t, o, b, None, t, o]
    y, k, g = "toys", "books", "garden"
    kinds = [y, k, y, g, None, k, y, g, k, y, y, k]
    numbers = [17, 18, 19, 20, 21, 22, 23, 24, 24, 25, 26, 27]
    hours = [9.5, 9.5, 33.25, 60, 61, 300, 720, 745.75, 760, 1450, 1500, 1500.5]
    return pa.table(
        {
            "order_id": [f"{number:05d}" for number in numbers],
            "customer": [
                " Anna Berg", "bob lee ", "ANNA BERG", "Carla  Díaz", None, "Bob Lee", "dag øye",
                "Anna Berg", "Anna Berg", "", "Carla Díaz", "Eve O'Hara",
            ],
            "city": cities,
            "category": pa.array(kinds, _LABELS),
            "quantity": pa.array([1, 2, None, 4, 2, 10, None, 3, 3, 0, 7, 1], pa.int64()),
            "unit_price": [9.99, 15.5, 9.99, None, 20.0, 7.25, 3.1, 12.0, 12.0, 99.9, None, 15.5],
            "paid": [True, False, None, True, True, False, True, None, None, False, True, True],
            "ordered_at": pa.array([_moment(hour) for hour in hours], pa.timestamp("us")),
            "shipped": [_day(day) for day in (2, 3, None, 5, 9, None, 31, 33, 33, None, 70, 64)],
            "amount": [
                "9.99 kr", "31,00 kr", "n/a", "1,234.50", "40", "$72.5", "(3.10)", " 36 ", "36.0",
                "-", "€ 1.000", None,
            ],
            "note": [
                "gift wrap, fragile", None, "call before 10:30", "ref #A-12", "ref #B-7, #A-12",
                "", "FRAGILE!", "duplicate?", "duplicate?", "50% off", "ring +47 22 33 44 55",
                "naïve café, déjà vu",
            ],
        }
    )  # fmt: skip


def _people() -> pa.Table:
    """Eight people: decimals, dates before 1970, moments in a zone, lists of text."""
    return pa.table(
        {
            "name": [
                "Åse Lund", "Bo Ek", "Chloé Martin", "Dmitri Orlov", "Emi Satō", "Finn O'Neil",
                "Gül Şahin", "Hans Müller-Groß",
            ],
            "email": [
                "ase@lund.no", "BO.EK@Example.com", None, "dmitri@example", "emi.sato@mail.co.jp",
                "finn+list@oneil.ie", "gul(at)site.tr", "hans.mueller@web.de",
            ],
            "phone": [
                "+47 22 33 44 55", "0046-8-123456", None, "8 (495) 123-45-67", "03 1234 5678",
                "+353 (0)1 234 5678", "", "0049 30/1234567",
            ],
            "born": [
                dt.date(1962, 2, 28), dt.date(1984, 2, 29), dt.date(1999, 12, 31), None,
                dt.date(2001, 7, 4), dt.date(1975, 11, 5), dt.date(1984, 6, 1), dt.date(1955, 1, 1),
            ],
            "height_cm": pa.array([171, 180, 165, 192, 158, 175, 169, 183], pa.int16()),
            "active": [True, True, False, True, False, True, True, False],
            "country": pa.array(["NO", "SE", "FR", "RU", "JP", "IE", "TR", "DE"], _LABELS),
            "team": ["red", "blue", "red", "green", "blue", "red", None, "green"],
            "tags": pa.array(
                [
                    ["staff", "remote"], ["staff"], [], None, ["remote", "new", None],
                    ["staff", "lead"], ["new"], ["lead", "staff", "remote"],
                ],
                pa.list_(pa.string()),
            ),
            "salary": pa.array(
                [
                    None if pay is None else Decimal(pay)
                    for pay in (
                        "52000.10", "48000", None, "61000.55", "39999.99", "75000", "48000", "0.01"
                    )
                ],
                pa.decimal128(12, 2),
            ),
            "joined": pa.array(
                [_moment(hour) for hour in (0.5, 2160.25, 4344, 700, 7300, 8700, 2160, 1)],
                pa.timestamp("us", "Europe/Oslo"),
            ),
            "shift": pa.array([3600, 7200, None, 5400, 86400, 60, 3600, 0], pa.duration("s")),
        }
    )  # fmt: skip


def _readings() -> pa.Table:
    """Two sensors over the night in which Europe's clocks went forward; every type nullable."""
    start = dt.datetime(2024, 3, 30, 20, 0, tzinfo=dt.UTC)
    rows = range(30)
    return pa.table(
        {
            "sensor": ["north" if row % 3 else "south" for row in rows],
            "at": pa.array(
                [start + dt.timedelta(minutes=47 * row + row % 7) for row in rows],
                pa.timestamp("us", "UTC"),
            ),
            "value": [None if row % 8 == 5 else round(20 + row * 1.1 % 7, 2) for row in rows],
            "count": pa.array(
                [None if row % 11 == 3 else row * row % 17 for row in rows], pa.int32()
            ),
            "ok": [None if row % 10 == 9 else row % 4 != 0 for row in rows],
            "level": pa.array([("low", "mid", "high")[row * 7 % 3] for row in rows], _RANKS),
        }
    )  # fmt: skip


def _prices() -> pa.Table:
    """Two shares on thirteen working days."""
    days = [day for day in map(_day, range(17)) if day is not None and day.weekday() < 5]
    rows = [(day, ticker) for day in days for ticker in ("AAA", "BBB")]
    return pa.table(
        {
            "day": [day for day, _ in rows],
            "ticker": [ticker for _, ticker in rows],
            "open": [round(100 + place * 0.75 - place % 5, 2) for place in range(len(rows))],
            "close": [round(100 + place * 0.8 - place % 4, 2) for place in range(len(rows))],
            "volume": pa.array([1000 + 37 * place % 211 for place in range(len(rows))], pa.int64()),
        }
    )


def _wide() -> pa.Table:
    """A report with a column per year and per quarter, as people keep in a spreadsheet."""
    return pa.table(
        {
            "region": ["north", "south", "east", "west"],
            "manager": ["Ann", "Bo", None, "Dee"],
            "2021": pa.array([10, 20, None, 40], pa.int64()),
            "2022": pa.array([11, 22, 33, 44], pa.int64()),
            "2023": [12.5, None, 34.5, 45.0],
            "sales_q1": pa.array([1, 2, 3, 4], pa.int64()),
            "sales_q2": pa.array([5, 6, 7, 8], pa.int64()),
            "cost_q1": [0.5, 1.5, 2.5, 3.5],
            "cost_q2": [4.5, 5.5, 6.5, 7.5],
        }
    )


def _marks() -> pa.Table:
    """Pupils, their class and their marks."""
    return pa.table(
        {
            "pupil": ["Ada", "Ben", "Cleo", "Dan", "Eli", "Fay", "Gus", "Hal", "Ida"],
            "class": ["1A", "1A", "1B", "1B", "1A", "2C", "2C", "1B", "2C"],
            "maths": pa.array([90, 72, 85, None, 60, 72, 100, 41, 85], pa.int64()),
            "art": [3.5, None, 4.0, 2.5, 5.0, 4.5, 1.0, None, 4.0],
            "grade": pa.array(
                ["A", "C", "B", None, "D", "C", "A", "F", "B"],
                pa.dictionary(pa.int8(), pa.string()),
            ),
            "passed": [True, True, True, None, True, True, True, False, True],
        }
    )


def _odd() -> pa.Table:
    """Column names that are keywords, numbers, blanks, symbols, and names of pandas' own."""
    return pa.table(
        {
            "Größe (cm)": [1.5, 2.5, None, 4.0],
            "first name": ["a", "b", "c", None],
            "class": pa.array([1, 2, 3, 4], pa.int64()),
            "a.b": [True, False, True, None],
            "2024": pa.array([10, None, 30, 40], pa.int64()),
            " padded ": ["x", " y", "z ", ""],
            "%": [0.1, 0.2, 0.3, 0.4],
            "日本": ["東京", "大阪", "京都", None],
            "count": pa.array([5, 6, 7, 8], pa.int64()),
            "it's": ["q", 'w"', "e\\", "r\n"],
            "": pa.array([1, 0, 1, 0], pa.int8()),
            "💡": [_day(0), _day(1), None, _day(3)],
        }
    )


def _everything() -> pa.Table:
    """One column of each type."""
    return pa.table(
        {
            "text": ["00501", None, "x"],
            "large_text": pa.array(["a", "b", None], pa.large_string()),
            "flag": [True, False, None],
            "sure": [True, False, True],
            "tiny": pa.array([-128, None, 127], pa.int8()),
            "whole": pa.array([2**53 + 1, None, -1], pa.int64()),
            "plain": pa.array([2**62, 0, -3], pa.int64()),
            "unsigned": pa.array([2**64 - 1, None, 0], pa.uint64()),
            "single": pa.array([0.5, None, 1e30], pa.float32()),
            "double": [0.1, None, 1e300],
            "exact": pa.array([Decimal("0.10"), None, Decimal("-9.99")], pa.decimal128(10, 2)),
            "day": [dt.date(2020, 2, 29), None, dt.date(1850, 1, 1)],
            "clock": pa.array([dt.time(12, 30), None, dt.time(0)], pa.time64("us")),
            "took": pa.array([1, None, 10**15], pa.duration("us")),
            "naive": pa.array([_moment(0), None, _moment(1)], pa.timestamp("ns")),
            "zoned": pa.array([_moment(0), None, _moment(9000)], _NEW_YORK),
            "offset": pa.array([_moment(0), None, _moment(1)], pa.timestamp("ms", "+05:30")),
            "label": pa.array(["b", None, "a"], _LABELS),
            "rank": pa.array(["lo", "hi", "lo"], _RANKS),
            "bytes": pa.array([b"\x00\xff", None, b""], pa.binary()),
            "words": pa.array([["a", "b"], None, []], pa.list_(pa.string())),
            "numbers": pa.array([[1, 2, None], None, []], pa.list_(pa.int64())),
            "record": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}]),
            "nothing": pa.nulls(3),
        }
    )  # fmt: skip


def _measures() -> pa.Table:
    """Forty flowers of two kinds, for models; a gap here and there."""
    kinds = [(row, int(row * 13 % 40 >= 20)) for row in range(40)]
    return pa.table(
        {
            "length": [round(4.5 + 2 * kind + row * 7 % 11 * 0.09, 3) for row, kind in kinds],
            "width": [
                None if row % 13 == 6 else round(3.4 - 0.5 * kind + row * 5 % 9 * 0.07, 3)
                for row, kind in kinds
            ],
            "petals": pa.array([5 + kind + row % 2 for row, kind in kinds], pa.int64()),
            "colour": [("white", "blue", "pink")[row * 11 % 3] for row, _ in kinds],
            "species": [("setosa", "virginica")[kind] for _, kind in kinds],
            "price": [round(2 + 3.5 * kind + row * 3 % 7 * 0.4, 2) for row, kind in kinds],
        }
    )


def every_table() -> dict[str, pa.Table]:
    """The tables, by the names that snippets give."""
    people, orders = _people(), _orders()
    return {
        "orders": orders,
        "people": people,
        "readings": _readings(),
        "prices": _prices(),
        "wide": _wide(),
        "marks": _marks(),
        "odd": _odd(),
        "everything": _everything(),
        "measures": _measures(),
        "one_row": people.slice(2, 1),
        "no_rows": orders.slice(0, 0),
    }
