"""Numbers as people write them, in the one way on which every value of the column agrees."""

# ruff: noqa: RUF001 such characters are the cases

from domain.dataset import GivenOptions, Interpretation
from domain.table import ColumnType
from tests.tabular.complaints.cases import Case, Cells, column, in_column, integers, numbers, text


def _read(name: str, *cells: str, as_: Cells, unit: str | None = None, doubt: str = "") -> Case:
    """A column of such cells and how it is read; `doubt` is the kind of the one that is told."""
    return Case(
        name=name,
        content=column(*cells),
        columns=in_column(as_),
        units={} if unit is None else {"value": unit},
        doubted=(doubt,) if doubt else (),
    )


CASES = (
    _read(
        "decimal commas are read (polars#6698)",
        "1,5",
        "2,25",
        "-0,75",
        as_=numbers(1.5, 2.25, -0.75),
    ),
    _read(
        "decimal commas with thousands are read (polars#18797)",
        "1.234,56",
        "12,5",
        "1.000.000,00",
        as_=numbers(1234.56, 12.5, 1000000.0),
    ),
    Case(
        name="decimal commas in quotes are read in a file with commas",
        content='n,price\n1,"1,5"\n2,"12,25"\n3,"0,5"\n',
        columns={"n": integers(1, 2, 3), "price": numbers(1.5, 12.25, 0.5)},
    ),
    Case(
        name="thousands in quotes are read (polars#24207)",
        content='n,people\n1,"1,234"\n2,"12,345,678"\n3,"999"\n',
        columns={"n": integers(1, 2, 3), "people": integers(1234, 12345678, 999)},
    ),
    Case(
        name="thousands with decimals are read",
        content='n,price\n1,"1,234.50"\n2,"12,345.00"\n3,9.99\n',
        columns={"n": integers(1, 2, 3), "price": numbers(1234.5, 12345.0, 9.99)},
    ),
    _read(
        "several groups after points are thousands",
        "1.234.567",
        "12.345.678",
        as_=integers(1234567, 12345678),
    ),
    _read(
        "Swiss thousands are read",
        "1'234.50",
        "12'345'678.00",
        "7.25",
        as_=numbers(1234.5, 12345678.0, 7.25),
    ),
    _read(
        "Swiss thousands with a curly mark are read",
        "1’234.50",
        "999.00",
        as_=numbers(1234.5, 999.0),
    ),
    _read(
        "French thousands are read",
        "1 234,50",
        "12 345 678,00",
        "7,25",
        as_=numbers(1234.5, 12345678.0, 7.25),
    ),
    _read(
        "Indian groups are read",
        "1,23,456.50",
        "12,34,567.00",
        "999.00",
        as_=numbers(123456.5, 1234567.0, 999.0),
    ),
    _read(
        "groups that are not of three are no thousands",
        "12,34",
        "1,2,3",
        "5,6",
        as_=text("12,34", "1,2,3", "5,6"),
    ),
    _read(
        "a percentage keeps its unit",
        "12.5%",
        "3%",
        "100%",
        as_=numbers(12.5, 3.0, 100.0),
        unit="%",
    ),
    _read(
        "a percentage with a space and a decimal comma keeps its unit",
        "12,5 %",
        "0,1 %",
        as_=numbers(12.5, 0.1),
        unit="%",
    ),
    _read(
        "percentages beside plain numbers stay text",
        "12%",
        "0.12",
        "13%",
        as_=text("12%", "0.12", "13%"),
    ),
    _read(
        "an amount in dollars keeps its unit",
        "$1,234.50",
        "$0.99",
        "$12,000,000.00",
        as_=numbers(1234.5, 0.99, 12000000.0),
        unit="$",
    ),
    _read(
        "an amount in euros keeps its unit",
        "1.234,50 €",
        "0,99 €",
        "12,00 €",
        as_=numbers(1234.5, 0.99, 12.0),
        unit="€",
    ),
    _read(
        "an amount before which the euro stands keeps its unit",
        "€ 1.234,50",
        "€ 0,99",
        as_=numbers(1234.5, 0.99),
        unit="€",
    ),
    _read(
        "an amount with the code of its currency keeps it",
        "EUR 12.50",
        "EUR 3.00",
        as_=numbers(12.5, 3.0),
        unit="EUR",
    ),
    _read(
        "amounts in several currencies stay text",
        "€12.50",
        "$3.00",
        "€1.00",
        as_=text("€12.50", "$3.00", "€1.00"),
    ),
    _read(
        "a negative amount before its sign is read",
        "-$5.50",
        "$3.00",
        as_=numbers(-5.5, 3.0),
        unit="$",
    ),
    _read(
        "bookkeepers' negatives are read",
        "(1,234.50)",
        "99.00",
        "(0.50)",
        as_=numbers(-1234.5, 99.0, -0.5),
    ),
    _read(
        "bookkeepers' negatives with a currency are read",
        "($1,234.50)",
        "$99.00",
        as_=numbers(-1234.5, 99.0),
        unit="$",
    ),
    _read(
        "the minus that SAP writes at the end is read",
        "1.234,50-",
        "99,00",
        "0,50-",
        as_=numbers(-1234.5, 99.0, -0.5),
    ),
    _read("the minus of typesetters is read", "−5.5", "3.25", as_=numbers(-5.5, 3.25)),
    _read(
        "quantities with units of several kinds stay text",
        "5 kg",
        "300 g",
        as_=text("5 kg", "300 g"),
    ),
    _read(
        "a late decimal is read (duckdb#25824)",
        *("1",) * 50_000,
        "0.5",
        as_=numbers(*(1.0,) * 50_000, 0.5),
    ),
    _read(
        "a late word keeps every cell (polars#8180)",
        *("1",) * 50_000,
        "unknown?",
        as_=text(*("1",) * 50_000, "unknown?"),
    ),
    _read(
        "a late decimal comma keeps every cell",
        *("1",) * 5000,
        "0,5",
        as_=numbers(*(1.0,) * 5000, 0.5),
    ),
    _read(
        "scientific numbers are read",
        "1.5e-3",
        "6.02E+23",
        "1e0",
        as_=numbers(0.0015, 6.02e23, 1.0),
    ),
    _read(
        "scientific numbers with a decimal comma are read",
        "1,5E-03",
        "2,25E+02",
        as_=numbers(0.0015, 225.0),
    ),
    _read(
        "a number with more digits than a float stays text",
        "0.1000000000000000055511",
        "1.5",
        as_=text("0.1000000000000000055511", "1.5"),
    ),
    _read(
        "infinity and not-a-number are told apart",
        "1.5",
        "inf",
        "-inf",
        "nan",
        as_=numbers(1.5, float("inf"), float("-inf"), None),
    ),
    _read("spaces around numbers are left off", " 1 ", "2  ", "  3", as_=integers(1, 2, 3)),
    _read(
        "spaces that do not break around numbers are left off",
        "12\u00a0",
        "\u00a07",
        as_=integers(12, 7),
    ),
    _read(
        "whole numbers with a point and a zero are numbers",
        "1.0",
        "2.0",
        "",
        as_=numbers(1.0, 2.0, None),
    ),
    _read("a year column is whole numbers", "1999", "2020", "2024", as_=integers(1999, 2020, 2024)),
    _read("zeros and ones are counted", "0", "1", "1", as_=integers(0, 1, 1)),
    _read(
        "minus nine hundred and ninety-nine is a number, though it may mean missing",
        "12",
        "-999",
        "7",
        as_=integers(12, -999, 7),
    ),
    _read(
        "days by the serial number of a spreadsheet are numbers",
        "44197",
        "44198",
        as_=integers(44197, 44198),
    ),
    _read(
        "seconds of an epoch are numbers",
        "1609459200",
        "1609459201",
        as_=integers(1609459200, 1609459201),
    ),
    Case(
        name="what a person says of the decimal mark decides",
        content="n;value\n1;1.234\n2;5.678\n",
        columns={"n": integers(1, 2), "value": integers(1234, 5678)},
        given=GivenOptions(interpretation=Interpretation(decimal=",")),
    ),
    Case(
        name="what a person says of the type decides",
        content="zip,n\n10001,1\n90210,2\n",
        columns={"zip": text("10001", "90210"), "n": integers(1, 2)},
        given=GivenOptions(interpretation=Interpretation(types={"zip": ColumnType.TEXT})),
    ),
)
