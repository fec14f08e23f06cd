"""A file is UTF-8 exactly when Python can decode it, however it is read in blocks."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infrastructure.tabular.text import utf8
from infrastructure.tabular.text.utf8 import is_utf8, letters

_PIECES = st.one_of(
    st.text(max_size=6).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=4),
    st.sampled_from(["é", "€", "😀", "\ufeff", "a"]).map(str.encode),
)


@given(pieces=st.lists(_PIECES, max_size=8), block=st.integers(1, 9))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_python_decodes_is_utf8(
    pieces: list[bytes], block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(utf8, "_BLOCK", block)
    source, content = tmp_path / "text", b"".join(pieces)
    source.write_bytes(content)
    try:
        content.decode()
        valid = True
    except UnicodeDecodeError:
        valid = False
    assert is_utf8(source) is valid
    assert b"".join(letters(source)) == content
