"""A large file is presumed to be regular; where it is not, it is read as if it never had been."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.dataset import GivenOptions
from infrastructure.tabular.reading import inspect_file, read_file
from infrastructure.tabular.text import regular_files
from infrastructure.tabular.text.delimited import inspect_delimited, read_text
from infrastructure.tabular.text.grammar import Grammar
from infrastructure.tabular.text.presumed_text import IrregularText, scan_presumed
from infrastructure.tabular.text.regular_files import Part, is_regular_part, scan

_ROWS = 300_000
_REGULAR = b"".join(b"%d,n\xc3\xa4me %d,%d.5\n" % (n, n % 7, n) for n in range(_ROWS))
_LINE = _ROWS + 2
LATE = {
    "a short row": (b"1,x\n", "short_row", _LINE),
    "a long row": (b"1,x,2.5,more\n", "long_row", _LINE),
    "no row": (b"\n", "blank_line", _LINE),
    "a stray quote": (b'1,"x" and "y",2.5\n', "unescaped_quote", _LINE),
    "the names again": (b"id,name,n\n", "repeated_names", _LINE),
    "a mark": (b"\xef\xbb\xbf1,x,2.5\n", "byte_order_mark", _LINE),
    "another encoding": (b"1,Stra\xdfe,2.5\n", "mixed_encoding", _LINE),
    "a control character": (b"1,it\xc2\x92s,2.5\n", "control_character", _LINE),
    "a filling": (b"1,x,2.5\n\0\0\0", "filling", _LINE + 1),
    "a line that is cut off": (b"1,x", "short_row", _LINE),
}
REGULAR = [
    *(b"1,2,3", b",,", b"a,b,c\r", b'a,"b",c', b'a,"b,""c""",d', b'"","",""', b'"""",x,y\r'),
    *(b'a,"b\nc",d', b'a,"b\r\nc",""', 'é,\0,"ü"'.encode()),
]
IRREGULAR = [
    *(b"", b" ", b"\r", b"1,2", b"1,2,3,4", b'a,"b",c,d', b'a,"b,c', b'a,b"c,d', b'a,b"c"d,e'),
    *(b'a, "b",c', b"a,b\rc,d", b'a,"b\rc",d', b"a,b,c\r\r", b'a,"b\nc,d,e\nf",g', b"a,b,\xff"),
    *(b"x,y,z", b"\xef\xbb\xbfa,b,c", b'"a\nb",c', b'"a,b\nc",d,e,f'),
]


@pytest.mark.parametrize("late", LATE)
def test_what_is_irregular_late_in_a_large_file_is_found_and_told(
    late: str, tmp_path: Path
) -> None:
    added, kind, line = LATE[late]
    source, snapshot = tmp_path / "table.csv", tmp_path / "table.parquet"
    source.write_bytes(b"id,name,n\n" + _REGULAR + added)
    report = read_file(
        source, inspect_file(source, source.name, GivenOptions()), snapshot, source.name
    )
    assert [(repair.kind, repair.lines) for repair in report.repairs] == [(kind, (line,))]
    table = pl.read_parquet(snapshot)
    assert (table.height, table["id"].null_count()) == (report.rows, 0)
    assert table["id"].head(_ROWS).to_list() == list(range(_ROWS))
    assert report.rows == _ROWS + (kind not in {"blank_line", "repeated_names"})


def test_what_is_irregular_in_the_names_of_a_large_file_is_found_and_told(tmp_path: Path) -> None:
    source, snapshot = tmp_path / "table.csv", tmp_path / "table.parquet"
    source.write_bytes("id,name,größe\n".encode("cp1252") + _REGULAR)
    report = read_file(
        source, inspect_file(source, source.name, GivenOptions()), snapshot, source.name
    )
    assert [(repair.kind, repair.lines) for repair in report.repairs] == [("mixed_encoding", (1,))]
    assert pl.read_parquet_schema(snapshot).keys() == {"id", "name", "größe"}


def test_a_large_file_is_regular_with_letters_that_somebody_keeps(tmp_path: Path) -> None:
    source = tmp_path / "table.csv"
    source.write_text("name,n\n" + "MÃ¼ller,1\n" * 400_000)
    options = inspect_delimited(source, GivenOptions(mend_letters=False))
    rows = read_text(source, options, tmp_path, presumed=True).text
    assert rows.last().collect().row(0) == ("MÃ¼ller", "1")


@given(
    before=st.lists(st.sampled_from(REGULAR)),
    among=st.none() | st.sampled_from(IRREGULAR),
    after=st.lists(st.sampled_from(REGULAR)),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_presumption_holds_where_every_line_is_regular(
    before: list[bytes],
    among: bytes | None,
    after: list[bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(regular_files, "_SCANNED", 24)
    lines = [*before, *([] if among is None else [among]), *after, b"1,2,3"]
    text = b"".join(line + b"\n" for line in lines)
    source = tmp_path / "text"
    source.write_bytes(text)
    part, grammar = Part(source, 0, len(text), 0), Grammar(ord(","), ord('"'), ord("\n"), 3)
    try:
        rows = scan_presumed(part, grammar, "x,y,z\n").collect()
    except IrregularText:
        assert among is not None
    else:
        assert among is None
        assert is_regular_part(part, grammar)
        assert rows.equals(scan(part, grammar).collect())
