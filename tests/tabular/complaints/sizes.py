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
)
