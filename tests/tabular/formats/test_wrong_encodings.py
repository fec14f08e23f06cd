"""An encoding that was given, and that a file is not in, is refused by its name."""

from pathlib import Path

import pytest

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind, GivenOptions, ParseOptions
from infrastructure.tabular.file_tables import FileTables

TABLES = FileTables()
FILES = {"a.csv": "a,b\né,1\n".encode() + b"\xff\xfe,2\n", "a.json": '[{"a": "é"}]'.encode()}
KINDS = {"a.csv": FileKind.CSV, "a.json": FileKind.JSON}


@pytest.mark.parametrize("encoding", ["ascii", "utf-7", "utf-16", "utf-32", "idna", "punycode"])
@pytest.mark.parametrize("name", FILES)
def test_what_is_not_in_the_given_encoding_is_refused(
    tmp_path: Path, name: str, encoding: str
) -> None:
    source, snapshot = tmp_path / "upload", tmp_path / "snapshot"
    source.write_bytes(FILES[name])
    with pytest.raises(UnreadableTable, match=f"not text in the encoding {encoding}; give"):
        TABLES.read(source, ParseOptions(kind=KINDS[name], encoding=encoding), snapshot)
    assert not snapshot.exists()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "idna", "punycode"])
@pytest.mark.parametrize("name", FILES)
def test_a_beginning_that_is_not_in_the_given_encoding_is_refused_at_first_sight(
    tmp_path: Path, name: str, encoding: str
) -> None:
    (tmp_path / "upload").write_bytes(FILES[name])
    with pytest.raises(UnreadableTable, match=f"not text in the encoding {encoding}; give"):
        TABLES.inspect(tmp_path / "upload", name, GivenOptions(encoding=encoding))
