"""What is longer, wider or larger than a reader's buffers."""

from tests.tabular.complaints.cases import Case, integers, text

_BREAKS = "a line of it\n" * 25_000
_LONG = "x" * 3_000_000
_WIDE = range(5000)
_QUOTED = ['say "hi",\nthen go', "plain"] * 15_000

CASES = (
    Case(
        name="a cell of three megabytes is one cell",
        content=f"id,note\n1,{_LONG}\n2,x\n",
        columns={"id": integers(1, 2), "note": text(_LONG, "x")},
    ),
    Case(
        name="five thousand columns are columns",
        content=",".join(f"c{n}" for n in _WIDE) + "\n" + ",".join(map(str, _WIDE)) + "\n",
        columns={f"c{n}": integers(n) for n in _WIDE},
    ),
    Case(
        name="breaks of line in quotes fall on the edges of no buffer",
        content="id,note\n"
        + "".join(
            f'{n},"{cell}"\n'.replace('"hi"', '""hi""') for n, cell in enumerate(_QUOTED, start=1)
        ),
        columns={"id": integers(*range(1, len(_QUOTED) + 1)), "note": text(*_QUOTED)},
    ),
    Case(
        name="the order of 200,000 rows is that of the file",
        content="id,note\n" + "".join(f"{n},x\n" for n in range(200_000)),
        columns={"id": integers(*range(200_000)), "note": text(*("x",) * 200_000)},
    ),
    Case(
        name="no row is lost of a long table below a title",
        content="Report of 2024\n\nid,note\n" + "1,x\n" * 3000,
        columns={"id": integers(*(1,) * 3000), "note": text(*("x",) * 3000)},
    ),
    Case(
        name="no row is lost of a long table below an empty line",
        content="\nid;note\n" + "1;x\n" * 3000,
        columns={"id": integers(*(1,) * 3000), "note": text(*("x",) * 3000)},
    ),
    Case(
        name="no row is lost of a long table below a separator that is declared",
        content="sep=;\nid;note\n" + "1;x\n" * 3000,
        columns={"id": integers(*(1,) * 3000), "note": text(*("x",) * 3000)},
    ),
    Case(
        name="a total below a long table is no row of it",
        content="item,amount\n" + "foo,1\n" * 3000 + "Total,3000\n",
        columns={"item": text(*("foo",) * 3000), "amount": integers(*(1,) * 3000)},
        doubted=("totals_left_out",),
    ),
    Case(
        name="a note below a long table is no row of it",
        content="item,amount\n" + "foo,1\n" * 3000 + "\nSource: our own books\n",
        columns={"item": text(*("foo",) * 3000), "amount": integers(*(1,) * 3000)},
        doubted=("notes_left_out",),
    ),
    Case(
        name="one column of 100,000 rows with a gap keeps its gap",
        content="id,note\n" + "".join(f"{n},\n" for n in range(100_000)) + "100000,x\n",
        columns={"id": integers(*range(100_001)), "note": text(*(None,) * 100_000, "x")},
    ),
    Case(
        name="a quote that opens in row 5,000 and never closes loses no row",
        content="id,note\n" + "1,x\n" * 5000 + '2,"open\n' + "3,y\n" * 5000,
        columns={
            "id": integers(*(1,) * 5000, 2, *(3,) * 5000),
            "note": text(*("x",) * 5000, '"open', *("y",) * 5000),
        },
    ),
    Case(
        name="a row that breaks off in quotes at the end of a long file loses no row",
        content="id,note\n" + "1,x\n" * 5000 + '2,"broken of',
        columns={"id": integers(*(1,) * 5000, 2), "note": text(*("x",) * 5000, '"broken of')},
        repaired=("unescaped_quote",),
    ),
    Case(
        name="a letter of cp1252 in row 50,000 of a file of UTF-8 spoils no other, and it is said",
        content=("name,n\nMüller,1\n" + "x,2\n" * 50_000).encode() + "Zoë,3\n".encode("cp1252"),
        columns={
            "name": text("Müller", *("x",) * 50_000, "Zoë"),
            "n": integers(1, *(2,) * 50_000, 3),
        },
        repaired=("mixed_encoding",),
    ),
    Case(
        name="a quoted cell of 25,000 lines is one cell",
        content=f'id,note\n1,"{_BREAKS}"\n2,x\n',
        columns={"id": integers(1, 2), "note": text(_BREAKS, "x")},
    ),
)
