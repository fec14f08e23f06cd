"""What looks like a number and is a name: a type that counts would lose it."""

# ruff: noqa: RUF001 such characters are the cases

from tests.tabular.complaints.cases import Case, column, in_column, integers, text


def _kept(name: str, *cells: str, header: str = "value") -> Case:
    """A column whose cells are kept as they are written."""
    return Case(
        name=name, content=column(*cells, name=header), columns=in_column(text(*cells), header)
    )


CASES = (
    Case(
        name="texts that are formulas for Excel are left as they stand, and told",
        content=column('="00501"', '="10001"', "", '="2,5"'),
        columns=in_column(text('="00501"', '="10001"', None, '="2,5"')),
        doubted=("text_as_formula",),
    ),
    _kept("other formulas are kept as they stand", '="001"', "=A1", '="x"&"y"'),
    _kept("zip codes keep their zeros (polars#5924)", "00501", "10001", "02139", header="zip"),
    _kept(
        "a leading zero in row 30,000 keeps them all (arrow#46853)",
        *("1234",) * 30_000,
        "0123",
        header="zip",
    ),
    Case(
        name="quoted zip codes keep their zeros",
        content='"zip","n"\n"00501","1"\n"10001","2"\n',
        columns={"zip": text("00501", "10001"), "n": integers(1, 2)},
    ),
    _kept("a telephone number keeps its plus", "+15551234567", "+442079460958", header="phone"),
    _kept("telephone numbers keep their zero", "01711234567", "0301234567", header="phone"),
    _kept("telephone numbers keep their marks", "(555) 123-4567", "555-123-4567", header="phone"),
    _kept("ids beyond 64 bits keep every digit (duckdb#22750)", "98765432109876543210", "1"),
    _kept("an id beyond 64 bits far down keeps them all", *("7",) * 5000, "123456789012345678901"),
    Case(
        name="ids of 19 digits are exact",
        content=column("1234567890123456789", "1234567890123456788"),
        columns=in_column(integers(1234567890123456789, 1234567890123456788)),
    ),
    Case(
        name="ids of 19 digits beside missing ones are exact",
        content=column("1234567890123456789", "", "1234567890123456788"),
        columns=in_column(integers(1234567890123456789, None, 1234567890123456788)),
    ),
    _kept("an id that a float would round is not a float", "12345678901234567", "0.5"),
    _kept("part numbers like 1E10 are no powers of ten", "1E10", "2E05", "3E2", header="part"),
    Case(
        name="part numbers beside a dash for what is missing are no powers of ten",
        content=column("8E15", "-", "1E13", "2E19"),
        columns=in_column(text("8E15", "-", "1E13", "2E19")),
        doubted=("number_or_code",),
    ),
    _kept("hash prefixes like 1e5 are no powers of ten", "1e5", "3e8", "2e11", "9e0"),
    _kept("a part number far down keeps them all", *("100", "200") * 3000, "1E5", header="part"),
    _kept("genes are no months", "MARCH1", "SEPT2", "DEC1", header="gene"),
    _kept("genes that a spreadsheet took for days are no days", "1-Mar", "2-Sep", "1-Dec"),
    _kept("versions of three parts are no dates", "1.2.3", "1.10.0", "2.0.12", header="version"),
    _kept("versions of two parts are no numbers", "1.9", "1.10", "1.11", "2.0", header="version"),
    _kept("addresses of machines are no numbers", "192.168.0.1", "10.0.0.12", header="ip"),
    _kept("hexadecimal numbers stay as they are", "0x1F", "0xA0", header="flags"),
    _kept("hexadecimal digits without a mark stay as they are", "00FF", "12E4", "1234", "A0B1"),
    _kept("IBANs stay as they are", "DE89370400440532013000", "GB82WEST12345698765432"),
    _kept("cards in groups of four are no thousands", "4111 1111 1111 1111", "5500 0000 0000 0004"),
    _kept("IBANs in groups are no thousands", "89 3704 0044 0532 0130 00", "12 3456 7890 1234"),
    _kept(
        "UUIDs stay as they are",
        "123e4567-e89b-12d3-a456-426614174000",
        "00000000-0000-0000-0000-000000000001",
    ),
    _kept("a UUID of digits alone is no number", "12345678-1234-1234-1234-123456789012"),
    _kept("social security numbers are no dates", "078-05-1120", "219-09-9999", header="ssn"),
    _kept("fractions are no dates", "1/2", "3/4", "5/8", header="inch"),
    _kept("ranges are no dates", "1-4", "10-12", "5-9", header="ages"),
    _kept("seasons are no ranges of dates", "2020-2021", "2021-2022", header="season"),
    _kept("scores are no times", "2:1", "0:0", "10:3", header="score"),
    _kept("ratios are no times", "16:9", "4:3", header="screen"),
    _kept("digits with an underscore stay as they are", "1_000", "2_500"),
    _kept("house numbers stay as they are", "12", "12a", "14-16", header="house"),
    _kept("ISBNs keep their X", "080442957X", "0306406152", header="isbn"),
    _kept("coordinates in degrees stay as they are", "52°31'12\"N", "48°51'24\"N"),
    _kept("full-width digits stay as they are", "１２", "３４"),
    _kept("Arabic digits stay as they are", "١٢", "٣٤"),
    _kept("Roman numbers stay as they are", "I", "V", "X", "M"),
    _kept("a formula stays as it is written", "=1+1", "@SUM(A1)", "-2+3"),
    _kept("superscript digits are no digits", "m²", "10²", "2³"),
    _kept("list numbers in brackets are no negatives", "(1)", "(2)", "(3)"),
    _kept("grades like 1- are no negatives", "1-", "2", "2-", "3+", header="grade"),
    _kept("blood groups are no negatives", "A+", "0-", "B+", "0-", header="group"),
    _kept("results of chess are no days", "1-0", "0-1", "1-0", header="result"),
    _kept("heights in feet and inches stay as they are", "5'11\"", "6'02\"", header="height"),
    _kept("a number so small that a float is zero stays as it is", "1e-400", "0.5"),
    _kept("colours are no comments", "#ff0000", "#00ff00", "#123456", header="colour"),
    _kept("hashes of digits and an e far down keep them all", *("12", "34") * 2000, "9e3"),
    _kept("what Excel is told to leave alone is left alone", '="00123"', '="00456"'),
    _kept("days without a year are no days", "5 Mar", "17 Apr", header="birthday"),
    _kept("amounts in thousands of dollars stay as they are", "$5k", "$12k"),
    _kept("decimals and thousands that contradict each other stay text", "1.5", "1.234.567"),
    _kept("two ways to write decimals in one column stay text", "1,234.5", "1.234,5", "7"),
    _kept("months that are no months stay text", "2021-13-01", "2021-25-01"),
    _kept("the hour 24 keeps every cell", "31.12.2020 24:00", "01.01.2021 08:00"),
    _kept("the leap day of 1900 keeps every cell", "1900-02-28", "1900-02-29"),
)
