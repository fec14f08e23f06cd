"""The quick look at short texts says nothing that the thorough one does not say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.tabular.text.grammar import Grammar, plain_rows
from infrastructure.tabular.text.regular_text import regular_prefix

_MARKS = st.sampled_from(
    [b"a", b",", b",", b'"', b'"', b"\n", b"\n", b"\r\n", b"\r", b" ", b"\xc3\xa9"]
)


@given(
    st.lists(_MARKS, max_size=24).map(b"".join),
    st.integers(1, 3),
    st.sampled_from([ord('"'), None]),
)
def test_what_is_plain_is_regular_with_as_many_rows(
    text: bytes, width: int, quote: int | None
) -> None:
    grammar = Grammar(delimiter=ord(","), quote=quote, newline=ord("\n"), width=width)
    rows = plain_rows(text, grammar)
    found = regular_prefix(text, grammar)
    assert rows is None or (rows, len(text)) == (found.rows, found.size)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (b'a,b\n"x, ""y""",\r\n,""\n', 3),
        (b"a,b\n1\n", None),
        (b"a,b\n1,2,3\n", None),
        (b'a,b\n"1\n",2\n', None),
        (b'a,b\n1 "x",2\n', None),
        (b"a,b\n1,2", None),
        (b"", None),
    ],
)
def test_short_texts_of_plain_rows_are_known(text: bytes, rows: int | None) -> None:
    grammar = Grammar(delimiter=ord(","), quote=ord('"'), newline=ord("\n"), width=2)
    assert plain_rows(text, grammar) == rows
